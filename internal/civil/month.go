package civil

import (
	"fmt"
	"time"
)

// Month is a month of a year.
type Month struct {
	Year  int
	Month time.Month
}

// String writes "2026-10".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// ParseMonth reads "2026-10".
func ParseMonth(s string) (Month, error) {
	d, err := Parse(s + "-01")
	if err != nil || len(s) != 7 {
		return Month{}, fmt.Errorf("civil: %q is not a month like 2026-10", s)
	}
	return d.MonthOf(), nil
}

// Add moves by n months.
func (m Month) Add(n int) Month {
	k := m.Year*12 + int(m.Month) - 1 + n
	y := floorDiv(k, 12)
	return Month{y, time.Month(k - y*12 + 1)}
}

// First and Last are the first and the last day of the month.
func (m Month) First() Date { d, _ := NewDate(m.Year, m.Month, 1); return d }
func (m Month) Last() Date {
	d, _ := NewDate(m.Year, m.Month, DaysIn(m.Year, m.Month))
	return d
}

// Until counts the months from m to o.
func (m Month) Until(o Month) int { return (o.Year-m.Year)*12 + int(o.Month) - int(m.Month) }
