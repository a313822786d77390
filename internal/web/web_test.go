package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/htmltest"
	"jalon/internal/sample"
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
		{"/packs/1", 404, nil},
		{"/static/app.css", 404, nil},
		{"/static/..%2fapp.css", 404, nil},
		{"/nothing", 404, map[string]int{"main a[href=/]": 1}},
	} {
		for _, lang := range views.Languages {
			t.Run(lang+" "+tc.path, func(t *testing.T) {
				res, p := page(t, app, withLang(tc.path, lang))
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

func TestEmptyHomeSaysWhatToType(t *testing.T) {
	app := newSite(t, &fake{}, Config{}, nil)
	_, p := page(t, app, "/")
	if got := p.All("pre.command code"); len(got) != 2 || !strings.HasPrefix(got[0].Text(), "jalon import projects ") {
		t.Errorf("the empty page does not give the command: %v", got)
	}
}

func TestHeaders(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	for _, path := range []string{"/", "/nothing", "/packs/1.pdf", "/healthz"} {
		res, _ := get(t, app, path)
		for name, want := range map[string]string{
			"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", path, name, got, want)
			}
		}
	}
	for path, want := range map[string]string{"/": "no-store", "/roadmaps/1/projects.csv": "no-store", "/packs/1.pdf": "private, no-cache", views.AssetURL("app.css"): "public, max-age=31536000, immutable"} {
		if res, _ := get(t, app, path); res.StatusCode != 200 || res.Header.Get("Cache-Control") != want {
			t.Errorf("%s: %d, Cache-Control %q, want %q", path, res.StatusCode, res.Header.Get("Cache-Control"), want)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
		res, _ := send(t, app, request(method, "/decisions"))
		if res.StatusCode != 405 || res.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q, want 405 with GET, HEAD", method, res.StatusCode, res.Header.Get("Allow"))
		}
	}
	for _, path := range []string{"/", "/roadmaps/1", "/packs/1.pdf", "/healthz"} {
		res, body := send(t, app, request("HEAD", path))
		if res.StatusCode != 200 || body != "" {
			t.Errorf("HEAD %s: %d with %d bytes", path, res.StatusCode, len(body))
		}
	}
}

func TestEncodedBodiesAreRefused(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	for _, encoding := range []string{"gzip", "br", "identity, gzip", "GZIP", "x"} {
		for _, method := range []string{"GET", "POST"} {
			if res, _ := send(t, app, request(method, "/", "Content-Encoding", encoding)); res.StatusCode != 415 {
				t.Errorf("%s with %q: %d, want 415", method, encoding, res.StatusCode)
			}
		}
	}
	if res, _ := get(t, app, "/", "Content-Encoding", "identity"); res.StatusCode != 200 {
		t.Errorf("identity: %d, want 200", res.StatusCode)
	}
}

func TestHostNames(t *testing.T) {
	open := newSite(t, newFake(3), Config{BaseURL: mustURL(t, "https://jalon.example.fr:8443/")}, nil)
	loopback := newSite(t, newFake(3), Config{}, nil)
	for host, want := range map[string][2]int{ // loopback only, with a base URL
		"localhost": {200, 200}, "localhost:8080": {200, 200}, "127.0.0.1:8080": {200, 200}, "[::1]:8080": {200, 200}, "[::1]": {200, 200},
		"jalon.example.fr": {421, 200}, "JALON.example.fr:1": {421, 200}, "evil.example": {421, 421}, "localhost.evil.example": {421, 421},
		"127.0.0.1.evil.example": {421, 421}, "10.0.0.1": {421, 421},
	} {
		for i, app := range []*fiber.App{loopback, open} {
			if res, _ := get(t, app, "/", "Host", host); res.StatusCode != want[i] {
				t.Errorf("site %d, host %q: %d, want %d", i, host, res.StatusCode, want[i])
			}
			if res, _ := get(t, app, "/", "Host", "evil.example", "X-Forwarded-Host", host); res.StatusCode != 421 {
				t.Errorf("site %d believes X-Forwarded-Host", i)
			}
		}
	}
}

func TestLineBreaksStayInside(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	for _, path := range []string{"/?lang=fr%0d%0aSet-Cookie:+x=1", "/x%0d%0aSet-Cookie:x=1", "/committees/x%0d%0aSet-Cookie:x", "/roadmaps/1/projects.csv?q=%0d%0aSet-Cookie:x=1", "/?lang=%0d%0a"} {
		res, _ := get(t, app, path)
		for _, c := range res.Header.Values("Set-Cookie") {
			t.Errorf("%s sets the cookie %q", path, c)
		}
	}
	f := newFake(3)
	f.report.Roadmap.Code = "A\r\nSet-Cookie: x=1\"; é"
	res, _ := get(t, newSite(t, f, Config{}, nil), "/roadmaps/1/projects.csv")
	if got, want := res.Header.Get("Content-Disposition"), `attachment; filename="A__Set-Cookie__x_1____-2026-11-20.csv"; filename*=UTF-8''ASet-Cookie%3A%20x%3D1%22%3B%20%C3%A9-2026-11-20.csv`; got != want || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("Content-Disposition = %q, want %q", got, want)
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
		res, p := page(t, app, "/?lang="+tc.query, "Cookie", languageCookie+"="+tc.cookie, "Accept-Language", tc.header)
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
	if _, p := page(t, english, "/"); p.One("html").Attr("lang") != "en" {
		t.Error("the language of the site does not hold")
	}
}

func TestLanguageLinksKeepTheQuestion(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	_, p := page(t, app, "/roadmaps/1/projects?q=caf%C3%A9+%26&sort=cost&lang=fr")
	u, err := url.Parse(p.One("nav.languages a[lang=en]").Attr("href"))
	if err != nil || u.Path != "/roadmaps/1/projects" || u.Query().Get("q") != "café &" || u.Query().Get("sort") != "cost" || u.Query().Get("lang") != "en" {
		t.Errorf("language link %v, %v", u, err)
	}
}

func TestErrorsShowNoInside(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare func(*fake)
		status  int
		log     string
	}{
		"internal":    {func(f *fake) { f.err = errBroken }, 500, "a secret text"},
		"panic":       {func(f *fake) { f.boom = true }, 500, "panic: a secret text"},
		"unavailable": {func(f *fake) { f.err = fault.Unavailable(errBroken, "database.unavailable") }, 503, "a secret text"},
		"too late":    {func(f *fake) { f.err = fmt.Errorf("query: %w", context.DeadlineExceeded) }, 503, "deadline exceeded"},
		"forbidden":   {func(f *fake) { f.err = fault.Forbidden("permission.denied", "x") }, 403, ""},
		"nobody":      {func(f *fake) { f.err = fault.New(fault.KindUnauthenticated, "permission.nobody") }, 401, ""},
		"conflict":    {func(f *fake) { f.err = fault.Conflict("x.y") }, 409, ""},
		"stale":       {func(f *fake) { f.err = fault.Stale("x", 1) }, 409, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(3)
			tc.prepare(f)
			var log bytes.Buffer
			res, body := get(t, newSite(t, f, Config{}, &log), "/?q=private")
			if res.StatusCode != tc.status {
				t.Fatalf("status %d, want %d", res.StatusCode, tc.status)
			}
			if strings.Contains(body, "secret") || strings.Contains(body, "goroutine") || strings.Contains(body, "query:") {
				t.Error("the page shows what went wrong inside")
			}
			if tc.log != "" && !strings.Contains(log.String(), tc.log) {
				t.Errorf("the log does not hold %q: %s", tc.log, log.String())
			}
			if strings.Contains(log.String(), "private") {
				t.Error("the log holds the query")
			}
			p := htmltest.Parse(t, body)
			if id := p.All("main code"); (res.StatusCode >= 500) != (len(id) == 1) {
				t.Errorf("%d request ids on the page", len(id))
			} else if len(id) == 1 && !strings.Contains(log.String(), "id="+id[0].Text()) {
				t.Errorf("the request id %s is not in the log", id[0].Text())
			}
		})
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
	f.err = errBroken
	if res, body := get(t, app, "/readyz"); res.StatusCode != 503 || strings.Contains(body, "secret") {
		t.Errorf("/readyz with a broken database: %d %q", res.StatusCode, body)
	}
}

func TestPackFile(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	res, body := get(t, app, "/packs/3.pdf")
	if res.StatusCode != 200 || !strings.HasPrefix(body, "%PDF") || res.Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("%d, %s, %q", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	if got, want := res.Header.Get("Content-Disposition"), `inline; filename="OPS-2026-11-2.pdf"; filename*=UTF-8''OPS-2026-11-2.pdf`; got != want {
		t.Errorf("Content-Disposition = %q, want %q", got, want)
	}
	tag := res.Header.Get("ETag")
	if len(tag) != 66 {
		t.Fatalf("ETag %q", tag)
	}
	for header, want := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, `"x"`: 200, "": 200} {
		if res, body := get(t, app, "/packs/3.pdf", "If-None-Match", header); res.StatusCode != want || (want == 304) != (body == "") {
			t.Errorf("If-None-Match %q: %d with %d bytes, want %d", header, res.StatusCode, len(body), want)
		}
	}
}

func TestProjectFile(t *testing.T) {
	f := newFake(120)
	f.report.Projects[5].Name = "=HYPERLINK(\"http://evil\")"
	res, body := get(t, newSite(t, f, Config{}, nil), "/roadmaps/1/projects.csv?phase=build&page=2")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+15 {
		t.Errorf("%d rows, want a heading and all 15 projects of the phase", len(rows))
	}
	_, all := get(t, newSite(t, f, Config{}, nil), "/roadmaps/1/projects.csv?lang=en")
	if strings.Contains(all, `;"=`) || !strings.Contains(all, "Project manager") {
		t.Error("a cell starts a formula, or the headings are not English")
	}
	if res, _ := get(t, newSite(t, f, Config{}, nil), "/roadmaps/1/projects.csv?phase=zzz"); res.StatusCode != 422 {
		t.Errorf("a bad filter: %d, want 422", res.StatusCode)
	}
}

func TestDayIsTheOneOfTheAuthority(t *testing.T) {
	f := newFake(3)
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Skip("no time zones here: ", err)
	}
	get(t, newSite(t, f, Config{Location: auckland}, nil), "/roadmaps/1")
	if want := civil.D(2026, 11, 21); f.day != want {
		t.Errorf("asked for %s, want %s", f.day, want)
	}
	get(t, newSite(t, f, Config{}, nil), "/projects/1?as_of=2025-01-31")
	if want := civil.D(2025, 1, 31); f.day != want {
		t.Errorf("asked for %s, want %s", f.day, want)
	}
}

func TestEveryRouteNamesAPermission(t *testing.T) {
	listed := map[string]bool{}
	for _, r := range routes {
		listed[r.path] = true
		switch r.permission {
		case identity.PermReadPortfolio, identity.PermReadGovernance, public:
		default:
			t.Errorf("%s names the permission %q", r.path, r.permission)
		}
	}
	for _, r := range newSite(t, newFake(1), Config{}, nil).GetRoutes(true) {
		if !listed[r.Path] || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
			t.Errorf("%s %s is registered but stands in no table", r.Method, r.Path)
		}
		delete(listed, "")
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	app := newSite(t, newFake(60), Config{}, nil)
	seen := map[string]bool{}
	queue := []string{"/"}
	for len(queue) > 0 && len(seen) < 400 {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		res, body := get(t, app, at)
		if res.StatusCode != 200 && !strings.HasPrefix(at, "/roadmaps/2") && !strings.HasPrefix(at, "/roadmaps/3") { // the fake has one report
			t.Errorf("%s answers %d", at, res.StatusCode)
		}
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, a := range htmltest.Parse(t, body).All("a") {
			if href := a.Attr("href"); strings.HasPrefix(href, "/") {
				queue = append(queue, href)
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d addresses were found", len(seen))
	}
}

func TestHostileDataStaysText(t *testing.T) {
	f := newFake(12)
	sample.Poison(f.report)
	sample.Poison(&f.roadmaps)
	sample.Poison(&f.committees)
	sample.Poison(&f.decisions)
	app := newSite(t, f, Config{}, nil)
	hostile := url.QueryEscape(sample.Canary)
	for _, path := range []string{"/", "/roadmaps/1", "/roadmaps/1?as_of=" + hostile, "/roadmaps/1/projects?q=" + hostile + "&sort=" + hostile, "/projects/1", "/committees", "/committees/" + url.PathEscape(sample.Canary), "/decisions", "/" + url.PathEscape(sample.Canary)} {
		_, body := get(t, app, path)
		if strings.Contains(body, "<svg onload") {
			t.Errorf("%s: the data broke out", path)
		}
		htmltest.Parse(t, body).One("h1")
	}
}
