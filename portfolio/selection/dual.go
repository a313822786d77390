package selection

import "math"

// outcome is how the relaxation ended.
type outcome int

const (
	solved outcome = iota
	cutOff         // its value fell to where nothing better than the best known can be
	void           // it has no solution; ray and raySign say by which row
	lost           // the numbers went astray: only branching helps
)

// solve mends the tableau after the bounds changed, until the relaxation is solved or its value is at most floor.
func (t *tableau) solve(floor float64, most int) outcome {
	if t.pivots > refresh {
		t.renew()
	}
	t.settle()
	for n := range most {
		if n&63 == 63 && t.halt != nil && t.halt() {
			return lost
		}
		if t.value <= floor {
			return cutOff
		}
		r, sign, far := t.leaving()
		if r < 0 {
			return solved
		}
		q := t.entering(r, sign, far)
		if q < 0 {
			t.ray, t.raySign = r, sign
			return void
		}
		t.step(r, q, sign)
	}
	return lost
}

// leaving gives the row whose basic variable leaves its bounds by most, weighed by how steep the dual is along it.
// sign: +1 when the variable must grow.
func (t *tableau) leaving() (r int, sign, far float64) {
	r = -1
	var best float64
	for i, v := range t.basic {
		low, high := t.bounds(v)
		var s, gap float64
		switch x := t.x[i]; {
		case x < low-feasible:
			s, gap = 1, low-x
		case x > high+feasible:
			s, gap = -1, x-high
		default:
			continue
		}
		if score := gap * gap / t.steep(i); score > best {
			r, sign, far, best = i, s, gap, score
		}
	}
	return r, sign, far
}

// steep is the square of the length of a row of B⁻¹.
func (t *tableau) steep(i int) float64 {
	sum := 1e-9
	if int(t.basic[i]) >= t.n {
		sum++
	}
	for j, v := range t.outside {
		if int(v) >= t.n {
			a := t.t[i*t.w+j]
			sum += a * a
		}
	}
	return sum
}

// entering picks the column that comes into the basis: walking along the dual, variables whose reduced cost changes
// sign go to their other bound as long as that does not carry the row beyond its own. Those that went are flipped when it returns.
func (t *tableau) entering(r int, sign, far float64) int {
	t.cand = t.cand[:0]
	row := t.t[r*t.w : r*t.w+t.w]
	for j, a := range row {
		a *= -sign // growth of the row's variable, towards its bound, per unit of the column's
		if t.upper[j] {
			a = -a
		}
		if a <= tiny {
			continue
		}
		if v := t.outside[j]; int(v) < t.n && t.low[v] == t.high[v] {
			continue
		}
		t.cand = append(t.cand, breakpoint{math.Abs(t.d[j]) / a, a, int32(j)})
	}
	// The breakpoints are passed in the order of their ratios; few are, so that looking for the next one is quicker than sorting all.
	passed := 0
	for rest := t.cand; len(rest) > 0; rest = rest[1:] {
		least := 0
		for k, c := range rest {
			if c.ratio < rest[least].ratio || c.ratio == rest[least].ratio && c.at < rest[least].at {
				least = k
			}
		}
		rest[0], rest[least] = rest[least], rest[0]
		c := rest[0]
		if int(t.outside[c.at]) < t.n { // a column of the program: from bound to bound is 1
			if far -= c.alpha; far > 0 {
				if len(rest) == 1 {
					return -1 // even with all of them at their other bound the row stays out
				}
				passed++
				continue
			}
		}
		for _, f := range t.cand[:passed] {
			t.flip(int(f.at))
		}
		return int(c.at)
	}
	return -1
}

// flip takes a nonbasic column of the program to its other bound.
func (t *tableau) flip(j int) {
	by := 1.0
	if t.upper[j] {
		by = -1
	}
	t.upper[j] = !t.upper[j]
	t.move(j, by)
}

// step brings column q into the basis in place of row r's variable, which goes to the bound that it left.
func (t *tableau) step(r, q int, sign float64) {
	v := t.basic[r]
	low, high := t.bounds(v)
	goal := low
	if sign < 0 {
		goal = high
	}
	by := (t.x[r] - goal) / t.t[r*t.w+q]
	at := t.at[q]
	for i := range t.m {
		t.x[i] -= t.t[i*t.w+q] * by
	}
	t.value += t.d[q] * by
	t.x[r] = at + by
	t.exchange(r, q)
	t.at[q], t.upper[q] = goal, sign < 0
}

// multipliers writes the price of each row, in the relaxation's own scale.
func (t *tableau) multipliers(dst []float64) []float64 {
	dst = append(dst[:0], make([]float64, len(t.p.rows))...)
	for j, v := range t.outside {
		if int(v) >= t.n {
			dst[int(v)-t.n] = -t.d[j]
		}
	}
	return dst
}

// rays writes the weights of the rows which show that the relaxation has no solution.
func (t *tableau) rays(dst []float64) []float64 {
	dst = append(dst[:0], make([]float64, len(t.p.rows))...)
	var top float64
	for j, v := range t.outside {
		if int(v) >= t.n {
			dst[int(v)-t.n] = t.t[t.ray*t.w+j] * t.raySign
		}
	}
	if v := int(t.basic[t.ray]); v >= t.n {
		dst[v-t.n] = t.raySign
	}
	for _, y := range dst {
		top = max(top, math.Abs(y))
	}
	for i := range dst {
		dst[i] /= top
	}
	return dst
}

// point writes the solution of the relaxation.
func (t *tableau) point(dst []float64) {
	for j := range dst {
		dst[j] = float64(t.low[j]) // of those left out
	}
	for j, v := range t.outside {
		if int(v) < t.n {
			low, high := t.bounds(v)
			dst[v] = low
			if t.upper[j] {
				dst[v] = high
			}
		}
	}
	for i, v := range t.basic {
		if int(v) < t.n {
			dst[v] = t.x[i]
		}
	}
}
