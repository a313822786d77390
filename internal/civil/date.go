// Package civil holds days, months and fiscal years without a time zone. A date that passes
// through time.Time is off by one somewhere between Paris and UTC; a Date never is.
package civil

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// Date is a day of the Gregorian calendar between year 1 and year 9999. The zero Date means
// "no date": it is stored as NULL and written as "".
type Date struct {
	year  int16
	month int8
	day   int8
}

// NewDate gives the day, and false when there is no such day (31 February, year 0).
func NewDate(year int, month time.Month, day int) (Date, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > DaysIn(year, month) {
		return Date{}, false
	}
	return Date{int16(year), int8(month), int8(day)}, true
}

// D is NewDate for dates written in the code itself; it panics on a day that does not exist.
func D(year int, month time.Month, day int) Date {
	d, ok := NewDate(year, month, day)
	if !ok {
		panic(fmt.Sprintf("civil: no such day %d-%d-%d", year, month, day))
	}
	return d
}

// Parse reads an ISO date, "2026-02-28", and nothing else.
func Parse(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("civil: %q is not a date like 2026-02-28", s)
	}
	num := func(part string) int {
		n := 0
		for _, r := range part {
			if r < '0' || r > '9' {
				return -1
			}
			n = n*10 + int(r-'0')
		}
		return n
	}
	d, ok := NewDate(num(s[:4]), time.Month(num(s[5:7])), num(s[8:]))
	if !ok {
		return Date{}, fmt.Errorf("civil: there is no day %s", s)
	}
	return d, nil
}

// DateOf gives the day that a clock on the wall of loc shows at the instant t; the zero Date outside
// years 1 to 9999.
func DateOf(t time.Time, loc *time.Location) Date {
	y, m, day := t.In(loc).Date()
	d, _ := NewDate(y, m, day)
	return d
}

// Year, Month and Day are the parts of the date.
func (d Date) Year() int         { return int(d.year) }
func (d Date) Month() time.Month { return time.Month(d.month) }
func (d Date) Day() int          { return int(d.day) }

// IsZero tells that there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String writes the ISO form, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// Before, After and Compare order dates; no date comes before all of them.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }
func (d Date) After(o Date) bool  { return d.Compare(o) > 0 }

// Compare is -1, 0 or 1.
func (d Date) Compare(o Date) int {
	a := int(d.year)<<16 | int(d.month)<<8 | int(d.day)
	b := int(o.year)<<16 | int(o.month)<<8 | int(o.day)
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Number counts days since 1970-01-01 (negative before). Differences of numbers are days.
func (d Date) Number() int {
	// Howard Hinnant's days_from_civil, http://howardhinnant.github.io/date_algorithms.html
	y, m := int(d.year), int(d.month)
	if m <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*((m+9)%12)+2)/5 + int(d.day) - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// FromNumber is the inverse of Number; days outside years 1 to 9999 give the zero Date.
func FromNumber(n int) Date {
	n += 719468
	era := floorDiv(n, 146097)
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	year, month, day := yoe+era*400, mp+3, doy-(153*mp+2)/5+1
	if month > 12 {
		month -= 12
		year++
	}
	d, _ := NewDate(year, time.Month(month), day)
	return d
}

// AddDays moves the date by n days. A result outside years 1 to 9999 is the zero Date.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return FromNumber(d.Number() + n)
}

// AddMonths moves the date by n months; a day that the target month lacks becomes its last day.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	m := d.MonthOf().Add(n)
	day := min(int(d.day), DaysIn(m.Year, m.Month))
	r, _ := NewDate(m.Year, m.Month, day)
	return r
}

// DaysUntil counts the days from d to o: 0 for the same day, negative when o is earlier.
func (d Date) DaysUntil(o Date) int { return o.Number() - d.Number() }

// Duration counts the days from start to end, both included: one day lasts 1.
func Duration(start, end Date) int { return start.DaysUntil(end) + 1 }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Weekday(((d.Number()+4)%7 + 7) % 7)
}

// MonthOf is the month that the date falls in.
func (d Date) MonthOf() Month { return Month{int(d.year), time.Month(d.month)} }

// At gives the instant at which clocks in loc show the time of day on this date. A time that the
// spring change skips is the instant of the change, when clocks show the next one that exists; one
// that autumn shows twice is the first.
func (d Date) At(hour, minute int, loc *time.Location) time.Time {
	t := time.Date(int(d.year), time.Month(d.month), int(d.day), hour, minute, 0, 0, loc)
	start, end := t.ZoneBounds()
	// time.Date answers a skipped time with one that is an hour early or late, depending on the
	// zone; read as UTC, the two wall clocks compare.
	_, offset := t.Zone()
	shown := t.Unix() + int64(offset)
	asked := time.Date(int(d.year), time.Month(d.month), int(d.day), hour, minute, 0, 0, time.UTC).Unix()
	switch {
	case shown < asked && !end.IsZero():
		return end
	case shown > asked && !start.IsZero():
		return start
	}
	// Nor does time.Date promise which of two equal wall times it gives. The other candidate is the
	// one by the offset that held before.
	if !start.IsZero() {
		_, before := start.Add(-time.Nanosecond).Zone()
		if first := t.Add(time.Duration(offset-before) * time.Second); first.Before(start) {
			return first
		}
	}
	return t
}

// DaysIn is the number of days of a month.
func DaysIn(year int, month time.Month) int {
	switch month {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// MarshalText writes the ISO form, "" for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form, "" for no date.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = Parse(string(b))
	return err
}

// Value stores the date as ISO text, no date as NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a DATE column: PostgreSQL gives an instant at midnight UTC, SQLite text or the same.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case time.Time:
		*d = DateOf(v, time.UTC)
		return nil
	case []byte:
		return d.Scan(string(v))
	case string:
		s, _, _ := strings.Cut(v, "T")
		s, _, _ = strings.Cut(s, " ")
		p, err := Parse(s)
		*d = p
		return err
	}
	return fmt.Errorf("civil: cannot read a date from %T", src)
}
