package forecast

import (
	"math"
	"testing"

	"jalon/internal/money"
)

func TestOutlook(t *testing.T) {
	cases := []struct {
		name                        string
		in                          Expectation
		eac, overFirst, overRevised string
		firstRate, revisedRate      money.BasisPoints
		realised, exposed           string
		exposedRate                 money.BasisPoints
		findings                    int
	}{
		{name: "E12: against the first budget and against the revised one",
			in: Expectation{Costs: Costs{Mandated: eur("900 000")}, Basis: Mandated, Exposure: eur("1 200 000"), ToGo: eur("450 000"),
				First: ptr(eur("1 000 000")), Revised: ptr(eur("1 300 000"))},
			eac: "1 350 000", overFirst: "350 000", firstRate: 3500, overRevised: "50 000", revisedRate: 385,
			realised: "-400 000", exposed: "-100 000", exposedRate: -769},
		{name: "E18: over the budget although only 60 % is spent",
			in:  Expectation{Costs: Costs{Mandated: eur("180 000")}, Basis: Mandated, Exposure: eur("315 000"), ToGo: eur("135 000"), Revised: ptr(eur("300 000"))},
			eac: "315 000", overRevised: "15 000", firstRate: undefined, revisedRate: 500, realised: "-120 000", exposed: "15 000", exposedRate: 500},
		{name: "a realised overrun",
			in:  Expectation{Costs: Costs{Mandated: eur("310")}, Basis: Mandated, Exposure: eur("310"), Revised: ptr(eur("300"))},
			eac: "310", overRevised: "10", firstRate: undefined, revisedRate: 333, realised: "10", exposed: "10", exposedRate: 333},
		{name: "less to go than is committed is a finding",
			in:  Expectation{Costs: Costs{Mandated: eur("100")}, Basis: Mandated, Exposure: eur("150"), ToGo: eur("49.99")},
			eac: "149.99", firstRate: undefined, revisedRate: undefined, exposedRate: undefined, findings: 1},
		{name: "unless it is justified",
			in:  Expectation{Costs: Costs{Mandated: eur("100")}, Basis: Mandated, Exposure: eur("150"), ToGo: eur("49.99"), Justified: true},
			eac: "149.99", firstRate: undefined, revisedRate: undefined, exposedRate: undefined},
		{name: "what was delivered is not to go any more",
			in: Expectation{Costs: Costs{Mandated: eur("100"), ServiceDone: ptr(eur("20"))}, Basis: ServiceDone, Exposure: eur("150"),
				ToGo: eur("30")}, eac: "150", firstRate: undefined, revisedRate: undefined, exposedRate: undefined},
		{name: "a budget of nothing has no rate",
			in:  Expectation{Costs: Costs{Mandated: eur("5")}, Basis: Mandated, Exposure: eur("5"), First: ptr(money.Amount(0)), Revised: ptr(money.Amount(0))},
			eac: "5", overFirst: "5", overRevised: "5", firstRate: undefined, revisedRate: undefined, realised: "5", exposed: "5", exposedRate: undefined},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			o := must[Outlook](t)(OutlookOf(tc.in))
			wantAmount(t, "EAC", o.EAC, eur(tc.eac))
			wantKnown(t, "over the first budget", o.OverFirst, tc.overFirst)
			wantKnown(t, "over the revised budget", o.OverRevised, tc.overRevised)
			wantRatio(t, "rate over the first budget", o.OverFirstRate, tc.firstRate)
			wantRatio(t, "rate over the revised budget", o.OverRevisedRate, tc.revisedRate)
			wantKnown(t, "realised", o.RealisedOver, tc.realised)
			wantKnown(t, "exposed", o.ExposedOver, tc.exposed)
			wantRatio(t, "exposed rate", o.ExposedRate, tc.exposedRate)
			if len(o.Findings) != tc.findings || (tc.findings > 0 && o.Findings[0].Code != ToGoBelowCommitments) {
				t.Errorf("findings %v, want %d", o.Findings, tc.findings)
			}
		})
	}
}

// TestExposureOfE18 derives the exposure of E18 from the commitment behind it.
func TestExposureOfE18(t *testing.T) {
	p := must[Position](t)(PositionOf(Books{Commitments: []Commitment{{ID: 1, Net: eur("315 000"), Mandated: eur("180 000")}}, Ceiling: ptr(eur("300 000"))}))
	wantAmount(t, "DENM", p.DENM, eur("135 000"))
	wantAmount(t, "exposure", p.Exposure, eur("315 000"))
	wantKnown(t, "to commit", p.ToCommit, "-15 000")
	wantRatio(t, "spent of the revised budget", ratio(p.Mandated, *p.Ceiling), 6000)
}

func TestOutlookRefuses(t *testing.T) {
	cases := []struct {
		name string
		in   Expectation
		key  string
	}{
		{"a negative to-go", Expectation{Basis: Mandated, ToGo: -1}, "forecast.to_go_negative"},
		{"an unknown basis", Expectation{}, "forecast.cost_basis"},
		{"a cost beyond 64 bits", Expectation{Basis: Mandated, Costs: Costs{Mandated: 1}, ToGo: math.MaxInt64}, "forecast.overflow"},
		{"a difference beyond 64 bits", Expectation{Basis: Mandated, ToGo: 1, First: ptr(money.Amount(math.MinInt64))}, "forecast.overflow"},
	}
	for _, tc := range cases {
		_, err := OutlookOf(tc.in)
		wantFault(t, tc.name, err, tc.key)
	}
}
