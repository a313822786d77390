package finance

import (
	"context"
	"fmt"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/database"
)

// statusMark is what the accountant last told of an entry.
type statusMark struct {
	id     PostingID
	status string
	paidOn civil.Date
}

// setStatuses marks entries with what the accountant told: with their commitments and with whether they are live the only marks on an entry that change.
func setStatuses(ctx context.Context, tx database.Conn, organisation int64, marks []statusMark) error {
	type told struct {
		status string
		paidOn civil.Date
	}
	by := map[told][]PostingID{}
	for _, m := range marks {
		by[told{m.status, m.paidOn}] = append(by[told{m.status, m.paidOn}], m.id)
	}
	for t, ids := range by {
		for part := range slices.Chunk(ids, 1000) {
			if _, err := tx.ExecContext(ctx, "UPDATE posting SET status = ?, paid_on = ? WHERE organisation_id = ? AND id IN (?)", t.status, t.paidOn, organisation, database.In(part)); err != nil {
				return fmt.Errorf("set status of postings: %w", err)
			}
		}
	}
	return nil
}

// findRejected gives the bordereaux of the live entries of a feed that were rejected and may come back.
func findRejected(ctx context.Context, db database.Conn, organisation, feed int64) (map[PostingID]string, error) {
	var rows []struct {
		ID        PostingID `bun:"id"`
		Bordereau string    `bun:"bordereau"`
	}
	err := db.NewRaw("SELECT id, bordereau FROM posting WHERE organisation_id = ? AND feed_id = ? AND live AND status = 'rejected' AND amount <> 0", organisation, feed).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list rejected postings: %w", err)
	}
	out := make(map[PostingID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Bordereau
	}
	return out, nil
}
