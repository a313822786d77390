package scoring

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"jalon/internal/money"
)

func sum(weights []money.BasisPoints) (n money.BasisPoints) {
	for _, w := range weights {
		n += w
	}
	return n
}

// TestNormalise: weights sum to the whole whatever the parts, and do not change with their scale.
func TestNormalise(t *testing.T) {
	for _, tc := range []struct {
		parts []int64
		want  string
	}{{[]int64{1, 1, 1}, "[3334 3333 3333]"}, {[]int64{0, 0}, "[5000 5000]"}, {[]int64{0, 3}, "[0 10000]"}, {[]int64{30, 30, 40}, "[3000 3000 4000]"}, {nil, "[]"}} {
		if got := fmt.Sprint(Normalise(tc.parts)); got != tc.want {
			t.Errorf("%v: %s, want %s", tc.parts, got, tc.want)
		}
	}
	r := rand.New(rand.NewPCG(3, 3))
	for range 2000 {
		parts := make([]int64, 1+r.IntN(9))
		for i := range parts {
			parts[i] = r.Int64N(1000)
		}
		got := Normalise(parts)
		if sum(got) != Whole {
			t.Fatalf("%v sum to %d", got, sum(got))
		}
		factor := 1 + r.Int64N(1_000_000)
		for i := range parts {
			parts[i] *= factor
		}
		if scaled := Normalise(parts); !slices.Equal(scaled, got) {
			t.Fatalf("scaled by %d: %v, want %v", factor, scaled, got)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, tc := range []struct {
		name      string
		n         int
		judgments []Judgment
		want      string // weights, ratio
		worst     string
	}{
		{"nothing said", 4, nil, "[2500 2500 2500 2500] 0", "<nil>"},
		{"two", 2, []Judgment{{0, 1, 2}}, "[7500 2500] 0", "<nil>"},
		{"two, the other way round", 2, []Judgment{{1, 0, 2}}, "[2500 7500] 0", "<nil>"},
		{"three that agree", 3, []Judgment{{0, 1, 1}, {1, 2, 1}, {0, 2, 3}}, "[5714 2857 1429] 0", "<nil>"},
		// The standard example of three criteria: weights 0.637, 0.258, 0.105 and a ratio of 0.033 (by geometric means).
		{"nearly agreeing", 3, []Judgment{{0, 1, 2}, {0, 2, 4}, {1, 2, 2}}, "[6370 2583 1047] 332", "&{{0 2 4} 5}"},
		{"a circle", 3, []Judgment{{0, 1, 8}, {1, 2, 8}, {2, 0, 8}}, "[3334 3333 3333] 61303", "&{{0 1 8} 0}"},
	} {
		got, err := Compare(tc.n, tc.judgments)
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if text := fmt.Sprint(got.Weights, got.Ratio); text != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, text, tc.want)
		}
		worst := "<nil>"
		if got.Worst != nil {
			worst = fmt.Sprint(got.Worst)
		}
		if worst != tc.worst {
			t.Errorf("%s: the worst is %s, want %s", tc.name, worst, tc.worst)
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		n         int
		judgments []Judgment
	}{
		"one criterion": {1, nil}, "too many": {10, nil}, "of itself": {3, []Judgment{{1, 1, 2}}}, "outside": {3, []Judgment{{0, 3, 2}}}, "negative": {3, []Judgment{{-1, 2, 2}}},
		"twice": {3, []Judgment{{0, 1, 2}, {1, 0, 2}}}, "too strong": {3, []Judgment{{0, 1, 9}}}, "too weak": {3, []Judgment{{0, 1, -9}}},
	} {
		if _, err := Compare(tc.n, tc.judgments); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestCompareAgainstFloats holds the fractions against the formula in floating point, and checks what must hold of all weights.
func TestCompareAgainstFloats(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 5))
	for range 500 {
		n := MinCompared + r.IntN(MaxCompared-MinCompared+1)
		a := make([][]float64, n)
		for i := range a {
			a[i] = slices.Repeat([]float64{1}, n)
		}
		var judgments []Judgment
		for i := range n {
			for j := i + 1; j < n; j++ {
				scale := r.IntN(2*MaxScale+1) - MaxScale
				judgments = append(judgments, Judgment{i, j, scale})
				a[i][j], _ = times(scale).Float64()
				a[j][i] = 1 / a[i][j]
			}
		}
		got, err := Compare(n, judgments)
		if err != nil || sum(got.Weights) != Whole {
			t.Fatalf("%v %v", got, err)
		}
		weights, ratio := floats(a)
		for i, w := range weights {
			if math.Abs(w*float64(Whole)-float64(got.Weights[i])) > 1.5 {
				t.Fatalf("weights %v, want %v", got.Weights, weights)
			}
		}
		if n >= 3 && math.Abs(ratio*float64(Whole)-float64(got.Ratio)) > 1 {
			t.Fatalf("ratio %d, want %v", got.Ratio, ratio)
		}
	}
}

func floats(a [][]float64) (weights []float64, ratio float64) {
	n, total := float64(len(a)), 0.0
	for _, row := range a {
		product := 1.0
		for _, x := range row {
			product *= x
		}
		weights = append(weights, math.Pow(product, 1/n))
		total += weights[len(weights)-1]
	}
	lambda := 0.0
	for i, row := range a {
		for j, x := range row {
			lambda += x * weights[j] / weights[i] / n
		}
	}
	for i := range weights {
		weights[i] /= total
	}
	if len(a) >= 3 {
		ratio = (lambda - n) / (n - 1) / (float64(randomIndex[len(a)-3]) / 100)
	}
	return weights, ratio
}

// TestConsistentJudgments: judgments that follow from weights give these weights back, with nothing to mend.
func TestConsistentJudgments(t *testing.T) {
	got, err := Compare(4, []Judgment{{0, 1, 1}, {0, 2, 3}, {0, 3, 7}, {1, 2, 1}, {1, 3, 3}, {2, 3, 1}})
	if err != nil || got.Ratio != 0 || got.Worst != nil || !got.Consistent() || !slices.Equal(got.Weights, Normalise([]int64{8, 4, 2, 1})) {
		t.Errorf("%+v %v", got, err)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(3, []byte{0, 1, 9, 1, 2, 200})
	f.Add(9, []byte{0, 8, 8, 7, 1, 0})
	f.Fuzz(func(t *testing.T, n int, data []byte) {
		var judgments []Judgment
		for ; len(data) >= 3; data = data[3:] {
			judgments = append(judgments, Judgment{int(int8(data[0])), int(int8(data[1])), int(int8(data[2]))})
		}
		got, err := Compare(n, judgments)
		if err != nil {
			return
		}
		if len(got.Weights) != n || sum(got.Weights) != Whole || got.Ratio < 0 {
			t.Errorf("%d criteria: %+v", n, got)
		}
	})
}
