package selection

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// related makes problems of which the answer is proven within moments, for tests that relate two answers.
func related(t *testing.T, f func(t *testing.T, r *rand.Rand, p Problem, a Answer)) {
	t.Helper()
	for seed := range uint64(8) {
		p := portfolio(seed, 12+int(seed), 3, 6)
		p.Projects[seed].Starts = []Start{{Shift: 1, Uses: map[string]int64{"2028/I": 20_000, "2029/F": 9_000}}}
		if a := answered(t, p); a.Status == Optimal {
			f(t, rand.New(rand.NewPCG(seed, 3)), p, a)
		} else if a.Status != Infeasible {
			t.Errorf("seed %d: %s", seed, a.Status)
		}
	}
}

func answered(t *testing.T, p Problem) Answer {
	t.Helper()
	a, err := Solve(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestOrderDoesNotMatter(t *testing.T) {
	related(t, func(t *testing.T, r *rand.Rand, p Problem, a Answer) {
		q := p
		q.Projects = slices.Clone(p.Projects)
		r.Shuffle(len(q.Projects), func(i, j int) { q.Projects[i], q.Projects[j] = q.Projects[j], q.Projects[i] })
		if b := answered(t, q); b.Status != Optimal || b.Value != a.Value {
			t.Errorf("%s %d in another order, %d before", b.Status, b.Value, a.Value)
		}
	})
}

func TestUnitsDoNotMatter(t *testing.T) {
	related(t, func(t *testing.T, _ *rand.Rand, p Problem, a Answer) {
		const key, times = "2027/I", 37
		q := p
		q.Projects, q.Limits = slices.Clone(p.Projects), maps.Clone(p.Limits)
		scaled := func(uses map[string]int64) map[string]int64 {
			uses = maps.Clone(uses)
			uses[key] *= times
			return uses
		}
		for i, c := range q.Projects {
			q.Projects[i].Value = c.Value * times
			q.Projects[i].Uses = scaled(c.Uses)
			q.Projects[i].Starts = slices.Clone(c.Starts)
			for k, s := range c.Starts {
				q.Projects[i].Starts[k].Uses = scaled(s.Uses)
			}
		}
		q.Limits[key] *= times
		if b := answered(t, q); b.Status != Optimal || b.Value != a.Value*times || b.Used[key] > q.Limits[key] {
			t.Errorf("%s %d in other units, want %d", b.Status, b.Value, a.Value*times)
		}
	})
}

func TestUselessProjectChangesNothing(t *testing.T) {
	related(t, func(t *testing.T, _ *rand.Rand, p Problem, a Answer) {
		q := p
		q.Projects = append([]Project{{ID: "useless", Value: 0, Uses: map[string]int64{"2027/I": 1}, Theme: "T9"}}, p.Projects...)
		if b := answered(t, q); b.Status != Optimal || b.Value != a.Value {
			t.Errorf("%s %d with a project that is worth nothing, %d without", b.Status, b.Value, a.Value)
		}
	})
}

func TestMoreRoomIsNeverWorse(t *testing.T) {
	related(t, func(t *testing.T, r *rand.Rand, p Problem, a Answer) {
		keys := sorted(p.Limits)
		key := keys[r.IntN(len(keys))]
		q := p
		q.Limits = maps.Clone(p.Limits)
		q.Limits[key] += q.Limits[key] / 5
		if b := answered(t, q); b.Status != Optimal || b.Value < a.Value {
			t.Errorf("%s %d with more of %s, %d with less", b.Status, b.Value, key, a.Value)
		}
		delete(q.Limits, key)
		if b := answered(t, q); key != "2027/I" && (b.Status != Optimal || b.Value < a.Value) { // without that limit the share of it is another rule
			t.Errorf("%s %d without a limit of %s, %d with one", b.Status, b.Value, key, a.Value)
		}
	})
}

func TestForcingWhatIsChosenChangesNothing(t *testing.T) {
	related(t, func(t *testing.T, _ *rand.Rand, p Problem, a Answer) {
		q := p
		q.Projects = slices.Clone(p.Projects)
		for i, c := range q.Projects {
			q.Projects[i].Forced = ForcedOut
			if slices.Contains(a.Selected, c.ID) {
				q.Projects[i].Forced = ForcedIn
			}
		}
		b := answered(t, q)
		if b.Status != Optimal || b.Value != a.Value || !slices.Equal(b.Selected, a.Selected) {
			t.Errorf("%s %d %v with all forced, %d %v before", b.Status, b.Value, b.Selected, a.Value, a.Selected)
		}
		q.Projects = slices.Clone(p.Projects)
		out := slices.IndexFunc(p.Projects, func(c Project) bool { return c.ID == a.Selected[0] })
		q.Projects[out].Forced = ForcedOut
		if b := answered(t, q); b.Status == Optimal && b.Value > a.Value {
			t.Errorf("%d with %s forced out, %d before", b.Value, p.Projects[out].ID, a.Value)
		}
	})
}
