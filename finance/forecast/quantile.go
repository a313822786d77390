package forecast

import (
	"math/big"

	"jalon/internal/money"
)

// Quantile gives the quantile of a sorted sample at p, 0 to 10 000 basis points, by linear interpolation between the
// two nearest values (type 7 of Hyndman and Fan, 1996: h = (n − 1)·p), exactly. It is nil for an empty sample.
func Quantile(sorted []*big.Rat, p money.BasisPoints) *big.Rat {
	if len(sorted) == 0 {
		return nil
	}
	p = min(max(p, 0), whole)
	h := int64(len(sorted)-1) * int64(p)
	i, between := h/whole, big.NewRat(h%whole, whole)
	low := sorted[i]
	if between.Sign() == 0 {
		return new(big.Rat).Set(low)
	}
	step := new(big.Rat).Sub(sorted[i+1], low)
	return step.Add(low, step.Mul(step, between))
}

// Uplifted is an estimate multiplied by a quantile of its reference class, rounded once; nil without a quantile or
// beyond 64 bits.
func Uplifted(estimate money.Amount, quantile *big.Rat) *money.Amount {
	if quantile == nil {
		return nil
	}
	return amount(new(big.Rat).Mul(exact(estimate), quantile))
}
