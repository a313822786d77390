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
// nothing goes wrong is none.
func (w *weighed) guard() GuardReport {
	g := GuardReport{End: w.content.End, Delay: w.content.Delay, Years: []GuardYear{}, Ends: []GuardEnd{}, Notes: []GuardNote{}}
	var total GuardTotal
	limited := false
	for _, x := range w.gauges() {
		if x.Kind != GaugeCredit || (x.Limit == nil && x.UsedP80 == 0) {
			continue
		}
		y := GuardYear{Year: x.Year, Section: x.Section, P50: money.Amount(x.UsedP50), P80: money.Amount(x.UsedP80), State50: gaugeState(x.UsedP50, x.Limit), State80: x.StateP80}
		if x.Limit != nil {
			limit := money.Amount(*x.Limit)
			y.Limit = &limit
			total.Limit, total.P50, total.P80 = total.Limit+limit, total.P50+y.P50, total.P80+y.P80
			if room := limit - y.P80; !limited || room < g.Margin {
				g.Margin = room
			}
			limited = true
		}
		g.Years = append(g.Years, y)
	}
	if limited {
		g.Total = &total
	}
	g.Ends = w.ends()
	g.note(w)
	return g
}

// note says in sentences what the figures mean.
func (g *GuardReport) note(w *weighed) {
	c := &w.content
	say := func(bad bool, key string, args ...any) {
		g.Notes = append(g.Notes, GuardNote{Key: key, Args: args, Bad: bad})
	}
	over := false
	for _, y := range g.Years {
		switch {
		case y.State50 == GaugeOver:
			say(true, "guard.over_p50", strconv.Itoa(y.Year), string(y.Section), money.Money{Amount: y.P50 - *y.Limit, Currency: c.Currency})
		case y.State80 == GaugeOver:
			say(true, "guard.over_p80", strconv.Itoa(y.Year), string(y.Section), money.Money{Amount: y.P80 - *y.Limit, Currency: c.Currency})
		default:
			continue
		}
		over = true
	}
	switch {
	case g.Total == nil:
		say(false, "guard.no_credits")
	case !over:
		say(false, "guard.holds", money.Money{Amount: g.Margin, Currency: c.Currency})
	}
	for _, e := range g.Ends {
		say(e.InTen >= 5, "guard.ends_late", e.Code, e.Name, e.InTen)
	}
	if c.P80.Assumed {
		say(false, "guard.assumed_cost", c.P80.BP, c.P80.N, c.P80.Least)
	}
	if c.Delay.Assumed && !c.End.IsZero() {
		say(false, "guard.assumed_delay", c.Delay.P80, c.Delay.N, c.Delay.Least)
	}
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
		if n.Key == "guard.ends_late" || n.Key == "guard.assumed_delay" {
			b.Notes = append(b.Notes, n)
		}
	}
	return b
}

// LeastFinished is how many finished projects it takes to say how much longer than planned projects take.
const LeastFinished = 10

// delays gives the quantiles of how much longer than planned finished projects took. With too few of them the assumption holds: as planned in the middle,
// and as much later at P80 as was assumed, in a straight line between and beyond.
func delays(finished []*big.Rat, assumed money.BasisPoints) DelayQuantiles {
	d := DelayQuantiles{N: len(finished), Least: LeastFinished, Mids: make([]money.BasisPoints, 10)}
	if len(finished) < LeastFinished {
		d.Assumed, d.P80 = true, assumed
		for i := range d.Mids {
			d.Mids[i] = max(0, assumed*money.BasisPoints(10*i+5-50)/30)
		}
		return d
	}
	sorted := slices.SortedFunc(slices.Values(finished), (*big.Rat).Cmp)
	d.P80 = quantile(sorted, 80)
	for i := range d.Mids {
		d.Mids[i] = quantile(sorted, 10*i+5)
	}
	return d
}

// quantile is that of a sorted sample at so many percent, between the two nearest values in proportion (type 7 of Hyndman and Fan, 1996), in basis points.
func quantile(sorted []*big.Rat, percent int) money.BasisPoints {
	h := (len(sorted) - 1) * percent
	low := sorted[h/100]
	v := new(big.Rat).Set(low)
	if rest := h % 100; rest > 0 {
		step := new(big.Rat).Sub(sorted[h/100+1], low)
		v.Add(v, step.Mul(step, big.NewRat(int64(rest), 100)))
	}
	bp, ok := money.RoundBasisPoints(v)
	if !ok {
		return mostAssumed
	}
	return min(max(bp, -10_000), mostAssumed)
}
