package portfolio

import (
	"context"
	"fmt"

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
}

// strandTable is one of the two tables, with the fault of a code that stands there twice.
type strandTable struct{ name, taken string }

var (
	themeTable     = strandTable{"theme", "theme.code.taken"}
	objectiveTable = strandTable{"objective", "objective.code.taken"}
)

// insertStrands books strands and fills in their ids.
func insertStrands(ctx context.Context, tx database.Conn, table strandTable, r Roadmap, strands []Strand) error {
	if len(strands) == 0 {
		return nil
	}
	rows := make([]*strandRow, len(strands))
	for i, t := range strands {
		rows[i] = &strandRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Code: t.Code, Name: t.Name, Description: t.Description, Position: t.Position}
	}
	if _, err := tx.NewInsert().Model(&rows).ModelTableExpr("?", bun.Ident(table.name)).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict(table.taken)
		}
		return fmt.Errorf("save %ss: %w", table.name, err)
	}
	for i, row := range rows {
		strands[i].ID = row.ID
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
	out := make([]Strand, len(rows))
	for i, t := range rows {
		out[i] = Strand{ID: t.ID, Code: t.Code, Name: t.Name, Description: t.Description, Position: t.Position}
	}
	return out, nil
}
