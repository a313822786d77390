package finance

import (
	"context"

	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// Queue gives a page of what is not allocated, each line with what it may belong to. Suggestions are computed when they are asked for.
func (s *Service) Queue(ctx context.Context, actor identity.Actor, organisation int64, f QueueFilter) (QueuePage, error) {
	out := QueuePage{Filter: f}
	err := s.readQueue(ctx, actor, organisation, f, func(ctx context.Context, tx database.Conn, b *books, q queueQuery) error {
		rows, sums, more, err := findQueue(ctx, tx, q, f.limit())
		if err != nil {
			return err
		}
		out.Count, out.Sum, out.Gross = sums.Count, sums.Sum, sums.Gross
		if more {
			out.Next = rows[len(rows)-1].place().in(q.order())
		}
		if out.Scope, err = findScope(ctx, tx, organisation, f.Year); err != nil {
			return err
		}
		out.Lines, err = s.queueLines(ctx, tx, b, rows)
		return err
	})
	return out, err
}

// readQueue is a use case that reads the queue on one view of the data.
func (s *Service) readQueue(ctx context.Context, actor identity.Actor, organisation int64, f QueueFilter, read func(ctx context.Context, tx database.Conn, b *books, q queueQuery) error) error {
	return s.read(ctx, actor, identity.PermReadLedger, organisation, func(ctx context.Context, tx database.Conn, b *books) error {
		if err := f.Validate(); err != nil {
			return err
		}
		return read(ctx, tx, b, queueQuery{organisation: organisation, QueueFilter: f, today: b.today})
	})
}

// queueLines joins places in the queue with their entries and suggestions, in the same order.
func (s *Service) queueLines(ctx context.Context, db database.Conn, b *books, rows []openPostingRow) ([]QueueLine, error) {
	ids := make([]PostingID, len(rows))
	for i := range rows {
		ids[i] = rows[i].PostingID
	}
	postings, err := findPostings(ctx, db, postingFilter{organisation: b.Organisation.ID, ids: ids})
	if err != nil {
		return nil, err
	}
	byID := make(map[PostingID]Posting, len(postings))
	for _, p := range postings {
		byID[p.ID] = p
	}
	lines := make([]QueueLine, len(rows))
	for i, r := range rows {
		lines[i] = QueueLine{Posting: byID[r.PostingID], Residual: r.Residual, State: r.State, Reason: r.Reason, Since: r.Since, Age: r.Since.DaysUntil(b.today)}
	}
	return lines, s.explain(ctx, db, b, lines)
}

// explain fills in what lines may belong to.
func (s *Service) explain(ctx context.Context, db database.Conn, b *books, lines []QueueLine) error {
	if len(lines) == 0 {
		return nil
	}
	m, err := s.suggest.of(ctx, db, b)
	if err != nil {
		return err
	}
	postings := make([]*Posting, len(lines))
	for i := range lines {
		postings[i] = &lines[i].Posting
	}
	origins, err := findOrigins(ctx, db, b.Organisation.ID, postings)
	if err != nil {
		return err
	}
	verdicts := make([]reconcile.Verdict, len(lines))
	named := map[portfolio.ProjectID]bool{}
	for i, p := range postings {
		verdicts[i] = m.Explain(factsOf(p), origins[p.ID])
		for _, c := range verdicts[i].Candidates {
			for _, part := range c.Parts {
				named[projectOf(part.Project)] = true
			}
		}
	}
	projects, err := findNamed(ctx, db, b.Organisation.ID, named)
	if err != nil {
		return err
	}
	for i, v := range verdicts {
		l := &lines[i]
		l.Doubt = doubt(v)
		for _, c := range v.Candidates {
			l.Suggestions = append(l.Suggestions, suggest(&l.Posting, l.Residual, c, m.names[c.Rule.ID], projects))
		}
	}
	return nil
}

func projectsByID(ctx context.Context, db database.Conn, organisation int64) (map[portfolio.ProjectID]Project, error) {
	all, err := findProjects(ctx, db, organisation)
	if err != nil {
		return nil, err
	}
	out := make(map[portfolio.ProjectID]Project, len(all))
	for _, p := range all {
		out[p.ID] = p
	}
	return out, nil
}

// QueueLine gives one live entry with all that helps to decide on it, whether something is left of it or not. The filter says which lines are its neighbours.
func (s *Service) QueueLine(ctx context.Context, actor identity.Actor, organisation int64, posting PostingID, f QueueFilter) (QueueDetail, error) {
	var out QueueDetail
	err := s.readQueue(ctx, actor, organisation, f, func(ctx context.Context, tx database.Conn, b *books, q queueQuery) error {
		p, err := findPosting(ctx, tx, organisation, posting)
		if err != nil {
			return err
		}
		if !p.Live {
			return fault.NotFound("posting", int64(posting))
		}
		row, waits, err := findOpen(ctx, tx, organisation, posting)
		if err != nil {
			return err
		}
		if !waits { // where it stood while nothing was allocated of it
			row = openPostingRow{PostingID: p.ID, Size: p.Amount.Abs(), Since: waitsSince(&p)}
		}
		out.QueueLine = QueueLine{Posting: p, Residual: row.Residual, State: row.State, Reason: row.Reason, Since: row.Since, Age: row.Since.DaysUntil(b.today)}
		if waits {
			one := []QueueLine{out.QueueLine}
			if err := s.explain(ctx, tx, b, one); err != nil {
				return err
			}
			out.QueueLine = one[0]
		}
		if out.Previous, out.Next, err = findNeighbours(ctx, tx, q, row.place()); err != nil {
			return err
		}
		return s.tell(ctx, tx, b, &out)
	})
	return out, err
}

// tell fills in what an entry is allocated to, how that came about, and the entries that it corrects or that correct it.
func (s *Service) tell(ctx context.Context, db database.Conn, b *books, d *QueueDetail) error {
	org, id := b.Organisation.ID, d.Posting.ID
	held, err := findAllocations(ctx, db, org, []PostingID{id})
	if err != nil {
		return err
	}
	named := map[portfolio.ProjectID]bool{}
	for _, a := range held[id] {
		named[a.ProjectID] = true
	}
	projects, err := findNamed(ctx, db, org, named)
	if err != nil {
		return err
	}
	for _, share := range sharesOf(held[id]) {
		d.Shares = append(d.Shares, SuggestedShare{projects[share.ProjectID], share.Amount})
	}
	if d.History, err = s.history(ctx, db, b, held[id], projects); err != nil {
		return err
	}
	if d.Posting.Origin != 0 {
		origin, err := findPosting(ctx, db, org, d.Posting.Origin)
		if err != nil && fault.KindOf(err) != fault.KindNotFound {
			return err
		}
		if err == nil {
			d.Corrects = &origin
		}
	}
	d.Corrections, err = findCorrections(ctx, db, org, []PostingID{id})
	return err
}

// history joins allocations with their batches.
func (s *Service) history(ctx context.Context, db database.Conn, b *books, held []Allocation, projects map[portfolio.ProjectID]Project) ([]HeldAllocation, error) {
	ids := make([]int64, len(held))
	for i, a := range held {
		ids[i] = a.BatchID
	}
	batches, err := findBatches(ctx, db, b.Organisation.ID, ids)
	if err != nil {
		return nil, err
	}
	m, err := s.suggest.of(ctx, db, b)
	if err != nil {
		return nil, err
	}
	out := make([]HeldAllocation, len(held))
	for i, a := range held {
		out[i] = HeldAllocation{Allocation: a, Project: projects[a.ProjectID], Batch: batches[a.BatchID], Undone: batches[a.BatchID].UndoneBy != 0, RuleName: m.names[a.RuleID]}
	}
	return out, nil
}
