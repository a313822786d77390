package portfolio

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/projectfile"

	"pgregory.net/rapid"
)

func TestImportList(t *testing.T) {
	march := []projectfile.Row{row("P1", "Portail", 100, "2026-01-01", "2026-12-31"), row("P2", "Écoles", 200, "", ""), row("P3", "Voirie", 0, "", "")}
	dearer := slices.Clone(march)
	dearer[0].Cost = euros(150)
	renamed := slices.Clone(march)
	renamed[0].Name = "Portail des usagers"
	type step struct {
		on   string
		rows []projectfile.Row
		want string
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"the same file again", []step{
			{"2026-03-31", march, "rows 3 rejected 0 projects 3 created 3 updated 0 unchanged 0 exits 0 estimates 3"},
			{"2026-03-31", march, "rows 3 rejected 0 projects 3 created 0 updated 0 unchanged 3 exits 0 estimates 0"},
		}},
		{"a later list that says the same", []step{
			{"2026-03-31", march, "rows 3 rejected 0 projects 3 created 3 updated 0 unchanged 0 exits 0 estimates 3"},
			{"2026-06-30", march, "rows 3 rejected 0 projects 3 created 0 updated 3 unchanged 0 exits 0 estimates 3"},
		}},
		{"one left, one came", []step{
			{"2026-03-31", march, "rows 3 rejected 0 projects 3 created 3 updated 0 unchanged 0 exits 0 estimates 3"},
			{"2026-06-30", append(march[:2:2], row("P4", "Cantines", 5, "", "")), "rows 3 rejected 0 projects 3 created 1 updated 2 unchanged 0 exits 1 estimates 3"},
			{"2026-06-30", append(march[:2:2], row("P4", "Cantines", 5, "", "")), "rows 3 rejected 0 projects 3 created 0 updated 0 unchanged 3 exits 0 estimates 0"},
			{"2026-09-30", march, "rows 3 rejected 0 projects 3 created 0 updated 3 unchanged 0 exits 1 estimates 3"},
		}},
		{"a correction of the day", []step{
			{"2026-03-31", march, "rows 3 rejected 0 projects 3 created 3 updated 0 unchanged 0 exits 0 estimates 3"},
			{"2026-03-31", dearer, "rows 3 rejected 0 projects 3 created 0 updated 1 unchanged 2 exits 0 estimates 1"},
			{"2026-03-31", dearer, "rows 3 rejected 0 projects 3 created 0 updated 0 unchanged 3 exits 0 estimates 0"},
			{"2026-03-31", march, "rows 3 rejected 0 projects 3 created 0 updated 1 unchanged 2 exits 0 estimates 1"},
		}},
		{"a correction without one project", []step{
			{"2026-03-31", march, "rows 3 rejected 0 projects 3 created 3 updated 0 unchanged 0 exits 0 estimates 3"},
			{"2026-03-31", march[:2], "rows 2 rejected 0 projects 2 created 0 updated 0 unchanged 2 exits 1 estimates 0"},
		}},
		{"another name", []step{
			{"2026-03-31", march, "rows 3 rejected 0 projects 3 created 3 updated 0 unchanged 0 exits 0 estimates 3"},
			{"2026-03-31", renamed, "rows 3 rejected 0 projects 3 created 0 updated 1 unchanged 2 exits 0 estimates 0"},
		}},
		{"a row twice", []step{
			{"2026-03-31", append(march[:3:3], march[0]), "rows 4 rejected 1 projects 3 created 3 updated 0 unchanged 0 exits 0 estimates 3"},
			{"2026-03-31", append(march[:3:3], row("", "PORTAIL", 7, "", "")), "rows 4 rejected 1 projects 3 created 0 updated 0 unchanged 3 exits 0 estimates 0"},
		}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				d := newDesk(t, db, "a", nil)
				for i, s := range tc.steps {
					if got := counts(d.importRows(s.on, s.rows...)); got != s.want {
						t.Errorf("list %d of %s:\n got %s\nwant %s", i+1, s.on, got, s.want)
					}
				}
			})
		})
	}
}

func TestImportListPopulations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.importRows("2026-03-31", row("A", "Aaa", 1, "", ""), row("B", "Bbb", 1, "", ""))
		d.importRows("2026-06-30", row("A", "Aaa", 1, "", ""), row("C", "Ccc", 1, "", ""))
		d.importRows("2026-09-30", row("B", "Bbb", 1, "", ""), row("C", "Ccc", 1, "", ""))
		for on, want := range map[string]string{"2026-03-30": "", "2026-03-31": "A B", "2026-06-29": "A B", "2026-06-30": "A C", "2026-09-29": "A C", "2026-09-30": "B C"} {
			if got := strings.Join(d.codes(on), " "); got != want {
				t.Errorf("portfolio of %s = %q, want %q", on, got, want)
			}
		}
	})
}

// TestImportUncertainList reads a list with a row that may be any project: who is missing has not left,
// neither at once nor when the next list comes.
func TestImportUncertainList(t *testing.T) {
	mangled := row("1.23E+13", "Voirie", 1, "", "")
	all := []projectfile.Row{row("A", "Aaa", 1, "", ""), row("B", "Bbb", 1, "", ""), row("C", "Ccc", 1, "", "")}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.importRows("2026-01-31", all...)
		d.importRows("2026-02-28", all[:2]...)
		d.importRows("2026-03-31", all[0], all[2], mangled)
		d.importRows("2026-04-30", all...)
		d.importRows("2026-05-31", all[0], mangled)
		d.importRows("2026-06-30", all[0], all[1])
		for on, want := range map[string]string{"2026-01-31": "A B C", "2026-02-28": "A B", "2026-03-31": "A B C", "2026-04-30": "A B C", "2026-05-31": "A B C", "2026-06-30": "A B"} {
			if got := strings.Join(d.codes(on), " "); got != want {
				t.Errorf("portfolio of %s = %q, want %q", on, got, want)
			}
		}
		d.importRows("2026-05-31", all[0]) // the row was mended away: now the list is sure of who is missing
		if got := strings.Join(d.codes("2026-05-31"), " "); got != "A" {
			t.Errorf("portfolio after the correction = %q, want A", got)
		}
	})
}

// TestImportDescribesByTheNewestListOfAProject imports the middle list last: it has the last word on the
// project that left before the newest one, and none on the project that stayed.
func TestImportDescribesByTheNewestListOfAProject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.importRows("2026-01-31", row("A", "Premier nom", 1, "", ""), row("B", "Bbb", 1, "", ""))
		d.importRows("2026-03-31", row("B", "Dernier nom", 1, "", ""))
		d.importRows("2026-02-28", row("A", "Second nom", 1, "", ""), row("B", "Ancien nom", 1, "", ""))
		for code, want := range map[string]string{"A": "Second nom", "B": "Dernier nom"} {
			if got := d.line("2026-02-28", code).Name; got != want {
				t.Errorf("name of %s = %q, want %q", code, got, want)
			}
		}
	})
}

// TestImportAgainChangesNothing looks at every row of every table, not only at what the report says.
func TestImportAgainChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		theme := row("P1", "Portail", 1, "2026-01-01", "2026-12-31")
		theme.Theme, theme.Phase, theme.Weight = "Éducation", "build", 7
		d.importRows("2026-03-31", theme, row("", "Sans code", 1, "", ""))
		before, version := rowCounts(t, db), d.factsVersion()
		d.importRows("2026-03-31", theme, row("", "Sans code", 1, "", ""))
		if after := rowCounts(t, db); !maps.Equal(before, after) || d.factsVersion() != version {
			t.Errorf("rows before %v, after %v; facts version %d, then %d", before, after, version, d.factsVersion())
		}
	})
}

// TestImportExportImport writes the portfolio of a day as a list and reads it back as of that day.
func TestImportExportImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		shared := true
		full := row("P1", "Portail; « usagers »", 1234, "2026-01-01", "2026-12-31")
		full.Need, full.Sponsor, full.Manager, full.Department, full.Theme, full.Phase, full.Weight, full.InterAdministration = "Un\nbesoin", "Anne", "=Paul", "DSI", "Écoles", "build", 7, &shared
		d.importRows("2026-03-31", full, row("P2", "Écoles", 200, "", "2027-01-31"), row("P3", "Voirie", 0, "2026-05-01", ""), row("P4", "Rien", 0, "", ""))
		own, _ := projectfile.BuiltIn("jalon")
		for _, tc := range []struct {
			exported, read string
			profile        projectfile.Profile
		}{
			{"2026-03-31", "2026-03-31", listProfile()},
			{"2026-06-30", "2026-03-31", listProfile()},
			{"2026-03-31", "2026-03-31", own},
			{"2026-06-30", "2026-06-30", own},
		} {
			var rows []projectfile.Row
			for _, l := range d.report(tc.exported).Projects {
				rows = append(rows, exported(l))
			}
			in := d.list(tc.read, rows...)
			in.Profile = tc.profile
			before := rowCounts(t, db)
			rep := d.importInput(in)
			after := rowCounts(t, db)
			if tc.read == tc.exported && tc.read != "2026-03-31" { // that there was a list is news, what it says is not
				for _, table := range []string{"project_list", "project_list_member", "audit_entry"} {
					delete(before, table)
					delete(after, table)
				}
			}
			if rep.Unchanged != 4 || rep.Estimates != 0 || !maps.Equal(before, after) {
				t.Errorf("the list of %s read as of %s: %s; rows before %v, after %v", tc.exported, tc.read, counts(rep), before, after)
			}
		}
	})
}

// exported is a line of a report as a row of the export.
func exported(l ProjectLine) projectfile.Row {
	r := projectfile.Row{Code: l.Code, Name: l.Name, Sponsor: l.Sponsor, Manager: l.Manager, Department: l.Department, Theme: l.Theme, Phase: string(l.Phase),
		InterAdministration: &l.Interministerial, Weight: l.Weight, Start: l.Start, End: l.End}
	if l.Cost != nil {
		r.HasCost, r.Cost = true, *l.Cost
	}
	return r
}

func TestImportRejected(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		good := d.list("2026-03-31", row("P1", "Portail", 1, "", ""))
		tests := []struct {
			name   string
			change func(*ImportInput)
			kind   fault.Kind
			key    string
		}{
			{"an empty file", func(in *ImportInput) { in.Data = nil }, fault.KindInvalid, "projectfile.empty"},
			{"a header alone", func(in *ImportInput) { in.Data = file(t) }, fault.KindInvalid, "projectfile.no_rows"},
			{"not one good row", func(in *ImportInput) { in.Data = file(t, row("", "", 5, "", "")) }, fault.KindInvalid, "import.no_row"},
			{"no roadmap", func(in *ImportInput) { in.RoadmapCode = "" }, fault.KindInvalid, "input.invalid"},
			{"a roadmap with a line break", func(in *ImportInput) { in.RoadmapCode = "A\nB" }, fault.KindInvalid, "input.invalid"},
			{"no day, new roadmap", func(in *ImportInput) { in.AsOf, in.RoadmapCode = day(""), "NEW" }, fault.KindInvalid, "input.invalid"},
			{"no day, old roadmap", func(in *ImportInput) { in.AsOf = day("") }, fault.KindInvalid, "input.invalid"},
			{"another currency", func(in *ImportInput) { in.Profile.Currency = "USD" }, fault.KindInvalid, "import.currency"},
			{"joined to nobody", func(in *ImportInput) { in.Joins = map[string]string{"Portail": "P9"} }, fault.KindNotFound, "project.not_found"},
		}
		before := rowCounts(t, db)
		for _, tc := range tests {
			in := good
			tc.change(&in)
			_, err := d.service.ImportList(context.Background(), operator, in)
			if expectFault(t, err, tc.kind, tc.key); t.Failed() {
				t.Logf("case %q", tc.name)
			}
			if after := rowCounts(t, db); !maps.Equal(before, after) {
				t.Errorf("%s: rows before %v, after %v", tc.name, before, after)
			}
		}
		_, err := d.service.ImportList(context.Background(), d.granted(identity.RoleReader, identity.ScopeOrganisation, 0), good)
		expectFault(t, err, fault.KindForbidden, "permission.denied")
	})
}

func TestImportDryRun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.importRows("2026-03-31", row("P1", "Portail", 1, "", ""), row("P2", "Écoles", 1, "", ""))
		in := d.list("2026-06-30", row("P1", "Guichet", 2, "", ""), row("P3", "Voirie", 3, "", ""))
		for _, code := range []string{d.roadmap.Code, "NEW"} {
			in.RoadmapCode, in.DryRun = code, true
			before, version := rowCounts(t, db), d.factsVersion()
			preview := d.importInput(in)
			if after := rowCounts(t, db); !maps.Equal(before, after) || d.factsVersion() != version {
				t.Errorf("rows before %v, after %v", before, after)
			}
			in.DryRun = false
			if real := d.importInput(in); counts(real) != counts(preview) || !preview.DryRun {
				t.Errorf("preview %s, then %s", counts(preview), counts(real))
			}
		}
	})
}

func TestImportDraftsTheRoadmap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		in := d.list("2026-03-31", row("P1", "Portail", 1, "", ""))
		in.RoadmapCode = "SDN"
		rep := d.importInput(in)
		r, err := d.service.RoadmapByCode(context.Background(), operator, d.org.ID, "SDN")
		if err != nil || r.Status != RoadmapDraft || r.Name != "SDN" || r.Start != day("2026-03-31") || !r.End.IsZero() || r.HasVoted {
			t.Errorf("roadmap = %+v, %v, want a draft that starts on the day of the list", r, err)
		}
		if !slices.ContainsFunc(rep.Findings, func(f projectfile.Finding) bool { return f.Code == "roadmap.created" }) {
			t.Errorf("findings = %v, want roadmap.created", rep.Findings)
		}
	})
}

// TestImportOfADayToCome books a list that is dated tomorrow, and says so.
func TestImportOfADayToCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		today := d.service.Today(d.org)
		for _, on := range []civil.Date{today, today.AddDays(1)} {
			rep := d.importRows(on.String(), row("A", "Aaa", 1, "", ""))
			said := slices.ContainsFunc(rep.Findings, func(f projectfile.Finding) bool { return f.Code == "list.future" })
			if said != on.After(today) {
				t.Errorf("list of %s, read on %s: findings %v", on, today, rep.Findings)
			}
		}
	})
}

// TestImportJoins follows a renamed project: suggested first, then joined, then known for good.
func TestImportJoins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		old, renamed := row("", "Portail des usagers", 1, "", ""), row("", "Le portail des usagers (V2)", 2, "", "")
		d.importRows("2026-03-31", old)
		in := d.list("2026-06-30", renamed)
		in.DryRun = true
		rep := d.importInput(in)
		if rep.Created != 1 || rep.Exits != 1 || len(rep.Findings) != 1 || rep.Findings[0].Code != "project.renamed" || rep.Findings[0].Args[2] != "PORTAILDESUSAGERS" {
			t.Errorf("not joined: %s, findings %v, want the suggestion", counts(rep), rep.Findings)
		}
		in.DryRun, in.Joins = false, map[string]string{renamed.Name: "PORTAILDESUSAGERS"}
		for i, want := range []string{"created 0 updated 1 unchanged 0 exits 0 estimates 1", "created 0 updated 0 unchanged 1 exits 0 estimates 0"} {
			if got := counts(d.importInput(in)); !strings.HasSuffix(got, want) {
				t.Errorf("joined, time %d: %s, want %s", i+1, got, want)
			}
		}
		for _, on := range []string{"2026-06-30", "2026-09-30"} { // the name holds without being said again
			if rep := d.importRows(on, renamed); rep.Created != 0 {
				t.Errorf("list of %s: %s", on, counts(rep))
			}
		}
		if rep := d.importRows("2026-03-31", old); rep.Unchanged != 1 { // and so does the old one
			t.Errorf("the first list again: %s", counts(rep))
		}
		if l := d.line("2026-09-30", "PORTAILDESUSAGERS"); l.Name != renamed.Name || *l.FirstCost != euros(1) || *l.Cost != euros(2) {
			t.Errorf("line = %+v", l)
		}
	})
}

func TestImportThemes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		themed := func(theme string) projectfile.Row { r := row("P1", "Portail", 1, "", ""); r.Theme = theme; return r }
		steps := []struct{ on, theme, want string }{
			{"2026-03-31", "", ""},
			{"2026-04-30", "Routes", "Routes"},
			{"2026-05-31", "ÉCOLES", "Écoles"},
			{"2026-06-30", "t1", "Proximité"},
			{"2026-07-31", "", "Proximité"},
			{"2026-03-31", "Routes", "Proximité"}, // an older list does not say what holds today
		}
		for _, s := range steps {
			d.importRows(s.on, themed(s.theme))
			if got := d.line("2026-12-31", "P1").Theme; got != s.want {
				t.Errorf("after %q of %s: theme %q, want %q", s.theme, s.on, got, s.want)
			}
		}
	})
}

func TestOrganisationsDoNotTouchEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		a, b := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		a.importRows("2026-03-31", row("P1", "Portail", 1, "", ""), row("P2", "Écoles", 2, "", ""))
		b.importRows("2026-03-31", row("P1", "Portail", 10, "", ""))
		b.importRows("2026-06-30", row("P3", "Voirie", 30, "", ""))
		if got := strings.Join(a.codes("2026-06-30"), " "); got != "P1 P2" {
			t.Errorf("a's portfolio = %q", got)
		}
		if l := a.line("2026-06-30", "P1"); *l.Cost != euros(1) {
			t.Errorf("a's P1 costs %d", *l.Cost)
		}
		if got := strings.Join(b.codes("2026-06-30"), " "); got != "P3" {
			t.Errorf("b's portfolio = %q", got)
		}
		if broken, err := a.service.Verify(context.Background(), operator); err != nil || len(broken) != 0 {
			t.Errorf("Verify = %v, %v", broken, err)
		}
	})
}

// TestImportsAtOnce imports one list from eight sides: it is booked once.
func TestImportsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.importRows("2026-03-31", row("P1", "Portail", 1, "", ""))
		in := d.list("2026-06-30", row("P1", "Portail", 2, "", ""), row("P2", "Écoles", 2, "", ""))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := d.service.ImportList(context.Background(), operator, in); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := rowCounts(t, db); got["estimate"] != 3 || got["project_list"] != 2 || got["project"] != 2 {
			t.Errorf("%d estimates, %d lists, %d projects, want 3, 2, 2", got["estimate"], got["project_list"], got["project"])
		}
	})
}

// aWorld is three lists of a register in which names mean one project.
var aWorld = rapid.Custom(func(t *rapid.T) (lists [3][]projectfile.Row) {
	for i := range lists {
		for n, name := range []string{"Portail", "Écoles", "Voirie", "Cantines", "Archives", "Musées"} {
			if n > 0 && rapid.IntRange(0, 2).Draw(t, "there") == 0 {
				continue
			}
			r := row("", name, rapid.Int64Range(0, 3).Draw(t, "cost"), "", "")
			if n%2 == 0 {
				r.Code = fmt.Sprint("C", n)
			}
			r.Phase = rapid.SampledFrom([]string{"", "build", "run"}).Draw(t, "phase")
			if rapid.Bool().Draw(t, "dates") {
				r.Start, r.End = day("2026-01-01"), day("2026-12-01").AddDays(rapid.IntRange(0, 60).Draw(t, "end"))
			}
			lists[i] = append(lists[i], r)
		}
	}
	return lists
})

// TestImportOrder imports three lists in every order: the register knows the same of every day.
func TestImportOrder(t *testing.T) {
	days := [3]string{"2026-03-31", "2026-06-30", "2026-09-30"}
	orders := [][3]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {1, 0, 2}, {0, 2, 1}}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for seed := range 4 {
			world := aWorld.Example(seed)
			var want string
			for i, order := range orders {
				d := newDesk(t, db, fmt.Sprintf("o%d-%d", seed, i), func(in *RoadmapInput) { in.Roadmap.Currency = money.EUR })
				for _, n := range order {
					d.importRows(days[n], world[n]...)
				}
				got := d.history("2026-03-30", "2026-03-31", "2026-06-29", "2026-06-30", "2026-09-29", "2026-09-30", "2027-01-01")
				if i == 0 {
					want = got
				} else if got != want {
					t.Fatalf("seed %d, order %v:\n%s\nin order of days:\n%s", seed, order, got, want)
				}
			}
		}
	})
}

// history writes down what is known of each day: population, figures, exits.
func (d *desk) history(days ...string) string {
	d.Helper()
	var b strings.Builder
	amount := func(a *money.Amount) string {
		if a == nil {
			return "-"
		}
		return a.Decimal(money.EUR)
	}
	for _, on := range days {
		var lines []string
		for _, p := range d.report(on).Projects {
			lines = append(lines, fmt.Sprintf("%s %s cost %s of %s, %s to %s of %s, %s %s", on, p.Code, amount(p.Cost), amount(p.FirstCost), p.Start, p.End, p.FirstEnd, p.Phase, p.CostDeviation.AsOf))
		}
		slices.Sort(lines)
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	var exits []string
	err := d.db.Read().NewRaw(`SELECT p.code || ' ' || CAST(e.left_on AS TEXT) || ' ' || COALESCE(CAST(e.returned_on AS TEXT), '') FROM project_exit AS e
		JOIN project AS p ON p.id = e.project_id WHERE e.withdrawn_at IS NULL AND e.organisation_id = ? ORDER BY 1`, d.org.ID).Scan(context.Background(), &exits)
	if err != nil {
		d.Fatal(err)
	}
	return b.String() + strings.Join(exits, "\n")
}
