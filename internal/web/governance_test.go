package web

import (
	"context"
	"maps"
	"net/url"
	"strings"
	"testing"

	"jalon/governance"
	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/views"
)

// at is the address of a page of a place's committee.
func (p place) at(page string) string { return views.CommitteePath(p.committee.Code, "", page) }

// committeeNow gives the committee of a place as it stands now.
func (d *desk) committeeNow(p place) governance.CommitteeCard {
	d.Helper()
	return must[governance.CommitteeCard](d)(d.governance.CommitteeByID(context.Background(), operator, p.committee.ID, noon))
}

// with gives a form changed: the values of the second go over those of the first.
func with(typed, change map[string]string) map[string]string {
	out := maps.Clone(typed)
	maps.Copy(out, change)
	return out
}

// beside tells whether a page has exactly one message beside a field.
func beside(t testing.TB, body, field string) bool {
	t.Helper()
	return len(htmltest.Parse(t, body).All("#f-"+field+"-error")) == 1
}

func TestCommitteeIsCreated(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := views.NewCommitteeURL(d.home.roadmap.ID)
	p := v.page(path)
	if got := p.Form(path).Get("time_zone"); got != "Europe/Paris" {
		t.Errorf("the zone begins as %q, want that of the organisation", got)
	}
	if got := len(p.All("section table tbody tr")); got != 3 {
		t.Errorf("%d sittings are shown, want 3", got)
	}
	const own = "/committees/COPIL%2F%C3%A9%201"
	if to := v.sendTwice(path, v.filled(path, path, map[string]string{"code": "COPIL/é 1", "name": "Comité de pilotage", "level": "tactical", "frequency": "quarterly", "month": "2", "sits": "day", "day": "15",
		"time": "14:00", "move": "preceding", "lead_days": "10"})); to != own {
		t.Errorf("goes on to %q, want %q", to, own)
	}
	page := v.page(own)
	if text := page.One("main").Text(); !strings.Contains(text, "Chaque trimestre, le 2e mois, le 15 du mois") || !strings.Contains(text, "Comité de pilotage") {
		t.Errorf("the page of the committee says %q", text)
	}
	v.page(page.One("a[data-key=e]").Attr("href"))
}

// TestCommitteeFormRefuses holds that what is wrong comes back beside its field with everything that was typed.
func TestCommitteeFormRefuses(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := views.NewCommitteeURL(d.home.roadmap.ID)
	good := map[string]string{"code": "COPIL", "name": "Comité de pilotage"}
	for _, tc := range []struct{ name, field, value string }{
		{"no code", "code", ""}, {"a code that is another place in an address", "code", ".."}, {"no lead", "lead_days", ""}, {"no name", "name", ""}, {"a level that does not exist", "level", "high"}, {"a frequency that does not exist", "frequency", "weekly"},
		{"an hour that does not exist", "time", "25:00"}, {"no time", "time", "soon"}, {"an unknown zone", "time_zone", "Mars/Olympus"}, {"a lead of letters", "lead_days", "x"},
		{"a lead that is too long", "lead_days", "91"}, {"a day that does not exist", "from", "2026-02-30"}, {"an end before its start", "until", "2020-01-01"}, {"an unknown move", "move", "up"},
		{"a weekday that does not exist", "weekday", "9"}, {"an nth that does not exist", "nth", "7"}, {"an unknown language", "locale", "de"},
	} {
		res, body := v.submit(path, path, with(good, map[string]string{tc.field: tc.value}))
		if res.StatusCode != 422 || !beside(t, body, tc.field) {
			t.Errorf("%s: %d, want 422 with a message beside %s", tc.name, res.StatusCode, tc.field)
			continue
		}
		if tc.field != "name" && htmltest.Parse(t, body).Form(path).Get("name") != good["name"] {
			t.Errorf("%s: the name was lost", tc.name)
		}
	}
	if res, _ := v.submit(path, path, with(good, map[string]string{"code": d.home.committee.Code})); res.StatusCode != 409 {
		t.Errorf("a code that is taken: %d, want 409", res.StatusCode)
	}
}

func TestCommitteePreviewSavesNothing(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := d.home.at("edit")
	form := v.filled(path, path, map[string]string{"nth": "-1", "name": "Saisie en cours", "_preview": "1"})
	other := d.committeeNow(d.home).Committee
	other.Name = "Renommé entre-temps"
	must[governance.Committee](t)(d.governance.UpdateCommittee(context.Background(), operator, other.Version, other))

	res, body := v.send(path, form)
	p := htmltest.Parse(t, body)
	if rows := len(p.All("section[role=status] tbody tr")); res.StatusCode != 200 || rows != 3 {
		t.Fatalf("preview: %d with %d sittings, want 200 with 3", res.StatusCode, rows)
	}
	if got := p.All("section[role=status] tbody td")[0].Text(); got != "mardi 24 novembre 2026" {
		t.Errorf("the first sitting is %q, want the last Tuesday of the month", got)
	}
	typed := p.Form(path)
	if typed.Get("name") != "Saisie en cours" || typed.Get("nth") != "-1" {
		t.Errorf("the preview lost what was typed: %v", typed)
	}
	if after := d.committeeNow(d.home); after.Name != other.Name {
		t.Errorf("the preview saved %q", after.Name)
	}
	if res, _ := v.send(path, typed); res.StatusCode != 409 {
		t.Errorf("saved after the preview: %d, want 409: somebody else saved before it", res.StatusCode)
	}
}

func TestCommitteeIsEdited(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := d.home.at("edit")
	stale := v.filled(path, path, map[string]string{"name": "La seconde"})
	if to := v.done(path, path, map[string]string{"name": "La première", "sits": "day", "day": "-1", "time": "9 h"}); to != d.home.at("") {
		t.Errorf("goes on to %q", to)
	}
	after := d.committeeNow(d.home)
	if after.Name != "La première" || after.Cadence.Day != cadence.Last || after.Cadence.Nth != 0 || after.Cadence.Hour != 9 {
		t.Errorf("saved %q, %s", after.Name, after.Cadence)
	}
	res, body := v.send(path, stale)
	if res.StatusCode != 409 || !strings.Contains(body, "La première") || !strings.Contains(body, "La seconde") {
		t.Fatalf("a stale form: %d, want 409 with both versions", res.StatusCode)
	}
	if res, _ := v.send(path, htmltest.Parse(t, body).Form(path)); res.StatusCode != 303 {
		t.Errorf("the form of the 409 page: %d, want 303", res.StatusCode)
	}
	if got := d.committeeNow(d.home).Name; got != "La seconde" {
		t.Errorf("the name is %q", got)
	}
}

// TestGovernanceOfOthers asks for every page that changes something with what belongs to another organisation, and
// as somebody who may only read.
func TestGovernanceOfOthers(t *testing.T) {
	d := newDesk(t)
	manager, reader := d.as(identity.RoleRoadmapManager), d.as(identity.RoleReader)
	pages := func(p place) []string {
		return []string{views.NewCommitteeURL(p.roadmap.ID), p.at("edit"), p.at("members"), p.at("decisions/new"), p.at("packs/new"), views.MemberURL(p.member)}
	}
	for _, tc := range []struct {
		who  *visitor
		of   place
		want int
	}{{manager, d.other, 404}, {reader, d.other, 403}, {reader, d.home, 403}} {
		token := tc.who.page("/committees").Form("/sign-out").Get("_csrf")
		for _, path := range pages(tc.of) {
			if res, _ := tc.who.get(path); res.StatusCode != tc.want {
				t.Errorf("GET %s: %d, want %d", path, res.StatusCode, tc.want)
			}
			if res, _ := tc.who.send(path, url.Values{"_csrf": {token}, "name": {"X"}, "_version": {"1"}}); res.StatusCode != tc.want {
				t.Errorf("POST %s: %d, want %d", path, res.StatusCode, tc.want)
			}
		}
	}
	for _, path := range []string{d.other.at(""), views.DecisionURL(d.other.decision.ID), views.PackPageURL(d.other.pack.ID), views.PackURL(d.other.pack.ID)} {
		if res, _ := manager.get(path); res.StatusCode != 404 {
			t.Errorf("GET %s: %d, want 404", path, res.StatusCode)
		}
	}
	if p := reader.page(d.home.at("")); len(p.All("p.toolbar a")) != 0 || len(p.All("#packs")) != 0 {
		t.Error("the page offers a reader what they may not do or see")
	}
}

// TestCommitteesOfTheSameCode reaches two committees that bear one code in two organisations.
func TestCommitteesOfTheSameCode(t *testing.T) {
	d := newDesk(t)
	for _, p := range []place{d.home, d.other} {
		c := d.committeeNow(p).Committee
		c.Code = "MÊME"
		must[governance.Committee](t)(d.governance.UpdateCommittee(context.Background(), operator, c.Version, c))
	}
	grant := func(p place) identity.Grant {
		return identity.Grant{OrganisationID: p.organisation.ID, Role: identity.RoleRoadmapManager, Scope: identity.ScopeOrganisation}
	}
	v := d.visitor(d.home.organisation, grant(d.home), grant(d.other))
	links := v.page(views.CommitteeURL("MÊME")).All("article h2 a")
	if len(links) != 2 {
		t.Fatalf("%d committees to choose from, want 2", len(links))
	}
	action := views.CommitteePath("MÊME", "", "edit")
	for _, link := range links {
		edit := v.page(link.Attr("href")).One("a[data-key=e]").Attr("href")
		name := v.page(edit).Form(action).Get("name")
		if to := v.done(edit, action, map[string]string{"name": name + " bis"}); to != link.Attr("href") {
			t.Errorf("after the edit: %q, want %q", to, link.Attr("href"))
		}
	}
	for _, p := range []place{d.home, d.other} {
		if got := d.committeeNow(p).Name; got != p.committee.Name+" bis" {
			t.Errorf("the committee is called %q", got)
		}
	}
	if res, _ := d.as(identity.RoleReader).get(views.CommitteePath("MÊME", d.other.organisation.Code, "")); res.StatusCode != 404 {
		t.Errorf("the other organisation's: %d, want 404", res.StatusCode)
	}
}

// TestCommitteeGrant holds what a grant on a single committee gives: no page of the roadmap, no project's name.
func TestCommitteeGrant(t *testing.T) {
	d := newDesk(t)
	v := d.visitor(d.home.organisation, identity.Grant{OrganisationID: d.home.organisation.ID, Role: identity.RoleRoadmapManager, Scope: identity.ScopeCommittee, SubjectID: int64(d.home.committee.ID)})
	if p := v.page(d.home.at("")); len(p.All("main a[href="+views.RoadmapURL(d.home.roadmap.ID, views.Day{})+"]")) != 0 {
		t.Error("the page leads to a roadmap that the reader may not read")
	}
	path := d.home.at("decisions/new")
	if got := len(v.page(path).All("datalist option")); got != 0 {
		t.Errorf("%d projects are suggested to somebody who may see none", got)
	}
	v.done(path, path, map[string]string{"title": "T", "question": "Q", "outcome": "O"})
	if res, _ := v.get(views.NewCommitteeURL(d.home.roadmap.ID)); res.StatusCode != 404 {
		t.Errorf("a new committee: %d, want 404", res.StatusCode)
	}
}
