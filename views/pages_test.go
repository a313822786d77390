package views

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/htmltest"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// variants are the sorts of data that every page must stand.
var variants = []string{"full", "empty", "huge", "hostile"}

// samplePages builds every page with data of a variant.
func samplePages(lang, variant string) []Page {
	n := map[string]int{"full": 36, "empty": 0, "huge": 3000, "hostile": 12}[variant]
	r := sample.Report(n)
	cards, committees, decisions := sample.Roadmaps(r), sample.Committees(), sample.Decisions()
	day := Day{On: sample.Day, Today: sample.Day, Typed: sample.Day.String()}
	var line *portfolio.ProjectLine
	query := ProjectQuery{}
	past := day
	switch variant {
	case "empty":
		r, cards, committees, decisions = sample.Empty(), nil, nil, nil
		one := sample.Report(1)
		line = sample.BareSheet(one, 0)
	default:
		line = sample.Sheet(r, 3)
		past.On = sample.Day.AddDays(-400)
		past.Typed = past.On.String()
	}
	detail := "…"
	if variant == "hostile" {
		for _, v := range []any{r, &cards, &committees, &decisions, line} {
			sample.Poison(v)
		}
		query = ProjectQuery{Text: sample.Canary, Theme: sample.Canary, Phase: sample.Canary, Cost: sample.Canary, Gap: sample.Canary, Sort: sample.Canary, Page: 2}
		day.Typed, day.Error, detail = sample.Canary, sample.Canary, sample.Canary
		day.Keep = query.Kept()
	}
	base := func(title, section, path string) Base {
		if variant == "hostile" {
			title = sample.Canary
		}
		return Base{Printer: For(lang), Title: title, Section: section, Path: path, Query: url.Values{"q": {title}}}
	}
	roadmap := func(title, path string) Base {
		b := base(title, SectionRoadmaps, path)
		b.SetRoadmap(r, day)
		return b
	}
	var shown []*portfolio.ProjectLine
	for i := range r.Projects[:min(len(r.Projects), PageSize)] {
		shown = append(shown, &r.Projects[i])
	}
	pages := []Page{
		HomePage{Base: base("Feuilles de route", SectionRoadmaps, "/"), Roadmaps: cards},
		DashboardPage{roadmap("Tableau", "/roadmaps/1"), r, day, committees, 2},
		DashboardPage{roadmap("Tableau", "/roadmaps/1"), r, past, committees, 0},
		ProjectsPage{Base: roadmap("Projets", "/roadmaps/1/projects"), Report: r, Day: day, Query: query, Total: len(r.Projects), From: 1, Shown: shown},
		ProjectsPage{Base: roadmap("Projets", "/roadmaps/1/projects"), Report: r, Day: day, Query: query, Errors: []FieldError{{"theme", detail}, {"", detail}}},
		ProjectPage{roadmap("Projet", "/projects/4"), r, line, day},
		MethodsPage{base("Méthodes", SectionMethods, "/methods")},
		ErrorPage{Base: base("Introuvable", "", "/x"), Status: 404, Message: detail, Details: []string{detail}},
		ErrorPage{Base: base("Erreur", "", "/x"), Status: 500, Message: detail, RequestID: "abc"},
	}
	if variant != "huge" { // hundreds of tables, and each is checked
		snapshot := sample.Pack(r, lang)
		if variant == "hostile" {
			sample.Poison(snapshot)
			snapshot.Locale = lang
		}
		pages = append(pages, NewPackPage(base("", SectionCommittees, "/packs/3"), sample.Committees()[0].Packs[0], snapshot))
	}
	pages = append(pages, queuePages(variant, base)...)
	pages = append(pages, portfolioPages(variant, base)...)
	pages = append(pages, adminPages(variant, base)...)
	pages = append(pages, reportPages(variant, base)...)
	pages = append(pages, votePages(variant, base)...)
	pages = append(pages, scenarioPages(variant, base)...)
	pages = append(pages, scoringPages(variant, base)...)
	pages = append(pages, requestPages(variant, base)...)
	pages = append(pages, profilePages(base)...)
	pages = append(pages, governancePages(variant, base, committees, decisions, cards)...)
	return append(pages, importPages(variant, base)...)
}

// knownAddress matches every address that a page may lead to.
var knownAddress = regexp.MustCompile(`^(` + strings.Join([]string{
	`#[\w-]+`, `/(\?.*)?`, `/(committees|decisions|methods|x)(\?.*)?`, `/committees/[^/?]+(\?.*)?`, `/roadmaps/\d+(/projects(\.csv)?)?(\?.*)?`, `/projects/\d+(\?.*)?`,
	`/packs/\d+(\.pdf)?`, `/static/[\w.]+`, `/(accessibility|shortcuts|account)`,
	`/committees/[^/?]+/(edit|members|decisions/new|packs/new)(\?.*)?`, `/(members|decisions|imports)/\d+(\?.*)?`, `/roadmaps/\d+/(committees/new|import)(\?.*)?`, `/imports/\d+/findings\.csv`,
	`/roadmaps/\d+/(edit|themes|release|bulk|projects/new|views/new)(\?.*)?`, `/roadmaps/\d+/(themes|objectives)/\d+/edit`,
	`/projects/\d+/(edit|status|milestones|dependencies|baseline|exit|return|estimates/new)(\?.*)?`, `/milestones/\d+(/withdraw)?`, `/bulk/\d+`,
	`/roadmaps/\d+/(ranking|scoring|disagreements|grids)(\.csv|\.xlsx|/[rp]\d+(/\d+)?|/new)?([?#].*)?`, `/grids/\d+(/[a-z]+(/(new|\d+/(edit|remove)))?)?`,
	`/roadmaps/\d+/scenarios(/(new|compare|quota))?(\?.*)?`, `/scenarios/\d+(\.csv|\.xlsx|/[a-z]+)?([?#].*)?`, `/requests/\d+(\?.*)?`,
	`/requests/\d+(\.pdf|/[a-z_]+)?(\?.*)?`, `/roadmaps/\d+/(requests|renunciations|capacities)(\.csv|\.xlsx|\.pdf|/(new|edit|similar))?(\?.*)?`, `/projects/\d+/skills(/edit)?`, `/organisations/\d+/skills(/(new|\d+/edit))?`,
	`/finance`, `/organisations/\d+/finance(/(files|queue|rules|commitments|envelopes|periods|controls|settings|profiles|codes|accounts|anomalies)(\.csv|\.xlsx)?)?([?#].*)?`,
	`/organisations/\d+/finance/(files|queue|rules|commitments|envelopes|postings|assertions|certificates|batches)/(\d+|new)(/[a-z-]+(/\d+)?)?(\.csv)?([?#].*)?`,
	`/organisations/\d+/finance/(queue/bulk|rules/rerun|commitments/rekeys|rules/new|queue/\d+/rules)(\?.*)?`,
	`/organisations/\d+/finance/(settings/signature|new-profile|profiles/[a-z0-9-]+(\.json)?)([?#].*)?`, `/organisations/\d+/finance/periods/\d+/\d+(/reopen)?`, `/organisations/\d+/finance/years/(new|\d+/(edit|remove))`, `/roadmaps/\d+/(finance|budget|reference-class|recovery)(\.csv|\.xlsx)?([?#].*)?`,
	`/projects/\d+/(finance|postings|budget|forecast|moves|funding)(/(\d+|new)(/[a-z-]+(/\d+/reverse)?)?)?(\.csv)?([?#].*)?`,
}, "|") + `)$`)

func TestEveryPageInEveryLanguage(t *testing.T) {
	for _, lang := range Languages {
		for _, variant := range variants {
			for i, page := range samplePages(lang, variant) {
				t.Run(fmt.Sprintf("%s/%s/%d-%s", lang, variant, i, page.template()), func(t *testing.T) {
					var b bytes.Buffer
					if err := Render(&b, page); err != nil {
						t.Fatal(err)
					}
					checkPage(t, lang, b.String())
				})
			}
		}
	}
}

var (
	missingKey = regexp.MustCompile(`\[[a-z_]+\.[a-z_.0-9-]+\]`)
	noValue    = regexp.MustCompile(`%!|<no value>|<nil>|0xc0|ZgotmplZ`)
)

func checkPage(t *testing.T, lang, body string) {
	t.Helper()
	p := htmltest.Parse(t, body)
	if got := p.One("html").Attr("lang"); got != lang {
		t.Errorf("lang = %q, want %q", got, lang)
	}
	p.One("h1")
	if p.One("head title").Text() == "" {
		t.Error("no title")
	}
	if strings.Contains(body, "<svg onload") || strings.Contains(body, "49'") || len(p.All("svg[onload]")) > 0 {
		t.Error("a text of the data was not escaped")
	}
	for _, re := range []*regexp.Regexp{missingKey, noValue} {
		if m := re.FindString(body); m != "" {
			t.Errorf("the page shows %q", m)
		}
	}
	ids := map[string]bool{}
	for _, n := range p.All("[id]") {
		if id := n.Attr("id"); ids[id] {
			t.Errorf("id %q twice", id)
		} else {
			ids[id] = true
		}
	}
	for _, n := range p.All("a") {
		href := n.Attr("href")
		if !knownAddress.MatchString(href) && !adminAddress.MatchString(href) {
			t.Errorf("link to %q", href)
		}
		if strings.HasPrefix(href, "#") && !ids[href[1:]] {
			t.Errorf("link to %q, which is not on the page", href)
		}
		if n.Text() == "" && n.Attr("aria-label") == "" {
			t.Errorf("link to %q without a name", href)
		}
	}
	for _, attr := range []string{"aria-labelledby", "aria-describedby", "for"} {
		for _, n := range p.All("[" + attr + "]") {
			for id := range strings.FieldsSeq(n.Attr(attr)) {
				if !ids[id] {
					t.Errorf("%s names %q, which is not on the page", attr, id)
				}
			}
		}
	}
	for _, attr := range []string{"style", "onclick", "onload", "onerror"} {
		if len(p.All("["+attr+"]")) > 0 {
			t.Errorf("attribute %s, which the content security policy refuses", attr)
		}
	}
	for _, n := range p.All("table") {
		if !hasCaption(n) {
			t.Error("table without a caption")
		}
	}
	for _, n := range p.All("table th") {
		if n.Attr("scope") == "" {
			t.Errorf("heading %q without a scope", n.Text())
		}
	}
	for _, n := range p.All("script") {
		if n.Attr("src") == "" || n.Text() != "" {
			t.Error("inline script")
		}
	}
	if len(p.All("style")) > 0 {
		t.Error("inline style")
	}
}

func hasCaption(table htmltest.Node) bool {
	for c := range table.ChildNodes() {
		if c.Data == "caption" {
			return true
		}
	}
	return false
}

func TestDriftCardsStandAgainstThresholds(t *testing.T) {
	r := sample.Report(36)
	day := Day{On: sample.Day, Today: sample.Day}
	figures := DashboardPage{Base: Base{Printer: For("fr")}, Report: r, Day: day}.Figures()
	if got := figures[0]; got.Badge.Colour != "red" || got.Value != "+26,4\u00a0%" {
		t.Errorf("schedule card = %s %s, want red +26,4 %%", got.Badge.Colour, got.Value)
	}
	if got := figures[1]; got.Badge.Colour != "amber" || got.Value != "+13,2\u00a0%" {
		t.Errorf("cost card = %s %s, want amber +13,2 %%", got.Badge.Colour, got.Value)
	}
}

func TestFormulas(t *testing.T) {
	r := sample.Report(1)
	l := sample.Sheet(r, 0)
	l.FirstStart, l.FirstEnd = civil.D(2024, 1, 1), civil.D(2024, 1, 1).AddDays(1095)
	l.Start, l.End = l.FirstStart, l.FirstStart.AddDays(1380)
	m := ProjectPage{Base: Base{Printer: For("fr")}, Report: r, Line: l}.Measures()
	if want := "(1\u202f381 − 1\u202f096) / 1\u202f096 jours"; m[0].Formula != want {
		t.Errorf("formula = %q, want %q", m[0].Formula, want)
	}
}

func TestCadenceInWords(t *testing.T) {
	want := map[string]string{
		"fr/OPS":      "Chaque mois, le 2e mardi du mois à 9\u00a0h\u00a030",
		"en/OPS":      "Every month, on the 2nd Tuesday of the month at 09:30",
		"fr/COPIL":    "Chaque trimestre, le 2e mois, le 15 du mois à 14\u00a0h\u202f; reporté au jour ouvré suivant",
		"en/CODIR/DG": "Every year, in its 11th month, on the last Thursday of the month at 10:00; moved to the working day before",
	}
	for _, c := range sample.Committees() {
		for _, lang := range Languages {
			if w, ok := want[lang+"/"+c.Code]; ok && For(lang).Cadence(c.Cadence) != w {
				t.Errorf("%s %s = %q, want %q", lang, c.Code, For(lang).Cadence(c.Cadence), w)
			}
		}
	}
}

func TestHeaviestKeepsOrder(t *testing.T) {
	r := sample.Report(500)
	got := heaviest(r.Projects, 10)
	for i, l := range got {
		if l.Weight != 23 {
			t.Errorf("project %d of weight %d was kept, want the heaviest", l.ID, l.Weight)
		}
		if i > 0 && got[i-1].ID > l.ID {
			t.Errorf("project %d stands after %d", l.ID, got[i-1].ID)
		}
	}
}

func TestAssetsAreNamedByContent(t *testing.T) {
	u := AssetURL("app.css")
	if !regexp.MustCompile(`^/static/app\.[0-9a-f]{16}\.css$`).MatchString(u) {
		t.Fatalf("AssetURL = %q", u)
	}
	a, ok := FindAsset(strings.TrimPrefix(u, AssetPrefix))
	if !ok || a.ContentType != "text/css; charset=utf-8" || len(a.Body) == 0 {
		t.Errorf("FindAsset(%q) = %v, %v", u, a.ContentType, ok)
	}
	if _, ok := FindAsset("app.css"); ok {
		t.Error("an asset is served under its plain name, which may be kept too long")
	}
}

func BenchmarkProjectsPage(b *testing.B) {
	r := sample.Report(1000)
	day := Day{On: sample.Day, Today: sample.Day}
	base := Base{Printer: For("fr"), Title: "Projets", Path: "/roadmaps/1/projects"}
	base.SetRoadmap(r, day)
	page := ProjectsPage{Base: base, Report: r, Day: day, Total: 1000, From: 1}
	for i := range PageSize {
		page.Shown = append(page.Shown, &r.Projects[i])
	}
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := Render(&out, page); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDashboard(b *testing.B) {
	r := sample.Report(10000)
	base := Base{Printer: For("fr"), Title: "Tableau", Path: "/roadmaps/1"}
	page := DashboardPage{base, r, Day{On: sample.Day, Today: sample.Day}, sample.Committees(), 0}
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := Render(&out, page); err != nil {
			b.Fatal(err)
		}
	}
}
