package identity

import (
	"context"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

var errNoReset = fault.NotFound("reset", "")

// prove checks the password of somebody who is signed in, before what needs more than an open browser.
func (s *Service) prove(ctx context.Context, actor Actor, field, password string) (account, error) {
	who, err := s.own(ctx, actor)
	if err != nil {
		return account{}, err
	}
	success, err := s.attempt(ctx, passwordLimits(who.ID))
	if err != nil {
		return account{}, err
	}
	ok, _, err := s.hash.verify(ctx, who.hash, password)
	if err != nil {
		return account{}, err
	}
	if !ok {
		var f fault.Fields
		f.Add(field, "password.wrong")
		return account{}, f.Err()
	}
	return who, success(ctx)
}

// newPassword checks a new password of somebody under the field and hashes it.
func (s *Service) newPassword(ctx context.Context, who User, field, password string) (string, error) {
	var f fault.Fields
	checkPassword(&f, field, password, who.Email, who.Name)
	if err := f.Err(); err != nil {
		return "", err
	}
	return s.hash.hash(ctx, password)
}

// ChangePassword changes the actor's own password. All sessions end; the token of a new one, in the place of the
// current, is given.
func (s *Service) ChangePassword(ctx context.Context, actor Actor, old, new string, current int64) (token string, err error) {
	who, err := s.prove(ctx, actor, "old_password", old)
	if err != nil {
		return "", err
	}
	hash, err := s.newPassword(ctx, who.User, "password", new)
	if err != nil {
		return "", err
	}
	now := s.now()
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		held, err := findSessionRow(ctx, tx, who.ID, current)
		if err != nil {
			return err
		}
		if ok, err := setPassword(ctx, tx, who.ID, who.hash, hash, now); err != nil || !ok {
			return orRefuse(err, fault.Stale("user", who.ID))
		}
		if err := s.endAccess(ctx, tx, who.ID); err != nil {
			return err
		}
		var row *sessionRow
		token, row = newSession(who.ID, held.Agent, held.SecondFactor, now)
		if err := insertSession(ctx, tx, row); err != nil {
			return err
		}
		if err := s.notify(ctx, tx, who, letterPassword); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, actor.Name, "password.change", "user", who.ID, nil, now)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// endAccess ends every session of a user, every link and every letter that holds one.
func (s *Service) endAccess(ctx context.Context, tx database.Conn, user int64) error {
	if err := deleteSessions(ctx, tx, user, 0); err != nil {
		return err
	}
	return endLinks(ctx, tx, user, s.now())
}

// ForgotPassword has a link sent to the address, when there is an account that may use one. Whether there is, nobody is told, nor
// that too many were asked for.
func (s *Service) ForgotPassword(ctx context.Context, email, address string) error {
	_, folded, _ := cleanEmail(email)
	if _, err := s.attempt(ctx, forgotLimits(folded, address)); fault.KindOf(err) == fault.KindTooMany {
		return nil
	} else if err != nil {
		return err
	}
	who, err := findAccountByEmail(ctx, s.db.Read(), folded)
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return err
	}
	known := err == nil && (who.Status == StatusActive || who.Status == StatusInvited)
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if !known { // one small transaction as well, so that time does not tell
			_, err := countAttempt(ctx, tx, "forgot:unknown", s.now().Truncate(quarter))
			return err
		}
		if _, err := s.sendLink(ctx, tx, who); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, somebody, "password.forgot", "user", who.ID, map[string]any{"network": network(address)}, s.now())
	})
}

// ResetUser gives whose link a token is, to greet them.
func (s *Service) ResetUser(ctx context.Context, token string) (User, error) {
	who, err := s.resetAccount(ctx, token)
	return who.User, err
}

func (s *Service) resetAccount(ctx context.Context, token string) (account, error) {
	id, err := findReset(ctx, s.db.Read(), hashToken(token), s.now())
	if err != nil {
		return account{}, err
	}
	who, err := findAccount(ctx, s.db.Read(), id)
	if err != nil {
		return account{}, err
	}
	if who.Status != StatusActive && who.Status != StatusInvited {
		return account{}, errNoReset
	}
	return who, nil
}

// ResetPassword sets the password of whoever holds the token, once. All sessions and all other links end; the second factor
// stays: a link by mail must not stand for it.
func (s *Service) ResetPassword(ctx context.Context, token, new string) error {
	who, err := s.resetAccount(ctx, token)
	if err != nil {
		return err
	}
	hash, err := s.newPassword(ctx, who.User, "password", new)
	if err != nil {
		return err
	}
	now := s.now()
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if ok, err := useReset(ctx, tx, hashToken(token), now); err != nil || !ok {
			return orRefuse(err, errNoReset)
		}
		if ok, err := setPassword(ctx, tx, who.ID, who.hash, hash, now); err != nil || !ok {
			return orRefuse(err, errNoReset)
		}
		if err := s.endAccess(ctx, tx, who.ID); err != nil {
			return err
		}
		if who.HasPassword {
			if err := s.notify(ctx, tx, who, letterPassword); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, who.OrganisationID, who.actor().Name, "password.reset", "user", who.ID, nil, now)
	})
}

// SetPassword gives a user a password on behalf of an operator who sits at the machine itself.
func (s *Service) SetPassword(ctx context.Context, actor Actor, id int64, new string) error {
	if err := Can(actor, PermEditUsers, Scope{}); err != nil { // of no organisation: for operators alone
		return err
	}
	who, err := findAccount(ctx, s.db.Read(), id)
	if err != nil {
		return err
	}
	hash, err := s.newPassword(ctx, who.User, "password", new)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if ok, err := setPassword(ctx, tx, id, who.hash, hash, s.now()); err != nil || !ok {
			return orRefuse(err, fault.Conflict("user.disabled", who.Email))
		}
		if err := s.endAccess(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, actor.Name, "password.set", "user", id, nil, s.now())
	})
}
