package finance

import (
	"slices"
	"time"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// ForecastID is the key of a forecast.
type ForecastID int64

// ForecastKind says how sure a line of a forecast is.
type ForecastKind string

// The kinds: work that was delivered and is not mandated (service fait), what will be spent, and what may be.
const (
	ForecastDone     ForecastKind = "service_done"
	ForecastToGo     ForecastKind = "to_go"
	ForecastProbable ForecastKind = "probable"
)

// ForecastKinds lists every kind in display order.
var ForecastKinds = []ForecastKind{ForecastDone, ForecastToGo, ForecastProbable}

// ForecastLine is what a project manager expects in a year, a section and a category, beyond what the books show as mandated.
type ForecastLine struct {
	YearID      int64
	Section     string
	Category    Category
	Kind        ForecastKind
	Amount      money.Amount      // not negative
	Probability money.BasisPoints // of ForecastProbable; 10 000 of the others
}

// Forecast is what a project was expected to cost, as told on a day. It is kept for ever: a later one takes its place and does not change it.
type Forecast struct {
	ID             ForecastID
	OrganisationID int64
	ProjectID      portfolio.ProjectID
	AsOf           civil.Date
	Number         int // of the forecasts of this day, from 1
	Comment        string
	Physical       *money.BasisPoints // share of the work that is done; nil: not told
	Planned        *money.BasisPoints // share of the work that was to be done by then; nil: by the budget's phasing
	RecordedBy     string
	RecordedAt     time.Time
	Lines          []ForecastLine
	// Mandated is what the books showed when the forecast was booked: its lines are beyond that, and what is mandated later is
	// taken off them.
	Mandated []MandatedCell
}

// MandatedCell is what a project had mandated in a year and a section.
type MandatedCell struct {
	YearID  int64
	Section string
	Amount  money.Amount
}

// ForecastInput is a forecast to be booked.
type ForecastInput struct {
	AsOf     civil.Date
	Comment  string
	Physical *money.BasisPoints
	Planned  *money.BasisPoints
	Lines    []ForecastLine
	After    ForecastID // the last forecast that the author saw; 0: none
}

const maxForecastLines = 500

// Validate reports every rule the input breaks by itself.
func (in ForecastInput) Validate() error {
	var f fault.Fields
	f.Check(!in.AsOf.IsZero(), "as_of", "input.required")
	checkReason(&f, "comment", in.Comment, false)
	for _, p := range []struct {
		name  string
		value *money.BasisPoints
	}{{"physical", in.Physical}, {"planned", in.Planned}} {
		f.Check(p.value == nil || (*p.value >= 0 && *p.value <= 10_000), p.name, "forecast.progress_range")
	}
	f.Check(len(in.Lines) <= maxForecastLines, "lines", "budget.too_many_lines", maxForecastLines)
	seen := map[ForecastLine]bool{}
	for i, l := range in.Lines {
		n := i + 1
		f.Check(l.YearID != 0, "lines", "budget.line.year", n)
		f.Check(slices.Contains(Sections, l.Section), "lines", "budget.line.section", n)
		f.Check(l.Category.Valid(), "lines", "budget.line.category", n)
		f.Check(slices.Contains(ForecastKinds, l.Kind), "lines", "finance.forecast.line.kind", n)
		f.Check(l.Amount >= 0 && l.Amount <= amountLimit, "lines", "budget.line.amount", n)
		f.Check(l.Probability >= 0 && l.Probability <= 10_000 && (l.Kind == ForecastProbable || l.Probability == 10_000), "lines", "finance.forecast.line.probability", n)
		l.Amount = 0
		f.Check(!seen[l], "lines", "budget.line.twice", n)
		seen[l] = true
	}
	return f.Err()
}

// ForecastResult is what came of booking a forecast.
type ForecastResult struct {
	Forecast Forecast
	Findings []forecast.Finding
}

// yearSection is a cell of a fiscal year and a section.
type yearSection struct {
	year    int64
	section string
}

// remaining are the lines with what was mandated since the forecast taken off: first off services done, then off what was to go, then off what
// was probable, in proportion within each. A cell in which less is mandated than then keeps its lines.
func (f *Forecast) remaining(mandated map[yearSection]money.Amount) []ForecastLine {
	since := make(map[yearSection]money.Amount, len(mandated))
	for at, now := range mandated {
		since[at] = now
	}
	for _, m := range f.Mandated {
		since[yearSection{m.YearID, m.Section}] -= m.Amount
	}
	lines := slices.Clone(f.Lines)
	for _, kind := range ForecastKinds {
		for at, amount := range since {
			if amount > 0 {
				since[at] = amount - take(lines, kind, at, amount)
			}
		}
	}
	return lines
}

// take takes an amount off the lines of a kind in a cell, as far as they reach, and gives what it took.
func take(lines []ForecastLine, kind ForecastKind, at yearSection, amount money.Amount) (taken money.Amount) {
	var places []int
	var weights []int64
	for i, l := range lines {
		if l.Kind == kind && l.YearID == at.year && l.Section == at.section && l.Amount > 0 {
			places, weights, taken = append(places, i), append(weights, int64(l.Amount)), taken+l.Amount
		}
	}
	taken = min(taken, amount)
	for i, part := range taken.Split(weights) {
		lines[places[i]].Amount -= part
	}
	return taken
}
