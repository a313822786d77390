package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
)

// Ranking gives the candidates of a roadmap by their value, with how much their order hangs on the weights. What only one scorer submitted counts
// for nothing yet.
func (s *Service) Ranking(ctx context.Context, actor identity.Actor, id RoadmapID, q RankingQuery) (Ranking, error) {
	b, r, err := s.scorebook(ctx, actor, identity.PermReadPortfolio, id)
	if err != nil {
		return Ranking{}, err
	}
	return s.ranked(ctx, actor, b, r, q)
}

// ranked is the ranking of a scorebook. Who may not read costs is told how much the first ones hang on the weights, and not whom the credits have room for.
func (s *Service) ranked(ctx context.Context, actor identity.Actor, b scorebook, r Roadmap, q RankingQuery) (Ranking, error) {
	if q.Keep > 0 || b.grid.ID == 0 {
		return b.ranking(q, nil)
	}
	room, err := s.creditRoom(ctx, s.db.Read(), actor, r)
	if err != nil {
		return Ranking{}, err
	}
	return b.ranking(q, room)
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
	ranking, err := s.ranked(ctx, actor, b, r, RankingQuery{})
	if err != nil {
		return CandidateScores{}, err
	}
	out := CandidateScores{Grid: b.grid}
	for _, l := range ranking.Lines {
		if l.Subject == of {
			out.Line = l
		}
	}
	out.Ranking, out.Ranking.Lines = ranking, nil
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
