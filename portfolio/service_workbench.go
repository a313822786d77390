package portfolio

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio/selection"
)

// instantWork is what an answer may take that somebody waits for, in the engine's units: well below a second at 150 candidates. What it does not
// prove is left to ProveScenarios.
const instantWork = 250_000

// answerCacheSize is how many answers are kept at hand.
const answerCacheSize = 128

// answerKey names an answer by its problem.
type answerKey struct {
	roadmap RoadmapID
	hash    string
}

func (answerKey) outdates(answerKey) bool { return false } // an answer holds as long as its problem is posed

// question is a scenario with the problem that it poses.
type question struct {
	scenario Scenario
	content  scenarioContent
	problem  selection.Problem
	hash     string
	frozen   *selection.Answer // what freezing kept; nil: it is a draft
}

// ask puts a question together.
func ask(s Scenario, c scenarioContent) (question, error) {
	q := question{scenario: s, content: c}
	var err error
	if q.problem, err = c.problem(c.Percentile); err != nil {
		return q, err
	}
	q.hash, err = hashOf(q.problem)
	return q, err
}

// questions puts the questions of scenarios of one roadmap together: of drafts from what is known today, of the others as they were frozen.
func (s *Service) questions(ctx context.Context, db database.Conn, r Roadmap, all []Scenario) ([]question, error) {
	out := make([]question, len(all))
	ids := make([]ScenarioID, len(all))
	for i, x := range all {
		ids[i] = x.ID
	}
	rules, err := findScenarioRules(ctx, db, r.OrganisationID, ids)
	if err != nil {
		return nil, err
	}
	var f *scenarioFacts
	for i, x := range all {
		if x.State != ScenarioDraft {
			if out[i], err = frozenQuestion(ctx, db, x); err != nil {
				return nil, err
			}
			continue
		}
		if f == nil { // drafts share what is known
			day, err := s.dayOf(ctx, db, r)
			if err != nil {
				return nil, err
			}
			if f, err = s.loadScenarioFacts(ctx, db, r, day); err != nil {
				return nil, err
			}
		}
		if out[i], err = ask(x, f.draft(x, rules[x.ID])); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// frozenQuestion reads what freezing kept.
func frozenQuestion(ctx context.Context, db database.Conn, x Scenario) (question, error) {
	text, err := frozenText(ctx, db, x)
	if err != nil {
		return question{}, err
	}
	kept, err := readFrozen(text)
	if err != nil {
		return question{}, err
	}
	q := question{scenario: x, content: kept.Content, problem: kept.Problem, frozen: &kept.Answer}
	q.hash, err = hashOf(q.problem)
	return q, err
}

// held gives the answer to a problem that was found already, wherever it is kept.
func (s *Service) held(ctx context.Context, db database.Conn, r Roadmap, q question) (keptAnswer, bool, error) {
	k := answerKey{r.ID, q.hash}
	if a, ok := s.answers.find(k); ok {
		return a, true, nil
	}
	kept, found, err := findAnswer(ctx, db, r, q.hash)
	if err != nil || !found {
		return keptAnswer{}, false, err
	}
	return s.answers.put(k, kept), true, nil
}

// newest gives the answer to a problem as held does, and sees to it that none is held which another replica has bettered.
func (s *Service) newest(ctx context.Context, r Roadmap, q question) (keptAnswer, bool, error) {
	a, ok, err := s.held(ctx, s.db.Read(), r, q)
	if err != nil || !ok {
		return a, ok, err
	}
	work, err := findAnswerWork(ctx, s.db.Read(), r, q.hash)
	if err != nil || work <= a.work {
		return a, true, err
	}
	kept, found, err := findAnswer(ctx, s.db.Read(), r, q.hash)
	if err != nil || !found {
		return a, true, err
	}
	s.answers.replace(answerKey{r.ID, q.hash}, kept)
	return kept, true, nil
}

// known gives a scenario with the answer that was found already. What was frozen stands; more may be known of it by now.
func (s *Service) known(ctx context.Context, db database.Conn, r Roadmap, q question) (*weighed, bool, error) {
	kept, ok, err := s.held(ctx, db, r, q)
	if err != nil {
		return nil, false, err
	}
	if q.frozen == nil && !ok {
		return nil, false, nil
	}
	w, err := weigh(q.content, q.problem, q.hash, q.standing(kept, ok))
	return w, true, err
}

// standing is the answer that a question shows: the one that was found, or what was frozen with the bound that is proven by now.
func (q question) standing(kept keptAnswer, found bool) selection.Answer {
	a := kept.answer
	if q.frozen == nil {
		return a
	}
	frozen := *q.frozen
	if found && frozen.Status == selection.Feasible && a.Bound < frozen.Bound {
		frozen.Bound = max(a.Bound, frozen.Value)
		frozen.GapBP = gapOf(frozen.Value, frozen.Bound)
		if frozen.Bound == frozen.Value {
			frozen.Status = selection.Optimal
		}
	}
	return frozen
}

// gapOf is how far a value is from its bound, in basis points, rounded up.
func gapOf(value, bound int64) int64 {
	if bound <= 0 || value >= bound {
		return 0
	}
	missing := uint64(bound - value)
	if missing > 1<<50 {
		return int64(missing / (uint64(bound)/10_000 + 1))
	}
	return int64((missing*10_000 + uint64(bound) - 1) / uint64(bound))
}

// answer gives the answer to a question: the one that is known, or what can be found at once.
func (s *Service) answer(ctx context.Context, r Roadmap, q question) (*weighed, error) {
	w, ok, err := s.known(ctx, s.db.Read(), r, q)
	if err != nil || ok {
		return w, err
	}
	a, err := selection.Solve(q.problem, selection.Options{WorkLimit: instantWork, Stop: func() bool { return ctx.Err() != nil }})
	if err != nil {
		return nil, q.content.posable(err)
	}
	if err := ctx.Err(); err != nil { // nobody waits any more, and the answer is not that of the work
		return nil, err
	}
	s.answers.put(answerKey{r.ID, q.hash}, keptAnswer{answer: a, proven: a.Status == selection.Optimal || a.Status == selection.Infeasible})
	return weigh(q.content, q.problem, q.hash, a)
}

// Workbench gives a scenario with the best selection that is known of it, or that can be found at once.
func (s *Service) Workbench(ctx context.Context, actor identity.Actor, id ScenarioID) (WorkbenchReport, error) {
	x, q, r, err := s.question(ctx, actor, id)
	if err != nil {
		return WorkbenchReport{}, err
	}
	kept, _, err := s.newest(ctx, r, q)
	if err != nil {
		return WorkbenchReport{}, err
	}
	w, err := s.answer(ctx, r, q)
	if err != nil {
		return WorkbenchReport{}, err
	}
	out := w.report(x)
	if out.Events, err = findScenarioEvents(ctx, s.db.Read(), x); err != nil {
		return out, err
	}
	if out.Changes, err = s.changesSince(ctx, s.db.Read(), r, x, q); err != nil {
		return out, err
	}
	edits := actor.May(identity.PermEditScenario, x.Place())
	out.Editable = edits && x.State == ScenarioDraft
	if x.open() && out.Result.Found() && !out.Result.Proven() {
		out.Result.Pending = !kept.settled() || s.explains.runs(answerKey{r.ID, q.hash})
		out.Result.Ended = !out.Result.Pending
	}
	if !actor.May(identity.PermReadCost, x.Place()) {
		return out.Blind(), nil
	}
	return out, nil
}

// open tells whether a scenario is still to be decided on.
func (s Scenario) open() bool {
	return s.State == ScenarioDraft || s.State == ScenarioFrozen || s.State == ScenarioSubmitted
}

// question loads a scenario that the actor may read with its question, on one view of the data.
func (s *Service) question(ctx context.Context, actor identity.Actor, id ScenarioID) (x Scenario, q question, r Roadmap, err error) {
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		if x, err = seeScenario(ctx, tx, actor, identity.PermReadPortfolio, id); err != nil {
			return err
		}
		if r, err = findRoadmap(ctx, tx, x.RoadmapID); err != nil {
			return err
		}
		all, err := s.questions(ctx, tx, r, []Scenario{x})
		if err != nil {
			return err
		}
		q = all[0]
		return nil
	})
	return x, q, r, err
}

// CompareScenarios puts up to MaxCompared scenarios of a roadmap side by side.
func (s *Service) CompareScenarios(ctx context.Context, actor identity.Actor, roadmap RoadmapID, ids []ScenarioID) (ScenarioComparison, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, roadmap)
	if err != nil {
		return ScenarioComparison{}, err
	}
	if len(ids) == 0 || len(ids) > MaxCompared {
		return ScenarioComparison{}, fault.Invalid("scenario.compare", MaxCompared)
	}
	var questions []question
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		var all []Scenario
		for _, id := range ids {
			x, err := seeScenario(ctx, tx, actor, identity.PermReadPortfolio, id)
			if err != nil {
				return err
			}
			if x.RoadmapID != r.ID {
				return fault.NotFound("scenario", int64(id))
			}
			if !slices.ContainsFunc(all, func(o Scenario) bool { return o.ID == id }) {
				all = append(all, x)
			}
		}
		questions, err = s.questions(ctx, tx, r, all)
		return err
	})
	if err != nil {
		return ScenarioComparison{}, err
	}
	columns := make([]compared, len(questions))
	for i, q := range questions {
		w, err := s.answer(ctx, r, q)
		if err != nil {
			return ScenarioComparison{}, err
		}
		columns[i] = compared{q.scenario, w}
	}
	out := compare(columns)
	if !actor.May(identity.PermReadCost, r.Place()) {
		return out.Blind(), nil
	}
	return out, nil
}

// Quota gives the entry quota of a roadmap; one of version 0 when none is set. It is a share of the voted budget, and for who may read that.
func (s *Service) Quota(ctx context.Context, actor identity.Actor, id RoadmapID) (EntryQuota, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return EntryQuota{}, err
	}
	return findQuota(ctx, s.db.Read(), r)
}

// SetQuota sets how much of the voted budget late entries may take, and from which day on they are late.
func (s *Service) SetQuota(ctx context.Context, actor identity.Actor, in EntryQuota) (EntryQuota, error) {
	a := act{name: "roadmap.quota", permission: identity.PermEditScenario}
	out := in
	err := s.change(ctx, actor, in.RoadmapID, a, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		out.OrganisationID = r.OrganisationID
		if err := out.Validate(); err != nil {
			return trace{}, err
		}
		was, err := findQuota(ctx, tx, r)
		if err != nil {
			return trace{}, err
		}
		return trace{details: edit{was, out}}, saveQuota(ctx, tx, &out)
	})
	return out, err
}
