package selection

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
)

// pick is a selection of a small problem.
type pick struct {
	choice []int
	value  int64
}

// picks gives every selection that keeps the rules, but for some.
func picks(p Problem, without ...Rule) []pick {
	var out []pick
	choice := make([]int, len(p.Projects))
	var try func(i int)
	try = func(i int) {
		if i == len(choice) {
			if respects(p, choice, without...) {
				out = append(out, pick{slices.Clone(choice), worthOf(p, choice)})
			}
			return
		}
		for s := -1; s <= len(p.Projects[i].Starts); s++ {
			choice[i] = s
			try(i + 1)
		}
	}
	try(0)
	return out
}

// bestOf gives the greatest value of those for which ok says yes, −1 for none.
func bestOf(all []pick, ok func(choice []int) bool) int64 {
	best := int64(-1)
	for _, k := range all {
		if k.value > best && ok(k.choice) {
			best = k.value
		}
	}
	return best
}

// useOf is what a choice uses of a key.
func useOf(p Problem, choice []int, key string) (sum int64) {
	for i, c := range p.Projects {
		switch s := choice[i]; {
		case s == 0:
			sum += c.Uses[key]
		case s > 0:
			sum += c.Starts[s-1].Uses[key]
		}
	}
	return sum
}

// example is a small problem that has a selection, and the answer to everything that can be asked of it.
type example struct {
	seed uint64
	p    Problem
	a    Answer
}

var examples = sync.OnceValues(func() ([]example, error) {
	seeds := uint64(1500)
	if os.Getenv("JALON_TORTURE") != "" {
		seeds = 10_000
	}
	var out []example
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 2))
		p := small(r, 6)
		p.FrontierKeys = [][]string{{"a"}, {"a", "b"}, {"c", "b", "a"}}[r.IntN(3)]
		p.FrontierKeys = slices.DeleteFunc(p.FrontierKeys, func(k string) bool { return !slices.Contains(p.keys(), k) })
		a, err := Solve(p, Options{Frontier: 4, Explain: true, NextCredit: 7, Alternatives: 3, Within: 2500})
		if err != nil {
			return nil, fmt.Errorf("seed %d: %w", seed, err)
		}
		if a.Status != Infeasible {
			out = append(out, example{seed, p, a})
		}
	}
	return out, nil
})

// explained holds something against every example.
func explained(t *testing.T, f func(t *testing.T, seed uint64, p Problem, a Answer)) {
	t.Helper()
	all, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		f(t, e.seed, e.p, e.a)
	}
}

// TestFrontierIsTheBestBelowEachCeiling holds every point against all selections below its ceiling.
func TestFrontierIsTheBestBelowEachCeiling(t *testing.T) {
	explained(t, func(t *testing.T, seed uint64, p Problem, a Answer) {
		all := picks(p)
		along := func(choice []int) (sum int64) {
			for _, k := range p.FrontierKeys {
				sum += useOf(p, choice, k)
			}
			return sum
		}
		least := along(all[0].choice)
		for _, k := range all {
			least = min(least, along(k.choice))
		}
		if n := len(a.Frontier); n > 1 && a.Frontier[0].Total != least {
			t.Fatalf("seed %d: the first ceiling is %d; as little as %d can be used", seed, a.Frontier[0].Total, least)
		}
		for i, point := range a.Frontier {
			want := bestOf(all, func(c []int) bool { return along(c) <= point.Total })
			if point.Value != want || point.Bound != want || !point.Proven {
				t.Fatalf("seed %d: below %d: %+v; the best is %d", seed, point.Total, point.Found, want)
			}
			if i > 0 && point.Total <= a.Frontier[i-1].Total {
				t.Fatalf("seed %d: ceilings %d and %d", seed, a.Frontier[i-1].Total, point.Total)
			}
		}
	})
}

// TestForcedPrice holds every price against all selections without the force.
func TestForcedPrice(t *testing.T) {
	prices := 0
	explained(t, func(t *testing.T, seed uint64, p Problem, a Answer) {
		for _, f := range a.Forced {
			prices++
			want := bestOf(picks(p, Rule{RuleForced, f.ID}), func([]int) bool { return true }) - a.Value
			if !f.Proven || f.ValueGivenUp != want || f.AtLeast != want || f.AtMost != want {
				t.Fatalf("seed %d: %+v; given up is %d", seed, f, want)
			}
			if want == 0 && len(f.PushedOut) > 0 {
				t.Fatalf("seed %d: nothing is given up, and %v are pushed out", seed, f.PushedOut)
			}
			if want > 0 && slices.Contains(f.PushedOut, f.ID) {
				t.Fatalf("seed %d: %s pushes itself out", seed, f.ID)
			}
		}
	})
	if prices < 50 {
		t.Errorf("%d prices only", prices)
	}
}

// entries gives every way in which a project and what it requires can come into a selection.
func entries(p Problem, choice []int, project int) [][]int {
	at := map[string]int{}
	for i, c := range p.Projects {
		at[c.ID] = i
	}
	bundle := []int{project}
	for n := 0; n < len(bundle); n++ {
		for _, id := range p.Projects[bundle[n]].Requires {
			if i := at[id]; choice[i] < 0 && !slices.Contains(bundle, i) {
				bundle = append(bundle, i)
			}
		}
	}
	out := [][]int{slices.Clone(choice)}
	for _, i := range bundle {
		var next [][]int
		for _, c := range out {
			for s := 0; s <= len(p.Projects[i].Starts); s++ {
				c := slices.Clone(c)
				c[i] = s
				next = append(next, c)
			}
		}
		out = next
	}
	return out
}

// TestSwapIsTheSmallest tries the leaving of every set of selected projects.
func TestSwapIsTheSmallest(t *testing.T) {
	swaps := 0
	explained(t, func(t *testing.T, seed uint64, p Problem, a Answer) {
		choice := a.Choice(p)
		for _, r := range a.Refused {
			i := slices.IndexFunc(p.Projects, func(c Project) bool { return c.ID == r.ID })
			fewest, value := -1, int64(-1)
			for set := range 1 << len(choice) {
				for _, c := range entries(p, choice, i) {
					leave := 0
					for k := range choice {
						if set>>k&1 == 1 {
							if choice[k] < 0 {
								leave = -1
								break
							}
							c[k] = -1
							leave++
						}
					}
					if leave < 0 || !respects(p, c) {
						continue
					}
					if v := worthOf(p, c); fewest < 0 || leave < fewest || leave == fewest && v > value {
						fewest, value = leave, v
					}
				}
			}
			switch {
			case !r.SwapProven:
				t.Fatalf("seed %d, %s: the swap is not proven", seed, r.ID)
			case fewest < 0 != (r.Swap == nil):
				t.Fatalf("seed %d, %s: swap %v; the smallest has %d", seed, r.ID, r.Swap, fewest)
			case fewest >= 0 && (len(r.Swap) != fewest || r.SwapValue != value):
				t.Fatalf("seed %d, %s: swap %v leaves %d; the best has %d and leaves %d", seed, r.ID, r.Swap, r.SwapValue, fewest, value)
			case fewest > 0:
				swaps++
			}
		}
	})
	if swaps < 100 {
		t.Errorf("%d swaps only", swaps)
	}
}

// TestExtraIsTheLeastThatLetsIn adds the extra credits, and one unit less of each.
func TestExtraIsTheLeastThatLetsIn(t *testing.T) {
	let, chosen := 0, 0
	explained(t, func(t *testing.T, seed uint64, p Problem, a Answer) {
		choice := a.Choice(p)
		for _, r := range a.Refused {
			i := slices.IndexFunc(p.Projects, func(c Project) bool { return c.ID == r.ID })
			enters := func(p Problem) bool {
				return slices.ContainsFunc(entries(p, choice, i), func(c []int) bool { return respects(p, c) })
			}
			if r.Extra == nil {
				rich := p
				rich.Limits = map[string]int64{}
				for k := range p.Limits {
					rich.Limits[k] = 1 << 40
				}
				if enters(rich) {
					t.Fatalf("seed %d, %s: credits would let it in", seed, r.ID)
				}
				continue
			}
			more := p
			more.Limits = maps.Clone(p.Limits)
			for k, n := range r.Extra {
				more.Limits[k] += n
			}
			if !enters(more) {
				t.Fatalf("seed %d, %s: %v does not let it in", seed, r.ID, r.Extra)
			}
			for k := range r.Extra {
				let++
				more.Limits[k]--
				if enters(more) {
					t.Fatalf("seed %d, %s: %v is more than needed of %s", seed, r.ID, r.Extra, k)
				}
				more.Limits[k]++
			}
			all := picks(more)
			best := bestOf(all, func([]int) bool { return true })
			with := bestOf(all, func(c []int) bool { return c[i] >= 0 })
			if w := r.WithExtra; !w.Proven || w.Chosen != (with == best) || w.Chosen && w.Value != best {
				t.Fatalf("seed %d, %s: %+v; the best is %d, with it %d", seed, r.ID, w, best, with)
			}
			chosen += int(one(with == best))
		}
	})
	if let < 100 || chosen < 50 {
		t.Errorf("%d credits, %d chosen only", let, chosen)
	}
}

// TestReasonsAreWhatKeepsOut: a project with no reason could come in as things stand, and is worth nothing there.
func TestReasonsAreWhatKeepsOut(t *testing.T) {
	explained(t, func(t *testing.T, seed uint64, p Problem, a Answer) {
		choice := a.Choice(p)
		for _, r := range a.Refused {
			i := slices.IndexFunc(p.Projects, func(c Project) bool { return c.ID == r.ID })
			free := slices.ContainsFunc(entries(p, choice, i), func(c []int) bool { return respects(p, c) })
			stands := len(r.Binding) > 0 || slices.ContainsFunc(r.Rules, func(r Rule) bool { return r.Rule != RuleRequires })
			if free == stands {
				t.Fatalf("seed %d, %s: binding %v, rules %v; it could come in: %v", seed, r.ID, r.Binding, r.Rules, free)
			}
		}
	})
}

// TestNextCredit holds what an amount would buy against all selections whose overruns it covers.
func TestNextCredit(t *testing.T) {
	gained := 0
	explained(t, func(t *testing.T, seed uint64, p Problem, a Answer) {
		var freed []Rule
		for _, k := range p.FrontierKeys {
			freed = append(freed, Rule{RuleLimit, k})
		}
		over := func(c []int) (sum int64) {
			for _, k := range p.FrontierKeys {
				if l, ok := p.Limits[k]; ok {
					sum += max(0, useOf(p, c, k)-l)
				}
			}
			return sum
		}
		want := bestOf(picks(p, freed...), func(c []int) bool { return over(c) <= 7 })
		if n := a.Next; !n.Proven || n.Value != want || n.Gained != want-a.Value || n.AtLeast != n.Gained || n.AtMost != n.Gained {
			t.Fatalf("seed %d: %+v; the best is %d, without the amount %d", seed, n, want, a.Value)
		}
		var sum int64
		for _, n := range a.Next.Added {
			sum += n
		}
		if sum > 7 {
			t.Fatalf("seed %d: %v is more than the amount", seed, a.Next.Added)
		}
		gained += int(one(a.Next.Gained > 0))
	})
	if gained < 50 {
		t.Errorf("%d gains only", gained)
	}
}

// TestAlternatives derives them from all selections.
func TestAlternatives(t *testing.T) {
	given := 0
	explained(t, func(t *testing.T, seed uint64, p Problem, a Answer) {
		all := picks(p)
		before := [][]string{a.Selected}
		in := func(c []int) (ids []string) {
			for i, s := range c {
				if s >= 0 {
					ids = append(ids, p.Projects[i].ID)
				}
			}
			return ids
		}
		other := func(c []int) bool {
			ids := in(c)
			return !slices.ContainsFunc(before, func(b []string) bool {
				return !slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(b, id) })
			})
		}
		for n := range 4 {
			want := bestOf(all, other)
			if want < a.Value-a.Value*2500/whole || n == 3 {
				if len(a.Alternatives) != n {
					t.Fatalf("seed %d: %d alternatives, want %d", seed, len(a.Alternatives), n)
				}
				return
			}
			if len(a.Alternatives) <= n || a.Alternatives[n].Value != want || !a.Alternatives[n].Proven || a.Alternatives[n].Lost != a.Value-want {
				t.Fatalf("seed %d: alternatives %+v; number %d is worth %d", seed, a.Alternatives, n, want)
			}
			given++
			before = append(before, a.Alternatives[n].Selected)
		}
	})
	if given < 100 {
		t.Errorf("%d alternatives only", given)
	}
}

// TestExplainGoesOnFromAnAnswer: the same explanations come of an answer that was kept as of a problem that is solved anew, piece by piece.
func TestExplainGoesOnFromAnAnswer(t *testing.T) {
	p := portfolio(3, 30, 3, 8)
	p.Projects[2].Forced, p.Projects[7].Forced = ForcedIn, ForcedOut
	o := Options{Frontier: 5, Explain: true, NextCredit: 100_000, Alternatives: 3}
	want, err := Solve(p, o)
	if err != nil {
		t.Fatal(err)
	}
	first, err := Solve(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	proven := -1
	got, err := Explain(p, first, o, func(r Partial) {
		if r.Proven < proven || r.Answer.Value != first.Value {
			t.Errorf("%d of %d pieces are proven after %d", r.Proven, r.Asked, proven)
		}
		proven = r.Proven
	})
	if err != nil {
		t.Fatal(err)
	}
	if proven != 1+5+1+len(got.Refused)+1+1 {
		t.Errorf("%d pieces were proven at the end", proven)
	}
	got.Work, want.Work = 0, 0
	if g, w := written(t, got), written(t, want); g != w {
		t.Errorf("explained:\n%s\nsolved:\n%s", g, w)
	}
}

// TestExplainGoesOnFromItself: step by step, each with little work, everything is proven in the end, and as it is when it is done at once.
func TestExplainGoesOnFromItself(t *testing.T) {
	p := portfolio(4, 22, 3, 6)
	p.Projects[2].Forced = ForcedIn
	p.Projects[5].Starts = []Start{{Shift: 1, Uses: map[string]int64{"2028/I": 9_000}}}
	o := Options{Frontier: 4, Explain: true, NextCredit: 60_000, Alternatives: 2}
	want, err := Solve(p, o)
	if err != nil {
		t.Fatal(err)
	}
	o.WorkLimit = 30_000
	a, err := Solve(p, Options{WorkLimit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	last := Partial{}
	for n := 0; last.Asked == 0 || last.Proven < last.Asked; n++ {
		if n == 200 {
			t.Fatalf("%d of %d pieces are proven after %d steps", last.Proven, last.Asked, n)
		}
		if a, err = Explain(p, a, o, func(r Partial) { last = r }); err != nil {
			t.Fatal(err)
		}
		consistent(t, p, a)
	}
	if a.Value != want.Value || a.Next.Gained != want.Next.Gained || len(a.Alternatives) != len(want.Alternatives) || len(a.Frontier) != len(want.Frontier) {
		t.Errorf("in steps:\n%s\nat once:\n%s", written(t, a), written(t, want))
	}
	for i, f := range want.Forced {
		if a.Forced[i].ValueGivenUp != f.ValueGivenUp {
			t.Errorf("price %+v, at once %+v", a.Forced[i], f)
		}
	}
	for i, f := range want.Frontier {
		if a.Frontier[i].Total == f.Total && a.Frontier[i].Value != f.Value {
			t.Errorf("point %+v, at once %+v", a.Frontier[i], f)
		}
	}
}

// written is an answer as machines read it.
func written(t *testing.T, a Answer) string {
	t.Helper()
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
