package portfolio

import (
	"fmt"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
)

// RequestID is the key of a request.
type RequestID int64

// Risk is how risky the department holds its request to be.
type Risk string

// The risks, the least first; none was told when it is empty.
const (
	RiskLow    Risk = "low"
	RiskMedium Risk = "medium"
	RiskHigh   Risk = "high"
)

// Risks lists every risk in display order.
var Risks = []Risk{RiskLow, RiskMedium, RiskHigh}

// Request is what a department asks of a roadmap before there is a project. What it asks for is its
// content; how far it got is its state, of which RequestEvents tell the way.
type Request struct {
	ID             RequestID
	OrganisationID int64
	RoadmapID      RoadmapID
	Year           int // of its number
	Number         int
	RequestContent
	RequesterID int64 // the account that wrote it; 0: none, or one that was erased
	State       RequestState
	// Reason is what was said at the last step: why it was deferred, refused, withdrawn or sent back.
	Reason       string
	ReconsiderOn civil.Date  // when a deferred or refused request is to be looked at again; zero: never
	Decision     DecisionRef // the decision that brought it where it is; 0: none did
	// DecisionLabel is the decision as people name it ("D-2026-003"), kept beside the pointer.
	DecisionLabel string
	ProjectID     ProjectID // the project that it became; 0: none
	Submissions   int       // how often it was submitted; a request that never was is its requester's own
	ChangedAt     time.Time // when it last took a step, or was changed
	Version       int64     // optimistic lock
	CreatedAt     time.Time
}

// RequestContent is what the requester writes and each submission keeps.
type RequestContent struct {
	Title         string
	ThemeID       int64 // 0: none chosen
	Need          string
	Beneficiaries string
	Sponsor       string
	Department    string
	RequestedBy   string // who asked, by name: the account may have written it for somebody else
	Start         civil.Date
	End           civil.Date
	Risk          Risk
	Costs         []YearAmount  // by year and section, each pair once
	Skills        []SkillNeed   // by skill and quarter, each pair once
	Links         []RequestLink // what it requires or excludes, each once
}

// RequestLink says what a request cannot do without, or stands instead of.
type RequestLink struct {
	Kind  LinkKind
	Other Subject
}

// LinkKind is what a request has to do with another candidate.
type LinkKind string

// A request requires what must be there as well, and excludes what answers the same need.
const (
	LinkRequires LinkKind = "requires"
	LinkExcludes LinkKind = "excludes"
)

// Code is the number as people say it: "R-2026-014".
func (r Request) Code() string { return requestCode(r.Year, r.Number) }

func requestCode(year, number int) string { return fmt.Sprintf("R-%04d-%03d", year, number) }

// Place is where the request stands among the scopes of rights: in its roadmap.
func (r Request) Place() identity.Scope {
	return identity.Scope{Organisation: r.OrganisationID, Roadmap: int64(r.RoadmapID)}
}

// Candidate tells whether the request takes part in a selection.
func (r Request) Candidate() bool { return r.State == RequestExamined || r.State == RequestCandidate }

// Renounced tells whether the request stands in the register of renunciations.
func (r Request) Renounced() bool { return r.State.renounced() && r.Submissions > 0 }

// DueOn tells whether a renounced request is to be looked at again on a day.
func (r Request) DueOn(day civil.Date) bool {
	return r.Renounced() && !r.ReconsiderOn.IsZero() && !r.ReconsiderOn.After(day)
}

// span tells of the quarters in which the request begins and ends, with a need of nothing.
func (c RequestContent) span() []SkillNeed {
	var out []SkillNeed
	for _, d := range []civil.Date{c.Start, c.End} {
		if !d.IsZero() {
			out = append(out, SkillNeed{Quarter: d.QuarterOf()})
		}
	}
	return out
}

// Validate reports every rule that the content breaks. A draft may leave open what a submission needs.
func (c RequestContent) Validate() error {
	var f fault.Fields
	checkName(&f, "title", c.Title)
	checkText(&f, "need", c.Need)
	checkText(&f, "beneficiaries", c.Beneficiaries)
	checkText(&f, "sponsor", c.Sponsor)
	checkText(&f, "department", c.Department)
	checkText(&f, "requested_by", c.RequestedBy)
	f.Check(c.Start.IsZero() || c.End.IsZero() || !c.End.Before(c.Start), "end", "input.end_before_start", c.Start, c.End)
	f.Check(c.Risk == "" || c.Risk.valid(), "risk", "input.unknown_value", string(c.Risk))
	checkYearAmounts(&f, "costs", c.Costs)
	checkSkillNeeds(&f, "skills", c.Skills)
	checkLinks(&f, c.Links)
	return f.Err()
}

// Complete reports what a submission lacks: whoever examines it must know what is needed, for whom, who
// answers for it, what it costs and when it is wished for.
func (c RequestContent) Complete() error {
	var f fault.Fields
	f.Check(!fault.Blank(c.Need), "need", "input.required")
	f.Check(!fault.Blank(c.Beneficiaries), "beneficiaries", "input.required")
	f.Check(!fault.Blank(c.Sponsor), "sponsor", "input.required")
	f.Check(!fault.Blank(c.Department), "department", "input.required")
	f.Check(!fault.Blank(c.RequestedBy), "requested_by", "input.required")
	f.Check(len(c.Costs) > 0, "costs", "request.no_cost")
	f.Check(!c.Start.IsZero(), "start", "input.required")
	f.Check(!c.End.IsZero(), "end", "input.required")
	return f.Err()
}

func (r Risk) valid() bool {
	for _, known := range Risks {
		if r == known {
			return true
		}
	}
	return false
}

// mostLinks bounds what one request may point to. A page of links is no request but a programme.
const mostLinks = 30

func checkLinks(f *fault.Fields, links []RequestLink) {
	f.Check(len(links) <= mostLinks, "links", "request.too_many_links", mostLinks)
	seen := map[Subject]bool{}
	for _, l := range links {
		f.Check(l.Kind == LinkRequires || l.Kind == LinkExcludes, "links", "input.unknown_value", string(l.Kind))
		f.Check(l.Other.Valid(), "links", "input.required")
		if seen[l.Other] {
			f.Add("links", "request.link_twice")
			return
		}
		seen[l.Other] = true
	}
}
