package portfolio

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// allOf changes everything that can be changed together.
func allOf() BulkChange {
	return BulkChange{ThemeCode: ref("T2"), Manager: ref("Ada"), Sponsor: ref("Grace"), Department: ref("DSI"), Phase: ref(PhasePilot), Interministerial: ref(true)}
}

func TestBulk(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		s := d.service
		build := estimate("2026-01-01", 100, "2026-01-01", "2026-12-31")
		build.Phase = PhaseBuild
		p1, p2, p3 := d.newProject("P1", build), d.newProject("P2", build), d.newProject("P3", build)
		d.apply(allOf(), p3)
		before := []Project{d.project(p1), d.project(p2)}
		ids := []ProjectID{p2, p3, p1, p2}
		preview, err := s.PreviewBulk(ctx, operator, d.roadmap.ID, ids, allOf())
		if err != nil || preview.Unchanged != 1 || len(preview.Lines) != 2 {
			t.Fatalf("preview = %+v, %v", preview, err)
		}
		line := preview.Lines[0]
		if got, want := fmt.Sprint(line.Project, line.Version, line.Before, line.After), "{P1 Projet P1} 1 [{theme Proximité} {sponsor } {manager } {department } {phase build} {interministerial false}]"+
			" [{theme Écoles} {sponsor Grace} {manager Ada} {department DSI} {phase pilot} {interministerial true}]"; got != want {
			t.Errorf("line = %s, want %s", got, want)
		}
		anne := d.account("Anne")
		res, err := s.ApplyBulk(ctx, d.as(anne, identity.RoleRoadmapManager), d.roadmap.ID, d.versions(p1, p2, p3), allOf())
		if err != nil || res.Changed != 2 || res.ID == 0 {
			t.Fatalf("applied: %+v, %v", res, err)
		}
		if n := count(t, db, "audit_entry", "action = 'project.bulk' AND subject = 'project' AND subject_id IN (?, ?) AND actor = ?", p1, p2, fmt.Sprint("user:", anne.ID)); n != 2 {
			t.Errorf("%d entries in the trail, want one for each project", n)
		}
		for _, id := range []ProjectID{p1, p2} {
			p, line := d.project(id), d.line("2026-11-02", d.project(id).Code)
			if p.Manager != "Ada" || p.Sponsor != "Grace" || p.Department != "DSI" || !p.Interministerial || p.Version != 2 || line.Theme != "Écoles" || line.Phase != PhasePilot || *line.Cost != euros(100) {
				t.Errorf("changed to %+v, shown as %+v", p, line)
			}
		}
		if d.line("2026-11-01", "P1").Phase != PhaseBuild {
			t.Error("the phase of the day before changed")
		}
		state, err := s.Bulk(ctx, operator, res.ID)
		if err != nil || !state.Undoable || !state.Undone.IsZero() || state.ActorName != "Anne" || state.Roadmap.Code != "FDR" || !state.RecordedAt.Equal(at) ||
			fmt.Sprint(state.Lines[0].Before, state.Lines[0].After) != fmt.Sprint(preview.Lines[0].Before, preview.Lines[0].After) {
			t.Errorf("state = %+v, %v", state, err)
		}
		if err := s.UndoBulk(ctx, operator, res.ID); err != nil {
			t.Fatal(err)
		}
		for i, id := range []ProjectID{p1, p2} {
			before[i].Version = 3
			if p := d.project(id); p != before[i] {
				t.Errorf("undone to %+v, want %+v", p, before[i])
			}
			if got := d.line("2026-11-02", before[i].Code).Phase; got != PhaseBuild {
				t.Errorf("phase %s, want the former one again", got)
			}
		}
		if n := count(t, db, "estimate", "project_id = ?", p1); n != 3 {
			t.Errorf("%d estimates, want the first, the change and the undoing", n)
		}
		expectFault(t, s.UndoBulk(ctx, operator, res.ID), fault.KindConflict, "bulk.already_undone")
		if state, err := s.Bulk(ctx, operator, res.ID); err != nil || state.Undoable || !state.Undone.Equal(at) {
			t.Errorf("state once undone = %+v, %v", state, err)
		}
	})
}

// TestBulkThatHoldsAlready books nothing, not even a line in the trail.
func TestBulkThatHoldsAlready(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1")
		d.apply(BulkChange{Manager: ref("Ada")}, p)
		entries := count(t, db, "audit_entry", "1 = 1")
		res, err := d.service.ApplyBulk(ctx, operator, d.roadmap.ID, d.versions(p), BulkChange{Manager: ref("Ada")})
		if err != nil || res != (BulkResult{}) || count(t, db, "audit_entry", "1 = 1") != entries || d.project(p).Version != 2 {
			t.Errorf("again: %+v, %v, project %+v", res, err, d.project(p))
		}
	})
}

func TestUndoBulkRefused(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		s := d.service
		tests := []struct {
			name   string
			change BulkChange
			since  func(p ProjectID) error
			key    string
		}{
			{"a field was edited", BulkChange{Manager: ref("Ada")}, func(p ProjectID) error {
				in := d.project(p)
				in.Need = "Autre"
				_, err := s.UpdateProject(ctx, operator, p, in.Version, ProjectInput{Project: in})
				return err
			}, "bulk.changed_since"},
			{"it was changed together with others again", BulkChange{Manager: ref("Ada")}, func(p ProjectID) error { d.apply(BulkChange{Sponsor: ref("Grace")}, p); return nil }, "bulk.changed_since"},
			{"somebody told another phase", BulkChange{Phase: ref(PhasePilot)}, func(p ProjectID) error {
				return s.BookEstimate(ctx, operator, p, Estimate{AsOf: day("2026-11-02"), Phase: PhaseRun})
			}, "bulk.changed_since"},
			{"somebody told a cost", BulkChange{Phase: ref(PhasePilot)}, func(p ProjectID) error {
				return s.BookEstimate(ctx, operator, p, estimate("2026-11-02", 500, "", ""))
			}, ""},
			{"the former theme is gone", BulkChange{ThemeCode: ref("T2")}, func(ProjectID) error {
				themes, err := s.Strands(ctx, operator, d.roadmap.ID, KindTheme)
				i := slices.IndexFunc(themes, func(t Theme) bool { return t.Code == "OLD" })
				if err != nil || i < 0 {
					return err
				}
				return s.RemoveStrand(ctx, operator, d.roadmap.ID, KindTheme, themes[i].ID, themes[i].Version)
			}, "bulk.changed_since"},
		}
		for i, tc := range tests {
			if _, err := s.SaveStrand(ctx, operator, d.roadmap.ID, KindTheme, Theme{Code: "OLD", Name: "Ancien"}); err != nil && fault.KindOf(err) != fault.KindConflict {
				t.Fatal(err)
			}
			added, err := s.AddProject(ctx, operator, d.roadmap.ID, ProjectInput{Project: Project{Code: fmt.Sprint("P", i), Name: "Projet"}, ThemeCode: "OLD"})
			if err == nil {
				err = s.BookEstimate(ctx, operator, added.ID, Estimate{AsOf: day("2026-01-01"), Phase: PhaseBuild})
			}
			if err != nil {
				t.Fatal(err)
			}
			if tc.name == "the former theme is gone" { // nothing else may stand under it
				if _, err := db.Write().ExecContext(ctx, "UPDATE project SET theme_id = NULL WHERE id <> ?", added.ID); err != nil {
					t.Fatal(err)
				}
			}
			id := d.apply(tc.change, added.ID)
			if err := tc.since(added.ID); err != nil {
				t.Fatalf("%s: %v", tc.name, err)
			}
			state, err := s.Bulk(ctx, operator, id)
			if err != nil || state.Undoable != (tc.key == "") {
				t.Errorf("%s: undoable %v, %v", tc.name, state.Undoable, err)
			}
			err = s.UndoBulk(ctx, operator, id)
			if tc.key == "" {
				if err != nil {
					t.Errorf("%s: %v", tc.name, err)
				}
				continue
			}
			if expectFault(t, err, fault.KindConflict, tc.key); t.Failed() {
				t.Fatalf("case %q", tc.name)
			}
		}
	})
}

func TestBulkRefused(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		p1, p2, foreign := d.newProject("P1"), d.newProject("P2"), other.newProject("P1")
		many := map[ProjectID]int64{}
		for i := range maxBulk + 1 {
			many[ProjectID(i+1)] = 1
		}
		good := BulkChange{Manager: ref("Ada")}
		tests := []struct {
			name     string
			versions map[ProjectID]int64
			change   BulkChange
			kind     fault.Kind
			key      string
		}{
			{"one was changed", map[ProjectID]int64{p1: 1, p2: 2}, good, fault.KindStale, "project.stale"},
			{"a foreign project", map[ProjectID]int64{p1: 1, foreign: 1}, good, fault.KindNotFound, "project.not_found"},
			{"no project", nil, good, fault.KindInvalid, "bulk.no_project"},
			{"too many", many, good, fault.KindInvalid, "bulk.too_many"},
			{"no change", map[ProjectID]int64{p1: 1}, BulkChange{}, fault.KindInvalid, "input.invalid"},
			{"an unknown phase", map[ProjectID]int64{p1: 1}, BulkChange{Phase: ref(Phase("soon"))}, fault.KindInvalid, "input.invalid"},
			{"no phase", map[ProjectID]int64{p1: 1}, BulkChange{Phase: ref(Phase(""))}, fault.KindInvalid, "input.invalid"},
			{"a damaged text", map[ProjectID]int64{p1: 1}, BulkChange{Manager: ref("a\x00b")}, fault.KindInvalid, "input.invalid"},
			{"an unknown theme", map[ProjectID]int64{p1: 1}, BulkChange{ThemeCode: ref("T9")}, fault.KindNotFound, "theme.not_found"},
		}
		before := d.project(p1)
		for _, tc := range tests {
			res, err := d.service.ApplyBulk(ctx, operator, d.roadmap.ID, tc.versions, tc.change)
			if expectFault(t, err, tc.kind, tc.key); t.Failed() || res != (BulkResult{}) {
				t.Fatalf("case %q: %+v", tc.name, res)
			}
		}
		if got := d.project(p1); got != before || count(t, db, "bulk_change", "1 = 1") != 0 {
			t.Errorf("something stayed: %+v", got)
		}
		if id := d.apply(BulkChange{ThemeCode: ref("")}, p1); id == 0 || d.project(p1).ThemeID != 0 {
			t.Errorf("without a theme: %+v", d.project(p1))
		}
	})
}

// TestBulkAndEditAtOnce: a change of many projects and edits of single ones never mix.
func TestBulkAndEditAtOnce(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		var ids []ProjectID
		for i := range 5 {
			ids = append(ids, d.newProject(fmt.Sprint("P", i)))
		}
		versions := d.versions(ids...)
		edited := d.project(ids[3])
		edited.Need = "Autre"
		bulk := func() error {
			_, err := d.service.ApplyBulk(ctx, operator, d.roadmap.ID, versions, BulkChange{Manager: ref("Ada"), Phase: ref(PhaseRun)})
			return err
		}
		edit := func() error {
			_, err := d.service.UpdateProject(ctx, operator, ids[3], 1, ProjectInput{Project: edited})
			return err
		}
		if got := atOnce(bulk, edit, bulk, edit); got["ok"] != 1 || got["project.stale"] != 3 {
			t.Errorf("at once: %v, want one to hold and three to be stale", got)
		}
		changed := 0
		for _, id := range ids {
			if d.project(id).Manager == "Ada" {
				changed++
			}
		}
		if changed != 0 && changed != len(ids) {
			t.Errorf("%d of %d projects were changed", changed, len(ids))
		}
		undo := d.apply(BulkChange{Sponsor: ref("Grace")}, ids...)
		if got := atOnce(func() error { return d.service.UndoBulk(ctx, operator, undo) }, func() error { return d.service.UndoBulk(ctx, operator, undo) }); got["ok"] != 1 || got["bulk.already_undone"] != 1 {
			t.Errorf("undone at once: %v", got)
		}
	})
}

// TestBulkOfMany changes as many projects as one change takes, and takes it back.
func TestBulkOfMany(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		in := make([]ProjectInput, maxBulk)
		for i := range in {
			in[i] = ProjectInput{Project: Project{Code: fmt.Sprintf("P%04d", i), Name: fmt.Sprint("Projet ", i)}, ThemeCode: "T1"}
		}
		added, err := d.service.AddProjects(ctx, operator, d.roadmap.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		versions, estimates := map[ProjectID]int64{}, make([]Estimate, maxBulk)
		for i, p := range added {
			versions[p.ID], estimates[i] = 1, Estimate{ProjectID: p.ID, AsOf: day("2026-01-01"), Phase: PhaseBuild}
		}
		if err := d.service.BookEstimates(ctx, operator, d.roadmap.ID, estimates); err != nil {
			t.Fatal(err)
		}
		res, err := d.service.ApplyBulk(ctx, operator, d.roadmap.ID, versions, allOf())
		if err != nil || res.Changed != maxBulk {
			t.Fatalf("applied: %+v, %v", res, err)
		}
		if n := count(t, db, "project", "manager = 'Ada' AND version = 2"); n != maxBulk {
			t.Errorf("%d projects changed", n)
		}
		if err := d.service.UndoBulk(ctx, operator, res.ID); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "project", "manager = '' AND version = 3"); n != maxBulk {
			t.Errorf("%d projects undone", n)
		}
	})
}
