package finance

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/money"
)

// sharedEntries is a query of the entries of a project, each with what is allocated to it in h.share.
func sharedEntries(db database.Conn, e extent, f PostingFilter) *bun.SelectQuery {
	share := db.NewSelect().TableExpr("allocation AS a").ColumnExpr("a.posting_id, CAST(SUM(a.amount) AS BIGINT) AS share").
		Where("a.organisation_id = ? AND a.project_id = ?", e.organisation, e.project).GroupExpr("a.posting_id")
	if !f.All {
		share = share.Having("SUM(a.amount) <> 0")
	}
	q := db.NewSelect().TableExpr("posting AS p").Join("JOIN (?) AS h ON h.posting_id = p.id", share).Where("p.organisation_id = ?", e.organisation)
	if !f.All {
		q = q.Where("p.live")
	}
	if f.Year != 0 {
		q = q.Where("p.fiscal_year_id = ?", f.Year)
	}
	if f.Period != 0 {
		q = q.Where("p.period = ?", f.Period)
	}
	for _, c := range []struct{ column, value string }{{"section", f.Section}, {"category", f.Category}, {"stage", f.Stage}} {
		if c.value != "" {
			q = q.Where("p."+c.column+" = ?", c.value)
		}
	}
	if text := strings.ToLower(strings.TrimSpace(f.Text)); text != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
		q = q.Where(`(LOWER(p.supplier_name) LIKE ?0 ESCAPE '\' OR LOWER(p.label) LIKE ?0 ESCAPE '\' OR LOWER(p.invoice) LIKE ?0 ESCAPE '\'
			OR LOWER(p.doc_no) LIKE ?0 ESCAPE '\' OR LOWER(p.commitment_no) LIKE ?0 ESCAPE '\' OR p.supplier LIKE ?0 ESCAPE '\')`, like)
	}
	return q
}

// findShared gives a page of the entries of a project, the latest days first, and where the next page goes on; 0: nowhere.
func findShared(ctx context.Context, db database.Conn, e extent, f PostingFilter) ([]PostingShare, PostingID, error) {
	var rows []struct {
		postingRow
		Share money.Amount `bun:"share"`
	}
	q := sharedEntries(db, e, f).ColumnExpr("p.*, h.share").OrderExpr("p.cover_on DESC, p.id DESC").Limit(int64(f.Limit) + 1)
	if f.After != 0 {
		q = q.Where("(p.cover_on, p.id) < (SELECT o.cover_on, o.id FROM posting AS o WHERE o.organisation_id = ? AND o.id = ?)", e.organisation, f.After)
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, 0, fmt.Errorf("list entries of a project: %w", err)
	}
	var next PostingID
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		next = rows[f.Limit-1].ID
	}
	out := make([]PostingShare, len(rows))
	for i, r := range rows {
		out[i] = PostingShare{Posting: r.Posting, Share: r.Share}
	}
	return out, next, nil
}

// sumShared counts the entries on all pages and sums what they cost the project.
func sumShared(ctx context.Context, db database.Conn, e extent, f PostingFilter) (found int64, cost money.Amount, err error) {
	var row struct {
		Found int64        `bun:"found"`
		Cost  money.Amount `bun:"cost"`
	}
	err = sharedEntries(db, e, f).ColumnExpr("COUNT(*) AS found, CAST(COALESCE(SUM(h.share * p.cost_sign), 0) AS BIGINT) AS cost").Scan(ctx, &row)
	if err != nil {
		return 0, 0, fmt.Errorf("sum entries of a project: %w", err)
	}
	return row.Found, row.Cost, nil
}
