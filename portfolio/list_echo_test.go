package portfolio

import (
	"testing"

	"jalon/internal/civil"
	"jalon/portfolio/projectfile"
)

// own is a list in the format of our own export.
func own(r ...projectfile.Row) projectfile.List {
	l := rows(r...)
	l.OwnExport = true
	return l
}

// TestOwnExport: what comes back as it went is no news; one changed row makes it a list like any
// other, and every row an estimate of its day.
func TestOwnExport(t *testing.T) {
	known := func() listState {
		s := state(Project{ID: 1, Code: "P1", Name: "Portail"}, Project{ID: 2, Code: "P2", Name: "École"})
		s.estimates[1] = []Estimate{{AsOf: day("2026-01-31"), HasCost: true, Cost: euros(100), Phase: PhaseBuild}}
		s.estimates[2] = []Estimate{{AsOf: day("2026-01-31"), HasCost: true, Cost: euros(50)}, {AsOf: day("2026-02-28"), Start: day("2026-01-01"), End: day("2026-12-31")}}
		return s
	}
	left := known()
	left.present[2], left.left = false, map[ProjectID]civil.Date{2: day("2026-03-01")}
	same1, same2 := row("P1", "Portail", 100, "", ""), row("P2", "École", 50, "2026-01-01", "2026-12-31")
	tests := []struct {
		name  string
		state listState
		list  projectfile.List
		want  string
	}{
		{"an echo", known(), own(same1, same2), "estimates 0"},
		{"an echo of a part: the rest is gone", known(), own(same1), "gone P2; estimates 0"},
		{"one cost moved", known(), own(row("P1", "Portail", 120, "", ""), same2), "estimates 2"},
		{"one project more", known(), own(same1, same2, row("P3", "Voirie", 10, "", "")), "create P3 (Voirie); estimates 3"},
		{"a list of somebody else's", known(), rows(same1, same2), "estimates 2"},
		{"a person had seen it leave", left, rows(same1, same2), "project.left [École 2026-03-01]; estimates 2"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			plan, err := planList(tc.list, day("2026-03-31"), tc.state)
			if err != nil {
				t.Fatal(err)
			}
			if got := plan.summary(); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// TestJoinGoesBeforeCode: a project that was renamed may come with a new code as well.
func TestJoinGoesBeforeCode(t *testing.T) {
	s := state(Project{ID: 1, Code: "P1", Name: "Portail"})
	s.joins = map[string]string{"Guichet unique": "P1"}
	plan, err := planList(rows(row("G7", "Guichet unique", 100, "", "")), day("2026-03-31"), s)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.create) != 0 || len(plan.gone) != 0 || len(plan.update) != 1 || plan.update[0].Code != "P1" {
		t.Errorf("%s", plan.summary())
	}
}
