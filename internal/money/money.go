// Package money holds amounts as whole minor units (cents), so that nothing is ever lost to a
// float: sums are checked for overflow, shares are split by largest remainder, and a ratio is an
// exact fraction that is rounded once, when it is shown.
package money

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"sort"
	"strings"
)

// Amount is a number of minor units (cents for EUR, whole francs for RWF). Which currency they
// are of stands beside it, once per roadmap or organisation.
type Amount int64

// BasisPoints is a ratio in hundredths of a percent: 10 000 is 100 %.
type BasisPoints int64

// Money is an amount with its currency, for texts that somebody else writes: each language in its own way.
type Money struct {
	Amount   Amount
	Currency Currency
}

// String writes it as files and JSON carry it: "-1234.50 EUR".
func (m Money) String() string { return m.Amount.Decimal(m.Currency) + " " + string(m.Currency) }

// MarshalText is String, for what is kept or handed on.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// Add gives a+b, and false when the sum does not fit 64 bits.
func (a Amount) Add(b Amount) (Amount, bool) {
	s := a + b
	return s, (s > a) == (b > 0)
}

// Sum adds amounts in 128 bits, and gives false when the total does not fit 64 bits.
func Sum(amounts ...Amount) (Amount, bool) {
	var hi, lo uint64
	for _, a := range amounts {
		var carry uint64
		lo, carry = bits.Add64(lo, uint64(a), 0)
		hi, _ = bits.Add64(hi, uint64(int64(a)>>63), carry)
	}
	if (hi == 0 && lo <= math.MaxInt64) || (hi == math.MaxUint64 && lo > math.MaxInt64) {
		return Amount(lo), true
	}
	return 0, false
}

// Abs gives the amount without its sign; the smallest int64 has no positive twin and saturates.
func (a Amount) Abs() Amount {
	if a == math.MinInt64 {
		return math.MaxInt64
	}
	if a < 0 {
		return -a
	}
	return a
}

// Percent takes a share of the amount, rounded half away from zero. A share above 100 % may leave
// 64 bits; the result then stays at the largest amount of its sign.
func (a Amount) Percent(share BasisPoints) Amount {
	r := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(a)), big.NewInt(int64(share))), big.NewInt(10000))
	n := Round(r)
	switch {
	case n.IsInt64():
		return Amount(n.Int64())
	case n.Sign() < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

// Split divides the amount by weights with the largest remainder, so that the parts always sum to
// the whole. Ties go to the earlier part. Weights must not be negative; when all are 0 the parts
// are equal.
func (a Amount) Split(weights []int64) []Amount {
	if len(weights) == 0 {
		return nil
	}
	total := new(big.Int)
	for _, w := range weights {
		if w < 0 {
			panic("money: negative weight")
		}
		total.Add(total, big.NewInt(w))
	}
	if total.Sign() == 0 {
		equal := make([]int64, len(weights))
		for i := range equal {
			equal[i] = 1
		}
		return a.Split(equal)
	}
	parts := make([]Amount, len(weights))
	rest := make([]*big.Int, len(weights))
	whole := new(big.Int).Abs(big.NewInt(int64(a))) // Amount.Abs would lose a cent of the smallest int64
	left := whole.Uint64()
	for i, w := range weights {
		q, r := new(big.Int).QuoRem(new(big.Int).Mul(whole, big.NewInt(w)), total, new(big.Int))
		parts[i], rest[i] = Amount(q.Uint64()), r
		left -= q.Uint64()
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return rest[order[i]].Cmp(rest[order[j]]) > 0 })
	for i := range left {
		parts[order[i]]++
	}
	if a < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

// Round rounds a fraction to the nearest whole number, halves away from zero.
func Round(r *big.Rat) *big.Int {
	num, den := new(big.Int).Abs(r.Num()), r.Denom()
	q := num.Mul(num, big.NewInt(2))
	q.Add(q, den)
	q.Quo(q, new(big.Int).Mul(den, big.NewInt(2)))
	if r.Sign() < 0 {
		q.Neg(q)
	}
	return q
}

// RoundBasisPoints rounds an exact ratio (0.2491…) to basis points (2491), halves away from zero.
// It gives false when the ratio is too large for 64 bits.
func RoundBasisPoints(ratio *big.Rat) (BasisPoints, bool) {
	n := Round(new(big.Rat).Mul(ratio, big.NewRat(10000, 1)))
	if !n.IsInt64() {
		return 0, false
	}
	return BasisPoints(n.Int64()), true
}

// Decimal writes the amount with a point and the currency's decimals, as files and JSON carry it:
// "-1234.50". Pages use the reader's own notation instead.
func (a Amount) Decimal(c Currency) string {
	exp := c.Exponent()
	sign, digits := "", fmt.Sprint(int64(a))
	if a < 0 {
		sign, digits = "-", digits[1:]
	}
	if exp == 0 {
		return sign + digits
	}
	if len(digits) <= exp {
		digits = strings.Repeat("0", exp-len(digits)+1) + digits
	}
	return sign + digits[:len(digits)-exp] + "." + digits[len(digits)-exp:]
}

// Parse reads what Decimal writes. It refuses a fraction of a minor unit ("12.345" of EUR; "12.00"
// of RWF is twelve francs), signs other than a leading minus, and whatever does not fit 64 bits.
func Parse(s string, c Currency) (Amount, error) {
	r, ok := parseDecimal(s)
	if !ok {
		return 0, fmt.Errorf("money: %q is not a decimal number", s)
	}
	minor := new(big.Rat).Mul(r, new(big.Rat).SetInt(pow10(c.Exponent())))
	if !minor.IsInt() {
		return 0, fmt.Errorf("money: %q has more decimals than %s", s, c)
	}
	if !minor.Num().IsInt64() {
		return 0, fmt.Errorf("money: %q is out of range", s)
	}
	return Amount(minor.Num().Int64()), nil
}

// FromRat turns an exact amount of major units (euros) into minor units, rounded half away from
// zero; false when it does not fit.
func FromRat(major *big.Rat, c Currency) (Amount, bool) {
	n := Round(new(big.Rat).Mul(major, new(big.Rat).SetInt(pow10(c.Exponent()))))
	if !n.IsInt64() {
		return 0, false
	}
	return Amount(n.Int64()), true
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// parseDecimal accepts digits with at most one point and a leading minus, nothing else: big.Rat's
// own parser would take "1e9", "0x10" and "1/3".
func parseDecimal(s string) (*big.Rat, bool) {
	digits, seen := 0, false
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '-' && i == 0:
		case r == '.' && !seen && digits > 0:
			seen = true
		default:
			return nil, false
		}
	}
	if digits == 0 || digits > 40 || strings.HasSuffix(s, ".") {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// Ratio gives num/den in basis points, halves away from zero; false when den is 0 or the result
// does not fit.
func Ratio(num, den int64) (BasisPoints, bool) {
	if den == 0 {
		return 0, false
	}
	return RoundBasisPoints(big.NewRat(num, den))
}
