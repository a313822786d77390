package identity_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestAddUser(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		u, link, err := s.AddUser(ctx, operator, identity.UserInput{OrganisationID: s.org.ID, Email: " Anne@Exemple.FR ", Name: " Anne  Durand ", Locale: "en", Password: secret,
			Roles: []identity.Role{identity.RoleReader, identity.RoleAdministrator, identity.RoleReader}})
		if err != nil || link != "" || u.Email != "Anne@Exemple.FR" || u.Name != "Anne  Durand" || u.Organisation != s.org.Name || u.Status != identity.StatusActive || !u.HasPassword ||
			!u.Shortcuts || u.Version != 1 || !u.CreatedAt.Equal(at) || len(u.Grants) != 2 {
			t.Errorf("added %+v, %q, %v", u, link, err)
		}
		if held, _ := s.signIn(u); held.User.Locale != "en" {
			t.Errorf("language = %q", held.User.Locale)
		}
		tests := []struct {
			name       string
			in         identity.UserInput
			kind       fault.Kind
			key, field string
		}{
			{"taken, in other letters", identity.UserInput{Email: "aNNe@exemple.fr", Name: "A"}, fault.KindConflict, "user.email_taken", ""},
			{"no address", identity.UserInput{Name: "A"}, fault.KindInvalid, "user.email_form", "email"},
			{"no domain", identity.UserInput{Email: "anne", Name: "A"}, fault.KindInvalid, "user.email_form", "email"},
			{"with a name", identity.UserInput{Email: "Anne <a@exemple.fr>", Name: "A"}, fault.KindInvalid, "user.email_form", "email"},
			{"two addresses", identity.UserInput{Email: "a@exemple.fr, b@exemple.fr", Name: "A"}, fault.KindInvalid, "user.email_form", "email"},
			{"a header", identity.UserInput{Email: "a@exemple.fr\r\nBcc: b@exemple.fr", Name: "A"}, fault.KindInvalid, "user.email_form", "email"},
			{"too long", identity.UserInput{Email: strings.Repeat("a", 250) + "@x.fr", Name: "A"}, fault.KindInvalid, "user.email_form", "email"},
			{"no name", identity.UserInput{Email: "a@exemple.fr", Name: " \t"}, fault.KindInvalid, "input.required", "name"},
			{"a name on two lines", identity.UserInput{Email: "a@exemple.fr", Name: "A\r\nB"}, fault.KindInvalid, "input.control_character", "name"},
			{"a long name", identity.UserInput{Email: "a@exemple.fr", Name: strings.Repeat("é", 201)}, fault.KindInvalid, "input.too_long", "name"},
			{"a language", identity.UserInput{Email: "a@exemple.fr", Name: "A", Locale: "de"}, fault.KindInvalid, "input.unknown_value", "locale"},
			{"a role", identity.UserInput{Email: "a@exemple.fr", Name: "A", Roles: []identity.Role{"king"}}, fault.KindInvalid, "input.unknown_value", "role"},
			{"a password", identity.UserInput{Email: "a@exemple.fr", Name: "A", Password: "court"}, fault.KindInvalid, "password.too_short", "password"},
			{"an organisation", identity.UserInput{OrganisationID: 999, Email: "a@exemple.fr", Name: "A"}, fault.KindNotFound, "organisation.not_found", ""},
		}
		for _, tc := range tests {
			if tc.in.OrganisationID == 0 {
				tc.in.OrganisationID = s.org.ID
			}
			_, _, err := s.AddUser(ctx, operator, tc.in)
			if tc.field != "" {
				expectField(t, tc.name, err, tc.field, tc.key)
			} else {
				expectFault(t, tc.name, err, tc.kind, tc.key)
			}
		}
		if n := len(s.column("SELECT name FROM user_account")); n != 1 {
			t.Errorf("%d accounts, want the first alone", n)
		}
		expectOne(t, "one address, twice at once", race(func(int) error {
			_, _, err := s.AddUser(ctx, operator, identity.UserInput{OrganisationID: s.org.ID, Email: "twin@exemple.fr", Name: "Twin"})
			return err
		}), "user.email_taken")
	})
}

func TestFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		_, _, err := s.Found(ctx, operator, organisation("arras", nil), identity.UserInput{Email: "nobody", Name: "A"})
		expectField(t, "a user who cannot be", err, "email", "user.email_form")
		_, _, err = s.Found(ctx, operator, organisation("lille", nil), identity.UserInput{Email: "a@exemple.fr", Name: "A"})
		expectFault(t, "an organisation that is there", err, fault.KindConflict, "organisation.code.taken")
		_, _, err = s.Found(ctx, s.actor(s.person("admin", identity.RoleAdministrator)), organisation("arras", nil), identity.UserInput{Email: "a@exemple.fr", Name: "A"})
		expectFault(t, "not an operator", err, fault.KindForbidden, "permission.denied")
		if codes := s.column("SELECT code FROM organisation"); !slices.Equal(codes, []string{"lille"}) {
			t.Errorf("organisations = %v", codes)
		}
		u, link, err := s.Found(ctx, operator, organisation("arras", nil), identity.UserInput{Email: "a@exemple.fr", Name: "A", Roles: []identity.Role{identity.RoleAdministrator}})
		if err != nil || link == "" || u.Organisation != "Département de arras" || len(u.Grants) != 1 {
			t.Errorf("founded by %+v, %q, %v", u, link, err)
		}
	})
}

func TestUpdateOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne := s.person("anne", identity.RoleReader)
		actor := s.actor(anne)
		if err := s.UpdateOwn(ctx, actor, 1, identity.OwnInput{Name: " Anne Durand ", Locale: "en"}); err != nil {
			t.Fatal(err)
		}
		own, err := s.Own(ctx, actor)
		if err != nil || own.Name != "Anne Durand" || own.Locale != "en" || own.Shortcuts || own.Version != 2 || len(own.Grants) != 1 || own.Grants[0].Organisation != s.org.Name {
			t.Errorf("own = %+v, %v", own, err)
		}
		expectFault(t, "from an old page", s.UpdateOwn(ctx, actor, 1, identity.OwnInput{Name: "Anne"}), fault.KindStale, "user.stale")
		expectField(t, "no name", s.UpdateOwn(ctx, actor, 2, identity.OwnInput{}), "name", "input.required")
		expectFault(t, "an operator", s.UpdateOwn(ctx, operator, 1, identity.OwnInput{Name: "X"}), fault.KindNotFound, "user.not_found")
		expectOne(t, "twice at once", race(func(int) error { return s.UpdateOwn(ctx, actor, 2, identity.OwnInput{Name: "Anne"}) }), "user.stale")
	})
}

func TestUpdateUser(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, bruno := s.person("anne"), s.person("bruno")
		admin := s.actor(s.person("admin", identity.RoleAdministrator))
		in := identity.UserInput{Email: "anne.durand@exemple.fr", Name: "Anne Durand", Locale: "en", Password: "this is not looked at", Roles: []identity.Role{identity.RoleAdministrator}}
		if err := s.UpdateUser(ctx, admin, anne.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		if got := s.user(anne.ID); got.Email != in.Email || got.Name != in.Name || got.Locale != "en" || got.Version != 2 || len(got.Grants) != 0 {
			t.Errorf("after = %+v", got)
		}
		if mails := s.column("SELECT recipient || ' ' || subject FROM mail_outbox"); len(mails) != 1 || !strings.HasPrefix(mails[0], "anne@exemple.fr fr account.mail.email.subject") {
			t.Errorf("mails = %q, want one to the old address", mails)
		}
		in.Email = "BRUNO@exemple.fr"
		expectFault(t, "another's address", s.UpdateUser(ctx, admin, anne.ID, 2, in), fault.KindConflict, "user.email_taken")
		in.Email = bruno.Email
		expectFault(t, "from an old page", s.UpdateUser(ctx, admin, bruno.ID, 9, in), fault.KindStale, "user.stale")
		in.Email = "Bruno@exemple.fr"
		if err := s.UpdateUser(ctx, admin, bruno.ID, 1, in); err != nil {
			t.Errorf("other letters of their own: %v", err)
		}
	})
}

func TestSetDisabled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, invited := s.person("anne"), identity.User{}
		admin := s.person("admin", identity.RoleAdministrator)
		invited, _ = s.invited("invited")
		actor := s.actor(admin)
		expectFault(t, "oneself", s.SetDisabled(ctx, actor, admin.ID, 1, true), fault.KindConflict, "user.self")
		expectFault(t, "from an old page", s.SetDisabled(ctx, actor, anne.ID, 7, true), fault.KindStale, "user.stale")
		expectFault(t, "by who may not", s.SetDisabled(ctx, s.actor(anne), admin.ID, 1, true), fault.KindNotFound, "user.not_found")
		for _, who := range []identity.User{anne, invited} {
			if err := errors.Join(s.SetDisabled(ctx, actor, who.ID, 1, true), s.SetDisabled(ctx, actor, who.ID, 2, false)); err != nil {
				t.Fatal(err)
			}
			if got := s.user(who.ID); got.Status != who.Status {
				t.Errorf("%s, disabled and back, is %s", who.Name, got.Status)
			}
		}
		if waiting := s.column("SELECT body FROM mail_outbox WHERE state = 'waiting'"); len(waiting) != 0 {
			t.Errorf("mails wait: %q", waiting)
		}
	})
}

// TestAnAdministratorIsLeft: nobody but an operator can leave an organisation without somebody who looks after it.
func TestAnAdministratorIsLeft(t *testing.T) {
	const key = "user.last_administrator"
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		admin := s.person("admin", identity.RoleAdministrator)
		actor := s.actor(admin)
		grant := admin.Grants[0].ID
		expectFault(t, "the only one gives it up", s.RevokeGrant(ctx, actor, grant), fault.KindConflict, key)
		invited, token := s.invited("second")
		if _, err := s.AddGrant(ctx, actor, identity.Grant{OrganisationID: s.org.ID, UserID: invited.ID, Role: identity.RoleAdministrator, Scope: identity.ScopeOrganisation}); err != nil {
			t.Fatal(err)
		}
		expectFault(t, "while the other is only invited", s.RevokeGrant(ctx, actor, grant), fault.KindConflict, key)
		if err := s.ResetPassword(ctx, token, secret); err != nil {
			t.Fatal(err)
		}
		second := s.user(invited.ID)
		other := s.actor(second)
		expectOne(t, "two remove each other at once", race(func(i int) error {
			if i == 0 {
				return s.RevokeGrant(ctx, actor, second.Grants[0].ID)
			}
			return s.RevokeGrant(ctx, other, grant)
		}), key)
		left := s.column("SELECT u.name FROM access_grant g JOIN user_account u ON u.id = g.user_id")
		if len(left) != 1 {
			t.Fatalf("administrators = %v", left)
		}
		third, fourth := s.person("third", identity.RoleAdministrator), s.person("fourth", identity.RoleAdministrator)
		for _, id := range []int64{admin.ID, second.ID} {
			if err := s.SetDisabled(ctx, operator, id, s.user(id).Version, true); err != nil {
				t.Fatal(err)
			}
		}
		one, two := s.actor(third), s.actor(fourth)
		expectOne(t, "two disable each other at once", race(func(i int) error {
			if i == 0 {
				return s.SetDisabled(ctx, one, fourth.ID, 1, true)
			}
			return s.SetDisabled(ctx, two, third.ID, 1, true)
		}), key)
		// A grant elsewhere counts there: the administrator of another organisation is looked after here.
		for _, who := range []identity.User{third, fourth} {
			if u := s.user(who.ID); u.Status == identity.StatusActive {
				away := newOrganisation(t, db, "arras", nil)
				if _, err := s.AddGrant(ctx, operator, identity.Grant{OrganisationID: away.ID, UserID: who.ID, Role: identity.RoleAdministrator, Scope: identity.ScopeOrganisation}); err != nil {
					t.Fatal(err)
				}
				home := s.actor(s.person("home", identity.RoleAdministrator))
				expectFault(t, "the last one elsewhere is disabled", s.SetDisabled(ctx, home, who.ID, u.Version, true), fault.KindConflict, key)
				expectFault(t, "the last one elsewhere is erased", s.Erase(ctx, home, who.ID, u.Version), fault.KindConflict, key)
				if err := s.SetDisabled(ctx, operator, who.ID, u.Version, true); err != nil {
					t.Errorf("by an operator: %v", err)
				}
			}
		}
	})
}

// TestOtherOrganisationsSeeNothing: whoever does not look after an account is told what is told of one that does not exist.
func TestOtherOrganisationsSeeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		away := newOrganisation(t, db, "arras", nil)
		anne := s.person("anne", identity.RoleReader)
		strangers := map[string]identity.Actor{
			"an administrator elsewhere": s.actor(s.personOf(away.ID, "admin", identity.RoleAdministrator, identity.RoleRoadmapManager)),
			"a roadmap manager here":     s.actor(s.person("manager", identity.RoleRoadmapManager)),
			"without any grant":          s.actor(s.person("plain")),
		}
		acts := map[string]func(identity.Actor, int64) error{
			"read": func(a identity.Actor, id int64) error { _, err := s.User(ctx, a, id); return err },
			"update": func(a identity.Actor, id int64) error {
				return s.UpdateUser(ctx, a, id, 1, identity.UserInput{Email: "x@exemple.fr", Name: "X"})
			},
			"disable":    func(a identity.Actor, id int64) error { return s.SetDisabled(ctx, a, id, 1, true) },
			"reset":      func(a identity.Actor, id int64) error { _, err := s.SendReset(ctx, a, id); return err },
			"two factor": func(a identity.Actor, id int64) error { return s.EndTwoFactorFor(ctx, a, id) },
			"erase":      func(a identity.Actor, id int64) error { return s.Erase(ctx, a, id, 1) },
			"export":     func(a identity.Actor, id int64) error { _, err := s.PersonalData(ctx, a, id); return err },
		}
		for who, actor := range strangers {
			for act, f := range acts {
				known, unknown := fault.As(f(actor, anne.ID)), fault.As(f(actor, 999))
				if known == nil || unknown == nil || known.Kind != fault.KindNotFound || known.Kind != unknown.Kind || known.Key != unknown.Key || len(known.Args) != len(unknown.Args) {
					t.Errorf("%s, %s: %v, of an unknown one %v", who, act, known, unknown)
				}
			}
		}
		for act, f := range acts {
			expectFault(t, "nobody: "+act, f(identity.Actor{}, anne.ID), fault.KindUnauthenticated, "permission.nobody")
		}
		for who, actor := range strangers {
			for list, f := range map[string]func(int64) error{
				"users":        func(org int64) error { _, err := s.Users(ctx, actor, org); return err },
				"grants":       func(org int64) error { _, err := s.Grants(ctx, actor, org); return err },
				"organisation": func(org int64) error { return s.UpdateOrganisation(ctx, actor, 1, identity.Organisation{ID: org}) },
			} {
				err := f(s.org.ID)
				if want := fault.KindForbidden; who == "a roadmap manager here" && fault.KindOf(err) != want {
					t.Errorf("%s, %s: %v, want %s", who, list, err, want)
				} else if who != "a roadmap manager here" {
					expectFault(t, who+", "+list, err, fault.KindNotFound, "organisation.not_found")
				}
			}
		}
		if n := len(s.column("SELECT name FROM user_account WHERE status <> 'active'")); n != 0 {
			t.Errorf("%d accounts were changed", n)
		}
		_, err := s.UserByEmail(ctx, strangers["an administrator elsewhere"], anne.Email)
		expectFault(t, "by address", err, fault.KindForbidden, "permission.denied")
	})
}
