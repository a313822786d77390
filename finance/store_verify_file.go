package finance

import (
	"context"
	"fmt"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/internal/database"
	"jalon/internal/money"
)

// findBookedFiles lists the files that are in the books, in the order in which they came.
func findBookedFiles(ctx context.Context, db database.Conn, organisation int64) ([]fileRow, error) {
	var rows []fileRow
	if err := db.NewSelect().Model(&rows).Where("f.organisation_id = ? AND f.state = ?", organisation, FileBooked).OrderExpr("f.feed_id, f.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list booked files: %w", err)
	}
	return rows, nil
}

// findOutcomes gives the outcomes of the lines of a file, in order. Blocks that do not follow each other leave a gap of lines without
// any outcome: what comes after it is left out.
func findOutcomes(ctx context.Context, db database.Conn, organisation int64, file FileID) ([]byte, error) {
	var rows []outcomeRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND file_id = ?", organisation, file).OrderExpr("first_line").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load outcomes of file %d: %w", file, err)
	}
	var out []byte
	for _, r := range rows {
		if r.FirstLine != len(out)+1 {
			break
		}
		out = append(out, r.Outcomes...)
	}
	return out, nil
}

// linePage is how many entries are read at once.
const linePage = 50_000

type lineRow struct {
	ID      PostingID    `bun:"id"`
	Line    int          `bun:"line"`
	Key     []byte       `bun:"key_hash"`
	Content []byte       `bun:"content_hash"`
	Amount  money.Amount `bun:"amount"`
}

// feedLines says which entries of a feed are asked for.
type feedLines struct {
	organisation, feed int64
	live               bool
	within             ledgerfile.Coverage // days of the coverage; zero: any
	years              []int64             // fiscal years; nil: any
}

// findLineMarks gives the marks of entries that came in by lines of a feed, in ascending order.
func findLineMarks(ctx context.Context, db database.Conn, f feedLines) ([]uint64, error) {
	var out []uint64
	for after := PostingID(0); ; {
		var rows []lineRow
		q := db.NewSelect().Model((*postingRow)(nil)).Column("id", "key_hash", "content_hash").
			Where("organisation_id = ? AND feed_id = ? AND id > ? AND cause IN (?, ?)", f.organisation, f.feed, after, CauseNew, CauseRestate)
		if f.live {
			q = q.Where("live")
		}
		if !f.within.To.IsZero() {
			q = q.Where("cover_on BETWEEN ? AND ?", f.within.From, f.within.To)
		}
		if f.years != nil {
			q = q.Where("fiscal_year_id IN (?)", database.In(f.years))
		}
		if err := q.OrderExpr("id").Limit(linePage).Scan(ctx, &rows); err != nil {
			return nil, fmt.Errorf("read the lines of feed %d: %w", f.feed, err)
		}
		for _, r := range rows {
			out = append(out, lineMark(r.Key, r.Content))
			after = r.ID
		}
		if len(rows) < linePage {
			slices.Sort(out)
			return out, nil
		}
	}
}

// findFileMark sums the entries that came in by the lines of a file. Lines of news bring none: where they took an entry back, nothing stands in its place.
func findFileMark(ctx context.Context, db database.Conn, f fileRow, news map[int]bool) (sum lineSum, err error) {
	for after := f.FirstPosting - 1; ; {
		var rows []lineRow
		err := db.NewSelect().Model((*postingRow)(nil)).Column("id", "line", "key_hash", "content_hash", "amount").
			Where("organisation_id = ? AND id > ? AND id <= ? AND file_id = ? AND cause IN (?, ?)", f.OrganisationID, after, f.LastPosting, f.ID, CauseNew, CauseRestate).OrderExpr("id").Limit(linePage).Scan(ctx, &rows)
		if err != nil {
			return sum, fmt.Errorf("read the entries of file %d: %w", f.ID, err)
		}
		for _, r := range rows {
			if r.Amount != 0 || !news[r.Line] {
				sum.add(r.Line, r.Key, r.Content, r.Amount)
			}
			after = r.ID
		}
		if len(rows) < linePage {
			return sum, nil
		}
	}
}

// isLastOfFeed tells whether a file is the last one that its feed booked.
func isLastOfFeed(ctx context.Context, db database.Conn, r fileRow) (bool, error) {
	var n int
	err := db.NewRaw("SELECT count(*) FROM ledger_feed WHERE organisation_id = ? AND id = ? AND last_file_id = ?", r.OrganisationID, r.FeedID, r.ID).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("find the last file of feed %d: %w", r.FeedID, err)
	}
	return n == 1, nil
}
