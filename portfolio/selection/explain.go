package selection

import (
	"math"
	"math/big"
	"slices"
)

// Found is the best selection known of a problem that differs in something from the one that was posed, with a bound that none of that problem's is worth more than.
type Found struct {
	Value    int64            `json:"value"`
	Bound    int64            `json:"bound"`
	GapBP    int64            `json:"gap_bp"`
	Proven   bool             `json:"proven"` // nothing better exists
	Selected []string         `json:"selected"`
	Starts   map[string]int64 `json:"starts"`
}

// Partial is an answer on its way: what is known so far, and how many of the pieces that were asked for are proven.
type Partial struct {
	Answer        Answer
	Proven, Asked int
}

// Explain goes on from an answer of Solve, or of Explain, to the same problem: it computes what the options ask for and, where the answer is not proven to be the best,
// looks for better ones as well. report, unless it is nil, is told after every step of what is known then; the first round of steps is short, so that
// something is known of everything soon, and each further round takes four times as long for what is not proven yet. It returns when all is proven or the
// options end it.
func Explain(p Problem, a Answer, o Options, report func(Partial)) (Answer, error) {
	m, err := posed(p)
	if err != nil {
		return Answer{}, err
	}
	o.Known = a.Choice(p)
	e := newExplainer(m, o, report)
	if a.Status == Infeasible {
		if !a.Irreducible { // its naming was cut short
			if rules, whole := m.conflict(e.b); whole || len(rules) < len(a.Conflict) {
				a.Conflict, a.Irreducible = rules, whole
			}
		}
		return a, nil
	}
	if o.Known != nil && e.main.x != nil {
		e.main.bound = max(e.main.value, min(e.main.bound, a.Bound))
		e.main.settle()
		e.recall(a)
	}
	e.run()
	return e.answer(), nil
}

// known is what is known of the best selection of a program over the model's columns.
type known struct {
	x      []int8 // nil: none was found
	turn   int    // how often a better one was
	value  int64  // of x
	bound  int64
	proven bool // the bound is reached, or there is no selection at all
	seen   bool // the relaxation was solved
}

// ignorant is what is known at first.
func (m *model) ignorant() known { return known{value: math.MinInt64, bound: m.most()} }

// most is what all projects would be worth in their best starts.
func (m *model) most() (sum int64) {
	for i := range m.problem.Projects {
		sum += slices.Max(m.value[m.first[i]:m.first[i+1]])
	}
	return sum
}

// settle notes that the bound is reached.
func (k *known) settle() { k.proven = k.proven || k.x != nil && k.value >= k.bound }

// offer takes columns that are better than the best known. They must hold.
func (k *known) offer(x []int8, value int64) bool {
	if k.x != nil && value <= k.value {
		return false
	}
	k.x, k.value = x, value
	k.turn++
	k.settle()
	return true
}

// cap takes a bound that was found elsewhere.
func (k *known) cap(bound int64) {
	k.bound = min(k.bound, bound)
	k.settle()
}

// glance takes the bound of the relaxation alone, which is quick.
func (k *known) glance(p *program, b *budget) {
	worth := int64(math.MinInt64)
	if k.x != nil {
		worth = p.worth(k.x)
	}
	s := newSearch(p, worth, b)
	s.run(1)
	if bound := s.bound(); bound > math.MinInt64 && bound <= k.bound/p.unit {
		k.cap(bound * p.unit)
	}
}

// tighten works on a program until it is solved or the budget ends. found is told of every better choice; nil: nobody is.
func (m *model) tighten(k *known, p *program, b *budget, found func([]int8)) {
	p = m.strengthen(p)
	if !k.seen {
		k.seen = true
		if k.glance(p, b); k.proven || b.ended {
			return
		}
	}
	r := solveProgram(p, k.x, b, func(x []int8, _ int64) {
		if found != nil {
			found(x)
		}
	})
	if m.cuts == nil {
		m.cuts = r.cuts
	}
	if r.x != nil {
		k.offer(slices.Clone(r.x), m.worth(r.x))
	}
	if r.done && r.x == nil {
		k.proven = true
		return
	}
	if r.bound <= k.bound/p.unit { // else the bound known is better already, and the product could leave 64 bits
		k.cap(r.bound * p.unit)
	}
	if r.done {
		k.cap(k.value)
	}
}

// found writes what is known for people.
func (m *model) found(k known) Found {
	f := Found{Bound: k.bound, Proven: k.proven, Selected: []string{}, Starts: map[string]int64{}}
	if k.x != nil {
		f.Value = k.value
		f.Selected, f.Starts = m.names(k.x)
	}
	f.GapBP = gap(f.Value, f.Bound)
	return f
}

// gap is ⌈10,000·(bound − value)/max(1, bound)⌉.
func gap(value, bound int64) int64 {
	n := new(big.Int).Sub(big.NewInt(bound), big.NewInt(value))
	n.Mul(n, big.NewInt(whole))
	d := big.NewInt(max(1, bound))
	q, r := n.QuoRem(n, d, new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64()
}

// difference gives what is selected in one and not in the other, in the order of the problem.
func (m *model) difference(in, notIn []int8) []string {
	out := []string{}
	for i, c := range m.problem.Projects {
		if m.has(in, i) && !m.has(notIn, i) {
			out = append(out, c.ID)
		}
	}
	return out
}

// child is a part of a budget: n at most.
func (b *budget) child(n int64) *budget { return &budget{work: max(1, min(n, b.work)), stop: b.stop} }

// charge counts what a child has spent.
func (b *budget) charge(c *budget) {
	b.spend(max(1, c.spent))
	if b.stop != nil && b.stop() {
		b.ended = true
	}
}
