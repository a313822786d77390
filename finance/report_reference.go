package finance

import (
	"context"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// ReferenceReport is a reference class with what it was made from.
type ReferenceReport struct {
	ReportHead
	Roadmap RoadmapName
	Whole   bool // of all roadmaps of the organisation; else of this one, as far as the reader may read costs
	Class   forecast.Class
}

// ReferenceClass gives what became of the first budgets of finished projects: of the whole organisation for who may read its costs, else
// of the roadmap.
func (s *Service) ReferenceClass(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, day civil.Date) (ReferenceReport, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return ReferenceReport{}, err
	}
	out := ReferenceReport{Roadmap: RoadmapName{r.ID, r.Code, r.Name}, Whole: actor.May(identity.PermReadCost, identity.Within(r.OrganisationID))}
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, r.OrganisationID)
		if err != nil {
			return err
		}
		if day.IsZero() {
			day = b.today
		}
		out.ReportHead = b.reportHead(day)
		of := r.ID
		if out.Whole {
			of = 0
		}
		out.Class, err = referenceClass(ctx, tx, r.OrganisationID, of, day)
		return err
	})
	return out, err
}

// referenceClass measures the projects of a roadmap, or of the whole organisation when none is named: what was mandated against the
// first budget. Finished is what was closed; abandoned and running projects are known from below.
func referenceClass(ctx context.Context, db database.Conn, organisation int64, roadmap portfolio.RoadmapID, day civil.Date) (forecast.Class, error) {
	members, err := portfolio.Members(ctx, db, organisation)
	if err != nil {
		return forecast.Class{}, err
	}
	phases, err := portfolio.LastPhases(ctx, db, organisation, day)
	if err != nil {
		return forecast.Class{}, err
	}
	sums, err := findReferences(ctx, db, organisation, day)
	if err != nil {
		return forecast.Class{}, err
	}
	var cases []forecast.Case
	for _, m := range members {
		sum, ok := sums[m.ID]
		if !ok || (roadmap != 0 && m.RoadmapID != roadmap) {
			continue
		}
		c := forecast.Case{ID: int64(m.ID), Name: m.Code, Outcome: forecast.Ongoing, First: sum.First, Cost: sum.Mandated}
		switch last := phases[m.ID]; last.Phase {
		case portfolio.PhaseClosed:
			c.Outcome, c.EndedOn = forecast.Finished, last.On
		case portfolio.PhaseAbandoned:
			c.Outcome, c.EndedOn = forecast.Abandoned, last.On
		}
		cases = append(cases, c)
	}
	return forecast.ClassOf(cases), nil
}

// referenceSum is the first budget of a project and what was mandated.
type referenceSum struct {
	ProjectID portfolio.ProjectID `bun:"project_id"`
	First     money.Amount        `bun:"first"`
	Mandated  money.Amount        `bun:"mandated"`
}
