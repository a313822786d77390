package finance

import (
	"context"
	"testing"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// TestConfirmationIsOfWhatWasSeen holds that who agrees to what a preview withdraws agrees to no more, whatever was booked since.
func TestConfirmationIsOfWhatWasSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		one, two, three, four := mandat{no: "1", amount: 100}, mandat{no: "2", amount: 200}, mandat{no: "3", amount: 300}, mandat{no: "4", amount: 400}
		d.imports("a.csv", export(one, two), year2026)
		id := d.stageFor("b.csv", export(one), year2026)
		preview := func() Withdrawn {
			t.Helper()
			f, err := d.service.Preview(ctx, anne, id)
			if err != nil {
				t.Fatal(err)
			}
			return f.Report.Preview.Withdrawals
		}
		if w := preview(); w.Lines != 1 || !w.Confirm {
			t.Fatalf("the preview withdraws %+v", w)
		}
		d.imports("c.csv", export(one, two, three, four), year2026)
		d.expectFault(d.bookKept(ctx, anne, id, true), fault.KindConflict, "import.withdrawals")
		if s := d.standing(); s.Total != 1000 {
			t.Fatalf("the books hold %+v", s)
		}
		if w := preview(); w.Lines != 3 {
			t.Fatalf("the next preview withdraws %+v", w)
		}
		if err := d.bookKept(ctx, anne, id, true); err != nil {
			t.Fatal(err)
		}
		if s := d.standing(); s.Total != 100 {
			t.Errorf("the books hold %+v", s)
		}
	})
}

// TestBookingOfWhatWasSeen holds that a file is booked as the preview read it, or not at all.
func TestBookingOfWhatWasSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		id := d.stageFor("a.csv", export(fiveLines()...), nil)
		seen := d.file(id).Version
		narrower := &ledgerfile.Coverage{Kind: ledgerfile.CoverageSnapshot, From: civil.D(2026, 1, 1), To: civil.D(2026, 1, 31)}
		if err := d.service.SetProfile(ctx, anne, id, seen, generic(t), narrower); err != nil {
			t.Fatal(err)
		}
		_, err := d.service.StartBooking(ctx, anne, id, seen)
		d.expectFault(err, fault.KindStale, "import_file.stale")
		if f := d.file(id); f.State != FileStaged {
			t.Errorf("the file is %s", f.State)
		}
	})
}

// TestBookingThatNobodyEnds holds that a file whose booking broke off can be booked or dropped again once its lease ran out.
func TestBookingThatNobodyEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		id := d.stageFor("a.csv", export(fiveLines()...), nil)
		if _, err := d.service.StartBooking(ctx, anne, id, d.file(id).Version); err != nil {
			t.Fatal(err)
		}
		if f := d.file(id); f.State != FileBooking {
			t.Errorf("the file is %s while it is being booked", f.State)
		}
		d.expectFault(d.service.DropFile(ctx, anne, id, d.file(id).Version), fault.KindConflict, "import.booking")
		d.clock.set(d.clock.now().Add(bookingLease + time.Minute))
		if f, err := d.service.Preview(ctx, anne, id); err != nil || f.State != FileStaged || f.Report.New != 5 {
			t.Errorf("after the lease the preview is %s, %+v, %v", f.State, f.Report, err)
		}
		page, err := d.service.Files(ctx, anne, d.org.ID, FileFilter{})
		if err != nil || len(page.Files) != 1 || page.Files[0].State != FileStaged {
			t.Errorf("the list shows %+v, %v", page.Files, err)
		}
		if err := d.service.DropFile(ctx, anne, id, d.file(id).Version); err != nil {
			t.Error(err)
		}
	})
}

// TestOwnProfileOfFile holds that a profile of one's own is kept and the file read by it, or neither.
func TestOwnProfileOfFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		id := d.stage("a.csv", export(fiveLines()...))
		version := d.file(id).Version
		own := generic(t)
		own.Name = "suite"
		kept := func() int {
			t.Helper()
			all, err := d.service.Profiles(ctx, anne, d.org.ID, ledgerfile.PurposeLedger)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, p := range all {
				if !p.BuiltIn {
					n++
				}
			}
			return n
		}
		d.expectFault(d.service.SetOwnProfile(ctx, anne, id, version-1, own, nil), fault.KindStale, "import_file.stale")
		backwards := &ledgerfile.Coverage{Kind: ledgerfile.CoverageSnapshot, From: civil.D(2026, 2, 1), To: civil.D(2026, 1, 31)}
		d.expectFault(d.service.SetOwnProfile(ctx, anne, id, version, own, backwards), fault.KindInvalid, "ledger.coverage")
		d.expectFault(d.service.SetOwnProfile(ctx, anne, id, version, generic(t), nil), fault.KindConflict, "import.profile_taken")
		if n := kept(); n != 0 {
			t.Fatalf("refused, %d profiles are kept", n)
		}
		if err := d.service.SetOwnProfile(ctx, anne, id, version, own, nil); err != nil {
			t.Fatal(err)
		}
		if f := d.file(id); f.Profile.Name != "suite" || f.Profile.Version != 1 || kept() != 1 {
			t.Errorf("the file is read by %s %d, %d profiles are kept", f.Profile.Name, f.Profile.Version, kept())
		}
	})
}
