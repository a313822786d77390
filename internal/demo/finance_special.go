package demo

import (
	"fmt"
	"slices"
	"strconv"

	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// The months in which something unusual happens in the books.
const (
	cancelledMonth = -10 // a mandat of the month before is cancelled and issued again
	acceptedMonth  = -11
	orderMonth     = -9
	creditMonth    = -8
	correctedMonth = -7 // its export is corrected once the month is signed
	splitMonth     = -6
	revenueMonth   = -4
	correctedBy    = 900 // euros too many of the mandat that is corrected
)

const (
	roadsOperation  = "VOI2041"
	telecomContract = "2023-M-0417"
)

func documentOf(e *entry) string { return strconv.Itoa(e.number) }

func (t *financeTeller) invoiceNumber(code string, month civil.Month, j, n int) string {
	return fmt.Sprintf("F%02d%02d-%03d%d", month.Year%100, int(month.Month), vary(1000, code, month.String(), strconv.Itoa(j)), n%10)
}

// usual are the entries that every month has beside those of the projects: works on roads in the same budget, and the invoice of the operator that
// two projects share.
func (t *financeTeller) usual(m int) []*entry {
	month := t.calendar.month(m)
	first := t.event(offset{m, 6 + vary(5, month.String(), "roads")})
	var out []*entry
	for n := range 2 {
		amount := euros(int64(8_000+vary(60_000, month.String(), "roads", strconv.Itoa(n)))) + money.Amount(vary(100, month.String(), strconv.Itoa(n)))
		e := &entry{exercice: month.Year, on: first.AddDays(n), nature: "2315", operation: roadsOperation, from: supplierOf("routes", strconv.Itoa(n)), contract: contractOf(2024, "routes", strconv.Itoa(n)),
			invoice: t.invoiceNumber("routes", month, n, n), label: "Travaux de voirie – RD " + strconv.Itoa(11+vary(80, month.String(), strconv.Itoa(n))), amount: amount, kind: "ordinaire"}
		e.treat = t.untilRule(m, &Treatment{Exclude: "Hors de la feuille de route numérique"})
		out = append(out, e)
	}
	telecom := &entry{exercice: month.Year, on: first.AddDays(1), nature: "6262", from: supplierOf("télécom"), contract: telecomContract, invoice: t.invoiceNumber("télécom", month, 0, 0),
		label: "Liens des relais et de la suite collaborative", amount: euros(1_180) + money.Amount(vary(24_000, month.String(), "télécom")), kind: "ordinaire"}
	telecom.treat = t.untilRule(m, &Treatment{Parts: telecomParts, Reason: "Clé convenue avec les deux chefs de projet"})
	out = append(out, telecom)
	if m == lastImported {
		out = append(out, t.strangers(m)...)
	}
	return out
}

var telecomParts = []Part{{"INC-01", 6_000}, {"COL-01", 4_000}}

// untilRule is a treatment by hand in the first month; the rules came after it.
func (t *financeTeller) untilRule(m int, treat *Treatment) *Treatment {
	if m > firstMonth {
		return nil
	}
	return treat
}

// strangers are entries of which nobody knows yet whether they are of the roadmap.
func (t *financeTeller) strangers(m int) []*entry {
	var out []*entry
	for n, what := range []string{"Câblage de l’annexe Sud", "Écrans de la salle de crise", "Contrôle d’accès des archives", "Abonnement « veille juridique »"} {
		out = append(out, &entry{exercice: t.calendar.month(m).Year, on: t.event(offset{m, 10 + 3*n}), nature: []string{"21838", "2183", "2185", "611"}[n], operation: []string{"BAT2207", "BAT2207", "BAT2311", ""}[n],
			from: supplierOf("bâtiment", what), invoice: t.invoiceNumber(what, t.calendar.month(m), n, n), label: what, amount: euros(int64(1_900+vary(9_000, what))) + 40, kind: "ordinaire"})
	}
	return out
}

// accruals accrue, in January, a service done of the year that is over whose invoice has not come: for the old year, and back in the new one. It gives
// the work that is not invoiced in the month.
func (t *financeTeller) accruals(m int, all *[]*entry) [2]int {
	month := t.calendar.month(m)
	none := [2]int{-1, -1}
	if month.Month != 1 || m == lastMonth || m == firstMonth {
		return none
	}
	best, most := none, money.Amount(0)
	for i := range t.wallets {
		v := &t.wallets[i]
		for j := 1; j < len(works); j++ {
			if owed := v.owed(j, month, t.stopsOn(v.project)); owed > most && v.by[j].number != "" {
				best, most = [2]int{i, j}, owed
			}
		}
	}
	if best == none {
		return none
	}
	e := t.invoice(&t.wallets[best[0]], best[1], m, most/100*100)
	e.invoice, e.exercice, e.kind, e.on = "", month.Year-1, "rattachement", t.event(offset{m, 8})
	e.label = "Rattachement – " + e.label
	back := *e
	back.exercice, back.kind, back.on, back.label = month.Year, "annulation du rattachement", t.event(offset{m, 14}), "Contre-passation – "+e.label
	*all = append(*all, e, &back)
	return best
}

// plain gives an entry of a month that the books take by its operation.
func plain(all []*entry) *entry {
	i := slices.IndexFunc(all, func(e *entry) bool {
		return e.operation != "" && e.project != "" && e.kind == "ordinaire" && e.treat == nil
	})
	if i < 0 {
		return nil
	}
	return all[i]
}

// unusual are the entries that happen once.
func (t *financeTeller) unusual(m int, all []*entry) []*entry {
	month := t.calendar.month(m)
	on := t.event(offset{m, 22})
	entryOf := func(nature, label string, amount money.Amount) *entry {
		return &entry{exercice: month.Year, on: on, nature: nature, from: supplierOf(label), label: label, amount: amount, kind: "ordinaire", invoice: t.invoiceNumber(label, month, 0, 0)}
	}
	var out []*entry
	if wrong := plain(t.months[m-1]); wrong != nil && m == t.sameYear(cancelledMonth) {
		back, again := *wrong, *wrong
		back.on, back.kind, back.origin, back.label = t.event(offset{m, 11}), "annulation", wrong, "Annulation – "+wrong.label
		again.on, again.label = t.event(offset{m, 12}), wrong.label+" (réémission)"
		out = append(out, &back, &again)
	}
	if billed := plain(t.months[m-1]); billed != nil && m == t.sameYear(creditMonth) {
		credit := *billed
		credit.on, credit.kind, credit.origin, credit.amount, credit.label = on, "réduction", billed, billed.amount.Percent(400), "Avoir pour retard – "+billed.label
		out = append(out, &credit)
	}
	switch m {
	case acceptedMonth:
		e := entryOf("611", "Frais de carte d’achat", 18_640)
		e.treat = &Treatment{Accept: "Relevé de la carte attendu du service"}
		out = append(out, e)
	case orderMonth:
		e := entryOf("2051", "Intégration des études suivies de réalisation", euros(182_400))
		e.kind, e.operation, e.invoice = "ordre", t.codes["DEM-01"], ""
		out = append(out, e)
	case correctedMonth:
		out = append(out, t.mistakes(all)...)
	case splitMonth:
		e := entryOf("21838", "40 tablettes – routes et travailleurs sociaux", 2_486_040)
		e.treat = &Treatment{Parts: []Part{{"MOB-01", 6_500}, {"MOB-02", 3_500}}, Reason: "26 tablettes aux routes, 14 aux travailleurs sociaux"}
		out = append(out, e)
	case revenueMonth:
		e := entryOf("13172", "FEDER – acompte de la convention HS-0417", feder)
		e.revenue, e.operation, e.from = true, t.codes["INC-01"], supplierOf("FEDER")
		out = append(out, e)
	}
	return out
}

// sameYear is a month, or the next one where the month before it is of another fiscal year: corrections across years are revenues.
func (t *financeTeller) sameYear(m int) int {
	if t.calendar.month(m).Month == 1 {
		return m + 1
	}
	return m
}

// mistakes puts two into a month: an invoice that is booked twice, and one with a figure too many. The corrected export is without them.
func (t *financeTeller) mistakes(all []*entry) []*entry {
	twice := plain(all)
	if twice == nil {
		return nil
	}
	again := *twice
	again.on, again.kind, again.label = workingDay(twice.on), "ordinaire", twice.label+" (2)"
	again.withdrawn = true
	for _, e := range all {
		if e != twice && e.project != "" && e.operation != "" && e.treat == nil {
			e.amount += euros(correctedBy)
			e.excess = euros(correctedBy)
			break
		}
	}
	return []*entry{&again}
}

// corrected writes the export of the month once more, as it should have been.
func (t *financeTeller) corrected(month civil.Month, all []*entry) []*entry {
	var right []*entry
	for _, e := range all {
		if e.withdrawn {
			continue
		}
		r := *e
		r.amount -= r.excess
		right = append(right, &r)
	}
	x := entriesExport(month, t.event(offset{correctedMonth + 2, 23}), right)
	x.Name, x.Corrected = "mandats-"+month.String()+"-corrige.csv", true
	t.out.Exports = append(t.out.Exports, x)
	return right
}

// rules are those that the finance officer wrote once the first queue was worked through.
func (t *financeTeller) rules() {
	on := t.event(offset{firstMonth + 2, 2})
	equals := func(f reconcile.Field, value string) []reconcile.Condition {
		return []reconcile.Condition{{Field: f, Op: reconcile.OpEquals, Value: value}}
	}
	t.out.Rules = []FinanceRule{
		{On: on, Name: "Travaux de voirie", Rank: reconcile.RankOperation, When: equals(reconcile.FieldOperation, roadsOperation), Exclude: "Hors de la feuille de route numérique"},
		{On: on, Name: "Liens des relais et de la suite", Rank: reconcile.RankContract, When: equals(reconcile.FieldContract, telecomContract), Parts: telecomParts},
	}
}
