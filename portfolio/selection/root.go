package selection

import (
	"cmp"
	"math"
	"slices"
)

// extend gives the program with further rows at its end. They count as rules: who knows them for cuts says so.
func (p *program) extend(rows []row) *program {
	q := *p
	q.rows, q.cuts = slices.Clone(p.rows), 0
	for _, r := range rows {
		q.rows = append(q.rows, p.fit(r))
	}
	q.turn()
	q.narrow = q.isNarrow()
	return &q
}

// cutWork is how much work cuts may take in a round, in thousands of multiplications.
const cutWork = 200_000

// tighten adds cuts to a program until they cut little more off its relaxation, and drops those that do not bind.
func (p *program) tighten(b *budget, rounds int) *program {
	base := len(p.rows) - p.cuts
	q, t := p, p.relaxation()
	t.halt = b.stop
	last := math.Inf(1)
	stale := 0
	for most := b.spent + cutWork; rounds > 0 && b.spent < most && !b.ended; rounds-- {
		before := *t.work
		if t.solve(math.Inf(-1), 20000) != solved {
			return q
		}
		b.spend((*t.work-before)/1000 + 1)
		if t.value > last-math.Abs(last)*2e-5 {
			if stale++; stale > 3 {
				break
			}
		} else {
			stale = 0
		}
		last = t.value
		x := make([]float64, len(q.value))
		t.point(x)
		cuts := q.separate(x, base)
		var kept []int
		q, kept = q.slack(t, base)
		if len(cuts) == 0 {
			break
		}
		q = q.extend(cuts)
		q.cuts = len(q.rows) - base
		t = t.follow(q, base, kept)
	}
	return q
}

// relaxation is the tableau of a program in which nothing is fixed.
func (p *program) relaxation() *tableau {
	low, high := make([]int8, len(p.value)), make([]int8, len(p.value))
	for j := range high {
		high[j] = 1
	}
	return newTableau(p, low, high)
}

// slack drops the added rows that are far from binding, and tells which it keeps.
func (p *program) slack(t *tableau, base int) (*program, []int) {
	basic := make([]bool, len(p.rows))
	for i, v := range t.basic {
		if r := int(v) - t.n; r >= 0 && t.x[i] > 1e-6 {
			basic[r] = true
		}
	}
	q := *p
	q.rows = slices.Clone(p.rows[:base])
	var kept []int
	for i := base; i < len(p.rows); i++ {
		if !basic[i] {
			q.rows, kept = append(q.rows, p.rows[i]), append(kept, i)
		}
	}
	q.cuts = len(kept)
	q.turn()
	return &q, kept
}

// separate gives the cuts that the first rows themselves offer, the deepest first.
func (p *program) separate(x []float64, base int) []row {
	type deep struct {
		row
		depth float64
	}
	var found []deep
	for _, r := range p.rows[:base] {
		c, ok := r.knapsack().cut(x)
		if !ok {
			continue
		}
		c.from = r.from
		sum, norm := -float64(c.limit), 0.0
		for i, j := range c.at {
			sum += float64(c.coef[i]) * x[j]
			norm += float64(c.coef[i]) * float64(c.coef[i])
		}
		if d := sum / math.Sqrt(norm); d > 1e-4 {
			found = append(found, deep{c, d})
		}
	}
	slices.SortStableFunc(found, func(a, b deep) int { return cmp.Compare(b.depth, a.depth) })
	out := make([]row, len(found))
	for i, f := range found {
		out[i] = f.row
	}
	return out
}
