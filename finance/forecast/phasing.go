package forecast

import (
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// MethodPhasing names the way amounts are spread over time.
const MethodPhasing = "jalon-phasing/1"

// Period is a stretch of days, both ends included.
type Period struct{ Start, End civil.Date }

// Spread says how an amount is laid over periods.
type Spread string

// The spreads.
const (
	SpreadEven         Spread = "even"          // the same for every period
	SpreadCalendarDays Spread = "calendar_days" // by the days of the period
	SpreadWorkingDays  Spread = "working_days"  // by its days from Monday to Friday that are no holidays
	SpreadLast         Spread = "last"          // all in the last period
	SpreadManual       Spread = "manual"        // by weights
)

// Phasing is an amount to be laid over periods.
type Phasing struct {
	Total   money.Amount
	Periods []Period // in order, without overlap
	Spread  Spread
	Weights []int64               // of SpreadManual: one a period, not below 0
	Holiday func(civil.Date) bool // of SpreadWorkingDays; nil: there are none
	Done    []money.Amount        // what the first periods came to: only the rest is laid over the others
}

// Phased is an amount laid over periods. Amounts and Unplaced always sum to the total.
type Phased struct {
	Method  string
	Amounts []money.Amount // one a period; those done as they were
	// Unplaced is what no period takes: no period is left, none of those left has a weight, or more was done than the
	// total (it is below 0 then).
	Unplaced money.Amount
}

// Phase lays the amount over the periods by largest remainder, ties to the earlier period. It refuses periods out of
// order, an unknown spread, weights that do not fit the periods, and more periods done than there are.
func (p Phasing) Phase() (Phased, error) {
	if err := p.validate(); err != nil {
		return Phased{}, err
	}
	done, err := sum(p.Done...)
	if err != nil {
		return Phased{}, err
	}
	rest, err := minus(p.Total, done)
	if err != nil {
		return Phased{}, err
	}
	out := Phased{Method: MethodPhasing, Amounts: make([]money.Amount, len(p.Periods))}
	left := p.Periods[copy(out.Amounts, p.Done):]
	weights := p.weights(left)
	if !anyAbove0(weights) || overdone(p.Total, rest) {
		out.Unplaced = rest
		return out, nil
	}
	copy(out.Amounts[len(p.Done):], rest.Split(weights))
	return out, nil
}

// overdone tells whether more was done than the total, whichever its sign.
func overdone(total, rest money.Amount) bool {
	return (total >= 0 && rest < 0) || (total < 0 && rest > 0)
}

func (p Phasing) validate() error {
	for i, x := range p.Periods {
		if x.Start.IsZero() || x.End.Before(x.Start) || (i > 0 && !x.Start.After(p.Periods[i-1].End)) {
			return fault.Invalid("forecast.phasing.periods", i+1)
		}
	}
	switch p.Spread {
	case SpreadEven, SpreadCalendarDays, SpreadWorkingDays, SpreadLast:
	case SpreadManual:
		if len(p.Weights) != len(p.Periods) {
			return fault.Invalid("forecast.phasing.weights", len(p.Weights), len(p.Periods))
		}
		for _, w := range p.Weights {
			if w < 0 {
				return fault.Invalid("forecast.weight_negative")
			}
		}
	default:
		return fault.Invalid("forecast.phasing.spread", string(p.Spread))
	}
	if len(p.Done) > len(p.Periods) {
		return fault.Invalid("forecast.phasing.done", len(p.Done), len(p.Periods))
	}
	return nil
}

// weights gives those of the periods that are left, which are the last ones.
func (p Phasing) weights(left []Period) []int64 {
	w := make([]int64, len(left))
	for i, x := range left {
		switch p.Spread {
		case SpreadEven:
			w[i] = 1
		case SpreadCalendarDays:
			w[i] = int64(civil.Duration(x.Start, x.End))
		case SpreadWorkingDays:
			w[i] = workingDays(x, p.Holiday)
		case SpreadLast:
			if i == len(left)-1 {
				w[i] = 1
			}
		case SpreadManual:
			w[i] = p.Weights[len(p.Periods)-len(left)+i]
		}
	}
	return w
}

func anyAbove0(weights []int64) bool {
	for _, w := range weights {
		if w > 0 {
			return true
		}
	}
	return false
}

// workingDays counts the days from Monday to Friday that are no holidays.
func workingDays(p Period, holiday func(civil.Date) bool) int64 {
	var n int64
	for i := range civil.Duration(p.Start, p.End) {
		d := p.Start.AddDays(i)
		if wd := d.Weekday(); wd != time.Saturday && wd != time.Sunday && (holiday == nil || !holiday(d)) {
			n++
		}
	}
	return n
}
