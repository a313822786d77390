package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

func TestFunding(t *testing.T) {
	day := on(2026, 10, 31)
	feder := Convention{Rate: 4000, Ceiling: ptr(eur("100 000")), Base: BaseHT, From: on(2025, 1, 1), To: on(2026, 12, 31)}
	posting := func(id int64, d civil.Date, ht, ttc string, eligible bool) FundedPosting {
		return FundedPosting{ID: id, On: d, HT: eur(ht), TTC: eur(ttc), Eligible: eligible}
	}
	e17 := []FundedPosting{posting(1, on(2025, 6, 1), "200 000", "240 000", true), posting(2, on(2026, 1, 5), "70 000", "84 000", true),
		posting(3, on(2026, 2, 5), "-7 500", "-9 000", true)}
	received := []FundingEvent{{FundingReceived, on(2026, 1, 1), eur("60 000")}}
	cases := []struct {
		name                                                            string
		c                                                               Convention
		postings                                                        []FundedPosting
		events                                                          []FundingEvent
		eligible, excluded, due, received, receivable, advance, toClaim string
		capped                                                          bool
	}{
		{"E17: the ceiling holds", feder, e17, received, "262 500", "0", "100 000", "60 000", "40 000", "0", "100 000", true},
		{"without a ceiling", Convention{Rate: 4000, Base: BaseHT}, e17, received, "262 500", "0", "105 000", "60 000", "45 000", "0", "105 000", false},
		{"with VAT", Convention{Rate: 4000, Base: BaseTTC}, e17, nil, "315 000", "0", "126 000", "0", "126 000", "0", "126 000", false},
		{"what does not count", feder, []FundedPosting{posting(1, on(2025, 6, 1), "100", "120", true), posting(2, on(2025, 6, 2), "50", "60", false),
			posting(3, on(2024, 12, 31), "10", "12", true), posting(4, on(2026, 11, 1), "1 000", "1 200", true)}, nil,
			"100", "60", "40", "0", "40", "0", "40", false},
		{"an advance still to be earned", feder, []FundedPosting{posting(1, on(2025, 6, 1), "100", "120", true)},
			[]FundingEvent{{FundingNotified, on(2025, 1, 1), eur("100 000")}, {FundingClaimed, on(2025, 2, 1), eur("60")}, {FundingReceived, on(2025, 3, 1), eur("60")},
				{FundingReceived, on(2026, 11, 1), eur("999")}},
			"100", "0", "40", "60", "0", "20", "0", false},
		{"reductions beyond what counted earn nothing back", feder, []FundedPosting{posting(1, on(2025, 6, 1), "-100", "-120", true)}, nil,
			"-100", "0", "0", "0", "0", "0", "0", false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			f := must[Funding](t)(FundingOf(tc.c, tc.postings, tc.events, day))
			wantAmount(t, "eligible", f.Eligible, eur(tc.eligible))
			wantAmount(t, "excluded", f.Excluded, eur(tc.excluded))
			wantAmount(t, "due", f.Due, eur(tc.due))
			wantAmount(t, "received", f.Received, eur(tc.received))
			wantAmount(t, "receivable", f.Receivable, eur(tc.receivable))
			wantAmount(t, "advance", f.Advance, eur(tc.advance))
			wantAmount(t, "to claim", f.ToClaim, eur(tc.toClaim))
			if f.Capped != tc.capped {
				t.Errorf("capped %v, want %v", f.Capped, tc.capped)
			}
		})
	}
	f := must[Funding](t)(FundingOf(feder, []FundedPosting{posting(9, on(2024, 12, 31), "10", "12", true)}, nil, day))
	if l := f.Lines[0]; l.Eligible || l.Reason != OutsidePeriod || l.Counted != 0 {
		t.Errorf("outside the period: %+v, want it not counted, with the reason", l)
	}
}

func TestFundingRefuses(t *testing.T) {
	day := on(2026, 1, 1)
	cases := []struct {
		name   string
		c      Convention
		posted []FundedPosting
		events []FundingEvent
		key    string
	}{
		{"more than everything", Convention{Rate: 10001, Base: BaseHT}, nil, nil, "forecast.funding.rate"},
		{"a negative rate", Convention{Rate: -1, Base: BaseHT}, nil, nil, "forecast.funding.rate"},
		{"a negative ceiling", Convention{Base: BaseHT, Ceiling: ptr(money.Amount(-1))}, nil, nil, "forecast.funding.ceiling"},
		{"no base", Convention{}, nil, nil, "forecast.funding.base"},
		{"an unknown event", Convention{Base: BaseHT}, nil, []FundingEvent{{Kind: "lost"}}, "forecast.funding.kind"},
		{"beyond 64 bits", Convention{Base: BaseHT}, []FundedPosting{{HT: math.MaxInt64, Eligible: true}, {HT: 1, Eligible: true}}, nil, "forecast.overflow"},
	}
	for _, tc := range cases {
		_, err := FundingOf(tc.c, tc.posted, tc.events, day)
		wantFault(t, tc.name, err, tc.key)
	}
}

func TestFundingProperties(t *testing.T) {
	each(t, 1000, func(t *testing.T, r *rand.Rand) {
		c := Convention{Rate: money.BasisPoints(r.IntN(whole + 1)), Base: []FundingBase{BaseHT, BaseTTC}[r.IntN(2)], From: drawDay(r), To: drawDay(r)}
		if r.IntN(2) == 0 {
			c.Ceiling = ptr(draw(r).Abs())
		}
		postings := many(r, func(r *rand.Rand) FundedPosting {
			return FundedPosting{ID: r.Int64N(9), On: drawDay(r), HT: draw(r), TTC: draw(r), Eligible: r.IntN(3) > 0}
		})
		events := many(r, func(r *rand.Rand) FundingEvent {
			return FundingEvent{[]FundingKind{FundingNotified, FundingClaimed, FundingReceived}[r.IntN(3)], drawDay(r), draw(r)}
		})
		day := drawDay(r)
		f := must[Funding](t)(FundingOf(c, postings, events, day))
		same(t, "funding", f, must[Funding](t)(FundingOf(c, shuffled(r, postings), shuffled(r, events), day)))
		if f.Due < 0 || (c.Ceiling != nil && f.Due > *c.Ceiling) || f.Due > max(f.Eligible, 0) {
			t.Errorf("%+v: due above the ceiling or above what is eligible", f)
		}
		if f.Due != f.Received+f.Receivable-f.Advance {
			t.Errorf("%+v: due is not received + receivable − advance", f)
		}
		var counted money.Amount
		for _, l := range f.Lines {
			counted += l.Counted
		}
		if counted != f.Eligible {
			t.Errorf("the lines count %d, the convention %d", counted, f.Eligible)
		}
	})
}
