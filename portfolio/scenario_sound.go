package portfolio

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"

	"jalon/portfolio/selection"
)

// sound tells whether the frozen answer is one to the frozen question: its problem is the one that the content poses, the selection respects every rule of it, and value and use are what
// they are said to be. It adds up anew and believes nothing that stands beside.
func (f frozenScenario) sound() bool {
	p, err := f.Content.problem(f.Content.Percentile)
	if err != nil {
		return false
	}
	posed, err := hashOf(p)
	if err != nil {
		return false
	}
	if kept, err := hashOf(f.Problem); err != nil || kept != posed {
		return false
	}
	in := map[string]bool{}
	for _, id := range f.Answer.Selected {
		in[id] = true
	}
	t := tally{used: map[string]int64{}, of: map[string]*themeTally{}}
	for _, c := range p.Projects {
		if (c.Forced == selection.ForcedIn && !in[c.ID]) || (c.Forced == selection.ForcedOut && in[c.ID]) {
			return false
		}
		if !in[c.ID] {
			continue
		}
		delete(in, c.ID)
		if !t.add(c, f.Answer.Starts[c.ID]) || !rulesHold(c, f.Answer.Selected) {
			return false
		}
	}
	return len(in) == 0 && t.value == f.Answer.Value && f.Answer.Value <= f.Answer.Bound && t.holds(p)
}

// rulesHold tells whether a selected project has what it requires beside it, and nothing that it excludes.
func rulesHold(c selection.Project, selected []string) bool {
	for _, id := range c.Requires {
		if !slices.Contains(selected, id) {
			return false
		}
	}
	for _, id := range c.Excludes {
		if slices.Contains(selected, id) {
			return false
		}
	}
	return true
}

// tally adds up a selection.
type tally struct {
	value int64
	used  map[string]int64
	of    map[string]*themeTally
}

type themeTally struct {
	projects, value int64
	used            map[string]int64
}

// add counts a project in one of its starts; false: it has no such start.
func (t *tally) add(c selection.Project, shift int64) bool {
	uses, value := c.Uses, c.Value
	if shift != 0 {
		i := slices.IndexFunc(c.Starts, func(s selection.Start) bool { return s.Shift == shift })
		if i < 0 {
			return false
		}
		if uses = c.Starts[i].Uses; c.Starts[i].Value != nil {
			value = *c.Starts[i].Value
		}
	}
	if t.of[c.Theme] == nil {
		t.of[c.Theme] = &themeTally{used: map[string]int64{}}
	}
	theme := t.of[c.Theme]
	theme.projects++
	theme.value += value
	t.value += value
	for key, n := range uses {
		t.used[key] += n
		theme.used[key] += n
	}
	return true
}

// holds tells whether every limit and what is asked of every theme is respected.
func (t *tally) holds(p selection.Problem) bool {
	for key, limit := range p.Limits {
		if t.used[key] > limit {
			return false
		}
	}
	for _, code := range slices.Sorted(maps.Keys(p.Themes)) {
		asked, got := p.Themes[code], t.of[code]
		if got == nil {
			got = &themeTally{}
		}
		if got.projects < asked.MinProjects || !shareAtLeast(got.value, t.value, asked.MinValueBP) {
			return false
		}
		for key, share := range asked.MaxUseBP {
			if limit, ok := p.Limits[key]; ok && shareAbove(got.used[key], limit, share) {
				return false
			}
		}
	}
	return true
}

// shareAtLeast tells whether a part is so many basis points of the whole, in 128 bits.
func shareAtLeast(part, whole, bp int64) bool { return compareProducts(part, 10_000, whole, bp) >= 0 }

// shareAbove tells whether a part is more than so many basis points of the whole.
func shareAbove(part, whole, bp int64) bool { return compareProducts(part, 10_000, whole, bp) > 0 }

// compareProducts compares a·b with c·d, none of them negative.
func compareProducts(a, b, c, d int64) int {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	hi2, lo2 := bits.Mul64(uint64(c), uint64(d))
	return cmp.Or(cmp.Compare(hi, hi2), cmp.Compare(lo, lo2))
}
