package finance

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// bytesSource is a file in memory.
type bytesSource struct {
	name string
	data []byte
}

func (s bytesSource) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(s.data)), nil }
func (s bytesSource) Size() int64                  { return int64(len(s.data)) }
func (s bytesSource) Name() string                 { return s.name }

// mandat is a line of an export: a payment order of 2026 unless it says otherwise.
type mandat struct {
	no, line   string // of the payment order; "": only engaged
	year       int
	on         string // "02/03/2026"
	amount     money.Amount
	operation  string
	commitment string
	origin     string // number of the payment order that it corrects
	nature     string
	label      string
	kind       string // type of the document
}

// export writes lines as a finance suite does.
func export(lines ...mandat) []byte {
	var b bytes.Buffer
	b.WriteString("exercice;budget;n°engagement;n°mandat;ligne;pièce d'origine;type;date;nature M57;opération;tiers;SIRET;libellé;montant TTC\r\n")
	for _, l := range lines {
		if l.year == 0 {
			l.year = 2026
		}
		if l.on == "" {
			l.on = fmt.Sprintf("02/03/%d", l.year)
		}
		if l.nature == "" {
			l.nature = "6156"
		}
		sign, a := "", l.amount
		if a < 0 {
			sign, a = "-", -a
		}
		fmt.Fprintf(&b, "%d;00;%s;%s;%s;%s;%s;%s;%s;%s;Atelier;44306184100047;%s;%s%d,%02d\r\n", l.year, l.commitment, l.no, l.line, l.origin, l.kind, l.on, l.nature, l.operation, l.label, sign, a/100, a%100)
	}
	return b.Bytes()
}

func generic(t testing.TB) ledgerfile.Profile {
	t.Helper()
	p, ok := ledgerfile.BuiltIn("generic-fr")
	if !ok {
		t.Fatal("no profile generic-fr")
	}
	return p
}

// during is the coverage of a snapshot, or of a delta.
func during(kind, from, to string) *ledgerfile.Coverage {
	return &ledgerfile.Coverage{Kind: kind, From: day(from), To: day(to)}
}

var year2026 = during(ledgerfile.CoverageSnapshot, "2026-01-01", "2026-12-31")

// imports takes a file by generic-fr, as the operator, and expects that it can be.
func (d *desk) imports(name string, data []byte, coverage *ledgerfile.Coverage) ImportReport {
	d.Helper()
	rep, err := d.tryImport(name, data, coverage, true)
	if err != nil {
		d.Fatal(err)
	}
	d.checkReport(rep)
	return rep
}

func (d *desk) tryImport(name string, data []byte, coverage *ledgerfile.Coverage, confirm bool) (ImportReport, error) {
	d.Helper()
	return d.service.ImportLedger(context.Background(), operator, ImportInput{Organisation: d.org, Source: bytesSource{name, data}, Profile: generic(d.T), Coverage: coverage, ConfirmWithdrawals: confirm})
}

// checkReport holds what is true of every report.
func (d *desk) checkReport(r ImportReport) {
	d.Helper()
	if r.Lines != r.New+r.Unchanged+r.Superseded+r.Rejected+r.OutOfScope+r.Other || r.Sum != r.SumBooked+r.SumRejected {
		d.Errorf("the report does not add up: %+v", r)
	}
	s := d.standing()
	if r.Allocated != s.Allocated || r.Excluded != s.Excluded || r.Unallocated != s.Open || r.Allocated+r.Unallocated+r.Excluded != s.Total {
		d.Errorf("the report tells %d + %d + %d, the books hold %+v", r.Allocated, r.Unallocated, r.Excluded, s)
	}
}

// standingSums is how the books of a desk stand.
type standingSums struct{ Total, Allocated, Excluded, Open money.Amount }

func (d *desk) standing() (s standingSums) {
	d.Helper()
	err := d.db.Read().NewRaw(`SELECT CAST(coalesce(sum(total), 0) AS BIGINT) AS total, CAST(coalesce(sum(allocated), 0) AS BIGINT) AS allocated, CAST(coalesce(sum(excluded), 0) AS BIGINT) AS excluded,
		(SELECT CAST(coalesce(sum(residual), 0) AS BIGINT) FROM open_posting WHERE organisation_id = ?0) AS open FROM scope_total WHERE organisation_id = ?0`, d.org.ID).Scan(context.Background(), &s)
	if err != nil {
		d.Fatal(err)
	}
	return s
}

// counts writes a report so that a table can hold it.
func counts(r ImportReport) string {
	return fmt.Sprintf("new %d unchanged %d superseded %d withdrawn %d rejected %d sum %d", r.New, r.Unchanged, r.Superseded, r.Withdrawn, r.Rejected, r.Sum)
}

// holdings gives what the projects of the desk hold, by code.
func (d *desk) holdings() map[string]money.Amount {
	d.Helper()
	var rows []struct {
		Code string
		Sum  money.Amount
	}
	err := d.db.Read().NewRaw(`SELECT p.code, CAST(sum(t.mandated + t.engaged) AS BIGINT) AS sum FROM actual_year AS t JOIN project AS p ON p.organisation_id = t.organisation_id AND p.id = t.project_id
		WHERE t.organisation_id = ? GROUP BY p.code`, d.org.ID).Scan(context.Background(), &rows)
	if err != nil {
		d.Fatal(err)
	}
	out := map[string]money.Amount{}
	for _, r := range rows {
		if r.Sum != 0 {
			out[r.Code] = r.Sum
		}
	}
	return out
}

// verified holds the books against every rule that they must keep.
func (d *desk) verified() {
	d.Helper()
	checks, err := d.service.Verify(context.Background(), operator)
	if err != nil {
		d.Fatal(err)
	}
	for _, c := range checks {
		if !c.Holds() {
			d.Errorf("%s: %d of %d do not hold: %s", c.Code, c.Faults, c.Checked, strings.Join(c.Broken, ", "))
		}
	}
}

// fiveLines are those of the worked examples.
func fiveLines() []mandat {
	return []mandat{{no: "101", amount: 1200000}, {no: "102", amount: 1200000}, {no: "103", amount: 1820000}, {no: "104", amount: 305010}, {no: "105", amount: 300000}}
}

func TestImportAndImportAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1", "P2")
		rep := d.imports("mandats.csv", export(fiveLines()...), year2026)
		if got := counts(rep); got != "new 5 unchanged 0 superseded 0 withdrawn 0 rejected 0 sum 4825010" || rep.Other != 1 {
			t.Errorf("first: %s, %d other lines", got, rep.Other)
		}
		if s := d.standing(); s != (standingSums{4825010, 0, 0, 4825010}) {
			t.Errorf("the books hold %+v", s)
		}
		d.verified()
		before := d.everything()
		rep = d.imports("mandats.csv", export(fiveLines()...), year2026)
		if rep.New+rep.Superseded+rep.Withdrawn != 0 || rep.Unchanged != rep.Lines || rep.Sum != 4825010 {
			t.Errorf("the same bytes again: %+v", rep)
		}
		if after := d.everything(); after != before {
			t.Errorf("the same bytes again changed\n%s\ninto\n%s", before, after)
		}
	})
}

// everything writes how many rows each table has and what its numbers sum to, so that any change shows.
func (d *desk) everything() string {
	d.Helper()
	ctx := context.Background()
	columns, err := d.db.Tables(ctx)
	if err != nil {
		d.Fatal(err)
	}
	seen := map[string]bool{}
	var b strings.Builder
	for _, c := range columns {
		table, _, _ := strings.Cut(c, ".")
		if seen[table] {
			continue
		}
		seen[table] = true
		var n int
		if err := d.db.Read().NewRaw("SELECT count(*) FROM "+table).Scan(ctx, &n); err != nil {
			d.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %d\n", table, n)
	}
	return b.String()
}

func TestImportOfACorrectedSnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		d.imports("a.csv", export(fiveLines()...), year2026)
		// A person splits the first payment order in halves.
		p := d.postingOf("101")
		err := d.service.Allocate(ctx, d.as(identity.RoleFinance, "anne"), AllocateInput{Organisation: d.org.ID, Posting: p.ID, Residual: p.Amount, Reason: "both",
			Parts: []PartInput{{Project: d.projects["P1"], ShareBP: 5000}, {Project: d.projects["P2"], ShareBP: 5000}}})
		if err != nil {
			t.Fatal(err)
		}
		lines := fiveLines()
		lines[0].amount = 1020000
		lines[3] = mandat{no: "106", amount: 98000}
		rep := d.imports("b.csv", export(lines...), year2026)
		if got := counts(rep); got != "new 1 unchanged 3 superseded 1 withdrawn 1 rejected 0 sum 4438000" {
			t.Errorf("corrected: %s", got)
		}
		if got := d.holdings(); got["P1"] != 510000 || got["P2"] != 510000 {
			t.Errorf("the halves are %v, want 5,100.00 each", got)
		}
		if s := d.standing(); s.Total != 4438000 {
			t.Errorf("the books hold %d, want 44,380.00", s.Total)
		}
		d.verified()
		detail, err := d.service.Posting(ctx, operator, d.org.ID, d.postingOf("101").ID)
		if err != nil || len(detail.History) != 3 || detail.History[0].ID != p.ID || detail.History[2].Amount != 1020000 || detail.File.Name != "b.csv" {
			t.Errorf("history %+v of %+v, %v", detail.History, detail.File, err)
		}
		raw, err := d.service.PostingLine(ctx, operator, d.org.ID, p.ID)
		if err != nil || !strings.HasPrefix(raw.Text, "2026;00;;101;") || raw.FileName != "a.csv" || raw.Line != 2 {
			t.Errorf("the line is %+v, %v", raw, err)
		}
	})
}

// postingOf gives the live entry of a payment order.
func (d *desk) postingOf(no string) Posting {
	d.Helper()
	var rows []postingRow
	if err := d.db.Read().NewSelect().Model(&rows).Where("organisation_id = ? AND doc_no = ? AND live", d.org.ID, no).OrderExpr("id").Scan(context.Background()); err != nil || len(rows) != 1 {
		d.Fatalf("payment order %s: %d entries, %v", no, len(rows), err)
	}
	return rows[0].Posting
}

// TestUnreadableLinesTakeNothingAway: a line whose amount was spoilt is not found in the file, so that its entry would go; one is few enough to go without asking
// otherwise.
func TestUnreadableLinesTakeNothingAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		lines := make([]mandat, 300)
		for i := range lines {
			lines[i] = mandat{no: fmt.Sprint(i + 1), amount: 10_000}
		}
		d.imports("a.csv", export(lines...), year2026)
		spoilt := bytes.Replace(export(lines...), []byte("100,00"), []byte("cent"), 1)
		_, err := d.tryImport("b.csv", spoilt, year2026, false)
		d.expectFault(err, fault.KindConflict, "import.withdrawals_unread")
		if rep := d.imports("b.csv", spoilt, year2026); rep.Withdrawn != 1 || rep.Rejected != 1 {
			t.Errorf("confirmed: %s", counts(rep))
		}
		d.verified()
	})
}

func TestWithdrawalsWaitForAConfirmation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.imports("a.csv", export(fiveLines()...), year2026)
		before := d.everything()
		_, err := d.tryImport("b.csv", export(fiveLines()[:4]...), year2026, false)
		d.expectFault(err, fault.KindConflict, "import.withdrawals")
		if after := d.everything(); after != before {
			t.Errorf("a refused file changed\n%s\ninto\n%s", before, after)
		}
		if rep := d.imports("b.csv", export(fiveLines()[:4]...), year2026); rep.Withdrawn != 1 {
			t.Errorf("confirmed: %s", counts(rep))
		}
		if rep := d.imports("c.csv", export(fiveLines()...), year2026); rep.New != 1 || rep.Unchanged != 4 {
			t.Errorf("a key that comes back: %s", counts(rep))
		}
		d.verified()
	})
}
