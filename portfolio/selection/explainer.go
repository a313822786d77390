package selection

import (
	"math"
	"slices"
)

// piece is something that is computed for an answer by and by.
type piece interface {
	// tighten works on it within a budget.
	tighten(e *explainer, b *budget)
	// settled tells whether there is nothing left to find out.
	settled() bool
	// weight is its share of a round.
	weight() int64
}

// explainer computes an answer and what was asked for beside it, in rounds. All is done in one order, which depends on the problem, the options
// and the work alone: the same limit of work gives the same answer.
type explainer struct {
	m        *model
	o        Options
	b        *budget
	report   func(Partial)
	main     known
	empty    bool // the problem has no selection
	conflict []Rule
	whole    bool // the conflict is irreducible
	points   []*point
	prices   []*price
	refusals []*refusal
	reasons  int // the turn of the selection that refusals are about
	next     *credit
	others   *others
}

// Work of the first round, which should show something of everything within some seconds, and how much more each further round may take.
const (
	firstRound = 1_500_000
	growth     = 4
)

func newExplainer(m *model, o Options, report func(Partial)) *explainer {
	e := &explainer{m: m, o: o, b: o.budget(), report: report, main: m.ignorant()}
	if x := m.columns(o.Known); x != nil && m.program(all).holds(x) {
		e.main.offer(x, m.worth(x))
	}
	return e
}

// decide looks for the best selection.
func (e *explainer) decide(b *budget) {
	best := e.main.value
	e.main.seen = true // the search begins with it
	e.m.tighten(&e.main, e.m.program(all), b, func(x []int8) {
		if v := e.m.worth(x); e.o.Report != nil && v > best {
			best = v
			e.o.Report(v)
		}
	})
	if e.main.proven && e.main.x == nil && !e.empty {
		e.empty = true
		e.conflict, e.whole = e.m.conflict(b)
	}
}

// run works in rounds until everything is proven or the budget ends. Until a selection is known there is nothing to explain.
func (e *explainer) run() {
	work := int64(firstRound)
	for !e.b.ended && !e.empty {
		if !e.main.proven {
			e.step(e.decide, min(work/3, max(1, e.b.work/2))) // what is left must do for the reasons of what it finds
			e.tell()
		}
		if e.main.x != nil && !e.b.ended {
			e.prepare()
			e.share()
			e.tell()
			if !e.round(min(work, e.b.work)) && e.main.proven {
				return
			}
		}
		if work < math.MaxInt64/growth {
			work *= growth
		}
	}
}

// step grants work to something and counts what it spent.
func (e *explainer) step(do func(*budget), work int64) {
	c := e.b.child(work)
	do(c)
	e.b.charge(c)
}

// round gives every piece that is not settled its share of some work. false: there was none. What may turn up a better selection comes first, what explains the selection last.
func (e *explainer) round(work int64) bool {
	var weights int64
	for _, group := range e.pieces() {
		for _, p := range group {
			if !p.settled() {
				weights += p.weight()
			}
		}
	}
	if weights == 0 {
		return false
	}
	if work > firstRound {
		// Reasons about a selection that has just been found must not wait for what is long known and only made more exact.
		for _, r := range e.refusals {
			if !r.begun {
				e.work(r, firstRound/weights)
			}
		}
	}
	for g := range e.pieces() {
		e.prepare()
		for _, p := range e.pieces()[g] {
			e.work(p, work/weights)
		}
	}
	return true
}

// work gives a piece its share, spreads what it found, and tells.
func (e *explainer) work(p piece, share int64) {
	if p.settled() || e.b.ended {
		return
	}
	e.step(func(b *budget) { p.tighten(e, b) }, max(1, share)*p.weight())
	e.share()
	e.tell()
}

// pieces are all that was asked for, in groups in the order of work.
func (e *explainer) pieces() [3][]piece {
	var out [3][]piece
	for _, p := range slices.Backward(e.points) { // each begins with what is known of the one above
		out[0] = append(out[0], p)
	}
	for _, p := range e.prices {
		out[0] = append(out[0], p)
	}
	if e.next != nil {
		out[0] = append(out[0], e.next)
	}
	if e.others != nil {
		out[1] = append(out[1], e.others)
	}
	for _, r := range e.refusals {
		out[2] = append(out[2], r)
	}
	return out
}

// prepare makes the pieces that were asked for. Those that are about the selection itself are made anew when there is a better one.
func (e *explainer) prepare() {
	if e.o.Frontier > 0 && e.points == nil {
		e.points = e.frontier()
	}
	if e.o.Explain && e.prices == nil {
		e.prices = e.m.prices()
	}
	if e.o.Explain && e.reasons != e.main.turn {
		e.refusals, e.reasons = e.m.refusals(e.main.x), e.main.turn
	}
	if e.o.NextCredit > 0 && e.next == nil {
		e.next = e.m.credit(e.o.NextCredit)
	}
	if e.o.Alternatives > 0 && (e.others == nil || e.others.turn != e.main.turn) {
		e.others = &others{turn: e.main.turn}
	}
}

// share carries selections and bounds from one piece to those that they hold for as well: what keeps more rules is a selection of what keeps fewer,
// and the bound of what keeps fewer is one of what keeps more.
func (e *explainer) share() {
	for _, p := range e.prices {
		if p.k.x != nil && e.m.has(p.k.x, p.project) {
			e.main.offer(p.k.x, p.k.value)
		}
		e.main.cap(p.k.bound)
	}
	if e.next != nil {
		if e.next.k.x != nil && e.next.over(e.m, e.next.k.x) == 0 {
			e.main.offer(e.next.k.x, e.next.k.value)
		}
		e.main.cap(e.next.k.bound)
	}
	for _, p := range e.points {
		if p.k.x != nil {
			e.main.offer(p.k.x, p.k.value)
		}
	}
	for _, p := range e.prices {
		p.k.offer(e.main.x, e.main.value)
	}
	if e.next != nil {
		e.next.k.offer(e.main.x, e.main.value)
	}
	e.smooth()
}

// answer writes what is known. Reasons that are about a selection which is not the best any more are begun again.
func (e *explainer) answer() Answer {
	if e.main.x != nil && e.o.asks() {
		e.prepare()
		e.share()
		e.prepare()
	}
	a := Answer{Status: Unknown, Method: method, Selected: []string{}, Starts: map[string]int64{}, Used: map[string]int64{}, Work: e.b.spent, Bound: e.main.bound}
	if e.empty {
		a.Status, a.Conflict, a.Irreducible, a.Bound = Infeasible, e.conflict, e.whole, 0
	}
	if e.main.x != nil {
		e.m.fill(&a, e.main.x)
		a.Status = Feasible
		if e.main.proven {
			a.Status = Optimal
		}
	}
	a.GapBP = gap(a.Value, a.Bound)
	e.beside(&a)
	return a
}

// beside writes what was asked for beside the best selection.
func (e *explainer) beside(a *Answer) {
	if e.o.Frontier > 0 {
		a.Frontier = make([]Point, 0, len(e.points))
		for _, p := range e.points {
			a.Frontier = append(a.Frontier, Point{p.total, e.m.found(p.k)})
		}
	}
	if e.o.Explain {
		a.Forced, a.Refused = make([]Price, 0, len(e.prices)), make([]Refusal, 0, len(e.refusals))
		for _, p := range e.prices {
			a.Forced = append(a.Forced, p.price(e.m, e.main))
		}
		for _, r := range e.refusals {
			a.Refused = append(a.Refused, r.refusal(e.m))
		}
	}
	if e.next != nil {
		n := e.next.next(e.m, e.main)
		a.Next = &n
	}
	if e.o.Alternatives > 0 {
		a.Alternatives = e.others.alternatives(e.m, e.main)
	}
}

// tell reports what is known.
func (e *explainer) tell() {
	if e.report == nil {
		return
	}
	p := Partial{Answer: e.answer(), Asked: 1}
	if e.main.proven {
		p.Proven++
	}
	for _, group := range e.pieces() {
		for _, piece := range group {
			p.Asked++
			if piece.settled() {
				p.Proven++
			}
		}
	}
	e.report(p)
}
