package forecast

import (
	"math"
	"math/big"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

func TestEarnedValue(t *testing.T) {
	half, forty := big.NewRat(1, 2), big.NewRat(2, 5)
	e10 := Work{BAC: eur("800 000"), Planned: half, Earned: forty, Costs: Costs{Mandated: eur("380 000")}, Basis: Mandated}
	with := func(f func(*Work)) Work { w := e10; f(&w); return w }
	cases := []struct {
		name               string
		work               Work
		basis              CostBasis
		ac, pv, ev, cv, sv string
		cpi, spi, tcpi     money.BasisPoints
		eac1, eac2, eac3   string
		vac1, vac2, vac3   string
	}{
		{name: "E10", work: e10, basis: Mandated, ac: "380 000", pv: "400 000", ev: "320 000", cv: "-60 000", sv: "-80 000",
			cpi: 8421, spi: 8000, tcpi: 11429, eac1: "950 000", eac2: "860 000", eac3: "1 092 500",
			vac1: "-150 000", vac2: "-60 000", vac3: "-292 500"},
		{name: "E10b: on mandated costs the project keeps to its budget",
			work:  with(func(w *Work) { w.Costs = Costs{Mandated: eur("320 000"), ServiceDone: ptr(eur("60 000"))} }),
			basis: Mandated, ac: "320 000", pv: "400 000", ev: "320 000", cv: "0", sv: "-80 000",
			cpi: 10000, spi: 8000, tcpi: 10000, eac1: "800 000", eac2: "800 000", eac3: "920 000", vac1: "0", vac2: "0", vac3: "-120 000"},
		{name: "E10b: on what was delivered it does not",
			work: with(func(w *Work) {
				w.Costs, w.Basis = Costs{Mandated: eur("320 000"), ServiceDone: ptr(eur("60 000"))}, ServiceDone
			}),
			basis: ServiceDone, ac: "380 000", pv: "400 000", ev: "320 000", cv: "-60 000", sv: "-80 000",
			cpi: 8421, spi: 8000, tcpi: 11429, eac1: "950 000", eac2: "860 000", eac3: "1 092 500",
			vac1: "-150 000", vac2: "-60 000", vac3: "-292 500"},
		{name: "a basis that the finance system does not tell falls back, and says so",
			work:  with(func(w *Work) { w.Basis = ServiceDone }),
			basis: Mandated, ac: "380 000", pv: "400 000", ev: "320 000", cv: "-60 000", sv: "-80 000",
			cpi: 8421, spi: 8000, tcpi: 11429, eac1: "950 000", eac2: "860 000", eac3: "1 092 500",
			vac1: "-150 000", vac2: "-60 000", vac3: "-292 500"},
		{name: "paid costs",
			work:  with(func(w *Work) { w.Basis, w.Costs.Paid = Paid, ptr(eur("160 000")) }),
			basis: Paid, ac: "160 000", pv: "400 000", ev: "320 000", cv: "160 000", sv: "-80 000",
			cpi: 20000, spi: 8000, tcpi: 7500, eac1: "400 000", eac2: "640 000", eac3: "460 000", vac1: "400 000", vac2: "160 000", vac3: "340 000"},
		{name: "nothing spent: no cost index, and nothing that follows from it",
			work: with(func(w *Work) { w.Costs.Mandated = 0 }), basis: Mandated, ac: "0", pv: "400 000", ev: "320 000",
			cv: "320 000", sv: "-80 000", cpi: undefined, spi: 8000, tcpi: 6000, eac2: "480 000", vac2: "320 000"},
		{name: "nothing planned: no schedule index",
			work: with(func(w *Work) { w.Planned = new(big.Rat) }), basis: Mandated, ac: "380 000", pv: "0", ev: "320 000",
			cv: "-60 000", sv: "320 000", cpi: 8421, spi: undefined, tcpi: 11429, eac1: "950 000", eac2: "860 000", vac1: "-150 000", vac2: "-60 000"},
		{name: "no plan at all",
			work: with(func(w *Work) { w.Planned = nil }), basis: Mandated, ac: "380 000", ev: "320 000",
			cv: "-60 000", cpi: 8421, spi: undefined, tcpi: 11429, eac1: "950 000", eac2: "860 000", vac1: "-150 000", vac2: "-60 000"},
		{name: "progress unknown: nothing is earned value",
			work: with(func(w *Work) { w.Earned = nil }), basis: Mandated, ac: "380 000", pv: "400 000", cpi: undefined, spi: undefined, tcpi: undefined},
		{name: "nothing done: what it costs per work done cannot be said",
			work: with(func(w *Work) { w.Earned = new(big.Rat) }), basis: Mandated, ac: "380 000", pv: "400 000", ev: "0",
			cv: "-380 000", sv: "-400 000", cpi: 0, spi: 0, tcpi: 19048, eac2: "1 180 000", vac2: "-380 000"},
		{name: "the budget is spent: nothing to perform with",
			work: with(func(w *Work) { w.Costs.Mandated = w.BAC }), basis: Mandated, ac: "800 000", pv: "400 000", ev: "320 000",
			cv: "-480 000", sv: "-80 000", cpi: 4000, spi: 8000, tcpi: undefined, eac1: "2 000 000", eac2: "1 280 000", eac3: "2 300 000",
			vac1: "-1 200 000", vac2: "-480 000", vac3: "-1 500 000"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			e := must[EVM](t)(EarnedValue(tc.work))
			if e.Basis != tc.basis || e.Method != MethodEVM {
				t.Errorf("on basis %q by %q, want %q by %q", e.Basis, e.Method, tc.basis, MethodEVM)
			}
			wantAmount(t, "AC", e.AC, eur(tc.ac))
			for _, a := range []struct {
				name string
				got  *money.Amount
				want string
			}{{"PV", e.PV, tc.pv}, {"EV", e.EV, tc.ev}, {"CV", e.CV, tc.cv}, {"SV", e.SV, tc.sv}, {"EAC1", e.EAC1, tc.eac1}, {"EAC2", e.EAC2, tc.eac2},
				{"EAC3", e.EAC3, tc.eac3}, {"VAC1", e.VAC1, tc.vac1}, {"VAC2", e.VAC2, tc.vac2}, {"VAC3", e.VAC3, tc.vac3}} {
				wantKnown(t, a.name, a.got, a.want)
			}
			wantRatio(t, "CPI", e.CPI, tc.cpi)
			wantRatio(t, "SPI", e.SPI, tc.spi)
			wantRatio(t, "TCPI", e.TCPI, tc.tcpi)
		})
	}
}

func TestEarnedValueRefuses(t *testing.T) {
	cases := []struct {
		name string
		work Work
		key  string
	}{
		{"a negative budget", Work{BAC: -1, Basis: Mandated}, "forecast.budget_negative"},
		{"more than everything planned", Work{Planned: big.NewRat(101, 100), Basis: Mandated}, "forecast.progress_range"},
		{"less than nothing done", Work{Earned: big.NewRat(-1, 100), Basis: Mandated}, "forecast.progress_range"},
		{"an unknown basis", Work{Basis: "guessed"}, "forecast.cost_basis"},
		{"costs beyond 64 bits", Work{Basis: ServiceDone, Costs: Costs{Mandated: math.MaxInt64, ServiceDone: ptr(money.Amount(1))}}, "forecast.overflow"},
	}
	for _, tc := range cases {
		_, err := EarnedValue(tc.work)
		wantFault(t, tc.name, err, tc.key)
	}
	e := must[EVM](t)(EarnedValue(Work{BAC: math.MaxInt64, Earned: big.NewRat(1, math.MaxInt64), Costs: Costs{Mandated: 1000}, Basis: Mandated}))
	if e.EAC1 != nil || e.VAC1 != nil || e.CPI == nil {
		t.Errorf("a cost at completion beyond 64 bits: EAC1 %v, VAC1 %v; want both undefined", e.EAC1, e.VAC1)
	}
}

func TestProgress(t *testing.T) {
	day := on(2026, 6, 30)
	cases := []struct {
		name            string
		milestones      []Milestone
		planned, earned money.BasisPoints
	}{
		{"no milestone", nil, undefined, undefined},
		{"weights", []Milestone{{Weight: 10, Due: on(2026, 1, 31), Reached: on(2026, 2, 15)}, {Weight: 30, Due: day, Reached: on(2026, 7, 1)},
			{Weight: 60, Due: on(2026, 12, 31)}}, 4000, 1000},
		{"without weights each counts the same", []Milestone{{Due: on(2026, 1, 31), Reached: day}, {Due: on(2026, 12, 31)}, {Due: on(2027, 12, 31)}}, 3333, 3333},
		{"a milestone without weight beside others earns nothing", []Milestone{{Weight: 5, Due: day}, {Due: day, Reached: day}}, 10000, 0},
		{"never due, yet reached", []Milestone{{Weight: 1, Reached: day}}, 0, 10000},
	}
	for _, tc := range cases {
		planned, earned, err := Progress(tc.milestones, day)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		wantRatio(t, tc.name+": planned", planned, tc.planned)
		wantRatio(t, tc.name+": earned", earned, tc.earned)
	}
	_, _, err := Progress([]Milestone{{Weight: -1}}, civil.Date{})
	wantFault(t, "a negative weight", err, "forecast.weight_negative")
	if r, err := Physical(4000); err != nil || r.Cmp(big.NewRat(2, 5)) != 0 {
		t.Errorf("40 %% done: %v, %v", r, err)
	}
	for _, p := range []money.BasisPoints{-1, 10001} {
		_, err := Physical(p)
		wantFault(t, "a share of the work outside 0 to 100 %", err, "forecast.progress_range")
	}
}
