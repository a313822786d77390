package forecast

import (
	"cmp"
	"math/big"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// MethodOutlook names the way costs at completion are derived.
const MethodOutlook = "jalon-outlook/1"

// ToGoBelowCommitments is the finding that less is expected to be spent than is bound already. [to go, bound]
const ToGoBelowCommitments = "to_go_below_commitments"

// Expectation is what a project has cost and is expected to cost.
type Expectation struct {
	Costs     Costs
	Basis     CostBasis    // what is asked for; the result names what it is measured on
	Exposure  money.Amount // mandated and committed, from the position
	ToGo      money.Amount // from the project manager, not below 0
	Justified bool         // the project manager says why less is to go than is committed
	First     *money.Amount
	Revised   *money.Amount
}

// Outlook is the cost at completion and what it exceeds.
type Outlook struct {
	Method string
	Basis  CostBasis
	Actual money.Amount
	ToGo   money.Amount
	EAC    money.Amount // Actual + ToGo

	First         *money.Amount // first budget, which never changes
	OverFirst     *money.Amount // EAC − First; below 0 when cheaper
	OverFirstRate *big.Rat      // EAC/First − 1

	Revised         *money.Amount // budget in force
	OverRevised     *money.Amount
	OverRevisedRate *big.Rat

	RealisedOver *money.Amount // Actual − Revised: above 0, more was spent than there is
	ExposedOver  *money.Amount // Exposure − Revised: above 0, the overrun is certain although not yet spent
	ExposedRate  *big.Rat      // Exposure/Revised − 1

	Findings []Finding
}

// OutlookOf derives the cost at completion. It refuses a negative to-go and sums beyond 64 bits.
func OutlookOf(e Expectation) (Outlook, error) {
	if e.ToGo < 0 {
		return Outlook{}, fault.Invalid("forecast.to_go_negative")
	}
	actual, basis, err := e.Costs.On(e.Basis)
	if err != nil {
		return Outlook{}, err
	}
	o := Outlook{Method: MethodOutlook, Basis: basis, Actual: actual, ToGo: e.ToGo, First: e.First, Revised: e.Revised}
	if o.EAC, err = sum(actual, e.ToGo); err != nil {
		return Outlook{}, err
	}
	var errs [5]error
	o.OverFirst, errs[0] = minusKnown(o.EAC, e.First)
	o.OverRevised, errs[1] = minusKnown(o.EAC, e.Revised)
	o.RealisedOver, errs[2] = minusKnown(actual, e.Revised)
	o.ExposedOver, errs[3] = minusKnown(e.Exposure, e.Revised)
	// On mandated costs what is bound is the DENM; on another basis what was delivered or not paid yet is taken into
	// account by the same difference.
	var bound money.Amount
	bound, errs[4] = minus(e.Exposure, actual)
	if err := cmp.Or(errs[:]...); err != nil {
		return Outlook{}, err
	}
	if e.First != nil {
		o.OverFirstRate = change(o.EAC, *e.First)
	}
	if e.Revised != nil {
		o.OverRevisedRate, o.ExposedRate = change(o.EAC, *e.Revised), change(e.Exposure, *e.Revised)
	}
	if e.ToGo < bound && !e.Justified {
		o.Findings = append(o.Findings, Finding{Code: ToGoBelowCommitments, Args: []any{e.ToGo, bound}})
	}
	return o, nil
}
