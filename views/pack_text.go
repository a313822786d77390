package views

import (
	"strings"
	"time"

	"jalon/governance"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// What both forms of a pack say in the same words: the page of the site and the PDF.

// Fact is a label with its text.
type Fact struct{ Name, Text string }

// OrDash is the text, a dash where there is none.
func OrDash(text string) string {
	if strings.TrimSpace(text) == "" {
		return Dash
	}
	return text
}

// ProjectTitle names a project by its code and name, once where they are the same.
func ProjectTitle(code, name string) string {
	if code == "" || code == name {
		return name
	}
	return code + nbsp + "· " + name
}

// PackCover lists what the pack is.
func (p Printer) PackCover(s *governance.Snapshot) []Fact {
	r := s.Report.Roadmap
	sitting := p.LongDate(s.Period.SittingOn)
	if s.Period.SittingAt != "" {
		sitting = p.T("pdf.at", p.Weekday(s.Period.SittingOn), sitting, s.Period.SittingAt)
	}
	return []Fact{
		{p.T("pdf.committee"), s.Committee.Name + " (" + p.T("level."+string(s.Committee.Level)) + ")"},
		{p.T("pdf.sitting"), sitting}, {p.T("pdf.figures_on"), p.LongDate(s.Period.FiguresOn)},
		{p.T("pdf.period"), p.Span(s.Period.First, s.Period.Last)}, {p.T("pdf.deadline"), p.deadline(r.End, r.DaysLeft)},
		{p.T("pdf.manager"), OrDash(r.Manager)}, {p.T("pdf.sponsor"), OrDash(r.Sponsor)},
		{p.T("pdf.edition"), p.edition(s)},
	}
}

// deadline is the end of the roadmap with the days left to it.
func (p Printer) deadline(end civil.Date, days *int) string {
	switch {
	case end.IsZero():
		return p.T("pdf.deadline_none")
	case days == nil:
		return p.LongDate(end)
	case *days < 0:
		return p.N("pdf.deadline_past", -*days, p.LongDate(end))
	}
	return p.N("pdf.deadline_left", *days, p.LongDate(end))
}

// edition says which edition this is, when it was frozen and by whom.
func (p Printer) edition(s *governance.Snapshot) string {
	if s.FrozenBy == "" {
		return p.T("pdf.edition_auto", s.Edition, p.Instant(s.FrozenAt))
	}
	return p.T("pdf.edition_of", s.Edition, p.Instant(s.FrozenAt), s.FrozenBy)
}

// Instant writes an instant in RFC 3339 on the clock of its own offset; another text stays as it is.
func (p Printer) Instant(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return p.T("pdf.instant", p.LongDate(civil.DateOf(t, t.Location())), t.Format("15:04"))
}

// Span writes two days, with words for one that is missing and a dash for none.
func (p Printer) Span(from, to civil.Date) string {
	switch {
	case from.IsZero() && to.IsZero():
		return Dash
	case from.IsZero():
		return p.T("pdf.until", to)
	case to.IsZero():
		return p.T("pdf.from", from)
	}
	return p.T("pdf.range", from, to)
}

// Days writes how long something lasts, both days included, a dash where that is not known.
func (p Printer) Days(from, to civil.Date) string {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return Dash
	}
	return p.N("pdf.days", civil.Duration(from, to))
}

// KnownOn is the day of the estimate behind a deviation, with its age.
func (p Printer) KnownOn(d portfolio.Deviation) string {
	if d.AsOf.IsZero() {
		return Dash
	}
	return p.T("pdf.known_on", d.AsOf, d.AgeDays)
}

// More writes how much more a project costs than its first baseline, a dash where one is not known.
func (p Printer) More(l *portfolio.ProjectLine, c money.Currency) string {
	if l.FirstCost == nil || l.Cost == nil {
		return Dash
	}
	d, ok := l.Cost.Add(-*l.FirstCost)
	if !ok {
		return Dash
	}
	if d > 0 {
		return "+" + p.MoneyShort(d, c)
	}
	return p.MoneyShort(d, c)
}

// OfVoted writes the current cost of a report as a share of the voted budget, "" where one is not known.
func (p Printer) OfVoted(r *portfolio.Report) string {
	if r.Roadmap.Voted == nil || r.Totals.WithCost == 0 {
		return ""
	}
	share := ratio(int64(r.Totals.SumCost), int64(*r.Roadmap.Voted))
	if share == nil {
		return ""
	}
	return p.T("pdf.of_voted", p.Share(share))
}

// TotalCost is the current cost of all projects of a report, nil where none is known.
func TotalCost(r *portfolio.Report) *money.Amount {
	if r.Totals.WithCost == 0 {
		return nil
	}
	return &r.Totals.SumCost
}

// ThemeCost is the current cost of the projects of a theme, nil where none is known.
func ThemeCost(r *portfolio.Report, t portfolio.ThemeLine) *money.Amount {
	if t.SumCost != 0 {
		return &t.SumCost
	}
	for i := range r.Projects {
		if l := &r.Projects[i]; l.ThemeID == t.ID && l.Cost != nil {
			return &t.SumCost
		}
	}
	return nil
}

// Hundredths writes basis points with both decimals, "+1,32": the parts of a decomposition add up
// on paper only when none of them is rounded.
func (p Printer) Hundredths(bp money.BasisPoints) string {
	n, sign := int64(bp), "+"
	switch {
	case n == 0:
		sign = ""
	case n < 0:
		n, sign = -n, p.minus()
	}
	return sign + p.Int(n/100) + p.point() + string([]byte{byte('0' + n%100/10), byte('0' + n%10)})
}

// DeclaredOn says how old the declared weather of a project was on the report's day, and whose it is.
func (p Printer) DeclaredOn(l *portfolio.ProjectLine, asOf civil.Date) string {
	d, author := l.Declared, ""
	if d.On.IsZero() {
		return p.T("pdf.status_none")
	}
	age := max(d.On.DaysUntil(asOf), 0)
	if l.Sheet != nil && l.Sheet.Status != nil {
		author = l.Sheet.Status.Author
	}
	if d.Stale {
		return p.N("pdf.status_stale", age, d.On, OrDash(author))
	}
	return p.N("pdf.status_on", age, d.On, OrDash(author))
}

// AskedOf is the question that a project puts to the committee, "" for none.
func AskedOf(l *portfolio.ProjectLine) string {
	if l.Declared.Question == "" && l.Sheet != nil && l.Sheet.Status != nil && !l.Sheet.Status.Stale {
		return l.Sheet.Status.NeedsDecision
	}
	return l.Declared.Question
}

// MethodTexts says how the figures of a report were made.
func (p Printer) MethodTexts(r *portfolio.Report) []string {
	return []string{
		p.T("pdf.method.deviation"), p.T("pdf.method.averages"), p.T("pdf.method.decomposition"),
		p.T("pdf.method.colours", p.Share(r.Thresholds.Amber), p.Share(r.Thresholds.Red), r.Thresholds.Version),
		p.T("pdf.method.reference", p.Share(r.ReferenceSchedule), p.Share(r.ReferenceCost)),
		p.T("pdf.method.status"), p.T("pdf.method.weight"),
	}
}

// PackMethods says how the figures of a pack were made.
func (p Printer) PackMethods(s *governance.Snapshot) []string {
	texts := p.MethodTexts(&s.Report)
	if s.Finance != nil {
		texts = append(texts, p.T("pdf.method.budget"))
	}
	return texts
}

// MethodName spells a method out; one that came later keeps its own name.
func (p Printer) MethodName(name string) string {
	switch name {
	case "drift":
		return p.T("pdf.method.name_drift")
	case "cadence":
		return p.T("pdf.method.name_cadence")
	case "snapshot":
		return p.T("pdf.method.name_snapshot")
	case "budget":
		return p.T("pdf.method.name_budget")
	case "typesetting":
		return p.T("pdf.method.name_typesetting")
	}
	return name
}

// Terms explains the words of a pack.
func (p Printer) Terms() []Fact {
	return []Fact{
		{p.T("pdf.term.baseline"), p.T("pdf.term.baseline_is")}, {p.T("pdf.term.estimate"), p.T("pdf.term.estimate_is")},
		{p.T("pdf.term.deviation"), p.T("pdf.term.deviation_is")}, {p.T("pdf.term.full_cost"), p.T("pdf.term.full_cost_is")},
		{p.T("pdf.term.weather"), p.T("pdf.term.weather_is")},
	}
}

// QualityCounts lists how many projects lack what, or have it too old.
func (p Printer) QualityCounts(q portfolio.QualityCounts) []Fact {
	count := func(key string, n int) Fact { return Fact{p.T(key), p.Int(int64(n))} }
	return []Fact{
		count("pdf.quality.no_cost", q.NoCost), count("pdf.quality.no_dates", q.NoDates), count("pdf.quality.no_status", q.NoStatus),
		count("pdf.quality.stale_status", q.StaleStatus), count("pdf.quality.old_estimate", q.OldEstimate), count("pdf.quality.no_theme", q.NoTheme),
	}
}

// estimateOldDays is the age in days above which a figure counts as old, as in the report's counts.
const estimateOldDays = 365

// Gaps lists what is missing or old of a project, by the rules of the report's counts: nobody
// reports on what is over.
func (p Printer) Gaps(l *portfolio.ProjectLine) []string {
	over := l.Phase == portfolio.PhaseClosed || l.Phase == portfolio.PhaseAbandoned
	old := l.CostDeviation.AgeDays > estimateOldDays || l.Schedule.AgeDays > estimateOldDays
	var out []string
	add := func(missing bool, key string) {
		if missing {
			out = append(out, p.T(key))
		}
	}
	add(l.Cost == nil, "pdf.gap.no_cost")
	add(l.Schedule.AsOf.IsZero(), "pdf.gap.no_dates")
	add(!over && l.Declared.On.IsZero(), "pdf.gap.no_status")
	add(!over && !l.Declared.On.IsZero() && l.Declared.Stale, "pdf.gap.stale_status")
	add(!over && old, "pdf.gap.old_estimate")
	add(l.ThemeID == 0, "pdf.gap.no_theme")
	return out
}
