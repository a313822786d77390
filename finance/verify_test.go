package finance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// clean expects that nothing breaks any rule, in the books of any organisation.
func clean(d *desk) {
	d.Helper()
	checks, err := d.service.Verify(context.Background(), operator)
	if err != nil {
		d.Fatal(err)
	}
	d.expectHeld(checks)
}

// cleanOwn expects it of the books of the desk alone.
func cleanOwn(d *desk) {
	d.Helper()
	err := d.db.ReadTx(context.Background(), func(ctx context.Context, tx database.Conn) error {
		b, err := d.service.open(ctx, tx, d.org.ID)
		if err != nil {
			return err
		}
		checks, err := verifyBooks(ctx, tx, b)
		d.expectHeld(checks)
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) expectHeld(checks []Check) {
	d.Helper()
	for _, c := range checks {
		if !c.Holds() {
			d.Errorf("%s of %q: %d faults, %v", c.Code, c.Organisation, c.Faults, c.Broken)
		}
	}
}

// october is what a complete file of October speaks for.
var october = &ledgerfile.Coverage{Kind: ledgerfile.CoverageSnapshot, From: day("2026-10-01"), To: day("2026-10-31")}

// keptBooks are books in which everything happened once: a closed month and an entry that came fileLate for it, a complete file that was corrected by a second one, an
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
	at := func(e Envelope) Cell {
		return Cell{Envelope: e.ID, YearID: y, Section: "F", Authorisation: AuthorisationCP}
	}
	if _, err := d.service.BookAct(ctx, operator, ActInput{Act: ActBP, Reference: "CD 1", On: day("2026-03-20"), Lines: []ActLine{{at(e), euros(1_000)}, {at(other), euros(500)}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.service.BookTransfer(ctx, operator, TransferInput{From: e.ID, To: other.ID, YearID: y, Section: "F", Authorisation: AuthorisationCP, Amount: euros(10), Reference: "CD 2", On: day("2026-04-20"), Reason: "x"}); err != nil {
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

// errMended takes back what a test did to the database by hand.
var errMended = errors.New("mended")

// broken gives the codes of the checks that do not hold once something was done to the database by hand, each once and in order.
func (d *desk) broken(do func(tx database.Conn) error) []string {
	d.Helper()
	codes := map[string]bool{}
	err := d.db.Tx(context.Background(), func(ctx context.Context, tx database.Conn) error {
		if err := do(tx); err != nil {
			return err
		}
		b, err := d.service.open(ctx, tx, d.org.ID)
		if err != nil {
			return err
		}
		all, err := verifyBooks(ctx, tx, b)
		if err != nil {
			return err
		}
		rest, err := homeless.hold(ctx, tx, 0)
		if err != nil {
			return err
		}
		for _, c := range append(all, rest) {
			if c.Holds() {
				continue
			}
			codes[c.Code] = true
			if len(c.Broken) == 0 || len(c.Broken) > maxBroken || int64(len(c.Broken)) > c.Faults {
				d.Errorf("%s names %q of %d", c.Code, c.Broken, c.Faults)
			}
		}
		return errMended
	})
	if !errors.Is(err, errMended) {
		d.Fatal(err)
	}
	return slices.Sorted(maps.Keys(codes))
}

// byHand runs statements.
func byHand(statements ...string) func(tx database.Conn) error {
	return func(tx database.Conn) error {
		for _, s := range statements {
			if _, err := tx.ExecContext(context.Background(), s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}
}

// inReport changes a sum of a file's report.
func inReport(tx database.Conn) error {
	ctx := context.Background()
	var row fileRow
	if err := tx.NewSelect().Model(&row).Where("f.name = 'q1.csv'").Scan(ctx); err != nil {
		return err
	}
	f, err := row.file()
	if err != nil {
		return err
	}
	f.Report.Sum++
	if err := row.setReport(f.Report); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE import_file SET report = ? WHERE id = ?", row.Report, row.ID)
	return err
}

// otherOutcome turns the rejected line of a file into one that is out of scope, or drops the outcome of its last line.
func otherOutcome(drop bool) func(tx database.Conn) error {
	return func(tx database.Conn) error {
		ctx := context.Background()
		var row outcomeRow
		err := tx.NewSelect().Model(&row).Where("file_id = (SELECT id FROM import_file WHERE name = 'q1.csv')").Scan(ctx)
		if err != nil {
			return err
		}
		if i := bytes.IndexByte(row.Outcomes, byte(reconcile.Rejected)); drop {
			row.Outcomes = row.Outcomes[:len(row.Outcomes)-1]
		} else {
			row.Outcomes[i] = byte(reconcile.OutOfScope)
		}
		_, err = tx.ExecContext(ctx, "UPDATE import_outcome SET outcomes = ? WHERE file_id = ?", row.Outcomes, row.FileID)
		return err
	}
}

// The rows that tests lay hands on.
const (
	fileQ1        = "(SELECT id FROM import_file WHERE name = 'q1.csv')"
	fileLate      = "(SELECT id FROM import_file WHERE name = 'late.csv')"
	fileOct0      = "(SELECT id FROM import_file WHERE name = 'oct0.csv')"
	fileOct1      = "(SELECT id FROM import_file WHERE name = 'oct1.csv')"
	firstReversal = "(SELECT min(id) FROM posting WHERE reverses_id IS NOT NULL)"
	firstSealed   = "(SELECT min(id) FROM posting WHERE booked_period = 1)"
	firstLate     = "(SELECT min(id) FROM posting WHERE file_id = " + fileLate + ")"
)

// TestBreakages: each rule is broken by hand, and exactly the checks that are about it say so.
func TestBreakages(t *testing.T) {
	tests := []struct {
		name string
		do   func(tx database.Conn) error
		want string // codes
	}{
		{"nothing", byHand(), ""},
		{"paid after the close", byHand("UPDATE posting SET status = 'paid', paid_on = '2026-05-01' WHERE id = " + firstSealed), ""},
		{"a reversal is about another account", byHand("UPDATE posting SET nature = '6288' WHERE id = " + firstReversal), "i1"},
		{"a reversal of another amount", byHand("UPDATE posting SET amount = amount - 1 WHERE id = " + firstReversal), "balance_scope i1 i5"},
		{"an entry is taken for dead", byHand("UPDATE posting SET live = FALSE WHERE amount = 0 AND reverses_id IS NULL"), "live"},
		{"a reversal without what it reverses", byHand("UPDATE posting SET cause = 'NEW', line = 99, file_id = 0 WHERE id = " + firstReversal), "live references"},
		{"an allocation slips to another entry", byHand("UPDATE allocation SET amount = amount + 5 WHERE posting_id = "+firstLate, "UPDATE allocation SET amount = amount - 5 WHERE posting_id = "+firstLate+" + 1"), "i4"},
		{"an allocation is not firstReversal back with its entry", byHand("UPDATE allocation SET amount = amount + 5 WHERE posting_id = " + firstReversal), "balance_month balance_scope balance_year i4 i5"},
		{"the queue holds too much", byHand("UPDATE open_posting SET residual = residual + 1, size = size + 1 WHERE state = 'open'"), "i4 i5"},
		{"the queue forgets a line", byHand("DELETE FROM open_posting WHERE state = 'open'"), "i4 i5"},
		{"the queue has another size", byHand("UPDATE open_posting SET size = size + 1 WHERE state = 'open'"), "i15"},
		{"accepted without a reason", byHand("UPDATE open_posting SET reason = '' WHERE state = 'accepted'"), "i15"},
		{"an origin that is nowhere", byHand("UPDATE posting SET origin_id = 999999 WHERE id = " + firstLate), "references"},
		{"an allocation of no entry", byHand("UPDATE allocation SET project_id = 999999 WHERE posting_id = " + firstLate), "balance_month balance_year references"},
		{"a line of nobody", byHand("INSERT INTO open_posting (organisation_id, posting_id, fiscal_year_id, residual, size, since, state) VALUES (999999, 1, 1, 1, 1, '2026-01-01', 'open')"), "homeless"},
		{"the balance of a project", byHand("UPDATE actual_year SET mandated = mandated + 1, engaged = engaged - 1"), "balance_year"},
		{"the balance of a roadmap", byHand("UPDATE actual_month SET lines = lines + 1"), "balance_month"},
		{"the balance of the scope", byHand("UPDATE scope_total SET excluded = excluded + 1"), "balance_scope"},
		{"a commitment that nothing made", byHand("UPDATE commitment SET committed = committed + 1"), "balance_commitment"},
		{"mandated on a commitment by nobody", byHand("UPDATE commitment SET mandated = 1"), "balance_commitment"},
		{"half a transfer", byHand("UPDATE envelope_movement SET amount = amount + 1 WHERE transfer_id IS NOT NULL AND amount > 0"), "i13 movement_trail"},
		{"another amount was voted", byHand("UPDATE envelope_movement SET amount = amount + 1 WHERE transfer_id IS NULL"), "movement_trail"},
		{"a vote is of another act", byHand("UPDATE envelope_movement SET act_reference = 'x' WHERE transfer_id IS NULL"), "movement_trail"},
		{"a vote is gone", byHand("DELETE FROM envelope_movement WHERE transfer_id IS NULL"), "movement_trail"},
		{"a vote by nobody", byHand("INSERT INTO envelope_movement (organisation_id, envelope_id, fiscal_year_id, section, authorisation, act, act_reference, act_on, amount, reason, recorded_by, recorded_at) SELECT organisation_id, envelope_id, fiscal_year_id, section, authorisation, act, 'x', act_on, 5, reason, recorded_by, recorded_at FROM envelope_movement WHERE transfer_id IS NULL"), "movement_trail"},
		{"a period is gone", byHand("DELETE FROM fiscal_period WHERE number = 7"), "calendar"},
		{"a period ends later", byHand("UPDATE fiscal_period SET end_on = '2026-08-01' WHERE number = 7"), "calendar"},
		{"a version of a budget is missing", byHand("UPDATE budget_version SET number = 3 WHERE number = 2"), "budget_trail i11"},
		{"the first budget changes", byHand("UPDATE budget_line SET amount = amount + 1 WHERE version_id = (SELECT min(id) FROM budget_version)"), "budget_trail"},
		{"a line is booked twice", byHand("UPDATE posting SET line = line + 1 WHERE id = " + firstLate), "i3 i6"},
		{"the same bytes are booked again", byHand("UPDATE import_file SET sha256 = (SELECT o.sha256 FROM import_file AS o WHERE o.id = " + fileOct0 + ") WHERE id = " + fileOct1), "files i6"},
		{"a file that is not booked", byHand("INSERT INTO import_file (id, organisation_id, purpose, name, sha256, size, profile, profile_version, definition, state, staged_by, staged_at) SELECT 9999, organisation_id, purpose, 'x', 'x', 1, '', 0, '{}', 'refused', 'x', staged_at FROM import_file WHERE id = "+fileOct1,
			"UPDATE allocation_batch SET file_id = 9999 WHERE file_id = "+fileOct1), "i8"},
		{"entries beyond the numbers of their file", byHand("UPDATE import_file SET first_posting = first_posting + 1 WHERE id = " + fileLate), "i3 i8"},
		{"booked in a closed period", byHand("UPDATE posting SET booked_period = 1 WHERE id = " + firstLate), "i9"},
		{"allocated in a closed period", byHand("UPDATE allocation SET booked_period = 1 WHERE posting_id = " + firstLate), "i9"},
		{"booked before its period", byHand("UPDATE posting SET booked_period = 9 WHERE file_id = " + fileOct1 + " AND reverses_id IS NOT NULL"), "i9"},
		{"closed by nobody", byHand("UPDATE fiscal_period SET state = 'closed' WHERE number = 2"), "i9"},
		{"opened by nobody", byHand("UPDATE fiscal_period SET state = 'open' WHERE number = 1"), "i9"},
		{"an entry came earlier than it did", byHand("INSERT INTO allocation_batch (id, organisation_id, kind, file_id, recorded_by, recorded_at) SELECT -1, organisation_id, kind, file_id, recorded_by, recorded_at FROM allocation_batch WHERE file_id = "+fileLate,
			"UPDATE allocation SET batch_id = -1 WHERE batch_id = (SELECT max(id) FROM allocation_batch WHERE file_id = "+fileLate+")"), "i10"},
		{"a sealed entry says something else", byHand("UPDATE posting SET label = 'x' WHERE id = " + firstSealed), "seals"},
		{"a sealed allocation goes to another project", byHand("UPDATE allocation SET reason = 'x' WHERE posting_id = " + firstSealed), "seals"},
		{"a sealed entry is gone", byHand("DELETE FROM posting WHERE id = " + firstSealed), "balance_month balance_scope balance_year i10 i3 references seals"},
		{"another seal", byHand("UPDATE certificate SET seal = 'x'"), "seals"},
		{"other figures", byHand(`UPDATE certificate SET figures = replace(figures, '"gross":1200', '"gross":1300')`), "seals"},
		{"a certificate is gone", byHand("DELETE FROM certificate", "UPDATE fiscal_period SET state = 'open'"), "seals"},
		{"signed by who reconciled", byHand("UPDATE allocation_batch SET recorded_by = (SELECT signed_by FROM certificate) WHERE id IN (SELECT batch_id FROM allocation WHERE posting_id = "+firstSealed+")",
			"UPDATE allocation_batch SET kind = 'bulk' WHERE id IN (SELECT batch_id FROM allocation WHERE posting_id = "+firstSealed+")"), "i18"},
		{"other bytes are kept", byHand("UPDATE import_file SET kept_sha256 = '00' WHERE id = " + fileQ1), "files"},
		{"other bytes came", byHand("UPDATE import_file SET sha256 = '00' WHERE id = " + fileQ1), "files"},
		{"a part of a file is gone", byHand("DELETE FROM import_chunk WHERE file_id = " + fileQ1), "files"},
		{"a line has another outcome", otherOutcome(false), "i2"},
		{"a line has no outcome", otherOutcome(true), "i2"},
		{"a report sums otherwise", inReport, "i3"},
		{"an entry says other than its line", byHand("UPDATE posting SET content_hash = key_hash WHERE id = " + firstLate), "i3"},
		{"the books hold what the last file does not", byHand("UPDATE ledger_feed SET last_file_id = " + fileOct0), "i7"},
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := keptBooks(t, db)
		clean(d)
		for _, tc := range tests {
			t.Run(tc.name, func(t *testing.T) {
				d := *d
				d.T = t
				if got := strings.Join(d.broken(tc.do), " "); got != tc.want {
					t.Errorf("broken: %s; want %s", got, tc.want)
				}
			})
		}
	})
}

// TestFractionsAreFound: a database that keeps fractions in columns of integers is told on.
func TestFractionsAreFound(t *testing.T) {
	d := keptBooks(t, dbtest.SQLite(t))
	if got := d.broken(byHand("UPDATE posting SET amount_vat = 0.5 WHERE id = " + firstLate)); !slices.Equal(got, []string{"i17"}) {
		t.Errorf("broken %q", got)
	}
}

// TestNotes: what is no fault of the books is told beside them.
func TestNotes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := keptBooks(t, db)
		d.exec("UPDATE commitment SET committed = -5")
		d.exec("UPDATE commitment_event SET amount = -5")
		y := d.yearAt("2026-01-01").ID
		if _, err := d.service.BookBudget(context.Background(), operator, d.projects["P2"], BudgetInput{DecidedOn: day("2026-04-01"), Lines: []BudgetLine{{
			EnvelopeID(d.number("SELECT id FROM envelope WHERE code = 'NUM'")), y, "F", CategoryRun, euros(990)}}}); err != nil {
			t.Fatal(err)
		}
		checks, err := d.service.Verify(context.Background(), operator)
		if err != nil {
			t.Fatal(err)
		}
		noted := map[string]int64{}
		for _, c := range checks {
			if !c.Holds() {
				t.Errorf("%s does not hold", c.Code)
			}
			if c.Noted > 0 {
				noted[c.Code] = c.Noted
			}
		}
		if want := map[string]int64{"i12": 1, "i16": 1}; !maps.Equal(noted, want) {
			t.Errorf("noted %v, want %v", noted, want)
		}
		_, err = d.service.Verify(context.Background(), d.as(identity.RoleAdministrator, "root"))
		d.expectFault(err, fault.KindForbidden, "permission.denied")
	})
}
