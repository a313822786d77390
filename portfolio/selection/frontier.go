package selection

import (
	"math"
	"slices"
)

// Point of the efficient frontier: the best selection that uses at most Total of the frontier keys together, and of each no more than its limit.
type Point struct {
	Total int64 `json:"total"`
	Found
}

// point is a point on its way.
type point struct {
	total int64
	use   row // of the frontier keys
	begun bool
	k     known
}

func (p *point) settled() bool { return p.k.proven }

func (p *point) weight() int64 { return 6 }

func (p *point) tighten(e *explainer, b *budget) {
	if !p.begun {
		p.begun = true
		p.borrow(e, b)
	}
	e.m.tighten(&p.k, e.m.program(all, p.use), b, nil)
}

// borrow begins with what is known above the ceiling, the lowest first, with as much left out as needed.
func (p *point) borrow(e *explainer, b *budget) {
	from := e.main
	for _, q := range e.points {
		if q.total > p.total && q.begun && q.k.x != nil {
			from = q.k
			break
		}
	}
	rows := append(e.m.rows(all), p.use)
	s := e.m.polish(from.x, rows)
	b.spend(s.work())
	if s.trim(len(rows) - 1) {
		s.better()
		if s.whole() {
			p.k.offer(s.x, s.worth)
		}
	}
}

// axis is the use of the frontier keys by column.
func (m *model) axis(column int) (sum int64) {
	for _, k := range m.frontier {
		sum += m.uses[column][k]
	}
	return sum
}

// frontier lays points at equal distances from the least that a selection can use to the sum of the limits; a frontier key without a limit counts for all
// that its projects could use. The least is proven, or as little as was found when work on it ended.
func (e *explainer) frontier() []*point {
	thrifty, to := e.main.x, e.m.ceiling()
	e.step(func(b *budget) { thrifty = e.m.thrifty(e.main.x, b) }, firstRound/20)
	from := e.m.along(thrifty)
	n := int64(min(e.o.Frontier, MaxPoints))
	if n == 1 || to == from {
		return []*point{e.m.point(to)}
	}
	if to-from < n {
		n = to - from + 1
	}
	step, rest := (to-from)/(n-1), (to-from)%(n-1)
	out := make([]*point, n)
	for i := range n {
		out[i] = e.m.point(from + step*i + rest*i/(n-1))
	}
	out[0].k.offer(thrifty, e.m.worth(thrifty))
	return out
}

func (m *model) point(total int64) *point {
	return &point{total: total, use: m.row(total, m.axis), k: m.ignorant()}
}

// ceiling is the sum of the limits of the frontier keys.
func (m *model) ceiling() (sum int64) {
	for _, k := range m.frontier {
		if limit, ok := m.problem.Limits[m.keys[k]]; ok {
			sum += limit
			continue
		}
		for j := range m.owner {
			sum += m.uses[j][k]
		}
	}
	return sum
}

// along is how much of the frontier keys columns use.
func (m *model) along(x []int8) (sum int64) {
	for j, v := range x {
		if v != 0 {
			sum += m.axis(j)
		}
	}
	return sum
}

// thrifty gives a selection that uses as little of the frontier keys as can be found.
func (m *model) thrifty(x []int8, b *budget) []int8 {
	rows := m.rows(all)
	if nothing := make([]int8, len(m.owner)); newProgram(m.value, rows).holds(nothing) {
		return nothing
	}
	saved := make([]int64, len(m.owner))
	for j := range saved {
		saved[j] = -m.axis(j)
	}
	if r := solveProgram(newProgram(saved, rows), x, b, nil); r.x != nil {
		return slices.Clone(r.x)
	}
	return x
}

// smooth makes values and bounds grow with the total: what fits below a ceiling fits below a higher one, and what no selection below the higher one reaches none below the lower one does.
func (e *explainer) smooth() {
	bound := e.main.bound
	for i := len(e.points) - 1; i >= 0; i-- {
		e.points[i].k.cap(bound)
		bound = e.points[i].k.bound
	}
	use := int64(math.MaxInt64)
	if e.main.x != nil && len(e.points) > 0 {
		use = e.m.along(e.main.x)
	}
	for i, p := range e.points {
		if i > 0 && e.points[i-1].k.x != nil {
			p.k.offer(e.points[i-1].k.x, e.points[i-1].k.value)
		}
		if use <= p.total {
			p.k.offer(e.main.x, e.main.value)
		}
	}
}
