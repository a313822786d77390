package identity

import (
	"context"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// AccountByEmail finds the account with an address among those that an organisation knows, for whoever looks after a
// committee there and says which member has it. Whom the organisation does not know is NotFound, like nobody.
func (s *Service) AccountByEmail(ctx context.Context, actor Actor, place Scope, email string) (int64, error) {
	if err := Can(actor, PermEditCommittee, place); err != nil {
		return 0, err
	}
	email, folded, _ := cleanEmail(email)
	who, err := findAccountByEmail(ctx, s.db.Read(), folded)
	if err == nil {
		err = knownAccount(ctx, s.db.Read(), who, place.Organisation)
	}
	if fault.KindOf(err) == fault.KindNotFound {
		return 0, fault.NotFound("user", email)
	}
	return who.ID, err
}

// AccountEmail is the other way round.
func (s *Service) AccountEmail(ctx context.Context, actor Actor, place Scope, id int64) (string, error) {
	if err := Can(actor, PermEditCommittee, place); err != nil {
		return "", err
	}
	who, err := findAccount(ctx, s.db.Read(), id)
	if err == nil {
		err = knownAccount(ctx, s.db.Read(), who, place.Organisation)
	}
	if err != nil {
		return "", err
	}
	return who.Email, nil
}

// knownAccount refuses an account that neither belongs to the organisation nor holds a grant in it.
func knownAccount(ctx context.Context, db database.Conn, who account, organisation int64) error {
	known := who.OrganisationID == organisation
	if !known {
		var err error
		if known, err = hasGrant(ctx, db, organisation, who.ID); err != nil {
			return err
		}
	}
	if !known || who.Status == StatusErased {
		return fault.NotFound("user", who.ID)
	}
	return nil
}
