package selection

// domain is what columns may still be, with the smallest sum that each row can come to. Every fixing is remembered, so that it can be taken back.
type domain struct {
	p         *program
	low, high []int8
	least     []int64 // of each row, between low and high
	trail     []int32 // columns fixed, oldest first
	queue     []int32 // rows to look at
	queued    []bool
	steep     []int64 // of each row, the greatest absolute coefficient
}

func newDomain(p *program) *domain {
	n, m := len(p.value), len(p.rows)
	d := &domain{p: p, low: make([]int8, n), high: make([]int8, n), least: make([]int64, m), queued: make([]bool, m), steep: make([]int64, m)}
	for j := range n {
		d.high[j] = 1
	}
	for i, r := range p.rows {
		d.least[i] = r.least()
		for _, c := range r.coef {
			d.steep[i] = max(d.steep[i], c, -c)
		}
	}
	return d
}

// fix sets a column. false: it is set otherwise already.
func (d *domain) fix(j int, v int8) bool {
	if d.low[j] == d.high[j] {
		return d.low[j] == v
	}
	d.low[j], d.high[j] = v, v
	d.trail = append(d.trail, int32(j))
	for _, e := range d.p.cols[j] {
		if v == 1 && e.coef > 0 {
			d.least[e.row] += e.coef
		} else if v == 0 && e.coef < 0 {
			d.least[e.row] -= e.coef
		} else {
			continue
		}
		if !d.queued[e.row] {
			d.queued[e.row] = true
			d.queue = append(d.queue, e.row)
		}
	}
	return true
}

// undo takes back all fixings but the first n.
func (d *domain) undo(n int) {
	for len(d.trail) > n {
		j := d.trail[len(d.trail)-1]
		d.trail = d.trail[:len(d.trail)-1]
		v := d.low[j]
		d.low[j], d.high[j] = 0, 1
		for _, e := range d.p.cols[j] {
			if v == 1 && e.coef > 0 {
				d.least[e.row] -= e.coef
			} else if v == 0 && e.coef < 0 {
				d.least[e.row] += e.coef
			}
		}
	}
	for _, i := range d.queue {
		d.queued[i] = false
	}
	d.queue = d.queue[:0]
}

// propagate fixes what the rows force, until nothing moves. false: a row cannot hold.
func (d *domain) propagate() bool {
	for len(d.queue) > 0 {
		i := d.queue[len(d.queue)-1]
		d.queue, d.queued[i] = d.queue[:len(d.queue)-1], false
		r := &d.p.rows[i]
		room := r.limit - d.least[i]
		if room < 0 {
			return false
		}
		if d.steep[i] <= room {
			continue
		}
		for k, j := range r.at {
			if d.low[j] == d.high[j] {
				continue
			}
			if c := r.coef[k]; c > room {
				d.fix(int(j), 0)
			} else if -c > room {
				d.fix(int(j), 1)
			}
		}
	}
	return true
}

// all queues every row.
func (d *domain) all() {
	for i := range d.p.rows {
		if !d.queued[i] {
			d.queued[i] = true
			d.queue = append(d.queue, int32(i))
		}
	}
}
