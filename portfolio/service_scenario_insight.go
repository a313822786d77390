package portfolio

import (
	"context"
	"sync"
	"time"

	"jalon/identity"
	"jalon/portfolio/selection"
)

// explanations are those that are being worked out for somebody who looks at a page. The work goes on when the page is left, and ends by itself.
type explanations struct {
	mu      sync.Mutex
	running map[answerKey]bool
	done    map[answerKey]bool
	slots   chan struct{} // how many are worked out at once: the site has to answer others meanwhile
}

const (
	explainAtOnce = 1
	// explainMost bounds the memory of what was worked out; then it begins anew.
	explainMost = 1000
	// explainTime ends work that nobody waits for any more.
	explainTime = 2 * time.Minute
)

func newExplanations() *explanations {
	return &explanations{running: map[answerKey]bool{}, done: map[answerKey]bool{}, slots: make(chan struct{}, explainAtOnce)}
}

// start begins work unless it runs or was done, and tells whether it runs.
func (e *explanations) start(k answerKey, work func()) (running bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running[k] || e.done[k] {
		return e.running[k]
	}
	e.running[k] = true
	go func() {
		e.slots <- struct{}{}
		defer func() {
			<-e.slots
			e.mu.Lock()
			defer e.mu.Unlock()
			delete(e.running, k)
			if len(e.done) >= explainMost {
				clear(e.done)
			}
			e.done[k] = true
		}()
		work()
	}()
	return true
}

// Insight gives what is known by now beside the selection of a scenario: the frontier, what forced subjects cost, why others are out, what the next credits would buy. It begins to work
// it out when nobody did, and does not wait: whoever asks again later learns more, until it is done.
func (s *Service) Insight(ctx context.Context, actor identity.Actor, id ScenarioID) (ScenarioInsight, error) {
	x, q, r, err := s.question(ctx, actor, id)
	if err != nil {
		return ScenarioInsight{}, err
	}
	if _, err := s.answer(ctx, r, q); err != nil {
		return ScenarioInsight{}, err
	}
	k := answerKey{r.ID, q.hash}
	a, found, err := s.held(ctx, s.db.Read(), r, q)
	if err != nil {
		return ScenarioInsight{}, err
	}
	if !found {
		a = *q.frozen
	}
	running := false
	if a.Status != selection.Infeasible && !explained(a) {
		known := a // the work goes on beside what is told here
		running = s.explains.start(k, func() { s.explain(context.WithoutCancel(ctx), k, q, known) })
		if later, ok := s.answers.find(k); ok {
			a = later
		}
	}
	out := q.content.insight(a)
	out.Hash, out.Done = q.hash, !running
	if !actor.May(identity.PermReadCost, x.Place()) {
		return out.Blind(), nil
	}
	return out, nil
}

// explain works out what is to be told of an answer, and puts what is known so far where everybody finds it.
func (s *Service) explain(ctx context.Context, k answerKey, q question, a selection.Answer) {
	ctx, cancel := context.WithTimeout(ctx, explainTime)
	defer cancel()
	o := explanation(q.content)
	o.WorkLimit, o.Stop = provingWork, func() bool { return ctx.Err() != nil }
	last, err := selection.Explain(q.problem, a, o, func(p selection.Partial) { s.answers.replace(k, p.Answer) })
	if err == nil {
		s.answers.replace(k, last)
	}
}

// explained tells whether everything that is told beside an answer is proven.
func explained(a selection.Answer) bool {
	if a.Status != selection.Optimal || a.Frontier == nil || a.Refused == nil || (a.Next == nil && len(a.Frontier) > 0) {
		return false
	}
	for _, p := range a.Frontier {
		if !p.Proven {
			return false
		}
	}
	for _, p := range a.Forced {
		if !p.Proven {
			return false
		}
	}
	return a.Next == nil || a.Next.Proven
}
