package demo

import (
	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// Finance is a year and a half of the books of the running roadmap: what was voted, what the finance system exported, and what the
// finance officer made of it. Nothing of it is booked after the day of the story.
type Finance struct {
	Start       civil.Date
	Years       []civil.FiscalYear
	Envelopes   []FinanceEnvelope // parents first
	Acts        []FinanceAct      // by date
	Transfers   []FinanceTransfer
	Budgets     []FinanceBudget // by date
	Exports     []Export        // by the month that they tell, and in it by the day on which they came
	Works       []Work          // by date
	Rules       []FinanceRule
	Assertions  []FinanceAssertion
	Closes      []Close           // by date, each after the periods that it needs
	Forecasts   []FinanceForecast // by date
	Moves       []FinanceMove
	Conventions []Convention
}

// FinanceEnvelope is an envelope of the roadmap. Parent is a code, "" for the roadmap's own.
type FinanceEnvelope struct {
	Code, Name, Parent string
	Kind               finance.EnvelopeKind
	Section            string
}

// FinanceAct is a vote.
type FinanceAct struct {
	On        civil.Date
	Act       finance.Act
	Reference string
	Reason    string
	Lines     []FinanceActLine
}

// FinanceActLine is what an act does to an envelope. Year is a label, "" for AP and AE.
type FinanceActLine struct {
	Envelope, Year, Section, Authorisation string
	Amount                                 money.Amount
}

// FinanceTransfer moves payment credits of a year between two envelopes.
type FinanceTransfer struct {
	On                      civil.Date
	From, To, Year, Section string
	Amount                  money.Amount
	Reference, Reason       string
}

// FinanceBudget is a version of a project's budget.
type FinanceBudget struct {
	On                civil.Date
	Project           string
	Reference, Reason string // of the first version: none
	Lines             []FinanceLine
}

// FinanceLine is an amount in an envelope, a year and a category. Of forecasts the envelope is "".
type FinanceLine struct {
	Envelope, Year, Section string
	Category                finance.Category
	Amount                  money.Amount
}

// Export is a file of the finance system.
type Export struct {
	Name       string
	Profile    string // built-in one
	From, To   civil.Date
	On         civil.Date // day on which it is imported; after the day of the story it waits for whoever tries
	Commitment bool       // a list of commitments, else entries
	Corrected  bool       // takes the place of an earlier one of the same month
	Lines      int
	Data       []byte
}

// Treatment is what the finance officer does with a line of the queue.
type Treatment struct {
	Year     int    // under which the finance system knows the fiscal year of the document
	Document string // number of the mandat
	Parts    []Part
	Exclude  string // reason; "": not excluded
	Accept   string // reason; "": not left in the queue as known
	Reason   string
}

// Part is the share of a project.
type Part struct {
	Project string
	ShareBP int64
}

// Work is a day on which the finance officer goes through the queue.
type Work struct {
	On         civil.Date
	Treatments []Treatment
}

// FinanceRule is a rule that the finance officer wrote.
type FinanceRule struct {
	On      civil.Date
	Name    string
	Rank    reconcile.Rank
	When    []reconcile.Condition
	Exclude string // reason
	Parts   []Part
}

// FinanceAssertion is a balance that was read in the finance system.
type FinanceAssertion struct {
	On        civil.Date
	Year      string
	Until     int
	Dimension finance.Dimension
	Value     string
	Expected  money.Amount
	Source    string
}

// Close is the signature under a period.
type Close struct {
	On     civil.Date
	Year   string
	Period int
}

// FinanceForecast is what a project manager expects beyond what is mandated.
type FinanceForecast struct {
	On       civil.Date
	Project  string
	Comment  string
	Physical money.BasisPoints
	Lines    []FinanceLine
}

// FinanceMove is why the cost of a project moved.
type FinanceMove struct {
	On                        civil.Date
	Project, Decision, Reason string
	Cause                     forecast.Cause
	Amount                    money.Amount
}

// Convention is a co-financing with its events.
type Convention struct {
	On                         civil.Date
	Project, Funder, Reference string
	Rate                       money.BasisPoints
	Ceiling, Notified          money.Amount
	From, To                   civil.Date
	EligibleOn                 civil.Date // day on which the finance officer says what counts
	Reason                     string
	Events                     []ConventionEvent
}

// ConventionEvent is a claim or a payment.
type ConventionEvent struct {
	On        civil.Date
	Kind      finance.FundingEventKind
	Amount    money.Amount
	Reference string
}

// NewestExports are those of the last two months: the former are in the books, the latter wait for whoever tries an import.
func (s Story) NewestExports() []Export {
	var out []Export
	for _, x := range s.Finance.Exports {
		if !x.From.Before(s.Day.AddMonths(lastImported)) {
			out = append(out, x)
		}
	}
	return out
}
