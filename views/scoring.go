package views

import (
	"strconv"
	"strings"

	"jalon/identity"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/portfolio/scoring"
)

// Pages of a roadmap about scoring, as their addresses name them.
const (
	PartRanking = "ranking"
	PartScoring = "scoring"
	PartGaps    = "disagreements"
	PartGrids   = "grids"
)

// RankedURL is the page of a candidate in the ranking.
func RankedURL(id portfolio.RoadmapID, of portfolio.Subject) string {
	return Under(id, PartRanking) + "/" + of.Key()
}

// ScoreSheetURL is the sheet on which a person scores a candidate.
func ScoreSheetURL(id portfolio.RoadmapID, of portfolio.Subject) string {
	return Under(id, PartScoring) + "/" + of.Key()
}

// SettleURL is where a disagreement is settled.
func SettleURL(id portfolio.RoadmapID, of portfolio.Subject, c portfolio.CriterionID) string {
	return Under(id, PartGaps) + "/" + of.Key() + "/" + strconv.FormatInt(int64(c), 10)
}

// GridURL is the page of a version of a grid, or one below it: "edit", "weights".
func GridURL(id portfolio.GridID, page ...string) string {
	return strings.Join(append([]string{"/grids/" + strconv.FormatInt(int64(id), 10)}, page...), "/")
}

// CriterionURL is the page on which a criterion of a draft is changed, or one below it.
func CriterionURL(id portfolio.GridID, c portfolio.CriterionID, page ...string) string {
	return GridURL(id, append([]string{"criteria", strconv.FormatInt(int64(c), 10)}, page...)...)
}

// ScoringTabs lists the pages about scoring, as far as the reader may see them.
func (b Base) ScoringTabs(id portfolio.RoadmapID, place identity.Scope, current string) []Tab {
	tabs := []Tab{{b.T("scoring.tab.ranking"), Under(id, PartRanking), current == PartRanking}}
	if b.May(identity.PermScore, place) {
		tabs = append(tabs, Tab{b.T("scoring.tab.own"), Under(id, PartScoring), current == PartScoring}, Tab{b.T("scoring.tab.gaps"), Under(id, PartGaps), current == PartGaps})
	}
	return append(tabs, Tab{b.T("scoring.tab.grids"), Under(id, PartGrids), current == PartGrids})
}

// LevelText names what a candidate reached under a criterion: its level, or the two that the mean of scorers lies between.
func (p Printer) LevelText(c portfolio.Criterion, l scoring.Level) string {
	if !l.Known() {
		return Dash
	}
	low := l.Sum / l.N
	if l.Sum%l.N == 0 {
		return c.Label(low)
	}
	return p.T("scoring.between", c.Label(low), c.Label(low+1))
}

// criterionName is "RENT · Rentabilité".
func criterionName(c portfolio.Criterion) string { return c.Code + pickerGap + c.Name }

// criterionRole says what a criterion is for: its weight, or its gate.
func (p Printer) criterionRole(c portfolio.Criterion) string {
	switch {
	case c.Kind == scoring.KindValue:
		return p.T("scoring.role.value", p.Share(c.Weight))
	case c.Gate > 0:
		return p.T("scoring.role.gate", c.Label(c.Gate))
	}
	return p.T("scoring.role.no_gate")
}

// scoreText is what one person gave: "B (Anne)".
func (p Printer) scoreText(c portfolio.Criterion, s portfolio.Score) string {
	text := p.T("scoring.given", c.Label(s.Level), s.Scorer)
	if s.Carried {
		text += pickerGap + p.T("scoring.carried")
	}
	return text
}

// noGrid says that a roadmap has no grid in use, and where one is made.
func (b Base) noGrid(id portfolio.RoadmapID, place identity.Scope) Section {
	s := Section{ID: "none", Text: []string{b.T("scoring.no_grid")}}
	if b.May(identity.PermEditPortfolio, place) {
		s.Links = []Tool{{Text: b.T("grids.title"), URL: Under(id, PartGrids), Main: true}}
	}
	return s
}

// keptText says in how many weightings a candidate is kept, and what that means.
func (p Printer) keptText(l portfolio.RankingLine) string {
	if l.Kept == nil {
		return Dash
	}
	return p.T("scoring.kept", p.Share(*l.Kept))
}

// gateTexts lists the gates that a candidate did not pass.
func (p Printer) gateTexts(l portfolio.RankingLine) (state string, which []string) {
	state = p.T("scoring.ready")
	for _, g := range l.Gates {
		if g.State == scoring.GateBelow {
			which = append(which, p.T("scoring.below", g.Criterion.Name, g.Criterion.Label(g.Criterion.Gate)))
		}
	}
	if len(which) > 0 {
		return p.T("scoring.not_ready"), which
	}
	if len(l.Gates) > 0 {
		return p.T("scoring.unknown_gates", len(l.Gates)), nil
	}
	return state, nil
}

// shareOf is a level as a part of the best one, for drawings; nil where nothing is known.
func shareOf(c portfolio.Criterion, l scoring.Level) *money.BasisPoints {
	if !l.Known() {
		return nil
	}
	share := l.ShareBP(c.Top())
	return &share
}
