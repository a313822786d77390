package reconcile

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// Op is how a condition compares.
type Op string

// The comparisons. Texts know the first four, amounts, days and fiscal years OpEquals and OpBetween.
const (
	OpEquals   Op = "equals"
	OpPrefix   Op = "prefix"
	OpContains Op = "contains"
	OpPattern  Op = "pattern" // a regular expression (RE2), case ignored
	OpBetween  Op = "between" // both ends belong to it; an end that is "" is open
)

// Condition asks one thing of a line. Value and To are texts: codes and words as the file has them, amounts in minor
// units ("-1250"), days as "2026-02-28", fiscal years as their number.
type Condition struct {
	Field Field  `json:"field"`
	Op    Op     `json:"op"`
	Value string `json:"value"`
	To    string `json:"to,omitempty"` // of OpBetween
}

// What a condition may be as long as, so that no rule can hold up an import.
const (
	maxValue        = 200   // bytes of a value or a pattern
	maxInstructions = 2_000 // of a compiled pattern
	maxScanned      = 1_000 // bytes of a text that a pattern is tried on
)

// Key is the key of the comparison's name in the catalogues, "" for an unknown one.
func (o Op) Key() string {
	switch o {
	case OpEquals:
		return "reconcile.op.equals"
	case OpPrefix:
		return "reconcile.op.prefix"
	case OpContains:
		return "reconcile.op.contains"
	case OpPattern:
		return "reconcile.op.pattern"
	case OpBetween:
		return "reconcile.op.between"
	}
	return ""
}

// test is a condition made ready.
type test struct {
	info    *fieldInfo
	op      Op
	value   string // as its kind compares
	pattern *regexp.Regexp
	from    int64 // of numbers and days
	to      int64
}

// compile makes a condition ready, or says what is wrong with it.
func (c Condition) compile() (test, *fault.Error) {
	info, ok := c.Field.info()
	if !ok {
		return test{}, fault.Invalid("reconcile.condition.field", string(c.Field))
	}
	t := test{info: info, op: c.Op}
	if len(c.Value) > maxValue || len(c.To) > maxValue {
		return t, fault.Invalid("reconcile.condition.long", maxValue)
	}
	if c.Op != OpBetween && c.To != "" || c.Op.Key() == "" || (c.Op == OpBetween) && info.text != nil {
		return t, fault.Invalid("reconcile.condition.op", string(c.Op))
	}
	if info.text == nil {
		return t.compileRange(c)
	}
	t.value = codeKey(c.Value)
	if info.kind == kindWords {
		t.value = words(c.Value)
	}
	if t.value == "" {
		return t, fault.Invalid("reconcile.condition.empty")
	}
	if c.Op == OpPattern {
		return t.compilePattern(c.Value)
	}
	return t, nil
}

func (t test) compileRange(c Condition) (test, *fault.Error) {
	to := c.To
	switch c.Op {
	case OpEquals:
		to = c.Value
		if to == "" {
			return t, fault.Invalid("reconcile.condition.empty")
		}
	case OpBetween:
		if c.Value == "" && c.To == "" {
			return t, fault.Invalid("reconcile.condition.empty")
		}
	default:
		return t, fault.Invalid("reconcile.condition.op", string(c.Op))
	}
	var ok1, ok2 bool
	t.from, ok1 = t.info.limit(c.Value, -1<<63)
	t.to, ok2 = t.info.limit(to, 1<<63-1)
	if !ok1 || !ok2 {
		return t, fault.Invalid("reconcile.condition.value")
	}
	if t.from > t.to {
		return t, fault.Invalid("reconcile.condition.order")
	}
	return t, nil
}

// limit reads one end of a range; an open end is the outermost number.
func (info *fieldInfo) limit(s string, open int64) (int64, bool) {
	if s == "" {
		return open, true
	}
	if info.kind == kindDay {
		d, err := civil.Parse(s)
		return int64(d.Number()), err == nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func (t test) compilePattern(expr string) (test, *fault.Error) {
	bad := fault.Invalid("reconcile.condition.pattern")
	parsed, err := syntax.Parse("(?i:"+expr+")", syntax.Perl)
	if err != nil {
		return t, bad
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxInstructions {
		return t, bad
	}
	if t.pattern, err = regexp.Compile("(?i:" + expr + ")"); err != nil || t.pattern.MatchString("") {
		return t, bad // what matches nothing matches every line
	}
	return t, nil
}

// holds tells whether a line fulfils the condition.
func (t *test) holds(p *probe) bool {
	if t.info.text == nil {
		if t.info.kind == kindDay && p.facts.Date.IsZero() {
			return false
		}
		n := t.info.number(p.facts)
		return t.from <= n && n <= t.to
	}
	if t.op == OpPattern {
		return t.pattern.MatchString(clip(t.info.text(p.facts), maxScanned))
	}
	text := p.text(t.info)
	switch t.op {
	case OpPrefix:
		return strings.HasPrefix(text, t.value)
	case OpContains:
		return strings.Contains(text, t.value)
	}
	return text == t.value
}

// cost orders conditions so that the cheap ones are asked first.
func (t *test) cost() int {
	switch {
	case t.op == OpPattern:
		return 3
	case t.info.kind == kindWords:
		return 2
	case t.info.text != nil && t.op != OpEquals:
		return 1
	}
	return 0
}

func byCost(a, b test) int { return cmp.Compare(a.cost(), b.cost()) }

// probe is a line that is being asked: what was made ready of it for one condition is kept for the next.
type probe struct {
	facts      *Facts
	commitment string // the number that replaced it, where one did
	words      [2]string
	ready      [2]bool
}

// text gives a field as its kind compares.
func (p *probe) text(info *fieldInfo) string {
	switch info.field {
	case FieldCommitment:
		return p.commitment
	case FieldLabel:
		return p.wordsOf(0, info)
	case FieldSupplierName:
		return p.wordsOf(1, info)
	}
	return codeKey(info.text(p.facts))
}

func (p *probe) wordsOf(i int, info *fieldInfo) string {
	if !p.ready[i] {
		p.words[i], p.ready[i] = words(clip(info.text(p.facts), maxScanned)), true
	}
	return p.words[i]
}
