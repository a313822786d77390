package finance

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Assert books a balance of the finance system, and holds it against the books at once.
func (s *Service) Assert(ctx context.Context, actor identity.Actor, in AssertInput) (Assertion, error) {
	var out Assertion
	err := s.change(ctx, actor, in.Organisation, act{name: "assertion.add", permission: identity.PermClosePeriod, noun: "assertion"},
		func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
			if err := in.Validate(); err != nil {
				return trace{}, err
			}
			y, ok := b.Year(in.Year)
			if !ok {
				return trace{}, fault.NotFound("fiscal_year", in.Year)
			}
			before, err := findAssertions(ctx, tx, b)
			if err != nil {
				return trace{}, err
			}
			if len(before) >= maxAssertions {
				return trace{}, fault.Conflict("assertion.too_many", maxAssertions)
			}
			out = Assertion{OrganisationID: in.Organisation, YearID: in.Year, Year: y.Code, Until: in.Until, Flow: in.Flow, Dimension: in.Dimension, Value: in.Value,
				Expected: in.Expected, CheckedAt: s.now(), Source: in.Source, RecordedBy: actor.Name, RecordedAt: s.now()}
			if err := insertAssertion(ctx, tx, &out); err != nil {
				return trace{}, err
			}
			if _, err := s.recheck(ctx, tx, b); err != nil {
				return trace{}, err
			}
			row, err := findAssertion(ctx, tx, out.ID)
			out = row.assertion(b.Calendar)
			return trace{subject: "assertion", id: out.ID, details: assertionTrail(out)}, err
		})
	return out, err
}

// assertionNote is what the trail keeps of a balance.
type assertionNote struct {
	Year      string    `json:"year"`
	Until     int       `json:"until"`
	Flow      string    `json:"flow"`
	Dimension Dimension `json:"dimension"`
	Value     string    `json:"value,omitempty"`
	Expected  int64     `json:"expected"`
	Computed  int64     `json:"computed"`
}

func assertionTrail(a Assertion) assertionNote {
	return assertionNote{a.Year, a.Until, string(a.Flow), a.Dimension, a.Value, int64(a.Expected), int64(a.Computed)}
}

// WithdrawAssertion takes a balance back.
func (s *Service) WithdrawAssertion(ctx context.Context, actor identity.Actor, id int64) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	row, err := findAssertion(ctx, s.db.Read(), id)
	if err == nil {
		err = identity.See(actor, identity.PermClosePeriod, identity.PermReadLedger, identity.Within(row.OrganisationID), "assertion", id)
	}
	if err != nil {
		return err
	}
	return s.change(ctx, actor, row.OrganisationID, act{name: "assertion.withdraw", permission: identity.PermClosePeriod, noun: "assertion", id: id},
		func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
			return trace{details: assertionTrail(row.assertion(b.Calendar))}, withdrawAssertion(ctx, tx, row, actor.Name, s.now())
		})
}

// recheck holds the balances of the finance system against the books. Whoever books entries calls it in the same
// transaction once they are written; it gives the balances that do not hold. What is allocated to whom is none of them.
func (s *Service) recheck(ctx context.Context, tx database.Conn, b *books) ([]Assertion, error) {
	all, err := findAssertions(ctx, tx, b)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	rows, err := findBalances(ctx, tx, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	if err := setBalances(ctx, tx, b.Organisation.ID, rows, s.now()); err != nil {
		return nil, err
	}
	if all, err = findAssertions(ctx, tx, b); err != nil {
		return nil, err
	}
	broken := all[:0]
	for _, a := range all {
		if !a.Holds() {
			broken = append(broken, a)
		}
	}
	return broken, nil
}
