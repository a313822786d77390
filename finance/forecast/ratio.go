package forecast

import (
	"math/big"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// whole is 100 % in basis points.
const whole = 10_000

// A Finding is something that the reader of a result must know of. Its text is that of the key
// "forecast.finding."+Code; Args are what the text mentions, in order: amounts as money.Amount, which the edge writes
// in the currency of the figures.
type Finding struct {
	Code string
	Args []any
}

// BasisPoints rounds an exact ratio to basis points, halves away from zero; nil where it is undefined or beyond 64 bits.
func BasisPoints(ratio *big.Rat) *money.BasisPoints {
	if ratio == nil {
		return nil
	}
	bp, ok := money.RoundBasisPoints(ratio)
	if !ok {
		return nil
	}
	return &bp
}

// ratio is num/den, nil unless den is above 0: a share of nothing, or of less, says nothing.
func ratio(num, den money.Amount) *big.Rat {
	if den <= 0 {
		return nil
	}
	return big.NewRat(int64(num), int64(den))
}

// change is (current − reference)/reference, nil unless the reference is above 0.
func change(current, reference money.Amount) *big.Rat {
	r := ratio(current, reference)
	if r == nil {
		return nil
	}
	return r.Sub(r, big.NewRat(1, 1))
}

// exceeds tells whether a defined ratio is above so many basis points, exactly: 10 % and a hair is above 10 %.
func exceeds(r *big.Rat, bp money.BasisPoints) bool { return r != nil && r.Cmp(points(bp)) > 0 }

// below tells whether a defined ratio is below so many basis points.
func below(r *big.Rat, bp money.BasisPoints) bool { return r != nil && r.Cmp(points(bp)) < 0 }

func points(bp money.BasisPoints) *big.Rat { return big.NewRat(int64(bp), whole) }

// of multiplies an amount by an exact ratio and rounds once, halves away from zero; false beyond 64 bits.
func of(a money.Amount, r *big.Rat) (money.Amount, bool) {
	return rounded(new(big.Rat).Mul(exact(a), r))
}

func exact(a money.Amount) *big.Rat { return new(big.Rat).SetInt64(int64(a)) }

func rounded(r *big.Rat) (money.Amount, bool) {
	n := money.Round(r)
	if !n.IsInt64() {
		return 0, false
	}
	return money.Amount(n.Int64()), true
}

// errOverflow refuses figures whose sum leaves 64 bits; no real budget comes near.
func errOverflow() error { return fault.Invalid("forecast.overflow") }

// sum is the checked sum of amounts.
func sum(amounts ...money.Amount) (money.Amount, error) {
	total, ok := money.Sum(amounts...)
	if !ok {
		return 0, errOverflow()
	}
	return total, nil
}

// minus is the checked difference.
func minus(a, b money.Amount) (money.Amount, error) {
	n := new(big.Int).Sub(big.NewInt(int64(a)), big.NewInt(int64(b)))
	if !n.IsInt64() {
		return 0, errOverflow()
	}
	return money.Amount(n.Int64()), nil
}

// minusKnown is a − b where b is known, else nil.
func minusKnown(a money.Amount, b *money.Amount) (*money.Amount, error) {
	if b == nil {
		return nil, nil
	}
	d, err := minus(a, *b)
	if err != nil {
		return nil, err
	}
	return &d, nil
}
