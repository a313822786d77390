package finance

import (
	"context"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/portfolio"
)

// RecoveryReport estimates what of the VAT on a roadmap's costs may come back (FCTVA).
type RecoveryReport struct {
	ReportHead
	Roadmap  RoadmapName
	Recovery *forecast.Recovery // nil: books without tax, another currency than the euro, or no eligible cost
	Projects map[portfolio.ProjectID]portfolio.Head
}

// RecoveryEstimate estimates the compensation for all projects of a roadmap; it is allocated to them so that they sum to the total.
func (s *Service) RecoveryEstimate(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, day civil.Date) (RecoveryReport, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return RecoveryReport{}, err
	}
	out := RecoveryReport{Roadmap: RoadmapName{r.ID, r.Code, r.Name}, Projects: map[portfolio.ProjectID]portfolio.Head{}}
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, r.OrganisationID)
		if err != nil {
			return err
		}
		if day.IsZero() {
			day = b.today
		}
		f := &reportFacts{books: b, extent: extent{organisation: r.OrganisationID, roadmap: r.ID}, roadmap: r, day: day}
		out.ReportHead = f.head()
		if err := f.loadMembers(ctx, tx); err != nil {
			return err
		}
		for _, m := range f.members {
			out.Projects[m.ID] = portfolio.Head{Code: m.Code, Name: m.Name}
		}
		out.Recovery, err = estimateRecovery(ctx, tx, f)
		return err
	})
	return out, err
}
