package selection

import (
	"runtime"
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
