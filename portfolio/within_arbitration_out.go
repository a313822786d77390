package portfolio

import (
	"context"
	"slices"
	"time"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// leave defers or refuses the candidates that are not selected.
func (a *arbiter) leave(ctx context.Context) error {
	for i, s := range a.content.Subjects {
		if s.kind() != KindRequest || a.selected(s.Subject) {
			continue
		}
		q, err := findRequest(ctx, a.tx, s.Subject.Request)
		if err != nil {
			return err
		}
		if !q.Candidate() { // settled by somebody else meanwhile
			continue
		}
		o := CandidateOutcome{Request: q.ID, Step: StepDefer}
		if n := slices.IndexFunc(a.Outcomes, func(o CandidateOutcome) bool { return o.Request == q.ID }); n >= 0 {
			o = a.Outcomes[n]
		}
		if fault.Blank(o.Reason) {
			o.Reason = a.why(i)
		}
		done, err := ApplyRequestOutcome(ctx, a.tx, a.actor, RequestOutcome{Request: q.ID, Step: o.Step, Reason: o.Reason, ReconsiderOn: o.ReconsiderOn, Decision: a.Decision, Label: a.Label}, a.now)
		if err != nil {
			return err
		}
		a.effect.Left = append(a.effect.Left, LeftCandidate{Request: q.ID, Code: s.Code, Name: s.Name, State: done.State, Reason: o.Reason})
	}
	return a.known()
}

// known refuses outcomes of requests that the scenario does not leave.
func (a *arbiter) known() error {
	for _, o := range a.Outcomes {
		if !slices.ContainsFunc(a.effect.Left, func(l LeftCandidate) bool { return l.Request == o.Request }) {
			return fault.NotFound("request", int64(o.Request))
		}
	}
	return nil
}

// why is the reason of a subject that is not selected, in words.
func (a *arbiter) why(i int) string {
	if a.Why != nil {
		if text := a.Why(a.reasonOut(i)); !fault.Blank(text) {
			return text
		}
	}
	return a.Label
}

// stop books that the projects which are not selected leave.
func (a *arbiter) stop(ctx context.Context) error {
	for i, s := range a.content.Subjects {
		if _, runs := a.projects[s.Subject]; s.kind() != KindProject || a.selected(s.Subject) || !runs {
			continue
		}
		row := exitRow{OrganisationID: a.roadmap.OrganisationID, ProjectID: s.Subject.Project, Left: a.On, Source: SourcePerson, Reason: a.why(i), Decision: a.Decision, RecordedAt: database.Instant(a.now)}
		if err := database.BulkIDs(ctx, a.tx, []*exitRow{&row}); err != nil {
			return err
		}
		a.effect.Stopped = append(a.effect.Stopped, StoppedProject{Project: row.ProjectID, Code: s.Code, Name: s.Name, Exit: row.ID, Reason: row.Reason})
	}
	return nil
}

// settle marks the scenario as decided and those that competed as not retained, and lets reports be built anew.
func (a *arbiter) settle(ctx context.Context) error {
	others, err := findScenarios(ctx, a.tx, a.scenario.OrganisationID, a.scenario.RoadmapID, scenarioFilter{states: []ScenarioState{ScenarioSubmitted}})
	if err != nil {
		return err
	}
	for _, o := range others {
		next := ScenarioNotRetained
		if o.ID == a.scenario.ID {
			next = ScenarioDecided
		}
		if err := moveScenario(ctx, a.tx, &o, next, a.Decision, a.Label, a.actor, a.now); err != nil {
			return err
		}
		if next == ScenarioNotRetained {
			a.effect.NotRetained = append(a.effect.NotRetained, o.ID)
		}
	}
	if err := fixWeights(ctx, a.tx, a.roadmap); err != nil {
		return err
	}
	return bumpFacts(ctx, a.tx, a.roadmap)
}

// moveScenario takes a scenario a step by a decision.
func moveScenario(ctx context.Context, tx database.Conn, s *Scenario, next ScenarioState, decision DecisionRef, label, actor string, now time.Time) error {
	if err := s.to(next); err != nil {
		return err
	}
	s.State, s.Decision = next, decision
	if err := updateScenario(ctx, tx, s); err != nil {
		return err
	}
	return insertScenarioEvent(ctx, tx, *s, string(next), label, actor, now)
}
