package finance

import (
	"context"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
)

// Controls gives the page of controls of an organisation. Everything on it is computed from the entries, the allocations and the queue as
// they stand, beside the balances that other pages are made of.
func (s *Service) Controls(ctx context.Context, actor identity.Actor, organisation int64, f ControlFilter) (Controls, error) {
	var out Controls
	err := s.read(ctx, actor, identity.PermReadLedger, organisation, func(ctx context.Context, tx database.Conn, b *books) (err error) {
		if err := f.validate(); err != nil {
			return err
		}
		out, err = controlsOf(ctx, tx, b, f)
		return err
	})
	return out, err
}

func controlsOf(ctx context.Context, db database.Conn, b *books, f ControlFilter) (Controls, error) {
	c := Controls{Organisation: b.Code, Currency: b.Currency, Basis: b.AmountBasis, On: b.today, By: f.By}
	if c.By == nil {
		c.By = usualControls
	}
	narrow := tieFilter{organisation: b.Organisation.ID, year: f.Year, until: f.Until}
	var err error
	if c.Kept, err = keptRows(ctx, db, b, narrow); err != nil {
		return c, err
	}
	c.Totals = controlTotals(c.Kept)
	if !f.NoRows {
		wanted := narrow
		wanted.by, wanted.limit = c.By, min(max(f.Limit, 0), maxControlRows)
		if wanted.limit == 0 {
			wanted.limit = controlRows
		}
		if err := c.fillRows(ctx, db, b, wanted); err != nil {
			return c, err
		}
	}
	if c.Files, err = controlledFiles(ctx, db, b, narrow); err != nil {
		return c, err
	}
	waiting, err := findWaiting(ctx, db, narrow)
	if err != nil {
		return c, err
	}
	c.Queue = ageOf(waiting, b.today)
	c.Assertions, err = findAssertions(ctx, db, b)
	return c, err
}

// fillRows sums the books by the dimensions asked for.
func (c *Controls) fillRows(ctx context.Context, db database.Conn, b *books, f tieFilter) error {
	rows, err := findTies(ctx, db, f)
	if err != nil {
		return err
	}
	c.Rows = make([]ControlRow, len(rows))
	for i, r := range rows {
		c.RowCount = r.Rows
		c.Rows[i] = ControlRow{Flow: r.Flow, YearID: r.YearID, Year: b.yearCode(r.YearID), Period: r.Period, Section: r.Section, Nature: r.Nature, Operation: r.Operation,
			Chapter: r.Chapter, Budget: r.Budget, Tie: r.tie()}
	}
	return nil
}

// yearCode names a fiscal year; "" when there is none of that id.
func (b *books) yearCode(id int64) string {
	y, _ := b.Year(id)
	return y.Code
}

// keptRows holds the kept balances against the books, row by row; a row that only one side has stands against nothing.
func keptRows(ctx context.Context, db database.Conn, b *books, f tieFilter) ([]KeptRow, error) {
	f.by = []Dimension{DimensionYear, DimensionPeriod, DimensionSection}
	rows, err := findTies(ctx, db, f)
	if err != nil {
		return nil, err
	}
	kept, err := findKept(ctx, db, f)
	if err != nil {
		return nil, err
	}
	out := make([]KeptRow, 0, len(rows))
	at := make(map[scopeKey]int, len(rows))
	for _, r := range rows {
		at[scopeKey{r.Flow, Slot{r.YearID, r.Period}, r.Section}] = len(out)
		out = append(out, KeptRow{Flow: r.Flow, YearID: r.YearID, Year: b.yearCode(r.YearID), Period: r.Period, Section: r.Section, Books: r.tie()})
	}
	for _, k := range kept {
		t := Tie{Total: k.Total, Allocated: k.Allocated, Unallocated: k.Total - k.Allocated - k.Excluded, Excluded: k.Excluded, Lines: k.Lines}
		i, ok := at[scopeKey{ledgerfile.Flow(k.Flow), Slot{k.YearID, k.Period}, k.Section}]
		if !ok && t == (Tie{}) { // everything about it was taken back
			continue
		}
		if !ok {
			i = len(out)
			out = append(out, KeptRow{Flow: ledgerfile.Flow(k.Flow), YearID: k.YearID, Year: b.yearCode(k.YearID), Period: k.Period, Section: k.Section})
		}
		out[i].Kept = t
	}
	return out, nil
}

// controlTotals adds rows up by flow, expenditures first.
func controlTotals(rows []KeptRow) []ControlTotal {
	var out []ControlTotal
	for _, flow := range []ledgerfile.Flow{ledgerfile.FlowExpenditure, ledgerfile.FlowRevenue} {
		total := ControlTotal{Flow: flow}
		met := false
		for _, r := range rows {
			if r.Flow == flow {
				met = true
				total.Tie, total.Kept = total.plus(r.Books), total.Kept.plus(r.Kept)
			}
		}
		if met || flow == ledgerfile.FlowExpenditure {
			out = append(out, total)
		}
	}
	return out
}

// controlledFiles lists files with what they booked.
func controlledFiles(ctx context.Context, db database.Conn, b *books, f tieFilter) ([]FileControl, error) {
	rows, err := findControlFiles(ctx, db, f)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]FileID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	sums, err := findFileSums(ctx, db, f.organisation, ids)
	if err != nil {
		return nil, err
	}
	feeds, err := findFeedCodes(ctx, db, f.organisation)
	if err != nil {
		return nil, err
	}
	out := make([]FileControl, len(rows))
	at := make(map[FileID]*FileControl, len(rows))
	for i, r := range rows {
		if out[i].File, err = r.file(); err != nil {
			return nil, err
		}
		out[i].Feed = feeds[r.FeedID]
		at[r.ID] = &out[i]
	}
	for _, r := range sums {
		at[r.FileID].add(r, b.yearCode(r.YearID))
	}
	return out, nil
}

// add counts what the file booked of one flow in one year.
func (c *FileControl) add(r fileSumRow, year string) {
	i := slices.IndexFunc(c.Sums, func(s FileSum) bool { return s.Flow == r.Flow })
	if i < 0 {
		i, c.Sums = len(c.Sums), append(c.Sums, FileSum{Flow: r.Flow})
	}
	c.Sums[i].Lines += r.Lines
	c.Sums[i].Sum += r.Sum
	if !r.First.IsZero() && (c.First.IsZero() || r.First.Before(c.First)) {
		c.First = r.First
	}
	if r.Last.After(c.Last) {
		c.Last = r.Last
	}
	if !slices.Contains(c.Years, year) {
		c.Years = append(c.Years, year)
	}
}

// ageOf puts the queue into bands of age.
func ageOf(rows []waitingRow, today civil.Date) QueueAge {
	var q QueueAge
	from := 0
	for _, to := range append(slices.Clone(ageBands), 0) {
		q.Bands = append(q.Bands, AgeBand{From: from, To: to})
		from = to + 1
	}
	for _, r := range rows {
		days := daysAt(r.Since, today)
		if q.Oldest.IsZero() {
			q.Oldest, q.Days = r.Since, days
		}
		q.Lines, q.Accepted, q.Sum, q.Size = q.Lines+r.Lines, q.Accepted+r.Accepted, q.Sum+r.Sum, q.Size+r.Size
		i := slices.IndexFunc(q.Bands, func(b AgeBand) bool { return b.To == 0 || days <= b.To })
		b := &q.Bands[i]
		b.Lines, b.Sum, b.Size = b.Lines+r.Lines, b.Sum+r.Sum, b.Size+r.Size
	}
	return q
}
