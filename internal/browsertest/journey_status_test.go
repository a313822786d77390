package browsertest

import (
	"fmt"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// phoneWidth is that of the narrowest phones, and of a window at 400 per cent.
const phoneWidth = 320

// tap touches what leads to another page, which must be there.
func (v *visitor) tap(selector string) {
	v.t.Helper()
	v.expect(200, chromedp.Tap(chromedp.CSS(selector)))
}

// statusByPhone reports the status of a project with a thumb on a narrow screen.
func statusByPhone(v *visitor) {
	v.t.Helper()
	address := v.project("NUM-01")
	phone := v.beside(phoneWidth, 640)
	phone.do(chromedp.EmulateViewport(phoneWidth, 640, chromedp.EmulateMobile, chromedp.EmulateTouch))
	phone.open(address)
	checkWidth(v.t, phone.tab, address)
	phone.tap(`a[data-key="s"]`)
	phone.check()
	for side, weather := range map[string]string{"schedule": "cloud", "cost": "sun", "scope": "sun", "people": "storm"} {
		phone.do(chromedp.Tap(chromedp.CSS(fmt.Sprintf(`label.option:has(input[name=%q][value=%q])`, side, weather))))
	}
	phone.do(chromedp.Tap(chromedp.CSS(`textarea[name="people_comment"]`)), typed("Deux postes vacants."))
	phone.do(chromedp.Tap(chromedp.CSS(`textarea[name="summary"]`)), typed("Les travaux ont commencé dans six écoles."))
	phone.tap(submit)
	phone.flashed()
	checkWidth(v.t, phone.tab, address)
	phone.shows("main", "Les travaux ont commencé dans six écoles.", "Deux postes vacants.")
}

// statusByKeys reports the status of another project with keys alone.
func statusByKeys(v *visitor) {
	v.t.Helper()
	address := v.project("NUM-02")
	v.open(address)
	v.keysTo("s")
	v.tabTo(`input[name="schedule"]`)
	v.keys(kb.ArrowDown) // from the first, which nothing was chosen before
	for _, side := range []string{"cost", "scope", "people"} {
		v.tabTo(`input[name="` + side + `"]`)
		v.keys(" ")
	}
	v.keyIn("summary", "Le cadrage se termine.")
	v.keyIn("needs_decision", "Quel hébergeur ?")
	v.tabTo(submit)
	v.keysTo(kb.Enter)
	v.flashed()
	v.shows("main", "Le cadrage se termine.", "Quel hébergeur ?")
}
