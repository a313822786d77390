package cadence

import (
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// Move says where a sitting goes that falls on a weekend or on a public holiday.
type Move string

// The moves. MoveNone leaves the sitting where the rule puts it.
const (
	MoveNone      Move = "none"
	MoveFollowing Move = "following"
	MovePreceding Move = "preceding"
)

// Last stands for the last one, in Rule.Nth and in Rule.Day.
const Last = -1

// MaxLeadDays is the longest time that a pack can be frozen before its sitting; a longer one
// counts as this.
const MaxLeadDays = 366

// freezeHour is when packs are frozen, local time: before offices open, and after the hour that
// clock changes skip or repeat.
const freezeHour = 6

// Rule says on which day and at what time of each period a committee sits.
type Rule struct {
	Frequency Frequency
	// Month is which month of the period, from 1: 1 for monthly, up to 3, 6 or 12 for the others.
	Month int
	// Nth is which Weekday of the month, 1 to 4 or Last; 0 when Day is used.
	Nth     int
	Weekday time.Weekday // Sunday (0) when Day is used
	// Day is the day of the month, 1 to 31 or Last; 0 when Nth is used. A day that the month lacks
	// becomes its last.
	Day          int
	Hour, Minute int // local wall time
	Move         Move
}

// Validate reports every field that makes the rule no rule.
func (r Rule) Validate() fault.Fields {
	var f fault.Fields
	months := r.Frequency.Months()
	f.Check(months > 0, "frequency", "cadence.frequency.unknown", string(r.Frequency))
	f.Check(months == 0 || (r.Month >= 1 && r.Month <= months), "month", "cadence.month.range", max(months, 1))
	f.Check((r.Nth == 0) != (r.Day == 0), "day", "cadence.day.one_of")
	f.Check(r.Nth >= Last && r.Nth <= 4, "nth", "cadence.nth.range")
	f.Check(r.Day >= Last && r.Day <= 31, "day", "cadence.day.range")
	f.Check(r.Weekday >= time.Sunday && r.Weekday <= time.Saturday && (r.Nth != 0 || r.Weekday == time.Sunday),
		"weekday", "cadence.weekday.range")
	f.Check(r.Hour >= 0 && r.Hour <= 23, "hour", "cadence.time.range")
	f.Check(r.Minute >= 0 && r.Minute <= 59, "minute", "cadence.time.range")
	f.Check(r.Move == MoveNone || r.Move == MoveFollowing || r.Move == MovePreceding, "move", "cadence.move.unknown", string(r.Move))
	return f
}

// Sitting is the day on which the committee sits for the period. Moving may carry it into the
// month after or before, and so out of the period; it stays that period's sitting. A period of
// another frequency, or a rule that is not valid, has no sitting: the zero Date.
func (r Rule) Sitting(p Period) civil.Date {
	if p.IsZero() || p.Frequency() != r.Frequency || len(r.Validate()) > 0 {
		return civil.Date{}
	}
	d := r.unmoved(p.month(r.Month))
	switch r.Move {
	case MoveFollowing:
		return shift(d, 1)
	case MovePreceding:
		return shift(d, -1)
	}
	return d
}

// unmoved is the day that the rule names in the month.
func (r Rule) unmoved(m civil.Month) civil.Date {
	first, last := m.First(), m.Last()
	switch {
	case r.Nth == Last:
		return last.AddDays(-int((last.Weekday() - r.Weekday + 7) % 7))
	case r.Nth > 0:
		return first.AddDays(int((r.Weekday-first.Weekday()+7)%7) + 7*(r.Nth-1))
	case r.Day == Last || r.Day > last.Day():
		return last
	}
	return first.AddDays(r.Day - 1)
}

// SittingAt is the instant at which the sitting begins on the clocks of loc. A time that a clock
// change skips is the next that exists, one that it repeats the first of the two. The zero time
// stands for no sitting.
func (r Rule) SittingAt(p Period, loc *time.Location) time.Time {
	d := r.Sitting(p)
	if d.IsZero() {
		return time.Time{}
	}
	return d.At(r.Hour, r.Minute, loc)
}

// FreezeDate is the working day on which the pack for the sitting is frozen: leadDays calendar
// days before, or the last working day before that. A negative lead counts as 0.
func (r Rule) FreezeDate(p Period, leadDays int) civil.Date {
	d := r.Sitting(p)
	if d.IsZero() {
		return d
	}
	early := d.AddDays(-min(max(leadDays, 0), MaxLeadDays))
	if early.IsZero() {
		early = civil.D(1, time.January, 1)
	}
	return shift(early, -1)
}

// FreezeAt is the instant of the freeze, 06:00 on the clocks of loc, or the beginning of the
// sitting where that is earlier still.
func (r Rule) FreezeAt(p Period, leadDays int, loc *time.Location) time.Time {
	d := r.FreezeDate(p, leadDays)
	if d.IsZero() {
		return time.Time{}
	}
	at, sitting := d.At(freezeHour, 0, loc), r.SittingAt(p, loc)
	if sitting.Before(at) {
		return sitting
	}
	return at
}
