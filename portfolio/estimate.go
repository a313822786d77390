package portfolio

import (
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Nature is the section that a cost belongs to.
type Nature string

// Investment and operations, as public budgets divide them.
const (
	Investment Nature = "investment"
	Operations Nature = "operations"
)

// CostPart tells the building of a project from its first two years of running.
type CostPart string

// The full cost of a project is its build and 24 months of run.
const (
	PartBuild CostPart = "build"
	PartRun   CostPart = "run"
)

// CostLine is the part of a full cost that falls on one fiscal year, in one nature.
type CostLine struct {
	FiscalYear string // label of the organisation's fiscal year, e.g. "2026" or "2026-2027"
	Nature     Nature
	Part       CostPart
	Amount     money.Amount
}

// Source tells who an estimate comes from.
type Source string

// A list that was imported, or a person.
const (
	SourceList   Source = "list"
	SourcePerson Source = "person"
)

// Estimate is what was known of a project on a day. It is never overwritten: a correction of the
// same day is a later row that takes its place.
type Estimate struct {
	ID         int64
	ProjectID  ProjectID
	AsOf       civil.Date
	HasCost    bool
	Cost       money.Amount // full cost: build and 24 months of run
	Start      civil.Date   // zero: not estimated
	End        civil.Date
	Phase      Phase // "": not told
	Source     Source
	ListID     int64 // the list it came with; 0 for a person
	Note       string
	RecordedAt time.Time
	Lines      []CostLine // by fiscal year and nature; empty, or summing to Cost
}

// Validate reports every rule the estimate breaks.
func (e Estimate) Validate() error {
	var f fault.Fields
	f.Check(!e.AsOf.IsZero(), "as_of", "input.required")
	f.Check(!e.HasCost || e.Cost >= 0, "cost", "input.negative")
	f.Check(e.Start.IsZero() || e.End.IsZero() || !e.End.Before(e.Start), "end", "input.end_before_start", e.Start, e.End)
	f.Check(e.Phase == "" || e.Phase.Valid(), "phase", "input.unknown_value", string(e.Phase))
	f.Check(e.HasCost || !e.Start.IsZero() || !e.End.IsZero() || e.Phase != "", "cost", "estimate.empty")
	if len(e.Lines) > 0 {
		amounts := make([]money.Amount, len(e.Lines))
		seen := map[CostLine]bool{}
		for i, l := range e.Lines {
			amounts[i] = l.Amount
			f.Check(l.FiscalYear != "", "lines", "input.required")
			place := CostLine{FiscalYear: l.FiscalYear, Nature: l.Nature, Part: l.Part}
			f.Check(!seen[place], "lines", "estimate.line_twice", l.FiscalYear)
			seen[place] = true
			f.Check(l.Nature == Investment || l.Nature == Operations, "lines", "input.unknown_value", string(l.Nature))
			f.Check(l.Part == PartBuild || l.Part == PartRun, "lines", "input.unknown_value", string(l.Part))
		}
		sum, ok := money.Sum(amounts...)
		f.Check(ok && e.HasCost && sum == e.Cost, "lines", "estimate.lines_sum")
	}
	return f.Err()
}

// Same tells whether two estimates say the same about the project, whoever said it.
func (e Estimate) Same(o Estimate) bool {
	return e.AsOf == o.AsOf && e.HasCost == o.HasCost && e.Cost == o.Cost && e.Start == o.Start && e.End == o.End && e.Phase == o.Phase
}

// lastKnown gathers the last figure of each kind that the estimates, oldest first, carry up to a day;
// AsOf is the day of the last estimate, zero when there is none.
func lastKnown(estimates []Estimate, day civil.Date) (now Estimate) {
	for _, e := range estimates {
		if e.AsOf.After(day) {
			break
		}
		now.AsOf = e.AsOf
		if e.HasCost {
			now.HasCost, now.Cost = true, e.Cost
		}
		if !e.Start.IsZero() {
			now.Start = e.Start
		}
		if !e.End.IsZero() {
			now.End = e.End
		}
		if e.Phase != "" {
			now.Phase = e.Phase
		}
	}
	return now
}

// DecisionRef points to a decision without knowing decisions: governance owns them. 0: none.
type DecisionRef int64

// Baseline is a reference set on a day. Number 1 is the first and stands for good; a later one
// needs a decision and a reason.
type Baseline struct {
	ID        int64
	ProjectID ProjectID
	Number    int
	On        civil.Date
	HasCost   bool
	Cost      money.Amount
	Start     civil.Date
	End       civil.Date
	Decision  DecisionRef
	// DecisionLabel is the decision as people name it ("D-2026-003"), kept beside the pointer.
	DecisionLabel string
	Reason        string
}
