package chart

import (
	"jalon/internal/money"
)

// FrontierOf is what an efficient frontier is drawn from.
type FrontierOf struct {
	Name     string // of the scenario
	Currency money.Currency
	Points   []FrontierPoint // in the order of their totals
	Current  *FrontierPoint  // the scenario itself; nil: it has no answer
	Credit   *money.Amount   // what the limits add up to; nil: there is none
}

// FrontierPoint is the best that was found for a total of credits, and a bound that nothing is worth more than.
type FrontierPoint struct {
	Total        money.Amount
	Value, Bound int64
	Proven       bool // the value is the best there is
}

// NewFrontier sets the value of the best selection against the credits that it takes.
func NewFrontier(in FrontierOf, x Texts) Frontier {
	f := Frontier{Title: x.T("chart.frontier.title", in.Name), Empty: x.T("chart.frontier.empty"), XLabel: x.T("chart.frontier.x"), YLabel: x.T("chart.frontier.y"),
		ProvenKey: x.T("chart.frontier.proven"), OpenKey: x.T("chart.frontier.open"), CurrentKey: x.T("chart.frontier.current"), CreditKey: x.T("chart.frontier.credit"),
		FrontierOf: in, texts: x}
	proven := 0
	for _, p := range in.Points {
		if p.Proven {
			proven++
		}
	}
	f.Desc = x.N("chart.frontier.desc", len(in.Points), proven)
	return f
}

// tip tells a point in words.
func (f Frontier) tip(p FrontierPoint) string {
	total := f.texts.MoneyShort(p.Total, f.Currency)
	if p.Proven {
		return f.texts.T("chart.frontier.tip", total, f.texts.Int(p.Value))
	}
	return f.texts.T("chart.frontier.tip_open", total, f.texts.Int(p.Value), f.texts.Int(p.Bound))
}
