package database_test

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// expectFault fails unless the error is a fault of the kind and key.
func expectFault(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Key != key {
		t.Fatalf("error = %v (%s), want %s %q", err, fault.KindOf(err), kind, key)
	}
}

func write(t *testing.T, file, text string) string {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "file"), "not a folder")
	garbage := write(t, filepath.Join(dir, "letter.db"), strings.Repeat("Madame, Monsieur, veuillez trouver ci-joint… ", 100))
	tests := []struct {
		name, dsn string
		kind      fault.Kind
		key       string
	}{
		{"nothing", "", fault.KindInvalid, "database.url"},
		{"an unknown scheme", "mysql://root@localhost/jalon", fault.KindInvalid, "database.url"},
		{"a bare path", "var/jalon.db", fault.KindInvalid, "database.url"},
		{"a memory database", "sqlite::memory:", fault.KindInvalid, "database.url"},
		{"a file without a name", "sqlite:", fault.KindInvalid, "database.url"},
		{"a folder below a file", "sqlite:" + filepath.Join(file, "var", "jalon.db"), fault.KindUnavailable, "database.folder"},
		{"a folder as the file", "sqlite:" + dir, fault.KindUnavailable, "database.open"},
		{"a file that is no database", "sqlite:" + garbage, fault.KindUnavailable, "database.open"},
		{"a server without sslmode", "postgres://jalon@127.0.0.1:1/jalon", fault.KindInvalid, "database.sslmode"},
		{"an unknown sslmode", "postgres://jalon@127.0.0.1:1/jalon?sslmode=perhaps", fault.KindInvalid, "database.url"},
		{"an unreadable address", "postgres://jalon@[::1/jalon?sslmode=disable", fault.KindInvalid, "database.url"},
		{"an unknown parameter value", "postgres://jalon@127.0.0.1:1/jalon?sslmode=disable&timeout=soon", fault.KindInvalid, "database.url"},
		{"a port where nobody listens", "postgres://jalon@127.0.0.1:" + closedPort(t) + "/jalon?sslmode=disable", fault.KindUnavailable, "database.unreachable"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			db, err := database.Open(context.Background(), tc.dsn)
			if err == nil {
				_ = db.Close()
			}
			expectFault(t, err, tc.kind, tc.key)
		})
	}
}

// closedPort is a port of this machine that was free a moment ago.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

func TestOpenHidesThePassword(t *testing.T) {
	for _, dsn := range []string{"mysql://jalon:hush@db/jalon", "postgres://jalon:hush@127.0.0.1:1/jalon?sslmode=perhaps", "postgres://jalon:hush@[::1/jalon?sslmode=disable"} {
		_, err := database.Open(context.Background(), dsn)
		if err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("Open(%s) = %v, want an error without the password", dsn, err)
		}
	}
}

func TestOpenUnknownDatabaseOnServer(t *testing.T) {
	u, err := url.Parse(dbtest.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/no_such_database"
	_, err = database.Open(context.Background(), u.String())
	expectFault(t, err, fault.KindUnavailable, "database.unreachable")
}

func TestOpenMakesTheFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a", "ü and 100 % ?", "jalon.db")
	db, err := database.Open(context.Background(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := os.Stat(file); err != nil {
		t.Errorf("the database is not where its address says: %v", err)
	}
	if db.Path() != file || db.Name() != "SQLite" {
		t.Errorf("Path, Name = %q, %q, want %q, SQLite", db.Path(), db.Name(), file)
	}
}

// TestDamage breaks a database in ways that no query complains about.
func TestDamage(t *testing.T) {
	ctx := context.Background()
	exec := func(db *database.DB, query string) {
		t.Helper()
		if _, err := db.Write().ExecContext(ctx, query); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("sound", func(t *testing.T) {
		dbtest.Each(t, func(t *testing.T, db *database.DB) {
			if got, err := db.Damage(ctx); err != nil || len(got) != 0 {
				t.Errorf("damage = %q, %v", got, err)
			}
		})
	})
	t.Run("a row without its parent", func(t *testing.T) {
		db := dbtest.SQLite(t)
		exec(db, "PRAGMA foreign_keys = 0")
		exec(db, "INSERT INTO audit_entry (organisation_id, at, actor, action, subject, subject_id, details) VALUES (99, '2026-01-01', 'a', 'a', 'a', 1, '')")
		if got, err := db.Damage(ctx); err != nil || len(got) != 1 || got[0] != "foreign key: audit_entry → organisation" {
			t.Errorf("damage = %q, %v", got, err)
		}
	})
	t.Run("an index that lost a page", func(t *testing.T) {
		db := dbtest.SQLite(t)
		exec(db, "CREATE TABLE note (text TEXT NOT NULL)")
		exec(db, "CREATE INDEX note_text ON note (text)")
		exec(db, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO note SELECT 'note ' || i FROM n")
		var pages int64
		if err := db.Read().NewRaw("SELECT page_count FROM pragma_page_count").Scan(ctx, &pages); err != nil {
			t.Fatal(err)
		}
		file := db.Path()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(file, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(make([]byte, 3800), (pages-1)*4096+200); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if db, err = database.Open(ctx, "sqlite:"+file); err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if got, err := db.Damage(ctx); err != nil || len(got) == 0 || len(got) > 5 {
			t.Errorf("damage = %q, %v", got, err)
		}
	})
}

// TestReadOnlyFile opens a database of somebody else's.
func TestReadOnlyFile(t *testing.T) {
	ctx := context.Background()
	db := dbtest.SQLite(t)
	file := db.Path()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(file)
	for _, p := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(file, 0o444); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	var opened, wrote, made error
	asNobody(t, func() {
		var ro *database.DB
		if ro, opened = database.Open(ctx, "sqlite:"+file); opened == nil {
			_, wrote = ro.Write().ExecContext(ctx, "DELETE FROM job_run")
			wrote = ro.Tx(ctx, func(context.Context, database.Conn) error { return wrote })
			_ = ro.Close()
		}
		_, made = database.Open(ctx, "sqlite:"+filepath.Join(dir, "sub", "new.db"))
	})
	if opened == nil {
		opened = wrote
	}
	expectFault(t, opened, fault.KindUnavailable, "database.read_only")
	expectFault(t, made, fault.KindUnavailable, "database.folder")
}

// asNobody runs f without root's right to write everywhere.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	runtime.LockOSThread() // the rights of files are a thread's; the thread ends with the goroutine
	defer runtime.UnlockOSThread()
	const nobody = 65534
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Error(err)
		}
	}()
	f()
}
