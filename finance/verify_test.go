package finance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// broken gives the codes of the checks that do not hold, each once and in order.
func (d *desk) broken() []string {
	d.Helper()
	checks, err := d.service.Verify(context.Background(), operator)
	if err != nil {
		d.Fatal(err)
	}
	codes := map[string]bool{}
	for _, c := range checks {
		if !c.Holds() {
			codes[c.Code] = true
			if len(c.Broken) == 0 || len(c.Broken) > maxBroken || int64(len(c.Broken)) > c.Faults {
				d.Errorf("%s names %q of %d", c.Code, c.Broken, c.Faults)
			}
		}
	}
	return slices.Sorted(maps.Keys(codes))
}

// clean expects that nothing breaks any rule.
func clean(d *desk) {
	d.Helper()
	checks, err := d.service.Verify(context.Background(), operator)
	if err != nil {
		d.Fatal(err)
	}
	for _, c := range checks {
		if !c.Holds() {
			d.Errorf("%s of %q: %d faults, %v", c.Code, c.Organisation, c.Faults, c.Broken)
		}
	}
}

// october is what a complete file of October speaks for.
var october = &ledgerfile.Coverage{Kind: ledgerfile.CoverageSnapshot, From: day("2026-10-01"), To: day("2026-10-31")}

// keptBooks are books in which everything happened once: a closed month and an entry that came late for it, a complete file that was corrected by a second one, an
// allocation by hand, an accepted line, votes with a transfer, a budget in two versions, a commitment.
func keptBooks(t *testing.T, db *database.DB) *desk {
	t.Helper()
	ctx := context.Background()
	d := newDesk(t, db, "aube", "P1", "P2")
	anne, boris := d.as(identity.RoleFinance, "anne"), d.as(identity.RoleFinance, "boris")
	d.bookFile("q1", line{on: "2026-01-05", amount: 500, project: "P1"}, line{on: "2026-01-06", amount: 700, kind: "ordre"}, line{on: "2026-02-03", amount: 0},
		line{on: "2026-02-04", amount: 900, project: "P2"}, line{on: "2026-02-05", text: "12,x"})
	if _, err := d.sign(boris, "2026-01-31"); err != nil {
		t.Fatal(err)
	}
	d.clock.set(d.clock.now().Add(time.Hour))
	d.bookFile("late", line{on: "2026-01-20", amount: 50, project: "P1"}, line{on: "2026-01-21", amount: 60, project: "P1"})
	for i, lines := range [][]line{
		{{on: "2026-10-05", amount: 12_000_00, no: 1, project: "P1"}, {on: "2026-10-06", amount: 300_00, no: 2}, {on: "2026-10-07", amount: 70_00, no: 3, project: "P2"}, {on: "2026-10-08", amount: 80_00, no: 4}},
		{{on: "2026-10-05", amount: 11_000_00, no: 1, project: "P1"}, {on: "2026-10-06", amount: 300_00, no: 2}, {on: "2026-10-09", amount: 90_00, no: 5, project: "P2"}, {on: "2026-10-08", amount: 80_00, no: 4}},
	} {
		if _, err := d.importFile(fmt.Sprint("oct", i), october, lines...); err != nil {
			t.Fatal(err)
		}
	}
	live, err := findPostings(ctx, db.Read(), postingFilter{organisation: d.org.ID, liveOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range live {
		switch p.DocNo {
		case "2":
			d.allocateBy(anne, p, "P1", 100_00)
		case "4":
			d.accept(p)
		}
	}
	e, err := d.service.CreateEnvelope(ctx, operator, Envelope{RoadmapID: d.roadmap.ID, Code: "NUM", Name: "Numérique", Kind: EnvelopeRoadmap})
	if err != nil {
		t.Fatal(err)
	}
	other, err := d.service.CreateEnvelope(ctx, operator, Envelope{RoadmapID: d.roadmap.ID, Code: "BIS", Name: "Autre", Kind: EnvelopeRoadmap})
	if err != nil {
		t.Fatal(err)
	}
	y := d.yearAt("2026-01-01").ID
	at := func(e Envelope) Cell { return Cell{Envelope: e.ID, YearID: y, Section: "F", Authorisation: AuthorisationCP} }
	if _, err := d.service.BookAct(ctx, operator, ActInput{Act: ActBP, Reference: "CD 1", On: day("2026-03-20"), Lines: []ActLine{{at(e), euros(1_000)}, {at(other), euros(500)}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.service.Transfer(ctx, operator, TransferInput{From: at(e), To: at(other), Amount: euros(10), Reference: "CD 2", On: day("2026-04-20"), Reason: "x"}); err != nil {
		t.Fatal(err)
	}
	for after := range 2 {
		if _, err := d.service.BookBudget(ctx, operator, d.projects["P1"], BudgetInput{After: after, DecidedOn: day("2026-04-01"), DecisionReference: "D-1", Reason: "x",
			Lines: []BudgetLine{{e.ID, y, "F", CategoryRun, euros(int64(30 + after))}}}); err != nil {
			t.Fatal(err)
		}
	}
	d.exec("INSERT INTO commitment (organisation_id, number, section, state, committed, mandated) VALUES (?, 'EJ1', 'F', 'open', 1000, 0)", d.org.ID)
	d.exec(`INSERT INTO commitment_event (organisation_id, commitment_id, fiscal_year_id, type, amount, cause, live) SELECT organisation_id, id, ?, 'ORIGINAL', 1000, 'NEW', TRUE FROM commitment`, y)
	return d
}

// breakage is something done to the database by hand, and the checks that see it.
type breakage struct {
	name string
	sql  []string // ?0 is the organisation
	mend []string
	by   func(d *desk) (mend func()) // instead of sql
	want []string
}

// set is a breakage that changes one column of one row.
func set(name, table, column, value, where string, want ...string) breakage {
	return breakage{name: name, want: want, by: func(d *desk) func() {
		d.Helper()
		ctx := context.Background()
		var was string
		id := "id"
		if table == "actual_year" || table == "actual_month" || table == "scope_total" {
			id = "lines"
		}
		_ = id
		if err := d.db.Read().NewRaw("SELECT CAST("+column+" AS TEXT) FROM "+table+" WHERE "+where+" LIMIT 1").Scan(ctx, &was); err != nil {
			d.Fatalf("%s: %v", name, err)
		}
		d.exec("UPDATE " + table + " SET " + column + " = " + value + " WHERE " + where)
		return func() { d.exec("UPDATE " + table + " SET " + column + " = '" + was + "' WHERE " + where) }
	}}
}
