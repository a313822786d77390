package selection

import (
	"math"
	"math/bits"
)

// wide is a signed integer of 128 bits: bounds are evaluated in it, where 64 do not hold the sums.
type wide struct {
	hi int64
	lo uint64
}

// times is a·b, whole.
func times(a, b int64) wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// The product of the bit patterns counts a negative factor as 2⁶⁴ more: that is taken back from the upper half.
	h := int64(hi)
	if a < 0 {
		h -= b
	}
	if b < 0 {
		h -= a
	}
	return wide{h, lo}
}

func (a wide) plus(b wide) wide {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	return wide{a.hi + b.hi + int64(carry), lo}
}

func (a wide) minus(b wide) wide {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	return wide{a.hi - b.hi - int64(borrow), lo}
}

func (a wide) negative() bool { return a.hi < 0 }

func (a wide) less(b wide) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

// over is ⌊a / 2^n⌋ for n from 1 to 127, and the greatest or smallest int64 where 64 bits do not hold it.
func (a wide) over(n uint) int64 {
	if n >= 64 {
		return a.hi >> (n - 64)
	}
	if rest := a.hi >> (n - 1); rest > 0 {
		return math.MaxInt64
	} else if rest < -1 {
		return math.MinInt64
	}
	return a.hi<<(64-n) | int64(a.lo>>n)
}

// shl is a·2^n for n below 64; the result must fit 128 bits.
func (a wide) shl(n uint) wide {
	if n == 0 {
		return a
	}
	return wide{a.hi<<n | int64(a.lo>>(64-n)), a.lo << n}
}
