package finance

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"jalon/finance/reconcile"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// BulkInput says what is done with many lines at once: one thing with all of them, or with each what is suggested for it.
type BulkInput struct {
	Organisation int64
	// Postings are the lines, as somebody ticked them. Without any it is every open line for which a rule suggests or would book.
	Postings []PostingID
	Year     int64 // of the lines, without Postings; 0: all
	Rule     int64 // only what this rule suggests, without Postings; 0: any
	MinScore int   // only suggestions of at least so many of 100

	Project portfolio.ProjectID // all of each line goes to it; 0: see Exclude
	Exclude bool                // each line is taken out of the scope; else its suggestion is taken
	Reason  string
}

// maxBulk is how many lines one act takes: what is done with more at once nobody has looked at.
const maxBulk = 5_000

// maxBulkShown is how many lines a preview lists one by one.
const maxBulkShown = 200

// Validate reports every rule that the input breaks.
func (in BulkInput) Validate() error {
	var f fault.Fields
	f.Check(len(in.Postings) <= maxBulk, "postings", "allocation.bulk_many", maxBulk)
	f.Check(in.Project >= 0 && (in.Project == 0 || !in.Exclude), "project", "allocation.exclude_parts")
	f.Check(len(in.Postings) > 0 || in.suggested(), "postings", "input.required")
	f.Check(in.MinScore >= 0 && in.MinScore <= 100, "min_score", "input.unknown_value", in.MinScore)
	checkReason(&f, "reason", in.Reason, in.Exclude)
	return f.Err()
}

// suggested tells whether each line gets what is suggested for it.
func (in BulkInput) suggested() bool { return in.Project == 0 && !in.Exclude }

// BulkPreview is what an act on many lines would do. The token stands for all of it: applying it does this or nothing.
type BulkPreview struct {
	Count    int64
	Sum      money.Amount // of what would be allocated
	Gross    money.Amount // without signs
	Projects []BulkShare  // by project, the excluded ones last
	Lines    []BulkLine   // at most 200 of them, in the order of the queue
	Skipped  int64        // lines that were asked for of which nothing is left, or for which nothing certain enough is suggested
	More     bool         // there are more lines than one act takes
	Token    string
}

// BulkLine is one line of a preview.
type BulkLine struct {
	Posting  Posting
	Residual money.Amount
	Shares   []SuggestedShare
	Agreed   []reconcile.Field
	Rule     reconcile.RuleRef
}

// BulkShare is what a project would get of all lines.
type BulkShare struct {
	Project Project // zero: excluded
	Lines   int64
	Sum     money.Amount
}

// bulkItem is one line with what would be done with it.
type bulkItem struct {
	posting Posting
	left    money.Amount
	shares  []Share
	rule    reconcile.RuleRef // zero: a person decided
	agreed  []reconcile.Field
	reason  string
}

// bulkPlan is what an act would do.
type bulkPlan struct {
	items   []bulkItem
	skipped int64
	more    bool
}

// token is a fingerprint of the plan: every line, what is left of it, and where that would go.
func (p bulkPlan) token() string {
	h := sha256.New()
	for _, i := range p.items {
		fmt.Fprintf(h, "%d %d %v %s %v\n", i.posting.ID, i.left, i.rule, i.reason, i.shares)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// preview sums the plan.
func (p bulkPlan) preview(projects map[portfolio.ProjectID]Project) BulkPreview {
	out := BulkPreview{Count: int64(len(p.items)), Skipped: p.skipped, More: p.more, Token: p.token()}
	sums := map[portfolio.ProjectID]BulkShare{}
	for n, i := range p.items {
		line := BulkLine{Posting: i.posting, Residual: i.left, Agreed: i.agreed, Rule: i.rule}
		for _, s := range i.shares {
			line.Shares = append(line.Shares, SuggestedShare{projects[s.ProjectID], s.Amount})
			sum := sums[s.ProjectID]
			sums[s.ProjectID] = BulkShare{projects[s.ProjectID], sum.Lines + 1, sum.Sum + s.Amount}
			out.Sum, out.Gross = out.Sum+s.Amount, out.Gross+s.Amount.Abs()
		}
		if n < maxBulkShown {
			out.Lines = append(out.Lines, line)
		}
	}
	for _, s := range sums {
		out.Projects = append(out.Projects, s)
	}
	slices.SortFunc(out.Projects, func(a, b BulkShare) int { return compareProjects(a.Project, b.Project) })
	return out
}

// foremost is the best candidate when no other one is as good; it must score enough and fit what is left of the line.
func foremost(all []reconcile.Candidate, least int) (reconcile.Candidate, bool) {
	if len(all) == 0 || all[0].Score < least || len(all) > 1 && all[1].Score == all[0].Score {
		return reconcile.Candidate{}, false
	}
	return all[0], true
}

// compareProjects orders projects by roadmap and code; what is excluded comes last.
func compareProjects(a, b Project) int {
	if (a.ID == 0) != (b.ID == 0) {
		return cmp.Compare(b.ID, a.ID)
	}
	return cmp.Or(cmp.Compare(a.Roadmap.Code, b.Roadmap.Code), cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
}
