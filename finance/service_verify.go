package finance

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
)

// Verify holds the books of all organisations against every rule that they must keep, each rule a check that says how much was looked
// at. An organisation is looked at as it stands at one moment, whatever is booked meanwhile. No grant reaches over all organisations: only
// whoever runs the program may.
func (s *Service) Verify(ctx context.Context, actor identity.Actor) ([]Check, error) {
	if err := identity.Can(actor, identity.PermReadAudit, identity.Scope{}); err != nil {
		return nil, err
	}
	first, err := homeless.hold(ctx, s.db.Read(), 0)
	if err != nil {
		return nil, err
	}
	keepers, err := findBookKeepers(ctx, s.db.Read())
	if err != nil {
		return nil, err
	}
	out := []Check{first}
	for _, organisation := range keepers {
		err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
			b, err := s.open(ctx, tx, organisation)
			if err != nil {
				return err
			}
			checks, err := verifyBooks(ctx, tx, b)
			for _, c := range checks {
				c.Organisation = b.Code
				out = append(out, c)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// verifyBooks holds the books of one organisation against every rule.
func verifyBooks(ctx context.Context, db database.Conn, b *books) ([]Check, error) {
	var out []Check
	for _, rules := range [][]ledgerRule{entryRules, balanceRules, closeRules} {
		for _, r := range rules {
			c, err := r.hold(ctx, db, b.Organisation.ID)
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
	}
	for _, part := range []func(context.Context, database.Conn, *books) ([]Check, error){holdCalendar, holdFiles, holdCertificates, holdVotes, holdMovements, holdBudgets} {
		checks, err := part(ctx, db, b)
		if err != nil {
			return nil, err
		}
		out = append(out, checks...)
	}
	return out, nil
}
