package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/fault"
)

type viewRow struct {
	bun.BaseModel  `bun:"table:saved_view"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	RoadmapID      RoadmapID `bun:"roadmap_id"`
	UserID         int64     `bun:"user_id"`
	Name           string    `bun:"name"`
	Query          string    `bun:"query"`
	Shared         bool      `bun:"shared"`
	CreatedAt      time.Time `bun:"created_at"`
}

func (r viewRow) view(user int64) SavedView {
	return SavedView{ID: r.ID, Name: r.Name, Query: r.Query, Shared: r.Shared, Own: r.UserID == user}
}

// maxViewsShown is how many views a list holds: a menu is no archive.
const maxViewsShown = 500

func findViews(ctx context.Context, db database.Conn, r Roadmap, user int64) ([]SavedView, error) {
	var rows []viewRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).
		Where("(user_id = ? OR shared)", user).OrderExpr("name, id").Limit(maxViewsShown).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list views: %w", err)
	}
	out := make([]SavedView, len(rows))
	for i, row := range rows {
		out[i] = row.view(user)
	}
	return out, nil
}

func findView(ctx context.Context, db database.Conn, id int64) (viewRow, error) {
	var row viewRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row, database.One(err, "view", id)
}

// saveView books a new view, or changes one of the same person and roadmap.
func saveView(ctx context.Context, tx database.Conn, row *viewRow) error {
	if row.ID != 0 {
		res, err := tx.NewUpdate().Model(row).Column("name", "query", "shared").
			Where("organisation_id = ? AND roadmap_id = ? AND user_id = ? AND id = ?", row.OrganisationID, row.RoadmapID, row.UserID, row.ID).Exec(ctx)
		if err != nil {
			return viewFault(err, row)
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			return fault.NotFound("view", row.ID)
		}
		return err
	}
	var held int
	err := tx.NewRaw("SELECT count(*) FROM saved_view WHERE organisation_id = ? AND roadmap_id = ? AND user_id = ?", row.OrganisationID, row.RoadmapID, row.UserID).Scan(ctx, &held)
	if err != nil {
		return fmt.Errorf("count views: %w", err)
	}
	if held >= maxViews {
		return fault.Conflict("view.too_many", maxViews)
	}
	if _, err := tx.NewInsert().Model(row).Returning("id").Exec(ctx); err != nil {
		return viewFault(err, row)
	}
	return nil
}

func viewFault(err error, row *viewRow) error {
	if database.Classify(err) == database.Unique {
		return fault.Conflict("view.name_taken", row.Name)
	}
	return fmt.Errorf("save view: %w", err)
}

func deleteView(ctx context.Context, tx database.Conn, row viewRow) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM saved_view WHERE organisation_id = ? AND id = ?", row.OrganisationID, row.ID)
	if err != nil {
		return fmt.Errorf("remove view %d: %w", row.ID, err)
	}
	return nil
}
