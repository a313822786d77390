package finance

import (
	"jalon/finance/forecast"
	"jalon/internal/money"
)

// expectation is what a project, or all of a roadmap, is still expected to spend.
type expectation struct {
	lines  []ForecastLine // what remains of the forecast
	known  bool           // there is a forecast
	bound  money.Amount   // DENM and engaged lines: without a forecast they are taken to fall into the year of the day
	denm   money.Amount
	inYear int64 // the year of the day; 0: none
}

// yearEnd gathers what the landing of a year is derived from. A year that is over takes no more than the services that were done in it.
func (x expectation) yearEnd(y FiscalYear, f *reportFacts, wanted func(section string) bool) forecast.YearEnd {
	var e forecast.YearEnd
	if !x.known {
		if x.inYear == y.ID {
			e.Due = x.bound
		}
		return e
	}
	over := y.End.Before(f.day)
	var later money.Amount
	for _, l := range x.lines {
		of, ok := f.Year(l.YearID)
		if !ok || !wanted(l.Section) {
			continue
		}
		switch {
		case l.YearID == y.ID && l.Kind == ForecastDone:
			e.ServiceDone += l.Amount
		case l.YearID == y.ID && over:
		case l.YearID == y.ID && l.Kind == ForecastToGo:
			e.Due += l.Amount
		case l.YearID == y.ID:
			e.Probable = append(e.Probable, forecast.Probable{Amount: l.Amount, Probability: l.Probability})
		case of.Start.After(y.End) && l.Kind != ForecastProbable:
			later += l.Amount
		}
	}
	if x.inYear == y.ID {
		e.Later = max(x.denm-e.ServiceDone-e.Due, 0)
	}
	e.LaterNeeded = max(later-e.Later, 0)
	return e
}

// plusYearEnd adds two year ends, each amount to its like.
func plusYearEnd(a, b forecast.YearEnd) forecast.YearEnd {
	a.Open += b.Open
	a.Mandated += b.Mandated
	a.ServiceDone += b.ServiceDone
	a.Due += b.Due
	a.Later += b.Later
	a.LaterNeeded += b.LaterNeeded
	a.Probable = append(a.Probable, b.Probable...)
	return a
}

// regime tells what becomes of unspent credits: with authorisations of programmes they are phased again by a vote, without they are carried over
// as far as they are committed.
func (f *reportFacts) regime() forecast.Regime {
	for _, e := range f.envelopes {
		if e.RoadmapID == f.roadmap.ID && e.authorises() {
			return forecast.Programmes
		}
	}
	return forecast.CarryOver
}
