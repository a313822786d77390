package selection

import (
	"maps"
	"math/rand/v2"
	"testing"
)

// TestSharedCuts: what was cut off one problem is a cut of a problem with other rules or limits where that problem takes it over, and each keeps every selection.
func TestSharedCuts(t *testing.T) {
	shared, adopted := 0, 0
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 5))
		p := small(r, 9)
		m, err := posed(p)
		if err != nil {
			continue
		}
		q := m.program(all).tighten(&budget{work: 100_000}, 30)
		if m.cuts = q.rows[len(q.rows)-q.cuts:]; len(m.cuts) == 0 {
			continue
		}
		gone := r.IntN(len(m.rules))
		less := m.program(func(i int) bool { return i != gone })
		shared += keepsAll(t, seed, less, m.strengthen(less))
		p.Limits = maps.Clone(p.Limits)
		for k := range p.Limits {
			if r.IntN(2) == 0 {
				p.Limits[k] += r.Int64N(9)
			}
		}
		o, err := posed(p)
		if err != nil {
			t.Fatal(err)
		}
		o.adopt(m)
		adopted += keepsAll(t, seed, o.program(all), o.strengthen(o.program(all)))
	}
	if shared < 100 || adopted < 100 {
		t.Errorf("%d cuts were shared, %d adopted", shared, adopted)
	}
}

// keepsAll tries every choice, and gives the number of cuts.
func keepsAll(t *testing.T, seed uint64, p, cut *program) int {
	t.Helper()
	n := len(p.value)
	if n > 14 {
		return 0
	}
	x := make([]int8, n)
	for set := range 1 << n {
		for j := range n {
			x[j] = int8(set >> j & 1)
		}
		if p.holds(x) != cut.holds(x) {
			t.Fatalf("seed %d: %v is cut off", seed, x)
		}
	}
	return cut.cuts
}
