package selection

import (
	"math/bits"
	"slices"
)

// program is a selection as numbers: choose x in {0,1}ⁿ so that value·x is as large as can be and every row holds. Everything that a problem says,
// from a yearly credit to "A requires B", is such a row.
//
// Rows and values are multiplied by powers of two, so that all are of about the same size: a row of euro cents and a row
// of project counts then ask the same precision of their multipliers. Nothing is divided, so nothing is rounded.
type program struct {
	value  []int64   // of each column, times 2^shift
	rows   []row     // Σ coef·x ≤ limit
	cols   [][]entry // the same coefficients by column
	shift  uint      // of the values
	unit   int64     // every value is a multiple of it before the shift; counted in it
	fixed  int64     // value of what is chosen beyond the columns, in units
	size   int       // bits of the greatest coefficient: float64 works with coefficients divided by 2^size
	narrow bool      // whether sums of multiplied coefficients fit 64 bits (bound.go)
	origin []int     // of each column, in the program that this one was reduced from
	cuts   int       // how many of the last rows only follow from others
}

// row is Σ coef[i]·x[at[i]] ≤ limit.
type row struct {
	at    []int32
	coef  []int64
	limit int64
	from  int32 // the rule's row that it is, or that it follows from alone; 0: none that could be named
}

// entry is a coefficient of a column.
type entry struct {
	row  int32
	coef int64
}

// magnitude is how large the sum of the absolute coefficients of a row may be: adding two such sums still fits.
const magnitude = 1 << 61

// least and most give the smallest and largest sum of a row when its columns are free.
func (r row) least() (n int64) {
	for _, c := range r.coef {
		n += min(c, 0)
	}
	return n
}

func (r row) most() (n int64) {
	for _, c := range r.coef {
		n += max(c, 0)
	}
	return n
}

// newProgram makes a program of values and rows whose absolute sums are below magnitude.
func newProgram(value []int64, rows []row) *program {
	p := &program{value: slices.Clone(value), unit: divisor(value), rows: make([]row, 0, len(rows))}
	for i := range p.value {
		p.value[i] /= p.unit
	}
	for _, r := range rows {
		if r.most() > r.limit { // the others hold whatever is chosen
			p.rows = append(p.rows, r)
		}
	}
	p.scale()
	p.turn()
	return p
}

// divisor is the greatest common divisor of the values, 1 for none.
func divisor(values []int64) int64 {
	var g int64
	for _, v := range values {
		a, b := g, max(v, -v)
		for b != 0 {
			a, b = b, a%b
		}
		g = a
	}
	return max(g, 1)
}

// scale multiplies rows and values so that the greatest coefficient of each has as many bits as the greatest of all, where its sums allow it.
func (p *program) scale() {
	greatest, _ := width(p.value)
	for _, r := range p.rows {
		n, _ := width(r.coef)
		greatest = max(greatest, n)
	}
	p.size = greatest
	p.shift = p.shiftOf(p.value)
	for i := range p.value {
		p.value[i] <<= p.shift
	}
	for i, r := range p.rows {
		p.rows[i] = p.fit(r)
	}
	p.narrow = p.isNarrow()
}

// fit multiplies a row by the power of two that the program's size asks for.
func (p *program) fit(r row) row {
	by := p.shiftOf(r.coef)
	coef := make([]int64, len(r.coef))
	for k, c := range r.coef {
		coef[k] = c << by
	}
	// A limit below every sum is as good as just below the smallest: it must not leave 64 bits.
	limit := max(r.limit, r.least()-1)
	return row{r.at, coef, limit << by, r.from}
}

func (p *program) isNarrow() bool {
	return p.size+precision+bits.Len(uint(len(p.value)))+bits.Len(uint(len(p.rows)))+2 <= 62
}

// width gives the bits of the greatest coefficient and of the sum.
func width(coef []int64) (greatest, sum int) {
	var top, all uint64
	for _, c := range coef {
		top, all = max(top, uint64(max(c, -c))), all+uint64(max(c, -c))
	}
	return bits.Len64(top), bits.Len64(all)
}

func (p *program) shiftOf(coef []int64) uint {
	n, sum := width(coef)
	return uint(max(0, min(p.size-n, 60-sum)))
}

// turn writes the rows by column.
func (p *program) turn() {
	p.cols = make([][]entry, len(p.value))
	for i, r := range p.rows {
		for k, j := range r.at {
			p.cols[j] = append(p.cols[j], entry{int32(i), r.coef[k]})
		}
	}
}

// reduce gives the program of the columns that are free, with what is chosen counted off the limits. nil: a row cannot hold any more.
func (p *program) reduce(low, high []int8) *program {
	place := make([]int32, len(p.value))
	q := &program{unit: p.unit, fixed: p.fixed, shift: p.shift, size: p.size, narrow: p.narrow}
	for j := range p.value {
		place[j] = -1
		switch {
		case low[j] != high[j]:
			place[j] = int32(len(q.value))
			q.value = append(q.value, p.value[j])
			q.origin = append(q.origin, j)
		case low[j] == 1:
			q.fixed += p.value[j] >> p.shift
		}
	}
	for _, r := range p.rows {
		left := row{limit: r.limit}
		for k, j := range r.at {
			switch {
			case place[j] >= 0:
				left.at, left.coef = append(left.at, place[j]), append(left.coef, r.coef[k])
			case low[j] == 1:
				left.limit -= r.coef[k]
			}
		}
		if left.least() > left.limit {
			return nil
		}
		if left.most() > left.limit {
			q.rows = append(q.rows, left)
		}
	}
	q.turn()
	return q
}

// worth is the value of a choice, in units.
func (p *program) worth(x []int8) int64 {
	v := p.fixed
	for j, c := range p.value {
		if x[j] == 1 {
			v += c >> p.shift
		}
	}
	return v
}

// holds tells whether a choice keeps every row.
func (p *program) holds(x []int8) bool {
	for _, r := range p.rows {
		var sum int64
		for k, j := range r.at {
			sum += r.coef[k] * int64(x[j])
		}
		if sum > r.limit {
			return false
		}
	}
	return true
}
