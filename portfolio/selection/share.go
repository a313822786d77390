package selection

import "slices"

// number gives the rows of rules their numbers, by which cuts name what they follow from.
func (m *model) number() {
	n := int32(0)
	for i := range m.rules {
		for k := range m.rules[i].rows {
			n++
			m.rules[i].rows[k].from = n
		}
	}
}

// strengthen gives a program the cuts that were found for another one of the same model and follow from a row that it has as well: problems that differ in a rule share what
// follows from all others, and one look at the relaxation tells of each what took many for the first.
func (m *model) strengthen(p *program) *program {
	if len(m.cuts) == 0 {
		return p
	}
	has := map[int32]bool{}
	for _, r := range p.rows {
		has[r.from] = true
	}
	var cuts []row
	for _, c := range m.cuts {
		if c.from > 0 && has[c.from] {
			cuts = append(cuts, c)
		}
	}
	q := p.extend(cuts)
	q.cuts = len(cuts)
	return q
}

// adopt takes the cuts of a model with the same projects and rules that follow from rows which are the same in both; limits may differ.
func (m *model) adopt(o *model) {
	m.cuts = nil
	for _, c := range o.cuts {
		if c.from > 0 && m.numbered(c.from).same(o.numbered(c.from)) {
			m.cuts = append(m.cuts, c)
		}
	}
}

// numbered is the row of a number.
func (m *model) numbered(n int32) row {
	for _, r := range m.rules {
		for _, row := range r.rows {
			if row.from == n {
				return row
			}
		}
	}
	return row{}
}

func (r row) same(o row) bool {
	return r.limit == o.limit && slices.Equal(r.at, o.at) && slices.Equal(r.coef, o.coef)
}
