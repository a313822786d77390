package identity_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestGrants(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		away := newOrganisation(t, db, "arras", nil)
		roadmap, project, committee := s.roadmap(s.org.ID, "F1")
		foreign, foreignProject, foreignCommittee := s.roadmap(away.ID, "F2")
		anne, stranger := s.person("anne"), s.personOf(away.ID, "stranger", identity.RoleReader)
		admin := s.actor(s.person("admin", identity.RoleAdministrator))
		grant := func(role identity.Role, scope identity.ScopeKind, subject int64) identity.Grant {
			return identity.Grant{OrganisationID: s.org.ID, UserID: anne.ID, Role: role, Scope: scope, SubjectID: subject, GrantedBy: "forged", ID: 77}
		}
		for _, g := range []identity.Grant{grant(identity.RoleReader, identity.ScopeRoadmap, roadmap), grant(identity.RoleProjectManager, identity.ScopeProject, project),
			grant(identity.RoleCommitteeMember, identity.ScopeCommittee, committee), grant(identity.RoleFinance, identity.ScopeOrganisation, 0)} {
			if got, err := s.AddGrant(ctx, admin, g); err != nil || got.GrantedBy != admin.Name || got.ID == 77 {
				t.Errorf("%s: %+v, %v", g.Scope, got, err)
			}
		}
		tests := []struct {
			name string
			g    identity.Grant
			kind fault.Kind
			key  string
		}{
			{"twice", grant(identity.RoleReader, identity.ScopeRoadmap, roadmap), fault.KindConflict, "grant.taken"},
			{"a roadmap of others", grant(identity.RoleReader, identity.ScopeRoadmap, foreign), fault.KindNotFound, "roadmap.not_found"},
			{"an unknown roadmap", grant(identity.RoleReader, identity.ScopeRoadmap, 999), fault.KindNotFound, "roadmap.not_found"},
			{"a project of others", grant(identity.RoleReader, identity.ScopeProject, foreignProject), fault.KindNotFound, "project.not_found"},
			{"a committee of others", grant(identity.RoleReader, identity.ScopeCommittee, foreignCommittee), fault.KindNotFound, "committee.not_found"},
			{"an administrator of a roadmap", grant(identity.RoleAdministrator, identity.ScopeRoadmap, roadmap), fault.KindInvalid, "input.invalid"},
			{"an unknown role", grant("king", identity.ScopeOrganisation, 0), fault.KindInvalid, "input.invalid"},
			{"in another organisation", identity.Grant{OrganisationID: away.ID, UserID: anne.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation}, fault.KindNotFound, "organisation.not_found"},
			{"to a stranger, by number", identity.Grant{OrganisationID: s.org.ID, UserID: stranger.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation}, fault.KindNotFound, "user.not_found"},
			{"to nobody", identity.Grant{OrganisationID: s.org.ID, UserID: 999, Role: identity.RoleReader, Scope: identity.ScopeOrganisation}, fault.KindNotFound, "user.not_found"},
		}
		for _, tc := range tests {
			_, err := s.AddGrant(ctx, admin, tc.g)
			expectFault(t, tc.name, err, tc.kind, tc.key)
		}
		_, err := s.AddGrant(ctx, s.actor(anne), grant(identity.RoleAdministrator, identity.ScopeOrganisation, 0))
		expectFault(t, "to oneself", err, fault.KindForbidden, "permission.denied")
		if _, err := s.AddGrantByEmail(ctx, admin, " STRANGER@exemple.fr", identity.Grant{OrganisationID: s.org.ID, Role: identity.RoleReader, Scope: identity.ScopeProject, SubjectID: project}); err != nil {
			t.Errorf("to a stranger, by address: %v", err)
		}
		_, err = s.AddGrantByEmail(ctx, admin, "nobody@exemple.fr", identity.Grant{OrganisationID: s.org.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation})
		expectFault(t, "to nobody, by address", err, fault.KindNotFound, "user.not_found")
		lines, err := s.Grants(ctx, admin, s.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range lines {
			if l.UserID != admin.UserID {
				got = append(got, l.UserName+" "+string(l.Role)+" "+l.Subject)
			}
		}
		if want := []string{"Anne Martin reader F1 Feuille", "Anne Martin project_manager F1-P Projet", "Anne Martin committee_member F1-C Comité", "Anne Martin finance ",
			"Stranger Martin reader F1-P Projet"}; !slices.Equal(got, want) {
			t.Errorf("grants = %q", got)
		}
		users, err := s.Users(ctx, admin, s.org.ID)
		if err != nil || len(users) != 3 || len(users[2].Grants) != 1 { // of the stranger only what was granted here
			t.Errorf("users = %+v, %v", users, err)
		}
		if own, err := s.Own(ctx, s.actor(stranger)); err != nil || len(own.Grants) != 2 {
			t.Errorf("own = %+v, %v", own, err)
		}
		home, err := s.User(ctx, s.actor(s.personOf(away.ID, "home", identity.RoleAdministrator)), stranger.ID)
		if err != nil || len(home.Grants) != 1 || home.Grants[0].OrganisationID != away.ID {
			t.Errorf("to the home organisation: %+v, %v", home, err)
		}
	})
}

func TestRevokeGrant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		away := newOrganisation(t, db, "arras", nil)
		anne := s.person("anne", identity.RoleReader)
		_, token := s.signIn(anne)
		admin := s.actor(s.person("admin", identity.RoleAdministrator))
		foreign := s.actor(s.personOf(away.ID, "foreign", identity.RoleAdministrator))
		id := anne.Grants[0].ID
		expectFault(t, "one's own", s.RevokeGrant(ctx, s.actor(anne), id), fault.KindNotFound, "grant.not_found")
		expectFault(t, "from elsewhere", s.RevokeGrant(ctx, foreign, id), fault.KindNotFound, "grant.not_found")
		expectFault(t, "unknown", s.RevokeGrant(ctx, admin, 999), fault.KindNotFound, "grant.not_found")
		expectOne(t, "twice at once", race(func(int) error { return s.RevokeGrant(ctx, admin, id) }), "grant.not_found")
		if held := s.session(token); len(held.Actor.Grants()) != 0 {
			t.Errorf("the session still has %+v", held.Actor.Grants())
		}
	})
}

// TestListsCostTheSame: what a page of people asks does not grow with them.
func TestListsCostTheSame(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	admin := s.actor(s.person("admin", identity.RoleAdministrator))
	ask := func() int {
		count := dbtest.WatchQueries(s.db)
		if _, err := s.Users(ctx, admin, s.org.ID); err != nil {
			t.Fatal(err)
		}
		return len(count.Taken())
	}
	few := ask()
	for _, name := range []string{"anne", "bruno", "chloe", "david"} {
		s.person(name, identity.RoleReader, identity.RoleFinance)
	}
	if many := ask(); many != few {
		t.Errorf("%d queries for one person, %d for five", few, many)
	}
}

// grants draws what somebody was granted, in a small world so that things meet.
func grants() *rapid.Generator[[]identity.Grant] {
	id := rapid.Int64Range(1, 3)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) identity.Grant {
		g := identity.Grant{OrganisationID: id.Draw(t, "organisation"), Role: rapid.SampledFrom(identity.Roles).Draw(t, "role"), Scope: rapid.SampledFrom(identity.ScopeKinds).Draw(t, "scope")}
		if g.Scope != identity.ScopeOrganisation {
			g.SubjectID = id.Draw(t, "subject")
		}
		return g
	}), 0, 4)
}

// TestReachIsWhatMaySays: lists that are narrowed by Reach hold exactly what May lets through, thing by thing.
func TestReachIsWhatMaySays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		actor := identity.SignedIn(1, "Anne", grants().Draw(t, "grants")...)
		p := rapid.SampledFrom(identity.Permissions).Draw(t, "permission")
		if p == identity.PermOwnAccount {
			return // everybody's, and of no place
		}
		r := actor.Reach(p)
		for org := int64(1); org <= 3; org++ {
			whole := slices.Contains(r.Organisations, org)
			if got := actor.May(p, identity.Within(org)); got != whole {
				t.Fatalf("organisation %d: may %v, reach %v", org, got, whole)
			}
			for id := int64(1); id <= 3; id++ { // number n of every kind belongs to organisation n alone
				if id != org {
					continue
				}
				held := slices.ContainsFunc(actor.Grants(), func(g identity.Grant) bool {
					return g.OrganisationID == org && g.Gives(p) && g.SubjectID == id && g.Scope == identity.ScopeRoadmap
				})
				if got := actor.May(p, identity.Scope{Organisation: org, Roadmap: id}); got != (whole || held) {
					t.Fatalf("roadmap %d: may %v, want %v", id, got, whole || held)
				}
				if held && !slices.Contains(r.Roadmaps, id) {
					t.Fatalf("roadmap %d is not in reach", id)
				}
			}
		}
		if actor.MayAnywhere(p) != (len(r.Organisations)+len(r.Roadmaps)+len(r.Projects)+len(r.Committees) > 0) {
			t.Fatal("MayAnywhere differs from Reach")
		}
	})
}

// TestVisibleIsWhatMaySays: what the database shows of people and organisations is what the grants say, thing by thing, and a session
// holds exactly what was granted.
func TestVisibleIsWhatMaySays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStage(t, db)
		orgs := []identity.Organisation{s.org, newOrganisation(t, db, "arras", nil), newOrganisation(t, db, "douai", nil)}
		subjects := map[int64]map[identity.ScopeKind]int64{}
		for _, o := range orgs {
			roadmap, project, committee := s.roadmap(o.ID, o.Code)
			subjects[o.ID] = map[identity.ScopeKind]int64{identity.ScopeRoadmap: roadmap, identity.ScopeProject: project, identity.ScopeCommittee: committee}
		}
		var people []identity.User
		for i, name := range []string{"anne", "bruno", "chloe"} {
			people = append(people, s.personOf(orgs[i].ID, name))
		}
		rapid.Check(t, func(rt *rapid.T) {
			if _, err := db.Write().ExecContext(ctx, "DELETE FROM access_grant"); err != nil {
				rt.Fatal(err)
			}
			if _, err := db.Write().ExecContext(ctx, "DELETE FROM rate_limit"); err != nil {
				rt.Fatal(err)
			}
			for _, g := range grants().Draw(rt, "grants") {
				g.OrganisationID = orgs[g.OrganisationID-1].ID
				g.UserID, g.SubjectID = people[0].ID, subjects[g.OrganisationID][g.Scope]
				if _, err := s.AddGrant(ctx, operator, g); err != nil && fault.KindOf(err) != fault.KindConflict && fault.KindOf(err) != fault.KindInvalid {
					rt.Fatal(err)
				}
			}
			held, _ := s.signIn(people[0])
			actor := held.Actor
			own, err := s.Own(ctx, actor)
			if err != nil || len(own.Grants) != len(actor.Grants()) {
				rt.Fatalf("%d grants in the session, %d granted, %v", len(actor.Grants()), len(own.Grants), err)
			}
			seen, err := s.Organisations(ctx, actor)
			if err != nil {
				rt.Fatal(err)
			}
			for i, o := range orgs {
				any := slices.ContainsFunc(actor.Grants(), func(g identity.Grant) bool { return g.OrganisationID == o.ID })
				if got := slices.ContainsFunc(seen, func(x identity.Organisation) bool { return x.ID == o.ID }); got != any {
					rt.Fatalf("organisation %s is seen: %v, want %v", o.Code, got, any)
				}
				may := actor.May(identity.PermEditUsers, identity.Within(o.ID))
				if _, err := s.User(ctx, actor, people[i].ID); (err == nil) != may {
					rt.Fatalf("user of %s: %v, want visible %v", o.Code, err, may)
				}
				if _, err := s.Users(ctx, actor, o.ID); (err == nil) != may {
					rt.Fatalf("users of %s: %v, want visible %v", o.Code, err, may)
				}
			}
		})
	})
}

// TestSelectionRights holds who asks, weighs, scores and composes scenarios.
func TestSelectionRights(t *testing.T) {
	for role, want := range map[identity.Role][]identity.Permission{
		identity.RoleAdministrator:   {identity.PermRequest},
		identity.RoleRoadmapManager:  {identity.PermRequest, identity.PermExamineRequest, identity.PermScore, identity.PermEditScenario},
		identity.RoleProjectManager:  {identity.PermRequest, identity.PermScore},
		identity.RoleFinance:         {identity.PermRequest, identity.PermScore},
		identity.RoleCommitteeMember: {identity.PermRequest, identity.PermScore},
		identity.RoleReader:          {identity.PermRequest},
	} {
		for _, p := range []identity.Permission{identity.PermRequest, identity.PermExamineRequest, identity.PermScore, identity.PermEditScenario} {
			if got := role.Allows(p); got != slices.Contains(want, p) {
				t.Errorf("%s, %s: %v", role, p, got)
			}
		}
	}
}
