package governance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// estate is two organisations with two roadmaps each, two committees on each roadmap, and a decision
// and a pack of every committee.
type estate struct {
	*chamber
	committees []Committee
	decisions  map[CommitteeID]DecisionID
	packs      map[CommitteeID]PackID
	projects   []portfolio.Project
}

func newEstate(t *testing.T, db *database.DB) *estate {
	e := &estate{decisions: map[CommitteeID]DecisionID{}, packs: map[CommitteeID]PackID{}}
	ctx := context.Background()
	for _, code := range []string{"a", "b"} {
		c := newChamber(t, db, code, paris("2026-03-01 09:00"))
		e.chamber = c
		for n := range 2 {
			if n == 1 {
				c.addRoadmap("FDR2")
			}
			added, err := c.portfolio.AddProjects(ctx, operator, c.roadmap.ID, []portfolio.ProjectInput{{Project: portfolio.Project{Code: "P1", Name: "Portail"}}})
			if err != nil {
				t.Fatal(err)
			}
			e.projects = append(e.projects, added[0])
			c.book(added[0].ID, estimate("2026-03-01", 100, "", "", ""))
			for range 2 {
				m := c.newCommittee(fmt.Sprintf("C%d", len(e.committees)), monthly, func(m *Committee) { m.Members[0].Email = "anne@example.org" })
				c.clock.set(paris("2026-03-20 09:00"))
				d, err := c.service.Decide(ctx, operator, c.decision("2026-03-10", func(in *DecideInput) { in.CommitteeID = m.ID }))
				if err != nil {
					t.Fatal(err)
				}
				card, _ := c.freeze(FreezeInput{CommitteeID: m.ID, Period: "2026-03"})
				e.committees = append(e.committees, m)
				e.decisions[m.ID], e.packs[m.ID] = d.ID, card.ID
			}
		}
	}
	return e
}

// addRoadmap opens another roadmap, in which the chamber goes on.
func (c *chamber) addRoadmap(code string) {
	r := c.roadmap
	r.Code = code
	var err error
	if c.roadmap, err = c.portfolio.CreateRoadmap(context.Background(), operator, portfolio.RoadmapInput{Roadmap: r}); err != nil {
		c.Fatal(err)
	}
}

// someGrants draws what somebody may have been granted: each in a place that there is.
func (e *estate) someGrants(t *rapid.T) (out []identity.Grant) {
	for range rapid.IntRange(0, 4).Draw(t, "grants") {
		m := rapid.SampledFrom(e.committees).Draw(t, "place")
		p := rapid.SampledFrom(e.projects).Draw(t, "project")
		g := identity.Grant{OrganisationID: m.OrganisationID, Role: rapid.SampledFrom(identity.Roles).Draw(t, "role"), Scope: rapid.SampledFrom(identity.ScopeKinds).Draw(t, "scope")}
		switch g.Scope {
		case identity.ScopeRoadmap:
			g.SubjectID = int64(m.RoadmapID)
		case identity.ScopeProject:
			g.OrganisationID, g.SubjectID = p.OrganisationID, int64(p.ID)
		case identity.ScopeCommittee:
			g.SubjectID = int64(m.ID)
		}
		out = append(out, g)
	}
	return out
}

// TestVisible: what queries show is what the actor may read, whatever they were granted; the rest is
// as if it did not exist.
func TestVisible(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		rapid.Check(t, func(t *rapid.T) {
			actor := identity.SignedIn(12, "Zoé Martin", e.someGrants(t)...)
			cards, err := e.service.Committees(ctx, actor, 0, e.clock.now())
			if err != nil {
				t.Fatal(err)
			}
			lines, err := e.service.Decisions(ctx, actor, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range e.committees {
				name := fmt.Sprintf("%s of %d", m.Code, m.OrganisationID)
				reads, packs := actor.May(identity.PermReadGovernance, m.Place()), actor.May(identity.PermReadPack, m.Place())
				if n := slices.IndexFunc(cards, func(c CommitteeCard) bool { return c.ID == m.ID }); (n >= 0) != reads {
					t.Errorf("%s is listed: %v, may be read: %v", name, n >= 0, reads)
				} else if n >= 0 {
					e.checkCard(t, actor, cards[n])
				}
				if listed := slices.ContainsFunc(lines, func(d DecisionLine) bool { return d.ID == e.decisions[m.ID] }); listed != reads {
					t.Errorf("the decision of %s is listed: %v, may be read: %v", name, listed, reads)
				}
				_, err := e.service.CommitteeByID(ctx, actor, m.ID, e.clock.now())
				expectSeen(t, name, err, reads, "committee", int64(m.ID))
				_, err = e.service.Decision(ctx, actor, e.decisions[m.ID])
				expectSeen(t, "the decision of "+name, err, reads, "decision", int64(e.decisions[m.ID]))
				_, _, err = e.service.PackPDF(ctx, actor, int64(e.packs[m.ID]))
				expectSeen(t, "the pack of "+name, err, packs, "pack", int64(e.packs[m.ID]))
				_, _, err = e.service.PackSnapshot(ctx, actor, int64(e.packs[m.ID]))
				expectSeen(t, "the snapshot of "+name, err, packs, "pack", int64(e.packs[m.ID]))
			}
		})
	})
}

// checkCard: packs and addresses stand on the card of who may see them, and on no other.
func (e *estate) checkCard(t *rapid.T, actor identity.Actor, c CommitteeCard) {
	if packs := actor.May(identity.PermReadPack, c.Place()); (len(c.Packs) == 1) != packs {
		t.Errorf("%s shows %d packs, may be read: %v", c.Code, len(c.Packs), packs)
	}
	if edits := actor.May(identity.PermEditCommittee, c.Place()); (c.Members[0].Email != "") != edits {
		t.Errorf("%s shows the address %q, looks after it: %v", c.Code, c.Members[0].Email, edits)
	}
}

// reporter is a test, or one case of a property.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// expectSeen: what may not be seen is told in the very words of what does not exist.
func expectSeen(t reporter, name string, err error, seen bool, noun string, id int64) {
	t.Helper()
	switch {
	case seen && err != nil:
		t.Errorf("%s: %v, want it seen", name, err)
	case !seen && (err == nil || err.Error() != fault.NotFound(noun, id).Error() || fault.KindOf(err) != fault.KindNotFound):
		t.Errorf("%s: %v, want not found", name, err)
	}
}

// TestNobodyIsRefused: without an actor there is not even an empty list.
func TestNobodyIsRefused(t *testing.T) {
	ctx := context.Background()
	c := newMonthly(t, dbtest.SQLite(t))
	var nobody identity.Actor
	id, now := c.card("OPS").ID, c.clock.now()
	tests := map[string]func() error{
		"Committees":       func() error { _, err := c.service.Committees(ctx, nobody, 0, now); return err },
		"Committee":        func() error { _, err := c.service.Committee(ctx, nobody, "OPS", now); return err },
		"CommitteeOf":      func() error { _, err := c.service.CommitteeOf(ctx, nobody, "a", "OPS", now); return err },
		"CommitteeByID":    func() error { _, err := c.service.CommitteeByID(ctx, nobody, id, now); return err },
		"CreateCommittee":  func() error { _, err := c.service.CreateCommittee(ctx, nobody, c.card("OPS").Committee); return err },
		"UpdateCommittee":  func() error { _, err := c.service.UpdateCommittee(ctx, nobody, 1, Committee{ID: id}); return err },
		"SaveMember":       func() error { _, err := c.service.SaveMember(ctx, nobody, id, Member{Name: "Zoé"}); return err },
		"RemoveMember":     func() error { return c.service.RemoveMember(ctx, nobody, 1, 1) },
		"Member":           func() error { _, _, err := c.service.Member(ctx, nobody, 1); return err },
		"Decisions":        func() error { _, err := c.service.Decisions(ctx, nobody, 0); return err },
		"Decision":         func() error { _, err := c.service.Decision(ctx, nobody, 1); return err },
		"Decide":           func() error { _, err := c.service.Decide(ctx, nobody, DecideInput{CommitteeID: id}); return err },
		"Freeze":           func() error { _, _, err := c.service.Freeze(ctx, nobody, FreezeInput{CommitteeID: id}); return err },
		"Again":            func() error { _, _, _, err := c.service.Again(ctx, nobody, FreezeInput{CommitteeID: id}); return err },
		"PackPDF":          func() error { _, _, err := c.service.PackPDF(ctx, nobody, 1); return err },
		"PackSnapshot":     func() error { _, _, err := c.service.PackSnapshot(ctx, nobody, 1); return err },
		"Periods":          func() error { _, err := c.service.Periods(ctx, nobody, id, now); return err },
		"SearchGovernance": func() error { _, err := c.service.SearchGovernance(ctx, nobody, "OPS", 5); return err },
		"FreezeDue":        func() error { _, err := c.service.FreezeDue(ctx, nobody, "a", now); return err },
		"Verify":           func() error { _, _, err := c.service.Verify(ctx, nobody); return err },
	}
	for name, call := range tests {
		expectFault(t, name, call(), fault.KindUnauthenticated, "permission.nobody")
	}
}

// TestWhoMayAct goes through roles and places for every act on one committee.
func TestWhoMayAct(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		other := newChamber(t, db, "b", c.clock.now())
		c.clock.set(paris("2026-03-20 09:00"))
		m := c.card("OPS")
		place := m.Place()
		roadmap := identity.Scope{Organisation: place.Organisation, Roadmap: place.Roadmap}
		const (
			done, forbidden, hidden = "done", "forbidden", "not_found"
		)
		tests := []struct {
			name  string
			actor identity.Actor
			want  string
		}{
			{"operator", operator, done},
			{"manager of the organisation", as(identity.RoleRoadmapManager, identity.Within(c.org.ID)), done},
			{"manager of the roadmap", as(identity.RoleRoadmapManager, roadmap), done},
			{"manager of the committee", as(identity.RoleRoadmapManager, place), done},
			{"manager of one project", as(identity.RoleRoadmapManager, identity.Scope{Organisation: c.org.ID, Roadmap: place.Roadmap, Project: 1}), hidden},
			{"administrator", as(identity.RoleAdministrator, identity.Within(c.org.ID)), forbidden},
			{"project manager", as(identity.RoleProjectManager, roadmap), forbidden},
			{"finance", as(identity.RoleFinance, roadmap), forbidden},
			{"member of the committee", as(identity.RoleCommitteeMember, place), forbidden},
			{"reader", as(identity.RoleReader, roadmap), forbidden},
			{"manager of another organisation", as(identity.RoleRoadmapManager, identity.Within(other.org.ID)), hidden},
			{"manager of another roadmap", as(identity.RoleRoadmapManager, other.roadmap.Place()), hidden},
			{"somebody without any grant", identity.SignedIn(3, "Personne"), hidden},
		}
		for _, tc := range tests {
			acts := map[string]func() error{
				"UpdateCommittee": func() error {
					now := c.card("OPS")
					_, err := c.service.UpdateCommittee(ctx, tc.actor, now.Version, now.Committee)
					return err
				},
				"SaveMember": func() error {
					_, err := c.service.SaveMember(ctx, tc.actor, m.ID, Member{Name: "Zoé"})
					return err
				},
				"Member":  func() error { _, _, err := c.service.Member(ctx, tc.actor, m.Members[0].ID); return err },
				"Periods": func() error { _, err := c.service.Periods(ctx, tc.actor, m.ID, c.clock.now()); return err },
				"Decide": func() error {
					_, err := c.service.Decide(ctx, tc.actor, c.decision("2026-03-10", nil))
					return err
				},
				"Freeze": func() error {
					_, _, err := c.service.Freeze(ctx, tc.actor, FreezeInput{CommitteeID: m.ID, Period: "2026-03"})
					return err
				},
				"CreateCommittee": func() error {
					n := m.Committee
					n.Code = fmt.Sprintf("N%d", c.count("SELECT count(*) FROM committee"))
					_, err := c.service.CreateCommittee(ctx, tc.actor, n)
					return err
				},
			}
			for name, act := range acts {
				want := tc.want
				switch { // a committee's manager manages no other; one project shows its roadmap's name to nobody
				case name == "CreateCommittee" && tc.name == "manager of the committee", name == "CreateCommittee" && tc.name == "member of the committee":
					want = hidden
				}
				got := done
				if err := act(); err != nil {
					got = fault.KindOf(err).String()
				}
				if got != want {
					t.Errorf("%s by %s: %s, want %s", name, tc.name, got, want)
				}
			}
		}
	})
}

// TestCommitteesTakesAFixedNumberOfQueries: more committees cost no more of them.
func TestCommitteesTakesAFixedNumberOfQueries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		count := dbtest.WatchQueries(db)
		queries := func() int {
			count.Taken()
			if _, err := c.service.Committees(context.Background(), c.member(), 0, c.clock.now()); err != nil {
				t.Fatal(err)
			}
			return len(count.Taken())
		}
		few := queries()
		for i := range 20 {
			c.addRoadmap(fmt.Sprintf("F%d", i))
			c.newCommittee(fmt.Sprintf("C%d", i), monthly, nil)
		}
		if many := queries(); few != many || few != 3 {
			t.Errorf("%d queries for one committee, %d for many, want 3", few, many)
		}
	})
}
