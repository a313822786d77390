package portfolio

import (
	"time"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// RequestEvent is one step in the life of a request. It is written once and never changed.
type RequestEvent struct {
	ID            int64
	Number        int
	State         RequestState
	Reason        string
	ReconsiderOn  civil.Date
	Decision      DecisionRef
	DecisionLabel string
	Actor         string // as the trail names them; when read, by their name
	At            time.Time
	Submitted     bool   // it keeps what was submitted
	Content       string // of a submission: canonical JSON of a SubmittedRequest; only where it is asked for
}

// SubmittedRequest is what a submission keeps: the content in words, so that it can be read and compared whatever becomes of themes, skills and
// other requests. Its canonical JSON stands in the event.
type SubmittedRequest struct {
	Title         string           `json:"title"`
	Theme         string           `json:"theme"`
	Need          string           `json:"need"`
	Beneficiaries string           `json:"beneficiaries"`
	Sponsor       string           `json:"sponsor"`
	Department    string           `json:"department"`
	RequestedBy   string           `json:"requested_by"`
	Start         civil.Date       `json:"start"`
	End           civil.Date       `json:"end"`
	Risk          Risk             `json:"risk"`
	Costs         []SubmittedCost  `json:"costs"`
	Skills        []SubmittedSkill `json:"skills"`
	Requires      []string         `json:"requires"` // codes
	Excludes      []string         `json:"excludes"` // codes
}

// SubmittedCost is an amount of a submission, in minor units of the roadmap's currency.
type SubmittedCost struct {
	Year    int          `json:"year"`
	Section Section      `json:"section"`
	Amount  money.Amount `json:"amount"`
}

// SubmittedSkill is a need of a submission, in tenths of a working day.
type SubmittedSkill struct {
	Skill   string        `json:"skill"`
	Quarter civil.Quarter `json:"quarter"`
	Tenths  int64         `json:"tenths"`
}
