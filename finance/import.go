package finance

import (
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// ImportInput is a file to be booked at once.
type ImportInput struct {
	Organisation identity.Organisation // one without an id is made together with its first file
	Source       ledgerfile.Source
	Purpose      string // "": the profile's
	Profile      ledgerfile.Profile
	Coverage     *ledgerfile.Coverage // nil: the profile's, else a delta
	DryRun       bool
	// ConfirmWithdrawals books a snapshot that takes more out of the books than the settings allow without asking.
	ConfirmWithdrawals bool
	Progress           func(Progress) // may be nil; called now and then
}

// ImportReport says what an import did, or would do. Lines = New + Unchanged + Superseded + Rejected + OutOfScope + Other;
// Sum = SumBooked + SumRejected; Allocated + Unallocated + Excluded is the scope of the books after it. Sums are minor units.
type ImportReport struct {
	File           string          `json:"file"`
	SHA256         string          `json:"sha256"`
	Organisation   string          `json:"organisation"`
	Currency       money.Currency  `json:"currency"`
	Profile        string          `json:"profile"`
	ProfileVersion int             `json:"profile_version"`
	Coverage       ReportCoverage  `json:"coverage"`
	Lines          int             `json:"lines"`
	New            int             `json:"new"`
	Unchanged      int             `json:"unchanged"`
	Superseded     int             `json:"superseded"`
	Rejected       int             `json:"rejected"`
	OutOfScope     int             `json:"out_of_scope"`
	Other          int             `json:"other"`
	Withdrawn      int             `json:"withdrawn"` // of the books; no outcome of a line
	Sum            money.Amount    `json:"sum"`
	SumBooked      money.Amount    `json:"sum_booked"`
	SumRejected    money.Amount    `json:"sum_rejected"`
	SumOutOfScope  money.Amount    `json:"sum_out_of_scope"`
	Allocated      money.Amount    `json:"allocated"`
	Unallocated    money.Amount    `json:"unallocated"`
	Excluded       money.Amount    `json:"excluded"`
	Seconds        float64         `json:"seconds"`
	Findings       []ReportFinding `json:"findings"`
}

// ReportCoverage is the coverage of a file as reports carry it.
type ReportCoverage struct {
	Kind string     `json:"kind"`
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
}

// ReportFinding is a finding of an import. Message is filled in by who knows the reader's language.
type ReportFinding struct {
	Line    int    `json:"line"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Args    []any  `json:"-"`
}

// Preview is what booking a file would change in the books: effects are what the books would hold more, or less.
type Preview struct {
	FactsVersion int64        `json:"facts_version"` // of the books that it was made from: with others it has to be made again
	Withdrawals  Withdrawn    `json:"withdrawals"`
	Outcomes     []EffectLine `json:"outcomes"` // by outcome of the lines; of what is restated, both its entries
	Periods      []EffectLine `json:"periods"`
	Natures      []EffectLine `json:"natures"`
	Projects     []EffectLine `json:"projects"` // by what the rules make of the lines; "" is the queue

	Encoding  string               `json:"encoding,omitempty"`
	Separator string               `json:"separator,omitempty"`
	Header    int                  `json:"header,omitempty"`
	Columns   []ledgerfile.Column  `json:"columns,omitempty"`
	Controls  []ledgerfile.Control `json:"controls,omitempty"` // declared against computed figures
	Series    []SeriesLine         `json:"bordereaux,omitempty"`
	Findings  map[string]int       `json:"finding_counts,omitempty"`
	First     civil.Date           `json:"first,omitzero"`
	Last      civil.Date           `json:"last,omitzero"`
	Exercices []int                `json:"exercices,omitempty"`

	SumExpenditure money.Amount `json:"sum_expenditure"`
	SumRevenue     money.Amount `json:"sum_revenue"`
}

// Withdrawn measures what a snapshot takes out of the books. Amounts are added without their signs.
type Withdrawn struct {
	Lines   int          `json:"lines"`
	Gross   money.Amount `json:"gross"`
	Of      money.Amount `json:"of"` // what the books hold in the coverage
	Confirm bool         `json:"confirm"`
}

// EffectLine is what a file changes of a part of the books.
type EffectLine struct {
	Key     string       `json:"key"` // outcome, period as "2026·3", nature, or finance code; othersKey for what is not listed
	Name    string       `json:"name,omitempty"`
	Booked  string       `json:"booked,omitempty"` // of a period that is closed: the open one in which its entries are booked
	Project int64        `json:"project,omitempty"`
	Lines   int          `json:"lines"` // entries, or lines of an outcome
	Sum     money.Amount `json:"sum"`
}

// SeriesLine is a series of bordereaux of a file.
type SeriesLine struct {
	Name    string  `json:"name"`
	First   int64   `json:"first"`
	Last    int64   `json:"last"`
	Missing []int64 `json:"missing,omitempty"`
}

// othersKey stands for everything that a bounded list leaves out.
const othersKey = "…"

// maxEffects is how many natures or projects a preview lists.
const maxEffects = 100
