package finance

import (
	"context"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Entries are linked when their commitment comes later, and by the number that replaced theirs; that can be undone.
func TestRekey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		finance := d.as(identity.RoleFinance, "Odile")
		d.imports("m.csv", export(mandat{no: "1", commitment: "E1", amount: euros(10)}, mandat{no: "2", commitment: "E2", amount: euros(20)}, mandat{no: "3", commitment: "E3", amount: euros(40)}), nil)
		d.engagedNow("e.csv", engaged{number: "E1", amount: euros(100)}, engaged{number: "E2", amount: euros(100)})
		if a, b := d.commitment("E1"), d.commitment("E2"); a.Mandated != euros(10) || b.Mandated != euros(20) || len(a.Postings) != 1 {
			t.Fatalf("mandated are %d and %d", a.Mandated, b.Mandated)
		}
		rekey := func(old, now string) error {
			return d.service.Rekey(ctx, finance, RekeyInput{Organisation: d.org.ID, Old: old, New: now, Reason: "cancelled and engaged anew"})
		}
		for _, c := range [][2]string{{"e2", "E1"}, {"E3", "E2"}} {
			if err := rekey(c[0], c[1]); err != nil {
				t.Fatal(err)
			}
		}
		if a, b := d.commitment("E1"), d.commitment("E2"); a.Mandated != euros(70) || b.Mandated != 0 || len(a.Aliases) != 1 {
			t.Errorf("after the re-key mandated are %d and %d, aliases %v", a.Mandated, b.Mandated, a.Aliases)
		}
		d.imports("m2.csv", export(mandat{no: "4", commitment: "E3", amount: euros(1)}), nil)
		if a := d.commitment("E1"); a.Mandated != euros(71) {
			t.Errorf("a line of later stands as %d", a.Mandated)
		}
		d.expectFault(rekey("E1", "E3"), fault.KindConflict, "commitment.circular")
		d.expectFault(rekey("E3", "E1"), fault.KindConflict, "commitment.replaced_already")
		d.expectFault(rekey("E1", "e1"), fault.KindInvalid, "")
		if err := d.service.UndoRekey(ctx, finance, d.org.ID, "E2"); err != nil {
			t.Fatal(err)
		}
		if a, b := d.commitment("E1"), d.commitment("E2"); a.Mandated != euros(10) || b.Mandated != euros(61) {
			t.Errorf("after the undo mandated are %d and %d", a.Mandated, b.Mandated)
		}
		d.expectFault(d.service.UndoRekey(ctx, finance, d.org.ID, "E2"), fault.KindNotFound, "")
		err := d.service.Rekey(ctx, d.as(identity.RoleProjectManager, "Paul"), RekeyInput{Organisation: d.org.ID, Old: "X", New: "Y", Reason: "x"})
		d.expectFault(err, fault.KindForbidden, "")
		stranger := newDesk(t, db, "marne", "X").as(identity.RoleFinance, "Zoé")
		d.expectFault(d.service.UndoRekey(ctx, stranger, d.org.ID, "E3"), fault.KindNotFound, "")
		if _, err := d.service.Commitments(ctx, stranger, d.org.ID, CommitmentFilter{}); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a stranger reads commitments: %v", err)
		}
		d.commitmentsHold()
	})
}

// Commitments belong to projects by their finance codes, or as a person says; what a person said stays.
func TestShares(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2", "P3")
		finance := d.as(identity.RoleFinance, "Odile")
		codes, err := d.service.AssignFinanceCodes(ctx, finance, d.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		d.engagedNow("e.csv", engaged{number: "E1", amount: 10_001, operation: codes[0].FinanceCode}, engaged{number: "E2", amount: euros(5)})
		c := d.commitment("E1")
		if len(c.Shares) != 1 || c.Shares[0].ProjectID != d.projects["P1"] || c.Shares[0].Method != MethodRule || c.Shares[0].Left != 10_001 {
			t.Fatalf("the finance code gives %+v", c.Shares)
		}
		d.engagedNow("e2.csv", engaged{number: "E1", amount: 10_001, operation: codes[1].FinanceCode})
		if c = d.commitment("E1"); len(c.Shares) != 1 || c.Shares[0].ProjectID != d.projects["P2"] || len(c.History) != 1 {
			t.Fatalf("another finance code gives %+v, before %+v", c.Shares, c.History)
		}
		in := ShareInput{Organisation: d.org.ID, Commitment: c.ID, Version: c.Version, Parts: []SharePart{{d.projects["P1"], 3333}, {d.projects["P2"], 3333}, {d.projects["P3"], 3334}}}
		if err := d.service.ShareCommitment(ctx, finance, in); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.service.ShareCommitment(ctx, finance, in), fault.KindStale, "commitment.stale")
		d.engagedNow("e3.csv", engaged{number: "E1", amount: 10_001, operation: codes[2].FinanceCode})
		c = d.commitment("E1")
		var left money.Amount
		for _, s := range c.Shares {
			left += s.Left
		}
		if len(c.Shares) != 3 || left != 10_001 || len(c.History) != 2 {
			t.Errorf("by hand %+v", c.Shares)
		}
		if err := d.service.EndShare(ctx, finance, d.org.ID, c.ID, c.Version, c.Shares[0].ID); err != nil {
			t.Fatal(err)
		}
		c = d.commitment("E1")
		if len(c.Shares) != 2 || c.Shares[0].Left+c.Shares[1].Left >= 10_001 {
			t.Errorf("after one share ended %+v", c.Shares)
		}
		in.Version, in.Parts = c.Version, []SharePart{{d.projects["P1"], 9000}, {d.projects["P2"], 1001}}
		d.expectFault(d.service.ShareCommitment(ctx, finance, in), fault.KindInvalid, "")
		in.Parts = []SharePart{{newDesk(t, db, "marne", "X").projects["X"], 9000}}
		d.expectFault(d.service.ShareCommitment(ctx, finance, in), fault.KindNotFound, "project.not_found")
		page, err := d.service.Commitments(ctx, finance, d.org.ID, CommitmentFilter{Anomaly: CommitmentUnshared})
		if err != nil || len(page.Lines) != 1 || page.Lines[0].Number != "E2" {
			t.Errorf("unshared are %+v, %v", page.Lines, err)
		}
		if n, err := d.service.ShareByRules(ctx, finance, d.org.ID); n != 0 || err != nil {
			t.Errorf("%d more were shared, %v", n, err)
		}
	})
}
