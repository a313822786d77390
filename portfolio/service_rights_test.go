package portfolio

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// TestEditingRights holds every use case that books something against everybody who may come. What one may not see
// is refused in the words of what does not exist.
func TestEditingRights(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		p, second := d.newProject("P1", estimate("2026-01-01", 10, "", "")), d.newProject("P2")
		m := d.newMilestone(p, "M1")
		v := d.apply(BulkChange{Department: ref("DSI")}, second)
		staged := d.stage(d.file(row("P1", "Projet P1", 20, "", "")))
		s, roadmap := d.service, d.roadmap.ID
		const wholeRoadmap, project, own, list, read = "the roadmap", "the portfolio side of a project", "the project side", "lists", "reading"
		milestones := 0
		acts := []struct {
			name, side, noun string
			id               int64
			do               func(a identity.Actor) error
		}{
			{"update the roadmap", wholeRoadmap, "roadmap", int64(roadmap), func(a identity.Actor) error {
				_, err := s.UpdateRoadmap(ctx, a, 1, d.roadmap, nil, civil.Date{})
				return err
			}},
			{"save a theme", wholeRoadmap, "roadmap", int64(roadmap), func(a identity.Actor) error {
				_, err := s.SaveStrand(ctx, a, roadmap, KindTheme, Theme{Code: "T9", Name: "Neuf"})
				return err
			}},
			{"remove a theme", wholeRoadmap, "roadmap", int64(roadmap), func(a identity.Actor) error { return s.RemoveStrand(ctx, a, roadmap, KindTheme, 999, 1) }},
			{"add a project", wholeRoadmap, "roadmap", int64(roadmap), func(a identity.Actor) error {
				_, err := s.AddProject(ctx, a, roadmap, ProjectInput{Project: Project{Code: "P9", Name: "Neuf"}})
				return err
			}},
			{"add projects", wholeRoadmap, "roadmap", int64(roadmap), func(a identity.Actor) error {
				_, err := s.AddProjects(ctx, a, roadmap, []ProjectInput{{Project: Project{Code: "P10", Name: "Neuf"}}})
				return err
			}},
			{"preview a change of projects", wholeRoadmap, "roadmap", int64(roadmap), func(a identity.Actor) error {
				_, err := s.PreviewBulk(ctx, a, roadmap, []ProjectID{p}, BulkChange{Manager: ref("Ada")})
				return err
			}},
			{"change projects", wholeRoadmap, "roadmap", int64(roadmap), func(a identity.Actor) error {
				_, err := s.ApplyBulk(ctx, a, roadmap, map[ProjectID]int64{p: 1}, BulkChange{Manager: ref("Ada")})
				return err
			}},
			{"look at a change of projects", wholeRoadmap, "bulk", v, func(a identity.Actor) error { _, err := s.Bulk(ctx, a, v); return err }},
			{"undo a change of projects", wholeRoadmap, "bulk", v, func(a identity.Actor) error { return s.UndoBulk(ctx, a, v) }},
			{"book estimates", wholeRoadmap, "roadmap", int64(roadmap), func(a identity.Actor) error {
				e := estimate("2026-02-01", 10, "", "")
				e.ProjectID = p
				return s.BookEstimates(ctx, a, roadmap, []Estimate{e})
			}},
			{"set the first baseline", project, "project", int64(p), func(a identity.Actor) error {
				return s.SetFirstBaseline(ctx, a, p, Baseline{On: day("2026-01-01"), HasCost: true, Cost: 1})
			}},
			{"record an exit", project, "project", int64(p), func(a identity.Actor) error { return s.RecordExit(ctx, a, p, day("2026-06-01"), "Fini") }},
			{"record a return", project, "project", int64(p), func(a identity.Actor) error { return s.RecordReturn(ctx, a, p, day("2026-07-01")) }},
			{"add a dependency", project, "project", int64(p), func(a identity.Actor) error { return s.AddDependency(ctx, a, p, "P2", "") }},
			{"remove a dependency", project, "project", int64(p), func(a identity.Actor) error { return s.RemoveDependency(ctx, a, p, second) }},
			{"update the project", own, "project", int64(p), func(a identity.Actor) error {
				held, err := findProject(ctx, db.Read(), p)
				if err != nil {
					return err
				}
				_, err = s.UpdateProject(ctx, a, p, held.Version, ProjectInput{Project: held})
				return err
			}},
			{"book an estimate", own, "project", int64(p), func(a identity.Actor) error {
				return s.BookEstimate(ctx, a, p, estimate("2026-02-01", 10, "", ""))
			}},
			{"add a milestone", own, "project", int64(p), func(a identity.Actor) error {
				milestones++
				return s.AddMilestone(ctx, a, p, day("2026-01-01"), Milestone{Code: fmt.Sprint("R", milestones), Name: "Recette", BaselineOn: day("2026-06-30")})
			}},
			{"report a status", own, "project", int64(p), func(a identity.Actor) error {
				return s.ReportStatus(ctx, a, p, StatusReport{Period: "2026-02", On: day("2026-02-28")})
			}},
			{"forecast a milestone", own, "milestone", m, func(a identity.Actor) error {
				return s.ForecastMilestone(ctx, a, m, d.milestone(m).Version, MilestoneForecast{AsOf: day("2026-02-01"), DueOn: day("2026-07-31")})
			}},
			{"list milestones", read, "project", int64(p), func(a identity.Actor) error { _, err := s.Milestones(ctx, a, p); return err }},
			{"look at a milestone", read, "milestone", m, func(a identity.Actor) error { _, _, err := s.Milestone(ctx, a, m); return err }},
			{"list dependencies", read, "project", int64(p), func(a identity.Actor) error { _, err := s.Dependencies(ctx, a, p); return err }},
			{"look at the last status", read, "project", int64(p), func(a identity.Actor) error { _, err := s.LastStatus(ctx, a, p); return err }},
			{"stage a list", list, "roadmap", int64(roadmap), func(a identity.Actor) error {
				_, err := s.StageList(ctx, a, roadmap, StageInput{AsOf: day("2026-03-31"), Data: d.file(row("P1", "Projet P1", 20, "", ""))})
				return err
			}},
			{"look at a staged list", list, "staged_list", staged, func(a identity.Actor) error { _, err := s.StagedList(ctx, a, staged); return err }},
			{"join names of a staged list", list, "staged_list", staged, func(a identity.Actor) error { return s.JoinStaged(ctx, a, staged, nil) }},
			{"book a staged list", list, "staged_list", staged, func(a identity.Actor) error { _, err := s.BookStaged(ctx, a, staged); return err }},
		}
		const ok, unseen, denied = "", "not found", "denied"
		people := []struct {
			name  string
			actor identity.Actor
			want  map[string]string
		}{
			{"the project's manager", d.granted(identity.RoleProjectManager, identity.ScopeProject, int64(p)), map[string]string{wholeRoadmap: unseen, project: denied, own: ok, list: unseen, read: ok}},
			{"another project's manager", d.granted(identity.RoleProjectManager, identity.ScopeProject, int64(second)), map[string]string{wholeRoadmap: unseen, project: unseen, own: unseen, list: unseen, read: unseen}},
			{"a reader", d.granted(identity.RoleReader, identity.ScopeOrganisation, 0), map[string]string{wholeRoadmap: denied, project: denied, own: denied, list: denied, read: ok}},
			{"the administrator", d.granted(identity.RoleAdministrator, identity.ScopeOrganisation, 0), map[string]string{wholeRoadmap: denied, project: denied, own: denied, list: denied, read: ok}},
			{"another organisation's manager", other.granted(identity.RoleRoadmapManager, identity.ScopeOrganisation, 0), map[string]string{wholeRoadmap: unseen, project: unseen, own: unseen, list: unseen, read: unseen}},
			{"granted nothing", identity.SignedIn(9, "Zoé"), map[string]string{wholeRoadmap: unseen, project: unseen, own: unseen, list: unseen, read: unseen}},
		}
		for _, who := range people {
			for _, act := range acts {
				before := rowCounts(t, db)
				f := fault.As(act.do(who.actor))
				want := who.want[act.side]
				if act.noun == "staged_list" && want == denied { // nobody else learns that there is one
					want = unseen
				}
				switch {
				case want == ok && f == nil:
					continue
				case want == denied && f != nil && f.Kind == fault.KindForbidden && f.Key == "permission.denied":
				case want == unseen && f != nil && f.Kind == fault.KindNotFound && f.Key == act.noun+".not_found" && fmt.Sprint(f.Args[0]) == fmt.Sprint(act.id):
				default:
					t.Errorf("%s: %s = %v, want %q", who.name, act.name, f, want)
				}
				if after := rowCounts(t, db); !maps.Equal(before, after) {
					t.Errorf("%s: %s left something: %v, before %v", who.name, act.name, after, before)
				}
			}
		}
		for _, act := range acts {
			expectFault(t, act.do(identity.Actor{}), fault.KindUnauthenticated, "permission.nobody")
			if err := act.do(d.granted(identity.RoleRoadmapManager, identity.ScopeRoadmap, int64(roadmap))); err != nil {
				switch fault.As(err).Key { // may, but there is nothing to do it on
				case "theme.not_found", "project.stale", "bulk.already_undone":
				default:
					t.Errorf("the roadmap's manager: %s = %v", act.name, err)
				}
			}
		}
	})
}

// TestImportRights: a list goes where its reader may import, and drafts a roadmap only for who may edit the
// whole organisation. A roadmap that one may not see is none.
func TestImportRights(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		second := d.roadmap
		second.Code = "SECOND"
		if _, err := d.service.CreateRoadmap(ctx, operator, RoadmapInput{Roadmap: second}); err != nil {
			t.Fatal(err)
		}
		own := d.granted(identity.RoleRoadmapManager, identity.ScopeRoadmap, int64(d.roadmap.ID))
		whole := d.granted(identity.RoleRoadmapManager, identity.ScopeOrganisation, 0)
		tests := []struct {
			name, roadmap string
			actor         identity.Actor
			kind          fault.Kind
			key           string
		}{
			{"their roadmap", "FDR", own, 0, ""},
			{"another roadmap", "SECOND", own, fault.KindNotFound, "roadmap.not_found"},
			{"a roadmap to be drafted", "NEW", own, fault.KindNotFound, "roadmap.not_found"},
			{"a roadmap to be drafted, by who may", "NEW", whole, 0, ""},
			{"by a reader", "FDR", d.granted(identity.RoleReader, identity.ScopeOrganisation, 0), fault.KindForbidden, "permission.denied"},
			{"by another organisation's manager", "FDR", other.granted(identity.RoleRoadmapManager, identity.ScopeOrganisation, 0), fault.KindNotFound, "roadmap.not_found"},
			{"by another organisation's manager, to be drafted", "OTHER", other.granted(identity.RoleRoadmapManager, identity.ScopeOrganisation, 0), fault.KindNotFound, "roadmap.not_found"},
			{"by nobody", "FDR", identity.Actor{}, fault.KindUnauthenticated, "permission.nobody"},
		}
		for _, tc := range tests {
			in := d.list("2026-03-31", row("P1", "Portail", 1, "", ""))
			in.RoadmapCode = tc.roadmap
			_, err := d.service.ImportList(ctx, tc.actor, in)
			if tc.key == "" && err == nil {
				continue
			}
			if expectFault(t, err, tc.kind, tc.key); t.Failed() {
				t.Fatalf("case %q", tc.name)
			}
			if tc.kind == fault.KindNotFound && fmt.Sprint(fault.As(err).Args[0]) != fmt.Sprint(tc.roadmap) {
				t.Errorf("%s: %v", tc.name, err)
			}
		}
	})
}

// ref points to a value.
func ref[T any](v T) *T { return &v }
