package finance

import (
	"context"
	"math/big"

	"jalon/finance/forecast"
	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
)

const flowRevenue = ledgerfile.FlowRevenue

// fundingStandings settles every convention of a project.
func fundingStandings(ctx context.Context, db database.Conn, f *reportFacts) ([]FundingStanding, error) {
	all, err := findFundings(ctx, db, f.extent)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	costs, err := findCosts(ctx, db, f.extent)
	if err != nil {
		return nil, err
	}
	out := make([]FundingStanding, len(all))
	for i, u := range all {
		if out[i], _, err = f.settle(ctx, db, u, costs); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// lineKey names a line of the finance system, whatever version of it is in the books.
type lineKey struct {
	feed int64
	key  string
}

// settle holds the costs of a project against a convention. What was said of an entry holds for the one that took its place too, where
// the finance system names its lines.
func (f *reportFacts) settle(ctx context.Context, db database.Conn, u Funding, costs []PostingShare) (FundingStanding, []FundingLine, error) {
	told, err := findTold(ctx, db, u)
	if err != nil {
		return FundingStanding{}, nil, err
	}
	events, err := findFundingEvents(ctx, db, u)
	if err != nil {
		return FundingStanding{}, nil, err
	}
	byID, byKey := map[PostingID]toldRow{}, map[lineKey]toldRow{}
	for _, t := range told {
		byID[t.PostingID] = t
		if t.KeyUnique {
			byKey[lineKey{t.FeedID, string(t.Key)}] = t
		}
	}
	lines := make([]FundingLine, len(costs))
	postings := make([]forecast.FundedPosting, len(costs))
	for i, c := range costs {
		t, ok := byID[c.ID]
		if !ok && c.KeyUnique {
			t, ok = byKey[lineKey{c.FeedID, string(c.Key)}]
		}
		lines[i] = f.fundingLine(u, c, t, ok)
		on := c.DocOn
		if on.IsZero() {
			on = c.CoverOn
		}
		postings[i] = forecast.FundedPosting{ID: int64(i), On: on, HT: lines[i].HT, TTC: lines[i].TTC, Eligible: lines[i].Eligible, Reason: t.Reason}
	}
	convention := forecast.Convention{Rate: u.Rate, Ceiling: &u.Ceiling, Base: u.Base, From: u.From, To: u.To}
	position, err := forecast.FundingOf(convention, postings, fundingEvents(u, events), f.day)
	if err != nil {
		return FundingStanding{}, nil, err
	}
	for _, l := range position.Lines {
		lines[l.ID].Eligible, lines[l.ID].Reason, lines[l.ID].Counted = l.Eligible, l.Reason, l.Counted
	}
	position.Lines = nil // they stand in the report's own lines
	return FundingStanding{Funding: u, Position: position, Events: events}, lines, nil
}

// fundingLine takes the project's share of an entry with and without tax, as far as the finance system tells them.
func (f *reportFacts) fundingLine(u Funding, c PostingShare, t toldRow, told bool) FundingLine {
	l := FundingLine{Posting: c, Told: told, Eligible: told && t.Eligible, Reason: t.Reason}
	sign := money.Amount(c.CostSign)
	var other *money.Amount // on the base that the books are not in
	if f.AmountBasis == BasisHT {
		l.HT = c.Cost
		if c.AmountVAT != nil {
			gross := c.Amount + *c.AmountVAT
			other = &gross
		}
	} else {
		l.TTC, other = c.Cost, c.AmountHT
	}
	if other != nil {
		part := sign * partOf(*other, c.Share, c.Amount)
		if f.AmountBasis == BasisHT {
			l.TTC = part
		} else {
			l.HT = part
		}
	}
	if string(u.Base) != f.AmountBasis && other == nil {
		l.Missing, l.Eligible = true, false
	}
	return l
}

// partOf is the part of an amount that a share is of a whole, rounded half away from zero.
func partOf(amount, share, whole money.Amount) money.Amount {
	if share == whole || whole == 0 {
		return amount
	}
	r := new(big.Rat).SetFrac(big.NewInt(int64(share)), big.NewInt(int64(whole)))
	return money.Amount(money.Round(r.Mul(r, new(big.Rat).SetInt64(int64(amount)))).Int64())
}

// fundingEvents are the events for the engine, to which every payment is money received.
func fundingEvents(u Funding, events []FundingEvent) []forecast.FundingEvent {
	out := []forecast.FundingEvent{{Kind: forecast.FundingNotified, Amount: u.Notified}}
	for _, v := range events {
		kind := forecast.FundingReceived
		if v.Kind == FundingClaim {
			kind = forecast.FundingClaimed
		}
		out = append(out, forecast.FundingEvent{Kind: kind, On: v.On, Amount: v.Amount})
	}
	return out
}

// recoveryKinds are the recoveries of accounts as the engine knows them.
var recoveryKinds = map[Recovery]forecast.RecoveryKind{RecoveryInvestment: forecast.RecoveryInvestment, RecoveryCloud: forecast.RecoveryIaaS}

// estimateRecovery estimates what of the VAT may come back by the accounts that costs stand on; nil where there is nothing to estimate: books without
// tax, another currency than the euro, or no eligible cost. It stands beside the cost and is never taken off it.
func estimateRecovery(ctx context.Context, db database.Conn, f *reportFacts) (*forecast.Recovery, error) {
	if f.AmountBasis != BasisTTC || f.Currency != money.EUR {
		return nil, nil
	}
	var until civil.Date
	if f.past() {
		until = f.day
	}
	sums, err := sumNatures(ctx, db, f.extent, until)
	if err != nil {
		return nil, err
	}
	accounts, err := findAccounts(ctx, db, f.organisation)
	if err != nil {
		return nil, err
	}
	postings := make([]forecast.RecoveryPosting, len(sums))
	for i, n := range sums {
		y, _ := f.Year(n.YearID)
		postings[i] = forecast.RecoveryPosting{ID: int64(i), Project: int64(n.ProjectID), On: y.Start, Amount: n.Amount, Kind: recoveryKinds[accounts.Of(n.Nature).Recovery]}
	}
	r, err := forecast.RecoveryOf(postings, forecast.DefaultRecoveryRates())
	if err != nil || r.Eligible == 0 {
		return nil, err
	}
	r.Lines = nil // sums by account and year, not entries
	return &r, nil
}
