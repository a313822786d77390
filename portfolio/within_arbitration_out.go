package portfolio

import (
	"context"
	"slices"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
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
		row := exitRow{OrganisationID: a.roadmap.OrganisationID, ProjectID: s.Subject.Project, Left: a.On, Source: SourcePerson, Reason: a.why(i), RecordedAt: database.Instant(a.now)}
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

// Reversal takes an arbitration back.
type Reversal struct {
	Effect   ArbitrationEffect
	Reversed DecisionRef // the decision that is taken back
	Decision DecisionRef // that takes it back
	Label    string
	On       civil.Date
	Reason   string
}

// ReverseArbitration takes back what a decision did: its projects leave, requests that are still as it left them are candidates again, projects that it stopped come back, and the scenarios
// that it passed over may be decided on. Nothing is deleted. The caller has checked the permission and writes the audit entry.
func ReverseArbitration(ctx context.Context, tx database.Conn, actor identity.Actor, in Reversal, now time.Time) error {
	s, err := findScenario(ctx, tx, in.Effect.Scenario)
	if err != nil {
		return err
	}
	r, err := hold(ctx, tx, Roadmap{ID: s.RoadmapID, OrganisationID: s.OrganisationID})
	if err != nil {
		return err
	}
	if err := in.projects(ctx, tx, r, now); err != nil {
		return err
	}
	if err := in.requests(ctx, tx, actor.Name, now); err != nil {
		return err
	}
	all, err := findScenarios(ctx, tx, s.OrganisationID, s.RoadmapID, scenarioFilter{decision: in.Reversed})
	if err != nil {
		return err
	}
	for _, o := range all {
		next, decision := ScenarioSubmitted, DecisionRef(0)
		if o.State == ScenarioDecided {
			next, decision = ScenarioReversed, o.Decision
		}
		if err := moveScenario(ctx, tx, &o, next, decision, in.Label, actor.Name, now); err != nil {
			return err
		}
	}
	return bumpFacts(ctx, tx, r)
}

// projects lets what was created leave and what was stopped come back, on the day of the reversal.
func (in Reversal) projects(ctx context.Context, tx database.Conn, r Roadmap, now time.Time) error {
	exits, err := findExits(ctx, tx, scope{Roadmap: r})
	if err != nil {
		return err
	}
	gone := func(id ProjectID) bool {
		return slices.ContainsFunc(exits, func(e exitRow) bool { return e.ProjectID == id && e.Returned.IsZero() })
	}
	var leave []exitRow
	for _, c := range in.Effect.Created {
		if !gone(c.Project) {
			leave = append(leave, exitRow{OrganisationID: r.OrganisationID, ProjectID: c.Project, Left: in.On, Source: SourcePerson, Reason: in.Label + " – " + in.Reason, RecordedAt: database.Instant(now)})
		}
	}
	if err := database.Bulk(ctx, tx, leave); err != nil {
		return err
	}
	for _, p := range in.Effect.Stopped {
		i := slices.IndexFunc(exits, func(e exitRow) bool { return e.ID == p.Exit && e.Returned.IsZero() })
		if i < 0 {
			continue // it came back already
		}
		e := exits[i]
		if in.On.After(e.Left) {
			e.Returned = in.On
			err = endExit(ctx, tx, e)
		} else {
			err = withdrawExit(ctx, tx, e, now) // on the same day: it never left
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// requests makes candidates again of those that are still as the decision left them.
func (in Reversal) requests(ctx context.Context, tx database.Conn, actor string, now time.Time) error {
	var ids []RequestID
	for _, c := range in.Effect.Created {
		ids = append(ids, c.Request)
	}
	for _, l := range in.Effect.Left {
		ids = append(ids, l.Request)
	}
	for _, id := range ids {
		q, err := findRequest(ctx, tx, id)
		if err != nil {
			return err
		}
		if q.Decision != in.Reversed {
			continue
		}
		if _, err := ApplyRequestOutcome(ctx, tx, actor, RequestOutcome{Request: id, Step: StepReturn, Reason: in.Reason, Decision: in.Decision, Label: in.Label}, now); err != nil {
			return err
		}
	}
	return nil
}
