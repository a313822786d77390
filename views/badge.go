package views

import (
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/portfolio/drift"
)

// Badge is a colour with its letter and its word: colour is never the only signal.
type Badge struct {
	Colour string // green, amber, red or grey
	Letter string
	Word   string
}

// colours lists the colours from good to unknown.
var colours = []string{string(drift.Green), string(drift.Amber), string(drift.Red), string(drift.Grey)}

// Badge gives the badge of a colour; what is no colour is grey.
func (p Printer) Badge(colour string) Badge {
	switch drift.Colour(colour) {
	case drift.Green, drift.Amber, drift.Red:
	default:
		colour = string(drift.Grey)
	}
	return Badge{colour, p.T("colour.letter." + colour), p.T("colour." + colour)}
}

// judge gives the badge of an average by the thresholds of the roadmap. The average is already
// rounded to a basis point; a project's own colour is judged on its exact rate by the engine.
func (p Printer) judge(t portfolio.ThresholdLine, bp *money.BasisPoints) Badge {
	if bp == nil {
		return p.Badge(string(drift.Grey))
	}
	thresholds := drift.Thresholds{Version: t.Version, Amber: t.Amber, Red: t.Red}
	return p.Badge(string(thresholds.Colour(drift.Rate{Defined: true, Num: int64(*bp), Den: 10000})))
}

// PhaseName names a phase; one that was not told says so.
func (p Printer) PhaseName(phase portfolio.Phase) string {
	if !phase.Valid() {
		return p.T("phase.unknown")
	}
	return p.T("phase." + string(phase))
}
