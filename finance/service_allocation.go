package finance

import (
	"cmp"
	"context"

	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// AllocateInput gives what is left of a line to projects. Residual is what the person saw: when it is not so any more, somebody else was faster.
type AllocateInput struct {
	Organisation int64
	Posting      PostingID
	Residual     money.Amount
	Parts        []PartInput // shares below the whole leave the rest in the queue
	Reason       string
}

// Validate reports every rule that the input breaks, whatever the line.
func (in AllocateInput) Validate() error {
	var f fault.Fields
	checkParts(&f, in.Parts)
	checkReason(&f, "reason", in.Reason, false)
	return f.Err()
}

// ExcludeInput takes what is left of a line, or an amount of it, out of the scope.
type ExcludeInput struct {
	Organisation int64
	Posting      PostingID
	Residual     money.Amount // that the person saw
	Amount       money.Amount // 0: all that is left
	Reason       string
}

// Validate reports every rule that the input breaks, whatever the line.
func (in ExcludeInput) Validate() error {
	var f fault.Fields
	checkReason(&f, "reason", in.Reason, true)
	f.Check(in.Amount.Abs() <= maxAllocated, "amount", "allocation.part_large")
	return f.Err()
}

// TakeInput takes a suggestion for what is left of a line, as Queue named it.
type TakeInput struct {
	Organisation int64
	Posting      PostingID
	Residual     money.Amount // that the person saw
	Suggestion   string
}

// AcceptInput leaves a line in the queue as known, or takes that back.
type AcceptInput struct {
	Organisation int64
	Posting      PostingID
	Residual     money.Amount // that the person saw
	Reason       string
}

// ledgerLine is a live entry with what it is allocated to, under the lock of the books.
type ledgerLine struct {
	Posting
	held   []Allocation
	shares []Share
	left   money.Amount
}

// line loads an entry that somebody allocates. What was reversed holds nothing any more.
func (k *booking) line(ctx context.Context, id PostingID) (*ledgerLine, error) {
	p, err := findPosting(ctx, k.tx, k.Organisation.ID, id)
	if err != nil {
		return nil, err
	}
	if !p.Live {
		return nil, fault.Conflict("allocation.not_live", cmp.Or(p.DocNo, p.KeyText))
	}
	held, err := findAllocations(ctx, k.tx, k.Organisation.ID, []PostingID{id})
	if err != nil {
		return nil, err
	}
	return newLine(p, held[id]), nil
}

func newLine(p Posting, held []Allocation) *ledgerLine {
	l := &ledgerLine{Posting: p, held: held, shares: sharesOf(held)}
	l.left = residual(&l.Posting, l.shares)
	return l
}

// waiting is line for one of which the person saw so much left.
func (k *booking) waiting(ctx context.Context, id PostingID, seen money.Amount) (*ledgerLine, error) {
	l, err := k.line(ctx, id)
	if err == nil && (l.left != seen || seen == 0) {
		return nil, fault.Stale("posting", int64(id))
	}
	return l, err
}

// of is what a target holds of the line.
func (l *ledgerLine) of(target portfolio.ProjectID) money.Amount {
	for _, s := range l.shares {
		if s.ProjectID == target {
			return s.Amount
		}
	}
	return 0
}

// place books allocations of a line, and keeps the line in step.
func (k *booking) place(ctx context.Context, l *ledgerLine, parts []Allocation) error {
	for _, a := range parts {
		if a.ProjectID != 0 && k.roadmaps[a.ProjectID] == 0 {
			return fault.NotFound("project", int64(a.ProjectID))
		}
	}
	if err := k.reallot(ctx, &l.Posting, l.held, parts); err != nil {
		return err
	}
	*l = *newLine(l.Posting, append(l.held, parts...))
	return nil
}

// allocationsOf makes allocations of shares.
func allocationsOf(shares []Share, like Allocation) []Allocation {
	out := make([]Allocation, len(shares))
	for i, s := range shares {
		out[i] = like
		out[i].ProjectID, out[i].Amount = s.ProjectID, s.Amount
	}
	return out
}

// reconcileTrace is what the trail keeps of an act on one line: where it stands now, and why.
type reconcileTrace struct {
	Amount     money.Amount `json:"amount"`
	Left       money.Amount `json:"left"`
	Shares     []heldTrace  `json:"shares"`
	Reason     string       `json:"reason,omitempty"`
	Suggestion string       `json:"suggestion,omitempty"`
	Followed   int          `json:"followed,omitempty"` // corrections that went with it
	Batch      int64        `json:"batch,omitempty"`
}

type heldTrace struct {
	Project portfolio.ProjectID `json:"project,omitempty"` // none: excluded
	Amount  money.Amount        `json:"amount"`
}

func (k *booking) trace(l *ledgerLine, reason string) reconcileTrace {
	t := reconcileTrace{Amount: l.Amount, Left: l.left, Shares: []heldTrace{}, Reason: reason, Batch: k.batch}
	for _, s := range l.shares {
		t.Shares = append(t.Shares, heldTrace{s.ProjectID, s.Amount})
	}
	return t
}

// reconcile is a use case that allocates: permission, input, then the work in the books.
func (s *Service) reconcile(ctx context.Context, actor identity.Actor, organisation int64, a act, valid error, batch batchRow, work func(ctx context.Context, k *booking) (trace, error)) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	a.permission = identity.PermReconcile
	if err := seeOrganisation(actor, a.permission, organisation); err != nil {
		return err
	}
	if valid != nil {
		return valid
	}
	return s.book(ctx, actor, organisation, a, batch, work)
}

// Allocate gives what is left of a line to projects. Of two people on one line the first one wins; the other is told.
func (s *Service) Allocate(ctx context.Context, actor identity.Actor, in AllocateInput) error {
	a := act{name: "allocation.book", noun: "posting", id: int64(in.Posting)}
	return s.reconcile(ctx, actor, in.Organisation, a, in.Validate(), batchRow{Kind: BatchManual, Reason: in.Reason}, func(ctx context.Context, k *booking) (trace, error) {
		l, err := k.waiting(ctx, in.Posting, in.Residual)
		if err != nil {
			return trace{}, err
		}
		shares, err := sharesOfParts(l.left, in.Parts)
		if err != nil {
			return trace{}, err
		}
		if err := k.place(ctx, l, allocationsOf(shares, Allocation{Method: MethodManual, Reason: in.Reason})); err != nil {
			return trace{}, err
		}
		return trace{details: k.trace(l, in.Reason)}, nil
	})
}

// Exclude takes what is left of a line out of the scope: it is no cost of a project.
func (s *Service) Exclude(ctx context.Context, actor identity.Actor, in ExcludeInput) error {
	a := act{name: "allocation.exclude", noun: "posting", id: int64(in.Posting)}
	return s.reconcile(ctx, actor, in.Organisation, a, in.Validate(), batchRow{Kind: BatchManual, Reason: in.Reason}, func(ctx context.Context, k *booking) (trace, error) {
		l, err := k.waiting(ctx, in.Posting, in.Residual)
		if err != nil {
			return trace{}, err
		}
		amount := in.Amount
		if amount == 0 {
			amount = l.left
		}
		if (amount < 0) != (l.left < 0) || amount.Abs() > l.left.Abs() {
			return trace{}, fault.Invalid("allocation.beyond_left")
		}
		if err := k.place(ctx, l, []Allocation{{Amount: amount, Method: MethodManual, Reason: in.Reason}}); err != nil {
			return trace{}, err
		}
		return trace{details: k.trace(l, in.Reason)}, nil
	})
}

// TakeSuggestion does with what is left of a line what was suggested for it. A rule that only suggests is confirmed by it. What is not suggested any more is
// refused as stale.
func (s *Service) TakeSuggestion(ctx context.Context, actor identity.Actor, in TakeInput) error {
	a := act{name: "allocation.take", noun: "posting", id: int64(in.Posting)}
	return s.reconcile(ctx, actor, in.Organisation, a, nil, batchRow{Kind: BatchManual}, func(ctx context.Context, k *booking) (trace, error) {
		l, err := k.waiting(ctx, in.Posting, in.Residual)
		if err != nil {
			return trace{}, err
		}
		m, err := s.suggest.of(ctx, k.tx, k.books)
		if err != nil {
			return trace{}, err
		}
		origins, err := findOrigins(ctx, k.tx, k.Organisation.ID, []*Posting{&l.Posting})
		if err != nil {
			return trace{}, err
		}
		for _, c := range m.Explain(factsOf(&l.Posting), origins[l.ID]).Candidates {
			if suggestionKey(c) != in.Suggestion {
				continue
			}
			parts, err := taking(c, l)
			if err != nil {
				return trace{}, err
			}
			if err := k.place(ctx, l, parts); err != nil {
				return trace{}, err
			}
			t := k.trace(l, c.Reason)
			t.Suggestion = in.Suggestion
			return trace{details: t}, k.confirmed(ctx, c.Rule, 1)
		}
		return trace{}, fault.Stale("suggestion", int64(in.Posting))
	})
}

// taking is what a candidate books of what is left of a line. It is by hand that it is booked: a person answers for it.
func taking(c reconcile.Candidate, l *ledgerLine) ([]Allocation, error) {
	shares, err := sharesBy(c, l.left, l.YearID)
	if err != nil {
		return nil, err
	}
	like := Allocation{Method: MethodManual, Reason: c.Reason}
	if c.Rule.ID != 0 {
		like.RuleID, like.RuleVersion = c.Rule.ID, int64(c.Rule.Version)
	}
	return allocationsOf(shares, like), nil
}

// confirmed counts what was taken of the suggestions of a rule that only suggests.
func (k *booking) confirmed(ctx context.Context, rule reconcile.RuleRef, times int) error {
	if rule.ID == 0 || rule.Rank.Books() {
		return nil
	}
	return confirmRule(ctx, k.tx, k.Organisation.ID, rule, times)
}

// Accept leaves a line in the queue as known, with the reason; it no longer waits for anybody.
func (s *Service) Accept(ctx context.Context, actor identity.Actor, in AcceptInput) error {
	var f fault.Fields
	checkReason(&f, "reason", in.Reason, true)
	return s.setState(ctx, actor, "queue.accept", in, f.Err(), func(ctx context.Context, tx database.Conn) error {
		return acceptOpen(ctx, tx, in, actor.Name, s.now())
	})
}

// Reopen lets an accepted line wait again.
func (s *Service) Reopen(ctx context.Context, actor identity.Actor, in AcceptInput) error {
	in.Reason = ""
	return s.setState(ctx, actor, "queue.reopen", in, nil, func(ctx context.Context, tx database.Conn) error {
		return reopenOpen(ctx, tx, in)
	})
}

func (s *Service) setState(ctx context.Context, actor identity.Actor, name string, in AcceptInput, valid error, set func(context.Context, database.Conn) error) error {
	if err := seeOrganisation(actor, identity.PermReconcile, in.Organisation); err != nil {
		return err
	}
	if valid != nil {
		return valid
	}
	a := act{name: name, permission: identity.PermReconcile, noun: "posting", id: int64(in.Posting)}
	return s.change(ctx, actor, in.Organisation, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		if _, err := findPosting(ctx, tx, in.Organisation, in.Posting); err != nil {
			return trace{}, err
		}
		if err := set(ctx, tx); err != nil {
			return trace{}, err
		}
		return trace{details: reconcileTrace{Left: in.Residual, Shares: []heldTrace{}, Reason: in.Reason}}, nil
	})
}
