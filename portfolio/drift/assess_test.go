package drift

import (
	"testing"
	"time"

	"jalon/internal/civil"
	"jalon/internal/money"
)

func on(year int, month time.Month, day int) civil.Date { return civil.D(year, month, day) }

// rate and undefined make the wanted deviations of the tables below readable.
func rate(num, den int64) Rate { return Rate{Defined: true, Num: num, Den: den} }

var undefined = Rate{}

func costOn(d civil.Date, seq int64, cost money.Amount) Estimate {
	return Estimate{On: d, Seq: seq, HasCost: true, Cost: cost}
}

func datesOn(d civil.Date, seq int64, start, end civil.Date) Estimate {
	return Estimate{On: d, Seq: seq, Start: start, End: end}
}

func sameRate(a, b Rate) bool { return a.Compare(b) == 0 }

func TestAssessCost(t *testing.T) {
	jan, feb, mar, apr := on(2026, 1, 15), on(2026, 2, 15), on(2026, 3, 15), on(2026, 4, 15)
	cases := []struct {
		name      string
		project   Project
		known     bool
		first     money.Amount
		firstOn   civil.Date
		current   money.Amount
		currentOn civil.Date
		again     bool
		deviation Rate
		since     Rate
	}{
		{name: "nothing is known"},
		{name: "an estimate without a cost books none", project: Project{Estimates: []Estimate{datesOn(jan, 1, jan, mar)}}},
		{name: "a first figure that is the only one counts as no deviation",
			project: Project{Estimates: []Estimate{costOn(jan, 1, 100)}},
			known:   true, first: 100, firstOn: jan, current: 100, currentOn: jan, deviation: rate(0, 100), since: rate(0, 100)},
		{name: "the first estimate is the reference where no baseline was set",
			project: Project{Estimates: []Estimate{costOn(feb, 2, 130), costOn(jan, 1, 100)}},
			known:   true, first: 100, firstOn: jan, current: 130, currentOn: feb, again: true, deviation: rate(30, 100), since: rate(30, 100)},
		{name: "an empty cell keeps the last figure and its age",
			project: Project{Estimates: []Estimate{costOn(jan, 1, 100), costOn(feb, 2, 130), datesOn(mar, 3, jan, mar)}},
			known:   true, first: 100, firstOn: jan, current: 130, currentOn: feb, again: true, deviation: rate(30, 100), since: rate(30, 100)},
		{name: "tomorrow's estimate is not known today",
			project: Project{Estimates: []Estimate{costOn(jan, 1, 100), costOn(apr, 2, 130)}},
			known:   true, first: 100, firstOn: jan, current: 100, currentOn: jan, deviation: rate(0, 100), since: rate(0, 100)},
		{name: "of one day the higher Seq holds, for the first figure too",
			project: Project{Estimates: []Estimate{costOn(jan, 2, 100), costOn(jan, 1, 1000)}},
			known:   true, first: 100, firstOn: jan, current: 100, currentOn: jan, deviation: rate(0, 100), since: rate(0, 100)},
		{name: "the same figure said again is a second figure",
			project: Project{Estimates: []Estimate{costOn(jan, 1, 100), costOn(feb, 2, 100)}},
			known:   true, first: 100, firstOn: jan, current: 100, currentOn: feb, again: true, deviation: rate(0, 100), since: rate(0, 100)},
		{name: "E12: against the first and against the last baseline",
			project: Project{
				Baselines: []Baseline{{Number: 2, On: feb, HasCost: true, Cost: 130000000}, {Number: 1, On: jan, HasCost: true, Cost: 100000000}},
				Estimates: []Estimate{costOn(mar, 1, 135000000)}},
			known: true, first: 100000000, firstOn: jan, current: 135000000, currentOn: mar, again: true,
			deviation: rate(35, 100), since: rate(5, 130)},
		{name: "a baseline of tomorrow does not count",
			project: Project{Estimates: []Estimate{costOn(jan, 1, 100), costOn(feb, 2, 150)},
				Baselines: []Baseline{{Number: 1, On: apr, HasCost: true, Cost: 150}}},
			known: true, first: 100, firstOn: jan, current: 150, currentOn: feb, again: true, deviation: rate(50, 100), since: rate(50, 100)},
		{name: "a baseline without a cost leaves the first estimate as reference",
			project: Project{Estimates: []Estimate{costOn(feb, 1, 100), costOn(mar, 2, 120)},
				Baselines: []Baseline{{Number: 1, On: jan, Start: jan, End: mar}}},
			known: true, first: 100, firstOn: feb, current: 120, currentOn: mar, again: true, deviation: rate(20, 100), since: rate(20, 100)},
		{name: "a baseline alone is the current figure too",
			project: Project{Baselines: []Baseline{{Number: 1, On: jan, HasCost: true, Cost: 100}}},
			known:   true, first: 100, firstOn: jan, current: 100, currentOn: jan, deviation: rate(0, 100), since: rate(0, 100)},
		{name: "two baselines and no estimate: the second is what is known now",
			project: Project{Baselines: []Baseline{{Number: 1, On: jan, HasCost: true, Cost: 100}, {Number: 2, On: feb, HasCost: true, Cost: 110}}},
			known:   true, first: 100, firstOn: jan, current: 110, currentOn: feb, again: true, deviation: rate(10, 100), since: rate(0, 110)},
		{name: "an estimate of the baseline's day and figure is not a second one",
			project: Project{Estimates: []Estimate{costOn(jan, 1, 100)}, Baselines: []Baseline{{Number: 1, On: jan, HasCost: true, Cost: 100}}},
			known:   true, first: 100, firstOn: jan, current: 100, currentOn: jan, deviation: rate(0, 100), since: rate(0, 100)},
		{name: "an estimate of the baseline's day with another figure is",
			project: Project{Estimates: []Estimate{costOn(jan, 1, 101)}, Baselines: []Baseline{{Number: 1, On: jan, HasCost: true, Cost: 100}}},
			known:   true, first: 100, firstOn: jan, current: 101, currentOn: jan, again: true, deviation: rate(1, 100), since: rate(1, 100)},
		{name: "a first of 0 has no deviation",
			project: Project{Estimates: []Estimate{costOn(jan, 1, 0), costOn(feb, 2, 50)}},
			known:   true, first: 0, firstOn: jan, current: 50, currentOn: feb, again: true, deviation: undefined, since: undefined},
		{name: "a last baseline of 0 leaves only that deviation undefined",
			project: Project{Baselines: []Baseline{{Number: 1, On: jan, HasCost: true, Cost: 100}, {Number: 2, On: feb, HasCost: true}},
				Estimates: []Estimate{costOn(mar, 1, 50)}},
			known: true, first: 100, firstOn: jan, current: 50, currentOn: mar, again: true, deviation: rate(-50, 100), since: undefined},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got := Assess(tc.project, mar).Cost
			if got.Known != tc.known || got.First != tc.first || got.FirstOn != tc.firstOn || got.Current != tc.current ||
				got.CurrentOn != tc.currentOn || got.ReEstimated != tc.again {
				t.Errorf("got %+v,\nwant known %v, first %d on %s, current %d on %s, re-estimated %v", got,
					tc.known, tc.first, tc.firstOn, tc.current, tc.currentOn, tc.again)
			}
			if !sameRate(got.Deviation, tc.deviation) {
				t.Errorf("deviation %+v, want %+v", got.Deviation, tc.deviation)
			}
			if !sameRate(got.SinceLast, tc.since) {
				t.Errorf("since the last baseline %+v, want %+v", got.SinceLast, tc.since)
			}
		})
	}
}

func TestAssessDates(t *testing.T) {
	jan, feb, mar, apr := on(2026, 1, 15), on(2026, 2, 15), on(2026, 3, 15), on(2026, 4, 15)
	none := civil.Date{}
	s, e := on(2022, 1, 1), on(2024, 12, 31) // 1 096 days
	cases := []struct {
		name        string
		project     Project
		want        DatesPosition // but for the rates
		deviation   Rate
		since       Rate
		measuredDay civil.Date
	}{
		{name: "nothing is known"},
		{name: "half a pair is no figure", project: Project{Estimates: []Estimate{datesOn(jan, 1, s, none)}}},
		{name: "E13: 1 096 days become 1 369",
			project: Project{Estimates: []Estimate{datesOn(jan, 1, s, e), datesOn(feb, 2, s, on(2025, 9, 30))}},
			want: DatesPosition{Known: true, FirstStart: s, FirstEnd: e, FirstOn: jan, CurrentStart: s, CurrentEnd: on(2025, 9, 30),
				CurrentOn: feb, ReEstimated: true, SlipDays: 273},
			deviation: rate(273, 1096), since: rate(273, 1096)},
		{name: "the end alone keeps the start",
			project: Project{Estimates: []Estimate{datesOn(jan, 1, s, e), datesOn(feb, 2, none, e.AddDays(10))}},
			want: DatesPosition{Known: true, FirstStart: s, FirstEnd: e, FirstOn: jan, CurrentStart: s, CurrentEnd: e.AddDays(10),
				CurrentOn: feb, ReEstimated: true, SlipDays: 10},
			deviation: rate(10, 1096), since: rate(10, 1096)},
		{name: "a start and an end told one after the other meet on the second day",
			project: Project{Estimates: []Estimate{datesOn(jan, 1, s, none), datesOn(feb, 2, none, e)}},
			want: DatesPosition{Known: true, FirstStart: s, FirstEnd: e, FirstOn: feb, CurrentStart: s, CurrentEnd: e,
				CurrentOn: feb},
			deviation: rate(0, 1), since: rate(0, 1)},
		{name: "a start moved later hides the delay from the deviation, not from the slip",
			project: Project{Estimates: []Estimate{datesOn(jan, 1, s, e), datesOn(feb, 2, s.AddDays(100), e.AddDays(100))}},
			want: DatesPosition{Known: true, FirstStart: s, FirstEnd: e, FirstOn: jan, CurrentStart: s.AddDays(100),
				CurrentEnd: e.AddDays(100), CurrentOn: feb, ReEstimated: true, SlipDays: 100},
			deviation: rate(0, 1), since: rate(0, 1)},
		{name: "baselines come first, the last one beside the first",
			project: Project{Baselines: []Baseline{{Number: 1, On: jan, Start: s, End: e}, {Number: 2, On: feb, Start: s, End: e.AddDays(104)}},
				Estimates: []Estimate{datesOn(jan.AddDays(-9), 1, s, e.AddDays(-50)), datesOn(mar, 2, none, e.AddDays(274))}},
			want: DatesPosition{Known: true, FirstStart: s, FirstEnd: e, FirstOn: jan, CurrentStart: s, CurrentEnd: e.AddDays(274),
				CurrentOn: mar, ReEstimated: true, SlipDays: 274},
			deviation: rate(1, 4), since: rate(170, 1200)},
		{name: "an end alone after a baseline takes the baseline's start",
			project: Project{Baselines: []Baseline{{Number: 1, On: jan, Start: s, End: e}}, Estimates: []Estimate{datesOn(feb, 1, none, e.AddDays(1))}},
			want: DatesPosition{Known: true, FirstStart: s, FirstEnd: e, FirstOn: jan, CurrentStart: s, CurrentEnd: e.AddDays(1),
				CurrentOn: feb, ReEstimated: true, SlipDays: 1},
			deviation: rate(1, 1096), since: rate(1, 1096)},
		{name: "a baseline alone",
			project: Project{Baselines: []Baseline{{Number: 1, On: jan, Start: s, End: e}}},
			want: DatesPosition{Known: true, FirstStart: s, FirstEnd: e, FirstOn: jan, CurrentStart: s, CurrentEnd: e,
				CurrentOn: jan},
			deviation: rate(0, 1), since: rate(0, 1)},
		{name: "a baseline with one date is none",
			project: Project{Baselines: []Baseline{{Number: 1, On: jan, Start: s}}}},
		{name: "an end before the start has no first duration",
			project: Project{Estimates: []Estimate{datesOn(jan, 1, e, s), datesOn(feb, 2, s, e)}},
			want: DatesPosition{Known: true, FirstStart: e, FirstEnd: s, FirstOn: jan, CurrentStart: s, CurrentEnd: e,
				CurrentOn: feb, ReEstimated: true, SlipDays: 1095},
			deviation: undefined, since: undefined},
		{name: "mended the same day",
			project: Project{Estimates: []Estimate{datesOn(jan, 1, s, e), datesOn(jan, 2, none, e.AddDays(1)), datesOn(apr, 3, s, e)}},
			want: DatesPosition{Known: true, FirstStart: s, FirstEnd: e.AddDays(1), FirstOn: jan, CurrentStart: s,
				CurrentEnd: e.AddDays(1), CurrentOn: jan},
			deviation: rate(0, 1), since: rate(0, 1)},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got := Assess(tc.project, mar).Dates
			deviation, since := got.Deviation, got.SinceLast
			got.Deviation, got.SinceLast = Rate{}, Rate{}
			if got != tc.want {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
			if !sameRate(deviation, tc.deviation) {
				t.Errorf("deviation %+v, want %+v", deviation, tc.deviation)
			}
			if !sameRate(since, tc.since) {
				t.Errorf("since the last baseline %+v, want %+v", since, tc.since)
			}
		})
	}
}

func TestPresence(t *testing.T) {
	d := on(2026, 3, 15)
	before, after := d.AddDays(-1), d.AddDays(1)
	known := []Estimate{{On: before, Seq: 1}}
	cases := []struct {
		name    string
		project Project
		want    bool
	}{
		{"no estimate", Project{}, false},
		{"an estimate of the day, even an empty one", Project{Estimates: []Estimate{{On: d}}}, true},
		{"an estimate of tomorrow", Project{Estimates: []Estimate{{On: after}}}, false},
		{"an estimate without a day", Project{Estimates: []Estimate{{HasCost: true, Cost: 5}}}, false},
		{"a baseline alone", Project{Baselines: []Baseline{{Number: 1, On: d}}}, true},
		{"left that day", Project{Estimates: known, Exits: []Exit{{Left: d}}}, false},
		{"leaves tomorrow", Project{Estimates: known, Exits: []Exit{{Left: after}}}, true},
		{"came back that day", Project{Estimates: known, Exits: []Exit{{Left: before, Returned: d}}}, true},
		{"comes back tomorrow", Project{Estimates: known, Exits: []Exit{{Left: before, Returned: after}}}, false},
		{"came back and left again", Project{Estimates: known, Exits: []Exit{{Left: d}, {Left: before.AddDays(-9), Returned: before}}}, false},
	}
	for _, tc := range cases {
		if got := Assess(tc.project, d).Present; got != tc.want {
			t.Errorf("%s: present %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestAssessExtremes(t *testing.T) {
	d := on(2026, 1, 1)
	p := Project{Estimates: []Estimate{costOn(d, 1, 9223372036854775807), costOn(d.AddDays(1), 2, -9223372036854775808)}}
	if got := Assess(p, d.AddDays(1)).Cost; got.Deviation.Defined || !got.Known {
		t.Errorf("a difference beyond 64 bits: %+v, want known and undefined", got)
	}
	p = Project{Estimates: []Estimate{costOn(d, 1, 1), costOn(d.AddDays(1), 2, 9223372036854775807)}}
	got := Assess(p, d.AddDays(1)).Cost.Deviation
	if bp, ok := got.BP(); !got.Defined || ok {
		t.Errorf("a rate beyond 64 bits of basis points: %+v, %d %v, want defined but not in basis points", got, bp, ok)
	}
	if (Rate{}).Rat() != nil {
		t.Error("an undefined rate must have no fraction")
	}
}
