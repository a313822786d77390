package finance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"jalon/finance/forecast"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
)

// TestPackAnomalies: a pack tells what needs a decision, of its roadmap, as it stood on its day, and what an alert says not a second time.
func TestPackAnomalies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d, other := newDesk(t, db, "aube", "P1", "P2", "P3"), newDesk(t, db, "marne", "P1")
		other.committed("X", euros(900), 0, "2024-01-05", map[string]int64{"P1": 10_000})
		d.allot("P1", d.budgeted(2026, "F", CategoryServices, euros(600)))
		d.spent("P1", "2026-03-02", euros(650), nil)
		d.spent("P3", "2026-09-01", euros(40), nil) // before it left
		d.spent("P3", "2026-09-20", euros(30), nil)
		d.spent("P3", "2026-10-20", euros(2), nil)
		d.write("INSERT INTO project_exit (organisation_id, project_id, left_on, source, recorded_at) VALUES (?, ?, '2026-09-15', 'person', ?)", d.org.ID, d.projects["P3"], d.clock.now())
		d.committed("A", euros(80), euros(10), "2025-08-01", map[string]int64{"P2": 10_000})
		d.committed("B", euros(100), 0, "2025-09-01", map[string]int64{"P1": 5_000, "P2": 5_000})
		d.committed("C", euros(100), 0, "2026-09-01", map[string]int64{"P2": 10_000}) // moved not long ago
		d.committed("D", euros(100), 0, "2025-09-01", map[string]int64{"P2": 10_000})
		d.write("UPDATE commitment SET state = 'closed' WHERE organisation_id = ? AND number = 'D'", d.org.ID)
		frozen := func(on string) (out []string) {
			t.Helper()
			p, err := FreezePack(ctx, d.db.Read(), d.roadmap.ID, day(on))
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range p.Anomalies {
				out = append(out, fmt.Sprint(g.Key, " ", g.Count, " ", g.Sum.Decimal(money.EUR)))
				for _, a := range g.Items {
					line := fmt.Sprint(" ", a.Commitment, "/", a.Project, " ", a.Amount.Decimal(money.EUR))
					if a.Of != nil {
						line += " of " + a.Of.Decimal(money.EUR)
					}
					if a.Since != nil {
						line += " since " + a.Since.String()
					}
					out = append(out, line)
				}
			}
			return out
		}
		dormant := []string{AnomalyDormant + " 2 180.00", " B/ 100.00 of 100.00 since 2025-09-01", " A/P2 80.00 of 80.00 since 2025-08-01"}
		want := append([]string{AnomalyLeft + " 1 32.00", " /P3 32.00 since 2026-09-15"}, dormant...)
		if got := frozen("2026-10-31"); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		want[0], want[1] = AnomalyLeft+" 1 30.00", " /P3 30.00 since 2026-09-15"
		if got := frozen("2026-09-30"); !slices.Equal(got, want) {
			t.Errorf("of September: got %q, want %q", got, want)
		}
		idle := map[string]any{}
		for _, w := range d.report(ReportFilter{}).Warnings {
			if w.Warning.Code == forecast.WarnIdle {
				idle[w.Code] = w.Args[0]
			}
		}
		if len(idle) != 2 || idle["P1"] != 1 || idle["P2"] != 2 {
			t.Errorf("warned of dormant commitments: %v, want one of P1 and two of P2: the closed one is none", idle)
		}
		held, err := d.service.Settings(ctx, operator, d.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		held.Thresholds = `{"exposure_red":15000}`
		if _, err := d.service.SaveSettings(ctx, operator, held); err != nil {
			t.Fatal(err)
		}
		// 50 of B are called for as well, so P1 is 100 over, which is no red alert any more.
		if got := frozen("2026-10-31"); !slices.Equal(got[:2], []string{AnomalyOverBudget + " 1 100.00", " /P1 100.00 of 600.00"}) {
			t.Errorf("without an alert: got %q", got)
		}
	})
}
