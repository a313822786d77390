package governance

import (
	"context"

	"jalon/identity"
	"jalon/portfolio"
)

// The kinds of what a search finds in governance.
const (
	HitCommittee = "committee"
	HitDecision  = "decision"
)

// SearchGovernance finds committees and decisions that the actor may read by their code and name, as
// portfolio.Service.Search finds projects.
func (s *Service) SearchGovernance(ctx context.Context, actor identity.Actor, text string, limit int) ([]portfolio.Hit, error) {
	reach, err := visible(actor)
	if err != nil {
		return nil, err
	}
	committees, err := findCards(ctx, s.db.Read(), committeeFilter{reach: reach})
	if err != nil {
		return nil, err
	}
	candidates := make([]portfolio.Hit, 0, len(committees))
	for _, c := range committees {
		candidates = append(candidates, portfolio.Hit{Kind: HitCommittee, ID: int64(c.ID), Code: c.Code, Name: c.Name, Context: c.Roadmap.Name + " · " + c.Organisation.Name, RoadmapID: c.RoadmapID})
	}
	decisions, err := findDecisionHits(ctx, s.db.Read(), reach)
	if err != nil {
		return nil, err
	}
	return portfolio.FindHits(text, append(candidates, decisions...), limit), nil
}
