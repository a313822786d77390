package finance

import (
	"context"
	"testing"

	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func (d *desk) rerun(year int64) RerunPreview {
	d.Helper()
	ctx := context.Background()
	seen, err := d.service.RerunPreview(ctx, operator, d.org.ID, year)
	if err != nil {
		d.Fatal(err)
	}
	if len(seen.Examples) == 0 {
		_, err := d.service.RerunRules(ctx, operator, d.org.ID, year, seen.Token)
		d.expectFault(err, fault.KindConflict, "allocation.rerun_empty")
		return seen
	}
	if _, err := d.service.RerunRules(ctx, operator, d.org.ID, year, seen.Token); err != nil {
		d.Fatal(err)
	}
	return seen
}

func TestRerunRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2", "P3")
		p1, p2 := d.projects["P1"], d.projects["P2"]
		id := d.rule(reconcile.RankContract, wholly(p1), is(reconcile.FieldContract, "M1"))
		of := func(contract string) func(*Posting) { return func(p *Posting) { p.Contract = contract } }
		byRule := d.newPosting(of("M1"), Allocation{ProjectID: p1, Amount: euros(12_000), Method: MethodRule, RuleID: id, RuleVersion: 1})
		byHand := d.newPosting(of("M1"), Allocation{ProjectID: p1, Amount: euros(12_000), Method: MethodManual})
		partly := d.newPosting(of("M1"), Allocation{ProjectID: d.projects["P3"], Amount: euros(1), Method: MethodManual})
		waiting := d.newPosting(of("M1"))
		known := d.newPosting(of("M1"))
		gone := d.newPosting(of("M9"), Allocation{ProjectID: p1, Amount: euros(12_000), Method: MethodRule, RuleID: id, RuleVersion: 1})
		order := d.newPosting(func(p *Posting) { p.OrderOp = true }, Allocation{Amount: euros(12_000), Method: MethodRule, RuleVersion: 1, Reason: reconcile.ReasonOrderOp})
		closed := d.newPosting(func(p *Posting) { p.Contract, p.DocOn = "M1", day("2026-01-15") })
		less := d.newPosting(func(p *Posting) { p.Amount, p.Origin = -euros(2_000), byRule.ID }, Allocation{ProjectID: p1, Amount: -euros(2_000), Method: MethodInherited})
		d.closePeriod(closed.At(), StateClosed)
		if err := d.service.Accept(ctx, operator, AcceptInput{Organisation: d.org.ID, Posting: known.ID, Residual: known.Amount, Reason: "litige"}); err != nil {
			t.Fatal(err)
		}
		year := byRule.YearID
		// The rule says something else from now on; nothing moves by itself.
		if _, err := d.service.SaveRule(ctx, operator, RuleInput{Organisation: d.org.ID, ID: id, Version: 1, Name: "split", Rank: reconcile.RankContract, When: []reconcile.Condition{is(reconcile.FieldContract, "M1")},
			Then: reconcile.Action{Parts: []reconcile.Part{{Project: int64(p1), ShareBP: 5000}, {Project: int64(p2), ShareBP: 5000}}}}); err != nil {
			t.Fatal(err)
		}
		if err := d.service.ActivateRule(ctx, operator, d.org.ID, id, 2); err != nil {
			t.Fatal(err)
		}
		d.expectStanding(byRule.ID, "P1=12000.00")
		seen, err := d.service.RerunPreview(ctx, operator, d.org.ID, year)
		if err != nil {
			t.Fatal(err)
		}
		volume := func(lines int, sum int64) reconcile.Volume { return reconcile.Volume{Lines: lines, Sum: euros(sum)} }
		if seen.New != volume(1, 12_000) || seen.Moved != volume(2, 10_000) || seen.Returned != volume(1, 12_000) || len(seen.Examples) != 4 {
			t.Errorf("the run would: new %+v, moved %+v, returned %+v, %d lines", seen.New, seen.Moved, seen.Returned, len(seen.Examples))
		}
		d.expectStanding(byRule.ID, "P1=12000.00")
		_, err = d.service.RerunRules(ctx, operator, d.org.ID, year, "something else")
		d.expectFault(err, fault.KindStale, "queue.stale")
		batch, err := d.service.RerunRules(ctx, operator, d.org.ID, year, seen.Token)
		if err != nil {
			t.Fatal(err)
		}
		stands := func(when string) {
			t.Helper()
			for id, want := range map[PostingID]string{byRule.ID: "P1=6000.00 P2=6000.00", waiting.ID: "P1=6000.00 P2=6000.00", gone.ID: "queue=12000.00", less.ID: "P1=-1000.00 P2=-1000.00",
				byHand.ID: "P1=12000.00", partly.ID: "P3=1.00 queue=11999.00", known.ID: "queue=12000.00", order.ID: "x=12000.00", closed.ID: "queue=12000.00"} {
				if got := d.allotted(id); got != want && got != want+" " {
					t.Errorf("%s: %d stands as %q, want %q", when, id, got, want)
				}
			}
			d.sound()
		}
		stands("after the run")
		if used := d.ruleDetail(id).Used; used != (Usage{2, euros(24_000)}) {
			t.Errorf("the rule is used %+v", used)
		}
		if again := d.rerun(year); len(again.Examples) != 0 {
			t.Errorf("a second run would change %+v", again)
		}
		if _, err := d.service.Undo(ctx, operator, d.org.ID, batch); err != nil {
			t.Fatal(err)
		}
		d.expectStanding(byRule.ID, "P1=12000.00")
		d.expectStanding(less.ID, "P1=-2000.00")
		d.expectStanding(waiting.ID, "queue=12000.00")
		d.rerun(year)
		stands("after another run")
		_, err = d.service.RerunPreview(ctx, operator, d.org.ID, 999_999)
		d.expectFault(err, fault.KindNotFound, "fiscal_year.not_found")
	})
}
