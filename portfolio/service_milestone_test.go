package portfolio

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// sheet gives the sheet of a project on a day.
func (d *desk) sheet(id ProjectID, on string) *ProjectSheet {
	d.Helper()
	_, line, err := d.service.ProjectReport(context.Background(), operator, id, day(on))
	if err != nil {
		d.Fatal(err)
	}
	return line.Sheet
}

func TestMilestones(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		s, p := d.service, d.newProject("P1", estimate("2026-01-01", 10, "", ""))
		first, second := d.newMilestone(p, "M1"), d.newMilestone(p, "M2")
		if got := d.milestone(second); got.Position != 2 || got.Version != 1 || got.Forecast.DueOn != day("2026-06-30") || !got.Forecast.AsOf.IsZero() {
			t.Errorf("the second as promised: %+v", got)
		}
		err := s.ForecastMilestone(ctx, operator, first, 1, MilestoneForecast{AsOf: day("2026-02-01"), DueOn: day("2026-08-31")})
		if err != nil {
			t.Fatal(err)
		}
		if entry, details := d.trail(); entry != fmt.Sprintf("milestone.forecast milestone %d", first) || details["before"].(map[string]any)["DueOn"] != "2026-06-30" || details["after"].(map[string]any)["DueOn"] != "2026-08-31" {
			t.Errorf("trail = %s %v", entry, details)
		}
		// A forecast by code comes between: the page that was open shows an old version.
		if err := s.ForecastMilestones(ctx, operator, p, []ForecastInput{{Code: "M1", AsOf: day("2026-03-01"), DueOn: day("2026-09-30")}}); err != nil {
			t.Fatal(err)
		}
		expectFault(t, s.ForecastMilestone(ctx, operator, first, 2, MilestoneForecast{AsOf: day("2026-04-01"), DueOn: day("2026-08-31")}), fault.KindStale, "milestone.stale")
		if err := s.WithdrawMilestone(ctx, operator, first, 3, day("2026-05-01")); err != nil {
			t.Fatal(err)
		}
		if got := d.milestone(first); got.Withdrawn != day("2026-05-01") || got.Version != 4 || got.Forecast.DueOn != day("2026-09-30") {
			t.Errorf("withdrawn: %+v", got)
		}
		expectFault(t, s.WithdrawMilestone(ctx, operator, first, 4, day("2026-05-02")), fault.KindConflict, "milestone.withdrawn")
		expectFault(t, s.ForecastMilestone(ctx, operator, first, 4, MilestoneForecast{AsOf: day("2026-04-01"), DueOn: day("2026-08-31")}), fault.KindConflict, "milestone.withdrawn")
		for on, want := range map[string]string{"2026-02-15": "2026-06-30 2026-08-31", "2026-04-30": "2026-06-30 2026-09-30", "2026-05-01": "2026-06-30"} {
			var got []string
			for _, m := range d.sheet(p, on).Milestones {
				got = append(got, m.DueOn.String())
			}
			if strings.Join(got, " ") != want {
				t.Errorf("sheet of %s: %v, want %s", on, got, want)
			}
		}
		if all, err := s.Milestones(ctx, operator, p); err != nil || len(all) != 2 || all[0].ID != first {
			t.Errorf("all = %+v, %v", all, err)
		}
	})
}

func TestMilestoneRefused(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		m := d.newMilestone(d.newProject("P1"), "M1")
		tests := []struct {
			name, fields string
			err          error
		}{
			{"a forecast that says nothing", "as_of due_on", d.service.ForecastMilestone(ctx, operator, m, 1, MilestoneForecast{})},
			{"reached tomorrow", "reached_on", d.service.ForecastMilestone(ctx, operator, m, 1, MilestoneForecast{AsOf: day("2026-02-01"), DueOn: day("2026-02-01"), ReachedOn: day("2026-02-02")})},
			{"withdrawn on no day", "on", d.service.WithdrawMilestone(ctx, operator, m, 1, day(""))},
		}
		for _, tc := range tests {
			if expectFault(t, tc.err, fault.KindInvalid, "input.invalid"); fields(tc.err) != tc.fields {
				t.Errorf("%s: fields %q, want %q", tc.name, fields(tc.err), tc.fields)
			}
		}
		expectFault(t, d.service.ForecastMilestone(ctx, operator, 999, 1, MilestoneForecast{AsOf: day("2026-02-01"), DueOn: day("2026-02-01")}), fault.KindNotFound, "milestone.not_found")
		if n := count(t, db, "milestone_forecast", "1 = 1"); n != 0 {
			t.Errorf("%d forecasts were booked", n)
		}
	})
}

func TestDependencies(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		s := d.service
		p1, p2, p3 := d.newProject("P1"), d.newProject("P2"), d.newProject("P3")
		if err := s.AddDependency(ctx, operator, p1, "P2", "l’annuaire"); err != nil {
			t.Fatal(err)
		}
		if entry, _ := d.trail(); entry != fmt.Sprintf("dependency.add project %d", p1) {
			t.Errorf("trail = %s", entry)
		}
		if err := s.AddDependency(ctx, operator, p2, "P3", ""); err != nil {
			t.Fatal(err)
		}
		expectFault(t, s.AddDependency(ctx, operator, p3, "P1", ""), fault.KindInvalid, "dependency.circular")
		expectFault(t, s.AddDependency(ctx, operator, p1, "P1", ""), fault.KindInvalid, "dependency.circular")
		expectFault(t, s.AddDependency(ctx, operator, p1, "P2", ""), fault.KindConflict, "dependency.exists")
		expectFault(t, s.AddDependency(ctx, operator, p1, "P9", ""), fault.KindNotFound, "project.not_found")
		expectFault(t, s.AddDependency(ctx, operator, p1, "", ""), fault.KindInvalid, "input.invalid")

		// With the right to edit one project alone, the others of the roadmap are not there.
		alone := d.granted(identity.RoleRoadmapManager, identity.ScopeProject, int64(p2))
		err := s.AddDependency(ctx, alone, p2, "P1", "")
		if expectFault(t, err, fault.KindNotFound, "project.not_found"); fault.As(err).Args[0] != "P1" {
			t.Errorf("%v", err)
		}
		expectFault(t, s.RemoveDependency(ctx, alone, p2, p3), fault.KindNotFound, "dependency.not_found")
		if got, err := s.Dependencies(ctx, alone, p2); err != nil || len(got) != 0 {
			t.Errorf("alone sees %+v, %v", got, err)
		}
		got, err := s.Dependencies(ctx, operator, p2)
		want := []Dependency{{p1, p2, "l’annuaire"}, {p2, p3, ""}}
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("dependencies = %v, %v, want %v", got, err, want)
		}
		expectFault(t, s.RemoveDependency(ctx, operator, p1, p3), fault.KindNotFound, "dependency.not_found")
		if err := s.RemoveDependency(ctx, operator, p2, p3); err != nil {
			t.Fatal(err)
		}
		if err := s.AddDependency(ctx, operator, p3, "P1", ""); err != nil {
			t.Errorf("no circle any more: %v", err)
		}
	})
}

func TestReportStatus(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 10, "", ""))
		anne := d.account("Anne")
		if got, err := d.service.LastStatus(ctx, operator, p); got != nil || err != nil {
			t.Errorf("before any: %+v, %v", got, err)
		}
		rep := StatusReport{Period: "2026-03", On: day("2026-03-31"), Author: "Somebody else", AuthorID: 999, Schedule: Side{WeatherSun, "à l’heure"}, Cost: Side{WeatherStorm, "le marché dépasse"}, Summary: "Bien"}
		if err := d.service.ReportStatus(ctx, d.as(anne, identity.RoleProjectManager), p, rep); err != nil {
			t.Fatal(err)
		}
		earlier := StatusReport{Period: "2026-02", On: day("2026-02-28"), Summary: "Plus ancien"}
		if err := d.service.ReportStatus(ctx, operator, p, earlier); err != nil {
			t.Fatal(err)
		}
		got, err := d.service.LastStatus(ctx, operator, p)
		if err != nil || got == nil || got.Author != "Anne" || got.AuthorID != anne.ID || got.ProjectID != p || got.Cost != rep.Cost || !got.RecordedAt.Equal(at) {
			t.Fatalf("last = %+v, %v", got, err)
		}
		blind, err := d.service.LastStatus(ctx, d.granted(identity.RoleReader, identity.ScopeOrganisation, 0), p)
		if err != nil || blind.Cost != (Side{}) || blind.Schedule != rep.Schedule {
			t.Errorf("without costs: %+v, %v", blind, err)
		}
		err = d.service.ReportStatus(ctx, operator, p, StatusReport{Period: "2026-04", Scope: Side{Weather: "fog"}})
		if expectFault(t, err, fault.KindInvalid, "input.invalid"); fields(err) != "on scope" {
			t.Errorf("fields = %s", fields(err))
		}
	})
}

func TestRecordReturn(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		s := d.service
		p := d.newProject("P1", estimate("2026-01-01", 10, "", ""))
		expectFault(t, s.RecordReturn(ctx, operator, p, day("2026-06-01")), fault.KindConflict, "project.not_left")
		if err := s.RecordExit(ctx, operator, p, day("2026-03-15"), "Suspendu"); err != nil {
			t.Fatal(err)
		}
		for _, on := range []string{"", "2026-03-15"} {
			err := s.RecordReturn(ctx, operator, p, day(on))
			if expectFault(t, err, fault.KindInvalid, "input.invalid"); fields(err) != "returned_on" {
				t.Errorf("return on %q: %v", on, err)
			}
		}
		if err := s.RecordReturn(ctx, operator, p, day("2026-06-01")); err != nil {
			t.Fatal(err)
		}
		for on, want := range map[string]string{"2026-03-14": "P1", "2026-03-15": "", "2026-05-31": "", "2026-06-01": "P1"} {
			if got := strings.Join(d.codes(on), " "); got != want {
				t.Errorf("portfolio of %s = %q, want %q", on, got, want)
			}
		}
		if err := s.RecordExit(ctx, operator, p, day("2026-09-01"), "Encore"); err != nil {
			t.Errorf("left again: %v", err)
		}
	})
}

// TestReturnAndLists: while a person says that a project is away, lists say nothing of it; afterwards they do.
func TestReturnAndLists(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.importRows("2026-01-31", row("P1", "a", 1, "", ""), row("P2", "b", 1, "", ""))
		p1, err := findProjectByCode(ctx, db.Read(), d.roadmap, "P1")
		if err != nil {
			t.Fatal(err)
		}
		if err := d.service.RecordExit(ctx, operator, p1.ID, day("2026-02-15"), "Suspendu"); err != nil {
			t.Fatal(err)
		}
		d.importRows("2026-03-31", row("P2", "b", 1, "", ""))
		d.importRows("2026-06-30", row("P2", "b", 1, "", ""))
		if err := d.service.RecordReturn(ctx, operator, p1.ID, day("2026-05-01")); err != nil {
			t.Fatal(err)
		}
		for on, want := range map[string]string{"2026-03-31": "P2", "2026-05-01": "P1 P2", "2026-06-29": "P1 P2", "2026-06-30": "P2"} {
			if got := strings.Join(d.codes(on), " "); got != want {
				t.Errorf("portfolio of %s = %q, want %q", on, got, want)
			}
		}
		expectFault(t, d.service.RecordReturn(ctx, operator, p1.ID, day("2026-07-15")), fault.KindConflict, "project.left_by_list")
	})
}
