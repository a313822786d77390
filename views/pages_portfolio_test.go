package views

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/htmltest"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// portfolioPages builds the pages of the register as somebody sees them who may change everything, and as somebody
// who may not read costs.
func portfolioPages(variant string, base func(title, section, path string) Base) []Page {
	n := map[string]int{"full": 36, "empty": 0, "huge": 3000, "hostile": 12}[variant]
	text := func(s string) string {
		if variant == "hostile" {
			return sample.Canary
		}
		return s
	}
	frame := func(title, path string) Base {
		b := base(title, SectionRoadmaps, path)
		b.Viewer = &Viewer{Name: text("Anne"), Actor: identity.Operator("test"), CSRF: "token", Request: func() string { return "0123456789abcdef0123456789abcdef" }}
		b.Trail = []Link{{text("Feuille"), "/roadmaps/1"}}
		return b
	}
	day := Day{On: sample.Day, Today: sample.Day, Typed: sample.Day.String()}
	r := sample.Report(n)
	if variant == "empty" {
		r = sample.Empty()
	}
	line := sample.Sheet(sample.Report(4), 3)
	if variant == "hostile" {
		sample.Poison(r)
		sample.Poison(line)
	}
	blind, hidden := r.Blind(), *line
	hidden.Blind()
	list := func(r *portfolio.Report) ProjectsPage {
		b := frame("Projets", "/roadmaps/1/projects")
		b.SetRoadmap(r, day)
		p := ProjectsPage{Base: b, Report: r, Day: day, Total: len(r.Projects), From: 1}
		for i := range r.Projects[:min(len(r.Projects), PageSize)] {
			p.Shown = append(p.Shown, &r.Projects[i])
		}
		if n > 0 {
			remove := b.Act("/views/1/remove", "Retirer", text("Retirer la vue"), 0)
			p.Saved = []SavedView{{Name: text("En rouge"), URL: "/roadmaps/1/projects?schedule=red", Shared: true, Remove: &remove}}
		}
		return p
	}
	pages := []Page{
		list(r), list(blind),
		DashboardPage{Base: frame("Tableau", "/roadmaps/1"), Report: r, Day: day}, DashboardPage{Base: frame("Tableau", "/roadmaps/1"), Report: blind, Day: day},
		ProjectPage{frame("Projet", "/projects/4"), r, line, day}, ProjectPage{frame("Projet", "/projects/4"), blind, &hidden, day},
		AwayPage{Base: frame("Projet", "/projects/4"), Text: text("Sorti"), Tools: []Tool{{Text: text("Remettre"), URL: "/projects/4/return"}}},
	}
	return append(pages, workingPages(n, frame, text)...)
}

// workingPages builds the pages with which the register is changed.
func workingPages(n int, frame func(title, path string) Base, text func(string) string) []Page {
	b := frame("Fiche", "/projects/4/edit")
	var milestones []portfolio.MilestoneState
	var ends []NamedDependency
	var strands []StrandRow
	var lines []portfolio.BulkLine
	for i := range min(n, 50) {
		remove := b.Act("/x/"+text("1"), "Retirer", text("Retirer ceci"), 1)
		m := portfolio.MilestoneState{Milestone: portfolio.Milestone{ID: int64(i + 1), Code: text("J1"), Name: text("Pilote ouvert"), BaselineOn: sample.Day}, Forecast: portfolio.MilestoneForecast{DueOn: sample.Day.AddDays(i - 2)}}
		if i == 3 {
			m.Withdrawn = sample.Day
		}
		milestones = append(milestones, m)
		ends = append(ends, NamedDependency{URL: "/projects/2", Code: text("P-02"), Name: text("Portail"), Note: text("compte"), Remove: &remove})
		strands = append(strands, StrandRow{Code: text("T1"), Name: text("Thème"), Description: text("Mots"), Position: "1", Projects: "3", EditURL: "/roadmaps/1/themes/1/edit", Remove: &remove})
		lines = append(lines, portfolio.BulkLine{Project: portfolio.Head{Code: text("P-01"), Name: text("Portail")}, ID: 1, Version: 2,
			Before: []portfolio.BulkValue{{Field: "manager", Value: text("")}, {Field: "phase", Value: "build"}, {Field: text("autre"), Value: text("x")}},
			After:  []portfolio.BulkValue{{Field: "manager", Value: text("Anne")}, {Field: "phase", Value: text("run")}, {Field: text("autre"), Value: text("y")}}})
	}
	form := func(name, action string) Form {
		f := b.NewForm(action, text("Envoyer"), "/projects/4", 3,
			Field{Name: "schedule", Type: "radio", Label: text("Calendrier"), Value: "sun", Help: text("aide"), Options: []Choice{{Value: "sun", Text: text("Soleil"), Help: text("va bien")}, {Value: "storm", Text: text("Orage")}}},
			Field{Name: "note", Type: "textarea", Label: text("Remarque"), Value: text("mots"), Error: text("trop long")},
			Field{Name: "manager", Label: text("Chef"), Value: text("Anne"), Suggestions: []string{text("Anne")}, Unit: text("EUR")})
		f.Name = name
		return f
	}
	undo := b.Act("/bulk/1/undo", "Annuler", "", 0)
	return []Page{
		FormPage{Base: b, Intro: []string{text("Trois minutes")}, Form: form("", "/projects/4/status"), Links: []Link{{text("Retirer"), "/milestones/3/withdraw"}}},
		MilestonesPage{Base: b, Milestones: milestones, Today: sample.Day, Form: form("", "/projects/4/milestones")},
		DependenciesPage{Base: b, DependsOn: ends, NeededBy: ends, Form: form("", "/projects/4/dependencies")},
		StrandsPage{Base: b, Kinds: []StrandKind{{ID: "themes", Title: text("Thèmes"), Caption: text("Thèmes"), None: text("Aucun"), Counts: true, Strands: strands, Form: form("themes", "/roadmaps/1/themes")},
			{ID: "objectives", Title: text("Objectifs"), Caption: text("Objectifs"), None: text("Aucun"), Strands: strands, Form: form("objectives", "/roadmaps/1/objectives")}}},
		BulkPreviewPage{Base: b, Lines: lines, Unchanged: 2, Message: text("P-02 a changé"), Form: form("", "/roadmaps/1/bulk/apply"), BackURL: "/roadmaps/1/bulk?project=1"},
		BulkPage{Base: b, State: portfolio.BulkState{ID: 1, Lines: lines}, When: text("hier"), Undo: &undo},
		BulkPage{Base: b, State: portfolio.BulkState{ID: 1, Lines: lines, Undone: time.Unix(0, 0)}, When: text("hier"), Undone: text("annulé")},
	}
}

func TestToolsLeadWhereTheReaderMayGo(t *testing.T) {
	r := sample.Report(3)
	r.OrganisationID = 7
	day := Day{On: sample.Day, Today: sample.Day}
	grant := func(role identity.Role, scope identity.ScopeKind, subject int64) *Viewer {
		return &Viewer{Actor: identity.SignedIn(1, "x", identity.Grant{OrganisationID: 7, Role: role, Scope: scope, SubjectID: subject})}
	}
	line := sample.Sheet(r, 0)
	for _, tc := range []struct {
		name            string
		viewer          *Viewer
		roadmap, sheet  int
		picks, pastOnly bool
	}{
		{"nobody", nil, 0, 0, false, false},
		{"reader", grant(identity.RoleReader, identity.ScopeOrganisation, 0), 0, 1, false, false},
		{"roadmap manager", grant(identity.RoleRoadmapManager, identity.ScopeOrganisation, 0), 6, 8, true, false},
		{"manager of another roadmap", grant(identity.RoleRoadmapManager, identity.ScopeRoadmap, 99), 0, 0, false, false},
		{"manager of the project", grant(identity.RoleProjectManager, identity.ScopeProject, int64(line.ID)), 0, 6, false, false},
		{"manager of another project", grant(identity.RoleProjectManager, identity.ScopeProject, 99), 0, 0, false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := Base{Printer: For("fr"), Viewer: tc.viewer}
			if got := len(DashboardPage{Base: b, Report: r, Day: day}.Tools()); got != tc.roadmap {
				t.Errorf("%d tools of the roadmap, want %d", got, tc.roadmap)
			}
			if got := len(ProjectPage{b, r, line, day}.Tools()); got != tc.sheet {
				t.Errorf("%d tools of the project, want %d", got, tc.sheet)
			}
			if got := (ProjectsPage{Base: b, Report: r, Day: day}).Pick(); got != tc.picks {
				t.Errorf("picks projects: %v", got)
			}
			past := day
			past.On = civil.D(2026, 1, 1)
			if n := len(DashboardPage{Base: b, Report: r, Day: past}.Tools()) + len(ProjectPage{b, r, line, past}.Tools()); n > 0 || (ProjectsPage{Base: b, Report: r, Day: past}).Pick() {
				t.Error("a past day can be changed")
			}
		})
	}
}

// TestRowsAreKeptApart holds that a row with a box, kept for those who may change the list, is not shown to others.
func TestRowsAreKeptApart(t *testing.T) {
	r := sample.Report(2)
	for _, viewer := range []*Viewer{{Actor: identity.Operator("x"), Request: func() string { return "" }}, nil} {
		var b bytes.Buffer
		page := ProjectsPage{Base: Base{Printer: For("fr"), Viewer: viewer}, Report: r, Day: Day{On: sample.Day, Today: sample.Day}, Total: 2, From: 1, Shown: []*portfolio.ProjectLine{&r.Projects[0], &r.Projects[1]}}
		if err := Render(&b, page); err != nil {
			t.Fatal(err)
		}
		want := 0
		if viewer != nil {
			want = 2
		}
		if got := len(htmltest.Parse(t, b.String()).All("td.pick input")); got != want {
			t.Errorf("%d boxes, want %d", got, want)
		}
	}
}

func TestPercentValue(t *testing.T) {
	for bp, want := range map[money.BasisPoints]string{0: "0", 1000: "10", 1250: "12,5", 1205: "12,05", 7: "0,07"} {
		if got := For("fr").PercentValue(bp); got != want {
			t.Errorf("%d = %q, want %q", bp, got, want)
		}
		if got := For("en").PercentValue(bp); got != strings.Replace(want, ",", ".", 1) {
			t.Errorf("%d = %q in English", bp, got)
		}
	}
}
