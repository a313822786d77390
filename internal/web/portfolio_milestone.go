package web

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/portfolio"
	"jalon/views"
)

// milestones lists the milestones of a project and takes a new one.
func (s *site) milestones(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermEditProject)
	if err != nil {
		return err
	}
	all, err := s.deps.Portfolio.Milestones(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	here := views.UnderProject(project.ID, "milestones")
	page := views.MilestonesPage{Base: s.projectFrame(c, p, p.T("milestones.title"), project, r), Milestones: all, Today: s.today()}
	page.Form = page.NewForm(here, p.T("register.add"), views.ProjectURL(project.ID, views.Day{}), 0,
		views.Field{Name: "code", Label: p.T("milestone.code"), Value: fmt.Sprintf("J%d", len(all)+1), Required: true, MaxSize: 64},
		views.Field{Name: "name", Label: p.T("milestone.name"), Help: p.T("milestone.name.help"), Required: true, MaxSize: 300},
		views.Field{Name: "baseline_on", Type: "date", Label: p.T("web.milestone.baseline"), Help: p.T("milestone.baseline.help"), Required: true})
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	m := portfolio.Milestone{Code: in.text("code"), Name: in.text("name"), BaselineOn: in.date("baseline_on")}
	err = in.err()
	if err == nil {
		err = s.deps.Portfolio.AddMilestone(c.UserContext(), actor(c), project.ID, s.today(), m)
	}
	if s.wasDone(c, err) {
		s.flash(c, "flash.repeated")
		return s.see(c, here)
	}
	if err != nil {
		return s.refuse(c, &page, &page.Form, in, err)
	}
	s.flash(c, "flash.created")
	return s.see(c, here)
}

// milestoneFor loads the milestone of the address for a page that changes it.
func (s *site) milestoneFor(c *fiber.Ctx) (portfolio.MilestoneState, portfolio.Project, portfolio.Roadmap, error) {
	var r portfolio.Roadmap
	id, err := key(c, "milestone")
	if err != nil {
		return portfolio.MilestoneState{}, portfolio.Project{}, r, err
	}
	m, project, err := s.deps.Portfolio.Milestone(c.UserContext(), actor(c), id)
	if err == nil {
		err = identity.See(actor(c), identity.PermEditProject, identity.PermReadPortfolio, project.Place(), "milestone", id)
	}
	if err == nil {
		project, r, err = s.deps.Portfolio.Project(c.UserContext(), actor(c), project.ID)
	}
	return m, project, r, err
}

// milestoneEdit says what is known of a milestone on a day.
func (s *site) milestoneEdit(c *fiber.Ctx) error {
	m, project, r, err := s.milestoneFor(c)
	if err != nil {
		return err
	}
	p := s.printer(c)
	back := views.UnderProject(project.ID, "milestones")
	page := views.FormPage{Base: s.projectFrame(c, p, m.Name, project, r), Intro: []string{p.T("milestone.promised", m.Code, m.BaselineOn)}}
	page.Trail = append(page.Trail, views.Link{Text: p.T("milestones.title"), URL: back})
	if !m.Withdrawn.IsZero() {
		page.Intro = append(page.Intro, p.T("milestone.withdrawn.on", m.Withdrawn))
	}
	page.Form = page.NewForm(views.MilestoneURL(m.ID), p.T("register.save"), back, m.Version,
		views.Field{Name: "as_of", Type: "date", Label: p.T("milestone.as_of"), Value: views.DateValue(s.today()), Required: true},
		views.Field{Name: "due_on", Type: "date", Label: p.T("web.milestone.forecast"), Value: views.DateValue(m.Forecast.DueOn), Required: true},
		views.Field{Name: "reached_on", Type: "date", Label: p.T("web.milestone.done"), Help: p.T("milestone.reached.help"), Value: views.DateValue(m.Forecast.ReachedOn)})
	if m.Withdrawn.IsZero() {
		page.Links = []views.Link{{Text: p.T("milestone.withdraw"), URL: views.MilestoneURL(m.ID) + "/withdraw"}}
	}
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		f := portfolio.MilestoneForecast{AsOf: in.past("as_of", s.today()), DueOn: in.date("due_on"), ReachedOn: in.date("reached_on")}
		if err := in.err(); err != nil {
			return "", err
		}
		return back, s.deps.Portfolio.ForecastMilestone(c.UserContext(), actor(c), m.ID, in.version(), f)
	}})
}

// milestoneWithdraw takes a milestone back from a day on.
func (s *site) milestoneWithdraw(c *fiber.Ctx) error {
	m, project, r, err := s.milestoneFor(c)
	if err != nil {
		return err
	}
	p := s.printer(c)
	back := views.UnderProject(project.ID, "milestones")
	page := views.FormPage{Base: s.projectFrame(c, p, p.T("milestone.withdraw"), project, r), Heading: p.T("milestone.withdraw.name", m.Name), Intro: []string{p.T("milestone.withdraw.text")}}
	page.Trail = append(page.Trail, views.Link{Text: p.T("milestones.title"), URL: back}, views.Link{Text: m.Name, URL: views.MilestoneURL(m.ID)})
	page.Form = page.NewForm(views.MilestoneURL(m.ID)+"/withdraw", p.T("milestone.withdraw"), views.MilestoneURL(m.ID), m.Version,
		views.Field{Name: "on", Type: "date", Label: p.T("milestone.withdraw.on"), Value: views.DateValue(s.today()), Required: true})
	page.Form.Danger = true
	return s.edit(c, edit{page: page, done: "flash.removed", save: func(in *input) (string, error) {
		on := in.past("on", s.today())
		if err := in.err(); err != nil {
			return "", err
		}
		return back, s.deps.Portfolio.WithdrawMilestone(c.UserContext(), actor(c), m.ID, in.version(), on)
	}})
}
