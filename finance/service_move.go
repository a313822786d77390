package finance

import (
	"context"
	"slices"
	"strconv"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// moveNote is what the trail keeps of a move.
type moveNote struct {
	On       civil.Date     `json:"on"`
	Cause    forecast.Cause `json:"cause"`
	Amount   money.Amount   `json:"amount"`
	Decision string         `json:"decision,omitempty"`
	Reason   string         `json:"reason"`
	Reverses MoveID         `json:"reverses,omitempty"`
}

func (m Move) note() moveNote {
	return moveNote{m.On, m.Cause, m.Amount, m.Decision, m.Reason, m.Reverses}
}

// BookMove books why a project's cost moved.
func (s *Service) BookMove(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, in MoveInput) (Move, error) {
	if err := refuseNobody(actor); err != nil {
		return Move{}, err
	}
	if err := in.Validate(); err != nil {
		return Move{}, err
	}
	m := Move{ProjectID: id, On: in.On, Cause: in.Cause, Amount: in.Amount, Decision: in.Decision, Reason: in.Reason, RecordedBy: actor.Name, RecordedAt: database.Instant(s.now())}
	err := s.changeProject(ctx, actor, id, act{name: "cost_move.book", permission: identity.PermForecast}, func(ctx context.Context, tx database.Conn, b *books, p portfolio.Project) (trace, error) {
		var f fault.Fields
		f.Check(!in.On.After(b.today), "on", "finance.forecast.future", in.On, b.today)
		if err := f.Err(); err != nil {
			return trace{}, err
		}
		m.OrganisationID = p.OrganisationID
		return trace{details: m.note()}, insertMove(ctx, tx, &m)
	})
	return m, err
}

// ReverseMove takes a move back by one of the same day and cause, so that it counts on no day at all.
func (s *Service) ReverseMove(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, move MoveID, reason string) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	var f fault.Fields
	checkReason(&f, "reason", reason, true)
	if err := f.Err(); err != nil {
		return err
	}
	return s.changeProject(ctx, actor, id, act{name: "cost_move.reverse", permission: identity.PermForecast}, func(ctx context.Context, tx database.Conn, b *books, p portfolio.Project) (trace, error) {
		all, err := findMoves(ctx, tx, extent{organisation: p.OrganisationID, project: p.ID})
		if err != nil {
			return trace{}, err
		}
		i := slices.IndexFunc(all, func(m Move) bool { return m.ID == move && m.Reverses == 0 })
		switch {
		case i < 0:
			return trace{}, fault.NotFound("cost_move", int64(move))
		case all[i].ReversedBy != 0:
			return trace{}, fault.Conflict("finance.move.reversed", strconv.FormatInt(int64(move), 10))
		}
		back := all[i]
		back.ID, back.Amount, back.Reason, back.Reverses, back.ReversedBy = 0, -back.Amount, reason, move, 0
		back.RecordedBy, back.RecordedAt = actor.Name, database.Instant(s.now())
		return trace{details: back.note()}, insertMove(ctx, tx, &back)
	})
}

// Moves lists the moves of a project, the earliest first, with those that were reversed and their reversals.
func (s *Service) Moves(ctx context.Context, actor identity.Actor, id portfolio.ProjectID) ([]Move, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return nil, err
	}
	return findMoves(ctx, s.db.Read(), extent{organisation: p.OrganisationID, roadmap: p.RoadmapID, project: p.ID})
}

// explained are the moves that stand, for the engine.
func explained(all []Move) []forecast.Move {
	var out []forecast.Move
	for _, m := range all {
		if m.Reverses == 0 && m.ReversedBy == 0 {
			out = append(out, forecast.Move{On: m.On, Cause: m.Cause, Amount: m.Amount, Decision: m.Decision, Label: m.Reason})
		}
	}
	return out
}
