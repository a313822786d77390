package projectfile

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"jalon/internal/civil"
	"jalon/internal/grid"
)

const (
	firstYear = 1900 // dates outside are typing errors (0019-01-01) or fillers (9999-12-31)
	lastYear  = 2199
)

var (
	timeOfDay   = regexp.MustCompile(`^(.*\d)(?:[T ]+)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?(?: ?Z|[+-]\d{2}:?\d{2})?$`)
	isoDate     = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$`)
	numericDate = regexp.MustCompile(`^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$`)
	numberMonth = regexp.MustCompile(`^(\d{1,2})[-/.](\d{4})$`)
	isoMonth    = regexp.MustCompile(`^(\d{4})-(\d{1,2})$`)
	wordDate    = regexp.MustCompile(`^(?:(\d{1,2})(?:er|st|nd|rd|th)?[ -])?([a-z]+)[ -](\d{4}|\d{2})$`)
	serialDate  = regexp.MustCompile(`^\d{1,7}(?:\.\d+)?$`)
)

// month names and their short forms in French and English, folded
var monthNames = map[string]time.Month{
	"janvier": 1, "janv": 1, "jan": 1, "january": 1, "fevrier": 2, "fevr": 2, "fev": 2, "feb": 2, "february": 2,
	"mars": 3, "mar": 3, "march": 3, "avril": 4, "avr": 4, "apr": 4, "april": 4, "mai": 5, "may": 5,
	"juin": 6, "jun": 6, "june": 6, "juillet": 7, "juil": 7, "jul": 7, "july": 7,
	"aout": 8, "aou": 8, "aug": 8, "august": 8, "septembre": 9, "sept": 9, "sep": 9, "september": 9,
	"octobre": 10, "oct": 10, "october": 10, "novembre": 11, "nov": 11, "november": 11,
	"decembre": 12, "dec": 12, "december": 12,
}

// dateIn reads a date. A month without a day is its first day, or, where last is set (ends), its
// last one. code is "" or the finding that says why there is no date.
func (pl *plan) dateIn(c grid.Cell, last bool) (d civil.Date, code string) {
	if len(c.Text) > maxFigure {
		return civil.Date{}, DateUnreadable
	}
	text := strings.Join(strings.Fields(c.Text), " ")
	switch {
	case c.Number:
		d, code = serial(text, pl.table.date1904())
	case pl.profile.Serials != "" && serialDate.MatchString(text):
		d, code = serial(text, pl.profile.Serials == "1904")
	default:
		d, code = writtenDate(text, pl.profile.DateOrder, last)
	}
	if code == "" && (d.Year() < firstYear || d.Year() > lastYear) {
		return civil.Date{}, DateImplausible
	}
	return d, code
}

func writtenDate(text, order string, last bool) (civil.Date, string) {
	if m := timeOfDay.FindStringSubmatch(text); m != nil {
		text = strings.TrimSpace(m[1])
	}
	if m := isoDate.FindStringSubmatch(text); m != nil {
		return day(atoi(m[1]), atoi(m[2]), atoi(m[3]))
	}
	if m := numericDate.FindStringSubmatch(text); m != nil {
		return orderedDate(atoi(m[1]), atoi(m[2]), year(m[3]), order)
	}
	if m := numberMonth.FindStringSubmatch(text); m != nil {
		return wholeMonth(atoi(m[2]), atoi(m[1]), last)
	}
	if m := isoMonth.FindStringSubmatch(text); m != nil {
		return wholeMonth(atoi(m[1]), atoi(m[2]), last)
	}
	// "1er févr. 2020", "janv-20": folded word by word, so that a dot or an accent is no matter
	if m := wordDate.FindStringSubmatch(strings.Join(grid.FoldWords(text), " ")); m != nil {
		month, known := monthNames[m[2]]
		switch {
		case !known:
			return civil.Date{}, DateUnreadable
		case m[1] == "":
			return wholeMonth(year(m[3]), int(month), last)
		default:
			return day(year(m[3]), int(month), atoi(m[1]))
		}
	}
	return civil.Date{}, DateUnreadable
}

// orderedDate reads 01/02/2026 by the declared order. Without one, only what can be read in a
// single way is read.
func orderedDate(a, b, year int, order string) (civil.Date, string) {
	switch order {
	case DayFirst:
		return day(year, b, a)
	case MonthFirst:
		return day(year, a, b)
	}
	dayFirst, code1 := day(year, b, a)
	monthFirst, code2 := day(year, a, b)
	switch {
	case code1 == "" && code2 == "" && dayFirst != monthFirst:
		return civil.Date{}, DateAmbiguous
	case code1 == "":
		return dayFirst, ""
	}
	return monthFirst, code2
}

func day(year, month, dayOfMonth int) (civil.Date, string) {
	d, ok := civil.NewDate(year, time.Month(month), dayOfMonth)
	if !ok {
		return civil.Date{}, DateImpossible
	}
	return d, ""
}

func wholeMonth(year, month int, last bool) (civil.Date, string) {
	d, code := day(year, month, 1)
	if code == "" && last {
		d = d.MonthOf().Last()
	}
	return d, code
}

// year reads a year of two or four digits. Two digits follow POSIX: 00 to 68 are 2000 to 2068, 69
// to 99 are 1969 to 1999.
func year(s string) int {
	y := atoi(s)
	switch {
	case len(s) > 2:
		return y
	case y < 69:
		return 2000 + y
	}
	return 1900 + y
}

// serial reads the day number of a spreadsheet.
func serial(text string, is1904 bool) (civil.Date, string) {
	d, err := grid.SerialDate(text, is1904)
	switch err {
	case nil:
		return d, ""
	case grid.ErrNoSuchDay:
		return d, DateImpossible
	case grid.ErrDayTooFar:
		return d, DateImplausible
	}
	return d, DateUnreadable
}

// atoi is for digits that a pattern has checked.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
