package finance

import (
	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// ProjectFinance is budget against actual of one project on a day, for its own page.
type ProjectFinance struct {
	ReportHead
	Project   ProjectName
	Versions  []BudgetVersion // decided by the day, the first one first
	Totals    Standing
	Cells     []CellStanding   // by year, section and category
	Periods   []PeriodStanding // by time
	Curve     []forecast.Point
	Forecast  *Forecast // the last one by the day; nil: none
	Outlook   *forecast.Outlook
	EVM       *forecast.EVM
	LandingOf *FiscalYear
	Landing   *forecast.Landing
	Moves     []Move
	Waterfall *forecast.Waterfall // nil without a first budget
	// Explains tells what the waterfall leads to: WaterfallEAC or WaterfallBudget.
	Explains string
	Warnings []forecast.Warning
	Fundings []FundingStanding
	Recovery *forecast.Recovery // estimate of the FCTVA, beside the cost and never off it; nil where there is none
	// Commitments and CommitmentsHidden: suppliers and numbers are for who may read the books' lines; the others see totals.
	Commitments       []CommitmentStanding
	CommitmentsHidden bool
	// Reference is nil for who may not read the costs of the other projects.
	Reference *forecast.Class
}

// What a waterfall leads to.
const (
	WaterfallEAC    = "eac"    // the cost at completion of the last forecast
	WaterfallBudget = "budget" // the budget in force, where there is no forecast
)

// ProjectName names a project and its roadmap.
type ProjectName struct {
	ID      portfolio.ProjectID
	Code    string
	Name    string
	Roadmap RoadmapName
}

// CellStanding is what a project has and spent in a year, a section and a category. Category "" holds what the finance system
// booked on no known account.
type CellStanding struct {
	Year     FiscalYear
	Section  string
	Category Category
	First    money.Amount
	Budget   money.Amount
	Mandated money.Amount
	Engaged  money.Amount
	ToGo     money.Amount // to go and services done of the last forecast
	Probable money.Amount // of the last forecast, in full
}

// PeriodStanding is what a project spent in a period of a fiscal year.
type PeriodStanding struct {
	Year     FiscalYear
	Period   Period
	Mandated money.Amount
	Total    money.Amount // mandated up to and with the period
}

// CommitmentStanding is a commitment as far as it belongs to a project.
type CommitmentStanding struct {
	ID           int64
	Number       string
	Item         string
	Label        string
	SupplierName string
	ShareBP      money.BasisPoints
	Net          money.Amount // the project's share of it, and so on
	Mandated     money.Amount
	DENM         money.Amount
	Over         bool       // more is mandated on the whole commitment than committed
	Last         civil.Date // its last movement; zero: not known
}

// PostingFilter narrows the entries of a project. Zero fields ask for everything.
type PostingFilter struct {
	Year     int64
	Period   int
	Section  string
	Category string
	Stage    string
	Text     string // in supplier, label, invoice, document or commitment number
	// All shows entries that were taken back and their reversals too; what is left sums to the same.
	All   bool
	After PostingID // entries before this one, in the order of the list
	Limit int       // 0: as many as a page shows
}

// PostingShare is an entry as far as it belongs to a project.
type PostingShare struct {
	Posting
	Share money.Amount // allocated to the project
	Cost  money.Amount // Share as it counts in the project's cost
	Year  string       // code of the fiscal year
}

// PostingPage is a page of the entries of a project, the latest documents first.
type PostingPage struct {
	ReportHead
	Project ProjectName
	Filter  PostingFilter
	Lines   []PostingShare
	Found   int64        // entries on all pages
	Cost    money.Amount // of all pages
	Next    PostingID    // for the next page; 0: there is none
}
