package selection

// conflict gives rules that cannot hold together and of which none can be dropped: each one in turn is left out, and stays out when there is still no selection.
// Whole blocks are tried first, as most rules have no part in a conflict. irreducible is false where a trial ended without a proof, or the
// budget before the last one: a rule may then be named that has no part in it.
func (m *model) conflict(b *budget) (rules []Rule, irreducible bool) {
	most := max(10*b.spent, 100_000)
	irreducible = true
	kept := make([]bool, len(m.rules))
	for i := range kept {
		kept[i] = true
	}
	var narrow func(from, to int)
	narrow = func(from, to int) {
		if from >= to {
			return
		}
		for i := from; i < to; i++ {
			kept[i] = false
		}
		empty, sure := false, false
		if !b.ended {
			c := b.child(most)
			empty, sure = m.impossible(kept, c)
			b.charge(c)
		}
		if empty {
			return
		}
		irreducible = irreducible && (sure || to-from > 1)
		for i := from; i < to; i++ {
			kept[i] = true
		}
		if to-from == 1 {
			return
		}
		middle := (from + to) / 2
		narrow(from, middle)
		narrow(middle, to)
	}
	narrow(0, len(m.rules))
	for i, r := range m.rules {
		if kept[i] {
			rules = append(rules, r.Rule)
		}
	}
	return rules, irreducible
}

// impossible tells whether some rules cannot hold together, and whether that is proven, one way or the other.
func (m *model) impossible(kept []bool, b *budget) (empty, sure bool) {
	rows := m.rows(func(i int) bool { return kept[i] })
	p := newProgram(make([]int64, len(m.owner)), rows) // any selection will do
	if p.holds(make([]int8, len(p.value))) {
		return false, true
	}
	r := solveProgram(p, nil, b, nil)
	return r.done && r.x == nil, r.done || r.x != nil
}
