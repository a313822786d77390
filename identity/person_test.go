package identity_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/mail"
)

// dump is everything that the database holds, as text.
func (s *stage) dump() string {
	s.t.Helper()
	var out strings.Builder
	columns, err := s.db.Tables(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, line := range columns {
		table, column, _ := strings.Cut(strings.Fields(line)[0], ".")
		if column == "data" { // bytes of files
			continue
		}
		for _, v := range s.column("SELECT CAST(" + column + " AS TEXT) FROM " + table + " WHERE " + column + " IS NOT NULL") {
			fmt.Fprintln(&out, line, v)
		}
	}
	return out.String()
}

func TestErase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		away := newOrganisation(t, db, "arras", nil)
		admin := s.actor(s.person("admin", identity.RoleAdministrator))
		anne, _, err := s.AddUser(ctx, operator, identity.UserInput{OrganisationID: s.org.ID, Email: "Zéphyrine@canari.fr", Name: "Zéphyrine Canari", Password: secret})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddGrant(ctx, operator, identity.Grant{OrganisationID: away.ID, UserID: anne.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation}); err != nil {
			t.Fatal(err)
		}
		s.twoFactor(anne)
		_, token := s.signIn2(anne)
		if err := errors.Join(s.ForgotPassword(ctx, anne.Email, "192.0.2.7"), s.UpdateOwn(ctx, s.actor(anne), 1, identity.OwnInput{Name: "Zéphyrine B. Canari"}),
			s.UpdateOwn(ctx, s.actor(anne), 2, identity.OwnInput{Name: anne.Name})); err != nil {
			t.Fatal(err)
		}
		// Others wrote about her, in the organisation where she is a guest.
		if err := s.Note(ctx, admin, away.ID, "project.update", "project", 3, map[string]string{"manager": "ZÉPHYRINE CANARI"}); err != nil {
			t.Fatal(err)
		}
		var told []string
		s.OnErase(func(ctx context.Context, tx database.Conn, u identity.User, pseudonym string) error {
			told = append(told, u.Name+" "+pseudonym)
			return nil
		})
		expectFault(t, "from an old page", s.Erase(ctx, admin, anne.ID, 1), fault.KindStale, "user.stale")
		if !strings.Contains(strings.ToLower(s.dump()), "canari") {
			t.Fatal("the dump does not show what is to be erased")
		}
		told = nil
		if err := s.Erase(ctx, admin, anne.ID, 3); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(s.dump()) {
			if strings.Contains(strings.ToLower(line), "canari") {
				t.Errorf("left: %s", line)
			}
		}
		if want := []string{fmt.Sprintf("Zéphyrine Canari Agent %d", anne.ID)}; !slices.Equal(told, want) {
			t.Errorf("other domains were told %q, want %q", told, want)
		}
		_, err = s.Session(ctx, token)
		expectFault(t, "session", err, fault.KindUnauthenticated, "session.none")
		expectFault(t, "again", s.Erase(ctx, admin, anne.ID, 4), fault.KindNotFound, "user.not_found")
		if n := len(s.column("SELECT role FROM access_grant WHERE user_id = ?", anne.ID)); n != 0 {
			t.Errorf("%d grants left", n)
		}
		if lines, err := s.Trail(ctx, admin, s.org.ID, audit.Filter{Actor: fmt.Sprintf("user:%d", anne.ID)}); err != nil || len(lines) == 0 || lines[0].ActorName != identity.Pseudonym(anne.ID) {
			t.Errorf("trail = %+v, %v", lines, err)
		}
		if _, err := audit.Seal(ctx, db, s.clock()); err != nil {
			t.Fatal(err)
		}
		if breaks, _, err := audit.Check(ctx, db); err != nil || len(breaks) != 0 {
			t.Errorf("the trail is broken: %+v, %v", breaks, err)
		}
		if _, _, err := s.AddUser(ctx, operator, identity.UserInput{OrganisationID: s.org.ID, Email: anne.Email, Name: "Another"}); err != nil {
			t.Errorf("the address is not free again: %v", err)
		}
	})
}

// TestEraseReachesNoStranger: names and addresses are what somebody typed into an account. They empty nobody else's entries, neither
// in an organisation that does not know the account nor about somebody of the same name.
func TestEraseReachesNoStranger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		away := newOrganisation(t, db, "arras", nil)
		admin := s.actor(s.person("admin", identity.RoleAdministrator))
		notes := []struct {
			organisation int64
			value        string
		}{{away.ID, "Jean Bon"}, {away.ID, "b@c.fr"}, {s.org.ID, "of Jean Bon and others"}, {s.org.ID, "a-b@c.fr"}, {s.org.ID, "Paule Bon"}}
		for _, n := range notes {
			if err := s.Note(ctx, operator, n.organisation, "project.update", "project", 3, map[string]string{"manager": n.value}); err != nil {
				t.Fatal(err)
			}
		}
		var told []string
		s.OnErase(func(_ context.Context, _ database.Conn, u identity.User, _ string) error {
			told = append(told, u.Name)
			return nil
		})
		for _, in := range []identity.UserInput{{Name: "Jean Bon", Email: "b@c.fr"}, {Name: "Paule Bon", Email: "p@c.fr"}, {Name: "Paule Bon", Email: "q@c.fr"}} {
			in.OrganisationID, in.Password = s.org.ID, secret
			u, _, err := s.AddUser(ctx, admin, in)
			if err != nil {
				t.Fatal(err)
			}
			if in.Email == "p@c.fr" { // the one who stays
				continue
			}
			if err := s.Erase(ctx, admin, u.ID, u.Version); err != nil {
				t.Fatal(err)
			}
		}
		for i, n := range notes {
			if found, err := audit.Search(ctx, db.Read(), audit.Filter{Organisation: n.organisation, Subject: "project", Text: n.value}); err != nil || len(found) != 1 {
				t.Errorf("entry %d, %q: %+v, %v", i, n.value, found, err)
			}
		}
		if want := []string{"Jean Bon", ""}; !slices.Equal(told, want) {
			t.Errorf("other domains were told %q, want %q: of two of one name nobody knows which is meant", told, want)
		}
	})
}

// TestPersonalDataOfGuests: who looks after an account is told nothing of the organisations in which its owner is a guest.
func TestPersonalDataOfGuests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		away := newOrganisation(t, db, "arras", nil)
		anne, admin := s.person("anne", identity.RoleReader), s.actor(s.person("admin", identity.RoleAdministrator))
		if _, err := s.AddGrant(ctx, operator, identity.Grant{OrganisationID: away.ID, UserID: anne.ID, Role: identity.RoleFinance, Scope: identity.ScopeOrganisation}); err != nil {
			t.Fatal(err)
		}
		if err := s.Note(ctx, s.actor(anne), away.ID, "roadmap.export", "roadmap", 7, nil); err != nil {
			t.Fatal(err)
		}
		for who, tc := range map[string]struct {
			reader identity.Actor
			want   bool
		}{"oneself": {s.actor(anne), true}, "the administrator": {admin, false}, "an operator": {operator, true}} {
			data, err := s.PersonalData(ctx, tc.reader, anne.ID)
			if err != nil {
				t.Fatal(err)
			}
			granted := slices.ContainsFunc(data.Grants, func(g identity.PersonalGrant) bool { return g.Organisation == away.Name })
			done := slices.ContainsFunc(data.Trail, func(e identity.PersonalEntry) bool { return e.Organisation == away.ID })
			if granted != tc.want || done != tc.want || len(data.Grants) == 0 || len(data.Trail) == 0 {
				t.Errorf("%s: grants %+v, trail %+v", who, data.Grants, data.Trail)
			}
		}
	})
}

// signIn2 signs in somebody who has a second factor, with a recovery code of their own.
func (s *stage) signIn2(u identity.User) (identity.Session, string) {
	s.t.Helper()
	codes, err := s.NewRecoveryCodes(ctx, s.actor(u), secret)
	if err != nil {
		s.t.Fatal(err)
	}
	result, err := s.SecondStep(ctx, s.pending(u), codes[0], "Firefox", "192.0.2.7")
	if err != nil {
		s.t.Fatal(err)
	}
	return s.session(result.Token), result.Token
}

// TestErasureIsWhole: when another domain cannot forget, nothing is erased.
func TestErasureIsWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, admin := s.person("anne"), s.actor(s.person("admin", identity.RoleAdministrator))
		broken := errors.New("broken")
		s.OnErase(func(ctx context.Context, tx database.Conn, _ identity.User, _ string) error {
			if _, err := tx.ExecContext(ctx, "UPDATE organisation SET name = 'forgotten'"); err != nil {
				return err
			}
			return broken
		})
		before := s.dump()
		if err := s.Erase(ctx, admin, anne.ID, 1); !errors.Is(err, broken) {
			t.Errorf("erase: %v", err)
		}
		if s.dump() != before {
			t.Error("something was changed")
		}
		expectFault(t, "oneself", s.Erase(ctx, admin, admin.UserID, 1), fault.KindConflict, "user.self")
	})
}

func TestPersonalData(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, admin := s.person("anne", identity.RoleReader), s.actor(s.person("admin", identity.RoleAdministrator))
		s.signIn(anne)
		actor := s.actor(anne)
		if err := s.Note(ctx, actor, s.org.ID, "roadmap.export", "roadmap", 7, map[string]int{"cost": 1234567}); err != nil {
			t.Fatal(err)
		}
		s.OnExport("portfolio", func(_ context.Context, _ database.Conn, _ identity.Actor, u identity.User) (any, error) {
			return []string{"report by " + u.Name}, nil
		})
		for who, reader := range map[string]identity.Actor{"oneself": actor, "the administrator": admin, "an operator": operator} {
			data, err := s.PersonalData(ctx, reader, anne.ID)
			if err != nil {
				t.Errorf("%s: %v", who, err)
				continue
			}
			text, err := json.Marshal(data)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{`"email":"anne@exemple.fr"`, `"role":"reader"`, `"agent":"Firefox"`, `"action":"roadmap.export"`, `"action":"session.begin"`, `report by Anne Martin`} {
				if !strings.Contains(string(text), want) {
					t.Errorf("%s: %s is missing in %s", who, want, text)
				}
			}
			for _, not := range []string{"1234567", "argon2", "csrf", "admin@exemple.fr"} {
				if strings.Contains(string(text), not) {
					t.Errorf("%s: %s is told in %s", who, not, text)
				}
			}
		}
		if n := strings.Count(s.actions(), "personal.export"); n != 3 {
			t.Errorf("%d exports in the trail, want 3", n)
		}
	})
}

// TestPersonalDataIsWhole: a trail of more than one page is told entirely, each entry once, the oldest first.
func TestPersonalDataIsWhole(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	anne := s.person("anne")
	const many = 1203
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		for i := range many {
			if err := audit.Record(ctx, tx, s.org.ID, s.actor(anne).Name, "account.note", "user", anne.ID, i, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := s.PersonalData(ctx, s.actor(anne), anne.ID)
	if err != nil {
		t.Fatal(err)
	}
	notes := slices.DeleteFunc(data.Trail, func(e identity.PersonalEntry) bool { return e.Action != "account.note" })
	if len(notes) != many || notes[0].Details != "0" || notes[many-1].Details != "1202" {
		t.Errorf("%d entries, from %q to %q", len(notes), notes[0].Details, notes[len(notes)-1].Details)
	}
}

func TestTrail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		away := newOrganisation(t, db, "arras", nil)
		admin := s.actor(s.person("admin", identity.RoleAdministrator))
		reader := s.actor(s.person("reader", identity.RoleReader))
		if err := s.Note(ctx, reader, s.org.ID, "roadmap.export", "roadmap", 7, nil); err != nil {
			t.Fatal(err)
		}
		lines, err := s.Trail(ctx, admin, s.org.ID, audit.Filter{Organisation: away.ID, Limit: 100})
		if err != nil || len(lines) != 6 || lines[0].ActorName != "Reader Martin" || lines[5].ActorName != "test" || lines[5].Action != "organisation.create" {
			t.Errorf("trail = %+v, %v", lines, err)
		}
		_, err = s.Trail(ctx, reader, s.org.ID, audit.Filter{})
		expectFault(t, "a reader", err, fault.KindForbidden, "permission.denied")
		_, err = s.Trail(ctx, admin, away.ID, audit.Filter{})
		expectFault(t, "of others", err, fault.KindNotFound, "organisation.not_found")
		expectFault(t, "a note by nobody", s.Note(ctx, identity.Actor{}, s.org.ID, "a.b", "x", 1, nil), fault.KindUnauthenticated, "permission.nobody")
	})
}

func TestRetain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		anne, leaver, late := s.person("anne"), s.person("leaver"), s.person("late")
		roadmap, _, _ := s.roadmap(s.org.ID, "F1")
		if err := s.SetDisabled(ctx, operator, leaver.ID, 1, true); err != nil {
			t.Fatal(err)
		}
		s.wait(24 * time.Hour)
		s.signIn(anne)
		if err := errors.Join(s.SetDisabled(ctx, operator, late.ID, 1, true), s.ForgotPassword(ctx, anne.Email, "192.0.2.7")); err != nil {
			t.Fatal(err)
		}
		err := s.db.Tx(audit.WithRequest(ctx, "a form"), func(ctx context.Context, tx database.Conn) error {
			return audit.Record(ctx, tx, s.org.ID, "test", "a.b", "c", 1, nil, s.clock())
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Write().NewRaw(`INSERT INTO staged_list (organisation_id, roadmap_id, actor, file, sha256, profile, as_of, staged_at, data)
			VALUES (?, ?, 'test', 'a.csv', '', '', '2026-11-01', ?, ?)`, s.org.ID, roadmap, s.clock(), []byte("a;b")).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return mail.Cancel(ctx, tx, anne.ID, s.clock()) }); err != nil {
			t.Fatal(err)
		}
		began := s.clock()
		retain := func(after time.Duration, want identity.Retained) {
			t.Helper()
			s.wait(began.Add(after).Sub(s.clock()))
			if got, err := s.Retain(ctx, s.clock()); err != nil || got != want {
				t.Errorf("after %v: %+v, %v, want %+v", after, got, err, want)
			}
		}
		const day = 24 * time.Hour
		retain(30*time.Minute, identity.Retained{})
		retain(8*time.Hour, identity.Retained{Sessions: 1, Resets: 1})
		retain(3*day, identity.Retained{RateWindows: len(s.column("SELECT bucket FROM rate_limit"))})
		retain(7*day+time.Hour, identity.Retained{StagedLists: 1})
		retain(31*day, identity.Retained{Receipts: 1})
		retain(91*day, identity.Retained{Mails: 1})
		months := at.AddDate(0, 24, 0).Sub(began)
		retain(months-time.Second, identity.Retained{})
		retain(months, identity.Retained{Erased: 1})
		names := s.column("SELECT name || ' ' || status FROM user_account ORDER BY id")
		if want := []string{"Anne Martin active", identity.Pseudonym(leaver.ID) + " erased", "Late Martin disabled"}; !slices.Equal(names, want) {
			t.Errorf("accounts = %q, want %q", names, want)
		}
		if got := s.column("SELECT actor FROM audit_entry WHERE action = 'personal.erase'"); !slices.Equal(got, []string{"job:retention"}) {
			t.Errorf("erased by %q", got)
		}
		if got := s.column("SELECT file FROM staged_list"); len(got) != 1 {
			t.Error("what was staged is forgotten")
		}
	})
}

// TestRetentionGoesOn: an account that cannot be erased does not keep the others.
func TestRetentionGoesOn(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	first, second := s.person("first"), s.person("second")
	if err := errors.Join(s.SetDisabled(ctx, operator, first.ID, 1, true), s.SetDisabled(ctx, operator, second.ID, 1, true)); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	s.OnErase(func(_ context.Context, _ database.Conn, u identity.User, _ string) error {
		if u.ID == first.ID {
			return broken
		}
		return nil
	})
	s.wait(800 * 24 * time.Hour)
	if got, err := s.Retain(ctx, s.clock()); !errors.Is(err, broken) || got.Erased != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
