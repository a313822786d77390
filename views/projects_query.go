package views

import (
	"net/url"
	"slices"
	"strconv"

	"jalon/portfolio"
)

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

// Columns lists the columns that a report can be sorted by: those that speak of costs are none for who may
// not read them.
func Columns(r *portfolio.Report) []string {
	if !r.CostHidden {
		return SortColumns
	}
	return slices.DeleteFunc(slices.Clone(SortColumns), func(c string) bool { return c == SortWeight || c == SortCost || c == SortCostDev })
}

// GapsOf lists the gaps that a report can be narrowed to.
func GapsOf(r *portfolio.Report) []string {
	if !r.CostHidden {
		return Gaps
	}
	return slices.DeleteFunc(slices.Clone(Gaps), func(g string) bool { return g == GapCost })
}

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

// Encode writes the query as parameters of an address.
func (q ProjectQuery) Encode() string { return q.values(Day{}).Encode() }

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

// Option is one choice of a select.
type Option struct {
	Value, Text string
	Selected    bool
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
	for _, g := range GapsOf(p.Report) {
		out = append(out, Option{g, p.T("web.gap." + g), p.Query.Gap == g})
	}
	return out
}
