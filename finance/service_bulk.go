package finance

import (
	"context"
	"maps"
	"slices"

	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// BulkPreview says what an act on many lines would do, without doing it.
func (s *Service) BulkPreview(ctx context.Context, actor identity.Actor, in BulkInput) (BulkPreview, error) {
	var out BulkPreview
	err := s.read(ctx, actor, identity.PermReconcile, in.Organisation, func(ctx context.Context, tx database.Conn, b *books) error {
		if err := in.Validate(); err != nil {
			return err
		}
		plan, err := s.planBulk(ctx, tx, b, in)
		if err != nil {
			return err
		}
		named := map[portfolio.ProjectID]bool{in.Project: true}
		for _, i := range plan.items {
			for _, s := range i.shares {
				named[s.ProjectID] = true
			}
		}
		projects, err := findNamed(ctx, tx, in.Organisation, named)
		if err != nil {
			return err
		}
		if _, known := projects[in.Project]; !known && in.Project != 0 {
			return fault.NotFound("project", int64(in.Project))
		}
		out = plan.preview(projects)
		return nil
	})
	return out, err
}

// BulkApply does what a preview said, as one batch whose number it gives. When a line, a rule or anything else that was previewed is not so any more,
// nothing is done and it is stale.
func (s *Service) BulkApply(ctx context.Context, actor identity.Actor, in BulkInput, token string) (int64, error) {
	var batch int64
	a := act{name: "allocation.bulk"}
	err := s.reconcile(ctx, actor, in.Organisation, a, in.Validate(), batchRow{Kind: BatchBulk, Reason: in.Reason}, func(ctx context.Context, k *booking) (trace, error) {
		plan, err := s.planBulk(ctx, k.tx, k.books, in)
		if err != nil {
			return trace{}, err
		}
		if plan.token() != token {
			return trace{}, fault.Stale("queue", in.Organisation)
		}
		if len(plan.items) == 0 {
			return trace{}, fault.Conflict("allocation.bulk_empty")
		}
		batch = k.batch
		t, err := k.bookPlan(ctx, plan)
		t.Reason = in.Reason
		return trace{subject: "batch", id: k.batch, details: t}, err
	})
	return batch, err
}

// bulkTrace is what the trail keeps of an act on many lines: the lines themselves are those of the batch.
type bulkTrace struct {
	Lines  int          `json:"lines"`
	Sum    money.Amount `json:"sum"`
	Reason string       `json:"reason,omitempty"`
}

// bookPlan allocates every line of a plan.
func (k *booking) bookPlan(ctx context.Context, plan bulkPlan) (bulkTrace, error) {
	var t bulkTrace
	ids := make([]PostingID, len(plan.items))
	for n, i := range plan.items {
		ids[n] = i.posting.ID
	}
	held, err := findAllocations(ctx, k.tx, k.Organisation.ID, ids)
	if err != nil {
		return t, err
	}
	confirmed := map[reconcile.RuleRef]int{}
	settled := make([]settlement, len(plan.items))
	for n := range plan.items {
		i := &plan.items[n]
		like := Allocation{Method: MethodManual, Reason: i.reason}
		if i.rule.ID != 0 {
			like.RuleID, like.RuleVersion = i.rule.ID, int64(i.rule.Version)
			confirmed[i.rule]++
		}
		l := newLine(i.posting, held[i.posting.ID])
		if err := k.append(ctx, l, allocationsOf(i.shares, like)); err != nil {
			return t, err
		}
		settled[n] = settlement{&l.Posting, l.left}
		t.Lines, t.Sum = t.Lines+1, t.Sum+sumOf(i.shares)
	}
	for rule, times := range confirmed {
		if err := k.confirmed(ctx, rule, times); err != nil {
			return t, err
		}
	}
	return t, settleAll(ctx, k.tx, k.Organisation.ID, settled)
}

// append books allocations of a line behind those that it has; its place in the queue is settled by the caller, for many lines at once.
func (k *booking) append(ctx context.Context, l *ledgerLine, parts []Allocation) error {
	number := 0
	for _, a := range l.held {
		number = max(number, a.Number)
	}
	for i := range parts {
		number++
		parts[i].Number = number
		if id := parts[i].ProjectID; id != 0 && k.roadmaps[id] == 0 {
			return fault.NotFound("project", int64(id))
		}
		if err := k.allot(ctx, &l.Posting, &parts[i]); err != nil {
			return err
		}
	}
	*l = *newLine(l.Posting, append(l.held, parts...))
	return nil
}

// planBulk works out what is to be done with each line.
func (s *Service) planBulk(ctx context.Context, db database.Conn, b *books, in BulkInput) (bulkPlan, error) {
	m, err := s.suggest.of(ctx, db, b)
	if err != nil {
		return bulkPlan{}, err
	}
	if len(in.Postings) > 0 {
		ids := slices.Compact(slices.Sorted(slices.Values(in.Postings)))
		rows, err := findOpenOf(ctx, db, in.Organisation, ids)
		if err != nil {
			return bulkPlan{}, err
		}
		plan := bulkPlan{skipped: int64(len(ids) - len(rows))}
		err = plan.add(ctx, db, m, in, rows)
		return plan, err
	}
	plan := bulkPlan{}
	q := queueQuery{organisation: in.Organisation, QueueFilter: QueueFilter{Year: in.Year}, today: b.today}
	err = q.pages(ctx, db, func(rows []openPostingRow) (bool, error) {
		err := plan.add(ctx, db, m, in, rows)
		if plan.more = len(plan.items) > maxBulk; plan.more {
			plan.items = plan.items[:maxBulk]
		}
		return !plan.more, err
	})
	plan.skipped = 0 // nobody asked for the other lines of the queue
	return plan, err
}

// add plans lines of the queue.
func (p *bulkPlan) add(ctx context.Context, db database.Conn, m *suggester, in BulkInput, rows []openPostingRow) error {
	byID, err := findQueued(ctx, db, in.Organisation, rows)
	if err != nil {
		return err
	}
	var origins map[PostingID][]reconcile.Share
	if in.suggested() {
		if origins, err = findOrigins(ctx, db, in.Organisation, slices.Collect(maps.Values(byID))); err != nil {
			return err
		}
	}
	for _, r := range rows {
		posting := byID[r.PostingID]
		item, ok := in.plan(m, posting, r.Residual, origins[r.PostingID])
		if !ok {
			p.skipped++
			continue
		}
		p.items = append(p.items, item)
	}
	return nil
}

// plan says what is to be done with one line; false when nothing certain enough is.
func (in BulkInput) plan(m *suggester, p *Posting, left money.Amount, origin []reconcile.Share) (bulkItem, bool) {
	item := bulkItem{posting: *p, left: left, reason: in.Reason}
	if !in.suggested() {
		item.shares = []Share{{in.Project, left}}
		return item, true
	}
	f := factsOf(p)
	if len(in.Postings) == 0 { // of the whole queue only what a rule claims is looked at closer
		v := m.Match(f, origin)
		if v.Kind != reconcile.Suggests && v.Kind != reconcile.Books || in.Rule != 0 && v.Rule.ID != in.Rule {
			return item, false
		}
	}
	best, ok := foremost(m.Explain(f, origin).Candidates, in.MinScore)
	if !ok || in.Rule != 0 && best.Rule.ID != in.Rule {
		return item, false
	}
	shares, err := sharesBy(best, left, p.YearID)
	if err != nil {
		return item, false
	}
	item.shares, item.rule, item.agreed = shares, best.Rule, best.Agreed
	if best.Exclude {
		item.reason = best.Reason
	}
	return item, true
}
