package demo

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strconv"
	"strings"

	"jalon/governance/cadence"
	"jalon/internal/civil"
)

// offset is a day told from the day of the story: the data writes "-18.5" for the fifth of the
// month that lies 18 months before, and "3.31" for the last day of the third month after, whatever
// its length.
type offset struct {
	months, day int
}

// UnmarshalText reads "MONTHS.DAY".
func (o *offset) UnmarshalText(b []byte) error {
	months, day, ok := strings.Cut(string(b), ".")
	m, errMonths := strconv.Atoi(months)
	d, errDay := strconv.Atoi(day)
	if !ok || errMonths != nil || errDay != nil || d < 1 || d > 31 {
		return fmt.Errorf("demo: %q is not a day like -18.5", b)
	}
	*o = offset{m, d}
	return nil
}

// calendar turns what the data tells from the day of the story into dates and words.
type calendar struct {
	day civil.Date // a first of month
}

func (c calendar) month(n int) civil.Month { return c.day.MonthOf().Add(n) }

// plan is the very day that an offset names; a plan may name a Sunday.
func (c calendar) plan(o offset) civil.Date {
	m := c.month(o.months)
	return m.First().AddDays(min(o.day, m.Last().Day()) - 1)
}

// event is the day that an offset names, or the next working day: people book nothing on Sundays.
// The data keeps events off the last days of a month, so an event stays in its month.
func (c calendar) event(o offset) civil.Date { return workingDay(c.plan(o)) }

func workingDay(d civil.Date) civil.Date {
	for !cadence.WorkingDay(d) {
		d = d.AddDays(1)
	}
	return d
}

// monthNames are in French, the language of the data.
var monthNames = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
	"septembre", "octobre", "novembre", "décembre"}

var mark = regexp.MustCompile(`\{([am])([+-]\d+)\}`)

// text puts months and years in the place of their marks: {m+2} is the month two months after the
// day of the story, "janvier 2027", and {a-20} the year of the month twenty months before it.
func (c calendar) text(s string) string {
	return mark.ReplaceAllStringFunc(s, func(found string) string {
		n, _ := strconv.Atoi(found[2 : len(found)-1])
		m := c.month(n)
		if found[1] == 'a' {
			return strconv.Itoa(m.Year)
		}
		return monthNames[m.Month-1] + "\u00a0" + strconv.Itoa(m.Year)
	})
}

// vary gives a number from 0 to n−1 that looks like chance and never changes: the same words give
// the same number on every machine.
func vary(n int, words ...string) int {
	h := fnv.New64a()
	for _, w := range words {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	// FNV leaves the low bits of short words alike; the high half is better mixed.
	return int(h.Sum64() >> 33 % uint64(n))
}
