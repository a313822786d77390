package demo

import (
	"fmt"

	"jalon/finance"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// The envelopes of the roadmap.
const (
	envelopeAll  = "FDR-NUM-2"
	envelopeUse  = "AP-USAGES"
	envelopeBase = "AP-SOCLE"
	envelopeRun  = "AE-NUM"
)

// voted are the envelopes that credits are voted for, with their section and the kind of their authorisation.
var voted = []FinanceEnvelope{
	{Code: envelopeUse, Name: "Usages numériques (AP)", Parent: envelopeAll, Kind: finance.EnvelopeAP, Section: "I"},
	{Code: envelopeBase, Name: "Socle et équipements (AP)", Parent: envelopeAll, Kind: finance.EnvelopeAP, Section: "I"},
	{Code: envelopeRun, Name: "Fonctionnement du numérique (AE)", Parent: envelopeAll, Kind: finance.EnvelopeAE, Section: "F"},
}

// budgets are the first budgets, of the first estimates, and those that committees revised.
func (t *financeTeller) budgets(s Story) {
	for _, v := range t.wallets {
		p := v.project
		first := p.estimateOn(t.day)
		if first == nil {
			continue
		}
		for i := range p.Estimates {
			if p.Estimates[i].HasCost {
				first = &p.Estimates[i]
				break
			}
		}
		on := t.event(offset{-18, 23})
		if first.On.After(on) {
			on = workingDay(first.On.AddDays(3))
		}
		t.out.Budgets = append(t.out.Budgets, FinanceBudget{On: on, Project: p.Code, Lines: p.budgetLines(first)})
		for _, b := range s.Rebaselines {
			if b.Project != p.Code {
				continue
			}
			t.out.Budgets = append(t.out.Budgets, FinanceBudget{On: workingDay(b.On.AddDays(2)), Project: p.Code, Reference: "Comité du " + frenchDay(b.On), Reason: b.Title,
				Lines: p.budgetLines(p.estimateOn(b.On))})
		}
	}
}

// years are all fiscal years that budgets are about, and those that the story runs through.
func (t *financeTeller) years() {
	last := t.day.AddMonths(12)
	for _, v := range t.wallets {
		for i := range v.project.Estimates {
			if e := &v.project.Estimates[i]; e.HasCost {
				if _, to := e.span(works[len(works)-1]); to.After(last) {
					last = to
				}
			}
		}
	}
	first := t.wallets[0].project.Estimates[0]
	from := t.out.Start
	if first.Start.Before(from) {
		from = first.Start
	}
	for _, v := range t.wallets {
		for i := range v.project.Estimates {
			if e := &v.project.Estimates[i]; e.HasCost && e.Start.Before(from) {
				from = e.Start
			}
		}
	}
	for !from.After(last) {
		y := t.fiscal.YearOf(from)
		t.out.Years = append(t.out.Years, y)
		from = y.End.AddDays(1)
	}
}

// up rounds up to whole thousands of euros.
func up(a money.Amount, thousands int64) money.Amount {
	grain := euros(thousands * 1000)
	return (a + grain - 1) / grain * grain
}

// votes are the authorisations with their payment credits, and what followed them.
func (t *financeTeller) votes() {
	t.out.Envelopes = append([]FinanceEnvelope{{Code: envelopeAll, Name: "Budget dédié de la feuille de route", Kind: finance.EnvelopeRoadmap}}, voted...)
	need := map[[2]string]money.Amount{}
	for _, b := range t.out.Budgets {
		if b.Reference != "" || b.On.After(t.event(offset{-18, 23})) {
			continue
		}
		for _, l := range b.Lines {
			need[[2]string{l.Envelope, l.Year}] += l.Amount
		}
	}
	open := FinanceAct{On: t.out.Start, Act: finance.ActBP, Reference: reference(t.out.Start, 1), Reason: "Échéancier des crédits de paiement"}
	create := FinanceAct{On: t.out.Start, Act: finance.ActCreate, Reference: reference(t.out.Start, 1), Reason: "Ouverture de la feuille de route"}
	credits := map[[2]string]money.Amount{}
	for _, e := range voted {
		total := money.Amount(0)
		for _, y := range t.out.Years {
			key := [2]string{e.Code, y.Label}
			if need[key] == 0 {
				continue
			}
			credits[key] = up(need[key].Percent(10_400), 10)
			total += credits[key]
			open.Lines = append(open.Lines, FinanceActLine{e.Code, y.Label, e.Section, "CP", credits[key]})
		}
		create.Lines = append(create.Lines, FinanceActLine{Envelope: e.Code, Section: e.Section, Authorisation: string(e.Kind), Amount: total})
	}
	t.out.Acts = append(t.out.Acts, create, open)
	for _, y := range t.out.Years {
		t.votesOf(y, credits)
	}
	on := t.event(offset{-6, 14})
	t.out.Transfers = []FinanceTransfer{{On: on, From: envelopeUse, To: envelopeBase, Year: t.label(on), Section: "I", Amount: euros(75_000), Reference: reference(on, 3),
		Reason: "Avance des livraisons d’équipements, retard des applications"}}
}

func reference(on civil.Date, n int) string {
	return fmt.Sprintf("CD-%d-%02d-%d", on.Year(), int(on.Month()), n)
}

// votesOf are the votes on a year that was begun before: the budget is voted in December, the supplementary budget in June takes up what was not spent,
// and an amending decision in October follows the committees. Each covers what projects were given since the vote before.
func (t *financeTeller) votesOf(y civil.FiscalYear, credits map[[2]string]money.Amount) {
	told := func(d civil.Date) bool { return d.After(t.out.Start) && d.Before(t.day) }
	day := func(n, d int) civil.Date { return workingDay(y.Start.AddMonths(n - 1).AddDays(d - 1)) }
	if december := workingDay(y.Start.AddDays(-18)); told(december) {
		t.vote(finance.ActBP, december, y, credits)
	}
	before := t.label(y.Start.AddDays(-1))
	if june := day(6, 19); told(june) {
		carried := FinanceAct{On: june, Act: finance.ActReport, Reference: reference(june, 2), Reason: "Reprise des crédits de " + before}
		for _, e := range voted {
			left := credits[[2]string{e.Code, before}] - t.spent[[2]string{e.Code, before}]
			if left = left / euros(1_000) * euros(1_000); left > 0 && y.Start.After(t.out.Start) {
				carried.Lines = append(carried.Lines, FinanceActLine{e.Code, y.Label, e.Section, "CP", left})
				credits[[2]string{e.Code, y.Label}] += left
			}
		}
		if len(carried.Lines) > 0 {
			t.out.Acts = append(t.out.Acts, carried)
		}
		t.vote(finance.ActBS, june, y, credits)
	}
	if october := day(10, 12); told(october) {
		t.vote(finance.ActDM, october, y, credits)
	}
}

// provisions are the share of the reserve that each envelope is given, in basis points: equipment costs most when it is late.
var provisions = map[string]money.BasisPoints{envelopeRun: 10_000, envelopeUse: 10_000, envelopeBase: 15_000}

// reserve is what a vote on a year adds for what nobody knows yet.
var reserve = map[finance.Act]money.Amount{finance.ActBP: 120_000_00, finance.ActBS: 60_000_00, finance.ActDM: 35_000_00}

// vote revises the authorisations, and votes the payment credits of a year and those after it that the budgets of the projects need by then.
func (t *financeTeller) vote(act finance.Act, on civil.Date, y civil.FiscalYear, credits map[[2]string]money.Amount) {
	allotted := map[[2]string]money.Amount{}
	for _, b := range t.budgetsOn(on) {
		for _, l := range b.Lines {
			allotted[[2]string{l.Envelope, l.Year}] += l.Amount
		}
	}
	reason := map[finance.Act]string{finance.ActBP: "Budget primitif " + y.Label, finance.ActBS: "Budget supplémentaire " + y.Label, finance.ActDM: "Décision modificative : nouvelles références des comités"}[act]
	number := map[finance.Act]int{finance.ActBP: 5, finance.ActBS: 2, finance.ActDM: 4}[act]
	revise := FinanceAct{On: on, Act: finance.ActRevise, Reference: reference(on, number), Reason: reason}
	open := FinanceAct{On: on, Act: act, Reference: reference(on, number), Reason: reason}
	for _, e := range voted {
		more := money.Amount(0)
		for _, year := range t.out.Years {
			key := [2]string{e.Code, year.Label}
			if year.Start.Before(y.Start) {
				continue
			}
			add := up(max(allotted[key]-credits[key], 0), 10)
			if year == y {
				add += reserve[act].Percent(provisions[e.Code])
			}
			if add > 0 {
				open.Lines = append(open.Lines, FinanceActLine{e.Code, year.Label, e.Section, "CP", add})
				credits[key] += add
				more += add
			}
		}
		if more > 0 {
			revise.Lines = append(revise.Lines, FinanceActLine{Envelope: e.Code, Section: e.Section, Authorisation: string(e.Kind), Amount: more})
		}
	}
	t.out.Acts = append(t.out.Acts, revise, open)
}

// budgetsOn are the budgets that hold on a day, by project.
func (t *financeTeller) budgetsOn(day civil.Date) map[string]FinanceBudget {
	out := map[string]FinanceBudget{}
	for _, b := range t.out.Budgets {
		if !b.On.After(day) && (out[b.Project].On.IsZero() || !b.On.Before(out[b.Project].On)) {
			out[b.Project] = b
		}
	}
	return out
}
