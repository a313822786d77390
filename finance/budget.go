package finance

import (
	"cmp"
	"slices"
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// BudgetID is the key of a version of a project's budget.
type BudgetID int64

// BudgetLine is what a project has of an envelope in a year, for one category of costs.
type BudgetLine struct {
	Envelope EnvelopeID // 0: from none, which no vote covers
	YearID   int64
	Section  string
	Category Category
	Amount   money.Amount // not negative
}

// allotment is the place of the line among the votes.
func (l BudgetLine) allotment() Allotment { return Allotment{l.Envelope, l.YearID, l.Section} }

// BudgetVersion is a budget that was decided on. It never changes: the next one takes its place, and the first one stays what
// the project is measured against.
type BudgetVersion struct {
	ID                BudgetID
	OrganisationID    int64
	ProjectID         portfolio.ProjectID
	Number            int // from 1
	DecidedOn         civil.Date
	DecisionReference string
	Reason            string
	RecordedBy        string // the actor, as the trail names them
	RecordedAt        time.Time
	Lines             []BudgetLine
}

// Total is the sum of the lines.
func (v BudgetVersion) Total() (total money.Amount) {
	for _, l := range v.Lines {
		total += l.Amount // maxBudgetLines of amountLimit stay within 64 bits
	}
	return total
}

// BudgetInput is a version to be booked.
type BudgetInput struct {
	After             int // number of the version that it takes the place of; 0: it is the first one
	DecidedOn         civil.Date
	DecisionReference string
	Reason            string
	Lines             []BudgetLine
}

const maxBudgetLines = 500

// Validate reports every rule the input breaks by itself. A version after the first one names its decision and says why.
func (in BudgetInput) Validate() error {
	var f fault.Fields
	f.Check(!in.DecidedOn.IsZero(), "decided_on", "input.required")
	checkLabel(&f, "decision_reference", in.DecisionReference, maxReference, in.After > 0)
	checkReason(&f, "reason", in.Reason, in.After > 0)
	f.Check(len(in.Lines) > 0, "lines", "input.required")
	f.Check(len(in.Lines) <= maxBudgetLines, "lines", "budget.too_many_lines", maxBudgetLines)
	seen := map[BudgetLine]bool{}
	for i, l := range in.Lines {
		n := i + 1
		f.Check(l.YearID != 0, "lines", "budget.line.year", n)
		f.Check(slices.Contains(Sections, l.Section), "lines", "budget.line.section", n)
		f.Check(l.Category.Valid(), "lines", "budget.line.category", n)
		f.Check(l.Amount >= 0 && l.Amount <= amountLimit, "lines", "budget.line.amount", n)
		l.Amount = 0
		f.Check(!seen[l], "lines", "budget.line.twice", n)
		seen[l] = true
	}
	return f.Err()
}

// fits reports what keeps the lines from the years and the envelopes that they name. An envelope is of the project's roadmap, or
// of the whole organisation.
func (in BudgetInput) fits(b *books, p portfolio.Project, envelopes envelopeTree) error {
	var f fault.Fields
	f.Check(!in.DecidedOn.After(b.today), "decided_on", "budget.future", in.DecidedOn, b.today)
	for i, l := range in.Lines {
		n := i + 1
		y, ok := b.Year(l.YearID)
		if !ok {
			return fault.NotFound("fiscal_year", l.YearID)
		}
		if l.Envelope == 0 {
			f.Check(b.AllotmentCheck != AllotmentBlocks || l.Amount == 0, "lines", "budget.line.envelope", n)
			continue
		}
		e, ok := envelopes[l.Envelope]
		if !ok || (e.RoadmapID != 0 && e.RoadmapID != p.RoadmapID) {
			return fault.NotFound("envelope", int64(l.Envelope))
		}
		f.Check(e.takes(l.Section), "lines", "envelope.line.other_section", n, e.Code)
		f.Check(e.holds(y), "lines", "envelope.line.validity", n, e.Code, y.Code)
	}
	return f.Err()
}

// follows reports what keeps the input from following the versions that there are.
func (in BudgetInput) follows(versions []BudgetVersion, project portfolio.ProjectID) error {
	if in.After != len(versions) {
		return fault.Stale("budget", int64(project))
	}
	if in.After == 0 {
		return nil
	}
	var f fault.Fields
	last := versions[len(versions)-1]
	f.Check(!in.DecidedOn.Before(last.DecidedOn), "decided_on", "budget.before_previous", last.DecidedOn)
	return f.Err()
}

// currentOn gives of versions, sorted by project and number, the one that holds for each project on a day; no day: the last one.
func currentOn(versions []BudgetVersion, day civil.Date) map[portfolio.ProjectID]BudgetVersion {
	out := map[portfolio.ProjectID]BudgetVersion{}
	for _, v := range versions {
		if day.IsZero() || !v.DecidedOn.After(day) {
			out[v.ProjectID] = v
		}
	}
	return out
}

// sortLines puts lines into the order of envelopes, years, sections and categories.
func sortLines(lines []BudgetLine) {
	slices.SortStableFunc(lines, func(a, b BudgetLine) int {
		return cmp.Or(cmp.Compare(a.Envelope, b.Envelope), cmp.Compare(a.YearID, b.YearID), cmp.Compare(a.Section, b.Section), cmp.Compare(a.Category, b.Category))
	})
}
