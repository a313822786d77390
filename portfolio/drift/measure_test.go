package drift

import (
	"math/big"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

const euro money.Amount = 100 // cents

func bp(n money.BasisPoints) Share { return Share{Defined: true, BP: n} }

// pair is a project with a first cost on day one and another on day two, in whole euros.
func pair(id int64, first, current money.Amount) Project {
	return Project{ID: id, Weight: 1, Estimates: []Estimate{costOn(on(2025, 1, 1), 1, first*euro), costOn(on(2026, 1, 1), 2, current*euro)}}
}

func TestMeasureE11(t *testing.T) {
	projects := []Project{pair(1, 10e6, 15e6), pair(2, 20e6, 22e6), pair(3, 70e6, 70e6)}
	day := on(2026, 1, 1)
	got := Measure(projects, day, euro)
	want := Figures{N: 3, ReEstimated: 3, Mean: bp(2000), Aggregate: bp(700), Median: bp(1000), Weighted: bp(2000)}
	if got.Cost != want {
		t.Errorf("cost %+v, want %+v", got.Cost, want)
	}
	if got.SumCost != 107e6*euro || got.Projects != 3 || got.WithCost != 3 || got.WithDates != 0 {
		t.Errorf("got %+v, want 3 projects of 107 M€ together and no dates", got)
	}
	if want := (Figures{Undefined: 3}); got.Schedule != want {
		t.Errorf("schedule %+v, want %+v", got.Schedule, want)
	}

	projects[0].Exits = []Exit{{Left: on(2026, 2, 1)}}
	later := on(2026, 2, 1)
	got = Measure(projects, later, euro)
	if got.Cost.Mean != bp(500) || got.Cost.Aggregate != bp(222) || got.Cost.Median != bp(500) {
		t.Errorf("after the exit %+v, want mean 500, aggregate 222, median 500", got.Cost)
	}
	since := Compare(projects, day, later)
	want11 := Moves{
		Stayers:   Stayers{N: 2, Mean: bp(500), Aggregate: bp(222)},
		Mean:      Change{Defined: true, Change: -1500, Exits: -1500},
		Aggregate: Change{Defined: true, Change: -478, Exits: -478},
	}
	if since.Cost != want11 || since.Exits != 1 || since.Entries != 0 {
		t.Errorf("nothing improved, one left: %+v,\nwant %+v", since, want11)
	}
	if since.Schedule.Mean.Defined || since.Schedule.Stayers.Mean.Defined {
		t.Errorf("schedule %+v, want undefined", since.Schedule)
	}
}

func TestMeasureE24(t *testing.T) {
	start := on(2022, 1, 1)
	p := Project{ID: 1, Weight: 7, Interministerial: true, Estimates: []Estimate{
		{On: start, Seq: 1, HasCost: true, Cost: 1_000_000_00, Start: start, End: start.AddDays(1095)},
		{On: on(2024, 1, 1), Seq: 2, HasCost: true, Cost: 1_240_000_00, End: start.AddDays(1380)},
	}}
	got := Measure([]Project{p}, on(2024, 6, 1), euro)
	cost := Figures{N: 1, ReEstimated: 1, Mean: bp(ReferenceCost), Aggregate: bp(ReferenceCost), Median: bp(ReferenceCost), Weighted: bp(ReferenceCost)}
	schedule := Figures{N: 1, ReEstimated: 1, Mean: bp(ReferenceSchedule), Aggregate: bp(ReferenceSchedule), Median: bp(ReferenceSchedule), Weighted: bp(ReferenceSchedule)}
	if got.Cost != cost || got.Schedule != schedule {
		t.Errorf("cost %+v, schedule %+v, want 24 %% and 26 %%", got.Cost, got.Schedule)
	}
	if got.MeanDurationDays != 1381 || got.Interministerial != 1 || got.Method != Method {
		t.Errorf("mean duration %d, interministerial %d, method %q", got.MeanDurationDays, got.Interministerial, got.Method)
	}
}

func TestBands(t *testing.T) {
	projects := []Project{
		pair(1, 4e6, 5e6-1), pair(2, 4e6, 5e6), pair(3, 10e6, 9e6), pair(4, 10e6, 20e6), pair(5, 80e6, 100e6), pair(6, 0, 100e6),
		{ID: 7, Estimates: []Estimate{datesOn(on(2025, 1, 1), 1, on(2025, 1, 1), on(2025, 1, 2))}},
	}
	got := Measure(projects, on(2026, 1, 1), euro).BySize
	want := []struct {
		from, to money.Amount
		n        int
		mean     Share
	}{
		{0, 5e6, 1, bp(2500)}, // 999 999/4 000 000
		{5e6, 9e6, 1, bp(2500)},
		{9e6, 20e6, 1, bp(-1000)},
		{20e6, 100e6, 1, bp(10000)},
		{100e6, 0, 1, bp(2500)}, // the project without a first figure has a size but no rate
	}
	for i, w := range want {
		b := got[i]
		if b.From != w.from*euro || b.To != w.to*euro || b.N != w.n || b.Mean != w.mean || b.Aggregate != w.mean || b.ScheduleN != 0 {
			t.Errorf("band %d: %+v, want %+v", i, b, w)
		}
	}
	francs := Measure(projects, on(2026, 1, 1), money.Currency("RWF").Unit()).BySize
	if francs[4].From != 100e6 {
		t.Errorf("the last band of a currency without decimals starts at %d, want 100 000 000", francs[4].From)
	}
}

func TestSumCostBeyond64Bits(t *testing.T) {
	projects := []Project{pair(1, 9e16, 9e16), pair(2, 9e16, 9e16)}
	got := Measure(projects, on(2026, 1, 1), euro)
	if !got.SumCostOverflow || got.SumCost != 0 {
		t.Errorf("sum %d, overflow %v: want 0 and true", got.SumCost, got.SumCostOverflow)
	}
	if got.Cost.Aggregate != bp(0) {
		t.Errorf("aggregate %+v, want 0: it is taken in full precision", got.Cost.Aggregate)
	}
}

func TestRoundingAgreesWithMoney(t *testing.T) {
	for _, f := range [][2]int64{{5, 100000}, {-5, 100000}, {15, 100000}, {-15, 100000}, {1, 3}, {-1, 3}, {14999, 100000000}, {0, 7}, {1 << 62, 3}} {
		want, ok := money.RoundBasisPoints(big.NewRat(f[0], f[1]))
		got := fraction{big.NewInt(f[0]), big.NewInt(f[1])}.share()
		if got.Defined != ok || got.BP != want {
			t.Errorf("%d/%d: %+v, want %d %v", f[0], f[1], got, want, ok)
		}
	}
}

func TestMeanDurationRoundsHalfAway(t *testing.T) {
	d := on(2025, 1, 1)
	projects := []Project{
		{ID: 1, Estimates: []Estimate{datesOn(d, 1, d, d)}},
		{ID: 2, Estimates: []Estimate{datesOn(d, 1, d, d.AddDays(1))}},
	}
	if got := Measure(projects, d, euro).MeanDurationDays; got != 2 {
		t.Errorf("mean of 1 and 2 days: %d, want 2", got)
	}
}

func TestCompareEntriesAndReal(t *testing.T) {
	d0, d1 := on(2025, 6, 1), on(2026, 6, 1)
	entered := Project{ID: 9, Estimates: []Estimate{costOn(on(2026, 1, 1), 1, 100), costOn(on(2026, 3, 1), 2, 200)}}
	projects := []Project{pair(1, 100, 110), pair(2, 100, 130), entered}
	got := Compare(projects, d0, d1)
	want := Since{Day: d0, Entries: 1, Cost: Moves{
		Stayers:   Stayers{N: 2, Mean: bp(2000), Aggregate: bp(2000)},
		Mean:      Change{Defined: true, Change: 4667, Real: 2000, Entries: 2667},
		Aggregate: Change{Defined: true, Change: 2040, Real: 2000, Entries: 40},
	}}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestColour(t *testing.T) {
	th := DefaultThresholds()
	cases := []struct {
		name string
		rate Rate
		want Colour
	}{
		{"undefined", undefined, Grey},
		{"early", rate(-1, 2), Green},
		{"none", rate(0, 7), Green},
		{"10 % exactly", rate(1, 10), Green},
		{"10 % and a hair, which shows as 10.00 %", rate(1_000_001, 10_000_000), Amber},
		{"25 % exactly", rate(250, 1000), Amber},
		{"25 % and a hair", rate(2_500_001, 10_000_000), Red},
		{"beyond 64 bits of basis points", rate(1<<62, 1), Red},
		{"far below", rate(-1<<63, 1), Green},
	}
	for _, tc := range cases {
		if got := th.Colour(tc.rate); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestMeasureOfNothing(t *testing.T) {
	got := Measure(nil, civil.D(2026, 1, 1), euro)
	if got.Projects != 0 || got.Cost != (Figures{}) || len(got.BySize) != len(bandEdges) || got.BySize[0].Mean.Defined {
		t.Errorf("an empty portfolio: %+v, want no figure at all", got)
	}
	if since := Compare(nil, civil.D(2025, 1, 1), civil.D(2026, 1, 1)); since.Cost.Mean.Defined || since.Entries != 0 {
		t.Errorf("an empty comparison: %+v, want nothing", since)
	}
}
