package finance

import (
	"context"
	"encoding/json"
	"fmt"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
)

// findSeries gives the bordereaux that the books hold of a feed, as its last file left them.
func findSeries(ctx context.Context, db database.Conn, feed feedRow) (map[string]ledgerfile.Known, error) {
	if feed.LastFileID == 0 {
		return nil, nil
	}
	var text string
	if err := db.NewRaw("SELECT report FROM import_file WHERE organisation_id = ? AND id = ?", feed.OrganisationID, feed.LastFileID).Scan(ctx, &text); err != nil {
		return nil, fmt.Errorf("load the report on file %d: %w", feed.LastFileID, err)
	}
	var report struct {
		Series map[string]ledgerfile.Known `json:"series"`
	}
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		return nil, fmt.Errorf("report on file %d: %w", feed.LastFileID, err)
	}
	return report.Series, nil
}

// liveFilter says which live entries of a feed a file is held against.
type liveFilter struct {
	organisation, feed int64
	years              []int64 // nil: all of them
	coverage           ledgerfile.Coverage
}

// findLive gives what the live entries are identified by. Of those outside the coverage of a snapshot only the ones with a key of their own
// count: a line that says the same on another day is another line.
func findLive(ctx context.Context, db database.Conn, f liveFilter) ([]reconcile.Print, error) {
	where, args := f.where()
	var n int
	if err := db.NewRaw("SELECT count(*) FROM posting WHERE "+where, args...).Scan(ctx, &n); err != nil {
		return nil, fmt.Errorf("count live entries: %w", err)
	}
	out := make([]reconcile.Print, 0, n)
	rows, err := db.QueryContext(ctx, "SELECT id, key_hash, content_hash, key_unique, amount, cover_on FROM posting WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list live entries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p reconcile.Print
		var key, content []byte
		var on civil.Date
		if err := rows.Scan(&p.Ref, &key, &content, &p.Unique, &p.Amount, &on); err != nil {
			return nil, fmt.Errorf("read a live entry: %w", err)
		}
		copy(p.Key[:], key)
		copy(p.Content[:], content)
		p.Outside = f.coverage.Kind == ledgerfile.CoverageSnapshot && (on.Before(f.coverage.From) || on.After(f.coverage.To))
		if !p.Outside || p.Unique {
			out = append(out, p)
		}
	}
	return out, rows.Err()
}

func (f liveFilter) where() (string, []any) {
	where, args := "organisation_id = ? AND feed_id = ? AND live", []any{f.organisation, f.feed}
	if f.years != nil {
		where, args = where+" AND fiscal_year_id IN (?)", append(args, database.In(f.years))
	}
	return where, args
}

// countLive is how many live entries a feed has on the days of a coverage.
func countLive(ctx context.Context, db database.Conn, organisation, feed int64, c ledgerfile.Coverage) (n int, err error) {
	err = db.NewRaw("SELECT count(*) FROM posting WHERE organisation_id = ? AND feed_id = ? AND live AND cover_on BETWEEN ? AND ?", organisation, feed, c.From, c.To).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count live entries: %w", err)
	}
	return n, nil
}

// findScopeSums sums the books over all flows and years.
func findScopeSums(ctx context.Context, db database.Conn, organisation int64) (total, allocated, excluded money.Amount, err error) {
	var sums struct {
		Total     money.Amount `bun:"total"`
		Allocated money.Amount `bun:"allocated"`
		Excluded  money.Amount `bun:"excluded"`
	}
	err = db.NewRaw(`SELECT CAST(coalesce(sum(total), 0) AS BIGINT) AS total, CAST(coalesce(sum(allocated), 0) AS BIGINT) AS allocated, CAST(coalesce(sum(excluded), 0) AS BIGINT) AS excluded
		FROM scope_total WHERE organisation_id = ?`, organisation).Scan(ctx, &sums)
	if err != nil {
		return 0, 0, 0, fmt.Errorf("sum the books: %w", err)
	}
	return sums.Total, sums.Allocated, sums.Excluded, nil
}

// dequeue takes entries that were taken back out of the queue.
func dequeue(ctx context.Context, tx database.Conn, organisation int64, ids []PostingID) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM open_posting WHERE organisation_id = ? AND posting_id IN (?)", organisation, database.In(ids)); err != nil {
		return fmt.Errorf("settle the queue: %w", err)
	}
	return nil
}

// findByKey gives the live entries of keys in the years that are not among those loaded already.
func findByKey(ctx context.Context, db database.Conn, f liveFilter, keys map[ledgerfile.Hash]PostingID) error {
	where, args := "organisation_id = ? AND feed_id = ? AND live", []any{f.organisation, f.feed}
	if len(f.years) > 0 {
		where, args = where+" AND fiscal_year_id NOT IN (?)", append(args, database.In(f.years))
	}
	rows, err := db.QueryContext(ctx, "SELECT id, key_hash FROM posting WHERE "+where, args...)
	if err != nil {
		return fmt.Errorf("look for corrected entries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id PostingID
		var key []byte
		if err := rows.Scan(&id, &key); err != nil {
			return fmt.Errorf("read a corrected entry: %w", err)
		}
		var h ledgerfile.Hash
		copy(h[:], key)
		if known, asked := keys[h]; asked && known == 0 {
			keys[h] = id
		}
	}
	return rows.Err()
}
