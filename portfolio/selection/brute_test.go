package selection

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// small makes a problem of a few projects with every sort of rule, now and then an impossible one.
func small(r *rand.Rand, most int) Problem {
	n := 1 + r.IntN(most)
	p := Problem{Limits: map[string]int64{}, Themes: map[string]Theme{}}
	keys := []string{"a", "b", "c"}
	for i := range n {
		c := Project{ID: fmt.Sprint("P", i), Value: int64(r.IntN(20)), Uses: map[string]int64{}}
		for _, k := range keys {
			if r.IntN(3) > 0 {
				c.Uses[k] = int64(r.IntN(12))
			}
		}
		if i > 0 && r.IntN(4) == 0 {
			c.Requires = append(c.Requires, fmt.Sprint("P", r.IntN(i)))
		}
		if i > 0 && r.IntN(4) == 0 {
			c.Excludes = append(c.Excludes, fmt.Sprint("P", r.IntN(i)))
		}
		if r.IntN(2) == 0 {
			c.Theme = fmt.Sprint("T", r.IntN(2))
		}
		switch r.IntN(12) {
		case 0:
			c.Forced = ForcedIn
		case 1:
			c.Forced = ForcedOut
		}
		for s := range r.IntN(3) {
			start := Start{Shift: int64(s + 1), Uses: map[string]int64{keys[r.IntN(3)]: int64(r.IntN(12))}}
			if r.IntN(2) == 0 {
				v := int64(r.IntN(20))
				start.Value = &v
			}
			c.Starts = append(c.Starts, start)
		}
		p.Projects = append(p.Projects, c)
	}
	for _, k := range keys {
		if r.IntN(4) > 0 {
			p.Limits[k] = int64(r.IntN(8 * n))
		}
	}
	for t := range 2 {
		if r.IntN(2) == 0 {
			p.Themes[fmt.Sprint("T", t)] = Theme{MinProjects: int64(r.IntN(3)), MinValueBP: int64(r.IntN(3)) * 1501, MaxUseBP: map[string]int64{keys[r.IntN(3)]: int64(2000 + r.IntN(7000))}}
		}
	}
	known := p.keys()
	for _, t := range p.Themes {
		maps.DeleteFunc(t.MaxUseBP, func(k string, _ int64) bool { return !slices.Contains(known, k) })
	}
	return p
}

// respects checks a choice against the words of the problem, without rows or columns. without: rules that need not hold.
func respects(p Problem, choice []int, without ...Rule) bool {
	skip := func(rule, subject string) bool { return slices.Contains(without, Rule{rule, subject}) }
	at := map[string]int{}
	for i, c := range p.Projects {
		at[c.ID] = i
	}
	in := func(id string) bool { return choice[at[id]] >= 0 }
	used, themed := map[string]int64{}, map[string]map[string]int64{}
	var value int64
	worth, count := map[string]int64{}, map[string]int64{}
	for i, c := range p.Projects {
		if choice[i] < 0 {
			if c.Forced == ForcedIn && !skip(RuleForced, c.ID) {
				return false
			}
			continue
		}
		if c.Forced == ForcedOut && !skip(RuleForced, c.ID) {
			return false
		}
		if !skip(RuleRequires, c.ID) && slices.ContainsFunc(c.Requires, func(id string) bool { return !in(id) }) {
			return false
		}
		if !skip(RuleExcludes, c.ID) && slices.ContainsFunc(c.Excludes, in) {
			return false
		}
		v, uses := c.Value, c.Uses
		if s := choice[i]; s > 0 {
			uses = c.Starts[s-1].Uses
			if c.Starts[s-1].Value != nil {
				v = *c.Starts[s-1].Value
			}
		}
		value += v
		worth[c.Theme] += v
		count[c.Theme]++
		if themed[c.Theme] == nil {
			themed[c.Theme] = map[string]int64{}
		}
		for k, u := range uses {
			used[k] += u
			themed[c.Theme][k] += u
		}
	}
	for k, l := range p.Limits {
		if used[k] > l && !skip(RuleLimit, k) {
			return false
		}
	}
	for id, t := range p.Themes {
		if skip(RuleTheme, id) {
			continue
		}
		if count[id] < t.MinProjects || worth[id]*whole < t.MinValueBP*value {
			return false
		}
		for k, bp := range t.MaxUseBP {
			of, limited := p.Limits[k]
			if !limited {
				of = used[k]
			}
			if themed[id][k]*whole > bp*of {
				return false
			}
		}
	}
	return true
}

// worthOf is the value of a choice.
func worthOf(p Problem, choice []int) (v int64) {
	for i, c := range p.Projects {
		switch s := choice[i]; {
		case s == 0, s > 0 && c.Starts[s-1].Value == nil:
			v += c.Value
		case s > 0:
			v += *c.Starts[s-1].Value
		}
	}
	return v
}

// brute tries every selection. ok: there is one.
func brute(p Problem, without ...Rule) (best int64, ok bool) {
	choice := make([]int, len(p.Projects))
	var try func(i int)
	try = func(i int) {
		if i == len(choice) {
			if respects(p, choice, without...) {
				best, ok = max(best, worthOf(p, choice)), true
			}
			return
		}
		for s := -1; s <= len(p.Projects[i].Starts); s++ {
			choice[i] = s
			try(i + 1)
		}
	}
	try(0)
	return best, ok
}

// TestAgreesWithTryingEverySelection: on small problems with every sort of rule the answer is the best there is, and a conflict is one of which nothing can be dropped.
func TestAgreesWithTryingEverySelection(t *testing.T) {
	impossible, seeds := 0, uint64(2000)
	if os.Getenv("JALON_TORTURE") != "" {
		seeds = 30_000
	}
	for seed := range seeds {
		most := 6
		if seed%20 == 0 {
			most = 9
		}
		p := small(rand.New(rand.NewPCG(seed, 1)), most)
		if len(p.Projects) > 7 {
			p.Projects[0].Starts = nil
		}
		want, ok := brute(p)
		a, err := Solve(p, Options{})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !ok {
			impossible++
			if a.Status != Infeasible {
				t.Fatalf("seed %d: %s, and there is no selection", seed, a.Status)
			}
			held(t, seed, p, a.Conflict)
			continue
		}
		if a.Status != Optimal || a.Value != want || a.Bound != want {
			t.Fatalf("seed %d: %s %d (bound %d); the best is %d", seed, a.Status, a.Value, a.Bound, want)
		}
		if choice := a.Choice(p); !respects(p, choice) || worthOf(p, choice) != want {
			t.Fatalf("seed %d: the selection breaks a rule or is not worth %d: %v", seed, want, a.Selected)
		}
	}
	if impossible < 50 {
		t.Errorf("%d problems were impossible: the generator tests conflicts too little", impossible)
	}
}

// held holds a conflict: its rules alone admit no selection, and do as soon as one is dropped.
func held(t *testing.T, seed uint64, p Problem, conflict []Rule) {
	t.Helper()
	m, err := compile(p)
	if err != nil {
		t.Fatal(err)
	}
	var others []Rule
	for _, r := range m.rules {
		if !slices.Contains(conflict, r.Rule) {
			others = append(others, r.Rule)
		}
	}
	if _, ok := brute(p, others...); ok {
		t.Fatalf("seed %d: %v do not conflict", seed, conflict)
	}
	for _, r := range conflict {
		if _, ok := brute(p, append(slices.Clone(others), r)...); !ok {
			t.Fatalf("seed %d: %v conflict without %v too", seed, conflict, r)
		}
	}
}
