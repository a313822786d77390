package portfolio

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
)

// world is what grants are drawn over. It grows from draw to draw.
type world struct {
	organisations []int64
	roadmaps      []Roadmap
	projects      []Project
}

// grow books one more organisation with some roadmaps and projects.
func (w *world) grow(t *testing.T, rt *rapid.T, db *database.DB) {
	d := newDesk(t, db, fmt.Sprint("o", len(w.organisations)), nil)
	w.organisations = append(w.organisations, d.org.ID)
	for i := range rapid.IntRange(1, 2).Draw(rt, "roadmaps") {
		r := d.roadmap
		if i > 0 {
			var err error
			r.Code = fmt.Sprint("FDR", i)
			if r, err = d.service.CreateRoadmap(context.Background(), operator, RoadmapInput{Roadmap: r}); err != nil {
				t.Fatal(err)
			}
		}
		w.roadmaps = append(w.roadmaps, r)
		var in []ProjectInput
		for k := range rapid.IntRange(0, 3).Draw(rt, "projects") {
			code := fmt.Sprintf("R%dP%dX", r.ID, k) // within no other one, for the search
			in = append(in, ProjectInput{Project: Project{Code: code, Name: "Projet " + code}})
		}
		booked, err := d.service.AddProjects(context.Background(), operator, r.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		w.projects = append(w.projects, booked...)
	}
}

// grant draws a grant such as the database lets in: its subject belongs to its organisation.
func (w *world) grant(rt *rapid.T) identity.Grant {
	g := identity.Grant{OrganisationID: rapid.SampledFrom(w.organisations).Draw(rt, "organisation"), Role: rapid.SampledFrom(identity.Roles).Draw(rt, "role"),
		Scope: rapid.SampledFrom(identity.ScopeKinds).Draw(rt, "scope")}
	switch g.Scope {
	case identity.ScopeRoadmap:
		r := rapid.SampledFrom(w.roadmaps).Draw(rt, "roadmap")
		g.OrganisationID, g.SubjectID = r.OrganisationID, int64(r.ID)
	case identity.ScopeProject:
		if len(w.projects) == 0 {
			return identity.Grant{}
		}
		p := rapid.SampledFrom(w.projects).Draw(rt, "project")
		g.OrganisationID, g.SubjectID = p.OrganisationID, int64(p.ID)
	case identity.ScopeCommittee:
		g.SubjectID = rapid.Int64Range(1, 20).Draw(rt, "committee") // may well be the number of a roadmap or of a project
	}
	return g
}

// TestReadsShowWhatMayBeRead holds that the queries show exactly what the rule allows, thing by thing.
func TestReadsShowWhatMayBeRead(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, s := &world{}, New(db, fixedClock)
		rapid.Check(t, func(rt *rapid.T) {
			if len(w.organisations) < 12 {
				w.grow(t, rt, db)
			}
			var grants []identity.Grant
			for range rapid.IntRange(0, 5).Draw(rt, "grants") {
				grants = append(grants, w.grant(rt))
			}
			actor := identity.SignedIn(1, "Anne", grants...)
			may := func(scope identity.Scope) bool { return actor.May(identity.PermReadPortfolio, scope) }

			cards, err := s.Roadmaps(ctx, actor)
			if err != nil {
				rt.Fatal(err)
			}
			for _, r := range w.roadmaps {
				i := slices.IndexFunc(cards, func(c RoadmapCard) bool { return c.ID == r.ID })
				if (i >= 0) != may(r.Place()) {
					rt.Errorf("roadmap %d is listed: %v, may be read: %v", r.ID, i >= 0, may(r.Place()))
				}
				if i >= 0 && (cards[i].Voted != nil) != (r.HasVoted && actor.May(identity.PermReadCost, r.Place())) {
					rt.Errorf("roadmap %d: voted %v, costs may be read: %v", r.ID, cards[i].Voted, actor.May(identity.PermReadCost, r.Place()))
				}
			}
			projects, err := findProjectCards(ctx, db.Read(), actor.Reach(identity.PermReadPortfolio))
			if err != nil {
				rt.Fatal(err)
			}
			for _, p := range w.projects {
				listed := slices.ContainsFunc(projects, func(c ProjectCard) bool { return c.ID == p.ID })
				if listed != may(p.Place()) {
					rt.Errorf("project %d is listed: %v, may be read: %v", p.ID, listed, may(p.Place()))
				}
			}
			if len(w.projects) == 0 {
				return
			}
			p := rapid.SampledFrom(w.projects).Draw(rt, "looked for")
			found, err := s.Search(ctx, actor, p.Code, 1)
			if err != nil || (len(found.Hits) == 1) != may(p.Place()) {
				rt.Errorf("search for %s: %v, %v, may be read: %v", p.Code, found.Hits, err, may(p.Place()))
			}
			if _, _, err := s.Project(ctx, actor, p.ID); (err == nil) != may(p.Place()) || (err != nil && fault.KindOf(err) != fault.KindNotFound) {
				rt.Errorf("project %s: %v, may be read: %v", p.Code, err, may(p.Place()))
			}
		})
	})
}
