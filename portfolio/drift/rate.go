package drift

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"

	"jalon/internal/money"
)

// BP rounds the rate to basis points, halves away from zero; false when it is undefined or does
// not fit.
func (r Rate) BP() (money.BasisPoints, bool) {
	if !r.Defined {
		return 0, false
	}
	if r.Den > 0 && r.Den < 1<<62 { // (|num|·20,000 + den) / (2·den) in 128 bits: a list asks for tens of thousands
		hi, lo := bits.Mul64(magnitude(r.Num), 20_000)
		lo, carry := bits.Add64(lo, uint64(r.Den), 0)
		if hi += carry; hi < 2*uint64(r.Den) {
			if n, _ := bits.Div64(hi, lo, 2*uint64(r.Den)); n <= math.MaxInt64 {
				if r.Num < 0 {
					return -money.BasisPoints(n), true
				}
				return money.BasisPoints(n), true
			}
		}
	}
	return money.RoundBasisPoints(r.Rat())
}

// Rat gives the rate as an exact fraction, nil when it is undefined.
func (r Rate) Rat() *big.Rat {
	if !r.Defined {
		return nil
	}
	return big.NewRat(r.Num, r.Den)
}

// Compare is -1, 0 or 1 by exact value; an undefined rate comes before every defined one.
func (r Rate) Compare(o Rate) int {
	if !r.Defined || !o.Defined {
		return compareBools(r.Defined, o.Defined)
	}
	if (r.Num < 0) != (o.Num < 0) {
		return cmp.Compare(r.Num, o.Num)
	}
	order := compareProducts(magnitude(r.Num), uint64(o.Den), magnitude(o.Num), uint64(r.Den))
	if r.Num < 0 {
		return -order
	}
	return order
}

// compareProducts compares a·b with c·d in 128 bits.
func compareProducts(a, b, c, d uint64) int {
	hi1, lo1 := bits.Mul64(a, b)
	hi2, lo2 := bits.Mul64(c, d)
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

// magnitude is |n|, right for the smallest int64 too.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// fraction is num/den with den > 0, never reduced: the common factor of a sum over thousands of
// projects costs far more to find than to carry. A nil num is an undefined average.
type fraction struct{ num, den *big.Int }

func (f fraction) defined() bool { return f.num != nil }

// plus and minus are undefined where one side is.
func (f fraction) plus(o fraction) fraction {
	if !f.defined() || !o.defined() {
		return fraction{}
	}
	if f.den.Cmp(o.den) == 0 {
		return fraction{new(big.Int).Add(f.num, o.num), f.den}
	}
	num := new(big.Int).Mul(f.num, o.den)
	return fraction{num.Add(num, new(big.Int).Mul(o.num, f.den)), new(big.Int).Mul(f.den, o.den)}
}

func (f fraction) minus(o fraction) fraction {
	if !o.defined() {
		return fraction{}
	}
	return f.plus(fraction{new(big.Int).Neg(o.num), o.den})
}

// over divides by a positive whole number.
func (f fraction) over(n *big.Int) fraction {
	if !f.defined() || n.Sign() <= 0 {
		return fraction{}
	}
	return fraction{f.num, new(big.Int).Mul(f.den, n)}
}

// round gives num/den·scale as the nearest whole number, halves away from zero. It is money.Round
// without the reduction that big.Rat begins with, which takes a second where this takes a
// millisecond; a test holds the two together.
func (f fraction) round(scale int64) *big.Int {
	n := new(big.Int).Mul(f.num, big.NewInt(2*scale))
	n.Abs(n)
	n.Add(n, f.den)
	n.Quo(n, new(big.Int).Lsh(f.den, 1))
	if f.num.Sign() < 0 {
		n.Neg(n)
	}
	return n
}

// share rounds to basis points; what does not fit 64 bits is undefined.
func (f fraction) share() Share {
	if !f.defined() {
		return Share{}
	}
	n := f.round(10000)
	if !n.IsInt64() {
		return Share{}
	}
	return Share{Defined: true, BP: money.BasisPoints(n.Int64())}
}
