package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/pdf"
)

// requestsPage reads which requests of a roadmap are asked for and loads them.
func (s *site) requestsPage(c *fiber.Ctx) (views.RequestsPage, error) {
	page := views.RequestsPage{Zone: s.config.Location}
	r, err := s.roadmapFor(c, identity.PermReadPortfolio)
	if err != nil {
		return page, err
	}
	page.Roadmap = r
	f := portfolio.RequestFilter{Own: query(c).Get("own") != ""}
	if state := portfolio.RequestState(query(c).Get("state")); state.Valid() {
		f.States, page.State = []portfolio.RequestState{state}, string(state)
	}
	page.Own = f.Own
	if page.List, err = s.deps.Portfolio.Requests(c.UserContext(), actor(c), r.ID, f, s.today()); err != nil {
		return page, err
	}
	page.Base, err = s.requestBase(c, s.printer(c).T("requests.title"), r)
	return page, err
}

func (s *site) requestList(c *fiber.Ctx) error {
	page, err := s.requestsPage(c)
	if err != nil {
		return err
	}
	return s.render(c, page.Page())
}

// requestFile sends the list as a file.
func requestFile(format string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		page, err := s.requestsPage(c)
		if err != nil {
			return err
		}
		r := page.Roadmap
		t := exportTable{organisation: r.OrganisationID, action: "request.export", subject: "roadmap", id: int64(r.ID), currency: r.Currency, name: page.T("requests.file", r.Code), title: page.T("requests.title"), head: page.FileHead()}
		for _, l := range page.List.Lines {
			t.rows = append(t.rows, page.FileRow(l))
		}
		return s.export(c, format, t)
	}
}

// renunciationsPage reads what of the register is asked for and loads it. A day that cannot be read narrows nothing and says so.
func (s *site) renunciationsPage(c *fiber.Ctx) (views.RenunciationsPage, portfolio.RequestFilter, error) {
	page := views.RenunciationsPage{Zone: s.config.Location, Today: s.today(), Errors: map[string]string{}}
	f := portfolio.RequestFilter{Zone: s.config.Location}
	r, err := s.roadmapFor(c, identity.PermReadPortfolio)
	if err != nil {
		return page, f, err
	}
	page.Roadmap = r
	p := s.printer(c)
	f.From, page.Search.From = registerDay(c, p, "from", page.Errors)
	f.Until, page.Search.To = registerDay(c, p, "to", page.Errors)
	page.Search.Due = query(c).Get("due") != ""
	if page.List, err = s.deps.Portfolio.Renunciations(c.UserContext(), actor(c), r.ID, f, s.today()); err != nil {
		return page, f, err
	}
	if page.Search.Due {
		page.List.Lines = slices.DeleteFunc(page.List.Lines, func(l portfolio.RequestLine) bool { return l.ReconsiderOn.IsZero() || l.ReconsiderOn.After(page.Today) })
	}
	page.Base, err = s.requestBase(c, p.T("renunciations.title"), r)
	return page, f, err
}

// registerDay reads a day of the query with what was typed; why it cannot be read is kept under its name.
func registerDay(c *fiber.Ctx, p views.Printer, name string, wrong map[string]string) (civil.Date, string) {
	typed := strings.TrimSpace(text(query(c).Get(name)))
	if typed == "" {
		return civil.Date{}, ""
	}
	d, err := civil.Parse(typed)
	if err != nil {
		wrong[name] = p.T("input.date", typed)
	}
	return d, typed
}

func (s *site) renunciations(c *fiber.Ctx) error {
	page, _, err := s.renunciationsPage(c)
	if err != nil {
		return err
	}
	if len(page.Errors) > 0 {
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return s.render(c, page.Page())
}

// renunciationFile sends the register as a file.
func renunciationFile(format string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		page, _, err := s.renunciationsPage(c)
		if err != nil {
			return err
		}
		r := page.Roadmap
		t := exportTable{organisation: r.OrganisationID, action: "request.export", subject: "roadmap", id: int64(r.ID), currency: r.Currency, name: page.T("renunciations.file", r.Code), title: page.T("renunciations.title"), head: page.RegisterHead()}
		for _, l := range page.List.Lines {
			t.rows = append(t.rows, page.RegisterRow(l, page.Zone))
		}
		return s.export(c, format, t)
	}
}

func (s *site) renunciationPDF(c *fiber.Ctx) error {
	page, f, err := s.renunciationsPage(c)
	if err != nil {
		return err
	}
	r, p := page.Roadmap, s.printer(c)
	report, err := s.deps.Portfolio.Report(c.UserContext(), actor(c), r.ID, s.today())
	if err != nil {
		return err
	}
	body, err := pdf.Renunciations(pdf.Register{Organisation: report.Organisation.Name, List: page.List, From: f.From, Until: f.Until, On: s.today()}, p.Lang, s.config.Location)
	if err != nil {
		return err
	}
	if err := s.deps.Identity.Note(c.UserContext(), actor(c), r.OrganisationID, "request.export", "roadmap", int64(r.ID), map[string]any{"rows": len(page.List.Lines), "format": "pdf"}); err != nil {
		return err
	}
	return sendPDF(c, p.T("renunciations.file", r.Code)+".pdf", body)
}

// sendPDF sends a document that is made for this reader: nobody else's browser keeps it.
func sendPDF(c *fiber.Ctx, name string, body []byte) error {
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, disposition("inline", name))
	return c.Send(body)
}
