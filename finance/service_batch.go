package finance

import (
	"cmp"
	"context"
	"strconv"

	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// BatchDetail is a batch with what it allocated.
type BatchDetail struct {
	Batch
	Lines []BatchLine // at most 200 of them
	Count int64       // of all lines
	// Undoable tells whether it can be taken back now; Changed is the first line that stands against it, 0 when none does.
	Undoable bool
	Changed  PostingID
}

// BatchLine is one entry with what a batch allocated of it.
type BatchLine struct {
	Posting     Posting
	Allocations []Allocation
}

// Batch gives what one act allocated.
func (s *Service) Batch(ctx context.Context, actor identity.Actor, organisation, id int64) (BatchDetail, error) {
	var out BatchDetail
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return out, err
	}
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		batch, err := findBatch(ctx, tx, organisation, id)
		if err != nil {
			return err
		}
		lines, err := findBatchLines(ctx, tx, organisation, batch)
		if err != nil {
			return err
		}
		out = BatchDetail{Batch: batch, Count: int64(len(lines)), Undoable: batch.Undoable()}
		for _, l := range lines {
			if batch.Undoable() && l.changedSince(id) && out.Changed == 0 {
				out.Undoable, out.Changed = false, l.ID
			}
			if len(out.Lines) < maxBulkShown {
				out.Lines = append(out.Lines, BatchLine{l.Posting, l.in(id)})
			}
		}
		return nil
	})
	return out, err
}

// findBatchLines gives the entries that a batch allocated something of, live or not, with all their allocations.
func findBatchLines(ctx context.Context, db database.Conn, organisation int64, b Batch) ([]*ledgerLine, error) {
	ids, err := findBatchPostings(ctx, db, organisation, b)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	postings, err := findPostings(ctx, db, postingFilter{organisation: organisation, ids: ids})
	if err != nil {
		return nil, err
	}
	held, err := findAllocations(ctx, db, organisation, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*ledgerLine, len(postings))
	for i, p := range postings {
		out[i] = newLine(p, held[p.ID])
	}
	return out, nil
}

// in lists what a batch allocated of the line.
func (l *ledgerLine) in(batch int64) []Allocation {
	var out []Allocation
	for _, a := range l.held {
		if a.BatchID == batch {
			out = append(out, a)
		}
	}
	return out
}

// changedSince tells whether something else was booked on the line since a batch.
func (l *ledgerLine) changedSince(batch int64) bool {
	return !l.Live || len(l.held) == 0 || l.held[len(l.held)-1].BatchID != batch
}

// Undo takes back all that one batch allocated, once, as a batch of its own whose number it gives. It is refused, naming the line, when something was
// allocated of one of its lines since, or the line itself was reversed. What a bulk act confirmed of rules is no longer confirmed.
func (s *Service) Undo(ctx context.Context, actor identity.Actor, organisation, id int64) (int64, error) {
	var undo int64
	a := act{name: "allocation.undo", noun: "batch", id: id}
	err := s.reconcile(ctx, actor, organisation, a, nil, batchRow{Kind: BatchUndo, UndoesID: id}, func(ctx context.Context, k *booking) (trace, error) {
		undo = k.batch
		t, err := k.undo(ctx, id)
		return trace{details: t}, err
	})
	if database.Classify(err) == database.Unique {
		err = fault.Conflict("batch.undone", strconv.FormatInt(id, 10))
	}
	return undo, err
}

func (k *booking) undo(ctx context.Context, id int64) (bulkTrace, error) {
	var t bulkTrace
	batch, err := findBatch(ctx, k.tx, k.Organisation.ID, id)
	if err != nil {
		return t, err
	}
	if batch.UndoneBy == k.batch { // by this very act, whose batch stands already
		batch.UndoneBy = 0
	}
	if !batch.Undoable() {
		return t, fault.Conflict("batch.not_undoable", strconv.FormatInt(id, 10))
	}
	lines, err := findBatchLines(ctx, k.tx, k.Organisation.ID, batch)
	if err != nil {
		return t, err
	}
	confirmed := map[reconcile.RuleRef]int{}
	settled := make([]settlement, len(lines))
	for i, l := range lines {
		if l.changedSince(id) {
			return t, fault.Conflict("batch.changed_since", cmp.Or(l.DocNo, l.KeyText), int64(l.ID))
		}
		var back []Allocation
		for _, a := range l.in(id) {
			back = append(back, Allocation{ProjectID: a.ProjectID, Amount: -a.Amount, Method: undone(a.Method), RuleID: a.RuleID, RuleVersion: a.RuleVersion})
			t.Sum += a.Amount
			if a.Method == MethodManual && a.RuleID != 0 {
				confirmed[reconcile.RuleRef{ID: a.RuleID, Version: int(a.RuleVersion)}]--
			}
		}
		if err := k.append(ctx, l, back); err != nil {
			return t, err
		}
		settled[i] = settlement{&l.Posting, l.left}
		t.Lines++
	}
	for rule, times := range confirmed {
		if err := confirmRule(ctx, k.tx, k.Organisation.ID, rule, times); err != nil {
			return t, err
		}
	}
	return t, settleAll(ctx, k.tx, k.Organisation.ID, settled)
}

// undone is how what takes an allocation back is marked. What rules and corrections had given may be run again afterwards, as if nothing had been.
func undone(m Method) Method {
	switch m {
	case MethodRule, MethodInherited:
		return m
	case MethodManual, MethodReverse:
	}
	return MethodReverse
}
