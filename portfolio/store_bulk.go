package portfolio

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

type bulkRow struct {
	bun.BaseModel  `bun:"table:bulk_change"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	RoadmapID      RoadmapID `bun:"roadmap_id"`
	Actor          string    `bun:"actor"`
	Change         string    `bun:"change"`
	Items          string    `bun:"items"`
	RecordedAt     time.Time `bun:"recorded_at"`
	UndoneAt       time.Time `bun:"undone_at,nullzero"`
	ActorName      string    `bun:"actor_name,scanonly"`
}

// findThese gives the named projects of a roadmap; one that is not of it is unknown.
func findThese(ctx context.Context, db database.Conn, r Roadmap, ids []ProjectID) ([]Project, error) {
	var rows []projectRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ? AND id IN (?)", r.OrganisationID, r.ID, database.In(ids)).OrderExpr("code, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list projects: %w", err)
	}
	found := make(map[ProjectID]bool, len(rows))
	out := make([]Project, len(rows))
	for i, row := range rows {
		out[i] = row.project()
		found[row.ID] = true
	}
	for _, id := range ids {
		if !found[id] {
			return nil, fault.NotFound("project", int64(id))
		}
	}
	return out, nil
}

// findPhases gives the phases of projects that are known on a day.
func findPhases(ctx context.Context, db database.Conn, r Roadmap, ids []ProjectID, day civil.Date) (map[ProjectID]Phase, error) {
	var rows []struct {
		ProjectID ProjectID `bun:"project_id"`
		Phase     Phase     `bun:"phase"`
	}
	err := db.NewRaw(`SELECT project_id, phase FROM (
			SELECT e.project_id, e.phase, row_number() OVER (PARTITION BY e.project_id ORDER BY e.as_of DESC, e.id DESC) AS nth
			FROM estimate AS e WHERE e.organisation_id = ? AND e.project_id IN (?) AND e.as_of <= ? AND e.phase IS NOT NULL) AS ranked WHERE nth = 1`,
		r.OrganisationID, database.In(ids), day).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list phases: %w", err)
	}
	out := make(map[ProjectID]Phase, len(rows))
	for _, row := range rows {
		out[row.ProjectID] = row.Phase
	}
	return out, nil
}

// findLastPhases gives, of each project, the estimate with a phase that was booked last, whatever its day.
func findLastPhases(ctx context.Context, db database.Conn, r Roadmap, ids []ProjectID) (map[ProjectID]int64, error) {
	var rows []struct {
		ProjectID ProjectID `bun:"project_id"`
		Last      int64     `bun:"last"`
	}
	err := db.NewRaw("SELECT project_id, max(id) AS last FROM estimate WHERE organisation_id = ? AND project_id IN (?) AND phase IS NOT NULL GROUP BY project_id",
		r.OrganisationID, database.In(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list phases: %w", err)
	}
	out := make(map[ProjectID]int64, len(rows))
	for _, row := range rows {
		out[row.ProjectID] = row.Last
	}
	return out, nil
}

// updateThese gives the fields of a change, and a new version, to the projects that it changes. The
// caller holds the roadmap and has compared the versions.
func updateThese(ctx context.Context, tx database.Conn, r Roadmap, items []bulkItem, c BulkChange) error {
	ids := make([]ProjectID, len(items))
	var theme int64
	for i, item := range items {
		ids[i] = item.ID
		if item.After.Theme != nil {
			theme = item.After.Theme.ID
		}
	}
	q := tx.NewUpdate().Model((*projectRow)(nil)).Set("version = version + 1").Where("organisation_id = ? AND id IN (?)", r.OrganisationID, database.In(ids))
	if c.ThemeCode != nil && theme != 0 {
		q = q.Set("theme_id = ?", theme)
	} else if c.ThemeCode != nil && *c.ThemeCode == "" {
		q = q.Set("theme_id = NULL")
	}
	for column, text := range map[string]*string{"sponsor": c.Sponsor, "manager": c.Manager, "department": c.Department} {
		if text != nil {
			q = q.Set("? = ?", bun.Ident(column), *text)
		}
	}
	if c.Interministerial != nil {
		q = q.Set("interministerial = ?", *c.Interministerial)
	}
	res, err := q.Exec(ctx)
	if err != nil {
		return fmt.Errorf("change %d projects: %w", len(ids), err)
	}
	if n, err := res.RowsAffected(); err != nil || int(n) != len(ids) {
		return fmt.Errorf("change %d projects: %d were met: %w", len(ids), n, err)
	}
	return nil
}

func insertBulk(ctx context.Context, tx database.Conn, row *bulkRow, c BulkChange, items []bulkItem) error {
	for to, v := range map[*string]any{&row.Change: c, &row.Items: items} {
		text, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("save change of projects: %w", err)
		}
		*to = string(text)
	}
	if _, err := tx.NewInsert().Model(row).Returning("id").Exec(ctx); err != nil {
		return fmt.Errorf("save change of projects: %w", err)
	}
	return nil
}

// findBulk gives a change with the name of who made it, as far as they have an account.
func findBulk(ctx context.Context, db database.Conn, id int64) (bulkRow, []bulkItem, error) {
	var row bulkRow
	err := db.NewSelect().Model(&row).ColumnExpr("bulk_row.*").ColumnExpr("COALESCE(u.name, bulk_row.actor) AS actor_name").
		Join("LEFT JOIN user_account AS u ON 'user:' || u.id = bulk_row.actor").Where("bulk_row.id = ?", id).Scan(ctx)
	if err := database.One(err, "bulk", id); err != nil {
		return row, nil, err
	}
	var items []bulkItem
	if err := json.Unmarshal([]byte(row.Items), &items); err != nil {
		return row, nil, fmt.Errorf("read change %d: %w", id, err)
	}
	return row, items, nil
}

func markUndone(ctx context.Context, tx database.Conn, row bulkRow, now time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE bulk_change SET undone_at = ? WHERE organisation_id = ? AND id = ?", database.Instant(now), row.OrganisationID, row.ID)
	if err != nil {
		return fmt.Errorf("undo change %d: %w", row.ID, err)
	}
	return nil
}
