package reconcile

import (
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Where an amount can stand that belongs to no project. They take the place of a project's number in parts and shares.
const (
	Unallocated int64 = 0  // still in the queue
	Excluded    int64 = -1 // out of the roadmap, with a reason
)

// Whole is a share of everything.
const Whole = 10_000

// Part says what a project takes of an amount: a fixed amount, or a share of what the fixed amounts leave.
type Part struct {
	Project    int64        `json:"project"`
	BudgetLine int64        `json:"budget_line,omitempty"`
	ShareBP    int64        `json:"share_bp,omitempty"` // basis points, 1 to 10 000
	Fixed      money.Amount `json:"fixed,omitempty"`    // in place of a share, with HasFixed; it has the sign of the amount
	HasFixed   bool         `json:"has_fixed,omitempty"`
	FiscalYear int64        `json:"fiscal_year,omitempty"` // the part counts in this year only; 0: in every year without parts of its own
}

// Action is what a rule does with the lines that it matches.
type Action struct {
	Exclude bool   `json:"exclude,omitempty"`
	Reason  string `json:"reason,omitempty"` // of an exclusion
	Parts   []Part `json:"parts,omitempty"`
}

// maxParts is how many parts one line may be split into.
const maxParts = 200

// validate reports every rule that the action breaks.
func (a Action) validate(f *fault.Fields) {
	if a.Exclude {
		f.Check(len(a.Parts) == 0, "parts", "reconcile.rule.exclude_parts")
		f.Check(!fault.Blank(a.Reason), "reason", "reconcile.rule.exclude_reason")
		return
	}
	f.Check(len(a.Parts) > 0, "parts", "reconcile.rule.parts_none")
	f.Check(len(a.Parts) <= maxParts, "parts", "reconcile.rule.parts_many", maxParts)
	type place struct{ project, line, year int64 }
	seen := map[place]bool{}
	shares := map[int64]int64{}
	for _, p := range a.Parts {
		at := place{p.Project, p.BudgetLine, p.FiscalYear}
		f.Check(!seen[at], "parts", "reconcile.rule.part_twice")
		seen[at] = true
		f.Check(p.Project > 0 && p.BudgetLine >= 0 && p.FiscalYear >= 0, "parts", "reconcile.rule.part_project")
		if p.HasFixed {
			f.Check(p.Fixed != 0 && p.ShareBP == 0, "parts", "reconcile.rule.part_fixed")
			continue
		}
		f.Check(p.ShareBP > 0 && p.ShareBP <= Whole, "parts", "reconcile.rule.part_share")
		shares[p.FiscalYear] += min(max(p.ShareBP, 0), Whole)
	}
	for _, sum := range shares {
		if sum > Whole {
			f.Add("parts", "reconcile.split.too_much")
			break
		}
	}
}

// ofYear gives the parts that count in a fiscal year: those of that year when there are any, else those of every year.
// It copies only where both kinds are mixed.
func ofYear(parts []Part, year int64) []Part {
	want, general, own := int64(0), 0, 0
	for i := range parts {
		switch parts[i].FiscalYear {
		case 0:
			general++
		case year:
			own++
		}
	}
	n := general
	if own > 0 {
		want, n = year, own
	}
	if n == len(parts) || n == 0 {
		return parts[:n:n]
	}
	out := make([]Part, 0, n)
	for _, p := range parts {
		if p.FiscalYear == want {
			out = append(out, p)
		}
	}
	return out
}
