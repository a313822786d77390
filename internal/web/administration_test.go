package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/dbtest"
	"jalon/internal/htmltest"
	"jalon/views"
)

// recorded checks how many entries the home organisation's trail has of an action.
func (d *desk) recorded(action string, want int) {
	d.Helper()
	lines := must[[]identity.TrailLine](d)(d.identity.Trail(d.Context(), operator, d.home.organisation.ID, audit.Filter{Action: action, Limit: 500}))
	if len(lines) != want {
		d.Errorf("%d entries of %s, want %d", len(lines), action, want)
	}
}

func (d *desk) user(id int64) identity.User {
	d.Helper()
	return must[identity.User](d)(d.identity.User(d.Context(), operator, id))
}

// TestAdministrationPagesRefuse holds who may open the pages about people and organisations. Another
// organisation's read like what does not exist.
func TestAdministrationPagesRefuse(t *testing.T) {
	d := newDesk(t)
	admin, manager := d.as(identity.RoleAdministrator), d.as(identity.RoleRoadmapManager)
	paths := map[string]func(place) int64{}
	organisation := func(p place) int64 { return p.organisation.ID }
	for _, page := range []string{"edit", "users", "users/new", "grants", "grants/new", "audit", "audit.csv", "personal-data"} {
		paths["/organisations/%d/"+page] = organisation
	}
	user := func(p place) int64 { return p.user.ID }
	for _, page := range []string{"", "/edit", "/grants/new", "/data.json", "/erase"} {
		paths["/users/%d"+page] = user
	}
	for path, id := range paths {
		own, foreign, unknown := fmt.Sprintf(path, id(d.home)), fmt.Sprintf(path, id(d.other)), fmt.Sprintf(path, 998)
		if res, body := admin.get(own); res.StatusCode != http.StatusOK {
			t.Errorf("%s as administrator: %d\n%s", own, res.StatusCode, body)
		}
		if res, _ := manager.get(own); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s as roadmap manager: %d, want 403", own, res.StatusCode)
		}
		res, body := admin.get(foreign)
		_, missing := admin.get(unknown)
		if res.StatusCode != http.StatusNotFound || plainBody(body, foreign) != plainBody(missing, unknown) {
			t.Errorf("%s of another organisation: %d, or it does not read like %s", foreign, res.StatusCode, unknown)
		}
		if res, _ := d.guest().get(own); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s as guest: %d, want 303", own, res.StatusCode)
		}
	}
}

func TestOrganisationEdit(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	path := views.OrganisationEditURL(d.home.organisation.ID)
	before := v.filled(path, path, map[string]string{"name": "Trop tard"})
	for _, tc := range []struct{ field, value string }{{"name", ""}, {"code", ""}, {"time_zone", "Mars/Olympe"}, {"currency", "XX"}, {"fiscal_day", "31"}, {"fiscal_day", "x"}, {"retention_months", "0"}, {"retention_months", "999"}} {
		res, body := v.submit(path, path, map[string]string{tc.field: tc.value})
		page := wants(t, res, body, http.StatusUnprocessableEntity)
		if page.Form(path).Get(tc.field) != tc.value || len(page.All("[role=alert]")) == 0 {
			t.Errorf("%s = %q: not said, or not kept", tc.field, tc.value)
		}
	}
	if res, body := v.submit(path, path, map[string]string{"currency": "USD"}); res.StatusCode != http.StatusConflict {
		t.Errorf("a currency in use: %d, want 409\n%s", res.StatusCode, body)
	}
	v.done(path, path, map[string]string{"name": "Métropole", "fiscal_year": "7", "fiscal_day": "1", "retention_months": "36"})
	o := must[identity.Organisation](t)(d.identity.Organisation(t.Context(), operator, d.home.organisation.ID))
	if o.Name != "Métropole" || o.Fiscal.Month != 7 || o.RetentionMonths != 36 || o.Kind != identity.KindAdministration {
		t.Errorf("stored: %+v", o)
	}
	res, body := v.send(path, before)
	if stale := wants(t, res, body, http.StatusConflict); stale.Form(path).Get("name") != "Trop tard" || !strings.Contains(body, "Métropole") {
		t.Error("a conflict does not show both versions")
	}
	d.recorded("organisation.update", 1)
}

func TestInvite(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	id := d.home.organisation.ID
	path := views.NewUserURL(id)
	for _, email := range []string{"pas une adresse", ""} {
		res, body := v.submit(path, path, map[string]string{"name": "Ana", "email": email, "role_finance": "1"})
		page := wants(t, res, body, http.StatusUnprocessableEntity)
		if len(page.All("#f-email-error")) != 1 || page.Form(path).Get("role_finance") != "1" {
			t.Errorf("%q: not said beside the field, or the ticks are lost", email)
		}
	}
	if res, _ := v.submit(path, path, map[string]string{"name": "Ana", "email": v.user.Email}); res.StatusCode != http.StatusConflict {
		t.Errorf("a taken address: %d, want 409", res.StatusCode)
	}
	fields := v.filled(path, path, map[string]string{"name": "Ana", "email": "ana@example.org", "role_finance": "1"})
	res, body := v.send(path, fields)
	link := wants(t, res, body, http.StatusOK).One("textarea").Text()
	if !strings.HasPrefix(link, "https://jalon.example/password/reset?token=") {
		t.Fatalf("link: %q", link)
	}
	res, body = v.send(path, fields)
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/users/") || strings.Contains(body, "token=") {
		t.Errorf("sent again: %d to %q", res.StatusCode, to)
	}
	d.recorded("user.create", 2+d.users+1) // those of the desk, those who signed in, this one
	u, _ := url.Parse(link)
	if res, body = d.guest().get(u.RequestURI()); res.StatusCode != http.StatusOK || !strings.Contains(body, "Ana") {
		t.Errorf("the link leads to %d", res.StatusCode)
	}
	if rows := v.page(views.OrganisationUsersURL(id) + "?q=ANA").All("table tbody tr"); len(rows) != 1 || !strings.Contains(rows[0].Text(), "finances") || !strings.Contains(rows[0].Text(), "invité") {
		t.Errorf("the list shows %d accounts", len(rows))
	}
}

func TestInviteByMail(t *testing.T) {
	d := newDeskOn(t, dbtest.SQLite(t), Config{Mail: true})
	v := d.as(identity.RoleAdministrator)
	path := views.NewUserURL(d.home.organisation.ID)
	to := v.done(path, path, map[string]string{"name": "Ana", "email": "ana@example.org"})
	page := v.page(to)
	if !strings.Contains(page.One("h1").Text(), "Ana") {
		t.Errorf("goes on with %q", page.One("h1").Text())
	}
	res, body := v.submit(to, to+"/reset", nil)
	if res.StatusCode != http.StatusSeeOther || strings.Contains(body, "token") {
		t.Errorf("a link by mail: %d\n%s", res.StatusCode, body)
	}
}

func TestUserActs(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	u := d.home.user
	path := views.UserURL(u.ID, "")
	edit := views.UserURL(u.ID, "edit")
	v.done(edit, edit, map[string]string{"name": "Lectrice", "locale": "en"})
	if got := d.user(u.ID); got.Name != "Lectrice" || got.Locale != "en" || got.Email != u.Email {
		t.Errorf("stored: %+v", got)
	}
	old := v.filled(path, path+"/disable", nil)
	res, body := v.submit(path, path+"/reset", nil)
	if link := wants(t, res, body, http.StatusOK).One("textarea").Text(); !strings.Contains(link, "/password/reset?token=") {
		t.Errorf("link: %q", link)
	}
	for range 2 {
		if res, body := v.send(path+"/disable", old); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != path {
			t.Fatalf("disable: %d\n%s", res.StatusCode, body)
		}
	}
	if got := d.user(u.ID); got.Status != identity.StatusDisabled {
		t.Errorf("status %s, want disabled", got.Status)
	}
	old.Set("_request", "0123456789abcdef0123456789abcdef")
	res, body = v.send(path+"/disable", old)
	if page := wants(t, res, body, http.StatusConflict); len(page.All("[role=alert]")) != 1 {
		t.Error("a stale act is not explained on the page")
	}
	d.recorded("user.disable", 1)
	v.done(path, path+"/enable", nil)
	self := views.UserURL(v.user.ID, "")
	if len(v.page(self).All("form")) == 0 || strings.Contains(v.page(self).One("main").Text(), "Désactiver le compte") {
		t.Error("the own account can be disabled from its page")
	}
	own := v.filled(self+"/edit", self+"/edit", nil)
	for _, act := range []string{"/reset", "/end-two-factor"} {
		if res, body := v.send(self+act, own); res.StatusCode != http.StatusConflict || strings.Contains(body, "token=") {
			t.Errorf("%s on oneself, without one's password: %d", act, res.StatusCode)
		}
	}
	res, body = v.send(self+"/disable", own)
	if page := wants(t, res, body, http.StatusConflict); !strings.Contains(page.One("[role=alert]").Text(), "Personne ne désactive") {
		t.Errorf("disabling oneself: %s", page.One("main").Text())
	}
}

func TestErase(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	u := d.home.user
	path := views.UserURL(u.ID, "erase")
	res, body := v.submit(path, path, map[string]string{"confirm": "autre@example.org"})
	if page := wants(t, res, body, http.StatusUnprocessableEntity); len(page.All("#f-confirm-error")) != 1 {
		t.Error("another address is taken")
	}
	if got := d.user(u.ID); got.Email != u.Email {
		t.Fatal("erased without the address")
	}
	if to := v.done(path, path, map[string]string{"confirm": " " + strings.ToUpper(u.Email)}); to != views.OrganisationUsersURL(d.home.organisation.ID) {
		t.Errorf("goes on with %q", to)
	}
	for _, page := range []string{views.OrganisationUsersURL(d.home.organisation.ID), views.TrailURL(d.home.organisation.ID, nil), views.OrganisationGrantsURL(d.home.organisation.ID)} {
		if _, body := v.get(page); strings.Contains(body, u.Email) {
			t.Errorf("%s still names the person", page)
		}
	}
	if res, _ := v.get(views.UserURL(u.ID, "")); res.StatusCode != http.StatusNotFound {
		t.Errorf("the account: %d, want 404", res.StatusCode)
	}
	d.recorded("personal.erase", 1)
}

func TestGrants(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	o, u := d.home.organisation, d.home.user
	path := views.UserURL(u.ID, "grants/new")
	for _, tc := range []struct {
		name   string
		change map[string]string
		wrong  string
	}{
		{"no role", map[string]string{"scope": "organisation"}, "role"},
		{"no roadmap", map[string]string{"role": "finance", "scope": "roadmap"}, "roadmap"},
		{"no project", map[string]string{"role": "finance", "scope": "project"}, "project"},
		{"unknown project", map[string]string{"role": "finance", "scope": "project", "project": "arras-1"}, "project"},
		{"no committee", map[string]string{"role": "finance", "scope": "committee"}, "committee"},
		{"an administrator of a roadmap", map[string]string{"role": "administrator", "scope": "roadmap", "roadmap": fmt.Sprint(d.home.roadmap.ID)}, "scope"},
	} {
		res, body := v.submit(path, path, tc.change)
		if page := wants(t, res, body, http.StatusUnprocessableEntity); len(page.All("#f-"+tc.wrong+"-error")) != 1 {
			t.Errorf("%s: not said beside %s", tc.name, tc.wrong)
		}
	}
	before := len(d.user(u.ID).Grants)
	fields := v.filled(path, path, map[string]string{"role": "project_manager", "scope": "project", "project": "LILLE-1"})
	for range 2 {
		if res, body := v.send(path, fields); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != views.UserURL(u.ID, "") {
			t.Fatalf("give: %d\n%s", res.StatusCode, body)
		}
	}
	grants := d.user(u.ID).Grants
	if len(grants) != before+1 {
		t.Fatalf("%d grants, want %d", len(grants), before+1)
	}
	g := grants[len(grants)-1]
	if g.Scope != identity.ScopeProject || g.SubjectID != int64(d.home.projects[0].ID) {
		t.Errorf("granted: %+v", g)
	}
	for name, change := range map[string]map[string]string{
		"roadmap":   {"role": "finance", "scope": "roadmap", "roadmap": fmt.Sprint(d.other.roadmap.ID)},
		"committee": {"role": "finance", "scope": "committee", "committee": fmt.Sprint(d.other.committee.ID)},
	} {
		if res, _ := v.submit(path, path, change); res.StatusCode != http.StatusNotFound {
			t.Errorf("a %s of another organisation: %d, want 404", name, res.StatusCode)
		}
	}
	list := views.OrganisationGrantsURL(o.ID)
	revoke := fmt.Sprintf("%s/%d/revoke", list, g.ID)
	token := v.filled(list, revoke, nil)
	if res, _ := v.send(fmt.Sprintf("%s/%d/revoke", list, d.other.grant), token); res.StatusCode != http.StatusNotFound {
		t.Errorf("another organisation's grant: %d, want 404", res.StatusCode)
	}
	if res, _ := v.send(fmt.Sprintf("/users/%d/grants/%d/revoke", v.user.ID, g.ID), token); res.StatusCode != http.StatusNotFound {
		t.Errorf("another user's grant: %d, want 404", res.StatusCode)
	}
	for range 2 {
		if res, body := v.send(revoke, token); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != list {
			t.Fatalf("revoke: %d\n%s", res.StatusCode, body)
		}
	}
	d.recorded("grant.revoke", 1)
}

func TestGrantByEmail(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	o := d.home.organisation
	path := views.NewOrganisationGrantURL(o.ID)
	res, body := v.submit(path, path, map[string]string{"email": "personne@example.org", "role": "reader"})
	if page := wants(t, res, body, http.StatusUnprocessableEntity); len(page.All("#f-email-error")) != 1 {
		t.Error("an unknown address is not said beside the field")
	}
	v.done(path, path, map[string]string{"email": d.other.user.Email, "role": "reader", "scope": "committee", "committee": fmt.Sprint(d.home.committee.ID)})
	users := v.page(views.OrganisationUsersURL(o.ID))
	if text := users.One("table").Text(); !strings.Contains(text, d.other.user.Name) || !strings.Contains(text, "Ville d’Arras") {
		t.Error("somebody from elsewhere with a role here is not in the list")
	}
	if links := users.All(fmt.Sprintf("a[href=/users/%d]", d.other.user.ID)); len(links) != 0 {
		t.Error("the list leads to an account that another organisation looks after")
	}
}

func TestLastAdministrator(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	list := views.OrganisationGrantsURL(d.home.organisation.ID)
	lines := must[[]identity.GrantLine](t)(d.identity.Grants(t.Context(), operator, d.home.organisation.ID))
	for _, g := range lines {
		if g.UserID != v.user.ID {
			continue
		}
		res, body := v.submit(list, fmt.Sprintf("%s/%d/revoke", list, g.ID), nil)
		if page := wants(t, res, body, http.StatusConflict); !strings.Contains(page.One("[role=alert]").Text(), "dernier administrateur") {
			t.Errorf("the page says %q", page.One("main").Text())
		}
		self := views.UserURL(v.user.ID, "")
		res, body = v.submit(self, fmt.Sprintf("%s/grants/%d/revoke", self, g.ID), nil)
		if page := wants(t, res, body, http.StatusConflict); !strings.Contains(page.One("[role=alert]").Text(), "dernier administrateur") {
			t.Errorf("the page of the account says %q", page.One("main").Text())
		}
		return
	}
	t.Fatal("no grant of the administrator")
}

func TestTrail(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	o := d.home.organisation
	edit := views.OrganisationEditURL(o.ID)
	v.done(edit, edit, map[string]string{"name": `=1+1"><svg onload=1>`})
	page := v.page(fmt.Sprintf("/organisations/%d/audit?action=organisation.update&who=user:%d", o.ID, v.user.ID))
	rows := page.All("table tbody tr")
	if len(rows) != 1 || !strings.Contains(rows[0].Text(), "Ville de Lille → =1+1") || !strings.Contains(rows[0].Text(), v.user.Name) {
		t.Fatalf("%d entries: %s", len(rows), page.One("main").Text())
	}
	for query, want := range map[string]int{"from=2026-11-01&to=2026-11-30": 200, "from=hier": 422, "to=2026-02-31": 422, "id=x": 422, "before=x": 200, "q=" + url.QueryEscape("=1+1"): 200, "action=none.such": 200, "from=2099-01-01": 200} {
		if res, body := v.get(fmt.Sprintf("/organisations/%d/audit?%s", o.ID, query)); res.StatusCode != want {
			t.Errorf("%s: %d, want %d\n%s", query, res.StatusCode, want, body)
		}
	}
	if rows := v.page(fmt.Sprintf("/organisations/%d/audit?from=2099-01-01", o.ID)).All("table"); len(rows) != 0 {
		t.Error("entries of the future")
	}
	for i := range 60 {
		if err := d.identity.Note(t.Context(), operator, o.ID, "note.test", "route", int64(i+1), nil); err != nil {
			t.Fatal(err)
		}
	}
	seen, next := 0, fmt.Sprintf("/organisations/%d/audit?action=note.test", o.ID)
	for pages := 0; next != ""; pages++ {
		page := v.page(next)
		seen += len(page.All("table tbody tr"))
		next = ""
		if older := page.All("a[rel=next]"); len(older) == 1 {
			next = older[0].Attr("href")
		}
		if pages > 3 {
			t.Fatal("the pages do not end")
		}
	}
	if seen != 60 {
		t.Errorf("%d entries on all pages, want 60", seen)
	}
}

func TestTrailFile(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	o := d.home.organisation
	ctx := t.Context()
	for _, action := range []string{"=1+1.x", "plain.x"} {
		if err := d.identity.Note(ctx, identity.Operator("=cmd"), o.ID, action, "route", 1, map[string]string{"v": "=2+2"}); err != nil {
			t.Fatal(err)
		}
	}
	res, body := v.get(fmt.Sprintf("/organisations/%d/audit.csv?subject=route", o.ID))
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(body, "\ufeff") || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v\n%s", res.StatusCode, res.Header, body)
	}
	if lines := strings.Count(body, "\r\n"); lines != 3 {
		t.Errorf("%d lines, want the heading and two entries\n%s", lines, body)
	}
	for _, want := range []string{`"'=1+1.x"`, `"'=cmd"`} {
		if !strings.Contains(body, want) {
			t.Errorf("a formula is not inert: no %s in\n%s", want, body)
		}
	}
	d.recorded("audit.export", 1)
	if res, body := v.get(fmt.Sprintf("/organisations/%d/audit.csv?from=hier", o.ID)); res.StatusCode != 422 || len(htmltest.Parse(t, body).All("#from")) != 1 {
		t.Errorf("a wrong search: %d, want its page with 422", res.StatusCode)
	}
	d.recorded("audit.export", 1)
}

func TestMailTrouble(t *testing.T) {
	page := views.UsersPage{Base: views.Base{Printer: views.For("fr")}, Organisation: identity.Organisation{TimeZone: "UTC"}, MailFailed: 3}
	var b strings.Builder
	if err := views.Render(&b, page); err != nil || !strings.Contains(b.String(), "3 messages") {
		t.Errorf("failed messages are not told: %v", err)
	}
}
