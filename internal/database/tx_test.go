package database_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

var instant = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// entry is a table with a number of its own: organisations are the simplest that there is.
type entry struct {
	bun.BaseModel `bun:"table:organisation"`
	ID            int64     `bun:"id,pk,autoincrement"`
	Kind          string    `bun:"kind"`
	Code          string    `bun:"code"`
	Name          string    `bun:"name"`
	Currency      string    `bun:"currency"`
	Locale        string    `bun:"locale"`
	TimeZone      string    `bun:"time_zone"`
	CreatedAt     time.Time `bun:"created_at"`
}

func newEntry(code string) *entry {
	return &entry{Kind: "administration", Code: code, Name: "Ville de " + code, Currency: "EUR", Locale: "fr", TimeZone: "Europe/Paris", CreatedAt: instant}
}

func insert(ctx context.Context, db database.Conn, code string) error {
	_, err := db.NewInsert().Model(newEntry(code)).Exec(ctx)
	return err
}

func codes(t *testing.T, db database.Conn) []string {
	t.Helper()
	out := []string{}
	if err := db.NewRaw("SELECT code FROM organisation ORDER BY code").Scan(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestClassify(t *testing.T) {
	ctx := context.Background()
	tests := []struct {
		name, statement string
		want            database.Class
	}{
		{"unique", "INSERT INTO organisation (kind, code, name, currency, locale, time_zone, created_at) SELECT kind, code, name, currency, locale, time_zone, created_at FROM organisation", database.Unique},
		{"primary key", "INSERT INTO job_run SELECT * FROM job_run", database.Unique},
		{"foreign key", "INSERT INTO audit_entry (organisation_id, at, actor, action, subject, subject_id, details) SELECT 999, created_at, '', '', '', 1, '' FROM organisation", database.ForeignKey},
		{"foreign key of a row that is needed", "DELETE FROM organisation", database.ForeignKey},
		{"check", "UPDATE organisation SET fiscal_month = 13", database.Check},
		{"not null", "UPDATE organisation SET name = NULL", database.NotNull},
		{"a slip of the pen", "SELEKT 1", database.Other},
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		if err := insert(ctx, db.Write(), "a"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Write().ExecContext(ctx, "INSERT INTO audit_entry (organisation_id, at, actor, action, subject, subject_id, details) SELECT id, created_at, '', '', '', 1, '' FROM organisation"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := database.TryClaim(ctx, db.Write(), database.Slot{Job: "j", Slot: "s"}, "o", instant, time.Hour); err != nil {
			t.Fatal(err)
		}
		for _, tc := range tests {
			_, err := db.Write().ExecContext(ctx, tc.statement)
			if got := database.Classify(fmt.Errorf("wrapped: %w", err)); err == nil || got != tc.want {
				t.Errorf("%s: class of %v = %d, want %d", tc.name, err, got, tc.want)
			}
			if f := fault.As(db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
				_, err := tx.ExecContext(ctx, tc.statement)
				return err
			})); f != nil {
				t.Errorf("%s: %v is no fault that a person can mend", tc.name, f)
			}
		}
	})
}

// TestClassifyOwnDeadline holds apart a server that does not answer and a caller who did not wait.
func TestClassifyOwnDeadline(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for name, ctx := range map[string]context.Context{"cancelled": cancelled(), "too late": expired()} {
			err := db.Tx(ctx, func(context.Context, database.Conn) error { return nil })
			if err == nil || database.Classify(err) != database.Other || fault.As(err) != nil {
				t.Errorf("%s: %v, class %d, want a plain error of class Other", name, err, database.Classify(err))
			}
		}
	})
}

func cancelled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func expired() context.Context {
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	cancel()
	return ctx
}

func TestTx(t *testing.T) {
	ctx := context.Background()
	mine := errors.New("changed my mind")
	tests := []struct {
		name string
		work func(ctx context.Context, tx database.Conn) error
		want []string
	}{
		{"commits", func(ctx context.Context, tx database.Conn) error { return insert(ctx, tx, "kept") }, []string{"kept"}},
		{"rolls back on an error", func(ctx context.Context, tx database.Conn) error { return errors.Join(insert(ctx, tx, "lost"), mine) }, []string{}},
		{"rolls back on a broken rule", func(ctx context.Context, tx database.Conn) error {
			return errors.Join(insert(ctx, tx, "lost"), insert(ctx, tx, "lost"))
		}, []string{}},
		{"rolls back on a panic", func(ctx context.Context, tx database.Conn) error {
			if err := insert(ctx, tx, "lost"); err != nil {
				return err
			}
			panic(mine)
		}, []string{}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				func() {
					defer func() { _ = recover() }()
					_ = db.Tx(ctx, tc.work)
				}()
				if got := codes(t, db.Read()); !slices.Equal(got, tc.want) {
					t.Errorf("after the transaction: %v, want %v", got, tc.want)
				}
				// The pool is whole: a connection lost to the panic would stop the single writer for good.
				if err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return insert(ctx, tx, "next") }); err != nil {
					t.Errorf("next transaction: %v", err)
				}
			})
		})
	}
}

func TestReadTxRefusesToWrite(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		err := db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error { return insert(ctx, tx, "a") })
		expectFault(t, err, fault.KindUnavailable, "database.read_only")
		if got := codes(t, db.Read()); len(got) != 0 {
			t.Errorf("rows = %v, want none", got)
		}
	})
}

func TestReadTxSeesOneView(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		if err := insert(ctx, db.Write(), "before"); err != nil {
			t.Fatal(err)
		}
		err := db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
			for range 2 {
				if got := codes(t, tx); !slices.Equal(got, []string{"before"}) {
					t.Errorf("the view shows %v, want what was there when it began", got)
				}
				if err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return insert(ctx, tx, "meanwhile") }); err != nil && database.Classify(err) != database.Unique {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := codes(t, db.Read()); !slices.Equal(got, []string{"before", "meanwhile"}) {
			t.Errorf("after the view: %v, want both", got)
		}
	})
}

func TestUpdated(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		if err := insert(ctx, db.Write(), "a"); err != nil {
			t.Fatal(err)
		}
		save := func(version int) error {
			res, err := db.Write().ExecContext(ctx, "UPDATE organisation SET version = version + 1 WHERE code = 'a' AND version = ?", version)
			return database.Updated(res, err, "organisation", "a")
		}
		if err := save(1); err != nil {
			t.Fatalf("first save: %v", err)
		}
		expectFault(t, save(1), fault.KindStale, "organisation.stale")
		res, err := db.Write().ExecContext(ctx, "UPDATE organisation SET fiscal_month = 13")
		if err := database.Updated(res, err, "organisation", "a"); err == nil || database.Classify(err) != database.Check {
			t.Errorf("a broken rule: %v, want it passed on", err)
		}
	})
}

func TestOne(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		var e entry
		expectFault(t, database.One(db.Read().NewSelect().Model(&e).Where("code = 'a'").Scan(ctx), "organisation", "a"), fault.KindNotFound, "organisation.not_found")
		if err := database.One(db.Read().NewSelect().Model(&e).Where("kode = 'a'").Scan(ctx), "organisation", "a"); err == nil || fault.As(err) != nil {
			t.Errorf("a broken query: %v, want an internal error", err)
		}
	})
}

func TestBulkIDs(t *testing.T) {
	ctx := context.Background()
	for _, n := range []int{0, 1, 499, 500, 501, 1203} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				rows := make([]*entry, n)
				for i := range rows {
					rows[i] = newEntry(fmt.Sprintf("%05d", i))
				}
				if err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return database.BulkIDs(ctx, tx, rows) }); err != nil {
					t.Fatal(err)
				}
				var held []entry
				if err := db.Read().NewSelect().Model(&held).OrderExpr("code").Scan(ctx); err != nil {
					t.Fatal(err)
				}
				if len(held) != n {
					t.Fatalf("%d rows in the books, want %d", len(held), n)
				}
				for i, h := range held {
					if h.ID == 0 || rows[i].ID != h.ID {
						t.Fatalf("row %d was told id %d, the books have %d", i, rows[i].ID, h.ID)
					}
				}
			})
		})
	}
}

func TestBulk(t *testing.T) {
	ctx := context.Background()
	for _, n := range []int{0, 1, 499, 500, 501, 1203} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				rows, want := make([]entry, n), make([]string, n)
				for i := range rows {
					want[i] = fmt.Sprintf("%05d", i)
					rows[i] = *newEntry(want[i])
				}
				if err := database.Bulk(ctx, db.Write(), rows); err != nil {
					t.Fatal(err)
				}
				if got := codes(t, db.Read()); !slices.Equal(got, want) {
					t.Errorf("%d rows in the books, want the %d that were given", len(got), n)
				}
			})
		})
	}
}

func TestIn(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for _, c := range []string{"a", "b", "c"} {
			if err := insert(ctx, db.Write(), c); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range [][]string{{}, {"b"}, {"a", "c"}} {
			got := []string{}
			if err := db.Read().NewRaw("SELECT code FROM organisation WHERE code IN (?) ORDER BY code", database.In(want)).Scan(ctx, &got); err != nil {
				t.Fatalf("IN %v: %v", want, err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("IN %v gives %v", want, got)
			}
		}
	})
}

func TestInstant(t *testing.T) {
	zone := time.FixedZone("Tahiti", -10*3600)
	at := time.Date(2026, 3, 29, 2, 30, 0, 123456789, zone)
	want := time.Date(2026, 3, 29, 12, 30, 0, 123456000, time.UTC)
	if got := database.Instant(at); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("Instant(%v) = %v, want %v", at, got, want)
	}
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEntry("a")
		e.CreatedAt = database.Instant(at)
		if _, err := db.Write().NewInsert().Model(e).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		var held entry
		if err := db.Read().NewSelect().Model(&held).Scan(ctx); err != nil || !held.CreatedAt.Equal(want) {
			t.Errorf("stored and loaded: %v, %v, want %v", held.CreatedAt, err, want)
		}
	})
}

func TestConvert(t *testing.T) {
	if got := database.Convert([]int{3, 1, 2}, strconv.Itoa); !slices.Equal(got, []string{"3", "1", "2"}) {
		t.Errorf("converted %q", got)
	}
	if got := database.Convert([]int(nil), strconv.Itoa); got == nil || len(got) != 0 {
		t.Errorf("nothing is converted to %#v, want an empty list", got)
	}
}
