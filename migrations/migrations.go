// Package migrations brings a database to the schema of this binary. There is one set of SQL files
// for both databases; a file that was released is never edited, a change is a new file. History
// depends on no Go type: a struct may change, what was run may not.
package migrations

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"

	"jalon/internal/database"
	"jalon/internal/fault"
)

//go:embed sql/*.sql
var files embed.FS

// State says how far a database is from this binary.
type State struct {
	Applied []string // names, oldest first
	Pending []string // known to this binary, not yet applied
	Newer   []string // applied by a newer binary, unknown to this one
}

func migrator(db *database.DB) (*migrate.Migrator, error) {
	sub, err := fs.Sub(files, "sql")
	if err != nil {
		return nil, err
	}
	set := migrate.NewMigrations()
	if err := set.Discover(sub); err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	// Marked only on success: by default a failing migration counts as applied. The migrator marks after
	// the commit; a program that is killed in between would find its own tables in the way for ever. So
	// the mark is set in the transaction already, and setting it again (upsert) does no harm.
	return migrate.NewMigrator(db.Bun(), set, migrate.WithMarkAppliedOnSuccess(true), migrate.WithUpsert(true), migrate.AfterMigration(mark),
		migrate.WithTemplateData(db.SchemaWords())), nil
}

// mark notes a migration as applied, in the transaction that applies it.
func mark(ctx context.Context, tx bun.IConn, m *migrate.Migration) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO bun_migrations (name, group_id) VALUES (?, ?)", m.Name, m.GroupID)
	return err
}

// Status compares the database with this binary without changing it; an empty database has
// everything pending.
func Status(ctx context.Context, db *database.DB) (State, error) {
	m, err := migrator(db)
	if err != nil {
		return State{}, err
	}
	known, err := m.MigrationsWithStatus(ctx)
	if err != nil {
		// The table of applied migrations does not exist yet in an empty database.
		tables, terr := db.Tables(ctx)
		switch {
		case terr != nil || slices.ContainsFunc(tables, ours):
			return State{}, fmt.Errorf("read schema version: %w", err)
		case len(tables) > 0:
			return State{}, fault.Unavailable(nil, "database.foreign")
		}
		return Names(), nil
	}
	var s State
	for _, k := range known {
		if k.IsApplied() {
			s.Applied = append(s.Applied, k.Name)
		} else {
			s.Pending = append(s.Pending, k.Name)
		}
	}
	applied, err := m.AppliedMigrations(ctx)
	if err != nil {
		return State{}, fmt.Errorf("read schema version: %w", err)
	}
	names := map[string]bool{}
	for _, k := range known {
		names[k.Name] = true
	}
	for _, a := range applied {
		if !names[a.Name] {
			s.Newer = append(s.Newer, a.Name)
		}
	}
	return s, nil
}

// ours tells whether a column, as database.Tables names it, is of a table that the first migration makes.
func ours(column string) bool { return strings.HasPrefix(column, "audit_entry.") }

// Names gives the state of an empty database.
func Names() State {
	entries, _ := files.ReadDir("sql")
	var s State
	for _, e := range entries {
		s.Pending = append(s.Pending, e.Name()[:14])
	}
	return s
}

// Up applies what is pending and names it. Two processes that start at once do it once.
func Up(ctx context.Context, db *database.DB) ([]string, error) {
	var done []string
	err := db.Exclusive(ctx, func() error {
		state, err := Status(ctx, db)
		if err != nil {
			return err
		}
		if err := state.Refuse(); err != nil {
			return err
		}
		if len(state.Pending) == 0 {
			return nil
		}
		m, err := migrator(db)
		if err != nil {
			return err
		}
		if err := m.Init(ctx); err != nil {
			return fmt.Errorf("prepare migrations: %w", err)
		}
		group, err := m.Migrate(ctx)
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		for _, g := range group.Migrations {
			done = append(done, g.Name)
		}
		return nil
	})
	return done, err
}

// Refuse fails when the database belongs to a newer binary.
func (s State) Refuse() error {
	if len(s.Newer) > 0 {
		return fault.Unavailable(nil, "database.newer", s.Newer[len(s.Newer)-1])
	}
	return nil
}
