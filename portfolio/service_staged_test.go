package portfolio

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestStagedList(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		s := d.service
		d.importRows("2025-12-31", row("", "Portail citoyen", 100, "", ""), row("", "Annuaire des agents", 50, "", ""), row("", "Voirie", 70, "", ""))
		staged := d.stage(d.file(row("", "Le portail du citoyen", 110, "", ""), row("", "Annuaire des agents", 50, "", ""), row("", "Numérisation des archives", 5, "", "")))
		before := rowCounts(t, db)
		got, err := s.StagedList(ctx, operator, staged)
		if err != nil {
			t.Fatal(err)
		}
		if got.FileName != "été.csv" || got.Profile != "jalon" || got.AsOf != day("2026-03-31") || got.Roadmap.ID != d.roadmap.ID || !got.BookedAt.IsZero() || len(got.Joins) != 0 {
			t.Errorf("staged = %+v", got)
		}
		if c := counts(got.Report); c != "rows 3 rejected 0 projects 3 created 2 updated 1 unchanged 0 exits 2 estimates 3" || !got.Report.DryRun {
			t.Errorf("preview: %s", c)
		}
		if want := []Suggestion{{"Le portail du citoyen", []Head{{"PORTAILCITOYEN", "Portail citoyen"}}}}; fmt.Sprint(got.Suggestions) != fmt.Sprint(want) {
			t.Errorf("suggestions = %v, want %v", got.Suggestions, want)
		}
		if after := rowCounts(t, db); !maps.Equal(before, after) {
			t.Errorf("the preview left something: %v, before %v", after, before)
		}
		joins := map[string]string{"Le portail du citoyen": " PORTAILCITOYEN ", "Numérisation des archives": ""}
		if err := s.JoinStaged(ctx, operator, staged, joins); err != nil {
			t.Fatal(err)
		}
		got, err = s.StagedList(ctx, operator, staged)
		if c := counts(got.Report); err != nil || c != "rows 3 rejected 0 projects 3 created 1 updated 2 unchanged 0 exits 1 estimates 3" || len(got.Joins) != 1 || len(got.Suggestions) != 0 {
			t.Errorf("joined: %s, %v, %v, %v", c, got.Joins, got.Suggestions, err)
		}
		// The roadmap's code changes while the list waits.
		in := d.roadmap
		in.Code = "NEUVE"
		if _, err := s.UpdateRoadmap(ctx, operator, 1, in, nil, civil.Date{}); err != nil {
			t.Fatal(err)
		}
		rep, err := s.BookStaged(ctx, operator, staged)
		if err != nil || rep.DryRun || rep.Roadmap != "NEUVE" || counts(rep) != counts(got.Report) {
			t.Errorf("booked: %s, %v", counts(rep), err)
		}
		if got := strings.Join(d.codes("2026-03-31"), " "); got != "ANNUAIREDESAGENTS NUMERISATIONDESARCHIVES PORTAILCITOYEN" {
			t.Errorf("portfolio = %s", got)
		}
		if entry, _ := d.trail(); entry != fmt.Sprintf("project_list.import roadmap %d", d.roadmap.ID) {
			t.Errorf("trail = %s", entry)
		}
		got, err = s.StagedList(ctx, operator, staged)
		if err != nil || !got.BookedAt.Equal(at) || got.Report.Rows != 0 || got.Suggestions != nil {
			t.Errorf("once booked: %+v, %v", got, err)
		}
		if n := count(t, db, "staged_list", "length(data) > 0"); n != 0 {
			t.Error("the file is still kept")
		}
		_, err = s.BookStaged(ctx, operator, staged)
		expectFault(t, err, fault.KindConflict, "import.already_booked")
		expectFault(t, s.JoinStaged(ctx, operator, staged, nil), fault.KindConflict, "import.already_booked")
	})
}

func TestBookStagedAtOnce(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		staged := d.stage(d.file(row("P1", "Portail", 100, "", ""), row("P2", "Voirie", 100, "", "")))
		book := func() error { _, err := d.service.BookStaged(ctx, operator, staged); return err }
		if got := atOnce(book, book, book, book); got["ok"] != 1 || got["import.already_booked"] != 3 {
			t.Errorf("at once: %v, want one", got)
		}
		if lists, projects := count(t, db, "project_list", "1 = 1"), count(t, db, "project", "1 = 1"); lists != 1 || projects != 2 {
			t.Errorf("%d lists, %d projects", lists, projects)
		}
	})
}

func TestStageRefused(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		good := StageInput{FileName: "a.csv", AsOf: day("2026-03-31"), Data: d.file(row("P1", "Portail", 1, "", ""))}
		tests := []struct {
			name   string
			change func(*StageInput)
			key    string
		}{
			{"too large", func(in *StageInput) { in.Data = make([]byte, maxStagedBytes+1) }, "import.too_large"},
			{"an unknown profile", func(in *StageInput) { in.Profile = "mine" }, "import.profile_unknown"},
			{"no day", func(in *StageInput) { in.AsOf = civil.Date{} }, "input.invalid"},
			{"no row that can be read", func(in *StageInput) { in.Data = d.file(row("", "", 1, "", "")) }, "import.no_row"},
			{"another currency", func(in *StageInput) {
				in.Profile = "nyc-capital"
				in.Data = []byte("Date Reported As Of,PID,Project Name,Current Phase,Design Start,Budget Forecast,Latest Budget Changes,Total Budget Changes,Forecast Completion,Latest Schedule Changes,Total Schedule Changes\n" +
					"01/01/2015 12:00:00 AM,7,A,,,900,-100,5,02/01/2020,31,31\n")
			}, "import.currency"},
			{"no list at all", func(in *StageInput) { in.Data = []byte("bonjour") }, "projectfile.no_header"},
		}
		for _, tc := range tests {
			in := good
			tc.change(&in)
			_, err := d.service.StageList(ctx, operator, d.roadmap.ID, in)
			if expectFault(t, err, fault.KindInvalid, tc.key); t.Failed() {
				t.Fatalf("case %q", tc.name)
			}
		}
		staged := d.stage(good.Data)
		expectFault(t, d.service.JoinStaged(ctx, operator, staged, map[string]string{"Portail": "P9"}), fault.KindNotFound, "project.not_found")
		if got, err := d.service.StagedList(ctx, operator, staged); err != nil || len(got.Joins) != 0 {
			t.Errorf("a join that was refused stayed: %v, %v", got.Joins, err)
		}
		many := map[string]string{}
		for i := range maxJoins + 1 {
			many[fmt.Sprint(i)] = "P1"
		}
		expectFault(t, d.service.JoinStaged(ctx, operator, staged, many), fault.KindInvalid, "import.too_many_joins")
		if _, err := db.Write().ExecContext(ctx, "UPDATE staged_list SET data = ?", []byte{}); err != nil { // as the retention job does
			t.Fatal(err)
		}
		_, err := d.service.StagedList(ctx, operator, staged)
		expectFault(t, err, fault.KindConflict, "import.expired")
		_, err = d.service.BookStaged(ctx, operator, staged)
		expectFault(t, err, fault.KindConflict, "import.expired")
	})
}

// TestStagedListsDoNotPileUp: one person leaves only a few lists waiting; those of others, and those that
// were booked, stay.
func TestStagedListsDoNotPileUp(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		data := d.file(row("P1", "Portail", 1, "", ""))
		booked := d.stage(data)
		if _, err := d.service.BookStaged(ctx, operator, booked); err != nil {
			t.Fatal(err)
		}
		other, err := d.service.StageList(ctx, d.granted("roadmap_manager", "roadmap", int64(d.roadmap.ID)), d.roadmap.ID, StageInput{AsOf: day("2026-03-31"), Data: data})
		if err != nil {
			t.Fatal(err)
		}
		want := []int64{booked, other}
		for i := range maxWaiting + 3 {
			if id := d.stage(data); i >= 3 {
				want = append(want, id)
			}
		}
		var left []int64
		if err := db.Read().NewRaw("SELECT id FROM staged_list ORDER BY id").Scan(ctx, &left); err != nil || !slices.Equal(left, want) {
			t.Errorf("left = %v, %v, want %v", left, err, want)
		}
	})
}

func TestSuggestions(t *testing.T) {
	var rest []Project
	for i := range 8 {
		rest = append(rest, Project{Code: fmt.Sprint("P", 8-i), Name: "Portail citoyen"})
	}
	plan := &listPlan{create: []*plannedProject{{Project: Project{Name: "Portail des citoyens"}}, {Project: Project{Name: "Voirie"}}}, rest: append(rest, Project{Code: "P0", Name: "Portail des citoyens (PDC)"})}
	got := plan.suggestions()
	if len(got) != 1 || len(got[0].Codes) != maxSuggested || got[0].Codes[0].Code != "P0" || got[0].Codes[1].Code != "P1" {
		t.Errorf("suggestions = %v, want the likeliest first, then by code, at most %d", got, maxSuggested)
	}
	plan.rest = make([]Project, maxCompared+1)
	if got := plan.suggestions(); got != nil {
		t.Errorf("too many to compare: %v", got)
	}
}

func TestPlainFileName(t *testing.T) {
	for in, want := range map[string]string{
		"liste.csv": "liste.csv", `C:\Users\anne\liste.csv`: "liste.csv", "../../etc/passwd": "passwd", "": "", "/": "", "a\r\nb.csv": "a b.csv",
		strings.Repeat("x", 400): strings.Repeat("x", maxName-1) + "…",
	} {
		if got := plainFileName(in); got != want {
			t.Errorf("plainFileName(%q) = %q, want %q", in, got, want)
		}
	}
}
