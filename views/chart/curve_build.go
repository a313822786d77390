package chart

import (
	"strings"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// Curve is what an S-curve is drawn from.
type Curve struct {
	Name     string // of the roadmap or project
	Currency money.Currency
	Months   []CurveMonth // one after the other, none left out
}

// CurveMonth holds sums since the beginning, at the end of the month. Nil stands where there is none: what will be
// mandated, and what was forecast of a month that is past.
type CurveMonth struct {
	Month                       civil.Month
	Planned, Mandated, Forecast *money.Amount
}

// NewSCurve sets what was mandated against what was planned, and what is still to come.
func NewSCurve(in Curve, x Texts) SCurve {
	s := SCurve{Title: x.T("chart.curve.title", in.Name), YLabel: x.T("chart.curve.y"), Empty: x.T("chart.curve.empty"), currency: in.Currency, texts: x}
	planned := SCurveLine{Label: x.T("chart.curve.planned"), Ink: Second, Width: 0.12, Marker: Square}
	mandated := SCurveLine{Label: x.T("chart.curve.mandated"), Ink: Accent, Width: 0.2, Marker: Disc, Area: true}
	forecast := SCurveLine{Label: x.T("chart.curve.forecast"), Ink: Accent, Width: 0.16, Dash: Dashed, Marker: Ring, Onward: true}
	for _, m := range in.Months {
		s.Months = append(s.Months, m.Month)
		planned.Values, mandated.Values, forecast.Values = append(planned.Values, m.Planned), append(mandated.Values, m.Mandated), append(forecast.Values, m.Forecast)
	}
	var ends []string
	for _, l := range []SCurveLine{planned, mandated, forecast} {
		if i := l.last(); i >= 0 {
			l.End = x.MoneyShort(*l.Values[i], in.Currency)
			l.Key = x.T("chart.curve.key", l.Label, l.End, x.Period(s.Months[i].String()))
			ends = append(ends, l.Key)
		}
		s.Lines = append(s.Lines, l)
	}
	s.Desc = x.N("chart.curve.desc", len(in.Months), strings.Join(ends, x.T("list.semicolon")))
	return s
}
