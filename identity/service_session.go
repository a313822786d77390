package identity

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Session gives who holds the token, with what they may do at this moment. Its user speaks a language: their own, or
// that of their organisation. Unknown, expired and disabled are all one: nobody.
func (s *Service) Session(ctx context.Context, token string) (Session, error) {
	if token == "" {
		return Session{}, errNoSession
	}
	held, seen, err := findSession(ctx, s.db.Read(), hashToken(token))
	if err != nil {
		return Session{}, err
	}
	now := s.now()
	if held.User.Status != StatusActive || !now.Before(held.ExpiresAt) || now.Sub(seen) >= SessionIdle {
		return Session{}, errNoSession
	}
	if now.Sub(seen) < seenEvery {
		return held, nil
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		return touchSession(ctx, tx, held.ID, held.User.ID, now, now.Add(-seenEvery))
	})
	if fault.KindOf(err) == fault.KindUnavailable { // a full disk must not keep people from reading
		return held, nil
	}
	return held, err
}

// SignOut ends the session of a token; one that is over already is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	held, _, err := findSession(ctx, s.db.Read(), hashToken(token))
	if errors.Is(err, errNoSession) {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.endSession(ctx, held.Actor, held.User.OrganisationID, held.ID)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil
	}
	return err
}

// Sessions lists where the actor is signed in, the last used first.
func (s *Service) Sessions(ctx context.Context, actor Actor, current int64) ([]SessionLine, error) {
	who, err := s.own(ctx, actor)
	if err != nil {
		return nil, err
	}
	now := s.now()
	lines, err := findSessions(ctx, s.db.Read(), who.ID, now.Add(-SessionIdle), now)
	for i := range lines {
		lines[i].Current = lines[i].ID == current
	}
	return lines, err
}

// EndSession ends one of the actor's own sessions.
func (s *Service) EndSession(ctx context.Context, actor Actor, id int64) error {
	who, err := s.own(ctx, actor)
	if err != nil {
		return err
	}
	return s.endSession(ctx, actor, who.OrganisationID, id)
}

func (s *Service) endSession(ctx context.Context, actor Actor, organisation, id int64) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		switch ended, err := deleteSession(ctx, tx, actor.UserID, id); {
		case err != nil:
			return err
		case !ended:
			return fault.NotFound("session", id)
		}
		return audit.Record(ctx, tx, organisation, actor.Name, "session.end", "user", actor.UserID, map[string]any{"session": id}, s.now())
	})
}

// EndOtherSessions ends all sessions of the actor but the current one.
func (s *Service) EndOtherSessions(ctx context.Context, actor Actor, current int64) error {
	who, err := s.own(ctx, actor)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := deleteSessions(ctx, tx, who.ID, current); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, actor.Name, "session.end_others", "user", who.ID, map[string]any{"kept": current}, s.now())
	})
}

// own loads the account of the actor, who must be a user.
func (s *Service) own(ctx context.Context, actor Actor) (account, error) {
	if err := Can(actor, PermOwnAccount, Scope{}); err != nil {
		return account{}, err
	}
	who, err := findAccount(ctx, s.db.Read(), actor.UserID)
	if err == nil && who.Status != StatusActive {
		return account{}, fault.NotFound("user", actor.UserID)
	}
	return who, err
}

// cut shortens a text that comes from outside and takes control characters out of it.
func cut(text string, most int) string {
	runes := []rune(strings.ToValidUTF8(text, ""))
	clean := make([]rune, 0, min(len(runes), most))
	for _, r := range runes {
		if len(clean) < most && !unicode.IsControl(r) {
			clean = append(clean, r)
		}
	}
	return string(clean)
}
