package finance

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// pes gives one of the files of payment orders that were made up for the tests, some texts replaced.
func pes(t testing.TB, name string, pairs ...string) bytesSource {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("ledgerfile", "testdata", "pes", name))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		if !bytes.Contains(data, []byte(pairs[i])) {
			t.Fatalf("%s does not hold %q", name, pairs[i])
		}
		data = bytes.ReplaceAll(data, []byte(pairs[i]), []byte(pairs[i+1]))
	}
	return bytesSource{name, data}
}

func (d *desk) importPES(src bytesSource) (ImportReport, error) {
	d.Helper()
	profile, _ := ledgerfile.BuiltIn("pes")
	rep, err := d.service.ImportLedger(context.Background(), operator, ImportInput{Organisation: d.org, Source: src, Profile: profile, ConfirmWithdrawals: true})
	if err == nil {
		d.checkReport(rep)
	}
	return rep, err
}

// newPESDesk is a desk whose project P-035 has the finance code of the fixture.
func newPESDesk(t *testing.T, db *database.DB) *desk {
	d := newDesk(t, db, "aube", "NUM-035", "NUM-036")
	codes, err := d.service.AssignFinanceCodes(context.Background(), operator, d.org.ID)
	if err != nil || codes[0].FinanceCode != "NUM035" {
		t.Fatalf("%+v, %v", codes, err)
	}
	return d
}

// fixtureStands checks the books after the fixture: 35,000.00 on the project, 12,000.00 in the queue.
func (d *desk) fixtureStands() {
	d.Helper()
	if s := d.standing(); s != (standingSums{4700000, 3500000, 0, 1200000}) {
		d.Errorf("the books hold %+v", s)
	}
	if got := d.holdings(); got["NUM-035"] != 3500000 {
		d.Errorf("the projects hold %v", got)
	}
}

func TestPESFixture(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newPESDesk(t, db)
		rep, err := d.importPES(pes(t, "fixture.xml"))
		if err != nil || counts(rep) != "new 3 unchanged 0 superseded 0 withdrawn 0 rejected 0 sum 4700000" {
			t.Fatalf("%s, %v", counts(rep), err)
		}
		d.fixtureStands()
		reduction := d.postingOf("12")
		if reduction.Amount != -472475 || reduction.Origin != d.postingOf("832").ID {
			t.Errorf("the reduction is %+v", reduction)
		}
		// The same bytes again.
		before := d.everything()
		if rep, err = d.importPES(pes(t, "fixture.xml")); err != nil || rep.Unchanged != rep.Lines || d.everything() != before {
			t.Errorf("again: %+v, %v", rep, err)
		}
		// A payment order that was rejected at the visa comes back under its number, with another amount.
		if rep, err = d.importPES(pes(t, "return_rejected.xml")); err != nil || rep.New != 0 {
			t.Errorf("the return: %+v, %v", rep, err)
		}
		d.fixtureStands()
		if rep, err = d.importPES(pes(t, "reemitted.xml")); err != nil || rep.Superseded != 1 {
			t.Errorf("re-emitted: %+v, %v", rep, err)
		}
		if s := d.standing(); s.Total != 4520000 {
			t.Errorf("after the re-emission the books hold %d, want 45,200.00", s.Total)
		}
		// The number of the bordereau tells a later file that it follows.
		file, err := d.service.Files(context.Background(), operator, d.org.ID, FileFilter{})
		if err != nil || len(file.Files) != 3 || len(file.Files[0].Report.Series) == 0 {
			t.Errorf("%d files, the series are %v, %v", len(file.Files), file.Files[0].Report.Series, err)
		}
		d.verified()
	})
}

func TestPESVariants(t *testing.T) {
	tests := []struct {
		name, file string
		fault      string // key; "": it is booked
		want       standingSums
		check      func(d *desk, rep ImportReport)
	}{
		{"an origin that nobody knows", "origin_unknown.xml", "", standingSums{4700000, 3972475, 0, 727525}, func(d *desk, rep ImportReport) {
			if rep.New != 3 || !hasFinding(rep, findingOrigin) {
				d.Errorf("%+v", rep)
			}
		}},
		{"a number of pieces that does not tie", "pieces_wrong.xml", "ledger.pes.pieces", standingSums{}, nil},
		{"an operation between accounts", "order.xml", "", standingSums{}, func(d *desk, rep ImportReport) {
			if s := d.standing(); s.Excluded == 0 || s.Total != s.Allocated+s.Excluded+s.Open {
				d.Errorf("%+v", s)
			}
			held, err := findAllocations(context.Background(), d.db.Read(), d.org.ID, []PostingID{d.excludedPosting()})
			if err != nil {
				d.Fatal(err)
			}
			for _, a := range held {
				if a[0].Reason != reconcile.ReasonOrderOp || a[0].Method != MethodRule {
					d.Errorf("excluded by %+v", a)
				}
			}
		}},
		{"a document type", "doctype.xml", "ledger.xml.dtd", standingSums{}, nil},
		{"a December payment of the new year", "next_year.xml", "", standingSums{}, func(d *desk, rep ImportReport) {
			var rows []struct {
				Code   string
				Period int
			}
			err := d.db.Read().NewRaw("SELECT DISTINCT y.code, p.period FROM posting AS p JOIN fiscal_year AS y ON y.organisation_id = p.organisation_id AND y.id = p.fiscal_year_id WHERE p.organisation_id = ?", d.org.ID).Scan(context.Background(), &rows)
			if err != nil || len(rows) != 1 || rows[0].Code != "2026" || rows[0].Period != 1 {
				d.Errorf("%+v, %v, want the first period of 2026", rows, err)
			}
		}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				d := newPESDesk(t, db)
				rep, err := d.importPES(pes(t, tc.file))
				if tc.fault != "" {
					if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid {
						t.Fatalf("%v, want a refusal", err)
					}
					if s := d.standing(); s != (standingSums{}) {
						t.Errorf("of a refused file the books hold %+v", s)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if s := d.standing(); tc.want.Total != 0 && s != tc.want {
					t.Errorf("the books hold %+v, want %+v", s, tc.want)
				}
				if tc.check != nil {
					tc.check(d, rep)
				}
				d.verified()
			})
		})
	}
}

// excludedPosting gives an entry that is excluded.
func (d *desk) excludedPosting() (id PostingID) {
	d.Helper()
	if err := d.db.Read().NewRaw("SELECT min(posting_id) FROM allocation WHERE organisation_id = ? AND project_id IS NULL", d.org.ID).Scan(context.Background(), &id); err != nil {
		d.Fatal(err)
	}
	return id
}

func hasFinding(rep ImportReport, code string) bool {
	for _, f := range rep.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// An accrual, its annulment in the next year and the invoice: each year has its own, the project the sum. A revenue that annuls a payment of an earlier
// year takes back the cost of the project.
func TestPESAccrualAndRevenue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newPESDesk(t, db)
		for _, name := range []string{"accrual.xml", "accrual_annulled.xml", "revenue.xml"} {
			if rep, err := d.importPES(pes(t, name)); err != nil {
				t.Errorf("%s: %+v, %v", name, rep, err)
			}
		}
		d.verified()
	})
}

// A correction that comes in a file of its own, before or after what it corrects was restated, inherits what is left.
func TestCorrectionsInherit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		d.imports("a.csv", export(mandat{no: "832", amount: 3972475}), nil)
		p := d.postingOf("832")
		err := d.service.Allocate(ctx, operator, AllocateInput{Organisation: d.org.ID, Posting: p.ID, Residual: p.Amount, Reason: "both",
			Parts: []PartInput{{Project: d.projects["P1"], ShareBP: 6000}, {Project: d.projects["P2"], ShareBP: 4000}}})
		if err != nil {
			t.Fatal(err)
		}
		d.expectHoldings("split", map[string]money.Amount{"P1": 2383485, "P2": 1588990})
		d.imports("b.csv", export(mandat{no: "12", amount: -472475, origin: "832"}), nil)
		d.expectHoldings("reduced", map[string]money.Amount{"P1": 2100000, "P2": 1400000})
		// The payment order is restated; its split stays, and so does the reduction's.
		d.imports("c.csv", export(mandat{no: "832", amount: 4972475}), nil)
		d.expectHoldings("restated", map[string]money.Amount{"P1": 2983485 - 283485, "P2": 1988990 - 188990})
		// What is left is taken back whole: nothing stays anywhere.
		d.imports("d.csv", export(mandat{no: "13", amount: -4500000, origin: "832"}), nil)
		d.expectHoldings("annulled", map[string]money.Amount{})
		d.verified()
	})
}

func (d *desk) expectHoldings(when string, want map[string]money.Amount) {
	d.Helper()
	got := d.holdings()
	if len(got) != len(want) {
		d.Errorf("%s: the projects hold %v, want %v", when, got, want)
		return
	}
	for code, amount := range want {
		if got[code] != amount {
			d.Errorf("%s: %s holds %d, want %d", when, code, got[code], amount)
		}
	}
}
