package web

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/portfolio/scoring"
	"jalon/views"
)

// ScoringWork is what the site does with grids, scores and rankings.
type ScoringWork interface {
	Grids(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) ([]portfolio.Grid, error)
	Grid(ctx context.Context, actor identity.Actor, id portfolio.GridID) (portfolio.Grid, portfolio.Roadmap, error)
	DraftGrid(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, in portfolio.GridInput) (portfolio.Grid, error)
	CopyGrid(ctx context.Context, actor identity.Actor, id portfolio.GridID) (portfolio.Grid, error)
	RenameGrid(ctx context.Context, actor identity.Actor, id portfolio.GridID, version int64, name string) error
	SaveCriterion(ctx context.Context, actor identity.Actor, id portfolio.GridID, version int64, c portfolio.Criterion) error
	RemoveCriterion(ctx context.Context, actor identity.Actor, id portfolio.GridID, version int64, criterion portfolio.CriterionID) error
	WeighDirectly(ctx context.Context, actor identity.Actor, id portfolio.GridID, version int64, parts []int64) error
	WeighPairwise(ctx context.Context, actor identity.Actor, id portfolio.GridID, version int64, judgments []portfolio.GridJudgment) (scoring.Priorities, error)
	ActivateGrid(ctx context.Context, actor identity.Actor, id portfolio.GridID, version int64) error
	RetireGrid(ctx context.Context, actor identity.Actor, id portfolio.GridID, version int64) error
	RemoveGrid(ctx context.Context, actor identity.Actor, id portfolio.GridID, version int64) error

	ScoreDesk(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) (portfolio.ScoreDesk, error)
	ScoreSheet(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, of portfolio.Subject) (portfolio.ScoreSheet, error)
	SaveScores(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, in portfolio.ScoreInput) error
	Disagreements(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, open bool) ([]portfolio.Disagreement, error)
	Settle(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, in portfolio.SettleInput) error
	Ranking(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, q portfolio.RankingQuery) (portfolio.Ranking, error)
	CandidateScores(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, of portfolio.Subject) (portfolio.CandidateScores, error)
}

var scoringRoutes = slices.Concat([]route{
	page("/roadmaps/:id/ranking", identity.PermReadPortfolio, (*site).rankingShow),
	page("/roadmaps/:id/ranking.csv", identity.PermReadPortfolio, rankingFile("csv")),
	page("/roadmaps/:id/ranking.xlsx", identity.PermReadPortfolio, rankingFile("xlsx")),
	page("/roadmaps/:id/ranking/:subject", identity.PermReadPortfolio, (*site).rankedShow),
}, sheetRoutes, gridRoutes)

// scoringBase is the frame of a page about the scoring of a roadmap; part is the tab that it belongs to.
func (s *site) scoringBase(c *fiber.Ctx, r portfolio.Roadmap, part, title string) views.Base {
	b := s.roadmapFrame(c, s.printer(c), title, r)
	b.Tabs = b.ScoringTabs(r.ID, r.Place(), part)
	return b
}

// subjectKey is the candidate that the address names.
func subjectKey(c *fiber.Ctx) (portfolio.Subject, error) {
	of, ok := portfolio.ParseSubject(c.Params("subject"))
	if !ok {
		return of, fault.NotFound("candidate", text(c.Params("subject")))
	}
	return of, nil
}

func (s *site) rankingPage(c *fiber.Ctx) (page views.RankingPage, err error) {
	if page.Roadmap, err = s.roadmapFor(c, identity.PermReadPortfolio); err != nil {
		return page, err
	}
	keep, _ := strconv.Atoi(query(c).Get("keep")) // what cannot be read keeps as many as usual
	page.Ranking, err = s.deps.Portfolio.Ranking(c.UserContext(), actor(c), page.Roadmap.ID, portfolio.RankingQuery{Keep: keep})
	if err != nil {
		return page, err
	}
	page.Base = s.scoringBase(c, page.Roadmap, views.PartRanking, s.printer(c).T("scoring.ranking"))
	return page, nil
}

func (s *site) rankingShow(c *fiber.Ctx) error {
	page, err := s.rankingPage(c)
	if err != nil {
		return err
	}
	return s.render(c, page.Page())
}

func rankingFile(format string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		page, err := s.rankingPage(c)
		if err != nil {
			return err
		}
		r := page.Roadmap
		return s.export(c, format, exportTable{organisation: r.OrganisationID, action: "ranking.export", subject: "roadmap", id: int64(r.ID), name: page.T("scoring.file", r.Code), title: page.T("scoring.ranking"),
			currency: r.Currency, head: page.Head(), rows: page.Rows()})
	}
}

// rankedShow is one candidate with its radar.
func (s *site) rankedShow(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermReadPortfolio)
	if err != nil {
		return err
	}
	of, err := subjectKey(c)
	if err != nil {
		return err
	}
	page := views.RankedPage{Roadmap: r}
	if page.Scores, err = s.deps.Portfolio.CandidateScores(c.UserContext(), actor(c), r.ID, of); err != nil {
		return err
	}
	page.Base = s.scoringBase(c, r, views.PartRanking, views.ProjectTitle(page.Scores.Line.Code, page.Scores.Line.Name))
	page.Trail = append(page.Trail, views.Link{Text: page.T("scoring.ranking"), URL: views.Under(r.ID, views.PartRanking)})
	return s.render(c, page.Page())
}
