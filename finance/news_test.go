package finance

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
)

// pesFile reads an invented file, with some texts replaced.
func pesFile(t testing.TB, name string, replace ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("ledgerfile", "testdata", "pes", name))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replace); i += 2 {
		if !bytes.Contains(data, []byte(replace[i])) {
			t.Fatalf("%s does not hold %q", name, replace[i])
		}
		data = bytes.ReplaceAll(data, []byte(replace[i]), []byte(replace[i+1]))
	}
	return data
}

// hears takes a PES file, as the operator.
func (d *desk) hears(name string, data []byte) ImportReport {
	d.Helper()
	p, ok := ledgerfile.BuiltIn("pes")
	if !ok {
		d.Fatal("no profile pes")
	}
	rep, err := d.service.ImportLedger(context.Background(), operator, ImportInput{Organisation: d.org, Source: bytesSource{name, data}, Profile: p})
	if err != nil {
		d.Fatal(err)
	}
	d.checkReport(rep)
	return rep
}

// piece gives the live entry of the first line of a piece.
func (d *desk) piece(number string) Posting {
	d.Helper()
	var row postingRow
	err := d.db.Read().NewSelect().Model(&row).Where("p.organisation_id = ? AND p.doc_no = ? AND p.flow = 'DEP' AND p.live", d.org.ID, number).Scan(context.Background())
	if err != nil {
		d.Fatalf("piece %s: %v", number, err)
	}
	return row.Posting
}

func (d *desk) expectTotal(want string) {
	d.Helper()
	if s := d.standing(); s.Total.Decimal(money.EUR) != want {
		d.Errorf("the books hold %s, want %s", s.Total.Decimal(money.EUR), want)
	}
}

// A piece that was rejected before it was charged stays in the books, and comes back under its own number with other contents.
func TestRejectedBeforeCharge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.hears("fixture.xml", pesFile(t, "fixture.xml"))
		d.expectTotal("47000.00")
		rep := d.hears("return.xml", pesFile(t, "return_rejected.xml"))
		if p := d.piece("833"); p.Status != ledgerfile.StatusRejected || p.Amount != euros(12_000) {
			t.Errorf("the rejected piece is %s of %d", p.Status, p.Amount)
		}
		if rep.Other == 0 || rep.New+rep.Superseded+rep.Unchanged != 0 {
			t.Errorf("news count as %s", counts(rep))
		}
		d.expectTotal("47000.00")
		rep = d.hears("reemitted.xml", pesFile(t, "reemitted.xml"))
		if p := d.piece("833"); rep.Superseded != 1 || p.Status != ledgerfile.StatusEmitted || p.Amount != euros(10_200) {
			t.Errorf("%s: the piece is %s of %d", counts(rep), p.Status, p.Amount)
		}
		d.expectTotal("45200.00")
	})
}

// One that comes back as it was is emitted again.
func TestReemittedUnchanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.hears("fixture.xml", pesFile(t, "fixture.xml"))
		d.hears("return.xml", pesFile(t, "return_rejected.xml"))
		if rep := d.hears("reemitted.xml", pesFile(t, "reemitted.xml", "10200.00", "12000.00")); rep.Unchanged != 1 {
			t.Fatalf("the file is %s", counts(rep))
		}
		if p := d.piece("833"); p.Status != ledgerfile.StatusEmitted {
			t.Errorf("the piece is %s", p.Status)
		}
		d.expectTotal("47000.00")
	})
}

// A piece that was rejected after it was charged leaves the books; the file that brought it does not bring it back.
func TestRejectedAfterCharge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.hears("fixture.xml", pesFile(t, "fixture.xml"))
		charged := pesFile(t, "return_states.xml")
		rep := d.hears("return.xml", charged)
		if p := d.piece("832"); p.Status != ledgerfile.StatusPaid || p.PaidOn != day("2025-03-30") {
			t.Errorf("the settled piece is %s, paid on %s", p.Status, p.PaidOn)
		}
		gone := d.piece("833")
		if gone.Amount != 0 || gone.Status != ledgerfile.StatusRejected || gone.Cause != CauseRestate {
			t.Errorf("the rejected piece is %s of %d", gone.Status, gone.Amount)
		}
		d.expectTotal("35000.00")
		unknown := 0
		for _, f := range rep.Findings {
			if f.Code == findingNewsUnknown {
				unknown++
			}
			for _, a := range f.Args {
				if s, ok := a.(string); ok && strings.Contains(s, "FR80") {
					t.Errorf("a finding holds bank data: %q", s)
				}
			}
		}
		if unknown != 3 { // the fixture holds none of 834 to 836
			t.Errorf("%d pieces are unknown: %+v", unknown, rep.Findings)
		}
		rep = d.hears("fixture again.xml", pesFile(t, "fixture.xml"))
		if rep.New+rep.Superseded != 0 {
			t.Errorf("the first file again is %s", counts(rep))
		}
		d.expectTotal("35000.00")
		d.hears("return again.xml", append(charged, '\n'))
		if again := d.piece("833"); again.ID != gone.ID {
			t.Errorf("the same news made another entry")
		}
		d.verified()
	})
}

// A revenue that annuls an expenditure of an earlier year takes back cost of its project, and nothing of the expenditure's own year.
func TestRevenueThatAnnulsAnExpenditure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.hears("fixture.xml", pesFile(t, "fixture.xml"))
		d.hears("revenue.xml", pesFile(t, "revenue.xml"))
		var rows []postingRow
		if err := db.Read().NewSelect().Model(&rows).Where("p.organisation_id = ? AND p.flow = 'REC'", d.org.ID).Scan(context.Background()); err != nil {
			t.Fatal(err)
		}
		corrections := 0
		for _, r := range rows {
			want := int64(0)
			if strings.HasPrefix(r.Nature, "773") {
				want = -1
				corrections++
			}
			if r.CostSign != want {
				t.Errorf("the revenue on %s counts %d, want %d", r.Nature, r.CostSign, want)
			}
		}
		if corrections == 0 {
			t.Error("the file holds no correction")
		}
	})
}
