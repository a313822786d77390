package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

type statusRow struct {
	bun.BaseModel   `bun:"table:status_report"`
	ID              int64      `bun:"id,pk,autoincrement"`
	OrganisationID  int64      `bun:"organisation_id"`
	ProjectID       ProjectID  `bun:"project_id"`
	Period          string     `bun:"period"`
	On              civil.Date `bun:"reported_on,type:date"`
	Author          string     `bun:"author"`
	Schedule        Weather    `bun:"schedule"`
	Cost            Weather    `bun:"cost"`
	Scope           Weather    `bun:"scope"`
	People          Weather    `bun:"people"`
	ScheduleComment string     `bun:"schedule_comment"`
	CostComment     string     `bun:"cost_comment"`
	ScopeComment    string     `bun:"scope_comment"`
	PeopleComment   string     `bun:"people_comment"`
	Summary         string     `bun:"summary"`
	NextSteps       string     `bun:"next_steps"`
	NeedsDecision   string     `bun:"needs_decision"`
	RecordedAt      time.Time  `bun:"recorded_at"`
	Nth             int        `bun:"nth,scanonly"`
}

func (r statusRow) status() StatusReport {
	return StatusReport{ID: r.ID, ProjectID: r.ProjectID, Period: r.Period, On: r.On, Author: r.Author,
		Schedule: Side{r.Schedule, r.ScheduleComment}, Cost: Side{r.Cost, r.CostComment}, Scope: Side{r.Scope, r.ScopeComment}, People: Side{r.People, r.PeopleComment},
		Summary: r.Summary, NextSteps: r.NextSteps, NeedsDecision: r.NeedsDecision}
}

func insertStatuses(ctx context.Context, tx database.Conn, organisation int64, reports []StatusReport, now time.Time) error {
	rows := make([]statusRow, len(reports))
	for i, s := range reports {
		rows[i] = statusRow{OrganisationID: organisation, ProjectID: s.ProjectID, Period: s.Period, On: s.On, Author: s.Author,
			Schedule: s.Schedule.Weather, Cost: s.Cost.Weather, Scope: s.Scope.Weather, People: s.People.Weather,
			ScheduleComment: s.Schedule.Comment, CostComment: s.Cost.Comment, ScopeComment: s.Scope.Comment, PeopleComment: s.People.Comment,
			Summary: s.Summary, NextSteps: s.NextSteps, NeedsDecision: s.NeedsDecision, RecordedAt: database.Instant(now)}
	}
	return database.Bulk(ctx, tx, rows)
}

// findLastStatuses gives each project's last status report up to the day.
func findLastStatuses(ctx context.Context, db database.Conn, r scope, day civil.Date) (map[ProjectID]StatusReport, error) {
	var rows []statusRow
	err := db.NewRaw(`SELECT * FROM (
			SELECT s.id, s.project_id, s.period, s.reported_on, s.author, s.schedule, s.cost, s.scope, s.people, s.schedule_comment, s.cost_comment,
				s.scope_comment, s.people_comment, s.summary, s.next_steps, s.needs_decision,
				row_number() OVER (PARTITION BY s.project_id ORDER BY s.reported_on DESC, s.id DESC) AS nth
			FROM status_report AS s WHERE s.organisation_id = ? AND s.reported_on <= ?
			AND s.project_id IN (?)) AS ranked WHERE nth = 1`, r.OrganisationID, day, r.projects(db)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list status reports: %w", err)
	}
	out := make(map[ProjectID]StatusReport, len(rows))
	for _, row := range rows {
		out[row.ProjectID] = row.status()
	}
	return out, nil
}

type milestoneRow struct {
	bun.BaseModel  `bun:"table:milestone"`
	ID             int64      `bun:"id,pk,autoincrement"`
	OrganisationID int64      `bun:"organisation_id"`
	ProjectID      ProjectID  `bun:"project_id"`
	Code           string     `bun:"code"`
	Name           string     `bun:"name"`
	BaselineOn     civil.Date `bun:"baseline_on,type:date"`
	Position       int        `bun:"position"`
	RecordedOn     civil.Date `bun:"recorded_on,type:date"`
}

type forecastRow struct {
	bun.BaseModel  `bun:"table:milestone_forecast"`
	ID             int64      `bun:"id,pk,autoincrement"`
	OrganisationID int64      `bun:"organisation_id"`
	MilestoneID    int64      `bun:"milestone_id"`
	AsOf           civil.Date `bun:"as_of,type:date"`
	DueOn          civil.Date `bun:"due_on,type:date"`
	ReachedOn      civil.Date `bun:"reached_on,type:date"`
	Nth            int        `bun:"nth,scanonly"`
}

func insertMilestones(ctx context.Context, tx database.Conn, organisation int64, milestones []*Milestone, on civil.Date) error {
	rows := make([]*milestoneRow, len(milestones))
	for i, m := range milestones {
		rows[i] = &milestoneRow{OrganisationID: organisation, ProjectID: m.ProjectID, Code: m.Code, Name: m.Name, BaselineOn: m.BaselineOn, Position: m.Position, RecordedOn: on}
	}
	if err := database.BulkIDs(ctx, tx, rows); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("milestone.code.taken")
		}
		return fmt.Errorf("save milestones: %w", err)
	}
	for i, r := range rows {
		milestones[i].ID = r.ID
	}
	return nil
}

func insertForecasts(ctx context.Context, tx database.Conn, organisation int64, forecasts []MilestoneForecast) error {
	rows := make([]forecastRow, len(forecasts))
	for i, f := range forecasts {
		rows[i] = forecastRow{OrganisationID: organisation, MilestoneID: f.MilestoneID, AsOf: f.AsOf, DueOn: f.DueOn, ReachedOn: f.ReachedOn}
	}
	return database.Bulk(ctx, tx, rows)
}

// milestoneState is a milestone with the last forecast up to a day.
type milestoneState struct {
	Milestone
	Forecast MilestoneForecast
}

// findMilestones gives the milestones that were known on the day, with what was known of them.
func findMilestones(ctx context.Context, db database.Conn, r scope, day civil.Date) (map[ProjectID][]milestoneState, error) {
	var rows []milestoneRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND recorded_on <= ?", r.OrganisationID, day).
		Where("project_id IN (?)", r.projects(db)).
		OrderExpr("project_id, position, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list milestones: %w", err)
	}
	var forecasts []forecastRow
	err = db.NewRaw(`SELECT * FROM (
			SELECT f.*, row_number() OVER (PARTITION BY f.milestone_id ORDER BY f.as_of DESC, f.id DESC) AS nth
			FROM milestone_forecast AS f WHERE f.organisation_id = ? AND f.as_of <= ? AND f.milestone_id IN (
				SELECT m.id FROM milestone AS m WHERE m.organisation_id = ? AND m.project_id IN (?))) AS ranked WHERE nth = 1`,
		r.OrganisationID, day, r.OrganisationID, r.projects(db)).Scan(ctx, &forecasts)
	if err != nil {
		return nil, fmt.Errorf("list milestone forecasts: %w", err)
	}
	last := make(map[int64]forecastRow, len(forecasts))
	for _, f := range forecasts {
		last[f.MilestoneID] = f
	}
	out := map[ProjectID][]milestoneState{}
	for _, m := range rows {
		s := milestoneState{Milestone: Milestone{ID: m.ID, ProjectID: m.ProjectID, Code: m.Code, Name: m.Name, BaselineOn: m.BaselineOn, Position: m.Position}}
		if f, ok := last[m.ID]; ok {
			s.Forecast = MilestoneForecast{MilestoneID: m.ID, AsOf: f.AsOf, DueOn: f.DueOn, ReachedOn: f.ReachedOn}
		} else {
			s.Forecast = MilestoneForecast{MilestoneID: m.ID, DueOn: m.BaselineOn}
		}
		out[m.ProjectID] = append(out[m.ProjectID], s)
	}
	return out, nil
}

// findMilestoneIDs gives the ids of a project's milestones by code.
func findMilestoneIDs(ctx context.Context, db database.Conn, organisation int64, project ProjectID) (map[string]int64, error) {
	var rows []milestoneRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND project_id = ?", organisation, project).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list milestones: %w", err)
	}
	out := map[string]int64{}
	for _, m := range rows {
		out[m.Code] = m.ID
	}
	return out, nil
}
