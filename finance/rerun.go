package finance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"jalon/finance/reconcile"
	"jalon/internal/money"
	"jalon/portfolio"
)

// maxRerun is how many entries one run of the rules changes; who has more runs them again.
const maxRerun = 20_000

// RerunPreview is what running the rules again on a fiscal year would change. The token stands for all of it: applying it does this or nothing.
type RerunPreview struct {
	Year     int64
	Lines    int64            // entries that were looked at: those of open periods that no person allocated
	New      reconcile.Volume // leave the queue
	Moved    reconcile.Volume // go elsewhere
	Returned reconcile.Volume // go back to the queue, because no rule books them any more
	Projects []RerunShare     // what each project would gain or lose, those excluded last
	Examples []RerunLine      // at most 200 of them
	More     bool             // there are more changes than one run makes
	Token    string
}

// RerunShare is what a project would gain or lose.
type RerunShare struct {
	Project Project // zero: excluded
	Sum     money.Amount
}

// RerunLine is one entry that would change.
type RerunLine struct {
	Posting       Posting
	Before, After []SuggestedShare
	Rule          reconcile.RuleRef
	Agreed        []reconcile.Field
}

// rerunItem is one entry with what the rules make of it now.
type rerunItem struct {
	line   *ledgerLine
	after  []Share
	rule   reconcile.RuleRef
	reason string
	agreed []reconcile.Field
	method Method
}

// rerunPlan is what a run would change.
type rerunPlan struct {
	items []rerunItem
	lines int64
	more  bool
}

// rerunnable tells whether the rules may decide on a line again: a person who allocated something of it decided already. What corrections inherited is settled
// with the entry that they correct.
func (l *ledgerLine) rerunnable() bool {
	if len(l.shares) == 0 {
		return true
	}
	return !slices.ContainsFunc(l.held, func(a Allocation) bool { return a.Method != MethodRule })
}

// inherits tells whether all that a line is allocated to came from the entry that it corrects, or by rules.
func (l *ledgerLine) inherits() bool {
	return !slices.ContainsFunc(l.held, func(a Allocation) bool { return a.Method != MethodRule && a.Method != MethodInherited })
}

// decide gives what the rules make of a line now; false when it stands so already.
func (l *ledgerLine) decide(m *reconcile.Matcher, origin []reconcile.Share) (rerunItem, bool) {
	item := rerunItem{line: l, method: MethodRule}
	if v := m.Match(factsOf(&l.Posting), origin); v.Kind == reconcile.Books {
		shares, err := sharesBy(reconcile.Candidate{Parts: v.Parts, Exclude: v.Exclude}, l.Amount, l.YearID)
		if err == nil {
			slices.SortFunc(shares, func(a, b Share) int { return int(a.ProjectID - b.ProjectID) })
			item.after, item.rule, item.reason, item.agreed = joined(shares), v.Rule, v.Reason, v.Agreed
		}
	}
	return item, !slices.Equal(item.after, l.shares)
}

// joined adds neighbouring shares of one target.
func joined(shares []Share) []Share {
	var out []Share
	for _, s := range shares {
		if n := len(out); n > 0 && out[n-1].ProjectID == s.ProjectID {
			out[n-1].Amount += s.Amount
			continue
		}
		out = append(out, s)
	}
	return out
}

// allocations takes back what the line is allocated to and gives it to what the rules say. Both are booked as what rules do, so that they may be run again.
func (i rerunItem) allocations() []Allocation {
	var out []Allocation
	for _, s := range i.line.shares {
		out = append(out, taken(i.line.held, s.ProjectID, s.Amount, i.method, "")...)
	}
	like := Allocation{Method: i.method, RuleID: i.rule.ID, RuleVersion: int64(i.rule.Version), Reason: i.reason}
	return append(out, allocationsOf(i.after, like)...)
}

func (p rerunPlan) token() string {
	h := sha256.New()
	for _, i := range p.items {
		fmt.Fprintf(h, "%d %v %v %v\n", i.line.ID, i.line.shares, i.after, i.rule)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// preview sums the plan.
func (p rerunPlan) preview(year int64, projects map[portfolio.ProjectID]Project) RerunPreview {
	out := RerunPreview{Year: year, Lines: p.lines, More: p.more, Token: p.token()}
	sums := map[portfolio.ProjectID]money.Amount{}
	for n, i := range p.items {
		volume := &out.Moved
		switch {
		case len(i.line.shares) == 0:
			volume = &out.New
		case len(i.after) == 0:
			volume = &out.Returned
		}
		volume.Lines++
		volume.Sum += i.line.Amount
		line := RerunLine{Posting: i.line.Posting, Rule: i.rule, Agreed: i.agreed}
		for _, s := range i.line.shares {
			line.Before = append(line.Before, SuggestedShare{projects[s.ProjectID], s.Amount})
			sums[s.ProjectID] -= s.Amount
		}
		for _, s := range i.after {
			line.After = append(line.After, SuggestedShare{projects[s.ProjectID], s.Amount})
			sums[s.ProjectID] += s.Amount
		}
		if n < maxBulkShown {
			out.Examples = append(out.Examples, line)
		}
	}
	for id, sum := range sums {
		out.Projects = append(out.Projects, RerunShare{projects[id], sum})
	}
	slices.SortFunc(out.Projects, func(a, b RerunShare) int { return compareProjects(a.Project, b.Project) })
	return out
}
