package governance

import (
	"context"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// Decisions lists the decisions of a roadmap that the actor may read, or of all with roadmap 0,
// newest first.
func (s *Service) Decisions(ctx context.Context, actor identity.Actor, roadmap portfolio.RoadmapID) ([]DecisionLine, error) {
	reach, err := visible(actor)
	if err != nil {
		return nil, err
	}
	return findDecisionLines(ctx, s.db.Read(), decisionFilter{reach: reach, roadmap: roadmap})
}

// Decision gives one decision with everything that was written down.
func (s *Service) Decision(ctx context.Context, actor identity.Actor, id DecisionID) (DecisionCard, error) {
	if _, err := visible(actor); err != nil {
		return DecisionCard{}, err
	}
	d, err := findDecision(ctx, s.db.Read(), id)
	if err != nil {
		return DecisionCard{}, err
	}
	place := identity.Scope{Organisation: d.OrganisationID, Roadmap: int64(d.RoadmapID), Committee: int64(d.CommitteeID)}
	if err := identity.See(actor, identity.PermReadGovernance, identity.PermReadGovernance, place, "decision", int64(id)); err != nil {
		return DecisionCard{}, err
	}
	place.Project = int64(d.ProjectID) // its amounts are the project's
	if !actor.May(identity.PermReadCost, place) {
		d.hideCost()
	}
	return d, nil
}

// Decide books what a committee decided and applies it, in one transaction: either both stand in
// the books or neither.
func (s *Service) Decide(ctx context.Context, actor identity.Actor, in DecideInput) (Decision, error) {
	c, err := s.committeeFor(ctx, actor, identity.PermDecide, committeeFilter{organisation: in.OrganisationID, id: in.CommitteeID, code: in.CommitteeCode})
	if err != nil {
		return Decision{}, err
	}
	d := Decision{OrganisationID: c.OrganisationID, CommitteeID: c.ID, RoadmapID: c.RoadmapID, Title: in.Title, Question: in.Question, Options: in.Options, Outcome: in.Outcome, Reason: in.Reason,
		On: in.On, Year: in.On.Year(), Author: in.Author}
	if d.Author == "" {
		d.Author, d.AuthorID = actor.Label, actor.UserID
	}
	if err := d.Validate(); err != nil {
		return d, err
	}
	if today := civil.DateOf(s.now(), c.Location()); d.On.After(today) {
		var f fault.Fields
		f.Add("decided_on", "decision.future", d.On, today)
		return d, f.Err()
	}
	if err := in.oneEffect(); err != nil {
		return d, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		return s.decide(ctx, tx, actor, c.Committee, in, &d)
	})
	return d, err
}

func (s *Service) decide(ctx context.Context, tx database.Conn, actor identity.Actor, c Committee, in DecideInput, d *Decision) error {
	var project portfolio.Project
	if in.ProjectCode != "" {
		r, err := portfolio.FindRoadmap(ctx, tx, d.RoadmapID)
		if err != nil {
			return err
		}
		if project, err = portfolio.FindProjectByCode(ctx, tx, r, in.ProjectCode); err != nil {
			return err
		}
		d.ProjectID = project.ID
	}
	if err := insertDecision(ctx, tx, d, in.Rebaseline, s.now()); err != nil {
		return err
	}
	if b := in.Rebaseline; b != nil {
		err := portfolio.ApplyRebaseline(ctx, tx, portfolio.Rebaseline{Project: project, On: in.On, HasCost: b.HasCost, Cost: b.Cost, Start: b.Start, End: b.End,
			Decision: portfolio.DecisionRef(d.ID), Label: d.Reference(), Reason: in.Reason, Version: in.ProjectVersion}, s.now())
		if err != nil {
			return err
		}
	}
	if err := s.arbitrate(ctx, tx, actor, c, in, *d); err != nil {
		return err
	}
	return audit.Record(ctx, tx, d.OrganisationID, actor.Name, "decision.take", "decision", int64(d.ID), in, s.now())
}
