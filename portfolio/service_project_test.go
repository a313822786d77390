package portfolio

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

func TestCreateRoadmap(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		tests := []struct {
			name   string
			change func(*RoadmapInput)
			kind   fault.Kind
			key    string
		}{
			{"a code that is taken", func(in *RoadmapInput) { in.Roadmap.Code = "FDR" }, fault.KindConflict, "roadmap.code.taken"},
			{"two themes of one code", func(in *RoadmapInput) { in.Themes = []Theme{{Code: "T", Name: "a"}, {Code: "T", Name: "b"}} }, fault.KindConflict, "theme.code.taken"},
			{"two objectives of one code", func(in *RoadmapInput) { in.Objectives = []Objective{{Code: "O", Name: "a"}, {Code: "O", Name: "b"}} }, fault.KindConflict, "objective.code.taken"},
			{"thresholds upside down", func(in *RoadmapInput) { in.Thresholds = drift.Thresholds{Amber: 2000, Red: 1000} }, fault.KindInvalid, "threshold.order"},
			{"nothing", func(in *RoadmapInput) { in.Roadmap = Roadmap{OrganisationID: d.org.ID} }, fault.KindInvalid, "input.invalid"},
		}
		before := rowCounts(t, db)
		for _, tc := range tests {
			in := RoadmapInput{Roadmap: Roadmap{OrganisationID: d.org.ID, Code: "NEW", Name: "Neuve", Start: day("2026-01-01"), Currency: money.EUR, Status: RoadmapDraft}}
			tc.change(&in)
			_, err := d.service.CreateRoadmap(ctx, operator, in)
			if expectFault(t, err, tc.kind, tc.key); t.Failed() {
				t.Logf("case %q", tc.name)
			}
		}
		if after := rowCounts(t, db); !maps.Equal(before, after) {
			t.Errorf("rows before %v, after %v", before, after)
		}
		_, err := d.service.CreateRoadmap(ctx, identity.SignedIn(1, "web"), RoadmapInput{})
		expectFault(t, err, fault.KindForbidden, "permission.denied")
	})
}

func TestRoadmapsInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := newDesk(t, db, "b", nil)
		newDesk(t, db, "a", func(in *RoadmapInput) { in.Roadmap.Code = "Z" })
		for code, status := range map[string]RoadmapStatus{"OLD": RoadmapClosed, "A-NEXT": RoadmapDraft} {
			in := RoadmapInput{Roadmap: Roadmap{OrganisationID: b.org.ID, Code: code, Name: code, Start: day("2020-01-01"), End: day("2022-12-31"), Currency: money.EUR, Status: status}}
			if _, err := b.service.CreateRoadmap(context.Background(), operator, in); err != nil {
				t.Fatal(err)
			}
		}
		b.newProject("P1")
		cards, err := b.service.Roadmaps(context.Background(), operator)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range cards {
			got = append(got, fmt.Sprintf("%s/%s/%d", c.Organisation.Code, c.Code, c.Projects))
		}
		if want := "a/Z/0 b/FDR/1 b/A-NEXT/0 b/OLD/0"; strings.Join(got, " ") != want {
			t.Errorf("roadmaps = %v, want %s", got, want)
		}
	})
}

// TestBookingsRefused: what is refused leaves nothing behind.
func TestBookingsRefused(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		p1, p2 := d.newProject("P1", estimate("2026-01-01", 10, "", "")), d.newProject("P2")
		foreign := other.newProject("P1")
		good := estimate("2026-02-01", 10, "", "")
		good.ProjectID = p1
		status := StatusReport{ProjectID: p1, Period: "2026-02", On: day("2026-02-28")}
		milestone := Milestone{Code: "M1", Name: "Recette", BaselineOn: day("2026-06-30")}
		s := d.service
		if err := s.AddMilestones(ctx, operator, p1, day("2026-01-01"), []Milestone{milestone}); err != nil {
			t.Fatal(err)
		}
		if err := s.AddDependencies(ctx, operator, d.roadmap.ID, []Dependency{{ProjectID: p1, DependsOnID: p2}}); err != nil {
			t.Fatal(err)
		}
		add := func(p ...ProjectInput) error { _, err := s.AddProjects(ctx, operator, d.roadmap.ID, p); return err }
		forecast := func(f ForecastInput) error { return s.ForecastMilestones(ctx, operator, p1, []ForecastInput{f}) }
		named := func(code, theme string) ProjectInput {
			return ProjectInput{Project: Project{Code: code, Name: code}, ThemeCode: theme}
		}
		tests := []struct {
			name string
			err  func() error
			kind fault.Kind
			key  string
		}{
			{"a project code that is taken", func() error { return add(named("P9", ""), named("P1", "")) }, fault.KindConflict, "project.code.taken"},
			{"a project without a name", func() error { return add(ProjectInput{Project: Project{Code: "P9"}}) }, fault.KindInvalid, "input.invalid"},
			{"an unknown theme", func() error { return add(named("P8", "T1"), named("P9", "T9")) }, fault.KindNotFound, "theme.not_found"},
			{"an estimate that says nothing", func() error {
				return s.BookEstimates(ctx, operator, d.roadmap.ID, []Estimate{good, {ProjectID: p1, AsOf: day("2026-02-01")}})
			}, fault.KindInvalid, "input.invalid"},
			{"an estimate of a foreign project", func() error {
				bad := good
				bad.ProjectID = foreign
				return s.BookEstimates(ctx, operator, d.roadmap.ID, []Estimate{good, bad})
			}, fault.KindNotFound, "project.not_found"},
			{"estimates in an unknown roadmap", func() error { return s.BookEstimates(ctx, operator, 999, []Estimate{good}) }, fault.KindNotFound, "roadmap.not_found"},
			{"a status of an unknown project", func() error {
				bad := status
				bad.ProjectID = 999
				return s.ReportStatuses(ctx, operator, d.roadmap.ID, []StatusReport{status, bad})
			}, fault.KindNotFound, "project.not_found"},
			{"a status without a day", func() error {
				return s.ReportStatuses(ctx, operator, d.roadmap.ID, []StatusReport{{ProjectID: p1, Period: "2026-02"}})
			}, fault.KindInvalid, "input.invalid"},
			{"a milestone code that is taken", func() error { return s.AddMilestones(ctx, operator, p1, day("2026-01-01"), []Milestone{milestone}) }, fault.KindConflict, "milestone.code.taken"},
			{"a milestone known on no day", func() error { return s.AddMilestones(ctx, operator, p2, day(""), []Milestone{milestone}) }, fault.KindInvalid, "input.invalid"},
			{"a milestone promised for no day", func() error {
				return s.AddMilestones(ctx, operator, p2, day("2026-01-01"), []Milestone{{Code: "M1", Name: "a"}})
			}, fault.KindInvalid, "input.invalid"},
			{"a forecast of an unknown milestone", func() error {
				return forecast(ForecastInput{Code: "M9", AsOf: day("2026-02-01"), DueOn: day("2026-02-01")})
			}, fault.KindNotFound, "milestone.not_found"},
			{"a forecast without a day", func() error { return forecast(ForecastInput{Code: "M1", DueOn: day("2026-02-01")}) }, fault.KindInvalid, "milestone.dates"},
			{"a milestone reached tomorrow", func() error {
				return forecast(ForecastInput{Code: "M1", AsOf: day("2026-02-01"), DueOn: day("2026-02-02"), ReachedOn: day("2026-02-02")})
			}, fault.KindInvalid, "milestone.reached_in_future"},
			{"a circle", func() error {
				return s.AddDependencies(ctx, operator, d.roadmap.ID, []Dependency{{ProjectID: p2, DependsOnID: p1}})
			}, fault.KindInvalid, "dependency.circular"},
			{"needs itself", func() error {
				return s.AddDependencies(ctx, operator, d.roadmap.ID, []Dependency{{ProjectID: p2, DependsOnID: p2}})
			}, fault.KindInvalid, "dependency.circular"},
			{"a dependency that exists", func() error {
				return s.AddDependencies(ctx, operator, d.roadmap.ID, []Dependency{{ProjectID: p1, DependsOnID: p2}})
			}, fault.KindConflict, "dependency.exists"},
			{"a dependency on a foreign project", func() error {
				return s.AddDependencies(ctx, operator, d.roadmap.ID, []Dependency{{ProjectID: p1, DependsOnID: foreign}})
			}, fault.KindNotFound, "project.not_found"},
			{"an exit without a reason", func() error { return s.RecordExit(ctx, operator, p1, day("2026-02-01"), "") }, fault.KindInvalid, "input.invalid"},
			{"an exit on no day", func() error { return s.RecordExit(ctx, operator, p1, day(""), "Fini") }, fault.KindInvalid, "input.invalid"},
			{"an exit of an unknown project", func() error { return s.RecordExit(ctx, operator, 999, day("2026-02-01"), "Fini") }, fault.KindNotFound, "project.not_found"},
			{"an empty baseline", func() error { return s.SetFirstBaseline(ctx, operator, p1, Baseline{On: day("2026-01-01")}) }, fault.KindInvalid, "input.invalid"},
			{"half a baseline", func() error {
				return s.SetFirstBaseline(ctx, operator, p1, Baseline{On: day("2026-01-01"), HasCost: true, End: day("2026-12-31")})
			}, fault.KindInvalid, "input.invalid"},
			{"a reader books", func() error {
				return s.BookEstimates(ctx, d.granted(identity.RoleReader, identity.ScopeRoadmap, int64(d.roadmap.ID)), d.roadmap.ID, []Estimate{good})
			}, fault.KindForbidden, "permission.denied"},
			{"nobody books", func() error { return s.RecordExit(ctx, identity.Actor{}, p1, day("2026-02-01"), "Fini") }, fault.KindUnauthenticated, "permission.nobody"},
			{"costs beyond all sums", func() error {
				huge := Estimate{AsOf: day("2026-01-01"), HasCost: true, Cost: math.MaxInt64}
				in := RoadmapInput{Roadmap: Roadmap{OrganisationID: d.org.ID, Code: "HUGE", Name: "Sans vote", Start: day("2026-01-01"), Currency: money.EUR, Status: RoadmapDraft}}
				return huge.bookTwiceInto(ctx, s, in)
			}, fault.KindInvalid, "roadmap.costs_overflow"},
		}
		for _, tc := range tests {
			before := rowCounts(t, db)
			err := tc.err()
			if expectFault(t, err, tc.kind, tc.key); t.Failed() {
				t.Fatalf("case %q", tc.name)
			}
			if after := rowCounts(t, db); tc.key != "roadmap.costs_overflow" && !maps.Equal(before, after) {
				t.Errorf("%s: rows before %v, after %v", tc.name, before, after)
			}
		}
	})
}

// bookTwiceInto books the estimate for two projects of a new roadmap.
func (e Estimate) bookTwiceInto(ctx context.Context, s *Service, in RoadmapInput) error {
	r, err := s.CreateRoadmap(ctx, operator, in)
	if err != nil {
		return err
	}
	two, err := s.AddProjects(ctx, operator, r.ID, []ProjectInput{{Project: Project{Code: "A", Name: "A"}}, {Project: Project{Code: "B", Name: "B"}}})
	if err != nil {
		return err
	}
	a, b := e, e
	a.ProjectID, b.ProjectID = two[0].ID, two[1].ID
	return s.BookEstimates(ctx, operator, r.ID, []Estimate{a, b})
}

func TestRecordExit(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 10, "", ""))
		if err := d.service.RecordExit(ctx, operator, p, day("2026-03-15"), "Abandonné au profit de P2"); err != nil {
			t.Fatal(err)
		}
		expectFault(t, d.service.RecordExit(ctx, operator, p, day("2026-03-15"), "Encore"), fault.KindConflict, "project.already_left")
		expectFault(t, d.service.RecordExit(ctx, operator, p, day("2026-02-15"), "Plus tôt"), fault.KindConflict, "project.already_left")
		for on, want := range map[string]int{"2026-03-14": 1, "2026-03-15": 0} {
			if got := d.codes(on); len(got) != want {
				t.Errorf("portfolio of %s = %v, want %d", on, got, want)
			}
		}
	})
}

func TestRecordExitAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 10, "", ""))
		var booked atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				err := d.service.RecordExit(context.Background(), operator, p, day("2026-03-15"), "Fini")
				if err == nil {
					booked.Add(1)
				} else if fault.KindOf(err) != fault.KindConflict {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if booked.Load() != 1 {
			t.Errorf("%d exits were booked, want 1", booked.Load())
		}
	})
}

func TestWeightsAreFixedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil) // 1 M€ voted
		p := d.newProject("P1")
		steps := []struct {
			e    Estimate
			want int64
		}{
			{Estimate{AsOf: day("2026-01-01"), Phase: PhaseFraming}, 0},
			{estimate("2026-02-01", 100_000, "", ""), 10},
			{estimate("2026-03-01", 900_000, "", ""), 10},
			{estimate("2026-01-15", 500_000, "", ""), 10}, // even by an earlier first cost that comes late
		}
		for i, s := range steps {
			d.book(p, s.e)
			if got := d.line("2026-12-31", "P1").Weight; got != s.want {
				t.Errorf("after step %d: weight %d, want %d", i+1, got, s.want)
			}
		}
	})
	t.Run("without a vote", func(t *testing.T) {
		dbtest.Each(t, func(t *testing.T, db *database.DB) {
			d := newDesk(t, db, "a", func(in *RoadmapInput) { in.Roadmap.HasVoted, in.Roadmap.Voted = false, 0 })
			d.importRows("2026-03-31", row("P1", "a", 30, "", ""), row("P2", "b", 70, "", ""), row("P3", "c", 0, "", ""))
			d.importRows("2026-06-30", row("P1", "a", 30, "", ""), row("P2", "b", 70, "", ""), row("P3", "c", 100, "", ""))
			for code, want := range map[string]int64{"P1": 30, "P2": 70, "P3": 50} {
				if got := d.line("2026-06-30", code).Weight; got != want {
					t.Errorf("weight of %s = %d, want %d", code, got, want)
				}
			}
		})
	})
	t.Run("said by the list", func(t *testing.T) {
		dbtest.Each(t, func(t *testing.T, db *database.DB) {
			d := newDesk(t, db, "a", nil)
			r := row("P1", "a", 500_000, "", "")
			r.Weight = 7
			d.importRows("2026-03-31", r)
			r.Weight = 8
			d.importRows("2026-06-30", r)
			if got := d.line("2026-06-30", "P1").Weight; got != 7 {
				t.Errorf("weight = %d, want the first, 7", got)
			}
		})
	})
}

func TestFirstBaselineIsImmutable(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 100, "2026-01-01", "2026-12-31"))
		first := Baseline{On: day("2026-01-15"), HasCost: true, Cost: euros(200), Decision: 99}
		if err := d.service.SetFirstBaseline(ctx, operator, p, first); err != nil {
			t.Fatal(err)
		}
		expectFault(t, d.service.SetFirstBaseline(ctx, operator, p, Baseline{On: day("2026-02-01"), HasCost: true, Cost: euros(300)}), fault.KindConflict, "baseline.number.taken")
		l := d.line("2026-06-30", "P1")
		if *l.FirstCost != euros(200) || l.Baselines != 1 || *l.CostDeviation.BP != -5000 {
			t.Errorf("first cost %v, %d baselines, deviation %v, want 20000, 1, -5000", *l.FirstCost, l.Baselines, *l.CostDeviation.BP)
		}
		if l := d.line("2026-01-14", "P1"); *l.FirstCost != euros(100) || l.Baselines != 0 {
			t.Errorf("the day before: first cost %v, %d baselines", *l.FirstCost, l.Baselines)
		}
	})
}

// rebaseline is what a committee's decision does to the project.
func (d *desk) rebaseline(id ProjectID, in Rebaseline) error {
	ctx := context.Background()
	return d.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		p, err := findProject(ctx, tx, id)
		if err != nil {
			return err
		}
		in.Project = p
		return ApplyRebaseline(ctx, tx, in, at)
	})
}

func TestApplyRebaseline(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 100, "2026-01-01", "2026-12-31"), estimate("2026-03-01", 150, "2026-01-01", "2027-06-30"))
		past := d.history("2026-01-01", "2026-03-01", "2026-04-30")
		if err := d.rebaseline(p, Rebaseline{On: day("2026-05-01"), HasCost: true, Cost: euros(120), Start: day("2026-01-01"), End: day("2027-03-31"), Decision: 1, Label: "D-2026-001", Reason: "Périmètre élargi"}); err != nil {
			t.Fatal(err)
		}
		d.book(p, estimate("2026-06-01", 180, "2026-01-01", "2027-09-30"))
		_, line, err := d.service.ProjectReport(context.Background(), operator, p, day("2026-06-30"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range line.Sheet.Baselines {
			got = append(got, fmt.Sprintf("%d %s %s %s..%s %s", b.Number, b.On, b.Cost.Decimal(money.EUR), b.Start, b.End, b.Decision))
		}
		want := []string{"1 2026-01-01 100.00 2026-01-01..2026-12-31 ", "2 2026-05-01 120.00 2026-01-01..2027-03-31 D-2026-001"}
		if !slices.Equal(got, want) {
			t.Errorf("baselines = %q, want %q", got, want)
		}
		if *line.CostDeviation.BP != 8000 || *line.CostDeviation.SinceLastBP != 5000 {
			t.Errorf("cost deviation %d against the first, %d against the last, want 8000, 5000", *line.CostDeviation.BP, *line.CostDeviation.SinceLastBP)
		}
		if got := d.history("2026-01-01", "2026-03-01", "2026-04-30"); got != past {
			t.Errorf("the past changed:\n%s\nwas:\n%s", got, past)
		}
	})
}

func TestApplyRebaselineRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p, blank := d.newProject("P1", estimate("2026-01-01", 100, "", "")), d.newProject("P2")
		good := Rebaseline{On: day("2026-05-01"), HasCost: true, Cost: 1, Decision: 1, Reason: "Motif"}
		tests := []struct {
			name    string
			project ProjectID
			change  func(*Rebaseline)
			key     string
		}{
			{"no decision", p, func(b *Rebaseline) { b.Decision = 0 }, "baseline.needs_decision"},
			{"no reason", p, func(b *Rebaseline) { b.Reason = "" }, "baseline.needs_decision"},
			{"nothing in it", p, func(b *Rebaseline) { b.HasCost = false }, "baseline.empty"},
			{"an end without a start", p, func(b *Rebaseline) { b.End = day("2026-12-31") }, "baseline.half_dates"},
			{"a start without an end", p, func(b *Rebaseline) { b.Start = day("2026-12-31") }, "baseline.half_dates"},
			{"end before start", p, func(b *Rebaseline) { b.Start, b.End = day("2026-12-31"), day("2026-01-01") }, "input.end_before_start"},
			{"a negative cost", p, func(b *Rebaseline) { b.Cost = -1 }, "input.negative"},
			{"a project without an estimate", blank, func(b *Rebaseline) {}, "baseline.no_estimate"},
		}
		before := rowCounts(t, db)
		for _, tc := range tests {
			in := good
			tc.change(&in)
			if expectFault(t, d.rebaseline(tc.project, in), fault.KindInvalid, tc.key); t.Failed() {
				t.Fatalf("case %q", tc.name)
			}
		}
		if after := rowCounts(t, db); !maps.Equal(before, after) {
			t.Errorf("rows before %v, after %v", before, after)
		}
	})
}

// saboteur is a query hook that lets a chosen statement fail.
type saboteur struct{ countdown atomic.Int64 }

func (s *saboteur) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context {
	if s.countdown.Add(-1) != 0 {
		return ctx
	}
	ctx, cancel := context.WithDeadline(ctx, time.Unix(0, 0))
	cancel()
	return ctx
}

func (s *saboteur) AfterQuery(context.Context, *bun.QueryEvent) {}

// TestFailureAtEveryStatement lets an import fail at its first statement, then at its second, and so
// on to the last: it is booked whole or not at all.
func TestFailureAtEveryStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.importRows("2026-03-31", row("P1", "Portail", 1, "", ""), row("P2", "Écoles", 0, "", ""))
		hook := &saboteur{}
		db.Bun().AddQueryHook(hook) //lint:ignore SA1019 WithQueryHook gives a copy, which the service under test does not use
		themed := row("P1", "Guichet", 2, "", "")
		themed.Theme = "Routes"
		in := d.list("2026-06-30", themed, row("P3", "Voirie", 3, "", ""))
		before := rowCounts(t, db)
		n, err := int64(1), error(nil)
		for ; ; n++ {
			hook.countdown.Store(n)
			_, err = d.service.ImportList(context.Background(), operator, in)
			hook.countdown.Store(0)
			if err == nil { // the last statement was passed
				break
			}
			if after := rowCounts(t, db); !maps.Equal(before, after) {
				t.Fatalf("failed at statement %d: rows before %v, after %v", n, before, after)
			}
		}
		if n < 20 {
			t.Errorf("an import of only %d statements: the hook does not see them", n)
		}
		if got := strings.Join(d.codes("2026-06-30"), " "); got != "P1 P3" {
			t.Errorf("portfolio = %s", got)
		}
	})
}
