package database_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// awkward are texts in which the bulk form of a database has signs of its own.
var awkward = []string{"", "\\N", `\.`, "a\tb", "a\nb\r\n", `back\slash`, "é €", "\"q\"", "'", "NULL", "\\", "\u202f"}

func scratch(t *testing.T, db *database.DB) {
	t.Helper()
	words := db.SchemaWords()
	if _, err := db.Write().ExecContext(t.Context(), fmt.Sprintf("CREATE TABLE scratch (n BIGINT NOT NULL PRIMARY KEY, word TEXT NOT NULL, yes BOOLEAN, raw %s, day DATE, at %s, ref BIGINT)", words["Bytes"], words["Instant"])); err != nil {
		t.Fatal(err)
	}
}

type scratchRow struct {
	N    int64      `bun:"n"`
	Word string     `bun:"word"`
	Yes  *bool      `bun:"yes"`
	Raw  []byte     `bun:"raw"`
	Day  civil.Date `bun:"day"`
	At   time.Time  `bun:"at"`
	Ref  *int64     `bun:"ref"`
}

func TestLoadKeepsEveryValue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		scratch(t, db)
		const rows = 20_003 // one full batch and a rest
		at := time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.UTC)
		err := db.LoadTx(t.Context(), func(ctx context.Context, tx database.Conn, load *database.Loader) error {
			r := load.Into("scratch", "n", "word", "yes", "raw", "day", "at", "ref")
			for i := range int64(rows) {
				r.Int(i)
				r.Text(awkward[i%int64(len(awkward))])
				r.Bool(i%2 == 0)
				r.Bytes([]byte{0, 0xff, byte(i)})
				r.Date(civil.D(2026, 2, 28))
				r.Instant(at)
				r.Key(i % 2)
				if err := r.End(ctx); err != nil {
					return err
				}
			}
			r.Int(rows)
			r.Text("empty")
			r.Null()
			r.Bytes(nil)
			r.Date(civil.Date{})
			r.Instant(time.Time{})
			r.Null()
			if err := r.End(ctx); err != nil {
				return err
			}
			if err := r.Close(ctx); err != nil {
				return err
			}
			var n int // the transaction itself sees what was loaded
			if err := tx.NewRaw("SELECT count(*) FROM scratch").Scan(ctx, &n); err != nil || n != rows+1 {
				t.Errorf("inside the transaction: %d rows, %v", n, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []scratchRow
		if err := db.Read().NewRaw("SELECT * FROM scratch ORDER BY n").Scan(t.Context(), &got); err != nil {
			t.Fatal(err)
		}
		if len(got) != rows+1 {
			t.Fatalf("%d rows, want %d", len(got), rows+1)
		}
		for i, r := range got[:rows] {
			if r.Word != awkward[i%len(awkward)] || *r.Yes != (i%2 == 0) || !bytes.Equal(r.Raw, []byte{0, 0xff, byte(i)}) || r.Day != civil.D(2026, 2, 28) || !r.At.Equal(at) || (r.Ref == nil) != (i%2 == 0) {
				t.Fatalf("row %d came back as %+v", i, r)
			}
		}
		if last := got[rows]; last.Yes != nil || last.Raw != nil || !last.Day.IsZero() || !last.At.IsZero() || last.Ref != nil {
			t.Errorf("absent values came back as %+v", last)
		}
	})
}

func TestLoadLeavesNothingOfAFailure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		scratch(t, db)
		fill := func(ctx context.Context, load *database.Loader, n ...int64) error {
			r := load.Into("scratch", "n", "word")
			for _, v := range n {
				r.Int(v)
				r.Text("x")
				if err := r.End(ctx); err != nil {
					return err
				}
			}
			return r.Close(ctx)
		}
		stop := errors.New("stop")
		err := db.LoadTx(t.Context(), func(ctx context.Context, _ database.Conn, load *database.Loader) error {
			if err := fill(ctx, load, 1, 2); err != nil {
				t.Fatal(err)
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Errorf("the error of the work is %v", err)
		}
		err = db.LoadTx(t.Context(), func(ctx context.Context, _ database.Conn, load *database.Loader) error { return fill(ctx, load, 3, 3) })
		if database.Classify(err) != database.Unique {
			t.Errorf("a key twice gives %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = db.LoadTx(t.Context(), func(ctx context.Context, _ database.Conn, load *database.Loader) error {
				_ = fill(ctx, load, 4)
				panic("in the middle")
			})
		}()
		var n int
		if err := db.Read().NewRaw("SELECT count(*) FROM scratch").Scan(t.Context(), &n); err != nil || n != 0 {
			t.Errorf("%d rows stayed, %v", n, err)
		}
		// The connection goes on to serve others.
		if err := db.LoadTx(t.Context(), func(ctx context.Context, _ database.Conn, load *database.Loader) error { return fill(ctx, load, 5) }); err != nil {
			t.Error(err)
		}
	})
}
