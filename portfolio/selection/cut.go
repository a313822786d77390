package selection

import (
	"cmp"
	"math"
	"slices"
)

// knapsack is a row as Σ weight·x ≤ room with positive weights: a column with a negative coefficient enters as 1−x.
type knapsack struct {
	at     []int32
	weight []int64
	turned []bool // enters as 1−x
	room   int64
}

func (r row) knapsack() knapsack {
	k := knapsack{at: r.at, room: r.limit, weight: make([]int64, len(r.at)), turned: make([]bool, len(r.at))}
	for i, c := range r.coef {
		k.weight[i] = c
		if c < 0 {
			k.weight[i], k.turned[i] = -c, true
			k.room -= c
		}
	}
	return k
}

// Separation: how far from whole a column must be to count as a fraction, and how much a cut must cut off.
const (
	wholeNear   = 1e-5
	cutOffLeast = 1e-3
	mostFrac    = 22 // fractions of a row that one cut considers
)

// cut looks for an inequality that every choice which keeps the knapsack satisfies and the point does not. It is the deepest one among the
// fractions of the point, the other columns standing where the point has them, and is then lifted to all columns, one after the other
// (Boccia 2006; Kaparis and Letchford, "Separation algorithms for 0-1 knapsack polytopes", 2010). Its coefficients are whole and its limit is
// computed by dynamic programming, so that it is valid whatever the point's fractions are worth.
func (k knapsack) cut(point []float64) (row, bool) {
	l := lifting{k: k, at: make([]int64, len(k.at))}
	var ones, zeros []int
	y := make([]float64, len(k.at))
	room := k.room
	var sum int64
	for i, j := range k.at {
		y[i] = point[j]
		if k.turned[i] {
			y[i] = 1 - y[i]
		}
		switch {
		case y[i] > 1-wholeNear:
			ones = append(ones, i)
			room -= k.weight[i]
		case y[i] < wholeNear:
			zeros = append(zeros, i)
		default:
			l.within = append(l.within, i)
			sum += k.weight[i]
		}
	}
	if room < 0 || sum <= room || len(l.within) < 2 || len(l.within) > mostFrac {
		return row{}, false
	}
	core := l.within
	alpha := k.deepest(core, y, room)
	if alpha == nil {
		return row{}, false
	}
	var depth float64
	for n, i := range core {
		l.at[i] = alpha[n]
		depth += float64(alpha[n]) * y[i]
	}
	l.room = room
	l.table()
	l.limit = l.most(room)
	if depth < float64(l.limit)*(1+cutOffLeast) {
		return row{}, false
	}
	slices.SortFunc(ones, func(a, b int) int { return cmp.Or(cmp.Compare(k.weight[b], k.weight[a]), a-b) })
	slices.SortFunc(zeros, func(a, b int) int { return cmp.Or(cmp.Compare(k.weight[b], k.weight[a]), a-b) })
	for _, i := range ones {
		l.down(i)
	}
	for _, i := range zeros {
		l.up(i)
	}
	return l.row(), true
}

// deepest gives whole coefficients for some columns, such that the inequality with them cuts off as much of the point as any can.
// It solves max α·y over α·s ≤ 1 for all sets s that fit, adding sets as they are violated.
func (k knapsack) deepest(core []int, y []float64, room int64) []int64 {
	n := len(core)
	value := make([]int64, n)
	for i, c := range core {
		value[i] = int64(y[c] * (1 << 20))
	}
	pack := packer{weight: make([]int64, n), gain: make([]float64, n)}
	for i, c := range core {
		pack.weight[i] = k.weight[c]
	}
	p := newProgram(value, nil)
	t := p.relaxation()
	alpha := make([]float64, n)
	for i := range alpha {
		alpha[i] = 1
	}
	for range 40 {
		copy(pack.gain, alpha)
		set, most := pack.best(room)
		if most <= 1+1e-7 {
			break
		}
		r := row{limit: 1}
		for i := range n {
			if set>>i&1 == 1 {
				r.at, r.coef = append(r.at, int32(i)), append(r.coef, 1)
			}
		}
		p = p.extend([]row{r})
		t = t.follow(p, len(p.rows)-1, nil)
		if t.solve(math.Inf(-1), 1000) != solved {
			return nil
		}
		t.point(alpha)
		var depth float64
		for i, c := range core {
			depth += alpha[i] * y[c]
		}
		if depth < 1+cutOffLeast {
			return nil
		}
	}
	return wholes(alpha)
}

// wholes turns coefficients into small whole numbers in about their proportion.
func wholes(alpha []float64) []int64 {
	out := make([]int64, len(alpha))
	for d := 1.0; d <= 40; d++ {
		far := 0.0
		for _, a := range alpha {
			far = max(far, math.Abs(a*d-math.Round(a*d)))
		}
		if far < 1e-4 || d == 40 {
			for i, a := range alpha {
				out[i] = int64(math.Round(a * d))
			}
			return out
		}
	}
	return out
}

// packer finds the set of a few things that fits and gains most.
type packer struct {
	weight []int64
	gain   []float64
	order  []int
	top    float64
	set    uint64
}

func (p *packer) best(room int64) (uint64, float64) {
	p.order = p.order[:0]
	for i := range p.weight {
		if p.gain[i] > 1e-9 {
			p.order = append(p.order, i)
		}
	}
	slices.SortFunc(p.order, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.gain[b]*float64(p.weight[a]), p.gain[a]*float64(p.weight[b])), a-b)
	})
	p.top, p.set = 0, 0
	p.look(0, room, 0, 0)
	return p.set, p.top
}

func (p *packer) look(n int, room int64, gain float64, set uint64) {
	if gain > p.top+1e-12 {
		p.top, p.set = gain, set
	}
	most, left := gain, room
	for _, i := range p.order[n:] {
		if p.weight[i] > left {
			most += p.gain[i] * float64(left) / float64(p.weight[i])
			break
		}
		most += p.gain[i]
		left -= p.weight[i]
	}
	if most <= p.top+1e-9 || n == len(p.order) {
		return
	}
	i := p.order[n]
	if p.weight[i] <= room {
		p.look(n+1, room-p.weight[i], gain+p.gain[i], set|1<<i)
	}
	p.look(n+1, room, gain, set)
}

// lifting is an inequality on its way to all columns: at[i]·x summed ≤ limit holds for what fits into room.
type lifting struct {
	k      knapsack
	within []int
	at     []int64
	limit  int64
	room   int64
	least  []int64 // by sum of coefficients, the least weight that makes it
}

const heavy = math.MaxInt64 / 2

// table computes least for the columns within.
func (l *lifting) table() {
	l.least = append(l.least[:0], 0)
	for _, i := range l.within {
		l.add(i)
	}
}

// add takes a column into the table.
func (l *lifting) add(i int) {
	a, w := l.at[i], l.k.weight[i]
	if a <= 0 {
		return
	}
	from := len(l.least)
	for range a {
		l.least = append(l.least, heavy)
	}
	for v := from - 1; v >= 0; v-- {
		if s := l.least[v] + w; s < l.least[v+int(a)] {
			l.least[v+int(a)] = s
		}
	}
	for l.least[len(l.least)-1] > l.k.room { // no set of that worth fits, whatever room is won
		l.least = l.least[:len(l.least)-1]
	}
}

// most is the greatest sum of coefficients that fits.
func (l *lifting) most(room int64) int64 {
	for v := len(l.least) - 1; v >= 0; v-- {
		if l.least[v] <= room {
			return int64(v)
		}
	}
	return -1
}

// up gives a column that the point has at 0 its greatest coefficient.
func (l *lifting) up(i int) {
	m := l.most(l.room - l.k.weight[i])
	l.at[i] = l.limit - m // m is −1 when the column alone is too heavy: anything would do
	l.add(i)
}

// down takes in a column that the point has at 1: its coefficient pays for what fits without it.
func (l *lifting) down(i int) {
	l.room += l.k.weight[i]
	l.at[i] = l.most(l.room) - l.limit
	l.limit += l.at[i]
	l.add(i)
}

func (l *lifting) row() row {
	r := row{limit: l.limit}
	for i, j := range l.k.at {
		a := l.at[i]
		if a == 0 {
			continue
		}
		if l.k.turned[i] {
			a = -a
			r.limit += a
		}
		r.at, r.coef = append(r.at, j), append(r.coef, a)
	}
	return r
}
