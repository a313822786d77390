package views

import (
	"html/template"
	"math/big"
	"net/url"
	"strconv"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views/chart"
)

// The pages that hold a project's budget against what it cost.
const (
	PartFinance  = "finance"
	PartBudget   = "budget"
	PartPostings = "postings"
	PartForecast = "forecast"
	PartMoves    = "moves"
	PartFunding  = "funding"
)

// RoadmapFinanceURL is budget against actual of a roadmap on a day.
func RoadmapFinanceURL(id portfolio.RoadmapID, d Day) string {
	return withQuery(Under(id, PartFinance), d.query())
}

// ReferenceClassURL is what became of the first budgets of finished projects.
func ReferenceClassURL(id portfolio.RoadmapID) string { return Under(id, "reference-class") }

// ProjectFinanceURL is budget against actual of a project on a day.
func ProjectFinanceURL(id portfolio.ProjectID, d Day) string {
	return withQuery(UnderProject(id, PartFinance), d.query())
}

// PostingsURL lists the entries of a project under a filter.
func PostingsURL(id portfolio.ProjectID, f finance.PostingFilter) string {
	return withQuery(UnderProject(id, PartPostings), postingValues(f))
}

func postingValues(f finance.PostingFilter) url.Values {
	q := url.Values{}
	for _, x := range []struct{ name, value string }{{"year", IntValue(f.Year)}, {"period", IntValue(int64(f.Period))}, {"section", f.Section}, {"category", f.Category}, {"stage", f.Stage}, {"q", f.Text}, {"after", IntValue(int64(f.After))}} {
		if x.value != "" {
			q.Set(x.name, x.value)
		}
	}
	if f.All {
		q.Set("all", "1")
	}
	return q
}

// MoveURL is where a move is taken back.
func MoveURL(project portfolio.ProjectID, id finance.MoveID) string {
	return UnderProject(project, PartMoves) + "/" + strconv.FormatInt(int64(id), 10) + "/reverse"
}

// FundingURL is the page of a convention; path goes on from there.
func FundingURL(project portfolio.ProjectID, id finance.FundingID, path ...string) string {
	u := UnderProject(project, PartFunding) + "/" + strconv.FormatInt(int64(id), 10)
	for _, p := range path {
		u += "/" + p
	}
	return u
}

// ProjectFinanceTabs lists the pages about the money of a project, as far as the reader may see them.
func (b Base) ProjectFinanceTabs(id portfolio.ProjectID, place identity.Scope, current string) []Tab {
	var tabs []Tab
	for _, t := range []struct {
		part       string
		permission identity.Permission
	}{{PartFinance, identity.PermReadCost}, {PartPostings, identity.PermReadLedger}, {PartBudget, identity.PermReadCost}, {PartForecast, identity.PermForecast}, {PartMoves, identity.PermReadCost}, {PartFunding, identity.PermReadCost}} {
		if b.May(t.permission, place) {
			tabs = append(tabs, Tab{b.T("report.tab." + t.part), UnderProject(id, t.part), t.part == current})
		}
	}
	return tabs
}

// CostBasis names what counts as actual cost.
func (p Printer) CostBasis(b forecast.CostBasis) string { return p.T("forecast.basis." + string(b)) }

// LevelBadge is the badge of a warning; none for "".
func (p Printer) LevelBadge(l forecast.Level) Badge {
	if l == "" {
		return Badge{}
	}
	b := p.Badge(string(l))
	b.Word = p.T("forecast.level." + string(l))
	return b
}

// inCurrency writes the amounts among the arguments of a text, which knows no currency.
func (p Printer) inCurrency(args []any, c money.Currency) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch x := a.(type) {
		case money.Amount, *money.Amount:
			out[i] = p.Exact(x, c)
		default:
			out[i] = x
		}
	}
	return out
}

// WarningText says what a warning is about, in the currency of the books.
func (p Printer) WarningText(w forecast.Warning, c money.Currency) string {
	return p.T("forecast.warning."+w.Code, p.inCurrency(w.Args, c)...)
}

// FindingText says what a forecast should be looked at again for.
func (p Printer) FindingText(f forecast.Finding, c money.Currency) string {
	return p.T("forecast.finding."+f.Code, p.inCurrency(f.Args, c)...)
}

// quantity writes what a warning measured or is held against.
func (p Printer) quantity(q forecast.Quantity, c money.Currency) string {
	switch q.Unit {
	case forecast.UnitShare:
		return p.Share(money.BasisPoints(q.Value))
	case forecast.UnitDays:
		return p.N("unit.days.count", int(q.Value))
	case forecast.UnitMonths:
		return p.N("report.months", int(q.Value))
	}
	return p.Exact(money.Amount(q.Value), c)
}

// rateOf rounds an exact ratio to a basis point; nil stays nil.
func rateOf(r *big.Rat) *money.BasisPoints {
	if r == nil {
		return nil
	}
	bp, ok := money.RoundBasisPoints(r)
	if !ok {
		return nil
	}
	return &bp
}

// Index writes an exact ratio as an index with two decimals: "0,92". Nil is a dash.
func (p Printer) Index(r *big.Rat) string {
	bp := rateOf(r)
	if bp == nil {
		return Dash
	}
	hundredths := new(big.Rat).Mul(r, big.NewRat(100, 1))
	n := money.Amount(money.Round(hundredths).Int64())
	return p.AmountValue(&n, money.EUR) // hundredths, as of a euro
}

// picture draws a chart of the page.
func picture(id, title, desc string, height float64, draw func(chart.Canvas)) Picture {
	return Picture{Title: title, SVG: chart.SVG(id, chartWidth, height, chartEm, title, desc, draw)}
}

// drawn keeps the pictures that show something.
func drawn(all ...Picture) []Picture {
	var out []Picture
	for _, x := range all {
		if x.SVG != template.HTML("") {
			out = append(out, x)
		}
	}
	return out
}

// curvePicture shows what was planned, mandated and is expected, month by month; none without a month.
func (p Printer) curvePicture(name string, points []forecast.Point, c money.Currency) Picture {
	if len(points) == 0 {
		return Picture{}
	}
	s := chart.NewSCurve(chart.Curve{Name: name, Currency: c, Months: curveMonths(points)}, p)
	return picture("curve-chart", s.Title, s.Desc, s.Height(chartWidth, chartEm), s.Draw)
}

// curveMonths lays points over months without a gap: a month without a point has the sums of the one before. What was forecast of months
// that are told is left out.
func curveMonths(points []forecast.Point) []chart.CurveMonth {
	var out []chart.CurveMonth
	for _, x := range points {
		planned, month := x.Planned, x.On.MonthOf()
		m := chart.CurveMonth{Month: month, Planned: &planned, Mandated: x.Actual}
		if x.Actual == nil {
			m.Forecast = x.Forecast
		}
		for n := len(out); n > 0 && out[n-1].Month.Until(month) > 1; n = len(out) {
			gap := out[n-1]
			gap.Month = gap.Month.Add(1)
			out = append(out, gap)
		}
		if n := len(out); n > 0 && out[n-1].Month.Until(month) <= 0 {
			m.Month = out[n-1].Month
			out[n-1] = m
			continue
		}
		out = append(out, m)
	}
	return out
}

// curveTable is the table of an S-curve.
func (p Printer) curveTable(points []forecast.Point, c money.Currency) Table {
	rows := make([][]Cell, len(points))
	for i, x := range points {
		coming := x.Forecast
		if x.Actual != nil {
			coming = nil
		}
		rows[i] = cells(p.Date(x.On), p.Exact(x.Planned, c), p.Exact(x.Actual, c), p.Exact(coming, c))
	}
	t := newTable(p.T("report.curve"), []Heading{{p.T("report.curve.on"), ""}, {p.T("chart.curve.planned"), numeric}, {p.T("chart.curve.mandated"), numeric}, {p.T("chart.curve.forecast"), numeric}}, rows)
	t.None = p.T("report.curve.none")
	return t
}

// landingFacts tell where a year will land.
func (p Printer) landingFacts(l *forecast.Landing, c money.Currency) []Fact {
	return []Fact{{p.T("report.landing.open"), p.Exact(l.Open, c)}, {p.T("report.landing.low"), p.Exact(l.Low, c)}, {p.T("report.landing.central"), p.Exact(l.Central, c)}, {p.T("report.landing.high"), p.Exact(l.High, c)},
		{p.T("report.landing.rate"), p.Share(rateOf(l.Rate()))}, {p.T("report.landing.carried"), p.Exact(l.CarriedOver, c)}, {p.T("report.landing.rephase"), p.Exact(l.ToRephase, c)}, {p.T("report.landing.give_back"), p.Exact(l.ToGiveBack, c)},
		{p.T("report.landing.shortfall"), p.Exact(l.Shortfall, c)}}
}

// standingFacts are the figures of a standing that every page of one begins with.
func (p Printer) standingFacts(s finance.Standing, c money.Currency) []Fact {
	return []Fact{{p.T("report.committed"), p.Exact(s.Committed, c)}, {p.T("report.mandated"), p.Exact(s.Mandated, c)}, {p.T("report.denm"), p.Exact(s.DENM, c)}, {p.T("report.engaged"), p.Exact(s.Engaged, c)},
		{p.T("report.exposure"), p.Exact(s.Exposure(), c)}, {p.T("report.eac"), p.Exact(s.EAC(), c)}, {p.T("report.over_first"), p.Percent(s.OverFirst())}}
}

// standingColumns head the figures of standings side by side.
func (p Printer) standingColumns(first ...Heading) []Heading {
	for _, key := range []string{"report.first", "report.budget", "report.committed", "report.mandated", "report.exposure", "report.available", "report.exposure_rate", "report.eac"} {
		first = append(first, Heading{p.T(key), numeric})
	}
	return first
}

func (p Printer) standingCells(s finance.Standing, c money.Currency) []Cell {
	row := cells(p.Exact(s.First, c), p.Exact(s.Budget, c), p.Exact(s.Committed, c), p.Exact(s.Mandated, c), p.Exact(s.Exposure(), c), p.Exact(s.Available(), c), p.Share(s.ExposureRate()), p.Exact(s.EAC(), c))
	row[5].Strong = s.Available() < 0
	row[7].Note = p.overText(s)
	return row
}

// overText says how far a cost at completion is from the first budget; "" where that is nothing to go by.
func (p Printer) overText(s finance.Standing) string {
	if s.OverFirst() == nil {
		return ""
	}
	return p.Percent(s.OverFirst())
}

// dayLead says which day the figures are of, and in what they are told.
func (p Printer) dayLead(h finance.ReportHead) []string {
	return []string{p.T("report.lead", p.Date(h.AsOf), p.CostBasis(h.CostBasis)), p.Basis(h.AmountBasis, h.Currency)}
}

// signedExact writes a change of an amount with its sign.
func (p Printer) signedExact(a money.Amount, c money.Currency) string {
	if a > 0 {
		return "+" + p.Exact(a, c)
	}
	return p.Exact(a, c)
}

// dayField asks for the day of a report, as the day form of other pages does.
func (p Printer) dayField(d Day) Field {
	return Field{Name: "as_of", Type: "date", Label: p.T("web.day.label"), Value: d.Typed, Error: d.Error}
}
