package selection

import "slices"

// recall takes over what an earlier answer to the same problem tells beside its selection, which is the one that this one begins with: work on it goes on
// where it ended. Selections are checked, bounds are believed: they are the engine's own.
func (e *explainer) recall(a Answer) {
	if e.o.Frontier > 0 && len(a.Frontier) > 0 {
		e.points = make([]*point, len(a.Frontier))
		for i, f := range a.Frontier {
			e.points[i] = e.m.point(f.Total)
			e.recallFound(&e.points[i].k, f.Found, e.m.program(all, e.points[i].use))
		}
	}
	e.prepare()
	for _, p := range e.prices {
		p.recall(e, a)
	}
	if e.next != nil && a.Next != nil && a.Next.Amount == e.next.amount {
		if x := e.m.selection(a.Next.Found); e.next.over(e.m, x) <= e.next.amount {
			e.recallFound(&e.next.k, a.Next.Found, e.next.program(e.m))
		}
	}
	if e.others != nil {
		e.others.recall(e, a.Alternatives)
	}
	for _, r := range e.refusals {
		if i := slices.IndexFunc(a.Refused, func(o Refusal) bool { return o.ID == e.m.problem.Projects[r.project].ID }); i >= 0 {
			r.recall(a.Refused[i])
		}
	}
	e.share()
}

// selection gives the columns that a text names.
func (m *model) selection(f Found) []int8 {
	return m.columns(Answer{Status: Feasible, Selected: f.Selected, Starts: f.Starts}.Choice(m.problem))
}

// recallFound takes over a selection and a bound of a program.
func (e *explainer) recallFound(k *known, f Found, p *program) {
	x := e.m.selection(f)
	if !p.holds(x) {
		return
	}
	k.offer(x, e.m.worth(x))
	if f.Bound >= k.value {
		k.cap(f.Bound)
	}
}

func (p *price) recall(e *explainer, a Answer) {
	for _, f := range a.Forced {
		if f.ID != e.m.problem.Projects[p.project].ID || f.AtMost < 0 {
			continue
		}
		x := slices.Clone(e.main.x)
		for _, id := range f.BroughtIn {
			e.m.leave(x, id)
		}
		for _, id := range f.PushedOut {
			if i, ok := e.m.at[id]; ok {
				x[e.m.first[i]] = 1
			}
		}
		// Starts are not told: where others than the planned ones matter, the selection is looked for again.
		if e.m.program(func(i int) bool { return e.m.rules[i].Rule != Rule{RuleForced, f.ID} }).holds(x) && e.m.worth(x) == a.Value+f.ValueGivenUp {
			p.k.offer(x, e.m.worth(x))
		}
		p.k.cap(max(a.Value+f.AtMost, p.k.value))
	}
}

// leave takes a project out of columns.
func (m *model) leave(x []int8, id string) {
	if i, ok := m.at[id]; ok {
		clear(x[m.first[i]:m.first[i+1]])
	}
}

func (o *others) recall(e *explainer, list []Alternative) {
	rows := []row{e.m.beyond(e.main.x)}
	for _, a := range list {
		if len(o.list) == e.o.Alternatives {
			return
		}
		x := e.m.selection(a.Found)
		if !e.m.program(all, rows...).holds(x) {
			return
		}
		k := e.m.ignorant()
		k.offer(x, e.m.worth(x))
		k.cap(max(a.Bound, k.value))
		o.list, rows = append(o.list, k), append(rows, e.m.beyond(x))
	}
	o.most = e.o.Alternatives
}

func (r *refusal) recall(o Refusal) {
	if w := o.WithExtra; w != nil && r.creditsSuffice() {
		if w.Proven {
			r.told = w
		}
		r.any.cap(w.Bound)
		r.with.cap(w.Bound)
	}
	if !o.SwapProven {
		return
	}
	if o.Swap == nil {
		r.swap.done = true
		return
	}
	x := slices.Clone(r.entrance.x)
	for _, id := range o.Swap {
		r.m.leave(x, id)
	}
	if r.m.program(all).holds(x) && r.m.worth(x) == o.SwapValue {
		r.swap.take(r.m, x)
		r.swap.done = true
	}
}
