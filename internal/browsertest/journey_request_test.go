package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// odile says what her department needs; she reads the roadmap and steers nothing.
var odile = person{"Odile Garance", "odile.garance@lormel.example", "sillon-meule-talus-58"}

// requestsOf is where the requests of the town's roadmap are.
const requestsOf = "/roadmaps/1/requests"

// TestRequestJourney is the way of a need from the first words of who has it to a candidate of the selection.
func TestRequestJourney(t *testing.T) {
	t.Parallel()
	base := requestingTown(t)
	manager := visit(t, base, 1280, 900)
	manager.signIn(anne)
	nameSkill(manager)

	v := visit(t, base, 1280, 900)
	v.signIn(odile)
	at := draftRequest(v)
	if status := manager.status(at); status != 404 {
		t.Errorf("a draft answers another person with %d, want 404", status)
	}
	planDays(v)
	v.takeStep("submit")
	v.shows("#standing", "Déposée")
	if v.has(`main a[href$="/edit"]`) {
		t.Error("what was submitted can still be edited")
	}
	if pdf := download(v, `main a[href="`+at+`.pdf"]`); !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("the file of the request begins with %.20q", pdf)
	}

	manager.open(requestsOf)
	manager.check()
	manager.tabTo(`main table a[href="` + at + `"]`)
	manager.keysTo(kb.Enter)
	manager.stepByKeys("send_back", "Combien d'agents seront formes ?")
	answerExaminer(v, at)
	manager.open(at)
	manager.press(`main a[href$="/submissions"]`)
	manager.shows("#compare", "340 élèves", "340 élèves et 25 agents")
	manager.check()
	manager.open(at)
	manager.stepByKeys("examine", "")
	manager.stepByKeys("nominate", "")
	manager.shows("#standing", "Candidate")
	manager.check()
}

// requestingTown is a town with projects, and with a department that may ask for more, on a site that runs.
func requestingTown(t *testing.T) string {
	t.Helper()
	p := listedTown(t)
	p.add(odile, "--role", "reader")
	return p.serve("serve")
}

// nameSkill writes down the first skill of the town.
func nameSkill(v *visitor) {
	v.t.Helper()
	v.open("/organisations/1/skills/new")
	v.fill("code", "DEV", "name", "Développement")
	v.send()
	v.shows("main", "Développement")
}

// draftRequest writes a request, is told of a similar project before the title is finished, and keeps it as a draft. It gives its address.
func draftRequest(v *visitor) string {
	v.t.Helper()
	v.press(`main .card h2 a[href="/roadmaps/1"]`)
	v.press(`.tabs a[href="` + requestsOf + `"]`)
	v.press(`main a[href$="/requests/new"]`)
	v.check()
	v.do(chromedp.Focus(chromedp.CSS(mainForm+`[name="title"]`)), typed("Numér"))
	v.comes(`document.querySelector("#similar a") === null`)
	v.do(typed("isation des classes"))
	v.comes(`document.querySelector("#similar tbody")?.innerText.includes("Numérisation des écoles")`)
	if !v.focused(`[name="title"]`) || v.value("title") != "Numérisation des classes" {
		v.t.Errorf("what is similar disturbs who types: the title is %q", v.value("title"))
	}
	v.check()
	v.fill("need", "Les tableaux numériques ne suffisent plus.", "beneficiaries", "340 élèves", "department", "Éducation", "sponsor", "Adjointe à l’éducation", "start", "2027-01-04", "end", "2027-12-17",
		"cost_2027_I", "40 000", "cost_2027_F", "1200,50")
	v.send()
	v.shows("#standing", "Brouillon")
	v.shows("main", "Numérisation des classes", "41 200,50 €", odile.name)
	v.check()
	return v.where()
}

// planDays says how many days of work the request takes.
func planDays(v *visitor) {
	v.t.Helper()
	at := v.where()
	v.press(`main a[href="` + at + `/skills"]`)
	v.check()
	v.fill("days_1_2027-Q1", "12,5")
	v.send()
	v.shows("#skills", "Développement", "12,5")
}

// takeStep takes a step of the request in the tab.
func (v *visitor) takeStep(step string) {
	v.t.Helper()
	v.press(`#standing a[href$="/` + step + `"]`)
	v.check()
	v.send()
}

// stepByKeys takes a step of the request in the tab with keys alone, for a reason where one is asked for.
func (v *visitor) stepByKeys(step, reason string) {
	v.t.Helper()
	v.tabTo(`#standing a[href$="/` + step + `"]`)
	v.keysTo(kb.Enter)
	if reason != "" {
		v.keyIn("reason", reason)
	}
	v.tabTo(submit)
	v.keysTo(kb.Enter)
	v.flashed()
}

// answerExaminer completes what was sent back, and hands it in again.
func answerExaminer(v *visitor, at string) {
	v.t.Helper()
	v.open(at)
	v.shows("#standing", "Renvoyée pour complément", "Combien d'agents seront formes ?")
	v.keysTo("e")
	v.fill("beneficiaries", "340 élèves et 25 agents")
	v.send()
	v.takeStep("submit")
}

// TestRequestWithoutScript writes and hands in a request in a browser that runs no script: what is similar is shown when the draft is kept.
func TestRequestWithoutScript(t *testing.T) {
	t.Parallel()
	v := visit(t, requestingTown(t), 1280, 900)
	v.withoutScript()
	v.signIn(odile)
	v.open(requestsOf + "/new")
	v.shows("[data-similar]", "seront montrés une fois")
	v.fill("title", "Numérisation des classes", "cost_2027_I", "beaucoup")
	v.expect(422, chromedp.Click(chromedp.CSS(submit)))
	if got := v.value("title"); got != "Numérisation des classes" {
		t.Errorf("the refused form holds the title %q, want what was typed", got)
	}
	v.fill("cost_2027_I", "40 000")
	v.send()
	v.shows("#similar", "Numérisation des écoles")
	at := v.where()
	v.press(`#standing a[href$="/submit"]`)
	v.expect(422, chromedp.Click(chromedp.CSS(submit)))
	v.open(at + "/edit")
	v.fill("need", "Les tableaux ne suffisent plus.", "beneficiaries", "340 élèves", "department", "Éducation", "sponsor", "Adjointe à l’éducation", "start", "2027-01-04", "end", "2027-12-17")
	v.send()
	v.takeStep("submit")
	v.shows("#standing", "Déposée")
}
