package finance

import (
	"context"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/keep"
	"jalon/portfolio"
)

// Service holds the use cases of the books.
type Service struct {
	db       *database.DB
	now      func() time.Time
	progress *tracker
	suggest  *suggesters
	reports  *keep.Cache[reportKey, *heldReport]
}

// New makes the service. The clock is handed in.
func New(db *database.DB, now func() time.Time) *Service {
	return &Service{db: db, now: now, progress: newTracker(), suggest: newSuggesters(), reports: keep.New[reportKey, *heldReport](reportCacheSize)}
}

// books is what a use case works on: an organisation whose books nobody else changes until the transaction ends.
type books struct {
	identity.Organisation
	Settings
	Calendar
	today civil.Date
}

// act is what a use case does: its name in the trail, the permission it needs, and the noun that it is about.
type act struct {
	name       string
	permission identity.Permission
	noun       string
	id         int64
}

// trace is what the trail keeps of an act. The subject is the noun of the act unless it is told; without details nothing was
// done, and the trail keeps nothing.
type trace struct {
	subject string
	id      int64
	details any
}

// edit is what stood before and what stands after.
type edit struct {
	Before any `json:"before"`
	After  any `json:"after"`
}

// refuseNobody is the fault for who did not sign in. It comes before anything is looked for.
func refuseNobody(actor identity.Actor) error {
	return identity.Can(actor, identity.PermOwnAccount, identity.Scope{})
}

// seeOrganisation refuses what the actor may not do with the books of an organisation: anything for who did not sign in, not found for who
// may not even read them.
func seeOrganisation(actor identity.Actor, p identity.Permission, organisation int64) error {
	return identity.See(actor, p, identity.PermReadLedger, identity.Within(organisation), "organisation", organisation)
}

// seeProject loads a project for an actor who needs a permission on it. What they may not read is not found.
func seeProject(ctx context.Context, db database.Conn, actor identity.Actor, p identity.Permission, id portfolio.ProjectID) (portfolio.Project, error) {
	if err := refuseNobody(actor); err != nil {
		return portfolio.Project{}, err
	}
	project, err := portfolio.FindProject(ctx, db, id)
	if err == nil {
		err = identity.See(actor, p, identity.PermReadPortfolio, project.Place(), "project", int64(id))
	}
	if err != nil {
		return portfolio.Project{}, err
	}
	return project, nil
}

// read is a use case that reads the books of a whole organisation, all on one view of the data.
func (s *Service) read(ctx context.Context, actor identity.Actor, p identity.Permission, organisation int64, work func(ctx context.Context, tx database.Conn, b *books) error) error {
	if err := seeOrganisation(actor, p, organisation); err != nil {
		return err
	}
	return s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, organisation)
		if err != nil {
			return err
		}
		return work(ctx, tx, b)
	})
}

// change is a use case on the books of a whole organisation: permission, lock, the work, the facts counter and the audit
// entry, in this order and one transaction.
func (s *Service) change(ctx context.Context, actor identity.Actor, organisation int64, a act, work func(ctx context.Context, tx database.Conn, b *books) (trace, error)) error {
	if err := seeOrganisation(actor, a.permission, organisation); err != nil {
		return err
	}
	if a.noun == "" {
		a.noun, a.id = "organisation", organisation
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		return s.inBooks(ctx, tx, actor, organisation, a, work)
	})
}

// changeProject is change on one project: a grant on the project alone is enough.
func (s *Service) changeProject(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, a act, work func(ctx context.Context, tx database.Conn, b *books, p portfolio.Project) (trace, error)) error {
	if a.noun == "" {
		a.noun, a.id = "project", int64(id)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		p, err := seeProject(ctx, tx, actor, a.permission, id)
		if err != nil {
			return err
		}
		return s.inBooks(ctx, tx, actor, p.OrganisationID, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
			return work(ctx, tx, b, p)
		})
	})
}

// inBooks holds the books of an organisation, does the work, and concludes it.
func (s *Service) inBooks(ctx context.Context, tx database.Conn, actor identity.Actor, organisation int64, a act, work func(ctx context.Context, tx database.Conn, b *books) (trace, error)) error {
	b, err := s.hold(ctx, tx, organisation)
	if err != nil {
		return err
	}
	t, err := work(ctx, tx, b)
	if err != nil {
		return err
	}
	return s.conclude(ctx, tx, actor, organisation, a, t)
}

// conclude raises the facts counter and writes the trail of an act that did something.
func (s *Service) conclude(ctx context.Context, tx database.Conn, actor identity.Actor, organisation int64, a act, t trace) error {
	if t.details == nil {
		return nil
	}
	if t.subject == "" {
		t.subject, t.id = a.noun, a.id
	}
	if err := bumpFacts(ctx, tx, organisation); err != nil {
		return err
	}
	return audit.Record(ctx, tx, organisation, actor.Name, a.name, t.subject, t.id, t.details, s.now())
}

// hold locks the books of an organisation and reads what every booking needs of it.
func (s *Service) hold(ctx context.Context, tx database.Conn, organisation int64) (*books, error) {
	if err := lockSettings(ctx, tx, organisation); err != nil {
		return nil, err
	}
	return s.open(ctx, tx, organisation)
}

// open reads the same without the lock, for pages and previews.
func (s *Service) open(ctx context.Context, db database.Conn, organisation int64) (*books, error) {
	b, err := readBooks(ctx, db, organisation)
	if err == nil {
		b.today = civil.DateOf(s.now(), b.Location())
	}
	return b, err
}

// readBooks reads what is to be known of the books of an organisation, but for the day.
func readBooks(ctx context.Context, db database.Conn, organisation int64) (*books, error) {
	o, err := identity.FindOrganisation(ctx, db, organisation)
	if err != nil {
		return nil, err
	}
	b := &books{Organisation: o}
	if b.Settings, err = findSettings(ctx, db, organisation); err != nil {
		return nil, err
	}
	b.Calendar, err = findCalendar(ctx, db, o)
	return b, err
}
