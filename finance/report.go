package finance

import (
	"cmp"
	"math/bits"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// MethodReport names the way budgets are held against actual costs.
const MethodReport = "jalon-budget-actual/1"

// ReportHead says what the figures of a report are figures of.
type ReportHead struct {
	Method         string
	AsOf           civil.Date
	OrganisationID int64
	Organisation   portfolio.Head
	Currency       money.Currency
	AmountBasis    string             // TTC or HT
	CostBasis      forecast.CostBasis // what counts as actual cost where the finance system tells it; a result names the one it is on
}

// Standing is budget against actual of anything: a project, a theme, a year, a whole roadmap.
type Standing struct {
	First     money.Amount // first budgets, which never change
	Budget    money.Amount // budgets in force
	Committed money.Amount // commitments, what was mandated without one, and engaged lines
	Mandated  money.Amount
	DENM      money.Amount // what commitments still call for, each by itself
	Engaged   money.Amount // lines engaged and not mandated, of no known commitment
	// Expected is what the last forecasts add: services done, to go, and what is probable by its probability. Of projects that made none it
	// is what is bound: DENM and engaged lines.
	Expected money.Amount
}

// Exposure is what is spent or bound: mandated, called for by commitments, and engaged.
func (s Standing) Exposure() money.Amount { return s.Mandated + s.DENM + s.Engaged }

// ToPay is what is bound and not mandated yet (reste à payer).
func (s Standing) ToPay() money.Amount { return s.DENM + s.Engaged }

// Available is what the budgets leave: what of them may still be committed (reste à engager).
func (s Standing) Available() money.Amount { return s.Budget - s.Exposure() }

// EAC is the cost at completion.
func (s Standing) EAC() money.Amount { return s.Mandated + s.Expected }

// Realisation is mandated/budget, ExposureRate exposure/budget, OverFirst EAC/first − 1; nil where there is nothing to divide by.
func (s Standing) Realisation() *money.BasisPoints { return shareBP(s.Mandated, s.Budget) }

// ExposureRate is exposure/budget.
func (s Standing) ExposureRate() *money.BasisPoints { return shareBP(s.Exposure(), s.Budget) }

// OverFirst is EAC/first − 1.
func (s Standing) OverFirst() *money.BasisPoints { return shareBP(s.EAC()-s.First, s.First) }

func (s Standing) plus(o Standing) Standing {
	return Standing{s.First + o.First, s.Budget + o.Budget, s.Committed + o.Committed, s.Mandated + o.Mandated, s.DENM + o.DENM, s.Engaged + o.Engaged, s.Expected + o.Expected}
}

// shareBP is part/whole in basis points, nil unless the whole is above 0.
func shareBP(part, whole money.Amount) *money.BasisPoints {
	if whole <= 0 {
		return nil
	}
	bp, ok := money.Ratio(int64(part), int64(whole))
	if !ok {
		return nil
	}
	return &bp
}

// ReportOrder says by what the projects of a report are ordered.
type ReportOrder string

// The orders. All but the first have the largest first; ties go by code.
const (
	OrderCode     ReportOrder = "code"
	OrderBudget   ReportOrder = "budget"
	OrderMandated ReportOrder = "mandated"
	OrderExposure ReportOrder = "exposure"
	OrderRate     ReportOrder = "rate"    // exposure / budget
	OrderOver     ReportOrder = "overrun" // EAC against the first budget
	OrderAtRisk   ReportOrder = "at_risk" // credits of the year that will not be spent
)

// ReportOrders lists every order.
var ReportOrders = []ReportOrder{OrderCode, OrderBudget, OrderMandated, OrderExposure, OrderRate, OrderOver, OrderAtRisk}

// ReportFilter narrows a roadmap's report. What commitments call for stands under the year of the day: nobody knows when it falls due.
type ReportFilter struct {
	Year    int64 // id of a fiscal year; 0: all
	Section string
	Theme   *int64 // nil: all; 0: projects without one. It narrows the list of projects alone
	Order   ReportOrder
	Page    int // from 1
	Size    int // projects a page; 0: the usual number, -1: all of them, for exports
}

// RoadmapFinance is budget against actual of a roadmap on a day. The value is shared between readers: it must not be changed.
type RoadmapFinance struct {
	ReportHead
	Roadmap    RoadmapName
	Year       *FiscalYear  // of the filter
	Section    string       // of the filter
	Years      []FiscalYear // all there are
	Voted      Voted
	Totals     Standing          // Budget is what the projects have of the votes
	LandingOf  *FiscalYear       // the year that the landing is of; nil: no year holds the day
	Landing    *forecast.Landing // nil as LandingOf
	Themes     []ThemeStanding   // by name; projects without a theme last
	ByYear     []YearStanding    // the earliest first
	BySection  []SectionStanding // investment, then operations
	ByCategory []CategoryStanding
	Curve      []forecast.Point
	Projects   []ProjectStanding // the page
	Found      int               // projects on all pages
	Page       int
	Pages      int
	Warnings   []ProjectWarning   // red ones first; at most maxReportWarnings
	Red, Amber int                // warnings of all projects
	AtRisk     forecast.Radar     // of the year of the landing, by project; ID 0: what was voted and given to none
	Books      []forecast.Warning // about the organisation's books; nil as Scope
	Scope      []ScopeLine        // of the organisation, by flow; nil for who may read this roadmap's costs alone
	// Certificate is the organisation's latest that holds on the day; nil: no period is closed.
	Certificate *Certificate
}

// Available is what the votes leave (crédits disponibles): open − exposure, of what the filter takes.
func (r *RoadmapFinance) Available() money.Amount { return r.Voted.Open - r.Totals.Exposure() }

// Realisation is mandated/open (taux de réalisation), ExposureRate exposure/open; nil while nothing is voted.
func (r *RoadmapFinance) Realisation() *money.BasisPoints {
	return shareBP(r.Totals.Mandated, r.Voted.Open)
}

// ExposureRate is exposure/open.
func (r *RoadmapFinance) ExposureRate() *money.BasisPoints {
	return shareBP(r.Totals.Exposure(), r.Voted.Open)
}

// RoadmapName names a roadmap.
type RoadmapName struct {
	ID   portfolio.RoadmapID
	Code string
	Name string
}

// Voted is what was voted for a roadmap by a day.
type Voted struct {
	Authorised money.Amount // AP and AE
	Open       money.Amount // payment credits of the filter's year, or of all
	Acts       []VotedAct   // that opened them, in the order of Acts
}

// VotedAct is the sum of the movements of one sort of act.
type VotedAct struct {
	Act    Act
	Amount money.Amount
}

// ThemeStanding is one theme.
type ThemeStanding struct {
	ID       int64 // 0: projects without a theme
	Name     string
	Projects int
	Standing
}

// YearStanding is one fiscal year.
type YearStanding struct {
	Year    FiscalYear
	Voted   money.Amount
	Landing *forecast.Landing
	Standing
}

// SectionStanding is one section; "": what the finance system books in none.
type SectionStanding struct {
	Section string
	Voted   money.Amount
	Standing
}

// CategoryStanding is one category; "": accounts that nobody knows. Expected is not told by category.
type CategoryStanding struct {
	Category Category
	Standing
}

// ProjectStanding is one project.
type ProjectStanding struct {
	ID      portfolio.ProjectID
	Code    string
	Name    string
	ThemeID int64
	Theme   string
	Left    bool // it left the portfolio; its costs stay
	Standing
	Landing    forecast.Landing // of the year of the landing; Method "" when there is none
	ForecastOn civil.Date       // of the last forecast; zero: none
	Level      forecast.Level   // of its worst warning; "": none
}

// ProjectWarning is a warning about a project; about the roadmap as a whole where ID is 0.
type ProjectWarning struct {
	ID   portfolio.ProjectID
	Code string
	Name string
	forecast.Warning
}

// maxReportWarnings is how many warnings a report tells one by one; all are counted.
const maxReportWarnings = 200

// largest orders the larger amount first.
func largest(a, b money.Amount) int { return cmp.Compare(b, a) }

// largestShare orders the larger of the ratios a/of and b/ofB first, exactly, and what is undefined last.
func largestShare(a, ofA, b, ofB money.Amount) int {
	switch {
	case ofA <= 0 && ofB <= 0:
		return 0
	case ofA <= 0:
		return 1
	case ofB <= 0:
		return -1
	case (a < 0) != (b < 0):
		return largest(a, b)
	}
	order := compareProducts(b, ofA, a, ofB)
	if a < 0 {
		return -order
	}
	return order
}

// compareProducts compares |a|·b with |c|·d in 128 bits, b and d above 0.
func compareProducts(a, b, c, d money.Amount) int {
	hi1, lo1 := bits.Mul64(uint64(a.Abs()), uint64(b))
	hi2, lo2 := bits.Mul64(uint64(c.Abs()), uint64(d))
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}
