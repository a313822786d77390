package chart

import (
	"strconv"

	"jalon/internal/civil"
)

// scale maps [From, To] of values onto [A, B] of coordinates. An empty range maps to A.
type scale struct{ from, to, a, b float64 }

func (s scale) at(v float64) float64 {
	if s.to == s.from {
		return s.a
	}
	return s.a + (v-s.from)/(s.to-s.from)*(s.b-s.a)
}

// clamped is at, kept between the ends; out is −1 or 1 when the value lies below or above them.
func (s scale) clamped(v float64) (coordinate float64, out int) {
	switch {
	case v < s.from:
		return s.at(s.from), -1
	case v > s.to:
		return s.at(s.to), 1
	}
	return s.at(v), 0
}

// percentSteps are the distances that ticks of a percentage axis may have, in basis points; beyond
// them each decade has 1, 2 and 5.
var percentSteps = []int64{100, 200, 500, 1000, 2000, 2500, 5000, 10000}

// percentTicks gives round basis points that cover [low, high] with at most limit+1 ticks, 0 among
// them when it lies within.
func percentTicks(low, high int64, limit int) []int64 {
	const most = int64(1e15) // beyond lies overflow, and nothing that anyone could read
	low, high = min(max(low, -most), most), min(max(high, -most), most)
	if high < low {
		low, high = high, low
	}
	if high == low {
		high = low + 100
	}
	step := percentStep(low, high, limit)
	var ticks []int64
	for v := floorTo(low, step); ; v += step {
		ticks = append(ticks, v)
		if v >= high {
			return ticks
		}
	}
}

func percentStep(low, high int64, limit int) int64 {
	fits := func(step int64) bool {
		return (float64(ceilTo(high, step))-float64(floorTo(low, step)))/float64(step) <= float64(limit)
	}
	for _, s := range percentSteps {
		if fits(s) {
			return s
		}
	}
	for decade := int64(10000); ; decade *= 10 {
		for _, m := range []int64{1, 2, 5} {
			if fits(decade * m) {
				return decade * m
			}
		}
	}
}

func floorTo(v, step int64) int64 {
	q := v / step
	if v%step < 0 {
		q--
	}
	return q * step
}

func ceilTo(v, step int64) int64 { return -floorTo(-v, step) }

// tick is a mark on a time axis. Major ones begin a year.
type tick struct {
	On    civil.Date
	Label string
	Major bool
}

// unit is the distance of two ticks in months.
func timeUnit(from, to civil.Date) int {
	switch months := from.MonthOf().Until(to.MonthOf()) + 1; {
	case months <= 15:
		return 1
	case months <= 45:
		return 3
	case months <= 90:
		return 6
	case months <= 240:
		return 12
	case months <= 1200:
		return 60
	default:
		return 1200
	}
}

// monthIndex counts months since year 0.
func monthIndex(m civil.Month) int { return m.Year*12 + int(m.Month) - 1 }

// timeRange widens [from, to] to whole units.
func timeRange(from, to civil.Date) (civil.Date, civil.Date) {
	unit := timeUnit(from, to)
	first := monthIndex(from.MonthOf()) / unit * unit
	last := (monthIndex(to.MonthOf())/unit + 1) * unit
	first = max(first, 12)
	last = min(last, 10000*12)
	start := civil.Month{Month: 1}.Add(first).First()
	end := civil.Month{Month: 1}.Add(last - 1).Last()
	return start, end
}

// timeTicks gives the beginnings of the units within [from, to], which timeRange made.
func timeTicks(from, to civil.Date, x Texts) []tick {
	unit := timeUnit(from, to)
	var ticks []tick
	for m := from.MonthOf(); !m.First().IsZero() && !m.First().After(to); m = m.Add(unit) {
		t := tick{On: m.First(), Major: m.Month == 1}
		switch unit {
		case 1:
			t.Label = x.ShortMonth(int(m.Month))
		case 3:
			t.Label = x.T("chart.quarter", (int(m.Month)+2)/3)
		case 6:
			t.Label = x.T("chart.half", (int(m.Month)+5)/6)
		}
		ticks = append(ticks, t)
		if m.Year > 9999-unit/12-1 {
			break
		}
	}
	return ticks
}

func yearLabel(d civil.Date) string { return strconv.Itoa(d.Year()) }
