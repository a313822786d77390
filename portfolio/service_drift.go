package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/portfolio/drift"
)

// DriftReport is the drift of a roadmap on a day and, where a second day was given, what changed.
type DriftReport struct {
	Roadmap Roadmap
	Day     drift.Portfolio
	Before  *drift.Portfolio // on the earlier day; nil without one
	Since   *drift.Since
}

// Drift measures a roadmap on a day; a zero since compares with nothing. Half of it are costs, so it is
// for those who may read them.
func (s *Service) Drift(ctx context.Context, actor identity.Actor, organisation int64, code string, day, since civil.Date) (DriftReport, error) {
	r, err := s.RoadmapByCode(ctx, actor, organisation, code)
	if err != nil {
		return DriftReport{}, err
	}
	if err := identity.See(actor, identity.PermReadCost, identity.PermReadPortfolio, r.Place(), "roadmap", code); err != nil {
		return DriftReport{}, err
	}
	out := DriftReport{Roadmap: r}
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		if since.IsZero() {
			f := &facts{roadmap: r, day: day}
			if err := f.loadProjects(ctx, tx); err != nil {
				return err
			}
			out.Day = drift.Measure(f.driftProjects(), day, r.Currency.Unit())
			return nil
		}
		before, after, changes, err := DriftBetween(ctx, tx, r.ID, since, day)
		out.Day, out.Before, out.Since = after, &before, &changes
		return err
	})
	return out, err
}
