package finance

import (
	"context"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// ImportBudget books a voted budget of the finance system for the tie-out of votes: envelopes stay as they are. Lines that a document already in the books held are not
// counted twice: of every document the last file counts.
func (s *Service) ImportBudget(ctx context.Context, actor identity.Actor, in ImportInput) (ImportReport, error) {
	in.Purpose = ledgerfile.PurposeBudget
	return s.ImportLedger(ctx, actor, in)
}

// VotedYears lists the fiscal years that a voted budget is in the books for, the latest first.
func (s *Service) VotedYears(ctx context.Context, actor identity.Actor, organisation int64) ([]FiscalYear, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return nil, err
	}
	var out []FiscalYear
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, organisation)
		if err != nil {
			return err
		}
		years, err := findVotedYears(ctx, tx, organisation)
		for _, year := range years {
			if y, ok := b.Labelled(year); ok {
				out = append(out, y)
			}
		}
		return err
	})
	return out, err
}

// TieOutVotes holds the envelopes of an organisation against the voted budgets of a fiscal year, by the year's number in the finance system: real expenditure alone,
// by section and operation.
func (s *Service) TieOutVotes(ctx context.Context, actor identity.Actor, organisation int64, year int) (VoteTieOut, error) {
	var out VoteTieOut
	if err := refuseNobody(actor); err != nil {
		return out, err
	}
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return out, err
	}
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, organisation)
		if err != nil {
			return err
		}
		y, ok := b.Labelled(year)
		if !ok {
			return fault.NotFound("fiscal_year", year)
		}
		tree, err := findEnvelopes(ctx, tx, organisation)
		if err != nil {
			return err
		}
		votes, err := findVotes(ctx, tx, organisation, noDay)
		if err != nil {
			return err
		}
		sums, err := sumVoted(ctx, tx, organisation, year)
		if err != nil {
			return err
		}
		out = VoteTieOut{Year: y, Currency: string(b.Currency)}
		tieVotes(y.ID, tree, votes, sums).fill(&out)
		out.Documents, err = findVotedDocuments(ctx, tx, organisation, year)
		return err
	})
	return out, err
}
