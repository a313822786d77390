package finance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

type postingRow struct {
	bun.BaseModel `bun:"table:posting,alias:p"`
	Posting
}

var postingColumns = []string{"organisation_id", "id", "feed_id", "file_id", "line", "raw_offset", "raw_size", "cause", "reverses_id", "live",
	"key_hash", "content_hash", "key_unique", "key_text", "flow", "stage", "cost_sign", "fiscal_year_id", "period", "booked_year_id", "booked_period",
	"doc_on", "cover_on", "paid_on", "doc_type", "doc_no", "doc_line", "bordereau", "budget", "manager", "section", "chapter", "nature", "category",
	"function_code", "operation", "analytic", "contract", "commitment_no", "commitment_item", "commitment_id", "inventory", "invoice", "supplier",
	"supplier_name", "label", "amount", "amount_ht", "amount_vat", "accrual", "order_op", "origin_key", "origin_id", "status"}

// write gives the entry to a load, in the order of postingColumns.
func (p *Posting) write(ctx context.Context, r *database.Rows) error {
	for _, v := range [...]int64{p.OrganisationID, int64(p.ID), p.FeedID, p.FileID, int64(p.Line), p.RawOffset, int64(p.RawSize)} {
		r.Int(v)
	}
	r.Text(string(p.Cause))
	r.Key(int64(p.Reverses))
	r.Bool(p.Live)
	r.Bytes(p.Key)
	r.Bytes(p.Content)
	r.Bool(p.KeyUnique)
	r.Text(p.KeyText)
	r.Text(string(p.Flow))
	r.Text(string(p.Stage))
	for _, v := range [...]int64{p.CostSign, p.YearID, int64(p.Period), p.BookedYearID, int64(p.BookedPeriod)} {
		r.Int(v)
	}
	r.Date(p.DocOn)
	r.Date(p.CoverOn)
	r.Date(p.PaidOn)
	for _, v := range [...]string{p.DocType, p.DocNo, p.DocLine, p.Bordereau, p.Budget, p.Manager, p.Section, p.Chapter, p.Nature, p.Category,
		p.Function, p.Operation, p.Analytic, p.Contract, p.Commitment, p.CommitmentItem} {
		r.Text(v)
	}
	r.Key(p.CommitmentID)
	for _, v := range [...]string{p.Inventory, p.Invoice, p.Supplier, p.SupplierName, p.Label} {
		r.Text(v)
	}
	r.Int(int64(p.Amount))
	optional(r, p.AmountHT)
	optional(r, p.AmountVAT)
	r.Bool(p.Accrual)
	r.Bool(p.OrderOp)
	r.Bytes(p.OriginKey)
	r.Key(int64(p.Origin))
	r.Text(p.Status)
	return r.End(ctx)
}

func optional(r *database.Rows, a *money.Amount) {
	if a == nil {
		r.Null()
		return
	}
	r.Int(int64(*a))
}

// reserve gives n numbers of postings, the first of which it returns. It is a transaction of its own: a counter that was held
// through a long booking would make the other organisations wait.
func (s *Service) reserve(ctx context.Context, n int) (first PostingID, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if _, err := tx.ExecContext(ctx, "UPDATE posting_counter SET next = next + ? WHERE id = 1", n); err != nil {
			return err
		}
		var next int64
		if err := tx.NewRaw("SELECT next FROM posting_counter WHERE id = 1").Scan(ctx, &next); err != nil {
			return err
		}
		first = PostingID(next - int64(n))
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("reserve numbers of postings: %w", err)
	}
	return first, nil
}

// postingFilter narrows a list of entries. Zero fields ask for nothing.
type postingFilter struct {
	organisation int64
	ids          []PostingID
	project      portfolio.ProjectID // entries of which something is allocated to it
	file         int64
	commitment   int64
	year         int64
	period       int
	section      string
	category     string
	nature       string
	operation    string
	supplier     string
	liveOnly     bool
	after        PostingID // entries with higher numbers
	limit        int
}

func (f postingFilter) where(q *bun.SelectQuery) *bun.SelectQuery {
	q = q.Where("p.organisation_id = ?", f.organisation)
	if f.ids != nil {
		q = q.Where("p.id IN (?)", database.In(f.ids))
	}
	if f.project != 0 {
		q = q.Where("p.id IN (SELECT a.posting_id FROM allocation AS a WHERE a.organisation_id = ? AND a.project_id = ?)", f.organisation, f.project)
	}
	for _, c := range []struct {
		column string
		value  int64
	}{{"file_id", f.file}, {"commitment_id", f.commitment}, {"fiscal_year_id", f.year}, {"period", int64(f.period)}} {
		if c.value != 0 {
			q = q.Where("p."+c.column+" = ?", c.value)
		}
	}
	for _, c := range []struct{ column, value string }{{"section", f.section}, {"category", f.category}, {"nature", f.nature}, {"operation", f.operation}, {"supplier", f.supplier}} {
		if c.value != "" {
			q = q.Where("p."+c.column+" = ?", c.value)
		}
	}
	if f.liveOnly {
		q = q.Where("p.live")
	}
	if f.after != 0 {
		q = q.Where("p.id > ?", f.after)
	}
	return q
}

// findPostings lists entries by number.
func findPostings(ctx context.Context, db database.Conn, f postingFilter) ([]Posting, error) {
	var rows []postingRow
	q := f.where(db.NewSelect().Model(&rows)).OrderExpr("p.id")
	if f.limit > 0 {
		q = q.Limit(int64(f.limit))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list postings: %w", err)
	}
	out := make([]Posting, len(rows))
	for i, r := range rows {
		out[i] = r.Posting
	}
	return out, nil
}

// findPosting loads one entry of an organisation.
func findPosting(ctx context.Context, db database.Conn, organisation int64, id PostingID) (Posting, error) {
	var row postingRow
	err := db.NewSelect().Model(&row).Where("organisation_id = ? AND id = ?", organisation, id).Scan(ctx)
	return row.Posting, database.One(err, "posting", int64(id))
}

// unlive marks entries as taken back. That is the one mark on an entry that ever changes beside its status and the live entries and commitments that its keys lead to; what it says
// can be told from the reversals, and verify does.
func unlive(ctx context.Context, tx database.Conn, organisation int64, ids []PostingID) error {
	const chunk = 1000
	for len(ids) > 0 {
		part := ids[:min(chunk, len(ids))]
		if _, err := tx.ExecContext(ctx, "UPDATE posting SET live = FALSE WHERE organisation_id = ? AND id IN (?)", organisation, database.In(part)); err != nil {
			return fmt.Errorf("take postings back: %w", err)
		}
		ids = ids[len(part):]
	}
	return nil
}
