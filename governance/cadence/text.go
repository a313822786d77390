package cadence

import (
	"fmt"
	"strings"
	"time"

	"jalon/internal/fault"
)

var ordinals = [...]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th"}

var weekdays = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// maxRuleText is more than the longest rule takes, spaces included.
const maxRuleText = 120

// ParseRule reads the compact form of a rule, in which it is stored and typed:
//
//	FREQUENCY [month N] DAY HH:MM [MOVE]
//
//	FREQUENCY  monthly | quarterly | half-yearly | yearly
//	month N    which month of the period, the first if left out
//	DAY        1st|2nd|3rd|4th|last WEEKDAY, or day 1…31, or last day
//	MOVE       following | preceding | none, none if left out
//
// for example "monthly 2nd tuesday 09:30", "quarterly month 2 day 15 14:00 following" or "yearly
// month 11 last thursday 10:00". Capitals and repeated spaces do not matter. Its error is a
// *fault.Error: cadence.rule.invalid with the text and the word that does not fit ("" for a word
// that is missing), or the fields of Validate.
func ParseRule(s string) (Rule, error) {
	if len(s) > maxRuleText {
		return Rule{}, fault.Invalid("cadence.rule.invalid", strings.ToValidUTF8(s[:maxRuleText], "")+"…", "")
	}
	p := words{all: strings.Fields(strings.ToLower(s))}
	r := Rule{Frequency: Frequency(p.next()), Month: 1, Move: MoveNone}
	if r.Frequency.Months() == 0 {
		p.fail()
	}
	if p.peek() == "month" {
		p.next()
		r.Month = p.number(1, 12)
	}
	p.day(&r)
	p.time(&r)
	if m := Move(p.peek()); m == MoveNone || m == MoveFollowing || m == MovePreceding {
		r.Move = m
		p.next()
	}
	if p.peek() != "" {
		p.next()
		p.fail()
	}
	if p.failed {
		return Rule{}, fault.Invalid("cadence.rule.invalid", s, p.wrong)
	}
	if err := r.Validate().Err(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

// String writes the rule in its one canonical form; ParseRule reads it back to the same rule. Of a
// rule that is not valid it writes what can be written, for logs.
func (r Rule) String() string {
	var b strings.Builder
	b.WriteString(string(r.Frequency))
	if r.Frequency != Monthly {
		fmt.Fprintf(&b, " month %d", r.Month)
	}
	switch {
	case r.Day == Last:
		b.WriteString(" last day")
	case r.Day != 0:
		fmt.Fprintf(&b, " day %d", r.Day)
	default:
		fmt.Fprintf(&b, " %s %s", ordinal(r.Nth), strings.ToLower(r.Weekday.String()))
	}
	fmt.Fprintf(&b, " %02d:%02d", r.Hour, r.Minute)
	if r.Move != MoveNone {
		b.WriteString(" " + string(r.Move))
	}
	return b.String()
}

func ordinal(n int) string {
	if n == Last {
		return "last"
	}
	if n > 0 && n < len(ordinals) {
		return ordinals[n]
	}
	return fmt.Sprint(n)
}

// words is a rule being read, and the first word that does not fit.
type words struct {
	all    []string
	at     int
	failed bool
	wrong  string
}

// peek gives the next word, "" at the end.
func (p *words) peek() string {
	if p.at < len(p.all) {
		return p.all[p.at]
	}
	return ""
}

func (p *words) next() string {
	w := p.peek()
	p.at++
	return w
}

// fail blames the word last read, unless an earlier one is to blame already.
func (p *words) fail() {
	if p.failed {
		return
	}
	p.failed = true
	if p.at-1 < len(p.all) {
		p.wrong = p.all[p.at-1]
	}
}

// number reads one or two digits between low and high, without a leading zero.
func (p *words) number(low, high int) int {
	w := p.next()
	n, ok := number(w, len(w), low, high)
	if !ok || w[0] == '0' {
		p.fail()
		return low
	}
	return n
}

// day reads "2nd tuesday", "last friday", "day 15" or "last day".
func (p *words) day(r *Rule) {
	word := p.next()
	switch word {
	case "day":
		r.Day = p.number(1, 31)
		return
	case "last":
		if p.peek() == "day" {
			p.next()
			r.Day = Last
			return
		}
		r.Nth = Last
	default:
		for n, o := range ordinals {
			if n > 0 && o == word {
				r.Nth = n
			}
		}
		if r.Nth == 0 {
			p.fail()
			return
		}
	}
	word = p.next()
	for d, name := range weekdays {
		if name == word {
			r.Weekday = time.Weekday(d)
			return
		}
	}
	p.fail()
}

// time reads "09:30".
func (p *words) time(r *Rule) {
	w := p.next()
	if len(w) != 5 || w[2] != ':' {
		p.fail()
		return
	}
	hour, okHour := number(w[:2], 2, 0, 23)
	minute, okMinute := number(w[3:], 2, 0, 59)
	if !okHour || !okMinute {
		p.fail()
	}
	r.Hour, r.Minute = hour, minute
}
