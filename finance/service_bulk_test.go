package finance

import (
	"context"
	"testing"

	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func (d *desk) previewBulk(in BulkInput) BulkPreview {
	d.Helper()
	in.Organisation = d.org.ID
	got, err := d.service.BulkPreview(context.Background(), operator, in)
	if err != nil {
		d.Fatal(err)
	}
	return got
}

func (d *desk) applyBulk(in BulkInput, token string) (int64, error) {
	in.Organisation = d.org.ID
	return d.service.BulkApply(context.Background(), operator, in, token)
}

func TestBulkToOneProject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		a, b := d.newPosting(nil), d.newPosting(func(p *Posting) { p.Amount = -euros(2_000) })
		done := d.newPosting(nil, Allocation{ProjectID: d.projects["P2"], Amount: euros(12_000), Method: MethodRule})
		in := BulkInput{Postings: []PostingID{b.ID, a.ID, a.ID, done.ID}, Project: d.projects["P1"], Reason: "même marché"}
		seen := d.previewBulk(in)
		if seen.Count != 2 || seen.Sum != euros(10_000) || seen.Gross != euros(14_000) || seen.Skipped != 1 || len(seen.Projects) != 1 || seen.Projects[0].Sum != euros(10_000) || len(seen.Lines) != 2 {
			t.Fatalf("previewed %+v", seen)
		}
		// Somebody was faster with one of the lines.
		if err := d.allocate(a.ID, a.Amount, PartInput{Project: d.projects["P2"], Amount: euros(1)}); err != nil {
			t.Fatal(err)
		}
		_, err := d.applyBulk(in, seen.Token)
		d.expectFault(err, fault.KindStale, "queue.stale")
		d.expectStanding(b.ID, "queue=-2000.00")
		batch, err := d.applyBulk(in, d.previewBulk(in).Token)
		if err != nil {
			t.Fatal(err)
		}
		d.expectStanding(a.ID, "P1=11999.00 P2=1.00")
		d.expectStanding(b.ID, "P1=-2000.00")
		if got, err := d.service.Batch(ctx, operator, d.org.ID, batch); err != nil || got.Count != 2 || !got.Undoable || got.Reason != "même marché" {
			t.Errorf("batch %+v, %v", got, err)
		}
		undo, err := d.service.Undo(ctx, operator, d.org.ID, batch)
		if err != nil {
			t.Fatal(err)
		}
		d.expectStanding(a.ID, "P2=1.00 queue=11999.00")
		d.expectStanding(b.ID, "queue=-2000.00")
		_, err = d.service.Undo(ctx, operator, d.org.ID, batch)
		d.expectFault(err, fault.KindConflict, "batch.undone")
		_, err = d.service.Undo(ctx, operator, d.org.ID, undo)
		d.expectFault(err, fault.KindConflict, "batch.not_undoable")
		if got, err := d.service.Batch(ctx, operator, d.org.ID, batch); err != nil || got.UndoneBy != undo || got.Undoable {
			t.Errorf("batch that was undone %+v, %v", got, err)
		}
		d.expectFault(second(d.service.Undo(ctx, operator, d.org.ID, 999_999)), fault.KindNotFound, "batch.not_found")
		for name, bad := range map[string]BulkInput{"nothing to do": {Project: d.projects["P1"]}, "out without a reason": {Postings: in.Postings, Exclude: true}, "two things": {Postings: in.Postings, Exclude: true, Project: 1, Reason: "x"}} {
			bad.Organisation = d.org.ID
			if _, err := d.service.BulkPreview(ctx, operator, bad); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = d.service.BulkPreview(ctx, operator, BulkInput{Organisation: d.org.ID, Postings: in.Postings, Project: 999_999})
		d.expectFault(err, fault.KindNotFound, "project.not_found")
		empty := BulkInput{Postings: []PostingID{done.ID}, Project: d.projects["P1"]}
		_, err = d.applyBulk(empty, d.previewBulk(empty).Token)
		d.expectFault(err, fault.KindConflict, "allocation.bulk_empty")
	})
}

func second(_ int64, err error) error { return err }

func TestUndoNamesWhatChangedSince(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		a, b := d.newPosting(nil), d.newPosting(func(p *Posting) { p.DocNo = "2026-832" })
		in := BulkInput{Postings: []PostingID{a.ID, b.ID}, Exclude: true, Reason: "hors périmètre"}
		batch, err := d.applyBulk(in, d.previewBulk(in).Token)
		if err != nil {
			t.Fatal(err)
		}
		d.expectStanding(b.ID, "x=12000.00")
		if err := d.service.MoveAllocation(ctx, operator, ReallocateInput{Organisation: d.org.ID, Posting: b.ID, Held: b.Amount, Parts: []PartInput{{Project: d.projects["P1"], ShareBP: 10000}}, Reason: "en fait si"}); err != nil {
			t.Fatal(err)
		}
		err = second(d.service.Undo(ctx, operator, d.org.ID, batch))
		d.expectFault(err, fault.KindConflict, "batch.changed_since")
		if f := fault.As(err); len(f.Args) == 0 || f.Args[0] != "2026-832" {
			t.Errorf("the refusal names %v", f.Args)
		}
		if got, err := d.service.Batch(ctx, operator, d.org.ID, batch); err != nil || got.Undoable || got.Changed != b.ID {
			t.Errorf("batch %+v, %v", got, err)
		}
		d.expectStanding(a.ID, "x=12000.00")
		// The move itself can be undone, and then the batch is not the last word on the line either.
		moved := d.held(b.ID)[len(d.held(b.ID))-1].BatchID
		if _, err := d.service.Undo(ctx, operator, d.org.ID, moved); err != nil {
			t.Fatal(err)
		}
		d.expectStanding(b.ID, "x=12000.00")
		d.withdraw(a)
		d.expectFault(second(d.service.Undo(ctx, operator, d.org.ID, batch)), fault.KindConflict, "batch.changed_since")
		d.sound()
	})
}

func TestBulkTakesSuggestions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		rule := d.rule(reconcile.RankLabel, wholly(d.projects["P1"]), has(reconcile.FieldLabel, "maintenance"))
		other := d.rule(reconcile.RankSupplier, wholly(d.projects["P2"]), is(reconcile.FieldSupplierID, "98765432100011"))
		var lines []Posting
		for i := range 4 {
			lines = append(lines, d.newPosting(func(p *Posting) { p.Amount = euros(int64(100 + i)) }))
		}
		theirs := d.newPosting(func(p *Posting) { p.Supplier = "98765432100011" }) // two rules: the surer one suggests
		unknown := d.newPosting(func(p *Posting) { p.Label = "Formation" })
		known := d.newPosting(nil)
		if err := d.service.Accept(ctx, operator, AcceptInput{Organisation: d.org.ID, Posting: known.ID, Residual: known.Amount, Reason: "litige"}); err != nil {
			t.Fatal(err)
		}
		if all := d.previewBulk(BulkInput{}); all.Count != 5 || len(all.Projects) != 2 {
			t.Errorf("all suggestions: %+v", all)
		}
		in := BulkInput{Rule: rule}
		seen := d.previewBulk(in)
		if seen.Count != 4 || seen.Sum != euros(406) || seen.Lines[0].Rule.ID != rule || seen.More {
			t.Fatalf("suggestions of the rule: %+v", seen)
		}
		if strict := d.previewBulk(BulkInput{Rule: rule, MinScore: 99}); strict.Count != 0 {
			t.Errorf("sure suggestions of the rule: %+v", strict)
		}
		if ticked := d.previewBulk(BulkInput{Postings: []PostingID{lines[0].ID, unknown.ID}}); ticked.Count != 1 || ticked.Skipped != 1 {
			t.Errorf("ticked lines: %+v", ticked)
		}
		if err := d.service.RetireRule(ctx, operator, d.org.ID, other, 1, "test"); err != nil {
			t.Fatal(err)
		}
		_, err := d.applyBulk(in, seen.Token) // the fifth line has become the rule's
		d.expectFault(err, fault.KindStale, "queue.stale")
		batch, err := d.applyBulk(in, d.previewBulk(in).Token)
		if err != nil {
			t.Fatal(err)
		}
		d.expectStanding(theirs.ID, "P1=12000.00")
		if r := d.ruleDetail(rule); r.Confirmed != 5 || r.Used.Lines != 5 {
			t.Errorf("the rule is confirmed %d times, used %+v", r.Confirmed, r.Used)
		}
		if _, err := d.service.Undo(ctx, operator, d.org.ID, batch); err != nil {
			t.Fatal(err)
		}
		if r := d.ruleDetail(rule); r.Confirmed != 0 || r.Used.Lines != 0 {
			t.Errorf("after the undoing the rule is confirmed %d times, used %+v", r.Confirmed, r.Used)
		}
		d.expectStanding(theirs.ID, "queue=12000.00")
		d.expectStanding(unknown.ID, "queue=12000.00")
	})
}
