package portfolio

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

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
	WithdrawnOn    civil.Date `bun:"withdrawn_on,type:date"`
	Version        int64      `bun:"version"`
}

func (m milestoneRow) state(f forecastRow) MilestoneState {
	s := MilestoneState{Milestone: Milestone{ID: m.ID, ProjectID: m.ProjectID, Code: m.Code, Name: m.Name, BaselineOn: m.BaselineOn, Position: m.Position},
		Forecast: MilestoneForecast{MilestoneID: m.ID, DueOn: m.BaselineOn}, Version: m.Version, Withdrawn: m.WithdrawnOn}
	if f.MilestoneID == m.ID {
		s.Forecast = MilestoneForecast{MilestoneID: m.ID, AsOf: f.AsOf, DueOn: f.DueOn, ReachedOn: f.ReachedOn}
	}
	return s
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
		rows[i] = &milestoneRow{OrganisationID: organisation, ProjectID: m.ProjectID, Code: m.Code, Name: m.Name, BaselineOn: m.BaselineOn, Position: m.Position, RecordedOn: on, Version: 1}
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

// findMilestones gives the milestones that were known and not withdrawn on the day, with what was known
// of them. A zero day means all, with the last that is known.
func findMilestones(ctx context.Context, db database.Conn, r scope, day civil.Date) (map[ProjectID][]MilestoneState, error) {
	var rows []milestoneRow
	q := db.NewSelect().Model(&rows).Where("organisation_id = ?", r.OrganisationID).Where("project_id IN (?)", r.projects(db))
	if !day.IsZero() {
		q = q.Where("recorded_on <= ?", day).Where("(withdrawn_on IS NULL OR withdrawn_on > ?)", day)
	}
	if err := q.OrderExpr("project_id, position, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list milestones: %w", err)
	}
	last, err := findLastForecasts(ctx, db, r.OrganisationID, day, db.NewSelect().Model((*milestoneRow)(nil)).Column("id").
		Where("organisation_id = ?", r.OrganisationID).Where("project_id IN (?)", r.projects(db)))
	if err != nil {
		return nil, err
	}
	out := map[ProjectID][]MilestoneState{}
	for _, m := range rows {
		out[m.ProjectID] = append(out[m.ProjectID], m.state(last[m.ID]))
	}
	return out, nil
}

// findLastForecasts gives what was last known, up to a day unless it is zero, of a set of milestones.
func findLastForecasts(ctx context.Context, db database.Conn, organisation int64, day civil.Date, milestones any) (map[int64]forecastRow, error) {
	ranked := db.NewSelect().TableExpr("milestone_forecast AS f").ColumnExpr("f.*").
		ColumnExpr("row_number() OVER (PARTITION BY f.milestone_id ORDER BY f.as_of DESC, f.id DESC) AS nth").
		Where("f.organisation_id = ?", organisation).Where("f.milestone_id IN (?)", milestones)
	if !day.IsZero() {
		ranked = ranked.Where("f.as_of <= ?", day)
	}
	var rows []forecastRow
	if err := db.NewSelect().TableExpr("(?) AS ranked", ranked).Where("nth = 1").Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list milestone forecasts: %w", err)
	}
	out := make(map[int64]forecastRow, len(rows))
	for _, f := range rows {
		out[f.MilestoneID] = f
	}
	return out, nil
}

// findMilestone gives one milestone with the last that is known of it, and its project.
func findMilestone(ctx context.Context, db database.Conn, id int64) (MilestoneState, Project, error) {
	var row milestoneRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	if err := database.One(err, "milestone", id); err != nil {
		return MilestoneState{}, Project{}, err
	}
	last, err := findLastForecasts(ctx, db, row.OrganisationID, civil.Date{}, database.In([]int64{id}))
	if err != nil {
		return MilestoneState{}, Project{}, err
	}
	p, err := findProject(ctx, db, row.ProjectID)
	return row.state(last[id]), p, err
}

// stepMilestone raises the version of a milestone that stands as somebody read it.
func stepMilestone(ctx context.Context, tx database.Conn, organisation int64, m MilestoneState, version int64) error {
	res, err := tx.ExecContext(ctx, "UPDATE milestone SET version = version + 1 WHERE organisation_id = ? AND id = ? AND version = ?", organisation, m.ID, version)
	return database.Updated(res, err, "milestone", m.Code)
}

// touchMilestones raises the versions of milestones of which something is said.
func touchMilestones(ctx context.Context, tx database.Conn, organisation int64, forecasts []MilestoneForecast) error {
	ids := make([]int64, len(forecasts))
	for i, f := range forecasts {
		ids[i] = f.MilestoneID
	}
	_, err := tx.ExecContext(ctx, "UPDATE milestone SET version = version + 1 WHERE organisation_id = ? AND id IN (?)", organisation, database.In(ids))
	if err != nil {
		return fmt.Errorf("save milestones: %w", err)
	}
	return nil
}

func withdrawMilestone(ctx context.Context, tx database.Conn, organisation, id int64, on civil.Date) error {
	_, err := tx.ExecContext(ctx, "UPDATE milestone SET withdrawn_on = ? WHERE organisation_id = ? AND id = ?", on, organisation, id)
	if err != nil {
		return fmt.Errorf("withdraw milestone %d: %w", id, err)
	}
	return nil
}

// lastPosition is the position of the last milestone of a project; 0 when there is none.
func lastPosition(ctx context.Context, tx database.Conn, organisation int64, project ProjectID) (n int, err error) {
	err = tx.NewRaw("SELECT COALESCE(max(position), 0) FROM milestone WHERE organisation_id = ? AND project_id = ?", organisation, project).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("list milestones: %w", err)
	}
	return n, nil
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
