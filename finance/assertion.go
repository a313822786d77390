package finance

import (
	"time"

	"jalon/finance/ledgerfile"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Assertion is a balance that somebody read in the finance system: "operation 2041, mandated up to period 9, is 48 250.10".
// It is checked when it is entered and again whenever entries are booked, so that a difference shows on the day on which
// it comes in.
type Assertion struct {
	ID             int64
	OrganisationID int64
	YearID         int64
	Year           string // code of the fiscal year
	Until          int    // periods of the year up to this one
	Flow           ledgerfile.Flow
	Dimension      Dimension
	Value          string // of the dimension; "" for DimensionTotal
	Expected       money.Amount
	Computed       money.Amount // when it was last checked
	CheckedAt      time.Time
	Source         string // where it was read
	RecordedBy     string
	RecordedAt     time.Time
	WithdrawnBy    string
	WithdrawnAt    time.Time
}

// Holds tells whether the books say the same.
func (a Assertion) Holds() bool { return a.Expected == a.Computed }

// Delta is what the books hold beyond the balance.
func (a Assertion) Delta() money.Amount { return a.Computed - a.Expected }

// Withdrawn tells whether it no longer counts.
func (a Assertion) Withdrawn() bool { return !a.WithdrawnAt.IsZero() }

// assertionDimensions are those that a balance may be about.
var assertionDimensions = []Dimension{DimensionTotal, DimensionSection, DimensionNature, DimensionOperation, DimensionChapter, DimensionBudget}

// Assertable lists the dimensions that a balance may be about, in display order.
func Assertable() []Dimension { return append([]Dimension(nil), assertionDimensions...) }

// AssertInput is a balance as it is entered.
type AssertInput struct {
	Organisation int64
	Year         int64 // id of the fiscal year
	Until        int
	Flow         ledgerfile.Flow
	Dimension    Dimension
	Value        string
	Expected     money.Amount
	Source       string
}

const (
	maxAssertions      = 500 // live ones of an organisation
	maxAssertionValue  = 40
	maxAssertionSource = 200
)

// Validate reports every rule the input breaks.
func (in AssertInput) Validate() error {
	var f fault.Fields
	f.Check(in.Year > 0, "year", "input.required")
	f.Check(in.Until >= 1 && in.Until <= ExtraPeriod, "until", "input.unknown_value", in.Until)
	f.Check(in.Flow == ledgerfile.FlowExpenditure || in.Flow == ledgerfile.FlowRevenue, "flow", "input.unknown_value", string(in.Flow))
	known := false
	for _, d := range assertionDimensions {
		known = known || d == in.Dimension
	}
	f.Check(known, "dimension", "input.unknown_value", string(in.Dimension))
	f.Check(in.Dimension != DimensionTotal || in.Value == "", "value", "assertion.no_value")
	f.Check(in.Dimension == DimensionTotal || in.Value != "", "value", "input.required")
	f.Check(len(in.Value) <= maxAssertionValue, "value", "input.too_long", maxAssertionValue)
	f.Check(in.Expected.Abs() <= amountLimit, "expected", "assertion.amount")
	f.Check(len(in.Source) <= maxAssertionSource, "source", "input.too_long", maxAssertionSource)
	return f.Err()
}
