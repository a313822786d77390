package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/portfolio"
	"jalon/views"
)

func (s *site) projectShow(c *fiber.Ctx) error {
	id, err := key(c, "project")
	if err != nil {
		return err
	}
	p := s.printer(c)
	d := s.day(c, p)
	report, line, err := s.deps.Portfolio.ProjectReport(c.UserContext(), actor(c), portfolio.ProjectID(id), d.On)
	if away(err) && !d.Past() {
		return s.projectAway(c, p, portfolio.ProjectID(id), err)
	}
	if err != nil {
		return err
	}
	page := views.ProjectPage{Base: s.base(c, p, line.Name, views.SectionRoadmaps), Report: report, Line: line, Day: d}
	page.Path = views.ProjectURL(line.ID, views.Day{})
	// Who was given the project alone has no way to the pages of its roadmap.
	if actor(c).May(identity.PermReadPortfolio, identity.Scope{Organisation: report.OrganisationID, Roadmap: int64(report.Roadmap.ID)}) {
		page.SetRoadmap(report, d)
	}
	return s.renderDay(c, d, page)
}

// projectAway says to who works on a project that it stands in no portfolio today, and leads to what brings it
// there. For anybody else there is no such page.
func (s *site) projectAway(c *fiber.Ctx, p views.Printer, id portfolio.ProjectID, reason error) error {
	project, r, err := s.deps.Portfolio.Project(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	if !actor(c).May(identity.PermEditProject, project.Place()) {
		return reason
	}
	page := views.AwayPage{Base: s.projectFrame(c, p, project.Name, project, r), Text: p.T("project.away")}
	page.Trail = page.Trail[:len(page.Trail)-1] // it is the page itself
	page.Tools = []views.Tool{{Text: p.T("estimate.new"), URL: views.UnderProject(id, "estimates/new"), Key: "n"}}
	if page.May(identity.PermEditPortfolio, project.Place()) {
		page.Tools = append(page.Tools, views.Tool{Text: p.T("return.title"), URL: views.UnderProject(id, "return")})
	}
	page.Tools = append(page.Tools, views.Tool{Text: p.T("project.edit"), URL: views.UnderProject(id, "edit"), Key: "e"})
	return s.render(c, page)
}

// projectChoices are what the form of a project offers.
type projectChoices struct {
	known                           bool // the reader may see the roadmap, and so its themes
	themes                          []portfolio.Strand
	managers, sponsors, departments []string
}

// maxSuggestions bounds the names that a field suggests; nobody reads more.
const maxSuggestions = 100

// projectChoices gathers the themes of a roadmap and the names that its projects use today.
func (s *site) projectChoices(c *fiber.Ctx, r portfolio.Roadmap) (projectChoices, error) {
	var choices projectChoices
	if !actor(c).May(identity.PermReadPortfolio, r.Place()) {
		return choices, nil // of other projects such a reader knows nothing
	}
	choices.known = true
	var err error
	if choices.themes, err = s.deps.Portfolio.Strands(c.UserContext(), actor(c), r.ID, portfolio.KindTheme); err != nil {
		return choices, err
	}
	report, err := s.deps.Portfolio.Report(c.UserContext(), actor(c), r.ID, s.today())
	if err != nil {
		return choices, err
	}
	choices.managers = distinct(report, func(l *portfolio.ProjectLine) string { return l.Manager })
	choices.sponsors = distinct(report, func(l *portfolio.ProjectLine) string { return l.Sponsor })
	choices.departments = distinct(report, func(l *portfolio.ProjectLine) string { return l.Department })
	return choices, nil
}

// distinct lists the values of a field over the projects of a report, each once and in order.
func distinct(r *portfolio.Report, field func(*portfolio.ProjectLine) string) []string {
	seen := map[string]bool{"": true}
	var out []string
	for i := range r.Projects {
		if v := field(&r.Projects[i]); !seen[v] {
			seen[v] = true
			if out = append(out, v); len(out) == maxSuggestions {
				break
			}
		}
	}
	slices.Sort(out)
	return out
}

// themeChoices are the themes, after those given.
func (x projectChoices) themeChoices(first ...views.Choice) []views.Choice {
	for _, t := range x.themes {
		first = append(first, views.Choice{Value: t.Code, Text: t.Name})
	}
	return first
}

// code finds the code of a theme.
func (x projectChoices) code(theme int64) string {
	for _, t := range x.themes {
		if t.ID == theme {
			return t.Code
		}
	}
	return ""
}

// projectFields are a project's own fields. Without all, those that who works on the project alone may change.
func projectFields(p views.Printer, project portfolio.Project, x projectChoices, all, weight bool) []views.Field {
	var fields []views.Field
	if all {
		fields = append(fields,
			views.Field{Name: "code", Label: p.T("project.code"), Help: p.T("project.code.help"), Value: project.Code, Required: true, MaxSize: 64},
			views.Field{Name: "name", Label: p.T("project.name"), Help: p.T("project.name.help"), Value: project.Name, Required: true, MaxSize: 300})
	}
	fields = append(fields, views.Field{Name: "need", Type: "textarea", Label: p.T("project.need"), Help: p.T("project.need.help"), Value: project.Need, Rows: 5})
	if all && x.known {
		fields = append(fields, views.Field{Name: "theme", Type: "select", Label: p.T("web.theme.theme"), Value: x.code(project.ThemeID), Options: x.themeChoices(views.Choice{Text: p.T("web.theme.none")})})
	}
	fields = append(fields,
		views.Field{Name: "sponsor", Label: p.T("web.project.sponsor"), Value: project.Sponsor, Suggestions: x.sponsors, MaxSize: 300},
		views.Field{Name: "manager", Label: p.T("web.project.manager"), Value: project.Manager, Suggestions: x.managers, MaxSize: 300},
		views.Field{Name: "department", Label: p.T("web.project.department"), Value: project.Department, Suggestions: x.departments, MaxSize: 300})
	if all {
		fields = append(fields, views.Field{Name: "interministerial", Type: "checkbox", Label: p.T("project.interministerial"), Checked: project.Interministerial})
	}
	if all && weight {
		fields = append(fields, views.Field{Name: "weight", Type: "number", Label: p.T("web.project.weight"), Help: p.T("project.weight.help"), InputMode: "numeric"})
	}
	return fields
}

// project reads a project's own fields over what is stored.
func (in *input) project(project portfolio.Project, all, weight bool) portfolio.ProjectInput {
	project.Need, project.Sponsor, project.Manager, project.Department = in.lines("need"), in.text("sponsor"), in.text("manager"), in.text("department")
	if all {
		project.Code, project.Name, project.Interministerial = in.text("code"), in.text("name"), in.has("interministerial")
	}
	if all && weight {
		project.Weight = in.integer("weight")
	}
	return portfolio.ProjectInput{Project: project, ThemeCode: in.text("theme")}
}

func (s *site) projectNew(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	choices, err := s.projectChoices(c, r)
	if err != nil {
		return err
	}
	p := s.printer(c)
	weight := actor(c).May(identity.PermReadCost, r.Place())
	page := views.FormPage{Base: s.roadmapFrame(c, p, p.T("project.new"), r), Intro: []string{p.T("project.new.text")}}
	page.Form = page.NewForm(views.Under(r.ID, "projects/new"), p.T("project.new.submit"), views.ProjectsURL(r.ID, views.ProjectQuery{}, views.Day{}), 0,
		projectFields(p, portfolio.Project{}, choices, true, weight)...)
	return s.edit(c, edit{page: page, done: "flash.project_created", save: func(in *input) (string, error) {
		project := in.project(portfolio.Project{}, true, weight)
		if err := in.err(); err != nil {
			return "", err
		}
		added, err := s.deps.Portfolio.AddProject(c.UserContext(), actor(c), r.ID, project)
		return views.UnderProject(added.ID, "estimates/new"), unknownTheme(err) // a project shows once something is known of it
	}})
}

func (s *site) projectEdit(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermEditProject)
	if err != nil {
		return err
	}
	choices, err := s.projectChoices(c, r)
	if err != nil {
		return err
	}
	p := s.printer(c)
	all := actor(c).May(identity.PermEditPortfolio, project.Place())
	weight := project.Weight == 0 && actor(c).May(identity.PermReadCost, project.Place())
	here := views.ProjectURL(project.ID, views.Day{})
	page := views.FormPage{Base: s.projectFrame(c, p, p.T("project.edit"), project, r)}
	page.Form = page.NewForm(views.UnderProject(project.ID, "edit"), p.T("register.save"), here, project.Version, projectFields(p, project, choices, all, weight)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		is := in.project(project, all, weight)
		if err := in.err(); err != nil {
			return "", err
		}
		_, err := s.deps.Portfolio.UpdateProject(c.UserContext(), actor(c), project.ID, in.version(), is)
		return here, unknownTheme(err)
	}})
}

// projectExit books that a project leaves the portfolio.
func (s *site) projectExit(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.projectFrame(c, p, p.T("exit.title"), project, r), Intro: []string{p.T("exit.text")}}
	page.Form = page.NewForm(views.UnderProject(project.ID, "exit"), p.T("exit.submit"), views.ProjectURL(project.ID, views.Day{}), 0,
		views.Field{Name: "left_on", Type: "date", Label: p.T("exit.on"), Value: views.DateValue(s.today()), Required: true},
		views.Field{Name: "reason", Type: "textarea", Label: p.T("exit.reason"), Help: p.T("exit.reason.help"), Required: true})
	page.Form.Danger = true
	return s.edit(c, edit{page: page, done: "flash.exit", save: func(in *input) (string, error) {
		on, reason := in.past("left_on", s.today()), in.lines("reason")
		if err := in.err(); err != nil {
			return "", err
		}
		to := views.ProjectURL(project.ID, views.Day{})
		if actor(c).May(identity.PermReadPortfolio, r.Place()) {
			to = views.ProjectsURL(r.ID, views.ProjectQuery{}, views.Day{})
		}
		return to, s.deps.Portfolio.RecordExit(c.UserContext(), actor(c), project.ID, on, reason)
	}})
}

// projectReturn ends an exit.
func (s *site) projectReturn(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	p := s.printer(c)
	here := views.ProjectURL(project.ID, views.Day{})
	page := views.FormPage{Base: s.projectFrame(c, p, p.T("return.title"), project, r), Intro: []string{p.T("return.text")}}
	page.Form = page.NewForm(views.UnderProject(project.ID, "return"), p.T("return.submit"), here, 0,
		views.Field{Name: "returned_on", Type: "date", Label: p.T("return.on"), Value: views.DateValue(s.today()), Required: true})
	return s.edit(c, edit{page: page, done: "flash.return", save: func(in *input) (string, error) {
		on := in.past("returned_on", s.today())
		if err := in.err(); err != nil {
			return "", err
		}
		return here, s.deps.Portfolio.RecordReturn(c.UserContext(), actor(c), project.ID, on)
	}})
}
