package civil

import (
	"fmt"
	"strconv"
	"time"
)

// FiscalYear is an explicit range of days with the label that the authority gives it.
type FiscalYear struct {
	Label string
	Start Date
	End   Date // included
}

// Contains tells whether the day belongs to the year.
func (y FiscalYear) Contains(d Date) bool { return !d.Before(y.Start) && !d.After(y.End) }

// FiscalCalendar says on which day fiscal years start. The zero value is the civil year.
type FiscalCalendar struct {
	Month time.Month // 1 to 12; 0 means January
	Day   int        // 1 to 28; 0 means the first
}

// Valid tells whether every year has such a start.
func (c FiscalCalendar) Valid() bool {
	return c.Month >= 0 && c.Month <= 12 && c.Day >= 0 && c.Day <= 28
}

// ParseFiscalCalendar reads the day on which fiscal years start, as a month and a day: "07-01".
func ParseFiscalCalendar(s string) (FiscalCalendar, bool) {
	if len(s) != 5 || s[2] != '-' {
		return FiscalCalendar{}, false
	}
	month, err1 := strconv.ParseUint(s[:2], 10, 8)
	day, err2 := strconv.ParseUint(s[3:], 10, 8)
	c := FiscalCalendar{Month: time.Month(month), Day: int(day)}
	return c, err1 == nil && err2 == nil && month > 0 && day > 0 && c.Valid()
}

// YearOf gives the fiscal year that the day falls in. A year that starts on 1 January is labelled
// "2026", any other one "2026-2027".
func (c FiscalCalendar) YearOf(d Date) FiscalYear {
	month, day := max(c.Month, 1), max(c.Day, 1)
	start, _ := NewDate(d.Year(), month, day)
	if d.Before(start) {
		start, _ = NewDate(d.Year()-1, month, day)
	}
	end := Date{9999, 12, 31} // of the one year that has no next
	if next, ok := NewDate(start.Year()+1, month, day); ok {
		end = next.AddDays(-1)
	}
	y := FiscalYear{Start: start, End: end, Label: fmt.Sprintf("%04d", start.Year())}
	if y.End.Year() != start.Year() {
		y.Label = fmt.Sprintf("%04d-%04d", start.Year(), y.End.Year())
	}
	return y
}
