package web

import (
	"bytes"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/grid"
	"jalon/views"
)

const (
	trailLines = 50     // on one page
	trailBatch = 500    // at once for a file
	trailMost  = 50_000 // in one file
)

// parseTrail reads a search of the trail from the address. Days are those of the organisation.
func parseTrail(c *fiber.Ctx, p views.Printer, o identity.Organisation) (views.TrailQuery, audit.Filter, []views.FieldError) {
	typed := query(c)
	get := func(name string) string {
		runes := []rune(text(typed.Get(name)))
		return string(runes[:min(len(runes), maxSearch)])
	}
	q := views.TrailQuery{Who: get("who"), Action: get("action"), Subject: get("subject"), SubjectID: get("id"), From: get("from"), To: get("to"), Text: get("q")}
	f := audit.Filter{Actor: q.Who, Action: q.Action, Subject: q.Subject, Text: q.Text, Limit: trailLines + 1}
	var wrong []views.FieldError
	day := func(name, raw string) (d civil.Date) {
		if raw == "" {
			return d
		}
		d, err := civil.Parse(raw)
		if err != nil {
			wrong = append(wrong, views.FieldError{Name: name, Text: p.T("input.date", raw)})
		}
		return d
	}
	if d := day("from", q.From); !d.IsZero() {
		f.From = d.At(0, 0, o.Location())
	}
	if d := day("to", q.To); !d.IsZero() {
		f.To = d.AddDays(1).At(0, 0, o.Location())
	}
	var err error
	if q.SubjectID != "" {
		if f.SubjectID, err = strconv.ParseInt(q.SubjectID, 10, 64); err != nil || f.SubjectID < 1 {
			wrong = append(wrong, views.FieldError{Name: "id", Text: p.T("input.integer", q.SubjectID)})
		}
	}
	if before := get("before"); before != "" {
		if q.Before, err = strconv.ParseInt(before, 10, 64); err != nil || q.Before < 1 {
			q.Before = 0
		}
		f.Before = q.Before
	}
	return q, f, wrong
}

// trail shows a search in the audit trail of an organisation.
func (s *site) trail(c *fiber.Ctx) error {
	page, f, err := s.trailPage(c)
	if err != nil {
		return err
	}
	return s.renderTrail(c, page, f)
}

func (s *site) trailPage(c *fiber.Ctx) (page views.TrailPage, f audit.Filter, err error) {
	if page.Organisation, err = s.organisation(c, identity.PermReadAudit); err != nil {
		return page, f, err
	}
	p := s.printer(c)
	page.Base = s.organisationBase(c, p, page.Organisation, p.T("trail.of", page.Organisation.Name))
	page.Path = views.TrailURL(page.Organisation.ID, nil)
	page.Search, f, page.Errors = parseTrail(c, p, page.Organisation)
	if identity.Can(actor(c), identity.PermEditUsers, identity.Within(page.Organisation.ID)) == nil {
		page.Users, err = s.deps.Identity.Users(c.UserContext(), actor(c), page.Organisation.ID)
	}
	return page, f, err
}

func (s *site) renderTrail(c *fiber.Ctx, page views.TrailPage, f audit.Filter) error {
	if len(page.Errors) > 0 {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.render(c, page)
	}
	var err error
	if page.Lines, err = s.deps.Identity.Trail(c.UserContext(), actor(c), page.Organisation.ID, f); err != nil {
		return err
	}
	if len(page.Lines) > trailLines {
		page.Lines, page.More = page.Lines[:trailLines], true
	}
	return s.render(c, page)
}

// trailFile exports a search in the trail, which is an event of the trail itself.
func (s *site) trailFile(c *fiber.Ctx) error {
	page, f, err := s.trailPage(c)
	if err != nil {
		return err
	}
	if len(page.Errors) > 0 {
		return s.renderTrail(c, page, f) // the page says what is wrong, with what was typed
	}
	ctx, who, o := c.UserContext(), actor(c), page.Organisation
	rows := [][]string{page.TrailColumns()}
	f.Before, f.Limit = 0, trailBatch
	for {
		lines, err := s.deps.Identity.Trail(ctx, who, o.ID, f)
		if err != nil {
			return err
		}
		for _, l := range lines {
			rows = append(rows, page.TrailCells(o, l))
			f.Before = l.ID
		}
		if len(lines) < trailBatch {
			break
		}
		if len(rows) > trailMost {
			page.Errors = []views.FieldError{{Name: "from", Text: page.T("trail.too_many", trailMost)}}
			return s.renderTrail(c, page, f)
		}
	}
	if err := s.deps.Identity.Note(ctx, who, o.ID, "audit.export", "organisation", o.ID, map[string]any{"entries": len(rows) - 1, "search": page.Search.Values().Encode()}); err != nil {
		return err
	}
	return s.sendTable(c, rows, o.Code+"-journal-"+s.today().String()+".csv")
}

// sendTable sends rows as a file that a spreadsheet opens and runs nothing of.
func (s *site) sendTable(c *fiber.Ctx, rows [][]string, name string) error {
	var b bytes.Buffer
	if err := grid.WriteTable(&b, rows); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", name))
	return c.Send(b.Bytes())
}
