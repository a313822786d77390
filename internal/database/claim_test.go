package database_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

const lease = 10 * time.Minute

var slot = database.Slot{OrganisationID: 1, Job: "pack:1", Slot: "2026-10"}

// claim takes the slot or fails the test.
func claim(t *testing.T, db *database.DB, owner string, now time.Time) database.Claim {
	t.Helper()
	c, ok, err := database.TryClaim(context.Background(), db.Write(), slot, owner, now, lease)
	if err != nil || !ok {
		t.Fatalf("%s claims: %v, %v, want the claim", owner, ok, err)
	}
	return c
}

func TestTryClaimHasOneWinner(t *testing.T) {
	const owners, slots = 8, 50
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		var mu sync.Mutex
		winners := map[string]int{}
		var wg sync.WaitGroup
		for o := range owners {
			wg.Go(func() {
				for s := range slots {
					one := database.Slot{OrganisationID: 1, Job: "pack:1", Slot: fmt.Sprintf("%02d", (s+o)%slots)}
					_, ok, err := database.TryClaim(ctx, db.Write(), one, fmt.Sprint(o), instant, lease)
					if err != nil {
						t.Errorf("owner %d, slot %s: %v", o, one.Slot, err)
					}
					if ok {
						mu.Lock()
						winners[one.Slot]++
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		if len(winners) != slots {
			t.Errorf("%d slots were claimed, want %d", len(winners), slots)
		}
		for s, n := range winners {
			if n != 1 {
				t.Errorf("slot %s has %d winners", s, n)
			}
		}
	})
}

func TestTakeoverHasOneWinner(t *testing.T) {
	const owners = 8
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		claim(t, db, "dead", instant)
		tokens := make(chan int64, owners)
		var wg sync.WaitGroup
		for o := range owners {
			wg.Go(func() {
				c, ok, err := database.TryClaim(ctx, db.Write(), slot, fmt.Sprint(o), instant.Add(lease), lease)
				if err != nil {
					t.Error(err)
				}
				if ok {
					tokens <- c.Token
				}
			})
		}
		wg.Wait()
		close(tokens)
		var got []int64
		for token := range tokens {
			got = append(got, token)
		}
		if len(got) != 1 || got[0] != 2 {
			t.Errorf("tokens given = %v, want one, 2", got)
		}
	})
}

func TestLease(t *testing.T) {
	ctx := context.Background()
	tests := []struct {
		name  string
		after time.Duration // since the first claim
		want  bool
	}{
		{"at once", 0, false},
		{"just before the end", lease - time.Microsecond, false},
		{"at the end", lease, true},
		{"half a second after the end", lease + 500*time.Millisecond, true},
		{"a year later", 365 * 24 * time.Hour, true},
		{"by a clock that was set back", -time.Hour, false},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				first := claim(t, db, "a", instant)
				second, ok, err := database.TryClaim(ctx, db.Write(), slot, "b", instant.Add(tc.after), lease)
				if err != nil || ok != tc.want {
					t.Fatalf("second claim = %v, %v, want %v", ok, err, tc.want)
				}
				if ok && (second.Token <= first.Token || !second.Takeover) {
					t.Errorf("takeover = %+v, want a token above %d", second, first.Token)
				}
			})
		})
	}
}

func TestFinishedSlotIsNeverClaimedAgain(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := claim(t, db, "a", instant)
		if done, err := database.Finished(ctx, db.Read(), slot); done || err != nil {
			t.Errorf("Finished before the end = %v, %v", done, err)
		}
		if err := c.Finish(ctx, db.Write(), instant, "frozen"); err != nil {
			t.Fatal(err)
		}
		if done, err := database.Finished(ctx, db.Read(), slot); !done || err != nil {
			t.Errorf("Finished = %v, %v, want true", done, err)
		}
		if _, ok, err := database.TryClaim(ctx, db.Write(), slot, "b", instant.Add(time.Hour*1e4), lease); ok || err != nil {
			t.Errorf("claim of a finished slot = %v, %v", ok, err)
		}
		expectFault(t, c.Finish(ctx, db.Write(), instant, "frozen"), fault.KindStale, "job_run.stale")
		if last, err := database.FinishedSlot(ctx, db.Read(), 1, "pack:1"); last != "2026-10" || err != nil {
			t.Errorf("FinishedSlot = %q, %v", last, err)
		}
		if last, err := database.FinishedSlot(ctx, db.Read(), 2, "pack:1"); last != "" || err != nil {
			t.Errorf("FinishedSlot of another organisation = %q, %v", last, err)
		}
	})
}

// TestLateOwner is a replica that stood still beyond its lease and then goes on writing.
func TestLateOwner(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		late := claim(t, db, "late", instant)
		heir := claim(t, db, "heir", instant.Add(lease))
		finish := func(c database.Claim, effect string) error {
			return db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
				return errors.Join(insert(ctx, tx, effect), c.Finish(ctx, tx, instant, "done"))
			})
		}
		expectFault(t, finish(late, "late"), fault.KindStale, "job_run.stale")
		if err := late.Release(ctx, db.Write(), instant, "failed"); err != nil { // must not take the lease from the heir
			t.Fatal(err)
		}
		if err := finish(heir, "heir"); err != nil {
			t.Fatalf("the heir finishes: %v", err)
		}
		expectFault(t, finish(late, "later"), fault.KindStale, "job_run.stale")
		if got := codes(t, db.Read()); len(got) != 1 || got[0] != "heir" {
			t.Errorf("effects = %v, want the heir's alone", got)
		}
	})
}

func TestRelease(t *testing.T) {
	ctx := context.Background()
	retry := instant.Add(15 * time.Minute)
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := claim(t, db, "a", instant)
		if err := c.Release(ctx, db.Write(), retry, "failed"); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := database.TryClaim(ctx, db.Write(), slot, "b", retry.Add(-time.Second), lease); ok || err != nil {
			t.Errorf("claim before the time = %v, %v", ok, err)
		}
		if again := claim(t, db, "b", retry); again.Token != 2 {
			t.Errorf("token = %d, want 2", again.Token)
		}
	})
}
