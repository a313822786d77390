package finance

import (
	"context"

	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// ReallocateInput takes what a project holds of an entry back, or an amount of it, and gives it to others; without others it goes to the queue.
type ReallocateInput struct {
	Organisation int64
	Posting      PostingID
	From         portfolio.ProjectID // 0: what is excluded
	Held         money.Amount        // by From, as the person saw
	Amount       money.Amount        // 0: all of it
	Parts        []PartInput         // of the amount
	Exclude      bool                // in place of parts
	Reason       string
}

// validate reports every rule that the input breaks, whatever the entry; what moves needs a place to go.
func (in ReallocateInput) validate(moves bool) error {
	var f fault.Fields
	if moves && !in.Exclude || len(in.Parts) > 0 {
		checkParts(&f, in.Parts)
	}
	f.Check(len(in.Parts) == 0 || !in.Exclude, "parts", "allocation.exclude_parts")
	f.Check(in.From >= 0 && (in.From != 0 || !in.Exclude), "from", "allocation.same_place")
	f.Check(in.Held != 0, "held", "input.required")
	f.Check(in.Amount == 0 || (in.Amount < 0) == (in.Held < 0) && in.Amount.Abs() <= in.Held.Abs(), "amount", "allocation.beyond_held")
	for _, p := range in.Parts {
		f.Check(p.Project != in.From, "parts", "allocation.same_place")
	}
	checkReason(&f, "reason", in.Reason, true)
	return f.Err()
}

// Deallocate takes what a project holds of an entry, or what is excluded of it, back into the queue; corrections that inherited from it follow. Where else it might go is not asked.
func (s *Service) Deallocate(ctx context.Context, actor identity.Actor, in ReallocateInput) error {
	in.Parts, in.Exclude = nil, false
	return s.shift(ctx, actor, "allocation.take_back", in, in.validate(false))
}

// MoveAllocation gives what a project holds of an entry to others. Corrections that inherited from it follow.
func (s *Service) MoveAllocation(ctx context.Context, actor identity.Actor, in ReallocateInput) error {
	return s.shift(ctx, actor, "allocation.move", in, in.validate(true))
}

func (s *Service) shift(ctx context.Context, actor identity.Actor, name string, in ReallocateInput, valid error) error {
	a := act{name: name, noun: "posting", id: int64(in.Posting)}
	return s.reconcile(ctx, actor, in.Organisation, a, valid, batchRow{Kind: BatchMove, Reason: in.Reason}, func(ctx context.Context, k *booking) (trace, error) {
		l, err := k.line(ctx, in.Posting)
		if err != nil {
			return trace{}, err
		}
		if l.of(in.From) != in.Held {
			return trace{}, fault.Stale("posting", int64(in.Posting))
		}
		m := shift{from: in.From, held: in.Held, amount: in.Amount, reason: in.Reason}
		if m.amount == 0 {
			m.amount = in.Held
		}
		switch {
		case in.Exclude:
			m.to = []Share{{Amount: m.amount}}
		case len(in.Parts) > 0:
			if m.to, err = sharesOfParts(m.amount, in.Parts); err != nil {
				return trace{}, err
			}
		}
		if err := k.place(ctx, l, m.allocations(l, m.amount, m.to, MethodReverse, MethodManual)); err != nil {
			return trace{}, err
		}
		t := k.trace(l, in.Reason)
		if t.Followed, err = k.follow(ctx, l.ID, m); err != nil {
			return trace{}, err
		}
		return trace{details: t}, nil
	})
}

// shift is what is taken from a target of an entry, and where it goes.
type shift struct {
	from         portfolio.ProjectID
	held, amount money.Amount // what the target held, and how much of it moves
	to           []Share
	reason       string
}

// allocations takes an amount back from the target and gives it to others.
func (m shift) allocations(l *ledgerLine, amount money.Amount, to []Share, back, forth Method) []Allocation {
	return append(taken(l.held, m.from, amount, back, m.reason), allocationsOf(to, Allocation{Method: forth, Reason: m.reason})...)
}

// follow moves what corrections of an entry inherited from the target, in the proportion in which the entry moved: else a project that no longer has the
// entry would keep the negative amounts that reduce it. Corrections that somebody allocated by hand stay where they are. It gives how many moved.
func (k *booking) follow(ctx context.Context, origin PostingID, m shift) (int, error) {
	corrections, err := findCorrections(ctx, k.tx, k.Organisation.ID, []PostingID{origin})
	if err != nil || len(corrections) == 0 {
		return 0, err
	}
	ids := make([]PostingID, len(corrections))
	for i := range corrections {
		ids[i] = corrections[i].ID
	}
	held, err := findAllocations(ctx, k.tx, k.Organisation.ID, ids)
	if err != nil {
		return 0, err
	}
	moved := 0
	for _, c := range corrections {
		l := newLine(c, held[c.ID])
		share := l.of(m.from)
		if share == 0 || handmade(l.held) {
			continue
		}
		if rest := m.held - m.amount; rest != 0 {
			share = share.Split([]int64{int64(m.amount.Abs()), int64(rest.Abs())})[0]
		}
		var to []Share
		for _, s := range reconcile.Inherit(share, originShares(m.amount, m.to)) {
			if s.Project != reconcile.Unallocated && s.Amount != 0 {
				to = append(to, Share{projectOf(s.Project), s.Amount})
			}
		}
		if err := k.place(ctx, l, m.allocations(l, share, to, MethodInherited, MethodInherited)); err != nil {
			return moved, err
		}
		moved++
	}
	return moved, nil
}

// handmade tells whether a person allocated something of an entry, or took it back.
func handmade(held []Allocation) bool {
	for _, a := range held {
		if a.Method == MethodManual || a.Method == MethodReverse {
			return true
		}
	}
	return false
}
