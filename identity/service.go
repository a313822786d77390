package identity

import (
	"context"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Service holds the use cases of organisations.
type Service struct {
	db  *database.DB
	now func() time.Time
}

// New makes the service. The clock is handed in so that the demonstration and the tests can hang
// on a day of their own.
func New(db *database.DB, now func() time.Time) *Service { return &Service{db: db, now: now} }

// Organisations lists the organisations by code.
func (s *Service) Organisations(ctx context.Context, actor Actor) ([]Organisation, error) {
	if err := Can(actor, PermReadPortfolio, Scope{}); err != nil {
		return nil, err
	}
	return findOrganisations(ctx, s.db.Read())
}

// Create books a new organisation and gives it with its id.
func (s *Service) Create(ctx context.Context, actor Actor, o Organisation) (Organisation, error) {
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) (err error) {
		o, err = CreateWithin(ctx, tx, actor, o, s.now())
		return err
	})
	return o, err
}

// CreateWithin books a new organisation inside the caller's transaction: the first import into an
// empty database makes one, and an import that fails or is only a preview leaves none behind.
func CreateWithin(ctx context.Context, tx database.Conn, actor Actor, o Organisation, now time.Time) (Organisation, error) {
	if err := Can(actor, PermEditOrganisation, Scope{}); err != nil {
		return o, err
	}
	if err := o.Validate(); err != nil {
		return o, err
	}
	if err := insertOrganisation(ctx, tx, &o, now); err != nil {
		return o, err
	}
	return o, audit.Record(ctx, tx, o.ID, actor.Name, "organisation.create", "organisation", o.ID, o, now)
}

// Resolve finds the organisation that a command works for: the one with the code, or the only one
// there is when the code is empty. It gives NotFound when there is none at all, and Invalid
// "organisation.ambiguous" when there are several and none was named.
func (s *Service) Resolve(ctx context.Context, actor Actor, code string) (Organisation, error) {
	all, err := s.Organisations(ctx, actor)
	if err != nil {
		return Organisation{}, err
	}
	if code == "" {
		switch len(all) {
		case 0:
			return Organisation{}, fault.NotFound("organisation.any", "")
		case 1:
			return all[0], nil
		}
		return Organisation{}, fault.Invalid("organisation.ambiguous", len(all))
	}
	for _, o := range all {
		if o.Code == code {
			return o, nil
		}
	}
	return Organisation{}, fault.NotFound("organisation", code)
}
