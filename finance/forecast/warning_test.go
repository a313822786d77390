package forecast

import (
	"math/big"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

var limits = DefaultThresholds(money.EUR.Unit())

// exposed is a position with so much bound of a revised budget.
func exposed(exposure, revised money.Amount) *Position {
	return &Position{Exposure: exposure, Ceiling: &revised}
}

func outlook(t *testing.T, eac, first money.Amount) *Outlook {
	o := must[Outlook](t)(OutlookOf(Expectation{Basis: Mandated, ToGo: eac, First: &first}))
	return &o
}

func earned(t *testing.T, planned, done, ac int64) *EVM {
	e := must[EVM](t)(EarnedValue(Work{BAC: 100_000, Planned: big.NewRat(planned, 100_000), Earned: big.NewRat(done, 100_000),
		Costs: Costs{Mandated: money.Amount(ac)}, Basis: Mandated}))
	return &e
}

func TestWarn(t *testing.T) {
	day := on(2026, 10, 31)
	cases := []struct {
		name string
		in   Watch
		want string // "level code measured/threshold" of each, separated by commas
	}{
		{"nothing is watched", Watch{}, ""},
		{"just below 90 % is bound", Watch{Position: exposed(89_999, 100_000)}, ""},
		{"90 % is bound", Watch{Position: exposed(90_000, 100_000)}, "amber exposure 9000/9000"},
		{"everything is bound", Watch{Position: exposed(100_000, 100_000)}, "amber exposure 10000/9000"},
		{"a hair more than everything, shown as 100 %", Watch{Position: exposed(10_000_001, 10_000_000)}, "red exposure 10000/10000"},
		{"E18", Watch{Position: exposed(eur("315 000"), eur("300 000"))}, "red exposure 10500/10000"},
		{"bound without any budget", Watch{Position: exposed(5, 0)}, "red exposure 5/0"},
		{"no budget, nothing bound", Watch{Position: exposed(0, 0)}, ""},
		{"no ceiling is set", Watch{Position: &Position{Exposure: 5}}, ""},
		{"over-mandated", Watch{Position: &Position{OverMandated: []OverMandated{{Ref: "A", Net: 100, Mandated: 110}}}}, "amber over_mandated 110/100"},
		{"10 % over the first budget", Watch{Outlook: outlook(t, 110, 100)}, ""},
		{"more than 10 %", Watch{Outlook: outlook(t, 1101, 1000)}, "amber overrun 1010/1000"},
		{"20 %", Watch{Outlook: outlook(t, 120, 100)}, "amber overrun 2000/1000"},
		{"E12: 35 %", Watch{Outlook: outlook(t, 1_350_000, 1_000_000)}, "red overrun 3500/2000"},
		{"indices at their limits", Watch{EVM: earned(t, 20_000, 19_000, 20_000)}, ""},
		{"indices below 0.95", Watch{EVM: earned(t, 21_000, 19_900, 21_000)}, "amber cpi 9476/9500, amber spi 9476/9500"},
		{"indices at 0.90", Watch{EVM: earned(t, 20_000, 18_000, 20_000)}, "amber cpi 9000/9500, amber spi 9000/9500"},
		{"E10", Watch{EVM: earned(t, 50_000, 40_000, 47_500)}, "red cpi 8421/9000, red spi 8000/9000"},
		{"too early for indices", Watch{EVM: earned(t, 50_000, 9_999, 47_500)}, ""},
		{"just not too early", Watch{EVM: earned(t, 10_000, 10_000, 20_000)}, "red cpi 5000/9000"},
		{"85 % will be spent", Watch{Landing: &Landing{Open: 100, Central: 85}}, ""},
		{"E15: 80 %", Watch{Landing: &Landing{Open: 500_000, Central: 400_000}}, "amber landing 8000/8500"},
		{"69 %", Watch{Landing: &Landing{Open: 100, Central: 69}}, "red landing 6900/7000"},
		{"more than the credits", Watch{Landing: &Landing{Open: 100, Central: 101}}, "red shortfall 101/100"},
		{"a forecast of 35 days", Watch{ForecastExpected: true, ForecastOn: day.AddDays(-35)}, ""},
		{"a forecast of 36 days", Watch{ForecastExpected: true, ForecastOn: day.AddDays(-36)}, "amber forecast_age 36/35"},
		{"no forecast ever", Watch{ForecastExpected: true}, "amber forecast_missing 0/35"},
		{"no forecast is expected", Watch{ForecastOn: day.AddDays(-400)}, ""},
		{"1 % not allocated", Watch{Scope: 10_000, Unmatched: 100, UnmatchedSince: day.AddDays(-30)}, ""},
		{"more, and for more than 30 days", Watch{Scope: 10_000, Unmatched: 101, UnmatchedSince: day.AddDays(-31)}, "amber queue_age 31/30, amber unmatched 101/100"},
		{"a commitment idle for 12 months", Watch{Commitments: []Commitment{{Net: 5, Last: on(2025, 10, 31)}}}, ""},
		{"a day longer", Watch{Commitments: []Commitment{{Net: 5, Last: on(2025, 10, 30)}}}, "amber commitment_idle 12/12"},
		{"used up, it may be idle", Watch{Commitments: []Commitment{{Net: 5, Mandated: 5, Last: on(2020, 1, 1)}}}, ""},
		{"nobody knows when it moved", Watch{Commitments: []Commitment{{Net: 5}}}, ""},
		{"a cent that does not tie out", Watch{TieOuts: []TieOut{{Name: "2041", Delta: -1}, {Name: "2042"}}}, "red tie_out -1/0"},
		{"red comes first", Watch{Landing: &Landing{Open: 100, Central: 80}, TieOuts: []TieOut{{Name: "2041", Delta: 3}}}, "red tie_out 3/0, amber landing 8000/8500"},
		{"a project of the State of 9 M€", Watch{OfState: true, FullCost: eur("9 000 000")}, "amber state_audit 900000000/900000000"},
		{"a cent less", Watch{OfState: true, FullCost: eur("8 999 999.99")}, ""},
		{"another authority", Watch{FullCost: eur("90 000 000")}, ""},
	}
	for _, tc := range cases {
		var got []string
		for _, w := range Warn(tc.in, limits, day) {
			got = append(got, string(w.Level)+" "+w.Code+" "+w.Measured.String()+"/"+w.Threshold.String())
		}
		if s := strings.Join(got, ", "); s != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, s, tc.want)
		}
	}
}

// String is for failures of tests.
func (q Quantity) String() string { return money.Amount(q.Value).Decimal("RWF") }

func TestIdleSaysHowMuch(t *testing.T) {
	day := on(2026, 10, 31)
	all := Warn(Watch{Commitments: []Commitment{{ID: 2, Net: 50, Mandated: 20, Last: on(2025, 1, 31)}, {ID: 1, Net: 7, Last: on(2024, 12, 1)}}}, limits, day)
	if len(all) != 1 || all[0].Measured.Value != 22 {
		t.Fatalf("warnings %+v, want one of 22 whole months", all)
	}
	if a := all[0].Args; a[0] != 2 || a[1] != money.Amount(37) || a[2] != on(2024, 12, 1) {
		t.Errorf("args %v, want 2 commitments, 37 left, since 2024-12-01", a)
	}
}

func TestThresholds(t *testing.T) {
	if err := limits.Validate(); err != nil {
		t.Errorf("the default limits: %v", err)
	}
	if got := DefaultThresholds(money.Currency("RWF").Unit()).StateAuditFrom; got != 9_000_000 {
		t.Errorf("the limit in a currency without decimals is %d", got)
	}
	wrong := Thresholds{ExposureAmber: 2, ExposureRed: 1, OverrunAmber: -1, OverrunRed: -2, IndexRed: 5, IndexAmber: 4, IndexFrom: 10001,
		LandingRed: 5, LandingAmber: 4, ForecastDays: -1, UnmatchedShare: 10001, UnmatchedDays: -1, IdleMonths: -1, StateAuditFrom: -1}
	f := fault.As(wrong.Validate())
	if f == nil {
		t.Fatal("limits without sense were taken")
	}
	var names []string
	for _, x := range f.Fields {
		names = append(names, x.Name)
	}
	want := "exposure_red overrun_amber overrun_red index_amber index_from landing_amber forecast_days unmatched_share unmatched_days idle_months state_audit_from"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("refused %s, want %s", got, want)
	}
}

func TestMonthsBetween(t *testing.T) {
	cases := []struct {
		from, to civil.Date
		want     int64
	}{
		{on(2026, 1, 31), on(2026, 2, 28), 1}, {on(2026, 1, 31), on(2026, 2, 27), 0}, {on(2025, 10, 31), on(2026, 10, 31), 12},
		{on(2025, 10, 31), on(2026, 10, 30), 11}, {on(2024, 2, 29), on(2025, 2, 28), 12},
	}
	for _, tc := range cases {
		if got := monthsBetween(tc.from, tc.to); got != tc.want {
			t.Errorf("%s to %s: %d months, want %d", tc.from, tc.to, got, tc.want)
		}
	}
}
