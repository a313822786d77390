package portfolio

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/portfolio/drift"
)

func TestUpdateRoadmap(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.newProject("P1", estimate("2026-01-01", 100_000, "", ""))
		was := d.report("2026-06-30")
		facts, _ := d.counters()
		in := d.roadmap
		in.Code, in.Name, in.Purpose, in.Manager, in.Sponsor = "FDR2", "Feuille neuve", "Simplifier", "Ada", "Grace"
		in.Start, in.End, in.HasVoted, in.Voted = day("2025-02-01"), day("2028-12-31"), true, euros(2_000_000)
		in.Currency, in.OrganisationID, in.FactsVersion = "USD", 999, 999
		got, err := d.service.UpdateRoadmap(ctx, operator, 1, in, nil, civil.Date{})
		if err != nil {
			t.Fatal(err)
		}
		entry, details := d.trail()
		if before, after := details["before"].(map[string]any)["Name"], details["after"].(map[string]any)["Name"]; entry != fmt.Sprintf("roadmap.update roadmap %d", got.ID) || before != "Feuille de route" || after != "Feuille neuve" {
			t.Errorf("trail = %s, %v → %v", entry, before, after)
		}
		in.Currency, in.OrganisationID, in.FactsVersion, in.Version = "EUR", d.org.ID, facts, 2
		in.CreatedAt = got.CreatedAt
		if got != in {
			t.Errorf("updated to %+v, want %+v", got, in)
		}
		if after, _ := d.counters(); after != facts {
			t.Error("the facts were marked as changed")
		}
		if rep := d.report("2026-06-30"); rep == was || rep.Roadmap.Name != "Feuille neuve" || *rep.Roadmap.Voted != euros(2_000_000) {
			t.Errorf("the report shows %+v", rep.Roadmap)
		}
		if l := d.line("2026-06-30", "P1"); l.Weight != 10 {
			t.Errorf("weight = %d: a fixed weight changed", l.Weight)
		}
		in.HasVoted, in.Voted = false, 0
		if got, err = d.service.UpdateRoadmap(ctx, operator, 2, in, nil, civil.Date{}); err != nil || got.HasVoted || got.Version != 3 {
			t.Errorf("without a vote: %+v, %v", got, err)
		}
		_, err = d.service.UpdateRoadmap(ctx, operator, 2, in, nil, civil.Date{})
		expectFault(t, err, fault.KindStale, "roadmap.stale")
	})
}

func TestUpdateRoadmapRefused(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		second := d.roadmap
		second.Code = "SECOND"
		if _, err := d.service.CreateRoadmap(ctx, operator, RoadmapInput{Roadmap: second}); err != nil {
			t.Fatal(err)
		}
		tests := []struct {
			name   string
			change func(r *Roadmap, t *drift.Thresholds) civil.Date
			kind   fault.Kind
			key    string
			fields string
		}{
			{"a code that is taken", func(r *Roadmap, _ *drift.Thresholds) civil.Date { r.Code = "SECOND"; return day("2026-01-01") }, fault.KindConflict, "roadmap.code.taken", ""},
			{"back to a draft, without a name", func(r *Roadmap, _ *drift.Thresholds) civil.Date {
				r.Status, r.Name = RoadmapDraft, ""
				return day("2026-01-01")
			}, fault.KindInvalid, "input.invalid", "name status"},
			{"thresholds upside down, on no day", func(_ *Roadmap, t *drift.Thresholds) civil.Date {
				t.Amber, t.Red = -1, -2
				return civil.Date{}
			}, fault.KindInvalid, "input.invalid", "amber red valid_from"},
			{"thresholds before those that hold", func(*Roadmap, *drift.Thresholds) civil.Date { return day("2024-12-31") }, fault.KindInvalid, "input.invalid", "valid_from"},
			{"an unknown roadmap", func(r *Roadmap, _ *drift.Thresholds) civil.Date { r.ID = 999; return day("2026-01-01") }, fault.KindNotFound, "roadmap.not_found", ""},
		}
		for _, tc := range tests {
			r, th := d.roadmap, drift.Thresholds{Amber: 1000, Red: 2000}
			from := tc.change(&r, &th)
			_, err := d.service.UpdateRoadmap(ctx, operator, 1, r, &th, from)
			if expectFault(t, err, tc.kind, tc.key); fields(err) != tc.fields {
				t.Errorf("%s: fields %q, want %q", tc.name, fields(err), tc.fields)
			}
		}
		if n := count(t, db, "roadmap_threshold", "roadmap_id = ?", d.roadmap.ID); n != 1 {
			t.Errorf("%d thresholds, want the first alone", n)
		}
	})
}

func TestRoadmapStatusFollows(t *testing.T) {
	may := map[RoadmapStatus]string{RoadmapDraft: "draft running", RoadmapRunning: "running closed", RoadmapClosed: "running closed"}
	for was, want := range may {
		var got []string
		for _, s := range []RoadmapStatus{RoadmapDraft, RoadmapRunning, RoadmapClosed, "?"} {
			if s.Follows(was) {
				got = append(got, string(s))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s may become %v, want %s", was, got, want)
		}
	}
}

// TestThresholdsAreDated: new thresholds colour the days from theirs on, and no day before.
func TestThresholdsAreDated(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		for i, from := range []string{"2026-07-01", "2026-07-01"} {
			th := drift.Thresholds{Amber: 100, Red: 200}
			if i == 1 {
				th.Red = 300
			}
			if _, err := d.service.UpdateRoadmap(ctx, operator, int64(i)+1, d.roadmap, &th, day(from)); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.report("2026-06-30").Thresholds; got.Version != 1 {
			t.Errorf("the day before: %+v", got)
		}
		if got := d.report("2026-07-01").Thresholds; got != (ThresholdLine{3, 100, 300}) {
			t.Errorf("from the day on: %+v, want the last word", got)
		}
		got, err := d.service.Thresholds(ctx, operator, d.roadmap.ID)
		if err != nil || got != (drift.Thresholds{Version: 3, Amber: 100, Red: 300}) {
			t.Errorf("today: %+v, %v", got, err)
		}
	})
}

func TestStrands(t *testing.T) {
	ctx := context.Background()
	for _, kind := range []string{KindTheme, KindObjective} {
		t.Run(kind, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				d := newDesk(t, db, "a", func(in *RoadmapInput) { in.Themes = nil })
				s, id := d.service, d.roadmap.ID
				first, err := s.SaveStrand(ctx, operator, id, kind, Strand{Code: "A", Name: "Premier"})
				if err != nil || first.ID == 0 || first.Version != 1 || first.Position != 1 {
					t.Fatalf("first = %+v, %v", first, err)
				}
				if entry, _ := d.trail(); entry != fmt.Sprintf("%s.create %s %d", kind, kind, first.ID) {
					t.Errorf("trail = %s", entry)
				}
				second, err := s.SaveStrand(ctx, operator, id, kind, Strand{Code: "B", Name: "Second"})
				if err != nil || second.Position != 2 {
					t.Fatalf("second = %+v, %v", second, err)
				}
				if _, err = s.SaveStrand(ctx, operator, id, kind, Strand{Code: "B", Name: "Encore"}); true {
					expectFault(t, err, fault.KindConflict, kind+".code.taken")
				}
				first.Code = "B"
				if _, err = s.SaveStrand(ctx, operator, id, kind, first); true {
					expectFault(t, err, fault.KindConflict, kind+".code.taken")
				}
				first.Code, first.Name, first.Position = "C", "Renommé", 3
				facts, _ := d.counters()
				if first, err = s.SaveStrand(ctx, operator, id, kind, first); err != nil || first.Version != 2 {
					t.Fatalf("renamed = %+v, %v", first, err)
				}
				if after, _ := d.counters(); after == facts {
					t.Error("reports would show the old name")
				}
				stale := first
				stale.Version = 1
				_, err = s.SaveStrand(ctx, operator, id, kind, stale)
				expectFault(t, err, fault.KindStale, kind+".stale")
				expectFault(t, s.RemoveStrand(ctx, operator, id, kind, first.ID, 1), fault.KindStale, kind+".stale")
				expectFault(t, s.RemoveStrand(ctx, operator, id, kind, 999, 1), fault.KindNotFound, kind+".not_found")
				if err := s.RemoveStrand(ctx, operator, id, kind, second.ID, second.Version); err != nil {
					t.Fatal(err)
				}
				left, err := s.Strands(ctx, operator, id, kind)
				if err != nil || !slices.Equal(left, []Strand{first}) {
					t.Errorf("left = %+v, %v, want %+v", left, err, first)
				}
			})
		})
	}
	t.Run("in use", func(t *testing.T) {
		dbtest.Each(t, func(t *testing.T, db *database.DB) {
			d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
			d.newProject("P1")
			d.newProject("P2")
			themes, err := d.service.Strands(ctx, operator, d.roadmap.ID, KindTheme)
			if err != nil || themes[0].Projects != 2 || themes[1].Projects != 0 {
				t.Fatalf("themes = %+v, %v", themes, err)
			}
			err = d.service.RemoveStrand(ctx, operator, d.roadmap.ID, KindTheme, themes[0].ID, 1)
			if expectFault(t, err, fault.KindConflict, "theme.in_use"); !t.Failed() && fault.As(err).Args[1] != 2 {
				t.Errorf("in use: %v", err)
			}
			_, err = other.service.SaveStrand(ctx, operator, other.roadmap.ID, KindTheme, themes[0]) // of another roadmap
			expectFault(t, err, fault.KindNotFound, "theme.not_found")
			_, err = d.service.Strands(ctx, operator, d.roadmap.ID, "project")
			expectFault(t, err, fault.KindNotFound, "strand.not_found")
			_, err = d.service.SaveStrand(ctx, operator, d.roadmap.ID, KindTheme, Strand{Position: -1})
			if expectFault(t, err, fault.KindInvalid, "input.invalid"); fields(err) != "code name position" {
				t.Errorf("fields = %s", fields(err))
			}
		})
	})
}

func TestUpdateProject(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		id := d.newProject("P1", estimate("2026-01-01", 100_000, "", ""))
		d.newProject("P2")
		in := ProjectInput{Project: Project{Code: "P1B", Name: "Guichet unique", Need: "Un seul lieu", Sponsor: "Ada", Manager: "Grace", Department: "DSI", Interministerial: true, Weight: 77}, ThemeCode: "T2"}
		facts, _ := d.counters()
		got, err := d.service.UpdateProject(ctx, operator, id, 1, in)
		if err != nil {
			t.Fatal(err)
		}
		if held := d.project(id); held != got || got.Version != 2 || got.Code != "P1B" || got.Weight != 10 || got.ThemeID == 0 || !got.Interministerial {
			t.Errorf("updated to %+v, held %+v", got, held)
		}
		entry, details := d.trail()
		if entry != fmt.Sprintf("project.update project %d", id) || details["before"].(map[string]any)["Code"] != "P1" || details["after"].(map[string]any)["Code"] != "P1B" {
			t.Errorf("trail = %s %v", entry, details)
		}
		if after, _ := d.counters(); after != facts+1 {
			t.Errorf("facts version %d, was %d", after, facts)
		}
		_, err = d.service.UpdateProject(ctx, operator, id, 1, in)
		expectFault(t, err, fault.KindStale, "project.stale")
		in.Project.Code = "P2"
		_, err = d.service.UpdateProject(ctx, operator, id, 2, in)
		expectFault(t, err, fault.KindConflict, "project.code.taken")
		in.Project.Code, in.ThemeCode = "P1", "T9"
		_, err = d.service.UpdateProject(ctx, operator, id, 2, in)
		expectFault(t, err, fault.KindNotFound, "theme.not_found")
		in.ThemeCode, in.Project.Name = "", ""
		_, err = d.service.UpdateProject(ctx, operator, id, 2, in)
		expectFault(t, err, fault.KindInvalid, "input.invalid")
		in.Project.Name = "Guichet"
		if got, err = d.service.UpdateProject(ctx, operator, id, 2, in); err != nil || got.ThemeID != 0 {
			t.Errorf("without a theme: %+v, %v", got, err)
		}
		blank := d.newProject("P3")
		if got, err = d.service.UpdateProject(ctx, operator, blank, 1, ProjectInput{Project: Project{Code: "P3", Name: "Trois", Weight: 5}}); err != nil || got.Weight != 5 || d.project(blank).Weight != 5 {
			t.Errorf("a first weight: %+v, %v", got, err)
		}
		// A list that still knows the first name, without codes, finds the project.
		if rep := d.importRows("2026-06-30", row("", "Projet P1", 120_000, "", ""), row("", "GUICHET UNIQUE", 0, "2026-01-01", "2026-12-31")); rep.Created != 0 || rep.Rejected != 1 {
			t.Errorf("import: %s", counts(rep))
		}
	})
}

// TestProjectManagerEditsLittle: who manages one project changes what describes it, whatever a form sends.
func TestProjectManagerEditsLittle(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		id := d.newProject("P1")
		manager := d.granted(identity.RoleProjectManager, identity.ScopeProject, int64(id))
		want := d.project(id)
		want.Need, want.Sponsor, want.Manager, want.Department, want.Version = "Besoin", "Ada", "Grace", "DSI", 2
		in := want
		in.Code, in.Name, in.Interministerial, in.Weight, in.ThemeID = "X", "Autre nom", true, 99, 999
		got, err := d.service.UpdateProject(ctx, manager, id, 1, ProjectInput{Project: in, ThemeCode: "T2"})
		if err != nil || got != want || d.project(id) != want {
			t.Errorf("updated to %+v, %v, want %+v", got, err, want)
		}
	})
}

// TestEditsAtOnce: of several edits of one version exactly one holds.
func TestEditsAtOnce(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1")
		m := d.newMilestone(p, "M1")
		themes, err := d.service.Strands(ctx, operator, d.roadmap.ID, KindTheme)
		if err != nil {
			t.Fatal(err)
		}
		tests := []struct {
			name, stale string
			edit        func(n int) error
		}{
			{"roadmap", "roadmap.stale", func(n int) error {
				in := d.roadmap
				in.Name = fmt.Sprint("Nom ", n)
				_, err := d.service.UpdateRoadmap(ctx, operator, 1, in, nil, civil.Date{})
				return err
			}},
			{"project", "project.stale", func(n int) error {
				_, err := d.service.UpdateProject(ctx, operator, p, 1, ProjectInput{Project: Project{Code: "P1", Name: fmt.Sprint("Nom ", n)}})
				return err
			}},
			{"theme", "theme.stale", func(n int) error {
				in := themes[0]
				in.Name = fmt.Sprint("Nom ", n)
				_, err := d.service.SaveStrand(ctx, operator, d.roadmap.ID, KindTheme, in)
				return err
			}},
			{"milestone", "milestone.stale", func(n int) error {
				return d.service.ForecastMilestone(ctx, operator, m, 1, MilestoneForecast{AsOf: day("2026-02-01"), DueOn: day("2026-07-01").AddDays(n)})
			}},
		}
		for _, tc := range tests {
			var works []func() error
			for n := range 6 {
				works = append(works, func() error { return tc.edit(n) })
			}
			if got := atOnce(works...); got["ok"] != 1 || got[tc.stale] != 5 {
				t.Errorf("%s: %v, want one to hold and five to be %s", tc.name, got, tc.stale)
			}
		}
	})
}

// TestEveryEditShows: whatever is booked raises one of the counters by which a held report is known.
func TestEveryEditShows(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 100, "", ""))
		second := d.newProject("P2")
		m := d.newMilestone(p, "M1")
		s := d.service
		var bulk int64
		steps := []struct {
			name  string
			do    func() error
			shows bool
		}{
			{"a new project", func() error {
				_, err := s.AddProject(ctx, operator, d.roadmap.ID, ProjectInput{Project: Project{Code: "P3", Name: "Trois"}})
				return err
			}, true},
			{"an estimate", func() error { return s.BookEstimate(ctx, operator, p, estimate("2026-02-01", 200, "", "")) }, true},
			{"a status", func() error {
				return s.ReportStatus(ctx, operator, p, StatusReport{Period: "2026-02", On: day("2026-02-28"), Schedule: Side{Weather: WeatherSun}})
			}, true},
			{"a dependency", func() error { return s.AddDependency(ctx, operator, p, "P2", "") }, true},
			{"no dependency any more", func() error { return s.RemoveDependency(ctx, operator, p, second) }, true},
			{"a forecast", func() error {
				return s.ForecastMilestone(ctx, operator, m, 1, MilestoneForecast{AsOf: day("2026-02-01"), DueOn: day("2026-07-31")})
			}, true},
			{"an exit", func() error { return s.RecordExit(ctx, operator, p, day("2026-05-01"), "Suspendu") }, true},
			{"a return", func() error { return s.RecordReturn(ctx, operator, p, day("2026-06-01")) }, true},
			{"a change of projects", func() error { bulk = d.apply(BulkChange{Phase: ref(PhasePilot), Manager: ref("Ada")}, p); return nil }, true},
			{"one that holds already", func() error { d.apply(BulkChange{Manager: ref("Ada")}, p); return nil }, false},
			{"one that is previewed", func() error {
				_, err := s.PreviewBulk(ctx, operator, d.roadmap.ID, []ProjectID{p}, BulkChange{Manager: ref("Grace")})
				return err
			}, false},
			{"one that cannot be undone", func() error {
				expectFault(t, s.UndoBulk(ctx, operator, bulk), fault.KindConflict, "bulk.no_former_phase")
				return nil
			}, false},
			{"a staged list", func() error { d.stage(d.file(row("P1", "Projet P1", 9, "", ""))); return nil }, false},
			{"an edit that is refused", func() error {
				_, err := s.UpdateProject(ctx, operator, p, 99, ProjectInput{})
				expectFault(t, err, fault.KindStale, "project.stale")
				return nil
			}, false},
		}
		for _, step := range steps {
			facts, version := d.counters()
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			f, v := d.counters()
			if (f != facts) != step.shows || v != version {
				t.Errorf("%s: facts %d → %d, version %d → %d, want a change: %v", step.name, facts, f, version, v, step.shows)
			}
		}
	})
}
