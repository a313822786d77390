package forecast

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

func TestRecovery(t *testing.T) {
	d := on(2026, 3, 1)
	cases := []struct {
		name            string
		amount          string
		kind            RecoveryKind
		on              civil.Date
		total, eligible string
		net             string
		reason          string
	}{
		{"E16: an investment", "120 000.00", RecoveryInvestment, d, "19 684.80", "120 000", "100 315.20", ""},
		{"E16: another", "39 724.75", RecoveryInvestment, d, "6 516.45", "39 724.75", "33 208.30", ""},
		{"E16: infrastructure as a service", "12 000.00", RecoveryIaaS, d, "672.00", "12 000", "11 328", ""},
		{"E16: software as a service", "12 000.00", "", d, "0.00", "0", "12 000", ""},
		{"a reduction takes its share back", "-4 724.75", RecoveryInvestment, d, "-775.05", "-4 724.75", "-3 949.70", ""},
		{"infrastructure before it was eligible", "12 000.00", RecoveryIaaS, on(2020, 12, 31), "0.00", "0", "12 000", RecoveryNoRate},
	}
	for _, tc := range cases {
		r := must[Recovery](t)(RecoveryOf([]RecoveryPosting{{ID: 1, Project: 7, On: tc.on, Amount: eur(tc.amount), Kind: tc.kind}}, DefaultRecoveryRates()))
		wantAmount(t, tc.name+": total", r.Total, eur(tc.total))
		wantAmount(t, tc.name+": eligible", r.Eligible, eur(tc.eligible))
		wantAmount(t, tc.name+": spent", r.Spent, eur(tc.amount))
		wantAmount(t, tc.name+": net", r.Net, eur(tc.net))
		if l := r.Lines[0]; l.Reason != tc.reason || (l.Rate == nil) != (tc.eligible == "0") {
			t.Errorf("%s: line %+v, want reason %q", tc.name, l, tc.reason)
		}
	}
}

// TestRecoveryIsAllocated is E16b: the projects sum to the total that is claimed.
func TestRecoveryIsAllocated(t *testing.T) {
	var postings []RecoveryPosting
	for i := range int64(3) {
		postings = append(postings, RecoveryPosting{ID: i, Project: i + 1, On: on(2026, 1, 1), Amount: eur("1 000.05"), Kind: RecoveryInvestment})
	}
	r := must[Recovery](t)(RecoveryOf(postings, DefaultRecoveryRates()))
	wantAmount(t, "total", r.Total, eur("492.14"))
	for i, want := range euros("164.05", "164.05", "164.04") {
		wantAmount(t, "project", r.Projects[i].Recovery, want)
		wantAmount(t, "net", r.Projects[i].Net, eur("1 000.05")-want)
	}
}

func TestApportion(t *testing.T) {
	cases := []struct {
		name  string
		parts []*big.Rat
		want  []money.Amount
		total money.Amount
	}{
		{"nothing", nil, []money.Amount{}, 0},
		{"thirds", []*big.Rat{big.NewRat(100, 3), big.NewRat(100, 3), big.NewRat(100, 3)}, []money.Amount{34, 33, 33}, 100},
		{"thirds below zero", []*big.Rat{big.NewRat(-100, 3), big.NewRat(-100, 3), big.NewRat(-100, 3)}, []money.Amount{-34, -33, -33}, -100},
		{"every part rounds up", []*big.Rat{big.NewRat(9, 10), big.NewRat(9, 10), big.NewRat(9, 10)}, []money.Amount{1, 1, 1}, 3},
		{"a part of the other sign", []*big.Rat{big.NewRat(105, 10), big.NewRat(-21, 10)}, []money.Amount{10, -2}, 8},
		{"its mirror", []*big.Rat{big.NewRat(-105, 10), big.NewRat(21, 10)}, []money.Amount{-10, 2}, -8},
	}
	for _, tc := range cases {
		got, total, err := apportion(tc.parts)
		if err != nil || total != tc.total || len(got) != len(tc.want) {
			t.Fatalf("%s: %v, %d, %v, want %v, %d", tc.name, got, total, err, tc.want, tc.total)
		}
		for i := range got {
			if got[i] != tc.want[i] {
				t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
			}
		}
	}
	for name, parts := range map[string][]*big.Rat{
		"a total beyond 64 bits": {exact(math.MaxInt64), exact(1)},
		"a part beyond 64 bits":  {new(big.Rat).Mul(exact(math.MaxInt64), big.NewRat(2, 1)), new(big.Rat).Mul(exact(math.MaxInt64), big.NewRat(-2, 1))},
		"a part at the edge":     {new(big.Rat).Add(exact(math.MaxInt64), big.NewRat(9, 10)), big.NewRat(-19, 10), big.NewRat(12, 10)},
	} {
		_, _, err := apportion(parts)
		wantFault(t, name, err, "forecast.overflow")
	}
}

func TestRecoveryRefusesRates(t *testing.T) {
	rate := func(from, to civil.Date, num, den int64) RecoveryRate {
		return RecoveryRate{Kind: RecoveryInvestment, From: from, To: to, Num: num, Den: den}
	}
	none := civil.Date{}
	cases := []struct {
		name  string
		rates []RecoveryRate
		key   string
	}{
		{"no denominator", []RecoveryRate{rate(none, none, 1, 0)}, "forecast.recovery.rate"},
		{"above everything", []RecoveryRate{rate(none, none, 3, 2)}, "forecast.recovery.rate"},
		{"below nothing", []RecoveryRate{rate(none, none, -1, 2)}, "forecast.recovery.rate"},
		{"of no kind", []RecoveryRate{{Num: 1, Den: 2}}, "forecast.recovery.rate"},
		{"ended before it began", []RecoveryRate{rate(on(2026, 1, 2), on(2026, 1, 1), 1, 2)}, "forecast.recovery.rate"},
		{"two at once", []RecoveryRate{rate(none, on(2026, 1, 1), 1, 2), rate(on(2026, 1, 1), none, 1, 3)}, "forecast.recovery.overlap"},
		{"two for ever", []RecoveryRate{rate(none, none, 1, 2), rate(none, none, 1, 3)}, "forecast.recovery.overlap"},
	}
	for _, tc := range cases {
		_, err := RecoveryOf(nil, tc.rates)
		wantFault(t, tc.name, err, tc.key)
	}
	r := must[Recovery](t)(RecoveryOf([]RecoveryPosting{{On: on(2026, 1, 1), Amount: 100, Kind: RecoveryInvestment}, {On: on(2026, 1, 2), Amount: 100, Kind: RecoveryInvestment}},
		[]RecoveryRate{rate(none, on(2026, 1, 1), 1, 2), rate(on(2026, 1, 2), none, 1, 4)}))
	wantAmount(t, "each by the rate of its day", r.Total, 75)
}

func TestRecoverySums(t *testing.T) {
	each(t, 1000, func(t *testing.T, r *rand.Rand) {
		postings := many(r, func(r *rand.Rand) RecoveryPosting {
			return RecoveryPosting{ID: r.Int64N(9), Project: r.Int64N(4), On: drawDay(r), Amount: draw(r), Kind: []RecoveryKind{"", RecoveryInvestment, RecoveryIaaS, "other"}[r.IntN(4)]}
		})
		got := must[Recovery](t)(RecoveryOf(postings, DefaultRecoveryRates()))
		same(t, "recovery", got, must[Recovery](t)(RecoveryOf(shuffled(r, postings), DefaultRecoveryRates())))
		var total, net, spent money.Amount
		for _, p := range got.Projects {
			total, net, spent = total+p.Recovery, net+p.Net, spent+p.Spent
		}
		if total != got.Total || net != got.Net || spent != got.Spent || got.Spent-got.Total != got.Net {
			t.Errorf("projects sum to %d of %d, net %d of %d", total, got.Total, net, got.Net)
		}
		for i := range postings {
			postings[i].Amount = -postings[i].Amount
		}
		mirror := must[Recovery](t)(RecoveryOf(postings, DefaultRecoveryRates()))
		for i, p := range mirror.Projects {
			if p.Recovery != -got.Projects[i].Recovery {
				t.Errorf("annulled: project %d gives back %d of %d", p.Project, p.Recovery, got.Projects[i].Recovery)
			}
		}
	})
}
