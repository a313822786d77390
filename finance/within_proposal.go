package finance

import (
	"context"
	"slices"
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

// TakeBackProposals dismisses the open proposals of a decision that is reversed. Projects that it created and that have a budget come first, whether it was booked from a proposal or
// entered beside: nobody must be left with credits for what is no project any more. They are named, with what to do.
func TakeBackProposals(ctx context.Context, tx database.Conn, actor identity.Actor, organisation, decision int64, created []portfolio.CreatedProject, reason string, now time.Time) error {
	if len(created) == 0 {
		return nil
	}
	if err := lockSettings(ctx, tx, organisation); err != nil {
		return err
	}
	var budgeted []string
	for _, p := range created {
		stands, err := budgetStands(ctx, tx, organisation, p.Project)
		if err != nil {
			return err
		}
		if stands {
			budgeted = append(budgeted, p.Code)
		}
	}
	if len(budgeted) > 0 {
		return fault.Conflict("arbitration.booked", strings.Join(budgeted, ", "))
	}
	all, err := findProposals(ctx, tx, proposalFilter{organisation: organisation, decision: decision})
	if err != nil {
		return err
	}
	open := slices.DeleteFunc(all, func(p Proposal) bool { return p.State != ProposalOpen })
	if len(open) == 0 {
		return nil
	}
	done := Proposal{OrganisationID: organisation, State: ProposalDismissed, SettledBy: actor.Name, SettledAt: database.Instant(now), Reason: reason}
	if err := settleProposals(ctx, tx, open, done); err != nil {
		return err
	}
	return bumpFacts(ctx, tx, organisation)
}

// budgetStands tells whether a project has a budget. A later version of nothing but zeros takes it back.
func budgetStands(ctx context.Context, tx database.Conn, organisation int64, project portfolio.ProjectID) (bool, error) {
	versions, err := findBudgets(ctx, tx, budgetFilter{organisation: organisation, project: project})
	if err != nil || len(versions) == 0 {
		return false, err
	}
	return versions[len(versions)-1].Total() > 0, nil
}
