package main

import (
	"os"
	"path/filepath"
	"time"

	"jalon/finance"
	"jalon/governance"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/migrations"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/pdf"
)

// system is the wired application on an open database.
type system struct {
	db         *database.DB
	identity   *identity.Service
	portfolio  *portfolio.Service
	finance    *finance.Service
	governance *governance.Service
}

func wire(db *database.DB, now func() time.Time) *system {
	s := &system{db: db, identity: identity.New(db, now), portfolio: portfolio.New(db, now), finance: finance.New(db, now), governance: governance.New(db, now, pdf.Renderer{})}
	s.portfolio.UseCredits(finance.CreditBooks{})
	s.governance.UseTexts(func(locale, key string, args ...any) string { return views.For(locale).T(key, args...) })
	// What the other domains hold about a person goes with the account, in one transaction.
	s.identity.OnErase(portfolio.ErasePerson)
	s.identity.OnErase(finance.ErasePerson)
	s.identity.OnErase(governance.ErasePerson)
	s.identity.OnExport("portfolio", portfolio.PersonalData)
	s.identity.OnExport("finance", finance.PersonalData)
	s.identity.OnExport("governance", governance.PersonalData)
	return s
}

// open opens the configured database at the schema of this binary. An SQLite file is brought there
// by itself, after a copy; a server is not: its schema belongs to whoever runs it.
func (p *program) open(now func() time.Time) (*system, error) {
	db, err := database.Open(p.ctx, p.config.Database)
	if err != nil {
		return nil, err
	}
	if err := p.prepare(db); err != nil {
		_ = db.Close()
		return nil, err
	}
	return wire(db, now), nil
}

func (p *program) prepare(db *database.DB) error {
	state, err := migrations.Status(p.ctx, db)
	if err != nil {
		return err
	}
	if err := state.Refuse(); err != nil {
		return err
	}
	if len(state.Pending) == 0 {
		return nil
	}
	if db.Path() == "" {
		return fault.Unavailable(nil, "database.pending", len(state.Pending))
	}
	if err := p.backUp(db, state); err != nil {
		return err
	}
	_, err = migrations.Up(p.ctx, db)
	return err
}

// keepCopy keeps a file whose schema is about to change as it was.
func (p *program) keepCopy(db *database.DB) error {
	state, err := migrations.Status(p.ctx, db)
	if err != nil {
		return err
	}
	if err := state.Refuse(); err != nil {
		return err
	}
	return p.backUp(db, state)
}

// backUp keeps the file as it was before a change of schema; a new one has nothing to keep.
func (p *program) backUp(db *database.DB, state migrations.State) error {
	if len(state.Applied) == 0 || len(state.Pending) == 0 {
		return nil
	}
	file := db.Path() + ".before-" + state.Pending[len(state.Pending)-1]
	if _, err := os.Stat(file); err == nil {
		return nil // a change of schema that was interrupted: the copy is from before it
	}
	if err := db.Backup(p.ctx, file); err != nil {
		return err
	}
	p.say("migrate.backup", filepath.Base(file))
	return nil
}

// organisation finds the organisation that a command works for.
func (p *program) organisation(s *system) (identity.Organisation, error) {
	return s.identity.Resolve(p.ctx, p.actor, p.config.Organisation)
}

// with opens the database, finds the organisation that the command works for, and closes the
// database after f.
func (p *program) with(f func(s *system, o identity.Organisation) error) error {
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	o, err := p.organisation(s)
	if err != nil {
		return err
	}
	return f(s, o)
}

// clock is the real one.
func clock() time.Time { return time.Now() }
