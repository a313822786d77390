package views

import (
	"strconv"
	"strings"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// placeOf is where a report's roadmap stands among the scopes of rights.
func placeOf(r *portfolio.Report) identity.Scope {
	return identity.Scope{Organisation: r.OrganisationID, Roadmap: int64(r.Roadmap.ID)}
}

// Under is the address of a page below a roadmap's: "edit", "themes", "projects/new".
func Under(id portfolio.RoadmapID, page string) string { return RoadmapURL(id, Day{}) + "/" + page }

// UnderProject is the address of a page below a project's.
func UnderProject(id portfolio.ProjectID, page string) string {
	return ProjectURL(id, Day{}) + "/" + page
}

// MilestoneURL is the page of a milestone.
func MilestoneURL(id int64) string { return "/milestones/" + strconv.FormatInt(id, 10) }

// BulkURL is the page of a change of many projects.
func BulkURL(id int64) string { return "/bulk/" + strconv.FormatInt(id, 10) }

// toolbar collects the tools that the reader may use.
type toolbar struct {
	base  Base
	scope identity.Scope
	tools []Tool
}

func (t *toolbar) add(p identity.Permission, text, url, key string, main bool) {
	if t.base.May(p, t.scope) {
		t.tools = append(t.tools, Tool{t.base.T(text), url, key, main})
	}
}

// Tools lists the ways to change the roadmap; none from a past day.
func (p DashboardPage) Tools() []Tool {
	if p.Day.Past() {
		return nil
	}
	id := p.Report.Roadmap.ID
	t := toolbar{base: p.Base, scope: placeOf(p.Report)}
	t.add(identity.PermEditPortfolio, "project.new", Under(id, "projects/new"), "n", true)
	t.add(identity.PermEditPortfolio, "roadmap.edit", Under(id, "edit"), "e", false)
	t.add(identity.PermEditPortfolio, "strands.title", Under(id, "themes"), "", false)
	t.add(identity.PermImportPortfolio, "roadmap.import", Under(id, "import"), "", false)
	t.add(identity.PermEditCommittee, "roadmap.committee", Under(id, "committees/new"), "", false)
	t.add(identity.PermReleaseRoadmap, "release.title", Under(id, "release"), "", false)
	return t.tools
}

// NewURL is where the first project is made, "" when there are projects and for who may not.
func (p DashboardPage) NewURL() string {
	if len(p.Report.Projects) > 0 || p.Day.Past() || !p.May(identity.PermEditPortfolio, placeOf(p.Report)) {
		return ""
	}
	return Under(p.Report.Roadmap.ID, "projects/new")
}

// Tools lists the ways to change the list; none from a past day.
func (p ProjectsPage) Tools() []Tool {
	if p.Day.Past() {
		return nil
	}
	t := toolbar{base: p.Base, scope: placeOf(p.Report)}
	t.add(identity.PermEditPortfolio, "project.new", p.newURL(), "n", true)
	t.add(identity.PermImportPortfolio, "roadmap.import", Under(p.Report.Roadmap.ID, "import"), "", false)
	return t.tools
}

func (p ProjectsPage) newURL() string { return Under(p.Report.Roadmap.ID, "projects/new") }

// NewURL is where the first project is made, "" for who may not.
func (p ProjectsPage) NewURL() string {
	if !p.Pick() {
		return ""
	}
	return p.newURL()
}

// BulkURL is where the projects that are ticked are changed together.
func (p ProjectsPage) BulkURL() string { return Under(p.Report.Roadmap.ID, "bulk") }

// SaveURL is where the filters and the order of the list get a name.
func (p ProjectsPage) SaveURL() string {
	q := p.Query
	q.Page = 0
	return withQuery(Under(p.Report.Roadmap.ID, "views/new"), q.values(Day{}))
}

// SavedView is a saved view of the list.
type SavedView struct {
	Name, URL       string
	Shared, Current bool
	Remove          *Form // nil: not the reader's own
}

// Tools lists the ways to change the project; none from a past day.
func (p ProjectPage) Tools() []Tool {
	if p.Day.Past() {
		return nil
	}
	id := p.Line.ID
	t := toolbar{base: p.Base, scope: placeOf(p.Report)}
	t.scope.Project = int64(id)
	t.add(identity.PermReportStatus, "status.title", UnderProject(id, "status"), "s", true)
	t.add(identity.PermEditProject, "project.edit", UnderProject(id, "edit"), "e", false)
	t.add(identity.PermEditProject, "estimate.new", UnderProject(id, "estimates/new"), "n", false)
	t.add(identity.PermReadCost, "report.title", ProjectFinanceURL(id, Day{}), "", false)
	t.add(identity.PermEditProject, "milestones.title", UnderProject(id, "milestones"), "", false)
	t.add(identity.PermReadPortfolio, "needs.title", UnderProject(id, "skills"), "", false)
	t.add(identity.PermEditPortfolio, "dependencies.title", UnderProject(id, "dependencies"), "", false)
	if !p.hasBaseline() {
		t.add(identity.PermEditPortfolio, "baseline.title", UnderProject(id, "baseline"), "", false)
	}
	t.add(identity.PermEditPortfolio, "exit.title", UnderProject(id, "exit"), "", false)
	return t.tools
}

// hasBaseline tells whether a reference was set; number 0 is only what the first estimates said.
func (p ProjectPage) hasBaseline() bool {
	for _, b := range p.Line.Sheet.Baselines {
		if b.Number > 0 {
			return true
		}
	}
	return false
}

// AwayPage stands for a project that is not in the portfolio today.
type AwayPage struct {
	Base
	Text  string
	Tools []Tool
}

func (AwayPage) template() string { return "away" }

// MilestonesPage lists the milestones of a project, with a form for one more.
type MilestonesPage struct {
	Base
	Milestones []portfolio.MilestoneState
	Today      civil.Date
	Form       Form
}

func (MilestonesPage) template() string { return "milestones" }

// MilestoneRow is a milestone with the last that was said of it.
type MilestoneRow struct {
	URL, Code, Name, Baseline, Due, Reached, Told, State, StateCode string
}

// Rows writes the milestones out.
func (p MilestonesPage) Rows() []MilestoneRow {
	rows := make([]MilestoneRow, len(p.Milestones))
	for i, m := range p.Milestones {
		state := "due"
		switch {
		case !m.Withdrawn.IsZero() && !m.Withdrawn.After(p.Today):
			state = "withdrawn"
		case !m.Forecast.ReachedOn.IsZero():
			state = "reached"
		case m.Forecast.DueOn.Before(p.Today):
			state = "late"
		}
		rows[i] = MilestoneRow{MilestoneURL(m.ID), m.Code, m.Name, p.Date(m.BaselineOn), p.Date(m.Forecast.DueOn), p.Date(m.Forecast.ReachedOn), p.Date(m.Forecast.AsOf), p.T("web.milestone." + state), state}
	}
	return rows
}

// DependenciesPage lists what a project needs and what needs it, with a form for one more.
type DependenciesPage struct {
	Base
	DependsOn, NeededBy []NamedDependency
	Form                Form
}

func (DependenciesPage) template() string { return "dependencies" }

// NamedDependency is the other end of a dependency.
type NamedDependency struct {
	URL, Code, Name, Note string
	Remove                *Form
}

// StrandsPage lists the themes and the objectives of a roadmap, each list with a form for one more.
type StrandsPage struct {
	Base
	Kinds []StrandKind
}

func (StrandsPage) template() string { return "strands" }

// StrandKind is one of the two lists.
type StrandKind struct {
	ID, Title, Caption, None string
	Counts                   bool // projects stand under it
	Strands                  []StrandRow
	Form                     Form
}

// StrandRow is one theme or objective.
type StrandRow struct {
	Code, Name, Description, Position, Projects, EditURL string
	Remove                                               *Form
}

// BulkPreviewPage shows what a change of many projects would do, before it is done.
type BulkPreviewPage struct {
	Base
	Lines     []portfolio.BulkLine
	Unchanged int
	Message   string // why it was refused a moment ago
	Form      Form
	BackURL   string
}

func (BulkPreviewPage) template() string { return "bulk_preview" }

// BulkPage shows a change of many projects that was done.
type BulkPage struct {
	Base
	State  portfolio.BulkState
	When   string
	Undone string // "" while it holds
	Undo   *Form  // nil: cannot be undone, or not by the reader
}

func (BulkPage) template() string { return "bulk" }

// BulkRow is what a change does to one field of one project.
type BulkRow struct {
	URL, Project, Field, Before, After string
}

// Rows writes the change out, one row a field.
func (p BulkPreviewPage) Rows() []BulkRow { return p.bulkRows(p.Lines) }

// Rows writes the change out, one row a field.
func (p BulkPage) Rows() []BulkRow { return p.bulkRows(p.State.Lines) }

// bulkFields names the fields of a change by the texts of the project's own page.
var bulkFields = map[string]string{"theme": "web.theme.theme", "manager": "web.project.manager", "sponsor": "web.project.sponsor",
	"department": "web.project.department", "phase": "web.project.phase", "interministerial": "project.interministerial"}

func (p Printer) bulkRows(lines []portfolio.BulkLine) []BulkRow {
	var rows []BulkRow
	for _, l := range lines {
		for i, after := range l.After {
			row := BulkRow{URL: ProjectURL(l.ID, Day{}), Project: ProjectTitle(l.Project.Code, l.Project.Name), Field: after.Field, After: p.bulkValue(after), Before: Dash}
			if key, ok := bulkFields[after.Field]; ok {
				row.Field = p.T(key)
			}
			if i < len(l.Before) {
				row.Before = p.bulkValue(l.Before[i])
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func (p Printer) bulkValue(v portfolio.BulkValue) string {
	switch {
	case v.Field == "phase":
		return p.PhaseName(portfolio.Phase(v.Value))
	case v.Field == "interministerial" && v.Value == "true":
		return p.T("form.yes")
	case v.Field == "interministerial":
		return p.T("form.no")
	case strings.TrimSpace(v.Value) == "":
		return Dash
	}
	return v.Value
}

// PercentValue is a percentage as a person types it: "10", "12,5".
func (p Printer) PercentValue(bp money.BasisPoints) string {
	whole, decimals, _ := strings.Cut(money.Amount(bp).Decimal(money.EUR), ".") // hundredths, as of a euro
	if decimals = strings.TrimRight(decimals, "0"); decimals == "" {
		return whole
	}
	return whole + p.point() + decimals
}
