package finance

import (
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// ExtraPeriod takes what is booked for a year after its end: the journée complémentaire.
const ExtraPeriod = 13

// The states of fiscal years and periods.
const (
	StateOpen    = "open"
	StateClosing = "closing"
	StateClosed  = "closed"
)

// FiscalYear is an explicit range of days with its periods.
type FiscalYear struct {
	ID             int64
	OrganisationID int64
	Code           string // "2026", "2026-2027"
	Year           int    // under which the finance system knows it: that of its first day
	Start, End     civil.Date
	State          string
	Version        int64
	Periods        []Period // in order; the last one is ExtraPeriod
}

// Period is a month of a fiscal year, or the time after its end.
type Period struct {
	Number     int
	Start, End civil.Date
	State      string
}

// Slot names a period: where an entry stands in the books.
type Slot struct {
	Year   int64 // id of the fiscal year
	Period int
}

// periodsOf cuts a year into its months. A year of more than twelve months has a long twelfth period, a
// shorter year fewer periods; both have the extra one of a month.
func periodsOf(y FiscalYear) []Period {
	var out []Period
	for start := y.Start; !start.After(y.End); {
		next := start.AddMonths(1)
		end := next.AddDays(-1)
		if len(out) == ExtraPeriod-2 || end.After(y.End) {
			end = y.End
		}
		out = append(out, Period{Number: len(out) + 1, Start: start, End: end, State: StateOpen})
		start = end.AddDays(1)
	}
	after := y.End.AddDays(1)
	return append(out, Period{Number: ExtraPeriod, Start: after, End: after.AddMonths(1).AddDays(-1), State: StateOpen})
}

// PeriodOf gives the period of a day in this year: the first one for a day before it (a payment of December
// that the system books in the new year), the extra one for a day after it.
func (y FiscalYear) PeriodOf(d civil.Date) int {
	if d.After(y.End) {
		return ExtraPeriod
	}
	for _, p := range slices.Backward(y.Periods) {
		if p.Number != ExtraPeriod && !d.Before(p.Start) {
			return p.Number
		}
	}
	return 1
}

// Period gives one of the year's periods by its number.
func (y FiscalYear) Period(number int) (Period, bool) {
	i := slices.IndexFunc(y.Periods, func(p Period) bool { return p.Number == number })
	if i < 0 {
		return Period{}, false
	}
	return y.Periods[i], true
}

// Validate reports every rule the year breaks.
func (y FiscalYear) Validate() error {
	var f fault.Fields
	f.Check(y.Code != "" && len(y.Code) <= 20, "code", "input.required")
	f.Check(!y.Start.IsZero(), "start", "input.required")
	f.Check(!y.End.IsZero(), "end", "input.required")
	f.Check(y.End.IsZero() || !y.End.Before(y.Start), "end", "input.end_before_start", y.Start, y.End)
	f.Check(y.Start.IsZero() || y.End.IsZero() || civil.Duration(y.Start, y.End) <= 550, "end", "fiscal.too_long")
	return f.Err()
}

// Calendar holds the fiscal years of an organisation, the earliest first.
type Calendar struct{ Years []FiscalYear }

// Year gives a year by its id.
func (c Calendar) Year(id int64) (FiscalYear, bool) {
	i := slices.IndexFunc(c.Years, func(y FiscalYear) bool { return y.ID == id })
	if i < 0 {
		return FiscalYear{}, false
	}
	return c.Years[i], true
}

// Of gives the year that a day falls in.
func (c Calendar) Of(d civil.Date) (FiscalYear, bool) {
	i := slices.IndexFunc(c.Years, func(y FiscalYear) bool { return !d.Before(y.Start) && !d.After(y.End) })
	if i < 0 {
		return FiscalYear{}, false
	}
	return c.Years[i], true
}

// Labelled gives the year under which the finance system knows it. Of two, as around a transition, the longer one counts.
func (c Calendar) Labelled(year int) (FiscalYear, bool) {
	var found FiscalYear
	for _, y := range c.Years {
		if y.Year == year && (found.ID == 0 || civil.Duration(y.Start, y.End) > civil.Duration(found.Start, found.End)) {
			found = y
		}
	}
	return found, found.ID != 0
}

// Booked gives where an entry of a period is booked: there, or in the first period after it that is open. A correction of a closed period
// must not change what was signed.
func (c Calendar) Booked(at Slot) (Slot, error) {
	for i, y := range c.Years {
		if y.ID != at.Year {
			continue
		}
		for _, p := range y.Periods {
			if p.Number >= at.Period && p.State == StateOpen {
				return Slot{y.ID, p.Number}, nil
			}
		}
		for _, later := range c.Years[i+1:] {
			for _, p := range later.Periods {
				if p.State == StateOpen {
					return Slot{later.ID, p.Number}, nil
				}
			}
		}
		return Slot{}, fault.Conflict("fiscal.all_closed", y.Code)
	}
	return Slot{}, fault.NotFound("fiscal_year", at.Year)
}
