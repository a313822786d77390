package portfolio

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/grid"
)

func TestSearchRanks(t *testing.T) {
	entry := newSearchEntry(HitProject, 1, Roadmap{}, "SDN-12", "Dématérialisation de l’Œuvre", "Besoin des écoles", "Élodie Durand", "", "Direction\u00a0des systèmes")
	tests := []struct {
		name, text string
		want       int
	}{
		{"the code", "SDN-12", rankCode},
		{"the code as one says it", "sdn 12", rankCode},
		{"a part of the code", "12", rankText},
		{"the beginning of the name", "dematerial", rankBegins},
		{"the beginning of the name, two words", "DÉMATÉRIALISATION de", rankBegins},
		{"words of the name in another order", "oeuvre dematerialisation", rankName},
		{"a ligature", "œuvre", rankName},
		{"elsewhere", "ecoles", rankText},
		{"a person without accent", "elodie", rankText},
		{"words of two fields", "durand besoin", rankText},
		{"a no-break space between words", "des systemes", rankText},
		{"a word that is nowhere", "durand piscine", noHit},
		{"the end of one word and the beginning of the next", "elodiedurand", noHit},
		{"the end of one field and the beginning of the next", "ecoleselodie", noHit},
		{"signs do not count", "« Durand » -", rankText},
	}
	for _, tc := range tests {
		if got := newSearchQuery(tc.text).rank(entry); got != tc.want {
			t.Errorf("%s: rank of %q = %d, want %d", tc.name, tc.text, got, tc.want)
		}
	}
}

func TestFoldWordIsFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,12}`)).Draw(t, "word")
		if got, want := foldWord(word), grid.Fold(word); got != want {
			t.Errorf("foldWord(%q) = %q, want %q", word, got, want)
		}
	})
}

// TestBestKeepsTheOrder: cutting back on the way finds what ordering everything at the end finds.
func TestBestKeepsTheOrder(t *testing.T) {
	var index searchIndex
	for i := range 500 {
		name := []string{"Réseau", "Projet du réseau", "Autre"}[i*7%3]
		index = append(index, newSearchEntry([]string{HitProject, HitTheme}[i%2], int64(i), Roadmap{}, fmt.Sprint("C", i), name, "réseau"))
	}
	q, all := newSearchQuery("reseau"), func(Hit) bool { return true }
	want := best(q.find(nil, index, len(index), all), 20)
	if got := best(q.find(nil, index, 20, all), 20); !slices.Equal(got, want) {
		t.Errorf("cut back on the way: %v\nwant: %v", got, want)
	}
	if want[0].rank != rankBegins || want[0].hit.Kind != HitTheme {
		t.Errorf("the best is %+v", want[0])
	}
}

// found says what a search found in one line.
func (d *desk) found(actor identity.Actor, text string, limit int) string {
	d.Helper()
	r, err := d.service.Search(context.Background(), actor, text, limit)
	if err != nil {
		d.Fatal(err)
	}
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.Kind+" "+h.Code)
	}
	if r.More {
		out = append(out, "…")
	}
	return strings.Join(out, ", ")
}

func TestSearch(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", func(in *RoadmapInput) { in.Roadmap.Name = "Écoles connectées" }), newDesk(t, db, "b", nil)
		add := func(d *desk, projects ...Project) []Project {
			t.Helper()
			in := make([]ProjectInput, len(projects))
			for i, p := range projects {
				in[i].Project = p
			}
			booked, err := d.service.AddProjects(ctx, operator, d.roadmap.ID, in)
			if err != nil {
				t.Fatal(err)
			}
			return booked
		}
		mine := add(d, Project{Code: "P1", Name: "Portail des écoles", Manager: "Zoé Faÿ"}, Project{Code: "P2", Name: "Écoles : câblage"}, Project{Code: "P3", Name: "Cantines", Need: "Le goûter à l’école"}, Project{Code: "ECOLES", Name: "Annuaire"})
		add(other, Project{Code: "P1", Name: "Écoles d’ailleurs"})
		reader := d.granted(identity.RoleReader, identity.ScopeRoadmap, int64(d.roadmap.ID))
		alone := d.granted(identity.RoleProjectManager, identity.ScopeProject, int64(mine[2].ID))
		all := "project ECOLES, roadmap FDR, theme T2, project P2, project P1"
		tests := []struct {
			name  string
			actor identity.Actor
			text  string
			limit int
			want  string
		}{
			{"by rank and kind", reader, "écoles", 0, all},
			{"no more than asked for", reader, "ecoles", 2, "project ECOLES, roadmap FDR, …"},
			{"just as many as there are", reader, "ecoles", 5, all},
			{"a letter or two", reader, "z fa", 0, "project P1"},
			{"a word of the need", reader, "GOUTER", 0, "project P3"},
			{"nothing but signs", reader, " - … ", 0, ""},
			{"nothing", reader, "", 0, ""},
			{"what is elsewhere", reader, "ailleurs", 0, ""},
			{"its own project alone", alone, "e", 0, "project P3"},
			{"not the roadmap of its project", alone, "connectees", 0, ""},
			{"everywhere", operator, "ecoles ailleurs", 0, "project P1"},
			{"granted nothing", identity.SignedIn(9, "Zoé"), "ecoles", 0, ""},
		}
		for range 2 { // with texts that are read, and with texts that are held
			for _, tc := range tests {
				if got := d.found(tc.actor, tc.text, tc.limit); got != tc.want {
					t.Errorf("%s: %q finds %q, want %q", tc.name, tc.text, got, tc.want)
				}
			}
		}
		r, err := d.service.Search(ctx, reader, "gouter", 0)
		want := Hit{Kind: HitProject, ID: int64(mine[2].ID), Code: "P3", Name: "Cantines", Context: "Écoles connectées · Département de a", RoadmapID: d.roadmap.ID}
		if err != nil || len(r.Hits) != 1 || r.Hits[0] != want || r.Text != "gouter" {
			t.Errorf("result = %+v, %v, want %+v", r, err, want)
		}
		add(d, Project{Code: "P5", Name: "Le goûter bis"})
		if got := d.found(reader, "gouter", 0); got != "project P5, project P3" {
			t.Errorf("after a booking: %q", got)
		}
		_, err = d.service.Search(ctx, reader, strings.Repeat("é", maxSearchText+1), 0)
		expectFault(t, err, fault.KindInvalid, "search.too_long")
		_, err = d.service.Search(ctx, identity.Actor{}, "", 0)
		expectFault(t, err, fault.KindUnauthenticated, "permission.nobody")
	})
}

// TestSearchFindsRequests: what may be seen of requests is what their own pages show.
func TestSearchFindsRequests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		p := d.newProject("P1")
		author := d.as(d.account("Camille"), identity.RoleReader)
		d.newRequest(operator, "Œuvres numérisées", StepSubmit)
		d.newRequest(author, "Œuvres en réserve")
		other.newRequest(operator, "Œuvres d’ailleurs", StepSubmit)
		reader, alone := d.granted(identity.RoleReader, identity.ScopeRoadmap, int64(d.roadmap.ID)), d.granted(identity.RoleProjectManager, identity.ScopeProject, int64(p))
		for _, tc := range []struct {
			name  string
			actor identity.Actor
			text  string
			want  string
		}{
			{"by title", reader, "OEUVRES", "request R-2026-001"},
			{"by code", reader, "r2026001", "request R-2026-001"},
			{"one's own draft", author, "œuvres", "request R-2026-001, request R-2026-002"},
			{"with one project", alone, "œuvres", ""},
			{"everywhere", operator, "œuvres numérisées", "request R-2026-001"},
		} {
			if got := d.found(tc.actor, tc.text, 0); got != tc.want {
				t.Errorf("%s: %q finds %q, want %q", tc.name, tc.text, got, tc.want)
			}
		}
		r, err := d.service.Search(t.Context(), reader, "numerisees", 0)
		if err != nil || len(r.Hits) != 1 || r.Hits[0].Context != d.roadmap.Name+" · "+d.org.Name {
			t.Errorf("where it stands: %+v, %v", r.Hits, err)
		}
	})
}

// TestSearchRunsAFixedNumberOfQueries asks over three roadmaps and over thirty.
func TestSearchRunsAFixedNumberOfQueries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		count := dbtest.WatchQueries(db)
		var counts []string
		for roadmaps := range 30 {
			in := RoadmapInput{Roadmap: d.roadmap}
			in.Roadmap.Code = fmt.Sprint("R", roadmaps)
			if _, err := d.service.CreateRoadmap(t.Context(), operator, in); err != nil {
				t.Fatal(err)
			}
			if roadmaps != 2 && roadmaps != 29 {
				continue
			}
			cold := New(db, fixedClock)
			for range 2 {
				count.Taken()
				if r, err := cold.Search(t.Context(), operator, "feuille", 100); err != nil || len(r.Hits) != roadmaps+2 {
					t.Fatalf("%d hits, %v", len(r.Hits), err)
				}
				counts = append(counts, fmt.Sprint(len(count.Taken())))
			}
		}
		if counts[0] != counts[2] || counts[1] != counts[3] {
			t.Errorf("queries cold and held: %s with 3 roadmaps, %s with 30", counts[:2], counts[2:])
		}
	})
}

// BenchmarkSearch looks among 10,025 projects: in texts that are held, and in texts that must be read
// because something was booked.
func BenchmarkSearch(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *database.DB{"SQLite": dbtest.SQLite, "PostgreSQL": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			db, ctx := open(b), b.Context()
			o, err := identity.New(db, fixedClock).Create(ctx, operator, identity.Organisation{Code: "dpt", Name: "Département d’essai", Kind: identity.KindAdministration,
				Currency: "EUR", Locale: "fr", TimeZone: "Europe/Paris"})
			if err != nil {
				b.Fatal(err)
			}
			s := New(db, fixedClock)
			r, err := s.CreateRoadmap(ctx, operator, RoadmapInput{Roadmap: Roadmap{OrganisationID: o.ID, Code: "SDN", Name: "Schéma directeur", Start: day("2024-01-01"), End: day("2028-12-31"), Currency: "EUR", Status: RoadmapRunning}})
			if err != nil {
				b.Fatal(err)
			}
			in := make([]ProjectInput, 10_025)
			for i := range in {
				in[i].Project = Project{Code: fmt.Sprintf("P%05d", i+1), Name: fmt.Sprintf("Dématérialisation du service %05d", i+1), Need: strings.Repeat("Les usagers attendent un service accessible à toute heure, sans se déplacer. ", 4),
					Sponsor: fmt.Sprintf("Direction %d", i%40), Manager: fmt.Sprintf("Chef de projet %d", i%300), Department: fmt.Sprintf("Service %d", i%90)}
			}
			if _, err := s.AddProjects(ctx, operator, r.ID, in); err != nil {
				b.Fatal(err)
			}
			reader := identity.SignedIn(1, "bench", identity.Grant{OrganisationID: o.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation})
			for _, tc := range []struct {
				name, text string
				cold       bool
			}{{"held, one hit", "P07777", false}, {"held, all hit", "service usagers", false}, {"held, none", "usagers piscine", false}, {"after a change", "service 077", true}} {
				b.Run(tc.name, func(b *testing.B) {
					for b.Loop() {
						if tc.cold {
							s.indexes = New(db, fixedClock).indexes
						}
						if _, err := s.Search(ctx, reader, tc.text, 20); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}
