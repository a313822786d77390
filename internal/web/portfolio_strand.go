package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// strandPaths are the parts of the address that stand for the kinds of strand.
var strandPaths = map[string]string{portfolio.KindTheme: "themes", portfolio.KindObjective: "objectives"}

// strandTitles name the kinds.
var strandTitles = map[string][3]string{
	portfolio.KindTheme:     {"strands.themes", "strands.themes.none", "strands.themes.edit"},
	portfolio.KindObjective: {"strands.objectives", "strands.objectives.none", "strands.objectives.edit"},
}

// strands lists the themes and the objectives of a roadmap and takes a new one of a kind.
func strands(kind string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		r, err := s.roadmapFor(c, identity.PermEditPortfolio)
		if err != nil {
			return err
		}
		p := s.printer(c)
		page := views.StrandsPage{Base: s.roadmapFrame(c, p, p.T("strands.title"), r)}
		page.Path = views.Under(r.ID, "themes")
		for _, k := range []string{portfolio.KindTheme, portfolio.KindObjective} {
			list, err := s.strandKind(c, page.Base, r, k)
			if err != nil {
				return err
			}
			page.Kinds = append(page.Kinds, list)
		}
		if c.Method() != fiber.MethodPost {
			return s.render(c, page)
		}
		in := s.input(c)
		strand := in.strand(portfolio.Strand{})
		err = in.err()
		if err == nil {
			_, err = s.deps.Portfolio.SaveStrand(c.UserContext(), actor(c), r.ID, kind, strand)
		}
		done := "flash.created"
		if s.wasDone(c, err) {
			done, err = "flash.repeated", nil
		}
		if err != nil {
			return s.refuseStrand(c, page, kind, in, err)
		}
		s.flash(c, done)
		return s.see(c, views.Under(r.ID, "themes"))
	}
}

// refuseStrand shows the page again with what was typed into the form of the kind.
func (s *site) refuseStrand(c *fiber.Ctx, page views.StrandsPage, kind string, in *input, err error) error {
	at := 0
	if kind == portfolio.KindObjective {
		at = 1
	}
	return s.refuse(c, &page, &page.Kinds[at].Form, in, err)
}

// strandKind is one of the two lists with its form.
func (s *site) strandKind(c *fiber.Ctx, b views.Base, r portfolio.Roadmap, kind string) (views.StrandKind, error) {
	all, err := s.deps.Portfolio.Strands(c.UserContext(), actor(c), r.ID, kind)
	if err != nil {
		return views.StrandKind{}, err
	}
	here := views.Under(r.ID, strandPaths[kind])
	list := views.StrandKind{ID: strandPaths[kind], Title: b.T(strandTitles[kind][0]), Caption: b.T(strandTitles[kind][0]), None: b.T(strandTitles[kind][1]), Counts: kind == portfolio.KindTheme}
	for _, t := range all {
		at := here + "/" + strconv.FormatInt(t.ID, 10)
		row := views.StrandRow{Code: t.Code, Name: t.Name, Description: t.Description, Position: b.Int(int64(t.Position)), Projects: b.Int(int64(t.Projects)), EditURL: at + "/edit"}
		if t.Projects == 0 {
			remove := b.Act(at+"/remove", b.T("register.remove"), b.T("register.remove.label", t.Name), t.Version)
			row.Remove = &remove
		}
		list.Strands = append(list.Strands, row)
	}
	list.Form = b.NewForm(here, b.T("register.add"), "", 0, strandFields(b.Printer, portfolio.Strand{})...)
	list.Form.Name, list.Form.Label = strandPaths[kind], list.Title
	return list, nil
}

func strandFields(p views.Printer, t portfolio.Strand) []views.Field {
	return []views.Field{
		{Name: "code", Label: p.T("strand.code"), Value: t.Code, Required: true, MaxSize: 64},
		{Name: "name", Label: p.T("strand.name"), Help: p.T("strand.name.help"), Value: t.Name, Required: true, MaxSize: 300},
		{Name: "description", Type: "textarea", Label: p.T("strand.description"), Value: t.Description, Rows: 2},
		{Name: "position", Type: "number", Label: p.T("strand.order"), Help: p.T("strand.order.help"), Value: views.IntValue(int64(t.Position)), InputMode: "numeric"},
	}
}

func (in *input) strand(t portfolio.Strand) portfolio.Strand {
	t.Code, t.Name, t.Description, t.Position = in.text("code"), in.text("name"), in.lines("description"), int(in.integer("position"))
	return t
}

// strandOf finds the strand that the address names.
func (s *site) strandOf(c *fiber.Ctx, r portfolio.Roadmap, kind string) (portfolio.Strand, error) {
	all, err := s.deps.Portfolio.Strands(c.UserContext(), actor(c), r.ID, kind)
	if err != nil {
		return portfolio.Strand{}, err
	}
	for _, t := range all {
		if strconv.FormatInt(t.ID, 10) == c.Params("strand") {
			return t, nil
		}
	}
	return portfolio.Strand{}, fault.NotFound(kind, text(c.Params("strand")))
}

func strandEdit(kind string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		r, err := s.roadmapFor(c, identity.PermEditPortfolio)
		if err != nil {
			return err
		}
		t, err := s.strandOf(c, r, kind)
		if err != nil {
			return err
		}
		p := s.printer(c)
		back := views.Under(r.ID, "themes")
		page := views.FormPage{Base: s.roadmapFrame(c, p, p.T(strandTitles[kind][2]), r)}
		page.Trail = append(page.Trail, views.Link{Text: p.T("strands.title"), URL: back})
		page.Form = page.NewForm(cleanPath(c), p.T("register.save"), back, t.Version, strandFields(p, t)...)
		return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
			is := in.strand(t)
			is.Version = in.version()
			if err := in.err(); err != nil {
				return "", err
			}
			_, err := s.deps.Portfolio.SaveStrand(c.UserContext(), actor(c), r.ID, kind, is)
			return back, err
		}})
	}
}

func strandRemove(kind string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		r, err := s.roadmapFor(c, identity.PermEditPortfolio)
		if err != nil {
			return err
		}
		t, err := s.strandOf(c, r, kind)
		if err != nil {
			return err
		}
		return s.act(c, "flash.removed", func(in *input) (string, error) {
			return views.Under(r.ID, "themes"), s.deps.Portfolio.RemoveStrand(c.UserContext(), actor(c), r.ID, kind, t.ID, in.version())
		})
	}
}
