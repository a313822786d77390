package forecast

import (
	"math"
	"math/big"
	"testing"

	"jalon/internal/money"
)

// ratiosOfE14 are the ratios of actual to first cost of eleven finished projects, in hundredths.
var ratiosOfE14 = []int64{92, 98, 100, 103, 108, 112, 120, 131, 155, 210, 440}

func TestQuantile(t *testing.T) {
	var e14 []*big.Rat
	for _, r := range ratiosOfE14 {
		e14 = append(e14, big.NewRat(r, 100))
	}
	cases := []struct {
		name     string
		sample   []*big.Rat
		p        money.BasisPoints
		want     *big.Rat
		uplifted string // of 412 345.67
	}{
		{"E14: P50", e14, 5000, big.NewRat(112, 100), "461 827.15"},
		{"E14: P80", e14, 8000, big.NewRat(155, 100), "639 135.79"},
		{"E14: P85", e14, 8500, big.NewRat(1825, 1000), "752 530.85"},
		{"E14: P90", e14, 9000, big.NewRat(210, 100), "865 925.91"},
		{"the least", e14, 0, big.NewRat(92, 100), "379 358.02"},
		{"the greatest", e14, 10000, big.NewRat(440, 100), "1 814 320.95"},
		{"below the least", e14, -1, big.NewRat(92, 100), "379 358.02"},
		{"above the greatest", e14, 10001, big.NewRat(440, 100), "1 814 320.95"},
		{"one value", e14[:1], 3300, big.NewRat(92, 100), "379 358.02"},
		{"between two", e14[:2], 2500, big.NewRat(935, 1000), "385 543.20"},
		{"of nothing", nil, 5000, nil, ""},
	}
	for _, tc := range cases {
		got := Quantile(tc.sample, tc.p)
		if (got == nil) != (tc.want == nil) || (got != nil && got.Cmp(tc.want) != 0) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
		wantKnown(t, tc.name, Uplifted(eur("412 345.67"), got), tc.uplifted)
	}
	if got := Uplifted(math.MaxInt64, big.NewRat(3, 2)); got != nil {
		t.Errorf("an estimate beyond 64 bits: %d", *got)
	}
}

func casesOfE14() []Case {
	var all []Case
	for i, r := range ratiosOfE14 {
		all = append(all, Case{ID: int64(i + 1), Outcome: Finished, First: eur("100 000"), Cost: money.Amount(r) * eur("1 000")})
	}
	return all
}

func TestClass(t *testing.T) {
	c := ClassOf(casesOfE14())
	if c.N != 11 || c.Censored != 0 || c.Incomparable != 0 || len(c.References) != 11 {
		t.Fatalf("%+v, want eleven finished projects", c)
	}
	wantRatio(t, "mean", c.Mean, 15173)
	wantRatio(t, "max", c.Max, 44000)
	wantRatio(t, "share far above", c.FarAboveShare(), 2727) // 1.55, 2.10 and 4.40 of 11
	wantRatio(t, "P50", quantileOf(c, 5000), 11200)
	if quantileOf(c, 8000) != nil || quantileOf(c, 9000) != nil {
		t.Errorf("quantiles %+v: eleven projects carry a P50 and no more", c.Quantiles)
	}
}

func TestSampleSizes(t *testing.T) {
	for n, want := range map[int]int{0: 0, 9: 0, 10: 1, 19: 1, 20: 2, 49: 2, 50: 3, 200: 3} {
		var all []Case
		for i := range n {
			all = append(all, Case{ID: int64(i), Outcome: Finished, First: 100, Cost: money.Amount(100 + i)})
		}
		if c := ClassOf(all); len(c.Quantiles) != want || c.N != n {
			t.Errorf("%d projects: %d quantiles, want %d", n, len(c.Quantiles), want)
		}
	}
	empty := ClassOf(nil)
	if empty.Max != nil || empty.Mean != nil || empty.FarAboveShare() != nil {
		t.Errorf("nothing is known of an empty class, got %+v", empty)
	}
}

func TestClassTakesOnlyWhatIsComparable(t *testing.T) {
	all := append(casesOfE14(),
		Case{ID: 20, Outcome: Ongoing, First: 100, Cost: 130},
		Case{ID: 21, Outcome: Ongoing, First: 100, Cost: 20},
		Case{ID: 22, Outcome: Abandoned, First: 100, Cost: 300},
		Case{ID: 23, Outcome: Finished, Cost: 300},
		Case{ID: 24, Outcome: Finished, First: 100},
		Case{ID: 25, Outcome: Ongoing, First: -1, Cost: 300})
	c := ClassOf(all)
	if c.N != 11 || c.Censored != 3 || c.Incomparable != 3 {
		t.Errorf("%d finished, %d censored, %d not comparable; want 11, 3, 3", c.N, c.Censored, c.Incomparable)
	}
	wantRatio(t, "P50", quantileOf(c, 5000), 11200)
	wantRatio(t, "max", c.Max, 44000)
	if q := c.Quantiles[0]; q.OngoingAbove != 2 {
		t.Errorf("%d unfinished projects are above the P50 already, want 2", q.OngoingAbove)
	}
	if r := c.References[0]; r.ID != 21 || !r.Censored {
		t.Errorf("first of the list %+v, want the unfinished project with the lowest bound, flagged", r)
	}
	if r := c.References[len(c.References)-1]; r.Ratio != nil {
		t.Errorf("last of the list %+v, want one without a ratio", r)
	}
}

func TestConstantPrices(t *testing.T) {
	c := ClassOf([]Case{{ID: 1, Outcome: Finished, First: 1000, Cost: 1320, FirstIndex: 100, CostIndex: 120}, {ID: 2, Outcome: Finished, First: 1000, Cost: 1320, FirstIndex: 100}})
	if r := c.References[0]; !r.Constant || r.Ratio.Cmp(big.NewRat(11, 10)) != 0 {
		t.Errorf("at constant prices %+v, want 1.1", r)
	}
	if r := c.References[1]; r.Constant || r.Ratio.Cmp(big.NewRat(132, 100)) != 0 {
		t.Errorf("with half an index %+v, want 1.32 as it was", r)
	}
}

// quantileOf gives the quantile at p, nil where the sample does not carry it.
func quantileOf(c Class, p money.BasisPoints) *big.Rat {
	for _, q := range c.Quantiles {
		if q.P == p {
			return q.Ratio
		}
	}
	return nil
}
