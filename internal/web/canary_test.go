package web

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/htmltest"
	"jalon/internal/money"
	"jalon/portfolio"
)

// canaries types hostile texts into every field of every form.
type canaries struct {
	*visitor
	watch   *canaryWatch
	planted map[string]string // mark → route and field
	// unlinked are addresses that no link leads to.
	unlinked []string
}

// plant gives a text for a field, with a mark of its own.
func (k *canaries) plant(where string) string {
	mark := fmt.Sprintf("~%d~", len(k.planted)+1)
	k.planted[mark] = where
	return "=" + mark + canaryText
}

// openForm asks for the page of a form route; some need more than what stands in the path.
func (k *canaries) openForm(v *visitor, path string) *htmltest.Page {
	k.Helper()
	address := k.home.address(k, path)
	switch path {
	case "/roadmaps/:id/bulk":
		address += "?project=" + itoa(int64(k.home.projects[0].ID)) + "&project=" + itoa(int64(k.home.projects[1].ID))
	case "/roadmaps/:id/views/new":
		address += "?q=z"
	}
	return v.page(address)
}

// fill sends every form of a page with texts planted into all fields that take one. Each must be taken: a field that is
// new and refuses the text has a form of its own, which canaryFormats must know.
func (k *canaries) fill(path string) {
	k.Helper()
	v := k.visitor
	if path == "/sign-in" || path == "/password/forgot" {
		v = k.guest()
	}
	for _, f := range offered(k.openForm(v, path)) {
		values := k.typed(path, f)
		if len(f.texts) == 0 || f.values.Has("_preview") {
			continue
		}
		k.hostile(v, f)
		res, body := v.send(f.action, values)
		k.watch.answer("POST "+f.action, res, body)
		want := http.StatusSeeOther
		if status, ok := canaryAnswers[path]; ok {
			want = status
		}
		if res.StatusCode != want {
			k.Errorf("POST %s with %q: %d, want %d: %q", f.action, values, res.StatusCode, want, refusalsOn(htmltest.Parse(k, body)))
		}
		if path == "/roadmaps/:id/bulk" {
			k.applyBulk(body)
		}
	}
}

// typed are the fields of a form with a text planted in each that takes one.
func (k *canaries) typed(path string, f offeredForm) url.Values {
	values := url.Values{}
	maps.Copy(values, f.values)
	for name, value := range f.empty {
		values.Set(name, value)
	}
	for _, name := range f.texts {
		format, fixed := canaryFormats[path+" "+name]
		if !fixed {
			format, fixed = canaryFormats[name]
		}
		switch {
		case !fixed:
			values.Set(name, k.plant(path+" "+name))
		case format != "":
			values.Set(name, format)
		}
	}
	for _, choices := range []map[string]string{canaryChoices[path], canaryBooks(k.home)[path]} {
		for name, value := range choices {
			values.Set(name, value)
		}
	}
	return values
}

// hostile sends a form with the text in every field that it has, the hidden ones, the choices and the dates as well: it
// is refused, and comes back with what was typed.
func (k *canaries) hostile(v *visitor, f offeredForm) {
	k.Helper()
	values := url.Values{}
	for name := range f.values {
		values.Set(name, "=~0~"+canaryText)
	}
	if len(f.values) == len(f.texts)+2 { // with its token and its key: it would be taken
		return
	}
	for _, name := range slices.Concat(f.texts, slices.Collect(maps.Keys(f.empty))) {
		values.Set(name, "=~0~"+canaryText)
	}
	values.Set("_csrf", f.values.Get("_csrf"))
	res, body := v.send(f.action, values)
	k.watch.answer("POST "+f.action+" (hostile)", res, body)
}

// applyBulk goes on from the preview of a change of many projects.
func (k *canaries) applyBulk(preview string) {
	k.Helper()
	for _, f := range offered(htmltest.Parse(k, preview)) {
		if strings.HasSuffix(f.action, "/bulk/apply") {
			res, body := k.send(f.action, f.values)
			k.watch.answer("POST "+f.action, res, body)
			if res.StatusCode != http.StatusSeeOther {
				k.Errorf("POST %s: %d", f.action, res.StatusCode)
			}
			k.unlinked = append(k.unlinked, res.Header.Get("Location"))
			return
		}
	}
	k.Error("no form leads on from the preview of a change")
}

// upload sends a list whose name and cells are planted, looks at its preview and books it.
func (k *canaries) upload() {
	k.Helper()
	path := k.home.address(k, "/roadmaps/:id/import")
	values := k.page(path).Form(path)
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name := range values {
		if err := form.WriteField(name, values.Get(name)); err != nil {
			k.Fatal(err)
		}
	}
	name := strings.NewReplacer("\"", "\\\"", "\r", "", "\n", "", "\x00", "").Replace(`..\\..\\` + k.plant("/roadmaps/:id/import file name")) // what else ends a header
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"text/csv"}})
	if err != nil {
		k.Fatal(err)
	}
	cell := func(column string) string {
		return `"` + strings.ReplaceAll(strings.ReplaceAll(k.plant("/roadmaps/:id/import "+column), "\x00", ""), `"`, `""`) + `"`
	}
	fmt.Fprintf(part, "code;nom;chef de projet;coût;début;fin;phase\nX-1;%s;%s;1000;2025-02-01;2026-02-01;build\n%s;%s;;abc;hier;demain;%s\n", cell("name"), cell("manager"), cell("code"), cell("name"), cell("phase"))
	if err := form.Close(); err != nil {
		k.Fatal(err)
	}
	res, body := k.do(http.MethodPost, path, &b, "Content-Type", form.FormDataContentType(), "Origin", "http://localhost")
	k.watch.answer("POST "+path, res, body)
	staged := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther {
		k.Fatalf("POST %s: %d\n%s", path, res.StatusCode, body)
	}
	for _, page := range []string{staged, staged + "/findings.csv"} {
		res, body := k.get(page)
		k.watch.answer(page, res, body)
	}
	k.done(staged, staged+"/book", nil)
}

// look follows every link from a page on, in a language, and looks at all that comes; of the addresses that differ in
// their queries alone, a few. Search forms are sent as well.
func (k *canaries) look(lang string, start ...string) {
	k.Helper()
	const sameLists = 6
	queue, known, lists := start, map[string]bool{}, map[string]int{}
	add := func(address string) {
		path, query, _ := strings.Cut(strings.Split(address, "#")[0], "?")
		if !strings.HasPrefix(path, "/") || known[address] || strings.Contains(query, "lang=") || (query != "" && lists[path] >= sameLists) {
			return
		}
		known[address] = true
		if query != "" {
			lists[path]++
		}
		queue = append(queue, address)
	}
	k.get("/methods?lang=" + lang)
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		res, body := k.do(http.MethodGet, address, nil, "Accept-Language", lang)
		k.watch.answer(address, res, body)
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		page := htmltest.Parse(k, body)
		for _, a := range page.All("a[href]") {
			add(strings.Split(a.Attr("href"), "#")[0])
		}
		for _, f := range page.All("form[method=get]") {
			add(f.Attr("action") + "?" + searchOf(f).Encode())
		}
	}
}

// searchOf fills the texts of a form that asks.
func searchOf(f htmltest.Node) url.Values {
	out := url.Values{}
	for n := range f.Descendants() {
		if at := (htmltest.Node{Node: n}); n.Type == html.ElementNode && n.Data == "input" && at.Attr("name") != "" && at.Attr("type") != "checkbox" {
			out.Set(at.Attr("name"), "=~0~"+canaryText)
		}
	}
	return out
}

// TestCanaries types hostile texts into every field that a form of the site offers, and then looks at every page and file,
// at the mails and at the log: nowhere do they become anything else than text. It also holds that each is shown
// somewhere, so that the outputs were really looked at.
func TestCanaries(t *testing.T) {
	k := newCanaries(t, dbtest.SQLite(t))
	k.fillAll()
	freeze := governance.FreezeInput{OrganisationID: k.home.organisation.ID, Committee: k.home.committee.Code, Period: "2026-11"}
	if _, _, err := k.governance.Freeze(t.Context(), operator, freeze); err != nil {
		t.Fatal(err)
	}
	k.look("fr", "/")
	k.fillLast()
	k.upload()
	k.uploadLedger()
	for _, path := range []string{"/", "/roadmaps/:id/objectives", "/projects/:id/return", "/account/two-factor/codes", "/account/two-factor/end", "/roadmaps/:id/requests/similar", "/scenarios/:id/progress", "/projects/:id/budget/proposals",
		"/requests/:id/submit", "/requests/:id/withdraw", "/requests/:id/resume", "/requests/:id/send_back", "/requests/:id/examine", "/requests/:id/nominate", "/requests/:id/reconsider", "/requests/:id/defer", "/requests/:id/refuse"} {
		k.unlinked = append(k.unlinked, k.home.address(t, path))
	}
	k.look("en", k.unlinked...)
	(&canaries{visitor: k.as(identity.RoleReader), watch: k.watch}).look("fr", "/")
	k.network()
	k.outside()
	k.letters()
	k.watch.log(k.desk.log.String())
	k.watch.everything()
	for mark, where := range k.planted {
		if !k.watch.seen[mark] {
			t.Errorf("what was typed into %s is shown nowhere: is there an output that this test does not look at?", where)
		}
	}
}

// TestCanariesOnPostgreSQL holds that what PostgreSQL refuses to store gets no further than the form.
func TestCanariesOnPostgreSQL(t *testing.T) {
	k := newCanaries(t, dbtest.Postgres(t))
	k.fillAll()
	k.fillLast()
	k.upload()
	k.uploadLedger()
	k.outside()
	k.letters()
}

// newCanaries signs in as somebody who may fill in every form.
func newCanaries(t *testing.T, db *database.DB) *canaries {
	d := newDeskOn(t, db, Config{})
	in := identity.Grant{OrganisationID: d.home.organisation.ID, Scope: identity.ScopeOrganisation}
	administrator, manager, officer := in, in, in
	administrator.Role, manager.Role, officer.Role = identity.RoleAdministrator, identity.RoleRoadmapManager, identity.RoleFinance
	return &canaries{visitor: d.visitor(d.home.organisation, administrator, manager, officer), watch: &canaryWatch{TB: t, seen: map[string]bool{}, asked: map[string]bool{}}, planted: map[string]string{}}
}

// fillAll fills in the forms of every route, but for those that take something away.
func (k *canaries) fillAll() {
	k.Helper()
	for _, r := range routes {
		if r.method == methodForm && !slices.Contains(canaryLast, r.path) && !canaryElsewhere[r.path] {
			k.fill(r.path)
		}
	}
	k.queueActs()
}

func (k *canaries) fillLast() {
	k.Helper()
	for _, path := range canaryLast {
		k.fill(path)
	}
}

// plain leaves out what the services refuse and the site takes out before.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, s)
}

// network looks at what a network sees of a roadmap with a hostile name.
func (k *canaries) network() {
	k.Helper()
	ctx := k.Context()
	organisation := func(code string, kind string, parent int64) identity.Organisation {
		return must[identity.Organisation](k)(k.identity.Create(ctx, operator, identity.Organisation{ParentID: parent, Code: code, Name: plain(k.plant("network " + code)), Kind: kind, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}))
	}
	above := organisation("reseau", identity.KindNetwork, 0)
	below := organisation("douai", identity.KindAdministration, above.ID)
	r := must[portfolio.Roadmap](k)(k.portfolio.CreateRoadmap(ctx, operator, portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: below.ID, Code: "FDR", Name: plain(k.plant("network roadmap")),
		Start: civil.D(2025, 1, 1), End: civil.D(2027, 12, 31), Currency: money.EUR, Status: portfolio.RoadmapRunning}}))
	if err := k.portfolio.Release(ctx, operator, r.ID, r.Version, true); err != nil {
		k.Fatal(err)
	}
	v := k.visitor.desk.visitor(above, identity.Grant{OrganisationID: above.ID, Role: identity.RoleAdministrator, Scope: identity.ScopeOrganisation}, identity.Grant{OrganisationID: above.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation})
	(&canaries{visitor: v, watch: k.watch, planted: k.planted}).look("fr", "/")
}

// outside asks as nobody, for what is not there, with hostile addresses and headers.
func (k *canaries) outside() {
	k.Helper()
	guest, hostile := k.guest(), url.QueryEscape("=~0~"+canaryText)
	for _, v := range []*visitor{guest, k.visitor} {
		for _, address := range []string{"/sign-in?return_to=" + hostile, "/sign-in?return_to=/" + hostile, "/password/forgot?q=" + hostile, "/" + hostile, "/committees/" + hostile, "/committees/" + hostile + "?organisation=" + hostile, "/static/" + hostile,
			"/password/reset?token=" + hostile, "/?lang=" + hostile, "/%1b[31m%0d%0atime=x", "/roadmaps/" + hostile, "/organisations/" + itoa(k.home.organisation.ID) + "/audit?who=" + hostile + "&action=" + hostile} {
			res, body := v.do(http.MethodGet, address, nil, "User-Agent", "=~0~"+canaryKept, "Referer", "http://localhost/"+hostile, "X-Forwarded-For", hostile, "Cookie", strings.TrimPrefix(v.cookie+"; jalon_flash="+hostile+"; jalon_lang="+hostile, "; "))
			k.watch.answer(address, res, body)
		}
	}
	res, body := guest.send("/sign-in", url.Values{"email": {"=~0~" + canaryText}, "password": {canaryText}, "return_to": {"/" + canaryText}, "kept_form": {canaryText}})
	k.watch.answer("POST /sign-in", res, body)
	res, body = guest.send("/projects/1/edit", url.Values{"name": {"=~0~" + canaryText}}) // nobody signed in: the form is kept
	k.watch.answer("POST /projects/1/edit", res, body)
}

// letters looks at what waits to be sent.
func (k *canaries) letters() {
	k.Helper()
	var letters []struct{ Recipient, Subject, Body string }
	if err := k.db.Read().NewSelect().Table("mail_outbox").Column("recipient", "subject", "body").OrderExpr("id").Scan(k.Context(), &letters); err != nil {
		k.Fatal(err)
	}
	if len(letters) == 0 {
		k.Error("no mail was written")
	}
	for _, l := range letters {
		k.watch.mail(l.Recipient, l.Subject, l.Body)
	}
}
