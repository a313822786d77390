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

// MoveID is the key of a move.
type MoveID int64

// Move says why a project's cost moved by an amount. A wrong one is reversed, never changed.
type Move struct {
	ID             MoveID
	OrganisationID int64
	ProjectID      portfolio.ProjectID
	On             civil.Date
	Cause          forecast.Cause
	Amount         money.Amount // above 0: costlier
	Decision       string       // reference of the decision or the act
	Reason         string
	Reverses       MoveID // 0: none
	ReversedBy     MoveID // 0: it stands
	RecordedBy     string
	RecordedAt     time.Time
}

// MoveInput is a move to be booked.
type MoveInput struct {
	On       civil.Date
	Cause    forecast.Cause
	Amount   money.Amount
	Decision string
	Reason   string
}

// Validate reports every rule the input breaks. A decision of scope and a transfer are nothing without the decision.
func (in MoveInput) Validate() error {
	var f fault.Fields
	f.Check(!in.On.IsZero(), "on", "input.required")
	f.Check(slices.Contains(forecast.Causes(), in.Cause), "cause", "input.unknown_value", string(in.Cause))
	f.Check(in.Amount != 0 && in.Amount.Abs() <= amountLimit, "amount", "envelope.amount")
	checkLabel(&f, "decision", in.Decision, maxReference, in.Cause == forecast.CauseScope || in.Cause == forecast.CauseTransfer)
	checkReason(&f, "reason", in.Reason, true)
	return f.Err()
}
