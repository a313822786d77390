package finance

import (
	"slices"
	"time"

	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// RuleState says whether a rule holds.
type RuleState string

// The states. Only active rules match.
const (
	RuleDraft   RuleState = "draft"
	RuleActive  RuleState = "active"
	RuleRetired RuleState = "retired"
)

// RuleVersion is what a rule says, or said once. Versions are never changed: who wants something else writes a further one.
type RuleVersion struct {
	reconcile.Rule
	Author     string // as the trail names them
	AuthorName string
	RecordedAt time.Time
}

// Rule is a rule of an organisation. Its version is the one in force; of a draft, and of a rule that was retired, the one that was last.
type Rule struct {
	OrganisationID int64
	State          RuleState
	RuleVersion
	// Pending is a later version that waits to be activated; nil when there is none.
	Pending *RuleVersion
	Used    Usage
}

// Usage is what a rule booked over all its versions, less what was taken back again.
type Usage struct {
	Lines int64 // entries that hold something by the rule
	Sum   money.Amount
}

// RuleDetail is a rule with all its versions, the newest first.
type RuleDetail struct {
	Rule
	Versions []RuleVersion
}

// RuleInput is a rule as somebody wrote it. Its fiscal years and projects are those of the organisation's books.
type RuleInput struct {
	Organisation int64
	ID           int64 // 0: a new rule
	Version      int   // the newest version that the author saw
	Name         string
	Rank         reconcile.Rank
	Priority     int
	From, To     civil.Date // days of documents that it is for; zero: open
	When         []reconcile.Condition
	Then         reconcile.Action
}

// Validate reports every rule that the input breaks, without looking at the books.
func (in RuleInput) Validate() error {
	var f fault.Fields
	checkLabel(&f, "name", in.Name, maxLabel, true)
	for _, c := range in.When {
		checkLabel(&f, "when", c.Value, maxLabel, false)
		checkLabel(&f, "when", c.To, maxLabel, false)
	}
	checkReason(&f, "reason", in.Then.Reason, false)
	if broken := fault.As(in.content().Validate()); broken != nil {
		f = append(f, broken.Fields...)
	}
	return f.Err()
}

// content is the rule as the engine knows it.
func (in RuleInput) content() reconcile.Rule {
	return reconcile.Rule{ID: in.ID, Version: max(in.Version, 1), Rank: in.Rank, Priority: in.Priority, Name: in.Name, From: in.From, To: in.To, When: in.When, Then: in.Then}
}

// validateIn holds the rule against the books: its projects and its fiscal years must be there.
func (in RuleInput) validateIn(b *books, projects map[portfolio.ProjectID]Project) error {
	var f fault.Fields
	for _, p := range in.Then.Parts {
		_, known := projects[portfolio.ProjectID(p.Project)]
		f.Check(known, "parts", "project.not_found", p.Project)
		_, known = b.Year(p.FiscalYear)
		f.Check(known || p.FiscalYear == 0, "parts", "fiscal_year.not_found", p.FiscalYear)
		f.Check(p.BudgetLine == 0, "parts", "input.unknown_value", p.BudgetLine)
	}
	return f.Err()
}

// said tells whether two versions say the same of lines, whatever their names.
func said(a, b reconcile.Rule) bool {
	return a.Rank == b.Rank && a.Priority == b.Priority && a.From == b.From && a.To == b.To && slices.Equal(a.When, b.When) &&
		a.Then.Exclude == b.Then.Exclude && a.Then.Reason == b.Then.Reason && slices.Equal(a.Then.Parts, b.Then.Parts)
}

// RuleTrial is what a rule would do with the entries of the past.
type RuleTrial struct {
	Year     int64 // fiscal year that was looked at
	Trial    reconcile.Trial
	Examples []Posting // of those that it would move
	Cut      bool      // more entries than were looked at
}
