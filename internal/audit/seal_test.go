package audit_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// sealNow seals what is unsealed and gives how many entries that were.
func sealNow(t tb, db *database.DB, at time.Time) int {
	t.Helper()
	n, err := audit.Seal(context.Background(), db, at)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// check gives the breaks and the head of one organisation.
func check(t tb, db *database.DB, org int64) ([]audit.Break, audit.Head) {
	t.Helper()
	all, heads, err := audit.Check(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(heads, func(h audit.Head) bool { return h.OrganisationID == org })
	if at < 0 {
		t.Fatalf("no head of organisation %d in %+v", org, heads)
	}
	return slices.DeleteFunc(all, func(b audit.Break) bool { return b.OrganisationID != org }), heads[at]
}

// places lists the entries of an organisation as "seal/position".
func places(t tb, db *database.DB, org int64) (out []string) {
	t.Helper()
	err := db.Read().NewRaw("SELECT COALESCE(seal, 0) || '/' || COALESCE(position, 0) FROM audit_entry WHERE organisation_id = ? ORDER BY id", org).Scan(context.Background(), &out)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSeal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		lille, roubaix := newOrganisation(t, db, "lille"), newOrganisation(t, db, "roubaix")
		if n := sealNow(t, db, now); n != 0 {
			t.Errorf("sealed %d of nothing", n)
		}
		for i, org := range []int64{lille, roubaix, lille, lille} {
			record(t, db, org, "user:1", "project.create", "project", int64(i), "x", now.Add(time.Duration(i)*1500*time.Nanosecond))
		}
		if _, head := check(t, db, lille); head != (audit.Head{OrganisationID: lille, Unsealed: 3}) {
			t.Errorf("head before = %+v", head)
		}
		if n := sealNow(t, db, now); n != 4 {
			t.Errorf("sealed %d, want 4", n)
		}
		record(t, db, lille, "user:1", "project.create", "project", 9, "x", now)
		if n := sealNow(t, db, now.Add(time.Minute)); n != 1 {
			t.Errorf("sealed %d, want the new one", n)
		}
		if n := sealNow(t, db, now.Add(time.Hour)); n != 0 {
			t.Errorf("sealed %d twice", n)
		}
		for org, want := range map[int64][]string{lille: {"1/1", "1/2", "1/3", "2/1"}, roubaix: {"1/1"}} {
			if got := places(t, db, org); !slices.Equal(got, want) {
				t.Errorf("places of %d = %v, want %v", org, got, want)
			}
			breaks, head := check(t, db, org)
			if len(breaks) != 0 || head.Unsealed != 0 || head.Hash == "" {
				t.Errorf("organisation %d: breaks %+v, head %+v", org, breaks, head)
			}
		}
		if _, head := check(t, db, lille); head.Seal != 2 {
			t.Errorf("newest seal = %d, want 2", head.Seal)
		}
	})
}

// TestSealBlocks: a long trail takes several seals, and pages of the check end inside of blocks.
func TestSealBlocks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		// Entries from before there were salts, as a new version finds them.
		run(t, db, `INSERT INTO audit_entry (organisation_id, at, actor, action, subject, subject_id, details)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6200)
			SELECT o.id, o.created_at, 'cli:anne', 'project.create', 'project', i, '{"name":"P' || i || '"}' FROM n, organisation o ORDER BY i`)
		if breaks, head := check(t, db, org); len(breaks) != 0 || head.Unsealed != 6200 {
			t.Errorf("before: breaks %+v, head %+v", breaks, head)
		}
		if n := sealNow(t, db, now); n != 6200 {
			t.Errorf("sealed %d, want 6200", n)
		}
		got := places(t, db, org)
		if got[0] != "1/1" || got[4999] != "1/5000" || got[5000] != "2/1" || got[6199] != "2/1200" {
			t.Errorf("places = %s, %s, %s, %s", got[0], got[4999], got[5000], got[6199])
		}
		if breaks, head := check(t, db, org); len(breaks) != 0 || head.Seal != 2 {
			t.Errorf("breaks %+v, head %+v", breaks, head)
		}
		run(t, db, "UPDATE audit_entry SET details = '{}' WHERE organisation_id = ? AND position = 777 AND seal = 2", org)
		if breaks, _ := check(t, db, org); len(breaks) != 1 || breaks[0].Code != audit.BreakDetails || breaks[0].Seal != 2 {
			t.Errorf("breaks %+v, want one of the details", breaks)
		}
	})
}

// TestTwoSealersAtOnce is two replicas and people at work.
func TestTwoSealersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		const writers, each = 3, 25
		var wg sync.WaitGroup
		failed := make(chan error, 1000)
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					failed <- db.Tx(context.Background(), func(ctx context.Context, tx database.Conn) error {
						return audit.Record(ctx, tx, org, "user:1", "project.update", "project", int64(w), fmt.Sprint(i), now)
					})
				}
			})
		}
		for range 3 {
			wg.Go(func() {
				for range each {
					_, err := audit.Seal(context.Background(), db, now)
					failed <- err
				}
			})
		}
		wg.Wait()
		close(failed)
		for err := range failed {
			if err != nil {
				t.Error(err)
			}
		}
		sealNow(t, db, now)
		if breaks, head := check(t, db, org); len(breaks) != 0 || head.Unsealed != 0 || len(entries(t, db)) != writers*each {
			t.Errorf("breaks %+v, head %+v, %d entries", breaks, head, len(entries(t, db)))
		}
	})
}

// TestSealingAndErasingIsNoBreak: whatever is written, sealed and erased in whatever order, the trail holds, and everything in it is sealed
// in the end.
func TestSealingAndErasingIsNoBreak(t *testing.T) {
	names := []string{"Anne Petit", "Émile Roux", "Léa « L’Été »", `Bo "B" <b@x.fr>`}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		round := 0
		rapid.Check(t, func(t *rapid.T) {
			round++
			org := newOrganisation(t, db, fmt.Sprint("o", round))
			defer forget(t, db, org)
			for range rapid.IntRange(1, 12).Draw(t, "steps") {
				name := rapid.IntRange(0, len(names)-1).Draw(t, "name")
				switch rapid.SampledFrom([]string{"record", "record", "seal", "erase", "old"}).Draw(t, "step") {
				case "record":
					record(t, db, org, "user:1", "user.update", "user", int64(name), map[string]string{"name": names[name]}, now)
				case "old":
					run(t, db, `INSERT INTO audit_entry (organisation_id, at, actor, action, subject, subject_id, details) VALUES (?, ?, 'cli:x', 'user.create', 'user', ?, '{}')`, org, now, name)
				case "seal":
					sealNow(t, db, now)
				case "erase":
					erase(t, db, org, audit.Match{Subject: "user", SubjectID: int64(name), Texts: []string{names[name]}}, true)
				}
			}
			if breaks, _ := check(t, db, org); len(breaks) != 0 {
				t.Fatalf("breaks before the last seal: %+v", breaks)
			}
			sealNow(t, db, now)
			if breaks, head := check(t, db, org); len(breaks) != 0 || head.Unsealed != 0 {
				t.Fatalf("breaks %+v, head %+v", breaks, head)
			}
		})
	})
}

// forget takes the trail of an organisation away, so that the next property starts with an empty one.
func forget(t tb, db *database.DB, org int64) {
	t.Helper()
	run(t, db, "DELETE FROM audit_entry WHERE organisation_id = ?", org)
	run(t, db, "DELETE FROM audit_seal WHERE organisation_id = ?", org)
	run(t, db, "DELETE FROM organisation WHERE id = ?", org)
}
