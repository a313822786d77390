package portfolio

import (
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// The values of this file are what pages and files show of requests. Without the right to read costs, and unless the request is the reader's own,
// what speaks of them is absent and CostHidden is set.

// RequestLine is a request in a list.
type RequestLine struct {
	ID            RequestID
	Code          string
	Title         string
	Theme         string
	Department    string
	Sponsor       string
	RequestedBy   string
	State         RequestState
	Returned      bool // a draft that was submitted and sent back
	Own           bool // the reader wrote it
	Start         civil.Date
	End           civil.Date
	Risk          Risk
	Cost          *money.Amount // over all years and sections; nil: hidden
	CostHidden    bool
	Tenths        int64 // of all skills, in tenths of a working day
	Reason        string
	ReconsiderOn  civil.Date
	Decision      DecisionRef
	DecisionLabel string
	ProjectID     ProjectID
	ChangedAt     time.Time
}

// RequestList is the requests of a roadmap that the reader sees, by number.
type RequestList struct {
	Roadmap  Head
	Currency money.Currency
	Lines    []RequestLine
	Due      int // how many are to be looked at again today
}

// RequestReport is one request with all that its page shows.
type RequestReport struct {
	Request      Request // without its costs where they are hidden
	Line         RequestLine
	Organisation Head
	Roadmap      Head
	Currency     money.Currency
	ThemeCode    string
	Costs        []YearAmount
	Skills       []Skill         // of the organisation, in their order
	Quarters     []civil.Quarter // in which it may need them
	Requires     []LinkedSubject
	Excludes     []LinkedSubject
	RequiredBy   []LinkedSubject // requests that require it
	Project      Head            // that it became
	Events       []RequestEvent  // oldest first
	Steps        []Transition    // that the reader may take now
	Editable     bool            // by the reader, now
	Examines     bool            // the reader is one who weighs requests
	Writes       bool            // the request is the reader's to write
	CostHidden   bool
}

// LinkedSubject is what a request requires or excludes.
type LinkedSubject struct {
	Subject
	Head
	State RequestState // "" of a project
}

// line is the request in a list, for a reader.
func (n requestNames) line(q Request, actor identity.Actor) RequestLine {
	l := RequestLine{ID: q.ID, Code: q.Code(), Title: q.Title, Theme: n.themes[q.ThemeID].Name, Department: q.Department, Sponsor: q.Sponsor, RequestedBy: q.RequestedBy, State: q.State,
		Returned: q.State == RequestDraft && q.Submissions > 0, Own: q.ownedBy(actor), Start: q.Start, End: q.End, Risk: q.Risk, Reason: q.Reason, ReconsiderOn: q.ReconsiderOn,
		Decision: q.Decision, DecisionLabel: q.DecisionLabel, ProjectID: q.ProjectID, ChangedAt: q.ChangedAt}
	for _, s := range q.Skills {
		l.Tenths += s.Tenths
	}
	if q.showsCost(actor) {
		sum := SumYears(q.Costs)
		l.Cost = &sum
	} else {
		l.CostHidden = true
	}
	return l
}

// ownedBy tells whether the actor wrote the request.
func (q Request) ownedBy(actor identity.Actor) bool {
	return q.RequesterID != 0 && actor.UserID == q.RequesterID
}

// showsCost tells whether the actor may read what the request costs: by right, or because they wrote it down themselves.
func (q Request) showsCost(actor identity.Actor) bool {
	return q.ownedBy(actor) || actor.May(identity.PermReadCost, q.Place())
}

// linked names the links of one kind. A request that the reader may not see is left out.
func (n requestNames) linked(links []RequestLink, kind LinkKind, owner requestOwner) []LinkedSubject {
	out := []LinkedSubject{}
	for _, l := range links {
		name, ok := n.subjects[l.Other]
		if ok && l.Kind == kind && name.seenBy(owner) {
			out = append(out, LinkedSubject{l.Other, name.Head, name.state})
		}
	}
	return out
}

// RequestComparison is two submissions of a request side by side.
type RequestComparison struct {
	Code       string
	Title      string
	Currency   money.Currency
	Before     RequestEvent
	After      RequestEvent
	Was, Is    SubmittedRequest
	CostHidden bool
	Numbers    []int // of the events that keep a submission, oldest first
}
