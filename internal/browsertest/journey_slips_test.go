package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestUnreadDate leaves a date half typed. A browser sends an empty field for it, which would take a date out of the
// books in silence: the form stays until the date can be read.
func TestUnreadDate(t *testing.T) {
	t.Parallel()
	v := settledTown(t, 1280, 900)
	address := v.project("NUM-02")
	v.open(address + "/estimates/new")
	v.fill("note", "Report", "cost", "500000")
	v.do(chromedp.Focus(chromedp.CSS(mainForm + "[name=end]")))
	v.keys("31")
	if !evaluate[bool](v, `document.activeElement.validity.badInput && document.activeElement.value === ""`) {
		t.Fatal("the browser reads the half of a date")
	}
	v.do(chromedp.Click(chromedp.CSS(submit)))
	if got := evaluate[string](v, `document.activeElement.name + " " + (document.querySelector("`+mainForm+`").dataset.sent ?? "waits")`); v.where() != address+"/estimates/new" || got != "end waits" {
		t.Fatalf("on %s stands %q, want the form that waits for its date", v.where(), got)
	}
	v.fill("end", "2027-01-31")
	v.send()
	v.shows("main", "31/01/2027", "500 000 €")
}

// TestOtherFormOfThePage types into one form of a page and sends another: the browser asks before the first is lost, and
// not when it is the one that is sent.
func TestOtherFormOfThePage(t *testing.T) {
	t.Parallel()
	v := settledTown(t, 1280, 900)
	v.open("/roadmaps/1/themes")
	sent := func(other string) bool {
		return evaluate[bool](v, `(() => {
			const form = document.querySelector("main form[action$='`+other+`'][data-guard]");
			form.dispatchEvent(new Event("submit", {cancelable: true}));
			const leave = new Event("beforeunload", {cancelable: true});
			window.dispatchEvent(leave);
			return leave.defaultPrevented;
		})()`)
	}
	field := chromedp.CSS("main form[action$='/themes'][data-guard] [name=name]")
	v.do(chromedp.Focus(field), typed("Démarches"))
	if !sent("/objectives") {
		t.Error("the name of a theme is lost without a question when an objective is added")
	}
	if sent("/themes") {
		t.Error("the browser asks whether the theme that is added may be lost")
	}
}
