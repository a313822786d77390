package selection

import "slices"

// Alternative is a selection that is worth nearly as much as the best one and holds something that neither the best one nor any alternative before it holds.
// What is only a part of another selection is no alternative: it would leave credits unused.
type Alternative struct {
	Found
	Lost   int64    `json:"lost"` // of the value of the answer
	Enters []string `json:"enters"`
	Leaves []string `json:"leaves"`
}

// others are the alternatives on their way.
type others struct {
	turn int // of the selection that they are alternatives to
	list []known
	end  bool // it is proven that there are no more
	most int
}

func (o *others) settled() bool {
	return o.end || o.most > 0 && len(o.list) == o.most && !slices.ContainsFunc(o.list, func(k known) bool { return !k.proven })
}

func (o *others) weight() int64 { return 32 }

// tighten looks for one after the other, from the first that is not proven to be the best that was left.
func (o *others) tighten(e *explainer, b *budget) {
	o.most = e.o.Alternatives
	proven := 0
	for proven < len(o.list) && o.list[proven].proven {
		proven++
	}
	old := o.list[proven:]
	o.list = slices.Clone(o.list[:proven])
	rows := make([]row, 0, o.most+1)
	for _, x := range slices.Concat([]known{e.main}, o.list) {
		rows = append(rows, e.m.beyond(x.x))
	}
	worth := worthwhile(e.main.value, e.o.Within)
	for len(o.list) < o.most && !b.ended {
		if len(rows[len(rows)-1].at) == 0 { // all projects are in it
			o.end = true
			return
		}
		p, k := e.m.program(all, rows...), e.m.ignorant()
		k.cap(e.main.bound)
		if n := len(o.list); n > 0 {
			k.cap(o.list[n-1].bound)
		}
		for _, x := range old {
			if p.holds(x.x) {
				k.offer(x.x, x.value)
			}
		}
		if k.x == nil {
			e.m.guess(&k, e.main.x, append(e.m.rows(all), rows...), b)
		}
		c := b.child(b.work / int64(o.most-len(o.list)))
		e.m.tighten(&k, p, c, nil)
		b.charge(c)
		if k.x == nil || k.value < worth {
			o.end = k.proven || k.bound < worth
			return
		}
		e.main.offer(k.x, k.value)
		o.list, rows = append(o.list, k), append(rows, e.m.beyond(k.x))
	}
}

// guess lets each project that columns leave into them, with what it requires, mends the rows that this breaks, and takes the best that comes of it.
func (m *model) guess(k *known, x []int8, rows []row, b *budget) {
	for i := range m.problem.Projects {
		if m.has(x, i) || b.ended {
			continue
		}
		y := slices.Clone(x)
		for _, j := range m.closure(x, i) {
			y[m.first[j]] = 1
		}
		s := m.polish(y, rows)
		b.spend(s.work())
		if s.mend() {
			s.better()
			k.offer(s.x, s.worth)
		}
	}
}

// worthwhile is the least value that is within some basis points of the best; 0 stands for a hundred.
func worthwhile(best, within int64) int64 {
	if within == 0 {
		within = 100
	}
	return best - share(best, min(within, whole))
}

// beyond makes the row that something is selected which a selection does not hold.
func (m *model) beyond(x []int8) row {
	var outside [][2]int
	for i := range m.problem.Projects {
		if !m.has(x, i) {
			outside = append(outside, [2]int{i, -1})
		}
	}
	return m.chosen(-1, outside...)
}

// alternatives writes those that are known.
func (o *others) alternatives(m *model, main known) []Alternative {
	out := []Alternative{}
	if o == nil {
		return out
	}
	for _, k := range o.list {
		out = append(out, Alternative{Found: m.found(k), Lost: main.value - k.value, Enters: m.difference(k.x, main.x), Leaves: m.difference(main.x, k.x)})
	}
	return out
}
