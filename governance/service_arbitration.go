package governance

import (
	"context"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// SubmitInput puts a frozen scenario before a committee of its roadmap.
type SubmitInput struct {
	Scenario    portfolio.ScenarioID
	Version     int64
	CommitteeID CommitteeID
	Question    string
	Recommended bool
}

// SubmitScenario puts a frozen scenario before a committee of its roadmap: from then on its packs show it, and it can decide on it.
func (s *Service) SubmitScenario(ctx context.Context, actor identity.Actor, in SubmitInput) (portfolio.Scenario, error) {
	if _, err := visible(actor); err != nil {
		return portfolio.Scenario{}, err
	}
	var out portfolio.Scenario
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		c, err := oneCard(ctx, tx, committeeFilter{reach: everywhere, id: in.CommitteeID})
		if err != nil {
			return err
		}
		if err := identity.See(actor, identity.PermReadGovernance, identity.PermReadGovernance, c.Place(), "committee", int64(c.ID)); err != nil {
			return err
		}
		out, err = portfolio.SubmitScenario(ctx, tx, actor, portfolio.Submission{Scenario: in.Scenario, Version: in.Version, Committee: int64(c.ID), Name: c.Name, Question: in.Question,
			Recommended: in.Recommended}, s.now())
		if err == nil && out.RoadmapID != c.RoadmapID {
			err = fault.NotFound("committee", int64(c.ID))
		}
		return err
	})
	return out, err
}

// OpenScenarios lists the scenarios that were submitted to a committee and that it has not decided on, for who may decide.
func (s *Service) OpenScenarios(ctx context.Context, actor identity.Actor, id CommitteeID) ([]portfolio.ScenarioOption, error) {
	c, err := s.committeeFor(ctx, actor, identity.PermDecide, committeeFilter{id: id})
	if err != nil {
		return nil, err
	}
	var out []portfolio.ScenarioOption
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		out, err = portfolio.SubmittedScenarios(ctx, tx, c.RoadmapID, int64(c.ID))
		return err
	})
	if err != nil {
		return nil, err
	}
	if !actor.May(identity.PermReadCost, identity.Scope{Organisation: c.OrganisationID, Roadmap: int64(c.RoadmapID)}) {
		for i := range out {
			out[i] = out[i].Blind()
		}
	}
	return out, nil
}

// arbitrate does what a decision on a scenario asks for, or takes such a decision back.
func (s *Service) arbitrate(ctx context.Context, tx database.Conn, actor identity.Actor, c Committee, in DecideInput, d Decision) error {
	switch {
	case in.Arbitration != nil:
		return s.applyScenario(ctx, tx, actor, c, *in.Arbitration, d)
	case in.Reverses != 0:
		return s.reverse(ctx, tx, actor, in, d)
	}
	return nil
}

func (s *Service) applyScenario(ctx context.Context, tx database.Conn, actor identity.Actor, c Committee, in ArbitrationInput, d Decision) error {
	effect, err := portfolio.ApplyArbitration(ctx, tx, actor, portfolio.Arbitration{Scenario: in.Scenario, Version: in.Version, Roadmap: d.RoadmapID, Committee: int64(c.ID), Decision: portfolio.DecisionRef(d.ID),
		Label: d.Reference(), On: d.On, Outcomes: in.Outcomes, Why: s.why(c.Locale, d.Reference())}, s.now())
	if err != nil {
		return err
	}
	if err := finance.ProposeAllotments(ctx, tx, d.OrganisationID, int64(d.ID), effect.Created); err != nil {
		return err
	}
	return setEffect(ctx, tx, d, storedEffect{Arbitration: &effect})
}

// reverse takes back a decision on a scenario. It is the same committee's, or another one's of the same roadmap, and no older than what it takes back.
func (s *Service) reverse(ctx context.Context, tx database.Conn, actor identity.Actor, in DecideInput, d Decision) error {
	was, err := findDecision(ctx, tx, in.Reverses)
	if err != nil {
		return err
	}
	switch {
	case was.OrganisationID != d.OrganisationID || was.RoadmapID != d.RoadmapID:
		return fault.NotFound("decision", int64(in.Reverses))
	case was.Arbitration == nil:
		return fault.Conflict("decision.not_reversible", was.Reference)
	case was.ReversedBy != nil:
		return fault.Conflict("decision.reversed", was.Reference, was.ReversedBy.Reference)
	case d.On.Before(was.On):
		var f fault.Fields
		f.Add("decided_on", "decision.before_reversed", was.Reference, was.On)
		return f.Err()
	}
	if err := insertReversal(ctx, tx, d, in.Reverses); err != nil {
		return err
	}
	if err := finance.TakeBackProposals(ctx, tx, actor, d.OrganisationID, int64(was.ID), was.Arbitration.Created, d.Reference()+" – "+d.Reason, s.now()); err != nil {
		return err
	}
	return portfolio.ReverseArbitration(ctx, tx, actor, portfolio.Reversal{Effect: *was.Arbitration, Reversed: portfolio.DecisionRef(was.ID), Decision: portfolio.DecisionRef(d.ID),
		Label: d.Reference(), On: d.On, Reason: d.Reason}, s.now())
}
