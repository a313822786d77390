package finance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

type shareRow struct {
	bun.BaseModel `bun:"table:commitment_share,alias:s"`
	CommitmentShare
}

// findCommitmentShares lists the shares of commitments, ended ones included, the earliest first.
func findCommitmentShares(ctx context.Context, db database.Conn, organisation int64, commitments []int64) (map[int64][]CommitmentShare, error) {
	out := map[int64][]CommitmentShare{}
	for part := range slices.Chunk(commitments, 1000) {
		var rows []shareRow
		err := db.NewSelect().Model(&rows).Where("s.organisation_id = ? AND s.commitment_id IN (?)", organisation, database.In(part)).OrderExpr("s.commitment_id, s.project_id, s.id").Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("list shares of commitments: %w", err)
		}
		for _, r := range rows {
			out[r.CommitmentID] = append(out[r.CommitmentID], r.CommitmentShare)
		}
	}
	return out, nil
}

// findHeldShares is findCommitmentShares without those that were ended.
func findHeldShares(ctx context.Context, db database.Conn, organisation int64, commitments []int64) (map[int64][]CommitmentShare, error) {
	all, err := findCommitmentShares(ctx, db, organisation, commitments)
	for id, of := range all {
		all[id] = slices.DeleteFunc(of, func(s CommitmentShare) bool { return !s.Holds() })
	}
	return all, err
}

// findNeverShared lists the open commitments that no share was ever booked of.
func findNeverShared(ctx context.Context, db database.Conn, organisation int64) (ids []int64, err error) {
	err = db.NewRaw(`SELECT c.id FROM commitment AS c WHERE c.organisation_id = ? AND c.state = ?
		AND NOT EXISTS (SELECT 1 FROM commitment_share AS s WHERE s.organisation_id = c.organisation_id AND s.commitment_id = c.id) ORDER BY c.id`, organisation, StateOpen).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list commitments without shares: %w", err)
	}
	return ids, nil
}

func insertShares(ctx context.Context, tx database.Conn, shares []CommitmentShare) error {
	rows := make([]shareRow, len(shares))
	for i, s := range shares {
		rows[i].CommitmentShare = s
	}
	return database.Bulk(ctx, tx, rows)
}

// endShares ends shares. They stay in the books.
func endShares(ctx context.Context, tx database.Conn, organisation int64, ids []int64, by string, at time.Time) error {
	for part := range slices.Chunk(ids, 1000) {
		_, err := tx.ExecContext(ctx, "UPDATE commitment_share SET ended_by = ?, ended_at = ? WHERE organisation_id = ? AND ended_at IS NULL AND id IN (?)",
			by, database.Instant(at), organisation, database.In(part))
		if err != nil {
			return fmt.Errorf("end shares of commitments: %w", err)
		}
	}
	return nil
}
