package portfolio

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
)

type stagedRow struct {
	bun.BaseModel  `bun:"table:staged_list"`
	ID             int64      `bun:"id,pk,autoincrement"`
	OrganisationID int64      `bun:"organisation_id"`
	RoadmapID      RoadmapID  `bun:"roadmap_id"`
	Actor          string     `bun:"actor"`
	File           string     `bun:"file"`
	SHA256         string     `bun:"sha256"`
	Profile        string     `bun:"profile"`
	AsOf           civil.Date `bun:"as_of,type:date"`
	Joins          string     `bun:"joins"`
	StagedAt       time.Time  `bun:"staged_at"`
	BookedAt       time.Time  `bun:"booked_at,nullzero"`
	Data           []byte     `bun:"data"`
}

func (r stagedRow) joins() (map[string]string, error) {
	out := map[string]string{}
	if err := json.Unmarshal([]byte(r.Joins), &out); err != nil {
		return nil, fmt.Errorf("read joins of staged list %d: %w", r.ID, err)
	}
	return out, nil
}

func insertStaged(ctx context.Context, tx database.Conn, row *stagedRow) error {
	if _, err := tx.NewInsert().Model(row).Returning("id").Exec(ctx); err != nil {
		return fmt.Errorf("stage list: %w", err)
	}
	return nil
}

// dropWaiting removes all but the newest lists that the same actor left waiting on the same roadmap.
func dropWaiting(ctx context.Context, tx database.Conn, row stagedRow, keep int) error {
	const waiting = "organisation_id = ? AND roadmap_id = ? AND actor = ? AND booked_at IS NULL"
	_, err := tx.ExecContext(ctx, "DELETE FROM staged_list WHERE "+waiting+" AND id NOT IN (SELECT id FROM staged_list WHERE "+waiting+" ORDER BY id DESC LIMIT ?)",
		row.OrganisationID, row.RoadmapID, row.Actor, row.OrganisationID, row.RoadmapID, row.Actor, keep)
	if err != nil {
		return fmt.Errorf("drop staged lists: %w", err)
	}
	return nil
}

func findStaged(ctx context.Context, db database.Conn, id int64) (stagedRow, error) {
	var row stagedRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row, database.One(err, "staged_list", id)
}

// updateJoins keeps the joins of a list that waits.
func updateJoins(ctx context.Context, tx database.Conn, row stagedRow, joins string) error {
	res, err := tx.ExecContext(ctx, "UPDATE staged_list SET joins = ? WHERE organisation_id = ? AND id = ? AND booked_at IS NULL", joins, row.OrganisationID, row.ID)
	return waits(res, err, row)
}

// claimStaged marks a list as booked and lets go of its bytes. It gives the joins as they stand by now; whoever comes second is refused.
func claimStaged(ctx context.Context, tx database.Conn, row stagedRow, now time.Time) (stagedRow, error) {
	res, err := tx.ExecContext(ctx, "UPDATE staged_list SET booked_at = ?, data = ? WHERE organisation_id = ? AND id = ? AND booked_at IS NULL",
		database.Instant(now), []byte{}, row.OrganisationID, row.ID)
	if err := waits(res, err, row); err != nil {
		return row, err
	}
	return findStaged(ctx, tx, row.ID)
}

// waits checks that a statement met a list that is not booked yet.
func waits(res sql.Result, err error, row stagedRow) error {
	if err != nil {
		return fmt.Errorf("save staged list %d: %w", row.ID, err)
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return alreadyBooked(row)
	}
	return err
}
