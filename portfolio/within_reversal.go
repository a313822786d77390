package portfolio

import (
	"context"
	"slices"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
)

// Reversal takes an arbitration back.
type Reversal struct {
	Effect   ArbitrationEffect
	Reversed DecisionRef // the decision that is taken back
	Decision DecisionRef // that takes it back
	Label    string
	On       civil.Date
	Reason   string
}

// ReverseArbitration takes back what a decision did: its projects leave, requests that are still as it left them are candidates again, projects that it stopped come back as far as the
// lists of later days do not lack them, and the scenarios that it passed over may be decided on. Nothing is deleted. The caller has checked the permission and writes the audit entry.
func ReverseArbitration(ctx context.Context, tx database.Conn, actor identity.Actor, in Reversal, now time.Time) error {
	s, err := findScenario(ctx, tx, in.Effect.Scenario)
	if err != nil {
		return err
	}
	r, err := hold(ctx, tx, Roadmap{ID: s.RoadmapID, OrganisationID: s.OrganisationID})
	if err != nil {
		return err
	}
	if err := in.leave(ctx, tx, r, now); err != nil {
		return err
	}
	if err := in.comeBack(ctx, tx, r, now); err != nil {
		return err
	}
	if err := deriveExits(ctx, tx, r, now); err != nil {
		return err
	}
	if err := in.requests(ctx, tx, actor.Name, now); err != nil {
		return err
	}
	if err := in.scenarios(ctx, tx, r, actor.Name, now); err != nil {
		return err
	}
	return bumpFacts(ctx, tx, r)
}

// leave takes the projects that were created out of the portfolio, whatever else keeps them away already: a list that holds one of them again, or the reversal of the decision that stopped
// it since, must not bring it back.
func (in Reversal) leave(ctx context.Context, tx database.Conn, r Roadmap, now time.Time) error {
	var leave []exitRow
	for _, c := range in.Effect.Created {
		leave = append(leave, exitRow{OrganisationID: r.OrganisationID, ProjectID: c.Project, Left: in.On, Source: SourcePerson, Reason: in.Label + " – " + in.Reason, Decision: in.Decision,
			RecordedAt: database.Instant(now)})
	}
	return database.Bulk(ctx, tx, leave)
}

// comeBack lets the projects that were stopped come back on the day of the reversal.
func (in Reversal) comeBack(ctx context.Context, tx database.Conn, r Roadmap, now time.Time) error {
	exits, err := findExits(ctx, tx, scope{Roadmap: r})
	if err != nil {
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

// scenarios marks the one that was decided on as reversed, and puts those that it passed over before their committees again. One of them stays the recommended one unless another was
// recommended to its committee meanwhile.
func (in Reversal) scenarios(ctx context.Context, tx database.Conn, r Roadmap, actor string, now time.Time) error {
	open, err := findScenarios(ctx, tx, r.OrganisationID, r.ID, scenarioFilter{states: []ScenarioState{ScenarioSubmitted}})
	if err != nil {
		return err
	}
	all, err := findScenarios(ctx, tx, r.OrganisationID, r.ID, scenarioFilter{decision: in.Reversed})
	if err != nil {
		return err
	}
	for _, o := range all {
		next, decision := ScenarioSubmitted, DecisionRef(0)
		if o.State == ScenarioDecided {
			next, decision = ScenarioReversed, o.Decision
		} else if slices.ContainsFunc(open, func(other Scenario) bool { return other.Recommended && other.Committee == o.Committee }) {
			o.Recommended = false
		}
		if err := moveScenario(ctx, tx, &o, next, decision, in.Label, actor, now); err != nil {
			return err
		}
	}
	return nil
}
