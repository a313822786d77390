package identity

import (
	"context"
	"slices"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Service holds the use cases of people and organisations.
type Service struct {
	db      *database.DB
	now     func() time.Time
	options Options
	hash    *hasher
	hooks   *hooks
}

// New makes the service. The clock is handed in so that the demonstration and the tests can hang
// on a day of their own.
func New(db *database.DB, now func() time.Time) *Service {
	s := &Service{db: db, now: now, hooks: &hooks{}}
	return s.With(Options{})
}

// With gives the same service with options. What is left out has a default, but for the key: without one nobody can use a second factor.
func (s *Service) With(o Options) *Service {
	if o.Link == nil {
		o.Link = func(path string) string { return path }
	}
	if o.Texts == nil {
		o.Texts = func(_, key string, _ ...any) string { return key }
	}
	out := *s
	out.options, out.hash = o, newHasher(o.Hashing, o.Concurrency)
	return &out
}

// Organisations lists by code the organisations in which the actor holds any grant; an operator sees all.
func (s *Service) Organisations(ctx context.Context, actor Actor) ([]Organisation, error) {
	if err := Can(actor, PermOwnAccount, Scope{}); err != nil {
		return nil, err
	}
	all, err := findOrganisations(ctx, s.db.Read())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(o Organisation) bool { return !actor.knows(o.ID) }), nil
}

// Organisation gives one organisation in which the actor holds any grant.
func (s *Service) Organisation(ctx context.Context, actor Actor, id int64) (Organisation, error) {
	if err := Can(actor, PermOwnAccount, Scope{}); err != nil {
		return Organisation{}, err
	}
	if !actor.knows(id) {
		return Organisation{}, fault.NotFound("organisation", id)
	}
	return FindOrganisation(ctx, s.db.Read(), id)
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
	if o.RetentionMonths == 0 {
		o.RetentionMonths = defaultRetention
	}
	if err := o.Validate(); err != nil {
		return o, err
	}
	if o.ParentID != 0 {
		parent, err := FindOrganisation(ctx, tx, o.ParentID)
		if err != nil {
			return o, err
		}
		var f fault.Fields
		f.Check(parent.Kind == KindNetwork, "network", "organisation.no_network", parent.Code)
		if err := f.Err(); err != nil {
			return o, err
		}
	}
	if err := insertOrganisation(ctx, tx, &o, now); err != nil {
		return o, err
	}
	return o, audit.Record(ctx, tx, o.ID, actor.Name, "organisation.create", "organisation", o.ID, o, now)
}

// UpdateOrganisation changes what an organisation says of itself. Its kind and its place in a network stay; its currency can change as long
// as no roadmap counts in it.
func (s *Service) UpdateOrganisation(ctx context.Context, actor Actor, version int64, o Organisation) error {
	if err := s.seeOrganisation(actor, PermEditOrganisation, o.ID); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		before, err := FindOrganisation(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		o.Kind, o.ParentID, o.Version = before.Kind, before.ParentID, version+1
		if err := o.Validate(); err != nil {
			return err
		}
		if o.Currency != before.Currency {
			switch used, err := countRoadmaps(ctx, tx, o.ID); {
			case err != nil:
				return err
			case used > 0:
				return fault.Conflict("organisation.currency_in_use", string(before.Currency), used)
			}
		}
		if err := updateOrganisation(ctx, tx, o, version); err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.ID, actor.Name, "organisation.update", "organisation", o.ID, change(before, o), s.now())
	})
}

// seeOrganisation refuses what concerns a whole organisation: in the words of an unknown one to who holds no grant in it.
func (s *Service) seeOrganisation(actor Actor, p Permission, id int64) error {
	err := Can(actor, p, Within(id))
	if fault.KindOf(err) == fault.KindForbidden && !actor.knows(id) {
		return fault.NotFound("organisation", id)
	}
	return err
}

// change is what an entry of the trail says of an edit.
func change(before, after any) map[string]any {
	return map[string]any{"before": before, "after": after}
}

// Resolve finds the organisation that a command works for: the one with the code, or the only
// administration there is when the code is empty: a network holds no roadmap, so it is only ever meant by its name. It gives
// NotFound when there is none at all, and Invalid when it cannot be said which.
func (s *Service) Resolve(ctx context.Context, actor Actor, code string) (Organisation, error) {
	all, err := s.Organisations(ctx, actor)
	if err != nil {
		return Organisation{}, err
	}
	if code != "" {
		i := slices.IndexFunc(all, func(o Organisation) bool { return o.Code == code })
		if i < 0 {
			return Organisation{}, fault.NotFound("organisation", code)
		}
		return all[i], nil
	}
	administrations := slices.DeleteFunc(slices.Clone(all), func(o Organisation) bool { return o.Kind != KindAdministration })
	switch {
	case len(all) == 0:
		return Organisation{}, fault.NotFound("organisation.any", "")
	case len(administrations) == 0:
		return Organisation{}, fault.Invalid("organisation.only_networks")
	case len(administrations) > 1:
		return Organisation{}, fault.Invalid("organisation.ambiguous", len(administrations))
	}
	return administrations[0], nil
}
