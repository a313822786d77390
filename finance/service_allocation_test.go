package finance

import (
	"context"
	"strings"
	"sync"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

func (d *desk) allocate(p PostingID, residual money.Amount, parts ...PartInput) error {
	return d.service.Allocate(context.Background(), operator, AllocateInput{Organisation: d.org.ID, Posting: p, Residual: residual, Parts: parts, Reason: "seen"})
}

func TestAllocate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1", "P2", "P3")
		p1, p2, p3 := d.projects["P1"], d.projects["P2"], d.projects["P3"]
		tests := []struct {
			name   string
			amount money.Amount
			parts  []PartInput
			want   string
		}{
			{"all to one", euros(100), []PartInput{{Project: p1, ShareBP: 10000}}, "P1=100.00"},
			{"largest remainder", euros(100), []PartInput{{Project: p1, ShareBP: 3334}, {Project: p2, ShareBP: 3333}, {Project: p3, ShareBP: 3333}}, "P1=33.34 P2=33.33 P3=33.33"},
			{"an amount, then shares of the rest", euros(100), []PartInput{{Project: p1, Amount: euros(40)}, {Project: p2, ShareBP: 5000}, {Project: p3, ShareBP: 5000}}, "P1=40.00 P2=30.00 P3=30.00"},
			{"the rest stays", euros(100), []PartInput{{Project: p1, ShareBP: 2500}}, "P1=25.00 queue=75.00"},
			{"a credit", -euros(100), []PartInput{{Project: p1, Amount: -euros(60)}, {Project: p2, ShareBP: 10000}}, "P1=-60.00 P2=-40.00"},
			{"a cent between two", 1, []PartInput{{Project: p1, ShareBP: 5000}, {Project: p2, ShareBP: 5000}}, "P1=0.01"},
		}
		for _, tc := range tests {
			t.Run(tc.name, func(t *testing.T) {
				d := *d
				d.T = t
				p := d.newPosting(func(p *Posting) { p.Amount = tc.amount })
				if err := d.allocate(p.ID, tc.amount, tc.parts...); err != nil {
					t.Fatal(err)
				}
				d.expectStanding(p.ID, tc.want)
			})
		}
		p := d.newPosting(nil)
		refused := []struct {
			name  string
			seen  money.Amount
			parts []PartInput
			kind  fault.Kind
			key   string
		}{
			{"nothing", p.Amount, nil, fault.KindInvalid, ""},
			{"more than there is", p.Amount, []PartInput{{Project: p1, Amount: p.Amount + 1}}, fault.KindInvalid, "reconcile.split.fixed"},
			{"more than the whole", p.Amount, []PartInput{{Project: p1, ShareBP: 6000}, {Project: p2, ShareBP: 6000}}, fault.KindInvalid, "reconcile.split.too_much"},
			{"against the sign", p.Amount, []PartInput{{Project: p1, Amount: -1}}, fault.KindInvalid, "reconcile.split.sign"},
			{"one project twice", p.Amount, []PartInput{{Project: p1, ShareBP: 1}, {Project: p1, ShareBP: 1}}, fault.KindInvalid, ""},
			{"amount and share", p.Amount, []PartInput{{Project: p1, Amount: 1, ShareBP: 1}}, fault.KindInvalid, ""},
			{"an unknown project", p.Amount, []PartInput{{Project: 999_999, ShareBP: 10000}}, fault.KindNotFound, "project.not_found"},
			{"another residual than was seen", p.Amount - 1, []PartInput{{Project: p1, ShareBP: 10000}}, fault.KindStale, "posting.stale"},
		}
		for _, tc := range refused {
			t.Run(tc.name, func(t *testing.T) {
				d := *d
				d.T = t
				d.expectFault(d.allocate(p.ID, tc.seen, tc.parts...), tc.kind, tc.key)
				d.expectStanding(p.ID, "queue=12000.00")
			})
		}
		d.expectFault(d.allocate(999_999, 1, PartInput{Project: p1, ShareBP: 10000}), fault.KindNotFound, "posting.not_found")
	})
}

func TestExcludeAcceptReopen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		p := d.newPosting(nil)
		in := ExcludeInput{Organisation: d.org.ID, Posting: p.ID, Residual: p.Amount, Amount: euros(2_000)}
		d.expectFault(d.service.Exclude(ctx, operator, in), fault.KindInvalid, "input.invalid")
		in.Reason = "Fluides"
		if err := d.service.Exclude(ctx, operator, in); err != nil {
			t.Fatal(err)
		}
		d.expectStanding(p.ID, "x=2000.00 queue=10000.00")
		d.expectFault(d.service.Exclude(ctx, operator, in), fault.KindStale, "posting.stale")
		accept := AcceptInput{Organisation: d.org.ID, Posting: p.ID, Residual: euros(10_000)}
		d.expectFault(d.service.Accept(ctx, operator, accept), fault.KindInvalid, "input.invalid")
		accept.Reason = "Facture en litige"
		if err := d.service.Accept(ctx, operator, accept); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.service.Accept(ctx, operator, accept), fault.KindStale, "posting.stale")
		line, err := d.service.QueueLine(ctx, operator, d.org.ID, p.ID, QueueFilter{})
		if err != nil || line.State != StateAccepted || line.Reason != "Facture en litige" {
			t.Errorf("accepted line %q %q, %v", line.State, line.Reason, err)
		}
		if err := d.service.Reopen(ctx, operator, accept); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.service.Reopen(ctx, operator, accept), fault.KindStale, "posting.stale")
		if err := d.service.Accept(ctx, operator, accept); err != nil {
			t.Fatal(err)
		}
		// What is accepted may still be allocated, and what is then left waits again.
		if err := d.allocate(p.ID, euros(10_000), PartInput{Project: d.projects["P1"], Amount: euros(1)}); err != nil {
			t.Fatal(err)
		}
		if line, err = d.service.QueueLine(ctx, operator, d.org.ID, p.ID, QueueFilter{}); err != nil || line.State != StateOpen || line.Reason != "" {
			t.Errorf("line after a further allocation %q %q, %v", line.State, line.Reason, err)
		}
		d.expectStanding(p.ID, "x=2000.00 P1=1.00 queue=9999.00")
	})
}

func TestMoveAndTakeBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2", "P3")
		p1, p2, p3 := d.projects["P1"], d.projects["P2"], d.projects["P3"]
		// E6: a mandate that two projects share 60/40, and a reduction that inherited it.
		p := d.newPosting(func(p *Posting) { p.Amount = 3972475 }, Allocation{ProjectID: p1, Amount: 2383485, Method: MethodRule}, Allocation{ProjectID: p2, Amount: 1588990, Method: MethodRule})
		less := d.newPosting(func(q *Posting) { q.Amount, q.Origin = -472475, p.ID }, Allocation{ProjectID: p1, Amount: -283485, Method: MethodInherited}, Allocation{ProjectID: p2, Amount: -188990, Method: MethodInherited})
		byHand := d.newPosting(func(q *Posting) { q.Amount, q.Origin = -100, p.ID }, Allocation{ProjectID: p2, Amount: -100, Method: MethodManual})
		move := ReallocateInput{Organisation: d.org.ID, Posting: p.ID, From: p2, Held: 1588990, Parts: []PartInput{{Project: p3, ShareBP: 10000}}}
		d.expectFault(d.service.MoveAllocation(ctx, operator, move), fault.KindInvalid, "input.invalid")
		move.Reason = "lot 2"
		if err := d.service.MoveAllocation(ctx, operator, move); err != nil {
			t.Fatal(err)
		}
		d.expectStanding(p.ID, "P1=23834.85 P3=15889.90")
		d.expectStanding(less.ID, "P1=-2834.85 P3=-1889.90")
		d.expectStanding(byHand.ID, "P2=-1.00")
		d.expectFault(d.service.MoveAllocation(ctx, operator, move), fault.KindStale, "posting.stale")
		// Half of it again: the reduction follows in proportion.
		half := ReallocateInput{Organisation: d.org.ID, Posting: p.ID, From: p3, Held: 1588990, Amount: 794495, Parts: []PartInput{{Project: p2, ShareBP: 10000}}, Reason: "half"}
		if err := d.service.MoveAllocation(ctx, operator, half); err != nil {
			t.Fatal(err)
		}
		d.expectStanding(p.ID, "P1=23834.85 P2=7944.95 P3=7944.95")
		d.expectStanding(less.ID, "P1=-2834.85 P2=-944.95 P3=-944.95")
		back := ReallocateInput{Organisation: d.org.ID, Posting: p.ID, From: p1, Held: 2383485, Reason: "not theirs"}
		if err := d.service.Deallocate(ctx, operator, back); err != nil {
			t.Fatal(err)
		}
		d.expectStanding(p.ID, "P2=7944.95 P3=7944.95 queue=23834.85")
		d.expectStanding(less.ID, "P2=-944.95 P3=-944.95 queue=-2834.85")
		out := ReallocateInput{Organisation: d.org.ID, Posting: p.ID, From: p2, Held: 794495, Exclude: true, Reason: "hors périmètre"}
		if err := d.service.MoveAllocation(ctx, operator, out); err != nil {
			t.Fatal(err)
		}
		d.expectStanding(p.ID, "x=7944.95 P3=7944.95 queue=23834.85")
		for name, in := range map[string]ReallocateInput{
			"beyond what is held":  {From: p3, Held: 794495, Amount: 794496},
			"against the sign":     {From: p3, Held: 794495, Amount: -1},
			"from nothing":         {From: p1, Held: 0},
			"to itself":            {From: p3, Held: 794495, Parts: []PartInput{{Project: p3, ShareBP: 1}}},
			"excluded to excluded": {From: 0, Held: 794495, Exclude: true},
		} {
			in.Organisation, in.Posting, in.Reason = d.org.ID, p.ID, "wrong"
			if err := d.service.MoveAllocation(ctx, operator, in); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		d.expectStanding(p.ID, "x=7944.95 P3=7944.95 queue=23834.85")
	})
}

func TestReversedEntriesAreNotAllocated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		p := d.newPosting(nil)
		d.withdraw(p)
		d.expectFault(d.allocate(p.ID, p.Amount, PartInput{Project: d.projects["P1"], ShareBP: 10000}), fault.KindConflict, "allocation.not_live")
		d.expectFault(d.service.Exclude(ctx, operator, ExcludeInput{Organisation: d.org.ID, Posting: p.ID, Residual: p.Amount, Reason: "x"}), fault.KindConflict, "allocation.not_live")
		_, err := d.service.QueueLine(ctx, operator, d.org.ID, p.ID, QueueFilter{})
		d.expectFault(err, fault.KindNotFound, "posting.not_found")
		d.sound()
	})
}

// withdraw takes an entry back, as a file would that no longer holds it.
func (d *desk) withdraw(p Posting) {
	d.Helper()
	ctx := context.Background()
	id, err := d.service.reserve(ctx, 1)
	if err != nil {
		d.Fatal(err)
	}
	err = d.service.book(ctx, operator, d.org.ID, act{name: "test.withdraw", permission: identity.PermReconcile}, batchRow{Kind: BatchImport}, func(ctx context.Context, k *booking) (trace, error) {
		at, err := k.Booked(p.At())
		if err != nil {
			return trace{}, err
		}
		if err := unlive(ctx, k.tx, d.org.ID, []PostingID{p.ID}); err != nil {
			return trace{}, err
		}
		_, err = k.takeBack(ctx, &p, d.held(p.ID), p.Reversal(id, CauseWithdraw, 0, 0, at))
		return trace{details: "x"}, err
	})
	if err != nil {
		d.Fatal(err)
	}
}

// close closes a period without any certificate.
func (d *desk) closePeriod(at Slot, state string) {
	d.Helper()
	if _, err := d.db.Write().ExecContext(context.Background(), "UPDATE fiscal_period SET state = ? WHERE organisation_id = ? AND fiscal_year_id = ? AND number = ?", state, d.org.ID, at.Year, at.Period); err != nil {
		d.Fatal(err)
	}
}

func TestAllocationOfAClosedPeriodIsBookedLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		p := d.newPosting(nil)
		d.closePeriod(p.At(), StateClosed)
		if err := d.allocate(p.ID, p.Amount, PartInput{Project: d.projects["P1"], ShareBP: 10000}); err != nil {
			t.Fatal(err)
		}
		a := d.held(p.ID)[0]
		if a.BookedYearID != p.YearID || a.BookedPeriod != p.Period+1 {
			t.Errorf("booked in %d/%d, want the period after %d/%d", a.BookedYearID, a.BookedPeriod, p.YearID, p.Period)
		}
		d.expectStanding(p.ID, "P1=12000.00")
	})
}

func TestTwoOfficersOnOneLine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1", "P2")
		anne, paul := d.as(identity.RoleFinance, "anne"), d.as(identity.RoleFinance, "paul")
		for range 5 {
			p := d.newPosting(nil)
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i, who := range []identity.Actor{anne, paul} {
				project := d.projects[[]string{"P1", "P2"}[i]]
				wg.Go(func() {
					errs[i] = d.service.Allocate(context.Background(), who, AllocateInput{Organisation: d.org.ID, Posting: p.ID, Residual: p.Amount, Parts: []PartInput{{Project: project, ShareBP: 10000}}})
				})
			}
			wg.Wait()
			winner, loser := errs[0], errs[1]
			want := "P1=12000.00"
			if winner != nil {
				winner, loser, want = loser, winner, "P2=12000.00"
			}
			if winner != nil {
				t.Fatalf("nobody won: %v, %v", errs[0], errs[1])
			}
			d.expectFault(loser, fault.KindStale, "posting.stale")
			d.expectStanding(p.ID, want)
		}
	})
}

func TestReconcilingNeedsTheRight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		other := newDesk(t, db, "marne", "X1")
		p := d.newPosting(nil)
		year := p.YearID
		rule := RuleInput{Organisation: d.org.ID, Name: "r", Rank: 8, When: nil}
		acts := map[string]func(a identity.Actor) error{
			"allocate": func(a identity.Actor) error {
				return d.service.Allocate(ctx, a, AllocateInput{Organisation: d.org.ID, Posting: p.ID, Residual: p.Amount})
			},
			"exclude": func(a identity.Actor) error {
				return d.service.Exclude(ctx, a, ExcludeInput{Organisation: d.org.ID, Posting: p.ID})
			},
			"take": func(a identity.Actor) error {
				return d.service.TakeSuggestion(ctx, a, TakeInput{Organisation: d.org.ID, Posting: p.ID})
			},
			"accept": func(a identity.Actor) error {
				return d.service.Accept(ctx, a, AcceptInput{Organisation: d.org.ID, Posting: p.ID})
			},
			"reopen": func(a identity.Actor) error {
				return d.service.Reopen(ctx, a, AcceptInput{Organisation: d.org.ID, Posting: p.ID})
			},
			"move": func(a identity.Actor) error {
				return d.service.MoveAllocation(ctx, a, ReallocateInput{Organisation: d.org.ID, Posting: p.ID})
			},
			"take back": func(a identity.Actor) error {
				return d.service.Deallocate(ctx, a, ReallocateInput{Organisation: d.org.ID, Posting: p.ID})
			},
			"preview": func(a identity.Actor) error {
				_, err := d.service.BulkPreview(ctx, a, BulkInput{Organisation: d.org.ID, Rule: -1})
				return err
			},
			"bulk": func(a identity.Actor) error {
				_, err := d.service.BulkApply(ctx, a, BulkInput{Organisation: d.org.ID}, "")
				return err
			},
			"undo":          func(a identity.Actor) error { _, err := d.service.Undo(ctx, a, d.org.ID, 1); return err },
			"save rule":     func(a identity.Actor) error { _, err := d.service.SaveRule(ctx, a, rule); return err },
			"try rule":      func(a identity.Actor) error { _, err := d.service.TryRule(ctx, a, rule, year); return err },
			"activate rule": func(a identity.Actor) error { return d.service.ActivateRule(ctx, a, d.org.ID, 1, 1) },
			"retire rule":   func(a identity.Actor) error { return d.service.RetireRule(ctx, a, d.org.ID, 1, 1, "") },
			"propose rules": func(a identity.Actor) error { _, err := d.service.ProposeRules(ctx, a, d.org.ID, 999_999); return err },
			"rerun preview": func(a identity.Actor) error { _, err := d.service.RerunPreview(ctx, a, d.org.ID, 999_999); return err },
			"rerun": func(a identity.Actor) error {
				_, err := d.service.RerunRules(ctx, a, d.org.ID, 999_999, "")
				return err
			},
		}
		reads := map[string]func(a identity.Actor) error{
			"queue": func(a identity.Actor) error { _, err := d.service.Queue(ctx, a, d.org.ID, QueueFilter{}); return err },
			"queue line": func(a identity.Actor) error {
				_, err := d.service.QueueLine(ctx, a, d.org.ID, p.ID, QueueFilter{})
				return err
			},
			"rules":       func(a identity.Actor) error { _, err := d.service.Rules(ctx, a, d.org.ID); return err },
			"rule":        func(a identity.Actor) error { _, err := d.service.Rule(ctx, a, d.org.ID, 1); return err },
			"never fired": func(a identity.Actor) error { _, err := d.service.RulesNeverFired(ctx, a, d.org.ID); return err },
			"batch":       func(a identity.Actor) error { _, err := d.service.Batch(ctx, a, d.org.ID, 999_999); return err },
			"projects":    func(a identity.Actor) error { _, err := d.service.SuggestProjects(ctx, a, d.org.ID, "", 0); return err },
		}
		stranger, reader, narrow := other.as(identity.RoleFinance, "eve"), d.as(identity.RoleReader, "rita"), d.asOf(identity.RoleFinance, "nora", "")
		for name, do := range acts {
			if k := fault.KindOf(do(identity.Actor{})); k != fault.KindUnauthenticated {
				t.Errorf("%s by nobody: %v", name, k)
			}
			for who, a := range map[string]identity.Actor{"a stranger": stranger, "a reader": reader, "finance of a roadmap": narrow} {
				d.expectFault(do(a), fault.KindNotFound, "organisation.not_found")
				_ = who
			}
			d.expectFault(do(d.as(identity.RoleAdministrator, "ada")), fault.KindForbidden, "permission.denied")
			if err := do(d.as(identity.RoleFinance, "anne")); fault.KindOf(err) == fault.KindForbidden || err != nil && strings.HasPrefix(fault.As(err).Key, "organisation.") {
				t.Errorf("%s by finance: %v", name, err)
			}
		}
		for name, do := range reads {
			if k := fault.KindOf(do(identity.Actor{})); k != fault.KindUnauthenticated {
				t.Errorf("%s by nobody: %v", name, k)
			}
			for _, a := range []identity.Actor{stranger, reader, narrow} {
				d.expectFault(do(a), fault.KindNotFound, "organisation.not_found")
			}
			if err := do(d.as(identity.RoleAdministrator, "ada")); err != nil && strings.HasPrefix(fault.As(err).Key, "organisation.") {
				t.Errorf("%s by an administrator: %v", name, err)
			}
		}
		d.expectStanding(p.ID, "queue=12000.00")
	})
}

func TestNothingOfAnotherOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d, other := newDesk(t, db, "aube", "P1"), newDesk(t, db, "marne", "P1", "P2")
		mine := d.newPosting(nil)
		theirs := other.newPosting(func(p *Posting) { p.Amount = euros(7) })
		other.newPosting(func(p *Posting) { p.Flow = ledgerfile.FlowRevenue })
		anne := d.as(identity.RoleFinance, "anne")
		d.expectFault(d.service.Allocate(ctx, anne, AllocateInput{Organisation: d.org.ID, Posting: theirs.ID, Residual: theirs.Amount, Parts: []PartInput{{Project: d.projects["P1"], ShareBP: 10000}}}),
			fault.KindNotFound, "posting.not_found")
		d.expectFault(d.service.Allocate(ctx, anne, AllocateInput{Organisation: d.org.ID, Posting: mine.ID, Residual: mine.Amount, Parts: []PartInput{{Project: other.projects["P2"], ShareBP: 10000}}}),
			fault.KindNotFound, "project.not_found")
		page, err := d.service.Queue(ctx, anne, d.org.ID, QueueFilter{})
		if err != nil || page.Count != 1 || page.Sum != mine.Amount || len(page.Scope) != 1 || page.Scope[0].Total != mine.Amount || page.Scope[0].Delta() != 0 {
			t.Errorf("the queue holds %d lines of %d, scope %+v, %v", page.Count, page.Sum, page.Scope, err)
		}
		found, err := d.service.SuggestProjects(ctx, anne, d.org.ID, "", 0)
		if err != nil || len(found) != 1 || found[0].ID != d.projects["P1"] {
			t.Errorf("projects found: %+v, %v", found, err)
		}
		_, err = d.service.QueueLine(ctx, anne, d.org.ID, theirs.ID, QueueFilter{})
		d.expectFault(err, fault.KindNotFound, "posting.not_found")
		d.sound()
		other.sound()
	})
}
