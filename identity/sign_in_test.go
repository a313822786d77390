package identity_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne := s.person("anne", identity.RoleAdministrator, identity.RoleReader)
		held, token := s.signIn(identity.User{Email: "  ANNE@Exemple.fr "})
		if held.User.ID != anne.ID || held.User.Organisation != s.org.Name || held.User.Locale != "fr" || held.Actor.Label != "Anne Martin" || held.Actor.Name != fmt.Sprintf("user:%d", anne.ID) {
			t.Errorf("session = %+v", held)
		}
		if !held.Actor.May(identity.PermEditUsers, identity.Within(s.org.ID)) || held.Actor.May(identity.PermDecide, identity.Within(s.org.ID)) || len(held.Actor.Grants()) != 2 {
			t.Errorf("grants = %+v", held.Actor.Grants())
		}
		if len(token) != 43 || len(held.CSRF) != 43 || held.CSRF == token || !held.ExpiresAt.Equal(at.Add(identity.SessionAbsolute)) {
			t.Errorf("token %q, csrf %q, until %v", token, held.CSRF, held.ExpiresAt)
		}
		for _, kept := range s.column("SELECT token_hash FROM user_session UNION ALL SELECT password_hash FROM user_account") {
			if strings.Contains(kept, token) || strings.Contains(kept, secret) {
				t.Errorf("the database holds a secret: %q", kept)
			}
		}
		want := fmt.Sprintf("test grant.create, test grant.create, test user.create, user:%d session.begin", anne.ID)
		if got := s.actions(); got != want {
			t.Errorf("trail = %s, want %s", got, want)
		}
	})
}

// TestSignInTellsNobodyWhoHasAnAccount: whatever is wrong, the answer and the work are those of a wrong password.
func TestSignInTellsNobodyWhoHasAnAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		s.person("anne")
		gone, erased := s.person("gone"), s.person("erased")
		s.invited("invited")
		if err := errors.Join(s.SetDisabled(ctx, operator, gone.ID, gone.Version, true), s.Erase(ctx, operator, erased.ID, erased.Version)); err != nil {
			t.Fatal(err)
		}
		tests := []struct{ name, email, password string }{
			{"a wrong password", "anne@exemple.fr", "une autre phrase tout à fait"},
			{"no password", "anne@exemple.fr", ""},
			{"a password beyond all measure", "anne@exemple.fr", strings.Repeat("x", 5000)},
			{"unknown", "nobody@exemple.fr", secret},
			{"no address at all", "", secret},
			{"disabled, with the right password", "gone@exemple.fr", secret},
			{"invited", "invited@exemple.fr", ""},
			{"erased", "erased@exemple.fr", secret},
		}
		for _, tc := range tests {
			before := s.Hashes()
			result, err := s.SignIn(ctx, s.attempt(tc.email, tc.password))
			expectFault(t, tc.name, err, fault.KindUnauthenticated, "sign_in.refused")
			if result != (identity.SignInResult{}) {
				t.Errorf("%s: %+v", tc.name, result)
			}
			if n := s.Hashes() - before; n != 1 {
				t.Errorf("%s: %d hashes, want 1", tc.name, n)
			}
		}
		if got := strings.Count(s.actions(), "sign-in session.refuse"); got != 5 { // anne three times, gone and invited once
			t.Errorf("%d failures in the trail, want 5: %s", got, s.actions())
		}
	})
}

func TestSignInLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		s.person("anne")
		try := func(email, password, address string) error {
			_, err := s.SignIn(ctx, identity.SignInInput{Email: email, Password: password, Address: address})
			return err
		}
		for _, email := range []string{"anne@exemple.fr", "nobody@exemple.fr"} { // known or not, the same
			for i := range 10 {
				expectFault(t, "a guess", try(email, "faux mot de passe", fmt.Sprintf("198.51.100.%d", i)), fault.KindUnauthenticated, "sign_in.refused")
			}
			before := s.Hashes()
			expectFault(t, email+": beyond the limit of the network", try(email, secret, "198.51.100.99"), fault.KindTooMany, "sign_in.too_many")
			if s.Hashes() != before {
				t.Error("what is limited is hashed")
			}
			for range 100 { // who is held already does not lock the owner out
				_ = try(email, "faux mot de passe", "198.51.100.99")
			}
		}
		if err := try("anne@exemple.fr", secret, "203.0.113.5"); err != nil {
			t.Errorf("the owner, from another network: %v", err)
		}
		s.wait(15 * time.Minute)
		if err := try("anne@exemple.fr", secret, "198.51.100.99"); err != nil {
			t.Errorf("after the window: %v", err)
		}
		for range 12 { // who gets in is not counted
			if err := try("anne@exemple.fr", secret, "203.0.113.5"); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 30 {
			_ = try(fmt.Sprintf("guess%d@exemple.fr", i), "faux mot de passe", "2001:db8::1")
		}
		expectFault(t, "many accounts from one address", try("anne@exemple.fr", secret, "2001:db8::ffff"), fault.KindTooMany, "sign_in.too_many")
		s.wait(time.Hour)
		for i := range 120 { // every time from another network of one site
			_ = try("anne@exemple.fr", "faux mot de passe", fmt.Sprintf("2001:db8:7:%x::1", i))
		}
		if err := try("anne@exemple.fr", secret, "203.0.113.5"); err != nil {
			t.Errorf("the owner, while a site guesses: %v", err)
		}
		s.wait(time.Hour)
		for i := range 100 { // every time from another network
			_ = try("anne@exemple.fr", "faux mot de passe", fmt.Sprintf("10.%d.0.1", i))
		}
		expectFault(t, "one account from everywhere", try("anne@exemple.fr", secret, "203.0.113.5"), fault.KindTooMany, "sign_in.too_many")
		s.wait(time.Hour)
		if err := try("anne@exemple.fr", secret, "203.0.113.5"); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestHashingIsBounded(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	anne := s.person("anne")
	free := s.Hold()
	waiting, stop := context.WithCancel(ctx)
	const many = 80 // more than may wait
	errs := make(chan error, many)
	for i := range many {
		go func() {
			_, err := s.SignIn(waiting, identity.SignInInput{Email: anne.Email, Password: secret, Address: fmt.Sprintf("10.%d.0.1", i)})
			errs <- err
		}()
	}
	expectFault(t, "the first that cannot wait", <-errs, fault.KindUnavailable, "sign_in.busy")
	stop()
	for range many - 1 {
		if err := <-errs; fault.As(err) == nil && !errors.Is(err, context.Canceled) {
			t.Errorf("one that waited: %v, want it to end with its request", err)
		}
	}
	free()
	s.signIn(anne)
}

func TestOldHashesAreRenewed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne := s.person("anne")
		old := s.column("SELECT password_hash FROM user_account")[0]
		s.Service = s.with(identity.Params{Memory: 16, Time: 2, Parallel: 1}, nil)
		s.signIn(anne)
		fresh := s.column("SELECT password_hash FROM user_account")[0]
		if !strings.HasPrefix(old, "$argon2id$v=19$m=8,t=1,p=1$") || !strings.HasPrefix(fresh, "$argon2id$v=19$m=16,t=2,p=1$") {
			t.Errorf("hash %q became %q", old, fresh)
		}
		s.signIn(anne)
		if again := s.column("SELECT password_hash FROM user_account")[0]; again != fresh {
			t.Error("a hash of today was renewed")
		}
	})
}

func TestSessionEnds(t *testing.T) {
	tests := []struct {
		name string
		end  func(s *stage, anne identity.User, held identity.Session, token string) error
		ends bool
	}{
		{"nothing happens", func(*stage, identity.User, identity.Session, string) error { return nil }, false},
		{"just before idle", func(s *stage, _ identity.User, _ identity.Session, _ string) error {
			s.wait(identity.SessionIdle - time.Second)
			return nil
		}, false},
		{"idle", func(s *stage, _ identity.User, _ identity.Session, _ string) error {
			s.wait(identity.SessionIdle)
			return nil
		}, true},
		{"in use, to the end", func(s *stage, _ identity.User, _ identity.Session, token string) error {
			for range 27 {
				s.wait(6 * time.Hour)
				s.session(token)
			}
			s.wait(6 * time.Hour)
			return nil
		}, true},
		{"signed out", func(s *stage, _ identity.User, _ identity.Session, token string) error { return s.SignOut(ctx, token) }, true},
		{"ended from the list", func(s *stage, _ identity.User, held identity.Session, _ string) error {
			return s.EndSession(ctx, held.Actor, held.ID)
		}, true},
		{"others ended", func(s *stage, _ identity.User, held identity.Session, _ string) error {
			return s.EndOtherSessions(ctx, held.Actor, held.ID)
		}, false},
		{"ended by another session", func(s *stage, anne identity.User, _ identity.Session, _ string) error {
			other, _ := s.signIn(anne)
			return s.EndOtherSessions(ctx, other.Actor, other.ID)
		}, true},
		{"disabled", func(s *stage, anne identity.User, _ identity.Session, _ string) error {
			return s.SetDisabled(ctx, operator, anne.ID, anne.Version, true)
		}, true},
		{"disabled and back", func(s *stage, anne identity.User, _ identity.Session, _ string) error {
			return errors.Join(s.SetDisabled(ctx, operator, anne.ID, anne.Version, true), s.SetDisabled(ctx, operator, anne.ID, anne.Version+1, false))
		}, true},
		{"another address", func(s *stage, anne identity.User, _ identity.Session, _ string) error {
			return s.UpdateUser(ctx, operator, anne.ID, anne.Version, identity.UserInput{Email: "anne.martin@exemple.fr", Name: anne.Name})
		}, true},
		{"another name", func(s *stage, anne identity.User, _ identity.Session, _ string) error {
			return s.UpdateUser(ctx, operator, anne.ID, anne.Version, identity.UserInput{Email: anne.Email, Name: "Anne Dupont"})
		}, false},
		{"another password", func(s *stage, anne identity.User, held identity.Session, _ string) error {
			_, err := s.ChangePassword(ctx, held.Actor, secret, "une toute nouvelle phrase", held.ID)
			return err
		}, true},
		{"a password set by an operator", func(s *stage, anne identity.User, _ identity.Session, _ string) error {
			return s.SetPassword(ctx, operator, anne.ID, "une toute nouvelle phrase")
		}, true},
		{"a status that somebody else wrote", func(s *stage, anne identity.User, _ identity.Session, _ string) error {
			_, err := s.db.Write().ExecContext(ctx, "UPDATE user_account SET status = 'disabled' WHERE id = ?", anne.ID)
			return err
		}, true},
		{"erased", func(s *stage, anne identity.User, _ identity.Session, _ string) error {
			return s.Erase(ctx, operator, anne.ID, anne.Version)
		}, true},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				s := newStage(t, db)
				anne := s.person("anne", identity.RoleReader)
				held, token := s.signIn(anne)
				if err := tc.end(s, anne, held, token); err != nil {
					t.Fatal(err)
				}
				_, err := s.Session(ctx, token)
				if tc.ends {
					expectFault(t, "session", err, fault.KindUnauthenticated, "session.none")
				} else if err != nil {
					t.Errorf("session: %v", err)
				}
			})
		})
	}
}

func TestSessionOfNobody(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	for _, token := range []string{"", "x", strings.Repeat("A", 43), "' OR 1=1 --"} {
		_, err := s.Session(ctx, token)
		expectFault(t, token, err, fault.KindUnauthenticated, "session.none")
		if err := s.SignOut(ctx, token); err != nil {
			t.Errorf("sign out of %q: %v", token, err)
		}
	}
}

func TestSessionCosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		_, token := s.signIn(s.person("anne", identity.Roles...))
		count := dbtest.WatchQueries(db)
		held := s.session(token)
		if asked := len(count.Taken()); len(held.Actor.Grants()) != len(identity.Roles) || asked != 1 {
			t.Errorf("%d queries for %d grants, want 1", asked, len(held.Actor.Grants()))
		}
		seen := func() string { return s.column("SELECT last_seen_at FROM user_session")[0] }
		first := seen()
		s.wait(59 * time.Second)
		s.session(token)
		if seen() != first {
			t.Error("a session writes within a minute")
		}
		s.wait(time.Second)
		s.session(token)
		if seen() == first {
			t.Error("a session that is used does not say so")
		}
	})
}

func TestSessionsAreListedAndBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, other := s.person("anne"), s.person("other")
		foreign, foreignToken := s.signIn(other)
		first, firstToken := s.signIn(anne)
		var last identity.Session
		for range 20 {
			s.wait(time.Second)
			last, _ = s.signIn(anne)
		}
		_, err := s.Session(ctx, firstToken)
		expectFault(t, "the oldest of 21", err, fault.KindUnauthenticated, "session.none")
		lines, err := s.Sessions(ctx, last.Actor, last.ID)
		if err != nil || len(lines) != 20 || !lines[0].Current || lines[0].ID != last.ID || lines[1].Current || lines[0].Agent != "Firefox" {
			t.Errorf("%d lines, %+v, %v", len(lines), lines, err)
		}
		for name, id := range map[string]int64{"another's": foreign.ID, "one that is over": first.ID, "none": 999} {
			expectFault(t, name, s.EndSession(ctx, last.Actor, id), fault.KindNotFound, "session.not_found")
		}
		s.session(foreignToken)
		s.wait(identity.SessionIdle)
		if lines, err := s.Sessions(ctx, last.Actor, last.ID); err != nil || len(lines) != 0 {
			t.Errorf("idle: %+v, %v", lines, err)
		}
		_, err = s.Sessions(ctx, identity.Actor{}, 0)
		expectFault(t, "nobody", err, fault.KindUnauthenticated, "permission.nobody")
		_, err = s.Sessions(ctx, operator, 0)
		expectFault(t, "an operator has none", err, fault.KindNotFound, "user.not_found")
	})
}

// TestFailuresAreNotTheWorkOfARequest: a form whose password was wrong is sent again with its key.
func TestFailuresAreNotTheWorkOfARequest(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	anne := s.person("anne")
	request := func() context.Context { return audit.WithRequest(ctx, "the key of the form") }
	_, err := s.SignIn(request(), s.attempt(anne.Email, "faux mot de passe"))
	expectFault(t, "wrong", err, fault.KindUnauthenticated, "sign_in.refused")
	if err := s.Note(request(), s.actor(anne), s.org.ID, "attempt.refused", "roadmap", 1, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(request(), s.attempt(anne.Email, secret)); err != nil {
		t.Errorf("right: %v", err)
	}
}
