package chart

import (
	"jalon/internal/civil"
	"jalon/internal/money"
)

// Budget is what bars of budget against actual are drawn from.
type Budget struct {
	Name     string // of the roadmap or project
	AsOf     civil.Date
	Currency money.Currency
	Rows     []BudgetRow
}

// BudgetRow holds the figures of one theme, project, year or section. Nil stands where there is none.
type BudgetRow struct {
	Label                                         string
	Href                                          string // a page of this site with the postings behind it; "" for none
	Voted, Allotted, Committed, Mandated, Landing *money.Amount
}

// NewBudgetBars sets what was committed, mandated and is expected against what was voted and allotted.
func NewBudgetBars(in Budget, x Texts) BudgetBars {
	b := BudgetBars{Title: x.T("chart.budget.title", in.Name, in.AsOf), Desc: x.N("chart.budget.desc", len(in.Rows)), Empty: x.T("chart.budget.empty"),
		VotedKey: x.T("chart.budget.voted"), AllottedKey: x.T("chart.budget.allotted"), CommittedKey: x.T("chart.budget.committed"),
		MandatedKey: x.T("chart.budget.mandated"), LandingKey: x.T("chart.budget.landing"), currency: in.Currency, texts: x}
	for _, r := range in.Rows {
		short := func(a *money.Amount) string { return x.MoneyShort(a, in.Currency) }
		bar := BudgetBar{BudgetRow: r, Text: short(r.Mandated), Of: x.T("chart.budget.of_none"),
			Tip: x.T("chart.budget.tip", r.Label, short(r.Voted), short(r.Allotted), short(r.Committed), short(r.Mandated), short(r.Landing))}
		if r.Voted != nil {
			bar.Of = x.T("chart.budget.of", short(r.Voted))
		}
		b.Rows = append(b.Rows, bar)
	}
	return b
}
