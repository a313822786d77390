package finance

import (
	"context"
	"fmt"

	"jalon/internal/database"
)

// linesAtOnce is how many entries are read at once where all of a year are gone through.
const linesAtOnce = 5_000

// lineColumns are what rules ask for, and what balances count by.
var lineColumns = []string{"organisation_id", "id", "live", "flow", "stage", "cost_sign", "fiscal_year_id", "period", "doc_on", "cover_on", "doc_no", "budget", "manager", "section", "nature",
	"category", "function_code", "operation", "analytic", "contract", "commitment_no", "commitment_item", "inventory", "invoice", "supplier", "supplier_name", "label", "amount",
	"order_op", "origin_id"}

// findLines lists live entries of a fiscal year with what they are allocated to, the latest first, below a number; 0: from the latest on.
func findLines(ctx context.Context, db database.Conn, organisation, year int64, before PostingID) ([]*ledgerLine, error) {
	var rows []postingRow
	q := db.NewSelect().Model(&rows).Column(lineColumns...).Where("p.organisation_id = ? AND p.fiscal_year_id = ? AND p.live", organisation, year)
	if before != 0 {
		q = q.Where("p.id < ?", before)
	}
	if err := q.OrderExpr("p.id DESC").Limit(linesAtOnce).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the entries of a year: %w", err)
	}
	ids := make([]PostingID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	held, err := findAllocations(ctx, db, organisation, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*ledgerLine, len(rows))
	for i := range rows {
		out[i] = newLine(rows[i].Posting, held[rows[i].ID])
	}
	return out, nil
}

// findQueued gives the entries of lines of the queue by their numbers.
func findQueued(ctx context.Context, db database.Conn, organisation int64, lines []openPostingRow) (map[PostingID]*Posting, error) {
	ids := make([]PostingID, len(lines))
	for i := range lines {
		ids[i] = lines[i].PostingID
	}
	var rows []postingRow
	if err := db.NewSelect().Model(&rows).Column(lineColumns...).Where("p.organisation_id = ? AND p.id IN (?)", organisation, database.In(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the entries of the queue: %w", err)
	}
	out := make(map[PostingID]*Posting, len(rows))
	for i := range rows {
		out[rows[i].ID] = &rows[i].Posting
	}
	return out, nil
}
