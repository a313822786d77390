package ledgerfile

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"jalon/internal/civil"
	"jalon/internal/grid"
)

// patternGroups are the parts of a file name that tell which dates a file speaks for.
var patternGroups = []string{"from", "to", "year", "month", "from_month", "to_month", "quarter", "half"}

var errGroup = errors.New("named groups that tell no dates")

// filePattern compiles the pattern of a profile: an RE2 expression whose named groups are among
// patternGroups. "year" with "month", "quarter", "half" or "from_month" and "to_month" is that part of
// the year, alone all of it; "from" and "to" are days, 2026-01-31 or 20260131. Months are numbers or
// names, French or English, at least three letters of them.
func filePattern(pattern string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	names := slices.DeleteFunc(slices.Clone(re.SubexpNames()), func(n string) bool { return n == "" })
	for _, n := range names {
		if !slices.Contains(patternGroups, n) {
			return nil, errGroup
		}
	}
	if !slices.Contains(names, "year") && !(slices.Contains(names, "from") && slices.Contains(names, "to")) {
		return nil, errGroup
	}
	return re, nil
}

// coverage gives what the caller declares, else what the file name tells, else the kind of the profile,
// whose dates the lines then give. A profile that reads the dates from the name and finds none there
// does not know what the file speaks for: a snapshot of it would withdraw what it never spoke of.
func coverage(p Profile, o Options, fileName string) Coverage {
	if o.Coverage != nil {
		return *o.Coverage
	}
	kind := cmp.Or(p.Coverage, CoverageDelta)
	if p.Pattern == "" {
		return Coverage{Kind: kind}
	}
	re, _ := filePattern(p.Pattern) // Validate refused what does not compile
	if from, to, ok := datesIn(re, fileName); ok {
		return Coverage{Kind: kind, From: from, To: to}
	}
	return Coverage{Kind: CoverageDelta}
}

func datesIn(re *regexp.Regexp, name string) (from, to civil.Date, ok bool) {
	m := re.FindStringSubmatch(name)
	if m == nil {
		return from, to, false
	}
	part := map[string]string{}
	for i, n := range re.SubexpNames() {
		if n != "" && m[i] != "" {
			part[n] = m[i]
		}
	}
	if part["from"] != "" {
		from, to = day(part["from"]), day(part["to"])
		return from, to, !from.IsZero() && !to.Before(from)
	}
	year, err := strconv.Atoi(part["year"])
	if err != nil || year < firstYear || year > lastYear {
		return from, to, false
	}
	first, last := monthsIn(part)
	if first < 1 || last > 12 || last < first {
		return from, to, false
	}
	return civil.D(year, time.Month(first), 1), civil.D(year, time.Month(last), civil.DaysIn(year, time.Month(last))), true
}

// monthsIn gives the first and last month that the parts of a name speak of, 0 for one that is none.
func monthsIn(part map[string]string) (first, last int) {
	switch {
	case part["quarter"] != "":
		q, _ := strconv.Atoi(part["quarter"])
		return 3*q - 2, 3 * q
	case part["half"] != "":
		h, _ := strconv.Atoi(part["half"])
		return 6*h - 5, 6 * h
	case part["month"] != "":
		m := monthNumber(part["month"])
		return m, m
	case part["from_month"] != "":
		return monthNumber(part["from_month"]), monthNumber(part["to_month"])
	}
	return 1, 12
}

// monthNames are folded; the first three letters tell all but June and July in French.
var monthNames = []string{"janvier january", "fevrier february", "mars march", "avril april", "mai may", "juin june", "juillet july",
	"aout august", "septembre september", "octobre october", "novembre november", "decembre december"}

func monthNumber(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	word := grid.Fold(s)
	if len(word) < 3 {
		return 0
	}
	found := 0
	for i, names := range monthNames {
		for _, name := range strings.Fields(names) {
			if strings.HasPrefix(name, word) {
				if found != 0 && found != i+1 {
					return 0 // "jui"
				}
				found = i + 1
			}
		}
	}
	return found
}

func day(s string) civil.Date {
	if len(s) == 8 {
		s = s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	d, _ := civil.Parse(s)
	return d
}
