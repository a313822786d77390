package identity

import (
	"context"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

var (
	errFactorActive = fault.Conflict("two_factor.active")
	errFactorNone   = fault.Conflict("two_factor.none")
)

// BeginTwoFactor makes a secret for an authenticator app. It counts only once a code confirms it, and beginning
// again makes another.
func (s *Service) BeginTwoFactor(ctx context.Context, actor Actor) (TwoFactorSetup, error) {
	who, err := s.own(ctx, actor)
	if err != nil {
		return TwoFactorSetup{}, err
	}
	secret := newTwoFactorSecret()
	setup, err := newTwoFactorSetup(secret, who.Email)
	if err != nil {
		return TwoFactorSetup{}, err
	}
	sealed, err := s.seal(twoFactorPurpose(who.ID), secret)
	if err != nil {
		return TwoFactorSetup{}, err
	}
	if ok, err := setTwoFactor(ctx, s.db.Write(), who.ID, sealed); err != nil || !ok {
		return TwoFactorSetup{}, orRefuse(err, errFactorActive)
	}
	return setup, nil
}

// ConfirmTwoFactor makes the second factor count, and gives the recovery codes, which are never shown again.
func (s *Service) ConfirmTwoFactor(ctx context.Context, actor Actor, code string) (recovery []string, err error) {
	who, err := s.own(ctx, actor)
	if err != nil {
		return nil, err
	}
	switch {
	case who.TwoFactor:
		return nil, errFactorActive
	case who.secret == "":
		return nil, errFactorNone
	}
	secret, ok, err := s.open(twoFactorPurpose(who.ID), who.secret)
	if err != nil {
		return nil, err
	}
	step, matches := matchStep(secret, cleanCode(code), s.now(), who.lastStep)
	if !ok || !matches {
		var f fault.Fields
		f.Add("code", "two_factor.code")
		return nil, f.Err()
	}
	shown, hashes := newRecoveryCodes()
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if ok, err := confirmTwoFactor(ctx, tx, who.ID, who.secret, step, s.now()); err != nil || !ok {
			return orRefuse(err, errFactorActive)
		}
		if err := saveRecoveryCodes(ctx, tx, who.ID, hashes); err != nil {
			return err
		}
		if err := s.notify(ctx, tx, who, letterFactor); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, actor.Name, "two_factor.begin", "user", who.ID, nil, s.now())
	})
	if err != nil {
		return nil, err
	}
	return shown, nil
}

// EndTwoFactor gives up the actor's own second factor.
func (s *Service) EndTwoFactor(ctx context.Context, actor Actor, password string) error {
	who, err := s.prove(ctx, actor, "password", password)
	if err != nil {
		return err
	}
	return s.endTwoFactor(ctx, actor, who, false)
}

// EndTwoFactorFor helps somebody who lost their phone: an administrator ends their second factor, and with it their sessions.
func (s *Service) EndTwoFactorFor(ctx context.Context, actor Actor, id int64) error {
	who, err := s.seeAccount(ctx, actor, id)
	if err != nil {
		return err
	}
	if actor.UserID == id { // see EndTwoFactor, which asks for the password
		return fault.Conflict("user.own_access")
	}
	return s.endTwoFactor(ctx, actor, who, true)
}

func (s *Service) endTwoFactor(ctx context.Context, actor Actor, who account, sessions bool) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if ok, err := clearTwoFactor(ctx, tx, who.ID); err != nil || !ok {
			return orRefuse(err, errFactorNone)
		}
		if sessions {
			if err := deleteSessions(ctx, tx, who.ID, 0); err != nil {
				return err
			}
		}
		if err := s.notify(ctx, tx, who, letterFactor); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, actor.Name, "two_factor.end", "user", who.ID, nil, s.now())
	})
}

// NewRecoveryCodes puts new recovery codes in the place of all former ones.
func (s *Service) NewRecoveryCodes(ctx context.Context, actor Actor, password string) ([]string, error) {
	who, err := s.prove(ctx, actor, "password", password)
	if err != nil {
		return nil, err
	}
	if !who.TwoFactor {
		return nil, errFactorNone
	}
	shown, hashes := newRecoveryCodes()
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := saveRecoveryCodes(ctx, tx, who.ID, hashes); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, actor.Name, "two_factor.recovery_codes", "user", who.ID, nil, s.now())
	})
	if err != nil {
		return nil, err
	}
	return shown, nil
}
