package ledgerfile

import (
	"io"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// Source gives the bytes of a file, as often as they are asked for: the caller goes through a file
// twice, once to compare and once to book. A stream that is also an io.ReaderAt is read in place
// where the format wants that (XLSX); else such a file is held in memory, up to MaxPackedBytes.
type Source interface {
	Open() (io.ReadCloser, error)
	Size() int64  // in bytes
	Name() string // base name of the file; a profile may tell the coverage from it
}

// Flow is the side of the budget.
type Flow string

// The two flows, by the codes that the files of French authorities use.
const (
	FlowExpenditure Flow = "DEP"
	FlowRevenue     Flow = "REC"
)

// Stage says how far an expenditure has come. That it was paid is a status, not a stage.
type Stage string

// The stages.
const (
	StageCommitted Stage = "committed" // engaged, no payment order yet
	StageMandated  Stage = "mandated"  // a payment order was issued
)

// Kind says what a line is. Every line of a file is exactly one of them.
type Kind byte

// The kinds of lines.
const (
	KindOther      Kind = iota // preamble, header, blank or total: no money of its own
	KindPosting                // an expenditure or a revenue
	KindCommitment             // the state of a commitment, or an event on one
	KindRejected               // cannot be booked; a finding says why
	KindOutOfScope             // the profile's scope leaves it out
	KindStatus                 // news about a line that an earlier file brought
	KindCount
)

// The status of a posting as the file tells it; "" when it tells none.
const (
	StatusEmitted   = "emitted"
	StatusCharged   = "charged"
	StatusSuspended = "suspended"
	StatusRejected  = "rejected"
	StatusPaid      = "paid"
)

// The events on a commitment. EventState is none of them: the line then says where the commitment
// stands (Initial and Amount), and what happened is the difference to what was known.
const (
	EventState       = "STATE"
	EventOriginal    = "ORIGINAL"
	EventModify      = "MODIFY"
	EventWithdraw    = "WITHDRAW"
	EventCarryIn     = "CARRY_IN"
	EventCarryOut    = "CARRY_OUT"
	EventReimputeOut = "REIMPUTE_OUT"
	EventReimputeIn  = "REIMPUTE_IN"
	EventClose       = "CLOSE"
)

// The sections of a budget.
const (
	SectionOperations = "F" // fonctionnement
	SectionInvestment = "I" // investissement
)

// The bases of amounts: with and without value added tax.
const (
	BasisWithTax    = "TTC"
	BasisWithoutTax = "HT"
)

// What a file says of its dates.
const (
	CoverageSnapshot = "snapshot" // it holds every line of them
	CoverageDelta    = "delta"    // it holds some; what it lacks means nothing
)

// What a file is about.
const (
	PurposeLedger      = "ledger"
	PurposeCommitments = "commitments"
	PurposeBudget      = "budget"
)

// Hash is the first half of a SHA-256: 1 in 10^20 that two of a hundred million keys meet.
type Hash = [16]byte

// Line is one line of a file. The reader uses it again for the next one, and Raw and Findings with
// it; its strings may be kept.
type Line struct {
	No     int   // 1-based: first physical line of the record (CSV), row (XLSX), ordinal of the line of a piece (PES)
	Offset int64 // where the record begins in the file as stored; -1 where the file cannot be cut by bytes
	Size   int   // bytes of the record as stored, its line end left out; 0 with Offset -1
	Kind   Kind

	Key     Hash   // of the natural key; equal to Content for a line without one
	Unique  bool   // the profile declares that the key names exactly one line
	Content Hash   // of all business fields, whatever the order of the columns
	KeyText string // the natural key for people, "2025·00·832·1"; "" without one

	Flow     Flow
	Stage    Stage
	Exercice int        // fiscal year by the file's own label; 0: by date
	Date     civil.Date // of the document; zero: none that can be read
	PayDate  civil.Date

	DocType, DocNo, LineNo, Bordereau, Budget string
	Manager                                   string // code of the department in charge
	Section                                   string // SectionOperations, SectionInvestment or ""
	Chapter, Nature, Function                 string
	Operation, Analytic, Envelope             string
	Contract, Commitment, CommitmentItem      string
	Inventory, Invoice, Liquidation           string
	SupplierID                                string // SIRET or SIREN, else the suite's own code
	SupplierName, Label                       string

	// Amount is the signed budgetary amount in the basis that was asked for, in minor units.
	Amount                money.Amount
	HT, VAT, TTC          money.Amount
	HasHT, HasVAT, HasTTC bool
	HasAmount             bool // false in a rejected line whose amount cannot be read
	Initial               money.Amount
	HasInitial            bool // Initial: what the commitment first stood at

	Origin     Hash   // Key of the line that this one corrects; zero: none
	OriginText string // as KeyText
	Accrual    bool   // rattachement, or its annulment
	OrderOp    bool   // opération d'ordre: moves between accounts, no money of a project
	Correction bool   // a revenue that annuls an expenditure of an earlier year
	Status     string
	Reemit     bool   // with StatusRejected: rejected before charge, the same number may come back
	Reason     string // of a rejection or suspension, as the file tells it
	Event      string

	Findings []Finding
	Raw      []byte // the record as it stands in the file; XLSX: cells joined by tabs
}

// Options is what the caller knows that a file does not.
type Options struct {
	Currency money.Currency   // of the organisation
	Basis    string           // BasisWithTax (default) or BasisWithoutTax
	SIRET    string           // of the organisation; "": unknown, and files of any are read
	Coverage *Coverage        // as the caller declares it; nil: the profile's
	Known    map[string]Known // last bordereau of each series in the books; nil: unknown
}

// Coverage says which dates a file speaks for, both ends included.
type Coverage struct {
	Kind     string // CoverageSnapshot or CoverageDelta
	From, To civil.Date
}

// Known is what the books hold of a series of bordereaux.
type Known struct {
	Last       int64        // number of the last one
	Cumulative money.Amount // MtCumulAnnuel of it
	HasCumul   bool
}

// Series is what a file holds of a series of bordereaux.
type Series struct {
	First, Last int64
	Cumulative  money.Amount // MtCumulAnnuel of the last one
	HasCumul    bool
	Missing     []int64 // numbers that should stand between, or between the books and First
}

// Control is a figure that the file declares beside the one that its lines give.
type Control struct {
	Code               string // "lines", "amount", "ht", "vat", "ttc", "pieces" …
	Subject            string // of what: a total row, a bordereau
	Line               int    // where it is declared; 0: in no line
	Declared, Computed int64  // minor units, or a count
	Count              bool   // Declared and Computed are counts
}

// Ties tells that both figures agree.
func (c Control) Ties() bool { return c.Declared == c.Computed }

// Summary is what a reader found, complete also when a control refuses the file.
type Summary struct {
	Lines  int            // all of them: the sum of ByKind
	ByKind [KindCount]int // counts

	Sum                        money.Amount // all lines but other, out of scope and news
	SumRejected, SumOutOfScope money.Amount
	SumExpenditure, SumRevenue money.Amount // of what can be booked: Sum = both + SumRejected
	First, Last                civil.Date   // of the lines that can be booked
	Exercices                  []int        // labels met, ascending
	Coverage                   Coverage     // declared, else told by the file name, else of the profile over First to Last
	Currency                   money.Currency
	Encoding, Separator        string
	Header                     int // line of the header; 0: the format has none
	Columns                    []Column
	Declared                   []Control
	Series                     map[string]Series
	FindingList
}

// Column says which header was read as what.
type Column struct {
	Number int    // 1-based
	Header string // as the file writes it
	Field  Field  // "": not used
}
