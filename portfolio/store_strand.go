package portfolio

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// strandRow is a theme or an objective: the two tables have the same columns.
type strandRow struct {
	bun.BaseModel  `bun:"table:theme"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	RoadmapID      RoadmapID `bun:"roadmap_id"`
	Code           string    `bun:"code"`
	Name           string    `bun:"name"`
	Description    string    `bun:"description"`
	Position       int       `bun:"position"`
	Version        int64     `bun:"version"`
}

func (r strandRow) strand() Strand {
	return Strand{ID: r.ID, Code: r.Code, Name: r.Name, Description: r.Description, Position: r.Position, Version: r.Version}
}

// strandTable is one of the two tables, with the faults of its noun.
type strandTable struct{ name, taken, unknown, stale string }

var (
	themeTable     = strandTable{KindTheme, "theme.code.taken", "theme.not_found", "theme.stale"}
	objectiveTable = strandTable{KindObjective, "objective.code.taken", "objective.not_found", "objective.stale"}
)

// insertStrands books strands and fills in their ids.
func insertStrands(ctx context.Context, tx database.Conn, table strandTable, r Roadmap, strands []Strand) error {
	if len(strands) == 0 {
		return nil
	}
	rows := make([]*strandRow, len(strands))
	for i, t := range strands {
		rows[i] = &strandRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Code: t.Code, Name: t.Name, Description: t.Description, Position: t.Position, Version: 1}
	}
	if _, err := tx.NewInsert().Model(&rows).ModelTableExpr("?", bun.Ident(table.name)).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict(table.taken)
		}
		return fmt.Errorf("save %ss: %w", table.name, err)
	}
	for i, row := range rows {
		strands[i].ID, strands[i].Version = row.ID, 1
	}
	return nil
}

// findStrands gives the strands of a roadmap in their order.
func findStrands(ctx context.Context, db database.Conn, table strandTable, r Roadmap) ([]Strand, error) {
	var rows []strandRow
	err := db.NewSelect().Model(&rows).ModelTableExpr("? AS strand_row", bun.Ident(table.name)).
		Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("position, code, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list %ss: %w", table.name, err)
	}
	return database.Convert(rows, strandRow.strand), nil
}

// findStrand gives one strand of a roadmap.
func findStrand(ctx context.Context, db database.Conn, table strandTable, r Roadmap, id int64) (Strand, error) {
	var rows []strandRow
	err := db.NewSelect().Model(&rows).ModelTableExpr("? AS strand_row", bun.Ident(table.name)).
		Where("organisation_id = ? AND roadmap_id = ? AND id = ?", r.OrganisationID, r.ID, id).Scan(ctx)
	if err != nil {
		return Strand{}, fmt.Errorf("load %s: %w", table.name, err)
	}
	if len(rows) == 0 {
		return Strand{}, fault.New(fault.KindNotFound, table.unknown, strconv.FormatInt(int64(id), 10))
	}
	return rows[0].strand(), nil
}

// lastStrand is the position of the last strand of a roadmap; 0 when there is none.
func lastStrand(ctx context.Context, db database.Conn, table strandTable, r Roadmap) (n int, err error) {
	err = db.NewRaw("SELECT COALESCE(max(position), 0) FROM ? WHERE organisation_id = ? AND roadmap_id = ?", bun.Ident(table.name), r.OrganisationID, r.ID).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("list %ss: %w", table.name, err)
	}
	return n, nil
}

// updateStrand saves a strand under the optimistic lock.
func updateStrand(ctx context.Context, tx database.Conn, table strandTable, r Roadmap, t Strand) error {
	res, err := tx.ExecContext(ctx, `UPDATE ? SET code = ?, name = ?, description = ?, position = ?, version = version + 1
		WHERE organisation_id = ? AND roadmap_id = ? AND id = ? AND version = ?`,
		bun.Ident(table.name), t.Code, t.Name, t.Description, t.Position, r.OrganisationID, r.ID, t.ID, t.Version)
	if database.Classify(err) == database.Unique {
		return fault.Conflict(table.taken)
	}
	return table.met(res, err, t.Code)
}

func deleteStrand(ctx context.Context, tx database.Conn, table strandTable, r Roadmap, t Strand) error {
	res, err := tx.ExecContext(ctx, "DELETE FROM ? WHERE organisation_id = ? AND roadmap_id = ? AND id = ? AND version = ?",
		bun.Ident(table.name), r.OrganisationID, r.ID, t.ID, t.Version)
	return table.met(res, err, t.Code)
}

// met checks that a statement with an optimistic lock met its row.
func (t strandTable) met(res sql.Result, err error, code string) error {
	if err != nil {
		return fmt.Errorf("save %s: %w", t.name, err)
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return fault.New(fault.KindStale, t.stale, code)
	}
	return err
}

// countByTheme counts the projects of a roadmap by theme, those that have left among them.
func countByTheme(ctx context.Context, db database.Conn, r Roadmap) (map[int64]int, error) {
	var rows []struct {
		ThemeID  int64 `bun:"theme_id"`
		Projects int   `bun:"projects"`
	}
	err := db.NewRaw(`SELECT theme_id, count(*) AS projects FROM project WHERE organisation_id = ? AND roadmap_id = ? AND theme_id IS NOT NULL
		GROUP BY theme_id`, r.OrganisationID, r.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count projects by theme: %w", err)
	}
	out := make(map[int64]int, len(rows))
	for _, row := range rows {
		out[row.ThemeID] = row.Projects
	}
	return out, nil
}
