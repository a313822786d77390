package portfolio

import (
	"context"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// change is a use case on one roadmap: permission, lock, the work, the facts counter and the audit
// entry, in this order and one transaction.
func (s *Service) change(ctx context.Context, actor identity.Actor, id RoadmapID, action string, work func(ctx context.Context, tx database.Conn, r Roadmap) (details any, err error)) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		r, err := findRoadmap(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := identity.Can(actor, identity.PermEditPortfolio, identity.Within(r.OrganisationID)); err != nil {
			return err
		}
		if err := lockRoadmap(ctx, tx, r); err != nil {
			return err
		}
		details, err := work(ctx, tx, r)
		if err != nil {
			return err
		}
		if err := fixWeights(ctx, tx, r); err != nil {
			return err
		}
		if err := bumpFacts(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, r.OrganisationID, actor.Name, action, "roadmap", int64(r.ID), details, s.now())
	})
}

// changeProject is change on the roadmap of one project.
func (s *Service) changeProject(ctx context.Context, actor identity.Actor, id ProjectID, action string, work func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (any, error)) error {
	p, err := findProject(ctx, s.db.Read(), id)
	if err != nil {
		return err
	}
	return s.change(ctx, actor, p.RoadmapID, action, func(ctx context.Context, tx database.Conn, r Roadmap) (any, error) {
		return work(ctx, tx, r, p)
	})
}

// ProjectInput is a new project; ThemeCode names a theme of its roadmap, or none.
type ProjectInput struct {
	Project   Project
	ThemeCode string
}

// AddProjects books new projects, all or none, and gives them with their ids.
func (s *Service) AddProjects(ctx context.Context, actor identity.Actor, id RoadmapID, in []ProjectInput) ([]Project, error) {
	out := make([]*Project, len(in))
	for i := range in {
		p := in[i].Project
		if err := p.Validate(); err != nil {
			return nil, err
		}
		out[i] = &p
	}
	err := s.change(ctx, actor, id, "project.create", func(ctx context.Context, tx database.Conn, r Roadmap) (any, error) {
		themes, err := themesByCode(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		codes := make([]string, len(out))
		for i, p := range out {
			codes[i] = p.Code
			if in[i].ThemeCode != "" {
				if p.ThemeID = themes[in[i].ThemeCode]; p.ThemeID == 0 {
					return nil, fault.NotFound("theme", in[i].ThemeCode)
				}
			}
		}
		return codes, insertProjects(ctx, tx, r, out, s.now())
	})
	projects := make([]Project, len(out))
	for i, p := range out {
		projects[i] = *p
	}
	return projects, err
}

func themesByCode(ctx context.Context, tx database.Conn, r Roadmap) (map[string]int64, error) {
	themes, err := findStrands(ctx, tx, themeTable, r)
	if err != nil {
		return nil, err
	}
	out := make(map[string]int64, len(themes))
	for _, t := range themes {
		out[t.Code] = t.ID
	}
	return out, nil
}

// BookEstimates books dated estimates of projects of one roadmap, all or none.
func (s *Service) BookEstimates(ctx context.Context, actor identity.Actor, id RoadmapID, estimates []Estimate) error {
	for i := range estimates {
		estimates[i].Source = SourcePerson
		if err := estimates[i].Validate(); err != nil {
			return err
		}
	}
	return s.change(ctx, actor, id, "estimate.book", func(ctx context.Context, tx database.Conn, r Roadmap) (any, error) {
		if err := belong(ctx, tx, r, estimates, func(e Estimate) ProjectID { return e.ProjectID }); err != nil {
			return nil, err
		}
		return estimates, insertEstimates(ctx, tx, r.OrganisationID, estimates, s.now())
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
	return s.changeProject(ctx, actor, id, "baseline.first", func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (any, error) {
		return b, insertBaseline(ctx, tx, r.OrganisationID, b, s.now())
	})
}

// AddMilestones books milestones with their first promised dates, as known on a day.
func (s *Service) AddMilestones(ctx context.Context, actor identity.Actor, id ProjectID, on civil.Date, milestones []Milestone) error {
	rows := make([]*Milestone, len(milestones))
	for i, m := range milestones {
		m.ProjectID = id
		var f fault.Fields
		checkCode(&f, m.Code)
		checkName(&f, "name", m.Name)
		f.Check(!on.IsZero(), "on", "input.required")
		f.Check(!m.BaselineOn.IsZero(), "baseline_on", "input.required")
		if err := f.Err(); err != nil {
			return err
		}
		rows[i] = &m
	}
	return s.changeProject(ctx, actor, id, "milestone.add", func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (any, error) {
		return milestones, insertMilestones(ctx, tx, r.OrganisationID, rows, on)
	})
}

// ForecastInput is a dated forecast of a milestone, named by its code.
type ForecastInput struct {
	Code      string
	AsOf      civil.Date
	DueOn     civil.Date
	ReachedOn civil.Date
}

// ForecastMilestones books dated forecasts of a project's milestones; earlier ones stay.
func (s *Service) ForecastMilestones(ctx context.Context, actor identity.Actor, id ProjectID, forecasts []ForecastInput) error {
	return s.changeProject(ctx, actor, id, "milestone.forecast", func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (any, error) {
		ids, err := findMilestoneIDs(ctx, tx, r.OrganisationID, id)
		if err != nil {
			return nil, err
		}
		rows := make([]MilestoneForecast, len(forecasts))
		for i, f := range forecasts {
			if ids[f.Code] == 0 {
				return nil, fault.NotFound("milestone", f.Code)
			}
			if f.AsOf.IsZero() || f.DueOn.IsZero() {
				return nil, fault.Invalid("milestone.dates")
			}
			if f.ReachedOn.After(f.AsOf) {
				return nil, fault.Invalid("milestone.reached_in_future", f.ReachedOn, f.AsOf)
			}
			rows[i] = MilestoneForecast{MilestoneID: ids[f.Code], AsOf: f.AsOf, DueOn: f.DueOn, ReachedOn: f.ReachedOn}
		}
		return forecasts, insertForecasts(ctx, tx, r.OrganisationID, rows)
	})
}

// AddDependencies books what projects of a roadmap need from each other; a circle is refused.
func (s *Service) AddDependencies(ctx context.Context, actor identity.Actor, id RoadmapID, deps []Dependency) error {
	return s.change(ctx, actor, id, "dependency.add", func(ctx context.Context, tx database.Conn, r Roadmap) (any, error) {
		if err := belong(ctx, tx, r, deps, func(d Dependency) ProjectID { return d.ProjectID }); err != nil {
			return nil, err
		}
		if err := belong(ctx, tx, r, deps, func(d Dependency) ProjectID { return d.DependsOnID }); err != nil {
			return nil, err
		}
		held, err := findDependencies(ctx, tx, scope{Roadmap: r})
		if err != nil {
			return nil, err
		}
		if circular(append(held, deps...)) {
			return nil, fault.Invalid("dependency.circular")
		}
		return deps, insertDependencies(ctx, tx, r.OrganisationID, deps)
	})
}

// circular tells whether some project needs itself through others.
func circular(deps []Dependency) bool {
	next := map[ProjectID][]ProjectID{}
	for _, d := range deps {
		next[d.ProjectID] = append(next[d.ProjectID], d.DependsOnID)
	}
	const open, done = 1, 2
	state := map[ProjectID]int{}
	var visit func(p ProjectID) bool
	visit = func(p ProjectID) bool {
		switch state[p] {
		case open:
			return true
		case done:
			return false
		}
		state[p] = open
		for _, q := range next[p] {
			if visit(q) {
				return true
			}
		}
		state[p] = done
		return false
	}
	for p := range next {
		if visit(p) {
			return true
		}
	}
	return false
}

// ReportStatuses books status reports of projects of one roadmap, all or none.
func (s *Service) ReportStatuses(ctx context.Context, actor identity.Actor, id RoadmapID, reports []StatusReport) error {
	for _, rep := range reports {
		if err := rep.Validate(); err != nil {
			return err
		}
	}
	return s.change(ctx, actor, id, "status.report", func(ctx context.Context, tx database.Conn, r Roadmap) (any, error) {
		if err := belong(ctx, tx, r, reports, func(x StatusReport) ProjectID { return x.ProjectID }); err != nil {
			return nil, err
		}
		return reports, insertStatuses(ctx, tx, r.OrganisationID, reports, s.now())
	})
}

// RecordExit books that a project left the portfolio on a day, and why. Its figures stay.
func (s *Service) RecordExit(ctx context.Context, actor identity.Actor, id ProjectID, on civil.Date, reason string) error {
	var f fault.Fields
	f.Check(!on.IsZero(), "left_on", "input.required")
	f.Check(reason != "", "reason", "input.required")
	checkText(&f, "reason", reason)
	if err := f.Err(); err != nil {
		return err
	}
	return s.changeProject(ctx, actor, id, "project.exit", func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (any, error) {
		held, err := findExits(ctx, tx, scope{r, id})
		if err != nil {
			return nil, err
		}
		for _, e := range held {
			if e.Returned.IsZero() || e.Returned.After(on) {
				return nil, fault.Conflict("project.already_left", p.Code, e.Left)
			}
		}
		row := exitRow{OrganisationID: r.OrganisationID, ProjectID: id, Left: on, Source: SourcePerson, Reason: reason, RecordedAt: database.Instant(s.now())}
		return row, database.Bulk(ctx, tx, []exitRow{row})
	})
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

// Today is the day in the organisation's time zone by the service's clock.
func (s *Service) Today(o identity.Organisation) civil.Date {
	return civil.DateOf(s.now(), o.Location())
}

// Clock gives the service's present instant.
func (s *Service) Clock() time.Time { return s.now() }
