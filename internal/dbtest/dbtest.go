// Package dbtest gives tests a migrated, empty database of their own: SQLite always, PostgreSQL
// when JALON_TEST_POSTGRES names a server. Under JALON_TEST_REQUIRE=1 (as in make test) a missing
// server fails the test instead of leaving PostgreSQL out.
package dbtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"jalon/internal/database"
	"jalon/migrations"
)

// Each runs f once on every database, as subtests named after them.
func Each(t *testing.T, f func(t *testing.T, db *database.DB)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { f(t, Postgres(t)) })
}

var template struct {
	sync.Once
	data []byte
	err  error
}

// SQLite gives an empty migrated database in a file of the test's own folder.
func SQLite(t testing.TB) *database.DB {
	t.Helper()
	template.Do(func() { template.data, template.err = buildTemplate() })
	if template.err != nil {
		t.Fatalf("migrate SQLite template: %v", template.err)
	}
	return SQLiteCopy(t, template.data)
}

// SQLiteCopy gives a database that holds what another one held when its bytes were taken, see Bytes.
func SQLiteCopy(t testing.TB, data []byte) *database.DB {
	t.Helper()
	file := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+file)
}

// Bytes takes what an SQLite database holds, for copies of it: tests that begin alike build their beginning once.
func Bytes(t testing.TB, db *database.DB) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "copy.db")
	if err := db.Backup(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func buildTemplate() ([]byte, error) {
	dir, err := os.MkdirTemp("", "jalon-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	db, err := database.Open(ctx, "sqlite:"+filepath.Join(dir, "t.db"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if _, err := migrations.Up(ctx, db); err != nil {
		return nil, err
	}
	out := filepath.Join(dir, "copy.db")
	if err := db.Backup(ctx, out); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
}

// PostgresURL gives the URL of a database that exists only for this test and is empty and not
// migrated. The test is skipped, or fails under JALON_TEST_REQUIRE, when there is no server.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return create(t, "")
}

// NeedPostgres skips the test, or fails it under JALON_TEST_REQUIRE, when there is no server.
func NeedPostgres(t testing.TB) {
	t.Helper()
	server(t)
}

var kept struct {
	sync.Mutex
	names []string
}

// PostgresKept gives the URL of an empty migrated database that outlives the test: what tests of a process share, each through a PostgresCopy of it. Whoever asks
// for one calls DropKept at the end of all tests.
func PostgresKept(t testing.TB) string {
	t.Helper()
	u, name := server(t), "jalon_kept_"+random()
	exec(t, u, "CREATE DATABASE "+name+" TEMPLATE "+templateName(t)+" STRATEGY FILE_COPY")
	kept.Lock()
	defer kept.Unlock()
	kept.names = append(kept.names, name)
	return withName(u, name)
}

// DropKept removes what PostgresKept made. It is for TestMain, after the tests.
func DropKept() error {
	kept.Lock()
	defer kept.Unlock()
	if len(kept.names) == 0 {
		return nil
	}
	ctx := context.Background()
	db, err := database.Open(ctx, os.Getenv("JALON_TEST_POSTGRES"))
	if err != nil {
		return err
	}
	defer db.Close()
	for _, name := range kept.names {
		_, failed := db.Write().ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		err = errors.Join(err, failed)
	}
	return err
}

// PostgresCopy gives the URL of a database that exists only for this test and holds what another one holds, to which nobody is connected.
func PostgresCopy(t testing.TB, of string) string {
	t.Helper()
	u, err := url.Parse(of)
	if err != nil {
		t.Fatal(err)
	}
	return create(t, strings.TrimPrefix(u.Path, "/"))
}

// PostgresMigrated gives the URL of a database that exists only for this test and is empty and migrated.
func PostgresMigrated(t testing.TB) string {
	t.Helper()
	return create(t, templateName(t))
}

// Postgres gives an empty migrated database on the server.
func Postgres(t testing.TB) *database.DB {
	t.Helper()
	return open(t, PostgresMigrated(t))
}

func open(t testing.TB, dsn string) *database.DB {
	t.Helper()
	db, err := database.Open(context.Background(), dsn)
	if err != nil {
		t.Fatalf("open %s: %v", dsn, err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func server(t testing.TB) *url.URL {
	t.Helper()
	dsn := os.Getenv("JALON_TEST_POSTGRES")
	if dsn == "" {
		if os.Getenv("JALON_TEST_REQUIRE") == "1" {
			t.Fatal("JALON_TEST_POSTGRES names no server, and JALON_TEST_REQUIRE=1 asks for one")
		}
		t.Skip("no PostgreSQL: set JALON_TEST_POSTGRES, or run make test")
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatalf("JALON_TEST_POSTGRES: %v", err)
	}
	return u
}

var pgTemplate struct {
	sync.Once
	name string
}

// templateName makes, once a process, a migrated database that others are copied from.
func templateName(t testing.TB) string {
	t.Helper()
	u := server(t)
	pgTemplate.Do(func() {
		name := "jalon_template_" + random()
		exec(t, u, "CREATE DATABASE "+name)
		db, err := database.Open(context.Background(), withName(u, name))
		if err != nil {
			t.Fatalf("open template: %v", err)
		}
		if _, err := migrations.Up(context.Background(), db); err != nil {
			t.Fatalf("migrate template: %v", err)
		}
		_ = db.Close()
		pgTemplate.name = name
	})
	if pgTemplate.name == "" {
		t.Fatal("the PostgreSQL template could not be made (see the first failure)")
	}
	return pgTemplate.name
}

func create(t testing.TB, from string) string {
	t.Helper()
	u := server(t)
	name := "jalon_test_" + random()
	statement := "CREATE DATABASE " + name
	if from != "" {
		statement += " TEMPLATE " + from + " STRATEGY FILE_COPY"
	}
	exec(t, u, statement)
	t.Cleanup(func() { exec(t, u, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return withName(u, name)
}

func exec(t testing.TB, u *url.URL, statement string) {
	t.Helper()
	db, err := database.Open(context.Background(), u.String())
	if err != nil {
		t.Fatalf("reach %s: %v", u.Redacted(), err)
	}
	defer db.Close()
	if _, err := db.Write().ExecContext(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func withName(u *url.URL, name string) string {
	c := *u
	c.Path = "/" + name
	return c.String()
}

func random() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
