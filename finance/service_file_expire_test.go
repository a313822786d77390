package finance

import (
	"context"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// TestFilesExpire: a file that nobody books is dropped after its days, with its bytes, and no longer keeps a period open.
func TestFilesExpire(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d, other := newDesk(t, db, "aube", "P1"), newDesk(t, db, "marne")
		boris := d.as(identity.RoleFinance, "boris")
		d.bookFile("jan", line{on: "2026-01-06", amount: 700, project: "P1"})
		booked := d.number("SELECT count(*) FROM import_chunk WHERE organisation_id = ?", d.org.ID)
		start := d.clock.now()
		staged, theirs := FileID(d.pendingFile("february.csv")), FileID(other.pendingFile("theirs.csv"))
		refused, busy := FileID(d.pendingFile("odd.csv")), FileID(d.pendingFile("busy.csv"))
		d.exec("UPDATE import_file SET state = 'refused', report = '{\"refused\":{\"kind\":2,\"key\":\"ledger.empty\"}}' WHERE id = ?", refused)
		expire := func(after time.Duration, want int) {
			t.Helper()
			d.clock.set(start.Add(after))
			if n, err := d.service.ExpireFiles(ctx, operator, d.clock.now()); err != nil || n != want {
				t.Errorf("after %s: %d dropped, %v; want %d", after, n, err, want)
			}
		}
		if p := d.previewed(boris, "2026-01-31"); len(p.Pending) != 2 || p.Pending[0].ID != staged || p.Pending[0].Name != "february.csv" || !p.Pending[0].ExpiresAt().Equal(start.AddDate(0, 0, FileDays)) {
			t.Errorf("in the way of closing %+v", p.Pending)
		}
		_, err := d.sign(boris, "2026-01-31")
		d.expectFault(err, fault.KindConflict, "certificate.pending_files")
		if args := fault.As(err).Args; len(args) != 3 || args[0] != 2 || args[1] != "february.csv, busy.csv" || args[2] != FileDays {
			t.Errorf("refused with %v", args)
		}

		const week = FileDays * 24 * time.Hour
		expire(week, 0)
		d.exec("UPDATE import_file SET state = 'booking', lease_until = ? WHERE id = ?", database.Instant(start.Add(week+time.Hour)), busy)
		if _, err := d.service.StageFile(ctx, operator, d.org.ID, StageInput{Name: "late.csv", Purpose: "ledger", Body: strings.NewReader("a;b\n")}); err != nil {
			t.Fatal(err)
		}
		expire(week+time.Minute, 3) // the one that is being booked, and the one that just came, stay
		expire(week+time.Minute, 0)
		for _, id := range []FileID{staged, refused} {
			f := d.file(id)
			_, err := d.service.Preview(ctx, boris, id)
			if f.State != FileDropped || f.Report.Refused == nil || err != nil && fault.KindOf(err) != fault.KindConflict {
				t.Errorf("%s is %s, %+v, %v", f.Name, f.State, f.Report.Refused, err)
			}
		}
		if k := d.file(staged).Report.Refused.Key; k != "import.waited" {
			t.Errorf("dropped for %s", k)
		}
		if k := d.file(refused).Report.Refused.Key; k != "ledger.empty" {
			t.Errorf("a file to blame is dropped for %s", k)
		}
		if f, err := other.service.File(ctx, operator, theirs); err != nil || f.State != FileDropped {
			t.Errorf("of another organisation: %+v, %v", f.State, err)
		}
		if n := d.number("SELECT count(*) FROM import_chunk WHERE organisation_id = ?", d.org.ID); n != booked+2 {
			t.Errorf("%d parts are kept, want those of the books and of two files", n)
		}
		if n := d.number("SELECT count(*) FROM audit_entry WHERE action = 'import_file.expire'"); n != 3 {
			t.Errorf("%d entries in the trail, want 3", n)
		}
		expire(week+2*time.Hour, 1) // nobody books it any more
		expire(3*week, 1)
		if p := d.previewed(boris, "2026-01-31"); len(p.Pending) != 0 {
			t.Errorf("still in the way %+v", p.Pending)
		}
		d.verified()
		_, err = d.service.ExpireFiles(ctx, boris, d.clock.now())
		d.expectFault(err, fault.KindForbidden, "")
	})
}

// TestInterruptedUploadsGo: what is left of an upload that never came to its end is deleted, also where nobody uploads again.
func TestInterruptedUploadsGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube")
		id := d.pendingFile("broken.csv")
		d.exec("UPDATE import_file SET state = 'dropped', sha256 = '', lease_until = ? WHERE id = ?", database.Instant(d.clock.now().Add(uploadLease)), id)
		for _, tc := range []struct {
			after time.Duration
			left  int64
		}{{0, 2}, {uploadLease + time.Minute, 0}} {
			if n, err := d.service.ExpireFiles(context.Background(), operator, d.clock.now().Add(tc.after)); err != nil || n != 0 {
				t.Errorf("%d dropped, %v", n, err)
			}
			if n := d.number("SELECT count(*) FROM import_chunk WHERE organisation_id = ?", d.org.ID) + d.number("SELECT count(*) FROM import_file WHERE id = ?", id); n != tc.left {
				t.Errorf("after %s %d rows are left, want %d", tc.after, n, tc.left)
			}
		}
	})
}
