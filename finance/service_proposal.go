package finance

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// Proposals lists the credits that decisions propose for projects of a roadmap: those that are open first.
func (s *Service) Proposals(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) ([]Proposal, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return nil, err
	}
	all, err := findProposals(ctx, s.db.Read(), proposalFilter{organisation: r.OrganisationID, roadmap: r.ID})
	slices.SortStableFunc(all, func(a, b Proposal) int {
		if (a.State == ProposalOpen) == (b.State == ProposalOpen) {
			return 0
		}
		if a.State == ProposalOpen {
			return -1
		}
		return 1
	})
	return all, err
}

// ProposalsOf lists the credits that decisions propose for a project.
func (s *Service) ProposalsOf(ctx context.Context, actor identity.Actor, id portfolio.ProjectID) ([]Proposal, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return nil, err
	}
	return findProposals(ctx, s.db.Read(), proposalFilter{organisation: p.OrganisationID, project: p.ID})
}

// BookProposals books the open proposals of a project as the next version of its budget, on top of what it holds. It is held against the votes like any other.
func (s *Service) BookProposals(ctx context.Context, actor identity.Actor, in ProposalBooking, on civil.Date) (BudgetResult, error) {
	if err := refuseNobody(actor); err != nil {
		return BudgetResult{}, err
	}
	var out BudgetResult
	err := s.changeProject(ctx, actor, in.Project, act{name: "proposal.book", permission: identity.PermEditBudget}, func(ctx context.Context, tx database.Conn, b *books, p portfolio.Project) (trace, error) {
		open, err := openProposals(ctx, tx, p)
		if err != nil {
			return trace{}, err
		}
		versions, err := findBudgets(ctx, tx, budgetFilter{organisation: p.OrganisationID, project: p.ID})
		if err != nil {
			return trace{}, err
		}
		var held []BudgetLine
		if len(versions) > 0 {
			held = versions[len(versions)-1].Lines
		}
		next := BudgetInput{After: in.After, DecidedOn: on, DecisionReference: open[0].Decision, Reason: open[0].Decision}
		if next.Lines, err = in.lines(b, held, open); err != nil {
			return trace{}, err
		}
		if err := next.Validate(); err != nil {
			return trace{}, err
		}
		if out, err = s.nextBudget(ctx, tx, actor, b, p, next); err != nil {
			return trace{}, err
		}
		done := Proposal{OrganisationID: p.OrganisationID, State: ProposalBooked, Budget: out.Version.ID, SettledBy: actor.Name, SettledAt: database.Instant(s.now())}
		return trace{details: out.Version}, settleProposals(ctx, tx, open, done)
	})
	return out, err
}

// DismissProposals settles the open proposals of a project without a budget, and says why.
func (s *Service) DismissProposals(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, reason string) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	return s.changeProject(ctx, actor, id, act{name: "proposal.dismiss", permission: identity.PermEditBudget}, func(ctx context.Context, tx database.Conn, b *books, p portfolio.Project) (trace, error) {
		var f fault.Fields
		checkReason(&f, "reason", reason, true)
		if err := f.Err(); err != nil {
			return trace{}, err
		}
		open, err := openProposals(ctx, tx, p)
		if err != nil {
			return trace{}, err
		}
		done := Proposal{OrganisationID: p.OrganisationID, State: ProposalDismissed, SettledBy: actor.Name, SettledAt: database.Instant(s.now()), Reason: reason}
		return trace{details: map[string]any{"reason": reason, "proposals": open}}, settleProposals(ctx, tx, open, done)
	})
}

// openProposals gives those of a project, of which there must be some.
func openProposals(ctx context.Context, tx database.Conn, p portfolio.Project) ([]Proposal, error) {
	open, err := findProposals(ctx, tx, proposalFilter{organisation: p.OrganisationID, project: p.ID, state: ProposalOpen})
	if err == nil && len(open) == 0 {
		err = fault.Conflict("proposal.none", p.Code)
	}
	return open, err
}
