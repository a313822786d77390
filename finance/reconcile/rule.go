package reconcile

import (
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// Rule says which lines belong where. All its conditions must hold.
type Rule struct {
	ID      int64
	Version int // raised by every change; a booking names the version that made it
	Rank    Rank
	// Priority decides within a rank: the lowest goes first. The built-in rules have 0.
	Priority  int
	Name      string     // for people; may be empty
	From, To  civil.Date // days of the documents that it is for, both included; zero: open
	When      []Condition
	Then      Action
	Confirmed int  // how often a person accepted what it suggested
	Suggests  bool // never books by itself, whatever its rank and however often it was confirmed
}

// RuleRef names the version of a rule. Built-in rules have no id, and Method as their version.
type RuleRef struct {
	ID      int64
	Version int
	Rank    Rank
}

// Limits of one rule.
const (
	maxConditions = 20
	maxPriority   = 999
	maxName       = 200 // bytes
)

// Books tells whether the rule books by itself: one of a sure rank does, one of a weak rank once it was confirmed
// ConfirmationsToBook times.
func (r Rule) Books() bool {
	return !r.Suggests && (r.Rank.Books() || r.Confirmed >= ConfirmationsToBook)
}

// Ref names this version of the rule.
func (r Rule) Ref() RuleRef { return RuleRef{r.ID, r.Version, r.Rank} }

// Validate reports every rule that the rule itself breaks, as one fault with a field for each. A rank cannot be surer
// than the conditions: a rule that books at once must name the exact key that its rank stands for.
func (r Rule) Validate() error {
	var f fault.Fields
	f.Check(r.Rank.Valid(), "rank", "reconcile.rule.rank")
	f.Check(r.Priority >= -maxPriority && r.Priority <= maxPriority, "priority", "reconcile.rule.priority", maxPriority)
	f.Check(len(r.Name) <= maxName, "name", "reconcile.rule.name", maxName)
	f.Check(r.To.IsZero() || !r.To.Before(r.From), "to", "reconcile.rule.window")
	f.Check(r.Confirmed >= 0, "confirmed", "reconcile.rule.confirmed")
	f.Check(len(r.When) > 0, "when", "reconcile.rule.conditions_none")
	f.Check(len(r.When) <= maxConditions, "when", "reconcile.rule.conditions_many", maxConditions)
	for _, c := range r.When[:min(len(r.When), maxConditions)] {
		if _, err := c.compile(); err != nil {
			f.Add("when", err.Key, err.Args...)
		}
	}
	if r.Rank.Valid() && r.Rank < Surest(r.When) {
		f.Add("rank", "reconcile.rule.rank_too_sure")
	}
	r.Then.validate(&f)
	return f.Err()
}

// exactFields are the keys that the ranks stand for, the surest first.
var exactFields = []struct {
	rank  Rank
	field Field
}{
	{RankCommitment, FieldCommitment}, {RankOrigin, FieldOrigin}, {RankAnalytic, FieldAnalytic}, {RankOperation, FieldOperation},
	{RankContract, FieldContract}, {RankInventory, FieldInventory}, {RankSupplier, FieldSupplierID},
}

// Surest is the first rank that conditions allow: that of the surest key which they name exactly, else RankLabel.
func Surest(when []Condition) Rank {
	for _, exact := range exactFields {
		if slices.ContainsFunc(when, func(c Condition) bool { return c.Field == exact.field && c.Op == OpEquals }) {
			return exact.rank
		}
	}
	return RankLabel
}

// inWindow tells whether the day of a line lies between two days, both included; a day that cannot be read lies in no
// window but the open one.
func inWindow(f *Facts, from, to civil.Date) bool {
	if from.IsZero() && to.IsZero() {
		return true
	}
	return !f.Date.IsZero() && !f.Date.Before(from) && (to.IsZero() || !f.Date.After(to))
}

// fieldsOf lists the fields of conditions, each once, in their order.
func fieldsOf(when []Condition) []Field {
	var out []Field
	for _, c := range when {
		if !slices.Contains(out, c.Field) {
			out = append(out, c.Field)
		}
	}
	return out
}
