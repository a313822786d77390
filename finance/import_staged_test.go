package finance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// stage keeps a file as the finance officer does.
func (d *desk) stage(name string, data []byte) FileID {
	d.Helper()
	id, err := d.service.StageFile(context.Background(), d.as(identity.RoleFinance, "anne"), d.org.ID, StageInput{Name: name, Purpose: ledgerfile.PurposeLedger, Body: bytes.NewReader(data)})
	if err != nil {
		d.Fatal(err)
	}
	return id
}

// stageFor keeps a file and says that it is read by generic-fr.
func (d *desk) stageFor(name string, data []byte, coverage *ledgerfile.Coverage) FileID {
	d.Helper()
	id := d.stage(name, data)
	if err := d.service.SetProfile(context.Background(), d.as(identity.RoleFinance, "anne"), id, d.file(id).Version, generic(d.T), coverage); err != nil {
		d.Fatal(err)
	}
	return id
}

func (d *desk) file(id FileID) File {
	d.Helper()
	f, err := d.service.File(context.Background(), d.as(identity.RoleFinance, "anne"), id)
	if err != nil {
		d.Fatal(err)
	}
	return f
}

func TestStagedFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		anne := d.as(identity.RoleFinance, "anne")
		lines := []mandat{{no: "1", amount: 100, operation: "P1"}, {no: "2", amount: 20, nature: "2051", on: "15/04/2026"}}
		id := d.stage("mandats.csv", export(lines...))
		if _, err := d.service.Preview(ctx, anne, id); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a preview without a profile: %v", err)
		}
		if err := d.bookKept(ctx, anne, id, false); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a booking without a profile: %v", err)
		}
		if s, err := d.service.SniffFile(ctx, anne, id); err != nil || s.Header != 1 {
			t.Errorf("sniffed %+v, %v", s, err)
		}
		f := d.file(id)
		err := d.service.SetProfile(ctx, anne, id, f.Version-1, generic(t), nil)
		d.expectFault(err, fault.KindStale, "import_file.stale")
		if err := d.service.SetProfile(ctx, anne, id, f.Version, generic(t), year2026); err != nil {
			t.Fatal(err)
		}
		f, err = d.service.Preview(ctx, anne, id)
		if err != nil {
			t.Fatal(err)
		}
		p := f.Report.Preview
		if f.Report.New != 2 || f.Report.Sum != 120 || f.Report.Allocated != 100 || f.Report.Unallocated != 20 || len(p.Periods) != 2 || len(p.Natures) != 2 || len(p.Projects) != 2 || p.Periods[0].Key != "2026·3" ||
			p.Projects[0].Key != "P1" || p.Projects[0].Sum != 100 || p.Projects[1].Key != "" || p.Outcomes[0].Lines != 2 {
			t.Errorf("the preview is %+v", f.Report)
		}
		if s := d.standing(); s != (standingSums{}) {
			t.Errorf("a preview booked %+v", s)
		}
		before := d.file(id).Version
		if again, err := d.service.Preview(ctx, anne, id); err != nil || again.Version != before {
			t.Errorf("a second preview worked again: version %d, then %d, %v", before, again.Version, err)
		}
		d.imports("other.csv", export(mandat{no: "3", amount: 1000}), nil) // the books change: what was previewed does not hold
		if again, err := d.service.Preview(ctx, anne, id); err != nil || again.Report.Withdrawn != 1 || !again.Report.Preview.Withdrawals.Confirm {
			t.Errorf("after another file the preview is %+v, %v", again.Report, err)
		}
		err = d.bookKept(ctx, anne, id, false)
		d.expectFault(err, fault.KindConflict, "import.withdrawals")
		if f := d.file(id); f.State != FileStaged || f.Report.Refused == nil || f.Report.Refused.Key != "import.withdrawals" || fault.KindOf(f.Report.Refused.Err()) != fault.KindConflict {
			t.Errorf("after the refusal it is %s, %+v", f.State, f.Report.Refused)
		}
		if err := d.bookKept(ctx, anne, id, true); err != nil {
			t.Fatal(err)
		}
		if s := d.standing(); s != (standingSums{120, 100, 0, 20}) || d.file(id).State != FileBooked {
			t.Errorf("the books hold %+v", s)
		}
		if err := d.bookKept(ctx, anne, id, true); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("booked twice: %v", err)
		}
		if err := d.service.DropFile(ctx, anne, id, d.file(id).Version); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a booked file was dropped: %v", err)
		}
		raw, err := d.service.RawLine(ctx, anne, id, 3)
		if err != nil || !strings.HasPrefix(raw.Text, "2026;00;;2;") {
			t.Errorf("line 3 is %+v, %v", raw, err)
		}
		if _, err := d.service.RawLine(ctx, anne, id, 9); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a line that is not there: %v", err)
		}
		d.verified()
	})
}

// The same bytes once more are let go of; nothing else of the database changes.
func TestStagedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		first := d.stageFor("a.csv", export(fiveLines()...), nil)
		if err := d.bookKept(ctx, anne, first, false); err != nil {
			t.Fatal(err)
		}
		before := d.rowsOf("posting", "allocation", "open_posting", "import_chunk", "import_outcome", "import_finding", "scope_total", "allocation_batch", "fiscal_year")
		second := d.stageFor("b.csv", export(fiveLines()...), nil)
		if err := d.bookKept(ctx, anne, second, false); err != nil {
			t.Fatal(err)
		}
		if f := d.file(second); f.State != FileDropped || f.Report.Unchanged != f.Report.Lines || f.Report.New != 0 {
			t.Errorf("the second is %s: %+v", f.State, f.Report.ImportReport)
		}
		if after := d.rowsOf("posting", "allocation", "open_posting", "import_chunk", "import_outcome", "import_finding", "scope_total", "allocation_batch", "fiscal_year"); after != before {
			t.Errorf("%s\nbecame\n%s", before, after)
		}
		d.verified()
	})
}

// A file whose totals do not tie is refused with what it declares and what its lines give, and may be mapped anew.
func TestStagedFileIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		data := append(export(fiveLines()...), "Total;;;;;;;;;;;;;1,00\r\n"...)
		for name, try := range map[string]func(id FileID) error{
			"previewed": func(id FileID) error { _, err := d.service.Preview(ctx, anne, id); return err },
			"booked":    func(id FileID) error { return d.bookKept(ctx, anne, id, false) },
		} {
			id := d.stageFor(name+".csv", data, nil)
			err := try(id)
			if name == "booked" && fault.KindOf(err) != fault.KindInvalid || name == "previewed" && err != nil {
				t.Errorf("%s: %v", name, err)
			}
			f := d.file(id)
			if f.State != FileRefused || f.Report.Refused == nil || f.Report.Refused.Kind != fault.KindInvalid || f.Report.Lines == 0 || len(f.Report.Preview.Controls) == 0 {
				t.Errorf("%s: it is %s, %+v", name, f.State, f.Report)
			}
			if err := d.service.SetProfile(ctx, anne, id, f.Version, generic(t), nil); err != nil || d.file(id).State != FileStaged {
				t.Errorf("%s: mapped anew it is %s, %v", name, d.file(id).State, err)
			}
			if err := d.service.DropFile(ctx, anne, id, d.file(id).Version); err != nil || d.file(id).State != FileDropped {
				t.Errorf("%s: dropped it is %s, %v", name, d.file(id).State, err)
			}
		}
		if s := d.standing(); s != (standingSums{}) {
			t.Errorf("of refused files the books hold %+v", s)
		}
		d.verified()
	})
}

func TestInterruptedUploads(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		before := d.rowsOf("import_file", "import_chunk")
		broken := io.MultiReader(bytes.NewReader(make([]byte, 3*chunkBytes)), iotest.ErrReader(errors.New("connection reset")))
		for name, in := range map[string]StageInput{
			"broken off": {Name: "a.csv", Purpose: ledgerfile.PurposeLedger, Body: broken},
			"empty":      {Name: "a.csv", Purpose: ledgerfile.PurposeLedger, Body: strings.NewReader("")},
			"of no kind": {Name: "a.csv", Purpose: "diary", Body: strings.NewReader("x")},
		} {
			if _, err := d.service.StageFile(ctx, anne, d.org.ID, in); err == nil {
				t.Errorf("%s: kept", name)
			}
			if after := d.rowsOf("import_file", "import_chunk"); after != before {
				t.Errorf("%s left %s", name, after)
			}
		}
		// What a process that was killed left behind goes with a later upload, and is never shown.
		stale := fileRow{OrganisationID: d.org.ID, Purpose: ledgerfile.PurposeLedger, Name: "half.csv", State: FileDropped, Report: "{}", StagedBy: "x", StagedAt: database.Instant(d.clock.now()), LeaseUntil: database.Instant(d.clock.now().Add(time.Hour))}
		if err := insertFile(ctx, db.Write(), &stale); err != nil {
			t.Fatal(err)
		}
		if err := insertChunk(ctx, db.Write(), chunkRow{OrganisationID: d.org.ID, FileID: stale.ID, Size: 1, Packed: []byte{1}}); err != nil {
			t.Fatal(err)
		}
		page, err := d.service.Files(ctx, anne, d.org.ID, FileFilter{})
		if err != nil || len(page.Files) != 0 {
			t.Errorf("half a file is listed: %+v, %v", page, err)
		}
		if _, err := d.service.File(ctx, anne, stale.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("half a file is shown: %v", err)
		}
		d.stage("a.csv", []byte("x"))
		if got := d.rowsOf("import_file"); got != "import_file 2\n" {
			t.Errorf("an upload that may still go on was deleted: %s", got)
		}
		d.clock.set(d.clock.now().Add(2 * time.Hour))
		d.stage("b.csv", []byte("y"))
		if got := d.rowsOf("import_file", "import_chunk"); got != "import_file 2\nimport_chunk 2\n" {
			t.Errorf("after its lease half a file is still there: %s", got)
		}
	})
}

func TestLargeFilesKeepTheirBytes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		data := make([]byte, 2*chunkBytes+12345)
		for i := range data {
			data[i] = byte(i * i >> 7)
		}
		f := d.file(d.stage("big.bin", data))
		src, err := openChunks(ctx, db.Read(), f)
		if err != nil {
			t.Fatal(err)
		}
		in, err := src.Open()
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(in, data); err != nil {
			t.Error(err)
		}
		if sha, err := fingerprint(src); err != nil || sha != f.SHA256 {
			t.Errorf("fingerprint %s, %v, want %s", sha, err, f.SHA256)
		}
		if _, err := db.Write().ExecContext(ctx, "DELETE FROM import_chunk WHERE organisation_id = ? AND file_id = ? AND number = 1", d.org.ID, f.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := openChunks(ctx, db.Read(), f); err == nil {
			t.Error("a file without its middle is read")
		}
	})
}

func TestBookingLease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		id := d.stageFor("a.csv", export(fiveLines()...), nil)
		first, err := d.service.StartBooking(ctx, anne, id, d.file(id).Version)
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := d.service.Progress(id); !ok || p.Step != stepReading {
			t.Errorf("progress %+v, %t", p, ok)
		}
		_, err = d.service.StartBooking(ctx, anne, id, d.file(id).Version)
		d.expectFault(err, fault.KindConflict, "import.booking")
		d.clock.set(d.clock.now().Add(bookingLease + time.Minute))
		second, err := d.service.StartBooking(ctx, anne, id, d.file(id).Version)
		if err != nil {
			t.Fatal(err)
		}
		err = d.service.RunBooking(ctx, anne, first, false)
		d.expectFault(err, fault.KindStale, "import_file.stale")
		if s := d.standing(); s != (standingSums{}) {
			t.Errorf("who was overtaken booked %+v", s)
		}
		if err := d.service.RunBooking(ctx, anne, second, false); err != nil {
			t.Fatal(err)
		}
		if s := d.standing(); s.Total != 4825010 {
			t.Errorf("the books hold %+v", s)
		}
		if _, ok := d.service.Progress(id); ok {
			t.Error("a booking that ended still goes on")
		}
	})
}

func TestManyBookTheSameFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		id := d.stageFor("a.csv", export(fiveLines()...), nil)
		var all sync.WaitGroup
		errs := make([]error, 5)
		for i := range errs {
			all.Go(func() {
				errs[i] = d.bookKept(context.Background(), d.as(identity.RoleFinance, fmt.Sprint("officer", i)), id, false)
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if k := fault.KindOf(err); k != fault.KindConflict && k != fault.KindStale && k != fault.KindUnavailable {
				t.Error(err)
			}
		}
		if s := d.standing(); won != 1 || s.Total != 4825010 {
			t.Errorf("%d booked it, the books hold %+v: %v", won, s, errs)
		}
		d.verified()
	})
}

func TestWhoMayImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d, other := newDesk(t, db, "aube", "P1"), newDesk(t, db, "marne", "P1")
		id := d.stageFor("a.csv", export(fiveLines()...), nil)
		if err := d.bookKept(ctx, d.as(identity.RoleFinance, "anne"), id, false); err != nil {
			t.Fatal(err)
		}
		posting := d.postingOf("101").ID
		waiting := d.stageFor("b.csv", export(fiveLines()[:2]...), nil)
		actors := map[string]struct {
			actor identity.Actor
			read  fault.Kind // of what may only be read; -1: may
			write fault.Kind
		}{
			"finance":           {d.as(identity.RoleFinance, "anne"), -1, -1},
			"roadmap manager":   {d.as(identity.RoleRoadmapManager, "rita"), -1, fault.KindForbidden},
			"reader":            {d.as(identity.RoleReader, "remi"), fault.KindNotFound, fault.KindNotFound},
			"committee member":  {d.as(identity.RoleCommitteeMember, "carl"), fault.KindNotFound, fault.KindNotFound},
			"finance elsewhere": {other.as(identity.RoleFinance, "zoe"), fault.KindNotFound, fault.KindNotFound},
			"nobody":            {identity.Actor{}, fault.KindUnauthenticated, fault.KindUnauthenticated},
		}
		expect := func(name, what string, err error, want fault.Kind) {
			t.Helper()
			switch {
			case want < 0 && err != nil:
				t.Errorf("%s %s: %v", name, what, err)
			case want >= 0 && fault.KindOf(err) != want:
				t.Errorf("%s %s: %v, want %s", name, what, err, want)
			}
		}
		for name, a := range actors {
			_, err := d.service.Files(ctx, a.actor, d.org.ID, FileFilter{})
			expect(name, "lists files", err, a.read)
			_, err = d.service.File(ctx, a.actor, id)
			expect(name, "reads a file", err, a.read)
			_, err = d.service.Findings(ctx, a.actor, id)
			expect(name, "reads findings", err, a.read)
			_, err = d.service.RawLine(ctx, a.actor, id, 2)
			expect(name, "reads a line", err, a.read)
			_, err = d.service.Posting(ctx, a.actor, d.org.ID, posting)
			expect(name, "reads an entry", err, a.read)
			_, err = d.service.PostingLine(ctx, a.actor, d.org.ID, posting)
			expect(name, "reads the line of an entry", err, a.read)
			_, err = d.service.Profiles(ctx, a.actor, d.org.ID, "")
			expect(name, "lists profiles", err, a.read)
			_, err = d.service.StageFile(ctx, a.actor, d.org.ID, StageInput{Name: "x", Purpose: ledgerfile.PurposeLedger, Body: strings.NewReader("x")})
			expect(name, "uploads", err, a.write)
			_, err = d.service.Preview(ctx, a.actor, waiting)
			expect(name, "previews", err, a.write)
			_, err = d.service.SniffFile(ctx, a.actor, waiting)
			expect(name, "sniffs", err, a.write)
			p := generic(t)
			p.Name = "own"
			_, err = d.service.SaveProfile(ctx, a.actor, d.org.ID, p)
			expect(name, "saves a profile", err, a.write)
			_, err = d.service.ImportLedger(ctx, a.actor, ImportInput{Organisation: d.org, Source: bytesSource{"a.csv", export(fiveLines()...)}, Profile: generic(t), DryRun: true})
			expect(name, "imports", err, a.write)
			if a.write >= 0 {
				expect(name, "books", d.bookKept(ctx, a.actor, waiting, false), a.write)
				expect(name, "drops", d.service.DropFile(ctx, a.actor, waiting, d.file(waiting).Version), a.write)
				expect(name, "maps", d.service.SetProfile(ctx, a.actor, waiting, d.file(waiting).Version, generic(t), nil), a.write)
			}
		}
		// An entry or a file under the number of another organisation is not there.
		if _, err := d.service.Posting(ctx, other.as(identity.RoleFinance, "zoe"), other.org.ID, posting); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("an entry of another organisation: %v", err)
		}
	})
}

func TestProfilesOfAnOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		p := generic(t)
		_, err := d.service.SaveProfile(ctx, anne, d.org.ID, p)
		d.expectFault(err, fault.KindConflict, "import.profile_taken")
		p.Name, p.Title = "civil-net", "Civil Net"
		for want := range []int{1, 2} {
			p.Coverage = []string{ledgerfile.CoverageDelta, ledgerfile.CoverageSnapshot}[want]
			for range 2 { // what says the same is no new version
				got, err := d.service.SaveProfile(ctx, anne, d.org.ID, p)
				if err != nil || got.Version != want+1 {
					t.Errorf("version %d, %v, want %d", got.Version, err, want+1)
				}
			}
		}
		all, err := d.service.Profiles(ctx, anne, d.org.ID, ledgerfile.PurposeLedger)
		if err != nil || all[0].Profile.Name != "civil-net" || all[0].Profile.Version != 2 || all[0].BuiltIn || len(all) < 4 {
			t.Errorf("%d profiles, the first %+v, %v", len(all), all[0], err)
		}
		versions, err := d.service.ProfileVersions(ctx, anne, d.org.ID, "civil-net")
		if err != nil || len(versions) != 2 || versions[1].Profile.Coverage != ledgerfile.CoverageDelta {
			t.Errorf("%+v, %v", versions, err)
		}
		if _, err := d.service.Profile(ctx, anne, d.org.ID, "nothing"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("an unknown profile: %v", err)
		}
	})
}

// bookKept books a file that is kept, as a page does: started, then run.
func (d *desk) bookKept(ctx context.Context, actor identity.Actor, id FileID, confirm bool) error {
	f, err := d.service.File(ctx, actor, id)
	if err != nil {
		return err
	}
	c, err := d.service.StartBooking(ctx, actor, id, f.Version)
	if err != nil {
		return err
	}
	return d.service.RunBooking(ctx, actor, c, confirm)
}
