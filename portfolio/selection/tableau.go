package selection

import "math"

// tableau is the linear relaxation of a program (x may be any fraction between its bounds), solved by the dual simplex method
// with bounds and a ratio test that flips them (Maros, "A generalized dual phase-2 simplex algorithm", 2003).
//
// It holds x_basic = β − T·x_nonbasic with one column of T per variable outside of the basis. Its prices stay valid whatever the
// bounds become, so that one tableau serves a whole search: after a change of bounds a few pivots mend it.
// Everything in it is float64 and may be a little wrong: what it says is used to guide, and proven by bound.go.
type tableau struct {
	p       *program
	n, m    int
	t       []float64 // m×n
	d       []float64 // n: reduced costs, ≤ 0 at a lower bound and ≥ 0 at an upper one
	basic   []int32   // m: variable of a row; columns first, then one slack for each row of the program
	outside []int32   // n: variable of a column of T
	upper   []bool    // n: whether it stands at its upper bound
	x       []float64 // m: values of the basic variables
	low     []int8    // bounds of the program's columns, owned by the search
	high    []int8
	value   float64 // of the relaxation, in the scale of d
	pivots  int     // since the tableau was computed anew
	work    int64   // multiplications so far
	ray     int     // the row that showed the relaxation empty
	raySign float64
	scale   float64 // 2^-size
	cand    []breakpoint
	column  []float64
	touched []int32
	weight  []float64   // m: how steep the dual is along a row
	limit   []float64   // m: of the program's rows
	halt    func() bool // asked during long solutions whether to end; nil: never
	at      []float64   // n: where the variable of a column of T stands
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
	t := &tableau{p: p, n: n, m: m, t: make([]float64, n*m), d: make([]float64, n), basic: make([]int32, m), outside: make([]int32, n), upper: make([]bool, n),
		x: make([]float64, m), low: low, high: high, scale: math.Ldexp(1, -p.size), column: make([]float64, m), weight: make([]float64, m),
		limit: make([]float64, m), at: make([]float64, n)}
	for i, r := range p.rows {
		t.limit[i] = float64(r.limit) * t.scale
	}
	for j := range n {
		t.outside[j] = int32(j)
	}
	for i := range m {
		t.basic[i] = int32(n + i)
	}
	t.load()
	t.betas()
	return t
}

// load writes the program into the tableau as it is with all slacks in the basis.
func (t *tableau) load() {
	clear(t.t)
	for i, r := range t.p.rows {
		for k, j := range r.at {
			t.t[i*t.n+int(j)] = float64(r.coef[k]) * t.scale
		}
		t.weight[i] = 1
	}
	for j, v := range t.p.value {
		t.d[j] = float64(v) * t.scale
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
	wanted := make([]bool, t.n+t.m)
	for _, v := range t.basic {
		wanted[v] = true
	}
	for j := range t.n {
		t.outside[j] = int32(j)
	}
	for i := range t.m {
		t.basic[i] = int32(t.n + i)
	}
	t.load()
	for j := range t.n {
		if !wanted[t.outside[j]] {
			continue
		}
		best, at := 1e-7, -1
		for i := range t.m {
			if a := math.Abs(t.t[i*t.n+j]); a > best && !wanted[t.basic[i]] {
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
		t.x[i] -= t.t[i*t.n+j] * by
	}
	t.work += int64(t.m)
}

// betas computes the basic variables and the value from those outside: x_basic = B⁻¹·limit − T·x_outside, where B⁻¹ stands in the columns of the slacks.
func (t *tableau) betas() {
	t.value = 0
	for i := range t.m {
		var sum float64
		for j, v := range t.outside {
			a := t.t[i*t.n+j]
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
	t.work += int64(t.m * t.n)
}

// exchange brings the variable of column q into the basis in row r.
func (t *tableau) exchange(r, q int) {
	n := t.n
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
	t.work += int64(t.m * n)
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
