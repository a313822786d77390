package governance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/portfolio"
)

// TestVerifyDecisions: whatever is changed of what a decision did is found, and nothing is found where nothing was.
func TestVerifyDecisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		broken := func(name string, want ...string) {
			t.Helper()
			all, err := c.service.VerifyDecisions(ctx, operator)
			if err != nil {
				t.Fatal(name, err)
			}
			got := []string{}
			for _, r := range all {
				got = append(got, r.Rule)
			}
			if !slices.Equal(got, want) && len(got)+len(want) > 0 {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
		change := func(query string, args ...any) {
			t.Helper()
			if _, err := db.Write().ExecContext(ctx, query, args...); err != nil {
				t.Fatal(query, err)
			}
		}
		broken("nothing decided")
		first := c.decide(c.arbitration("2026-03-10", c.best))
		broken("decided")
		card, err := c.service.Decision(ctx, operator, first.ID)
		if err != nil || len(card.Arbitration.Created) == 0 {
			t.Fatal(card, err)
		}
		created := card.Arbitration.Created[0]
		change("UPDATE allotment_proposal SET amount = amount + 1")
		broken("other credits", "decision_credits")
		change("UPDATE allotment_proposal SET amount = amount - 1")
		other := c.newProject("P2", estimate("2026-02-01", 10_000, "2026-01-01", "2027-12-31", portfolio.PhaseBuild))
		change("UPDATE request SET project_id = ? WHERE id = ?", other, created.Request)
		broken("another project", "decision_projects")
		change("UPDATE request SET project_id = ? WHERE id = ?", created.Project, created.Request)
		change("UPDATE decision SET effect = REPLACE(effect, ?, ?)", card.Arbitration.SHA256, fmt.Sprintf("%064x", 1))
		broken("another fingerprint", "decision_scenario")
		change("UPDATE decision SET effect = REPLACE(effect, ?, ?)", fmt.Sprintf("%064x", 1), card.Arbitration.SHA256)
		change("UPDATE scenario SET state = 'decided', decision_id = ? WHERE id = ?", first.ID, c.other.ID)
		broken("another scenario", "decision_scenario")
		change("UPDATE scenario SET state = 'not_retained', decision_id = NULL WHERE id = ?", c.other.ID)
		broken("put right")
		c.decide(c.decision("2026-04-14", func(in *DecideInput) { in.ProjectCode, in.Reverses = "", first.ID }))
		broken("taken back")
		change("DELETE FROM decision_reversal")
		broken("a reversal that is gone", "decision_scenario", "decision_projects", "decision_reversals")
	})
}
