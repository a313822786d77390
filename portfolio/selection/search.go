package selection

import (
	"container/heap"
	"math"
)

// node is an open part of the search: what was fixed on the way to it, and the most that can be in it.
type node struct {
	parent *node
	col    int32 // −1: the root
	v      int8
	depth  int32
	bound  int64
	value  float64 // of the parent's relaxation
	part   float64 // how far the column was from v there
}

// heapOf keeps open nodes, the greatest bound first; among equals the deepest.
type heapOf []*node

func (h heapOf) Len() int { return len(h) }
func (h heapOf) Less(a, b int) bool {
	return h[a].bound > h[b].bound || h[a].bound == h[b].bound && h[a].depth > h[b].depth
}
func (h heapOf) Swap(a, b int) { h[a], h[b] = h[b], h[a] }
func (h *heapOf) Push(n any)   { *h = append(*h, n.(*node)) }
func (h *heapOf) Pop() any {
	old := *h
	n := old[len(old)-1]
	*h = old[:len(old)-1]
	return n
}

// search is branch and bound over one program.
type search struct {
	p                 *program
	dom               *domain
	lp                *tableau // of the level that is searched
	levels            []level  // the first is the whole program
	depth             int      // of the level that is searched
	best              []int8   // nil: none known
	known             int64    // worth of best, or what must be beaten
	open              heapOf
	stack             []*node // of the dive
	nodes             int64
	budget            *budget
	y                 []float64
	prices            []int64
	reduced           []wide
	point             []float64
	gains             [2][]float64 // pseudo-costs: value lost per unit of change, summed
	counts            [2][]float64
	allGain, allCount [2]float64
	found             func(x []int8, worth int64)
	workMost          int64 // multiplications at most; 0: as many as the budget allows
	options           []option
	trial             *tableau // for splits that are tried out
}

// budget is the work that may be done, shared by all searches of an answer.
type budget struct {
	work  int64 // left, in thousands of multiplications
	stop  func() bool
	ended bool
	spent int64
	tick  int64
}

// spend counts work. false: it is over.
func (b *budget) spend(n int64) bool {
	b.work -= n
	b.spent += n
	b.tick += n
	if b.work <= 0 {
		b.ended = true
	} else if b.tick > 200 {
		b.tick = 0
		if b.stop != nil && b.stop() {
			b.ended = true
		}
	}
	return !b.ended
}

func newSearch(p *program, known int64, b *budget) *search {
	s := &search{p: p, dom: newDomain(p), known: known, budget: b, reduced: make([]wide, len(p.value)), point: make([]float64, len(p.value))}
	for k := range 2 {
		s.gains[k], s.counts[k] = make([]float64, len(p.value)), make([]float64, len(p.value))
	}
	s.lp = newTableau(p, s.dom.low, s.dom.high)
	s.lp.halt = b.stop
	s.levels = []level{{lp: s.lp, free: len(p.value)}}
	return s
}

// floor is the value of the relaxation at which nothing better than the best known is left.
func (s *search) floor() float64 {
	if s.known == math.MinInt64 {
		return math.Inf(-1)
	}
	one := math.Ldexp(s.lp.scale, int(s.p.shift))
	return float64(s.known+1-s.p.fixed)*one - one*1e-4 - 1e-9
}

// run searches until the tree is closed or the budget is spent; most: nodes at most, 0 for no limit. It tells whether the tree was closed.
func (s *search) run(most int64) bool {
	root := &node{col: -1, bound: math.MaxInt64}
	s.open = heapOf{root}
	return s.runFrom(most)
}

func (s *search) runFrom(most int64) bool {
	for len(s.open) > 0 {
		n := heap.Pop(&s.open).(*node)
		if n.bound <= s.known {
			s.open = s.open[:0]
			break
		}
		s.stack = append(s.stack[:0], n)
		dive := 0
		limit := 200
		if len(s.open) > 1_000_000 {
			limit = math.MaxInt
		}
		for len(s.stack) > 0 && (dive < limit) {
			n := s.stack[len(s.stack)-1]
			s.stack = s.stack[:len(s.stack)-1]
			if n.bound > s.known {
				s.visit(n)
				dive++
				s.nodes++
			}
			if s.budget.ended || most > 0 && s.nodes >= most || s.workMost > 0 && *s.lp.work > s.workMost {
				for _, n := range s.stack {
					heap.Push(&s.open, n)
				}
				return s.bound() <= s.known
			}
		}
		for _, n := range s.stack {
			heap.Push(&s.open, n)
		}
	}
	return true
}

// bound is the most that any choice can be worth, as far as the search came.
func (s *search) bound() int64 {
	b := s.known
	for _, n := range s.open {
		b = max(b, n.bound)
	}
	return b
}

// visit closes a node or puts its two parts on the stack.
func (s *search) visit(n *node) {
	before := *s.lp.work
	defer func() { s.budget.spend((*s.lp.work-before)/1000 + 1) }()
	if !s.reach(n) {
		return
	}
	for {
		switch s.lp.solve(s.floor(), 5000) {
		case void:
			s.y = s.lp.rays(s.y)
			s.prices = prices(s.prices, s.y, s.p.fraction())
			if s.p.empty(s.prices, s.dom.low, s.dom.high) {
				return
			}
			s.lp.renew()
			s.split(n, s.anyFree())
			return
		case lost:
			s.lp.renew()
			if s.budget.stop != nil && s.budget.stop() {
				s.budget.ended = true
			}
			s.split(n, s.anyFree())
			return
		}
		if n.part > 0 {
			s.learn(n)
		}
		closed, fixed := s.prove(n)
		if closed {
			return
		}
		if fixed {
			if !s.dom.propagate() {
				return
			}
			continue
		}
		break
	}
	s.lp.point(s.point)
	j := s.branching()
	if j < 0 {
		s.integral(n)
		return
	}
	s.split(n, j)
	s.descend(n)
}

// prove evaluates the bound exactly: the node is closed, or columns whose other value cannot be part of anything better are fixed.
func (s *search) prove(n *node) (closed, fixed bool) {
	s.y = s.lp.multipliers(s.y)
	s.prices = prices(s.prices, s.y, s.p.fraction())
	b, sum := s.p.bound(s.prices, s.dom.low, s.dom.high, s.reduced)
	n.bound = min(n.bound, b)
	if n.bound <= s.known {
		return true, false
	}
	if s.known == math.MinInt64 {
		return false, false
	}
	// A column may take its other value only if the sum stays at what is one unit better than the best known.
	need := times(s.known+1-s.p.fixed, 1<<s.p.fraction())
	need = need.shl(s.p.shift)
	room := sum.minus(need)
	for j, d := range s.reduced {
		if s.dom.low[j] == s.dom.high[j] {
			continue
		}
		if d.negative() {
			if (wide{}).less(wide{}.minus(d).minus(room)) {
				s.dom.fix(j, 0)
				fixed = true
			}
		} else if (wide{}).less(d.minus(room)) {
			s.dom.fix(j, 1)
			fixed = true
		}
	}
	return false, fixed && len(s.dom.queue) > 0
}

func (s *search) anyFree() int {
	for j := range s.dom.low {
		if s.dom.low[j] != s.dom.high[j] {
			return j
		}
	}
	return -1
}

// integral takes the relaxation's solution, whose columns are all whole.
func (s *search) integral(n *node) {
	if s.takePoint() && n.bound <= s.known {
		return
	}
	if j := s.anyFree(); j >= 0 { // the numbers were astray: go on by hand
		s.split(n, j)
	}
}

// takePoint takes the choice that the point is, if it is one; false where it breaks a row.
func (s *search) takePoint() bool {
	x := make([]int8, len(s.point))
	for j, v := range s.point {
		if v > 0.5 {
			x[j] = 1
		}
	}
	if !s.p.holds(x) {
		return false
	}
	s.take(x)
	return true
}

func (s *search) take(x []int8) {
	if w := s.p.worth(x); w > s.known {
		s.known, s.best = w, x
		if s.found != nil {
			s.found(x, w)
		}
	}
}

// split puts the two parts of a node on the stack, the one to look at first on top.
func (s *search) split(n *node, j int) {
	if j < 0 {
		x := make([]int8, len(s.point))
		copy(x, s.dom.low)
		if s.p.holds(x) {
			s.take(x)
		}
		return
	}
	first := int8(0)
	if s.point[j] >= 0.5 {
		first = 1
	}
	for _, v := range []int8{1 - first, first} {
		part := math.Abs(s.point[j] - float64(v))
		if part < 1e-6 || part > 1-1e-6 {
			part = 0
		}
		s.stack = append(s.stack, &node{parent: n, col: int32(j), v: v, depth: n.depth + 1, bound: n.bound, value: s.lp.value, part: part})
	}
}
