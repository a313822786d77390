package finance

import (
	"slices"

	"jalon/internal/money"
	"jalon/portfolio"
)

// Method says how an allocation came about.
type Method string

// The methods.
const (
	MethodRule      Method = "rule"
	MethodInherited Method = "inherited" // as the entry that this one corrects or reverses
	MethodManual    Method = "manual"
	MethodReverse   Method = "reverse" // takes an allocation back
)

// Allocation is an entry that gives a part of a posting to a project, or takes it out of the scope. Its sign is that of what it
// moves; what was allocated and taken back sums to nothing.
type Allocation struct {
	OrganisationID int64               `bun:"organisation_id,pk"`
	PostingID      PostingID           `bun:"posting_id,pk"`
	Number         int                 `bun:"number,pk"`
	ProjectID      portfolio.ProjectID `bun:"project_id,nullzero"` // 0: excluded
	Amount         money.Amount        `bun:"amount"`
	Method         Method              `bun:"method"`
	RuleID         int64               `bun:"rule_id,nullzero"` // 0 with MethodRule: one of the rules that always hold
	RuleVersion    int64               `bun:"rule_version,nullzero"`
	Reason         string              `bun:"reason"`
	BookedYearID   int64               `bun:"booked_year_id"`
	BookedPeriod   int                 `bun:"booked_period"`
	BatchID        int64               `bun:"batch_id"`
}

// Share is what a target holds of a posting now.
type Share struct {
	ProjectID portfolio.ProjectID // 0: excluded
	Amount    money.Amount
}

// sharesOf sums the allocations of one posting by target, the targets in order; those that hold nothing are left out.
func sharesOf(all []Allocation) []Share {
	sums := map[portfolio.ProjectID]money.Amount{}
	for _, a := range all {
		sums[a.ProjectID] += a.Amount
	}
	out := make([]Share, 0, len(sums))
	for project, amount := range sums {
		if amount != 0 {
			out = append(out, Share{project, amount})
		}
	}
	slices.SortFunc(out, func(a, b Share) int { return int(a.ProjectID - b.ProjectID) })
	return out
}

// residual is what no target holds of a posting.
func residual(p *Posting, shares []Share) money.Amount {
	left := p.Amount
	for _, s := range shares {
		left -= s.Amount
	}
	return left
}

// BatchKind says what booked allocations together.
type BatchKind string

// The kinds of batches.
const (
	BatchImport BatchKind = "import"
	BatchManual BatchKind = "manual"
	BatchBulk   BatchKind = "bulk"
	BatchRerun  BatchKind = "rerun" // a rule was run again on open periods
	BatchUndo   BatchKind = "undo"
	BatchMove   BatchKind = "move"
)
