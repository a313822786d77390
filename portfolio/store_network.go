package portfolio

import (
	"context"
	"fmt"
	"time"

	"jalon/internal/civil"
	"jalon/internal/database"
)

// updateReleased shows the averages of a roadmap to its network, or withdraws them (a zero time), under
// the optimistic lock.
func updateReleased(ctx context.Context, tx database.Conn, r Roadmap, version int64, at time.Time) error {
	row := roadmapRow{Version: version + 1, ReleasedAt: at}
	res, err := tx.NewUpdate().Model(&row).Column("released_at", "version").
		Where("organisation_id = ? AND id = ? AND version = ?", r.OrganisationID, r.ID, version).Exec(ctx)
	return database.Updated(res, err, "roadmap", int64(r.ID))
}

// findReleased lists the released roadmaps of the organisations directly below a network.
func findReleased(ctx context.Context, db database.Conn, network int64) ([]searchable, error) {
	var rows []struct {
		roadmapRow
		OrganisationCode string `bun:"organisation_code"`
		OrganisationName string `bun:"organisation_name"`
	}
	err := db.NewRaw(`SELECT r.*, o.code AS organisation_code, o.name AS organisation_name
		FROM organisation AS o JOIN roadmap AS r ON r.organisation_id = o.id
		WHERE o.parent_id = ? AND r.released_at IS NOT NULL
		ORDER BY o.code, CASE r.status WHEN 'running' THEN 0 WHEN 'draft' THEN 1 ELSE 2 END, r.code, r.id`, network).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list released roadmaps: %w", err)
	}
	out := make([]searchable, len(rows))
	for i, r := range rows {
		out[i] = searchable{r.roadmap(), Head{r.OrganisationCode, r.OrganisationName}}
	}
	return out, nil
}

// loadAverages reads what the averages of many roadmaps are taken from, in a fixed number of queries:
// facts without names, which belong to no single roadmap.
func loadAverages(ctx context.Context, db database.Conn, roadmaps []searchable, day civil.Date) (*facts, error) {
	organisations, ids := make([]int64, len(roadmaps)), make([]RoadmapID, len(roadmaps))
	for i, r := range roadmaps {
		organisations[i], ids[i] = r.OrganisationID, r.ID
	}
	orgs := database.In(organisations)
	of := db.NewSelect().Model((*projectRow)(nil)).Column("id").Where("organisation_id IN (?) AND roadmap_id IN (?)", orgs, database.In(ids))
	f := &facts{day: day}
	var projects []projectRow
	err := db.NewSelect().Model(&projects).Column("id", "organisation_id", "roadmap_id", "weight", "interministerial").
		Where("organisation_id IN (?) AND roadmap_id IN (?)", orgs, database.In(ids)).OrderExpr("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list projects of released roadmaps: %w", err)
	}
	var estimates []estimateRow
	err = db.NewSelect().Model(&estimates).Column("id", "project_id", "as_of", "cost", "starts_on", "ends_on").
		Where("organisation_id IN (?) AND project_id IN (?) AND as_of <= ?", orgs, of, day).OrderExpr("project_id, as_of, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list estimates of released roadmaps: %w", err)
	}
	var baselines []baselineRow
	err = db.NewSelect().Model(&baselines).Column("id", "project_id", "number", "set_on", "cost", "starts_on", "ends_on").
		Where("organisation_id IN (?) AND project_id IN (?)", orgs, of).OrderExpr("project_id, number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list baselines of released roadmaps: %w", err)
	}
	var exits []exitRow
	err = db.NewSelect().Model(&exits).Column("id", "project_id", "left_on", "returned_on").
		Where("organisation_id IN (?) AND project_id IN (?) AND withdrawn_at IS NULL", orgs, of).OrderExpr("project_id, left_on, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list exits of released roadmaps: %w", err)
	}
	for _, p := range projects {
		f.projects = append(f.projects, p.project())
	}
	f.estimates, f.baselines = map[ProjectID][]Estimate{}, map[ProjectID][]Baseline{}
	for _, e := range estimates {
		f.estimates[e.ProjectID] = append(f.estimates[e.ProjectID], e.estimate())
	}
	for _, b := range baselines {
		f.baselines[b.ProjectID] = append(f.baselines[b.ProjectID], b.baseline())
	}
	f.exits = groupBy(exits, func(e exitRow) ProjectID { return e.ProjectID })
	return f, nil
}
