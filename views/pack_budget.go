package views

import (
	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/governance"
	"jalon/internal/money"
	"jalon/views/chart"
)

// PackBudget is the budget of a pack in words and figures: its page and its PDF show the same. A cell that names a project has the
// project's code for its address.
type PackBudget struct {
	Printer
	budget   *finance.PackFinance
	since    *governance.SincePack
	currency money.Currency
	roadmap  string
}

// PackBudget gives the budget of a snapshot, false for one without.
func (p Printer) PackBudget(s *governance.Snapshot) (PackBudget, bool) {
	if s.Finance == nil {
		return PackBudget{}, false
	}
	return PackBudget{p, s.Finance, s.Since, s.Report.Currency, s.Report.Roadmap.Name}, true
}

func (b PackBudget) short(amount any) string { return b.MoneyShort(amount, b.currency) }
func (b PackBudget) full(amount any) string  { return b.Exact(amount, b.currency) }

// Lead says which day the figures are of and in what they are told.
func (b PackBudget) Lead() string {
	return b.T("pdf.budget.lead", b.LongDate(b.budget.AsOf), b.CostBasis(forecast.CostBasis(b.budget.CostBasis))) + " " + b.Basis(b.budget.AmountBasis, b.currency)
}

// Figures are the key figures of all years.
func (b PackBudget) Figures() []KeyFigure {
	f, t := b.budget, b.budget.Totals
	share := func(key string, bp *money.BasisPoints) []string {
		if bp == nil {
			return nil
		}
		return []string{b.T(key, b.Share(bp))}
	}
	voted := KeyFigure{Name: b.T("pdf.budget.voted"), Value: b.short(f.Voted), Notes: []string{b.T("pdf.budget.credits")}}
	if f.Authorised != 0 {
		voted.Notes = []string{b.T("pdf.budget.authorised", b.short(f.Authorised))}
	}
	landing := KeyFigure{Name: b.T("pdf.budget.landing"), Value: b.short(t.EAC), Notes: []string{b.T("pdf.budget.landing_none")}}
	if t.EAC != nil {
		landing.Notes = nil
		if t.OverFirst != nil {
			landing.Notes = []string{b.T("pdf.budget.over_first", t.OverFirst)}
		}
	}
	return []KeyFigure{voted,
		{Name: b.T("pdf.budget.allotted"), Value: b.short(t.Budget), Notes: share("pdf.budget.of_voted", ratio(int64(t.Budget), int64(f.Voted)))},
		{Name: b.T("pdf.budget.committed"), Value: b.short(t.Committed), Notes: share("pdf.budget.of_allotted", ratio(int64(t.Committed), int64(t.Budget)))},
		{Name: b.T("pdf.budget.mandated"), Value: b.short(t.Mandated), Notes: share("pdf.budget.of_allotted", t.Rate)},
		{Name: b.T("pdf.budget.exposure"), Value: b.short(t.Exposure), Notes: share("pdf.budget.of_allotted", t.Exposed)}, landing}
}

// Bars set all years, then each of them, against what was voted.
func (b PackBudget) Bars() chart.BudgetBars {
	f, t := b.budget, &b.budget.Totals
	rows := []chart.BudgetRow{{Label: b.T("pdf.budget.all_years"), Voted: &f.Voted, Allotted: &t.Budget, Committed: &t.Committed, Mandated: &t.Mandated, Landing: t.EAC}}
	for i := range f.Years {
		y := &f.Years[i]
		row := chart.BudgetRow{Label: b.T("pdf.budget.year", y.Code), Voted: &y.Voted, Allotted: &y.Budget, Mandated: &y.Mandated}
		if f.Year != nil && f.Year.Code == y.Code {
			row.Landing = &f.Year.Central
		}
		rows = append(rows, row)
	}
	return chart.NewBudgetBars(chart.Budget{Name: b.roadmap, AsOf: f.AsOf, Currency: b.currency, Rows: rows}, b.Printer)
}

// YearTitle heads the landing of the year, "" where there is no year to land.
func (b PackBudget) YearTitle() string {
	if b.budget.Year == nil {
		return ""
	}
	return b.T("pdf.budget.year_title", b.budget.Year.Code)
}

// YearFacts tell where the year will land, and what becomes of the credits that it leaves.
func (b PackBudget) YearFacts() []Fact {
	y := b.budget.Year
	if y == nil {
		return nil
	}
	central := b.full(y.Central)
	if y.Rate != nil {
		central = b.T("pdf.budget.central_of", central, b.Share(y.Rate))
	}
	facts := []Fact{{b.T("pdf.budget.open"), b.full(y.Open)}, {b.T("pdf.budget.mandated"), b.full(y.Mandated)}, {b.T("pdf.budget.central"), central}}
	if y.Low != y.High {
		facts = append(facts, Fact{b.T("pdf.budget.between"), b.T("pdf.budget.range", b.full(y.Low), b.full(y.High))})
	}
	for _, x := range []struct {
		key    string
		amount money.Amount
	}{{"pdf.budget.carried", y.Carried}, {"pdf.budget.rephase", y.ToRephase}, {"pdf.budget.give_back", y.GiveBack}, {"pdf.budget.shortfall", y.Shortfall}} {
		if x.amount != 0 {
			facts = append(facts, Fact{b.T(x.key), b.full(x.amount)})
		}
	}
	return facts
}

// HasCurve tells whether there are months to draw.
func (b PackBudget) HasCurve() bool { return len(b.budget.Curve) > 0 }

// points are those of the engine that drew the curve.
func (b PackBudget) points() []forecast.Point {
	out := make([]forecast.Point, len(b.budget.Curve))
	for i, x := range b.budget.Curve {
		out[i] = forecast.Point{On: x.On, Planned: x.Planned, Actual: x.Actual, Forecast: x.Forecast}
	}
	return out
}

// Curve sets what was mandated month by month against what the budgets plan.
func (b PackBudget) Curve() chart.SCurve {
	return chart.NewSCurve(chart.Curve{Name: b.roadmap, Currency: b.currency, Months: curveMonths(b.points())}, b.Printer)
}

// HasWaterfall tells whether there are first budgets to begin with.
func (b PackBudget) HasWaterfall() bool { return b.budget.Waterfall != nil }

// Waterfall leads from the first budgets to the current cost, with what nobody explained in grey.
func (b PackBudget) Waterfall() chart.Waterfall {
	w := b.budget.Waterfall
	in := chart.CostChange{Name: b.roadmap, Currency: b.currency, First: w.First, Current: w.Current}
	for _, s := range w.Steps {
		if forecast.Cause(s.Cause) != forecast.CauseUnexplained {
			in.Causes = append(in.Causes, chart.CostCause{Label: b.T("forecast.cause." + s.Cause), Amount: s.Amount})
		}
	}
	return chart.NewWaterfall(in, b.Printer)
}

// WaterfallNote says what the current cost is, and how much of the way to it nobody explained.
func (b PackBudget) WaterfallNote() string {
	w := b.budget.Waterfall
	note := b.T("pdf.budget.explains_eac")
	if w.Explains == "budget" {
		note = b.T("pdf.budget.explains_budget")
	}
	for _, s := range w.Steps {
		if forecast.Cause(s.Cause) == forecast.CauseUnexplained && s.Amount != 0 {
			note += " " + b.T("pdf.budget.unexplained", b.signedExact(s.Amount, b.currency))
		}
	}
	return note
}

// Certificate says how far the books behind the figures are reconciled and who answers for it, or that nobody does yet.
func (b PackBudget) Certificate() []string {
	c, out := b.budget.Certificate, []string{}
	if c == nil {
		out = append(out, b.T("pdf.budget.certificate_none"))
	} else {
		out = append(out, b.certified(c))
		if !c.FourEyes {
			out = append(out, b.T("certificate.one_pair"))
		}
		if c.To.Before(b.budget.AsOf) {
			out = append(out, b.T("pdf.budget.certificate_until", b.LongDate(c.To)))
		}
		out = append(out, b.T("pdf.budget.certificate_seal", c.Year, c.Period, c.Seal))
	}
	if s := b.budget.Scope; s != nil {
		out = append(out, b.T("pdf.budget.scope", b.full(s.Total), b.full(s.Allocated), b.full(s.Excluded), b.full(s.Unallocated)))
	}
	return out
}

// certified is a certificate in a sentence.
func (b PackBudget) certified(c *finance.PackCertificate) string {
	signed := []any{b.LongDate(c.To), b.Who(c.SignedBy), b.LongDate(c.SignedOn)}
	if c.Reconciled == nil {
		return b.T("pdf.budget.certified_nothing", signed...)
	}
	share := b.ShareDown(c.Reconciled)
	if c.OpenLines == 0 {
		return b.T("pdf.budget.certified_whole", append([]any{share}, signed...)...)
	}
	return b.T("pdf.budget.certified", append([]any{share, b.N("unit.days.count", c.OldestDays), b.N("pdf.budget.lines", int(c.OpenLines)), b.full(c.OpenSum)}, signed...)...)
}

// AlertCount is how many alerts call for a decision: those about projects and the roadmap, beyond the list as well, and those about the books.
func (b PackBudget) AlertCount() int {
	n := b.budget.Red
	for _, w := range b.budget.Warnings {
		if ofBooks(w) {
			n++
		}
	}
	return n
}

// ofBooks tells whether an alert is about the books of the organisation, which the count of a roadmap's alerts leaves out.
func ofBooks(w finance.PackWarning) bool { return w.Project == "" && w.Name == "" }

// warning writes a warning of the snapshot.
func (b PackBudget) warning(w finance.PackWarning) string {
	args := make([]any, len(w.Args))
	for i, a := range w.Args {
		switch {
		case a.Amount != nil:
			args[i] = *a.Amount
		case a.On != nil:
			args[i] = *a.On
		case a.Number != nil:
			args[i] = *a.Number
		default:
			args[i] = a.Text
		}
	}
	return b.WarningText(forecast.Warning{Code: w.Code, Args: args}, b.currency)
}

// subject names what an alert or a credit is about: a project, or the words for what is none.
func (b PackBudget) subject(code, name, other string) Cell {
	if code == "" {
		return Cell{Text: other}
	}
	return Cell{Text: ProjectTitle(code, name), URL: code}
}
