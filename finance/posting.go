package finance

import (
	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// PostingID numbers the entries of the books, over all organisations.
type PostingID int64

// Cause says why an entry was booked.
type Cause string

// The causes. A line comes in by the first two; the last two take an entry back.
const (
	CauseNew      Cause = "NEW"
	CauseRestate  Cause = "RESTATE"  // the line has other contents than before
	CauseReverse  Cause = "REVERSE"  // because the line was restated or rejected
	CauseWithdraw Cause = "WITHDRAW" // because a snapshot no longer holds the line
)

// Posting is an entry of the books. A reversal repeats the dimensions of the entry that it reverses, with the
// amounts' signs turned; it is never live.
type Posting struct {
	OrganisationID int64            `bun:"organisation_id,pk"`
	ID             PostingID        `bun:"id,pk"`
	FeedID         int64            `bun:"feed_id"`
	FileID         int64            `bun:"file_id"`
	Line           int              `bun:"line"`
	RawOffset      int64            `bun:"raw_offset"` // where the record stands in the file; -1: only reading the file again finds it
	RawSize        int              `bun:"raw_size"`
	Cause          Cause            `bun:"cause"`
	Reverses       PostingID        `bun:"reverses_id,nullzero"`
	Live           bool             `bun:"live"`
	Key            []byte           `bun:"key_hash"`
	Content        []byte           `bun:"content_hash"`
	KeyUnique      bool             `bun:"key_unique"`
	KeyText        string           `bun:"key_text"`
	Flow           ledgerfile.Flow  `bun:"flow"`
	Stage          ledgerfile.Stage `bun:"stage"`
	CostSign       int64            `bun:"cost_sign"` // how it counts in the cost of a project: 1, 0 for funding, -1 for a revenue that annuls a cost
	YearID         int64            `bun:"fiscal_year_id"`
	Period         int              `bun:"period"`
	BookedYearID   int64            `bun:"booked_year_id"` // where it stands in the books, when its own period was closed already
	BookedPeriod   int              `bun:"booked_period"`
	DocOn          civil.Date       `bun:"doc_on"`
	CoverOn        civil.Date       `bun:"cover_on"` // its day within the coverage of its file, by which a snapshot finds it
	PaidOn         civil.Date       `bun:"paid_on"`
	DocType        string           `bun:"doc_type"`
	DocNo          string           `bun:"doc_no"`
	DocLine        string           `bun:"doc_line"`
	Bordereau      string           `bun:"bordereau"`
	Budget         string           `bun:"budget"`
	Manager        string           `bun:"manager"`
	Section        string           `bun:"section"`
	Chapter        string           `bun:"chapter"`
	Nature         string           `bun:"nature"`
	Category       string           `bun:"category"`
	Function       string           `bun:"function_code"`
	Operation      string           `bun:"operation"`
	Analytic       string           `bun:"analytic"`
	Contract       string           `bun:"contract"`
	Commitment     string           `bun:"commitment_no"`
	CommitmentItem string           `bun:"commitment_item"`
	CommitmentID   int64            `bun:"commitment_id,nullzero"`
	Inventory      string           `bun:"inventory"`
	Invoice        string           `bun:"invoice"`
	Supplier       string           `bun:"supplier"`
	SupplierName   string           `bun:"supplier_name"`
	Label          string           `bun:"label"`
	Amount         money.Amount     `bun:"amount"` // in the basis of the organisation
	AmountHT       *money.Amount    `bun:"amount_ht"`
	AmountVAT      *money.Amount    `bun:"amount_vat"`
	Accrual        bool             `bun:"accrual"`
	OrderOp        bool             `bun:"order_op"`
	OriginKey      []byte           `bun:"origin_key"`         // of the line that it corrects; nil: none
	Origin         PostingID        `bun:"origin_id,nullzero"` // the live entry of that key; 0: the books hold none
	Status         string           `bun:"status"`             // as the finance system last told
}

// At is the period that the entry is about.
func (p *Posting) At() Slot { return Slot{p.YearID, p.Period} }

// Booked is the period in which the entry was booked.
func (p *Posting) Booked() Slot { return Slot{p.BookedYearID, p.BookedPeriod} }

// Reversal is the entry that takes this one back, booked in a file and a period of its own.
func (p *Posting) Reversal(id PostingID, cause Cause, file int64, line int, booked Slot) Posting {
	r := *p
	r.ID, r.Cause, r.Reverses, r.Live, r.FileID, r.Line, r.RawOffset, r.RawSize = id, cause, p.ID, false, file, line, -1, 0
	r.BookedYearID, r.BookedPeriod = booked.Year, booked.Period
	r.Amount = -p.Amount
	r.AmountHT, r.AmountVAT = negated(p.AmountHT), negated(p.AmountVAT)
	return r
}

func negated(a *money.Amount) *money.Amount {
	if a == nil {
		return nil
	}
	n := -*a
	return &n
}
