package audit_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// work is a use case that renames the organisation and writes some entries, then fails if it is told to.
func work(ctx context.Context, db *database.DB, org int64, name string, entries int, then error) error {
	return db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if _, err := tx.ExecContext(ctx, "UPDATE organisation SET name = ? WHERE id = ?", name, org); err != nil {
			return err
		}
		for i := range entries {
			if err := audit.Record(ctx, tx, org, "user:1", "organisation.update", "organisation", org+int64(i), name, now); err != nil {
				return err
			}
		}
		return then
	})
}

func organisationName(t tb, db *database.DB, org int64) (name string) {
	t.Helper()
	if err := db.Read().NewRaw("SELECT name FROM organisation WHERE id = ?", org).Scan(context.Background(), &name); err != nil {
		t.Fatal(err)
	}
	return name
}

func isRepeated(err error) bool {
	f := fault.As(err)
	return f != nil && f.Kind == fault.KindConflict && f.Key == "request.repeated"
}

func TestRequestDoesItsWorkOnce(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		for _, key := range []string{"a3f9", strings.Repeat("long", 1e5), "\x00\xff'", "A3F9"} {
			if _, done, err := audit.FindReceipt(ctx, db.Read(), key); done || err != nil {
				t.Fatalf("%.9q before: %v, %v", key, done, err)
			}
			if err := work(audit.WithRequest(ctx, key), db, org, "first", 3, nil); err != nil {
				t.Fatalf("%.9q: %v", key, err)
			}
			want := audit.Receipt{OrganisationID: org, Action: "organisation.update", Subject: "organisation", SubjectID: org}
			if got, done, err := audit.FindReceipt(ctx, db.Read(), key); got != want || !done || err != nil {
				t.Errorf("%.9q: receipt = %+v, %v, %v, want the first entry %+v", key, got, done, err, want)
			}
			if err := work(audit.WithRequest(ctx, key), db, org, "second", 1, nil); !isRepeated(err) {
				t.Errorf("%.9q again: %v, want request.repeated", key, err)
			}
			if got := organisationName(t, db, org); got != "first" {
				t.Errorf("%.9q again: its work stayed: %q", key, got)
			}
		}
	})
}

func TestRequestOfSeveralTransactions(t *testing.T) {
	ctx := context.Background()
	refused := errors.New("refused")
	tests := []struct {
		name  string
		steps func(t *testing.T, db *database.DB, org int64)
		done  bool
	}{
		{"a second one of the same request", func(t *testing.T, db *database.DB, org int64) {
			request := audit.WithRequest(ctx, "k")
			for _, name := range []string{"a", "b", "c"} {
				if err := work(request, db, org, name, 2, nil); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}, true},
		{"the first was rolled back", func(t *testing.T, db *database.DB, org int64) {
			request := audit.WithRequest(ctx, "k")
			if err := work(request, db, org, "a", 1, refused); !errors.Is(err, refused) {
				t.Error(err)
			}
			if err := work(request, db, org, "b", 1, nil); err != nil {
				t.Error(err)
			}
		}, true},
		{"all were rolled back", func(t *testing.T, db *database.DB, org int64) {
			_ = work(audit.WithRequest(ctx, "k"), db, org, "a", 1, refused)
		}, false},
		{"rolled back, and done by another meanwhile", func(t *testing.T, db *database.DB, org int64) {
			request := audit.WithRequest(ctx, "k")
			_ = work(request, db, org, "a", 1, refused)
			if err := work(audit.WithRequest(ctx, "k"), db, org+1, "other", 1, nil); err != nil {
				t.Error(err)
			}
			if err := db.Tx(request, func(ctx context.Context, tx database.Conn) error {
				return audit.Record(ctx, tx, org+1, "user:1", "organisation.close", "organisation", org, nil, now)
			}); !isRepeated(err) {
				t.Errorf("the late one: %v, want request.repeated", err)
			}
		}, true},
		{"a refusal is written without the request", func(t *testing.T, db *database.DB, org int64) {
			if err := work(audit.WithRequest(audit.WithRequest(ctx, "k"), ""), db, org, "a", 1, nil); err != nil {
				t.Error(err)
			}
		}, false},
		{"no entry, no receipt", func(t *testing.T, db *database.DB, org int64) {
			if err := work(audit.WithRequest(ctx, "k"), db, org, "a", 0, nil); err != nil {
				t.Error(err)
			}
		}, false},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				org := newOrganisation(t, db, "lille")
				newOrganisation(t, db, "roubaix")
				tc.steps(t, db, org)
				if _, done, err := audit.FindReceipt(ctx, db.Read(), "k"); done != tc.done || err != nil {
					t.Errorf("done = %v, %v, want %v", done, err, tc.done)
				}
			})
		})
	}
}

// TestRequestSentTwiceAtOnce is the double click: one of two wins, whichever it is.
func TestRequestSentTwiceAtOnce(t *testing.T) {
	const rounds = 10
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		for round := range rounds {
			errs := make([]error, 4)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() {
					request := audit.WithRequest(context.Background(), string(rune('a'+round)))
					errs[i] = db.Tx(request, func(ctx context.Context, tx database.Conn) error {
						return audit.Record(ctx, tx, org, "user:1", "project.create", "project", int64(i), nil, now)
					})
				})
			}
			wg.Wait()
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
				} else if !isRepeated(err) {
					t.Error(err)
				}
			}
			if won != 1 {
				t.Errorf("round %d: %d did the work, want one", round, won)
			}
		}
		if got := entries(t, db); len(got) != rounds {
			t.Errorf("%d entries, want %d", len(got), rounds)
		}
	})
}
