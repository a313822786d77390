package web

import (
	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
	"jalon/views"
)

// statusPeriods is how many months back a status report may be about.
const statusPeriods = 6

// statusReport takes what a project manager declares of a project for a period. The sides begin as they were
// declared last; what was written then stands beside, and is written anew.
func (s *site) statusReport(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermReportStatus)
	if err != nil {
		return err
	}
	last, err := s.deps.Portfolio.LastStatus(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	costs := actor(c).May(identity.PermReadCost, project.Place())
	here := views.ProjectURL(project.ID, views.Day{})
	page := views.FormPage{Base: s.projectFrame(c, p, p.T("status.title"), project, r), Intro: []string{p.T("status.text")}}
	if last == nil {
		last = &portfolio.StatusReport{}
	} else {
		page.Intro = append(page.Intro, p.T("status.last", p.Period(last.Period), last.On, last.Author))
	}
	page.Form = page.NewForm(views.UnderProject(project.ID, "status"), p.T("status.submit"), here, 0, statusFields(p, *last, costs, s.today())...)
	return s.edit(c, edit{page: page, done: "flash.status", save: func(in *input) (string, error) {
		rep := in.status(costs, s.today())
		if err := in.err(); err != nil {
			return "", err
		}
		return here, s.deps.Portfolio.ReportStatus(c.UserContext(), actor(c), project.ID, rep)
	}})
}

// statusFields are the sides with their comments, then the words about the whole.
func statusFields(p views.Printer, last portfolio.StatusReport, costs bool, today civil.Date) []views.Field {
	before := func(words string) string {
		if words == "" {
			return ""
		}
		return p.T("status.before", words)
	}
	fields := []views.Field{{Name: "period", Type: "select", Label: p.T("status.period"), Value: today.MonthOf().String(), Options: periodChoices(p, today), Required: true}}
	side := func(name, label string, s portfolio.Side) {
		fields = append(fields,
			views.Field{Name: name, Type: "radio", Label: p.T(label), Value: string(s.Weather), Options: weatherChoices(p)},
			views.Field{Name: name + "_comment", Type: "textarea", Label: p.T("status.comment", p.T(label)), Help: before(s.Comment), Rows: 2})
	}
	side("schedule", "web.side.schedule", last.Schedule)
	if costs {
		side("cost", "web.side.cost", last.Cost)
	}
	side("scope", "web.side.scope", last.Scope)
	side("people", "web.side.people", last.People)
	return append(fields,
		views.Field{Name: "summary", Type: "textarea", Label: p.T("status.summary"), Help: before(last.Summary), Rows: 3},
		views.Field{Name: "next_steps", Type: "textarea", Label: p.T("web.status.next"), Help: before(last.NextSteps), Rows: 3},
		views.Field{Name: "needs_decision", Type: "textarea", Label: p.T("web.project.question"), Help: p.T("status.question.help") + " " + before(last.NeedsDecision), Rows: 2})
}

// periodChoices are the months that a report may be about, this one first.
func periodChoices(p views.Printer, today civil.Date) []views.Choice {
	var out []views.Choice
	for back := range statusPeriods {
		month := today.MonthOf().Add(-back).String()
		out = append(out, views.Choice{Value: month, Text: p.Period(month)})
	}
	return out
}

// weatherChoices name each weather and what it stands for.
func weatherChoices(p views.Printer) []views.Choice {
	return []views.Choice{
		{Value: string(portfolio.WeatherSun), Text: p.T("status.sun"), Help: p.T("status.sun.means")},
		{Value: string(portfolio.WeatherCloud), Text: p.T("status.cloud"), Help: p.T("status.cloud.means")},
		{Value: string(portfolio.WeatherStorm), Text: p.T("status.storm"), Help: p.T("status.storm.means")},
		{Value: string(portfolio.WeatherUnmeasured), Text: p.T("status.unknown")},
	}
}

// status reads a status report. Its period must be one of those offered: a report of a month to come would
// pass for news.
func (in *input) status(costs bool, today civil.Date) portfolio.StatusReport {
	side := func(name string) portfolio.Side {
		return portfolio.Side{Weather: portfolio.Weather(in.text(name)), Comment: in.lines(name + "_comment")}
	}
	rep := portfolio.StatusReport{Period: in.text("period"), On: today, Schedule: side("schedule"), Scope: side("scope"), People: side("people"),
		Summary: in.lines("summary"), NextSteps: in.lines("next_steps"), NeedsDecision: in.lines("needs_decision")}
	if costs {
		rep.Cost = side("cost")
	}
	month, err := civil.ParseMonth(rep.Period)
	if back := month.Until(today.MonthOf()); err != nil || back < 0 || back >= statusPeriods {
		in.wrong.Add("period", "input.choice")
	}
	return rep
}
