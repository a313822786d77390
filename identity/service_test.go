package identity_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestResolve(t *testing.T) {
	tests := []struct {
		name string
		held []string
		code string
		want string // "": an error
		kind fault.Kind
		key  string
	}{
		{"none at all", nil, "", "", fault.KindNotFound, "organisation.any.not_found"},
		{"none, one named", nil, "lille", "", fault.KindNotFound, "organisation.not_found"},
		{"the only one", []string{"lille"}, "", "lille", 0, ""},
		{"the only one, named", []string{"lille"}, "lille", "lille", 0, ""},
		{"several, one named", []string{"lille", "arras"}, "arras", "arras", 0, ""},
		{"several, none named", []string{"lille", "arras"}, "", "", fault.KindInvalid, "organisation.ambiguous"},
		{"an administration and its network", []string{"réseau", "lille"}, "", "lille", 0, ""},
		{"a network, named", []string{"réseau", "lille"}, "réseau", "réseau", 0, ""},
		{"several below a network", []string{"réseau", "lille", "arras"}, "", "", fault.KindInvalid, "organisation.ambiguous"},
		{"networks alone", []string{"réseau", "réseau 2"}, "", "", fault.KindInvalid, "organisation.only_networks"},
		{"unknown", []string{"lille"}, "arras", "", fault.KindNotFound, "organisation.not_found"},
		{"in other letters", []string{"lille"}, "Lille", "", fault.KindNotFound, "organisation.not_found"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				for _, code := range tc.held {
					newOrganisation(t, db, code, func(o *identity.Organisation) {
						if strings.HasPrefix(code, "réseau") {
							o.Kind = identity.KindNetwork
						}
					})
				}
				got, err := newService(db).Resolve(context.Background(), operator, tc.code)
				if tc.want == "" {
					if f := fault.As(err); f == nil || f.Kind != tc.kind || f.Key != tc.key {
						t.Errorf("Resolve(%q) = %v, want %s %q", tc.code, err, tc.kind, tc.key)
					}
					return
				}
				if err != nil || got.Code != tc.want || got.ID == 0 {
					t.Errorf("Resolve(%q) = %+v, %v, want %s", tc.code, got, err, tc.want)
				}
			})
		})
	}
}

func TestCreateKeepsEverything(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		network := newOrganisation(t, db, "réseau", func(o *identity.Organisation) { o.Kind = identity.KindNetwork })
		want := newOrganisation(t, db, "nyc", func(o *identity.Organisation) {
			o.ParentID, o.Currency, o.Fiscal, o.Locale, o.TimeZone = network.ID, "USD", civil.FiscalCalendar{Month: time.July, Day: 1}, "en", "America/New_York"
		})
		all, err := newService(db).Organisations(ctx, operator)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 2 || all[0] != want {
			t.Errorf("held = %+v, want %+v first", all, want)
		}
		if want.Location().String() != "America/New_York" {
			t.Errorf("location = %v", want.Location())
		}
		var trail []string
		if err := db.Read().NewRaw("SELECT actor || ' ' || action FROM audit_entry WHERE organisation_id = ?", want.ID).Scan(ctx, &trail); err != nil || !slices.Equal(trail, []string{"test organisation.create"}) {
			t.Errorf("trail = %v, %v", trail, err)
		}
	})
}

func TestCreateRefuses(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		newOrganisation(t, db, "lille", nil)
		tests := []struct {
			name   string
			change func(*identity.Organisation)
			kind   fault.Kind
			key    string
			fields string
		}{
			{"a code that is taken", func(o *identity.Organisation) {}, fault.KindConflict, "organisation.code.taken", ""},
			{"a network that does not exist", func(o *identity.Organisation) { o.Code, o.ParentID = "arras", 999 }, fault.KindNotFound, "organisation.not_found", ""},
			{"everything wrong at once", func(o *identity.Organisation) {
				*o = identity.Organisation{Kind: "club", Currency: "EURO", Fiscal: civil.FiscalCalendar{Month: 13}, Locale: "de", TimeZone: "Europe/Atlantis"}
			}, fault.KindInvalid, "input.invalid", "code name kind currency fiscal_year locale time_zone"},
			{"a code with a blank", func(o *identity.Organisation) { o.Code = " lille" }, fault.KindInvalid, "input.invalid", "code"},
			{"a code too long", func(o *identity.Organisation) { o.Code = strings.Repeat("x", 65) }, fault.KindInvalid, "input.invalid", "code"},
			{"a blank name", func(o *identity.Organisation) { o.Name = " \t" }, fault.KindInvalid, "input.invalid", "name"},
			{"the zone of the machine", func(o *identity.Organisation) { o.TimeZone = "Local" }, fault.KindInvalid, "input.invalid", "time_zone"},
			{"no zone", func(o *identity.Organisation) { o.TimeZone = "" }, fault.KindInvalid, "input.invalid", "time_zone"},
			{"a year that starts on 30 January", func(o *identity.Organisation) { o.Fiscal = civil.FiscalCalendar{Month: 1, Day: 30} }, fault.KindInvalid, "input.invalid", "fiscal_year"},
		}
		for _, tc := range tests {
			_, err := newService(db).Create(ctx, operator, organisation("lille", tc.change))
			f := fault.As(err)
			if f == nil || f.Kind != tc.kind || f.Key != tc.key {
				t.Errorf("%s: %v, want %s %q", tc.name, err, tc.kind, tc.key)
				continue
			}
			var names []string
			for _, field := range f.Fields {
				names = append(names, field.Name)
			}
			if got := strings.Join(names, " "); got != tc.fields {
				t.Errorf("%s: fields %q, want %q", tc.name, got, tc.fields)
			}
		}
		if all, err := newService(db).Organisations(ctx, operator); err != nil || len(all) != 1 {
			t.Errorf("%d organisations, %v, want the first alone", len(all), err)
		}
	})
}

func TestCan(t *testing.T) {
	reader := identity.Grant{OrganisationID: 1, UserID: 1, Role: identity.RoleReader, Scope: identity.ScopeOrganisation}
	read := []identity.Permission{identity.PermReadPortfolio, identity.PermRequest, identity.PermReadGovernance, identity.PermReadNetwork, identity.PermOwnAccount}
	elsewhere := reader
	elsewhere.OrganisationID = 2
	tests := []struct {
		name  string
		actor identity.Actor
		may   []identity.Permission
		kind  fault.Kind // of the refusals
	}{
		{"operator", identity.Operator("cli:anne"), identity.Permissions, fault.KindForbidden},
		{"a reader", identity.SignedIn(1, "Anne", reader), read, fault.KindForbidden},
		{"a reader of another organisation", identity.SignedIn(1, "Anne", elsewhere), []identity.Permission{identity.PermOwnAccount}, fault.KindForbidden},
		{"without any grant", identity.SignedIn(1, "Anne"), []identity.Permission{identity.PermOwnAccount}, fault.KindForbidden},
		{"nobody", identity.Actor{}, nil, fault.KindUnauthenticated},
		{"nobody with a name", identity.Actor{Name: "cli:anne"}, nil, fault.KindUnauthenticated},
	}
	for _, tc := range tests {
		for _, p := range append(slices.Clone(identity.Permissions), "no.such_permission") {
			err := identity.Can(tc.actor, p, identity.Within(1))
			if may := slices.Contains(tc.may, p); may != (err == nil) {
				t.Errorf("%s, %s: %v, want allowed %v", tc.name, p, err, may)
			}
			if err != nil && fault.KindOf(err) != tc.kind {
				t.Errorf("%s, %s: %s, want %s", tc.name, p, fault.KindOf(err), tc.kind)
			}
		}
	}
}

func TestUseCasesAskForPermission(t *testing.T) {
	ctx := context.Background()
	db := dbtest.SQLite(t)
	s := newService(db)
	reader := identity.SignedIn(1, "Anne")
	if _, err := s.Create(ctx, reader, organisation("lille", nil)); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("a reader creates: %v", err)
	}
	if _, err := s.Organisations(ctx, identity.Actor{}); fault.KindOf(err) != fault.KindUnauthenticated {
		t.Errorf("nobody lists: %v", err)
	}
	if _, err := s.Resolve(ctx, identity.Actor{}, ""); fault.KindOf(err) != fault.KindUnauthenticated {
		t.Errorf("nobody resolves: %v", err)
	}
	if all, err := s.Organisations(ctx, reader); err != nil || len(all) != 0 {
		t.Errorf("a reader lists: %v, %v", all, err)
	}
}
