package web

import (
	"testing"

	"jalon/identity"
	"jalon/views"
)

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
