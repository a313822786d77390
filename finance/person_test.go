package finance

import (
	"context"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

func TestPersonOfCertificates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		d.newPosting(nil, Allocation{ProjectID: d.projects["P1"], Amount: euros(12_000), Method: MethodRule})
		signer := d.as(identity.RoleFinance, "Zoé Martin")
		calendar, err := d.service.FiscalYears(ctx, signer, d.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		year := calendar.Years[0]
		for period := 1; period <= 2; period++ {
			p, err := d.service.PreviewCertificate(ctx, signer, d.org.ID, year.ID, period)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.service.SignPeriod(ctx, signer, SignInput{Organisation: d.org.ID, Year: year.ID, Period: period, Seen: p.Seen}); err != nil {
				t.Fatal(err)
			}
		}
		u := identity.User{ID: signer.UserID}
		tell := func(actor identity.Actor) []signatureLine {
			t.Helper()
			got, err := PersonalData(ctx, db.Read(), actor, u)
			if err != nil {
				t.Fatal(err)
			}
			return got.([]signatureLine)
		}
		if got := tell(signer); len(got) != 2 || got[0].Signed != "Zoé Martin" || got[0].Organisation != "aube" {
			t.Errorf("told %+v", got)
		}
		if got := tell(d.as(identity.RoleFinance, "somebody else")); len(got) != 0 {
			t.Errorf("somebody else is told %+v", got)
		}
		if err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return ErasePerson(ctx, tx, u, "Agent 1") }); err != nil {
			t.Fatal(err)
		}
		if got := tell(signer); got[0].Signed != "Agent 1" || got[0].Reopened != "" {
			t.Errorf("after the erasure %+v", got)
		}
		checks, err := d.service.Verify(ctx, operator)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checks {
			if c.Code == "seals" && len(c.Broken) > 0 {
				t.Errorf("the erasure broke %v", c.Broken)
			}
		}
	})
}
