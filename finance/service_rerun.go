package finance

import (
	"cmp"
	"context"
	"slices"

	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// RerunPreview says what running the rules again on the open periods of a fiscal year would change. Rules that are written or changed never change what is booked by
// themselves; this does, and never what a person allocated.
func (s *Service) RerunPreview(ctx context.Context, actor identity.Actor, organisation, year int64) (RerunPreview, error) {
	var out RerunPreview
	err := s.read(ctx, actor, identity.PermReconcile, organisation, func(ctx context.Context, tx database.Conn, b *books) error {
		plan, err := planRerun(ctx, tx, b, year)
		if err != nil {
			return err
		}
		projects, err := projectsByID(ctx, tx, organisation)
		if err != nil {
			return err
		}
		out = plan.preview(year, projects)
		return nil
	})
	return out, err
}

// RerunRules does what a preview said, as one batch whose number it gives: reversals of what rules had allocated, and what they say now. When anything that was
// previewed is not so any more, nothing is done and it is stale.
func (s *Service) RerunRules(ctx context.Context, actor identity.Actor, organisation, year int64, token string) (int64, error) {
	var batch int64
	err := s.reconcile(ctx, actor, organisation, act{name: "allocation.rerun"}, nil, batchRow{Kind: BatchRerun}, func(ctx context.Context, k *booking) (trace, error) {
		plan, err := planRerun(ctx, k.tx, k.books, year)
		if err != nil {
			return trace{}, err
		}
		if plan.token() != token {
			return trace{}, fault.Stale("queue", organisation)
		}
		if len(plan.items) == 0 {
			return trace{}, fault.Conflict("allocation.rerun_empty")
		}
		batch = k.batch
		t := bulkTrace{Lines: len(plan.items)}
		settled := make([]settlement, len(plan.items))
		for i, item := range plan.items {
			if err := k.append(ctx, item.line, item.allocations()); err != nil {
				return trace{}, err
			}
			settled[i] = settlement{&item.line.Posting, item.line.left}
			t.Sum += item.line.Amount
		}
		return trace{subject: "batch", id: k.batch, details: t}, settleAll(ctx, k.tx, organisation, settled)
	})
	return batch, err
}

// planRerun works out what the rules would change in the open periods of a year: first the entries that correct none, then those that do, which follow them.
func planRerun(ctx context.Context, db database.Conn, b *books, year int64) (rerunPlan, error) {
	var plan rerunPlan
	y, known := b.Year(year)
	if !known {
		return plan, fault.NotFound("fiscal_year", year)
	}
	m, err := matcherFor(ctx, db, b)
	if err != nil {
		return plan, err
	}
	accepted, err := findAccepted(ctx, db, b.Organisation.ID, year)
	if err != nil {
		return plan, err
	}
	var correcting []*ledgerLine
	for before := PostingID(0); !plan.more; {
		lines, err := findLines(ctx, db, b.Organisation.ID, year, before)
		if err != nil {
			return plan, err
		}
		for _, l := range lines {
			before = l.ID
			period, _ := y.Period(l.Period)
			switch {
			case period.State != StateOpen || accepted[l.ID]:
			case l.Origin != 0:
				correcting = append(correcting, l)
			case l.rerunnable():
				plan.add(l.decide(m, nil))
			}
		}
		if len(lines) < linesAtOnce {
			break
		}
	}
	if plan.more {
		return plan, nil
	}
	return plan, plan.follow(ctx, db, b.Organisation.ID, m, correcting)
}

// add counts a line, and keeps it when it changes.
func (p *rerunPlan) add(item rerunItem, changes bool) {
	p.lines++
	if !changes {
		return
	}
	if p.more = len(p.items) == maxRerun; !p.more {
		p.items = append(p.items, item)
	}
}

// follow plans the entries that correct others, as those will stand after the run. What inherited moves only when what it inherited from does.
func (p *rerunPlan) follow(ctx context.Context, db database.Conn, organisation int64, m *reconcile.Matcher, correcting []*ledgerLine) error {
	moved := make(map[PostingID][]Share, len(p.items))
	for _, i := range p.items {
		moved[i.line.ID] = i.after
	}
	slices.SortFunc(correcting, func(a, b *ledgerLine) int { return cmp.Compare(a.ID, b.ID) })
	for part := range slices.Chunk(correcting, linesAtOnce) {
		families, err := findFamilies(ctx, db, organisation, originsOf(pointersTo(part)))
		if err != nil {
			return err
		}
		for _, l := range part {
			_, follows := moved[l.Origin]
			if follows = follows && l.inherits(); !follows && !l.rerunnable() {
				continue
			}
			item, changes := l.decide(m, families[l.Origin].remaining(l.ID, moved))
			if follows || item.rule.Rank == reconcile.RankOrigin && item.rule.ID == 0 {
				item.method = MethodInherited
			}
			if p.add(item, changes); changes {
				moved[l.ID] = item.after
			}
		}
	}
	return nil
}
