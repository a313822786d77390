package views

import (
	"strings"
)

// Methods says how the figures were made.
func (p PackPage) Methods() []string { return p.PackMethods(p.Snapshot) }

// Glossary explains the words of the pack.
func (p PackPage) Glossary() []Fact { return p.Terms() }

// Versions lists the methods with the versions that ran.
func (p PackPage) Versions() Table {
	var rows [][]Cell
	for _, m := range p.Snapshot.Methods {
		rows = append(rows, cells(p.MethodName(m.Name), m.Version))
	}
	return newTable(p.T("web.pack.versions"), []Heading{p.column("pdf.col.method", ""), p.column("pdf.col.version", "")}, rows)
}

// Quality counts what is missing or old.
func (p PackPage) Quality() Table {
	all := p.Int(int64(p.Report.Totals.Projects))
	var rows [][]Cell
	for _, f := range p.QualityCounts(p.Report.Totals.Quality) {
		rows = append(rows, cells(f.Name, f.Text, all))
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
