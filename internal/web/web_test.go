package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/htmltest"
	"jalon/views"
)

func TestPages(t *testing.T) {
	app := newSite(t, newFake(120), Config{}, nil)
	for _, tc := range []struct {
		path   string
		status int
		sees   map[string]int // selector to number of elements
	}{
		{"/", 200, map[string]int{"ul.cards li.card": 3, "h1": 1}},
		{"/roadmaps/1", 200, map[string]int{"ul.figures li": 6, "svg.chart": 3, "main table.weather tbody tr": 6}},
		{"/roadmaps/1?as_of=2025-06-30", 200, map[string]int{"p.notice": 1, "input[value=2025-06-30]": 1}},
		{"/roadmaps/1?as_of=2026-11-20", 200, map[string]int{"p.notice": 0}},
		{"/roadmaps/1?as_of=31/02/2026", 422, map[string]int{"p.error": 1, "input[value=31/02/2026]": 1, "input[type=text]": 1}},
		{"/roadmaps/1?as_of=2026-02-31", 422, map[string]int{"p.error": 1}},
		{"/roadmaps/1?as_of=2026-11-21", 422, map[string]int{"p.error": 1}},
		{"/roadmaps/2", 404, map[string]int{"h1": 1}},
		{"/roadmaps/01", 404, nil},
		{"/roadmaps/0", 404, nil},
		{"/roadmaps/-1", 404, nil},
		{"/roadmaps/1e3", 404, nil},
		{"/roadmaps/+1", 404, nil},
		{"/roadmaps/99999999999999999999", 404, nil},
		{"/roadmaps/1%2f2", 404, nil},
		{"/roadmaps/1/", 404, nil},
		{"/ROADMAPS/1", 404, nil},
		{"/roadmaps/1/projects", 200, map[string]int{"table.list tbody tr": 50, "nav.pager": 1, "th[aria-sort=ascending]": 1}},
		{"/roadmaps/1/projects?page=3", 200, map[string]int{"table.list tbody tr": 20}},
		{"/roadmaps/1/projects?page=999", 200, map[string]int{"table.list tbody tr": 20}},
		{"/roadmaps/1/projects?page=0", 422, map[string]int{"div.alert": 1, "table.list": 0}},
		{"/roadmaps/1/projects?page=99999999999999999999", 422, map[string]int{"div.alert": 1}},
		{"/roadmaps/1/projects?sort=weight&dir=desc", 200, map[string]int{"th[aria-sort=descending]": 1}},
		{"/roadmaps/1/projects?sort=drop+table", 422, map[string]int{"div.alert": 1}},
		{"/roadmaps/1/projects?phase=xyz&cost=blue&theme=a&gap=b", 422, map[string]int{"div.alert li": 4}},
		{"/roadmaps/1/projects?q=" + strings.Repeat("x", 201), 422, map[string]int{"div.alert li": 1}},
		{"/roadmaps/1/projects?q=zzzzz", 200, map[string]int{"p.empty": 1, "table.list": 0}},
		{"/roadmaps/1/projects?as_of=demain", 422, map[string]int{"p.error": 1}},
		{"/projects/4", 200, map[string]int{"svg.chart": 1, "h1": 1}},
		{"/projects/121", 404, nil},
		{"/projects/x", 404, nil},
		{"/committees", 200, map[string]int{"article.card": 3}},
		{"/committees/OPS", 200, map[string]int{"main table": 2}},
		{"/committees/CODIR%2FDG", 200, map[string]int{"h1": 1}},
		{"/committees/none", 404, nil},
		{"/committees/%ff", 404, nil},
		{"/committees/a%0d%0ab", 404, nil},
		{"/decisions", 200, map[string]int{"ol.decisions li": 2}},
		{"/methods", 200, map[string]int{"dl.terms": 2}},
		{"/packs/99.pdf", 404, nil},
		{"/packs/99", 404, map[string]int{"h1": 1}},
		{"/packs/01", 404, nil},
		{"/packs/x", 404, nil},
		{"/static/app.css", 404, nil},
		{"/static/..%2fapp.css", 404, nil},
		{"/nothing", 404, map[string]int{"main a[href=/]": 1}},
	} {
		for _, lang := range views.Languages {
			t.Run(lang+" "+tc.path, func(t *testing.T) {
				res, p := pageOf(t, app, withLang(tc.path, lang))
				if res.StatusCode != tc.status {
					t.Fatalf("status %d, want %d", res.StatusCode, tc.status)
				}
				if got := p.One("html").Attr("lang"); got != lang {
					t.Errorf("lang %q, want %q", got, lang)
				}
				for selector, want := range tc.sees {
					if got := len(p.All(selector)); got != want {
						t.Errorf("%d × %q, want %d", got, selector, want)
					}
				}
			})
		}
	}
}

func TestEmptyHomeSaysWhatToDo(t *testing.T) {
	_, p := pageOf(t, newSite(t, &fake{}, Config{}, nil), "/")
	if got := p.One("section.empty h2").Text(); got == "" {
		t.Error("the empty page says nothing")
	}
}

func TestLanguages(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	for _, tc := range []struct{ query, cookie, header, want string }{
		{"", "", "", "fr"},
		{"en", "", "", "en"},
		{"en", "fr", "fr", "en"},
		{"xx", "en", "fr", "en"},
		{"", "en", "fr", "en"},
		{"", "xx", "en-GB,en;q=0.8,fr;q=0.5", "en"},
		{"", "", "de, fr;q=0.7, en;q=0.9", "en"},
		{"", "", "de", "fr"},
		{"", "", "en;q=0", "fr"},
		{"", "", "en;q=NaN, fr;q=0.1", "fr"},
		{"", "", strings.Repeat("a,", 5000), "fr"},
	} {
		res, p := pageOf(t, app, "/?lang="+tc.query, "Cookie", "jalon_session=test; "+languageCookie+"="+tc.cookie, "Accept-Language", tc.header)
		if got := p.One("html").Attr("lang"); got != tc.want {
			t.Errorf("%+.80v: %q", tc, got)
		}
		set := res.Header.Get("Set-Cookie")
		if (tc.query == "en") != (set != "") {
			t.Errorf("%.80v: cookie %q", tc, set)
		}
		if set != "" && !strings.Contains(set, "HttpOnly") {
			t.Errorf("cookie %q", set)
		}
	}
	english := newSite(t, newFake(3), Config{Locale: "en"}, nil)
	if _, p := pageOf(t, english, "/"); p.One("html").Attr("lang") != "en" {
		t.Error("the language of the site does not hold")
	}
}

func TestLanguageLinksKeepTheQuestion(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	_, p := pageOf(t, app, "/roadmaps/1/projects?q=caf%C3%A9+%26&sort=cost&lang=fr")
	u, err := url.Parse(p.One("nav.languages a[lang=en]").Attr("href"))
	if err != nil || u.Path != "/roadmaps/1/projects" || u.Query().Get("q") != "café &" || u.Query().Get("sort") != "cost" || u.Query().Get("lang") != "en" {
		t.Errorf("language link %v, %v", u, err)
	}
}

func TestHealth(t *testing.T) {
	f := newFake(3)
	app := newSite(t, f, Config{}, nil)
	if res, body := get(t, app, "/healthz"); res.StatusCode != 200 || body != "ok" {
		t.Errorf("/healthz: %d %q", res.StatusCode, body)
	}
	if res, body := get(t, app, "/readyz"); res.StatusCode != 200 || body != "ok" {
		t.Errorf("/readyz: %d %q", res.StatusCode, body)
	}
	f.Err = errBroken
	if res, body := get(t, app, "/readyz"); res.StatusCode != 503 || strings.Contains(body, "secret") {
		t.Errorf("/readyz with a broken database: %d %q", res.StatusCode, body)
	}
}

func TestDayIsTheOneOfTheAuthority(t *testing.T) {
	f := newFake(3)
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Skip("no time zones here: ", err)
	}
	get(t, newSite(t, f, Config{Location: auckland}, nil), "/roadmaps/1")
	if want := civil.D(2026, 11, 21); f.Day != want {
		t.Errorf("asked for %s, want %s", f.Day, want)
	}
	get(t, newSite(t, f, Config{}, nil), "/projects/1?as_of=2025-01-31")
	if want := civil.D(2025, 1, 31); f.Day != want {
		t.Errorf("asked for %s, want %s", f.Day, want)
	}
}

func TestEveryRouteNamesAPermission(t *testing.T) {
	listed := map[string]bool{}
	for _, r := range routes {
		if r.permission != public && r.permission != open && !slices.Contains(identity.Permissions, r.permission) {
			t.Errorf("%s names the permission %q", r.path, r.permission)
		}
		for _, m := range methodsOf(r) {
			if listed[m+" "+r.path] {
				t.Errorf("%s %s stands in the tables twice", m, r.path)
			}
			listed[m+" "+r.path] = true
		}
	}
	for _, r := range newSite(t, newFake(1), Config{}, nil).GetRoutes(true) {
		if r.Method != http.MethodHead && !listed[r.Method+" "+r.Path] {
			t.Errorf("%s %s is registered but stands in no table", r.Method, r.Path)
		}
	}
}

// TestLinksLeadSomewhere follows every link of the real site, as somebody who may do everything.
func TestLinksLeadSomewhere(t *testing.T) {
	d := newDesk(t)
	home := d.home.organisation
	v := d.visitor(home, identity.Grant{OrganisationID: home.ID, Role: identity.RoleAdministrator, Scope: identity.ScopeOrganisation},
		identity.Grant{OrganisationID: home.ID, Role: identity.RoleRoadmapManager, Scope: identity.ScopeOrganisation})
	seen := map[string]bool{}
	queue := []string{"/"}
	for len(queue) > 0 && len(seen) < 600 {
		at, _, _ := strings.Cut(queue[0], "#")
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		res, body := v.get(at)
		if at == views.FinanceURL && res.StatusCode == http.StatusSeeOther { // the only books that they keep
			queue = append(queue, res.Header.Get("Location"))
			continue
		}
		if res.StatusCode != 200 {
			t.Errorf("%s answers %d", at, res.StatusCode)
		}
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, a := range htmltest.Parse(t, body).All("a") {
			if href := a.Attr("href"); strings.HasPrefix(href, "/") && !strings.Contains(href, "lang=") && !strings.Contains(href, "sort=") {
				queue = append(queue, href)
			}
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d addresses were found", len(seen))
	}
}
