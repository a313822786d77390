package forecast

import (
	"math"
	"slices"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

func TestPhase(t *testing.T) {
	year := monthsOf(on(2025, 1, 1), on(2025, 12, 31))
	e21 := euros("10 000", "4 000", "12 000", "8 000")
	repeat := func(n int, s string) []money.Amount { return slices.Repeat(euros(s), n) }
	weeks := []Period{{on(2025, 5, 1), on(2025, 5, 4)}, {on(2025, 5, 5), on(2025, 5, 11)}}
	holidays := func(d civil.Date) bool { return d == on(2025, 5, 1) || d == on(2025, 5, 8) }
	cases := []struct {
		name     string
		in       Phasing
		want     []money.Amount
		unplaced string
	}{
		{"E21: the year evenly", Phasing{Total: eur("120 000"), Periods: year, Spread: SpreadEven}, repeat(12, "10 000"), "0"},
		{"E21: what is done stays, the rest is laid over May to December", Phasing{Total: eur("120 000"), Periods: year, Spread: SpreadEven, Done: e21},
			slices.Concat(e21, repeat(8, "10 750")), "0"},
		{"E21: three cents more go to the first three months", Phasing{Total: eur("120 000.03"), Periods: year, Spread: SpreadEven, Done: e21},
			slices.Concat(e21, repeat(3, "10 750.01"), repeat(5, "10 750")), "0"},
		{"E21b: by calendar days", Phasing{Total: eur("120 000"), Periods: year, Spread: SpreadCalendarDays},
			euros("10 191.78", "9 205.48", "10 191.78", "9 863.02", "10 191.78", "9 863.02", "10 191.78", "10 191.78", "9 863.01", "10 191.78", "9 863.01", "10 191.78"), "0"},
		{"working days, two of them holidays", Phasing{Total: eur("50"), Periods: weeks, Spread: SpreadWorkingDays, Holiday: holidays}, euros("10", "40"), "0"},
		{"working days without holidays", Phasing{Total: eur("70"), Periods: weeks, Spread: SpreadWorkingDays}, euros("20", "50"), "0"},
		{"a weekend has no working day", Phasing{Total: eur("70"), Periods: []Period{{on(2025, 5, 3), on(2025, 5, 4)}}, Spread: SpreadWorkingDays}, euros("0"), "70"},
		{"all in the last period", Phasing{Total: eur("70"), Periods: year[:3], Spread: SpreadLast, Done: euros("1")}, euros("1", "0", "69"), "0"},
		{"by hand", Phasing{Total: eur("100"), Periods: year[:3], Spread: SpreadManual, Weights: []int64{50, 0, 25}}, euros("66.67", "0", "33.33"), "0"},
		{"by hand, with what is done", Phasing{Total: eur("100"), Periods: year[:3], Spread: SpreadManual, Weights: []int64{1, 3, 1}, Done: euros("60")}, euros("60", "30", "10"), "0"},
		{"no weight is left", Phasing{Total: eur("100"), Periods: year[:2], Spread: SpreadManual, Weights: []int64{1, 0}, Done: euros("60")}, euros("60", "0"), "40"},
		{"no period is left", Phasing{Total: eur("100"), Periods: year[:2], Spread: SpreadEven, Done: euros("60", "30")}, euros("60", "30"), "10"},
		{"more was done than the total", Phasing{Total: eur("100"), Periods: year[:3], Spread: SpreadEven, Done: euros("60", "50")}, euros("60", "50", "0"), "-10"},
		{"a total below zero", Phasing{Total: eur("-100"), Periods: year[:3], Spread: SpreadEven}, euros("-33.34", "-33.33", "-33.33"), "0"},
		{"a total below zero, overdone", Phasing{Total: eur("-100"), Periods: year[:2], Spread: SpreadEven, Done: euros("-150")}, euros("-150", "0"), "50"},
		{"no period at all", Phasing{Total: eur("100"), Spread: SpreadEven}, nil, "100"},
	}
	for _, tc := range cases {
		got := must[Phased](t)(tc.in.Phase())
		if !slices.Equal(got.Amounts, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got.Amounts, tc.want)
		}
		wantAmount(t, tc.name+": unplaced", got.Unplaced, eur(tc.unplaced))
	}
}

func TestPhaseRefuses(t *testing.T) {
	jan, feb := Period{on(2025, 1, 1), on(2025, 1, 31)}, Period{on(2025, 2, 1), on(2025, 2, 28)}
	cases := []struct {
		name string
		in   Phasing
		key  string
	}{
		{"periods out of order", Phasing{Periods: []Period{feb, jan}, Spread: SpreadEven}, "forecast.phasing.periods"},
		{"periods that overlap", Phasing{Periods: []Period{jan, {on(2025, 1, 31), on(2025, 2, 1)}}, Spread: SpreadEven}, "forecast.phasing.periods"},
		{"a period that ends before it starts", Phasing{Periods: []Period{{on(2025, 2, 1), on(2025, 1, 1)}}, Spread: SpreadEven}, "forecast.phasing.periods"},
		{"a period without days", Phasing{Periods: []Period{{}}, Spread: SpreadEven}, "forecast.phasing.periods"},
		{"an unknown spread", Phasing{Spread: "bell"}, "forecast.phasing.spread"},
		{"weights for other periods", Phasing{Periods: []Period{jan, feb}, Spread: SpreadManual, Weights: []int64{1}}, "forecast.phasing.weights"},
		{"a negative weight", Phasing{Periods: []Period{jan}, Spread: SpreadManual, Weights: []int64{-1}}, "forecast.weight_negative"},
		{"more done than there are periods", Phasing{Periods: []Period{jan}, Spread: SpreadEven, Done: euros("1", "2")}, "forecast.phasing.done"},
		{"done beyond 64 bits", Phasing{Periods: []Period{jan, feb}, Spread: SpreadEven, Done: []money.Amount{math.MaxInt64, 1}}, "forecast.overflow"},
		{"a rest beyond 64 bits", Phasing{Total: math.MinInt64, Periods: []Period{jan}, Spread: SpreadEven, Done: []money.Amount{1}}, "forecast.overflow"},
	}
	for _, tc := range cases {
		_, err := tc.in.Phase()
		wantFault(t, tc.name, err, tc.key)
	}
}

func TestMonthsOf(t *testing.T) {
	cases := []struct {
		name       string
		start, end civil.Date
		want       []Period
	}{
		{"parts of months", on(2024, 2, 10), on(2024, 3, 5), []Period{{on(2024, 2, 10), on(2024, 2, 29)}, {on(2024, 3, 1), on(2024, 3, 5)}}},
		{"a day", on(2024, 2, 10), on(2024, 2, 10), []Period{{on(2024, 2, 10), on(2024, 2, 10)}}},
		{"nothing", on(2024, 2, 10), on(2024, 2, 9), nil},
		{"no dates", civil.Date{}, on(2024, 2, 9), nil},
		{"the end of the calendar", on(9999, 12, 1), on(9999, 12, 31), []Period{{on(9999, 12, 1), on(9999, 12, 31)}}},
	}
	for _, tc := range cases {
		if got := monthsOf(tc.start, tc.end); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
	if got := monthsOf(on(2025, 7, 1), on(2026, 6, 30)); len(got) != 12 || got[11].End != on(2026, 6, 30) {
		t.Errorf("a fiscal year from July: %v, want its twelve months", got)
	}
}

func TestCurve(t *testing.T) {
	periods := monthsOf(on(2025, 1, 1), on(2025, 4, 30))
	got := must[[]Point](t)(Curve(periods, euros("10", "20", "30", "40"), euros("5", "25"), euros("35", "45")))
	want := []struct{ planned, actual, forecast string }{{"10", "5", ""}, {"30", "30", "30"}, {"60", "", "65"}, {"100", "", "110"}}
	for i, w := range want {
		if got[i].On != periods[i].End {
			t.Errorf("point %d is of %s, want %s", i, got[i].On, periods[i].End)
		}
		wantAmount(t, "planned", got[i].Planned, eur(w.planned))
		wantKnown(t, "actual", got[i].Actual, w.actual)
		wantKnown(t, "forecast", got[i].Forecast, w.forecast)
	}
	if got := must[[]Point](t)(Curve(periods[:1], euros("10"), nil, euros("7"))); got[0].Actual != nil || *got[0].Forecast != eur("7") {
		t.Errorf("before anything is spent: %+v, want a forecast alone", got[0])
	}
	_, err := Curve(periods, euros("1", "2", "3", "4"), euros("1"), euros("2"))
	wantFault(t, "a period without a figure", err, "forecast.curve")
	_, err = Curve(periods[:2], []money.Amount{math.MaxInt64, 1}, nil, euros("1", "2"))
	wantFault(t, "beyond 64 bits", err, "forecast.overflow")
}

// monthsOf cuts a stretch of days into calendar months; the first and the last may be parts of one. It gives nothing
// when the end is before the start.
func monthsOf(start, end civil.Date) []Period {
	var all []Period
	for !start.IsZero() && !start.After(end) {
		last := start.MonthOf().Last()
		if last.After(end) {
			last = end
		}
		all = append(all, Period{start, last})
		start = last.AddDays(1)
	}
	return all
}
