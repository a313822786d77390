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

// votesOf are the votes on a year that was begun before: the supplementary budget in June takes up what was not spent, an amending decision in
// October follows the committees, and the budget in December revises the authorisations for the year to come.
func (t *financeTeller) votesOf(y civil.FiscalYear, credits map[[2]string]money.Amount) {
	told := func(d civil.Date) bool { return d.After(t.out.Start) && d.Before(t.day) }
	day := func(n, d int) civil.Date { return workingDay(y.Start.AddMonths(n - 1).AddDays(d - 1)) }
	before := t.label(y.Start.AddDays(-1))
	if june := day(6, 19); told(june) {
		carried := FinanceAct{On: june, Act: finance.ActReport, Reference: reference(june, 2), Reason: "Reprise des crédits de " + before}
		for _, e := range voted {
			left := credits[[2]string{e.Code, before}] - t.spent[[2]string{e.Code, before}]
			if left = left.Percent(6_000) / euros(1_000) * euros(1_000); left > 0 && y.Start.After(t.out.Start) {
				carried.Lines = append(carried.Lines, FinanceActLine{e.Code, y.Label, e.Section, "CP", left})
			}
		}
		if len(carried.Lines) > 0 {
			t.out.Acts = append(t.out.Acts, carried)
		}
		t.out.Acts = append(t.out.Acts, FinanceAct{On: june, Act: finance.ActBS, Reference: reference(june, 2), Reason: "Budget supplémentaire",
			Lines: []FinanceActLine{{envelopeRun, y.Label, "F", "CP", euros(60_000)}}})
	}
	if october := day(10, 12); told(october) {
		t.out.Acts = append(t.out.Acts, FinanceAct{On: october, Act: finance.ActDM, Reference: reference(october, 4), Reason: "Décision modificative : hausse du prix des équipements",
			Lines: []FinanceActLine{{envelopeBase, y.Label, "I", "CP", euros(150_000)}, {envelopeUse, y.Label, "I", "CP", -euros(40_000)}, {envelopeRun, y.Label, "F", "CP", euros(35_000)}}})
	}
	if december := workingDay(y.Start.AddDays(-18)); told(december) {
		t.out.Acts = append(t.out.Acts, FinanceAct{On: december, Act: finance.ActRevise, Reference: reference(december, 5), Reason: "Révision au vote du budget primitif",
			Lines: []FinanceActLine{{Envelope: envelopeBase, Section: "I", Authorisation: "AP", Amount: euros(240_000)}}},
			FinanceAct{On: december, Act: finance.ActBP, Reference: reference(december, 5), Reason: "Budget primitif " + y.Label,
				Lines: []FinanceActLine{{envelopeBase, y.Label, "I", "CP", euros(240_000)}}})
	}
}
