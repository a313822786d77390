package governance

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// DecisionID is the key of a decision.
type DecisionID int64

// Decision is what a committee decided. It is written once; a change of mind is another decision.
type Decision struct {
	ID             DecisionID
	OrganisationID int64
	CommitteeID    CommitteeID
	RoadmapID      portfolio.RoadmapID
	ProjectID      portfolio.ProjectID // 0: concerns no single project
	Year           int
	Number         int // counts from 1 in each year and organisation
	Title          string
	Question       string
	Options        []string
	Outcome        string
	Reason         string
	On             civil.Date
	Author         string
	AuthorID       int64 // account of the author; 0: none
	RecordedAt     time.Time
}

// Reference is how people name the decision: "D-2026-003".
func (d Decision) Reference() string { return fmt.Sprintf("D-%04d-%03d", d.Year, d.Number) }

// Validate reports every rule the decision breaks.
func (d Decision) Validate() error {
	var f fault.Fields
	text := func(field, s string, required bool) {
		f.Check(!required || !fault.Blank(s), field, "input.required")
		f.Check(utf8.ValidString(s) && !strings.Contains(s, "\x00"), field, "input.control_character")
		f.Check(utf8.RuneCountInString(s) <= 20000, field, "input.too_long", 20000)
	}
	text("title", d.Title, true)
	text("question", d.Question, true)
	text("outcome", d.Outcome, true)
	text("reason", d.Reason, false)
	for _, o := range d.Options {
		text("options", o, true)
	}
	f.Check(!d.On.IsZero(), "decided_on", "input.required")
	return f.Err()
}

// RebaselineInput is the effect of a decision that gives a project a new reference. A zero Start
// and End leave the dates of the reference as they are, HasCost false its cost.
type RebaselineInput struct {
	HasCost bool
	Cost    money.Amount
	Start   civil.Date
	End     civil.Date
}

// DecideInput is a decision to be taken, with what it does.
type DecideInput struct {
	OrganisationID int64
	CommitteeID    CommitteeID // 0: the committee is named by its code
	CommitteeCode  string
	ProjectCode    string // "": concerns no single project
	Title          string
	Question       string
	Options        []string
	Outcome        string
	Reason         string
	On             civil.Date
	Author         string            // "": whoever books it
	Rebaseline     *RebaselineInput  // nil: the decision changes no reference
	Arbitration    *ArbitrationInput // nil: it decides on no scenario
	// Reverses is a decision on a scenario that this one takes back; 0: none. It needs a reason.
	Reverses DecisionID
	// ProjectVersion is the version of the project that the new reference was weighed on; 0: not checked.
	ProjectVersion int64
}

// DecisionCard is a decision with everything that was written down.
type DecisionCard struct {
	DecisionLine
	OrganisationID int64
	CommitteeCode  string
	RoadmapID      portfolio.RoadmapID
	Roadmap        portfolio.Head
	ProjectID      portfolio.ProjectID // 0: concerns no single project
	ProjectName    string
	Options        []string
	Author         string
	RecordedAt     time.Time
	Currency       money.Currency
	Rebaseline     *RebaselineInput             // nil: the decision changed no reference that the reader may see
	Arbitration    *portfolio.ArbitrationEffect // what a decision on a scenario did; nil: it decided on none
	Reverses       *DecisionMark                // the decision that this one takes back; nil: none
	ReversedBy     *DecisionMark                // the decision that took this one back; nil: it stands
	CostHidden     bool                         // the reader may not see costs: amounts are left out
}

// hideCost leaves out every amount, and that there was one.
func (d *DecisionCard) hideCost() {
	d.CostHidden = true
	if d.Arbitration != nil {
		hidden := d.Arbitration.HideCost()
		d.Arbitration = &hidden
	}
	if d.Rebaseline == nil {
		return
	}
	b := *d.Rebaseline
	b.HasCost, b.Cost = false, 0
	d.Rebaseline = &b
	if b.Start.IsZero() && b.End.IsZero() { // nothing but a cost was decided on
		d.Rebaseline = nil
	}
}
