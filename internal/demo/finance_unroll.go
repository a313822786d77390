package demo

import (
	"cmp"
	"slices"

	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// The months of the books, told from the day of the story: of the first and the last export, of the last that is imported, and of the last that
// is signed.
const (
	firstMonth    = -17
	lastMonth     = -1
	lastImported  = -2
	lastSigned    = -3
	dayOfImport   = 5  // of the month after
	dayOfQueue    = 9  // of the month after
	daySignature  = 20 // two months after
	dayOfForecast = 24
)

// financeTeller tells the books month by month.
type financeTeller struct {
	teller
	wallets []wallet
	codes   map[string]string // finance codes by the codes of projects
	numbers counter
	entries []*entry // that the books hold in the end
	months  map[int][]*entry
	spent   map[[2]string]money.Amount // by envelope and label of the fiscal year
	out     Finance
}

// finance tells the books of the running roadmap.
func (t teller) finance(s Story) Finance {
	running := s.Running()
	f := &financeTeller{teller: t, codes: map[string]string{}, numbers: counter{}, months: map[int][]*entry{}, spent: map[[2]string]money.Amount{}}
	taken := map[string]bool{}
	for _, r := range s.Roadmaps {
		for _, p := range r.Projects {
			code := reconcile.FinanceCode(p.Code, func(c string) bool { return taken[c] })
			taken[code] = true
			if r.Code == running.Code {
				f.codes[p.Code] = code
			}
		}
	}
	for _, p := range running.Projects {
		f.wallets = append(f.wallets, wallet{project: p})
	}
	f.out.Start = t.event(offset{-18, 22})
	for m := firstMonth; m <= lastMonth; m++ {
		f.month(m)
	}
	f.budgets(s)
	f.years()
	f.votes()
	f.rules()
	f.closes()
	f.assertions()
	f.moves()
	f.conventions()
	return f.sorted()
}

// sorted puts everything into the order in which it happened.
func (t *financeTeller) sorted() Finance {
	o := t.out
	slices.SortStableFunc(o.Acts, func(a, b FinanceAct) int { return a.On.Compare(b.On) })
	slices.SortStableFunc(o.Budgets, func(a, b FinanceBudget) int { return a.On.Compare(b.On) })
	slices.SortStableFunc(o.Exports, func(a, b Export) int { return cmp.Or(a.From.Compare(b.From), a.On.Compare(b.On)) })
	slices.SortStableFunc(o.Closes, func(a, b Close) int { return a.On.Compare(b.On) })
	return o
}

// label is the fiscal year of a day.
func (t teller) label(d civil.Date) string { return t.fiscal.YearOf(d).Label }

// stopsOn is the day from which nothing is paid for a project any more: it left, or was suspended or abandoned.
func (t *financeTeller) stopsOn(p Project) civil.Date { return stopOf(p, t.day.AddDays(1)) }

// month tells what was forecast, engaged, paid and exported in a month.
func (t *financeTeller) month(m int) {
	month := t.calendar.month(m)
	if m%3 == lastMonth%3 {
		t.forecasts(m)
	}
	var all []*entry
	accrued := t.accruals(m, &all)
	for i := range t.wallets {
		v := &t.wallets[i]
		for j, w := range works {
			owed := v.owed(j, month, t.stopsOn(v.project))
			if accrued == [2]int{i, j} {
				owed = 0 // its invoice comes a month later
			}
			v.by[j].paid += owed
			v.commit(j, i, month)
			for _, part := range parts(owed) {
				all = append(all, t.invoice(v, j, m, part))
				v.by[j].bills++
				t.spent[[2]string{v.project.envelope(w), t.label(month.First())}] += part
			}
		}
	}
	t.blur(m, all)
	all = append(all, t.usual(m)...)
	all = append(all, t.unusual(m, all)...)
	t.export(m, all)
}

// parts cuts a large sum into the two invoices that it comes by.
func parts(owed money.Amount) []money.Amount {
	switch {
	case owed <= 0:
		return nil
	case owed > euros(110_000):
		return owed.Split([]int64{62, 38})
	}
	return []money.Amount{owed}
}

var billNames = [...][]string{
	{"Développement et intégration", "Acquisition de licences", "Matériel et installation", "Livraison et recette"},
	{"Prestation d’assistance", "Accompagnement au changement", "Formation des agents", "Reprise de données"},
	{"Maintenance et hébergement", "Exploitation du service"},
}

// invoice is the entry by which a piece of work is paid.
func (t *financeTeller) invoice(v *wallet, j, m int, amount money.Amount) *entry {
	p, w, c, month := v.project, works[j], &v.by[j], t.calendar.month(m)
	names := billNames[j]
	on := workingDay(month.First().AddDays(2 + vary(20, p.Code, w.nature, w.part, month.String(), amount.Decimal(money.EUR))))
	return &entry{exercice: month.Year, on: on, commitment: c.number, nature: p.account(w, c.bills), operation: t.codes[p.Code], from: supplierOf(p.Code, w.nature, w.part),
		contract: contractOf(c.opened.Year(), p.Code, w.part), invoice: t.invoiceNumber(p.Code, month, j, c.bills), label: names[c.bills%len(names)] + " – " + p.Name,
		amount: amount, kind: "ordinaire", project: p.Code, work: j}
}

// blur makes of some entries what operators make of them: without the operation, with a number mistyped, with no axis at all.
func (t *financeTeller) blur(m int, all []*entry) {
	month := t.calendar.month(m).String()
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b *entry) int {
		return cmp.Compare(vary(1<<20, a.project, a.invoice, month), vary(1<<20, b.project, b.invoice, month))
	})
	bare, mistyped := 1, (m&1+1)&1
	switch m {
	case lastImported:
		bare, mistyped = 6, 2
	case lastMonth:
		bare, mistyped = 3, 1
	}
	for i, e := range order {
		treat := &Treatment{Parts: []Part{{e.project, reconcile.Whole}}, Reason: "Facture rapprochée avec le service"}
		switch {
		case i < bare:
			e.operation, e.commitment, e.contract, e.treat = "", "", "", treat
		case i < bare+mistyped:
			e.operation, e.contract, e.commitment, e.treat = "", "", wrong(e.commitment), treat
			treat.Reason = "Numéro d’engagement mal saisi"
		case i < bare+mistyped+len(order)/6:
			e.operation = ""
		}
	}
}

// export writes the files of a month, and says when the finance officer works on them.
func (t *financeTeller) export(m int, all []*entry) {
	month, on := t.calendar.month(m), t.event(offset{m + 1, dayOfImport})
	t.numbers.sorted(all)
	t.out.Exports = append(t.out.Exports, t.commitmentsExport(month, on), entriesExport(month, on, all))
	t.months[m] = all
	if m == correctedMonth {
		all = t.corrected(month, all)
	}
	t.entries = append(t.entries, all...)
	if m >= lastImported {
		return
	}
	w := Work{On: t.event(offset{m + 1, dayOfQueue})}
	for _, e := range all {
		if e.treat != nil {
			e.treat.Year, e.treat.Document = e.exercice, documentOf(e)
			w.Treatments = append(w.Treatments, *e.treat)
		}
	}
	t.out.Works = append(t.out.Works, w)
}
