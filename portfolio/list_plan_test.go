package portfolio

import (
	"fmt"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
	"jalon/portfolio/projectfile"

	"pgregory.net/rapid"
)

// state is the register as the plan sees it; known projects stand in it with what they are.
func state(known ...Project) listState {
	s := listState{projects: known, aliases: map[string]ProjectID{}, themes: map[string]int64{}, estimates: map[ProjectID][]Estimate{}, present: map[ProjectID]bool{}}
	for _, p := range known {
		s.present[p.ID] = true
	}
	return s
}

func rows(r ...projectfile.Row) projectfile.List {
	return projectfile.List{Currency: money.EUR, Rows: r, Read: len(r), Matched: len(r)}
}

// summary says in one line what a plan would do.
func (p *listPlan) summary() string {
	out := ""
	for _, n := range p.create {
		out += fmt.Sprintf("create %s (%s); ", n.Code, n.Name)
	}
	for _, u := range p.update {
		out += fmt.Sprintf("update %s (%s); ", u.Code, u.Name)
	}
	for _, g := range p.gone {
		out += fmt.Sprintf("gone %s; ", g.Code)
	}
	for _, f := range p.findings {
		out += fmt.Sprintf("%s %v; ", f.Code, f.Args)
	}
	return out + fmt.Sprintf("estimates %d", len(p.estimates))
}

func TestPlanList(t *testing.T) {
	portal := Project{ID: 1, Code: "P1", Name: "Portail des usagers"}
	school := Project{ID: 2, Code: "P2", Name: "École numérique"}
	tests := []struct {
		name  string
		state listState
		list  projectfile.List
		want  string
	}{
		{"into nothing", state(), rows(row("P1", "Portail", 1, "", "")), "create P1 (Portail); estimates 1"},
		{"matched by code, renamed", state(portal), rows(row("P1", "Portail", 1, "", "")), "update P1 (Portail); estimates 1"},
		{"matched by folded name", state(school), rows(row("", "ECOLE  NUMERIQUE", 1, "", "")), "update P2 (ECOLE  NUMERIQUE); estimates 1"},
		{"a code that is new is a new project", state(school), rows(row("P9", "École numérique", 1, "", "")), "create P9 (École numérique); gone P2; project.renamed [École numérique École numérique P2 100]; estimates 1"},
		{"without a code, a code from the name", state(), rows(row("", "Portail", 1, "", "")), "create PORTAIL (Portail); estimates 1"},
		{"a code from the name that is taken", state(Project{ID: 1, Code: "PORTAIL", Name: "Autre"}), rows(row("PORTAIL", "Autre", 1, "", ""), row("", "Portail", 1, "", "")), "create PORTAIL-2 (Portail); estimates 2"},
		{"a code without a name", state(), rows(row("P1", "", 1, "", "")), "create P1 (P1); estimates 1"},
		{"gone", state(portal, school), rows(row("P1", "Portail des usagers", 1, "", "")), "gone P2; estimates 1"},
		{"perhaps renamed", state(portal), rows(row("", "Portail des usagers (v2)", 1, "", "")), "create PORTAILDESUSAGERSV2 (Portail des usagers (v2)); gone P1; project.renamed [Portail des usagers (v2) Portail des usagers P1 93]; estimates 1"},
		{"nothing alike", state(school), rows(row("", "Voirie", 1, "", "")), "create VOIRIE (Voirie); gone P2; estimates 1"},
		{"two rows of one series project", state(), projectfile.List{Series: true, Rows: []projectfile.Row{{Code: "P1", Name: "Un", AsOf: day("2026-01-01")}, {Code: "P1", Name: "Deux", AsOf: day("2026-02-01")}}}, "create P1 (Deux); estimates 2"},
		{"once by code and once by name", state(), rows(row("P1", "Portail", 1, "", ""), row("", "PORTAIL", 2, "", "")), "create P1 (Portail); row.duplicate [0]; estimates 1"},
		{"a series does not say who left", state(school), projectfile.List{Series: true, Rows: []projectfile.Row{{Code: "P1", Name: "Un", AsOf: day("2026-01-01")}}}, "create P1 (Un); estimates 1"},
	}
	for _, tc := range tests {
		plan, err := planList(tc.list, day("2026-03-31"), tc.state)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := plan.summary(); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
	}
}

func TestPlanListOlderListDoesNotDescribe(t *testing.T) {
	s := state(Project{ID: 1, Code: "P1", Name: "Portail", ThemeID: 4})
	s.described = map[ProjectID]civil.Date{1: day("2026-02-28")}
	r := row("P1", "Ancien nom", 1, "", "")
	r.Theme = "Ancien thème"
	plan, err := planList(rows(r), day("2026-01-31"), s)
	if err != nil || len(plan.update) != 0 || len(plan.themes) != 0 || len(plan.estimates) != 1 {
		t.Errorf("plan = %s, themes %v, %v, want the estimate alone", plan.summary(), plan.themes, err)
	}
}

func TestPlanListJoins(t *testing.T) {
	s := state(Project{ID: 1, Code: "P1", Name: "Portail"}, Project{ID: 2, Code: "P2", Name: "Écoles"})
	tests := []struct {
		name   string
		joins  map[string]string
		joined string // the names that are kept beside the project's own
		kind   fault.Kind
		key    string
	}{
		{"a name that is new", map[string]string{"Guichet": "P1"}, "[Guichet Portail]", 0, ""},
		{"a name that it has already", map[string]string{"PORTAIL": "P1"}, "[]", 0, ""},
		{"to a project that is not there", map[string]string{"Guichet": "P9"}, "", fault.KindNotFound, "project.not_found"},
		{"a name of another project", map[string]string{"Écoles": "P1"}, "", fault.KindConflict, "alias.taken"},
		{"a name of signs alone", map[string]string{" 🚀": "P1"}, "", fault.KindInvalid, "import.join_empty"},
	}
	for _, tc := range tests {
		s.joins = tc.joins
		plan, err := planList(rows(row("", "Guichet", 1, "", ""), row("P2", "Écoles", 1, "", "")), day("2026-03-31"), s)
		if tc.key != "" {
			expectFault(t, err, tc.kind, tc.key)
			continue
		}
		if err != nil || fmt.Sprint(plan.joined) != tc.joined || (len(plan.create) == 0) != (tc.joined != "[]") {
			t.Errorf("%s: %v, joined %v, want %s; %s", tc.name, err, plan.joined, tc.joined, plan.summary())
		}
	}
}

// TestPlanListIdleJoins misspells a join: the project is created, and the list says why.
func TestPlanListIdleJoins(t *testing.T) {
	s := state(Project{ID: 1, Code: "P1", Name: "Portail"})
	s.joins = map[string]string{"Guichett": "P1"}
	plan, err := planList(rows(row("", "Guichet", 1, "", ""), row("P1", "Portail", 1, "", "")), day("2026-03-31"), s)
	if want := "create GUICHET (Guichet); join.unused [Guichett P1]; estimates 2"; err != nil || plan.summary() != want {
		t.Errorf("plan %s, %v\nwant %s", plan.summary(), err, want)
	}
}

// apply does to the state what the plan would do to the books.
func (s *listState) apply(p *listPlan, next *ProjectID) {
	for _, theme := range p.themes {
		s.themes[grid.Fold(theme)] = int64(100 + len(s.themes))
	}
	for _, n := range p.create {
		*next++
		n.ref.id, n.ID = *next, *next
		n.ThemeID = s.themes[grid.Fold(n.theme)]
		s.projects = append(s.projects, n.Project)
	}
	for _, u := range p.update {
		if name, ok := p.newTheme[u.ID]; ok {
			u.ThemeID = s.themes[grid.Fold(name)]
		}
		for i := range s.projects {
			if s.projects[i].ID == u.ID {
				s.projects[i] = u
			}
		}
	}
	for name, id := range p.aliases {
		s.aliases[grid.Fold(name)] = id
	}
	for _, e := range p.estimates {
		s.estimates[e.ref.id] = append(s.estimates[e.ref.id], e.Estimate)
	}
	for _, g := range p.gone {
		s.present[g.ID] = false
	}
	for _, m := range p.members {
		s.present[m.id] = true
	}
}

// TestPlanListTwice plans a list, does it, and plans it again: nothing is left to be done. A name
// means one project here; where two projects of one name meet a list without codes, it is the code
// that comes first which is meant.
func TestPlanListTwice(t *testing.T) {
	names := rapid.SampledFrom([]string{"Portail", "PORTAIL ", "Écoles", "ecoles", "Voirie", "Cantines", "Un nom beaucoup trop long pour un code", "Un nom beaucoup trop long pour un sigle", "***"})
	rapid.Check(t, func(t *rapid.T) {
		s := state()
		var next ProjectID
		for n := range rapid.IntRange(1, 3).Draw(t, "lists") {
			list := drawList(t, names)
			on := day(fmt.Sprintf("2026-%02d-28", n+1))
			plan, err := planList(list, on, s)
			if err != nil {
				t.Fatal(err)
			}
			s.apply(plan, &next)
			again, err := planList(list, on, s)
			if err != nil {
				t.Fatal(err)
			}
			if len(again.create)+len(again.update)+len(again.estimates)+len(again.gone)+len(again.themes)+len(again.changed) != 0 {
				t.Fatalf("list %d planned again: %s, themes %v", n, again.summary(), again.themes)
			}
		}
	})
}

// drawList draws a list as the reader gives it: no project twice.
func drawList(t *rapid.T, names *rapid.Generator[string]) projectfile.List {
	var out []projectfile.Row
	seen := map[string]bool{}
	for range rapid.IntRange(1, 6).Draw(t, "rows") {
		r := projectfile.Row{Name: names.Draw(t, "name"), Theme: rapid.SampledFrom([]string{"", "Éducation", "EDUCATION", "Routes"}).Draw(t, "theme"),
			HasCost: rapid.Bool().Draw(t, "has cost"), Phase: rapid.SampledFrom([]string{"", "build", "run"}).Draw(t, "phase")}
		if r.HasCost {
			r.Cost = money.Amount(rapid.Int64Range(0, 9).Draw(t, "cost"))
		}
		if rapid.Bool().Draw(t, "has code") {
			r.Code = rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "code")
			r.Name = r.Code + " " + r.Name
		}
		key := "name " + grid.Fold(r.Name)
		if r.Code != "" {
			key = "code " + r.Code
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, r)
		}
	}
	return rows(out...)
}
