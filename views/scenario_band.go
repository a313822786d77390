package views

import (
	"strconv"

	"jalon/internal/money"
	"jalon/portfolio"
)

// BandGauge is a gauge in the narrow band that stays in sight above the candidates: the credits of a year and section, or all skills together.
type BandGauge struct {
	Name, Value, Note string
	State             portfolio.GaugeState
	Width             string // of what is used, in hundredths of the limit; "" without a bar
	URL               string // of more about it
}

// Band lists the gauges that stay in sight while somebody chooses.
func (p ScenarioPage) Band() []BandGauge {
	var out []BandGauge
	for _, g := range ofKind(p.Report.Gauges, portfolio.GaugeCredit) {
		out = append(out, p.creditBand(g))
	}
	all := ofKind(p.Report.Gauges, portfolio.GaugeSkill)
	if len(all) == 0 {
		return out
	}
	n := countGauges(all)
	b := BandGauge{Name: p.T("scenarios.band.skills"), Value: n.text(p.Printer), State: portfolio.GaugeWithin, URL: "#gauges"}
	switch {
	case n.over > 0:
		b.State = portfolio.GaugeOver
	case n.full > 0:
		b.State = portfolio.GaugeFull
	case n.limited == 0:
		b.State = portfolio.GaugeNeutral
	}
	if n.limited > 0 {
		b.Note = p.N("scenarios.band.skills.of", n.limited)
	}
	return append(out, b)
}

func (p ScenarioPage) creditBand(g portfolio.Gauge) BandGauge {
	short := func(n int64) string { return p.MoneyShort(money.Amount(n), p.Report.Currency) }
	b := BandGauge{Name: p.bandName(g), State: g.State, Width: "0"}
	switch {
	case g.Limit == nil:
		b.Value, b.Note, b.Width = p.T("scenarios.gauge.neutral"), p.T("scenarios.band.used", short(g.Used)), ""
		return b
	case g.Used > *g.Limit:
		b.Note, b.Width = p.T("scenarios.band.over", short(g.Used-*g.Limit)), "100"
	default:
		b.Note = p.T("scenarios.band.left", short(*g.Limit-g.Used))
		if g.Share != nil {
			b.Width = strconv.FormatInt(int64(*g.Share)/100, 10)
		}
	}
	b.Value = p.Share(g.Share)
	if g.Share == nil {
		b.Value = short(g.Used)
	}
	return b
}

// bandName is the year and section of a gauge of credits, in short.
func (p Printer) bandName(g portfolio.Gauge) string {
	if g.Section == portfolio.SectionInvestment {
		return p.T("scenarios.band.investment", strconv.Itoa(g.Year))
	}
	return p.T("scenarios.band.operating", strconv.Itoa(g.Year))
}

// Alerts counts what does not hold of the vote, the term and the limits; "" where all holds.
func (p ScenarioPage) Alerts() string {
	n := 0
	for _, s := range append(p.GuardNotes(), p.Quota()...) {
		if s.Bad {
			n++
		}
	}
	for _, g := range p.Report.Gauges {
		if g.Kind == portfolio.GaugeSkill && g.State == portfolio.GaugeOver {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return p.N("scenarios.guard.alerts", n)
}
