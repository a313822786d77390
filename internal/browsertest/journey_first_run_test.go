package browsertest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestJourney is the way of a town from an empty database to a pack and a decision, all of it in the browser but the
// first account.
func TestJourney(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.add(anne)
	v := visit(t, p.serve("serve"), 1280, 900)
	v.signIn(anne)
	if steps := v.texts(".checklist li a"); len(steps) < 3 {
		t.Fatalf("the first page lists the first steps %q", steps)
	}
	v.check()
	describeTown(v)
	makeRoadmap(v)
	importList(v, p)
	editInTwoTabs(v)
	statusByPhone(v)
	statusByKeys(v)
	makeCommittee(v)
	v.open("/")
	if done := v.texts(".checklist .s-running"); len(done) != 4 {
		t.Errorf("of the first steps %d are done, want organisation, roadmap, projects and committee", len(done))
	}
	freezePack(v)
	v.shows("main", "Les travaux ont commencé dans six écoles.", "Quel hébergeur ?")
	decide(v)
	search(v)
	signOut(v)
}

// describeTown takes the first of the first steps.
func describeTown(v *visitor) {
	v.t.Helper()
	v.press(`.checklist a[href^="/organisations/"][href$="/edit"]`)
	v.fill("name", "Ville de Lormel", "code", "lormel")
	v.send()
	v.shows("main", "Ville de Lormel")
}

// makeRoadmap starts the roadmap that the first page asks for.
func makeRoadmap(v *visitor) {
	v.t.Helper()
	v.open("/")
	v.press(`.checklist a[href="/roadmaps/new"]`)
	v.fill("code", "FDR-26", "name", "Cap numérique 2028", "purpose", "Des services simples, des données tenues.", "start", "2026-01-01", "end", "2028-12-31", "voted", "2 500 000",
		"themes", "SRV; Services\nDON; Données")
	v.send()
	v.shows("h1", "Cap numérique 2028")
}

// importList sends the list of projects, looks at what it would do, and books it.
func importList(v *visitor, p program) {
	v.t.Helper()
	v.open("/")
	v.press(`.checklist a[href$="/import"]`)
	v.fill("profile", "jalon", "file", p.write("projets.csv", townList))
	v.press(submit)
	if !strings.HasPrefix(v.where(), "/imports/") {
		v.t.Fatalf("the list leads to %s: %s", v.where(), begun(v.text("main")))
	}
	v.shows("main", "projets.csv")
	v.check()
	v.press(`main form[action$="/book"] button`)
	v.flashed()
	v.press(`nav a[href$="/projects"]`)
	v.shows("table.list", "NUM-01", "Numérisation des écoles", "NUM-02", "NUM-03")
}

// editInTwoTabs changes a project in two tabs. The second to save is told what the first one saved, loses nothing of
// what was typed, and saves what they agree on.
func editInTwoTabs(v *visitor) {
	v.t.Helper()
	address := v.project("NUM-01")
	v.open(address)
	v.press(`a[data-key="e"]`)
	late := v.beside(1280, 900)
	late.open(address + "/edit")
	v.fill("manager", "Jeanne Petit")
	v.send()
	v.shows("main", "Jeanne Petit")

	const need = "Équiper les 14 écoles,\net former les équipes."
	late.fill("need", need, "sponsor", "Adjointe à l’éducation")
	late.expect(409, chromedp.Click(chromedp.CSS(submit)))
	late.check()
	late.shows(".alert table", "Jeanne Petit", "Léa Chambon", "Adjointe à l’éducation", "Direction générale")
	if got := late.value("need"); got != need {
		v.t.Errorf("after the conflict the need reads %q, want what was typed", got)
	}
	if got := late.value("sponsor"); got != "Adjointe à l’éducation" {
		v.t.Errorf("after the conflict the sponsor reads %q, want what was typed", got)
	}
	late.fill("manager", "Jeanne Petit")
	late.send()
	late.shows("main", "Jeanne Petit", "Adjointe à l’éducation", "et former les équipes.")
}

// makeCommittee takes the step that the first page still asks for, and adds a member.
func makeCommittee(v *visitor) {
	v.t.Helper()
	v.open("/")
	v.press(`.checklist a[href$="/committees/new"]`)
	v.fill("code", "COPIL", "name", "Comité de pilotage du numérique", "level", "strategic", "from", "2026-01-01")
	v.expect(200, chromedp.Click(chromedp.CSS(mainForm+`button[name="_preview"]`)))
	if rows := v.texts("main section[role=status] tbody tr"); len(rows) != 3 {
		v.t.Errorf("the preview lists the sittings %q, want three", rows)
	}
	v.send()
	v.shows("h1", "Comité de pilotage du numérique")
	v.press(`main a[href$="/members"]`)
	v.fill("name", "Denis Faure", "role", "Maire, préside", "email", "maire@lormel.example", "account", anne.email)
	v.send()
	v.shows("main table", "Denis Faure", "Maire, préside")
}

// freezePack freezes the pack of the period with the figures of today, reads it as a page and fetches it as a file.
func freezePack(v *visitor) {
	v.t.Helper()
	v.open(v.project("NUM-01"))
	today := evaluate[string](v, `document.querySelector("form.day input[type=date]").value`)
	v.open("/committees/COPIL")
	v.press(`main a[href$="/packs/new"]`)
	v.fill("figures_on", today)
	v.send()
	v.shows("main", "Cap numérique 2028", "Numérisation des écoles", "Denis Faure", "2,04 M€", "1 250 000 €")
	v.check()
	if pdf := download(v, `main a[href$=".pdf"]`); !strings.HasPrefix(string(pdf), "%PDF-") {
		v.t.Errorf("the file of the pack begins with %.20q", pdf)
	}
}

// decide sets a new reference by a decision, which the page of the project shows at once.
func decide(v *visitor) {
	v.t.Helper()
	address := v.project("NUM-01")
	v.open(address)
	if got := v.text("#baselines .count"); got == "2" {
		v.t.Fatalf("%s has two references before anything was decided", address)
	}
	v.open("/committees/COPIL")
	v.press(`main a[href*="/decisions/new"]`)
	v.fill("project", "NUM-01", "title", "Prolonger l’équipement des écoles", "question", "Faut-il équiper deux écoles de plus ?", "outcome", "Oui, d’ici la fin de 2027.",
		"reason", "Deux écoles ont ouvert.", "rebaseline", "1", "cost", "1 400 000", "start", "2026-01-05", "end", "2027-12-31")
	v.send()
	v.shows("main", "Prolonger l’équipement des écoles", "1 400 000")
	v.open(address)
	if got := v.text("#baselines .count"); got != "2" {
		v.t.Errorf("%s counts %q references after the decision, want 2: %s", address, got, v.text("#baselines ~ .scroll"))
	}
	v.open("/decisions")
	v.shows("main", "Prolonger l’équipement des écoles")
}

// search finds a project by words without their accents, from the field on every page.
func search(v *visitor) {
	v.t.Helper()
	v.open("/methods")
	v.do(chromedp.Click(chromedp.CSS("#search")), typed("numerisation ecoles"))
	v.press(`form[role="search"] button`)
	v.shows("main .found", "Numérisation des écoles")
	v.press(`main .found a[href^="/projects/"]`)
	v.shows("h1", "Numérisation des écoles")
}

// signOut signs out. Who goes back in the browser then sees nothing of what stood there.
func signOut(v *visitor) {
	v.t.Helper()
	v.open(v.project("NUM-01"))
	v.press(`form[action="/sign-out"] button`)
	v.flashed()
	for range 3 {
		// What the browser kept in its memory comes back without being loaded.
		loads, cancel := context.WithTimeout(v.tab, 10*time.Second)
		if err := chromedp.Do(loads, chromedp.NavigateBack()); err != nil {
			v.t.Errorf("back after signing out: %v", err)
		}
		cancel()
		if text := v.text("html"); strings.Contains(text, "Numérisation") || strings.Contains(text, anne.name) {
			v.t.Errorf("back on %s after signing out: %s", v.where(), text)
		}
	}
}
