package reconcile

import (
	"math"
	"math/bits"

	"jalon/internal/money"
)

// wide is a sum of amounts in 128 bits, two's complement: it does not depend on the order of what is added.
type wide struct{ hi, lo uint64 }

func (w *wide) add(a money.Amount) { w.plus(wide{uint64(int64(a) >> 63), uint64(a)}) }

func (w *wide) plus(o wide) {
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, o.lo, 0)
	w.hi, _ = bits.Add64(w.hi, o.hi, carry)
}

// amount gives the sum, and false when it does not fit 64 bits.
func (w wide) amount() (money.Amount, bool) {
	if w.hi == uint64(int64(w.lo)>>63) {
		return money.Amount(w.lo), true
	}
	return 0, false
}

// capped gives the sum, or the largest amount of its sign when it does not fit 64 bits.
func (w wide) capped() money.Amount {
	if a, ok := w.amount(); ok {
		return a
	}
	if int64(w.hi) < 0 {
		return math.MinInt64
	}
	return math.MaxInt64
}

// magnitude is |a|, right for the smallest int64 too.
func magnitude(a money.Amount) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}
