package selection

// follow makes the tableau of a program that has other rows at its end: the first base rows are the same, kept tells which of the further rows are, in their order, and the rest are new.
// Rows that go must be slack, so that their variables are in the basis. The basis stays, and a few pivots mend what the new rows broke.
func (t *tableau) follow(q *program, base int, kept []int) *tableau {
	u := *t
	u.p, u.rows = q, upTo(len(q.rows))
	u.t, u.d, u.x, u.at, u.basic, u.outside, u.upper = nil, nil, nil, nil, nil, nil, nil
	u.size(len(q.rows), t.w)
	u.limit = make([]float64, len(q.rows))
	for i, r := range q.rows {
		u.limit[i] = float64(r.limit) * u.scale
	}
	variable := make([]int32, t.n+len(t.p.rows)) // of the old ones, among the new; −1: gone
	for v := range variable {
		variable[v] = int32(v)
		if v >= t.n+base {
			variable[v] = -1
		}
	}
	for k, r := range kept {
		variable[t.n+r] = int32(t.n + base + k)
	}
	copy(u.d, t.d)
	copy(u.at, t.at)
	copy(u.upper, t.upper)
	for j, v := range t.outside {
		u.outside[j] = variable[v]
	}
	i := 0
	for o, v := range t.basic {
		if variable[v] >= 0 {
			u.basic[i], u.x[i] = variable[v], t.x[o]
			copy(u.t[i*u.w:i*u.w+u.w], t.t[o*t.w:o*t.w+t.w])
			i++
		}
	}
	u.enter(i, base+len(kept))
	return &u
}

// enter writes the rows of the program from one on into the tableau, from a place on, with their slacks in the basis.
func (t *tableau) enter(at, from int) {
	column, row := make([]int32, t.n), make([]int32, t.n) // where a column of the program stands, plus 1
	for j, v := range t.outside {
		if int(v) < t.n {
			column[v] = int32(j + 1)
		}
	}
	for i, v := range t.basic[:at] {
		if int(v) < t.n {
			row[v] = int32(i + 1)
		}
	}
	for r := from; r < len(t.p.rows); r++ {
		to := t.t[at*t.w : at*t.w+t.w]
		clear(to)
		x := t.limit[r]
		for k, v := range t.p.rows[r].at {
			c := float64(t.p.rows[r].coef[k]) * t.scale
			if i := int(row[v]) - 1; i >= 0 {
				subtract(to, t.t[i*t.w:i*t.w+t.w], c)
				x -= c * t.x[i]
				*t.work += int64(t.w)
			} else {
				j := column[v] - 1
				to[j] += c
				x -= c * t.at[j]
			}
		}
		t.basic[at], t.x[at] = int32(t.n+r), x
		at++
	}
}
