package finance

import (
	"cmp"
	"time"

	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Commitment is what was engaged with a supplier, as files of the finance system tell it. Nobody changes or closes one by hand: it is an image.
type Commitment struct {
	ID             int64        `bun:"id,pk,autoincrement"`
	OrganisationID int64        `bun:"organisation_id"`
	FeedID         int64        `bun:"feed_id,nullzero"`
	Number         string       `bun:"number"`
	Item           string       `bun:"item"`
	Budget         string       `bun:"budget"`
	Label          string       `bun:"label"`
	Supplier       string       `bun:"supplier"`
	SupplierName   string       `bun:"supplier_name"`
	Contract       string       `bun:"contract"`
	Operation      string       `bun:"operation"`
	Analytic       string       `bun:"analytic"`
	Nature         string       `bun:"nature"`
	Section        string       `bun:"section"`
	OpenedOn       civil.Date   `bun:"opened_on"`
	State          string       `bun:"state"`     // StateOpen, or StateClosed once the finance system says that nothing more is to come
	Committed      money.Amount `bun:"committed"` // sum of the live events
	Mandated       money.Amount `bun:"mandated"`  // sum of the live payment orders on it, as costs
	LastOn         civil.Date   `bun:"last_on"`   // of its last event or payment order; zero: not known
	Version        int64        `bun:"version"`   // raised when its shares change
}

// Left is what the commitment still calls for (DENM): committed less mandated, never below 0, and nothing once it is closed.
func (c *Commitment) Left() money.Amount {
	if c.State == StateClosed {
		return 0
	}
	return max(c.Committed-c.Mandated, 0) // the books hold no amounts near the limit
}

// OverMandated tells whether more was ordered to be paid than was committed. Nothing is cut off for it.
func (c *Commitment) OverMandated() bool { return c.Mandated > c.Committed }

// name is how people call the commitment: its number, with the item where it has one.
func (c *Commitment) name() string {
	if c.Item == "" {
		return c.Number
	}
	return c.Number + "/" + c.Item
}

// CommitmentEvent is a signed change of what is committed. One that was taken back is reversed by a further one.
type CommitmentEvent struct {
	ID             int64        `bun:"id,pk,autoincrement"`
	OrganisationID int64        `bun:"organisation_id"`
	CommitmentID   int64        `bun:"commitment_id"`
	YearID         int64        `bun:"fiscal_year_id"`
	Type           string       `bun:"type"` // ledgerfile.EventOriginal and those after it
	Amount         money.Amount `bun:"amount"`
	On             civil.Date   `bun:"on_date"` // zero: not known
	Cause          Cause        `bun:"cause"`
	Reverses       int64        `bun:"reverses_id,nullzero"`
	Live           bool         `bun:"live"`
	FileID         FileID       `bun:"file_id,nullzero"`
	Line           int          `bun:"line"`
	Key            []byte       `bun:"key_hash"`
	Content        []byte       `bun:"content_hash"`
	// Unique: the line says where the commitment stands, so the live events of its key sum to what the line says. Else each line is an event by itself.
	Unique bool `bun:"key_unique"`
}

// CommitmentShare is what a project has of a commitment. It is ended, not deleted.
type CommitmentShare struct {
	ID             int64               `bun:"id,pk,autoincrement"`
	OrganisationID int64               `bun:"organisation_id"`
	CommitmentID   int64               `bun:"commitment_id"`
	ProjectID      portfolio.ProjectID `bun:"project_id"`
	ShareBP        int64               `bun:"share_bp"` // basis points
	Method         Method              `bun:"method"`   // MethodRule or MethodManual
	RuleID         int64               `bun:"rule_id,nullzero"`
	RuleVersion    int64               `bun:"rule_version,nullzero"`
	RecordedBy     string              `bun:"recorded_by"`
	RecordedAt     time.Time           `bun:"recorded_at"`
	EndedBy        string              `bun:"ended_by"`
	EndedAt        time.Time           `bun:"ended_at,nullzero"`
}

// Holds tells whether the share was not ended.
func (s *CommitmentShare) Holds() bool { return s.EndedAt.IsZero() }

// CommitmentAlias says that a number of a commitment was replaced, or mistyped: entries that name the old one belong to the new one.
type CommitmentAlias struct {
	OrganisationID int64     `bun:"organisation_id,pk"`
	Old            string    `bun:"old_number,pk"`
	New            string    `bun:"new_number"`
	Reason         string    `bun:"reason"`
	RecordedBy     string    `bun:"recorded_by"`
	RecordedAt     time.Time `bun:"recorded_at"`
	RecordedName   string    `bun:"recorded_name,scanonly"` // as people call who recorded it
	Entries        int64     `bun:"entries,scanonly"`       // live entries that name the old number
}

// The anomalies that a list of commitments can be narrowed to.
const (
	CommitmentOver     = "over"     // more is mandated than committed
	CommitmentDormant  = "dormant"  // it still calls for money and nothing happened for dormantMonths
	CommitmentUncoded  = "uncoded"  // open, and neither its analytic code nor its operation is a finance code
	CommitmentUnshared = "unshared" // open, and it belongs to no project
)

// dormantMonths is how long nothing happens on a commitment before somebody should ask whether it still holds.
const dormantMonths = 12

const (
	usualCommitments = 50
	mostCommitments  = 500
	maxSearch        = 200 // characters
)

// CommitmentFilter narrows the list of commitments. Zero fields ask for nothing.
type CommitmentFilter struct {
	Text    string              // in number, item, label, supplier, contract, operation or analytic code
	Project portfolio.ProjectID // that it belongs to now
	State   string
	Anomaly string
	After   CommitmentPlace // of CommitmentPage.Next: the pages after the first one
	Limit   int             // 0: the usual number
}

// CommitmentPlace is a place in the list, which goes by what commitments still call for, the largest first, and then by number.
type CommitmentPlace struct {
	Left money.Amount
	ID   int64 // 0: the beginning
}

func (f CommitmentFilter) limit() int {
	return min(max(cmp.Or(f.Limit, usualCommitments), 1), mostCommitments)
}

// Validate reports what cannot be asked for.
func (f CommitmentFilter) Validate() error {
	var e fault.Fields
	checkLabel(&e, "text", f.Text, maxSearch, false)
	e.Check(f.State == "" || f.State == StateOpen || f.State == StateClosed, "state", "input.unknown_value", f.State)
	switch f.Anomaly {
	case "", CommitmentOver, CommitmentDormant, CommitmentUncoded, CommitmentUnshared:
	default:
		e.Add("anomaly", "input.unknown_value", f.Anomaly)
	}
	return e.Err()
}

// CommitmentLine is a commitment in a list, with what it means for the projects that share it.
type CommitmentLine struct {
	Commitment
	Left    money.Amount // what it still calls for
	Dormant bool
	Shares  []ShareLine // of those who hold it now
}

// ShareLine is a share with its project and what comes to it, dealt out by largest remainder.
type ShareLine struct {
	CommitmentShare
	Project                   Project
	RuleName                  string
	Committed, Mandated, Left money.Amount
}

// CommitmentPage is a part of the list of commitments.
type CommitmentPage struct {
	Filter                    CommitmentFilter
	Lines                     []CommitmentLine
	Next                      CommitmentPlace // After of the next page; zero: this is the last one
	Count                     int64           // of all that the filter leaves, as are the sums
	Committed, Mandated, Left money.Amount
}

// CommitmentDetail is a commitment with all that stands behind it.
type CommitmentDetail struct {
	CommitmentLine
	Events   []EventLine
	History  []ShareLine // shares that were ended, the latest first; amounts are not filled in
	Postings []Posting   // entries linked to it, reversals included, at most commitmentPostings of them
	More     bool        // there are more entries
	Aliases  []CommitmentAlias
}

// EventLine is an event with the year it counts in and the file that told it.
type EventLine struct {
	CommitmentEvent
	Year     string // code
	FileName string
}

// commitmentPostings is how many entries are listed with a commitment.
const commitmentPostings = 500

// ShareInput says to which projects a commitment belongs, in the place of what was said before. No parts: to none.
type ShareInput struct {
	Organisation int64
	Commitment   int64
	Version      int64 // of the commitment, as the person saw it
	Parts        []SharePart
}

// SharePart is the share of one project.
type SharePart struct {
	Project portfolio.ProjectID
	ShareBP int64 // 1 to 10 000; what all of them leave belongs to no project
}

// Validate reports every rule that the input breaks.
func (in ShareInput) Validate() error {
	var f fault.Fields
	f.Check(len(in.Parts) <= maxParts, "parts", "allocation.parts_many", maxParts)
	seen, sum := map[portfolio.ProjectID]bool{}, int64(0)
	for _, p := range in.Parts[:min(len(in.Parts), maxParts)] {
		f.Check(p.Project > 0, "parts", "allocation.part_project")
		f.Check(p.Project <= 0 || !seen[p.Project], "parts", "allocation.part_twice")
		f.Check(p.ShareBP > 0 && p.ShareBP <= reconcile.Whole, "parts", "allocation.part_share")
		seen[p.Project] = true
		sum += min(max(p.ShareBP, 0), reconcile.Whole)
	}
	f.Check(sum <= reconcile.Whole, "parts", "commitment.shares_beyond")
	return f.Err()
}

// RekeyInput says that a number of a commitment was replaced by another one.
type RekeyInput struct {
	Organisation int64
	Old, New     string
	Reason       string
}

// maxNumber is the longest number of a commitment, in characters.
const maxNumber = 100

// Validate reports every rule that the input breaks.
func (in RekeyInput) Validate() error {
	var f fault.Fields
	checkLabel(&f, "old", in.Old, maxNumber, true)
	checkLabel(&f, "new", in.New, maxNumber, true)
	f.Check(in.Old == "" || codeKey(in.Old) != codeKey(in.New), "new", "commitment.same_number")
	checkReason(&f, "reason", in.Reason, true)
	return f.Err()
}
