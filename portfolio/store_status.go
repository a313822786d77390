package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
)

type statusRow struct {
	bun.BaseModel   `bun:"table:status_report"`
	ID              int64      `bun:"id,pk,autoincrement"`
	OrganisationID  int64      `bun:"organisation_id"`
	ProjectID       ProjectID  `bun:"project_id"`
	Period          string     `bun:"period"`
	On              civil.Date `bun:"reported_on,type:date"`
	Author          string     `bun:"author"`
	AuthorID        int64      `bun:"author_id,nullzero"`
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
	return StatusReport{ID: r.ID, ProjectID: r.ProjectID, Period: r.Period, On: r.On, Author: r.Author, AuthorID: r.AuthorID,
		Schedule: Side{r.Schedule, r.ScheduleComment}, Cost: Side{r.Cost, r.CostComment}, Scope: Side{r.Scope, r.ScopeComment}, People: Side{r.People, r.PeopleComment},
		Summary: r.Summary, NextSteps: r.NextSteps, NeedsDecision: r.NeedsDecision, RecordedAt: r.RecordedAt}
}

func insertStatuses(ctx context.Context, tx database.Conn, organisation int64, reports []StatusReport, now time.Time) error {
	rows := make([]statusRow, len(reports))
	for i, s := range reports {
		rows[i] = statusRow{OrganisationID: organisation, ProjectID: s.ProjectID, Period: s.Period, On: s.On, Author: s.Author, AuthorID: s.AuthorID,
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

// findLastStatus gives the status report of a project that was made last, nil when there is none.
func findLastStatus(ctx context.Context, db database.Conn, p Project) (*StatusReport, error) {
	var rows []statusRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND project_id = ?", p.OrganisationID, p.ID).OrderExpr("reported_on DESC, id DESC").Limit(1).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load status report: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	last := rows[0].status()
	return &last, nil
}
