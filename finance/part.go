package finance

import (
	"slices"

	"jalon/finance/reconcile"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// PartInput says what a project takes of what is left of a line: an amount, or a share of what the amounts leave.
type PartInput struct {
	Project portfolio.ProjectID
	Amount  money.Amount // 0: a share
	ShareBP int64        // basis points
}

// Limits of what a person allocates by hand.
const (
	maxParts     = 200
	maxAllocated = money.Amount(1_000_000_000_000_000)
)

// checkParts reports what is wrong with parts, whatever the line.
func checkParts(f *fault.Fields, parts []PartInput) {
	f.Check(len(parts) > 0, "parts", "input.required")
	f.Check(len(parts) <= maxParts, "parts", "allocation.parts_many", maxParts)
	seen := map[portfolio.ProjectID]bool{}
	for _, p := range parts[:min(len(parts), maxParts)] {
		f.Check(p.Project > 0, "parts", "allocation.part_project")
		f.Check(p.Project <= 0 || !seen[p.Project], "parts", "allocation.part_twice")
		f.Check((p.Amount != 0) != (p.ShareBP != 0), "parts", "allocation.part_amount")
		f.Check(p.ShareBP >= 0 && p.ShareBP <= reconcile.Whole, "parts", "allocation.part_share")
		f.Check(p.Amount.Abs() <= maxAllocated, "parts", "allocation.part_large")
		seen[p.Project] = true
	}
}

// sharesOfParts shares an amount as somebody asked for. What would get nothing is left out.
func sharesOfParts(amount money.Amount, parts []PartInput) ([]Share, error) {
	asked := make([]reconcile.Part, len(parts))
	for i, p := range parts {
		asked[i] = reconcile.Part{Project: int64(p.Project), ShareBP: p.ShareBP, Fixed: p.Amount, HasFixed: p.Amount != 0}
	}
	return sharesBy(reconcile.Candidate{Parts: asked}, amount, 0)
}

// provenance is where a part of what a target holds came from.
type provenance struct {
	rule, version int64
	held          money.Amount
}

// taken gives the allocations that take an amount back from a target, each from what one rule, or a person, had given it.
func taken(held []Allocation, from portfolio.ProjectID, amount money.Amount, method Method, reason string) []Allocation {
	var by []provenance
	for _, a := range held {
		if a.ProjectID != from {
			continue
		}
		i := slices.IndexFunc(by, func(p provenance) bool { return p.rule == a.RuleID && p.version == a.RuleVersion })
		if i < 0 {
			i, by = len(by), append(by, provenance{rule: a.RuleID, version: a.RuleVersion})
		}
		by[i].held += a.Amount
	}
	var out []Allocation
	for _, p := range by {
		part := p.held
		if part == 0 || amount == 0 || (part < 0) != (amount < 0) {
			continue // what stands the other way is outweighed by the others
		}
		if part.Abs() > amount.Abs() {
			part = amount
		}
		out = append(out, Allocation{ProjectID: from, Amount: -part, Method: method, RuleID: p.rule, RuleVersion: p.version, Reason: reason})
		amount -= part
	}
	return out
}
