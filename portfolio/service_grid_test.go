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
	"jalon/internal/money"
	"jalon/portfolio/scoring"
)

// TestTemplates: every template is a grid that can be used as it is, with the same criteria in each language.
func TestTemplates(t *testing.T) {
	var codes []string
	for _, locale := range []string{"fr", "en", "xx"} {
		g, err := newGrid(TemplatePublicValue, locale)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Engine().Validate(); err != nil {
			t.Errorf("%s: %v", locale, err)
		}
		var here []string
		for _, c := range g.Criteria {
			here = append(here, fmt.Sprint(c.Code, c.Kind, c.Gate, c.Weight, len(c.Levels)))
			if err := c.Validate(); err != nil {
				t.Errorf("%s %s: %v", locale, c.Code, err)
			}
		}
		if codes == nil {
			codes = here
		}
		if !slices.Equal(here, codes) || len(g.Of(scoring.KindValue)) != 5 || g.Criteria[0].Weight != 2000 || g.Criteria[0].Label(3) != "A" {
			t.Errorf("%s: %v", locale, here)
		}
	}
	if _, err := newGrid("none", "fr"); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("an unknown template: %v", err)
	}
}

// TestGridsAreVersioned: a grid in use is never changed; its copy takes its place, with the scores under what still asks the same.
func TestGridsAreVersioned(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		s := d.service
		p := Subject{Project: d.newProject("P1", estimate("2026-01-01", 10, "", ""))}
		first := d.twoByTwo()
		anne, paul := d.person("Anne", identity.RoleProjectManager), d.person("Paul", identity.RoleFinance)
		for _, who := range []identity.Actor{anne, paul} {
			if err := d.give(who, p, "A3 B1"); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.give(anne, p, "A2"); err != nil { // replaced scores stay behind
			t.Fatal(err)
		}
		expectFault(t, s.RenameGrid(ctx, operator, first.ID, first.Version, "Autre"), fault.KindConflict, "grid.not_draft")
		expectFault(t, s.RemoveGrid(ctx, operator, first.ID, first.Version), fault.KindConflict, "grid.not_draft")
		second, err := s.CopyGrid(ctx, operator, first.ID)
		if err != nil || second.Number != 2 || second.CopiedFrom != first.ID {
			t.Fatalf("%+v %v", second, err)
		}
		_, err = s.CopyGrid(ctx, operator, second.ID)
		expectFault(t, err, fault.KindConflict, "grid.copy_draft")
		b := d.grid(second.ID).Criteria[1]
		b.Levels = append(slices.Clone(b.Levels), GridLevel{"A+", "plus que tout"})
		if err := s.SaveCriterion(ctx, operator, second.ID, 1, b); err != nil {
			t.Fatal(err)
		}
		expectFault(t, s.ActivateGrid(ctx, operator, second.ID, 1), fault.KindStale, "grid.stale")
		if err := s.ActivateGrid(ctx, operator, second.ID, 2); err != nil {
			t.Fatal(err)
		}
		if _, details := d.trail(); details["carried_over"] != float64(2) {
			t.Errorf("trail: %v", details)
		}
		got := d.sheetOf(anne, p)
		if got.Grid.ID != second.ID || got.Lines[0].State != MarkSubmitted || got.Lines[0].Mine.Level != 2 || !got.Lines[0].Mine.Carried || len(got.Lines[0].Others) != 1 || got.Lines[1].State != MarkOpen {
			t.Errorf("the sheet after: %+v", got)
		}
		if old := d.grid(first.ID); old.State != GridRetired || len(old.Criteria[1].Levels) != 4 || old.RetiredAt.IsZero() {
			t.Errorf("the first version: %+v", old)
		}
		expectFault(t, s.RetireGrid(ctx, operator, first.ID, 1), fault.KindConflict, "grid.not_active")
		if err := s.RetireGrid(ctx, operator, second.ID, 3); err != nil {
			t.Fatal(err)
		}
		grids, err := s.Grids(ctx, operator, d.roadmap.ID)
		if err != nil || len(grids) != 2 || grids[0].Number != 2 || grids[0].State != GridRetired {
			t.Errorf("%+v %v", grids, err)
		}
	})
}

func TestDraftsOfGrids(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		s := d.service
		g, err := s.DraftGrid(ctx, operator, d.roadmap.ID, GridInput{Template: TemplatePublicValue})
		if err != nil || g.Name != "Valeur publique" || len(g.Criteria) != 9 {
			t.Fatalf("%+v %v", g, err)
		}
		_, err = s.DraftGrid(ctx, operator, d.roadmap.ID, GridInput{Template: TemplateBlank})
		if fields(err) != "name" {
			t.Errorf("a blank grid without a name: %v", err)
		}
		_, err = s.DraftGrid(ctx, operator, d.roadmap.ID, GridInput{Template: "x", Name: "X"})
		expectFault(t, err, fault.KindNotFound, "grid_template.not_found")
		version := int64(1)
		weights := func() (out []money.BasisPoints) {
			for _, c := range d.grid(g.ID).Of(scoring.KindValue) {
				out = append(out, c.Weight)
			}
			return out
		}
		for _, step := range []struct {
			name string
			do   func() error
			want string // weights after it
		}{
			{"weigh directly", func() error { return s.WeighDirectly(ctx, operator, g.ID, version, []int64{4, 1, 1, 1, 1}) }, "[5000 1250 1250 1250 1250]"},
			{"a further criterion takes the mean", func() error {
				return s.SaveCriterion(ctx, operator, g.ID, version, Criterion{Code: "NEUF", Name: "Neuf", Kind: scoring.KindValue, Levels: fourLevels()})
			}, "[4167 1042 1042 1042 1041 1666]"},
			{"it goes again", func() error {
				return s.RemoveCriterion(ctx, operator, g.ID, version, d.grid(g.ID).Of(scoring.KindValue)[5].ID)
			}, "[5000 1251 1250 1250 1249]"},
			{"compare", func() error {
				of := d.grid(g.ID).Of(scoring.KindValue)
				_, err := s.WeighPairwise(ctx, operator, g.ID, version, []GridJudgment{{of[0].ID, of[1].ID, 2}, {of[0].ID, of[2].ID, 2}, {of[0].ID, of[3].ID, 2}, {of[0].ID, of[4].ID, 2}})
				return err
			}, "[4286 1429 1429 1428 1428]"},
			{"without the first that was compared", func() error {
				return s.RemoveCriterion(ctx, operator, g.ID, version, d.grid(g.ID).Of(scoring.KindValue)[0].ID)
			}, "[2500 2500 2500 2500]"},
			{"one becomes a capability", func() error {
				c := d.grid(g.ID).Of(scoring.KindValue)[0]
				c.Kind, c.Gate = scoring.KindCapability, 2
				return s.SaveCriterion(ctx, operator, g.ID, version, c)
			}, "[3334 3333 3333]"},
			{"rename", func() error { return s.RenameGrid(ctx, operator, g.ID, version, "Notre grille") }, "[3334 3333 3333]"},
		} {
			expectFaultKind(t, step.name, s.RenameGrid(ctx, operator, g.ID, version+1, "x"), fault.KindStale)
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			version++
			if got := fmt.Sprint(weights()); got != step.want {
				t.Errorf("%s: weights %s, want %s", step.name, got, step.want)
			}
		}
		taken := Criterion{Code: "DEPE", Name: "Encore", Kind: scoring.KindCapability, Levels: fourLevels()}
		expectFault(t, s.SaveCriterion(ctx, operator, g.ID, version, taken), fault.KindConflict, "criterion.code.taken")
		if got := d.grid(g.ID); got.Name != "Notre grille" || got.Weighting != WeightingPairwise || got.Version != version {
			t.Errorf("%+v", got)
		}
		if err := s.RemoveGrid(ctx, operator, g.ID, version); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Grid(ctx, operator, g.ID)
		expectFault(t, err, fault.KindNotFound, "grid.not_found")
		for table, n := range rowCounts(t, db) {
			if n != 0 && slices.Contains([]string{"scoring_grid", "grid_criterion", "grid_level", "grid_judgment"}, table) {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
	})
}

func expectFaultKind(t testing.TB, name string, err error, kind fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Errorf("%s: %v, want %s", name, err, kind)
	}
}

func TestCriterionRules(t *testing.T) {
	good := Criterion{Code: "A", Name: "Critère", Kind: scoring.KindCapability, Gate: 3, Levels: fourLevels()}
	for _, tc := range []struct {
		name   string
		change func(*Criterion)
		want   string // fields
	}{
		{"good", func(*Criterion) {}, ""},
		{"no code and no name", func(c *Criterion) { c.Code, c.Name = "", " " }, "code name"},
		{"one level", func(c *Criterion) { c.Levels, c.Gate = c.Levels[:1], 0 }, "levels"},
		{"too many levels", func(c *Criterion) { c.Levels = make([]GridLevel, 11) }, "levels label_0"},
		{"a level without a statement", func(c *Criterion) { c.Levels[2].Statement = "\u200b" }, "statement_2"},
		{"two levels of one name", func(c *Criterion) { c.Levels[2].Label = "D" }, "label_2"},
		{"a gate above the best level", func(c *Criterion) { c.Gate = 4 }, "gate"},
		{"a gate on value", func(c *Criterion) { c.Kind = scoring.KindValue }, "gate"},
		{"no kind", func(c *Criterion) { c.Kind, c.Gate = "", 0 }, "kind"},
	} {
		c := good
		c.Levels = fourLevels()
		tc.change(&c)
		got := fields(c.Validate())
		if tc.name == "too many levels" { // each of them is wrong as well
			got = got[:len("levels label_0")]
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// TestGridRights: grids are the roadmap manager's; who may read the roadmap may read them; others find none.
func TestGridRights(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		d.newProject("P1", estimate("2026-01-01", 10, "", ""))
		g := d.twoByTwo()
		s := d.service
		reader, stranger := d.person("Rose", identity.RoleProjectManager), other.person("Paul", identity.RoleRoadmapManager)
		for name, do := range map[string]func(a identity.Actor) error{
			"draft": func(a identity.Actor) error {
				_, err := s.DraftGrid(ctx, a, d.roadmap.ID, GridInput{Template: TemplatePublicValue})
				return err
			},
			"copy":     func(a identity.Actor) error { _, err := s.CopyGrid(ctx, a, g.ID); return err },
			"rename":   func(a identity.Actor) error { return s.RenameGrid(ctx, a, g.ID, 1, "x") },
			"save":     func(a identity.Actor) error { return s.SaveCriterion(ctx, a, g.ID, 1, g.Criteria[0]) },
			"remove":   func(a identity.Actor) error { return s.RemoveCriterion(ctx, a, g.ID, 1, g.Criteria[0].ID) },
			"weigh":    func(a identity.Actor) error { return s.WeighDirectly(ctx, a, g.ID, 1, []int64{1, 1}) },
			"compare":  func(a identity.Actor) error { _, err := s.WeighPairwise(ctx, a, g.ID, 1, nil); return err },
			"activate": func(a identity.Actor) error { return s.ActivateGrid(ctx, a, g.ID, 1) },
			"retire":   func(a identity.Actor) error { return s.RetireGrid(ctx, a, g.ID, 1) },
			"discard":  func(a identity.Actor) error { return s.RemoveGrid(ctx, a, g.ID, 1) },
		} {
			expectFaultKind(t, name+" by nobody", do(identity.Actor{}), fault.KindUnauthenticated)
			expectFaultKind(t, name+" by who may read", do(reader), fault.KindForbidden)
			expectFaultKind(t, name+" by a stranger", do(stranger), fault.KindNotFound)
		}
		if _, _, err := s.Grid(ctx, reader, g.ID); err != nil {
			t.Errorf("a reader: %v", err)
		}
		for name, err := range map[string]error{
			"grid":    func() error { _, _, err := s.Grid(ctx, stranger, g.ID); return err }(),
			"grids":   func() error { _, err := s.Grids(ctx, stranger, d.roadmap.ID); return err }(),
			"ranking": func() error { _, err := s.Ranking(ctx, stranger, d.roadmap.ID, RankingQuery{}); return err }(),
			"desk":    func() error { _, err := s.ScoreDesk(ctx, stranger, d.roadmap.ID); return err }(),
			"gaps":    func() error { _, err := s.Disagreements(ctx, stranger, d.roadmap.ID, true); return err }(),
			"sheet":   func() error { _, err := s.ScoreSheet(ctx, stranger, d.roadmap.ID, Subject{Project: 1}); return err }(),
			"candidate": func() error {
				_, err := s.CandidateScores(ctx, stranger, d.roadmap.ID, Subject{Project: 1})
				return err
			}(),
		} {
			expectFaultKind(t, name+" by a stranger", err, fault.KindNotFound)
		}
	})
}

func TestSubjectKeys(t *testing.T) {
	for key, want := range map[string]Subject{"r12": {Request: 12}, "p3": {Project: 3}} {
		if got, ok := ParseSubject(key); !ok || got != want || got.Key() != key || !got.Valid() {
			t.Errorf("%s: %+v %v", key, got, ok)
		}
	}
	for _, key := range []string{"", "r", "x1", "r0", "r-1", "r01", "r+1", "p99999999999999999999", "1", "r1 "} {
		if _, ok := ParseSubject(key); ok {
			t.Errorf("%q is taken", key)
		}
	}
	if (Subject{}).Valid() || (Subject{1, 1}).Valid() {
		t.Error("none or both is a subject")
	}
}
