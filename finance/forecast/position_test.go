package forecast

import (
	"math"
	"testing"

	"jalon/internal/money"
)

func TestPosition(t *testing.T) {
	cases := []struct {
		name                                           string
		books                                          Books
		open, net, mandated, denm, exposure, available string
		toCommit                                       string // "": no ceiling
		realisation, exposureRate, ceilingRate         money.BasisPoints
		overMandated                                   []string
	}{
		{name: "E1: BP, report, DM1 and DM2",
			books: Books{Votes: euros("1 200 000", "150 000", "80 000", "-30 000"),
				Commitments: []Commitment{{ID: 1, Net: eur("1 050 000"), Mandated: eur("640 000")}}},
			open: "1 400 000", net: "1 050 000", mandated: "640 000", denm: "410 000", exposure: "1 050 000", available: "350 000",
			realisation: 4571, exposureRate: 7500, ceilingRate: undefined},
		{name: "E2: to commit and to pay of a programme authorisation",
			books: Books{Votes: euros("600 000"), Ceiling: ptr(eur("3 000 000")),
				Commitments: []Commitment{{ID: 1, Net: eur("2 100 000"), Mandated: eur("450 000")}}},
			open: "600 000", net: "2 100 000", mandated: "450 000", denm: "1 650 000", exposure: "2 100 000", available: "-1 500 000",
			toCommit: "900 000", realisation: 7500, exposureRate: 35000, ceilingRate: 7000},
		{name: "E3: a commitment with an amendment",
			books: Books{Commitments: []Commitment{{ID: 1, Net: eur("138 000.00"), Mandated: eur("96 500.40")}}},
			open:  "0", net: "138 000", mandated: "96 500.40", denm: "41 499.60", exposure: "138 000", available: "-138 000",
			realisation: undefined, exposureRate: undefined, ceilingRate: undefined},
		{name: "E3: and once the rest is withdrawn",
			books: Books{Commitments: []Commitment{{ID: 1, Net: eur("120 000") + eur("18 000") - eur("41 499.60"), Mandated: eur("96 500.40")}}},
			open:  "0", net: "96 500.40", mandated: "96 500.40", denm: "0", exposure: "96 500.40", available: "-96 500.40",
			realisation: undefined, exposureRate: undefined, ceilingRate: undefined},
		{name: "E3b: an over-mandated commitment hides nothing",
			books: Books{Commitments: []Commitment{{ID: 1, Ref: "A", Net: eur("100 000"), Mandated: eur("110 000")},
				{ID: 2, Ref: "B", Net: eur("50 000"), Mandated: eur("10 000")}}},
			open: "0", net: "150 000", mandated: "120 000", denm: "40 000", exposure: "160 000", available: "-160 000",
			realisation: undefined, exposureRate: undefined, ceilingRate: undefined, overMandated: []string{"A"}},
		{name: "what is mandated without a commitment counts as committed",
			books: Books{Votes: euros("1 000"), Outside: euros("300", "-50"), Ceiling: ptr(eur("800"))},
			open:  "1 000", net: "250", mandated: "250", denm: "0", exposure: "250", available: "750", toCommit: "550",
			realisation: 2500, exposureRate: 2500, ceilingRate: 3125},
		{name: "a commitment withdrawn below zero is told",
			books: Books{Commitments: []Commitment{{ID: 3, Ref: "C", Net: eur("-1")}}},
			open:  "0", net: "-1", mandated: "0", denm: "0", exposure: "0", available: "0",
			realisation: undefined, exposureRate: undefined, ceilingRate: undefined, overMandated: []string{"C"}},
		{name: "nothing", open: "0", net: "0", mandated: "0", denm: "0", exposure: "0", available: "0",
			realisation: undefined, exposureRate: undefined, ceilingRate: undefined},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			p := must[Position](t)(PositionOf(tc.books))
			wantAmount(t, "open", p.Open, eur(tc.open))
			wantAmount(t, "committed", p.CommittedNet, eur(tc.net))
			wantAmount(t, "mandated", p.Mandated, eur(tc.mandated))
			wantAmount(t, "DENM", p.DENM, eur(tc.denm))
			wantAmount(t, "to pay", p.ToPay(), eur(tc.denm))
			wantAmount(t, "exposure", p.Exposure, eur(tc.exposure))
			wantAmount(t, "available", p.Available, eur(tc.available))
			wantKnown(t, "to commit", p.ToCommit, tc.toCommit)
			wantRatio(t, "realisation", p.Realisation(), tc.realisation)
			wantRatio(t, "exposure rate", p.ExposureRate(), tc.exposureRate)
			wantRatio(t, "ceiling rate", p.CeilingRate(), tc.ceilingRate)
			var refs []string
			for _, o := range p.OverMandated {
				refs = append(refs, o.Ref)
			}
			if len(refs) != len(tc.overMandated) || (len(refs) > 0 && refs[0] != tc.overMandated[0]) {
				t.Errorf("over-mandated %v, want %v", refs, tc.overMandated)
			}
		})
	}
}

func TestPositionBeyond64Bits(t *testing.T) {
	cases := map[string]Books{
		"votes":      {Votes: []money.Amount{math.MaxInt64, 1}},
		"one left":   {Commitments: []Commitment{{Net: math.MaxInt64, Mandated: -1}}},
		"committed":  {Commitments: []Commitment{{Net: math.MaxInt64}, {Net: 1}}},
		"outside":    {Outside: []money.Amount{math.MinInt64, -1}},
		"available":  {Votes: []money.Amount{math.MinInt64}, Outside: []money.Amount{1}},
		"to commit":  {Outside: []money.Amount{1}, Ceiling: ptr(money.Amount(math.MinInt64))},
		"the bounds": {Votes: []money.Amount{math.MinInt64}, Outside: []money.Amount{math.MinInt64, math.MaxInt64, 2}},
	}
	for name, books := range cases {
		_, err := PositionOf(books)
		wantFault(t, name, err, "forecast.overflow")
	}
	p, err := PositionOf(Books{Votes: []money.Amount{math.MaxInt64, math.MaxInt64, math.MinInt64}})
	if err != nil || p.Open != math.MaxInt64-1 {
		t.Errorf("over and back: %d, %v; only the total must fit", p.Open, err)
	}
}

// TestAccruals is E7: what a year spends is not what the project cost, and the accumulated cost is exact.
func TestAccruals(t *testing.T) {
	first, second := euros("100 000"), euros("-100 000", "97 500")
	cases := []struct {
		name string
		all  []money.Amount
		want string
	}{
		{"the year of the accrual", first, "100 000"},
		{"the year of its reversal and of the invoice", second, "-2 500"},
		{"both together", append(first, second...), "97 500"},
	}
	for _, tc := range cases {
		wantAmount(t, tc.name, must[Position](t)(PositionOf(Books{Outside: tc.all})).Mandated, eur(tc.want))
	}
}
