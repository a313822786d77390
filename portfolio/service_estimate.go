package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

var bookEstimate = act{name: "estimate.book", permission: identity.PermEditProject, weighs: true}

// BookEstimate books what is known of a project on a day. One date alone must go together with the other as it was
// known: a start that was moved past the end would pass for a project that became shorter than nothing.
func (s *Service) BookEstimate(ctx context.Context, actor identity.Actor, id ProjectID, e Estimate) error {
	e.ProjectID, e.Source, e.ListID = id, SourcePerson, 0
	if err := e.Validate(); err != nil {
		return err
	}
	return s.changeProject(ctx, actor, id, bookEstimate, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		if err := datesInOrder(ctx, tx, scope{r, p.ID}, e); err != nil {
			return trace{}, err
		}
		return trace{details: e}, insertEstimates(ctx, tx, r.OrganisationID, []Estimate{e}, s.now())
	})
}

// datesInOrder holds the one date that an estimate carries against the other one as it was known on its day.
func datesInOrder(ctx context.Context, tx database.Conn, of scope, e Estimate) error {
	if e.Start.IsZero() == e.End.IsZero() {
		return nil // both, which Validate looks at, or none
	}
	held, err := findEstimates(ctx, tx, of, e.AsOf)
	if err != nil {
		return err
	}
	field := "start"
	if e.Start.IsZero() {
		field = "end"
	}
	var f fault.Fields
	now := lastKnown(append(held, e), e.AsOf)
	f.Check(now.Start.IsZero() || now.End.IsZero() || !now.End.Before(now.Start), field, "input.end_before_start", now.Start, now.End)
	return f.Err()
}

// BookEstimates books dated estimates of projects of one roadmap, all or none.
func (s *Service) BookEstimates(ctx context.Context, actor identity.Actor, id RoadmapID, estimates []Estimate) error {
	for i := range estimates {
		estimates[i].Source = SourcePerson
		if err := estimates[i].Validate(); err != nil {
			return err
		}
	}
	return s.change(ctx, actor, id, bookEstimate, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		if err := belong(ctx, tx, r, estimates, func(e Estimate) ProjectID { return e.ProjectID }); err != nil {
			return trace{}, err
		}
		return trace{details: estimates}, insertEstimates(ctx, tx, r.OrganisationID, estimates, s.now())
	})
}

// SetFirstBaseline sets the reference of a project by hand. It can be done once.
func (s *Service) SetFirstBaseline(ctx context.Context, actor identity.Actor, id ProjectID, b Baseline) error {
	b.ProjectID, b.Number, b.Decision = id, 1, 0
	var f fault.Fields
	f.Check(!b.On.IsZero(), "on", "input.required")
	f.Check(b.HasCost || (!b.Start.IsZero() && !b.End.IsZero()), "cost", "baseline.empty")
	f.Check(!b.HasCost || b.Cost >= 0, "cost", "input.negative")
	f.Check(b.Start.IsZero() == b.End.IsZero(), "end", "baseline.half_dates")
	f.Check(b.End.IsZero() || !b.End.Before(b.Start), "end", "input.end_before_start", b.Start, b.End)
	if err := f.Err(); err != nil {
		return err
	}
	a := act{name: "baseline.first", permission: identity.PermEditPortfolio, weighs: true}
	return s.changeProject(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		return trace{details: b}, insertBaseline(ctx, tx, r.OrganisationID, b, s.now())
	})
}

// belong refuses rows whose project is not one of the roadmap's.
func belong[T any](ctx context.Context, tx database.Conn, r Roadmap, rows []T, project func(T) ProjectID) error {
	projects, err := findProjects(ctx, tx, r)
	if err != nil {
		return err
	}
	known := make(map[ProjectID]bool, len(projects))
	for _, p := range projects {
		known[p.ID] = true
	}
	for _, row := range rows {
		if !known[project(row)] {
			return fault.NotFound("project", int64(project(row)))
		}
	}
	return nil
}

// fixWeights gives a weight to the projects that have none and whose first cost is known by now:
// a percentage of the roadmap's voted total, or of the sum of first costs. A weight is fixed once.
func fixWeights(ctx context.Context, tx database.Conn, r Roadmap) error {
	if n, err := countUnweighted(ctx, tx, r); err != nil || n == 0 {
		return err
	}
	f := &facts{roadmap: r}
	if err := f.loadProjects(ctx, tx); err != nil {
		return err
	}
	first := map[ProjectID]money.Amount{}
	var last civil.Date
	for _, es := range f.estimates {
		last = laterOf(last, es[len(es)-1].AsOf)
	}
	for _, bs := range f.baselines {
		last = laterOf(last, bs[len(bs)-1].On)
	}
	var all []money.Amount
	missing := false
	for i, d := range f.driftProjects() {
		if c := drift.Assess(d, last).Cost; c.Known {
			all = append(all, c.First)
			if p := f.projects[i]; p.Weight == 0 {
				first[p.ID] = c.First
				missing = true
			}
		}
	}
	if !missing {
		return nil
	}
	base, ok := r.Voted, r.HasVoted && r.Voted > 0
	if !ok {
		if base, ok = money.Sum(all...); !ok {
			return fault.Invalid("roadmap.costs_overflow")
		}
	}
	weights := map[ProjectID]int64{}
	var order []ProjectID
	for _, p := range f.projects {
		if cost, ok := first[p.ID]; ok {
			if w := DefaultWeight(cost, base); w > 0 {
				weights[p.ID] = w
				order = append(order, p.ID)
			}
		}
	}
	return setWeights(ctx, tx, r.OrganisationID, weights, order)
}
