package views

import (
	"html/template"
	"strconv"
	"sync"
	"sync/atomic"
	"weak"

	"jalon/identity"
	"jalon/internal/keep"
	"jalon/internal/money"
	"jalon/portfolio"
)

// PageSize is the number of projects on one page of the list.
const PageSize = 50

// ProjectsPage is the list of a roadmap's projects.
type ProjectsPage struct {
	Base
	Report *portfolio.Report
	Day    Day
	Query  ProjectQuery
	Errors []FieldError
	Total  int                      // projects that match
	From   int                      // number of the first one shown, from 1
	Shown  []*portfolio.ProjectLine // those of the page
	Saved  []SavedView
}

// Costs tells whether the reader sees costs.
func (p ProjectsPage) Costs() bool { return !p.Report.CostHidden }

// Pick tells whether the reader can choose projects to change them together: not those of a past day.
func (p ProjectsPage) Pick() bool {
	return !p.Day.Past() && p.May(identity.PermEditPortfolio, placeOf(p.Report))
}

// FieldError is a message about one field of a form.
type FieldError struct{ Name, Text string }

func (ProjectsPage) template() string { return "projects" }

// projectRow is one row of the list, written out.
type projectRow struct {
	URL, Code, Name, Theme, Phase, Weight string
	Cost, CostDeviation                   string
	CostBadge, ScheduleBadge              Badge
	End, ScheduleDeviation, Slip          string
	Ask, SharedWord                       string // "" when it asks nothing, is not shared
	Costs                                 bool
	Pick, PickLabel                       string // the project's key for a box to tick; "": no box
}

// rowsOf keeps the rendered rows of the reports that are being read: a template takes some twenty
// microseconds a row, and a report never changes.
var rowsOf = keep.New[rowsKey, *keptRows](8)

// rowsKey names the rows of one report in one language, with or without a box to tick.
type rowsKey struct {
	reportKey
	pick bool
}

// keptRows are the rows by project. Beyond mostRows, some megabytes, no more are kept.
type keptRows struct {
	html sync.Map // portfolio.ProjectID to template.HTML
	n    atomic.Int32
}

const mostRows = 4000

// Rows renders the projects of the page.
func (p ProjectsPage) Rows() []template.HTML {
	kept := rowsOf.Get(rowsKey{reportKey{weak.Make(p.Report), p.Lang, p.Day.Past()}, p.Pick()}, func() *keptRows { return &keptRows{} })
	rows := make([]template.HTML, len(p.Shown))
	for i, l := range p.Shown {
		if row, ok := kept.html.Load(l.ID); ok {
			rows[i] = row.(template.HTML)
			continue
		}
		rows[i] = fragment("projects", "row", p.row(l))
		if kept.n.Add(1) <= mostRows {
			kept.html.Store(l.ID, rows[i])
		}
	}
	return rows
}

func (p ProjectsPage) row(l *portfolio.ProjectLine) projectRow {
	r := projectRow{
		URL: ProjectURL(l.ID, p.Day), Code: l.Code, Name: l.Name, Theme: l.Theme, Phase: p.PhaseName(l.Phase), Weight: p.Weight(l.Weight),
		Cost: p.MoneyShort(l.Cost, p.Report.Currency), CostDeviation: p.Percent(l.CostDeviation.BP),
		CostBadge: p.Badge(l.CostDeviation.Colour), ScheduleBadge: p.Badge(l.Schedule.Colour),
		End: p.Date(l.End), ScheduleDeviation: p.Percent(l.Schedule.BP), Slip: p.Slip(l), Costs: p.Costs(),
	}
	if p.Pick() {
		r.Pick, r.PickLabel = strconv.FormatInt(int64(l.ID), 10), p.T("list.pick", ProjectTitle(l.Code, l.Name))
	}
	if l.Theme == "" {
		r.Theme = Dash
	}
	if l.Declared.Question != "" {
		r.Ask = p.T("web.projects.asks")
	}
	if l.Interministerial {
		r.SharedWord = p.T("web.project.shared")
	}
	return r
}

// Weight writes a weight; 0 means that none is known yet.
func (p Printer) Weight(w int64) string {
	if w == 0 {
		return Dash
	}
	return p.Int(w)
}

// Slip writes how far the end moved, or a dash where no end can be compared.
func (p Printer) Slip(l *portfolio.ProjectLine) string {
	if l.FirstEnd.IsZero() || l.End.IsZero() {
		return Dash
	}
	return p.SignedDays(l.SlipDays)
}

// To is the number of the last project shown.
func (p ProjectsPage) To() int { return p.From + len(p.Shown) - 1 }

// Narrowed tells whether a filter leaves projects out.
func (p ProjectsPage) Narrowed() bool { return p.Query.narrowed() }

// AllURL is the list without any filter, on the same day.
func (p ProjectsPage) AllURL() string {
	return ProjectsURL(p.Report.Roadmap.ID, ProjectQuery{}, p.Day)
}

// FormURL is where the form of filters is sent.
func (p ProjectsPage) FormURL() string { return projectsPath(p.Report.Roadmap.ID) }

// FileURL is the list as a file.
func (p ProjectsPage) FileURL() string {
	return ProjectsCSVURL(p.Report.Roadmap.ID, p.Query, p.Day)
}

// ErrorOf gives the message about a field, "" when there is none.
func (p ProjectsPage) ErrorOf(name string) string {
	for _, e := range p.Errors {
		if e.Name == name {
			return e.Text
		}
	}
	return ""
}

// Column is a heading of the list that sorts by it.
type Column struct {
	Name, Text, URL string
	Sorted          string // ascending, descending or none: the values of aria-sort
	Numeric         bool
}

// Columns lists the headings. The one that is sorted by turns around, any other starts ascending.
func (p ProjectsPage) Columns() []Column {
	names := Columns(p.Report)
	out := make([]Column, len(names))
	for i, name := range names {
		q := p.Query
		q.Page, q.Sort, q.Desc = 0, name, false
		c := Column{Name: name, Text: p.T("web.projects.column." + name), Sorted: "none"}
		if name == p.Query.Sort || (p.Query.Sort == "" && i == 0) {
			c.Sorted = "ascending"
			if p.Query.Desc {
				c.Sorted = "descending"
			}
			q.Desc = !p.Query.Desc
		}
		c.URL = ProjectsURL(p.Report.Roadmap.ID, q, p.Day)
		switch name {
		case SortWeight, SortCost, SortCostDev, SortSchedule, SortSlip, SortEnd:
			c.Numeric = true
		}
		out[i] = c
	}
	return out
}

// Pager leads through the pages of the list.
type Pager struct {
	Page, Pages             int
	First, Prev, Next, Last string // "" where there is no such page
}

// Pager gives the links to the other pages.
func (p ProjectsPage) Pager() Pager {
	pages := max((p.Total+PageSize-1)/PageSize, 1)
	here := max(p.Query.Page, 1)
	at := func(n int) string {
		q := p.Query
		q.Page = n
		return ProjectsURL(p.Report.Roadmap.ID, q, p.Day)
	}
	g := Pager{Page: here, Pages: pages}
	if here > 1 {
		g.First, g.Prev = at(1), at(here-1)
	}
	if here < pages {
		g.Next, g.Last = at(here+1), at(pages)
	}
	return g
}

// difference is a − b when both are known.
func difference(a, b *money.Amount) *money.Amount {
	if a == nil || b == nil {
		return nil
	}
	d := *a - *b
	return &d
}
