package selection

import (
	"cmp"
	"slices"
)

// polisher mends and betters a choice by single steps: a column out, columns in. It is quick and goes not far; the search begins where it ends.
type polisher struct {
	value []int64
	rows  []row
	cols  [][]entry
	x     []int8
	left  []int64 // room of each row; below 0: it is broken
	worth int64
	order []int // columns, the most valuable first
}

// polish begins with columns, whether they keep the rows or not.
func (m *model) polish(x []int8, rows []row) *polisher {
	p := &polisher{value: m.value, rows: rows, cols: make([][]entry, len(m.owner)), x: slices.Clone(x), left: make([]int64, len(rows)), order: make([]int, len(m.owner))}
	for i, r := range rows {
		p.left[i] = r.limit - r.sumOf(x)
		for k, j := range r.at {
			p.cols[j] = append(p.cols[j], entry{int32(i), r.coef[k]})
		}
	}
	for j := range p.order {
		p.order[j] = j
	}
	slices.SortStableFunc(p.order, func(a, b int) int { return cmp.Compare(m.value[b], m.value[a]) })
	p.worth = m.worth(x)
	return p
}

// flip takes a column in or out.
func (p *polisher) flip(j int) {
	by := int64(1)
	if p.x[j] == 1 {
		by = -1
	}
	p.x[j] ^= 1
	p.worth += by * p.value[j]
	for _, e := range p.cols[j] {
		p.left[e.row] -= by * e.coef
	}
}

// keeps tells whether no row that a column is in would be broken after flipping it.
func (p *polisher) keeps(j int) bool {
	by := int64(1)
	if p.x[j] == 1 {
		by = -1
	}
	for _, e := range p.cols[j] {
		if c := by * e.coef; c > 0 && c > p.left[e.row] {
			return false
		}
	}
	return true
}

// whole tells whether all rows hold.
func (p *polisher) whole() bool {
	return !slices.ContainsFunc(p.left, func(n int64) bool { return n < 0 })
}

// trim takes columns out until a row holds, each time the one that is worth least for what it uses of it. false: it cannot.
func (p *polisher) trim(r int) bool {
	for p.left[r] < 0 {
		out, use := -1, int64(0)
		for k, j := range p.rows[r].at {
			c := p.rows[r].coef[k]
			if p.x[j] == 0 || c <= 0 || !p.keeps(int(j)) {
				continue
			}
			if out < 0 || times(p.value[j], use).less(times(p.value[out], c)) {
				out, use = int(j), c
			}
		}
		if out < 0 {
			return false
		}
		p.flip(out)
	}
	return true
}

// mend trims every row that is broken. false: it cannot.
func (p *polisher) mend() bool {
	for r := range p.rows {
		if !p.trim(r) {
			return false
		}
	}
	return p.whole()
}

// fill takes in what fits, the most valuable first, until nothing does, and returns what it took.
func (p *polisher) fill(but int) (took []int) {
	for before := -1; before < len(took); { // what came in may make room for what requires it, or for what a theme's share held back
		before = len(took)
		for _, j := range p.order {
			if p.x[j] == 0 && j != but && p.value[j] > 0 && p.keeps(j) {
				p.flip(j)
				took = append(took, j)
			}
		}
	}
	return took
}

// better takes one column out for others that are worth more together, as long as that is possible.
func (p *polisher) better() {
	p.fill(-1)
	for again := true; again; {
		again = false
		for _, j := range p.order {
			if p.x[j] == 0 || !p.keeps(j) {
				continue
			}
			before := p.worth
			p.flip(j)
			took := p.fill(j)
			if p.worth > before {
				again = true
				continue
			}
			for _, i := range took {
				p.flip(i)
			}
			p.flip(j)
		}
	}
}

// work is about how much a polish costs, in thousands of multiplications.
func (p *polisher) work() (n int64) {
	for _, r := range p.rows {
		n += int64(len(r.at))
	}
	return n/10 + 1
}
