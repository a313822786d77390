package finance

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
)

type openPostingRow struct {
	bun.BaseModel  `bun:"table:open_posting,alias:o"`
	OrganisationID int64        `bun:"organisation_id,pk"`
	PostingID      PostingID    `bun:"posting_id,pk"`
	YearID         int64        `bun:"fiscal_year_id"`
	Residual       money.Amount `bun:"residual"`
	Size           money.Amount `bun:"size"` // |residual|
	Since          civil.Date   `bun:"since"`
	State          string       `bun:"state"`
	Reason         string       `bun:"reason"`
	AcceptedBy     string       `bun:"accepted_by"` // of an accepted line; "" of others
	AcceptedAt     time.Time    `bun:"accepted_at,nullzero"`
	Suggestion     string       `bun:"suggestion"`
}

var openPostingColumns = []string{"organisation_id", "posting_id", "fiscal_year_id", "residual", "size", "since", "state", "reason", "suggestion"}

// writeOpen puts a new entry into the queue.
func writeOpen(ctx context.Context, r *database.Rows, p *Posting, left money.Amount, since civil.Date, suggestion string) error {
	r.Int(p.OrganisationID)
	r.Int(int64(p.ID))
	r.Int(p.YearID)
	r.Int(int64(left))
	r.Int(int64(left.Abs()))
	r.Date(since)
	r.Text(StateOpen)
	r.Text("")
	r.Text(suggestion)
	return r.End(ctx)
}

// settleOpen gives an entry its place in the queue after something was allocated or taken back: none when nothing is left.
// What was suggested or accepted of the rest before no longer holds.
func settleOpen(ctx context.Context, tx database.Conn, p *Posting, left money.Amount, since civil.Date) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM open_posting WHERE organisation_id = ? AND posting_id = ?", p.OrganisationID, p.ID); err != nil {
		return fmt.Errorf("settle the queue: %w", err)
	}
	if left == 0 {
		return nil
	}
	return database.Bulk(ctx, tx, []openPostingRow{{OrganisationID: p.OrganisationID, PostingID: p.ID, YearID: p.YearID, Residual: left, Size: left.Abs(), Since: since, State: StateOpen}})
}

// queueQuery is what is asked of the queue, with the day from which ages count.
type queueQuery struct {
	organisation int64
	QueueFilter
	today civil.Date
}

// queueOrders are the orders with their reverse, and the conditions on what comes behind and before a place.
var queueOrders = map[QueueOrder]struct{ ahead, back, behind, before string }{
	OrderBySize: {"o.size DESC, o.posting_id DESC", "o.size, o.posting_id", "(o.size < ?0 OR o.size = ?0 AND o.posting_id < ?1)", "(o.size > ?0 OR o.size = ?0 AND o.posting_id > ?1)"},
	OrderByAge:  {"o.since, o.posting_id", "o.since DESC, o.posting_id DESC", "(o.since > ?0 OR o.since = ?0 AND o.posting_id > ?1)", "(o.since < ?0 OR o.since = ?0 AND o.posting_id < ?1)"},
}

func (q queueQuery) order() QueueOrder {
	if q.Order == OrderByAge {
		return OrderByAge
	}
	return OrderBySize
}

// at gives the arguments that the conditions on a place take.
func (q queueQuery) at(p queuePlace) []any {
	if q.order() == OrderByAge {
		return []any{p.since, p.id}
	}
	return []any{p.size, p.id}
}

func (q queueQuery) where(s *bun.SelectQuery) *bun.SelectQuery {
	s = s.Where("o.organisation_id = ?", q.organisation)
	if q.State != StateAll {
		s = s.Where("o.state = ?", cmp.Or(q.State, StateOpen))
	}
	if q.Year != 0 {
		s = s.Where("o.fiscal_year_id = ?", q.Year)
	}
	if q.Age > 0 {
		s = s.Where("o.since <= ?", q.today.AddDays(-q.Age))
	}
	return s
}

// queueSums is how many lines a filter leaves, and what they sum to.
type queueSums struct {
	Count int64        `bun:"lines"`
	Sum   money.Amount `bun:"total"`
	Gross money.Amount `bun:"gross"`
}

// findQueue gives the lines of a page, the sums over all lines of the filter, and whether there are more.
func findQueue(ctx context.Context, db database.Conn, q queueQuery, limit int) (page []openPostingRow, sums queueSums, more bool, err error) {
	after, _ := q.cursor()
	if words := q.words(); len(words) > 0 {
		err = q.scan(ctx, db, words, func(r openPostingRow) {
			sums.Count, sums.Sum, sums.Gross = sums.Count+1, sums.Sum+r.Residual, sums.Gross+r.Size
			if q.follows(r.place(), after) && len(page) <= limit {
				page = append(page, r)
			}
		})
	} else {
		sums, page, err = q.listed(ctx, db, after, limit+1)
	}
	if more = len(page) > limit; more {
		page = page[:limit]
	}
	return page, sums, more, err
}

// listed sums the lines of a filter without words, and lists those behind a place.
func (q queueQuery) listed(ctx context.Context, db database.Conn, after queuePlace, limit int) (sums queueSums, page []openPostingRow, err error) {
	err = q.where(db.NewSelect().Model((*openPostingRow)(nil))).
		ColumnExpr("count(*) AS lines, CAST(coalesce(sum(o.residual), 0) AS BIGINT) AS total, CAST(coalesce(sum(o.size), 0) AS BIGINT) AS gross").Scan(ctx, &sums)
	if err != nil {
		return sums, nil, fmt.Errorf("sum the queue: %w", err)
	}
	o := queueOrders[q.order()]
	s := q.where(db.NewSelect().Model(&page)).OrderExpr(o.ahead).Limit(int64(limit))
	if after.id != 0 {
		s = s.Where(o.behind, q.at(after)...)
	}
	if err := s.Scan(ctx); err != nil {
		return sums, nil, fmt.Errorf("list the queue: %w", err)
	}
	return sums, page, nil
}

// queueScanned is how many lines are read at once where words are looked for.
const queueScanned = 5_000

// pages goes through the lines of the filter in their order, as long as it is asked to.
func (q queueQuery) pages(ctx context.Context, db database.Conn, each func([]openPostingRow) (more bool, err error)) error {
	o := queueOrders[q.order()]
	for after := (queuePlace{}); ; {
		var rows []openPostingRow
		s := q.where(db.NewSelect().Model(&rows)).OrderExpr(o.ahead).Limit(queueScanned)
		if after.id != 0 {
			s = s.Where(o.behind, q.at(after)...)
		}
		if err := s.Scan(ctx); err != nil {
			return fmt.Errorf("read the queue: %w", err)
		}
		if more, err := each(rows); err != nil || !more || len(rows) < queueScanned {
			return err
		}
		after = rows[len(rows)-1].place()
	}
}

// scan gives the lines of the filter in which all words occur, in their order. Databases fold letters each in its own way, so words are compared here.
func (q queueQuery) scan(ctx context.Context, db database.Conn, words []string, each func(openPostingRow)) error {
	return q.pages(ctx, db, func(rows []openPostingRow) (bool, error) {
		texts, err := findTexts(ctx, db, q.organisation, rows)
		if err != nil {
			return false, err
		}
		for _, r := range rows {
			if p := texts[r.PostingID]; p != nil && p.says(words) {
				each(r)
			}
		}
		return true, nil
	})
}

// findTexts reads what of entries is searched.
func findTexts(ctx context.Context, db database.Conn, organisation int64, of []openPostingRow) (map[PostingID]*Posting, error) {
	ids := make([]PostingID, len(of))
	for i := range of {
		ids[i] = of[i].PostingID
	}
	var rows []postingRow
	err := db.NewSelect().Model(&rows).Column("id", "supplier_name", "label", "supplier", "doc_no", "commitment_no", "contract", "operation", "analytic", "invoice", "inventory", "nature").
		Where("p.organisation_id = ? AND p.id IN (?)", organisation, database.In(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read texts of postings: %w", err)
	}
	out := make(map[PostingID]*Posting, len(rows))
	for i := range rows {
		out[rows[i].ID] = &rows[i].Posting
	}
	return out, nil
}

func (r openPostingRow) place() queuePlace { return queuePlace{r.Size, r.Since, r.PostingID} }

// follows tells whether a place comes behind another one; everything comes behind the zero place.
func (q queueQuery) follows(p, after queuePlace) bool {
	if after.id == 0 {
		return true
	}
	if q.order() == OrderByAge {
		return cmp.Or(p.since.Compare(after.since), cmp.Compare(p.id, after.id)) > 0
	}
	return cmp.Or(cmp.Compare(after.size, p.size), cmp.Compare(after.id, p.id)) > 0
}

// findNeighbours gives the lines before and behind a place.
func findNeighbours(ctx context.Context, db database.Conn, q queueQuery, at queuePlace) (previous, next PostingID, err error) {
	if words := q.words(); len(words) > 0 {
		err = q.scan(ctx, db, words, func(r openPostingRow) {
			switch {
			case r.PostingID == at.id:
			case !q.follows(r.place(), at):
				previous = r.PostingID
			case next == 0:
				next = r.PostingID
			}
		})
		return previous, next, err
	}
	o := queueOrders[q.order()]
	for _, side := range []struct {
		to           *PostingID
		where, order string
	}{{&next, o.behind, o.ahead}, {&previous, o.before, o.back}} {
		var rows []openPostingRow
		if err := q.where(db.NewSelect().Model(&rows)).Where(side.where, q.at(at)...).OrderExpr(side.order).Limit(1).Scan(ctx); err != nil {
			return 0, 0, fmt.Errorf("find the next line of the queue: %w", err)
		}
		if len(rows) > 0 {
			*side.to = rows[0].PostingID
		}
	}
	return previous, next, nil
}

// findOpen gives the place of an entry in the queue; false when it has none.
func findOpen(ctx context.Context, db database.Conn, organisation int64, id PostingID) (openPostingRow, bool, error) {
	var rows []openPostingRow
	if err := db.NewSelect().Model(&rows).Where("o.organisation_id = ? AND o.posting_id = ?", organisation, id).Scan(ctx); err != nil {
		return openPostingRow{}, false, fmt.Errorf("find a line of the queue: %w", err)
	}
	if len(rows) == 0 {
		return openPostingRow{}, false, nil
	}
	return rows[0], true, nil
}

// findOpenOf lists the places of entries in the queue, the largest first.
func findOpenOf(ctx context.Context, db database.Conn, organisation int64, ids []PostingID) ([]openPostingRow, error) {
	var rows []openPostingRow
	err := db.NewSelect().Model(&rows).Where("o.organisation_id = ? AND o.posting_id IN (?)", organisation, database.In(ids)).OrderExpr(queueOrders[OrderBySize].ahead).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find lines of the queue: %w", err)
	}
	return rows, nil
}

// acceptOpen leaves a line of the queue as known, as long as it is what that person saw.
func acceptOpen(ctx context.Context, tx database.Conn, in AcceptInput, who string, at time.Time) error {
	res, err := tx.ExecContext(ctx, "UPDATE open_posting SET state = ?, reason = ?, accepted_by = ?, accepted_at = ? WHERE organisation_id = ? AND posting_id = ? AND residual = ? AND state = ?",
		StateAccepted, in.Reason, who, database.Instant(at), in.Organisation, in.Posting, in.Residual, StateOpen)
	return database.Updated(res, err, "posting", int64(in.Posting))
}

// reopenOpen lets an accepted line of the queue wait again, as long as it is what that person saw.
func reopenOpen(ctx context.Context, tx database.Conn, in AcceptInput) error {
	res, err := tx.ExecContext(ctx, "UPDATE open_posting SET state = ?, reason = '', accepted_by = '', accepted_at = NULL WHERE organisation_id = ? AND posting_id = ? AND residual = ? AND state = ?",
		StateOpen, in.Organisation, in.Posting, in.Residual, StateAccepted)
	return database.Updated(res, err, "posting", int64(in.Posting))
}

// settlement is what is left of an entry after a booking.
type settlement struct {
	posting *Posting
	left    money.Amount
}

// settleAll gives entries their places in the queue, as settleOpen does one.
func settleAll(ctx context.Context, tx database.Conn, organisation int64, all []settlement) error {
	const chunk = 1000
	var open []openPostingRow
	for part := range slices.Chunk(all, chunk) {
		ids := make([]PostingID, len(part))
		for i, s := range part {
			ids[i] = s.posting.ID
			if s.left != 0 {
				open = append(open, openPostingRow{OrganisationID: organisation, PostingID: s.posting.ID, YearID: s.posting.YearID, Residual: s.left, Size: s.left.Abs(),
					Since: waitsSince(s.posting), State: StateOpen})
			}
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM open_posting WHERE organisation_id = ? AND posting_id IN (?)", organisation, database.In(ids)); err != nil {
			return fmt.Errorf("settle the queue: %w", err)
		}
	}
	return database.Bulk(ctx, tx, open)
}

// findScope sums the books by flow, the queue apart from the rest, so that what does not add up shows.
func findScope(ctx context.Context, db database.Conn, organisation, year int64) ([]ScopeLine, error) {
	var lines []ScopeLine
	narrow, args := "", []any{organisation}
	if year != 0 {
		narrow, args = " AND fiscal_year_id = ?1", append(args, year)
	}
	err := db.NewRaw(`SELECT flow, CAST(sum(total) AS BIGINT) AS total, CAST(sum(allocated) AS BIGINT) AS allocated, CAST(sum(excluded) AS BIGINT) AS excluded, 0 AS unallocated
		FROM scope_total WHERE organisation_id = ?0`+narrow+` GROUP BY flow ORDER BY flow`, args...).Scan(ctx, &lines)
	if err != nil {
		return nil, fmt.Errorf("sum the books: %w", err)
	}
	var open []struct {
		Flow string       `bun:"flow"`
		Sum  money.Amount `bun:"total"`
	}
	narrow = strings.ReplaceAll(narrow, "fiscal_year_id", "o.fiscal_year_id")
	err = db.NewRaw(`SELECT p.flow, CAST(sum(o.residual) AS BIGINT) AS total FROM open_posting AS o
		JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id WHERE o.organisation_id = ?0`+narrow+` GROUP BY p.flow`, args...).Scan(ctx, &open)
	if err != nil {
		return nil, fmt.Errorf("sum the queue by flow: %w", err)
	}
	for _, o := range open {
		i := slices.IndexFunc(lines, func(l ScopeLine) bool { return string(l.Flow) == o.Flow })
		if i < 0 {
			lines = append(lines, ScopeLine{Flow: ledgerfile.Flow(o.Flow)})
			i = len(lines) - 1
		}
		lines[i].Unallocated = o.Sum
	}
	return lines, nil
}

// findAccepted tells which lines of a year's queue were accepted as known.
func findAccepted(ctx context.Context, db database.Conn, organisation, year int64) (map[PostingID]bool, error) {
	var ids []PostingID
	err := db.NewRaw("SELECT posting_id FROM open_posting WHERE organisation_id = ? AND fiscal_year_id = ? AND state = ?", organisation, year, StateAccepted).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list accepted lines: %w", err)
	}
	out := make(map[PostingID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
