package migrations_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/migrations"
)

// saboteur is a query hook that lets a chosen statement fail, and all that follow it, as if the program
// had been killed there.
type saboteur struct{ countdown atomic.Int64 }

func (s *saboteur) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context {
	if s.countdown.Add(-1) > 0 {
		return ctx
	}
	ctx, cancel := context.WithDeadline(ctx, time.Unix(0, 0))
	cancel()
	return ctx
}

func (s *saboteur) AfterQuery(context.Context, *bun.QueryEvent) {}

// TestUpAfterAnInterruption stops Up before its first statement, before its second, and so on: the next
// Up always goes on from there.
func TestUpAfterAnInterruption(t *testing.T) {
	ctx := context.Background()
	check := func(t *testing.T, fresh func() string, step int64) {
		for n := int64(1); ; n += step {
			url := fresh()
			db, err := database.Open(ctx, url)
			if err != nil {
				t.Fatal(err)
			}
			hook := &saboteur{}
			hook.countdown.Store(n)
			db.Bun().AddQueryHook(hook) //lint:ignore SA1019 WithQueryHook gives a copy, which the migrator does not use
			_, _ = migrations.Up(ctx, db)
			passed := hook.countdown.Load() > 0
			_ = db.Close()
			if db, err = database.Open(ctx, url); err != nil {
				t.Fatal(err)
			}
			_, err = migrations.Up(ctx, db)
			state, serr := migrations.Status(ctx, db)
			_ = db.Close()
			if err != nil || serr != nil || len(state.Pending) != 0 {
				t.Fatalf("stopped before statement %d: the next Up gives %v; %+v, %v", n, err, state, serr)
			}
			if passed {
				if n < 30 {
					t.Errorf("only %d statements: the hook does not see them", n)
				}
				return
			}
		}
	}
	t.Run("SQLite", func(t *testing.T) {
		check(t, func() string { return "sqlite:" + filepath.Join(t.TempDir(), "a.db") }, 1)
	})
	t.Run("PostgreSQL", func(t *testing.T) { check(t, func() string { return dbtest.PostgresURL(t) }, 3) })
}
