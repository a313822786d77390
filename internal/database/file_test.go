package database_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestFile(t *testing.T) {
	for dsn, want := range map[string]string{"sqlite:var/jalon.db": "var/jalon.db", "sqlite:/a b/ü.db": "/a b/ü.db", "sqlite:///a/b.db": "/a/b.db", "sqlite:": ""} {
		if got, embedded := database.File(dsn); got != want || !embedded {
			t.Errorf("File(%s) = %q, %v, want %q", dsn, got, embedded, want)
		}
	}
	for _, dsn := range []string{"postgres://h/d?sslmode=disable", "postgresql://h/d", "unix://sock", "", "var/jalon.db"} {
		if got, embedded := database.File(dsn); embedded {
			t.Errorf("File(%s) = %q, want none", dsn, got)
		}
	}
}

// TestCloseAlone leaves one file that holds everything, and refuses while somebody else only reads.
func TestCloseAlone(t *testing.T) {
	ctx := context.Background()
	open := func(file string) *database.DB {
		t.Helper()
		db, err := database.Open(ctx, "sqlite:"+file)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	db := dbtest.SQLite(t)
	if _, err := db.Write().ExecContext(ctx, "DELETE FROM job_run"); err != nil {
		t.Fatal(err)
	}
	expectFault(t, open(db.Path()).CloseAlone(ctx), fault.KindConflict, "database.in_use")
	if err := db.Ping(ctx); err != nil {
		t.Fatalf("the database of the others: %v", err)
	}
	if err := db.CloseAlone(ctx); err != nil {
		t.Fatal(err)
	}
	if names, err := os.ReadDir(filepath.Dir(db.Path())); err != nil || len(names) != 1 {
		t.Errorf("left: %v, %v", names, err)
	}
	if tables, err := open(db.Path()).Tables(ctx); err != nil || len(tables) == 0 {
		t.Errorf("tables %v, %v", tables, err)
	}
}
