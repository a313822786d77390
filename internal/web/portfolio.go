package web

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/portfolio/drift"
	"jalon/views"
)

// PortfolioWork is what the site changes in the register.
type PortfolioWork interface {
	Roadmap(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) (portfolio.Roadmap, error)
	CreateRoadmap(ctx context.Context, actor identity.Actor, in portfolio.RoadmapInput) (portfolio.Roadmap, error)
	UpdateRoadmap(ctx context.Context, actor identity.Actor, version int64, r portfolio.Roadmap, thresholds *drift.Thresholds, validFrom civil.Date) (portfolio.Roadmap, error)
	Thresholds(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) (drift.Thresholds, error)
	Release(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, version int64, released bool) error
	Strands(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, kind string) ([]portfolio.Strand, error)
	SaveStrand(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, kind string, in portfolio.Strand) (portfolio.Strand, error)
	RemoveStrand(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, kind string, strand, version int64) error

	Project(ctx context.Context, actor identity.Actor, id portfolio.ProjectID) (portfolio.Project, portfolio.Roadmap, error)
	AddProject(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, in portfolio.ProjectInput) (portfolio.Project, error)
	UpdateProject(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, version int64, in portfolio.ProjectInput) (portfolio.Project, error)
	BookEstimate(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, e portfolio.Estimate) error
	SetFirstBaseline(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, b portfolio.Baseline) error
	RecordExit(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, on civil.Date, reason string) error
	RecordReturn(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, on civil.Date) error
	Milestones(ctx context.Context, actor identity.Actor, id portfolio.ProjectID) ([]portfolio.MilestoneState, error)
	Milestone(ctx context.Context, actor identity.Actor, id int64) (portfolio.MilestoneState, portfolio.Project, error)
	AddMilestone(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, on civil.Date, m portfolio.Milestone) error
	ForecastMilestone(ctx context.Context, actor identity.Actor, milestone, version int64, forecast portfolio.MilestoneForecast) error
	WithdrawMilestone(ctx context.Context, actor identity.Actor, milestone, version int64, on civil.Date) error
	Dependencies(ctx context.Context, actor identity.Actor, id portfolio.ProjectID) ([]portfolio.Dependency, error)
	AddDependency(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, dependsOnCode, note string) error
	RemoveDependency(ctx context.Context, actor identity.Actor, id, dependsOn portfolio.ProjectID) error
	LastStatus(ctx context.Context, actor identity.Actor, id portfolio.ProjectID) (*portfolio.StatusReport, error)
	ReportStatus(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, rep portfolio.StatusReport) error

	PreviewBulk(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, ids []portfolio.ProjectID, c portfolio.BulkChange) (portfolio.BulkPreview, error)
	ApplyBulk(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, versions map[portfolio.ProjectID]int64, c portfolio.BulkChange) (portfolio.BulkResult, error)
	Bulk(ctx context.Context, actor identity.Actor, id int64) (portfolio.BulkState, error)
	UndoBulk(ctx context.Context, actor identity.Actor, id int64) error
	SavedViews(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) ([]portfolio.SavedView, error)
	SaveView(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, v portfolio.SavedView) error
	RemoveView(ctx context.Context, actor identity.Actor, id int64) error
	RequestWork
	ScenarioWork
	ScoringWork
}

// What is fixed in an address stands before what is open at the same place: the first that matches answers.
var portfolioRoutes = slices.Concat(roadmapRoutes, requestRoutes, skillRoutes, scenarioRoutes, scoringRoutes, projectRoutes, bulkRoutes)

var roadmapRoutes = []route{
	form("/roadmaps/new", identity.PermEditPortfolio, (*site).roadmapNew),
	page("/roadmaps/:id", identity.PermReadPortfolio, (*site).roadmapShow),
	form("/roadmaps/:id/edit", identity.PermEditPortfolio, (*site).roadmapEdit),
	form("/roadmaps/:id/release", identity.PermReleaseRoadmap, (*site).roadmapRelease),
	form("/roadmaps/:id/themes", identity.PermEditPortfolio, strands(portfolio.KindTheme)),
	form("/roadmaps/:id/objectives", identity.PermEditPortfolio, strands(portfolio.KindObjective)),
	form("/roadmaps/:id/themes/:strand/edit", identity.PermEditPortfolio, strandEdit(portfolio.KindTheme)),
	form("/roadmaps/:id/objectives/:strand/edit", identity.PermEditPortfolio, strandEdit(portfolio.KindObjective)),
	act("/roadmaps/:id/themes/:strand/remove", identity.PermEditPortfolio, strandRemove(portfolio.KindTheme)),
	act("/roadmaps/:id/objectives/:strand/remove", identity.PermEditPortfolio, strandRemove(portfolio.KindObjective)),
	page("/roadmaps/:id/projects", identity.PermReadPortfolio, (*site).projectList),
	page("/roadmaps/:id/projects.csv", identity.PermReadPortfolio, (*site).projectFile),
	form("/roadmaps/:id/projects/new", identity.PermEditPortfolio, (*site).projectNew),
	form("/roadmaps/:id/views/new", identity.PermReadPortfolio, (*site).viewNew),
	act("/views/:id/remove", identity.PermReadPortfolio, (*site).viewRemove),
}

var projectRoutes = []route{
	page("/projects/:id", identity.PermReadPortfolio, (*site).projectShow),
	form("/projects/:id/edit", identity.PermEditProject, (*site).projectEdit),
	form("/projects/:id/status", identity.PermReportStatus, (*site).statusReport),
	form("/projects/:id/estimates/new", identity.PermEditProject, (*site).estimateNew),
	form("/projects/:id/baseline", identity.PermEditPortfolio, (*site).baselineSet),
	form("/projects/:id/exit", identity.PermEditPortfolio, (*site).projectExit),
	form("/projects/:id/return", identity.PermEditPortfolio, (*site).projectReturn),
	form("/projects/:id/milestones", identity.PermEditProject, (*site).milestones),
	form("/milestones/:id", identity.PermEditProject, (*site).milestoneEdit),
	form("/milestones/:id/withdraw", identity.PermEditProject, (*site).milestoneWithdraw),
	form("/projects/:id/dependencies", identity.PermEditPortfolio, (*site).dependencies),
	act("/projects/:id/dependencies/remove", identity.PermEditPortfolio, (*site).dependencyRemove),
}

var bulkRoutes = []route{
	form("/roadmaps/:id/bulk", identity.PermEditPortfolio, (*site).bulkEdit),
	act("/roadmaps/:id/bulk/apply", identity.PermEditPortfolio, (*site).bulkApply),
	page("/bulk/:id", identity.PermEditPortfolio, (*site).bulkShow),
	act("/bulk/:id/undo", identity.PermEditPortfolio, (*site).bulkUndo),
}

// roadmapFor loads the roadmap of the address for a page that changes it. Who may read it but not do that is
// refused before a form is shown.
func (s *site) roadmapFor(c *fiber.Ctx, p identity.Permission) (portfolio.Roadmap, error) {
	id, err := roadmapID(c)
	if err != nil {
		return portfolio.Roadmap{}, err
	}
	r, err := s.deps.Portfolio.Roadmap(c.UserContext(), actor(c), id)
	if err == nil {
		err = identity.See(actor(c), p, identity.PermReadPortfolio, r.Place(), "roadmap", int64(id))
	}
	return r, err
}

// projectFor is roadmapFor for the project of the address.
func (s *site) projectFor(c *fiber.Ctx, p identity.Permission) (portfolio.Project, portfolio.Roadmap, error) {
	id, err := key(c, "project")
	if err != nil {
		return portfolio.Project{}, portfolio.Roadmap{}, err
	}
	project, r, err := s.deps.Portfolio.Project(c.UserContext(), actor(c), portfolio.ProjectID(id))
	if err == nil {
		err = identity.See(actor(c), p, identity.PermReadPortfolio, project.Place(), "project", id)
	}
	return project, r, err
}

// roadmapFrame is the frame of a page that changes a roadmap.
func (s *site) roadmapFrame(c *fiber.Ctx, p views.Printer, title string, r portfolio.Roadmap) views.Base {
	b := s.base(c, p, title, views.SectionRoadmaps)
	b.Trail = []views.Link{{Text: r.Name, URL: views.RoadmapURL(r.ID, views.Day{})}}
	return b
}

// projectFrame is the frame of a page that changes a project. The roadmap is on the way back for who may see it.
func (s *site) projectFrame(c *fiber.Ctx, p views.Printer, title string, project portfolio.Project, r portfolio.Roadmap) views.Base {
	b := s.base(c, p, title, views.SectionRoadmaps)
	if actor(c).May(identity.PermReadPortfolio, r.Place()) {
		b.Trail = append(b.Trail, views.Link{Text: r.Name, URL: views.RoadmapURL(r.ID, views.Day{})})
	}
	b.Trail = append(b.Trail, views.Link{Text: project.Name, URL: views.ProjectURL(project.ID, views.Day{})})
	return b
}

// phaseChoices are the phases, after what stands for none of them.
func phaseChoices(p views.Printer, none string) []views.Choice {
	out := []views.Choice{{Value: "", Text: none}}
	for _, phase := range portfolio.Phases {
		out = append(out, views.Choice{Value: string(phase), Text: p.PhaseName(phase)})
	}
	return out
}

// away tells that a project exists for the reader but stands in no portfolio on the day.
func away(err error) bool {
	f := fault.As(err)
	return f != nil && f.Key == "project.on_day.not_found"
}

// unknownCode says of a code that names no project that the field in which it was typed is wrong.
func unknownCode(err error, field, code string) error {
	f := fault.As(err)
	if f == nil || f.Key != "project.not_found" || len(f.Args) != 1 || f.Args[0] != any(code) {
		return err
	}
	var wrong fault.Fields
	wrong.Add(field, f.Key, f.Args...)
	return wrong.Err()
}

// unknownTheme says of a theme that is gone, which a colleague removed while the form was filled in, that it must be
// chosen anew: the page is there still, and so is what was typed.
func unknownTheme(err error) error {
	f := fault.As(err)
	if f == nil || f.Key != "theme.not_found" {
		return err
	}
	var wrong fault.Fields
	wrong.Add("theme", f.Key, f.Args...)
	return wrong.Err()
}
