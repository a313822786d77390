package portfolio

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// granted is somebody with one grant in the desk's organisation; subject 0 is the whole of it.
func (d *desk) granted(role identity.Role, scope identity.ScopeKind, subject int64) identity.Actor {
	return identity.SignedIn(7, "Anne", identity.Grant{OrganisationID: d.org.ID, Role: role, Scope: scope, SubjectID: subject})
}

// TestReadingRights asks every question of the reading side as everybody who may come.
func TestReadingRights(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		p := d.newProject("P1", estimate("2026-01-01", 100, "2026-01-01", "2026-12-31"))
		second := d.newProject("P2", estimate("2026-01-01", 100, "2026-01-01", "2026-12-31"))
		s, roadmap, on := d.service, int64(d.roadmap.ID), day("2026-06-30")
		questions := []struct {
			name string
			ask  func(identity.Actor) error
		}{
			{"roadmap", func(a identity.Actor) error { _, err := s.Roadmap(ctx, a, d.roadmap.ID); return err }},
			{"by code", func(a identity.Actor) error { _, err := s.RoadmapByCode(ctx, a, d.org.ID, "FDR"); return err }},
			{"report", func(a identity.Actor) error { _, err := s.Report(ctx, a, d.roadmap.ID, on); return err }},
			{"needs", func(a identity.Actor) error { _, err := s.Needs(ctx, a, d.roadmap.ID); return err }},
			{"drift", func(a identity.Actor) error {
				_, err := s.Drift(ctx, a, d.org.ID, "FDR", on, day("2026-01-01"))
				return err
			}},
			{"project", func(a identity.Actor) error { _, _, err := s.Project(ctx, a, p); return err }},
			{"sheet", func(a identity.Actor) error { _, _, err := s.ProjectReport(ctx, a, p, on); return err }},
			{"verify", func(a identity.Actor) error { _, err := s.Verify(ctx, a); return err }},
		}
		unknown := map[string]func(identity.Actor) error{
			"roadmap": func(a identity.Actor) error { _, err := s.Roadmap(ctx, a, 999); return err },
			"by code": func(a identity.Actor) error { _, err := s.RoadmapByCode(ctx, a, d.org.ID, "X"); return err },
			"report":  func(a identity.Actor) error { _, err := s.Report(ctx, a, 999, on); return err },
			"needs":   func(a identity.Actor) error { _, err := s.Needs(ctx, a, 999); return err },
			"project": func(a identity.Actor) error { _, _, err := s.Project(ctx, a, 999); return err },
			"sheet":   func(a identity.Actor) error { _, _, err := s.ProjectReport(ctx, a, 999, on); return err },
		}
		actors := []struct {
			name  string
			actor identity.Actor
			may   string // the questions that are answered; those that are refused in so many words carry "!"
		}{
			{"operator", operator, "roadmap, by code, report, needs, drift, project, sheet, verify"},
			{"reader of all", d.granted(identity.RoleReader, identity.ScopeOrganisation, 0), "roadmap, by code, report, needs, drift!, project, sheet, verify!"},
			{"administrator", d.granted(identity.RoleAdministrator, identity.ScopeOrganisation, 0), "roadmap, by code, report, needs, drift, project, sheet, verify!"},
			{"finance of the roadmap", d.granted(identity.RoleFinance, identity.ScopeRoadmap, roadmap), "roadmap, by code, report, needs, drift, project, sheet, verify!"},
			{"manager of the project", d.granted(identity.RoleProjectManager, identity.ScopeProject, int64(p)), "project, sheet, verify!"},
			{"manager of another project", d.granted(identity.RoleProjectManager, identity.ScopeProject, int64(second)), "verify!"},
			{"member of a committee", d.granted(identity.RoleCommitteeMember, identity.ScopeCommittee, roadmap), "verify!"},
			{"administrator elsewhere", other.granted(identity.RoleAdministrator, identity.ScopeOrganisation, 0), "verify!"},
			{"signed in, granted nothing", identity.SignedIn(8, "Bruno"), "verify!"},
		}
		for _, who := range actors {
			var got []string
			for _, q := range questions {
				err := q.ask(who.actor)
				switch fault.KindOf(err) {
				case fault.KindForbidden:
					got = append(got, q.name+"!")
				case fault.KindNotFound:
					want := unknown[q.name]
					if want == nil {
						continue
					}
					if u := want(who.actor); strings.NewReplacer("999", "N", "X", "N").Replace(u.Error()) != strings.NewReplacer(fmt.Sprint(roadmap), "N", fmt.Sprint(p), "N", "FDR", "N").Replace(err.Error()) {
						t.Errorf("%s, %s: %q, but of an unknown one %q", who.name, q.name, err, u)
					}
				default:
					if err != nil {
						t.Errorf("%s, %s: %v", who.name, q.name, err)
					}
					got = append(got, q.name)
				}
			}
			if list := strings.Join(got, ", "); list != who.may {
				t.Errorf("%s may: %s\nwant: %s", who.name, list, who.may)
			}
		}
		for _, q := range questions {
			expectFault(t, q.ask(identity.Actor{}), fault.KindUnauthenticated, "permission.nobody")
			if ask := unknown[q.name]; ask != nil {
				expectFault(t, ask(identity.Actor{}), fault.KindUnauthenticated, "permission.nobody")
			}
		}
	})
}

// TestCostsAreNotForEverybody books an amount that nothing else is, and looks for it in everything that
// somebody without the right to costs gets.
func TestCostsAreNotForEverybody(t *testing.T) {
	const canary = 8_675_309
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", func(in *RoadmapInput) { in.Roadmap.Voted = euros(canary) })
		e := estimate("2026-01-01", canary, "2026-01-01", "2026-12-31")
		e.Lines = []CostLine{{"2026", Investment, PartBuild, euros(canary)}}
		p := d.newProject("P1", e)
		later := estimate("2026-03-01", 2*canary, "2026-01-01", "2027-03-31")
		d.book(p, later)
		on := day("2026-06-30")
		tests := []struct {
			name        string
			actor       identity.Actor
			list, sheet bool // costs are shown in the roadmap's report, and on the project's page
			alone       bool // the roadmap may not be read
		}{
			{name: "reader", actor: d.granted(identity.RoleReader, identity.ScopeOrganisation, 0)},
			{name: "finance", actor: d.granted(identity.RoleFinance, identity.ScopeRoadmap, int64(d.roadmap.ID)), list: true, sheet: true},
			{name: "reader of all, manager of the project", actor: identity.SignedIn(7, "Anne", identity.Grant{OrganisationID: d.org.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation},
				identity.Grant{OrganisationID: d.org.ID, Role: identity.RoleProjectManager, Scope: identity.ScopeProject, SubjectID: int64(p)}), sheet: true},
			{name: "reader of the project alone", actor: d.granted(identity.RoleReader, identity.ScopeProject, int64(p)), alone: true},
			{name: "manager of the project alone", actor: d.granted(identity.RoleProjectManager, identity.ScopeProject, int64(p)), alone: true, sheet: true},
		}
		says := func(v any) bool { return strings.Contains(fmt.Sprintf("%+v", v), fmt.Sprint(canary)) }
		for _, tc := range tests {
			rep, line, err := d.service.ProjectReport(ctx, tc.actor, p, on)
			if err != nil {
				t.Fatalf("%s: %v", tc.name, err)
			}
			if got := strings.Contains(jsonOf(t, line), fmt.Sprint(canary)); got != tc.sheet || line.CostHidden == tc.sheet {
				t.Errorf("%s: the sheet shows costs: %v, hidden: %v", tc.name, got, line.CostHidden)
			}
			want := tc.list || (tc.alone && tc.sheet)
			if got := strings.Contains(text(t, rep), fmt.Sprint(canary)); got != want || rep.CostHidden == want {
				t.Errorf("%s: the report shows costs: %v, hidden: %v", tc.name, got, rep.CostHidden)
			}
			project, roadmap, err := d.service.Project(ctx, tc.actor, p)
			if err != nil || (project.Weight != 0) != tc.sheet || says(roadmap) != tc.list {
				t.Errorf("%s: weight %d, roadmap %+v, %v", tc.name, project.Weight, roadmap, err)
			}
			if tc.alone {
				continue
			}
			list, err := d.service.Report(ctx, tc.actor, d.roadmap.ID, on)
			if err != nil || list != rep {
				t.Errorf("%s: the two ways to the report give two values, %v", tc.name, err)
			}
			r, err := d.service.Roadmap(ctx, tc.actor, d.roadmap.ID)
			if err != nil || r.HasVoted != tc.list || says(r) != tc.list {
				t.Errorf("%s: roadmap %+v, %v", tc.name, r, err)
			}
		}
		full, reader := d.report("2026-06-30"), tests[0].actor
		if full.CostHidden || *full.Projects[0].Cost != 2*euros(canary) {
			t.Error("who may read costs lost them to a reader who may not")
		}
		first, _ := d.service.Report(ctx, reader, d.roadmap.ID, on)
		again, _ := d.service.Report(ctx, reader, d.roadmap.ID, on)
		if first != again {
			t.Error("the blind copy is made for every reader")
		}
	})
}

// TestReportOfOneProject is what somebody gets who was granted a project and not its roadmap.
func TestReportOfOneProject(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", func(in *RoadmapInput) {
			in.Roadmap.Purpose, in.Roadmap.Manager = "Secret du plan", "Secret de la cheffe"
			in.Themes[1].Name = "Secret d’un thème"
		})
		mine, also, hidden := d.newProject("P1", estimate("2026-01-01", 1, "2026-01-01", "2026-12-31")), d.newProject("P2", estimate("2026-01-01", 1, "2026-01-01", "2026-12-31")), d.newProject("SECRET", estimate("2026-01-01", 1, "2026-01-01", "2026-12-31"))
		err := d.service.AddDependencies(ctx, operator, d.roadmap.ID, []Dependency{{ProjectID: mine, DependsOnID: hidden}, {ProjectID: mine, DependsOnID: also}, {ProjectID: hidden, DependsOnID: also}})
		if err != nil {
			t.Fatal(err)
		}
		grant := func(p ProjectID) identity.Grant {
			return identity.Grant{OrganisationID: d.org.ID, Role: identity.RoleProjectManager, Scope: identity.ScopeProject, SubjectID: int64(p)}
		}
		actor := identity.SignedIn(7, "Anne", grant(mine), grant(also))
		rep, line, err := d.service.ProjectReport(ctx, actor, mine, day("2026-06-30"))
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.ToLower(text(t, rep) + jsonOf(t, line)); strings.Contains(all, "secret") {
			t.Errorf("the report tells more than the project: %s", all)
		}
		if len(line.Sheet.DependsOn) != 1 || line.Sheet.DependsOn[0].ID != also {
			t.Errorf("depends on %+v, want P2 alone", line.Sheet.DependsOn)
		}
		if rep.Totals.Projects != 0 || len(rep.Trend)+len(rep.Themes) != 0 || len(rep.Projects) != 1 || rep.Projects[0].Sheet != nil || rep.Roadmap.Voted != nil {
			t.Errorf("report = %s", text(t, rep))
		}
		if rep.Roadmap.Code != "FDR" || rep.Roadmap.Name == "" || rep.Thresholds.Version != 1 || rep.Currency != d.roadmap.Currency || rep.OrganisationID != d.org.ID || rep.Projects[0].Code != "P1" {
			t.Errorf("report = %s", text(t, rep))
		}
		if _, line, _ := d.service.ProjectReport(ctx, actor, also, day("2026-06-30")); len(line.Sheet.NeededBy) != 1 || line.Sheet.NeededBy[0].ID != mine {
			t.Errorf("needed by %+v, want P1 alone", line.Sheet.NeededBy)
		}
		_, roadmap, err := d.service.Project(ctx, actor, mine)
		if err != nil || roadmap.Purpose != "" || roadmap.Manager != "" || roadmap.HasVoted || roadmap.Code != "FDR" {
			t.Errorf("roadmap = %+v, %v", roadmap, err)
		}
		cards, err := d.service.GrantedProjects(ctx, actor)
		var codes []string
		for _, c := range cards {
			codes = append(codes, strings.Join([]string{c.Organisation.Code, c.Roadmap.Code, c.Code, c.Name}, " "))
		}
		if want := []string{"a FDR P1 Projet P1", "a FDR P2 Projet P2"}; err != nil || !slices.Equal(codes, want) {
			t.Errorf("granted projects = %q, %v, want %q", codes, err, want)
		}
		if cards, err := d.service.GrantedProjects(ctx, operator); err != nil || len(cards) != 0 {
			t.Errorf("the operator was granted %v, %v", cards, err)
		}
		if list, err := d.service.Roadmaps(ctx, actor); err != nil || len(list) != 0 {
			t.Errorf("roadmaps = %v, %v, want none", list, err)
		}
	})
}

// TestReportFollowsTheOrganisationsName: the name stands on every report, and may be changed.
func TestReportFollowsTheOrganisationsName(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		before := d.report("2026-06-30")
		if _, err := db.Write().ExecContext(ctx, "UPDATE organisation SET name = ?, version = version + 1 WHERE id = ?", "Département nouveau", d.org.ID); err != nil {
			t.Fatal(err)
		}
		if got := d.report("2026-06-30").Organisation.Name; got != "Département nouveau" {
			t.Errorf("organisation = %q", got)
		}
		if before.Organisation.Name != "Département de a" {
			t.Error("a report that was handed out changed")
		}
	})
}
