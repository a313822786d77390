package finance

import (
	"context"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestFinanceCodes(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", "P-035", "P-036"), newDesk(t, db, "b", "P-035")
		officer := d.as(identity.RoleFinance, "Odile")
		before, err := d.service.FinanceCodes(ctx, officer, d.org.ID)
		if err != nil || len(before) != 2 || before[0].FinanceCode != "" {
			t.Fatalf("before any code is given: %+v, %v", before, err)
		}
		given, err := d.service.AssignFinanceCodes(ctx, officer, d.org.ID)
		if err != nil || len(given) != 2 {
			t.Fatal(given, err)
		}
		for _, l := range given {
			if c := l.FinanceCode; c == "" || len(c) > 10 || strings.Trim(c, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
				t.Errorf("%s got the code %q", l.Code, c)
			}
		}
		d.newProject("P-037", "T1")
		if err := d.portfolio.RecordExit(ctx, operator, d.projects["P-035"], day("2026-06-30"), "Terminé"); err != nil {
			t.Fatal(err)
		}
		again, err := d.service.AssignFinanceCodes(ctx, officer, d.org.ID)
		if err != nil || len(again) != 3 || again[0].FinanceCode != given[0].FinanceCode || again[0].Closed != day("2026-06-30") || !again[1].Closed.IsZero() {
			t.Errorf("given again: %+v, %v", again, err)
		}
		entries := d.entries()
		if _, err := d.service.AssignFinanceCodes(ctx, officer, d.org.ID); err != nil {
			t.Fatal(err)
		}
		if now := d.entries(); now != entries {
			t.Errorf("giving nothing left %d entries in the trail", now-entries)
		}
		b, err := d.service.Budget(ctx, d.asOf(identity.RoleProjectManager, "Paul", "P-036"), d.projects["P-036"])
		if err != nil || b.FinanceCode != given[1].FinanceCode {
			t.Errorf("the project's page tells %q, %v", b.FinanceCode, err)
		}

		_, err = d.service.AssignFinanceCodes(ctx, d.as(identity.RoleProjectManager, "Pia"), d.org.ID)
		d.expectFault(err, fault.KindForbidden, "permission.denied")
		_, err = d.service.FinanceCodes(ctx, d.asOf(identity.RoleProjectManager, "Paul", "P-036"), d.org.ID)
		d.expectFault(err, fault.KindNotFound, "organisation.not_found")
		_, err = d.service.FinanceCodes(ctx, d.as(identity.RoleCommitteeMember, "Élu"), d.org.ID)
		d.expectFault(err, fault.KindNotFound, "organisation.not_found")
		if theirs, err := other.service.FinanceCodes(ctx, operator, other.org.ID); err != nil || len(theirs) != 1 || theirs[0].FinanceCode != "" {
			t.Errorf("another organisation's codes: %+v, %v", theirs, err)
		}
	})
}

// entries counts what the trail holds of the organisation.
func (d *desk) entries() (n int) {
	d.Helper()
	if err := d.db.Read().NewRaw("SELECT count(*) FROM audit_entry WHERE organisation_id = ?", d.org.ID).Scan(context.Background(), &n); err != nil {
		d.Fatal(err)
	}
	return n
}

func TestWriteFinanceCodes(t *testing.T) {
	line := func(code, project, name string, closed civil.Date) CodeLine {
		l := CodeLine{Closed: closed}
		l.FinanceCode, l.Code, l.Name, l.AssignedOn, l.Left = code, project, name, day("2026-01-05"), !closed.IsZero()
		return l
	}
	var b strings.Builder
	err := WriteFinanceCodes(&b, []CodeLine{
		line("NUM035", "P-035", "Portail; \"familles\"", noDay),
		line("NUM036", "=cmd|' /C calc'!A0", "x", day("2026-06-30")),
		line("", "P-037", "sans code", noDay),
	})
	want := "\ufeff\"finance_code\";\"project\";\"status\";\"opened\";\"closed\"\r\n" +
		"\"NUM035\";\"P-035 Portail; \"\"familles\"\"\";\"open\";\"2026-01-05\";\r\n" +
		"\"NUM036\";\"'=cmd|' /C calc'!A0 x\";\"closed\";\"2026-01-05\";\"2026-06-30\"\r\n"
	if err != nil || b.String() != want {
		t.Errorf("wrote %q, %v; want %q", b.String(), err, want)
	}
}

func TestUncodedCommitments(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", "P1"), newDesk(t, db, "b")
		given, err := d.service.AssignFinanceCodes(ctx, operator, d.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		code := given[0].FinanceCode
		engage := func(d *desk, number, analytic, operation, state string, committed, mandated int64) (id int64) {
			err := db.Write().NewRaw(`INSERT INTO commitment (organisation_id, number, analytic, operation, section, state, committed, mandated, supplier_name) VALUES (?, ?, ?, ?, 'F', ?, ?, ?, 'Atelier') RETURNING id`,
				d.org.ID, number, analytic, operation, state, committed, mandated).Scan(ctx, &id)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		engage(d, "E1", "", "", "open", 1000, 900)
		shared := engage(d, "E2", "XYZ", "2041", "open", 5000, 0)
		engage(d, "E3", code, "", "open", 9000, 0)
		engage(d, "E4", "", strings.ToLower(code), "open", 9000, 0)
		engage(d, "E5", "", "", "closed", 9000, 0)
		engage(other, "E6", "", "", "open", 9000, 0)
		if _, err := db.Write().NewRaw(`INSERT INTO commitment_share (organisation_id, commitment_id, project_id, share_bp, method, recorded_by, recorded_at) VALUES (?, ?, ?, 10000, 'manual', 'test', ?)`,
			d.org.ID, shared, d.projects["P1"], database.Instant(d.clock.now())).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		got, err := d.service.UncodedCommitments(ctx, d.as(identity.RoleFinance, "Odile"), d.org.ID)
		if err != nil || len(got) != 2 || got[0].Number != "E2" || got[1].Number != "E1" {
			t.Fatalf("without a code: %+v, %v; want E2 and E1", got, err)
		}
		if got[0].Suggested != code || got[1].Suggested != "" || got[0].Committed != 5000 || got[0].SupplierName != "Atelier" {
			t.Errorf("E2 is told as %+v, want the code of the project that it is shared to", got[0])
		}
		_, err = d.service.UncodedCommitments(ctx, d.as(identity.RoleCommitteeMember, "Élu"), d.org.ID)
		d.expectFault(err, fault.KindNotFound, "organisation.not_found")
	})
}
