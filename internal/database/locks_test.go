package database_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// TestLocked writes while another process of the machine holds the file.
func TestLocked(t *testing.T) {
	ctx := context.Background()
	mine := dbtest.SQLite(t)
	other, err := database.Open(ctx, "sqlite:"+mine.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := mine.Write().ExecContext(ctx, "PRAGMA busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	err = other.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := insert(ctx, tx, "theirs"); err != nil {
			return err
		}
		expectFault(t, mine.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return insert(ctx, tx, "mine") }), fault.KindUnavailable, "database.locked")
		_, _, err := database.TryClaim(ctx, mine.Write(), slot, "a", instant, lease)
		expectFault(t, err, fault.KindUnavailable, "database.locked")
		if got := codes(t, mine.Read()); len(got) != 0 {
			t.Errorf("readers see %v of a transaction that is not over", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := insert(ctx, mine.Write(), "mine"); err != nil {
		t.Errorf("once the other is done: %v", err)
	}
}

// TestLockedOnServer waits for a row that another transaction holds.
func TestLockedOnServer(t *testing.T) {
	ctx := context.Background()
	db := dbtest.Postgres(t)
	if err := insert(ctx, db.Write(), "a"); err != nil {
		t.Fatal(err)
	}
	const change = "UPDATE organisation SET version = version + 1"
	err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if _, err := tx.ExecContext(ctx, change); err != nil {
			return err
		}
		expectFault(t, db.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx database.Conn) error {
			_, err := tx.ExecContext(ctx, "SET LOCAL lock_timeout = 20")
			if err == nil {
				_, err = tx.ExecContext(ctx, change)
			}
			return err
		}), fault.KindUnavailable, "database.locked")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestServerGoesAway loses the server in the middle of a transaction.
func TestServerGoesAway(t *testing.T) {
	ctx := context.Background()
	db := dbtest.Postgres(t)
	err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		var pid int
		if err := tx.NewRaw("SELECT pg_backend_pid()").Scan(ctx, &pid); err != nil {
			return err
		}
		var ended bool
		if err := db.Read().NewRaw("SELECT pg_terminate_backend(?, 5000)", pid).Scan(ctx, &ended); err != nil || !ended {
			t.Fatalf("end the connection: %v, %v", ended, err)
		}
		return insert(ctx, tx, "lost")
	})
	expectFault(t, err, fault.KindUnavailable, "database.unreachable")
	if err := insert(ctx, db.Write(), "next"); err != nil {
		t.Errorf("with the server back: %v", err)
	}
	if got := codes(t, db.Read()); len(got) != 1 {
		t.Errorf("rows = %v, want the one after", got)
	}
}

func TestExclusive(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		var inside, times atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				err := db.Exclusive(ctx, func() error {
					if n := inside.Add(1); n != 1 {
						t.Errorf("%d are inside at once", n)
					}
					_ = db.Ping(ctx) // gives the others a moment
					times.Add(1)
					inside.Add(-1)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if times.Load() != 8 {
			t.Errorf("%d had their turn, want 8", times.Load())
		}
		mine := errors.New("mine")
		if err := db.Exclusive(ctx, func() error { return mine }); !errors.Is(err, mine) {
			t.Errorf("error of the work = %v, want it passed on", err)
		}
		func() { // a panic inside must let go of the lock
			defer func() { _ = recover() }()
			_ = db.Exclusive(ctx, func() error { panic(mine) })
		}()
		if err := db.Exclusive(ctx, func() error { return nil }); err != nil {
			t.Errorf("after a panic: %v", err)
		}
	})
}

func TestBackup(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	file := filepath.Join(dir, "copy's.db")
	db := dbtest.SQLite(t)
	if err := insert(ctx, db.Write(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	if err := insert(ctx, db.Write(), "b"); err != nil {
		t.Fatal(err)
	}
	copied, err := database.Open(ctx, "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	if got := codes(t, copied.Read()); len(got) != 1 || got[0] != "a" {
		t.Errorf("the copy holds %v, want what was there when it was made", got)
	}
	if err := db.Backup(ctx, file); err == nil {
		t.Error("a second copy wrote over the first")
	}
	if info, err := os.Stat(file); err != nil || info.Size() == 0 {
		t.Errorf("the first copy: %v, %v", info, err)
	}
}

// TestFilesAreTheOwnersOwn: a database, what SQLite puts beside it, and a copy are read by nobody else on the machine. What was left of a
// copy that broke off is no copy.
func TestFilesAreTheOwnersOwn(t *testing.T) {
	ctx := t.Context()
	file := filepath.Join(t.TempDir(), "jalon.db")
	db, err := database.Open(ctx, "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Write().ExecContext(ctx, "CREATE TABLE a (b TEXT)"); err != nil {
		t.Fatal(err)
	}
	write(t, file+".copy.part", "half a copy")
	if err := db.Backup(ctx, file+".copy"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, file + "-wal", file + ".copy"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", filepath.Base(name), info.Mode(), err)
		}
	}
}

func TestBackupOfServerIsRefused(t *testing.T) {
	expectFault(t, dbtest.Postgres(t).Backup(context.Background(), filepath.Join(t.TempDir(), "x")), fault.KindInvalid, "backup.postgres")
}

func TestOptimise(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		if err := db.Optimise(context.Background()); err != nil {
			t.Error(err)
		}
	})
}
