package money

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func genAmount() *rapid.Generator[Amount] {
	return rapid.OneOf(
		rapid.Map(rapid.Int64Range(-1000, 1000), func(n int64) Amount { return Amount(n) }),
		rapid.Map(rapid.Int64(), func(n int64) Amount { return Amount(n) }),
		rapid.SampledFrom([]Amount{math.MinInt64, math.MinInt64 + 1, math.MaxInt64, math.MaxInt64 - 1}))
}

func TestSum(t *testing.T) {
	cases := []struct {
		name string
		in   []Amount
		want Amount
		ok   bool
	}{
		{"nothing", nil, 0, true},
		{"the largest", []Amount{math.MaxInt64}, math.MaxInt64, true},
		{"one above the largest", []Amount{math.MaxInt64, 1}, 0, false},
		{"the smallest", []Amount{math.MinInt64}, math.MinInt64, true},
		{"one below the smallest", []Amount{math.MinInt64, -1}, 0, false},
		{"over and back", []Amount{math.MaxInt64, math.MaxInt64, math.MinInt64, math.MinInt64, 2, 5}, 5, true},
		{"under and back", []Amount{math.MinInt64, math.MinInt64, math.MaxInt64, math.MaxInt64}, -2, true},
		{"twice the smallest", []Amount{math.MinInt64, math.MinInt64}, 0, false},
	}
	for _, tc := range cases {
		if got, ok := Sum(tc.in...); got != tc.want || ok != tc.ok {
			t.Errorf("%s: %d, %v, want %d, %v", tc.name, got, ok, tc.want, tc.ok)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOf(genAmount()).Draw(t, "amounts")
		want := new(big.Int)
		for _, a := range in {
			want.Add(want, big.NewInt(int64(a)))
		}
		if got, ok := Sum(in...); ok != want.IsInt64() || (ok && int64(got) != want.Int64()) {
			t.Fatalf("Σ %v = %d, %v, want %s", in, got, ok, want)
		}
		if len(in) >= 2 {
			pair := new(big.Int).Add(big.NewInt(int64(in[0])), big.NewInt(int64(in[1])))
			if got, ok := in[0].Add(in[1]); ok != pair.IsInt64() || (ok && int64(got) != pair.Int64()) {
				t.Fatalf("%d + %d = %d, %v, want %s", in[0], in[1], got, ok, pair)
			}
		}
	})
}

func TestAbsAndPercent(t *testing.T) {
	if got := Amount(math.MinInt64).Abs(); got != math.MaxInt64 {
		t.Errorf("the smallest amount without its sign is %d, want the largest", got)
	}
	cases := []struct {
		a    Amount
		bp   BasisPoints
		want Amount
	}{
		{12000000, 1640, 1968000}, {100, 3333, 33}, {1, 5000, 1}, {-1, 5000, -1}, {1, 4999, 0}, {3, 5000, 2}, {-3, 5000, -2},
		{10000, -2500, -2500}, {math.MaxInt64, 10000, math.MaxInt64}, {math.MinInt64, 10000, math.MinInt64},
		{math.MaxInt64, 10001, math.MaxInt64}, {math.MinInt64, 20000, math.MinInt64}, {math.MinInt64, -10000, math.MaxInt64},
	}
	for _, tc := range cases {
		if got := tc.a.Percent(tc.bp); got != tc.want {
			t.Errorf("%d basis points of %d are %d, want %d", tc.bp, tc.a, got, tc.want)
		}
	}
}

func TestSplit(t *testing.T) {
	cases := []struct {
		name    string
		a       Amount
		weights []int64
		want    []Amount
	}{
		{"thirds, the cent to the first", 10000, []int64{1, 1, 1}, []Amount{3334, 3333, 3333}},
		{"the same below zero", -10000, []int64{1, 1, 1}, []Amount{-3334, -3333, -3333}},
		{"the largest remainder first", 5, []int64{45, 55}, []Amount{2, 3}},
		{"percentages that do not sum to 100", 12000, []int64{66667, 33333}, []Amount{8000, 4000}},
		{"and the other way round", 12000, []int64{33333, 66667}, []Amount{4000, 8000}},
		{"remainders in order", 22000, []int64{445455, 9091, 545455}, []Amount{9800, 200, 12000}},
		{"a small whole", 5, []int64{100, 101, 100, 100}, []Amount{1, 2, 1, 1}},
		{"quarters", 9999, []int64{75, 25}, []Amount{7499, 2500}},
		{"one cent for two", 1, []int64{1, 1}, []Amount{1, 0}},
		{"a part without weight gets nothing", 7, []int64{0, 3, 0, 3}, []Amount{0, 4, 0, 3}},
		{"no weight at all: equal parts", 100, []int64{0, 0, 0}, []Amount{34, 33, 33}},
		{"nobody to share with", 100, nil, nil},
		{"the smallest int64 whole", math.MinInt64, []int64{1}, []Amount{math.MinInt64}},
		{"the smallest int64 halved", math.MinInt64, []int64{1, 1}, []Amount{math.MinInt64 / 2, math.MinInt64 / 2}},
		{"a correction of six parts", 613, []int64{98, 92, 98, 123, 102, 92}, []Amount{99, 93, 99, 125, 104, 93}},
		{"weights that were ratios of sixteen digits", 700273, []int64{1181858314366100, 1181858314366100, 1181858314366100, 1181858314366100,
			1181858314366100, 1181858314366100, 1181858314366100, 1170126087450276, 1e15, 1e15, 1e15, 1e15},
			[]Amount{61565, 61565, 61565, 61565, 61565, 61565, 61565, 60954, 52091, 52091, 52091, 52091}},
		{"two thirds", 1_000_001, []int64{2, 1}, []Amount{666_667, 333_334}},
		{"and taken back by what is left of each", -1_000_001, []int64{666_667, 333_334}, []Amount{-666_667, -333_334}},
	}
	for _, tc := range cases {
		if got := tc.a.Split(tc.weights); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %d by %v is %v, want %v", tc.name, tc.a, tc.weights, got, tc.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a negative weight must panic: it is a bug of the caller")
		}
	}()
	Amount(1).Split([]int64{2, -1})
}

func TestSplitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := genAmount().Draw(t, "amount")
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 9), rapid.Int64Range(0, math.MaxInt64)), 1, 12).Draw(t, "weights")
		parts := a.Split(weights)
		if sum, ok := Sum(parts...); !ok || sum != a {
			t.Fatalf("%d by %v is %v, which sums to %d", a, weights, parts, sum)
		}
		total := new(big.Int)
		for _, w := range weights {
			total.Add(total, big.NewInt(w))
		}
		for i, p := range parts {
			if (p < 0) != (a < 0) && p != 0 {
				t.Fatalf("part %d of %d is %d", i, a, p)
			}
			if total.Sign() == 0 {
				continue
			}
			// |p·total − a·w| < total: no part is a whole unit off its exact share.
			off := new(big.Int).Mul(big.NewInt(int64(p)), total)
			off.Sub(off, new(big.Int).Mul(big.NewInt(int64(a)), big.NewInt(weights[i])))
			if off.CmpAbs(total) >= 0 {
				t.Fatalf("part %d of %d by %v is %d, a unit or more off", i, a, weights, p)
			}
		}
	})
}

func TestRound(t *testing.T) {
	cases := []struct{ num, den, want int64 }{
		{1, 2, 1}, {-1, 2, -1}, {3, 2, 2}, {-3, 2, -2}, {5, 2, 3}, {49, 100, 0}, {-49, 100, 0}, {51, 100, 1}, {0, 3, 0}, {7, 1, 7}, {-1075, 100, -11}, {2, 3, 1},
	}
	for _, tc := range cases {
		r := big.NewRat(tc.num, tc.den)
		if got := Round(r); got.Int64() != tc.want {
			t.Errorf("%d/%d rounds to %s, want %d", tc.num, tc.den, got, tc.want)
		}
		if r.Cmp(big.NewRat(tc.num, tc.den)) != 0 {
			t.Errorf("rounding changed %d/%d into %s", tc.num, tc.den, r)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		r := big.NewRat(rapid.Int64().Draw(t, "num"), rapid.Int64Range(1, math.MaxInt64).Draw(t, "den"))
		n := new(big.Rat).SetInt(Round(r))
		off := new(big.Rat).Sub(n, r)
		half := big.NewRat(1, 2)
		if off.Abs(off).Cmp(half) > 0 {
			t.Fatalf("%s rounds to %s", r, n)
		}
		if off.Cmp(half) == 0 && n.Num().CmpAbs(new(big.Int).Quo(r.Num(), r.Denom())) <= 0 {
			t.Fatalf("the half %s rounds to %s, towards zero", r, n)
		}
	})
}

func TestRoundBasisPoints(t *testing.T) {
	if bp, ok := RoundBasisPoints(big.NewRat(273, 1096)); !ok || bp != 2491 {
		t.Errorf("273/1096 is %d, %v, want 2491", bp, ok)
	}
	if bp, ok := RoundBasisPoints(big.NewRat(-5, 100000)); !ok || bp != -1 {
		t.Errorf("half a basis point below zero is %d, %v, want -1", bp, ok)
	}
	if bp, ok := RoundBasisPoints(big.NewRat(math.MaxInt64, 1)); ok || bp != 0 {
		t.Errorf("a ratio beyond 64 bits is %d, %v", bp, ok)
	}
}
