package governance

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestMembers(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		m := c.card("OPS")
		zoe := c.account("Zoé Martin", "zoe@example.org", c.org.ID)
		added, err := c.service.SaveMember(ctx, operator, m.ID, Member{UserID: zoe, Name: "Zoé Martin", Role: "finances", Email: "zoe@example.org"})
		if err != nil || added.ID == 0 || added.Version != 1 {
			t.Fatalf("added = %+v, %v", added, err)
		}
		changed := added
		changed.Role, changed.Email, changed.UserID = "présidente", "", 0
		if changed, err = c.service.SaveMember(ctx, operator, m.ID, changed); err != nil || changed.Version != 2 {
			t.Fatalf("changed = %+v, %v", changed, err)
		}
		got, card, err := c.service.Member(ctx, operator, added.ID)
		if err != nil || got != changed || card.ID != m.ID || len(card.Members) != 2 || card.Members[1] != changed || card.Members[0].ID == 0 {
			t.Errorf("member = %+v of %+v, %v", got, card.Members, err)
		}
		_, err = c.service.SaveMember(ctx, operator, m.ID, added)
		expectFault(t, "the version before", err, fault.KindStale, "member.stale")
		expectFault(t, "removing the version before", c.service.RemoveMember(ctx, operator, added.ID, 1), fault.KindStale, "member.stale")
		if err := c.service.RemoveMember(ctx, operator, added.ID, 2); err != nil {
			t.Fatal(err)
		}
		expectFault(t, "removed twice", c.service.RemoveMember(ctx, operator, added.ID, 2), fault.KindNotFound, "member.not_found")
		if left := c.card("OPS").Members; len(left) != 1 || left[0].Name != "Anne Dupont" {
			t.Errorf("left = %+v", left)
		}
		trail := c.strings("SELECT action FROM audit_entry WHERE subject = 'member' AND subject_id = ? ORDER BY id", added.ID)
		if got := strings.Join(trail, " "); got != "member.add member.update member.remove" {
			t.Errorf("trail = %s", got)
		}
	})
}

func TestSaveMemberRefuses(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		other := newChamber(t, db, "b", c.clock.now())
		theirs := other.newCommittee("OPS", monthly, nil)
		stranger := c.account("Paul", "paul@example.org", other.org.ID)
		guest := c.account("Léa", "lea@example.org", other.org.ID)
		c.grant(guest, c.org.ID)
		id := c.card("OPS").ID
		manager := as(identity.RoleRoadmapManager, identity.Within(c.org.ID))
		tests := []struct {
			name   string
			member Member
			want   string // the field that is to blame, the key of the fault, or "" when it is taken
		}{
			{"a name", Member{Name: "Anne"}, ""},
			{"no name", Member{Name: " \u00a0"}, "name"},
			{"a long name", Member{Name: strings.Repeat("é", 255)}, "name"},
			{"a control character", Member{Name: "Anne", Role: "DG\x1b"}, "role"},
			{"an address", Member{Name: "Anne", Email: "anne.dupont+comite@sous.example.org"}, ""},
			{"an address with a name", Member{Name: "Anne", Email: "Anne <anne@example.org>"}, "email"},
			{"two addresses", Member{Name: "Anne", Email: "a@example.org, b@example.org"}, "email"},
			{"no address at all", Member{Name: "Anne", Email: "anne"}, "email"},
			{"an address on two lines", Member{Name: "Anne", Email: "anne@example.org\r\nBcc: b@example.org"}, "email"},
			{"an account that nobody has", Member{Name: "Anne", UserID: 999}, "user"},
			{"an account of others", Member{Name: "Paul", UserID: stranger}, "user"},
			{"an account of others with a grant here", Member{Name: "Léa", UserID: guest}, ""},
			{"a member of another committee", Member{ID: theirs.Members[0].ID, Name: "Anne", Version: 1}, "member.not_found"},
			{"nobody's id", Member{ID: 999, Name: "Anne", Version: 1}, "member.not_found"},
		}
		for _, tc := range tests {
			_, err := c.service.SaveMember(ctx, manager, id, tc.member)
			got := ""
			if f := fault.As(err); f != nil && len(f.Fields) > 0 {
				got = f.Fields[0].Name
			} else if f != nil {
				got = f.Key
			} else if err != nil {
				t.Error(err)
			}
			if got != tc.want {
				t.Errorf("%s: %q (%v), want %q", tc.name, got, err, tc.want)
			}
		}
		_, _, err := c.service.Member(ctx, manager, theirs.Members[0].ID)
		expectSeen(t, "a member of others", err, false, "member", theirs.Members[0].ID)
		expectSeen(t, "removing a member of others", c.service.RemoveMember(ctx, manager, theirs.Members[0].ID, 1), false, "member", theirs.Members[0].ID)
	})
}

func TestSaveMemberTwoAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		card := c.card("OPS")
		won, stale := atOnce(t, 6, func() error {
			_, err := c.service.SaveMember(context.Background(), operator, card.ID, card.Members[0])
			return err
		})
		if won != 1 || stale != 5 {
			t.Errorf("%d won, %d were told", won, stale)
		}
	})
}

// account books an account of somebody, as identity would.
func (c *chamber) account(name, email string, organisation int64) (id int64) {
	c.Helper()
	err := c.db.Write().NewRaw(`INSERT INTO user_account (organisation_id, email, email_folded, name, status, created_at) VALUES (?, ?, ?, ?, 'active', ?) RETURNING id`,
		organisation, email, strings.ToLower(email), name, c.clock.now()).Scan(context.Background(), &id)
	if err != nil {
		c.Fatal(err)
	}
	return id
}

// grant lets an account read an organisation, as identity would.
func (c *chamber) grant(user, organisation int64) {
	c.Helper()
	_, err := c.db.Write().ExecContext(context.Background(), `INSERT INTO access_grant (organisation_id, user_id, role, scope, granted_by, created_at) VALUES (?, ?, 'reader', 'organisation', 'test', ?)`,
		organisation, user, c.clock.now())
	if err != nil {
		c.Fatal(err)
	}
}

// strings gives the first column of a query.
func (c *chamber) strings(query string, args ...any) (out []string) {
	c.Helper()
	if err := c.db.Read().NewRaw(query, args...).Scan(context.Background(), &out); err != nil {
		c.Fatal(fmt.Errorf("%s: %w", query, err))
	}
	return out
}
