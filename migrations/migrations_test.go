package migrations_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/migrations"
)

func TestUpFromEmpty(t *testing.T) {
	check := func(t *testing.T, url string) {
		ctx := context.Background()
		db, err := database.Open(ctx, url)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		before, err := migrations.Status(ctx, db)
		if err != nil || len(before.Applied) != 0 || len(before.Pending) == 0 {
			t.Fatalf("empty database: %+v, %v", before, err)
		}
		done, err := migrations.Up(ctx, db)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(done, before.Pending) {
			t.Errorf("applied %v, want %v", done, before.Pending)
		}
		again, err := migrations.Up(ctx, db)
		if err != nil || len(again) != 0 {
			t.Errorf("second run applied %v, %v", again, err)
		}
		after, err := migrations.Status(ctx, db)
		if err != nil || len(after.Pending) != 0 || len(after.Newer) != 0 {
			t.Errorf("after: %+v, %v", after, err)
		}
		if _, err := db.Write().ExecContext(ctx, "INSERT INTO bun_migrations (name, group_id) VALUES ('29991231235959', 99)"); err != nil {
			t.Fatal(err)
		}
		if _, err := migrations.Up(ctx, db); err == nil {
			t.Error("a schema newer than the binary was accepted")
		}
	}
	t.Run("SQLite", func(t *testing.T) { check(t, "sqlite:"+t.TempDir()+"/a.db") })
	t.Run("PostgreSQL", func(t *testing.T) { check(t, dbtest.PostgresURL(t)) })
}

// TestForeignDatabase points Jalon at a database that somebody else uses: it says so and leaves it alone.
func TestForeignDatabase(t *testing.T) {
	check := func(t *testing.T, url string) {
		ctx := context.Background()
		db, err := database.Open(ctx, url)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Write().ExecContext(ctx, "CREATE TABLE invoice (number TEXT NOT NULL)"); err != nil {
			t.Fatal(err)
		}
		_, err = migrations.Status(ctx, db)
		if f := fault.As(err); f == nil || f.Key != "database.foreign" {
			t.Errorf("status: %v, want database.foreign", err)
		}
		_, err = migrations.Up(ctx, db)
		if f := fault.As(err); f == nil || f.Key != "database.foreign" {
			t.Errorf("up: %v, want database.foreign", err)
		}
		if tables, err := db.Tables(ctx); err != nil || len(tables) != 1 {
			t.Errorf("tables %v, %v, want the invoice alone", tables, err)
		}
	}
	t.Run("SQLite", func(t *testing.T) { check(t, "sqlite:"+t.TempDir()+"/a.db") })
	t.Run("PostgreSQL", func(t *testing.T) { check(t, dbtest.PostgresURL(t)) })
}

func TestBothSchemasAlike(t *testing.T) {
	ctx := context.Background()
	lite, err := dbtest.SQLite(t).Tables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	pg, err := dbtest.Postgres(t).Tables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lite)
	slices.Sort(pg)
	if !slices.Equal(lite, pg) {
		t.Errorf("schemas differ\nSQLite     %s\nPostgreSQL %s", strings.Join(lite, "\n"), strings.Join(pg, "\n"))
	}
	if len(lite) < 100 {
		t.Errorf("only %d columns found: the query no longer sees the schema", len(lite))
	}
}
