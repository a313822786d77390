package cadence

import (
	"time"

	"jalon/internal/civil"

	"github.com/rickar/cal/v2/fr"
)

// Holiday tells whether the day is one of the eleven national public holidays of France (Code du
// travail, art. L3133-1). The list is the one in force now, also for years before it was; the
// local ones of Alsace-Moselle and of the overseas territories are not in it.
func Holiday(d civil.Date) bool {
	for _, h := range fr.Holidays {
		midnight, _ := h.Calc(d.Year())
		// The library answers with midnight on the machine's own clocks. Where a clock change skips
		// that midnight the answer is an hour off, perhaps on the day before: noon is safe.
		_, month, day := midnight.Add(12 * time.Hour).Date()
		if month == d.Month() && day == d.Day() {
			return true
		}
	}
	return false
}

// WorkingDay tells whether the day is from Monday to Friday and no public holiday.
func WorkingDay(d civil.Date) bool {
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday && !Holiday(d)
}

// shift moves the day by whole days, in steps of step (1 or -1), to the nearest working day. At
// the very ends of the calendar, where there is none, the day stays.
func shift(d civil.Date, step int) civil.Date {
	for m := d; !m.IsZero(); m = m.AddDays(step) {
		if WorkingDay(m) {
			return m
		}
	}
	return d
}
