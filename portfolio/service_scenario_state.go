package portfolio

import (
	"context"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// FreezeScenario keeps a draft as it is weighed: the question, the problem that it poses and the best selection that is known, under one fingerprint. From then on nothing that is booked
// changes it. A scenario without a selection cannot be frozen.
func (s *Service) FreezeScenario(ctx context.Context, actor identity.Actor, id ScenarioID, version int64) (Scenario, error) {
	x, q, r, err := s.question(ctx, actor, id)
	if err != nil {
		return Scenario{}, err
	}
	if err := identity.See(actor, identity.PermEditScenario, identity.PermReadPortfolio, x.Place(), "scenario", int64(id)); err != nil {
		return Scenario{}, err
	}
	if x.Version != version {
		return Scenario{}, fault.Stale("scenario", x.Code())
	}
	if err := x.to(ScenarioFrozen); err != nil {
		return Scenario{}, err
	}
	if err := r.refuseClosed("scenario.roadmap_closed"); err != nil {
		return Scenario{}, err
	}
	w, err := s.answer(ctx, r, q) // before the transaction: it may take a while
	if err != nil {
		return Scenario{}, err
	}
	if !w.answerFound() {
		return Scenario{}, fault.Conflict("scenario.no_selection", x.Code())
	}
	kept := frozenScenario{Content: w.content, Problem: w.problem, Answer: w.answer}
	kept.Answer.Frontier, kept.Answer.Forced, kept.Answer.Refused, kept.Answer.Next, kept.Answer.Alternatives = nil, nil, nil, nil, nil // they go on becoming better
	text, err := kept.canonical()
	if err != nil {
		return Scenario{}, err
	}
	return s.changeScenario(ctx, actor, id, version, func(ctx context.Context, tx database.Conn, r Roadmap, is *Scenario) (scenarioNote, error) {
		if err := is.to(ScenarioFrozen); err != nil {
			return scenarioNote{}, err
		}
		if err := r.refuseClosed("scenario.roadmap_closed"); err != nil {
			return scenarioNote{}, err
		}
		all, err := s.questions(ctx, tx, r, []Scenario{*is}) // under the lock: what was weighed is still what is known
		if err != nil {
			return scenarioNote{}, err
		}
		if all[0].hash != q.hash {
			return scenarioNote{}, fault.Stale("scenario", is.Code())
		}
		is.State, is.FrozenOn, is.SHA256 = ScenarioFrozen, q.content.AsOf, fingerprint(text)
		note := scenarioNote{what: "frozen", details: map[string]any{"sha256": is.SHA256, "value": w.answer.Value, "bound": w.answer.Bound, "selected": w.content.heads(w.answer.Selected)}}
		return note, setFrozen(ctx, tx, *is, text)
	})
}

// ThawScenario makes a draft of a frozen scenario again: it follows what is known from then on.
func (s *Service) ThawScenario(ctx context.Context, actor identity.Actor, id ScenarioID, version int64) (Scenario, error) {
	return s.changeScenario(ctx, actor, id, version, func(ctx context.Context, tx database.Conn, _ Roadmap, is *Scenario) (scenarioNote, error) {
		if err := is.to(ScenarioDraft); err != nil {
			return scenarioNote{}, err
		}
		note := scenarioNote{what: "thawed", details: map[string]string{"sha256": is.SHA256}}
		is.State, is.FrozenOn, is.SHA256 = ScenarioDraft, civil.Date{}, ""
		return note, setFrozen(ctx, tx, *is, "")
	})
}

// WithdrawScenario takes a scenario back from the committee that it was submitted to.
func (s *Service) WithdrawScenario(ctx context.Context, actor identity.Actor, id ScenarioID, version int64) (Scenario, error) {
	return s.changeScenario(ctx, actor, id, version, func(_ context.Context, _ database.Conn, _ Roadmap, is *Scenario) (scenarioNote, error) {
		if is.State != ScenarioSubmitted {
			return scenarioNote{}, fault.Conflict("scenario.step", is.Code(), string(is.State), string(ScenarioFrozen))
		}
		is.State, is.Committee, is.Question, is.Recommended = ScenarioFrozen, 0, "", false
		return scenarioNote{what: "withdrawn"}, nil
	})
}

// Submission puts a frozen scenario before a committee.
type Submission struct {
	Scenario    ScenarioID
	Version     int64
	Committee   int64
	Name        string // of the committee, for the log
	Question    string
	Recommended bool // it is the one that the roadmap manager advises
}

// SubmitScenario is governance's step: it has checked that the committee is one of the roadmap's. One submitted scenario of a committee is recommended at most; what goes beyond the
// entry quota must name what leaves.
func SubmitScenario(ctx context.Context, tx database.Conn, actor identity.Actor, in Submission, now time.Time) (Scenario, error) {
	was, err := seeScenario(ctx, tx, actor, identity.PermEditScenario, in.Scenario)
	if err != nil {
		return Scenario{}, err
	}
	r, err := hold(ctx, tx, Roadmap{ID: was.RoadmapID, OrganisationID: was.OrganisationID})
	if err != nil {
		return Scenario{}, err
	}
	if err := r.refuseClosed("scenario.roadmap_closed"); err != nil {
		return Scenario{}, err
	}
	if was, err = findScenario(ctx, tx, in.Scenario); err != nil {
		return Scenario{}, err
	}
	if was.Version != in.Version {
		return Scenario{}, fault.Stale("scenario", was.Code())
	}
	if was.State != ScenarioFrozen {
		return Scenario{}, fault.Conflict("scenario.step", was.Code(), string(was.State), string(ScenarioSubmitted))
	}
	var f fault.Fields
	f.Check(!fault.Blank(in.Question), "question", "input.required")
	checkText(&f, "question", in.Question)
	if err := f.Err(); err != nil {
		return Scenario{}, err
	}
	if err := withinQuota(ctx, tx, r, was, now); err != nil {
		return Scenario{}, err
	}
	others, err := findScenarios(ctx, tx, was.OrganisationID, was.RoadmapID, scenarioFilter{states: []ScenarioState{ScenarioSubmitted}, committee: in.Committee})
	if err != nil {
		return Scenario{}, err
	}
	for _, o := range others {
		if in.Recommended && o.Recommended {
			return Scenario{}, fault.Conflict("scenario.recommended", o.Code())
		}
	}
	is := was
	is.State, is.Committee, is.Question, is.Recommended = ScenarioSubmitted, in.Committee, in.Question, in.Recommended
	if err := updateScenario(ctx, tx, &is); err != nil {
		return Scenario{}, err
	}
	if err := insertScenarioEvent(ctx, tx, is, "submitted", in.Name, actor.Name, now); err != nil {
		return Scenario{}, err
	}
	return is, audit.Record(ctx, tx, is.OrganisationID, actor.Name, "scenario.submitted", "scenario", int64(is.ID), edit{was, is}, now)
}

// withinQuota refuses a frozen scenario whose late entries go beyond the quota of today while nothing leaves.
func withinQuota(ctx context.Context, db database.Conn, r Roadmap, x Scenario, now time.Time) error {
	q, err := frozenQuestion(ctx, db, x)
	if err != nil {
		return err
	}
	w, err := weigh(q.content, q.problem, q.hash, *q.frozen)
	if err != nil {
		return err
	}
	zone, err := findZone(ctx, db, r.OrganisationID)
	if err != nil {
		return err
	}
	return w.withinQuota(ctx, db, r, civil.DateOf(now, zone))
}
