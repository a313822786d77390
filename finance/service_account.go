package finance

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// AccountLine is a prefix of accounts with what it means here.
type AccountLine struct {
	Account
	Own bool // said by the organisation; else it is the usual meaning
}

// Accounts lists what the accounts of an organisation mean, by prefix.
func (s *Service) Accounts(ctx context.Context, actor identity.Actor, organisation int64) ([]AccountLine, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return nil, err
	}
	own, err := findOwnAccounts(ctx, s.db.Read(), organisation)
	if err != nil {
		return nil, err
	}
	var out []AccountLine
	for _, a := range NewAccounts(own).List() {
		out = append(out, AccountLine{Account: a, Own: slices.ContainsFunc(own, func(o Account) bool { return o.Prefix == a.Prefix })})
	}
	return out, nil
}

// SaveAccount says what the accounts of a prefix mean. It holds for what is imported from now on: entries in the books keep the
// category that they were booked with.
func (s *Service) SaveAccount(ctx context.Context, actor identity.Actor, organisation int64, a Account) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	if err := a.Validate(); err != nil {
		return err
	}
	doing := act{name: "account.save", permission: identity.PermEditBudget}
	return s.change(ctx, actor, organisation, doing, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		own, err := findOwnAccounts(ctx, tx, organisation)
		if err != nil {
			return trace{}, err
		}
		before := NewAccounts(own).Of(a.Prefix)
		return trace{details: edit{before, a}}, putAccount(ctx, tx, organisation, a)
	})
}

// RemoveAccount takes back what the organisation said of a prefix; the usual meaning holds again, if there is one.
func (s *Service) RemoveAccount(ctx context.Context, actor identity.Actor, organisation int64, prefix string) error {
	doing := act{name: "account.remove", permission: identity.PermEditBudget}
	return s.change(ctx, actor, organisation, doing, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		own, err := findOwnAccounts(ctx, tx, organisation)
		if err != nil {
			return trace{}, err
		}
		i := slices.IndexFunc(own, func(a Account) bool { return a.Prefix == prefix })
		if i < 0 {
			return trace{}, fault.NotFound("budget.account", prefix)
		}
		return trace{details: edit{Before: own[i]}}, deleteAccount(ctx, tx, organisation, prefix)
	})
}
