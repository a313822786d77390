package finance

import (
	"time"

	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// FiguresFormat is the version of the shape of a certificate's figures.
const FiguresFormat = 1

// Certificate is a signed close of a period. It is never changed; re-opening the period ends it, and the next close is a
// further one.
type Certificate struct {
	ID             int64
	OrganisationID int64
	YearID         int64
	Year           string // code of the fiscal year
	Period         int
	Number         int // of the certificates of this period, from 1
	Figures        Figures
	Seal           string // hexadecimal SHA-256
	PreviousSeal   string // of the organisation's certificate before this one; "" at the first
	// FourEyes tells that it was signed by a finance officer who reconciled none of it. It is false where the authority lets a
	// roadmap manager sign what its only finance officer reconciled, and where the operator of the program signed.
	FourEyes     bool
	SignedBy     string // as the trail names them
	SignedLabel  string
	SignedAt     time.Time
	ReopenedBy   string
	Reopened     string // label of who re-opened the period
	ReopenedAt   time.Time
	ReopenReason string
}

// Holds tells whether the period is still closed by it.
func (c Certificate) Holds() bool { return c.ReopenedAt.IsZero() }

// Figures are what a certificate says, as they stood when it was signed. They are kept as canonical JSON: fields in this
// order, no insignificant space.
type Figures struct {
	Format       int            `json:"format"`
	Organisation string         `json:"organisation"`
	Currency     money.Currency `json:"currency"`
	Basis        string         `json:"basis"` // TTC or HT
	Year         string         `json:"year"`
	Period       int            `json:"period"`
	From         civil.Date     `json:"from"`
	To           civil.Date     `json:"to"`
	OfPeriod     []FlowTie      `json:"of_period"` // entries about the period
	ToDate       []FlowTie      `json:"to_date"`   // entries about the year up to the period
	// Reconciled is the share of the amounts up to the period that is allocated or excluded; nothing is reconciled
	// wholly while a cent is open. Amounts count without their signs, lest an open line and an open credit note of the same
	// amount pass for nothing. nil: there was nothing to reconcile.
	Reconciled *money.BasisPoints `json:"reconciled_bp"`
	Gross      money.Amount       `json:"gross"`      // the amounts of the live entries without their signs
	OpenGross  money.Amount       `json:"open_gross"` // what is open of them
	Open       OpenLines          `json:"open"`
	Assertions AssertionCount     `json:"assertions"`
	Entries    int64              `json:"entries"`     // booked in the period
	Shares     int64              `json:"allocations"` // booked in the period
	Root       string             `json:"root"`        // of the Merkle tree over both
}

// FlowTie is a tie of one flow.
type FlowTie struct {
	Flow ledgerfile.Flow `json:"flow"`
	Tie
}

// OpenLines are the lines of which something is left.
type OpenLines struct {
	Lines    int64        `json:"lines"`
	Sum      money.Amount `json:"sum"`
	Accepted int64        `json:"accepted"` // of them, explained
	Oldest   *civil.Date  `json:"oldest"`
	Days     int          `json:"days"` // from the oldest to the last day of the period
}

// AssertionCount says how many balances of the finance system were held against the books.
type AssertionCount struct {
	Checked int64 `json:"checked"`
	Held    int64 `json:"held"`
}

// Delta is what of the totals is in no part. It must be nothing.
func (f Figures) Delta() (sum money.Amount) {
	for _, t := range f.ToDate {
		sum += t.Delta().Abs()
	}
	return sum
}

// Hindrance is a reason why a period cannot be closed. Its text is that of Key.
type Hindrance struct {
	Key  string
	Args []any
}

// PendingFile is a file that is not booked, and not dropped.
type PendingFile struct {
	ID       FileID    `bun:"id"`
	Name     string    `bun:"name"`
	StagedAt time.Time `bun:"staged_at"`
}

// ExpiresAt is from when it is dropped by itself.
func (f PendingFile) ExpiresAt() time.Time { return f.StagedAt.AddDate(0, 0, FileDays) }

// CertificatePreview is what signing would say now.
type CertificatePreview struct {
	Figures    Figures
	Number     int
	FourEyes   bool // as the certificate would say, if this actor signed
	Hindrances []Hindrance
	Pending    []PendingFile // that must be booked or dropped before; the oldest first
	Seen       int64         // version of the books; signing asks for it, so that what is signed is what was seen
}

// SignInput names the period to close.
type SignInput struct {
	Organisation int64
	Year         int64 // id of the fiscal year
	Period       int
	Seen         int64 // CertificatePreview.Seen
}

// ReopenInput names the period to open again.
type ReopenInput struct {
	Organisation int64
	Year         int64
	Period       int
	Reason       string
}
