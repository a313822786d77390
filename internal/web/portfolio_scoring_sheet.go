package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

var sheetRoutes = []route{
	page("/roadmaps/:id/scoring", identity.PermScore, (*site).scoreDesk),
	form("/roadmaps/:id/scoring/:subject", identity.PermScore, (*site).scoreSheet),
	page("/roadmaps/:id/disagreements", identity.PermScore, (*site).disagreements),
	form("/roadmaps/:id/disagreements/:subject/:criterion", identity.PermEditPortfolio, (*site).settle),
}

func (s *site) scoreDesk(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermScore)
	if err != nil {
		return err
	}
	page := views.ScoreDeskPage{Roadmap: r}
	if page.Desk, err = s.deps.Portfolio.ScoreDesk(c.UserContext(), actor(c), r.ID); err != nil {
		return err
	}
	page.Base = s.scoringBase(c, r, views.PartScoring, s.printer(c).T("scoring.tab.own"))
	return s.render(c, page.Page())
}

// scoreSheet is the form on which the reader scores one candidate.
func (s *site) scoreSheet(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermScore)
	if err != nil {
		return err
	}
	of, err := subjectKey(c)
	if err != nil {
		return err
	}
	sheet, err := s.deps.Portfolio.ScoreSheet(c.UserContext(), actor(c), r.ID, of)
	if err != nil {
		return err
	}
	if sheet.Grid.ID == 0 {
		return s.see(c, views.Under(r.ID, views.PartScoring))
	}
	back := views.Under(r.ID, views.PartScoring)
	page := views.FormPage{Base: s.scoringBase(c, r, views.PartScoring, views.ProjectTitle(sheet.Candidate.Code, sheet.Candidate.Name))}
	page.Trail = append(page.Trail, views.Link{Text: page.T("scoring.tab.own"), URL: back})
	page.Intro = []string{page.T("scoring.sheet.intro", portfolio.Scorers)}
	page.Links = []views.Link{{Text: page.T("scoring.subject"), URL: views.SubjectPageURL(of)}, {Text: page.T("scoring.place"), URL: views.RankedURL(r.ID, of)}}
	page.Form = page.NewForm(cleanPath(c), page.T("register.save"), back, sheet.Version, page.SheetFields(sheet)...)
	return s.edit(c, edit{page: page, done: "flash.scores_saved", save: func(in *input) (string, error) {
		typed := in.scores(sheet)
		if err := in.err(); err != nil {
			return back, err
		}
		return back, s.once(c, s.deps.Portfolio.SaveScores(c.UserContext(), actor(c), r.ID, typed))
	}})
}

// scores reads a sheet. What the form did not offer stays as it is.
func (in *input) scores(sheet portfolio.ScoreSheet) portfolio.ScoreInput {
	out := portfolio.ScoreInput{Subject: sheet.Candidate.Subject, Grid: sheet.Grid.ID, Version: in.version(), Submit: in.text("send") == views.SheetSubmit}
	for _, line := range sheet.Lines {
		level, evidence := portfolio.ScoreField("level", line.Criterion.ID), portfolio.ScoreField("evidence", line.Criterion.ID)
		if !in.values.Has(level) && !in.values.Has(evidence) {
			continue
		}
		m := portfolio.Mark{Criterion: line.Criterion.ID, Evidence: in.lines(evidence)}
		if raw := in.text(level); raw != "" {
			n, err := strconv.ParseInt(raw, 10, 64)
			if err != nil {
				in.wrong.Add(level, "input.choice")
				continue
			}
			m.HasLevel, m.Level = true, n
		}
		out.Marks = append(out.Marks, m)
	}
	return out
}

func (s *site) disagreements(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermScore)
	if err != nil {
		return err
	}
	page := views.GapsPage{Roadmap: r, All: query(c).Has("all"), MaySettle: actor(c).May(identity.PermEditPortfolio, r.Place())}
	if page.Gaps, err = s.deps.Portfolio.Disagreements(c.UserContext(), actor(c), r.ID, !page.All); err != nil {
		return err
	}
	page.Base = s.scoringBase(c, r, views.PartGaps, s.printer(c).T("scoring.tab.gaps"))
	return s.render(c, page.Page())
}

// disagreement finds the one that the address names.
func (s *site) disagreement(c *fiber.Ctx, r portfolio.Roadmap) (portfolio.Disagreement, error) {
	of, err := subjectKey(c)
	if err != nil {
		return portfolio.Disagreement{}, err
	}
	gaps, err := s.deps.Portfolio.Disagreements(c.UserContext(), actor(c), r.ID, false)
	if err != nil {
		return portfolio.Disagreement{}, err
	}
	for _, g := range gaps {
		if g.Candidate.Subject == of && strconv.FormatInt(int64(g.Criterion.ID), 10) == c.Params("criterion") {
			return g, nil
		}
	}
	return portfolio.Disagreement{}, fault.NotFound("criterion", text(c.Params("criterion")))
}

func (s *site) settle(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	g, err := s.disagreement(c, r)
	if err != nil {
		return err
	}
	back := views.Under(r.ID, views.PartGaps)
	page := views.FormPage{Base: s.scoringBase(c, r, views.PartGaps, s.printer(c).T("scoring.settle"))}
	page.Trail = append(page.Trail, views.Link{Text: page.T("scoring.tab.gaps"), URL: back})
	page.Intro = page.SettleIntro(g)
	page.Form = page.NewForm(cleanPath(c), page.T("register.save"), back, g.Version, page.SettleFields(g)...)
	return s.edit(c, edit{page: page, done: "flash.settled", save: func(in *input) (string, error) {
		level, err := strconv.ParseInt(in.text("level"), 10, 64)
		if err != nil {
			in.wrong.Add("level", "input.choice")
		}
		typed := portfolio.SettleInput{Subject: g.Candidate.Subject, Criterion: g.Criterion.ID, Level: level, Reason: in.lines("reason"), Version: in.version()}
		in.wrong.Check(typed.Reason != "", "reason", "input.required")
		if err := in.err(); err != nil {
			return back, err
		}
		return back, s.once(c, s.deps.Portfolio.Settle(c.UserContext(), actor(c), r.ID, typed))
	}})
}
