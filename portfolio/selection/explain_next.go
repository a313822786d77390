package selection

import (
	"math"
	"slices"
)

// Next is what an amount would buy if it were added to the frontier keys, in whatever parts serve best. Theme shares stay those of the limits as they are.
type Next struct {
	Amount int64 `json:"amount"`
	Found
	Gained  int64            `json:"gained"`   // over the selection of the answer
	AtLeast int64            `json:"at_least"` // what is proven of it
	AtMost  int64            `json:"at_most"`
	Enters  []string         `json:"enters"`
	Leaves  []string         `json:"leaves"`
	Added   map[string]int64 `json:"added"` // what would go to which key
}

// credit is a Next on its way. That the overruns of the frontier keys come to no more than the amount is a rule for each set of them: those of the set
// together use at most their limits and the amount. Of these many rules only those are written down that a solution broke.
type credit struct {
	amount int64
	keys   []int // limited frontier keys
	sets   [][]int
	parts  map[int]int64 // the amount as the relaxation would divide it; nil: it was not asked
	given  *known        // what is known of that division
	k      known
}

func (c *credit) settled() bool { return c.k.proven }

func (c *credit) weight() int64 { return 16 }

func (m *model) credit(amount int64) *credit {
	c := &credit{amount: amount, k: m.ignorant()}
	for _, k := range m.frontier {
		if _, limited := m.problem.Limits[m.keys[k]]; limited {
			c.keys = append(c.keys, k)
			c.sets = append(c.sets, []int{k})
		}
	}
	if len(c.keys) > 1 {
		c.sets = append(c.sets, c.keys)
	}
	return c
}

// over is by how much the limits are overrun, all keys together.
func (c *credit) over(m *model, x []int8) (sum int64) {
	for _, n := range c.overruns(m, x) {
		sum += n
	}
	return sum
}

// overruns gives it by key.
func (c *credit) overruns(m *model, x []int8) map[int]int64 {
	used, out := m.used(x), map[int]int64{}
	for _, k := range c.keys {
		if n := used[k] - m.problem.Limits[m.keys[k]]; n > 0 {
			out[k] = n
		}
	}
	return out
}

func (c *credit) tighten(e *explainer, b *budget) {
	if c.parts == nil {
		c.share(e.m, b)
	}
	if c.given == nil {
		c.given = &known{x: c.k.x, value: c.k.value, bound: e.m.most()}
	}
	if !c.given.proven && !b.ended {
		half := b.child(b.work / 2)
		e.m.tighten(c.given, c.parted(e.m), half, nil)
		b.charge(half)
		c.k.offer(c.given.x, c.given.value)
	}
	c.search(e, b)
}

// search looks for the best of all divisions at once.
func (c *credit) search(e *explainer, b *budget) {
	for !b.ended && !c.k.proven {
		free := known{x: c.k.x, value: c.k.value, bound: c.k.bound}
		e.m.tighten(&free, c.program(e.m), b, func(x []int8) {
			if c.over(e.m, x) <= c.amount {
				c.k.offer(append([]int8{}, x...), e.m.worth(x))
			}
		})
		c.k.cap(free.bound)
		if c.k.proven || free.x == nil {
			return
		}
		over := c.overruns(e.m, free.x)
		var set []int
		var sum int64
		for _, k := range c.keys {
			if over[k] > 0 {
				set, sum = append(set, k), sum+over[k]
			}
		}
		if sum <= c.amount { // it is a selection, and as good as was found
			c.k.offer(free.x, free.value)
			return
		}
		c.sets = append(c.sets, set)
	}
}

// share divides the amount as the relaxation would, and writes down the sets that stand against dividing it otherwise.
func (c *credit) share(m *model, b *budget) {
	c.parts = map[int]int64{}
	for range setsMost {
		s := newSearch(m.strengthen(c.program(m)), math.MinInt64, b)
		x, _ := s.rootPoint()
		b.spend(*s.lp.work/1000 + 1)
		if x == nil || b.ended {
			return
		}
		var set []int
		var sum float64
		over := map[int]float64{}
		for _, k := range c.keys {
			used := -float64(m.problem.Limits[m.keys[k]])
			for j, v := range x {
				used += float64(m.uses[j][k]) * v
			}
			if used > 1e-6*float64(c.amount) {
				set, sum, over[k] = append(set, k), sum+used, used
			}
		}
		known := slices.ContainsFunc(c.sets, func(o []int) bool { return slices.Equal(o, set) })
		if sum > float64(c.amount)*(1+1e-6) && !known {
			c.sets = append(c.sets, set)
			continue
		}
		left := c.amount
		for _, k := range set {
			c.parts[k] = min(left, int64(over[k]/max(sum, 1)*float64(c.amount)))
			left -= c.parts[k]
		}
		if len(set) > 0 {
			c.parts[set[0]] += left
		}
		return
	}
}

// setsMost is how many sets are written down before the first search.
const setsMost = 40

// parted is the program of all rules with the parts of the amount added to the limits: what is a selection of it is one with the amount.
func (c *credit) parted(m *model) *program {
	var rows []row
	for _, k := range c.keys {
		if n := c.parts[k]; n > 0 {
			rows = append(rows, m.row(m.problem.Limits[m.keys[k]]+n, func(j int) int64 { return m.uses[j][k] }))
		}
	}
	return m.program(func(i int) bool {
		r := m.rules[i].Rule
		return r.Rule != RuleLimit || !slices.ContainsFunc(c.keys, func(k int) bool { return m.keys[k] == r.Subject && c.parts[k] > 0 })
	}, rows...)
}

// program is that of all rules but the limits of the frontier keys, which the sets stand for.
func (c *credit) program(m *model) *program {
	rows := make([]row, len(c.sets))
	for i, set := range c.sets {
		limit := c.amount
		for _, k := range set {
			limit += m.problem.Limits[m.keys[k]]
		}
		rows[i] = m.row(limit, func(j int) (sum int64) {
			for _, k := range set {
				sum += m.uses[j][k]
			}
			return sum
		})
	}
	free := map[string]bool{}
	for _, k := range c.keys {
		free[m.keys[k]] = true
	}
	return m.program(func(i int) bool { return m.rules[i].Rule.Rule != RuleLimit || !free[m.rules[i].Subject] }, rows...)
}

func (c *credit) next(m *model, main known) Next {
	out := Next{Amount: c.amount, Found: m.found(c.k), AtMost: c.k.bound - main.value, Enters: []string{}, Leaves: []string{}, Added: map[string]int64{}}
	if c.k.x != nil {
		out.Gained, out.AtLeast = c.k.value-main.value, max(0, c.k.value-main.bound)
		out.Enters, out.Leaves = m.difference(c.k.x, main.x), m.difference(main.x, c.k.x)
		for k, n := range c.overruns(m, c.k.x) {
			out.Added[m.keys[k]] = n
		}
	}
	return out
}
