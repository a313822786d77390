package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

type allocationRow struct {
	bun.BaseModel `bun:"table:allocation,alias:a"`
	Allocation
}

type batchRow struct {
	bun.BaseModel  `bun:"table:allocation_batch"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	Kind           BatchKind `bun:"kind"`
	FileID         int64     `bun:"file_id,nullzero"`
	UndoesID       int64     `bun:"undoes_id,nullzero"`
	Reason         string    `bun:"reason"`
	RecordedBy     string    `bun:"recorded_by"`
	RecordedAt     time.Time `bun:"recorded_at"`
}

var allocationColumns = []string{"organisation_id", "posting_id", "number", "project_id", "amount", "method", "rule_id", "rule_version", "reason",
	"booked_year_id", "booked_period", "batch_id"}

func (a *Allocation) write(ctx context.Context, r *database.Rows) error {
	r.Int(a.OrganisationID)
	r.Int(int64(a.PostingID))
	r.Int(int64(a.Number))
	r.Key(int64(a.ProjectID))
	r.Int(int64(a.Amount))
	r.Text(string(a.Method))
	r.Key(a.RuleID)
	r.Key(a.RuleVersion)
	r.Text(a.Reason)
	r.Int(a.BookedYearID)
	r.Int(int64(a.BookedPeriod))
	r.Int(a.BatchID)
	return r.End(ctx)
}

// findAllocations lists the allocations of postings, each posting's in order.
func findAllocations(ctx context.Context, db database.Conn, organisation int64, postings []PostingID) (map[PostingID][]Allocation, error) {
	out := make(map[PostingID][]Allocation, len(postings))
	const chunk = 2000
	for len(postings) > 0 {
		part := postings[:min(chunk, len(postings))]
		var rows []allocationRow
		err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND posting_id IN (?)", organisation, database.In(part)).OrderExpr("posting_id, number").Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("list allocations: %w", err)
		}
		for _, r := range rows {
			out[r.PostingID] = append(out[r.PostingID], r.Allocation)
		}
		postings = postings[len(part):]
	}
	return out, nil
}

func insertBatch(ctx context.Context, tx database.Conn, b *batchRow) error {
	return database.BulkIDs(ctx, tx, []*batchRow{b})
}
