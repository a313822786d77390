package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Those who keep the books of the town: one reconciles, another one signs.
var (
	chloe = person{"Chloé Vasseur", "chloe.vasseur@lormel.example", "tonneau-poutre-colza-46"}
	denis = person{"Denis Aubry", "denis.aubry@lormel.example", "verger-ardoise-phare-93"}
)

// books is where the books of the town begin.
const books = "/organisations/1/finance"

// TestFinanceJourney is the way of a town from empty books to a signed month that its committee reads about: settings, votes, a budget, a file of the
// finance system, lines worked through by keys, a rule, and the signature of somebody else.
func TestFinanceJourney(t *testing.T) {
	t.Parallel()
	p := listedTown(t)
	p.add(chloe, "--role", "finance")
	p.add(denis, "--role", "finance")
	base := p.serve("serve")
	v := visit(t, base, 1280, 900)
	v.signIn(chloe)
	v.open("/finance")
	v.isAt(books)
	v.check()
	settle(v)
	vote(v)
	budget(v)
	code := codes(v)
	upload(v, p, code)
	reconcile(v)
	learn(v)

	signer := visit(t, base, 1280, 900)
	signer.signIn(denis)
	v.open(books + "/periods")
	v.press(`main a[href$="/1"][href*="/periods/"]`)
	if v.has(`main form[action*="/periods/"]`) {
		t.Error("who reconciled the month may sign it as well")
	}
	sign(signer, v.where())
	pack(t, base)
}

// settle says what the books are kept in.
func settle(v *visitor) {
	v.t.Helper()
	v.press(`.tabs a[href$="/settings"]`)
	v.fill("siret", "21590350100017", "withdrawal_lines", "20")
	v.send()
	v.press(`main a[href$="/years/new"]`)
	v.fill("code", "2026", "year", "2026", "start", "2026-01-01", "end", "2026-12-31")
	v.send()
}

// vote makes the envelope of the roadmap and votes its credits of the year.
func vote(v *visitor) {
	v.t.Helper()
	v.press(`.tabs a[href$="/envelopes"]`)
	v.press(`main a[href$="/envelopes/new"]`)
	v.fill("code", "NUM", "name", "Enveloppe du numérique", "kind", "roadmap", "roadmap", "1")
	v.send()
	v.press(`main a[href$="/act"]`)
	v.fill("act", "BP", "reference", "DEL-2026-07", "act_on", "2026-01-20", "authorisation_1", "CP", "year_1", v.option("year_1", "2026"), "section_1", "F", "amount_1", "90 000")
	v.send()
	v.shows("main", "DEL-2026-07", "90 000,00 €")
	v.check()
}

// option is the value of the choice that reads so.
func (v *visitor) option(name, text string) string {
	v.t.Helper()
	return evaluate[string](v, `[...document.querySelector(`+quoted(mainForm+`[name="`+name+`"]`)+`).options].find(o => o.text.includes(`+quoted(text)+`))?.value ?? ""`)
}

// budget gives a project credits of the envelope.
func budget(v *visitor) {
	v.t.Helper()
	v.open(v.project("NUM-01") + "/budget")
	v.press(`main a[href$="/budget/new"]`)
	v.fill("decided_on", "2026-02-03", "decision_reference", "COPIL-1", "reason", "Premier budget", "year_1", v.option("year_1", "2026"), "section_1", "F", "envelope_1", v.option("envelope_1", "NUM"), "amount_1", "40 000")
	v.send()
	v.shows("main", "COPIL-1", "40 000,00 €")
}

// codes gives every project the code under which the finance system is to know it, and tells that of the first.
func codes(v *visitor) string {
	v.t.Helper()
	v.open(books + "/codes")
	v.press(`main form[action$="/codes/assign"] button`)
	v.flashed()
	return evaluate[string](v, `[...document.querySelectorAll("main table tbody tr")].find(r => r.innerText.includes("NUM-01")).innerText.match(/\b[0-9A-Z]{3,10}\b(?!-)/)[0]`)
}

// townLedger is an export of payment orders: of one the project is known, another one has a slip in its code, and two name none.
func townLedger(code string) string {
	slip := code[:len(code)-1] + "9"
	return "exercice;budget;n°mandat;date;nature M57;axe analytique;tiers;SIRET;libellé;montant TTC\r\n" +
		"2026;00;11;08/01/2026;6156;" + code + ";Atelier du Val;44306184100047;Maintenance des écoles;12 000,00\r\n" +
		"2026;00;12;09/01/2026;6156;" + slip + ";Atelier du Val;44306184100047;Maintenance des tableaux;3 600,50\r\n" +
		"2026;00;13;12/01/2026;6262;;Liaisons du Nord;55208131766522;Ligne de la mairie;480,00\r\n" +
		"2026;00;14;14/01/2026;6184;;Formations Delvaux;55208131766522;Formation des agents;1 250,00\r\n"
}

// upload sends the export, describes its columns once, looks at what it would do, and books it.
func upload(v *visitor, p program, code string) {
	v.t.Helper()
	v.open(books + "/files")
	v.press(`main a[href$="/files/new"]`)
	v.fill("purpose", "ledger", "file", p.write("mandats-janvier.csv", townLedger(code)))
	v.press(submit)
	if !strings.HasSuffix(v.where(), "/mapping") {
		v.t.Fatalf("the file leads to %s: %s", v.where(), begun(v.text("main")))
	}
	v.check()
	v.fill("profile", "", "name", "suite-de-lormel")
	v.press(submit)
	v.shows("main", "mandats-janvier.csv", "17 330,50 €")
	v.check()
	v.press(`main form[action$="/book"] button`)
	v.do(chromedp.WaitReady(chromedp.CSS(`#decide a[href$="/queue"]`))) // the page of a booking shows itself anew until it is done
	v.check()
	v.open(books + "/profiles")
	v.shows("main", "suite-de-lormel")
}

// reconcile works through the queue with keys alone.
func reconcile(v *visitor) {
	v.t.Helper()
	v.open(books + "/queue")
	if got := len(v.texts("main table.list tbody tr")); got != 3 {
		v.t.Fatalf("%d lines wait, want three", got)
	}
	v.keysTo("n")
	v.shows("main", "Maintenance des tableaux", "3 600,50 €", "Atelier du Val")
	v.check()
	v.keysTo("a") // what is suggested: the code differs by one character
	v.flashed()
	v.shows("main", "Formations Delvaux")
	v.keys("s")
	if !v.focused(`[name="project_1"]`) {
		v.t.Fatalf("s leads to %s", evaluate[string](v, `document.activeElement.outerHTML`))
	}
	v.do(pressed("NUM-02"))
	v.keysTo(kb.Enter)
	v.flashed()
	v.shows("main", "Liaisons du Nord")
	v.keys("e")
	v.do(pressed("Hors feuille de route"))
	v.keysTo(kb.Enter)
	v.flashed()
	v.open(books + "/queue")
	v.shows("main", "17 330,50 €", "16 850,50 €", "480,00 €", "0,00 €")
}

// learn makes a rule of what was done by hand, and puts it in force.
func learn(v *visitor) {
	v.t.Helper()
	v.open(v.project("NUM-02") + "/postings")
	v.press(`main a[href*="/finance/postings/"]`)
	v.shows("main", "Formation des agents")
	v.press(`main a.button[href*="/finance/queue/"]`)
	v.keysTo("r")
	v.check()
	v.press(`main a[href*="/rules/new"]`)
	v.fill("name", "Formations")
	v.send()
	v.press(`main form[action$="/activate"] button`)
	v.flashed()
	v.shows("main", "Formations")
}

// sign closes a month as somebody who reconciled none of it.
func sign(v *visitor, period string) {
	v.t.Helper()
	v.open(period)
	v.check()
	v.press(submit)
	v.flashed()
	v.press(`main a[href*="/certificates/"]`)
	v.shows("main", "Denis Aubry", "100", "17 330,50 €")
	v.check()
}

// pack freezes a pack of a new committee, on which stands how far the books are reconciled.
func pack(t *testing.T, base string) {
	t.Helper()
	v := visit(t, base, 1280, 900)
	v.signIn(anne)
	makeCommittee(v)
	v.open(v.project("NUM-01"))
	today := evaluate[string](v, `document.querySelector("form.day input[type=date]").value`)
	v.open("/committees/COPIL")
	v.press(`main a[href$="/packs/new"]`)
	v.fill("figures_on", today)
	v.send()
	certified := plainSpaces(evaluate[string](v, `[...document.querySelectorAll("main p, main dd, main td")].find(e => e.innerText.includes("Denis Aubry"))?.innerText ?? ""`))
	if !strings.Contains(certified, "100,0 %") {
		t.Errorf("the pack says of the books %q, want the share that is reconciled and who signed", certified)
	}
	v.check()
}
