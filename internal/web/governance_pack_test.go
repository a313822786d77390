package web

import (
	"testing"

	"jalon/identity"
	"jalon/internal/money"
	"jalon/views"
)

// TestCommitteesBeforeTheFirstRoadmap: the empty page leads on to what must be there first.
func TestCommitteesBeforeTheFirstRoadmap(t *testing.T) {
	d := newDesk(t)
	o := must[identity.Organisation](t)(d.identity.Create(t.Context(), operator, identity.Organisation{Code: "neuve", Name: "Neuve", Kind: identity.KindAdministration, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}))
	for role, want := range map[identity.Role]int{identity.RoleRoadmapManager: 1, identity.RoleReader: 0} {
		v := d.visitor(o, identity.Grant{OrganisationID: o.ID, Role: role, Scope: identity.ScopeOrganisation})
		if got := len(v.page("/committees").All("section.empty a.button")); got != want {
			t.Errorf("%s: %d links to a new roadmap, want %d", role, got, want)
		}
	}
}

// TestFirstPackOfANewCommittee: who founds a committee between two sittings finds its first pack ready to be frozen, with
// nothing to look up.
func TestFirstPackOfANewCommittee(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	to := v.done(views.NewCommitteeURL(d.home.roadmap.ID), views.NewCommitteeURL(d.home.roadmap.ID), map[string]string{"code": "NEUF", "name": "Comité neuf"})
	path := to + "/packs/new"
	form := v.page(path).Form(path)
	if form.Get("period") != "2026-12" || form.Get("figures_on") != "2026-11-20" {
		t.Fatalf("the form begins with %q and the figures of %q, want the first sitting's period and today", form.Get("period"), form.Get("figures_on"))
	}
	if res, body := v.send(path, form); res.StatusCode != 303 {
		t.Errorf("as offered: %d, want the pack\n%s", res.StatusCode, body)
	}
}
