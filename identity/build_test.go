package identity_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// at is the instant at which everything begins.
var at = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

var operator = identity.Operator("test")

// quick is cheap on purpose: these tests are not about what a guess costs.
var quick = identity.Params{Memory: 8, Time: 1, Parallel: 1}

const secret = "quatre chevaux traversent la Loire"

func newService(db *database.DB) *identity.Service {
	return identity.New(db, func() time.Time { return at })
}

// organisation is a valid one; change makes of it what the test is about.
func organisation(code string, change func(*identity.Organisation)) identity.Organisation {
	o := identity.Organisation{Code: code, Name: "Département de " + code, Kind: identity.KindAdministration, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}
	if change != nil {
		change(&o)
	}
	return o
}

// newOrganisation books a valid organisation.
func newOrganisation(t *testing.T, db *database.DB, code string, change func(*identity.Organisation)) identity.Organisation {
	t.Helper()
	o, err := newService(db).Create(context.Background(), operator, organisation(code, change))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// stage is a service with an organisation, and a clock that the test moves.
type stage struct {
	*identity.Service
	t   *testing.T
	db  *database.DB
	org identity.Organisation
	mu  sync.Mutex
	now time.Time
}

func newStage(t *testing.T, db *database.DB) *stage {
	t.Helper()
	s := &stage{t: t, db: db, org: newOrganisation(t, db, "lille", nil), now: at}
	s.Service = s.with(quick, bytes.Repeat([]byte{7}, identity.KeyBytes))
	return s
}

// with gives a service on the same database and clock.
func (s *stage) with(p identity.Params, key []byte) *identity.Service {
	return identity.New(s.db, s.clock).With(identity.Options{Key: key, Hashing: p, Link: func(path string) string { return "https://jalon.test" + path },
		Texts: func(locale, key string, args ...any) string {
			return fmt.Sprintln(append([]any{locale, key}, args...)...)
		}})
}

func (s *stage) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *stage) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// person books an active account with the password of all tests and roles in the whole organisation.
func (s *stage) person(name string, roles ...identity.Role) identity.User {
	s.t.Helper()
	return s.personOf(s.org.ID, name, roles...)
}

func (s *stage) personOf(organisation int64, name string, roles ...identity.Role) identity.User {
	s.t.Helper()
	u, link, err := s.AddUser(ctx, operator, identity.UserInput{OrganisationID: organisation, Email: name + "@exemple.fr", Name: strings.ToUpper(name[:1]) + name[1:] + " Martin",
		Password: secret, Roles: roles})
	if err != nil || link != "" {
		s.t.Fatalf("add %s: %q, %v", name, link, err)
	}
	return u
}

// invited books an account without a password and gives the token of its link.
func (s *stage) invited(name string) (identity.User, string) {
	s.t.Helper()
	u, link, err := s.AddUser(ctx, operator, identity.UserInput{OrganisationID: s.org.ID, Email: name + "@exemple.fr", Name: name})
	if err != nil {
		s.t.Fatal(err)
	}
	return u, tokenOf(s.t, link)
}

func tokenOf(t *testing.T, link string) string {
	t.Helper()
	token, ok := strings.CutPrefix(link, "https://jalon.test"+identity.ResetPath)
	if !ok || len(token) < 40 {
		t.Fatalf("link = %q", link)
	}
	return token
}

// signIn signs somebody in and gives their session with its token.
func (s *stage) signIn(u identity.User) (identity.Session, string) {
	s.t.Helper()
	result, err := s.SignIn(ctx, s.attempt(u.Email, secret))
	if err != nil || result.Token == "" {
		s.t.Fatalf("sign in %s: %+v, %v", u.Email, result, err)
	}
	return s.session(result.Token), result.Token
}

func (s *stage) attempt(email, password string) identity.SignInInput {
	return identity.SignInInput{Email: email, Password: password, Agent: "Firefox", Address: "192.0.2.7"}
}

func (s *stage) session(token string) identity.Session {
	s.t.Helper()
	held, err := s.Session(ctx, token)
	if err != nil {
		s.t.Fatal(err)
	}
	return held
}

// actor is somebody with what they were granted.
func (s *stage) actor(u identity.User) identity.Actor {
	s.t.Helper()
	own, err := s.Own(ctx, identity.SignedIn(u.ID, u.Name))
	if err != nil {
		s.t.Fatal(err)
	}
	var grants []identity.Grant
	for _, g := range own.Grants {
		grants = append(grants, g.Grant)
	}
	return identity.SignedIn(u.ID, u.Name, grants...)
}

// twoFactor gives somebody a second factor and what makes its codes.
func (s *stage) twoFactor(u identity.User) (code func() string, recovery []string) {
	s.t.Helper()
	setup, err := s.BeginTwoFactor(ctx, s.actor(u))
	if err != nil {
		s.t.Fatal(err)
	}
	code = func() string {
		c, err := totp.GenerateCode(setup.Secret, s.clock())
		if err != nil {
			s.t.Fatal(err)
		}
		return c
	}
	if recovery, err = s.ConfirmTwoFactor(ctx, s.actor(u), code()); err != nil {
		s.t.Fatal(err)
	}
	s.wait(time.Minute) // that code is used up
	return code, recovery
}

// pending is a sign-in whose password was right.
func (s *stage) pending(u identity.User) string {
	s.t.Helper()
	result, err := s.SignIn(ctx, s.attempt(u.Email, secret))
	if err != nil || result.Pending == "" || result.Token != "" {
		s.t.Fatalf("sign in %s: %+v, %v, want a pending one", u.Email, result, err)
	}
	return result.Pending
}

// user reads an account as an operator.
func (s *stage) user(id int64) identity.User {
	s.t.Helper()
	u, err := s.User(ctx, operator, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

// column reads values of one column.
func (s *stage) column(query string, args ...any) (out []string) {
	s.t.Helper()
	if err := s.db.Read().NewRaw(query, args...).Scan(ctx, &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// actions lists what the trail says was done, oldest first.
func (s *stage) actions() string {
	s.t.Helper()
	return strings.Join(s.column("SELECT actor || ' ' || action FROM audit_entry WHERE action <> 'organisation.create' ORDER BY id"), ", ")
}

// roadmap books a roadmap, a project and a committee of an organisation, whose tables belong to other domains.
func (s *stage) roadmap(organisation int64, code string) (roadmap, project, committee int64) {
	s.t.Helper()
	for _, q := range []struct {
		id    *int64
		query string
		args  []any
	}{
		{&roadmap, `INSERT INTO roadmap (organisation_id, code, name, starts_on, currency, status, created_at) VALUES (?, ?, 'Feuille', '2026-01-01', 'EUR', 'draft', ?) RETURNING id`,
			[]any{organisation, code, at}},
		{&project, `INSERT INTO project (organisation_id, roadmap_id, code, name, name_folded, created_at) VALUES (?, ?, ?, 'Projet', 'projet', ?) RETURNING id`,
			[]any{organisation, &roadmap, code + "-P", at}},
		{&committee, `INSERT INTO committee (organisation_id, roadmap_id, code, name, level, cadence, time_zone, locale, lead_days, sits_from, created_at)
			VALUES (?, ?, ?, 'Comité', 'tactical', 'monthly', 'Europe/Paris', 'fr', 5, '2026-01-01', ?) RETURNING id`, []any{organisation, &roadmap, code + "-C", at}},
	} {
		if err := s.db.Write().NewRaw(q.query, q.args...).Scan(ctx, q.id); err != nil {
			s.t.Fatal(err)
		}
	}
	return roadmap, project, committee
}

var ctx = context.Background()

// expectFault fails unless the error is a fault of the kind with the key.
func expectFault(t *testing.T, name string, err error, kind fault.Kind, key string) {
	t.Helper()
	if f := fault.As(err); f == nil || f.Kind != kind || f.Key != key {
		t.Errorf("%s: %v, want %s %q", name, err, kind, key)
	}
}

// expectField fails unless the error is about one field alone.
func expectField(t *testing.T, name string, err error, field, key string) {
	t.Helper()
	if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != field || f.Fields[0].Key != key {
		t.Errorf("%s: %v, want %s: %s", name, err, field, key)
	}
}

// race runs f twice at once and gives what came of it.
func race(f func(i int) error) [2]error {
	var out [2]error
	var wait sync.WaitGroup
	for i := range out {
		wait.Go(func() { out[i] = f(i) })
	}
	wait.Wait()
	return out
}

// expectOne fails unless exactly one of two went through and the other was refused with the key.
func expectOne(t *testing.T, name string, errs [2]error, key string) {
	t.Helper()
	if errs[0] != nil {
		errs[0], errs[1] = errs[1], errs[0]
	}
	if errs[0] != nil || fault.As(errs[1]) == nil || fault.As(errs[1]).Key != key {
		t.Errorf("%s: %v and %v, want one through and one %q", name, errs[0], errs[1], key)
	}
}
