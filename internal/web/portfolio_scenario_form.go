package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// scenarioInput reads a scenario's own fields.
func (in *input) scenario() portfolio.ScenarioInput {
	x := portfolio.ScenarioInput{Name: in.text("name"), Note: in.lines("note"), Uplift: in.percent("uplift"), Delay: in.percent("delay")}
	if n, err := strconv.Atoi(in.text("percentile")); err == nil {
		x.Percentile = n
	}
	return x
}

func (s *site) scenarioNew(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermEditScenario)
	if err != nil {
		return err
	}
	copies, err := s.deps.Portfolio.Scenarios(c.UserContext(), actor(c), r.ID)
	if err != nil {
		return err
	}
	if copies == nil {
		copies = []portfolio.ScenarioCard{}
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.roadmapFrame(c, p, p.T("scenarios.new"), r), Intro: []string{p.T("scenarios.new.text")}}
	page.Trail = append(page.Trail, views.Link{Text: p.T("scenarios.list"), URL: views.ScenariosURL(r.ID)})
	usual := portfolio.DefaultScenario()
	page.Form = page.NewForm(views.ScenariosURL(r.ID)+"/new", p.T("scenarios.new.submit"), views.ScenariosURL(r.ID), 0,
		p.ScenarioFields(portfolio.Scenario{Percentile: usual.Percentile, Uplift: usual.Uplift, Delay: usual.Delay}, copies)...)
	return s.edit(c, edit{page: page, done: "flash.created", save: func(in *input) (string, error) {
		x := in.scenario()
		x.CopyOf = portfolio.ScenarioID(in.key("from"))
		if err := in.err(); err != nil {
			return "", err
		}
		is, err := s.deps.Portfolio.CreateScenario(c.UserContext(), actor(c), r.ID, x)
		return views.ScenarioURL(is.ID), err
	}})
}

// scenarioFor loads the scenario of the address for a page that changes it, with the roadmap that it is of.
func (s *site) scenarioFor(c *fiber.Ctx) (portfolio.Scenario, portfolio.Roadmap, error) {
	id, err := scenarioID(c)
	if err != nil {
		return portfolio.Scenario{}, portfolio.Roadmap{}, err
	}
	x, err := s.deps.Portfolio.Scenario(c.UserContext(), actor(c), id)
	if err == nil {
		err = identity.See(actor(c), identity.PermEditScenario, identity.PermReadPortfolio, x.Place(), "scenario", int64(id))
	}
	if err != nil {
		return x, portfolio.Roadmap{}, err
	}
	r, err := s.deps.Portfolio.Roadmap(c.UserContext(), actor(c), x.RoadmapID)
	return x, r, err
}

// weighedScenario is a scenario that a page changes, with its roadmap and what is known of its selection.
type weighedScenario struct {
	portfolio.Scenario
	roadmap portfolio.Roadmap
	report  portfolio.WorkbenchReport
	p       views.Printer
}

// weighedFor loads the scenario of the address as scenarioFor does, with its selection.
func (s *site) weighedFor(c *fiber.Ctx) (w weighedScenario, err error) {
	if w.Scenario, w.roadmap, err = s.scenarioFor(c); err != nil {
		return w, err
	}
	w.p = s.printer(c)
	w.report, err = s.deps.Portfolio.Workbench(c.UserContext(), actor(c), w.ID)
	return w, err
}

// scenarioForm starts a page with a form about a scenario.
func (s *site) scenarioForm(c *fiber.Ctx, x portfolio.Scenario, r portfolio.Roadmap, title, path, submit string, intro []string, fields ...views.Field) views.FormPage {
	p := s.printer(c)
	page := views.FormPage{Base: s.roadmapFrame(c, p, p.T(title), r), Intro: intro}
	page.Trail = append(page.Trail, views.Link{Text: p.T("scenarios.list"), URL: views.ScenariosURL(r.ID)}, views.Link{Text: views.ScenarioTitle(x.Code(), x.Name), URL: views.ScenarioURL(x.ID)})
	page.Form = page.NewForm(views.UnderScenario(x.ID, path), submit, views.ScenarioURL(x.ID), x.Version, fields...)
	return page
}

func (s *site) scenarioEdit(c *fiber.Ctx) error {
	x, r, err := s.scenarioFor(c)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := s.scenarioForm(c, x, r, "scenarios.edit", "edit", p.T("register.save"), nil, p.ScenarioFields(x, nil)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		is := in.scenario()
		if err := in.err(); err != nil {
			return "", err
		}
		_, err := s.deps.Portfolio.UpdateScenario(c.UserContext(), actor(c), x.ID, in.version(), is)
		return views.ScenarioURL(x.ID), err
	}})
}

// scenarioLimits reads the limits of a scenario's own.
func (in *input) scenarioLimits(r *portfolio.WorkbenchReport) []portfolio.ScenarioLimit {
	var out []portfolio.ScenarioLimit
	for i, l := range r.Limits {
		name := views.LimitInput(i)
		var amount *int64
		if l.Kind == portfolio.GaugeCredit {
			if a, ok := in.amount(name, r.Currency); ok {
				n := int64(a)
				amount = &n
			}
		} else if n, ok := in.tenths(name); ok {
			amount = &n
		}
		switch in.text(views.LimitKind(i)) {
		case views.LimitOwn:
			if amount == nil {
				if strings.TrimSpace(in.values.Get(name)) == "" {
					in.wrong.Add(name, "scenarios.limit.missing")
				}
				continue
			}
			out = append(out, portfolio.ScenarioLimit{Key: l.Key, Amount: amount})
		case views.LimitNone:
			out = append(out, portfolio.ScenarioLimit{Key: l.Key})
		case views.LimitUsual:
			if amount != nil {
				in.wrong.Add(name, "scenarios.limit.unused")
			}
		default:
			in.wrong.Add(views.LimitKind(i), "input.choice")
		}
	}
	return out
}

func (s *site) scenarioLimits(c *fiber.Ctx) error {
	w, err := s.weighedFor(c)
	if err != nil {
		return err
	}
	if w.report.CostHidden { // who may not see credits may not set them
		return fault.Forbidden("permission.denied", string(identity.PermReadCost))
	}
	intro := []string{w.p.T("scenarios.limits.text")}
	if len(w.report.Limits) == 0 {
		intro = append(intro, w.p.T("scenarios.limits.none"))
	}
	page := s.scenarioForm(c, w.Scenario, w.roadmap, "scenarios.limits", "limits", w.p.T("register.save"), intro, w.p.ScenarioLimitFields(&w.report)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		limits := in.scenarioLimits(&w.report)
		if err := in.err(); err != nil {
			return "", err
		}
		_, err := s.deps.Portfolio.LimitScenario(c.UserContext(), actor(c), w.ID, in.version(), limits)
		return views.ScenarioURL(w.ID), err
	}})
}

func (s *site) scenarioThemes(c *fiber.Ctx) error {
	w, err := s.weighedFor(c)
	if err != nil {
		return err
	}
	page := s.scenarioForm(c, w.Scenario, w.roadmap, "scenarios.themes", "themes", w.p.T("register.save"), []string{w.p.T("scenarios.themes.help")}, w.p.ScenarioThemeFields(&w.report)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		var asked []portfolio.ScenarioTheme
		for _, t := range w.report.Themes {
			a := portfolio.ScenarioTheme{ThemeID: t.ID, MinProjects: in.integer(views.ThemeInput("least", t.ID))}
			if worth := in.share(views.ThemeInput("worth", t.ID)); worth != nil {
				a.MinValue = *worth
			}
			a.MaxShare = in.share(views.ThemeInput("most", t.ID))
			asked = append(asked, a)
		}
		if err := in.err(); err != nil {
			return "", err
		}
		_, err := s.deps.Portfolio.AskThemes(c.UserContext(), actor(c), w.ID, in.version(), asked)
		return views.ScenarioURL(w.ID), err
	}})
}

func (s *site) scenarioFreeze(c *fiber.Ctx) error {
	w, err := s.weighedFor(c)
	if err != nil {
		return err
	}
	intro := []string{w.p.T("scenarios.freeze.text"), w.p.ProofText(w.report.Result)}
	if w.report.Result.Found() && !w.report.Result.Proven() {
		intro = []string{w.p.T("scenarios.freeze.text"), w.p.T("scenarios.freeze.open", w.p.ProofText(w.report.Result))}
	}
	page := s.scenarioForm(c, w.Scenario, w.roadmap, "scenarios.freeze", "freeze", w.p.T("scenarios.freeze"), intro)
	return s.edit(c, edit{page: page, done: "flash.scenario_frozen", save: func(in *input) (string, error) {
		_, err := s.deps.Portfolio.FreezeScenario(c.UserContext(), actor(c), w.ID, in.version())
		return views.ScenarioURL(w.ID), err
	}})
}

func (s *site) scenarioThaw(c *fiber.Ctx) error {
	x, r, err := s.scenarioFor(c)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := s.scenarioForm(c, x, r, "scenarios.thaw", "thaw", p.T("scenarios.thaw"), []string{p.T("scenarios.thaw.text")})
	return s.edit(c, edit{page: page, done: "flash.scenario_thawed", save: func(in *input) (string, error) {
		_, err := s.deps.Portfolio.ThawScenario(c.UserContext(), actor(c), x.ID, in.version())
		return views.ScenarioURL(x.ID), err
	}})
}

func (s *site) scenarioSubmit(c *fiber.Ctx) error {
	x, r, err := s.scenarioFor(c)
	if err != nil {
		return err
	}
	committees, err := s.deps.Governance.Committees(c.UserContext(), actor(c), r.ID, s.deps.Now())
	if err != nil {
		return err
	}
	p := s.printer(c)
	intro := []string{p.T("scenarios.submit.text")}
	if len(committees) == 0 {
		intro = append(intro, p.T("scenarios.submit.none"))
	}
	head := portfolio.ScenarioHead{Question: x.Question, Recommended: x.Recommended, CommitteeID: x.Committee}
	page := s.scenarioForm(c, x, r, "scenarios.submit", "submit", p.T("scenarios.submit"), intro, p.SubmitFields(head, committees)...)
	return s.edit(c, edit{page: page, done: "flash.scenario_submitted", save: func(in *input) (string, error) {
		submit := governance.SubmitInput{Scenario: x.ID, Version: in.version(), CommitteeID: governance.CommitteeID(in.key("committee")), Question: in.lines("question"), Recommended: in.has("recommended")}
		if !slices.ContainsFunc(committees, func(k governance.CommitteeCard) bool { return k.ID == submit.CommitteeID }) {
			in.wrong.Add("committee", "input.choice")
		}
		if err := in.err(); err != nil {
			return "", err
		}
		_, err := s.deps.Governance.SubmitScenario(c.UserContext(), actor(c), submit)
		return views.ScenarioURL(x.ID), err
	}})
}

func (s *site) scenarioWithdraw(c *fiber.Ctx) error {
	x, r, err := s.scenarioFor(c)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := s.scenarioForm(c, x, r, "scenarios.withdraw", "withdraw", p.T("scenarios.withdraw"), []string{p.T("scenarios.withdraw.text")})
	return s.edit(c, edit{page: page, done: "flash.scenario_withdrawn", save: func(in *input) (string, error) {
		_, err := s.deps.Portfolio.WithdrawScenario(c.UserContext(), actor(c), x.ID, in.version())
		return views.ScenarioURL(x.ID), err
	}})
}

// quotaEdit sets how much of the voted budget late entries may take.
func (s *site) quotaEdit(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermEditScenario)
	if err != nil {
		return err
	}
	held, err := s.deps.Portfolio.Quota(c.UserContext(), actor(c), r.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	if held.Version == 0 {
		held.LateFrom = r.Start
	}
	page := views.FormPage{Base: s.roadmapFrame(c, p, p.T("scenarios.quota.title"), r), Intro: []string{p.T("scenarios.quota.text")}}
	page.Trail = append(page.Trail, views.Link{Text: p.T("scenarios.list"), URL: views.ScenariosURL(r.ID)})
	page.Form = page.NewForm(views.ScenariosURL(r.ID)+"/quota", p.T("register.save"), views.ScenariosURL(r.ID), held.Version, p.QuotaFields(held)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		q := portfolio.EntryQuota{RoadmapID: r.ID, Share: in.percent("share"), LateFrom: in.date("late_from")}
		if held.Version != 0 {
			q.Version = in.version()
		}
		if err := in.err(); err != nil {
			return "", err
		}
		_, err := s.deps.Portfolio.SetQuota(c.UserContext(), actor(c), q)
		return views.ScenariosURL(r.ID), err
	}})
}
