package portfolio

import (
	"context"
	"runtime"
	"slices"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/portfolio/selection"
)

// TestChooseSubjects: several choices are taken together or not at all, and what is wrong bears the key of its subject.
func TestChooseSubjects(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		p := newCouncil(t, db, "lille")
		a, b := Subject{Request: p.candidate("Portail", 40_000, nil).ID}, Subject{Request: p.candidate("Archives", 50_000, nil).ID}
		s := p.scenario("Base")
		in := func(x Subject, why ForceReason) ScenarioChoice {
			return ScenarioChoice{Subject: x, Force: ForceIn, ReasonCode: why}
		}
		for name, choices := range map[string][]ScenarioChoice{"none": nil, "one twice": {in(a, ReasonMandate), in(a, ReasonMandate)}, "one without a reason": {in(a, ReasonMandate), in(b, "")}} {
			_, err := p.service.ChooseSubjects(ctx, operator, s.ID, s.Version, choices)
			if fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
			if f := fault.As(err); name == "one without a reason" && f != nil && (len(f.Fields) != 1 || f.Fields[0].Name != b.Key()+".reason_code") {
				t.Errorf("%s: fields %v", name, f.Fields)
			}
		}
		if _, err := p.service.ChooseSubjects(ctx, operator, s.ID, s.Version, []ScenarioChoice{in(a, ReasonMandate), in(Subject{Request: 998}, ReasonMandate)}); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("one that there is not: %v", err)
		}
		if r := p.bench(s.ID); len(selectedIn(r)) != 0 || len(r.Events) != 1 {
			t.Fatalf("a choice was taken alone: %v, %v", selectedIn(r), r.Events)
		}
		is, err := p.service.ChooseSubjects(ctx, operator, s.ID, s.Version, []ScenarioChoice{in(a, ReasonMandate), in(b, ReasonSecurity)})
		if err != nil || is.Version != s.Version+1 {
			t.Fatal(is, err)
		}
		r := p.bench(s.ID)
		if len(selectedIn(r)) != 2 || len(r.Events) != 2 || !slices.ContainsFunc(r.Events, func(e ScenarioEvent) bool { return e.What == "forced" && e.Detail == "R-2026-001, R-2026-002" }) {
			t.Errorf("selected %v, events %+v", selectedIn(r), r.Events)
		}
		var entries int
		if err := db.Read().NewRaw("SELECT count(*) FROM audit_entry WHERE action = 'scenario.forced'").Scan(ctx, &entries); err != nil || entries != 1 {
			t.Errorf("%d entries of the trail, %v", entries, err)
		}
	})
}

// open makes an answer of which all work that is spent on it by itself did not prove that it is the best.
func (p *council) open(s Scenario, work int64) {
	p.Helper()
	ctx := context.Background()
	_, q, r, err := p.service.question(ctx, operator, s.ID)
	if err != nil {
		p.Fatal(err)
	}
	a, err := selection.Solve(q.problem, selection.Options{})
	if err != nil || a.Status != selection.Optimal {
		p.Fatal(a.Status, err)
	}
	a.Status, a.Bound = selection.Feasible, a.Value+100
	if err := saveAnswer(ctx, p.db.Write(), r, q.hash, keptAnswer{answer: a, work: work}, at); err != nil {
		p.Fatal(err)
	}
}

// TestSearchEnds: a search that was given up says so, is not begun again by itself, and goes on for who asks.
func TestSearchEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		p := newCouncil(t, db, "lille")
		p.newProject("P1", estimate("2026-01-10", 1000, "2026-07-01", "2027-06-30"))
		p.candidate("Portail", 40_000, nil)
		s := p.scenario("Base")
		p.open(s, mostProvingWork/2)
		if r := p.bench(s.ID).Result; !r.Pending || r.Ended {
			t.Errorf("while work goes on: %+v", r)
		}
		p.open(s, mostProvingWork) // another replica gave up: nobody holds on to what was known before
		if r := p.bench(s.ID).Result; r.Pending || !r.Ended {
			t.Errorf("after it ended: %+v", r)
		}
		if i, err := p.service.Insight(ctx, operator, s.ID); err != nil || !i.Done {
			t.Errorf("the page begins what was given up: %+v, %v", i, err)
		}
		if done, err := p.service.ProveScenarios(ctx, operator, at, Effort{Work: 1_000_000}); err != nil || len(done) != 0 {
			t.Errorf("the job begins what was given up: %v, %v", done, err)
		}
		reader := p.granted(identity.RoleReader, identity.ScopeRoadmap, int64(p.roadmap.ID))
		if err := p.service.SearchFurther(ctx, reader, s.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a reader searches in a draft: %v", err)
		}
		if err := p.service.SearchFurther(ctx, operator, s.ID); err != nil {
			t.Fatal(err)
		}
		_, q, r, err := p.service.question(ctx, operator, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		for p.service.explains.runs(answerKey{r.ID, q.hash}) {
			runtime.Gosched()
		}
		if r := p.bench(s.ID).Result; !r.Proven() || r.Ended {
			t.Errorf("after more work: %+v", r)
		}
		fresh := New(db, fixedClock)
		fresh.UseCredits(purseSource{p.purse})
		if r, err := fresh.Workbench(ctx, operator, s.ID); err != nil || !r.Result.Proven() {
			t.Errorf("it was not kept: %+v, %v", r.Result, err)
		}
	})
}

// TestGoingOnEnds: where a whole go brings nothing, no more is spent.
func TestGoingOnEnds(t *testing.T) {
	q := question{problem: selection.Sample(11, 120, 4, 12)}
	q.content.Currency = "EUR"
	a, err := selection.Solve(q.problem, selection.Options{WorkLimit: 20_000})
	if err != nil || a.Status != selection.Feasible {
		t.Fatalf("the sample is too easy: %s, %v", a.Status, err)
	}
	kept := keptAnswer{answer: a}
	const work = 60_000
	for range 12 {
		is, err := goOn(q, kept, work, func() bool { return false }, nil)
		if err != nil {
			t.Fatal(err)
		}
		if is.settled() {
			if !is.like(kept) {
				t.Error("it ended though something was found")
			}
			return
		}
		kept = is
	}
	t.Errorf("the same work was done for ever: %d", kept.work)
}
