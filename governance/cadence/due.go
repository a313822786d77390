package cadence

import (
	"time"

	"jalon/internal/civil"
)

// Method names this way of computing sittings; it stands beside every date that is shown or stored.
const Method = "jalon-cadence/1"

const (
	// maxWalk bounds every walk over periods: a century of months.
	maxWalk = 1200
	// slack is more days than a sitting can be moved by: the longest run of days off is four, as at
	// Ascension 2043 (Thursday 7 May, Friday 8 May and the weekend).
	slack = 15
)

// Due gives the periods whose freeze falls after one instant and not after another, oldest first.
// Only sittings on the day from or later count, and only those of the last century of months
// before until. Adjacent windows share every period out between them: none is lost, none comes
// twice. leadDays and loc are as for FreezeAt.
func (r Rule) Due(after, until time.Time, leadDays int, loc *time.Location, from civil.Date) []Period {
	end := civil.DateOf(until, loc)
	if !after.Before(until) || end.IsZero() {
		return nil
	}
	// A period that ends before start − slack sat before start, and was frozen before it sat.
	start := latest(civil.DateOf(after, loc), from, end.AddMonths(-maxWalk))
	var due []Period
	p := r.periodBefore(start)
	for range maxWalk + 24 + slack {
		freeze := r.FreezeAt(p, leadDays, loc)
		if freeze.IsZero() || freeze.After(until) {
			break
		}
		if freeze.After(after) && !r.Sitting(p).Before(from) {
			due = append(due, p)
		}
		p = p.Next()
	}
	return due
}

// Occurrence is one sitting.
type Occurrence struct {
	Period Period
	On     civil.Date
}

// NextSittings gives the first n sittings on the day from or later, at most a century of months.
func (r Rule) NextSittings(from civil.Date, n int) []Occurrence {
	var next []Occurrence
	p := r.periodBefore(from)
	for len(next) < min(n, maxWalk) {
		on := r.Sitting(p)
		if on.IsZero() {
			break
		}
		if !on.Before(from) {
			next = append(next, Occurrence{p, on})
		}
		p = p.Next()
	}
	return next
}

// periodBefore is the period from which a walk for sittings on the day or later must begin.
func (r Rule) periodBefore(d civil.Date) Period {
	if b := d.AddDays(-slack); !b.IsZero() {
		d = b
	}
	return PeriodOf(r.Frequency, latest(d, civil.D(1, time.January, 1)))
}

func latest(first civil.Date, others ...civil.Date) civil.Date {
	for _, o := range others {
		if o.After(first) {
			first = o
		}
	}
	return first
}
