package identity

import (
	"context"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// grantDetails is what the trail says of a grant.
type grantDetails struct {
	Grant   int64     `json:"grant"`
	Role    Role      `json:"role"`
	Scope   ScopeKind `json:"scope"`
	Subject int64     `json:"subject"`
}

// Grants lists what was granted in an organisation.
func (s *Service) Grants(ctx context.Context, actor Actor, organisation int64) ([]GrantLine, error) {
	if err := s.seeOrganisation(actor, PermEditUsers, organisation); err != nil {
		return nil, err
	}
	return findGrants(ctx, s.db.Read(), organisation, 0)
}

// AddGrant gives a role to somebody who belongs to the organisation or holds a grant in it already. Who is a stranger to it is
// granted by address: numbers must not tell who else there is.
func (s *Service) AddGrant(ctx context.Context, actor Actor, g Grant) (Grant, error) {
	if err := s.seeOrganisation(actor, PermEditUsers, g.OrganisationID); err != nil {
		return g, err
	}
	who, err := findAccount(ctx, s.db.Read(), g.UserID)
	if err != nil {
		return g, err
	}
	if !actor.operates() && who.OrganisationID != g.OrganisationID {
		switch known, err := hasGrant(ctx, s.db.Read(), g.OrganisationID, g.UserID); {
		case err != nil:
			return g, err
		case !known:
			return g, fault.NotFound("user", g.UserID)
		}
	}
	return s.grant(ctx, actor, who, g)
}

// AddGrantByEmail gives a role to whoever has the address, in whatever organisation they have their account.
func (s *Service) AddGrantByEmail(ctx context.Context, actor Actor, email string, g Grant) (Grant, error) {
	if err := s.seeOrganisation(actor, PermEditUsers, g.OrganisationID); err != nil {
		return g, err
	}
	email, folded, _ := cleanEmail(email)
	who, err := findAccountByEmail(ctx, s.db.Read(), folded)
	if fault.KindOf(err) == fault.KindNotFound {
		return g, fault.NotFound("user", email)
	}
	if err != nil {
		return g, err
	}
	return s.grant(ctx, actor, who, g)
}

// grant books a grant that the actor may give.
func (s *Service) grant(ctx context.Context, actor Actor, who account, g Grant) (Grant, error) {
	if who.Status == StatusErased {
		return g, fault.NotFound("user", who.ID)
	}
	g.ID, g.UserID, g.GrantedBy = 0, who.ID, actor.Name
	if err := g.Validate(); err != nil {
		return g, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return s.addGrant(ctx, tx, actor, &g) })
	return g, err
}

func (s *Service) addGrant(ctx context.Context, tx database.Conn, actor Actor, g *Grant) error {
	if err := insertGrant(ctx, tx, g, s.now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, g.OrganisationID, actor.Name, "grant.create", "user", g.UserID, detailsOfGrant(*g), s.now())
}

func detailsOfGrant(g Grant) grantDetails { return grantDetails{g.ID, g.Role, g.Scope, g.SubjectID} }

// RevokeGrant takes a grant back. It holds from the next request on.
func (s *Service) RevokeGrant(ctx context.Context, actor Actor, id int64) error {
	if err := Can(actor, PermOwnAccount, Scope{}); err != nil {
		return err
	}
	g, err := findGrant(ctx, s.db.Read(), id)
	if err != nil {
		return err
	}
	if err := See(actor, PermEditUsers, PermEditUsers, Within(g.OrganisationID), "grant", id); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		left, err := s.lockAdministered(ctx, tx, actor, g.UserID)
		if err != nil {
			return err
		}
		if ok, err := deleteGrant(ctx, tx, g); err != nil || !ok {
			return orRefuse(err, fault.NotFound("grant", id))
		}
		if err := left(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, g.OrganisationID, actor.Name, "grant.revoke", "user", g.UserID, detailsOfGrant(g), s.now())
	})
}

// lockAdministered holds the organisations of which an active user is an administrator, before something is taken from the user. The function that
// it gives refuses to leave one of them without an active administrator: nobody could let anybody in any more. Operators can.
// Two administrators who remove each other at once meet at the lock.
func (s *Service) lockAdministered(ctx context.Context, tx database.Conn, actor Actor, user int64) (left func(context.Context, database.Conn) error, err error) {
	nothing := func(context.Context, database.Conn) error { return nil }
	who, err := findAccount(ctx, tx, user)
	if err != nil || actor.operates() || who.Status != StatusActive {
		return nothing, err
	}
	administered, err := findAdministered(ctx, tx, user)
	if err != nil {
		return nil, err
	}
	for _, id := range administered {
		if err := lockOrganisation(ctx, tx, id); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, tx database.Conn) error {
		for _, id := range administered {
			switch n, err := countAdministrators(ctx, tx, id); {
			case err != nil:
				return err
			case n == 0:
				return fault.Conflict("user.last_administrator")
			}
		}
		return nil
	}, nil
}
