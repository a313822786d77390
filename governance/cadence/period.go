// Package cadence says when a committee sits and when the pack for a sitting is frozen: once a
// month, quarter, half-year or year, on an nth weekday or a day of the month, moved off weekends
// and French public holidays. It is pure: the clock and the time zone are handed in.
//
// A committee sits exactly once a period. The sitting belongs to the period by the rule, even
// where moving it off a holiday carries it over the period's edge.
package cadence

import (
	"cmp"
	"fmt"
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// Frequency is how often a committee sits.
type Frequency string

// The frequencies, as they stand in rules and in the database.
const (
	Monthly    Frequency = "monthly"
	Quarterly  Frequency = "quarterly"
	HalfYearly Frequency = "half-yearly"
	Yearly     Frequency = "yearly"
)

// Months is the length of a period in months, 0 for a frequency that does not exist.
func (f Frequency) Months() int {
	switch f {
	case Monthly:
		return 1
	case Quarterly:
		return 3
	case HalfYearly:
		return 6
	case Yearly:
		return 12
	}
	return 0
}

// Period is one month, quarter, half-year or year of the years 1 to 9999. Periods compare with ==.
// The zero Period is no period: it is written "" and has no days.
type Period struct {
	months int8 // length: 1, 3, 6 or 12
	index  int8 // from 0 within the year
	year   int16
}

// Parse reads what Period.String writes, "2026-10", "2026-Q4", "2026-H2" or "2026", and nothing
// else. Its error is a *fault.Error with the key cadence.period.invalid.
func Parse(s string) (Period, error) {
	year, ok := number(s, 4, 1, 9999)
	if !ok {
		return Period{}, fault.Invalid("cadence.period.invalid", s)
	}
	months, count, digits := 12, 1, ""
	switch rest := s[4:]; {
	case rest == "":
		return Period{months: 12, year: int16(year)}, nil
	case len(rest) == 3 && rest[1] == 'Q':
		months, count, digits = 3, 4, rest[2:]
	case len(rest) == 3 && rest[1] == 'H':
		months, count, digits = 6, 2, rest[2:]
	case len(rest) == 3:
		months, count, digits = 1, 12, rest[1:]
	}
	n, ok := number(digits, len(digits), 1, count)
	if !ok || s[4] != '-' {
		return Period{}, fault.Invalid("cadence.period.invalid", s)
	}
	return Period{months: int8(months), index: int8(n - 1), year: int16(year)}, nil
}

// number reads the first n bytes of s as ASCII digits, and false when they are not a number from
// low to high.
func number(s string, n, low, high int) (int, bool) {
	if n < 1 || len(s) < n {
		return 0, false
	}
	v := 0
	for i := range n {
		if s[i] < '0' || s[i] > '9' || v > high {
			return 0, false
		}
		v = v*10 + int(s[i]-'0')
	}
	return v, v >= low && v <= high
}

// PeriodOf gives the period that the day falls in; the zero Period for no day or no frequency.
func PeriodOf(f Frequency, d civil.Date) Period {
	n := f.Months()
	if n == 0 || d.IsZero() {
		return Period{}
	}
	return Period{months: int8(n), index: int8((int(d.Month()) - 1) / n), year: int16(d.Year())}
}

// IsZero tells that there is no period.
func (p Period) IsZero() bool { return p == Period{} }

// Frequency is how often such a period comes, "" for no period.
func (p Period) Frequency() Frequency {
	switch p.months {
	case 1:
		return Monthly
	case 3:
		return Quarterly
	case 6:
		return HalfYearly
	case 12:
		return Yearly
	}
	return ""
}

// String writes "2026-10", "2026-Q4", "2026-H2" or "2026", and "" for no period.
func (p Period) String() string {
	switch p.months {
	case 1:
		return fmt.Sprintf("%04d-%02d", p.year, p.index+1)
	case 3:
		return fmt.Sprintf("%04d-Q%d", p.year, p.index+1)
	case 6:
		return fmt.Sprintf("%04d-H%d", p.year, p.index+1)
	case 12:
		return fmt.Sprintf("%04d", p.year)
	}
	return ""
}

// First and Last are the first and the last day of the period.
func (p Period) First() civil.Date { return p.month(1).First() }
func (p Period) Last() civil.Date  { return p.month(int(p.months)).Last() }

// month is the nth month of the period, from 1.
func (p Period) month(n int) civil.Month {
	return civil.Month{Year: int(p.year), Month: time.January}.Add(int(p.index)*int(p.months) + n - 1)
}

// Next and Previous are the neighbours of the period, the zero Period beyond the years 1 to 9999.
func (p Period) Next() Period     { return p.step(1) }
func (p Period) Previous() Period { return p.step(-1) }

func (p Period) step(n int) Period {
	if p.IsZero() {
		return p
	}
	return PeriodOf(p.Frequency(), p.month(1).Add(n*int(p.months)).First())
}

// Compare is -1, 0 or 1 by first day; of two periods that start together the shorter comes first.
func (p Period) Compare(o Period) int {
	return cmp.Or(p.First().Compare(o.First()), cmp.Compare(p.months, o.months))
}

// MarshalText writes what String writes.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what Parse reads, and "" as no period.
func (p *Period) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*p = Period{}
		return nil
	}
	*p, err = Parse(string(b))
	return err
}
