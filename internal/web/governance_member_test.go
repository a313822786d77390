package web

import (
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/views"
)

func TestMembers(t *testing.T) {
	d := newDesk(t)
	v, colleague := d.as(identity.RoleRoadmapManager), d.as(identity.RoleReader)
	path := d.home.at("members")
	twice := v.filled(path, path, map[string]string{"name": "Paul Kerviel", "role": "Directeur", "email": "paul@example.org", "account": strings.ToUpper(colleague.user.Email)})
	for range 2 { // sent twice, added once
		if res, body := v.send(path, twice); res.StatusCode != 303 {
			t.Fatalf("%d\n%s", res.StatusCode, body)
		}
	}
	members := d.committeeNow(d.home).Members
	if len(members) != 2 || members[1].UserID != colleague.user.ID {
		t.Fatalf("members %+v, want the second with the account of the colleague", members)
	}
	if text := v.page(path).One("table").Text(); !strings.Contains(text, "paul@example.org") {
		t.Errorf("the list does not show the address: %s", text)
	}

	own := views.MemberURL(members[1].ID)
	if got := v.page(own).Form(own).Get("account"); got != colleague.user.Email {
		t.Errorf("the account is shown as %q", got)
	}
	stale := v.filled(own, own, map[string]string{"name": "Autre"})
	if to := v.done(own, own, map[string]string{"name": "Paul Le Gall", "account": ""}); !strings.HasPrefix(to, path) {
		t.Errorf("goes on to %q", to)
	}
	if res, body := v.send(own, stale); res.StatusCode != 409 || !strings.Contains(body, "Paul Le Gall") {
		t.Errorf("a stale form: %d, want 409", res.StatusCode)
	}
	if m := d.committeeNow(d.home).Members[1]; m.UserID != 0 || m.Name != "Paul Le Gall" {
		t.Errorf("saved %+v", m)
	}
	for field, wrong := range map[string]string{"name": "", "email": "Paul <paul@example.org>", "account": "nobody@example.org"} {
		if res, body := v.submit(own, own, map[string]string{field: wrong}); res.StatusCode != 422 || !beside(t, body, field) {
			t.Errorf("%s = %q: %d, want 422 beside the field", field, wrong, res.StatusCode)
		}
	}
	if to := v.done(path, own+"/remove", nil); to != path {
		t.Errorf("after the removal: %q", to)
	}
	if n := len(d.committeeNow(d.home).Members); n != 1 {
		t.Errorf("%d members are left, want 1", n)
	}
}

// TestMemberAccountOfAStranger holds that an address tells nothing of accounts that the organisation does not know.
func TestMemberAccountOfAStranger(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := d.home.at("members")
	answer := func(email string) string {
		res, body := v.submit(path, path, map[string]string{"name": "X", "account": email})
		if res.StatusCode != 422 {
			t.Errorf("%s: %d, want 422", email, res.StatusCode)
		}
		return strings.ReplaceAll(htmltest.Parse(t, body).One("#f-account-error").Text(), email, "@")
	}
	if a, b := answer(d.other.user.Email), answer("nobody@example.org"); a != b {
		t.Errorf("a stranger's account is told from none: %q, %q", a, b)
	}
}

func TestMemberAddressesAreForWhoLooksAfterThem(t *testing.T) {
	d := newDesk(t)
	manager := d.as(identity.RoleRoadmapManager)
	own := views.MemberURL(d.home.member)
	manager.done(own, own, map[string]string{"email": "membre@example.org"})
	for role, want := range map[identity.Role]bool{identity.RoleRoadmapManager: true, identity.RoleReader: false, identity.RoleCommitteeMember: false} {
		if got := strings.Contains(d.as(role).page(d.home.at("")).One("main").Text(), "membre@example.org"); got != want {
			t.Errorf("%s sees the address: %t, want %t", role, got, want)
		}
	}
}
