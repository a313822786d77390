package web

import (
	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/portfolio"
	"jalon/views"
)

// lastFigures gives the line of a project as it stands today, empty when it stands in no portfolio yet.
func (s *site) lastFigures(c *fiber.Ctx, id portfolio.ProjectID) (*portfolio.ProjectLine, error) {
	_, line, err := s.deps.Portfolio.ProjectReport(c.UserContext(), actor(c), id, s.today())
	if away(err) {
		return &portfolio.ProjectLine{}, nil
	}
	return line, err
}

// estimateNew books what is known of a project. What is left empty stays as it was last known, which stands beside.
func (s *site) estimateNew(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermEditProject)
	if err != nil {
		return err
	}
	last, err := s.lastFigures(c, project.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	costs := actor(c).May(identity.PermReadCost, project.Place())
	here := views.ProjectURL(project.ID, views.Day{})
	page := views.FormPage{Base: s.projectFrame(c, p, p.T("estimate.new"), project, r), Intro: []string{p.T("estimate.text")}}
	page.Form = page.NewForm(views.UnderProject(project.ID, "estimates/new"), p.T("estimate.submit"), here, 0, s.estimateFields(p, r, last, costs)...)
	return s.edit(c, edit{page: page, done: "flash.estimate", save: func(in *input) (string, error) {
		e := portfolio.Estimate{AsOf: in.past("as_of", s.today()), Start: in.date("start"), End: in.date("end"), Phase: portfolio.Phase(in.text("phase")), Note: in.lines("note")}
		if costs {
			e.Cost, e.HasCost = in.amount("cost", r.Currency)
		}
		if err := in.err(); err != nil {
			return "", err
		}
		return here, s.deps.Portfolio.BookEstimate(c.UserContext(), actor(c), project.ID, e)
	}})
}

func (s *site) estimateFields(p views.Printer, r portfolio.Roadmap, last *portfolio.ProjectLine, costs bool) []views.Field {
	known := func(text string) string {
		if text == views.Dash {
			return p.T("estimate.never")
		}
		return p.T("estimate.last", text)
	}
	phase := views.Dash
	if last.Phase != "" {
		phase = p.PhaseName(last.Phase)
	}
	fields := []views.Field{{Name: "as_of", Type: "date", Label: p.T("web.estimate.on"), Help: p.T("estimate.as_of.help"), Value: views.DateValue(s.today()), Required: true}}
	if costs {
		fields = append(fields, views.Field{Name: "cost", Label: p.T("web.project.cost"), Help: p.T("estimate.cost.help") + " " + known(p.Money(last.Cost, r.Currency)), InputMode: "decimal", Unit: string(r.Currency)})
	}
	return append(fields,
		views.Field{Name: "start", Type: "date", Label: p.T("web.project.start"), Help: known(p.Date(last.Start))},
		views.Field{Name: "end", Type: "date", Label: p.T("web.project.end"), Help: known(p.Date(last.End))},
		views.Field{Name: "phase", Type: "select", Label: p.T("web.project.phase"), Help: known(phase), Options: phaseChoices(p, p.T("estimate.same"))},
		views.Field{Name: "note", Type: "textarea", Label: p.T("web.estimate.note"), Help: p.T("estimate.note.help"), Rows: 3})
}

// baselineSet sets the first reference of a project by hand.
func (s *site) baselineSet(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	last, err := s.lastFigures(c, project.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	costs := actor(c).May(identity.PermReadCost, project.Place())
	here := views.ProjectURL(project.ID, views.Day{})
	page := views.FormPage{Base: s.projectFrame(c, p, p.T("baseline.title"), project, r), Intro: []string{p.T("baseline.text"), p.T("baseline.once")}}
	fields := []views.Field{{Name: "on", Type: "date", Label: p.T("web.baseline.on"), Value: views.DateValue(s.today()), Required: true}}
	if costs {
		fields = append(fields, views.Field{Name: "cost", Label: p.T("web.project.cost"), Value: p.AmountValue(last.Cost, r.Currency), InputMode: "decimal", Unit: string(r.Currency)})
	}
	fields = append(fields,
		views.Field{Name: "start", Type: "date", Label: p.T("web.project.start"), Value: views.DateValue(last.Start)},
		views.Field{Name: "end", Type: "date", Label: p.T("web.project.end"), Value: views.DateValue(last.End)},
		views.Field{Name: "reason", Type: "textarea", Label: p.T("web.baseline.reason"), Help: p.T("baseline.reason.help"), Rows: 3})
	page.Form = page.NewForm(views.UnderProject(project.ID, "baseline"), p.T("baseline.submit"), here, 0, fields...)
	return s.edit(c, edit{page: page, done: "flash.baseline", save: func(in *input) (string, error) {
		b := portfolio.Baseline{On: in.past("on", s.today()), Start: in.date("start"), End: in.date("end"), Reason: in.lines("reason")}
		if costs {
			b.Cost, b.HasCost = in.amount("cost", r.Currency)
		}
		if err := in.err(); err != nil {
			return "", err
		}
		return here, s.deps.Portfolio.SetFirstBaseline(c.UserContext(), actor(c), project.ID, b)
	}})
}
