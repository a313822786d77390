package finance

import (
	"context"
	"slices"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

func TestAnomalies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		officer := d.as(identity.RoleFinance, "anne")
		if got, err := d.service.Anomalies(ctx, officer, d.org.ID); err != nil || len(got) != 0 {
			t.Errorf("anomalies of nothing: %+v, %v", got, err)
		}
		ps := d.bookFile("one",
			line{on: "2026-09-01", amount: 900_00, project: "P1"},
			line{on: "2026-09-02", amount: 50_00, project: "P2", invoice: "F-1"}, line{on: "2026-09-20", amount: 50_00, project: "P2", invoice: "F-1"},
			line{on: "2026-09-03", amount: 20_00, invoice: "F-2", supplier: "12345678900011", project: "P2"}, line{on: "2026-09-04", amount: 20_00, invoice: "F-2", project: "P2"},
			line{on: "2026-09-05", amount: 70_00, no: 77, invoice: "F-3", project: "P1"}, line{on: "2026-09-06", amount: 70_00, no: 78, invoice: "F-3", project: "P1"},
			line{on: "2026-09-07", amount: -70_00, invoice: "F-3", undone: 78},
			line{on: "2026-09-08", amount: -5_00, undone: 4242},
			line{on: "2026-10-30", amount: 300_00}, line{on: "2026-08-01", amount: 100_00})
		d.allocateBy(officer, ps[9], "P1", 30_00)
		y := d.yearAt("2026-01-01").ID
		if _, err := d.service.BookBudget(ctx, operator, d.projects["P1"], BudgetInput{DecidedOn: day("2026-04-01"), Lines: []BudgetLine{{0, y, "F", CategoryRun, 1_000_00}}}); err != nil {
			t.Fatal(err)
		}
		commit := func(number, last string, committed, mandated money.Amount, project string) {
			d.exec("INSERT INTO commitment (organisation_id, number, section, state, committed, mandated, last_on) VALUES (?, ?, 'F', 'open', ?, ?, ?)", d.org.ID, number, committed, mandated, last)
			d.exec(`INSERT INTO commitment_share (organisation_id, commitment_id, project_id, share_bp, method, recorded_by, recorded_at) SELECT organisation_id, id, ?, 10000, 'manual', 'x', ?
				FROM commitment WHERE number = ?`, d.projects[project], d.clock.now(), number)
		}
		commit("A", "2026-09-01", 500_00, 300_00, "P1") // calls for 200 € beyond the 1 000 € that are mandated, and budgeted
		commit("B", "2025-10-01", 80_00, 10_00, "P2")
		commit("C", "2026-09-01", 10_00, 25_00, "P2")
		d.exec(`INSERT INTO commitment_event (organisation_id, commitment_id, fiscal_year_id, type, amount, cause, live) SELECT organisation_id, id, ?, 'REIMPUTE_OUT', -40, 'NEW', TRUE FROM commitment WHERE number = 'A'`, y)
		d.exec(`INSERT INTO commitment_event (organisation_id, commitment_id, fiscal_year_id, type, amount, cause, live) SELECT organisation_id, id, ?, 'REIMPUTE_IN', 60, 'NEW', TRUE FROM commitment WHERE number = 'B'`, y)
		d.exec(`INSERT INTO commitment_event (organisation_id, commitment_id, fiscal_year_id, type, amount, cause, live) SELECT organisation_id, id, ?, 'REIMPUTE_OUT', -60, 'NEW', TRUE FROM commitment WHERE number = 'A'`, y)
		d.exec("INSERT INTO project_exit (organisation_id, project_id, left_on, source, recorded_at) VALUES (?, ?, '2026-09-15', 'person', ?)", d.org.ID, d.projects["P2"], d.clock.now())
		// A list says the same later on: what was spent after both is spent once.
		d.exec("INSERT INTO project_exit (organisation_id, project_id, left_on, source, recorded_at) VALUES (?, ?, '2026-09-18', 'list', ?)", d.org.ID, d.projects["P2"], d.clock.now())
		d.exec("INSERT INTO match_rule (organisation_id, state, version) VALUES (?, 'active', 1)", d.org.ID)
		d.exec(`INSERT INTO match_rule_version (organisation_id, rule_id, version, name, rank, priority, conditions, action, recorded_by, recorded_at) SELECT organisation_id, id, 1, 'never', 9, 1, '[]', '{}', 'x', ? FROM match_rule`, d.clock.now())

		got, err := d.service.Anomalies(ctx, officer, d.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		type found struct {
			key    string
			count  int
			sum    money.Amount
			name   string // of the first
			decide bool
		}
		var all []found
		for _, g := range got {
			all = append(all, found{g.Key, g.Count, g.Sum, g.Items[0].Name, g.Decision})
		}
		no := func(i int) string { return ps[i].DocNo }
		want := []found{
			{AnomalyOverBudget, 1, 200_00, "P1", true}, {AnomalyLeft, 1, 50_00, "P2", true}, {AnomalyDormant, 1, 70_00, "B", true}, {AnomalyOverMandated, 1, 15_00, "C", false},
			{AnomalyDuplicate, 1, 50_00, no(2), false}, {AnomalyReimputation, 1, 40, "A", false}, {AnomalyOrigin, 1, 5_00, no(8), false},
			{AnomalyQueueShare, 1, 375_00, "", false}, {AnomalyQueueAge, 2, 105_00, no(10), false}, {AnomalyManual, 1, 30_00, no(9), false}, {AnomalyRuleUnused, 1, 0, "never", false}}
		if !slices.Equal(all, want) {
			t.Errorf("anomalies\n%+v, want\n%+v", all, want)
		}
		if g := got[0].Items[0]; g.Code != "P1" || g.Of != 1_000_00 {
			t.Errorf("over the budget %+v", g)
		}
		_, err = d.service.Anomalies(ctx, newDesk(t, db, "marne").as(identity.RoleFinance, "zoe"), d.org.ID)
		d.expectFault(err, fault.KindNotFound, "organisation.not_found")
	})
}
