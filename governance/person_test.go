package governance

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// staffed is two organisations of which the first employs Zoé; she sits on committees of both.
func staffed(t *testing.T, db *database.DB) (c, other *chamber, zoe identity.User) {
	ctx := context.Background()
	c, other = newMonthly(t, db), newChamber(t, db, "b", paris("2026-03-01 09:00"))
	theirs := other.newCommittee("OPS", monthly, nil)
	ours := c.card("OPS")
	zoe = identity.User{ID: c.account("Zoé Martin", "zoe@example.org", c.org.ID), OrganisationID: c.org.ID, Name: "Zoé Martin", Email: "zoe@example.org"}
	seats := []struct {
		committee CommitteeID
		member    Member
	}{
		{ours.ID, Member{Name: "Zoé M. (compte)", UserID: zoe.ID}},
		{ours.ID, Member{Name: "Zoé M. (adresse)", Email: "Zoe@Example.org"}},
		{ours.ID, Member{Name: "Léa", Email: "lea@example.org"}},
		{theirs.ID, Member{Name: "Zoé d’ailleurs", Email: "zoe@example.org"}},
	}
	for _, s := range seats {
		if _, err := c.service.SaveMember(ctx, operator, s.committee, s.member); err != nil {
			t.Fatal(err)
		}
	}
	author := identity.SignedIn(zoe.ID, zoe.Name, identity.Grant{OrganisationID: c.org.ID, Role: identity.RoleRoadmapManager, Scope: identity.ScopeOrganisation})
	for _, actor := range []identity.Actor{author, operator} {
		if _, err := c.service.Decide(ctx, actor, c.decision("2026-03-10", nil)); err != nil {
			t.Fatal(err)
		}
	}
	return c, other, zoe
}

func (c *chamber) erase(u identity.User) {
	c.Helper()
	err := c.db.Tx(context.Background(), func(ctx context.Context, tx database.Conn) error { return ErasePerson(ctx, tx, u, "Agent 12") })
	if err != nil {
		c.Fatal(err)
	}
}

const (
	everyMember = "SELECT name || ' <' || email || '>' FROM committee_member ORDER BY organisation_id, committee_id, position"
	everyAuthor = "SELECT author FROM decision ORDER BY id"
)

// TestErasePerson: a pseudonym takes the person's place, and nobody else's. An organisation that does
// not know the account is not reached by its address alone.
func TestErasePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c, other, zoe := staffed(t, db)
		c.clock.set(paris("2026-03-20 09:00"))
		pack, _ := c.freeze(FreezeInput{OrganisationID: c.org.ID, Committee: "OPS", Period: "2026-03"})
		c.erase(zoe)
		want := []string{"Anne Dupont <>", "Agent 12 <>", "Agent 12 <>", "Léa <lea@example.org>", "Anne Dupont <>", "Zoé d’ailleurs <zoe@example.org>"}
		if got := c.strings(everyMember); !slices.Equal(got, want) {
			t.Errorf("members = %q, want %q", got, want)
		}
		if got := c.strings(everyAuthor); !slices.Equal(got, []string{"Agent 12", "test"}) {
			t.Errorf("authors = %q", got)
		}
		if n := len(c.snapshot(pack).Members); n != 4 || c.snapshot(pack).Members[1].Name != "Zoé M. (compte)" {
			t.Errorf("the archive changed: %v", c.snapshot(pack).Members)
		}
		if checked, broken, err := c.service.Verify(context.Background(), operator); err != nil || checked != 1 || len(broken) != 0 {
			t.Errorf("Verify = %d, %v, %v", checked, broken, err)
		}
		c.erase(identity.User{ID: zoe.ID, OrganisationID: c.org.ID}) // without an address nobody else goes with them
		c.grant(zoe.ID, other.org.ID)
		c.erase(zoe)
		want[5] = "Agent 12 <>"
		if got := c.strings(everyMember); !slices.Equal(got, want) {
			t.Errorf("with a grant in the other organisation: %q, want %q", got, want)
		}
	})
}

// TestErasePersonOfEndedGrants: identity may have ended the grants already, and says which there were.
func TestErasePersonOfEndedGrants(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c, other, zoe := staffed(t, db)
		zoe.Grants = []identity.GrantLine{{Grant: identity.Grant{OrganisationID: other.org.ID}}}
		c.erase(zoe)
		if got := c.strings(everyMember); got[5] != "Agent 12 <>" {
			t.Errorf("members = %q", got)
		}
	})
}

// TestEraseMemberIsAChange: a form that was open meanwhile does not bring the name back.
func TestEraseMemberIsAChange(t *testing.T) {
	c, _, zoe := staffed(t, dbtest.SQLite(t))
	open := c.card("OPS").Members[1]
	c.erase(zoe)
	if after := c.card("OPS").Members[1]; after.Version != open.Version+1 {
		t.Errorf("version %d after %d", after.Version, open.Version)
	}
}

func TestPersonalData(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c, _, zoe := staffed(t, db)
		data, err := PersonalData(ctx, db.Read(), operator, zoe)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		want := `{"memberships":[` +
			`{"organisation":"Département de a","committee":"Comité OPS","name":"Zoé M. (compte)","role":"","email":""},` +
			`{"organisation":"Département de a","committee":"Comité OPS","name":"Zoé M. (adresse)","role":"","email":"Zoe@Example.org"}],` +
			`"decisions":[{"organisation":"Département de a","reference":"D-2026-001","on":"2026-03-10","author":"Zoé Martin"}]}`
		if string(text) != want {
			t.Errorf("data = %s, want %s", text, want)
		}
		elsewhere := identity.SignedIn(99, "x", identity.Grant{OrganisationID: c.org.ID + 1000, Role: identity.RoleAdministrator, Scope: identity.ScopeOrganisation})
		if data, err = PersonalData(ctx, db.Read(), elsewhere, zoe); err != nil {
			t.Fatal(err)
		}
		if text, _ = json.Marshal(data); string(text) != `{"memberships":[],"decisions":[]}` {
			t.Errorf("an administrator elsewhere is told %s", text)
		}
		c.erase(zoe)
		zoe.Email = ""
		if data, err = PersonalData(ctx, db.Read(), operator, zoe); err != nil {
			t.Fatal(err)
		}
		if text, _ = json.Marshal(data); strings.Contains(string(text), "Zo") || strings.Contains(string(text), "@") {
			t.Errorf("after the erasure: %s", text)
		}
	})
}
