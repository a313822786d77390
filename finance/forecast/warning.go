package forecast

import (
	"cmp"
	"math/big"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// Level says how bad a warning is. A page never says it by colour alone.
type Level string

// The levels, the worse one first.
const (
	Red   Level = "red"
	Amber Level = "amber"
)

// The codes of warnings. The text of one is that of the key "forecast.warning."+Code with its Args.
const (
	WarnExposure    = "exposure"         // [exposure, revised budget]
	WarnOverrun     = "overrun"          // [cost at completion, first budget]
	WarnCPI         = "cpi"              // [earned value, actual cost]
	WarnSPI         = "spi"              // [earned value, planned value]
	WarnLanding     = "landing"          // [central landing, credits of the year]
	WarnShortfall   = "shortfall"        // [central landing, credits of the year]
	WarnForecastAge = "forecast_age"     // [day of the last forecast]
	WarnNoForecast  = "forecast_missing" // []
	WarnUnmatched   = "unmatched"        // [not allocated, scope]
	WarnQueueAge    = "queue_age"        // [not allocated, oldest day]
	WarnIdle        = "commitment_idle"  // [commitments, what they still call for, day of the oldest movement]
	WarnOverCommit  = "over_mandated"    // [commitment, mandated, committed]
	WarnTieOut      = "tie_out"          // [name, difference]
	WarnStateAudit  = "state_audit"      // [full cost]
)

// Unit says what a quantity counts.
type Unit string

// The units of quantities.
const (
	UnitShare  Unit = "share"  // basis points
	UnitDays   Unit = "days"   // whole days
	UnitMonths Unit = "months" // whole months, a begun one not counted
	UnitMoney  Unit = "money"  // minor units
)

// Quantity is what was measured, or the limit that it is held against.
type Quantity struct {
	Unit  Unit
	Value int64
}

// Warning says that a limit is reached.
type Warning struct {
	Code      string
	Level     Level
	Measured  Quantity // rounded for the reader; the comparison was exact
	Threshold Quantity
	Args      []any
}

// TieOut is a total of the finance system held against the one here.
type TieOut struct {
	Name  string
	Delta money.Amount
}

// Watch is what a project, or a scope, is watched by. What is nil or empty is not watched.
type Watch struct {
	Position         *Position
	Outlook          *Outlook
	EVM              *EVM
	Landing          *Landing
	ForecastExpected bool
	ForecastOn       civil.Date // day of the last forecast; zero: none was ever made
	Scope            money.Amount
	Unmatched        money.Amount // amounts of the scope not allocated, without their signs
	UnmatchedSince   civil.Date   // oldest of them; zero: none
	Commitments      []Commitment
	TieOuts          []TieOut
	OfState          bool // the binding opinion concerns projects of the State
	FullCost         money.Amount
}

// Warn gives the warnings of a day, red ones first. The order of the input does not matter.
func Warn(w Watch, t Thresholds, day civil.Date) []Warning {
	var all []Warning
	all = append(all, w.ofBudget(t)...)
	all = append(all, w.ofIndices(t)...)
	all = append(all, w.ofForecast(t, day)...)
	all = append(all, w.ofBooks(t, day)...)
	if w.OfState && t.StateAuditFrom > 0 && w.FullCost >= t.StateAuditFrom {
		all = append(all, inMoney(WarnStateAudit, Amber, w.FullCost, t.StateAuditFrom, w.FullCost))
	}
	slices.SortStableFunc(all, func(a, b Warning) int {
		return cmp.Or(-cmp.Compare(a.Level, b.Level), cmp.Compare(a.Code, b.Code), compareArgs(a, b))
	})
	return all
}

// compareArgs orders warnings of one code: those about a commitment or a control carry its name first.
func compareArgs(a, b Warning) int {
	name := func(w Warning) string {
		if len(w.Args) > 0 {
			if s, ok := w.Args[0].(string); ok {
				return s
			}
		}
		return ""
	}
	return cmp.Or(cmp.Compare(name(a), name(b)), cmp.Compare(a.Measured.Value, b.Measured.Value), cmp.Compare(a.Threshold.Value, b.Threshold.Value))
}

// share makes a warning of a ratio that is already known to be beyond the limit.
func share(code string, level Level, measured *big.Rat, limit money.BasisPoints, args ...any) Warning {
	w := Warning{Code: code, Level: level, Measured: Quantity{Unit: UnitShare}, Threshold: Quantity{UnitShare, int64(limit)}, Args: args}
	if bp := BasisPoints(measured); bp != nil {
		w.Measured.Value = int64(*bp)
	}
	return w
}

// inMoney makes a warning of an amount.
func inMoney(code string, level Level, measured, limit money.Amount, args ...any) Warning {
	return Warning{code, level, Quantity{UnitMoney, int64(measured)}, Quantity{UnitMoney, int64(limit)}, args}
}

// beyond gives the warning of a ratio above its limits, below them where under is set; none otherwise.
func beyond(code string, r *big.Rat, amber, red money.BasisPoints, under bool, args ...any) []Warning {
	passed := exceeds
	if under {
		passed = below
	}
	switch {
	case passed(r, red):
		return []Warning{share(code, Red, r, red, args...)}
	case passed(r, amber):
		return []Warning{share(code, Amber, r, amber, args...)}
	}
	return nil
}

func (w Watch) ofBudget(t Thresholds) []Warning {
	var all []Warning
	if p := w.Position; p != nil {
		r := p.CeilingRate()
		switch {
		case p.Ceiling != nil && r == nil && p.Exposure > 0: // bound without any budget: no share to speak of
			all = append(all, inMoney(WarnExposure, Red, p.Exposure, *p.Ceiling, p.Exposure, *p.Ceiling))
		case exceeds(r, t.ExposureRed):
			all = append(all, share(WarnExposure, Red, r, t.ExposureRed, p.Exposure, *p.Ceiling))
		case r != nil && !below(r, t.ExposureAmber):
			all = append(all, share(WarnExposure, Amber, r, t.ExposureAmber, p.Exposure, *p.Ceiling))
		}
		for _, o := range p.OverMandated {
			all = append(all, inMoney(WarnOverCommit, Amber, o.Mandated, o.Net, o.Ref, o.Mandated, o.Net))
		}
	}
	if o := w.Outlook; o != nil && o.First != nil {
		all = append(all, beyond(WarnOverrun, o.OverFirstRate, t.OverrunAmber, t.OverrunRed, false, o.EAC, *o.First)...)
	}
	if l := w.Landing; l != nil {
		all = append(all, beyond(WarnLanding, l.Rate(), t.LandingAmber, t.LandingRed, true, l.Central, l.Open)...)
		if l.Central > l.Open {
			all = append(all, inMoney(WarnShortfall, Red, l.Central, l.Open, l.Central, l.Open))
		}
	}
	return all
}

// ofIndices judges CPI and SPI once enough of the work is done for them to mean something.
func (w Watch) ofIndices(t Thresholds) []Warning {
	e := w.EVM
	if e == nil || e.EV == nil {
		return nil
	}
	if done := ratio(*e.EV, e.BAC); done == nil || below(done, t.IndexFrom) {
		return nil
	}
	all := beyond(WarnCPI, e.CPI, t.IndexAmber, t.IndexRed, true, *e.EV, e.AC)
	if e.PV != nil {
		all = append(all, beyond(WarnSPI, e.SPI, t.IndexAmber, t.IndexRed, true, *e.EV, *e.PV)...)
	}
	return all
}

func (w Watch) ofForecast(t Thresholds, day civil.Date) []Warning {
	limit := Quantity{UnitDays, t.ForecastDays}
	switch {
	case !w.ForecastExpected:
	case w.ForecastOn.IsZero():
		return []Warning{{Code: WarnNoForecast, Level: Amber, Measured: Quantity{Unit: UnitDays}, Threshold: limit}}
	case int64(w.ForecastOn.DaysUntil(day)) > t.ForecastDays:
		return []Warning{{WarnForecastAge, Amber, Quantity{UnitDays, int64(w.ForecastOn.DaysUntil(day))}, limit, []any{w.ForecastOn}}}
	}
	return nil
}

func (w Watch) ofBooks(t Thresholds, day civil.Date) []Warning {
	var all []Warning
	if r := ratio(w.Unmatched, w.Scope); exceeds(r, t.UnmatchedShare) {
		all = append(all, share(WarnUnmatched, Amber, r, t.UnmatchedShare, w.Unmatched, w.Scope))
	}
	if age := int64(w.UnmatchedSince.DaysUntil(day)); !w.UnmatchedSince.IsZero() && age > t.UnmatchedDays {
		all = append(all, Warning{WarnQueueAge, Amber, Quantity{UnitDays, age}, Quantity{UnitDays, t.UnmatchedDays}, []any{w.Unmatched, w.UnmatchedSince}})
	}
	if idle := Idle(w.Commitments, t.IdleMonths, day); len(idle) > 0 {
		left := make([]money.Amount, len(idle))
		for i, c := range idle {
			left[i], _ = c.Left() // Idle leaves out what does not fit
		}
		if total, ok := money.Sum(left...); ok {
			since := idle[0].Last
			all = append(all, Warning{WarnIdle, Amber, Quantity{UnitMonths, monthsBetween(since, day)}, Quantity{UnitMonths, t.IdleMonths},
				[]any{len(idle), total, since}})
		}
	}
	for _, c := range w.TieOuts {
		if c.Delta != 0 {
			all = append(all, inMoney(WarnTieOut, Red, c.Delta, 0, c.Name, c.Delta))
		}
	}
	return all
}

// Idle gives the commitments that still call for money and have not moved for more than so many months, the oldest
// first. One whose last movement is not known is left out.
func Idle(all []Commitment, months int64, day civil.Date) []Commitment {
	var idle []Commitment
	for _, c := range all {
		left, ok := c.Left()
		if !ok || left <= 0 || c.Last.IsZero() || !c.Last.Before(day) {
			continue
		}
		whole := monthsBetween(c.Last, day)
		if whole > months || (whole == months && c.Last.AddMonths(int(whole)).Before(day)) {
			idle = append(idle, c)
		}
	}
	slices.SortFunc(idle, func(a, b Commitment) int {
		return cmp.Or(a.Last.Compare(b.Last), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Net, b.Net), cmp.Compare(a.Mandated, b.Mandated))
	})
	return idle
}

// monthsBetween counts whole months from one day to a later one.
func monthsBetween(from, to civil.Date) int64 {
	n := from.MonthOf().Until(to.MonthOf())
	if from.AddMonths(n).After(to) {
		n--
	}
	return int64(n)
}
