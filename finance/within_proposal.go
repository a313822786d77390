package finance

import (
	"context"
	"strings"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// ProposeAllotments records the credits that a decision's selection holds for the projects that it created.
func ProposeAllotments(ctx context.Context, tx database.Conn, organisation, decision int64, created []portfolio.CreatedProject) error {
	var all []Proposal
	for _, c := range created {
		for _, a := range c.Proposed {
			all = append(all, Proposal{OrganisationID: organisation, ProjectID: c.Project, DecisionID: decision, Year: a.Year, Section: string(a.Section), Amount: a.Amount})
		}
	}
	if len(all) == 0 {
		return nil
	}
	if err := insertProposals(ctx, tx, all); err != nil {
		return err
	}
	return bumpFacts(ctx, tx, organisation)
}

// TakeBackProposals dismisses the open proposals of a decision that is reversed. Where some were booked already the budgets come first: they are named, with what to do.
func TakeBackProposals(ctx context.Context, tx database.Conn, actor identity.Actor, organisation, decision int64, reason string, now time.Time) error {
	all, err := findProposals(ctx, tx, proposalFilter{organisation: organisation, decision: decision})
	if err != nil || len(all) == 0 {
		return err
	}
	if err := lockSettings(ctx, tx, organisation); err != nil {
		return err
	}
	if all, err = findProposals(ctx, tx, proposalFilter{organisation: organisation, decision: decision}); err != nil { // as they stand under the lock
		return err
	}
	var open []Proposal
	var booked []string
	for _, p := range all {
		switch p.State {
		case ProposalOpen:
			open = append(open, p)
		case ProposalBooked:
			held, err := budgetStands(ctx, tx, p)
			if err != nil {
				return err
			}
			if held && (len(booked) == 0 || booked[len(booked)-1] != p.Project.Code) {
				booked = append(booked, p.Project.Code)
			}
		}
	}
	if len(booked) > 0 {
		return fault.Conflict("arbitration.booked", strings.Join(booked, ", "))
	}
	if len(open) == 0 {
		return nil
	}
	done := Proposal{OrganisationID: organisation, State: ProposalDismissed, SettledBy: actor.Name, SettledAt: database.Instant(now), Reason: reason}
	if err := settleProposals(ctx, tx, open, done); err != nil {
		return err
	}
	return bumpFacts(ctx, tx, organisation)
}

// budgetStands tells whether the project of a booked proposal still has a budget. A later version of nothing but zeros takes it back.
func budgetStands(ctx context.Context, tx database.Conn, p Proposal) (bool, error) {
	versions, err := findBudgets(ctx, tx, budgetFilter{organisation: p.OrganisationID, project: p.ProjectID})
	if err != nil || len(versions) == 0 {
		return false, err
	}
	return versions[len(versions)-1].Total() > 0, nil
}
