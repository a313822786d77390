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
