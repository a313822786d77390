package finance

import (
	"context"
	"maps"
	"slices"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// ProjectBudget is the budget of a project in all its versions, with what a form for the next one offers.
type ProjectBudget struct {
	ProjectID   portfolio.ProjectID
	Project     portfolio.Head
	FinanceCode string // ""; none yet
	Currency    money.Currency
	Basis       string
	Versions    []BudgetVersion // by number; the last one holds
	Years       []FiscalYear
	Envelopes   []Envelope // that lines may name: of the roadmap, and of the whole organisation
	Proposals   []Proposal // credits that decisions propose and that are not settled
}

// Budget gives the budget of a project.
func (s *Service) Budget(ctx context.Context, actor identity.Actor, id portfolio.ProjectID) (ProjectBudget, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return ProjectBudget{}, err
	}
	out := ProjectBudget{ProjectID: p.ID, Project: portfolio.Head{Code: p.Code, Name: p.Name}}
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, p.OrganisationID)
		if err != nil {
			return err
		}
		out.Currency, out.Basis, out.Years = b.Currency, b.AmountBasis, b.Years
		if out.Versions, err = findBudgets(ctx, tx, budgetFilter{organisation: p.OrganisationID, project: p.ID}); err != nil {
			return err
		}
		if out.Proposals, err = findProposals(ctx, tx, proposalFilter{organisation: p.OrganisationID, project: p.ID, state: ProposalOpen}); err != nil {
			return err
		}
		if out.FinanceCode, err = findCode(ctx, tx, p.OrganisationID, p.ID); err != nil {
			return err
		}
		tree, err := findEnvelopes(ctx, tx, p.OrganisationID)
		for _, e := range tree.list() {
			if e.RoadmapID == 0 || e.RoadmapID == p.RoadmapID {
				out.Envelopes = append(out.Envelopes, e)
			}
		}
		return err
	})
	return out, err
}

// Draft is what a form for the next version begins with: the lines that hold now.
func (p ProjectBudget) Draft() BudgetInput {
	in := BudgetInput{After: len(p.Versions)}
	if len(p.Versions) > 0 {
		in.Lines = slices.Clone(p.Versions[len(p.Versions)-1].Lines)
	}
	return in
}

// BudgetResult is a version that was booked, and where it goes beyond the votes.
type BudgetResult struct {
	Version  BudgetVersion
	Findings []VoteFinding
}

// BookBudget books the next version of a project's budget. Its lines are held against the votes of their envelopes together with the budgets of
// all other projects. Who allots at the same time waits, and sees what was allotted first.
func (s *Service) BookBudget(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, in BudgetInput) (BudgetResult, error) {
	if err := refuseNobody(actor); err != nil {
		return BudgetResult{}, err
	}
	if err := in.Validate(); err != nil {
		return BudgetResult{}, err
	}
	var out BudgetResult
	doing := act{name: "budget.book", permission: identity.PermEditBudget}
	err := s.changeProject(ctx, actor, id, doing, func(ctx context.Context, tx database.Conn, b *books, p portfolio.Project) (trace, error) {
		var err error
		if out, err = s.nextBudget(ctx, tx, actor, b, p, in); err != nil {
			return trace{}, err
		}
		return trace{details: out.Version}, nil
	})
	return out, err
}

// nextBudget books a version after those that there are, within the votes as far as the organisation asks for it.
func (s *Service) nextBudget(ctx context.Context, tx database.Conn, actor identity.Actor, b *books, p portfolio.Project, in BudgetInput) (out BudgetResult, err error) {
	versions, err := findBudgets(ctx, tx, budgetFilter{organisation: p.OrganisationID, project: p.ID})
	if err != nil {
		return out, err
	}
	if err := in.follows(versions, p.ID); err != nil {
		return out, err
	}
	tree, err := findEnvelopes(ctx, tx, p.OrganisationID)
	if err != nil {
		return out, err
	}
	if err := in.fits(b, p, tree); err != nil {
		return out, err
	}
	next := BudgetVersion{OrganisationID: p.OrganisationID, ProjectID: p.ID, Number: len(versions) + 1, DecidedOn: in.DecidedOn, DecisionReference: in.DecisionReference, Reason: in.Reason,
		RecordedBy: actor.Name, RecordedAt: database.Instant(s.now()), Lines: slices.Clone(in.Lines)}
	sortLines(next.Lines)
	var was []BudgetLine
	if len(versions) > 0 {
		was = versions[len(versions)-1].Lines
	}
	if out.Findings, err = b.allot(ctx, tx, tree, was, next.Lines); err != nil {
		return out, err
	}
	out.Version = next
	return out, insertBudget(ctx, tx, &out.Version)
}

// allot holds lines that take the place of others against the votes.
func (b *books) allot(ctx context.Context, tx database.Conn, tree envelopeTree, was, now []BudgetLine) ([]VoteFinding, error) {
	votes, err := findVotes(ctx, tx, b.Organisation.ID, noDay)
	if err != nil {
		return nil, err
	}
	own, err := findAllotments(ctx, tx, b.Organisation.ID, noDay)
	if err != nil {
		return nil, err
	}
	before, err := tree.hold(votes, own)
	if err != nil {
		return nil, err
	}
	after := maps.Clone(own)
	for _, l := range was {
		after[l.allotment()] -= l.Amount
	}
	var uncovered money.Amount
	for _, l := range now {
		sum, ok := after[l.allotment()].Add(l.Amount)
		if !ok {
			return nil, errBudgetOverflow()
		}
		after[l.allotment()] = sum
		if l.Envelope == 0 {
			uncovered += l.Amount
		}
	}
	held, err := tree.hold(votes, after)
	if err != nil {
		return nil, err
	}
	findings, err := b.judge(before, held)
	if uncovered > 0 {
		findings = append(findings, VoteFinding{Code: FindingUncovered, Args: []any{b.written(uncovered)}})
	}
	return findings, err
}
