package portfolio

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/portfolio/selection"
)

// What is told beside a selection.
const (
	frontierPoints  = 20
	alternativesMax = 5
	nextCreditUnits = 100_000 // of the currency
	// provingWork is what proving one answer takes at most in one go: some tens of seconds. The next go begins where it ended.
	provingWork = 40_000_000
	// mostProvingWork is what is spent on one answer in all, unless somebody asks for more. What is not proven then stays so, with its bound.
	mostProvingWork = 6 * provingWork
	// provingLease is how long another replica leaves a roadmap to the one that works on it.
	provingLease = 5 * time.Minute
	// answersKept is how long an answer stays that no open scenario asks for.
	answersKept = 30 * 24 * time.Hour
)

// explanation is what is asked of the engine beside the selection.
func explanation(c scenarioContent) selection.Options {
	return selection.Options{Frontier: frontierPoints, Explain: true, NextCredit: nextCreditUnits * int64(c.Currency.Unit()), Alternatives: alternativesMax}
}

// Effort is how much is done in one call. The same work finds the same answers on every machine; time alone does not.
type Effort struct {
	Work int64         // on one answer, in the engine's units
	Time time.Duration // in all; 0: as long as it takes
}

// BackgroundEffort leaves the rest of a minute to other work.
func BackgroundEffort() Effort { return Effort{Work: provingWork, Time: 25 * time.Second} }

// Proved is what became of one go of proving.
type Proved struct {
	Roadmap  string
	Scenario string
	Value    int64
	GapBP    int64
	Proven   bool
}

// ProveScenarios goes on with the answers of open scenarios that are not proven, or not explained: a better selection, a tighter bound, the frontier, prices and reasons. It
// ends when the effort is made, and keeps what it found so far: the next call goes on from there. Of several replicas one works on a roadmap at a time.
func (s *Service) ProveScenarios(ctx context.Context, actor identity.Actor, now time.Time, effort Effort) ([]Proved, error) {
	if err := identity.Can(actor, identity.PermEditScenario, identity.Scope{}); err != nil {
		return nil, err
	}
	if effort.Time > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, effort.Time)
		defer cancel()
	}
	roadmaps, err := findOpenRoadmaps(ctx, s.db.Read())
	if err != nil {
		return nil, err
	}
	var out []Proved
	for _, r := range roadmaps {
		if ctx.Err() != nil {
			return out, nil
		}
		done, err := s.proveRoadmap(ctx, actor, r, now, effort)
		out = append(out, done...)
		if err != nil && ctx.Err() == nil { // that time is up is no failure
			return out, fmt.Errorf("prove scenarios of roadmap %d: %w", r.ID, err)
		}
	}
	return out, nil
}

// proveRoadmap goes on with what is not proven of a roadmap, unless another replica does.
func (s *Service) proveRoadmap(ctx context.Context, actor identity.Actor, r Roadmap, now time.Time, effort Effort) (out []Proved, err error) {
	open, posed, err := s.unproven(ctx, r)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	slot := database.Slot{OrganisationID: r.OrganisationID, Job: "selection.prove", Slot: fmt.Sprint(r.ID)}
	claim, mine, err := database.TryClaim(ctx, s.db.Write(), slot, actor.Name, now, provingLease)
	if err != nil || !mine {
		return nil, err
	}
	defer func() { // the slot is never finished: there is always more to prove
		err = errors.Join(err, claim.Release(context.WithoutCancel(ctx), s.db.Write(), now, "released"))
	}()
	for _, q := range open {
		if ctx.Err() != nil {
			return out, nil
		}
		done, err := s.prove(ctx, r, q, now, effort.Work)
		if err != nil {
			return out, err
		}
		if done != nil {
			out = append(out, *done)
		}
	}
	return out, forgetAnswers(ctx, s.db.Write(), r, now.Add(-answersKept), posed)
}

// unproven gives the questions of a roadmap's open scenarios that are not answered for good, each once, those first on which least was spent, and the fingerprints of all of them.
func (s *Service) unproven(ctx context.Context, r Roadmap) (open []question, posed []string, err error) {
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		all, err := findScenarios(ctx, tx, r.OrganisationID, r.ID, scenarioFilter{states: []ScenarioState{ScenarioDraft, ScenarioFrozen, ScenarioSubmitted}})
		if err != nil {
			return err
		}
		questions, err := s.questions(ctx, tx, r, all)
		if err != nil {
			return err
		}
		spent := map[string]int64{}
		for _, q := range questions {
			if slices.Contains(posed, q.hash) {
				continue
			}
			posed = append(posed, q.hash)
			kept, found, err := findAnswer(ctx, tx, r, q.hash)
			if err != nil {
				return err
			}
			if spent[q.hash] = kept.work; !found || !kept.settled() {
				open = append(open, q)
			}
		}
		slices.SortStableFunc(open, func(a, b question) int { return cmp.Compare(spent[a.hash], spent[b.hash]) })
		return nil
	})
	return open, posed, err
}

// settled tells whether no more work is to be spent on an answer.
func (a keptAnswer) settled() bool { return a.explained || a.work >= mostProvingWork }

// prove goes on with one answer, unless somebody who looks at it does. A problem that cannot be posed has none: whoever opens its scenario is told.
func (s *Service) prove(ctx context.Context, r Roadmap, q question, now time.Time, work int64) (*Proved, error) {
	k := answerKey{r.ID, q.hash}
	kept, found, err := findAnswer(ctx, s.db.Read(), r, q.hash)
	if err != nil || (found && kept.settled()) || s.explains.runs(k) {
		return nil, err
	}
	stop := func() bool { return ctx.Err() != nil }
	if !found {
		kept, found = s.answers.find(k)
	}
	if !found {
		if kept.answer, err = selection.Solve(q.problem, selection.Options{WorkLimit: instantWork, Stop: stop}); err != nil {
			return nil, nil
		}
	}
	is, err := goOn(q, kept, work, stop, nil)
	if err != nil {
		return nil, nil
	}
	// What was found is kept even when the program ends meanwhile.
	if err := saveAnswer(context.WithoutCancel(ctx), s.db.Write(), r, q.hash, is, now); err != nil {
		return nil, err
	}
	s.answers.replace(k, is)
	return &Proved{Roadmap: r.Code, Scenario: q.scenario.Code(), Value: is.answer.Value, GapBP: is.answer.GapBP, Proven: is.proven}, nil
}

// goOn works on an answer once more, within a limit of work. told, unless it is nil, learns on the way what is known. What is proven stays so, but the search for the rest begins anew, so that a
// go as long as the last one finds what that one found: where a whole go brought nothing, no more is spent on the answer by itself.
func goOn(q question, kept keptAnswer, work int64, stop func() bool, told func(selection.Answer)) (keptAnswer, error) {
	o := explanation(q.content)
	o.WorkLimit, o.Stop = work, stop
	var last selection.Partial
	a, err := selection.Explain(q.problem, kept.answer, o, func(p selection.Partial) {
		if last = p; told != nil {
			told(p.Answer)
		}
	})
	if err != nil {
		return kept, err
	}
	is := keptAnswer{answer: a, proven: a.Status == selection.Optimal || a.Status == selection.Infeasible, work: kept.work + max(a.Work, 1)}
	is.explained = is.proven && (a.Status == selection.Infeasible || last.Proven == last.Asked)
	if whole := a.Work >= work/2; whole && is.like(kept) {
		is.work = max(is.work, mostProvingWork)
	}
	return is, nil
}

// like tells whether an answer says what another one says, as texts: one that was read back holds nothing where one that was found holds an empty list.
func (a keptAnswer) like(o keptAnswer) bool {
	a.answer.Work = o.answer.Work
	is, err := json.Marshal(a.answer)
	was, failed := json.Marshal(o.answer)
	return err == nil && failed == nil && bytes.Equal(is, was)
}

// replace holds a value in the place of the one that there was.
func (c *cache[K, V]) replace(k K, v V) {
	c.mu.Lock()
	if _, ok := c.held[k]; ok {
		c.drop(k)
	}
	c.mu.Unlock()
	c.put(k, v)
}
