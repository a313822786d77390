package finance

import (
	"context"
	"slices"

	"jalon/finance/reconcile"
)

// reversal is a live entry that the file takes back.
type reversal struct {
	entry  PostingID
	number PostingID // of the reversal
	line   int       // of the file that restates it; 0: it is withdrawn
	cause  Cause
}

// reversals lists what the file takes back, by the number of the entry. The reversal of an entry that is restated stands right before the entry that
// restates it, so that one leads to the other.
func (l *ledgerRun) reversals() []reversal {
	out := make([]reversal, 0, len(l.gone))
	last := l.reserved - 1
	l.eachBooked(func(i int, pair reconcile.Pair, number PostingID) {
		if pair.Outcome == reconcile.Supersedes {
			out = append(out, reversal{PostingID(pair.Live), number - 1, int(l.read.prints[i].Ref), CauseReverse})
		}
		last = number
	})
	for _, id := range l.gone {
		last++
		out = append(out, reversal{PostingID(id), last, 0, CauseWithdraw})
	}
	slices.SortFunc(out, func(a, b reversal) int { return int(a.entry - b.entry) })
	return out
}

// reversedAtOnce is how many entries are loaded to be taken back.
const reversedAtOnce = 1000

// takeBack books the reversals of what is restated or withdrawn, with what it was allocated to.
func (l *ledgerRun) takeBack(ctx context.Context) error {
	for part := range slices.Chunk(l.back, reversedAtOnce) {
		if err := l.takeBackSome(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledgerRun) takeBackSome(ctx context.Context, part []reversal) error {
	org := l.k.Organisation.ID
	ids := make([]PostingID, len(part))
	for i, r := range part {
		ids[i] = r.entry
	}
	entries, err := findPostings(ctx, l.k.tx, postingFilter{organisation: org, ids: ids, liveOnly: true})
	if err != nil {
		return err
	}
	held, err := findAllocations(ctx, l.k.tx, org, ids)
	if err != nil {
		return err
	}
	if len(entries) != len(part) {
		return errOvertaken
	}
	if !l.dry {
		if err := unlive(ctx, l.k.tx, org, ids); err != nil {
			return err
		}
		if err := dequeue(ctx, l.k.tx, org, ids); err != nil {
			return err
		}
	}
	for i := range entries {
		if err := l.takeBackOne(ctx, &entries[i], held[entries[i].ID], part[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledgerRun) takeBackOne(ctx context.Context, p *Posting, held []Allocation, r reversal) error {
	at, err := l.k.Booked(p.At())
	if err != nil {
		return err
	}
	shares := sharesOf(held)
	l.parts = l.parts[:0]
	for _, s := range shares {
		l.parts = append(l.parts, Allocation{ProjectID: s.ProjectID, Amount: -s.Amount, Method: MethodInherited})
	}
	back := p.Reversal(r.number, r.cause, int64(l.row.ID), r.line, at)
	l.effects.entry(&back, l.parts)
	l.links.count(&back)
	if r.cause == CauseReverse && keptByHand(p, held) {
		l.kept[p.ID] = keptSplit{originShares(p.Amount, shares), reasonOf(held)}
	}
	return l.k.post(ctx, &back, l.parts, "")
}

// keptSplit is what persons had allocated of an entry that is restated.
type keptSplit struct {
	shares []reconcile.Share
	reason string // of what they excluded
}

// reasonOf is the last reason that was given for an exclusion.
func reasonOf(held []Allocation) (reason string) {
	for _, a := range held {
		if a.ProjectID == 0 && a.Reason != "" {
			reason = a.Reason
		}
	}
	return reason
}

// keptByHand tells whether a person decided where an entry belongs: that holds for what restates it. What rules decided they decide again.
func keptByHand(p *Posting, held []Allocation) bool {
	return slices.ContainsFunc(held, func(a Allocation) bool {
		return a.Method == MethodManual || a.Method == MethodReverse || a.Method == MethodInherited && p.Origin == 0
	})
}
