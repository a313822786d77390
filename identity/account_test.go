package identity_test

import (
	"context"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// TestAccountsOfAnOrganisation finds accounts by address and back, for whoever looks after a committee: those of the
// organisation and those that hold a grant in it, and nobody else's.
func TestAccountsOfAnOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		s := newService(db).With(identity.Options{Key: []byte(strings.Repeat("k", 32)), Hashing: quick})
		here, there := newOrganisation(t, db, "33", nil), newOrganisation(t, db, "47", nil)
		add := func(o identity.Organisation, email string) identity.User {
			u, _, err := s.AddUser(ctx, operator, identity.UserInput{OrganisationID: o.ID, Email: email, Name: email, Password: secret})
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		own, guest, stranger := add(here, "own@example.org"), add(there, "guest@example.org"), add(there, "stranger@example.org")
		if _, err := s.AddGrant(ctx, operator, identity.Grant{OrganisationID: here.ID, UserID: guest.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation}); err != nil {
			t.Fatal(err)
		}
		place := identity.Scope{Organisation: here.ID, Roadmap: 7, Committee: 9}
		manager := identity.SignedIn(own.ID, "own", identity.Grant{OrganisationID: here.ID, Role: identity.RoleRoadmapManager, Scope: identity.ScopeCommittee, SubjectID: 9})
		for _, tc := range []struct {
			user  identity.User
			known bool
		}{{own, true}, {guest, true}, {stranger, false}} {
			id, err := s.AccountByEmail(ctx, manager, place, " "+strings.ToUpper(tc.user.Email)+" ")
			if tc.known && (err != nil || id != tc.user.ID) || !tc.known && (fault.KindOf(err) != fault.KindNotFound || id != 0) {
				t.Errorf("AccountByEmail(%s) = %d, %v; known: %t", tc.user.Email, id, err, tc.known)
			}
			email, err := s.AccountEmail(ctx, manager, place, tc.user.ID)
			if tc.known && (err != nil || email != tc.user.Email) || !tc.known && (fault.KindOf(err) != fault.KindNotFound || email != "") {
				t.Errorf("AccountEmail(%s) = %q, %v; known: %t", tc.user.Email, email, err, tc.known)
			}
		}
		reader := identity.SignedIn(own.ID, "own", identity.Grant{OrganisationID: here.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation})
		if _, err := s.AccountByEmail(ctx, reader, place, own.Email); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("a reader: %v, want forbidden", err)
		}
		if _, err := s.AccountEmail(ctx, reader, place, own.ID); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("a reader: %v, want forbidden", err)
		}
	})
}
