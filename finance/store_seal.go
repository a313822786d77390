package finance

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"jalon/internal/database"
)

// sealedPosting are the columns of an entry that never change, as a seal holds them: spelled alike by both databases. What the finance
// system tells of it later (status, day of payment), whether it is live, and which commitment and entry its keys lead to are left out.
var sealedPosting = sealedColumns("p.", []string{"id", "feed_id", "file_id", "line", "raw_offset", "raw_size", "cause", "reverses_id", "key_hash", "content_hash", "key_text",
	"flow", "stage", "cost_sign", "fiscal_year_id", "period", "booked_year_id", "booked_period", "doc_type", "doc_no", "doc_line", "bordereau", "budget", "manager",
	"section", "chapter", "nature", "category", "function_code", "operation", "analytic", "contract", "commitment_no", "commitment_item", "inventory", "invoice",
	"supplier", "supplier_name", "label", "amount", "amount_ht", "amount_vat", "origin_key"},
	[]string{"doc_on", "cover_on"}, []string{"key_unique", "accrual", "order_op"})

// sealedAllocation are those of an allocation, which never changes at all.
var sealedAllocation = sealedColumns("a.", []string{"posting_id", "number", "project_id", "amount", "method", "rule_id", "rule_version", "reason",
	"booked_year_id", "booked_period", "batch_id"}, nil, nil)

func sealedColumns(table string, plain, dates, flags []string) []string {
	var out []string
	for _, c := range plain {
		out = append(out, table+c)
	}
	for _, c := range dates {
		out = append(out, "CAST("+table+c+" AS TEXT)")
	}
	for _, c := range flags {
		out = append(out, "CASE WHEN "+table+c+" THEN 1 ELSE 0 END")
	}
	return out
}

// sealPage is how many rows are read at once: no statement takes long, however many there are.
const sealPage = 20_000

// sealRow is a row as a seal holds it, with where and when it was booked. It is good until the next one.
type sealRow struct {
	at     Slot
	batch  int64
	values [][]byte
}

// bookedBatches gives each file the batch under which it was booked: where its entries stand in the order of bookings. Entries of no
// file stand before all.
const bookedBatches = `SELECT file_id, min(id) AS batch FROM allocation_batch WHERE organisation_id = ? AND file_id IS NOT NULL GROUP BY file_id`

// eachSealedPosting goes through the entries of an organisation by number; those booked in some periods.
func eachSealedPosting(ctx context.Context, db database.Conn, organisation int64, at []Slot, each func(sealRow)) error {
	query := "SELECT p.id, p.booked_year_id, p.booked_period, coalesce(t.batch, 0), " + strings.Join(sealedPosting, ", ") +
		" FROM posting AS p LEFT JOIN (" + bookedBatches + ") AS t ON t.file_id = p.file_id WHERE p.organisation_id = ? AND p.id > ?"
	within, narrow := bookedIn("p.", at)
	query += within + " ORDER BY p.id LIMIT ?"
	for after := int64(0); ; {
		args := append([]any{organisation, organisation, after}, narrow...)
		n, err := eachSealRow(ctx, db, 1, len(sealedPosting), query, append(args, sealPage), func(key []int64, r sealRow) {
			after = key[0]
			each(r)
		})
		if err != nil {
			return fmt.Errorf("read entries for a seal: %w", err)
		}
		if n < sealPage {
			return nil
		}
	}
}

// eachSealedAllocation goes through the allocations of an organisation by entry and number; of some periods.
func eachSealedAllocation(ctx context.Context, db database.Conn, organisation int64, at []Slot, each func(sealRow)) error {
	query := "SELECT a.posting_id, a.number, a.booked_year_id, a.booked_period, a.batch_id, " + strings.Join(sealedAllocation, ", ") +
		" FROM allocation AS a WHERE a.organisation_id = ? AND (a.posting_id, a.number) > (?, ?)"
	within, narrow := bookedIn("a.", at)
	query += within + " ORDER BY a.posting_id, a.number LIMIT ?"
	for posting, number := int64(0), int64(0); ; {
		args := append([]any{organisation, posting, number}, narrow...)
		n, err := eachSealRow(ctx, db, 2, len(sealedAllocation), query, append(args, sealPage), func(key []int64, r sealRow) {
			posting, number = key[0], key[1]
			each(r)
		})
		if err != nil {
			return fmt.Errorf("read allocations for a seal: %w", err)
		}
		if n < sealPage {
			return nil
		}
	}
}

// bookedIn is the condition on rows of a table that were booked in one of some periods, with its arguments.
func bookedIn(table string, at []Slot) (condition string, args []any) {
	for _, s := range at {
		args = append(args, s.Year, s.Period)
	}
	return " AND (" + table + "booked_year_id, " + table + "booked_period) IN (VALUES (?, ?)" + strings.Repeat(", (?, ?)", len(at)-1) + ")", args
}

// eachSealRow reads rows of keys numbers, then year, period and batch, then the sealed values.
func eachSealRow(ctx context.Context, db database.Conn, keys, values int, query string, args []any, each func(key []int64, r sealRow)) (n int, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	key, raw := make([]int64, keys), make([]sql.RawBytes, values)
	row := sealRow{values: make([][]byte, values)}
	var into []any
	for i := range key {
		into = append(into, &key[i])
	}
	into = append(into, &row.at.Year, &row.at.Period, &row.batch)
	for i := range raw {
		into = append(into, &raw[i])
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i := range raw {
			row.values[i] = raw[i]
		}
		n++
		each(key, row)
	}
	return n, rows.Err()
}
