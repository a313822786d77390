package selection

import (
	"math"
	"math/rand/v2"
	"slices"
)

// best is what is known of a program while it is solved.
type best struct {
	x     []int8 // nil: no choice is known
	worth int64
	bound int64
	done  bool  // the bound is proven to be reached, or that there is nothing
	cuts  []row // of the whole program
	nodes int64
}

// solver makes a program smaller and tighter in rounds, then searches what is left of it.
type solver struct {
	best
	q      *program // what may still be better than the best known is in it
	root   embedding
	budget *budget
	found  func([]int8, int64)
	around *explorer
	begun  bool
	vain   int // neighbourhoods since one held something better
}

// solveProgram finds the best choice of a program, or as good a one as the budget allows with a bound for it.
// known is a choice that holds, or nil. found is told of every better one.
func solveProgram(p *program, known []int8, b *budget, found func([]int8, int64)) best {
	s := &solver{best: best{worth: math.MinInt64, bound: math.MaxInt64}, q: p, root: identity(len(p.value)), budget: b, found: found}
	if known != nil {
		s.take(known, p.worth(known))
	}
	if none := make([]int8, len(p.value)); s.x == nil && p.holds(none) {
		s.take(none, p.worth(none)) // something is known whatever the budget is
	}
	for done := s.start(); !done && !b.ended; {
		done = s.round() // each round but the last leaves fewer columns
	}
	return s.best
}

// start finds a first choice and improves it, before any cut is made: an answer is there after some milliseconds. It tells whether everything is proven.
func (s *solver) start() bool {
	t := s.searcher(s.q, same)
	s.around = s.explore(t)
	t.dive()
	closed := t.run(15)
	s.nodes += t.nodes
	s.conclude(t.bound(), closed)
	if !closed && !s.budget.ended {
		s.around.look(s.budget, min(firstLook/8, s.budget.work/8))
	}
	return closed
}

// firstLook is how much work goes into a good first choice once the first cuts are made, in thousands of multiplications.
const firstLook = 32_000

// take notes a choice of the whole program.
func (s *solver) take(x []int8, worth int64) {
	if worth > s.worth {
		s.x, s.worth = x, worth
		if s.found != nil {
			s.found(x, worth)
		}
	}
}

// searcher searches the program as it is now.
func (s *solver) searcher(q *program, lift func([]int8) []int8) *search {
	t := newSearch(q, s.worth, s.budget)
	t.found = func(x []int8, w int64) { s.take(s.root.lift(lift(x)), w) }
	return t
}

func same(x []int8) []int8 { return x }

// explore makes the explorer of the program as it is now.
func (s *solver) explore(t *search) *explorer {
	x, reduced := t.rootPoint()
	root := s.root
	e := &explorer{p: s.q, x: x, reduced: reduced, lot: rand.New(rand.NewPCG(1, 2))} // a fixed seed: the same problem is searched in the same way
	for k := range e.size {
		e.size[k] = 25
	}
	e.searcher = func(q *program, known int64, found func([]int8)) *search {
		u := newSearch(q, known, s.budget)
		u.found = func(x []int8, _ int64) { found(x) }
		return u
	}
	e.best = func() ([]int8, int64) {
		if s.x == nil {
			return nil, math.MinInt64
		}
		return root.restrict(s.x), s.worth
	}
	e.took = func(x []int8) { s.take(root.lift(x), e.p.worth(x)) }
	return e
}

// conclude takes the bound of a search that covered all that may be better.
func (s *solver) conclude(bound int64, closed bool) {
	s.bound = min(s.bound, max(bound, s.worth))
	if closed {
		s.bound, s.done = s.worth, true
	}
}

// round tightens the program, looks for better choices, and searches it: for good when little can be fixed any more, else until what is fixed makes another round
// worth it. It tells whether everything is proven.
func (s *solver) round() bool {
	s.q = s.q.tighten(s.budget, 30)
	if s.q.origin == nil {
		s.cuts = s.q.rows[len(s.q.rows)-s.q.cuts:]
	}
	t := s.searcher(s.q, same)
	t.known = max(t.known, s.worth)
	closed := t.run(60)
	s.conclude(t.bound(), closed)
	if closed || s.budget.ended {
		s.nodes += t.nodes
		return closed
	}
	if !s.begun {
		s.begun = true
		s.around.look(s.budget, min(firstLook, s.budget.work/4))
	}
	if s.shrink(t, 0.9) {
		return s.done
	}
	for slice := int64(500); ; slice += slice / 2 {
		before := s.budget.spent
		t.known = max(t.known, s.worth)
		closed = t.runFrom(t.nodes + slice)
		s.conclude(t.bound(), closed)
		if closed || s.budget.ended {
			s.nodes += t.nodes
			return closed
		}
		s.look(s.budget.spent - before)
		if s.shrink(t, 0.7) {
			s.nodes += t.nodes
			return s.done
		}
	}
}

// look spends a part of the work of a search on its neighbourhoods: as much again at first, less and less as long as nothing better is found.
func (s *solver) look(work int64) {
	worth, turn := s.worth, s.around.turn
	s.around.look(s.budget, max(work*vainHalf/int64(vainHalf+s.vain), work/lookLeast))
	if s.vain += s.around.turn - turn; s.worth > worth {
		s.vain = 0
	}
}

const (
	vainHalf  = 40 // neighbourhoods in vain that halve the part
	lookLeast = 6
)

// shrink fixes at the root what cannot be otherwise in anything better, and goes over to the smaller program when at most that share of the columns is left.
func (s *solver) shrink(t *search, share float64) bool {
	low, high, open := t.rootFixed(s.worth)
	if !open {
		s.conclude(s.worth, true)
		return true
	}
	free := 0
	for j := range low {
		if low[j] != high[j] {
			free++
		}
	}
	if float64(free) > share*float64(len(low)) {
		return false
	}
	next := s.q.reduce(low, high)
	if next == nil {
		s.conclude(s.worth, true)
		return true
	}
	s.root = s.root.then(next, low)
	s.q = next
	return true
}

// embedding leads a choice of a reduced program back to the whole.
type embedding struct {
	base  []int8
	place []int
}

func identity(n int) embedding {
	e := embedding{base: make([]int8, n), place: make([]int, n)}
	for j := range n {
		e.place[j] = j
	}
	return e
}

func (e embedding) lift(x []int8) []int8 {
	out := slices.Clone(e.base)
	for j, v := range x {
		out[e.place[j]] = v
	}
	return out
}

// restrict reads a choice of the whole program as one of the reduced.
func (e embedding) restrict(x []int8) []int8 {
	out := make([]int8, len(e.place))
	for j, o := range e.place {
		out[j] = x[o]
	}
	return out
}

func (e embedding) then(q *program, low []int8) embedding {
	out := embedding{base: e.lift(low), place: make([]int, len(q.value))}
	for j, o := range q.origin {
		out.place[j] = e.place[o]
	}
	return out
}
