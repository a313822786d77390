package views

import (
	"html/template"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"weak"

	"jalon/internal/keep"
	"jalon/internal/money"
	"jalon/portfolio"
)

// PageSize is the number of projects on one page of the list.
const PageSize = 50

// Columns that the project list can be sorted by, in display order. They are names in addresses.
const (
	SortCode     = "code"
	SortName     = "name"
	SortTheme    = "theme"
	SortPhase    = "phase"
	SortWeight   = "weight"
	SortCost     = "cost"
	SortCostDev  = "cost_deviation"
	SortEnd      = "end"
	SortSchedule = "schedule_deviation"
	SortSlip     = "slip"
)

// SortColumns lists the columns in display order; the first is the default.
var SortColumns = []string{SortCode, SortName, SortTheme, SortPhase, SortWeight, SortCost, SortCostDev, SortEnd, SortSchedule, SortSlip}

// Gaps that the list can be narrowed to: what is missing in a project.
const (
	GapCost   = "cost"
	GapDates  = "dates"
	GapStatus = "status"
	GapStale  = "stale"
	GapTheme  = "theme"
)

// Gaps lists them in display order.
var Gaps = []string{GapCost, GapDates, GapStatus, GapStale, GapTheme}

// PhaseUnknown stands for "not told" in addresses, where nothing at all means every phase.
const PhaseUnknown = "unknown"

// ProjectQuery is what a reader asked of the project list. The zero value asks for all projects
// by code. Empty strings mean "any".
type ProjectQuery struct {
	Text     string
	Theme    string // id of a theme; "0": without one
	Phase    string // a phase or PhaseUnknown
	Cost     string // computed colour of the cost deviation
	Schedule string
	Gap      string
	Question bool // only projects that need a decision
	Sort     string
	Desc     bool
	Page     int // from 1
}

// values writes the query as parameters, leaving out what is the default.
func (q ProjectQuery) values(d Day) url.Values {
	v := d.query()
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("q", q.Text)
	set("theme", q.Theme)
	set("phase", q.Phase)
	set("cost", q.Cost)
	set("schedule", q.Schedule)
	set("gap", q.Gap)
	if q.Question {
		v.Set("question", "1")
	}
	if q.Sort != SortColumns[0] {
		set("sort", q.Sort)
	}
	if q.Desc {
		v.Set("dir", "desc")
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}

// narrowed tells whether the query leaves projects out.
func (q ProjectQuery) narrowed() bool {
	return q.Text != "" || q.Theme != "" || q.Phase != "" || q.Cost != "" || q.Schedule != "" || q.Gap != "" || q.Question
}

// ProjectsURL is the project list of a roadmap for a query on a day.
func ProjectsURL(id portfolio.RoadmapID, q ProjectQuery, d Day) string {
	return withQuery(projectsPath(id), q.values(d))
}

// ProjectsCSVURL is the same list as a file, without pages.
func ProjectsCSVURL(id portfolio.RoadmapID, q ProjectQuery, d Day) string {
	q.Page = 0
	return withQuery(projectsPath(id)+".csv", q.values(d))
}

func projectsPath(id portfolio.RoadmapID) string {
	return "/roadmaps/" + strconv.FormatInt(int64(id), 10) + "/projects"
}

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
}

// FieldError is a message about one field of a form.
type FieldError struct{ Name, Text string }

func (ProjectsPage) template() string { return "projects" }

// Option is one choice of a select.
type Option struct {
	Value, Text string
	Selected    bool
}

// projectRow is one row of the list, written out.
type projectRow struct {
	URL, Code, Name, Theme, Phase, Weight string
	Cost, CostDeviation                   string
	CostBadge, ScheduleBadge              Badge
	End, ScheduleDeviation, Slip          string
	Ask, SharedWord                       string // "" when it asks nothing, is not shared
}

// rowsOf keeps the rendered rows of the reports that are being read: a template takes some twenty
// microseconds a row, and a report never changes.
var rowsOf = keep.New[reportKey, *keptRows](4)

// keptRows are the rows by project. Beyond mostRows, some megabytes, no more are kept.
type keptRows struct {
	html sync.Map // portfolio.ProjectID to template.HTML
	n    atomic.Int32
}

const mostRows = 4000

// Rows renders the projects of the page.
func (p ProjectsPage) Rows() []template.HTML {
	kept := rowsOf.Get(reportKey{weak.Make(p.Report), p.Lang, p.Day.Past()}, func() *keptRows { return &keptRows{} })
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
		End: p.Date(l.End), ScheduleDeviation: p.Percent(l.Schedule.BP), Slip: p.Slip(l),
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
	out := make([]Column, len(SortColumns))
	for i, name := range SortColumns {
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

// ThemeOptions, PhaseOptions, CostOptions, ScheduleOptions and GapOptions fill the selects.
func (p ProjectsPage) ThemeOptions() []Option {
	out := []Option{{"", p.T("web.projects.any.theme"), p.Query.Theme == ""}}
	for _, t := range p.Report.Themes {
		id, name := strconv.FormatInt(t.ID, 10), t.Name
		if t.ID == 0 {
			name = p.T("web.theme.none")
		}
		out = append(out, Option{id, name, p.Query.Theme == id})
	}
	return out
}

// PhaseOptions lists the phases.
func (p ProjectsPage) PhaseOptions() []Option {
	out := []Option{{"", p.T("web.projects.any.phase"), p.Query.Phase == ""}}
	for _, phase := range portfolio.Phases {
		out = append(out, Option{string(phase), p.PhaseName(phase), p.Query.Phase == string(phase)})
	}
	return append(out, Option{PhaseUnknown, p.PhaseName(""), p.Query.Phase == PhaseUnknown})
}

// CostOptions lists the computed colours of the cost.
func (p ProjectsPage) CostOptions() []Option { return p.colourOptions(p.Query.Cost) }

// ScheduleOptions lists the computed colours of the schedule.
func (p ProjectsPage) ScheduleOptions() []Option { return p.colourOptions(p.Query.Schedule) }

func (p ProjectsPage) colourOptions(chosen string) []Option {
	out := []Option{{"", p.T("web.projects.any.colour"), chosen == ""}}
	for _, c := range colours {
		out = append(out, Option{c, p.T("colour." + c), chosen == c})
	}
	return out
}

// GapOptions lists what may be missing in a project.
func (p ProjectsPage) GapOptions() []Option {
	out := []Option{{"", p.T("web.projects.any.gap"), p.Query.Gap == ""}}
	for _, g := range Gaps {
		out = append(out, Option{g, p.T("web.gap." + g), p.Query.Gap == g})
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

// Kept lists the parameters of the query that the form of the day carries along.
func (q ProjectQuery) Kept() []Parameter {
	var kept []Parameter
	for _, name := range []string{"q", "theme", "phase", "cost", "schedule", "gap", "question", "sort", "dir"} {
		if v := q.values(Day{}).Get(name); v != "" {
			kept = append(kept, Parameter{name, v})
		}
	}
	return kept
}

// difference is a − b when both are known.
func difference(a, b *money.Amount) *money.Amount {
	if a == nil || b == nil {
		return nil
	}
	d := *a - *b
	return &d
}
