package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/portfolio"
	"jalon/views"
)

// ImportWork is what the site does with lists of projects.
type ImportWork interface {
	Roadmap(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) (portfolio.Roadmap, error)
	StageList(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, in portfolio.StageInput) (int64, error)
	StagedList(ctx context.Context, actor identity.Actor, staged int64) (portfolio.Staged, error)
	JoinStaged(ctx context.Context, actor identity.Actor, staged int64, joins map[string]string) error
	BookStaged(ctx context.Context, actor identity.Actor, staged int64) (portfolio.ImportReport, error)
}

var importRoutes = []route{
	upload("/roadmaps/:id/import", identity.PermImportPortfolio, (*site).importNew),
	form("/imports/:id", identity.PermImportPortfolio, (*site).importShow),
	act("/imports/:id/book", identity.PermImportPortfolio, (*site).importBook),
	page("/imports/:id/findings.csv", identity.PermImportPortfolio, (*site).importFindings),
}

// upload is a page with a form that sends a file.
func upload(path string, p identity.Permission, h func(*site, *fiber.Ctx) error) route {
	r := form(path, p, h)
	r.upload = true
	return r
}

// importPage is the page on which a list is sent.
func (s *site) importPage(c *fiber.Ctx) (*views.FormPage, portfolio.RoadmapID, error) {
	id, err := roadmapID(c)
	if err != nil {
		return nil, 0, err
	}
	r, err := s.deps.Portfolio.Roadmap(c.UserContext(), actor(c), id)
	if err != nil {
		return nil, 0, err
	}
	if err := identity.See(actor(c), identity.PermImportPortfolio, identity.PermReadPortfolio, r.Place(), "roadmap", int64(id)); err != nil {
		return nil, 0, err
	}
	p := s.printer(c)
	page := &views.FormPage{Base: s.base(c, p, p.T("imports.title"), views.SectionRoadmaps), Intro: []string{p.T("imports.text"), p.T("imports.text.safe")}}
	page.Trail = []views.Link{{Text: r.Name, URL: views.RoadmapURL(id, views.Day{})}}
	page.Form = page.NewForm(views.ImportURL(id), p.T("imports.submit"), views.RoadmapURL(id, views.Day{}), 0, p.ImportFields(s.today())...)
	page.Form.Upload = true
	page.Links = []views.Link{{Text: p.T("imports.template"), URL: views.RoadmapURL(id, views.Day{}) + "/projects.csv"}}
	return page, id, nil
}

// importShow shows what booking a list would do, and takes which of its projects were renamed.
func (s *site) importShow(c *fiber.Ctx) error {
	id, err := key(c, "staged_list")
	if err != nil {
		return err
	}
	if c.Method() == fiber.MethodPost {
		return s.importJoin(c, id)
	}
	staged, err := s.deps.Portfolio.StagedList(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	staged.BookedAt = staged.BookedAt.In(s.config.Location)
	p := s.printer(c)
	page := views.ImportPage{Base: s.base(c, p, p.T("imports.preview"), views.SectionRoadmaps), Staged: staged}
	page.Trail = []views.Link{{Text: staged.Roadmap.Name, URL: page.RoadmapURL()}}
	return s.render(c, page)
}

// importJoin keeps which project each name means. What cannot be kept is said above the preview, which is that of
// what was kept before.
func (s *site) importJoin(c *fiber.Ctx, id int64) error {
	in, joins := s.input(c), map[string]string{}
	for n := range maxFields {
		row := strconv.Itoa(n)
		if !in.values.Has(views.FieldJoinName + row) {
			break
		}
		if code := in.text(views.FieldJoinCode + row); code != "" {
			joins[in.values.Get(views.FieldJoinName+row)] = code
		}
	}
	err := s.deps.Portfolio.JoinStaged(c.UserContext(), actor(c), id, joins)
	if err == nil || repeated(err) {
		s.flash(c, "flash.joined")
		return s.see(c, views.StagedURL(id))
	}
	if f := fault.As(err); f != nil && f.Key == "project.not_found" { // it left the roadmap since the page was shown
		err = fault.Invalid(f.Key, f.Args...)
	}
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict:
	default:
		return err
	}
	staged, shown := s.deps.Portfolio.StagedList(c.UserContext(), actor(c), id)
	if shown != nil {
		return shown
	}
	p := s.printer(c)
	c.Status(statusOf(err))
	page := views.ImportPage{Base: s.base(c, p, p.T("imports.preview"), views.SectionRoadmaps), Staged: staged, Refused: p.Fault(err), Chosen: joins}
	page.Trail = []views.Link{{Text: staged.Roadmap.Name, URL: page.RoadmapURL()}}
	return s.render(c, page)
}

// importBook books a list. Who sends the button twice sees that it is booked.
func (s *site) importBook(c *fiber.Ctx) error {
	id, err := key(c, "staged_list")
	if err != nil {
		return err
	}
	staged, err := s.deps.Portfolio.StagedList(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	_, err = s.deps.Portfolio.BookStaged(c.UserContext(), actor(c), id)
	if f := fault.As(err); f != nil && (f.Key == "import.already_booked" || repeated(err)) {
		s.flash(c, "flash.repeated")
		return s.see(c, views.StagedURL(id))
	}
	if err != nil {
		return err
	}
	s.flash(c, "flash.imported")
	return s.see(c, views.RoadmapURL(staged.Roadmap.ID, views.Day{}))
}

// importFindings gives all findings of a list as a file.
func (s *site) importFindings(c *fiber.Ctx) error {
	id, err := key(c, "staged_list")
	if err != nil {
		return err
	}
	staged, err := s.deps.Portfolio.StagedList(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	p := s.printer(c)
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	rows := [][]string{{p.T("imports.line_number"), p.T("imports.column"), p.T("imports.code"), p.T("imports.finding")}}
	for _, f := range staged.Report.Findings {
		line := ""
		if f.Line > 0 {
			line = strconv.Itoa(f.Line)
		}
		rows = append(rows, []string{line, grid.Inert(f.Column), f.Code, grid.Inert(p.FindingRow(f).Text)})
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	if err := s.deps.Identity.Note(c.UserContext(), actor(c), staged.Roadmap.OrganisationID, "import.export", "roadmap", int64(staged.Roadmap.ID), map[string]any{"file": staged.FileName, "findings": len(staged.Report.Findings)}); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", strings.TrimSuffix(staged.FileName, ".csv")+"-"+p.T("imports.findings.name")+".csv"))
	return c.Send(b.Bytes())
}
