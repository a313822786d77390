package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// diary notes when work was done; it fails and panics as it is told.
type diary struct {
	mu    sync.Mutex
	at    []string
	fails func(now time.Time) error
}

func (d *diary) work(_ context.Context, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails != nil {
		if err := d.fails(now); err != nil {
			return err
		}
	}
	d.at = append(d.at, now.UTC().Format("02 15:04"))
	return nil
}

func (d *diary) expect(t *testing.T, name string, want ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.at, want) {
		t.Errorf("%s: done at %v, want %v", name, d.at, want)
	}
	d.at = nil
}

// alone is a replica of its own on the database, without committees.
func (r *replica) alone(owner string) *Scheduler {
	return New(r.governance, owner, slog.New(slog.NewTextHandler(r.log, nil)))
}

// at is an instant of the first days of March, before any pack is due.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC)
}

// tickAll lets schedulers tick one after the other, at each instant.
func tickAll(t *testing.T, instants []time.Time, schedulers ...*Scheduler) {
	t.Helper()
	for _, now := range instants {
		for _, s := range schedulers {
			if _, err := s.Tick(context.Background(), now); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAlso(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db)
		tests := []struct {
			name    string
			every   time.Duration
			options []Option
			ticks   []time.Time
			want    []string
		}{
			{"every minute", time.Minute, nil, []time.Time{at(1, 9, 0), at(1, 9, 0).Add(30 * time.Second), at(1, 9, 1), at(1, 9, 2)}, []string{"01 09:00", "01 09:01", "01 09:02"}},
			{"every five", 5 * time.Minute, nil, []time.Time{at(1, 9, 3), at(1, 9, 4), at(1, 9, 5), at(1, 9, 9), at(1, 9, 10)}, []string{"01 09:03", "01 09:05", "01 09:10"}},
			{"what was missed is not made up for", 5 * time.Minute, nil, []time.Time{at(1, 9, 0), at(1, 12, 0), at(1, 12, 1)}, []string{"01 09:00", "01 12:00"}},
			{"daily, from midnight", 24 * time.Hour, nil, []time.Time{at(1, 9, 0), at(1, 23, 59), at(2, 0, 0), at(2, 9, 0)}, []string{"01 09:00", "02 00:00"}},
			{"daily, claimed", 24 * time.Hour, []Option{Claimed(db)}, []time.Time{at(1, 9, 0), at(1, 23, 59), at(2, 0, 0), at(2, 9, 0)}, []string{"01 09:00", "02 00:00"}},
			{"a clock that jumps and goes back", time.Hour, []Option{Claimed(db)}, []time.Time{at(1, 9, 0), at(4, 9, 0), at(1, 9, 1), at(1, 10, 0)}, []string{"01 09:00", "04 09:00", "01 10:00"}},
		}
		for _, tc := range tests {
			var d diary
			s := r.alone("test:1")
			s.Also(tc.name, tc.every, d.work, tc.options...)
			tickAll(t, tc.ticks, s)
			d.expect(t, tc.name, tc.want...)
		}
		if log := r.log.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("log:\n%s", log)
		}
	})
}

// TestAlsoOnTwoReplicas: claimed work is done by one of them, other work by both.
func TestAlsoOnTwoReplicas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db)
		var once, each diary
		one, two := r.alone("test:1"), r.alone("test:2")
		for _, s := range []*Scheduler{one, two} {
			s.Also("retention", 24*time.Hour, once.work, Claimed(db))
			s.Also("mail", 24*time.Hour, each.work)
		}
		tickAll(t, []time.Time{at(1, 9, 0), at(1, 9, 1), at(2, 9, 0)}, one, two)
		once.expect(t, "claimed", "01 09:00", "02 09:00")
		each.expect(t, "not claimed", "01 09:00", "01 09:00", "02 09:00", "02 09:00")

		tickAll(t, []time.Time{at(2, 10, 0)}, r.restarted(db, &once))
		once.expect(t, "after a restart")
	})
}

// restarted is a replica that remembers nothing.
func (r *replica) restarted(db *database.DB, d *diary) *Scheduler {
	s := r.alone("test:3")
	s.Also("retention", 24*time.Hour, d.work, Claimed(db))
	return s
}

// TestAlsoAtOnce: many replicas tick at the same instant.
func TestAlsoAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db)
		var d diary
		var wg sync.WaitGroup
		for i := range 6 {
			s := r.alone(fmt.Sprintf("test:%d", i))
			s.Also("retention", 24*time.Hour, d.work, Claimed(db))
			wg.Go(func() {
				if _, err := s.Tick(context.Background(), at(1, 9, 0)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		d.expect(t, "at once", "01 09:00")
	})
}

// TestAlsoTriesAgain: what fails or panics is tried again by the next tick, of any replica.
func TestAlsoTriesAgain(t *testing.T) {
	trouble := map[string]func(time.Time) error{
		"fails":  func(now time.Time) error { return errors.New("paper jam") },
		"panics": func(time.Time) error { panic("paper jam") },
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for name, fails := range trouble {
			for _, options := range [][]Option{nil, {Claimed(db)}} {
				r := newReplicaOf(t, db, fmt.Sprintf("%s-%d", name, len(options)))
				var d diary
				d.fails = func(now time.Time) error {
					if now.Before(at(1, 9, 2)) {
						return fails(now)
					}
					return nil
				}
				s := r.alone("test:1")
				s.Also("work of "+r.code, 24*time.Hour, d.work, options...)
				tickAll(t, []time.Time{at(1, 9, 0), at(1, 9, 1), at(1, 9, 2), at(1, 9, 3)}, s)
				d.expect(t, name, "01 09:02")
				if log := r.log.String(); strings.Count(log, "level=ERROR") != 2 || strings.Count(log, "paper jam") < 2 || !strings.Contains(log, "work of "+r.code) {
					t.Errorf("%s: log:\n%s", name, log)
				}
			}
		}
	})
}

// TestAlsoTakesOver: the work of a replica that died is done by another when its lease has run out,
// and the one that comes back late changes nothing of it.
func TestAlsoTakesOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db)
		var second diary
		frozen, other := r.alone("test:1"), r.restarted(db, &second)
		frozen.Also("retention", 24*time.Hour, func(context.Context, time.Time) error {
			tickAll(t, []time.Time{at(1, 9, 14), at(1, 9, 15), at(1, 9, 16)}, other) // meanwhile
			return nil
		}, Claimed(db))
		tickAll(t, []time.Time{at(1, 9, 0), at(1, 9, 20)}, frozen)
		second.expect(t, "taken over", "01 09:15")
		if log := r.log.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("log:\n%s", log)
		}
	})
}

// TestOneStopsNoOther: neither work that fails or panics nor packs that do stop what comes after them.
func TestOneStopsNoOther(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, dbtest.SQLite(t))
	var before, after diary
	broken := diary{fails: func(time.Time) error { return errors.New("no mail server") }}
	r.Also("before", time.Minute, before.work)
	r.Also("broken", time.Minute, broken.work)
	r.Also("mad", time.Minute, func(context.Context, time.Time) error { panic("mad") })
	r.Also("after", time.Minute, after.work)
	r.press.print = func() error { panic("press on fire") }
	r.clock.set(due)
	if _, err := r.Tick(ctx, due); err == nil || !strings.Contains(err.Error(), "press on fire") {
		t.Errorf("the panic of the press is not told: %v", err)
	}
	before.expect(t, "before", "05 05:00")
	after.expect(t, "after", "05 05:00")

	r.press.print = nil
	if got := r.tick(due.Add(10 * time.Minute)); got != "2026-03 frozen" {
		t.Errorf("the pack after the lease of the panic: %q", got)
	}
	before.expect(t, "before", "05 05:10")
	after.expect(t, "after", "05 05:10")
}

// TestAlsoWithoutLedger: when the database is gone claimed work waits, and other work goes on.
func TestAlsoWithoutLedger(t *testing.T) {
	db := dbtest.SQLite(t)
	r := newReplica(t, db)
	var claimed, free diary
	r.Also("claimed", time.Minute, claimed.work, Claimed(db))
	r.Also("free", time.Minute, free.work)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Tick(context.Background(), due); err == nil {
		t.Error("packs without a database: no error")
	}
	claimed.expect(t, "claimed")
	free.expect(t, "free", "05 05:00")
}

// TestAlsoEndsWithTheProgram: after a shutdown nothing new is begun.
func TestAlsoEndsWithTheProgram(t *testing.T) {
	r := newReplica(t, dbtest.SQLite(t))
	var first, second diary
	ctx, cancel := context.WithCancel(context.Background())
	r.Also("first", time.Minute, func(ctx context.Context, now time.Time) error {
		cancel()
		_ = first.work(ctx, now)
		return ctx.Err()
	})
	r.Also("second", time.Minute, second.work)
	if _, err := r.Tick(ctx, at(1, 9, 0)); err != nil {
		t.Fatal(err)
	}
	first.expect(t, "first", "01 09:00")
	second.expect(t, "second")
	if log := r.log.String(); strings.Contains(log, "level=ERROR") || !strings.Contains(log, "context canceled") {
		t.Errorf("work that the end cut short is no failure, and is told:\n%s", log)
	}
}
