package finance

import (
	"jalon/internal/civil"
	"jalon/internal/money"
)

// PackFormat is the version of the shape of a pack's finance pages.
const PackFormat = 1

// PackFinance is what a pack shows of the budget of a roadmap, frozen with it. Amounts are minor units of the snapshot's currency.
type PackFinance struct {
	Format      int              `json:"format"`
	Method      string           `json:"method"`
	AsOf        civil.Date       `json:"as_of"`
	AmountBasis string           `json:"amount_basis"` // TTC or HT
	CostBasis   string           `json:"cost_basis"`   // what the actual costs below are: mandated
	Voted       money.Amount     `json:"voted"`        // payment credits of all years
	Authorised  money.Amount     `json:"authorised"`   // AP and AE
	Totals      PackStanding     `json:"totals"`
	Year        *PackYear        `json:"year"` // that of the day; nil: none
	Themes      []PackTheme      `json:"themes"`
	Years       []PackYearLine   `json:"years"`
	Curve       []PackPoint      `json:"curve"`
	Waterfall   *PackWaterfall   `json:"waterfall"` // nil without a first budget
	AtRisk      []PackCredit     `json:"at_risk"`   // at most packLines
	AtRiskSum   money.Amount     `json:"at_risk_sum"`
	Scope       *PackScope       `json:"scope"` // nil while nothing was imported
	Certificate *PackCertificate `json:"certificate"`
	Warnings    []PackWarning    `json:"warnings"` // those that need a decision: red ones; at most packLines
	Red         int              `json:"red"`
	Amber       int              `json:"amber"`
	// Anomalies are what in the books needs a decision, beyond the alerts. They are left out where there are none.
	Anomalies []PackAnomalies `json:"anomalies,omitempty"`
}

// packLines is how many lines a list of a pack has at most.
const packLines = 15

// PackStanding is budget against actual.
type PackStanding struct {
	First     money.Amount       `json:"first"`
	Budget    money.Amount       `json:"budget"`
	Committed money.Amount       `json:"committed"`
	Mandated  money.Amount       `json:"mandated"`
	Exposure  money.Amount       `json:"exposure"`
	EAC       *money.Amount      `json:"eac"` // nil while no project made a forecast
	Rate      *money.BasisPoints `json:"realisation_bp"`
	Exposed   *money.BasisPoints `json:"exposure_bp"`
	OverFirst *money.BasisPoints `json:"over_first_bp"`
}

// PackYear is the year of the day with its landing.
type PackYear struct {
	Code      string             `json:"code"`
	Open      money.Amount       `json:"open"`
	Mandated  money.Amount       `json:"mandated"`
	Low       money.Amount       `json:"low"`
	Central   money.Amount       `json:"central"`
	High      money.Amount       `json:"high"`
	Carried   money.Amount       `json:"carried_over"`
	ToRephase money.Amount       `json:"to_rephase"`
	GiveBack  money.Amount       `json:"to_give_back"`
	Shortfall money.Amount       `json:"shortfall"`
	Rate      *money.BasisPoints `json:"rate_bp"`
}

// PackTheme is one theme.
type PackTheme struct {
	Name     string `json:"name"` // "": projects without one
	Projects int    `json:"projects"`
	PackStanding
}

// PackYearLine is one fiscal year.
type PackYearLine struct {
	Code     string       `json:"code"`
	Voted    money.Amount `json:"voted"`
	Budget   money.Amount `json:"budget"`
	Mandated money.Amount `json:"mandated"`
}

// PackPoint is a point of the S-curve.
type PackPoint struct {
	On       civil.Date    `json:"on"`
	Planned  money.Amount  `json:"planned"`
	Actual   *money.Amount `json:"actual"`
	Forecast *money.Amount `json:"forecast"`
}

// PackWaterfall leads from the first budgets to the current cost.
type PackWaterfall struct {
	First    money.Amount `json:"first"`
	Current  money.Amount `json:"current"`
	Explains string       `json:"explains"` // eac or budget
	Steps    []PackStep   `json:"steps"`
}

// PackStep is what one cause explains.
type PackStep struct {
	Cause  string       `json:"cause"`
	Amount money.Amount `json:"amount"`
	Moves  int          `json:"moves"`
}

// PackCredit is credits of the year that will not be spent: those of a project or, without a code, what was voted and given to none.
type PackCredit struct {
	Code    string             `json:"code"`
	Name    string             `json:"name"`
	Level   string             `json:"level"`
	Open    money.Amount       `json:"open"`
	Central money.Amount       `json:"central"`
	AtRisk  money.Amount       `json:"at_risk"`
	Rate    *money.BasisPoints `json:"rate_bp"`
}

// PackScope says how far the expenditure of the organisation is reconciled.
type PackScope struct {
	Total       money.Amount `json:"total"`
	Allocated   money.Amount `json:"allocated"`
	Unallocated money.Amount `json:"unallocated"`
	Excluded    money.Amount `json:"excluded"`
}

// PackCertificate is the latest certificate that holds.
type PackCertificate struct {
	Year       string             `json:"year"`
	Period     int                `json:"period"`
	To         civil.Date         `json:"to"`
	Reconciled *money.BasisPoints `json:"reconciled_bp"`
	OpenLines  int64              `json:"open_lines"`
	OpenSum    money.Amount       `json:"open_sum"`
	OldestDays int                `json:"oldest_days"`
	FourEyes   bool               `json:"four_eyes"`
	SignedBy   string             `json:"signed_by"`
	SignedOn   civil.Date         `json:"signed_on"`
	Seal       string             `json:"seal"`
}

// PackWarning is something that the committee should know of. Its text is that of the key "forecast.warning."+Code.
type PackWarning struct {
	Code    string    `json:"code"`
	Level   string    `json:"level"`
	Project string    `json:"project"` // code; "": the roadmap
	Name    string    `json:"name"`
	Args    []PackArg `json:"args"`
}

// PackArg is one argument of a warning: an amount, a day, a text or a number.
type PackArg struct {
	Amount *money.Amount `json:"amount,omitempty"`
	On     *civil.Date   `json:"on,omitempty"`
	Text   string        `json:"text,omitempty"`
	Number *int64        `json:"number,omitempty"`
}

// PackAnomalies are the anomalies of one sort, those of the largest amounts first. The text of the sort is that of Key.
type PackAnomalies struct {
	Key   string        `json:"key"`
	Count int           `json:"count"`
	Sum   money.Amount  `json:"sum"`   // of the amounts without their signs
	Items []PackAnomaly `json:"items"` // at most packLines
}

// PackAnomaly is one of them. It names no supplier: members of committees do not read the ledger.
type PackAnomaly struct {
	Commitment string        `json:"commitment"` // number; "": it is about the project itself
	Project    string        `json:"project"`    // code; "": several
	Name       string        `json:"name"`       // of the project
	Amount     money.Amount  `json:"amount"`
	Of         *money.Amount `json:"of"`    // what the amount is held against; nil: nothing
	Since      *civil.Date   `json:"since"` // nil: does not matter
}
