package governance

import (
	"jalon/finance"
	"jalon/internal/money"
)

// BudgetMove is a figure of the budget in the last pack and in this one. nil: it was not known.
type BudgetMove struct {
	Figure string        `json:"figure"` // voted, allotted, committed, mandated, exposure, landing
	From   *money.Amount `json:"from"`
	To     *money.Amount `json:"to"`
}

// budgetMoves holds the budget against that of the last pack. Nothing is compared where one of them shows none, or where they are
// told on different bases: their difference would mean nothing.
func budgetMoves(was, is *finance.PackFinance) []BudgetMove {
	if was == nil || is == nil || was.AmountBasis != is.AmountBasis || was.CostBasis != is.CostBasis {
		return nil
	}
	moves := []BudgetMove{
		{"voted", &was.Voted, &is.Voted}, {"allotted", &was.Totals.Budget, &is.Totals.Budget}, {"committed", &was.Totals.Committed, &is.Totals.Committed},
		{"mandated", &was.Totals.Mandated, &is.Totals.Mandated}, {"exposure", &was.Totals.Exposure, &is.Totals.Exposure},
	}
	if was.Totals.EAC != nil || is.Totals.EAC != nil {
		moves = append(moves, BudgetMove{"landing", was.Totals.EAC, is.Totals.EAC})
	}
	return moves
}
