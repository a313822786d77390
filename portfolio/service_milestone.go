package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

var forecastMilestone = act{name: "milestone.forecast", permission: identity.PermEditProject}

// Milestones lists the milestones of a project with the last that was said of each, those that were
// withdrawn among them.
func (s *Service) Milestones(ctx context.Context, actor identity.Actor, id ProjectID) ([]MilestoneState, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return nil, err
	}
	all, err := findMilestones(ctx, s.db.Read(), scope{Roadmap{ID: p.RoadmapID, OrganisationID: p.OrganisationID}, id}, civil.Date{})
	return all[id], err
}

// Milestone gives one milestone and its project.
func (s *Service) Milestone(ctx context.Context, actor identity.Actor, id int64) (MilestoneState, Project, error) {
	if err := refuseNobody(actor); err != nil {
		return MilestoneState{}, Project{}, err
	}
	m, p, err := findMilestone(ctx, s.db.Read(), id)
	if err == nil {
		err = identity.See(actor, identity.PermReadPortfolio, identity.PermReadPortfolio, p.Place(), "milestone", id)
	}
	if err != nil {
		return MilestoneState{}, Project{}, err
	}
	return m, p, nil
}

// AddMilestone books a milestone with its first promised date, as known on a day.
func (s *Service) AddMilestone(ctx context.Context, actor identity.Actor, id ProjectID, on civil.Date, m Milestone) error {
	return s.AddMilestones(ctx, actor, id, on, []Milestone{m})
}

// AddMilestones books milestones with their first promised dates, as known on a day. Those without a
// position come last.
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
	a := act{name: "milestone.add", permission: identity.PermEditProject}
	return s.changeProject(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		last, err := lastPosition(ctx, tx, r.OrganisationID, id)
		if err != nil {
			return trace{}, err
		}
		for _, m := range rows {
			if m.Position == 0 {
				last++
				m.Position = last
			}
		}
		return trace{details: milestones}, insertMilestones(ctx, tx, r.OrganisationID, rows, on)
	})
}

// ForecastMilestone books what is known of a milestone on a day; what was said before stays.
func (s *Service) ForecastMilestone(ctx context.Context, actor identity.Actor, milestone int64, version int64, forecast MilestoneForecast) error {
	forecast.MilestoneID = milestone
	var f fault.Fields
	f.Check(!forecast.AsOf.IsZero(), "as_of", "input.required")
	f.Check(!forecast.DueOn.IsZero(), "due_on", "input.required")
	f.Check(!forecast.ReachedOn.After(forecast.AsOf), "reached_on", "milestone.reached_in_future", forecast.ReachedOn, forecast.AsOf)
	if err := f.Err(); err != nil {
		return err
	}
	return s.changeMilestone(ctx, actor, milestone, version, forecastMilestone, func(ctx context.Context, tx database.Conn, m MilestoneState, p Project) (any, error) {
		return edit{m.Forecast, forecast}, insertForecasts(ctx, tx, p.OrganisationID, []MilestoneForecast{forecast})
	})
}

// WithdrawMilestone takes a milestone back from a day on. Reports of earlier days still show it.
func (s *Service) WithdrawMilestone(ctx context.Context, actor identity.Actor, milestone, version int64, on civil.Date) error {
	var f fault.Fields
	f.Check(!on.IsZero(), "on", "input.required")
	if err := f.Err(); err != nil {
		return err
	}
	a := act{name: "milestone.withdraw", permission: identity.PermEditProject}
	return s.changeMilestone(ctx, actor, milestone, version, a, func(ctx context.Context, tx database.Conn, m MilestoneState, p Project) (any, error) {
		after := m
		after.Withdrawn = on
		return edit{m, after}, withdrawMilestone(ctx, tx, p.OrganisationID, milestone, on)
	})
}

// changeMilestone is changeProject on one milestone as somebody read it.
func (s *Service) changeMilestone(ctx context.Context, actor identity.Actor, id, version int64, a act, work func(ctx context.Context, tx database.Conn, m MilestoneState, p Project) (any, error)) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	_, p, err := findMilestone(ctx, s.db.Read(), id)
	if err != nil {
		return err
	}
	a.noun, a.id = "milestone", id
	return s.changeProject(ctx, actor, p.ID, a, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		m, _, err := findMilestone(ctx, tx, id)
		if err != nil {
			return trace{}, err
		}
		if err := stepMilestone(ctx, tx, r.OrganisationID, m, version); err != nil {
			return trace{}, err
		}
		if !m.Withdrawn.IsZero() {
			return trace{}, fault.Conflict("milestone.withdrawn", m.Name, m.Withdrawn)
		}
		details, err := work(ctx, tx, m, p)
		return trace{details: details}, err
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
	return s.changeProject(ctx, actor, id, forecastMilestone, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		ids, err := findMilestoneIDs(ctx, tx, r.OrganisationID, id)
		if err != nil {
			return trace{}, err
		}
		rows := make([]MilestoneForecast, len(forecasts))
		for i, f := range forecasts {
			if ids[f.Code] == 0 {
				return trace{}, fault.NotFound("milestone", f.Code)
			}
			if f.AsOf.IsZero() || f.DueOn.IsZero() {
				return trace{}, fault.Invalid("milestone.dates")
			}
			if f.ReachedOn.After(f.AsOf) {
				return trace{}, fault.Invalid("milestone.reached_in_future", f.ReachedOn, f.AsOf)
			}
			rows[i] = MilestoneForecast{MilestoneID: ids[f.Code], AsOf: f.AsOf, DueOn: f.DueOn, ReachedOn: f.ReachedOn}
		}
		if err := touchMilestones(ctx, tx, r.OrganisationID, rows); err != nil {
			return trace{}, err
		}
		return trace{details: forecasts}, insertForecasts(ctx, tx, r.OrganisationID, rows)
	})
}
