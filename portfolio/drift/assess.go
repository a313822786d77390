package drift

import (
	"cmp"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// Assess says where one project stands on a day, from what was known by then: estimates and
// baselines dated later, or not dated at all, play no part.
//
// Of several estimates of one day only the figure of the highest Seq counts, for the first figure
// as for the current one: a slip of the pen that was mended the same day leaves no drift behind.
func Assess(p Project, day civil.Date) Position {
	estimates := estimatesBy(p.Estimates, day)
	baselines := baselinesBy(p.Baselines, day)
	return Position{
		ID:        p.ID,
		Present:   (len(estimates) > 0 || len(baselines) > 0) && !hasLeft(p.Exits, day),
		Cost:      assessCost(estimates, baselines),
		Dates:     assessDates(estimates, baselines),
		Baselines: len(baselines),
	}
}

// estimatesBy gives the estimates known on the day, oldest first. The figures take part in the
// order so that even two estimates with one Seq, which no register writes, come out the same
// whatever the order of the input. A sorted input is not copied.
func estimatesBy(all []Estimate, day civil.Date) []Estimate {
	order := func(a, b Estimate) int {
		return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Cost, b.Cost),
			a.Start.Compare(b.Start), a.End.Compare(b.End), compareBools(a.HasCost, b.HasCost))
	}
	if !slices.IsSortedFunc(all, order) {
		all = slices.Clone(all)
		slices.SortFunc(all, order)
	}
	from := 0
	for from < len(all) && all[from].On.IsZero() {
		from++
	}
	to := from
	for to < len(all) && !all[to].On.After(day) {
		to++
	}
	return all[from:to]
}

// baselinesBy gives the baselines set by the day, by number.
func baselinesBy(all []Baseline, day civil.Date) []Baseline {
	var known []Baseline
	for _, b := range all {
		if !b.On.IsZero() && !b.On.After(day) {
			known = append(known, b)
		}
	}
	slices.SortFunc(known, func(a, b Baseline) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), a.On.Compare(b.On), cmp.Compare(a.Cost, b.Cost),
			a.Start.Compare(b.Start), a.End.Compare(b.End), compareBools(a.HasCost, b.HasCost))
	})
	return known
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// hasLeft tells whether an exit holds on the day; the day of the return is a day of presence.
func hasLeft(exits []Exit, day civil.Date) bool {
	for _, e := range exits {
		if !e.Left.IsZero() && !e.Left.After(day) && (e.Returned.IsZero() || e.Returned.After(day)) {
			return true
		}
	}
	return false
}

// firstAndLast gives the lowest- and the highest-numbered baseline that carry a figure, nil for none.
func firstAndLast(baselines []Baseline, carries func(Baseline) bool) (first, last *Baseline) {
	for i := range baselines {
		if carries(baselines[i]) {
			if first == nil {
				first = &baselines[i]
			}
			last = &baselines[i]
		}
	}
	return first, last
}

// assessCost takes estimates and baselines in order.
func assessCost(estimates []Estimate, baselines []Baseline) CostPosition {
	var c CostPosition
	first, last := firstAndLast(baselines, func(b Baseline) bool { return b.HasCost })
	if first != nil {
		c = CostPosition{Known: true, First: first.Cost, FirstOn: first.On, Current: last.Cost, CurrentOn: last.On,
			ReEstimated: last != first}
	}
	told := false
	for _, e := range estimates {
		if !e.HasCost {
			continue
		}
		if first == nil && (!c.Known || c.FirstOn == e.On) {
			c.Known, c.First, c.FirstOn = true, e.Cost, e.On
		}
		again := e.On.After(c.FirstOn) || (e.On == c.FirstOn && e.Cost != c.First)
		c.ReEstimated = again || (told && c.ReEstimated)
		c.Current, c.CurrentOn, told = e.Cost, e.On, true
	}
	if !c.Known {
		return c
	}
	c.Deviation = deviation(int64(c.First), int64(c.Current))
	c.SinceLast = c.Deviation
	if last != first {
		c.SinceLast = deviation(int64(last.Cost), int64(c.Current))
	}
	return c
}

// assessDates takes estimates and baselines in order. A start and an end are carried each by
// itself: an estimate that moves only the end keeps the last start, and what no estimate ever told
// is what the last baseline says.
func assessDates(estimates []Estimate, baselines []Baseline) DatesPosition {
	first, last := firstAndLast(baselines, func(b Baseline) bool { return !b.Start.IsZero() && !b.End.IsZero() })
	d := datesToldBy(estimates, first)
	if first != nil {
		d.Known, d.FirstStart, d.FirstEnd, d.FirstOn = true, first.Start, first.End, first.On
		if d.CurrentOn.IsZero() {
			d.CurrentOn, d.ReEstimated = last.On, last != first
		}
		if d.CurrentStart.IsZero() {
			d.CurrentStart = last.Start
		}
		if d.CurrentEnd.IsZero() {
			d.CurrentEnd = last.End
		}
	}
	if !d.Known {
		return DatesPosition{}
	}
	current := int64(civil.Duration(d.CurrentStart, d.CurrentEnd))
	d.Deviation = deviation(int64(civil.Duration(d.FirstStart, d.FirstEnd)), current)
	d.SinceLast = d.Deviation
	if last != first {
		d.SinceLast = deviation(int64(civil.Duration(last.Start, last.End)), current)
	}
	d.SlipDays = d.FirstEnd.DaysUntil(d.CurrentEnd)
	return d
}

// datesToldBy walks through the estimates. It finds the first dates only where no baseline gives
// them: those of the first day on which both ends are known.
func datesToldBy(estimates []Estimate, first *Baseline) DatesPosition {
	var d DatesPosition
	for _, e := range estimates {
		if e.Start.IsZero() && e.End.IsZero() {
			continue
		}
		d.CurrentOn = e.On
		if !e.Start.IsZero() {
			d.CurrentStart = e.Start
		}
		if !e.End.IsZero() {
			d.CurrentEnd = e.End
		}
		switch {
		case first != nil:
			d.ReEstimated = d.ReEstimated || movesBaseline(e, *first)
		case d.CurrentStart.IsZero() || d.CurrentEnd.IsZero():
		case !d.Known || d.FirstOn == e.On:
			d.Known, d.FirstStart, d.FirstEnd, d.FirstOn = true, d.CurrentStart, d.CurrentEnd, e.On
		default:
			d.ReEstimated = true
		}
	}
	return d
}

// movesBaseline tells whether an estimate with a date is a second figure beside the first
// baseline: any later one is, one of the same day only where it says something else.
func movesBaseline(e Estimate, first Baseline) bool {
	if e.On == first.On {
		return (!e.Start.IsZero() && e.Start != first.Start) || (!e.End.IsZero() && e.End != first.End)
	}
	return e.On.After(first.On)
}

// deviation is (current − first)/first, undefined when first is 0 or less or when the difference
// does not fit 64 bits.
func deviation(first, current int64) Rate {
	if first <= 0 {
		return Rate{}
	}
	num, ok := money.Amount(current).Add(money.Amount(-first))
	if !ok {
		return Rate{}
	}
	return Rate{Defined: true, Num: int64(num), Den: first}
}
