package selection

import "slices"

// exchange looks for the smallest set of selected projects whose leaving lets another one in. Projects that stay keep their starts; of those that are
// not selected only the one in question and what it requires may come in.
type exchange struct {
	selected []int8
	entered  []int8 // with the project and what it requires
	project  int
	x        []int8 // the selection after the best exchange known; nil: none
	kept     int64  // how many of the selected stay in it
	counted  bool   // no more can stay
	done     bool   // nothing is better, or there is none
}

// tighten first finds how many selected projects can stay, then which of them so that most value is left.
func (s *exchange) tighten(m *model, b *budget) {
	columns := s.columns(m)
	rows := append(m.rows(all), m.chosen(-1, [2]int{s.project, -1}))
	if s.x == nil {
		p := m.polish(s.entered, rows)
		if b.spend(p.work()); p.mend() {
			s.take(m, p.x)
		}
	}
	stay := row{limit: 0}
	count := make([]int64, len(columns))
	for i, j := range columns {
		if s.selected[j] != 0 {
			count[i] = 1
			stay.at, stay.coef = append(stay.at, int32(j)), append(stay.coef, -1)
		}
	}
	if !s.counted {
		r := solveProgram(newProgram(count, restrict(rows, columns)), narrow(s.x, columns), b, nil)
		if r.x == nil {
			s.done = r.done
			return
		}
		s.counted = r.done
		s.take(m, widened(r.x, columns, len(m.owner)))
	}
	if !s.counted || b.ended {
		return
	}
	value := make([]int64, len(columns))
	for i, j := range columns {
		value[i] = m.value[j]
	}
	stay.limit = -s.kept
	r := solveProgram(newProgram(value, restrict(append(rows, stay), columns)), narrow(s.x, columns), b, nil)
	if r.x != nil {
		s.take(m, widened(r.x, columns, len(m.owner)))
	}
	s.done = r.done
}

// take keeps an exchange in which more stay, or as many and more value is left.
func (s *exchange) take(m *model, x []int8) {
	var kept int64
	for j, v := range x {
		kept += int64(v * s.selected[j])
	}
	if s.x == nil || kept > s.kept || kept == s.kept && m.worth(x) > m.worth(s.x) {
		s.x, s.kept = x, kept
	}
}

// columns gives those that an exchange may choose: the selected ones, and the project's with those of all that it requires.
func (s *exchange) columns(m *model) []int {
	bundle := m.closure(s.selected, s.project)
	var out []int
	for j, v := range s.selected {
		if v != 0 || slices.Contains(bundle, m.owner[j]) {
			out = append(out, j)
		}
	}
	return out
}

// restrict gives rows over some columns only, in the order of these; the others are left.
func restrict(rows []row, columns []int) []row {
	out := make([]row, 0, len(rows))
	for _, r := range rows {
		q := row{limit: r.limit}
		for k, j := range r.at {
			if i, ok := slices.BinarySearch(columns, int(j)); ok {
				q.at, q.coef = append(q.at, int32(i)), append(q.coef, r.coef[k])
			}
		}
		out = append(out, q)
	}
	return out
}

// narrow and widened lead a choice to some columns and back.
func narrow(x []int8, columns []int) []int8 {
	if x == nil {
		return nil
	}
	out := make([]int8, len(columns))
	for i, j := range columns {
		out[i] = x[j]
	}
	return out
}

func widened(x []int8, columns []int, n int) []int8 {
	out := make([]int8, n)
	for i, j := range columns {
		out[j] = x[i]
	}
	return out
}
