package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
)

var skillRoutes = []route{
	page("/organisations/:id/skills", identity.PermReadPortfolio, (*site).skillList),
	form("/organisations/:id/skills/new", identity.PermEditPortfolio, (*site).skillNew),
	form("/organisations/:id/skills/:skill/edit", identity.PermEditPortfolio, (*site).skillEdit),
	page("/roadmaps/:id/capacities", identity.PermReadPortfolio, (*site).staffing),
	form("/roadmaps/:id/capacities/edit", identity.PermEditPortfolio, (*site).capacitiesEdit),
	page("/projects/:id/skills", identity.PermReadPortfolio, (*site).projectNeeds),
	form("/projects/:id/skills/edit", identity.PermEditProject, (*site).projectNeedsEdit),
}

// saveDays shows a plan of days, or takes it.
func (s *site) saveDays(c *fiber.Ctx, page *views.DaysPage, to string, save func(in *input) error) error {
	if c.Method() != fiber.MethodPost {
		return s.render(c, *page)
	}
	in := s.input(c)
	in.bound(page.Form.Fields)
	err := save(in)
	if err == nil {
		s.flash(c, "flash.saved")
		return s.see(c, to)
	}
	if s.wasDone(c, err) {
		return s.leadOn(c, to)
	}
	return s.refuse(c, page, &page.Form, in, err)
}

// days reads a plan of working days, skill by skill and quarter by quarter. What was left empty is not told of; what is zero is, where zero means
// something.
func (in *input) days(skills []portfolio.Skill, quarters []civil.Quarter, zero bool) []portfolio.SkillNeed {
	var out []portfolio.SkillNeed
	for _, skill := range skills {
		for _, q := range quarters {
			tenths, told := in.tenths(views.DaysField(skill.ID, q))
			if told && (zero || tenths > 0) {
				out = append(out, portfolio.SkillNeed{Skill: skill.ID, Quarter: q, Tenths: tenths})
			}
		}
	}
	return out
}

// tenths reads working days with at most one decimal, as tenths; false when nothing was typed.
func (in *input) tenths(name string) (int64, bool) {
	raw := strings.ReplaceAll(strings.ReplaceAll(in.text(name), "\u202f", ""), " ", "")
	if raw == "" {
		return 0, false
	}
	hundredths, err := money.Parse(strings.Replace(raw, ",", ".", 1), money.EUR) // two decimals, of which the second must be zero
	if err != nil || hundredths < 0 || hundredths%10 != 0 || hundredths > maxHundredths {
		in.wrong.Add(name, "input.days", raw)
		return 0, false
	}
	return int64(hundredths / 10), true
}

// maxHundredths is more working days than any roadmap has in a quarter.
const maxHundredths money.Amount = 10_000_000

// skillsOf loads the organisation of the address with its skills.
func (s *site) skillsOf(c *fiber.Ctx, need identity.Permission) (int64, []portfolio.Skill, error) {
	id, err := key(c, "organisation")
	if err != nil {
		return 0, nil, err
	}
	if err := identity.See(actor(c), need, identity.PermReadPortfolio, identity.Within(id), "organisation", id); err != nil {
		return 0, nil, err
	}
	skills, err := s.deps.Portfolio.Skills(c.UserContext(), actor(c), id)
	return id, skills, err
}

func (s *site) skillList(c *fiber.Ctx) error {
	id, skills, err := s.skillsOf(c, identity.PermReadPortfolio)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.SkillsPage{Base: s.base(c, p, p.T("skills.title"), views.SectionRoadmaps), Organisation: id, Skills: skills, May: actor(c).May(identity.PermEditPortfolio, identity.Within(id))}
	return s.render(c, page.Page())
}

func (s *site) skillNew(c *fiber.Ctx) error {
	id, _, err := s.skillsOf(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	return s.skillForm(c, s.printer(c).T("skill.new"), portfolio.Skill{OrganisationID: id}, views.SkillsURL(id, "new"), "flash.created")
}

func (s *site) skillEdit(c *fiber.Ctx) error {
	id, skills, err := s.skillsOf(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(skills, func(k portfolio.Skill) bool { return strconv.FormatInt(int64(k.ID), 10) == c.Params("skill") })
	if at < 0 {
		return fault.NotFound("skill", text(c.Params("skill")))
	}
	return s.skillForm(c, s.printer(c).T("skill.edit"), skills[at], views.SkillsURL(id, c.Params("skill"), "edit"), "flash.saved")
}

func (s *site) skillForm(c *fiber.Ctx, title string, skill portfolio.Skill, action, done string) error {
	p := s.printer(c)
	back := views.SkillsURL(skill.OrganisationID)
	page := views.FormPage{Base: s.base(c, p, title, views.SectionRoadmaps), Intro: []string{p.T("skill.text")}}
	page.Trail = []views.Link{{Text: p.T("skills.title"), URL: back}}
	page.Form = page.NewForm(action, p.T("register.save"), back, skill.Version, p.SkillFields(skill)...)
	return s.edit(c, edit{page: page, done: done, save: func(in *input) (string, error) {
		is := skill
		is.Code, is.Name, is.Description, is.Position = in.text("code"), in.text("name"), in.lines("description"), int(in.integer("position"))
		if is.ID != 0 {
			is.Version = in.version()
		}
		if err := in.err(); err != nil {
			return "", err
		}
		_, err := s.deps.Portfolio.SaveSkill(c.UserContext(), actor(c), is)
		return back, err
	}})
}

func (s *site) staffing(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermReadPortfolio)
	if err != nil {
		return err
	}
	page := views.StaffingPage{Roadmap: r}
	if page.Report, err = s.deps.Portfolio.Staffing(c.UserContext(), actor(c), r.ID, s.today()); err != nil {
		return err
	}
	if page.Base, err = s.requestBase(c, s.printer(c).T("staffing.title"), r); err != nil {
		return err
	}
	return s.render(c, page.Page())
}

func (s *site) capacitiesEdit(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	plan, err := s.deps.Portfolio.Capacities(c.UserContext(), actor(c), r.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	back := views.Under(r.ID, views.PartCapacities)
	page := &views.DaysPage{Base: s.roadmapFrame(c, p, p.T("capacities.edit"), r), Intro: []string{p.T("capacities.text")}}
	page.Trail = append(page.Trail, views.Link{Text: p.T("staffing.title"), URL: back})
	page.SetDays(plan.Skills, plan.Quarters, s.today())
	page.Form = page.NewForm(back+"/edit", p.T("register.save"), back, plan.Mark, p.DaysFields(plan.Skills, plan.Quarters, plan.Needs)...)
	return s.saveDays(c, page, back, func(in *input) error {
		all := in.days(plan.Skills, plan.Quarters, true)
		if err := in.err(); err != nil {
			return err
		}
		return s.deps.Portfolio.SaveCapacities(c.UserContext(), actor(c), r.ID, in.version(), all)
	})
}

// needsPage is the plan of a project.
func (s *site) needsPage(c *fiber.Ctx, need identity.Permission) (views.NeedsPage, portfolio.Roadmap, error) {
	project, r, err := s.projectFor(c, need)
	if err != nil {
		return views.NeedsPage{}, r, err
	}
	page := views.NeedsPage{Project: project}
	if page.Plan, err = s.deps.Portfolio.ProjectNeeds(c.UserContext(), actor(c), project.ID, s.today()); err != nil {
		return page, r, err
	}
	p := s.printer(c)
	page.Base = s.projectFrame(c, p, p.T("needs.title"), project, r)
	return page, r, nil
}

func (s *site) projectNeeds(c *fiber.Ctx) error {
	page, _, err := s.needsPage(c, identity.PermReadPortfolio)
	if err != nil {
		return err
	}
	return s.render(c, page.Page())
}

func (s *site) projectNeedsEdit(c *fiber.Ctx) error {
	needs, _, err := s.needsPage(c, identity.PermEditProject)
	if err != nil {
		return err
	}
	p, plan := s.printer(c), needs.Plan
	back := views.UnderProject(needs.Project.ID, "skills")
	page := &views.DaysPage{Base: needs.Base, Intro: []string{p.T("needs.edit.text")}}
	page.Title = p.T("needs.edit")
	page.Trail = append(page.Trail, views.Link{Text: p.T("needs.title"), URL: back})
	page.SetDays(plan.Skills, plan.Quarters, s.today())
	page.Form = page.NewForm(back+"/edit", p.T("register.save"), back, plan.Mark, p.DaysFields(plan.Skills, plan.Quarters, plan.Needs)...)
	return s.saveDays(c, page, back, func(in *input) error {
		all := in.days(plan.Skills, plan.Quarters, false)
		if err := in.err(); err != nil {
			return err
		}
		return s.deps.Portfolio.SaveProjectNeeds(c.UserContext(), actor(c), needs.Project.ID, in.version(), all)
	})
}
