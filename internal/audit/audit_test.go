package audit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

var now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// newOrganisation books the authority whose trail is written and gives its id.
func newOrganisation(t *testing.T, db *database.DB) (id int64) {
	t.Helper()
	err := db.Write().NewRaw(`INSERT INTO organisation (kind, code, name, currency, locale, time_zone, created_at)
		VALUES ('administration', 'lille', 'Ville de Lille', 'EUR', 'fr', 'Europe/Paris', ?) RETURNING id`, now).Scan(context.Background(), &id)
	if err != nil {
		t.Fatal(err)
	}
	return id
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
		org := newOrganisation(t, db)
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
		org := newOrganisation(t, db)
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
