package views

import (
	"slices"
	"strings"

	"jalon/finance"
	"jalon/internal/grid"
	"jalon/portfolio"
)

// Picker finds the projects of an organisation by what a person types for them, and writes them as it would find them again.
type Picker struct {
	projects []finance.Project
	labels   map[portfolio.ProjectID]string
}

// pickerGap stands between the code of a project and its name.
const pickerGap = " · "

// NewPicker makes the projects of one organisation ready. A code that two roadmaps use goes with that of the roadmap.
func NewPicker(projects []finance.Project) Picker {
	seen := map[string]int{}
	for _, q := range projects {
		seen[grid.Fold(q.Code)]++
	}
	p := Picker{projects: projects, labels: make(map[portfolio.ProjectID]string, len(projects))}
	for _, q := range projects {
		code := q.Code
		if seen[grid.Fold(code)] > 1 {
			code = q.Roadmap.Code + "/" + code
		}
		p.labels[q.ID] = code + pickerGap + q.Name
	}
	return p
}

// Label writes a project; "" for none.
func (p Picker) Label(id portfolio.ProjectID) string { return p.labels[id] }

// Suggestions lists the projects that are still in the portfolio.
func (p Picker) Suggestions() []string {
	out := make([]string, 0, len(p.projects))
	for _, q := range p.projects {
		if !q.Left {
			out = append(out, p.labels[q.ID])
		}
	}
	return out
}

// Find gives the one project that a text names: as Label writes it, or by its code or its finance code alone.
func (p Picker) Find(text string) (portfolio.ProjectID, bool) {
	code, _, _ := strings.Cut(text, pickerGap)
	var found []portfolio.ProjectID
	for _, q := range p.projects {
		label := p.labels[q.ID]
		if label == text {
			return q.ID, true
		}
		own, _, _ := strings.Cut(label, pickerGap)
		if slices.ContainsFunc([]string{own, q.Code, q.FinanceCode}, func(s string) bool { return s != "" && strings.EqualFold(s, strings.TrimSpace(code)) }) {
			found = append(found, q.ID)
		}
	}
	if len(found) != 1 {
		return 0, false
	}
	return found[0], true
}

// PartRow is one row of a form that shares something out among projects.
type PartRow struct{ Project, Share, Amount, Year string }

// partFields are rows of projects with a share and, where they may be given as well, an amount and a fiscal year. name is that of the form.
func (p Printer) partFields(name string, picker Picker, rows []PartRow, unit string, years []Choice) []Field {
	var out []Field
	form := Form{Name: name}
	for n, r := range rows {
		row := "_" + number(n)
		project := Field{Name: "project" + row, Label: p.T("queue.part.project", n+1), Value: r.Project, MaxSize: 400, Autocomplete: "off", List: form.id("project_" + number(0))}
		if n == 0 {
			project.List, project.Suggestions, project.Help = "", picker.Suggestions(), p.T("queue.part.help")
		}
		out = append(out, project, Field{Name: "share" + row, Label: p.T("queue.part.share", n+1), Value: r.Share, Unit: "%", InputMode: "decimal", MaxSize: 20})
		if unit != "" {
			out = append(out, Field{Name: "amount" + row, Label: p.T("queue.part.amount", n+1), Value: r.Amount, Unit: unit, InputMode: "decimal", MaxSize: 40})
		}
		if len(years) > 0 {
			out = append(out, Field{Name: "year" + row, Type: "select", Label: p.T("queue.part.year", n+1), Value: r.Year, Options: years})
		}
	}
	return out
}
