package finance

import (
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Dimension is something by which entries are told apart.
type Dimension string

// The dimensions. Controls are by any of them but DimensionTotal; an assertion names one from DimensionTotal on.
const (
	DimensionYear      Dimension = "year"
	DimensionPeriod    Dimension = "period"
	DimensionTotal     Dimension = "total"
	DimensionSection   Dimension = "section"
	DimensionNature    Dimension = "nature"
	DimensionOperation Dimension = "operation"
	DimensionChapter   Dimension = "chapter"
	DimensionBudget    Dimension = "budget"
)

// ControlDimensions lists the dimensions of the controls, in the order in which their columns stand.
var ControlDimensions = []Dimension{DimensionYear, DimensionPeriod, DimensionSection, DimensionNature, DimensionOperation, DimensionChapter, DimensionBudget}

// usualControls are the dimensions of a page for which nobody asked for others.
var usualControls = []Dimension{DimensionYear, DimensionPeriod, DimensionSection, DimensionNature, DimensionOperation}

// Tie is a total of the finance system beside what became of it here. The amounts are those of all entries, reversals
// included, so that what was taken back counts for nothing.
type Tie struct {
	Total       money.Amount `json:"total"`
	Allocated   money.Amount `json:"allocated"`
	Unallocated money.Amount `json:"unallocated"` // the queue
	Excluded    money.Amount `json:"excluded"`
	Lines       int64        `json:"lines"` // entries, reversals included
}

// Delta is what of the total is in none of the three. It must be nothing.
func (t Tie) Delta() money.Amount { return t.Total - t.Allocated - t.Unallocated - t.Excluded }

func (t Tie) plus(o Tie) Tie {
	return Tie{t.Total + o.Total, t.Allocated + o.Allocated, t.Unallocated + o.Unallocated, t.Excluded + o.Excluded, t.Lines + o.Lines}
}

// ControlFilter says what the controls are about. Zero fields ask for everything.
type ControlFilter struct {
	Year   int64 // id of a fiscal year
	Until  int   // entries about periods of the year up to this one
	By     []Dimension
	Limit  int // rows at most; 0: as many as a page shows
	NoRows bool
}

// The most rows that a page and an export show. The totals are complete whatever is left out.
const (
	controlRows    = 500
	maxControlRows = 100_000
)

func (f ControlFilter) validate() error {
	var e fault.Fields
	e.Check(f.Until >= 0 && f.Until <= ExtraPeriod, "until", "input.unknown_value", f.Until)
	e.Check(f.Until == 0 || f.Year != 0, "year", "input.required")
	for i, d := range f.By {
		e.Check(slices.Contains(ControlDimensions, d) && !slices.Contains(f.By[:i], d), "by", "input.unknown_value", string(d))
	}
	return e.Err()
}

// Controls are what a finance officer checks before trusting any figure, computed from the books themselves.
type Controls struct {
	Organisation string
	Currency     money.Currency
	Basis        string // TTC or HT
	On           civil.Date
	Totals       []ControlTotal // by flow
	By           []Dimension
	Rows         []ControlRow
	RowCount     int // of all rows, those left out included
	Kept         []KeptRow
	Files        []FileControl // newest first
	Queue        QueueAge
	Assertions   []Assertion
}

// Ties tells whether everything that must be nothing is nothing.
func (c Controls) Ties() bool {
	for _, t := range c.Totals {
		if t.Delta() != 0 || t.Kept != t.Tie {
			return false
		}
	}
	return !slices.ContainsFunc(c.Kept, func(k KeptRow) bool { return k.Books != k.Kept })
}

// ControlTotal is the total of a flow, by the books and by the kept balances.
type ControlTotal struct {
	Flow ledgerfile.Flow
	Tie
	Kept Tie
}

// ControlRow is one line of the controls. Dimensions that were not asked for are empty.
type ControlRow struct {
	Flow      ledgerfile.Flow
	YearID    int64
	Year      string
	Period    int
	Section   string
	Nature    string
	Operation string
	Chapter   string
	Budget    string
	Tie
}

// KeptRow holds the balances that pages are made of against the books.
type KeptRow struct {
	Flow        ledgerfile.Flow
	YearID      int64
	Year        string
	Period      int
	Section     string
	Books, Kept Tie
}

// FileControl is a file with what it booked. Its report has the lines by outcome, the declared against the computed figures, and the
// series of bordereaux.
type FileControl struct {
	File
	Feed        string
	Sums        []FileSum
	First, Last civil.Date // days of its entries
	Years       []string   // fiscal years of its entries
}

// FileSum is what a file booked of one flow, reversals included.
type FileSum struct {
	Flow  ledgerfile.Flow
	Lines int64
	Sum   money.Amount
}

// QueueAge says how long the lines of the queue have waited.
type QueueAge struct {
	Lines, Accepted int64 // Accepted: known and explained
	Sum             money.Amount
	Size            money.Amount // without the signs
	Oldest          civil.Date   // zero: the queue is empty
	Days            int          // since then
	Bands           []AgeBand
}

// AgeBand is the part of the queue that has waited for From to To days; To 0: for ever.
type AgeBand struct {
	From, To int
	Lines    int64
	Sum      money.Amount
	Size     money.Amount
}

// ageBands are the ends of the bands, in days.
var ageBands = []int{7, 30, 90, 180}
