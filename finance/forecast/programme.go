package forecast

import (
	"cmp"
	"slices"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// MethodProgramme names the way programme authorisations are held against their credits.
const MethodProgramme = "jalon-programme/1"

// ProgrammeYear is one fiscal year of a programme.
type ProgrammeYear struct {
	Year     int64 // fiscal year, in order of time
	Credits  money.Amount
	Mandated money.Amount
	Closed   bool // the year is over: what it mandated counts, not what it had been given
}

// Programme is a programme authorisation (AP, or AE) with its payment credits (CP) by fiscal year.
type Programme struct {
	Authorised money.Amount
	Years      []ProgrammeYear
}

// Balance holds an authorisation against its years.
type Balance struct {
	Method       string
	Authorised   money.Amount
	MandatedPast money.Amount // of the closed years
	Credits      money.Amount // of the years still open
	Difference   money.Amount // Authorised − MandatedPast − Credits; 0 when the phasing is right
}

// Holds tells whether the authorisation is phased to the cent.
func (b Balance) Holds() bool { return b.Difference == 0 }

// BalanceOf checks that what closed years mandated and what open years were given make the authorisation
// (CGCT art. L2311-3: the credits are the limits within which an authorisation is paid).
func BalanceOf(p Programme) (Balance, error) {
	var past, credits []money.Amount
	for _, y := range p.Years {
		if y.Closed {
			past = append(past, y.Mandated)
		} else {
			credits = append(credits, y.Credits)
		}
	}
	b := Balance{Method: MethodProgramme, Authorised: p.Authorised}
	var err [3]error
	b.MandatedPast, err[0] = sum(past...)
	b.Credits, err[1] = sum(credits...)
	var placed money.Amount
	placed, err[2] = sum(slices.Concat(past, credits)...)
	if e := cmp.Or(err[:]...); e != nil {
		return Balance{}, e
	}
	var e error
	b.Difference, e = minus(p.Authorised, placed)
	return b, e
}

// Rephase closes a year and moves the credits that it did not mandate to another one (lissage): a proposal, which a
// vote makes real. It gives the programme as it would be, and what was moved; a negative move takes back what the year
// mandated above its credits.
func Rephase(p Programme, from, to int64) (Programme, money.Amount, error) {
	years := slices.Clone(p.Years)
	at := func(year int64) int {
		return slices.IndexFunc(years, func(y ProgrammeYear) bool { return y.Year == year })
	}
	i, j := at(from), at(to)
	switch {
	case i < 0:
		return p, 0, fault.Invalid("forecast.programme.year", from)
	case j < 0 || j == i || years[j].Closed:
		return p, 0, fault.Invalid("forecast.programme.year", to)
	case years[i].Closed:
		return p, 0, fault.Invalid("forecast.programme.closed", from)
	}
	moved, err := minus(years[i].Credits, years[i].Mandated)
	if err != nil {
		return p, 0, err
	}
	if years[j].Credits, err = sum(years[j].Credits, moved); err != nil {
		return p, 0, err
	}
	years[i].Credits, years[i].Closed = years[i].Mandated, true
	return Programme{Authorised: p.Authorised, Years: years}, moved, nil
}
