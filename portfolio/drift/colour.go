package drift

import "jalon/internal/money"

// Colour is the computed weather of a deviation. It never stands alone on a page: a letter or a
// word goes with it.
type Colour string

// The colours, from what nobody measured to what needs a decision.
const (
	Grey  Colour = "grey" // undefined
	Green Colour = "green"
	Amber Colour = "amber"
	Red   Colour = "red"
)

// Thresholds say which deviation has which colour: up to Amber it is green, up to Red it is amber,
// above it is red. A change of thresholds is a new Version, so that an old colour can be explained.
type Thresholds struct {
	Version    int
	Amber, Red money.BasisPoints
}

// DefaultThresholds are 10 % and 25 %, for a roadmap that set none.
func DefaultThresholds() Thresholds { return Thresholds{Version: 1, Amber: 1000, Red: 2500} }

// Colour judges the exact rate: 10.001 % is above 10 % though both show as 10.00 %. To be early or
// cheap is green.
func (t Thresholds) Colour(r Rate) Colour {
	switch {
	case !r.Defined:
		return Grey
	case r.Compare(limit(t.Amber)) <= 0:
		return Green
	case r.Compare(limit(t.Red)) <= 0:
		return Amber
	}
	return Red
}

func limit(bp money.BasisPoints) Rate { return Rate{Defined: true, Num: int64(bp), Den: 10000} }
