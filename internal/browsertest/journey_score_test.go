package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Where the candidates of the town's roadmap are scored.
const (
	scoringOf = "/roadmaps/1/scoring"
	gapsOf    = "/roadmaps/1/disagreements"
	rankingOf = "/roadmaps/1/ranking"
)

// TestScoringJourney is the way from no grid to a ranking: two people score without seeing each other's scores, what they see differently comes first, and
// the manager settles it.
func TestScoringJourney(t *testing.T) {
	t.Parallel()
	p := listedTown(t)
	p.add(chloe, "--role", "finance")
	p.add(denis, "--role", "finance")
	base := p.serve("serve")
	manager := visit(t, base, 1280, 900)
	manager.signIn(anne)
	useGrid(manager)

	first := visit(t, base, 1280, 900)
	first.signIn(chloe)
	first.score("NUM-01", "Étude du marché", 3, 2, 3, 2, 2, 2, 2, 2, 2)
	first.score("NUM-02", "Bilan des archives", 1, 1, 2, 1, 1, 2, 2, 2, 2)

	second := visit(t, base, 1280, 900)
	second.signIn(denis)
	seesNoScore(second, manager)
	second.score("NUM-01", "Avis du service", 2, 2, 1, 2, 2, 2, 2, 2, 2)
	second.score("NUM-02", "Avis des archivistes", 1, 1, 2, 1, 1, 2, 2, 2, 2)

	settleGaps(manager)
	rank(manager)
}

// useGrid takes the grid of public value into use.
func useGrid(v *visitor) {
	v.t.Helper()
	v.open(rankingOf)
	v.press(`#none a[href$="/grids"]`)
	v.press(`main a[href$="/grids/new"]`)
	v.fill("template", "public_value")
	v.send()
	v.shows("main", "Valeur publique", "brouillon")
	v.check()
	v.press(`main form[action$="/activate"] button`)
	v.flashed()
	v.shows("#grid", "en service")
}

// sheet gives the address on which the visitor scores a candidate.
func (v *visitor) sheet(code string) string {
	v.t.Helper()
	v.open(scoringOf)
	return evaluate[string](v, `[...document.querySelectorAll("#own tbody tr")].find(r => r.innerText.includes(`+quoted(code)+`)).querySelector("a").getAttribute("href")`)
}

// score hands in a level for each criterion of a candidate, in the order of the sheet, each with the same evidence.
func (v *visitor) score(code, evidence string, levels ...int) {
	v.t.Helper()
	v.open(v.sheet(code))
	v.check()
	names := evaluate[[]string](v, `[...new Set([...document.querySelectorAll("main form.form input[name^=level_]")].map(e => e.name))]`)
	if len(names) != len(levels) {
		v.t.Fatalf("%s asks for the levels %q, want %d", v.where(), names, len(levels))
	}
	for i, name := range names {
		v.fill(name, fmt.Sprint(levels[i]), strings.Replace(name, "level", "evidence", 1), evidence)
	}
	v.fill("send", "submit")
	v.send()
}

// seesNoScore holds that neither the second scorer nor the manager, who may score as well, learns what the first one gave.
func seesNoScore(scorer, manager *visitor) {
	scorer.t.Helper()
	pages := []string{scorer.sheet("NUM-01"), scoringOf, gapsOf, gapsOf + "?all=1", rankingOf, rankingOf + strings.TrimPrefix(scorer.sheet("NUM-01"), scoringOf)}
	for _, v := range []*visitor{scorer, manager} {
		for _, page := range pages {
			v.open(page)
			if source := evaluate[string](v, `document.querySelector("main").outerHTML`); strings.Contains(source, "Étude du marché") || strings.Contains(source, chloe.name) {
				v.t.Errorf("%s tells what the other scorer gave: %s", page, begun(v.text("main")))
			}
		}
	}
}

// settleGaps finds the wider of two disagreements first and settles it, then the other one with keys alone.
func settleGaps(v *visitor) {
	v.t.Helper()
	v.open(scoringOf)
	v.press(`#own a[href="` + gapsOf + `"]`)
	v.check()
	rows := v.texts("#gaps tbody tr")
	if len(rows) != 2 || !strings.Contains(rows[0], "2 niveaux") || !strings.Contains(rows[1], "1 niveau") {
		v.t.Fatalf("the disagreements are %q, want two with the wider one first", rows)
	}
	v.shows("#gaps tbody tr", "Étude du marché", "Avis du service", chloe.name, denis.name)
	v.press(`#gaps tbody tr a[href^="` + gapsOf + `/"]`)
	v.check()
	v.fill("level", "1")
	v.expect(422, chromedp.Click(chromedp.CSS(submit)))
	v.fill("reason", "Vu avec les deux services.")
	v.send()
	if rows := v.texts("#gaps tbody tr"); len(rows) != 1 || !strings.Contains(rows[0], "1 niveau") {
		v.t.Fatalf("after one of two was settled stand %q", rows)
	}
	v.tabTo(`#gaps tbody a[href^="` + gapsOf + `/"]`)
	v.keysTo(kb.Enter)
	v.tabTo(`input[name="level"]`)
	v.keys(" " + kb.ArrowDown)
	v.keyIn("reason", "Le gain est prouve.")
	v.tabTo(submit)
	v.keysTo(kb.Enter)
	v.flashed()
	v.shows("#gaps", "Aucun désaccord")
	v.open(gapsOf + "?all=1")
	v.shows("#gaps", "Vu avec les deux services.", "Le gain est prouve.", anne.name)
}

// rank reads the ranking, its robustness and the profile of the first.
func rank(v *visitor) {
	v.t.Helper()
	v.open(rankingOf)
	v.check()
	rows := v.texts("#ranking tbody tr")
	for len(rows) > 0 && !strings.Contains(rows[0], "NUM-") { // the title of a group
		rows = rows[1:]
	}
	if len(rows) < 2 || !strings.Contains(rows[0], "NUM-01") || !strings.Contains(rows[1], "NUM-02") {
		v.t.Fatalf("the ranking is %q, want NUM-01 before NUM-02", rows)
	}
	v.shows("#ranking tbody tr", "100,0 % des pondérations")
	v.press(`#ranking tbody a[href*="/ranking/p"]`)
	v.shows("#place", "1")
	v.shows("#levels", "Vu avec les deux services.", "Étude du marché", "Avis du service")
	if !v.has("#levels svg") {
		v.t.Error("the candidate has no radar")
	}
	v.check()
}
