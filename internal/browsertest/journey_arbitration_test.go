package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// question is what the committee of the demonstration is asked.
const question = "Faut-il commencer par les routes ?"

// submitScenario compares a scenario with another one, freezes it and puts it before the committee.
func submitScenario(t *testing.T, base, at string) {
	t.Helper()
	v := manages(t, base)
	v.open(demoRoadmap + "/scenarios")
	for _, id := range []string{"1", strings.TrimPrefix(at, "/scenarios/")} {
		v.do(chromedp.Click(chromedp.CSS(`input[name="s"][value="` + id + `"]`)))
	}
	v.press(`main form[action$="/compare"] button`)
	v.shows("#essentials", "S-01", "S-05", "Valeur", "Risque de dérive")
	v.shows("#years", "2027, Investissement")
	v.shows("#subjects", "Ce qui les sépare", "R-2026-007", "Ce qui leur est commun")
	v.check()
	v.open(at)
	v.press(`main a[href="` + at + `/freeze"]`)
	v.shows("main", "Optimum prouvé")
	v.send()
	if v.has("[data-choices]") {
		t.Error("the choices of a frozen scenario can be changed")
	}
	v.press(`main a[href="` + at + `/submit"]`)
	v.check()
	v.fill("committee", v.option("committee", "Comité opérationnel"))
	v.expect(422, chromedp.Click(chromedp.CSS(submit)))
	v.fill("question", question)
	v.send()
	v.shows("main", question, "soumis")
}

// decideScenario books the committee's decision on a scenario and gives its address.
func decideScenario(t *testing.T, base, at string) string {
	t.Helper()
	v := manages(t, base)
	v.open("/committees/comop")
	v.press(`main a[href$="/decisions/new"]`)
	v.fill("scenario", v.option("scenario", "S-05"))
	v.press(mainForm + `button[name="_preview"]`)
	v.shows("main", "Ce que fait la décision sur S-05", "R-2026-007", "Suite donnée à R-2026-018")
	v.check()
	v.fill("title", "Arbitrage de l’automne", "question", question, "outcome", "Oui : le scénario S-05.", "reason", "Les interventions se saisissent deux fois.",
		"step_r18", "refuse", "why_r18", "Les concessionnaires fournissent déjà leurs plans.", "again_r2", "2027-06-01")
	v.send()
	v.shows("#effect", "S-05", "Tablettes d’intervention des agents des routes", "Plans des réseaux enterrés", "Les concessionnaires fournissent déjà leurs plans.", "Refusée", "Différée")
	v.check()
	decision := v.where()
	v.open(at)
	v.shows("main", "décidé")
	v.open("/requests/7")
	v.shows("#standing", "Retenue")
	return decision
}

// bookCredits books the credits that the decision proposes for a project that it made, as the finance officer does.
func bookCredits(v *visitor, decision string) {
	v.t.Helper()
	v.open(decision)
	project := evaluate[string](v, `[...document.querySelectorAll("#effect a[href^='/projects/']")].find(a => a.innerText.includes("Tablettes d’intervention")).getAttribute("href")`)
	v.open(project)
	v.shows("h1", "Tablettes d’intervention des agents des routes")
	v.open(project + "/budget")
	proposed := plainSpaces(v.text("#proposals tbody tr td:last-child"))
	v.check()
	v.press(`#proposals a[href$="/proposals"]`)
	v.shows("main", proposed)
	v.check()
	v.fill("decided_on", demoDay)
	v.send()
	v.shows("main", proposed)
	if v.has("#proposals") {
		v.t.Errorf("what was booked is still proposed: %s", v.text("#proposals"))
	}
}

// renounced reads the register of what was asked for and is not done, on the screen and as it is printed.
func renounced(t *testing.T, base string) {
	t.Helper()
	v := manages(t, base)
	register := demoRoadmap + "/renunciations"
	v.open(register)
	v.shows("#register", "R-2026-018", "Les concessionnaires fournissent déjà leurs plans.", "R-2026-002", "01/06/2027")
	v.check()
	if pdf := download(v, `main a[href^="`+register+`.pdf"]`); !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("the register begins with %.20q", pdf)
	}
}

// undoDecision takes the decision back by another one, when the finance officer has freed the credits that were booked after it: what was decided on is to be
// decided on again.
func undoDecision(v, finance *visitor, decision string) {
	v.t.Helper()
	v.open(decision)
	v.press(`#effect a[href*="reverses="]`)
	v.check()
	v.fill("title", "Reprise de l’arbitrage", "question", "Faut-il revenir sur l’arbitrage ?", "outcome", "Oui.", "reason", "Les crédits ont changé.")
	v.expect(409, chromedp.Click(chromedp.CSS(submit)))
	v.shows("main", "R-2026-007", "Ramenez d’abord ces budgets à zéro")
	emptyBudget(finance)
	v.send()
	v.shows("#reverses", "2026")
	v.open(decision)
	v.shows("#effect .alert", "2026")
	if v.has(`#effect a[href*="reverses="]`) {
		v.t.Error("what was taken back can be taken back again")
	}
	v.check()
	for _, request := range []string{"/requests/2", "/requests/7", "/requests/18"} {
		v.open(request)
		v.shows("#standing", "Candidate")
	}
	v.open(demoRoadmap + "/renunciations")
	if strings.Contains(v.text("#register"), "R-2026-018") {
		v.t.Error("the register holds a request that is a candidate again")
	}
}

// emptyBudget books a version of the budget in the tab that holds nothing.
func emptyBudget(v *visitor) {
	v.t.Helper()
	v.press(`main a[href$="/budget/new"]`)
	v.fill("decided_on", demoDay, "decision_reference", "COPIL-9", "reason", "Le projet est repris.")
	for _, name := range evaluate[[]string](v, `[...document.querySelectorAll("main form.form input[name^=amount_]")].filter(e => e.value !== "").map(e => e.name)`) {
		v.fill(name, "0")
	}
	v.send()
}
