package money

import "math/big"

// Convert gives the amount in another currency at the rate num/den: so many major units of to for one of from. It is
// rounded once, half away from zero; false for a rate that is not above 0, or beyond 64 bits.
//
// It is an operation of reports, on totals. Parts converted one by one sum to something else: a report shows the
// difference and never books a converted amount.
func (a Amount) Convert(from, to Currency, num, den int64) (Amount, bool) {
	if num <= 0 || den <= 0 {
		return 0, false
	}
	major := new(big.Rat).SetFrac(big.NewInt(int64(a)), pow10(from.Exponent()))
	return FromRat(major.Mul(major, big.NewRat(num, den)), to)
}
