package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
)

// preview opens the form for projects and sends it.
func (v *visitor) preview(p place, change map[string]string, projects ...portfolio.Project) *htmltest.Page {
	v.Helper()
	var ids []string
	for _, x := range projects {
		ids = append(ids, "project="+strconv.Itoa(int(x.ID)))
	}
	at := p.roadmapURL("bulk")
	res, body := v.submit(at+"?"+strings.Join(ids, "&"), at, change)
	if res.StatusCode != 200 {
		v.Fatalf("preview: %d\n%s", res.StatusCode, body)
	}
	return htmltest.Parse(v, body)
}

func TestBulkFromThePreviewToItsUndoing(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	list := v.page(d.home.roadmapURL("projects"))
	if got := len(list.All("form td.pick input[name=project]")); got != 2 {
		t.Fatalf("%d boxes in the list, want 2", got)
	}
	page := v.preview(d.home, map[string]string{"manager": "Alix", "phase": "pilot"}, d.home.projects...)
	if got := len(page.All("main tbody tr")); got != 3 { // the first has that manager already
		t.Errorf("%d changes shown, want 3", got)
	}
	apply := d.home.roadmapURL("bulk/apply")
	fields := page.Form(apply)
	res, _ := v.send(apply, fields)
	to := res.Header.Get("Location")
	if res.StatusCode != 303 || !strings.HasPrefix(to, "/bulk/") {
		t.Fatalf("%d to %q", res.StatusCode, to)
	}
	if res, _ := v.send(apply, fields); res.StatusCode != 303 {
		t.Errorf("sent twice: %d, want 303", res.StatusCode)
	}
	if got, _, _ := d.portfolio.Project(t.Context(), operator, d.home.projects[1].ID); got.Manager != "Alix" {
		t.Errorf("manager %q", got.Manager)
	}
	if res, _ := d.as(identity.RoleReader).get(to); res.StatusCode != 403 {
		t.Errorf("a reader sees the change: %d", res.StatusCode)
	}
	undo := to + "/undo"
	v.done(to, undo, nil)
	if got, _, _ := d.portfolio.Project(t.Context(), operator, d.home.projects[1].ID); got.Manager != "" {
		t.Errorf("manager %q after the undoing", got.Manager)
	}
	after := v.page(to)
	if len(after.All("main p.notice")) == 0 {
		t.Error("the page does not say that the change was undone")
	}
	if len(after.All("form[action="+undo+"]")) != 0 {
		t.Error("a change can be undone twice")
	}
}

func TestBulkRefusals(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	at, apply := d.home.roadmapURL("bulk"), d.home.roadmapURL("bulk/apply")
	if res, _ := v.get(at); res.StatusCode != 303 {
		t.Errorf("no project ticked: %d, want the way back to the list", res.StatusCode)
	}
	one := fmt.Sprintf("%s?project=%d", at, d.home.projects[0].ID)
	if res, _ := v.submit(one, at, nil); res.StatusCode != 422 {
		t.Errorf("nothing to change: %d, want 422", res.StatusCode)
	}
	theirs := fmt.Sprintf("%s?project=%d", at, d.other.projects[0].ID)
	if res, body := v.submit(theirs, at, map[string]string{"manager": "Moi"}); res.StatusCode != 404 || strings.Contains(body, d.other.projects[0].Name) {
		t.Errorf("another organisation's project: %d, want 404", res.StatusCode)
	}
	fields := v.preview(d.home, map[string]string{"manager": "Béa"}, d.home.projects...).Form(apply)
	edit := d.home.projectURL(1, "edit")
	v.done(edit, edit, map[string]string{"sponsor": "Maire"})
	res, body := v.send(apply, fields)
	page := htmltest.Parse(t, body)
	if res.StatusCode != 409 || !strings.Contains(page.One("div.alert").Text(), d.home.projects[1].Name) || strings.Contains(page.One("div.alert").Text(), d.home.projects[0].Name) {
		t.Errorf("a project changed in between: %d", res.StatusCode)
	}
	if res, _ := v.send(apply, page.Form(apply)); res.StatusCode != 303 {
		t.Errorf("confirmed again: %d, want 303", res.StatusCode)
	}
	forged := url.Values{"_csrf": fields["_csrf"], "versions": {fmt.Sprintf("%d:1", d.other.projects[0].ID)}, "manager": {"Moi"}}
	if res, _ := v.send(apply, forged); res.StatusCode != 404 {
		t.Errorf("another organisation's project: %d, want 404", res.StatusCode)
	}
}

func TestSavedViews(t *testing.T) {
	d := newDesk(t)
	v, reader := d.as(identity.RoleRoadmapManager), d.as(identity.RoleReader)
	list, save := d.home.roadmapURL("projects"), d.home.roadmapURL("views/new")
	asked := save + "?q=guichet&schedule=red&page=3&drop=table"
	fields := v.filled(asked, save, map[string]string{"name": "Guichets en rouge", "shared": "1"})
	for range 2 {
		if res, _ := v.send(save, fields); res.StatusCode != 303 || res.Header.Get("Location") != list+"?q=guichet&schedule=red" {
			t.Fatalf("%d to %q", res.StatusCode, res.Header.Get("Location"))
		}
	}
	costs := v.filled(save+"?sort=cost", save, map[string]string{"name": "Par coût", "shared": "1"})
	if res, _ := v.send(save, costs); res.StatusCode != 303 {
		t.Fatalf("%d, want 303", res.StatusCode)
	}
	wrong := v.filled(save+"?phase=xyz", save, map[string]string{"name": "Rien"})
	if res, _ := v.send(save, wrong); res.StatusCode != 422 {
		t.Errorf("a filter that means nothing: %d, want 422", res.StatusCode)
	}
	if got := len(v.page(list).All("section.views li")); got != 2 {
		t.Errorf("the owner sees %d views, want 2", got)
	}
	seen := reader.page(list).All("section.views li a")
	if len(seen) != 1 || seen[0].Text() != "Guichets en rouge" {
		t.Errorf("who may not read costs sees %d views", len(seen))
	}
	if reader.page(save+"?q=x").Form(save).Has("shared") || len(reader.page(save).All("#f-shared")) != 0 {
		t.Error("a reader may share")
	}
	page := v.page(list)
	remove := page.All("section.views form")[0].Attr("action")
	if res, _ := reader.send(remove, url.Values{"_csrf": reader.page(save).Form(save)["_csrf"]}); res.StatusCode != 403 {
		t.Errorf("a reader removes a shared view: %d, want 403", res.StatusCode)
	}
	v.done(list, remove, nil)
	if got := len(v.page(list).All("section.views li")); got != 1 {
		t.Errorf("%d views left, want 1", got)
	}
}

func TestReleaseSaysWhatTheNetworkSees(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	here := d.home.roadmapURL("release")
	alone := d.as(identity.RoleRoadmapManager)
	if res, _ := alone.submit(here, here, nil); res.StatusCode != 409 {
		t.Errorf("without a network above: %d, want 409", res.StatusCode)
	}
	network := must[identity.Organisation](t)(d.identity.Create(ctx, operator, identity.Organisation{Code: "metropole", Name: "Métropole", Kind: identity.KindNetwork, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}))
	below := must[identity.Organisation](t)(d.identity.Create(ctx, operator, identity.Organisation{Code: "lens", Name: "Lens", Kind: identity.KindAdministration, ParentID: network.ID, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}))
	r := d.home.roadmap
	r.OrganisationID = below.ID
	r = must[portfolio.Roadmap](t)(d.portfolio.CreateRoadmap(ctx, operator, portfolio.RoadmapInput{Roadmap: r}))
	v := d.visitor(below, identity.Grant{OrganisationID: below.ID, Role: identity.RoleRoadmapManager, Scope: identity.ScopeOrganisation})
	here = views.Under(r.ID, "release")
	for _, want := range []bool{true, false} {
		v.done(here, here, nil)
		if got := must[portfolio.Roadmap](t)(d.portfolio.Roadmap(ctx, operator, r.ID)); got.ReleasedAt.IsZero() == want {
			t.Errorf("released %v, want %v", !got.ReleasedAt.IsZero(), want)
		}
	}
	stale := v.filled(here, here, nil)
	v.done(here, here, nil)
	if res, _ := v.send(here, stale); res.StatusCode != 409 {
		t.Errorf("a form of before: %d, want 409", res.StatusCode)
	}
}
