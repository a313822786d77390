package scoring

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"jalon/internal/money"
)

func TestKeep(t *testing.T) {
	for _, tc := range []struct {
		name string
		keep Keep
		want string
	}{
		{"none", TopN(0), "[false false false false]"}, {"fewer than none", TopN(-1), "[false false false false]"},
		{"two, of equal ones the first", TopN(2), "[true false true false]"}, {"more than there are", TopN(9), "[true true true true]"},
		{"who has no room is passed over", Within([][]int64{{60}, {10}, {50}, {1}}, []int64{100}), "[false true true true]"},
		{"of equal ones the first has the room", Within([][]int64{{50}, {1}, {50}, {50}}, []int64{100}), "[true false true false]"},
		{"room for all", Within([][]int64{{60}, {10}, {50}, {1}}, []int64{121}), "[true true true true]"},
		{"room in one year and not in the other", Within([][]int64{{1, 5}, {2, 2}, {3, 0}, {4, 0}}, []int64{7, 4}), "[false false true true]"},
		{"less than no room", Within([][]int64{{60, 1}, {0, 1}, {50, 1}, {0, 1}}, []int64{-1, 3}), "[false true false true]"},
		{"no limit", Within(make([][]int64, 4), nil), "[true true true true]"},
	} {
		if got := fmt.Sprint(tc.keep([]int64{5, 1, 9, 5})); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

// TestVary: one that is best everywhere is always kept, one that is worst never, and two that trade one criterion for the other share the place.
func TestVary(t *testing.T) {
	g := values(5000, 5000)
	candidates := []Candidate{{"best", 1, levels(3, 3)}, {"first", 1, levels(3, 0)}, {"second", 1, levels(0, 3)}, {"worst", 1, levels(0, 0)}}
	got, err := Vary(g, candidates, TopN(2), Usual())
	if err != nil {
		t.Fatal(err)
	}
	if got.Draws != 1000 || !slices.Equal(got.Base, []bool{true, true, false, false}) {
		t.Errorf("%+v", got)
	}
	if got.Kept[0] != Whole || got.Kept[3] != 0 || got.Kept[1]+got.Kept[2] != Whole || StabilityOf(got.Kept[1]) != StabilityFragile {
		t.Errorf("kept: %v", got.Kept)
	}
	again, err := Vary(g, candidates, TopN(2), Usual())
	if err != nil || !slices.Equal(again.Kept, got.Kept) {
		t.Errorf("asked again: %v, want %v", again.Kept, got.Kept)
	}
}

// TestVaryByNothing: without a spread every draw keeps what the ranking keeps, whatever the grid.
func TestVaryByNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 9))
	for range 300 {
		g := someGrid(r)
		var ranked []Candidate
		all := someCandidates(r, g)
		places := Rank(g, all)
		for _, p := range places {
			if p.Complete {
				ranked = append(ranked, all[p.Candidate])
			}
		}
		n := r.IntN(len(all) + 1)
		got, err := Vary(g, ranked, TopN(n), Variation{Draws: 3})
		if err != nil {
			t.Fatal(err)
		}
		for i := range ranked {
			want := money.BasisPoints(0)
			if i < n {
				want = Whole
			}
			if got.Base[i] != (i < n) || got.Kept[i] != want {
				t.Fatalf("the first %d of %d: %+v", n, len(ranked), got)
			}
		}
	}
}

// TestVaryWithinReach: the values stay between nothing and the best, and a level that is the same everywhere is the value.
func TestVaryWithinReach(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		g := someGrid(r)
		top := make([]Level, len(g.Criteria))
		for i, c := range g.Criteria {
			top[i] = Settled(c.Top)
		}
		_, err := Vary(g, []Candidate{{Levels: top}, {Levels: make([]Level, len(top))}}, func(v []int64) []bool {
			if v[0] != Millionths || v[1] != 0 {
				t.Fatalf("values %v", v)
			}
			return []bool{true, false}
		}, Variation{Draws: 20, Spread: 9999, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestVaryStops(t *testing.T) {
	asked := 0
	got, err := Vary(values(10_000), []Candidate{{Levels: levels(1)}}, TopN(1), Variation{Draws: 50, Spread: 1, Stop: func() bool { asked++; return asked > 10 }})
	if err != nil || got.Draws != 10 || got.Kept[0] != Whole {
		t.Errorf("%+v %v", got, err)
	}
	for _, v := range []Variation{{Draws: -1}, {Spread: -1}, {Spread: Whole}} {
		if _, err := Vary(values(10_000), nil, TopN(1), v); err == nil {
			t.Errorf("%+v is taken", v)
		}
	}
	if got, err := Vary(values(10_000), []Candidate{{Levels: levels(1)}}, TopN(1), Variation{Stop: func() bool { return true }}); err != nil || got.Kept[0] != 0 {
		t.Errorf("no draw: %+v %v", got, err)
	}
}

func TestStability(t *testing.T) {
	for kept, want := range map[money.BasisPoints]Stability{10_000: StabilityKept, 9000: StabilityKept, 8999: StabilityFragile, 1001: StabilityFragile, 1000: StabilityOut, 0: StabilityOut} {
		if got := StabilityOf(kept); got != want {
			t.Errorf("%d: %s, want %s", kept, got, want)
		}
	}
}
