package selection

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// everything asks for all there is, within a limit of work.
func everything(work int64) Options {
	return Options{WorkLimit: work, Frontier: 6, Explain: true, NextCredit: 50_000, Alternatives: 3}
}

// TestSameWorkSameAnswer: what a limit of work leaves unproven is the same each time, on one processor and on more.
func TestSameWorkSameAnswer(t *testing.T) {
	p := portfolio(5, 60, 4, 10)
	p.Projects[3].Forced = ForcedIn
	for _, work := range []int64{1, 3_000, 150_000} {
		var first string
		for i, processors := range []int{1, 1, 2} {
			before := runtime.GOMAXPROCS(processors)
			a, err := Solve(p, everything(work))
			runtime.GOMAXPROCS(before)
			if err != nil {
				t.Fatal(err)
			}
			consistent(t, p, a)
			if text := written(t, a); i == 0 {
				first = text
			} else if text != first {
				t.Errorf("work %d:\n%s\nand\n%s", work, first, text)
			}
		}
	}
}

// consistent holds an answer, proven or not, against its problem.
func consistent(t *testing.T, p Problem, a Answer) {
	t.Helper()
	if choice := a.Choice(p); choice != nil && (!respects(p, choice) || worthOf(p, choice) != a.Value || a.Value > a.Bound) {
		t.Fatalf("a selection worth %d of at most %d breaks a rule: %v", a.Value, a.Bound, a.Selected)
	}
	if (a.Status == Optimal) != (a.Choice(p) != nil && a.Value == a.Bound) {
		t.Fatalf("%s: %d of at most %d", a.Status, a.Value, a.Bound)
	}
	for i, f := range a.Frontier {
		if f.Value > f.Bound || i > 0 && (f.Value < a.Frontier[i-1].Value || f.Bound < a.Frontier[i-1].Bound) {
			t.Fatalf("point %d: %+v after %+v", i, f, a.Frontier[max(0, i-1)])
		}
	}
	for _, f := range a.Forced {
		if f.AtLeast > f.ValueGivenUp || f.ValueGivenUp > f.AtMost || f.AtLeast < 0 {
			t.Fatalf("price %+v", f)
		}
	}
	for _, r := range a.Refused {
		if w := r.WithExtra; w != nil && w.Value > w.Bound {
			t.Fatalf("%s: %+v", r.ID, w)
		}
	}
	if n := a.Next; n != nil && (n.AtLeast > n.Gained || n.Gained > n.AtMost) {
		t.Fatalf("next: %+v", n)
	}
}

// TestStopEndsSoon stops after ever more questions: the best so far is the answer, whatever was under way.
func TestStopEndsSoon(t *testing.T) {
	p := portfolio(5, 80, 4, 10)
	p.Projects[3].Forced = ForcedIn
	for _, questions := range []int{0, 1, 2, 5, 20, 100, 400} {
		asked := 0
		o := everything(0)
		o.Stop = func() bool { asked++; return asked > questions }
		a, err := Solve(p, o)
		if err != nil {
			t.Fatal(err)
		}
		consistent(t, p, a)
		if asked > questions+1 {
			t.Errorf("asked %d times more after it was told to stop", asked-questions-1)
		}
	}
}

// TestWorkStaysWithinItsLimit: a limit of work is kept but for the step that meets it.
func TestWorkStaysWithinItsLimit(t *testing.T) {
	p := portfolio(9, 120, 4, 12)
	for _, work := range []int64{10_000, 300_000} {
		a, err := Solve(p, everything(work))
		if err != nil {
			t.Fatal(err)
		}
		if a.Work > work+work/5+20_000 {
			t.Errorf("%d spent, allowed were %d", a.Work, work)
		}
	}
}

// TestKnownIsABeginning: a selection that is handed in is not lost, one that breaks a rule is.
func TestKnownIsABeginning(t *testing.T) {
	p := portfolio(5, 60, 4, 10)
	best, err := Solve(p, Options{WorkLimit: 400_000})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Solve(p, Options{WorkLimit: 1, Known: best.Choice(p)})
	if err != nil || a.Value < best.Value {
		t.Errorf("%d, %v; %d was known", a.Value, err, best.Value)
	}
	all := make([]int, len(p.Projects)) // every project
	for _, wrong := range [][]int{all, {0}, {}} {
		a, err := Solve(p, Options{WorkLimit: 1, Known: wrong})
		if err != nil {
			t.Fatal(err)
		}
		consistent(t, p, a)
	}
}

// TestLargeValues: values of thirty bits, whose bounds need more than sixteen bits of fraction to close the last part. A search that splits on what is fixed already would go on for ever.
func TestLargeValues(t *testing.T) {
	p, err := Parse(strings.NewReader(`{"projects":[{"id":"A","value":763702544,"uses":{"k":511728907}},{"id":"B","uses":{"k":1007112826,"l":1066865222},"requires":["A"]},
		{"id":"C","uses":{"k":743353692},"requires":["A"],"excludes":["D"]},{"id":"D","value":592021846,"uses":{"k":570873429}},
		{"id":"E","value":402004534,"uses":{"k":204301139},"starts":[{"shift":1,"uses":{"k":355989128},"value":0},{"shift":2,"uses":{"k":877562393,"l":800583609}}]}],
		"limits":{"k":2061956184}}`))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Solve(p, Options{Explain: true, Alternatives: 1, WorkLimit: 100_000})
	if err != nil || a.Status != Optimal || a.Value != 1757728924 || len(a.Alternatives) != 0 {
		t.Fatalf("%+v, %v", a, err)
	}
	for _, r := range a.Refused {
		if !r.SwapProven {
			t.Errorf("the swap of %s is not proven", r.ID)
		}
	}
}

// TestConflictKeepsToTheBudget: naming a conflict is part of the work that is allowed. The theme owes one unit more than the best selection is worth, which takes a search to see.
func TestConflictKeepsToTheBudget(t *testing.T) {
	lot := rand.New(rand.NewPCG(1, 1))
	p := Problem{Limits: map[string]int64{}}
	for i := range 16 {
		c := Project{ID: fmt.Sprint("P", i), Theme: "T", Uses: map[string]int64{}}
		for k := range 4 {
			use := 1 + lot.Int64N(1000)
			c.Uses[fmt.Sprint("k", k)] = use
			c.Value += use / 4
			p.Limits[fmt.Sprint("k", k)] += use / 2
		}
		c.Value += lot.Int64N(200)
		p.Projects = append(p.Projects, c)
	}
	best, err := Solve(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p.Projects = append(p.Projects, Project{ID: "D", Value: best.Value + 1, Forced: ForcedIn})
	p.Themes = map[string]Theme{"T": {MinValueBP: 5_000}}
	whole, err := Solve(p, Options{})
	if err != nil || whole.Status != Infeasible || !whole.Irreducible {
		t.Fatalf("%+v, %v", whole, err)
	}
	cut := 0
	var short Answer
	for limit := int64(20); limit < whole.Work; limit *= 2 {
		a, err := Solve(p, Options{WorkLimit: limit})
		if err != nil {
			t.Fatal(err)
		}
		if a.Work > limit+limit/2+2_000 {
			t.Errorf("%d thousand multiplications, %d were allowed (%s)", a.Work, limit, a.Status)
		}
		if a.Status == Infeasible && !a.Irreducible {
			cut++
			short = a
		}
	}
	if cut == 0 {
		t.Fatal("no limit cut the naming of the conflict short")
	}
	if a, err := Explain(p, short, Options{}, nil); err != nil || !a.Irreducible {
		t.Errorf("it was not gone on with: %+v, %v", a, err)
	}
}
