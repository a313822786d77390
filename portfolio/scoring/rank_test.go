package scoring

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// values is a grid of criteria of value with four levels each.
func values(weights ...money.BasisPoints) Grid {
	var g Grid
	for _, w := range weights {
		g.Criteria = append(g.Criteria, Criterion{Kind: KindValue, Weight: w, Top: 3})
	}
	return g
}

func levels(all ...int64) []Level {
	out := make([]Level, len(all))
	for i, l := range all {
		if l >= 0 { // else nothing is known
			out[i] = Settled(l)
		}
	}
	return out
}

func TestRank(t *testing.T) {
	half := values(5000, 5000)
	for _, tc := range []struct {
		name       string
		grid       Grid
		candidates []Candidate
		want       string // code, rank, points and the rule that sets it behind the one before
	}{
		{"by value", half, []Candidate{{"A", 1, levels(0, 3)}, {"B", 2, levels(3, 3)}}, "B1:1000 A2:500value "},
		{"by the heaviest criterion", values(3333, 6667), []Candidate{{"A", 1, levels(2, 1)}, {"B", 2, levels(0, 2)}}, "B1:444 A2:444value "},
		{"the same value, more of the heaviest", values(4000, 6000), []Candidate{{"A", 1, levels(3, 0)}, {"B", 2, levels(0, 2)}}, "B1:400 A2:400criterion1 "},
		{"the same weights: the first of the grid", half, []Candidate{{"A", 1, levels(1, 2)}, {"B", 2, levels(2, 1)}}, "B1:500 A2:500criterion0 "},
		{"the earlier request", half, []Candidate{{"A", 9, levels(1, 2)}, {"B", 2, levels(1, 2)}}, "B1:500 A2:500earlier "},
		{"the code", half, []Candidate{{"B", 2, levels(1, 2)}, {"A", 2, levels(1, 2)}}, "A1:500 B2:500code "},
		{"what is not known has no rank", half, []Candidate{{"B", 1, levels(3, -1)}, {"A", 2, levels(-1, -1)}, {"C", 3, levels(0, 0)}}, "C1:0 A0:0 B0:500 "},
		{"means are not rounded", values(10_000), []Candidate{{"A", 1, []Level{Mean(2, 1)}}, {"B", 2, []Level{Mean(1, 2, 1)}}}, "A1:500 B2:444value "},
		{"nobody", half, nil, ""},
		{"nothing of value", Grid{[]Criterion{{Kind: KindCapability, Top: 3}}}, []Candidate{{"A", 1, levels(3)}}, "A0:0 "},
	} {
		got := ""
		for _, p := range Rank(tc.grid, tc.candidates) {
			got += fmt.Sprintf("%s%d:%d%s", tc.candidates[p.Candidate].Code, p.Rank, p.Points, p.By)
			if p.Criterion >= 0 {
				got += fmt.Sprint(p.Criterion)
			}
			got += " "
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestGates(t *testing.T) {
	g := Grid{[]Criterion{{Kind: KindValue, Weight: Whole, Top: 3}, {Kind: KindCapability, Top: 3, Gate: 2}, {Kind: KindCapability, Top: 3}, {Kind: KindCapability, Top: 3, Gate: 1}}}
	for _, tc := range []struct {
		name   string
		levels []Level
		want   string
	}{
		{"passed", levels(0, 2, 0, 3), "[{1 passed} {3 passed}]"},
		{"one below", levels(3, 1, 0, 1), "[{1 below} {3 passed}]"},
		{"a mean below its gate", []Level{Settled(3), Mean(2, 1), {}, Mean(2, 0)}, "[{1 below} {3 passed}]"},
		{"not scored", levels(3), "[{1 unknown} {3 unknown}]"},
	} {
		if got := fmt.Sprint(g.Gates(tc.levels)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
	if points, complete := g.Points(levels(3, -1, -1, -1)); points != MostPoints || !complete {
		t.Errorf("capability weighs: %d points, complete %v", points, complete)
	}
}

func TestValidate(t *testing.T) {
	for _, tc := range []struct {
		name string
		grid Grid
		want string // keys
	}{
		{"good", values(5000, 5000), ""},
		{"nothing of value", Grid{[]Criterion{{Kind: KindCapability, Top: 3, Gate: 1}}}, "grid.no_value"},
		{"a sum that is not the whole", values(5000, 4999), "grid.weight_sum"},
		{"a weight of nothing", values(0, 10_000), "grid.weight_positive"},
		{"a gate on value", Grid{[]Criterion{{Kind: KindValue, Weight: Whole, Top: 3, Gate: 1}}}, "grid.value_gate"},
		{"a gate above the best level", Grid{[]Criterion{{Kind: KindValue, Weight: Whole, Top: 3}, {Kind: KindCapability, Top: 2, Gate: 3}}}, "grid.gate_range"},
		{"a capability that weighs", Grid{[]Criterion{{Kind: KindValue, Weight: Whole, Top: 3}, {Kind: KindCapability, Top: 2, Weight: 1}}}, "grid.capability_weight"},
		{"one level", Grid{[]Criterion{{Kind: KindValue, Weight: Whole}}}, "grid.levels"},
	} {
		got := ""
		if f := fault.As(tc.grid.Validate()); f != nil {
			for _, field := range f.Fields {
				got += field.Key
			}
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// someGrid draws a grid with weights that sum to the whole.
func someGrid(r *rand.Rand) Grid {
	parts := make([]int64, 1+r.IntN(5))
	for i := range parts {
		parts[i] = 1 + r.Int64N(4)
	}
	var g Grid
	for _, w := range Normalise(parts) {
		g.Criteria = append(g.Criteria, Criterion{Kind: KindValue, Weight: w, Top: 1 + r.Int64N(4)})
	}
	if r.IntN(2) == 0 {
		g.Criteria = append(g.Criteria, Criterion{Kind: KindCapability, Top: 3, Gate: 2})
	}
	return g
}

func someCandidates(r *rand.Rand, g Grid) []Candidate {
	out := make([]Candidate, 2+r.IntN(12))
	for i := range out {
		out[i] = Candidate{Code: fmt.Sprintf("C%02d", i), Entered: r.Int64N(4), Levels: make([]Level, len(g.Criteria))}
		for j, c := range g.Criteria {
			for range r.IntN(8) / 2 {
				out[i].Levels[j] = Level{out[i].Levels[j].Sum + r.Int64N(c.Top+1), out[i].Levels[j].N + 1}
			}
		}
	}
	return out
}

// order gives the codes with their ranks and points.
func order(g Grid, candidates []Candidate) (out []string) {
	for _, p := range Rank(g, candidates) {
		out = append(out, fmt.Sprint(candidates[p.Candidate].Code, p.Rank, p.Points, p.By, p.Criterion))
	}
	return out
}

// TestRankProperties: the order of what is handed in does not matter, a raised level never lowers the rank, and ranks are those of the values.
func TestRankProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	for n := range 3000 {
		g := someGrid(r)
		candidates := someCandidates(r, g)
		want := order(g, candidates)
		shuffled := slices.Clone(candidates)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := order(g, shuffled); !slices.Equal(got, want) {
			t.Fatalf("round %d: shuffled %v, want %v", n, got, want)
		}
		places := Rank(g, candidates)
		for i := 1; i < len(places) && places[i].Complete; i++ {
			if places[i].value.Cmp(places[i-1].value) > 0 || (places[i].By == TieValue) == (places[i].value.Cmp(places[i-1].value) == 0) {
				t.Fatalf("round %d: %v behind %v by %q", n, places[i].value, places[i-1].value, places[i].By)
			}
		}
		who, criterion := r.IntN(len(candidates)), r.IntN(len(g.Criteria))
		l := &candidates[who].Levels[criterion]
		if !l.Known() || l.Sum >= l.N*g.Criteria[criterion].Top {
			continue
		}
		before := rankOf(places, who)
		l.Sum++
		if after := rankOf(Rank(g, candidates), who); after > before {
			t.Fatalf("round %d: a raised level leads from rank %d to %d", n, before, after)
		}
	}
}

func rankOf(places []Place, who int) int {
	return places[slices.IndexFunc(places, func(p Place) bool { return p.Candidate == who })].Rank
}

func TestPointsAreRounded(t *testing.T) {
	for _, tc := range []struct {
		r    *big.Rat
		want int64
	}{{big.NewRat(0, 1), 0}, {big.NewRat(1, 2), 1}, {big.NewRat(49, 100), 0}, {big.NewRat(7, 2), 4}, {big.NewRat(10, 3), 3}} {
		if got := rounded(tc.r); got != tc.want {
			t.Errorf("%v is %d, want %d", tc.r, got, tc.want)
		}
	}
}

func TestGaps(t *testing.T) {
	g := Grid{[]Criterion{{Kind: KindValue, Weight: 2000, Top: 3}, {Kind: KindValue, Weight: 8000, Top: 3}, {Kind: KindCapability, Top: 3, Gate: 2}, {Kind: KindCapability, Top: 9}}}
	got := fmt.Sprint(Gaps(g, []Marks{{0, 0, []int64{1, 1}}, {0, 1, []int64{3, 2}}, {1, 0, []int64{0, 2}}, {1, 2, []int64{1, 2}}, {2, 3, []int64{3, 6}}, {2, 0, []int64{3}}, {3, 1, []int64{0, 2}}}))
	want := "[{3 1 0 2 2 533 false} {1 0 0 2 2 133 false} {0 1 2 3 1 267 false} {1 2 1 2 1 0 true} {2 3 3 6 3 0 false}]"
	if got != want {
		t.Errorf("gaps: %s, want %s", got, want)
	}
}
