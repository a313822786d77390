package portfolio

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// text is a report as it is stored in a pack, for comparison.
func text(t *testing.T, rep *Report) string {
	t.Helper()
	return jsonOf(t, rep)
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// full is the day's report with all sheets, as a pack shows it.
func (d *desk) full(on string) *Report {
	d.Helper()
	var rep *Report
	err := d.db.ReadTx(context.Background(), func(ctx context.Context, tx database.Conn) (err error) {
		rep, err = FullReport(ctx, tx, d.roadmap.ID, day(on), 0)
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
	return rep
}

// TestReportOfAPastDay books on after the day was seen: what it showed stays what it shows.
func TestReportOfAPastDay(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p1 := d.newProject("P1", estimate("2026-01-01", 100_000, "2026-01-01", "2026-12-31"))
		p2 := d.newProject("P2", estimate("2026-01-01", 200_000, "2026-01-01", "2026-06-30"))
		s := d.service
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(s.AddMilestones(ctx, operator, p1, day("2026-01-01"), []Milestone{{Code: "M1", Name: "Recette", BaselineOn: day("2026-06-30"), Position: 1}}))
		must(s.AddDependencies(ctx, operator, d.roadmap.ID, []Dependency{{ProjectID: p2, DependsOnID: p1}}))
		must(s.ReportStatuses(ctx, operator, d.roadmap.ID, []StatusReport{{ProjectID: p1, Period: "2026-02", On: day("2026-02-27"), Author: "Anne", Schedule: Side{Weather: WeatherSun}, NeedsDecision: "Qui paie ?"}}))
		d.book(p1, estimate("2026-02-15", 120_000, "2026-01-01", "2027-01-31"))
		days := []string{"2026-01-01", "2026-02-28", "2026-03-31"}
		var want []string
		for _, on := range days {
			want = append(want, text(t, d.full(on)))
		}

		d.book(p1, estimate("2026-04-01", 150_000, "2026-01-01", "2027-06-30"))
		d.newProject("P3", estimate("2026-04-01", 1, "", ""))
		must(s.RecordExit(ctx, operator, p2, day("2026-04-02"), "Fini"))
		must(s.ReportStatuses(ctx, operator, d.roadmap.ID, []StatusReport{{ProjectID: p1, Period: "2026-04", On: day("2026-04-30"), Author: "Anne", Schedule: Side{Weather: WeatherStorm}}}))
		must(s.ForecastMilestones(ctx, operator, p1, []ForecastInput{{Code: "M1", AsOf: day("2026-04-01"), DueOn: day("2026-09-30")}}))
		must(s.AddMilestones(ctx, operator, p1, day("2026-04-01"), []Milestone{{Code: "M2", Name: "Livraison", BaselineOn: day("2026-08-31"), Position: 2}}))
		for i, on := range days {
			if got := text(t, d.full(on)); got != want[i] {
				t.Errorf("report of %s changed:\n%s\nwas:\n%s", on, got, want[i])
			}
		}

		d.book(p1, estimate("2026-02-15", 110_000, "2026-01-01", "2027-01-31")) // a correction, dated on the day that it corrects
		if got := text(t, d.full(days[0])); got != want[0] {
			t.Errorf("a correction of 15 February changed 1 January")
		}
		if l := d.line("2026-02-28", "P1"); *l.Cost != euros(110_000) {
			t.Errorf("after the correction: %d", *l.Cost)
		}
	})
}

func TestReportOfADayBeforeEverything(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.newProject("P1", estimate("2026-01-01", 100, "", ""))
		rep := d.report("2025-12-31")
		if rep.Totals.Projects != 0 || len(rep.Projects) != 0 || rep.Totals.Cost.Mean != nil || rep.Totals.MeanDurationDays != nil {
			t.Errorf("totals = %+v, want nothing", rep.Totals)
		}
		if rep.Thresholds.Version != 1 || *rep.Roadmap.DaysLeft != 730 {
			t.Errorf("thresholds %+v, days left %d", rep.Thresholds, *rep.Roadmap.DaysLeft)
		}
	})
}

func TestStatusesTurnGrey(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 100, "", ""))
		report := func(period, on string, w Weather, question string) {
			t.Helper()
			err := d.service.ReportStatuses(ctx, operator, d.roadmap.ID, []StatusReport{{ProjectID: p, Period: period, On: day(on), Author: "Anne", Schedule: Side{Weather: w}, NeedsDecision: question}})
			if err != nil {
				t.Fatal(err)
			}
		}
		report("2026-01", "2026-01-31", WeatherStorm, "Qui paie ?")
		report("2026-Q2", "2026-06-30", WeatherCloud, "")
		report("2026-Q2", "2026-06-30", WeatherSun, "") // takes the place of the one before
		tests := []struct{ on, schedule, cost, question string }{
			{"2026-01-30", "grey", "grey", ""},
			{"2026-01-31", "red", "grey", "Qui paie ?"},
			{"2026-03-17", "red", "grey", "Qui paie ?"}, // 45 days
			{"2026-03-18", "grey", "grey", ""},
			{"2026-06-30", "green", "grey", ""},
			{"2026-11-13", "green", "grey", ""}, // 136 days
			{"2026-11-14", "grey", "grey", ""},
		}
		for _, tc := range tests {
			l := d.line(tc.on, "P1").Declared
			if l.Schedule != tc.schedule || l.Cost != tc.cost || l.Question != tc.question {
				t.Errorf("declared on %s = %+v, want %s, %s, %q", tc.on, l, tc.schedule, tc.cost, tc.question)
			}
		}
	})
}

func TestProjectReport(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		first := estimate("2026-01-01", 300, "2026-01-01", "2026-06-30")
		first.Lines = []CostLine{{"2027", Operations, PartRun, euros(100)}, {"2026", Investment, PartBuild, euros(150)}, {"2026", Operations, PartBuild, euros(50)}}
		p1 := d.newProject("P1", first)
		p2 := d.newProject("P2", estimate("2026-01-01", 1, "2026-01-01", "2026-12-31"))
		if err := d.service.AddDependencies(ctx, operator, d.roadmap.ID, []Dependency{{ProjectID: p1, DependsOnID: p2, Note: "Annuaire"}}); err != nil {
			t.Fatal(err)
		}
		milestones := []Milestone{{Code: "M2", Name: "Livraison", BaselineOn: day("2026-05-31"), Position: 2}, {Code: "M1", Name: "Recette", BaselineOn: day("2026-03-31"), Position: 1}, {Code: "M3", Name: "Bilan", BaselineOn: day("2026-06-30"), Position: 3}}
		if err := d.service.AddMilestones(ctx, operator, p1, day("2026-01-01"), milestones); err != nil {
			t.Fatal(err)
		}
		if err := d.service.ForecastMilestones(ctx, operator, p1, []ForecastInput{{Code: "M1", AsOf: day("2026-04-10"), DueOn: day("2026-03-31"), ReachedOn: day("2026-04-10")}}); err != nil {
			t.Fatal(err)
		}
		_, l, err := d.service.ProjectReport(ctx, operator, p1, day("2026-06-15"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range l.Sheet.Milestones {
			got = append(got, fmt.Sprintf("%s %s %d", m.Name, m.State, m.SlipDays))
		}
		for _, y := range l.Sheet.Years {
			got = append(got, fmt.Sprintf("%s %d %d", y.FiscalYear, y.Investment/100, y.Operations/100))
		}
		for _, dep := range l.Sheet.DependsOn {
			got = append(got, fmt.Sprintf("needs %s %s late %v", dep.Code, dep.Note, dep.Late))
		}
		want := []string{"Recette reached 10", "Livraison late 0", "Bilan due 0", "2026 150 50", "2027 0 100", "needs P2 Annuaire late true"}
		if !slices.Equal(got, want) {
			t.Errorf("sheet = %q, want %q", got, want)
		}
		full := d.full("2026-06-15").Projects
		i := slices.IndexFunc(full, func(p ProjectLine) bool { return p.ID == p1 })
		one, _ := json.Marshal(l)
		all, _ := json.Marshal(full[i])
		if string(one) != string(all) {
			t.Errorf("the project's own page and the pack differ:\n%s\n%s", one, all)
		}
		for _, id := range []ProjectID{p1, 999} {
			on := map[ProjectID]string{p1: "2025-12-31", 999: "2026-06-15"}[id]
			if _, _, err := d.service.ProjectReport(ctx, operator, id, day(on)); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("project %d on %s: %v, want not found", id, on, err)
			}
		}
	})
}

func TestReportUnknownRoadmap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		_, err := New(db, fixedClock).Report(context.Background(), operator, 999, day("2026-01-01"))
		expectFault(t, err, fault.KindNotFound, "roadmap.not_found")
	})
}

// TestReportIsSharedAndFresh: equal questions share one value, a booking is seen by the next.
func TestReportIsSharedAndFresh(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 100, "2026-01-01", "2026-12-31"))
		first := d.report("2026-06-30")
		if d.report("2026-06-30") != first {
			t.Error("the same question built another report")
		}
		d.book(p, estimate("2026-02-01", 150, "", ""))
		if got := d.line("2026-06-30", "P1"); *got.Cost != euros(150) {
			t.Errorf("after a booking: %d", *got.Cost)
		}
		if err := d.rebaseline(p, Rebaseline{On: day("2026-03-01"), HasCost: true, Cost: euros(150), Decision: 1, Reason: "Motif"}); err != nil {
			t.Fatal(err)
		}
		if got := d.line("2026-06-30", "P1"); got.Baselines != 2 {
			t.Errorf("after a decision: %d baselines", got.Baselines)
		}
		d.importRows("2026-06-01", row("P1", "Projet P1", 200, "", ""))
		if got := d.line("2026-06-30", "P1"); *got.Cost != euros(200) {
			t.Errorf("after a list: %d", *got.Cost)
		}
		other := New(db, fixedClock) // another replica, with a cache of its own
		if err := other.BookEstimates(context.Background(), operator, d.roadmap.ID, []Estimate{{ProjectID: p, AsOf: day("2026-06-02"), HasCost: true, Cost: euros(300)}}); err != nil {
			t.Fatal(err)
		}
		if got := d.line("2026-06-30", "P1"); *got.Cost != euros(300) {
			t.Errorf("after a booking elsewhere: %d", *got.Cost)
		}
		if *first.Projects[0].Cost != euros(100) {
			t.Error("a report that was handed out changed")
		}
	})
}

func TestReportsAtOnce(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 1, "2026-01-01", "2026-12-31"))
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Go(func() {
				last := money.Amount(0)
				for i := range 15 {
					if g == 0 {
						if err := d.service.BookEstimates(ctx, operator, d.roadmap.ID, []Estimate{{ProjectID: p, AsOf: day("2026-02-01"), HasCost: true, Cost: euros(int64(i + 2))}}); err != nil {
							t.Error(err)
						}
						continue
					}
					rep, err := d.service.Report(ctx, operator, d.roadmap.ID, day("2026-06-30").AddDays(i%3))
					if err != nil {
						t.Error(err)
						return
					}
					if cost := *rep.Projects[0].Cost; cost < last {
						t.Errorf("a reader saw %d after %d", cost, last)
					} else {
						last = cost
					}
				}
			})
		}
		wg.Wait()
	})
}

// TestReportRunsAFixedNumberOfQueries asks the same of two projects and of six hundred.
func TestReportRunsAFixedNumberOfQueries(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		count := dbtest.WatchQueries(db)
		queries := func(projects int) string {
			t.Helper()
			var in []ProjectInput
			for i := len(d.codes("2026-01-01")); i < projects; i++ {
				in = append(in, ProjectInput{Project: Project{Code: fmt.Sprint("P", i), Name: fmt.Sprint("Projet ", i)}})
			}
			booked, err := d.service.AddProjects(ctx, operator, d.roadmap.ID, in)
			if err != nil {
				t.Fatal(err)
			}
			estimates := make([]Estimate, len(booked))
			for i, p := range booked {
				estimates[i] = estimate("2026-01-01", 100, "2026-01-01", "2026-12-31")
				estimates[i].ProjectID = p.ID
			}
			if err := d.service.BookEstimates(ctx, operator, d.roadmap.ID, estimates); err != nil {
				t.Fatal(err)
			}
			var out []string
			count.Taken()
			note := func(what string) { out = append(out, fmt.Sprint(what, " ", len(count.Taken()))) }
			d.report("2026-02-01")
			note("report")
			d.report("2026-02-01")
			note("again")
			d.full("2026-02-01")
			note("full")
			if _, _, err := d.service.ProjectReport(ctx, operator, booked[0].ID, day("2026-02-01")); err != nil {
				t.Fatal(err)
			}
			note("project")
			if _, err := d.service.Roadmaps(ctx, operator); err != nil {
				t.Fatal(err)
			}
			note("roadmaps")
			return strings.Join(out, ", ")
		}
		few, many := queries(2), queries(600)
		t.Log(few)
		if few != many {
			t.Errorf("with 2 projects: %s; with 600: %s", few, many)
		}
	})
}
