package reconcile

import (
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Share is what one project takes of one amount.
type Share struct {
	Project    int64
	Amount     money.Amount
	BudgetLine int64
}

// Split shares an amount: fixed amounts first, then basis points of what they leave, by largest remainder, ties to the
// earlier part. It gives one share for each part that counts in the fiscal year, in their order, shares of 0 included;
// what shares below 10 000 leave is the residual, which is no share. Refused are shares that are negative or sum to
// more than 10 000, fixed amounts against the sign of the total, and fixed amounts that sum to more than the total.
func Split(total money.Amount, parts []Part, fiscalYear int64) ([]Share, error) {
	parts = ofYear(parts, fiscalYear)
	if len(parts) == 0 {
		return nil, nil
	}
	shares := make([]Share, len(parts))
	var fixed wide
	for i, p := range parts {
		shares[i] = Share{Project: p.Project, BudgetLine: p.BudgetLine}
		if !p.HasFixed {
			continue
		}
		if p.Fixed != 0 && (p.Fixed < 0) != (total < 0) {
			return nil, fault.Invalid("reconcile.split.sign")
		}
		shares[i].Amount = p.Fixed
		fixed.add(p.Fixed)
	}
	given, ok := fixed.amount()
	if !ok || magnitude(given) > magnitude(total) {
		return nil, fault.Invalid("reconcile.split.fixed")
	}
	if err := splitRest(total-given, parts, shares); err != nil {
		return nil, err
	}
	return shares, nil
}

// splitRest gives the parts without a fixed amount their share of what is left.
func splitRest(rest money.Amount, parts []Part, shares []Share) error {
	weights := make([]int64, 0, len(parts)+1)
	left := int64(Whole)
	for _, p := range parts {
		if p.HasFixed {
			continue
		}
		if p.ShareBP < 0 {
			return fault.Invalid("reconcile.split.negative")
		}
		if p.ShareBP > left {
			return fault.Invalid("reconcile.split.too_much")
		}
		left -= p.ShareBP
		weights = append(weights, p.ShareBP)
	}
	if len(weights) == 0 {
		return nil
	}
	amounts := []money.Amount{rest}
	if len(weights) > 1 || left > 0 { // one part that takes all needs no division
		amounts = rest.Split(append(weights, left))
	}
	for i, k := 0, 0; i < len(parts); i++ {
		if !parts[i].HasFixed {
			shares[i].Amount = amounts[k]
			k++
		}
	}
	return nil
}

// Inherit shares the amount of a correction in proportion to what the line it corrects still holds, so that one that
// takes everything back leaves nothing anywhere. The remaining shares may name Unallocated and Excluded. Shares of 0
// and shares against the sign of the remaining total inherit nothing; it gives nil when nothing is left to inherit from.
func Inherit(amount money.Amount, remaining []Share) []Share {
	var total wide
	for _, s := range remaining {
		total.add(s.Amount)
	}
	negative := int64(total.hi) < 0
	weights := make([]int64, 0, len(remaining))
	shares := make([]Share, 0, len(remaining))
	for _, s := range remaining {
		if s.Amount == 0 || (s.Amount < 0) != negative {
			continue
		}
		weights = append(weights, int64(s.Amount.Abs()))
		shares = append(shares, Share{Project: s.Project, BudgetLine: s.BudgetLine})
	}
	if len(weights) == 0 {
		return nil
	}
	for i, a := range amount.Split(weights) {
		shares[i].Amount = a
	}
	return shares
}
