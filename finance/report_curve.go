package finance

import (
	"slices"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// slotOn is a period of a fiscal year with its place in time.
type slotOn struct {
	Slot
	forecast.Period
}

// axis is the months of the years of which something is told, in time, and these years. The extra period of a year stands under the month of the
// next year in which it falls; that of the last year has a place of its own, if anything was booked in it or nothing but it is left.
func (f *reportFacts) axis(planned map[int64]money.Amount, spent map[Slot]money.Amount, expected map[int64]money.Amount) ([]slotOn, []FiscalYear) {
	booked := map[int64]bool{}
	for slot := range spent {
		booked[slot.Year] = true
	}
	var out []slotOn
	var told []FiscalYear
	for _, y := range f.Years {
		if planned[y.ID] == 0 && expected[y.ID] == 0 && !booked[y.ID] {
			continue
		}
		told = append(told, y)
		for _, p := range y.Periods {
			if p.Number != ExtraPeriod {
				out = append(out, slotOn{Slot{y.ID, p.Number}, forecast.Period{Start: p.Start, End: p.End}})
			}
		}
	}
	if len(told) == 0 {
		return nil, nil
	}
	last, extra := told[len(told)-1], Slot{told[len(told)-1].ID, ExtraPeriod}
	over := len(out) > 0 && !out[len(out)-1].Start.After(f.day)
	if p, ok := last.Period(ExtraPeriod); ok && (spent[extra] != 0 || (over && expected[last.ID] != 0)) {
		out = append(out, slotOn{extra, forecast.Period{Start: p.Start, End: p.End}})
	}
	return out, told
}

// placeIn is the place of a period on the axis; an extra period that has none of its own stands where time puts it.
func placeIn(axis []slotOn, at Slot, start civil.Date) int {
	if i := slices.IndexFunc(axis, func(s slotOn) bool { return s.Slot == at }); i >= 0 {
		return i
	}
	if i := slices.IndexFunc(axis, func(s slotOn) bool { return !s.End.Before(start) }); i >= 0 {
		return i
	}
	return len(axis) - 1
}

// curve cumulates over the months what budgets plan, what was mandated, and what is expected. planned and expected are by fiscal year: the former is
// laid over the days of the year, the latter over its months after that of the day.
func (f *reportFacts) curve(planned map[int64]money.Amount, actuals []actualCell, expected map[int64]money.Amount) ([]forecast.Point, error) {
	spent := map[Slot]money.Amount{}
	for _, a := range actuals {
		spent[Slot{a.YearID, a.Period}] += a.Mandated
	}
	axis, told := f.axis(planned, spent, expected)
	if len(axis) == 0 {
		return nil, nil
	}
	plan, coming := make([]money.Amount, len(axis)), make([]money.Amount, len(axis))
	for _, y := range told {
		if err := phase(axis, plan, y, planned[y.ID], civil.Date{}, forecast.SpreadCalendarDays); err != nil {
			return nil, err
		}
		if err := phase(axis, coming, y, expected[y.ID], f.day, forecast.SpreadEven); err != nil {
			return nil, err
		}
	}
	actual := f.spentOn(axis, spent)
	seen := len(actual)
	var late money.Amount // expected in months that are told as spent: it comes in the next one
	for _, a := range coming[:seen] {
		late += a
	}
	if late != 0 && seen == len(axis) {
		seen--
		coming[seen] = actual[seen]
	}
	if seen < len(axis) {
		coming[seen] += late
	}
	periods := make([]forecast.Period, len(axis))
	for i, s := range axis {
		periods[i] = s.Period
	}
	return forecast.Curve(periods, plan, actual[:seen], coming[seen:])
}

// spentOn is what was mandated in the places of the axis that have begun, and in those after in which something is booked already.
func (f *reportFacts) spentOn(axis []slotOn, spent map[Slot]money.Amount) []money.Amount {
	out, seen := make([]money.Amount, len(axis)), 0
	for i, s := range axis {
		if !s.Start.After(f.day) {
			seen = i + 1
		}
	}
	for slot, amount := range spent {
		y, _ := f.Year(slot.Year)
		p, _ := y.Period(slot.Period)
		at := placeIn(axis, slot, p.Start)
		out[at] += amount
		if amount != 0 {
			seen = max(seen, at+1)
		}
	}
	return out[:seen]
}

// phase lays an amount of a year over those of its places on the axis that begin after a day; where there are none, on the first place after
// it, else on the last.
func phase(axis []slotOn, into []money.Amount, y FiscalYear, total money.Amount, after civil.Date, spread forecast.Spread) error {
	if total == 0 {
		return nil
	}
	var places []int
	p := forecast.Phasing{Total: total, Spread: spread}
	for i, s := range axis {
		if s.Year == y.ID && s.Slot.Period != ExtraPeriod && s.Start.After(after) {
			places, p.Periods = append(places, i), append(p.Periods, s.Period)
		}
	}
	if len(places) == 0 {
		i := slices.IndexFunc(axis, func(s slotOn) bool { return s.Start.After(after) })
		if i < 0 {
			i = len(axis) - 1
		}
		into[i] += total
		return nil
	}
	laid, err := p.Phase()
	if err != nil {
		return err
	}
	for i, a := range laid.Amounts {
		into[places[i]] += a
	}
	return nil
}

// plannedBy is the budget in force by fiscal year.
func (r *reportBuild) plannedBy() map[int64]money.Amount {
	out := map[int64]money.Amount{}
	for id, y := range r.years {
		if y.Budget != 0 {
			out[id] = y.Budget
		}
	}
	return out
}

// expectedBy is what is expected by fiscal year beyond what was mandated: up to the central landing.
func (r *reportBuild) expectedBy(out *RoadmapFinance) map[int64]money.Amount {
	by := map[int64]money.Amount{}
	for _, y := range out.ByYear {
		if rest := y.Landing.Central - y.Mandated; rest != 0 {
			by[y.Year.ID] = rest
		}
	}
	return by
}
