package selection

// part gives the tableau without the columns that are fixed and the rows that hold whatever the free ones are, in the place of another one. As a search goes down, ever less of a
// program is open; a step in what is left of it takes a fraction of a step in the whole.
func (t *tableau) part(dom *domain, into *tableau) *tableau {
	t.settle()
	if into == nil {
		into = &tableau{}
	}
	u := into
	u.p, u.n, u.low, u.high, u.work, u.scale, u.halt, u.pivots = t.p, t.n, t.low, t.high, t.work, t.scale, t.halt, t.pivots
	u.base, u.value, u.limit = t.base, t.value, append(u.limit[:0], t.limit...)
	u.rows, u.cols = u.rows[:0], u.cols[:0]
	gone := make([]bool, len(t.p.rows))
	var keepRow, keepCol []int
	for i, v := range t.basic {
		if r := int(v) - t.n; r < 0 {
			u.cols = append(u.cols, v)
		} else if dom.idle(r) {
			gone[r] = true
			continue
		}
		keepRow = append(keepRow, i)
	}
	for j, v := range t.outside {
		if int(v) < t.n {
			if t.low[v] == t.high[v] {
				u.leave(int(v))
				continue
			}
			u.cols = append(u.cols, v)
		}
		keepCol = append(keepCol, j)
	}
	for _, r := range t.rows {
		if !gone[r] {
			u.rows = append(u.rows, r)
		}
	}
	u.size(len(keepRow), len(keepCol))
	for a, i := range keepRow {
		u.basic[a], u.x[a] = t.basic[i], t.x[i]
		from, to := t.t[i*t.w:i*t.w+t.w], u.t[a*u.w:a*u.w+u.w]
		for b, j := range keepCol {
			to[b] = from[j]
		}
	}
	for b, j := range keepCol {
		u.outside[b], u.d[b], u.at[b], u.upper[b] = t.outside[j], t.d[j], t.at[j], t.upper[j]
	}
	*u.work += int64(len(u.t))
	return u
}

// leave counts a fixed column off the limits.
func (t *tableau) leave(v int) {
	if t.low[v] == 0 {
		return
	}
	t.base += float64(t.p.value[v]) * t.scale
	for _, e := range t.p.cols[v] {
		t.limit[e.row] -= float64(e.coef) * t.scale
	}
}

// idle tells whether a row holds whatever the free columns are.
func (d *domain) idle(i int) bool {
	r := &d.p.rows[i]
	most := r.limit - d.least[i]
	for k, j := range r.at {
		if d.low[j] != d.high[j] {
			if most -= max(r.coef[k], -r.coef[k]); most < 0 {
				return false
			}
		}
	}
	return most >= 0
}
