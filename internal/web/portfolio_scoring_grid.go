package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/portfolio/scoring"
	"jalon/views"
)

var gridRoutes = []route{
	page("/roadmaps/:id/grids", identity.PermReadPortfolio, (*site).gridList),
	form("/roadmaps/:id/grids/new", identity.PermEditPortfolio, (*site).gridNew),
	page("/grids/:id", identity.PermReadPortfolio, (*site).gridShow),
	form("/grids/:id/edit", identity.PermEditPortfolio, (*site).gridRename),
	form("/grids/:id/weights", identity.PermEditPortfolio, (*site).gridWeigh),
	form("/grids/:id/comparisons", identity.PermEditPortfolio, (*site).gridCompare),
	form("/grids/:id/criteria/new", identity.PermEditPortfolio, (*site).criterionNew),
	form("/grids/:id/criteria/:criterion/edit", identity.PermEditPortfolio, (*site).criterionEdit),
	form("/grids/:id/criteria/:criterion/remove", identity.PermEditPortfolio, (*site).criterionRemove),
	act("/grids/:id/copy", identity.PermEditPortfolio, (*site).gridCopy),
	act("/grids/:id/activate", identity.PermEditPortfolio, (*site).gridActivate),
	act("/grids/:id/retire", identity.PermEditPortfolio, (*site).gridRetire),
	act("/grids/:id/remove", identity.PermEditPortfolio, (*site).gridRemove),
}

func (s *site) gridList(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermReadPortfolio)
	if err != nil {
		return err
	}
	page := views.GridsPage{Roadmap: r}
	if page.Grids, err = s.deps.Portfolio.Grids(c.UserContext(), actor(c), r.ID); err != nil {
		return err
	}
	if page.Organisation, err = s.deps.Identity.Organisation(c.UserContext(), actor(c), r.OrganisationID); err != nil {
		return err
	}
	page.Base = s.scoringBase(c, r, views.PartGrids, s.printer(c).T("grids.title"))
	return s.render(c, page.Page())
}

func (s *site) gridNew(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	back := views.Under(r.ID, views.PartGrids)
	page := views.FormPage{Base: s.scoringBase(c, r, views.PartGrids, s.printer(c).T("grids.new"))}
	page.Trail = append(page.Trail, views.Link{Text: page.T("grids.title"), URL: back})
	page.Form = page.NewForm(cleanPath(c), page.T("register.save"), back, 0, page.GridFields()...)
	return s.edit(c, edit{page: page, done: "flash.created", save: func(in *input) (string, error) {
		typed := portfolio.GridInput{Template: in.text("template"), Name: in.text("name")}
		if typed.Template != portfolio.TemplatePublicValue && typed.Template != portfolio.TemplateBlank {
			in.wrong.Add("template", "input.choice")
			return back, in.err()
		}
		g, err := s.deps.Portfolio.DraftGrid(c.UserContext(), actor(c), r.ID, typed)
		if g.ID != 0 {
			back = views.GridURL(g.ID)
		}
		return back, err
	}})
}

// gridFor loads the grid of the address with the frame of a page about it.
func (s *site) gridFor(c *fiber.Ctx, perm identity.Permission) (portfolio.Grid, portfolio.Roadmap, error) {
	id, err := key(c, "grid")
	if err != nil {
		return portfolio.Grid{}, portfolio.Roadmap{}, err
	}
	g, r, err := s.deps.Portfolio.Grid(c.UserContext(), actor(c), portfolio.GridID(id))
	if err == nil {
		err = identity.See(actor(c), perm, identity.PermReadPortfolio, g.Place(), "grid", id)
	}
	return g, r, err
}

// gridPage is the frame of a page below a grid's.
func (s *site) gridPage(c *fiber.Ctx, g portfolio.Grid, r portfolio.Roadmap, title string) views.FormPage {
	page := views.FormPage{Base: s.scoringBase(c, r, views.PartGrids, s.printer(c).T(title))}
	page.Trail = append(page.Trail, views.Link{Text: page.T("grids.title"), URL: views.Under(r.ID, views.PartGrids)}, views.Link{Text: page.T("scoring.grid.version", g.Name, g.Number), URL: views.GridURL(g.ID)})
	return page
}

func (s *site) gridShow(c *fiber.Ctx) error {
	g, r, err := s.gridFor(c, identity.PermReadPortfolio)
	if err != nil {
		return err
	}
	page := views.GridPage{Roadmap: r, Grid: g}
	if page.Organisation, err = s.deps.Identity.Organisation(c.UserContext(), actor(c), r.OrganisationID); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.scoringBase(c, r, views.PartGrids, p.T("scoring.grid.version", g.Name, g.Number))
	page.Trail = append(page.Trail, views.Link{Text: p.T("grids.title"), URL: views.Under(r.ID, views.PartGrids)})
	return s.render(c, page.Page())
}

func (s *site) gridRename(c *fiber.Ctx) error {
	g, r, err := s.gridFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	page, back := s.gridPage(c, g, r, "grids.rename"), views.GridURL(g.ID)
	page.Form = page.NewForm(cleanPath(c), page.T("register.save"), back, g.Version, views.Field{Name: "name", Label: page.T("grids.name"), Value: g.Name, Required: true, MaxSize: 300})
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		return back, s.once(c, s.deps.Portfolio.RenameGrid(c.UserContext(), actor(c), g.ID, in.version(), in.text("name")))
	}})
}

func (s *site) gridWeigh(c *fiber.Ctx) error {
	g, r, err := s.gridFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	page, back := s.gridPage(c, g, r, "grids.weigh"), views.GridURL(g.ID)
	page.Intro = []string{page.T("grids.weigh.text")}
	page.Form = page.NewForm(cleanPath(c), page.T("register.save"), back, g.Version, page.WeightFields(g)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		var parts []int64
		for _, criterion := range g.Of(scoring.KindValue) {
			parts = append(parts, int64(in.percent(portfolio.ScoreField("weight", criterion.ID))))
		}
		if err := in.err(); err != nil {
			return back, err
		}
		return back, s.once(c, s.deps.Portfolio.WeighDirectly(c.UserContext(), actor(c), g.ID, in.version(), parts))
	}})
}

// gridCompare weighs criteria by comparing them two by two, or shows what would come of it.
func (s *site) gridCompare(c *fiber.Ctx) error {
	g, r, err := s.gridFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	if n := len(g.Of(scoring.KindValue)); n < scoring.MinCompared || n > scoring.MaxCompared {
		return fault.Conflict("grid.compared", scoring.MinCompared, scoring.MaxCompared)
	}
	page, back := s.gridPage(c, g, r, "grids.compare"), views.GridURL(g.ID)
	page.Intro = []string{page.T("grids.compare.text")}
	page.Form = page.NewForm(cleanPath(c), page.T("register.save"), back, g.Version, page.JudgmentFields(g)...)
	page.Form.Preview, page.Form.Live = page.T("grids.compare.preview"), true
	if in := s.input(c); c.Method() == fiber.MethodPost && in.has(views.FieldPreview) {
		return s.comparisonTyped(c, page, g, in)
	}
	if priorities, err := g.Priorities(); err == nil && len(g.Judgments) > 0 && c.Method() == fiber.MethodGet {
		page.Outro = page.Outcome(g, priorities)
	}
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		judgments := in.judgments(g)
		if err := in.err(); err != nil {
			return back, err
		}
		_, err := s.deps.Portfolio.WeighPairwise(c.UserContext(), actor(c), g.ID, in.version(), judgments)
		return back, s.once(c, err)
	}})
}

// comparisonTyped shows the form as it was typed, with the weights that would follow.
func (s *site) comparisonTyped(c *fiber.Ctx, page views.FormPage, g portfolio.Grid, in *input) error {
	g.Judgments = in.judgments(g)
	err := in.err()
	if err == nil {
		var priorities scoring.Priorities
		if priorities, err = g.Priorities(); err == nil {
			page.Outro = page.Outcome(g, priorities)
		}
	}
	if err != nil {
		return s.refuse(c, &page, &page.Form, in, err)
	}
	for i := range page.Form.Fields {
		page.Form.Fields[i].Value = in.shown(page.Form.Fields[i].Name)
	}
	page.Form.Version = in.version()
	return s.render(c, page)
}

// judgments reads how criteria compare.
func (in *input) judgments(g portfolio.Grid) []portfolio.GridJudgment {
	var out []portfolio.GridJudgment
	of := g.Of(scoring.KindValue)
	for i, first := range of {
		for _, second := range of[i+1:] {
			name := views.JudgmentName(first, second)
			scale, err := strconv.Atoi(in.text(name))
			if err != nil || scale < -scoring.MaxScale || scale > scoring.MaxScale {
				in.wrong.Add(name, "input.choice")
				continue
			}
			out = append(out, portfolio.GridJudgment{First: first.ID, Second: second.ID, Scale: scale})
		}
	}
	return out
}

func (s *site) criterionNew(c *fiber.Ctx) error {
	g, r, err := s.gridFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	return s.criterionForm(c, s.gridPage(c, g, r, "grids.criterion.new"), g, portfolio.Criterion{}, "flash.created")
}

func (s *site) criterionEdit(c *fiber.Ctx) error {
	g, r, criterion, err := s.criterionFor(c)
	if err != nil {
		return err
	}
	page := s.gridPage(c, g, r, "grids.criterion.edit")
	page.Links = []views.Link{{Text: page.T("grids.criterion.remove"), URL: views.CriterionURL(g.ID, criterion.ID, "remove")}}
	return s.criterionForm(c, page, g, criterion, "flash.saved")
}

// criterionFor loads the criterion of the address.
func (s *site) criterionFor(c *fiber.Ctx) (portfolio.Grid, portfolio.Roadmap, portfolio.Criterion, error) {
	g, r, err := s.gridFor(c, identity.PermEditPortfolio)
	if err != nil {
		return g, r, portfolio.Criterion{}, err
	}
	id, err := strconv.ParseInt(c.Params("criterion"), 10, 64)
	if err != nil {
		return g, r, portfolio.Criterion{}, fault.NotFound("criterion", text(c.Params("criterion")))
	}
	criterion, err := g.Criterion(portfolio.CriterionID(id))
	return g, r, criterion, err
}

func (s *site) criterionForm(c *fiber.Ctx, page views.FormPage, g portfolio.Grid, criterion portfolio.Criterion, done string) error {
	back := views.GridURL(g.ID)
	page.Form = page.NewForm(cleanPath(c), page.T("register.save"), back, g.Version, page.CriterionFields(criterion)...)
	return s.edit(c, edit{page: page, done: done, save: func(in *input) (string, error) {
		is := in.criterion(criterion)
		if err := in.err(); err != nil {
			return back, err
		}
		return back, s.once(c, s.deps.Portfolio.SaveCriterion(c.UserContext(), actor(c), g.ID, in.version(), is))
	}})
}

// criterion reads a criterion. Levels end where nothing more was typed.
func (in *input) criterion(was portfolio.Criterion) portfolio.Criterion {
	c := portfolio.Criterion{ID: was.ID, Code: in.text("code"), Name: in.text("name"), Description: in.lines("description"), Kind: scoring.Kind(in.text("kind")), Position: int(in.integer("position")), Gate: in.integer("gate")}
	in.wrong.Check(c.Position >= 0 && c.Position < 1_000_000, "position", "strand.position")
	for n := range views.MostLevels {
		row := "_" + strconv.Itoa(n)
		c.Levels = append(c.Levels, portfolio.GridLevel{Label: in.text("label" + row), Statement: in.lines("statement" + row)})
	}
	for n := len(c.Levels); n > 0 && c.Levels[n-1] == (portfolio.GridLevel{}); n-- {
		c.Levels = c.Levels[:n-1]
	}
	return c
}

func (s *site) criterionRemove(c *fiber.Ctx) error {
	g, r, criterion, err := s.criterionFor(c)
	if err != nil {
		return err
	}
	page, back := s.gridPage(c, g, r, "grids.criterion.remove"), views.GridURL(g.ID)
	page.Intro = []string{page.T("grids.criterion.remove.text", criterion.Name)}
	page.Form = page.NewForm(cleanPath(c), page.T("register.remove"), back, g.Version)
	page.Form.Danger = true
	return s.edit(c, edit{page: page, done: "flash.removed", save: func(in *input) (string, error) {
		return back, s.once(c, s.deps.Portfolio.RemoveCriterion(c.UserContext(), actor(c), g.ID, in.version(), criterion.ID))
	}})
}

func (s *site) gridCopy(c *fiber.Ctx) error {
	g, _, err := s.gridFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	return s.act(c, "flash.created", func(*input) (string, error) {
		made, err := s.deps.Portfolio.CopyGrid(c.UserContext(), actor(c), g.ID)
		return views.GridURL(max(made.ID, g.ID)), err
	})
}

func (s *site) gridActivate(c *fiber.Ctx) error {
	g, _, err := s.gridFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	return s.act(c, "flash.grid_active", func(in *input) (string, error) {
		return views.GridURL(g.ID), s.deps.Portfolio.ActivateGrid(c.UserContext(), actor(c), g.ID, in.version())
	})
}

func (s *site) gridRetire(c *fiber.Ctx) error {
	g, _, err := s.gridFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	return s.act(c, "flash.saved", func(in *input) (string, error) {
		return views.GridURL(g.ID), s.deps.Portfolio.RetireGrid(c.UserContext(), actor(c), g.ID, in.version())
	})
}

func (s *site) gridRemove(c *fiber.Ctx) error {
	g, r, err := s.gridFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	return s.act(c, "flash.removed", func(in *input) (string, error) {
		return views.Under(r.ID, views.PartGrids), s.deps.Portfolio.RemoveGrid(c.UserContext(), actor(c), g.ID, in.version())
	})
}
