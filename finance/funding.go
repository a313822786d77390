package finance

import (
	"time"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// FundingID is the key of a convention.
type FundingID int64

// Funding is a convention by which somebody else pays a share of a project.
type Funding struct {
	ID             FundingID
	OrganisationID int64
	ProjectID      portfolio.ProjectID
	Funder         string
	Convention     string            // its reference, once a project
	Rate           money.BasisPoints // of what is eligible
	Ceiling        money.Amount      // at most so much
	Base           forecast.FundingBase
	From, To       civil.Date   // in which spending is eligible
	Notified       money.Amount // what the funder promised; 0: nothing yet
	Version        int64
	CreatedAt      time.Time
}

// Validate reports every rule the convention breaks.
func (u Funding) Validate() error {
	var f fault.Fields
	checkLabel(&f, "funder", u.Funder, maxLabel, true)
	checkLabel(&f, "convention", u.Convention, maxReference, true)
	f.Check(u.Rate > 0 && u.Rate <= 10_000, "rate", "forecast.funding.rate")
	f.Check(u.Ceiling > 0 && u.Ceiling <= amountLimit, "ceiling", "envelope.amount")
	f.Check(u.Base == forecast.BaseHT || u.Base == forecast.BaseTTC, "base", "input.unknown_value", string(u.Base))
	f.Check(!u.From.IsZero(), "from", "input.required")
	f.Check(!u.To.IsZero(), "to", "input.required")
	f.Check(u.From.IsZero() || u.To.IsZero() || !u.To.Before(u.From), "to", "input.end_before_start", u.From, u.To)
	f.Check(u.Notified >= 0 && u.Notified <= amountLimit, "notified", "finance.funding.notified")
	return f.Err()
}

// FundingEventID is the key of an event.
type FundingEventID int64

// FundingEventKind says what happened to a convention.
type FundingEventKind string

// The kinds: a call for funds, and the three sorts of payments.
const (
	FundingClaim      FundingEventKind = "claim"
	FundingAdvance    FundingEventKind = "advance"
	FundingInstalment FundingEventKind = "instalment"
	FundingBalance    FundingEventKind = "balance"
)

// FundingEventKinds lists every kind in display order.
var FundingEventKinds = []FundingEventKind{FundingClaim, FundingAdvance, FundingInstalment, FundingBalance}

// FundingEvent is an event of a convention. A wrong one is reversed, never changed.
type FundingEvent struct {
	ID         FundingEventID
	FundingID  FundingID
	Kind       FundingEventKind
	Amount     money.Amount
	On         civil.Date
	Reference  string
	PostingID  PostingID // the revenue of the books that it came by; 0: none named
	Reverses   FundingEventID
	ReversedBy FundingEventID
	RecordedBy string
	RecordedAt time.Time
}

// FundingEventInput is an event to be booked.
type FundingEventInput struct {
	Kind      FundingEventKind
	Amount    money.Amount // above 0
	On        civil.Date
	Reference string
	PostingID PostingID
}

// EligibilityInput says of entries whether they count for a convention, and why.
type EligibilityInput struct {
	Postings []PostingID
	Eligible bool
	Reason   string
}

const maxEligibilities = 1000

// FundingStanding is a convention with what it comes to.
type FundingStanding struct {
	Funding  Funding
	Position forecast.Funding
	Events   []FundingEvent
}

// FundingReport is a convention for its page and for an auditor: with every entry of the project, and whether it counts.
type FundingReport struct {
	ReportHead
	Project  ProjectName
	Standing FundingStanding
	Lines    []FundingLine
}

// FundingLine is an entry of the project held against the convention. An entry of which nobody said anything does not count.
type FundingLine struct {
	Posting  PostingShare
	Told     bool // somebody said whether it is eligible
	Eligible bool // told so, and of the eligible period
	Reason   string
	HT, TTC  money.Amount // the project's share of the entry
	Counted  money.Amount // on the base of the convention
	Missing  bool         // the finance system does not tell the amount on that base
}
