package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestWithoutScript does the daily work in a browser that runs no script.
func TestWithoutScript(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.add(anne)
	v := visit(t, p.serve("serve"), 1280, 900)
	v.withoutScript()
	v.open("/sign-in")
	v.signInHere(anne)
	makeRoadmap(v)
	importList(v, p)
	if !v.has("input[data-all][hidden]") {
		t.Fatal("a script ran: it shows the box that ticks all projects")
	}

	address := v.project("NUM-02")
	v.open(address)
	v.press(`a[data-key="e"]`)
	v.fill("name", "", "sponsor", "Cabinet de la maire")
	v.expect(422, chromedp.Click(chromedp.CSS(submit)))
	if got := v.value("sponsor"); got != "Cabinet de la maire" {
		t.Errorf("the refused form holds the sponsor %q, want what was typed", got)
	}
	v.fill("name", "Archivage des actes")
	v.send()
	v.shows("main", "Archivage des actes", "Cabinet de la maire")

	v.press(`a[data-key="s"]`)
	v.fill("schedule", "storm", "schedule_comment", "L’appel d’offres est à refaire.", "summary", "Rien n’est signé.")
	v.send()
	v.shows("main", "L’appel d’offres est à refaire.", "Rien n’est signé.")

	if sent := makeTwice(v); sent != 2 {
		t.Errorf("two clicks sent the form %d times, want twice: no script is there to see to it", sent)
	}
	v.press(`form[action="/sign-out"] button`)
	v.flashed()
}
