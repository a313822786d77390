package reconcile

import (
	"maps"
	"slices"
	"strconv"
	"sync"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// Matcher is rules and a directory made ready for many lines. It may be used by several goroutines at once.
type Matcher struct {
	codes, commitments, operations, contracts, inventory lookup

	items    map[Item][]Part
	aliases  map[string]string
	expected map[expectedKey][]ExpectedLine
	ranks    [lastRank + 1]rankRules
	rules    []*compiled

	near        sync.Once // the two below are made when a person first asks
	nearCodes   *Neighbours
	nearNumbers *Neighbours
}

type expectedKey struct {
	supplier string
	amount   money.Amount
}

// compiled is a rule made ready.
type compiled struct {
	Rule
	key    *test  // the exact condition that it is found by, nil: it is tried on every line of its rank
	texts  []test // the other conditions on texts, the cheap ones first
	ranges []test // on numbers and days
	agreed []Field
}

// rankRules are the rules of one rank: those found by an exact key, and those tried one by one.
type rankRules struct {
	byKey []keyed
	tried []*compiled
	texts []*fieldInfo // what the tried rules ask of texts
	seen  *memo
}

type keyed struct {
	info  *fieldInfo
	rules map[string][]*compiled
}

// Compile makes rules and a directory ready. It refuses rules that Validate refuses, two rules of one id, and a
// directory that contradicts itself. The order of the rules does not matter.
func Compile(rules []Rule, dir Directory) (*Matcher, error) {
	m := &Matcher{}
	if err := m.know(dir); err != nil {
		return nil, err
	}
	if err := m.add(rules); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Matcher) know(dir Directory) (err error) {
	codes := make(map[string][]Part, len(dir.Codes))
	for code, project := range dir.Codes {
		codes[code] = []Part{{Project: project}}
	}
	for _, part := range []struct {
		to   *lookup
		from map[string][]Part
	}{{&m.codes, codes}, {&m.commitments, dir.Commitments}, {&m.operations, dir.Operations}, {&m.contracts, dir.Contracts}, {&m.inventory, dir.Inventory}} {
		if *part.to, err = ready(part.from, codeKey); err != nil {
			return err
		}
	}
	m.items, err = ready(dir.Items, func(i Item) Item { return Item{codeKey(i.Commitment), codeKey(i.Number)} })
	if err != nil {
		return err
	}
	if m.aliases, err = aliases(dir.Aliases); err != nil {
		return err
	}
	m.expected = make(map[expectedKey][]ExpectedLine, len(dir.Expected))
	for _, e := range dir.Expected {
		key := expectedKey{codeKey(e.SupplierID), e.Amount}
		m.expected[key] = append(m.expected[key], e)
	}
	return nil
}

func (m *Matcher) add(rules []Rule) error {
	rules = slices.Clone(rules)
	slices.SortFunc(rules, func(a, b Rule) int { return compareRefs(a.Ref(), b.Ref()) })
	for i, r := range rules {
		if i > 0 && rules[i-1].ID == r.ID {
			return fault.Conflict("reconcile.rule.twice", strconv.FormatInt(r.ID, 10))
		}
		if err := r.Validate(); err != nil {
			return err
		}
		c := m.compile(r)
		m.rules = append(m.rules, c)
		m.ranks[r.Rank].add(c)
	}
	for i := range m.ranks {
		m.ranks[i].prepare()
	}
	return nil
}

// compile makes a valid rule ready.
func (m *Matcher) compile(r Rule) *compiled {
	c := &compiled{Rule: r, agreed: fieldsOf(r.When)}
	for _, condition := range r.When {
		t, _ := condition.compile() // Validate refused what cannot be
		if t.info.field == FieldCommitment && t.op == OpEquals {
			t.value = m.replaced(t.value)
		}
		switch {
		case t.info.text == nil:
			c.ranges = append(c.ranges, t)
		case t.op == OpEquals && (c.key == nil || t.info.points > c.key.info.points):
			if c.key != nil {
				c.texts = append(c.texts, *c.key)
			}
			c.key = &t
		default:
			c.texts = append(c.texts, t)
		}
	}
	slices.SortStableFunc(c.texts, byCost)
	return c
}

func (r *rankRules) add(c *compiled) {
	if c.key == nil {
		r.tried = append(r.tried, c)
		return
	}
	i := slices.IndexFunc(r.byKey, func(k keyed) bool { return k.info == c.key.info })
	if i < 0 {
		i = len(r.byKey)
		r.byKey = append(r.byKey, keyed{c.key.info, map[string][]*compiled{}})
	}
	r.byKey[i].rules[c.key.value] = append(r.byKey[i].rules[c.key.value], c)
}

// prepare notes which texts the tried rules ask for: lines that agree in these need be tried only once.
func (r *rankRules) prepare() {
	for _, c := range r.tried {
		for _, t := range c.texts {
			if !slices.Contains(r.texts, t.info) {
				r.texts = append(r.texts, t.info)
			}
		}
	}
	if len(r.tried) > 0 {
		r.seen = newMemo(memoSize)
	}
}

// replaced gives the number that took the place of a commitment's, or the number itself.
func (m *Matcher) replaced(number string) string {
	if now, ok := m.aliases[number]; ok {
		return now
	}
	return number
}

// prepareNear makes ready what finds codes that are one slip away.
func (m *Matcher) prepareNear() {
	m.near.Do(func() {
		codes := maps.Clone(m.codes)
		maps.Copy(codes, m.operations)
		m.nearCodes = NewNeighbours(maps.Keys(codes))
		numbers := make(map[string]bool, len(m.commitments))
		for number := range m.commitments {
			numbers[number] = true
		}
		for item := range m.items {
			numbers[item.Commitment] = true
		}
		for number := range m.aliases {
			numbers[number] = true
		}
		m.nearNumbers = NewNeighbours(maps.Keys(numbers))
	})
}
