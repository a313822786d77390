package finance

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
)

// leftOf is what a commitment still calls for, as Commitment.Left has it.
const leftOf = "CASE WHEN c.state = 'closed' OR c.committed < c.mandated THEN 0 ELSE c.committed - c.mandated END"

// commitmentQuery is a filter with what it is asked of.
type commitmentQuery struct {
	CommitmentFilter
	organisation int64
	dormant      civil.Date // commitments on which nothing happened since before it
}

// where narrows a query to what the filter leaves, whatever the page.
func (f commitmentQuery) where(q *bun.SelectQuery) *bun.SelectQuery {
	q = q.Where("c.organisation_id = ?", f.organisation)
	if f.State != "" {
		q = q.Where("c.state = ?", f.State)
	}
	if f.Project != 0 {
		q = q.Where(`EXISTS (SELECT 1 FROM commitment_share AS s WHERE s.organisation_id = c.organisation_id AND s.commitment_id = c.id AND s.ended_at IS NULL
			AND s.project_id = ?)`, f.Project)
	}
	if text := strings.ToLower(strings.TrimSpace(f.Text)); text != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
		parts, args := []string{}, []any{}
		for _, column := range [...]string{"number", "item", "label", "supplier", "supplier_name", "contract", "operation", "analytic"} {
			parts, args = append(parts, `LOWER(c.`+column+`) LIKE ? ESCAPE '\'`), append(args, like)
		}
		q = q.Where("("+strings.Join(parts, " OR ")+")", args...)
	}
	switch f.Anomaly {
	case CommitmentOver:
		q = q.Where("c.mandated > c.committed")
	case CommitmentDormant:
		q = q.Where("c.state = 'open' AND c.committed > c.mandated AND COALESCE(c.last_on, c.opened_on) < ?", f.dormant)
	case CommitmentUncoded:
		q = q.Where(`c.state = 'open' AND NOT EXISTS (SELECT 1 FROM finance_code AS f WHERE f.organisation_id = c.organisation_id AND f.code IN (upper(c.analytic), upper(c.operation)))`)
	case CommitmentUnshared:
		q = q.Where(`c.state = 'open' AND NOT EXISTS (SELECT 1 FROM commitment_share AS s WHERE s.organisation_id = c.organisation_id AND s.commitment_id = c.id AND s.ended_at IS NULL)`)
	}
	return q
}

// findCommitments lists a page of commitments, one more than it holds where there are more.
func findCommitments(ctx context.Context, db database.Conn, f commitmentQuery) ([]Commitment, error) {
	var rows []commitmentRow
	q := f.where(db.NewSelect().Model(&rows))
	if at := f.After; at.ID != 0 {
		q = q.Where("("+leftOf+" < ? OR ("+leftOf+" = ? AND c.id > ?))", at.Left, at.Left, at.ID)
	}
	if err := q.OrderExpr(leftOf + " DESC, c.id").Limit(int64(f.limit()) + 1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list commitments: %w", err)
	}
	out := make([]Commitment, len(rows))
	for i, r := range rows {
		out[i] = r.Commitment
	}
	return out, nil
}

type commitmentSums struct {
	Count     int64        `bun:"count"`
	Committed money.Amount `bun:"committed"`
	Mandated  money.Amount `bun:"mandated"`
	Left      money.Amount `bun:"left_over"`
}

// sumCommitments counts and sums all that a filter leaves.
func sumCommitments(ctx context.Context, db database.Conn, f commitmentQuery) (s commitmentSums, err error) {
	err = f.where(db.NewSelect().TableExpr("commitment AS c")).ColumnExpr(`COUNT(*) AS count, CAST(COALESCE(SUM(c.committed), 0) AS BIGINT) AS committed,
		CAST(COALESCE(SUM(c.mandated), 0) AS BIGINT) AS mandated, CAST(COALESCE(SUM(`+leftOf+`), 0) AS BIGINT) AS left_over`).Scan(ctx, &s)
	if err != nil {
		return s, fmt.Errorf("sum commitments: %w", err)
	}
	return s, nil
}

// findFileNames gives the names of files by their numbers.
func findFileNames(ctx context.Context, db database.Conn, organisation int64, ids []FileID) (map[FileID]string, error) {
	var rows []struct {
		ID   FileID `bun:"id"`
		Name string `bun:"name"`
	}
	if err := db.NewRaw("SELECT id, name FROM import_file WHERE organisation_id = ? AND id IN (?)", organisation, database.In(ids)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list names of files: %w", err)
	}
	out := make(map[FileID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}
