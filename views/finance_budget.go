package views

import (
	"strconv"

	"jalon/finance"
	"jalon/identity"
	"jalon/portfolio"
)

// BudgetURL is the page of a project's budget.
func BudgetURL(id portfolio.ProjectID) string { return ProjectURL(id, Day{}) + "/budget" }

// Lines that a form of a budget offers beyond those that hold, and at most.
const (
	MoreLines = 6
	MostLines = 500
)

// BudgetPage shows the budget of a project in all its versions.
type BudgetPage struct {
	Base
	Budget finance.ProjectBudget
	Place  identity.Scope
}

// Page puts the page together, the version that holds first.
func (p BudgetPage) Page() SectionsPage {
	b := p.Budget
	out := SectionsPage{Base: p.Base, Lead: []string{p.Basis(b.Basis, b.Currency)}}
	s := Section{ID: "versions", Title: p.T("budget.versions")}
	if b.FinanceCode != "" {
		s.Facts = []Fact{{p.T("codes.code"), b.FinanceCode}}
	}
	var rows [][]Cell
	for i := len(b.Versions) - 1; i >= 0; i-- {
		v := b.Versions[i]
		name := p.T("budget.version", v.Number)
		if v.Number == 1 {
			name = p.T("budget.first")
		}
		rows = append(rows, []Cell{{Text: name, URL: "#v" + strconv.Itoa(v.Number)}, {Text: p.Date(v.DecidedOn)}, {Text: OrDash(v.DecisionReference), Note: v.Reason}, {Text: p.Exact(v.Total(), b.Currency)}})
	}
	t := newTable(p.T("budget.versions"), []Heading{{p.T("budget.version.name"), ""}, {p.T("budget.decided_on"), ""}, {p.T("budget.decision"), ""}, {p.T("budget.total"), numeric}}, rows)
	t.None = p.T("budget.none")
	s.Tables = []Table{t}
	if p.May(identity.PermEditBudget, p.Place) {
		s.Links = []Tool{{Text: p.T("budget.new.link"), URL: BudgetURL(b.ProjectID) + "/new", Main: true}}
	}
	out.Sections = []Section{s}
	if len(b.Proposals) > 0 {
		out.Sections = append(out.Sections, p.proposals())
	}
	for i := len(b.Versions) - 1; i >= 0; i-- {
		out.Sections = append(out.Sections, p.lines(b.Versions[i]))
	}
	return out
}

func (p BudgetPage) lines(v finance.BudgetVersion) Section {
	envelopes, years := map[finance.EnvelopeID]string{}, map[int64]string{}
	for _, e := range p.Budget.Envelopes {
		envelopes[e.ID] = e.Code + " · " + e.Name
	}
	for _, y := range p.Budget.Years {
		years[y.ID] = y.Code
	}
	rows := make([][]Cell, len(v.Lines))
	for i, l := range v.Lines {
		rows[i] = cells(years[l.YearID], p.SectionName(l.Section), p.CategoryName(l.Category), OrDash(envelopes[l.Envelope]), p.Exact(l.Amount, p.Budget.Currency))
	}
	title := p.T("budget.lines_of", v.Number)
	return Section{ID: "v" + strconv.Itoa(v.Number), Title: title, Tables: []Table{newTable(title, []Heading{{p.T("control.year"), ""}, {p.T("control.dimension.section"), ""}, {p.T("budget.category"), ""},
		{p.T("budget.envelope"), ""}, {p.T("movement.amount"), numeric}}, rows)}}
}

// CategoryName names a category of costs.
func (p Printer) CategoryName(c finance.Category) string {
	if c == "" {
		return Dash
	}
	return p.T("budget.category." + string(c))
}

func (p Printer) categoryChoices(chosen finance.Category) []Choice {
	var out []Choice
	for _, c := range finance.Categories {
		out = append(out, Choice{Value: string(c), Text: p.CategoryName(c), Selected: c == chosen})
	}
	return out
}

// BudgetFields are the fields of the next version, with so many lines: those that hold now, and empty ones. A line without an amount
// is none.
func (p Printer) BudgetFields(b finance.ProjectBudget, lines int) []Field {
	draft := b.Draft()
	fields := []Field{{Name: "rows", Type: "hidden", Value: strconv.Itoa(lines)}, {Name: "decided_on", Type: "date", Label: p.T("budget.decided_on"), Required: true},
		{Name: "decision_reference", Label: p.T("budget.decision"), Required: draft.After > 0, MaxSize: 200}, {Name: "reason", Type: "textarea", Label: p.T("movement.reason"), Required: draft.After > 0, MaxSize: 2000}}
	for n := range lines {
		var l finance.BudgetLine
		row, amount := "_"+strconv.Itoa(n+1), ""
		if n < len(draft.Lines) {
			l = draft.Lines[n]
			amount = p.AmountValue(&l.Amount, b.Currency)
		}
		envelopes := []Choice{{Value: "", Text: p.T("budget.no_envelope")}}
		for _, e := range b.Envelopes {
			envelopes = append(envelopes, Choice{Value: strconv.FormatInt(int64(e.ID), 10), Text: e.Code + " · " + e.Name, Selected: e.ID == l.Envelope})
		}
		fields = append(fields, Field{Name: "line" + row, Type: "heading", Label: p.T("movement.line", n+1)}, Field{Name: "year" + row, Type: "select", Label: p.T("control.year"), Options: p.yearChoices(finance.Calendar{Years: b.Years}, l.YearID, true)},
			Field{Name: "section" + row, Type: "select", Label: p.T("control.dimension.section"), Options: p.sectionChoices(l.Section, false)}, Field{Name: "category" + row, Type: "select", Label: p.T("budget.category"), Options: p.categoryChoices(l.Category)},
			Field{Name: "envelope" + row, Type: "select", Label: p.T("budget.envelope"), Options: envelopes}, Field{Name: "amount" + row, Label: p.T("movement.amount"), Value: amount, Unit: string(b.Currency), InputMode: "decimal"})
	}
	return fields
}
