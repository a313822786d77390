package selection

import (
	"math"
	"slices"
)

// tableau is the linear relaxation of a program (x may be any fraction between its bounds), solved by the dual simplex method
// with bounds and a ratio test that flips them (Maros, "A generalized dual phase-2 simplex algorithm", 2003).
//
// It holds x_basic = β − T·x_nonbasic with one column of T per variable outside of the basis. Its prices stay valid whatever the
// bounds become, so that one tableau serves a whole search: after a change of bounds a few pivots mend it.
// Everything in it is float64 and may be a little wrong: what it says is used to guide, and proven by bound.go.
type tableau struct {
	p       *program
	n       int       // columns of the program: variables below are columns, the others slacks of its rows
	rows    []int32   // of the program that are in it
	cols    []int32   // of the program that are in it
	m, w    int       // height, as many as rows; width
	t       []float64 // m×w
	d       []float64 // w: reduced costs, ≤ 0 at a lower bound and ≥ 0 at an upper one
	basic   []int32   // m: variable of a row; columns first, then one slack for each row of the program
	outside []int32   // w: variable of a column of T
	upper   []bool    // w: whether it stands at its upper bound
	x       []float64 // m: values of the basic variables
	low     []int8    // bounds of the program's columns, owned by the search
	high    []int8
	base    float64 // value of the columns that are left out
	value   float64 // of the relaxation, in the scale of d
	pivots  int     // since the tableau was computed anew
	work    *int64  // multiplications so far
	ray     int     // the row that showed the relaxation empty
	raySign float64
	scale   float64 // 2^-size
	cand    []breakpoint
	touched []int32
	limit   []float64   // of the program's rows, less what the columns left out use
	halt    func() bool // asked during long solutions whether to end; nil: never
	at      []float64   // w: where the variable of a column of T stands
}

// breakpoint is a nonbasic variable at which the dual's slope changes.
type breakpoint struct {
	ratio, alpha float64
	at           int32
}

const (
	feasible = 1e-9 // how far a basic variable may leave its bounds
	tiny     = 1e-9 // what counts as zero in a pivot row
	refresh  = 400  // pivots until the tableau is computed anew from the program
)

func newTableau(p *program, low, high []int8) *tableau {
	n, m := len(p.value), len(p.rows)
	t := &tableau{p: p, n: n, low: low, high: high, work: new(int64), scale: math.Ldexp(1, -p.size), limit: make([]float64, m)}
	t.rows, t.cols = upTo(m), upTo(n)
	t.size(m, n)
	for i, r := range p.rows {
		t.limit[i] = float64(r.limit) * t.scale
	}
	t.load()
	t.betas()
	return t
}

func upTo(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// size makes room for a tableau of some height and width.
func (t *tableau) size(m, w int) {
	t.m, t.w = m, w
	t.t = slices.Grow(t.t[:0], m*w)[:m*w]
	t.d, t.at, t.x = slices.Grow(t.d[:0], w)[:w], slices.Grow(t.at[:0], w)[:w], slices.Grow(t.x[:0], m)[:m]
	t.basic, t.outside, t.upper = slices.Grow(t.basic[:0], m)[:m], slices.Grow(t.outside[:0], w)[:w], slices.Grow(t.upper[:0], w)[:w]
}

// load writes the program into the tableau as it is with all slacks in the basis.
func (t *tableau) load() {
	clear(t.t)
	place := make([]int32, t.n)
	for j := range place {
		place[j] = -1
	}
	for k, j := range t.cols {
		place[j] = int32(k)
		t.outside[k] = j
		t.d[k] = float64(t.p.value[j]) * t.scale
		t.at[k] = float64(t.low[j])
	}
	for i, r := range t.rows {
		t.basic[i] = int32(t.n) + r
		row := &t.p.rows[r]
		for k, j := range row.at {
			if place[j] >= 0 {
				t.t[i*t.w+int(place[j])] = float64(row.coef[k]) * t.scale
			}
		}
	}
	t.pivots = 0
}

// bounds gives those of a variable.
func (t *tableau) bounds(v int32) (low, high float64) {
	if int(v) < t.n {
		return float64(t.low[v]), float64(t.high[v])
	}
	return 0, math.Inf(1)
}

// renew computes the tableau of the present basis from the program, which sheds the errors that pivots gathered.
func (t *tableau) renew() {
	wanted := make([]bool, t.n+len(t.p.rows))
	for _, v := range t.basic {
		wanted[v] = true
	}
	t.load()
	for j := range t.w {
		if !wanted[t.outside[j]] {
			continue
		}
		best, at := 1e-7, -1
		for i := range t.m {
			if a := math.Abs(t.t[i*t.w+j]); a > best && !wanted[t.basic[i]] {
				best, at = a, i
			}
		}
		if at >= 0 {
			t.exchange(at, j)
		}
	}
	t.pivots = 0
	for j, v := range t.outside {
		t.at[j] = 0
		if int(v) < t.n {
			t.at[j] = float64(t.low[v])
		}
	}
	t.betas()
}

// settle puts every nonbasic variable at the bound that its reduced cost asks for, and moves the basic ones along.
func (t *tableau) settle() {
	for j, v := range t.outside {
		want := 0.0
		t.upper[j] = false
		if int(v) < t.n {
			switch low, high := t.low[v], t.high[v]; {
			case low == high:
				want = float64(low)
			case t.d[j] > 0:
				want, t.upper[j] = 1, true
			}
		}
		if by := want - t.at[j]; by != 0 {
			t.move(j, by)
		}
	}
}

// move shifts a nonbasic variable.
func (t *tableau) move(j int, by float64) {
	t.at[j] += by
	t.value += t.d[j] * by
	for i := range t.m {
		t.x[i] -= t.t[i*t.w+j] * by
	}
	*t.work += int64(t.m)
}

// betas computes the basic variables and the value from those outside: x_basic = B⁻¹·limit − T·x_outside, where B⁻¹ stands in the columns of the slacks.
func (t *tableau) betas() {
	t.value = t.base
	for i := range t.m {
		var sum float64
		for j, v := range t.outside {
			a := t.t[i*t.w+j]
			if int(v) >= t.n {
				sum += a * t.limit[int(v)-t.n]
			} else if t.at[j] != 0 {
				sum -= a * t.at[j]
			}
		}
		if v := int(t.basic[i]); v >= t.n {
			sum += t.limit[v-t.n]
		}
		t.x[i] = sum
	}
	for j, v := range t.outside {
		if int(v) >= t.n {
			t.value -= t.d[j] * t.limit[int(v)-t.n]
		} else {
			t.value += t.d[j] * t.at[j]
		}
	}
	*t.work += int64(t.m * t.w)
}

// exchange brings the variable of column q into the basis in row r.
func (t *tableau) exchange(r, q int) {
	n := t.w
	pr := t.t[r*n : r*n+n]
	inv := 1 / pr[q]
	t.touched = t.touched[:0]
	for j, v := range pr {
		if v != 0 {
			pr[j] = v * inv
			if j != q {
				t.touched = append(t.touched, int32(j))
			}
		}
	}
	sparse := len(t.touched) < n/2
	for i := range t.m {
		if i == r {
			continue
		}
		ri := t.t[i*n : i*n+n]
		f := ri[q]
		if f == 0 {
			continue
		}
		if sparse {
			for _, j := range t.touched {
				ri[j] -= f * pr[j]
			}
		} else {
			subtract(ri, pr, f)
		}
		ri[q] = -f * inv
	}
	f := t.d[q]
	if f != 0 {
		subtract(t.d, pr, f)
	}
	t.d[q] = -f * inv
	pr[q] = inv
	t.basic[r], t.outside[q] = t.outside[q], t.basic[r]
	t.pivots++
	*t.work += int64(t.m * n)
}

// subtract is a −= f·b.
func subtract(a, b []float64, f float64) {
	b = b[:len(a)]
	for len(a) >= 4 {
		a[0] -= f * b[0]
		a[1] -= f * b[1]
		a[2] -= f * b[2]
		a[3] -= f * b[3]
		a, b = a[4:], b[4:]
	}
	for j := range a {
		a[j] -= f * b[j]
	}
}
