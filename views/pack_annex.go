package views

import (
	"strings"

	"jalon/portfolio"
)

// Methods says how the figures were made.
func (p PackPage) Methods() []string {
	r := p.Report
	return []string{
		p.T("pdf.method.deviation"), p.T("pdf.method.averages"), p.T("pdf.method.decomposition"),
		p.T("pdf.method.colours", p.Share(r.Thresholds.Amber), p.Share(r.Thresholds.Red), r.Thresholds.Version),
		p.T("pdf.method.reference", p.Share(r.ReferenceSchedule), p.Share(r.ReferenceCost)),
		p.T("pdf.method.status"), p.T("pdf.method.weight"),
	}
}

// Versions lists the methods with the versions that ran.
func (p PackPage) Versions() Table {
	var rows [][]Cell
	for _, m := range p.Snapshot.Methods {
		name := m.Name
		switch name { // a method that came later keeps its own name
		case "drift":
			name = p.T("pdf.method.name_drift")
		case "cadence":
			name = p.T("pdf.method.name_cadence")
		case "snapshot":
			name = p.T("pdf.method.name_snapshot")
		}
		rows = append(rows, cells(name, m.Version))
	}
	return newTable(p.T("web.pack.versions"), []Heading{p.column("pdf.col.method", ""), p.column("pdf.col.version", "")}, rows)
}

// Glossary explains the words of the pack.
func (p PackPage) Glossary() []Fact {
	return []Fact{
		{p.T("pdf.term.baseline"), p.T("pdf.term.baseline_is")}, {p.T("pdf.term.estimate"), p.T("pdf.term.estimate_is")},
		{p.T("pdf.term.deviation"), p.T("pdf.term.deviation_is")}, {p.T("pdf.term.full_cost"), p.T("pdf.term.full_cost_is")},
		{p.T("pdf.term.weather"), p.T("pdf.term.weather_is")},
	}
}

// Quality counts what is missing or old.
func (p PackPage) Quality() Table {
	q, all := p.Report.Totals.Quality, p.Int(int64(p.Report.Totals.Projects))
	var rows [][]Cell
	for _, f := range []struct {
		key string
		n   int
	}{
		{"pdf.quality.no_cost", q.NoCost}, {"pdf.quality.no_dates", q.NoDates}, {"pdf.quality.no_status", q.NoStatus},
		{"pdf.quality.stale_status", q.StaleStatus}, {"pdf.quality.old_estimate", q.OldEstimate}, {"pdf.quality.no_theme", q.NoTheme},
	} {
		rows = append(rows, cells(p.T(f.key), p.Int(int64(f.n)), all))
	}
	return newTable(p.T("pdf.quality"), []Heading{p.column("pdf.col.quality", ""), p.column("pdf.col.projects", numeric), p.column("pdf.col.out_of", numeric)}, rows)
}

// QualityProjects names the projects of which something is missing or old.
func (p PackPage) QualityProjects() Table {
	var rows [][]Cell
	for i := range p.Report.Projects {
		l := &p.Report.Projects[i]
		if gaps := p.Gaps(l); len(gaps) > 0 {
			rows = append(rows, []Cell{p.line(l), {Text: strings.Join(gaps, p.T("list.semicolon"))}, {Text: p.Date(l.Declared.On)},
				{Text: p.Date(l.CostDeviation.AsOf)}, {Text: p.Date(l.Schedule.AsOf)}})
		}
	}
	return newTable(p.T("pdf.quality_projects"), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.gaps", written), p.column("pdf.col.status_on", numeric),
		p.column("pdf.col.cost_on", numeric), p.column("pdf.col.dates_on", numeric)}, rows)
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
