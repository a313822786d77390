package portfolio

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// guard holds the selection against what was voted, year by year, and against the end of the roadmap: at P50 and at P80, for a plan that holds only if
// nothing goes wrong is none. Limits of the scenario's own are suppositions: they stand beside the vote and never in its place.
func (w *weighed) guard() GuardReport {
	g := GuardReport{End: w.content.End, Delay: w.content.Delay, Years: []GuardYear{}, Ends: []GuardEnd{}, Notes: []GuardNote{}}
	var total GuardTotal
	for i, x := range w.gauges() { // one of each limit
		l := w.content.Limits[i]
		if x.Kind != GaugeCredit || (l.Default == nil && l.limit() == nil && x.UsedP80 == 0) {
			continue
		}
		y := GuardYear{Year: x.Year, Section: x.Section, Limit: amountOf(l.Default), P50: money.Amount(x.UsedP50), P80: money.Amount(x.UsedP80), State50: gaugeState(x.UsedP50, l.Default),
			State80: gaugeState(x.UsedP80, l.Default)}
		if l.Own {
			y.Own, y.Unlimited = amountOf(l.Amount), l.Amount == nil
		}
		if y.Limit != nil {
			if room := *y.Limit - y.P80; !g.voted || room < g.Margin {
				g.Margin = room
			}
			total.Limit, total.P50, total.P80 = total.Limit+*y.Limit, total.P50+y.P50, total.P80+y.P80
			g.voted = true
		}
		g.Years = append(g.Years, y)
	}
	if g.voted {
		g.Total = &total
	}
	g.Ends = w.ends()
	g.note(w)
	return g
}

func amountOf(n *int64) *money.Amount {
	if n == nil {
		return nil
	}
	a := money.Amount(*n)
	return &a
}

// DriftOf sums over years by how much the probable costs go beyond the votes, in how many years and sections, and what of them no vote covers.
func DriftOf(years []GuardYear) (over money.Amount, beyond int, unvoted money.Amount) {
	for _, y := range years {
		switch {
		case y.Limit == nil:
			unvoted += y.P80
		case y.P80 > *y.Limit:
			over, beyond = over+y.P80-*y.Limit, beyond+1
		}
	}
	return over, beyond, unvoted
}

// Holding is the limit with which the selection was weighed; nil: none.
func (y GuardYear) Holding() *money.Amount {
	if y.Own != nil || y.Unlimited {
		return y.Own
	}
	return y.Limit
}

// note says in sentences what the figures mean.
func (g *GuardReport) note(w *weighed) {
	c := &w.content
	say := func(bad bool, key string, args ...any) {
		g.Notes = append(g.Notes, GuardNote{Key: key, Args: args, Bad: bad})
	}
	sum := func(a money.Amount) money.Money { return money.Money{Amount: a, Currency: c.Currency} }
	over, bare := false, false
	for _, y := range g.Years {
		year, section := strconv.Itoa(y.Year), string(y.Section)
		switch {
		case y.State50 == GaugeOver:
			say(true, "guard.over_p50", year, section, sum(y.P50-*y.Limit))
			over = true
		case y.State80 == GaugeOver:
			say(true, "guard.over_p80", year, section, sum(y.P80-*y.Limit))
			over = true
		case y.Limit == nil && y.P80 > 0 && g.voted:
			say(false, "guard.unvoted", year, section, sum(y.P80))
			bare = true
		}
		switch {
		case y.Limit == nil:
		case y.Unlimited:
			say(true, "guard.own_none", year, section, sum(*y.Limit))
		case y.Own != nil && *y.Own > *y.Limit:
			say(true, "guard.own_above", year, section, sum(*y.Own), sum(*y.Limit))
		}
	}
	switch {
	case !g.voted:
		say(false, "guard.no_credits")
	case over:
	case bare:
		say(false, "guard.holds_voted", sum(g.Margin))
	default:
		say(false, "guard.holds", sum(g.Margin))
	}
	if n := w.unscored(); n > 0 {
		say(true, "guard.unscored", n)
	}
	for _, e := range g.Ends {
		say(e.InTen >= 5, "guard.ends_late", e.Code, e.Name, e.InTen)
	}
	if c.P80.Assumed {
		say(false, "guard.assumed_cost", c.P80.BP, c.P80.N, c.P80.Least)
	}
	switch {
	case c.End.IsZero():
	case c.Delay.Assumed:
		say(false, "guard.assumed_delay", c.Delay.P80, c.Delay.N, c.Delay.Least)
	case c.Delay.Roadmap:
		say(false, "guard.delay_roadmap", c.Delay.P80, c.Delay.N)
	default:
		say(false, "guard.delay_organisation", c.Delay.P80, c.Delay.N, c.Delay.Least)
	}
}

// unscored counts the candidates that a selection is free to choose and that count for nothing in it, because not all scorers have said what they are worth.
func (w *weighed) unscored() (n int) {
	for _, s := range w.content.Subjects {
		if s.kind() == KindRequest && s.Force == ForceFree && !s.Scored {
			n++
		}
	}
	return n
}

// ends lists the chosen subjects that may end after the roadmap, the likeliest first.
func (w *weighed) ends() []GuardEnd {
	out := []GuardEnd{}
	c := &w.content
	if c.End.IsZero() {
		return out
	}
	for _, s := range c.Subjects {
		if !w.selected(s.Subject) || s.End.IsZero() {
			continue
		}
		start, planned := s.Start.AddMonths(12*int(w.chosen[s.Subject])), s.End.AddMonths(12*int(w.chosen[s.Subject]))
		if s.Start.IsZero() || start.Before(c.AsOf) { // what has passed is no risk any more
			start = c.AsOf
		}
		e := GuardEnd{Subject: s.Subject, Code: s.Code, Name: s.Name, Planned: planned, P80: delayed(start, planned, c.Delay.P80)}
		for _, d := range c.Delay.Mids {
			if delayed(start, planned, d).After(c.End) {
				e.InTen++
			}
		}
		e.DaysLate = max(0, c.End.DaysUntil(e.P80))
		if e.InTen > 0 || e.DaysLate > 0 {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b GuardEnd) int { return cmp.Or(b.InTen-a.InTen, b.DaysLate-a.DaysLate) })
	return out
}

// delayed is the end of work that takes so much longer than planned from a day on, rounded up to whole days.
func delayed(from, end civil.Date, by money.BasisPoints) civil.Date {
	if end.Before(from) {
		end = from
	}
	days := new(big.Int).Mul(big.NewInt(int64(civil.Duration(from, end))), big.NewInt(10_000+int64(by)))
	days.Add(days, big.NewInt(9_999)).Div(days, big.NewInt(10_000))
	if !days.IsInt64() || days.Int64() > 400_000 {
		return civil.D(9999, 12, 31)
	}
	return from.AddDays(max(int(days.Int64()), 1) - 1)
}

// blind leaves the dates.
func (g GuardReport) blind() GuardReport {
	b := GuardReport{End: g.End, Ends: g.Ends, Delay: g.Delay, Years: []GuardYear{}, Notes: []GuardNote{}}
	for _, n := range g.Notes {
		switch n.Key {
		case "guard.ends_late", "guard.unscored", "guard.assumed_delay", "guard.delay_roadmap", "guard.delay_organisation":
			b.Notes = append(b.Notes, n)
		}
	}
	return b
}
