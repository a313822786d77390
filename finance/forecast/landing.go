package forecast

import (
	"cmp"
	"math/big"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// MethodLanding names the way year-end landings are derived.
const MethodLanding = "jalon-landing/1"

// Regime says what becomes of credits that a year does not spend.
type Regime string

// The regimes.
const (
	CarryOver  Regime = "carry_over" // what is committed is carried over (restes à réaliser); the rest lapses
	Programmes Regime = "programmes" // AP/CP: nothing is carried over; what is still needed is phased again by a vote
)

// Probable is a spending that is not committed yet, with the probability that it falls into the year.
type Probable struct {
	Amount      money.Amount
	Probability money.BasisPoints // 0 to 10 000
}

// YearEnd is what is known before the close of a year's credits (CP). Amounts do not overlap.
type YearEnd struct {
	Regime      Regime
	Open        money.Amount // credits of the year
	Mandated    money.Amount
	ServiceDone money.Amount // delivered, not mandated yet
	Due         money.Amount // of the rest of the DENM: what will be mandated before the close
	Later       money.Amount // of the DENM: what will not
	Probable    []Probable   // not committed; the order does not matter
	LaterNeeded money.Amount // not committed, wanted in later years: what programmes may phase again
}

// Landing is where the credits of a year will land.
// Open = Central + CarriedOver + ToRephase + ToGiveBack − Shortfall.
type Landing struct {
	Method      string
	Open        money.Amount
	Low         money.Amount // nothing of what is only probable
	Central     money.Amount // each by its probability
	High        money.Amount // all of it
	CarriedOver money.Amount // restes à réaliser: certain, not mandated by the close
	ToRephase   money.Amount // unspent and still needed: by a vote into a later year
	ToGiveBack  money.Amount // unspent and needed no more
	Shortfall   money.Amount // central landing and what is carried over, above the credits
}

// Rate is central / open, nil when nothing is open.
func (l Landing) Rate() *big.Rat { return ratio(l.Central, l.Open) }

// LandingOf derives the landing. It refuses an unknown regime, probabilities outside 0 to 100 %, negative amounts but
// for what was mandated (a year may hold more reductions than orders), and sums beyond 64 bits.
func LandingOf(y YearEnd) (Landing, error) {
	if err := y.validate(); err != nil {
		return Landing{}, err
	}
	probable, expected := make([]money.Amount, 0, len(y.Probable)), new(big.Rat)
	for _, p := range y.Probable {
		probable = append(probable, p.Amount)
		expected.Add(expected, new(big.Rat).Mul(exact(p.Amount), points(p.Probability)))
	}
	l := Landing{Method: MethodLanding, Open: y.Open}
	certain := []money.Amount{y.Mandated, y.ServiceDone, y.Due}
	var errs [3]error
	l.Low, errs[0] = sum(certain...)
	l.High, errs[1] = sum(append(probable, certain...)...)
	likely, ok := rounded(expected)
	if !ok {
		return Landing{}, errOverflow()
	}
	l.Central, errs[2] = sum(append(certain, likely)...)
	if err := cmp.Or(errs[:]...); err != nil {
		return Landing{}, err
	}
	return l.close(y)
}

func (y YearEnd) validate() error {
	if y.Regime != CarryOver && y.Regime != Programmes {
		return fault.Invalid("forecast.regime", string(y.Regime))
	}
	negative := min(y.Open, y.ServiceDone, y.Due, y.Later, y.LaterNeeded) < 0
	for _, p := range y.Probable {
		if p.Probability < 0 || p.Probability > whole {
			return fault.Invalid("forecast.probability_range")
		}
		negative = negative || p.Amount < 0
	}
	if negative {
		return fault.Invalid("forecast.landing_negative")
	}
	return nil
}

// close says what becomes of the credits that the central landing leaves.
func (l Landing) close(y YearEnd) (Landing, error) {
	rest, err := minus(y.Open, l.Central)
	if err != nil {
		return Landing{}, err
	}
	if y.Regime == CarryOver {
		// Committed credits are carried over whether or not the credits reach: the state of them is a duty, the gap is told.
		l.CarriedOver = y.Later
		rest, err = minus(rest, y.Later)
	} else {
		var needed money.Amount
		needed, err = sum(y.Later, y.LaterNeeded)
		l.ToRephase = max(min(rest, needed), 0)
		rest -= l.ToRephase
	}
	if err != nil {
		return Landing{}, err
	}
	if rest >= 0 {
		l.ToGiveBack = rest
		return l, nil
	}
	l.Shortfall, err = minus(0, rest)
	return l, err
}
