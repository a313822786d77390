package identity_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestTwoFactorSetup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne := s.person("anne")
		actor := s.actor(anne)
		_, err := s.ConfirmTwoFactor(ctx, actor, "123456")
		expectFault(t, "confirm before it was begun", err, fault.KindConflict, "two_factor.none")
		expectFault(t, "end before it was begun", s.EndTwoFactor(ctx, actor, secret), fault.KindConflict, "two_factor.none")
		setup, err := s.BeginTwoFactor(ctx, actor)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(setup.URL, "otpauth://totp/Jalon:anne@exemple.fr?") || !strings.Contains(setup.URL, "secret="+setup.Secret) {
			t.Errorf("address = %s", setup.URL)
		}
		if _, err := png.Decode(bytes.NewReader(setup.PNG)); err != nil {
			t.Errorf("picture: %v", err)
		}
		if kept := s.column("SELECT totp_secret FROM user_account")[0]; kept == "" || strings.Contains(kept, setup.Secret) {
			t.Errorf("the secret is kept as %q", kept)
		}
		_, err = s.ConfirmTwoFactor(ctx, actor, "000000")
		expectField(t, "a wrong code", err, "code", "two_factor.code")
		s.signIn(anne) // what is not confirmed does not count
		_, recovery := s.twoFactor(anne)
		if len(recovery) != 10 || len(recovery[0]) != 19 || !s.user(anne.ID).TwoFactor {
			t.Errorf("recovery codes = %v", recovery)
		}
		_, err = s.BeginTwoFactor(ctx, actor)
		expectFault(t, "begin again", err, fault.KindConflict, "two_factor.active")
		if kept := strings.Join(s.column("SELECT code_hash FROM recovery_code"), " "); strings.Contains(kept, strings.ReplaceAll(recovery[0], "-", "")) {
			t.Error("recovery codes are kept as they are")
		}
	})
}

func TestSecondStep(t *testing.T) {
	tests := []struct {
		name string
		code func(s *stage, code func() string, recovery []string) string
		key  string // "": signed in
	}{
		{"the code", func(_ *stage, code func() string, _ []string) string { return code() }, ""},
		{"with a blank", func(_ *stage, code func() string, _ []string) string { c := code(); return " " + c[:3] + " " + c[3:] }, ""},
		{"of a clock that is slow", func(s *stage, code func() string, _ []string) string {
			c := code()
			s.wait(30 * time.Second)
			return c
		}, ""},
		{"of a clock that is fast", func(s *stage, code func() string, _ []string) string {
			s.wait(30 * time.Second)
			c := code()
			s.wait(-30 * time.Second)
			return c
		}, ""},
		{"a minute old", func(s *stage, code func() string, _ []string) string {
			c := code()
			s.wait(time.Minute)
			return c
		}, "sign_in.code_refused"},
		{"a recovery code", func(_ *stage, _ func() string, recovery []string) string { return recovery[3] }, ""},
		{"in small letters", func(_ *stage, _ func() string, recovery []string) string {
			return strings.ToLower(strings.ReplaceAll(recovery[3], "-", ""))
		}, ""},
		{"nothing", func(*stage, func() string, []string) string { return "" }, "sign_in.code_refused"},
		{"the first digits", func(_ *stage, code func() string, _ []string) string { return code()[:5] }, "sign_in.code_refused"},
		{"too late", func(s *stage, code func() string, _ []string) string {
			s.wait(5 * time.Minute)
			return code()
		}, "sign_in.expired"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				s := newStage(t, db)
				anne := s.person("anne")
				code, recovery := s.twoFactor(anne)
				pending := s.pending(anne)
				typed := tc.code(s, code, recovery)
				result, err := s.SecondStep(ctx, pending, typed, "Firefox", "192.0.2.7")
				if tc.key != "" {
					expectFault(t, typed, err, fault.KindUnauthenticated, tc.key)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				s.session(result.Token)
				_, err = s.SecondStep(ctx, s.pending(anne), typed, "Firefox", "192.0.2.7")
				expectFault(t, "the same code again", err, fault.KindUnauthenticated, "sign_in.code_refused")
			})
		})
	}
}

func TestCodesAreUsedOnceAlsoAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne := s.person("anne")
		code, recovery := s.twoFactor(anne)
		for name, typed := range map[string]string{"a code": code(), "a recovery code": recovery[0]} {
			pending := s.pending(anne)
			expectOne(t, name, race(func(int) error {
				_, err := s.SecondStep(ctx, pending, typed, "Firefox", "192.0.2.7")
				return err
			}), "sign_in.code_refused")
		}
	})
}

func TestPendingSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, bruno := s.person("anne"), s.person("bruno")
		code, _ := s.twoFactor(anne)
		s.twoFactor(bruno)
		pending := s.pending(anne)
		other := s.with(quick, bytes.Repeat([]byte{8}, identity.KeyBytes))
		for name, try := range map[string]func() error{
			"made up":     func() error { _, err := s.SecondStep(ctx, "x", code(), "", ""); return err },
			"changed":     func() error { _, err := s.SecondStep(ctx, pending[:20]+"A"+pending[21:], code(), "", ""); return err },
			"another key": func() error { _, err := other.SecondStep(ctx, pending, code(), "", ""); return err },
		} {
			expectFault(t, name, try(), fault.KindUnauthenticated, "sign_in.expired")
		}
		_, err := s.SecondStep(ctx, s.pending(bruno), code(), "", "")
		expectFault(t, "the code of another person", err, fault.KindUnauthenticated, "sign_in.code_refused")
		if err := s.SetPassword(ctx, operator, anne.ID, "une toute nouvelle phrase"); err != nil {
			t.Fatal(err)
		}
		_, err = s.SecondStep(ctx, pending, code(), "", "")
		expectFault(t, "after another password", err, fault.KindUnauthenticated, "sign_in.expired")
		pending = s.pending(bruno)
		if err := s.SetDisabled(ctx, operator, bruno.ID, bruno.Version, true); err != nil {
			t.Fatal(err)
		}
		_, err = s.SecondStep(ctx, pending, "000000", "", "")
		expectFault(t, "disabled in between", err, fault.KindUnauthenticated, "sign_in.expired")
		without := s.with(quick, nil)
		_, err = without.SecondStep(ctx, pending, "000000", "", "")
		expectFault(t, "without a key", err, fault.KindUnavailable, "secret.missing")
	})
}

// TestSecretsAreBoundToTheirOwner: who can write to the database cannot give somebody a second factor of their own.
func TestSecretsAreBoundToTheirOwner(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	anne, mallory := s.person("anne"), s.person("mallory")
	s.twoFactor(anne)
	code, _ := s.twoFactor(mallory)
	if _, err := s.db.Write().ExecContext(ctx, "UPDATE user_account SET totp_secret = (SELECT totp_secret FROM user_account WHERE id = ?) WHERE id = ?", mallory.ID, anne.ID); err != nil {
		t.Fatal(err)
	}
	_, err := s.SecondStep(ctx, s.pending(anne), code(), "", "")
	expectFault(t, "a secret that was swapped", err, fault.KindUnauthenticated, "sign_in.code_refused")
}

func TestGuessesAtCodesAreLimited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne := s.person("anne")
		code, recovery := s.twoFactor(anne)
		for range 4 {
			for range 10 {
				_, err := s.SecondStep(ctx, s.pending(anne), "wrong", "", "")
				expectFault(t, "a guess", err, fault.KindUnauthenticated, "sign_in.code_refused")
			}
			_, err := s.SecondStep(ctx, s.pending(anne), code(), "", "")
			expectFault(t, "beyond ten", err, fault.KindTooMany, "sign_in.too_many")
			s.wait(15 * time.Minute)
		}
		_, err := s.SecondStep(ctx, s.pending(anne), recovery[0], "", "")
		expectFault(t, "beyond forty in a day", err, fault.KindTooMany, "sign_in.too_many")
		s.wait(24 * time.Hour)
		if _, err := s.SecondStep(ctx, s.pending(anne), code(), "", ""); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

func TestEndOfTwoFactor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, admin := s.person("anne"), s.person("admin", identity.RoleAdministrator)
		_, recovery := s.twoFactor(anne)
		expectField(t, "a wrong password", s.EndTwoFactor(ctx, s.actor(anne), "faux mot de passe"), "password", "password.wrong")
		_, err := s.NewRecoveryCodes(ctx, s.actor(anne), "faux mot de passe")
		expectField(t, "codes for a wrong password", err, "password", "password.wrong")
		fresh, err := s.NewRecoveryCodes(ctx, s.actor(anne), secret)
		if err != nil || len(fresh) != 10 {
			t.Fatal(fresh, err)
		}
		_, err = s.SecondStep(ctx, s.pending(anne), recovery[0], "", "")
		expectFault(t, "an old recovery code", err, fault.KindUnauthenticated, "sign_in.code_refused")
		result, err := s.SecondStep(ctx, s.pending(anne), fresh[0], "", "")
		if err != nil {
			t.Fatal(err)
		}
		expectFault(t, "help from who may not", s.EndTwoFactorFor(ctx, s.actor(anne), admin.ID), fault.KindNotFound, "user.not_found")
		expectFault(t, "help for oneself", s.EndTwoFactorFor(ctx, s.actor(admin), admin.ID), fault.KindConflict, "user.own_access")
		_, err = s.SendReset(ctx, s.actor(admin), admin.ID)
		expectFault(t, "a link for oneself", err, fault.KindConflict, "user.own_access")
		if err := s.EndTwoFactorFor(ctx, s.actor(admin), anne.ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.Session(ctx, result.Token)
		expectFault(t, "session after help", err, fault.KindUnauthenticated, "session.none")
		s.signIn(anne)
		if left := s.column("SELECT code_hash FROM recovery_code"); len(left) != 0 {
			t.Errorf("recovery codes left: %v", left)
		}
		s.twoFactor(anne)
		if err := s.EndTwoFactor(ctx, s.actor(anne), secret); err != nil {
			t.Error(err)
		}
		_, err = s.NewRecoveryCodes(ctx, s.actor(anne), secret)
		expectFault(t, "codes without a second factor", err, fault.KindConflict, "two_factor.none")
		s.signIn(anne)
		s.wait(15 * time.Minute)
		for range 10 {
			expectField(t, "a guess", s.EndTwoFactor(ctx, s.actor(anne), "faux mot de passe"), "password", "password.wrong")
		}
		expectFault(t, "an eleventh", s.EndTwoFactor(ctx, s.actor(anne), secret), fault.KindTooMany, "sign_in.too_many")
	})
}
