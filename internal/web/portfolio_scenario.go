package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// ScenarioWork is what the site does about scenarios.
type ScenarioWork interface {
	Scenarios(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) ([]portfolio.ScenarioCard, error)
	Scenario(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID) (portfolio.Scenario, error)
	CreateScenario(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, in portfolio.ScenarioInput) (portfolio.Scenario, error)
	UpdateScenario(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID, version int64, in portfolio.ScenarioInput) (portfolio.Scenario, error)
	ChooseSubjects(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID, version int64, choices []portfolio.ScenarioChoice) (portfolio.Scenario, error)
	LimitScenario(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID, version int64, limits []portfolio.ScenarioLimit) (portfolio.Scenario, error)
	AskThemes(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID, version int64, themes []portfolio.ScenarioTheme) (portfolio.Scenario, error)
	SearchFurther(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID) error
	FreezeScenario(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID, version int64) (portfolio.Scenario, error)
	ThawScenario(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID, version int64) (portfolio.Scenario, error)
	WithdrawScenario(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID, version int64) (portfolio.Scenario, error)
	Workbench(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID) (portfolio.WorkbenchReport, error)
	Insight(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID) (portfolio.ScenarioInsight, error)
	ScenarioChanges(ctx context.Context, actor identity.Actor, id portfolio.ScenarioID) (portfolio.ScenarioChanges, error)
	CompareScenarios(ctx context.Context, actor identity.Actor, roadmap portfolio.RoadmapID, ids []portfolio.ScenarioID) (portfolio.ScenarioComparison, error)
	Quota(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) (portfolio.EntryQuota, error)
	SetQuota(ctx context.Context, actor identity.Actor, in portfolio.EntryQuota) (portfolio.EntryQuota, error)
}

var scenarioRoutes = []route{
	page("/roadmaps/:id/scenarios", identity.PermReadPortfolio, (*site).scenarioList),
	form("/roadmaps/:id/scenarios/new", identity.PermEditScenario, (*site).scenarioNew),
	form("/roadmaps/:id/scenarios/quota", identity.PermEditScenario, (*site).quotaEdit),
	page("/roadmaps/:id/scenarios/compare", identity.PermReadPortfolio, (*site).scenarioCompare),
	page("/scenarios/:id.csv", identity.PermReadPortfolio, scenarioFile("csv")),
	page("/scenarios/:id.xlsx", identity.PermReadPortfolio, scenarioFile("xlsx")),
	page("/scenarios/:id", identity.PermReadPortfolio, (*site).scenarioShow),
	page("/scenarios/:id/progress", identity.PermReadPortfolio, (*site).scenarioProgress),
	page("/scenarios/:id/frontier", identity.PermReadPortfolio, (*site).scenarioFrontier),
	page("/scenarios/:id/map", identity.PermReadPortfolio, (*site).scenarioMap),
	act("/scenarios/:id/choices", identity.PermEditScenario, (*site).scenarioChoose),
	act("/scenarios/:id/search", identity.PermEditScenario, (*site).scenarioSearch),
	form("/scenarios/:id/edit", identity.PermEditScenario, (*site).scenarioEdit),
	form("/scenarios/:id/limits", identity.PermEditScenario, (*site).scenarioLimits),
	form("/scenarios/:id/themes", identity.PermEditScenario, (*site).scenarioThemes),
	form("/scenarios/:id/freeze", identity.PermEditScenario, (*site).scenarioFreeze),
	form("/scenarios/:id/thaw", identity.PermEditScenario, (*site).scenarioThaw),
	form("/scenarios/:id/submit", identity.PermEditScenario, (*site).scenarioSubmit),
	form("/scenarios/:id/withdraw", identity.PermEditScenario, (*site).scenarioWithdraw),
}

// scenarioBase is the frame of a page about a scenario.
func (s *site) scenarioBase(c *fiber.Ctx, title string, h portfolio.ScenarioHead, roadmap portfolio.Head) views.Base {
	p := s.printer(c)
	b := s.base(c, p, title, views.SectionRoadmaps)
	b.Trail = []views.Link{{Text: roadmap.Name, URL: views.RoadmapURL(h.RoadmapID, views.Day{})}, {Text: p.T("scenarios.list"), URL: views.ScenariosURL(h.RoadmapID)}}
	return b
}

func scenarioID(c *fiber.Ctx) (portfolio.ScenarioID, error) {
	id, err := key(c, "scenario")
	return portfolio.ScenarioID(id), err
}

// bench gives the workbench of the address.
func (s *site) bench(c *fiber.Ctx) (views.ScenarioPage, error) {
	id, err := scenarioID(c)
	if err != nil {
		return views.ScenarioPage{}, err
	}
	return s.benchOf(c, id)
}

func (s *site) benchOf(c *fiber.Ctx, id portfolio.ScenarioID) (views.ScenarioPage, error) {
	ctx, who := c.UserContext(), actor(c)
	report, err := s.deps.Portfolio.Workbench(ctx, who, id)
	if err != nil {
		return views.ScenarioPage{}, err
	}
	insight, err := s.deps.Portfolio.Insight(ctx, who, id)
	if err != nil {
		return views.ScenarioPage{}, err
	}
	h := report.Scenario
	page := views.ScenarioPage{Base: s.scenarioBase(c, h.Name, h, report.Roadmap), Scope: identity.Scope{Organisation: h.OrganisationID, Roadmap: int64(h.RoadmapID)}, Report: &report, Insight: &insight, Zone: s.config.Location}
	page.Path = views.ScenarioURL(h.ID)
	page.Form = page.NewForm(views.UnderScenario(h.ID, "choices"), "", "", h.Version)
	return page, nil
}

func (s *site) scenarioShow(c *fiber.Ctx) error {
	page, err := s.bench(c)
	if err != nil {
		return err
	}
	return s.render(c, page)
}

// scenarioProgress is the small part of the workbench that says how far the search is.
func (s *site) scenarioProgress(c *fiber.Ctx) error {
	page, err := s.bench(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	return c.SendString(page.Progress().HTML())
}

// scenarioSearch has the search go on where it ended without a proof.
func (s *site) scenarioSearch(c *fiber.Ctx) error {
	id, err := scenarioID(c)
	if err != nil {
		return err
	}
	return s.act(c, "flash.scenario_searching", func(*input) (string, error) {
		return views.ScenarioURL(id), s.deps.Portfolio.SearchFurther(c.UserContext(), actor(c), id)
	})
}

func (s *site) scenarioFrontier(c *fiber.Ctx) error {
	page, err := s.bench(c)
	if err != nil {
		return err
	}
	if page.Report.CostHidden { // a frontier of credits is nothing without them
		return fault.Forbidden("permission.denied", string(identity.PermReadCost))
	}
	page.Base = s.scenarioFrame(c, page, "scenarios.frontier", "frontier")
	return s.render(c, views.FrontierPage{ScenarioPage: page}.Page())
}

// scenarioFrame is the frame of a page below a workbench.
func (s *site) scenarioFrame(c *fiber.Ctx, page views.ScenarioPage, title, path string) views.Base {
	h := page.Report.Scenario
	b := s.scenarioBase(c, page.T(title), h, page.Report.Roadmap)
	b.Path = views.UnderScenario(h.ID, path)
	b.Trail = append(b.Trail, views.Link{Text: views.ScenarioTitle(h.Code, h.Name), URL: views.ScenarioURL(h.ID)})
	return b
}

func (s *site) scenarioMap(c *fiber.Ctx) error {
	page, err := s.bench(c)
	if err != nil {
		return err
	}
	shown := views.MapPage{ScenarioPage: page}
	shown.X, shown.Y, shown.Area = views.MeasuresOf(query(c), !page.Report.CostHidden)
	if !page.Report.CostHidden {
		report, err := s.deps.Portfolio.Report(c.UserContext(), actor(c), page.Report.Scenario.RoadmapID, s.today())
		if err != nil {
			return err
		}
		shown.Weights = weightsOf(report, page.Report.Subjects)
	}
	shown.Base = s.scenarioFrame(c, page, "scenarios.map", "map")
	return s.render(c, shown.Page())
}

// weightsOf gives what running projects weigh, and what candidates would.
func weightsOf(r *portfolio.Report, all []portfolio.SubjectLine) map[portfolio.Subject]int64 {
	out := map[portfolio.Subject]int64{}
	for i := range r.Projects {
		out[portfolio.Subject{Project: r.Projects[i].ID}] = r.Projects[i].Weight
	}
	for _, l := range all {
		if l.Kind == portfolio.KindRequest && !l.CostUnknown {
			out[l.Subject] = r.EntryWeight(l.CostP50)
		}
	}
	return out
}

func scenarioFile(format string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		page, err := s.bench(c)
		if err != nil {
			return err
		}
		r := page.Report
		t := exportTable{organisation: r.Scenario.OrganisationID, action: "scenario.export", subject: "scenario", id: int64(r.Scenario.ID), currency: r.Currency, name: page.ScenarioFileName(), title: r.Scenario.Code, head: page.ScenarioFileHead()}
		for i := range r.Subjects {
			t.rows = append(t.rows, page.ScenarioFileRow(&r.Subjects[i]))
		}
		return s.export(c, format, t)
	}
}

// choicesTyped reads the choices of the rows that were sent, those that differ from what holds.
func choicesTyped(in *input, r *portfolio.WorkbenchReport) ([]portfolio.ScenarioChoice, error) {
	var out []portfolio.ScenarioChoice
	for _, name := range in.values["row"] {
		subject, ok := portfolio.ParseSubject(name)
		at := slices.IndexFunc(r.Subjects, func(l portfolio.SubjectLine) bool { return l.Subject == subject })
		if !ok || at < 0 {
			return nil, fault.NotFound("scenario_subject", text(name))
		}
		l := &r.Subjects[at]
		c := portfolio.ScenarioChoice{Subject: subject, Force: portfolio.Force(in.text("force_" + name)), MayShift: in.has("shift_" + name)}
		if c.Force == portfolio.ForceIn || c.Force == portfolio.ForceOut {
			c.ReasonCode, c.Reason = portfolio.ForceReason(in.text("why_"+name)), in.text("words_"+name)
		}
		held := portfolio.ScenarioChoice{Subject: subject, MayShift: l.MayShift}
		if l.ForceIsOwn {
			held.Force = l.Force
			if held.Force == portfolio.ForceIn || held.Force == portfolio.ForceOut {
				held.ReasonCode, held.Reason = l.ReasonCode, l.Reason
			}
		}
		if c != held {
			out = append(out, c)
		}
	}
	return out, nil
}

// scenarioChoose takes choices of the workbench: all that were changed, or none. When one cannot be taken they come back as they were typed.
func (s *site) scenarioChoose(c *fiber.Ctx) error {
	page, err := s.bench(c)
	if err != nil {
		return err
	}
	in, id := s.input(c), page.Report.Scenario.ID
	choices, err := choicesTyped(in, page.Report)
	if err != nil {
		return err
	}
	if len(choices) > 0 {
		_, err = s.deps.Portfolio.ChooseSubjects(c.UserContext(), actor(c), id, in.version(), choices)
	}
	if err != nil && s.wasDone(c, err) {
		return s.leadOn(c, views.ScenarioURL(id))
	}
	if err != nil {
		return s.refuseChoices(c, id, choices, err)
	}
	return s.see(c, views.ScenarioURL(id))
}

// refuseChoices shows the workbench as it stands, with the choices that could not be taken as they were typed.
func (s *site) refuseChoices(c *fiber.Ctx, id portfolio.ScenarioID, choices []portfolio.ScenarioChoice, err error) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict, fault.KindStale:
	default:
		return err
	}
	page, failed := s.benchOf(c, id)
	if failed != nil {
		return failed
	}
	c.Status(statusOf(err))
	page.Asked = map[string]views.ChoiceTyped{}
	for _, choice := range choices {
		page.Asked[choice.Subject.Key()] = views.ChoiceTyped{Choice: choice}
	}
	page.Form.Stale = fault.KindOf(err) == fault.KindStale
	if f := fault.As(err); f != nil && len(f.Fields) > 0 {
		for _, wrong := range f.Fields {
			key, _, _ := strings.Cut(wrong.Name, ".")
			if row := page.Asked[key]; row.Error == "" {
				row.Error = page.T(wrong.Key, wrong.Args...)
				page.Asked[key] = row
			}
		}
	} else if !page.Form.Stale {
		page.Form.Message = page.Fault(err)
	}
	return s.render(c, page)
}

// scenarioList lists the scenarios of a roadmap.
func (s *site) scenarioList(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermReadPortfolio)
	if err != nil {
		return err
	}
	return s.renderScenarios(c, r, "")
}

func (s *site) renderScenarios(c *fiber.Ctx, r portfolio.Roadmap, message string) error {
	all, err := s.deps.Portfolio.Scenarios(c.UserContext(), actor(c), r.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.ScenariosPage{Base: s.roadmapFrame(c, p, p.T("scenarios.of", r.Name), r), Roadmap: r.ID, Scope: r.Place(), Scenarios: all, Message: message}
	page.Path = views.ScenariosURL(r.ID)
	return s.render(c, page)
}

// maxCompared is how many scenarios stand side by side.
const maxCompared = 4

func (s *site) scenarioCompare(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermReadPortfolio)
	if err != nil {
		return err
	}
	p := s.printer(c)
	var ids []portfolio.ScenarioID
	for _, raw := range query(c)["s"] {
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || n < 1 {
			return fault.NotFound("scenario", text(raw))
		}
		if !slices.Contains(ids, portfolio.ScenarioID(n)) {
			ids = append(ids, portfolio.ScenarioID(n))
		}
	}
	if len(ids) < 2 || len(ids) > maxCompared {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.renderScenarios(c, r, p.T("scenarios.compare.few"))
	}
	comparison, err := s.deps.Portfolio.CompareScenarios(c.UserContext(), actor(c), r.ID, ids)
	if err != nil {
		return err
	}
	b := s.roadmapFrame(c, p, p.T("scenarios.compare.title"), r)
	b.Trail = append(b.Trail, views.Link{Text: p.T("scenarios.list"), URL: views.ScenariosURL(r.ID)})
	return s.render(c, views.ComparePage{Base: b, Comparison: &comparison}.Page())
}
