package portfolio

import (
	"math/rand/v2"
	"slices"
	"testing"

	"jalon/portfolio/selection"
)

// TestUnknownStaysNil: what the engine did not tell is not told as if there were nothing.
func TestUnknownStaysNil(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	w := solve(t, draw(r, 6))
	for {
		limited, spent := w.content.axis()
		if w.answerFound() && limited && spent > 0 {
			break
		}
		w = solve(t, draw(r, 6))
	}
	c := &w.content
	if i := c.insight(w.answer); i.Frontier != nil || i.Forced != nil || i.Refused != nil || i.Alternatives != nil || i.Next != nil {
		t.Errorf("an answer without explanations reads as if it had some: %+v", i)
	}
	o := explanation(*c)
	o.WorkLimit = 200_000
	a, err := selection.Explain(w.problem, w.answer, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if i := c.insight(a); i.Frontier == nil || i.Forced == nil || i.Refused == nil || i.Alternatives == nil || i.Next == nil {
		t.Errorf("an answer with explanations reads as if it had none: %+v", i)
	}
	_, spent := c.axis()
	for i, p := range c.insight(a).Frontier {
		if int64(p.Total) != a.Frontier[i].Total+spent {
			t.Errorf("the point of %d lies at %d, with %d spent already", a.Frontier[i].Total, p.Total, spent)
		}
	}
	for i := range c.Limits {
		c.Limits[i].Default, c.Limits[i].Own, c.Limits[i].Amount = nil, false, nil
	}
	if i := c.insight(a); i.Frontier == nil || len(i.Frontier) > 0 {
		t.Errorf("a frontier without a limited year: %+v", i.Frontier)
	}
}

// TestFits: who is said to fit does, beside all that is selected, with nothing added and nobody leaving; and the engine finds that nobody need leave.
func TestFits(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	fitted, refused := 0, 0
	for range 80 {
		c := draw(r, 4+r.IntN(10))
		for i := range c.Subjects {
			if r.IntN(3) == 0 {
				c.Subjects[i].Points = 0
			}
		}
		w := solve(t, c)
		if !w.answerFound() {
			continue
		}
		a, err := selection.Explain(w.problem, w.answer, explanation(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range c.insight(a).Refused {
			if !l.Fits {
				refused++
				continue
			}
			fitted++
			if l.Swap == nil || len(l.Swap) > 0 || l.Extra == nil || len(l.Extra) > 0 || l.Points > 0 || !l.SwapProven {
				t.Errorf("said to fit: %+v", l)
			}
			p := w.problem
			p.Projects = append([]selection.Project{}, p.Projects...)
			for i, x := range p.Projects {
				if w.answer.Starts[x.ID] == 0 && (x.ID == l.Subject.Key() || slices.Contains(a.Selected, x.ID)) {
					p.Projects[i].Forced = selection.ForcedIn
				}
			}
			if again, err := selection.Solve(p, selection.Options{}); err != nil || again.Status != selection.Optimal {
				t.Errorf("%s does not fit: %v %v", l.Head.Code, again.Status, err)
			}
		}
	}
	if fitted < 10 || refused < 10 {
		t.Errorf("only %d who fit and %d who do not", fitted, refused)
	}
}

// TestAnotherStartDiffers: a subject that is in all scenarios and does not start in the same year in all is none that they have in common.
func TestAnotherStartDiffers(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for range 50 {
		w := solve(t, draw(r, 6))
		if !w.answerFound() || len(w.chosen) == 0 {
			continue
		}
		moved := *w
		moved.chosen = map[Subject]int64{}
		var one Subject
		for s, years := range w.chosen {
			one, moved.chosen[s] = s, years
		}
		for _, x := range who([]compared{{Scenario{}, w}, {Scenario{}, &moved}}) {
			if x.Differs {
				t.Fatalf("a scenario differs from itself in %+v", x)
			}
		}
		moved.chosen[one]++
		for _, x := range who([]compared{{Scenario{}, w}, {Scenario{}, &moved}}) {
			if x.Differs != (x.Subject == one) {
				t.Fatalf("%s: differs is %v", x.Head.Code, x.Differs)
			}
		}
		return
	}
	t.Fatal("no draw has a selection")
}
