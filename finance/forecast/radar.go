package forecast

import (
	"cmp"
	"math/big"
	"slices"

	"jalon/internal/money"
)

// CreditLine is a line of the credits of a year with where it will land.
type CreditLine struct {
	ID      int64
	Name    string
	Landing Landing
}

// CreditAtRisk is a line that will land short of its credits.
type CreditAtRisk struct {
	ID      int64
	Name    string
	Level   Level
	Open    money.Amount
	Central money.Amount
	Rate    *big.Rat     // central / open
	Unspent money.Amount // open − central
	AtRisk  money.Amount // of the unspent: what is not carried over, so lost without a vote
}

// Radar lists the credits of a year that will not be spent, the most at risk first.
type Radar struct {
	Method  string
	Version int64 // of the thresholds
	Lines   []CreditAtRisk
	Unspent money.Amount // of the lines listed
	AtRisk  money.Amount
}

// RadarOf picks the lines whose central landing is below the thresholds. The order of the lines does not matter.
func RadarOf(lines []CreditLine, t Thresholds) (Radar, error) {
	r := Radar{Method: MethodLanding, Version: t.Version}
	var unspent, atRisk []money.Amount
	for _, l := range lines {
		rate := l.Landing.Rate()
		if !below(rate, max(t.LandingAmber, t.LandingRed)) {
			continue
		}
		c := CreditAtRisk{ID: l.ID, Name: l.Name, Level: Amber, Open: l.Landing.Open, Central: l.Landing.Central, Rate: rate}
		if below(rate, t.LandingRed) {
			c.Level = Red
		}
		var err error
		if c.Unspent, err = minus(c.Open, c.Central); err != nil {
			return Radar{}, err
		}
		if c.AtRisk, err = minus(c.Unspent, l.Landing.CarriedOver); err != nil {
			return Radar{}, err
		}
		c.AtRisk = max(c.AtRisk, 0)
		r.Lines, unspent, atRisk = append(r.Lines, c), append(unspent, c.Unspent), append(atRisk, c.AtRisk)
	}
	slices.SortFunc(r.Lines, func(a, b CreditAtRisk) int {
		return cmp.Or(-cmp.Compare(a.AtRisk, b.AtRisk), -cmp.Compare(a.Unspent, b.Unspent), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Open, b.Open))
	})
	var err [2]error
	r.Unspent, err[0] = sum(unspent...)
	r.AtRisk, err[1] = sum(atRisk...)
	if e := cmp.Or(err[:]...); e != nil {
		return Radar{}, e
	}
	return r, nil
}
