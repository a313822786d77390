package web

import (
	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/portfolio"
	"jalon/views"
)

// dependencies lists what a project needs and what needs it, and takes a new dependency.
func (s *site) dependencies(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	names, codes, err := s.neighbours(c, r, project)
	if err != nil {
		return err
	}
	p := s.printer(c)
	here := views.UnderProject(project.ID, "dependencies")
	page := views.DependenciesPage{Base: s.projectFrame(c, p, p.T("dependencies.title"), project, r)}
	if err := s.nameDependencies(c, &page, project.ID, names); err != nil {
		return err
	}
	page.Form = page.NewForm(here, p.T("register.add"), views.ProjectURL(project.ID, views.Day{}), 0,
		views.Field{Name: "depends_on", Label: p.T("dependency.code"), Help: p.T("dependency.code.help"), Suggestions: codes, Required: true, MaxSize: 64},
		views.Field{Name: "note", Label: p.T("dependency.note"), Help: p.T("dependency.note.help"), MaxSize: 300})
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	code, note := in.text("depends_on"), in.text("note")
	err = in.err()
	if err == nil {
		err = s.deps.Portfolio.AddDependency(c.UserContext(), actor(c), project.ID, code, note)
	}
	if s.wasDone(c, err) {
		s.flash(c, "flash.repeated")
		return s.see(c, here)
	}
	if err != nil {
		return s.refuse(c, &page, &page.Form, in, unknownCode(err, "depends_on", code))
	}
	s.flash(c, "flash.created")
	return s.see(c, here)
}

// neighbours names the projects of a roadmap that the reader may see, and the codes to choose from.
func (s *site) neighbours(c *fiber.Ctx, r portfolio.Roadmap, project portfolio.Project) (map[portfolio.ProjectID]portfolio.Head, []string, error) {
	names := map[portfolio.ProjectID]portfolio.Head{}
	if !actor(c).May(identity.PermReadPortfolio, r.Place()) {
		return names, nil, nil
	}
	report, err := s.deps.Portfolio.Report(c.UserContext(), actor(c), r.ID, s.today())
	if err != nil {
		return nil, nil, err
	}
	var codes []string
	for i := range report.Projects {
		l := &report.Projects[i]
		names[l.ID] = portfolio.Head{Code: l.Code, Name: l.Name}
		if l.ID != project.ID && len(codes) < maxSuggestions {
			codes = append(codes, l.Code)
		}
	}
	return names, codes, nil
}

// nameDependencies fills the page with the dependencies. One that leads out of today's portfolio is named one by one.
func (s *site) nameDependencies(c *fiber.Ctx, page *views.DependenciesPage, id portfolio.ProjectID, names map[portfolio.ProjectID]portfolio.Head) error {
	all, err := s.deps.Portfolio.Dependencies(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	for _, d := range all {
		other := d.DependsOnID
		if other == id {
			other = d.ProjectID
		}
		head, ok := names[other]
		if !ok {
			project, _, err := s.deps.Portfolio.Project(c.UserContext(), actor(c), other)
			if err != nil {
				return err
			}
			head = portfolio.Head{Code: project.Code, Name: project.Name}
		}
		row := views.NamedDependency{URL: views.ProjectURL(other, views.Day{}), Code: head.Code, Name: head.Name, Note: d.Note}
		if d.ProjectID != id {
			page.NeededBy = append(page.NeededBy, row)
			continue
		}
		remove := page.Act(views.UnderProject(id, "dependencies/remove"), page.T("register.remove"), page.T("register.remove.label", head.Name), 0,
			views.Field{Name: "depends_on", Type: "hidden", Value: views.IntValue(int64(other))})
		row.Remove = &remove
		page.DependsOn = append(page.DependsOn, row)
	}
	return nil
}

func (s *site) dependencyRemove(c *fiber.Ctx) error {
	project, _, err := s.projectFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	return s.act(c, "flash.removed", func(in *input) (string, error) {
		other := in.key("depends_on")
		if err := in.err(); err != nil {
			return "", err
		}
		return views.UnderProject(project.ID, "dependencies"), s.deps.Portfolio.RemoveDependency(c.UserContext(), actor(c), project.ID, portfolio.ProjectID(other))
	})
}
