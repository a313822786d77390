package audit_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

var now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// tb is what helpers need of a test and of a property alike.
type tb interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// newOrganisation books the authority whose trail is written and gives its id.
func newOrganisation(t tb, db *database.DB, code string) (id int64) {
	t.Helper()
	err := db.Write().NewRaw(`INSERT INTO organisation (kind, code, name, currency, locale, time_zone, created_at)
		VALUES ('administration', ?, 'Ville de Lille', 'EUR', 'fr', 'Europe/Paris', ?) RETURNING id`, code, now).Scan(context.Background(), &id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// run executes a statement past the trail's own functions, as somebody with the database at hand would.
func run(t tb, db *database.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Write().ExecContext(context.Background(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// record writes one entry in a transaction of its own.
func record(t tb, db *database.DB, org int64, actor, action, subject string, id int64, details any, at time.Time) {
	t.Helper()
	err := db.Tx(context.Background(), func(ctx context.Context, tx database.Conn) error {
		return audit.Record(ctx, tx, org, actor, action, subject, id, details, at)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func entries(t *testing.T, db *database.DB) (out []string) {
	t.Helper()
	if err := db.Read().NewRaw("SELECT actor || ' ' || action || ' ' || subject || ' ' || subject_id || ' ' || details FROM audit_entry ORDER BY id").Scan(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRecord(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		details := map[string]any{"name": "L’été « à la plage »", "cost": int64(1<<53 + 1)}
		err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
			return audit.Record(ctx, tx, org, "cli:anne", "project.create", "project", 42, details, now)
		})
		if err != nil {
			t.Fatal(err)
		}
		want := `cli:anne project.create project 42 {"cost":9007199254740993,"name":"L’été « à la plage »"}`
		if got := entries(t, db); len(got) != 1 || got[0] != want {
			t.Errorf("trail = %q, want %q", got, want)
		}
	})
}

// TestRecordIsPartOfTheWork: what was not done leaves no trail, and what leaves no trail is not done.
func TestRecordIsPartOfTheWork(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		tests := []struct {
			name    string
			org     int64
			details any
			then    error
		}{
			{"the work fails", org, nil, fault.Conflict("project.code.taken", "P1")},
			{"details that cannot be written", org, func() {}, nil},
			{"an organisation that does not exist", org + 999, nil, nil},
		}
		for _, tc := range tests {
			err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
				if _, err := tx.ExecContext(ctx, "UPDATE organisation SET name = 'changed'"); err != nil {
					return err
				}
				return errors.Join(audit.Record(ctx, tx, tc.org, "a", "b", "c", 1, tc.details, now), tc.then)
			})
			if err == nil {
				t.Errorf("%s: no error", tc.name)
			}
			var name string
			if err := db.Read().NewRaw("SELECT name FROM organisation").Scan(ctx, &name); err != nil || name != "Ville de Lille" {
				t.Errorf("%s: the work stayed: name %q, %v", tc.name, name, err)
			}
			if got := entries(t, db); len(got) != 0 {
				t.Errorf("%s: trail = %q, want none", tc.name, got)
			}
		}
	})
}

// TestRecordHidesValues: equal values do not look alike, so that nobody can find erased ones by trying.
func TestRecordHidesValues(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		for range 2 {
			record(t, db, org, "user:1", "user.create", "user", 1, "Anne", now)
		}
		var rows []struct{ Salt, DetailsHash, Details string }
		if err := db.Read().NewRaw("SELECT salt, details_hash, details FROM audit_entry ORDER BY id").Scan(context.Background(), &rows); err != nil {
			t.Fatal(err)
		}
		if rows[0].Salt == rows[1].Salt || rows[0].DetailsHash == rows[1].DetailsHash {
			t.Errorf("two entries share salt or hash: %+v", rows)
		}
		for _, r := range rows {
			sum := sha256.Sum256([]byte(r.Salt + r.Details))
			if want := hex.EncodeToString(sum[:]); r.DetailsHash != want || len(r.Salt) != 32 {
				t.Errorf("hash %s of salt %q, want %s of 32 digits", r.DetailsHash, r.Salt, want)
			}
		}
	})
}
