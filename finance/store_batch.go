package finance

import (
	"context"
	"fmt"
	"time"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// findBatches gives batches by their numbers.
func findBatches(ctx context.Context, db database.Conn, organisation int64, ids []int64) (map[int64]Batch, error) {
	var rows []struct {
		ID         int64     `bun:"id"`
		Kind       BatchKind `bun:"kind"`
		FileID     int64     `bun:"file_id"`
		UndoesID   int64     `bun:"undoes_id"`
		UndoneBy   int64     `bun:"undone_by"`
		Reason     string    `bun:"reason"`
		RecordedBy string    `bun:"recorded_by"`
		Name       string    `bun:"name"`
		RecordedAt time.Time `bun:"recorded_at"`
	}
	err := db.NewRaw(`SELECT b.id, b.kind, coalesce(b.file_id, 0) AS file_id, coalesce(b.undoes_id, 0) AS undoes_id, coalesce(u.id, 0) AS undone_by, b.reason, b.recorded_by,
			coalesce(a.name, b.recorded_by) AS name, b.recorded_at
		FROM allocation_batch AS b LEFT JOIN allocation_batch AS u ON u.organisation_id = b.organisation_id AND u.undoes_id = b.id
			LEFT JOIN user_account AS a ON 'user:' || a.id = b.recorded_by
		WHERE b.organisation_id = ? AND b.id IN (?)`, organisation, database.In(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	out := make(map[int64]Batch, len(rows))
	for _, r := range rows {
		out[r.ID] = Batch{ID: r.ID, Kind: r.Kind, File: r.FileID, Undoes: r.UndoesID, UndoneBy: r.UndoneBy, Reason: r.Reason, By: r.RecordedBy, ByName: r.Name, At: r.RecordedAt}
	}
	return out, nil
}

// findBatch gives one batch of an organisation.
func findBatch(ctx context.Context, db database.Conn, organisation, id int64) (Batch, error) {
	found, err := findBatches(ctx, db, organisation, []int64{id})
	if err != nil {
		return Batch{}, err
	}
	b, ok := found[id]
	if !ok {
		return Batch{}, fault.NotFound("batch", id)
	}
	return b, nil
}

// findBatchPostings lists the entries that a batch allocated something of, in order. What rules booked is in no index of batches, which would grow
// with every import: asking for it reads the organisation's allocations.
func findBatchPostings(ctx context.Context, db database.Conn, organisation int64, b Batch) ([]PostingID, error) {
	narrow := " AND method <> 'rule'"
	if b.Kind == BatchRerun {
		narrow = ""
	}
	var ids []PostingID
	err := db.NewRaw("SELECT DISTINCT posting_id FROM allocation WHERE organisation_id = ? AND batch_id = ?"+narrow+" ORDER BY posting_id", organisation, b.ID).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list what a batch allocated: %w", err)
	}
	return ids, nil
}
