package identity_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestPasswordRules(t *testing.T) {
	tests := []struct{ name, password, want string }{
		{"a phrase", "quatre chevaux traversent", ""},
		{"twelve characters", "xq7 vornbale", ""},
		{"no figures, no signs", "vornbalexqut", ""},
		{"in another script", "сорок восемь цапель", ""},
		{"256 characters", strings.Repeat("abcdefgh", 32), ""},
		{"eleven", "xq7 vornbal", "password.too_short"},
		{"eleven, accented", "éééèèèàààùç", "password.too_short"},
		{"empty", "", "password.too_short"},
		{"257 characters", strings.Repeat("a", 257), "input.too_long"},
		{"a control character", "vornbale\x00xqut", "input.control_character"},
		{"invalid bytes", "vornbale\xffxquth", "input.control_character"},
		{"a common word and a year", "MotDePasse2026!", "password.common"},
		{"a common one", "azertyuiopqsdfghjklm", "password.common"},
		{"figures in a row", "123456789012", "password.common"},
		{"the same thing twice", "bonjourbonjour", "password.common"},
		{"a word between signs", "**administrateur**", "password.common"},
		{"few characters", "abababababab", "password.common"},
		{"the address", "anne.durand@exemple.fr", "password.personal"},
		{"the start of the address", "Anne.Durand1987", "password.personal"},
		{"the name", "ANNE--DURAND", "password.personal"},
		{"a phrase with the name in it", "anne durand aime les hérons", ""},
	}
	for _, tc := range tests {
		if got := strings.Join(identity.CheckPassword(tc.password, "anne.durand@exemple.fr", "Anne Durand"), " "); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestStoredHashes(t *testing.T) {
	good := "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	if back, ok := identity.ParsePHC(good); !ok || back != good {
		t.Errorf("read %q, %v", back, ok)
	}
	for _, damaged := range []string{"", "x", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "m=19456", "m=99999999", 1),
		strings.Replace(good, "t=2", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=-1", 1), good[:len(good)-9], strings.Replace(good, "$AAEC", "$!!!!", 1)} {
		if back, ok := identity.ParsePHC(damaged); ok {
			t.Errorf("%q was read as %q", damaged, back)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // never panics, and what is read is written the same
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`\$argon2id\$v=19\$m=[0-9]{1,6},t=[0-9]{1,2},p=[0-9]{1,3}\$[A-Za-z0-9+/]{0,24}\$[A-Za-z0-9+/]{43}`)).Draw(t, "text")
		if back, ok := identity.ParsePHC(text); ok {
			if again, ok := identity.ParsePHC(back); !ok || again != back {
				t.Fatalf("%q → %q → %q", text, back, again)
			}
		}
	})
}

func TestOneSpellingOfAPassword(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	if _, _, err := s.AddUser(ctx, operator, identity.UserInput{OrganisationID: s.org.ID, Email: "anne@exemple.fr", Name: "Anne", Password: "l\u2019été à Étretat"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(ctx, s.attempt("anne@exemple.fr", "l\u2019e\u0301te\u0301 a\u0300 E\u0301tretat")); err != nil {
		t.Errorf("the same letters, typed on another keyboard: %v", err)
	}
}

func TestChangePassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, other := s.person("anne"), s.person("other")
		held, _ := s.signIn(anne)
		foreign, _ := s.signIn(other)
		_, err := s.ChangePassword(ctx, held.Actor, "faux mot de passe", "une toute nouvelle phrase", held.ID)
		expectField(t, "a wrong old one", err, "old_password", "password.wrong")
		_, err = s.ChangePassword(ctx, held.Actor, secret, "court", held.ID)
		expectField(t, "a short new one", err, "password", "password.too_short")
		_, err = s.ChangePassword(ctx, held.Actor, secret, "une toute nouvelle phrase", foreign.ID)
		expectFault(t, "in another's session", err, fault.KindNotFound, "session.not_found")
		token, err := s.ChangePassword(ctx, held.Actor, secret, "une toute nouvelle phrase", held.ID)
		if err != nil {
			t.Fatal(err)
		}
		if fresh := s.session(token); fresh.ID == held.ID || fresh.CSRF == held.CSRF {
			t.Error("the session is the old one")
		}
		_, err = s.SignIn(ctx, s.attempt(anne.Email, secret))
		expectFault(t, "the old password", err, fault.KindUnauthenticated, "sign_in.refused")
		if mails := s.column("SELECT recipient || ' ' || subject FROM mail_outbox"); len(mails) != 1 || !strings.HasPrefix(mails[0], "anne@exemple.fr fr account.mail.password.subject") {
			t.Errorf("mails = %q", mails)
		}
	})
}

func TestForgotPassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, gone := s.person("anne"), s.person("gone")
		if err := s.SetDisabled(ctx, operator, gone.ID, gone.Version, true); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"Anne@exemple.fr", "nobody@exemple.fr", "gone@exemple.fr", "", "not an address"} {
			for i := range 5 { // more than are sent
				if err := s.ForgotPassword(ctx, email, "192.0.2."+string(rune('1'+i))); err != nil {
					t.Errorf("%q: %v", email, err)
				}
			}
		}
		bodies := s.column("SELECT body FROM mail_outbox WHERE recipient = 'anne@exemple.fr' ORDER BY id")
		if all := s.column("SELECT recipient FROM mail_outbox"); len(bodies) != 3 || len(all) != 3 {
			t.Fatalf("mails to %q, want three to anne", all)
		}
		_, link, _ := strings.Cut(bodies[0], "https://")
		token := tokenOf(t, "https://"+strings.Fields(link)[0])
		if who, err := s.ResetUser(ctx, token); err != nil || who.ID != anne.ID {
			t.Errorf("the link is for %+v, %v", who, err)
		}
		if len(s.column("SELECT token_hash FROM password_reset WHERE token_hash = ?", token)) != 0 {
			t.Error("tokens are kept as they are")
		}
		for i := range 20 {
			_ = s.ForgotPassword(ctx, "nobody"+string(rune('a'+i))+"@exemple.fr", "192.0.2.99")
		}
		s.wait(time.Hour)
		if err := s.ForgotPassword(ctx, "anne@exemple.fr", "192.0.2.99"); err != nil || len(s.column("SELECT recipient FROM mail_outbox")) != 4 {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestResetPassword(t *testing.T) {
	const fresh = "une toute nouvelle phrase"
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne := s.person("anne")
		code, _ := s.twoFactor(anne)
		result, err := s.SecondStep(ctx, s.pending(anne), code(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		link, err := s.SendReset(ctx, operator, anne.ID)
		if err != nil {
			t.Fatal(err)
		}
		token := tokenOf(t, link)
		expectField(t, "a password that breaks a rule", s.ResetPassword(ctx, token, "Anne Martin!"), "password", "password.personal")
		s.wait(time.Hour - time.Second)
		if err := s.ResetPassword(ctx, token, fresh); err != nil {
			t.Fatal(err)
		}
		expectFault(t, "again", s.ResetPassword(ctx, token, fresh), fault.KindNotFound, "reset.not_found")
		_, err = s.ResetUser(ctx, token)
		expectFault(t, "whose it was", err, fault.KindNotFound, "reset.not_found")
		_, err = s.Session(ctx, result.Token)
		expectFault(t, "session", err, fault.KindUnauthenticated, "session.none")
		if after, err := s.SignIn(ctx, s.attempt(anne.Email, fresh)); err != nil || after.Pending == "" {
			t.Errorf("the second factor is gone: %+v, %v", after, err)
		}
		for _, tc := range []struct {
			name   string
			change func() error
		}{
			{"expired", func() error { s.wait(time.Hour); return nil }},
			{"another password in between", func() error { return s.SetPassword(ctx, operator, anne.ID, secret) }},
			{"another link", func() error { _, err := s.SendReset(ctx, operator, anne.ID); return err }},
			{"another address", func() error {
				return s.UpdateUser(ctx, operator, anne.ID, s.user(anne.ID).Version, identity.UserInput{Email: "anne.martin@exemple.fr", Name: anne.Name})
			}},
			{"disabled", func() error { return s.SetDisabled(ctx, operator, anne.ID, s.user(anne.ID).Version, true) }},
		} {
			if link, err = s.SendReset(ctx, operator, anne.ID); err != nil {
				t.Fatal(err)
			}
			if err := tc.change(); err != nil {
				t.Fatal(err)
			}
			expectFault(t, tc.name, s.ResetPassword(ctx, tokenOf(t, link), fresh), fault.KindNotFound, "reset.not_found")
		}
		if waiting := s.column("SELECT body FROM mail_outbox WHERE body LIKE '%https://%'"); len(waiting) != 0 {
			t.Errorf("links wait for somebody who is disabled: %q", waiting)
		}
		_, err = s.SendReset(ctx, operator, anne.ID)
		expectFault(t, "a link for somebody who is disabled", err, fault.KindConflict, "user.disabled")
	})
}

func TestInvitation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, token := s.invited("anne")
		if anne.Status != identity.StatusInvited || anne.HasPassword {
			t.Errorf("invited: %+v", anne)
		}
		if mails := s.column("SELECT recipient || ' ' || subject FROM mail_outbox"); len(mails) != 1 || !strings.HasPrefix(mails[0], "anne@exemple.fr fr account.mail.invite.subject") {
			t.Errorf("mails = %q", mails)
		}
		s.wait(7*24*time.Hour - time.Second)
		expectOne(t, "the link, twice at once", race(func(int) error { return s.ResetPassword(ctx, token, secret) }), "reset.not_found")
		if got := s.user(anne.ID); got.Status != identity.StatusActive || !got.HasPassword || got.Version != 2 {
			t.Errorf("after: %+v", got)
		}
		s.signIn(anne)
		_, late := s.invited("late")
		s.wait(7 * 24 * time.Hour)
		expectFault(t, "too late", s.ResetPassword(ctx, late, secret), fault.KindNotFound, "reset.not_found")
	})
}
