package identity_test

import (
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestUpdateOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		admin := s.actor(s.person("admin", identity.RoleAdministrator))
		newOrganisation(t, db, "arras", nil)
		in := s.org
		in.Code, in.Name, in.Locale, in.TimeZone, in.RetentionMonths, in.Currency = "roubaix", "Ville de Roubaix", "en", "Africa/Kigali", 6, "RWF"
		in.Fiscal, in.Kind, in.ParentID = civil.FiscalCalendar{Month: time.July, Day: 1}, identity.KindNetwork, 99
		if err := s.UpdateOrganisation(ctx, admin, 1, in); err != nil {
			t.Fatal(err)
		}
		want := in
		want.Kind, want.ParentID, want.Version = identity.KindAdministration, 0, 2
		if got, err := s.Organisation(ctx, admin, s.org.ID); err != nil || got != want {
			t.Errorf("after: %+v, %v, want %+v", got, err, want)
		}
		in.Currency = "EUR"
		expectFault(t, "from an old page", s.UpdateOrganisation(ctx, admin, 1, in), fault.KindStale, "organisation.stale")
		in.Code = "arras"
		expectFault(t, "another's code", s.UpdateOrganisation(ctx, admin, 2, in), fault.KindConflict, "organisation.code.taken")
		in.Code = "roubaix"
		for _, months := range []int{0, -1, 121} {
			in.RetentionMonths = months
			expectField(t, "months of retention", s.UpdateOrganisation(ctx, admin, 2, in), "retention_months", "organisation.retention")
		}
		in.RetentionMonths = 120
		s.roadmap(s.org.ID, "F1")
		expectFault(t, "another currency under a roadmap", s.UpdateOrganisation(ctx, admin, 2, in), fault.KindConflict, "organisation.currency_in_use")
		in.Currency = "RWF"
		expectOne(t, "twice at once", race(func(int) error { return s.UpdateOrganisation(ctx, admin, 2, in) }), "organisation.stale")
		if got := strings.Count(s.actions(), "organisation.update"); got != 2 {
			t.Errorf("%d changes in the trail, want 2", got)
		}
		_, err := s.Organisation(ctx, s.actor(s.person("plain")), s.org.ID)
		expectFault(t, "without a grant", err, fault.KindNotFound, "organisation.not_found")
	})
}

func TestNetworkAbove(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	_, err := s.Create(ctx, operator, organisation("douai", func(o *identity.Organisation) { o.ParentID = s.org.ID }))
	expectField(t, "an administration above", err, "network", "organisation.no_network")
	_, err = s.Create(ctx, operator, organisation("douai", func(o *identity.Organisation) { o.ParentID = 999 }))
	expectFault(t, "nothing above", err, fault.KindNotFound, "organisation.not_found")
}
