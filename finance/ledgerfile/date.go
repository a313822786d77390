package ledgerfile

import (
	"regexp"
	"strings"
	"time"

	"jalon/internal/civil"
	"jalon/internal/grid"
)

const (
	firstYear = 1900 // dates outside are typing errors (0019-01-01) or fillers (9999-12-31)
	lastYear  = 2199
)

// layout is a notation of dates: the places of year, month and day among its numbers.
type layout struct {
	text             string
	year, month, day int  // place, 0 to 2
	digits           int  // of the year, 2 or 4
	mark             byte // between the numbers; 0: none, all numbers have their full digits
}

var layoutParts = regexp.MustCompile(`^(DD|MM|YYYY|YY)([-/. ]?)(DD|MM|YYYY|YY)([-/. ]?)(DD|MM|YYYY|YY)$`)

// dateLayout compiles a notation such as "DD/MM/YYYY".
func dateLayout(text string) (layout, bool) {
	m := layoutParts.FindStringSubmatch(text)
	if m == nil || m[2] != m[4] {
		return layout{}, false
	}
	l := layout{text: text, year: -1, month: -1, day: -1}
	if m[2] != "" {
		l.mark = m[2][0]
	}
	for place, part := range []string{m[1], m[3], m[5]} {
		switch part {
		case "DD":
			l.day = place
		case "MM":
			l.month = place
		default:
			l.year, l.digits = place, len(part)
		}
	}
	return l, l.year >= 0 && l.month >= 0 && l.day >= 0
}

// clashes tells whether a text can be a date of both notations, and of two days.
func (l layout) clashes(o layout) bool {
	order := l.year != o.year || l.month != o.month
	return order && l.mark == o.mark && l.digits == o.digits && (l.digits == 2 || l.mark == 0 || l.year == o.year)
}

// swapped is the notation with day and month the other way round.
func (l layout) swapped() layout {
	l.day, l.month = l.month, l.day
	return l
}

// numbers parts a text into three numbers as the notation writes them.
func (l layout) numbers(s string) (n [3]int, ok bool) {
	at := 0
	for place := range n {
		most := 2
		if place == l.year {
			most = l.digits
		}
		from := at
		for at < len(s) && at-from < most && s[at] >= '0' && s[at] <= '9' {
			n[place] = n[place]*10 + int(s[at]-'0')
			at++
		}
		if at == from || (l.mark == 0 || place == l.year) && at-from != most {
			return n, false
		}
		if l.mark != 0 && place < 2 {
			if at >= len(s) || s[at] != l.mark {
				return n, false
			}
			at++
		}
	}
	return n, at == len(s)
}

// date reads a text of this notation; fits tells that it is one, whether or not there is such a day.
func (l layout) date(s string) (d civil.Date, fits bool) {
	n, ok := l.numbers(s)
	if !ok {
		return civil.Date{}, false
	}
	year := n[l.year]
	if l.digits == 2 {
		// POSIX: 00 to 68 are 2000 to 2068, 69 to 99 are 1969 to 1999.
		if year += 1900; year < 1969 {
			year += 100
		}
	}
	d, _ = civil.NewDate(year, time.Month(n[l.month]), n[l.day])
	if d.Year() < firstYear || d.Year() > lastYear {
		d = civil.Date{}
	}
	return d, true
}

var (
	iso          = layout{text: "YYYY-MM-DD", year: 0, month: 1, day: 2, digits: 4, mark: '-'}
	timeOfDay    = regexp.MustCompile(`^(\d[^T ]*\d)[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?(?: ?Z|[+-]\d{2}:?\d{2})?$`)
	looseDate    = regexp.MustCompile(`^(\d{1,2})([-/. ])(\d{1,2})([-/. ])(\d{4}|\d{2})$`)
	looseYear    = regexp.MustCompile(`^(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})$`)
	looseCompact = regexp.MustCompile(`^\d{8}$`)
)

// calendar reads the dates of a file and remembers what speaks for and against its notation.
type calendar struct {
	layouts []layout
	is1904  bool
	last    string // the dates of an export come in runs
	lastDay civil.Date
	// A file whose every date that tells day from month contradicts the declared order is written in
	// the other one, and the dates that do not tell were misread.
	told    bool // a date can only be read as declared
	against string
	line    int // of against
}

func newCalendar(p Profile, is1904 bool) *calendar {
	c := &calendar{is1904: is1904}
	for _, d := range p.Dates {
		l, _ := dateLayout(d) // Validate refused what cannot be read
		c.layouts = append(c.layouts, l)
	}
	return c
}

// date reads a date; ambiguous refuses the file, every other problem is a finding.
func (c *calendar) date(s string, line int) (civil.Date, problem) {
	if s == c.last && s != "" {
		return c.lastDay, fine
	}
	d, p := c.read(s, line)
	if p == fine {
		c.last, c.lastDay = s, d
	}
	return d, p
}

func (c *calendar) read(s string, line int) (civil.Date, problem) {
	if len(s) > 40 {
		return civil.Date{}, unreadable
	}
	if strings.IndexByte(s, ':') >= 0 {
		if m := timeOfDay.FindStringSubmatch(s); m != nil {
			s = m[1]
		}
	}
	fits := false
	for _, l := range c.layouts {
		d, ok := l.date(s)
		fits = fits || ok
		if !d.IsZero() {
			c.witness(l, s, d, line)
			return d, fine
		}
		if ok {
			c.witness(l, s, d, line)
		}
	}
	if d, ok := iso.date(s); ok && !d.IsZero() {
		return d, fine
	}
	if fits {
		return civil.Date{}, unreadable // no such day
	}
	return c.undeclared(s)
}

// witness notes what a date says about the order of day and month.
func (c *calendar) witness(l layout, s string, d civil.Date, line int) {
	if l.mark == 0 || l.year == 0 {
		return // nobody writes the day between year and month
	}
	other, _ := l.swapped().date(s)
	switch {
	case !d.IsZero() && other.IsZero():
		c.told = true
	case d.IsZero() && !other.IsZero() && c.against == "":
		c.against, c.line = s, line
	}
}

// undeclared reads a date of a notation that the profile does not name. With declared notations, one
// that looks like a date contradicts them; without, only what has a single reading is read.
func (c *calendar) undeclared(s string) (civil.Date, problem) {
	if looseCompact.MatchString(s) {
		if len(c.layouts) > 0 {
			return civil.Date{}, unreadable
		}
		d, _ := layout{year: 0, month: 1, day: 2, digits: 4}.date(s)
		if d.IsZero() {
			return d, unreadable
		}
		return d, fine
	}
	if m := looseYear.FindStringSubmatch(s); m != nil && m[2] == m[4] {
		return single(layout{year: 0, month: 1, day: 2, digits: 4, mark: m[2][0]}, s)
	}
	m := looseDate.FindStringSubmatch(s)
	switch {
	case m == nil || m[2] != m[4]:
		return civil.Date{}, unreadable
	case len(c.layouts) > 0, len(m[5]) == 2:
		return civil.Date{}, ambiguous
	}
	l := layout{day: 0, month: 1, year: 2, digits: 4, mark: m[2][0]}
	dayFirst, p := single(l, s)
	monthFirst, q := single(l.swapped(), s)
	switch {
	case p == fine && q == fine && dayFirst != monthFirst:
		return civil.Date{}, ambiguous
	case p == fine:
		return dayFirst, fine
	}
	return monthFirst, q
}

func single(l layout, s string) (civil.Date, problem) {
	d, _ := l.date(s)
	if d.IsZero() {
		return d, unreadable
	}
	return d, fine
}

// serial reads the day number of a spreadsheet.
func (c *calendar) serial(s string) (civil.Date, problem) {
	d, err := grid.SerialDate(s, c.is1904)
	if err != nil || d.Year() < firstYear || d.Year() > lastYear {
		return civil.Date{}, unreadable
	}
	return d, fine
}
