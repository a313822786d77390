package forecast

import (
	"cmp"
	"math/big"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// MethodPosition names the way positions are derived.
const MethodPosition = "jalon-position/1"

// Commitment is what one commitment amounts to on a day.
type Commitment struct {
	ID       int64
	Ref      string       // its number in the finance system
	Net      money.Amount // sum of its events: original, changes, withdrawals, carried over
	Mandated money.Amount // sum of the payment orders on it, reductions included
	Last     civil.Date   // day of its last event or payment order; zero: not known
}

// Left is what the commitment still calls for, never below 0; false beyond 64 bits.
func (c Commitment) Left() (money.Amount, bool) {
	left, err := minus(c.Net, c.Mandated)
	return max(left, 0), err == nil
}

// Books are the figures that a position is derived from. The order of the slices does not matter.
type Books struct {
	Votes       []money.Amount // movements of the credits, signed
	Commitments []Commitment
	Outside     []money.Amount // mandated without a commitment, signed
	Ceiling     *money.Amount  // what commitments may reach: the revised budget of a project, or the programme authorisation (AP); nil: none set
}

// Position is where a budget stands.
type Position struct {
	Method       string
	Open         money.Amount  // sum of the votes
	CommittedNet money.Amount  // net of all commitments, and what was mandated without one
	Mandated     money.Amount  // on commitments and outside
	DENM         money.Amount  // committed, not mandated: per commitment, then summed
	Exposure     money.Amount  // Mandated + DENM
	Available    money.Amount  // Open − Exposure; below 0 when more is bound than was voted
	Ceiling      *money.Amount // as given
	ToCommit     *money.Amount // Ceiling − Exposure; nil without a ceiling
	OverMandated []OverMandated
}

// OverMandated is a commitment on which more was mandated than committed. Nothing is clamped in the books: it is told.
type OverMandated struct {
	ID       int64
	Ref      string
	Net      money.Amount
	Mandated money.Amount
}

// ToPay is what of the exposure is not mandated yet (reste à payer).
func (p Position) ToPay() money.Amount { return p.DENM }

// Realisation is mandated / open (taux de réalisation), nil when nothing is open.
func (p Position) Realisation() *big.Rat { return ratio(p.Mandated, p.Open) }

// ExposureRate is exposure / open, nil when nothing is open.
func (p Position) ExposureRate() *big.Rat { return ratio(p.Exposure, p.Open) }

// CeilingRate is exposure / ceiling, nil without a ceiling above 0.
func (p Position) CeilingRate() *big.Rat {
	if p.Ceiling == nil {
		return nil
	}
	return ratio(p.Exposure, *p.Ceiling)
}

// PositionOf derives the position from the books. It refuses figures whose sums leave 64 bits.
func PositionOf(b Books) (Position, error) {
	net := make([]money.Amount, 0, len(b.Commitments)+len(b.Outside))
	mandated := make([]money.Amount, 0, len(b.Commitments)+len(b.Outside))
	left := make([]money.Amount, 0, len(b.Commitments))
	p := Position{Method: MethodPosition, Ceiling: b.Ceiling}
	for _, c := range b.Commitments {
		l, ok := c.Left()
		if !ok {
			return Position{}, errOverflow()
		}
		net, mandated, left = append(net, c.Net), append(mandated, c.Mandated), append(left, l)
		if c.Mandated.Abs() > c.Net {
			p.OverMandated = append(p.OverMandated, OverMandated{ID: c.ID, Ref: c.Ref, Net: c.Net, Mandated: c.Mandated})
		}
	}
	slices.SortFunc(p.OverMandated, func(a, b OverMandated) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Net, b.Net), cmp.Compare(a.Mandated, b.Mandated))
	})
	net, mandated = append(net, b.Outside...), append(mandated, b.Outside...)
	var err [6]error
	p.Open, err[0] = sum(b.Votes...)
	p.CommittedNet, err[1] = sum(net...)
	p.Mandated, err[2] = sum(mandated...)
	p.DENM, err[3] = sum(left...)
	p.Exposure, err[4] = sum(append(mandated, left...)...)
	p.Available, err[5] = minus(p.Open, p.Exposure)
	if e := cmp.Or(err[:]...); e != nil {
		return Position{}, e
	}
	if p.Ceiling == nil {
		return p, nil
	}
	toCommit, e := minus(*p.Ceiling, p.Exposure)
	if e != nil {
		return Position{}, e
	}
	p.ToCommit = &toCommit
	return p, nil
}
