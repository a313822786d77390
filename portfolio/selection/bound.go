package selection

import "math"

// precision is how many bits of fraction the multipliers keep when they become integers, and broad how many where sums do not fit 64 bits anyway: values of that many bits
// ask for them, else a unit is lost to rounding and no part of a search can be closed.
const (
	precision = 26
	broad     = 36
)

// fraction is the precision of a program's multipliers.
func (p *program) fraction() uint {
	if p.narrow {
		return precision
	}
	return broad
}

// prices turns the multipliers of a relaxation into integers, times 2^fraction. Whatever they are, as long as none is
// negative they give a bound (Lagrange); good ones give a good bound. What float64 got wrong makes a bound weaker, never false.
func prices(dst []int64, multipliers []float64, fraction uint) []int64 {
	most := math.Ldexp(1, int(fraction)+12)
	dst = dst[:0]
	for _, y := range multipliers {
		v := math.Round(math.Ldexp(y, int(fraction)))
		if !(v > 0) { // not a number, too
			v = 0
		}
		dst = append(dst, int64(math.Min(v, most)))
	}
	return dst
}

// bound evaluates, exactly, the most that any choice between low and high can be worth:
//
//	max Σ v·x  ≤  Σ y·limit + Σ over columns max over low..high of (v − y·column)·x      for every y ≥ 0
//
// in units and rounded down, as every worth is whole. reduced, when it is not nil, receives v − y·column for each column, in the scale of the sum.
// It returns the sum itself too, for fixing columns.
func (p *program) bound(y []int64, low, high []int8, reduced []wide) (int64, wide) {
	if p.narrow && p.small(y) {
		return p.boundNarrow(y, low, high, reduced)
	}
	var sum wide
	for i := range p.rows {
		if y[i] != 0 {
			sum = sum.plus(times(y[i], p.rows[i].limit))
		}
	}
	for j, v := range p.value {
		d := times(v, 1<<p.fraction())
		for _, e := range p.cols[j] {
			if y[e.row] != 0 {
				d = d.minus(times(y[e.row], e.coef))
			}
		}
		if reduced != nil {
			reduced[j] = d
		}
		if low[j] == 1 || high[j] == 1 && !d.negative() {
			sum = sum.plus(d)
		}
	}
	return sum.over(p.fraction()+p.shift) + p.fixed, sum
}

// small tells whether the multipliers are as small as narrow sums expect: at most 2^precision times two.
func (p *program) small(y []int64) bool {
	for _, v := range y {
		if v > 1<<(precision+1) {
			return false
		}
	}
	return true
}

// boundNarrow is bound where all sums fit 64 bits.
func (p *program) boundNarrow(y []int64, low, high []int8, reduced []wide) (int64, wide) {
	var sum int64
	for i := range p.rows {
		sum += y[i] * p.rows[i].limit
	}
	for j, v := range p.value {
		d := v << precision
		for _, e := range p.cols[j] {
			d -= y[e.row] * e.coef
		}
		if reduced != nil {
			reduced[j] = widen(d)
		}
		if low[j] == 1 || high[j] == 1 && d > 0 {
			sum += d
		}
	}
	return sum>>(precision+p.shift) + p.fixed, widen(sum)
}

func widen(v int64) wide { return wide{v >> 63, uint64(v)} }

// empty tells, exactly, whether the multipliers show that no choice between low and high keeps the rows: their
// sum, weighted by y ≥ 0, is above the weighted limits even at its smallest (Farkas).
func (p *program) empty(y []int64, low, high []int8) bool {
	var gap wide // smallest weighted sum − weighted limits
	for i := range p.rows {
		if y[i] != 0 {
			gap = gap.minus(times(y[i], p.rows[i].limit))
		}
	}
	for j := range p.value {
		var d wide
		for _, e := range p.cols[j] {
			if y[e.row] != 0 {
				d = d.plus(times(y[e.row], e.coef))
			}
		}
		if low[j] == 1 || high[j] == 1 && d.negative() {
			gap = gap.plus(d)
		}
	}
	return gap.hi > 0 || gap.hi == 0 && gap.lo > 0
}
