package portfolio

import (
	"fmt"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// TestGuardHoldsAgainstVotes: limits of a scenario's own are suppositions. They let nothing hold that was not voted, and what no vote covers is said.
func TestGuardHoldsAgainstVotes(t *testing.T) {
	limit := func(n int64) *int64 { return &n }
	for name, tc := range map[string]struct {
		limits []contentLimit
		want   string // keys of the notes, a bad one with "!"
		margin money.Amount
	}{
		"within the vote":            {[]contentLimit{{Key: "2027/I", Default: limit(1_000)}}, "guard.holds", 120},
		"a lower limit of its own":   {[]contentLimit{{Key: "2027/I", Default: limit(1_000), Own: true, Amount: limit(900)}}, "guard.holds", 120},
		"a wider limit hides a vote": {[]contentLimit{{Key: "2027/I", Default: limit(700), Own: true, Amount: limit(90_000_000)}}, "!guard.over_p50 !guard.own_above", -180},
		"over at P80 only":           {[]contentLimit{{Key: "2027/I", Default: limit(850), Own: true, Amount: limit(2_000)}}, "!guard.over_p80 !guard.own_above", -30},
		"the limit is lifted":        {[]contentLimit{{Key: "2027/I", Default: limit(1_000), Own: true}}, "!guard.own_none guard.holds", 120},
		"a limit and no vote":        {[]contentLimit{{Key: "2027/I", Own: true, Amount: limit(90_000_000)}}, "guard.no_credits", 0},
		"another year is voted": {[]contentLimit{{Key: "2026/I", Default: limit(50)}, {Key: "2027/I", Own: true, Amount: limit(90_000_000)}},
			"guard.unvoted guard.holds_voted", 50},
	} {
		c := scenarioContent{AsOf: civil.D(2026, 11, 2), Currency: money.EUR, Percentile: P50, P80: Uplift{BP: 1000}, Limits: tc.limits}
		for i := range c.Limits {
			c.Limits[i].Kind = GaugeCredit
		}
		c.Subjects = []contentSubject{{Subject: Subject{Request: 1}, Code: "R-1", Scored: true, Force: ForceIn, Costs: []contentCost{{2027, SectionInvestment, 800}}}}
		w := solve(t, c)
		w.chosen[c.Subjects[0].Subject] = 0 // also where the limits have no room for it
		g := w.guard()
		var keys []string
		for _, n := range g.Notes {
			if strings.HasPrefix(n.Key, "guard.assumed") || strings.HasPrefix(n.Key, "guard.delay") {
				continue
			}
			if n.Bad {
				n.Key = "!" + n.Key
			}
			keys = append(keys, n.Key)
		}
		if got := strings.Join(keys, " "); got != tc.want || g.Margin != tc.margin {
			t.Errorf("%s: %s, margin %d, want %s, %d", name, got, g.Margin, tc.want, tc.margin)
		}
	}
}

// TestGuardYearsKeepBoth: the vote and the limit of the scenario's own stand side by side, and the frontier is one of the latter.
func TestGuardYearsKeepBoth(t *testing.T) {
	own, vote := money.Amount(243), money.Amount(80)
	for name, tc := range map[string]struct {
		year GuardYear
		want string
	}{
		"the vote":         {GuardYear{Limit: &vote}, "80"},
		"its own":          {GuardYear{Limit: &vote, Own: &own}, "243"},
		"lifted":           {GuardYear{Limit: &vote, Unlimited: true}, "none"},
		"no vote":          {GuardYear{}, "none"},
		"its own, no vote": {GuardYear{Own: &own}, "243"},
	} {
		got := "none"
		if h := tc.year.Holding(); h != nil {
			got = fmt.Sprint(int64(*h))
		}
		if got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
	over, beyond, unvoted := DriftOf([]GuardYear{{Limit: &vote, Own: &own, P80: 100}, {Limit: &vote, P80: 80}, {P80: 30}})
	if over != 20 || beyond != 1 || unvoted != 30 {
		t.Errorf("drift = %d in %d, %d without a vote", over, beyond, unvoted)
	}
}
