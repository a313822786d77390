package browsertest

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// demoRoadmap is the running one of the demonstration.
const demoRoadmap = "/roadmaps/2"

// proveLife bounds what is worked out behind a page.
const proveLife = 2 * time.Minute

// TestSelectionJourney weighs requests on the workbench and takes one scenario to its decision and back, on every database.
func TestSelectionJourney(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, p program) {
		base := p.demo()
		scenario := weigh(t, base)
		submitScenario(t, base, scenario)
		decision := decideScenario(t, base, scenario)
		renounced(t, base)
		finance := visit(t, base, 1280, 900)
		finance.signIn(person{"", demoFinance, demoPassword})
		bookCredits(finance, decision)
		undoDecision(manages(t, base), finance, decision)
	})
}

// manages is a tab in which the manager of the demonstration is signed in.
func manages(t *testing.T, base string) *visitor {
	t.Helper()
	v := visit(t, base, 1280, 900)
	v.signIn(person{"", demoManager, demoPassword})
	return v
}

// weigh makes a scenario and settles requests beforehand, by keys and by the pointer, in two tabs. It gives the address of the scenario.
func weigh(t *testing.T, base string) string {
	t.Helper()
	v := manages(t, base)
	v.open(demoRoadmap + "/scenarios")
	v.press(`main a[href$="/scenarios/new"]`)
	v.fill("name", "Les routes d’abord", "from", v.option("from", "S-04"))
	v.send()
	at := v.where()
	v.unreloaded()
	v.explained("R-2026-007")
	v.check()
	late := v.beside(1280, 900)
	late.open(at)
	late.explained("R-2026-007")

	value, gauges := v.worth(), v.text("#gauges")
	forceByKeys(v)
	if now := v.worth(); now >= value {
		t.Errorf("the selection is worth %d with what is forced into it, and was worth %d", now, value)
	}
	if v.text("#gauges") == gauges {
		t.Error("the gauges are those of the selection before")
	}
	v.within(proveLife, `[...document.querySelectorAll("#prices tbody tr")].some(r => r.innerText.includes("R-2026-007") && r.innerText.includes("prouvé"))`)
	forceByPointer(v)
	v.explained("R-2026-018")
	forceTooMuch(v)
	v.stillThere()

	conflict(late, v)
	frontier(late, at)
	return at
}

// unreloaded marks the page in the tab, stillThere holds that it is the same one ever since.
func (v *visitor) unreloaded() {
	v.t.Helper()
	v.do(chromedp.Evaluate[chromedp.Void](`window.unreloaded = true`))
}

func (v *visitor) stillThere() {
	v.t.Helper()
	if !evaluate[bool](v, `window.unreloaded === true`) {
		v.t.Error("the page was loaded anew")
	}
}

// explained waits until the selection is proven and nothing more is looked for, and the page says why a candidate is out.
func (v *visitor) explained(code string) {
	v.t.Helper()
	v.within(proveLife, `document.querySelector("[data-poll]").innerText.includes("Optimum prouvé") && !document.querySelector("[data-poll] [data-pending]") &&
		[...document.querySelectorAll("#refused tbody tr")].some(r => r.innerText.includes(`+quoted(code)+`))`)
}

// worth is the value of the selection in the tab.
func (v *visitor) worth() int {
	v.t.Helper()
	text := plainSpaces(v.text("#part-result .figure .value"))
	n, err := strconv.Atoi(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		v.t.Fatalf("%s says that its selection is worth %q", v.where(), text)
	}
	return n
}

// row is the row of a subject on the workbench.
func row(subject string) string { return `[data-row="` + subject + `"]` }

// outcome waits for what becomes of a subject.
func (v *visitor) outcome(subject, text string) {
	v.t.Helper()
	v.comes(outcomeOf(subject) + ` === ` + quoted(text))
}

// outcomeOf is what the page in the tab says of a subject.
func outcomeOf(subject string) string {
	return `document.querySelector('` + row(subject) + ` td:last-child').innerText.split("\n")[0].trim()`
}

// forceByKeys forces the first request in with keys alone: the selection that follows without a reason is refused beside the choice, which keeps the focus.
func forceByKeys(v *visitor) {
	v.t.Helper()
	v.outcome("r7", "Non retenu")
	v.tabTo(row("r7") + ` input[type="radio"]`)
	v.keys(kb.ArrowDown)
	v.comes(`document.querySelector('` + row("r7") + ` .why .error') !== null`)
	if !v.focused(row("r7") + ` input[value="in"]`) {
		v.t.Fatalf("when the page asks for a reason the focus is on %s", evaluate[string](v, `document.activeElement.outerHTML`))
	}
	v.comes(`document.querySelector("[data-said]").innerText !== ""`)
	v.check()
	v.keys(kb.Tab)
	if !v.focused(row("r7") + ` select`) {
		v.t.Fatalf("after the choice comes %s, want its reason", evaluate[string](v, `document.activeElement.outerHTML`))
	}
	v.keys(kb.ArrowDown)
	v.outcome("r7", "Retenu")
	if v.has(row("r7") + " .error") {
		v.t.Error("the choice with its reason is refused")
	}
}

// forceByPointer leaves a request out with the mouse.
func forceByPointer(v *visitor) {
	v.t.Helper()
	v.outcome("r18", "Retenu")
	force(v, "r18", "out")
	v.outcome("r18", "Non retenu")
}

// force clicks on a choice for a subject, and gives the first reason when it is asked for one.
func force(v *visitor, subject, how string) {
	v.t.Helper()
	v.do(chromedp.Click(chromedp.CSS(row(subject) + ` label:has(input[value="` + how + `"])`)))
	v.comes(`document.querySelector('` + row(subject) + ` .why .error') !== null`)
	v.reason(subject)
}

// reason gives the first reason for the choice of a subject.
func (v *visitor) reason(subject string) {
	v.t.Helper()
	v.do(chromedp.Focus(chromedp.CSS(row(subject) + ` select`)))
	v.keys(kb.ArrowDown)
}

// forceTooMuch forces in what no limit has room for: the page says which rules do not hold together, until it is let go.
func forceTooMuch(v *visitor) {
	v.t.Helper()
	value := v.worth()
	force(v, "r1", "in")
	v.comes(`document.querySelector("#part-result div.alert") !== null`)
	v.shows("#part-result", "Ces règles ne tiennent pas ensemble", "R-2026-001")
	v.check()
	v.do(chromedp.Click(chromedp.CSS(row("r1") + ` label:has(input[value=""])`)))
	v.comes(`document.querySelector("#part-result div.alert") === null`)
	if now := v.worth(); now != value {
		v.t.Errorf("after a choice was taken back the selection is worth %d, and was worth %d", now, value)
	}
}

// conflict chooses in a tab that is behind another one: the page says so, shows what holds by now, and keeps what was chosen.
func conflict(late, v *visitor) {
	v.t.Helper()
	late.unreloaded()
	late.outcome("r7", "Non retenu")
	late.do(chromedp.Click(chromedp.CSS(row("r16") + ` label:has(input[value="out"])`)))
	late.comes(`document.querySelector("#subjects .ask") !== null`)
	late.shows("#subjects .ask", "entre-temps")
	late.outcome("r7", "Retenu")
	if !evaluate[bool](late, `document.querySelector('`+row("r16")+` input[value="out"]').checked`) {
		late.t.Error("what was chosen in the later tab is lost")
	}
	late.check()
	late.reason("r16")
	late.outcome("r16", "Non retenu")
	late.comes(`document.querySelector("#subjects .ask") === null`)
	late.explained("R-2026-016")
	late.stillThere()
}

// frontier reads the best value of each total of credits.
func frontier(v *visitor, at string) {
	v.t.Helper()
	v.open(at)
	v.press(`main a[href="` + at + `/frontier"]`)
	points := v.texts("#frontier tbody tr")
	if len(points) != 20 {
		v.t.Errorf("the frontier has %d points, want 20", len(points))
	}
	for _, point := range points {
		if !strings.Contains(point, "prouvé") || strings.Contains(point, "non prouvé") {
			v.t.Errorf("a point of the frontier is %q, want it proven", point)
		}
	}
	if !v.has("#frontier svg") {
		v.t.Error("the frontier is not drawn")
	}
	v.check()
}

// TestWorkbenchWithoutScript forces a request in and leaves one out, both at once, in a browser that runs no script.
func TestWorkbenchWithoutScript(t *testing.T) {
	t.Parallel()
	v := visit(t, newProgram(t).demo(), 1280, 900)
	v.withoutScript()
	v.signIn(person{"", demoManager, demoPassword})
	v.open("/scenarios/4")
	if v.text("[data-plain]") == "" {
		t.Error("no link shows the page anew while the search goes on")
	}
	value := v.worth()
	choose := func(subject, force string) {
		v.do(chromedp.Click(chromedp.CSS(row(subject) + ` input[value="` + force + `"]`)))
	}
	choose("r7", "in")
	choose("r18", "out")
	v.expect(422, chromedp.Click(chromedp.CSS(`#subjects form button[type="submit"]`)))
	for _, subject := range []string{"r7", "r18"} {
		v.do(chromedp.SetValue(chromedp.CSS(row(subject)+" select"), evaluate[string](v, `document.querySelector('`+row(subject)+` select').options[1].value`)))
	}
	v.press(`#subjects form button[type="submit"]`)
	for subject, want := range map[string]string{"r7": "Retenu", "r18": "Non retenu"} {
		if got := evaluate[string](v, outcomeOf(subject)); got != want {
			t.Errorf("%s is %q, want %q", subject, got, want)
		}
	}
	if now := v.worth(); now >= value {
		t.Errorf("the selection is worth %d with two choices, and was worth %d", now, value)
	}
	if !strings.Contains(v.text("#events"), "choix changé") {
		t.Errorf("the history tells of no choice: %s", v.text("#events"))
	}
}
