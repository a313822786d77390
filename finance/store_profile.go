package finance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/finance/ledgerfile"
	"jalon/internal/database"
)

type profileRow struct {
	bun.BaseModel  `bun:"table:import_profile,alias:r"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	Name           string    `bun:"name"`
	Version        int       `bun:"version"`
	Definition     string    `bun:"definition"`
	RecordedBy     string    `bun:"recorded_by"`
	RecordedAt     time.Time `bun:"recorded_at"`
	ByName         string    `bun:"by_name,scanonly"`
}

// findProfiles lists profiles of an organisation by name, the newest version of each first; of one name, or of all.
func findProfiles(ctx context.Context, db database.Conn, organisation int64, name string) ([]ProfileLine, error) {
	var rows []profileRow
	q := db.NewSelect().Model(&rows).ColumnExpr("r.*").
		ColumnExpr("coalesce((SELECT u.name FROM user_account AS u WHERE 'user:' || u.id = r.recorded_by), r.recorded_by) AS by_name").Where("r.organisation_id = ?", organisation)
	if name != "" {
		q = q.Where("r.name = ?", name)
	}
	if err := q.OrderExpr("r.name, r.version DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list profiles: %w", err)
	}
	out := make([]ProfileLine, len(rows))
	for i, r := range rows {
		p := ledgerfile.Profile{}
		if err := json.Unmarshal([]byte(r.Definition), &p); err != nil {
			return nil, fmt.Errorf("profile %s: %w", r.Name, err)
		}
		out[i] = ProfileLine{Profile: p, RecordedBy: r.RecordedBy, ByName: r.ByName, RecordedAt: r.RecordedAt}
	}
	return out, nil
}

func insertProfile(ctx context.Context, tx database.Conn, row profileRow, p ledgerfile.Profile) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	row.Definition = string(text)
	return database.BulkIDs(ctx, tx, []*profileRow{&row})
}
