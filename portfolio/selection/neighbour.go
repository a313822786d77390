package selection

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// The neighbourhoods in which better choices are looked for. Each leaves some columns free and fixes the others.
const (
	nearPrice = iota // free where the relaxation's price hardly decides; the others as the relaxation has them
	nearPoint        // free where relaxation and best choice differ; the others as the best has them (Danna et al., "RINS", 2005)
	nearRow          // free along rows drawn by lot
	nearLot          // free by lot
	nearPair         // free where two good choices differ
	kinds
)

// explorer looks for better choices in neighbourhoods of a present one, which may be a little worse than the best (threshold accepting, Dueck and
// Scheuer 1990): so it leaves what is best only from near.
type explorer struct {
	p        *program  // whole, with its cuts
	x        []float64 // its relaxation
	reduced  []float64 // and the size of its reduced costs
	now      []int8    // nil: no choice is known
	lot      *rand.Rand
	size     [kinds]float64 // of the neighbourhoods
	turn     int
	pool     [][]int8 // choices left behind, the newest last
	idle     int      // turns since the best choice got better
	nodes    int64
	searcher func(q *program, known int64, found func([]int8)) *search
	best     func() ([]int8, int64)
	took     func([]int8)
}

// look solves small neighbourhoods until so much work is done (in thousands of multiplications).
func (e *explorer) look(b *budget, work int64) {
	if e.x == nil { // the relaxation has no solution, or was not found: the search proves which
		return
	}
	for stop := b.spent + work; b.spent < stop && b.spend(int64(len(e.x))/100+1); e.turn++ {
		e.neighbourhood(e.turn % kinds)
	}
}

// lookWork is how much work a neighbourhood is worth, in multiplications.
const lookWork = 20_000_000

// slackMost is by how much a present choice may be worse than the best.
const slackMost = 0.007

const idleMost = 60 // turns without success until the explorer goes back to the best

func (e *explorer) neighbourhood(kind int) {
	x, worth := e.best()
	if x == nil && kind != nearPrice {
		return
	}
	known := worth
	if e.now == nil || e.idle > idleMost {
		e.now, e.idle = x, 0
		if len(e.pool) > 0 && e.lot.IntN(2) == 0 {
			e.now = e.pool[e.lot.IntN(len(e.pool))]
		}
	}
	q, low := e.cutOut(kind, kind == nearPrice, &known)
	if q == nil && kind == nearPrice && e.now != nil {
		q, low = e.cutOut(kind, false, &known)
	}
	if q == nil {
		return
	}
	n := len(e.x)
	lift := identity(n).then(q, low)
	var got []int8
	sub := e.searcher(q, known, func(x []int8) { got = lift.lift(x) })
	sub.workMost = lookWork
	closed := sub.run(0)
	e.nodes += sub.nodes
	switch {
	case closed && *sub.lp.work < lookWork/4:
		e.size[kind] = min(e.size[kind]*1.15+1, float64(n))
	case !closed:
		e.size[kind] = max(e.size[kind]*0.9, 8)
	}
	e.idle++
	if got == nil {
		return
	}
	if e.p.worth(got) > worth {
		e.idle = 0
		e.took(got)
	}
	e.keep(got)
	e.now = got
}

// cutOut gives the program of a neighbourhood: the other columns stand as the relaxation has them, or as the present choice does. In the second case a choice
// must differ from the present one, and may be a little worse than the best: known says how much.
func (e *explorer) cutOut(kind int, relaxed bool, known *int64) (*program, []int8) {
	n := len(e.x)
	size := min(int(e.size[kind]), n)
	low, high := make([]int8, n), make([]int8, n)
	apart := row{limit: -2}
	for k, j := range e.draw(kind) {
		switch {
		case k >= size && (relaxed && e.x[j] > 0.5 || !relaxed && e.now[j] == 1):
			low[j], high[j] = 1, 1
		case k < size:
			high[j] = 1
			apart.at = append(apart.at, int32(j))
			if !relaxed && e.now[j] == 1 {
				apart.coef = append(apart.coef, 1)
				apart.limit++
			} else {
				apart.coef = append(apart.coef, -1)
			}
		}
	}
	p := e.p
	if !relaxed {
		p = p.extend([]row{apart})
		*known -= int64(float64(*known) * slackMost * float64(idleMost-e.idle) / idleMost)
	}
	return p.reduce(low, high), low
}

// draw orders the columns, those to leave free first.
func (e *explorer) draw(kind int) []int {
	x, n := e.x, len(e.x)
	order := make([]int, n)
	key := make([]float64, n)
	var other []int8
	if len(e.pool) > 0 {
		other = e.pool[e.lot.IntN(len(e.pool))]
	}
	for j := range n {
		order[j] = j
		lot := e.lot.Float64()
		switch kind {
		case nearPrice:
			key[j] = e.reduced[j] * (0.8 + 0.4*lot)
			if x[j] > 1e-6 && x[j] < 1-1e-6 {
				key[j] = -1
			}
		case nearPair:
			key[j] = lot
			if other != nil && other[j] != e.now[j] {
				key[j] -= 2
			}
		case nearPoint:
			key[j] = lot - 2*math.Abs(x[j]-float64(e.now[j]))
		case nearRow, nearLot:
			key[j] = lot + 1
		}
	}
	if kind == nearRow {
		for picked := 0; picked < int(e.size[kind]); {
			r := e.p.rows[e.lot.IntN(len(e.p.rows))]
			for _, j := range r.at {
				if key[j] > 1 {
					key[j]--
					picked++
				}
			}
			if e.lot.IntN(20) == 0 {
				break
			}
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(key[a], key[b]), a-b) })
	return order
}

// rootPoint gives the relaxation of the whole program and the size of the columns' reduced costs. nil: it has none.
func (s *search) rootPoint() (x, reduced []float64) {
	s.surface()
	if !s.dom.propagate() || s.lp.solve(math.Inf(-1), 20000) != solved {
		return nil, nil
	}
	x = make([]float64, s.lp.n)
	s.lp.point(x)
	reduced = make([]float64, s.lp.n)
	for j, v := range s.lp.outside {
		if int(v) < s.lp.n {
			reduced[v] = math.Abs(s.lp.d[j])
		}
	}
	return x, reduced
}

// rootFixed gives the bounds that are proven for whatever is better than the best known. false: there is nothing better.
func (s *search) rootFixed(worth int64) (low, high []int8, open bool) {
	s.known = max(s.known, worth)
	stack := s.stack
	s.stack = nil
	s.visit(&node{col: -1, bound: math.MaxInt64})
	open = len(s.stack) > 0
	s.stack = stack
	// visit leaves the domain of the root as it was when it was split
	return slices.Clone(s.dom.low), slices.Clone(s.dom.high), open
}

// dive walks down from the relaxation: the column nearest to being chosen is chosen, and what that forces, until all are whole; where nothing is left it steps
// back once. It is the quickest way to a first choice.
func (s *search) dive() {
	s.surface()
	if !s.dom.propagate() {
		return
	}
	for range s.lp.n {
		before := *s.lp.work
		out := s.lp.solve(math.Inf(-1), 5000)
		if !s.budget.spend((*s.lp.work-before)/1000+1) || out != solved {
			return
		}
		s.lp.point(s.point)
		at, far := -1, 2.0
		for j, x := range s.point {
			if x < 1e-6 || x > 1-1e-6 || s.dom.low[j] == s.dom.high[j] {
				continue
			}
			if 1-x < far {
				at, far = j, 1-x
			}
		}
		if at < 0 {
			s.takePoint()
			return
		}
		mark := len(s.dom.trail)
		if !s.dom.fix(at, 1) || !s.dom.propagate() {
			s.dom.undo(mark)
			if !s.dom.fix(at, 0) || !s.dom.propagate() {
				return
			}
		}
	}
}

// keep puts a choice into the pool.
func (e *explorer) keep(x []int8) {
	if slices.ContainsFunc(e.pool, func(o []int8) bool { return slices.Equal(o, x) }) {
		return
	}
	if len(e.pool) == poolMost {
		e.pool = slices.Delete(e.pool, 0, 1)
	}
	e.pool = append(e.pool, x)
}

const poolMost = 12
