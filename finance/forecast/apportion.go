package forecast

import (
	"math"
	"math/big"
	"slices"

	"jalon/internal/money"
)

// apportion rounds exact parts so that they sum to their rounded total: each is cut to whole units, and the units left
// go to the largest fractions, ties to the earlier part. Parts of the other sign than the total, as a reduction leaves
// them, take part as they are; opposite parts give opposite results. money.Amount.Split cannot do this: it knows
// weights, not signed parts.
func apportion(parts []*big.Rat) (shares []money.Amount, total money.Amount, err error) {
	whole := new(big.Rat)
	for _, p := range parts {
		whole.Add(whole, p)
	}
	total, ok := rounded(whole)
	if !ok {
		return nil, 0, errOverflow()
	}
	mirrored := whole.Sign() < 0
	shares = make([]money.Amount, len(parts))
	fractions := make([]*big.Rat, len(parts))
	left := new(big.Int).Abs(big.NewInt(int64(total)))
	for i, p := range parts {
		if mirrored {
			p = new(big.Rat).Neg(p)
		}
		floor, rest := new(big.Int).DivMod(p.Num(), p.Denom(), new(big.Int))
		if !floor.IsInt64() {
			return nil, 0, errOverflow()
		}
		shares[i], fractions[i] = money.Amount(floor.Int64()), new(big.Rat).SetFrac(rest, p.Denom())
		left.Sub(left, floor)
	}
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return fractions[b].Cmp(fractions[a]) })
	for _, i := range order[:left.Int64()] {
		if shares[i] == math.MaxInt64 {
			return nil, 0, errOverflow()
		}
		shares[i]++
	}
	if mirrored {
		for i := range shares {
			shares[i] = -shares[i]
		}
	}
	return shares, total, nil
}
