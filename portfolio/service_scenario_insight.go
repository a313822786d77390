package portfolio

import (
	"context"
	"sync"
	"time"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio/selection"
)

// explanations are those that are being worked out for somebody who looks at a page. The work goes on when the page is left, and ends by itself.
type explanations struct {
	mu      sync.Mutex
	running map[answerKey]bool
	done    map[answerKey]bool
	slots   chan struct{} // how many are worked out at once: the site has to answer others meanwhile
	further chan struct{} // how many of those that somebody asked more for, which are long
}

const (
	explainAtOnce = 1
	furtherAtOnce = 1
	// explainMost bounds the memory of what was worked out; then it begins anew.
	explainMost = 1000
	// explainTime ends work that nobody waits for any more.
	explainTime = 2 * time.Minute
	// furtherTime ends work that somebody asked for beyond what is spent on every answer, and mostFurtherWork is its limit.
	furtherTime     = 15 * time.Minute
	mostFurtherWork = 16 * mostProvingWork
)

func newExplanations() *explanations {
	return &explanations{running: map[answerKey]bool{}, done: map[answerKey]bool{}, slots: make(chan struct{}, explainAtOnce), further: make(chan struct{}, furtherAtOnce)}
}

// runs tells whether somebody works on an answer.
func (e *explanations) runs(k answerKey) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.running[k]
}

// start begins work unless it runs or was done, and tells whether it runs.
func (e *explanations) start(k answerKey, work func()) (running bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.running[k] && !e.done[k] {
		e.begin(k, e.slots, work)
	}
	return e.running[k]
}

// again begins work unless it runs, though it was done before.
func (e *explanations) again(k answerKey, work func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.running[k] {
		e.begin(k, e.further, work)
	}
}

// begin has work done as soon as there is a slot for it. The lock is held.
func (e *explanations) begin(k answerKey, slots chan struct{}, work func()) {
	e.running[k] = true
	go func() {
		slots <- struct{}{}
		defer func() {
			<-slots
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
}

// Insight gives what is known by now beside the selection of a scenario: the frontier, what forced subjects cost, why others are out, what the next credits would buy. It begins to work
// it out when nobody did, and does not wait: whoever asks again later learns more, until it is done.
func (s *Service) Insight(ctx context.Context, actor identity.Actor, id ScenarioID) (ScenarioInsight, error) {
	x, q, r, err := s.question(ctx, actor, id)
	if err != nil {
		return ScenarioInsight{}, err
	}
	kept, err := s.begun(ctx, r, q)
	if err != nil {
		return ScenarioInsight{}, err
	}
	k := answerKey{r.ID, q.hash}
	running := s.explains.runs(k)
	if kept.answer.Status != selection.Infeasible && !kept.settled() && !explained(kept.answer) {
		known := kept // the work goes on beside what is told here
		running = s.explains.start(k, func() { s.explain(context.WithoutCancel(ctx), r, q, known, provingWork, explainTime) })
		if later, ok := s.answers.find(k); ok {
			kept = later
		}
	}
	out := q.content.insight(kept.answer)
	out.Hash, out.Done, out.Explained = q.hash, !running, kept.explained
	if !actor.May(identity.PermReadCost, x.Place()) {
		return out.Blind(), nil
	}
	return out, nil
}

// begun gives the answer to a question that work may go on with: what is known of it, what can be found at once, or what was frozen.
func (s *Service) begun(ctx context.Context, r Roadmap, q question) (keptAnswer, error) {
	w, err := s.answer(ctx, r, q)
	if err != nil {
		return keptAnswer{}, err
	}
	kept, found, err := s.newest(ctx, r, q)
	if err == nil && !found {
		kept = keptAnswer{answer: w.answer}
	}
	return kept, err
}

// SearchFurther has the answer of a scenario worked on once more, where the search ended without a proof: about as long as it was worked on so far. It does not wait, as Insight does not.
func (s *Service) SearchFurther(ctx context.Context, actor identity.Actor, id ScenarioID) error {
	x, q, r, err := s.question(ctx, actor, id)
	if err == nil {
		err = identity.See(actor, identity.PermEditScenario, identity.PermReadPortfolio, x.Place(), "scenario", int64(id))
	}
	if err != nil {
		return err
	}
	if !x.open() {
		return fault.Conflict("scenario.closed", x.Code())
	}
	kept, err := s.begun(ctx, r, q)
	if err != nil || kept.explained || kept.answer.Status == selection.Infeasible {
		return err
	}
	work := min(max(kept.work, mostProvingWork), mostFurtherWork)
	s.explains.again(answerKey{r.ID, q.hash}, func() { s.explain(context.WithoutCancel(ctx), r, q, kept, work, furtherTime) })
	return nil
}

// explain works out what is to be told of an answer, and puts what is known so far where everybody finds it.
func (s *Service) explain(ctx context.Context, r Roadmap, q question, kept keptAnswer, work int64, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	k := answerKey{r.ID, q.hash}
	is, err := goOn(q, kept, work, func() bool { return ctx.Err() != nil }, func(a selection.Answer) { s.answers.replace(k, keptAnswer{answer: a, work: kept.work}) })
	if err != nil {
		return // the problem was posed before: nobody learns more of it
	}
	s.answers.replace(k, is)
	_ = saveAnswer(context.WithoutCancel(ctx), s.db.Write(), r, q.hash, is, s.now()) // where it cannot be kept it is known here all the same, and found again elsewhere
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
