package web

import (
	"bytes"

	"github.com/gofiber/fiber/v2"

	"jalon/portfolio"
	"jalon/portfolio/projectfile"
	"jalon/views"
)

func (s *site) projectList(c *fiber.Ctx) error {
	p, d, report, err := s.dayReport(c)
	if err != nil {
		return err
	}
	id := report.Roadmap.ID
	q, wrong := parseProjectQuery(query(c), p, report)
	page := views.ProjectsPage{Base: s.roadmapBase(c, p, p.T("web.projects.title"), views.ProjectsURL(id, views.ProjectQuery{}, views.Day{}), report, d), Report: report, Day: d, Query: q, Errors: wrong}
	page.Day.Keep = q.Kept()
	if len(wrong) > 0 {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.render(c, page)
	}
	page.Shown, page.Total, page.Query.Page = s.listing(report).page(report, q)
	page.From = (page.Query.Page-1)*views.PageSize + 1
	if page.Saved, err = s.savedViews(c, page.Base, report, q); err != nil {
		return err
	}
	return s.renderDay(c, d, page)
}

// projectFile exports every project that matches, in the format that the import reads back. Who takes it away
// stands in the trail.
func (s *site) projectFile(c *fiber.Ctx) error {
	p, d, report, err := s.dayReport(c)
	if err != nil {
		return err
	}
	id := report.Roadmap.ID
	q, wrong := parseProjectQuery(query(c), p, report)
	if len(wrong) > 0 || d.Error != "" {
		return s.projectList(c) // the page says what is wrong, with what was typed
	}
	needs, err := s.deps.Portfolio.Needs(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	var rows []projectfile.Row
	s.listing(report).walk(report, q, func(l *portfolio.ProjectLine) { rows = append(rows, exportRow(l, needs[l.ID])) })
	var without []projectfile.Field
	if report.CostHidden {
		without = []projectfile.Field{projectfile.FieldWeight, projectfile.FieldCost, projectfile.FieldCurrency}
	}
	var b bytes.Buffer
	if err := projectfile.Write(&b, rows, report.Currency, p.Lang, without...); err != nil {
		return err
	}
	details := map[string]any{"as_of": d.On, "query": q.Encode(), "projects": len(rows)}
	if err := s.deps.Identity.Note(c.UserContext(), actor(c), report.OrganisationID, "portfolio.export", "roadmap", int64(id), details); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", report.Roadmap.Code+"-"+d.On.String()+".csv"))
	return c.Send(b.Bytes())
}

func exportRow(l *portfolio.ProjectLine, need string) projectfile.Row {
	shared := l.Interministerial
	row := projectfile.Row{Code: l.Code, Name: l.Name, Need: need, Sponsor: l.Sponsor, Manager: l.Manager, Department: l.Department, Theme: l.Theme,
		Phase: string(l.Phase), InterAdministration: &shared, Weight: l.Weight, Start: l.Start, End: l.End}
	if l.Cost != nil {
		row.HasCost, row.Cost = true, *l.Cost
	}
	return row
}
