package selection

import (
	"cmp"
	"maps"
	"math"
	"math/big"
	"slices"
)

// Refusal says why a project is not selected and what would let it in. What it requires and is not selected either would come in with it.
type Refusal struct {
	ID      string   `json:"id"`
	Binding []string `json:"binding"` // keys whose limit has no room left for it
	// Rules that keep it out besides limits. Their subjects are the others: who excludes it, what it requires and is not selected, what of it is forced out, the theme.
	Rules []Rule   `json:"rules"`
	With  []string `json:"with"` // what would come in with it
	// Swap is the smallest set of selected projects whose leaving lets it in with all rules kept; among the smallest the one that leaves the most valuable selection, which is worth SwapValue.
	// nil: none is known, and none exists when SwapProven.
	Swap       []string `json:"swap"`
	SwapValue  int64    `json:"swap_value"`
	SwapProven bool     `json:"swap_proven"`
	// Extra is the least that must be added to each limit to let it into the selection as it stands; nil: credits alone do not let it in.
	Extra map[string]int64 `json:"extra"`
	// WithExtra is the best selection once that is added.
	WithExtra *WithExtra `json:"with_extra,omitempty"`
}

// WithExtra is what becomes of a refused project when the limits that refuse it are raised just enough. Credits that would let it in may serve another even better.
type WithExtra struct {
	Chosen bool  `json:"chosen"` // a best selection holds it
	Proven bool  `json:"proven"` // that it does, or that none does
	Value  int64 `json:"value"`  // of the best selection known
	Bound  int64 `json:"bound"`
	GapBP  int64 `json:"gap_bp"`
}

// refusal is a refusal on its way.
type refusal struct {
	m        *model
	project  int
	begun    bool
	entrance entrance
	rules    []Rule
	swap     exchange
	any      known      // with the extra credits
	with     known      // with the extra credits and the project
	told     *WithExtra // what was proven before
}

// entrance is how a project would come into a selection: with whom, in which starts, and what limits lack for it.
type entrance struct {
	bundle []int  // the project and what it requires that is not selected
	x      []int8 // the selection with them
	short  []int  // keys whose limit has no room
	need   map[int]int64
	themes []Rule // that would be broken
	cured  bool   // more credits would keep all of them
}

// refusals says of every project that columns leave why they do.
func (m *model) refusals(x []int8) []*refusal {
	out := []*refusal{}
	used := m.used(x)
	for i := range m.problem.Projects {
		if m.has(x, i) {
			continue
		}
		r := &refusal{m: m, project: i, any: m.ignorant(), with: m.ignorant()}
		r.entrance = m.entrance(x, used, i)
		r.rules = append(m.obstacles(x, r.entrance.bundle, i), r.entrance.themes...)
		r.swap = exchange{selected: x, entered: r.entrance.x, project: i}
		out = append(out, r)
	}
	return out
}

// closure gives a project and what it requires, directly or by others, that columns leave.
func (m *model) closure(x []int8, project int) []int {
	out := []int{project}
	for n := 0; n < len(out); n++ {
		for _, id := range m.problem.Projects[out[n]].Requires {
			if i := m.at[id]; !m.has(x, i) && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out[1:])
	return out
}

// obstacles are the rules besides limits and themes that keep a project out of a selection.
func (m *model) obstacles(x []int8, bundle []int, project int) []Rule {
	out := []Rule{}
	for _, i := range bundle {
		c := m.problem.Projects[i]
		if c.Forced == ForcedOut {
			out = append(out, Rule{RuleForced, c.ID})
		}
		if i != project {
			out = append(out, Rule{RuleRequires, c.ID})
		}
	}
	for o, c := range m.problem.Projects {
		if !m.has(x, o) && !slices.Contains(bundle, o) {
			continue
		}
		if slices.ContainsFunc(bundle, func(i int) bool { return m.exclude(i, o) }) {
			out = append(out, Rule{RuleExcludes, c.ID})
		}
	}
	return out
}

// exclude tells whether two projects exclude each other.
func (m *model) exclude(a, b int) bool {
	p := m.problem.Projects
	return slices.Contains(p[a].Excludes, p[b].ID) || slices.Contains(p[b].Excludes, p[a].ID)
}

// mostEntries is how many ways to start a project and what it requires are tried.
const mostEntries = 64

// entrance gives the way into a selection that credits can open, where there is one, that lacks the fewest keys, and lacks least; the earliest starts among equals.
func (m *model) entrance(x []int8, used []int64, project int) entrance {
	bundle := m.closure(x, project)
	starts := make([]int, len(bundle))
	var best entrance
	for n := range mostEntries {
		e := m.enter(x, used, bundle, starts)
		if n == 0 || e.compare(best) < 0 {
			best = e
		}
		at := 0
		for at < len(starts) {
			if starts[at]++; m.first[bundle[at]]+starts[at] < m.first[bundle[at]+1] {
				break
			}
			starts[at] = 0
			at++
		}
		if at == len(starts) {
			break
		}
	}
	return best
}

func (e entrance) compare(o entrance) int {
	sum := func(need map[int]int64) (n int64) {
		for _, v := range need {
			n += v
		}
		return n
	}
	return cmp.Or(cmp.Compare(one(o.cured), one(e.cured)), cmp.Compare(len(e.need), len(o.need)), cmp.Compare(sum(e.need), sum(o.need)), cmp.Compare(len(e.themes), len(o.themes)))
}

// enter lets projects into a selection in given starts and sees what lacks.
func (m *model) enter(x []int8, used []int64, bundle, starts []int) entrance {
	e := entrance{bundle: bundle, x: slices.Clone(x), need: map[int]int64{}, cured: true}
	used = slices.Clone(used)
	for n, i := range bundle {
		j := m.first[i] + starts[n]
		e.x[j] = 1
		for k, u := range m.uses[j] {
			used[k] += u
		}
	}
	for k, key := range m.keys {
		if limit, ok := m.problem.Limits[key]; ok && used[k] > limit {
			e.short, e.need[k] = append(e.short, k), used[k]-limit
		}
	}
	for _, r := range m.rules {
		if r.Rule.Rule == RuleTheme {
			m.theme(&e, r)
		}
	}
	return e
}

// theme sees whether a theme's rules hold, and where they do not whether a higher limit would mend them.
func (m *model) theme(e *entrance, r rule) {
	broken := false
	for n, row := range r.rows {
		sum := row.sumOf(e.x)
		if sum <= row.limit {
			continue
		}
		broken = true
		at := slices.IndexFunc(r.parts, func(p part) bool { return p.row == n })
		if at < 0 || r.parts[at].bp == 0 {
			e.cured = false
			continue
		}
		p := r.parts[at]
		// The smallest limit of which the share is at least what the theme uses is ⌈use·10,000/bp⌉.
		if limit := reach(sum, int64(p.bp)); limit > maxNumber {
			e.cured = false
		} else {
			e.need[p.key] = max(e.need[p.key], limit-m.problem.Limits[m.keys[p.key]])
		}
	}
	if broken {
		e.themes = append(e.themes, r.Rule)
	}
}

// raised is the problem with the limits that the entrance needs.
func (r *refusal) raised(m *model) (*model, error) {
	p := m.problem
	p.Limits = maps.Clone(p.Limits)
	for k, n := range r.entrance.need {
		p.Limits[m.keys[k]] += n
	}
	n, err := compile(p)
	if err == nil {
		n.adopt(m)
	}
	return n, err
}

// creditsSuffice tells whether more credits alone let the project in.
func (r *refusal) creditsSuffice() bool {
	return r.entrance.cured && !slices.ContainsFunc(r.rules, func(r Rule) bool { return r.Rule == RuleForced || r.Rule == RuleExcludes })
}

func (r *refusal) settled() bool {
	_, sure := r.verdict()
	return r.swap.done && (sure || !r.creditsSuffice())
}

func (r *refusal) weight() int64 { return 2 }

func (r *refusal) tighten(e *explainer, b *budget) {
	r.begun = true
	if !r.swap.done {
		c := b.child(b.work * 2 / 3)
		r.swap.tighten(e.m, c)
		b.charge(c)
	}
	if !r.creditsSuffice() || r.told != nil || b.ended {
		return
	}
	m, err := r.raised(e.m)
	if err != nil { // the raised limits leave 64 bits
		return
	}
	value := m.worth(r.entrance.x)
	r.with.offer(r.entrance.x, value)
	r.any.offer(r.entrance.x, value)
	if !r.any.proven {
		c := b.child(max(1, b.work*2/3))
		m.tighten(&r.any, m.program(all), c, nil)
		b.charge(c)
		r.with.cap(r.any.bound)
	}
	if chosen, sure := r.verdict(); !chosen && !sure && !b.ended {
		m.tighten(&r.with, m.program(all, m.chosen(-1, [2]int{r.project, -1})), b, nil)
		r.any.offer(r.with.x, r.with.value)
	}
}

// verdict tells whether a best selection with the extra credits holds the project, as far as is known, and whether that is sure.
func (r *refusal) verdict() (chosen, sure bool) {
	if r.told != nil {
		return r.told.Chosen, true
	}
	if r.any.x == nil {
		return false, false
	}
	if r.m.has(r.any.x, r.project) || r.with.x != nil && r.with.value >= r.any.value {
		return true, r.any.proven
	}
	return false, r.with.bound < r.any.value
}

func (r *refusal) refusal(m *model) Refusal {
	out := Refusal{ID: m.problem.Projects[r.project].ID, Binding: []string{}, Rules: r.rules, With: []string{}}
	for _, k := range r.entrance.short {
		out.Binding = append(out.Binding, m.keys[k])
	}
	for _, i := range r.entrance.bundle[1:] {
		out.With = append(out.With, m.problem.Projects[i].ID)
	}
	out.SwapProven = r.swap.done
	if r.swap.x != nil {
		out.Swap, out.SwapValue = m.difference(r.swap.selected, r.swap.x), m.worth(r.swap.x)
	}
	if !r.creditsSuffice() {
		return out
	}
	out.Extra = map[string]int64{}
	for k, n := range r.entrance.need {
		out.Extra[m.keys[k]] = n
	}
	if r.told != nil {
		out.WithExtra = r.told
	} else if r.any.x != nil {
		w := WithExtra{Value: r.any.value, Bound: r.any.bound, GapBP: gap(r.any.value, r.any.bound)}
		w.Chosen, w.Proven = r.verdict()
		out.WithExtra = &w
	}
	return out
}

// sumOf is the sum of a row.
func (r row) sumOf(x []int8) (sum int64) {
	for k, j := range r.at {
		sum += r.coef[k] * int64(x[j])
	}
	return sum
}

// reach is the least amount of which so many basis points are at least a sum.
func reach(sum, bp int64) int64 {
	v := big.NewInt(sum)
	v.Mul(v, big.NewInt(whole)).Add(v, big.NewInt(bp-1)).Div(v, big.NewInt(bp))
	if !v.IsInt64() {
		return math.MaxInt64
	}
	return v.Int64()
}
