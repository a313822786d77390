package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
)

// Ranking gives the candidates of a roadmap by their value, with how much their order hangs on the weights. What only one scorer submitted counts
// for nothing yet.
func (s *Service) Ranking(ctx context.Context, actor identity.Actor, id RoadmapID, q RankingQuery) (Ranking, error) {
	b, _, err := s.scorebook(ctx, actor, identity.PermReadPortfolio, id)
	if err != nil {
		return Ranking{}, err
	}
	return b.ranking(q)
}

// CandidateScores gives one candidate with its place in the ranking. Who scored what, and on what evidence, is for those who may score.
func (s *Service) CandidateScores(ctx context.Context, actor identity.Actor, id RoadmapID, of Subject) (CandidateScores, error) {
	b, r, err := s.scorebook(ctx, actor, identity.PermReadPortfolio, id)
	if err != nil {
		return CandidateScores{}, err
	}
	c, err := b.candidate(of)
	if err != nil {
		return CandidateScores{}, err
	}
	ranking, err := b.ranking(RankingQuery{})
	if err != nil {
		return CandidateScores{}, err
	}
	out := CandidateScores{Grid: b.grid}
	for _, l := range ranking.Lines {
		if l.Subject == of {
			out.Line = l
		}
	}
	may := actor.May(identity.PermScore, r.Place())
	for _, criterion := range b.grid.Criteria {
		at := slot{c.Subject, criterion.ID}
		line := ScoreLine{Criterion: criterion, Given: len(b.held(at))}
		if b.disclosed(at, actor.UserID) {
			line.Level = b.level(at)
			if may {
				line.Scores = b.held(at)
			}
			if settled, ok := b.settled[at]; ok && may {
				line.Settled = &settled
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// values gives the value of every candidate of a roadmap, for steps inside a transaction. Candidates that are not scored are among them.
func (s *Service) values(ctx context.Context, db database.Conn, r Roadmap) (map[Subject]ValueOf, error) {
	b, _, err := s.book(ctx, db, r)
	if err != nil {
		return nil, err
	}
	return b.values(), nil
}
