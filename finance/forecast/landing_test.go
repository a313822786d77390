package forecast

import (
	"math"
	"testing"

	"jalon/internal/money"
)

func TestLanding(t *testing.T) {
	e15 := YearEnd{Regime: CarryOver, Open: eur("500 000"), Mandated: eur("210 000"), ServiceDone: eur("40 000"), Due: eur("120 000"),
		Later: eur("60 000"), Probable: []Probable{{eur("60 000"), 5000}}}
	with := func(f func(*YearEnd)) YearEnd { y := e15; f(&y); return y }
	cases := []struct {
		name                                  string
		in                                    YearEnd
		low, central, high                    string
		rate                                  money.BasisPoints
		carried, rephase, giveBack, shortfall string
	}{
		{"E15", e15, "370 000", "400 000", "430 000", 8000, "60 000", "0", "40 000", "0"},
		{"with programmes nothing is carried over", with(func(y *YearEnd) { y.Regime = Programmes }),
			"370 000", "400 000", "430 000", 8000, "0", "60 000", "40 000", "0"},
		{"and what later years want is phased again before it is given back", with(func(y *YearEnd) { y.Regime, y.LaterNeeded = Programmes, eur("25 000") }),
			"370 000", "400 000", "430 000", 8000, "0", "85 000", "15 000", "0"},
		{"at most what is left", with(func(y *YearEnd) { y.Regime, y.LaterNeeded = Programmes, eur("1 000 000") }),
			"370 000", "400 000", "430 000", 8000, "0", "100 000", "0", "0"},
		{"what is committed is carried over even where the credits do not reach", with(func(y *YearEnd) { y.Open = eur("450 000") }),
			"370 000", "400 000", "430 000", 8889, "60 000", "0", "0", "10 000"},
		{"programmes over their credits", with(func(y *YearEnd) { y.Regime, y.Open = Programmes, eur("390 000") }),
			"370 000", "400 000", "430 000", 10256, "0", "0", "0", "10 000"},
		{"probabilities are summed before they are rounded",
			YearEnd{Regime: CarryOver, Open: eur("1"), Probable: []Probable{{1, 2500}, {1, 2500}, {1, 2500}}}, "0", "0.01", "0.03", 100, "0", "0", "0.99", "0"},
		{"no credits, no rate", YearEnd{Regime: CarryOver, Mandated: eur("1")}, "1", "1", "1", undefined, "0", "0", "0", "1"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			l := must[Landing](t)(LandingOf(tc.in))
			wantAmount(t, "low", l.Low, eur(tc.low))
			wantAmount(t, "central", l.Central, eur(tc.central))
			wantAmount(t, "high", l.High, eur(tc.high))
			wantRatio(t, "rate", l.Rate(), tc.rate)
			wantAmount(t, "carried over", l.CarriedOver, eur(tc.carried))
			wantAmount(t, "to phase again", l.ToRephase, eur(tc.rephase))
			wantAmount(t, "to give back", l.ToGiveBack, eur(tc.giveBack))
			wantAmount(t, "shortfall", l.Shortfall, eur(tc.shortfall))
		})
	}
}

func TestLandingRefuses(t *testing.T) {
	cases := []struct {
		name string
		in   YearEnd
		key  string
	}{
		{"an unknown regime", YearEnd{}, "forecast.regime"},
		{"a probability above 100 %", YearEnd{Regime: CarryOver, Probable: []Probable{{1, 10001}}}, "forecast.probability_range"},
		{"a probability below 0", YearEnd{Regime: CarryOver, Probable: []Probable{{1, -1}}}, "forecast.probability_range"},
		{"a negative expectation", YearEnd{Regime: CarryOver, Probable: []Probable{{-1, 1}}}, "forecast.landing_negative"},
		{"negative commitments", YearEnd{Regime: CarryOver, Later: -1}, "forecast.landing_negative"},
		{"beyond 64 bits", YearEnd{Regime: CarryOver, Mandated: math.MaxInt64, Due: 1}, "forecast.overflow"},
		{"only the high landing beyond 64 bits", YearEnd{Regime: CarryOver, Mandated: math.MaxInt64, Probable: []Probable{{1, 0}}}, "forecast.overflow"},
		{"needs beyond 64 bits", YearEnd{Regime: Programmes, Later: math.MaxInt64, LaterNeeded: 1}, "forecast.overflow"},
	}
	for _, tc := range cases {
		_, err := LandingOf(tc.in)
		wantFault(t, tc.name, err, tc.key)
	}
}

// TestProgramme is E2: an authorisation is what closed years mandated and what open years may.
func TestProgramme(t *testing.T) {
	p := Programme{Authorised: eur("3 000 000"), Years: []ProgrammeYear{
		{Year: 2024, Credits: eur("600 000"), Mandated: eur("450 000")}, {Year: 2025, Credits: eur("1 400 000")}, {Year: 2026, Credits: eur("1 000 000")}}}
	if b := must[Balance](t)(BalanceOf(p)); !b.Holds() || b.MandatedPast != 0 {
		t.Errorf("before the close: %+v, want it to hold", b)
	}
	after, moved, err := Rephase(p, 2024, 2025)
	if err != nil {
		t.Fatal(err)
	}
	wantAmount(t, "phased again", moved, eur("150 000"))
	wantAmount(t, "credits of 2025", after.Years[1].Credits, eur("1 550 000"))
	wantAmount(t, "credits of 2025 before", p.Years[1].Credits, eur("1 400 000"))
	b := must[Balance](t)(BalanceOf(after))
	wantAmount(t, "mandated by closed years", b.MandatedPast, eur("450 000"))
	wantAmount(t, "credits of open years", b.Credits, eur("2 550 000"))
	wantAmount(t, "difference", b.Difference, 0)
	p.Years[0].Closed = true
	b = must[Balance](t)(BalanceOf(p))
	wantAmount(t, "closed without a vote", b.Difference, eur("150 000"))
	if b.Holds() {
		t.Error("credits that nobody phased again leave the authorisation unbalanced")
	}
	for name, years := range map[string][2]int64{"an unknown year": {2023, 2025}, "into an unknown year": {2025, 2030}, "into itself": {2025, 2025}, "into a closed year": {2025, 2024}} {
		_, _, err := Rephase(p, years[0], years[1])
		wantFault(t, name, err, "forecast.programme.year")
	}
	_, _, err = Rephase(p, 2024, 2025)
	wantFault(t, "a year closed already", err, "forecast.programme.closed")
}

func TestRadar(t *testing.T) {
	line := func(id int64, open, mandated, later string) CreditLine {
		l := must[Landing](t)(LandingOf(YearEnd{Regime: CarryOver, Open: eur(open), Mandated: eur(mandated), Later: eur(later)}))
		return CreditLine{ID: id, Landing: l}
	}
	th := DefaultThresholds(money.EUR.Unit())
	r := must[Radar](t)(RadarOf([]CreditLine{
		line(1, "100 000", "85 000", "0"), // exactly the limit
		line(2, "100 000", "84 999.99", "0"),
		line(3, "100 000", "69 999.99", "25 000"),
		line(4, "100 000", "70 000", "0"),
		line(5, "0", "0", "0"),
		line(6, "100 000", "10 000", "120 000"),
	}, th))
	want := []struct {
		id              int64
		level           Level
		unspent, atRisk string
	}{{4, Amber, "30 000", "30 000"}, {2, Amber, "15 000.01", "15 000.01"}, {3, Red, "30 000.01", "5 000.01"}, {6, Red, "90 000", "0"}}
	if len(r.Lines) != len(want) {
		t.Fatalf("%d lines at risk, want %d: %+v", len(r.Lines), len(want), r.Lines)
	}
	for i, w := range want {
		l := r.Lines[i]
		if l.ID != w.id || l.Level != w.level || l.Unspent != eur(w.unspent) || l.AtRisk != eur(w.atRisk) {
			t.Errorf("place %d: %+v, want line %d, %s, %s unspent, %s at risk", i+1, l, w.id, w.level, w.unspent, w.atRisk)
		}
	}
	wantAmount(t, "unspent", r.Unspent, eur("165 000.02"))
	wantAmount(t, "at risk", r.AtRisk, eur("50 000.02"))
}
