package forecast

import (
	"math/big"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// MethodEVM names the way earned value is measured.
const MethodEVM = "jalon-evm/1"

// CostBasis says what counts as spent. It stands beside every figure that uses an actual cost: the same project can
// be on budget by what was ordered to be paid and over it by what was delivered.
type CostBasis string

// The bases of an actual cost.
const (
	Mandated    CostBasis = "mandated"     // payment orders issued
	ServiceDone CostBasis = "service_done" // payment orders and what was delivered without one yet (service fait)
	Paid        CostBasis = "paid"         // what the accountant has paid
)

// Costs are the actual costs of a project as far as they are known.
type Costs struct {
	Mandated    money.Amount
	ServiceDone *money.Amount // delivered and not mandated yet; nil: the finance system does not tell
	Paid        *money.Amount // nil: the finance system does not tell
}

// On gives the actual cost on the basis asked for, or on Mandated where that one is not known, and the basis it is on.
func (c Costs) On(want CostBasis) (money.Amount, CostBasis, error) {
	switch want {
	case ServiceDone:
		if c.ServiceDone != nil {
			ac, err := sum(c.Mandated, *c.ServiceDone)
			return ac, ServiceDone, err
		}
	case Paid:
		if c.Paid != nil {
			return *c.Paid, Paid, nil
		}
	case Mandated:
	default:
		return 0, "", fault.Invalid("forecast.cost_basis", string(want))
	}
	return c.Mandated, Mandated, nil
}

// Work is what earned value is measured from. Progress never comes from spending.
type Work struct {
	BAC     money.Amount // budget at completion
	Planned *big.Rat     // share of the work planned to be done by the day, 0 to 1; nil: no plan
	Earned  *big.Rat     // share physically done; nil: not known
	Costs   Costs
	Basis   CostBasis // what is asked for; the result names what it is measured on
}

// EVM is the earned value of a project on a day. What cannot be measured is nil, never 0.
type EVM struct {
	Method string
	Basis  CostBasis
	BAC    money.Amount
	AC     money.Amount  // actual cost on Basis
	PV     *money.Amount // planned value
	EV     *money.Amount // earned value
	CV     *money.Amount // EV − AC
	SV     *money.Amount // EV − PV
	CPI    *big.Rat      // EV / AC
	SPI    *big.Rat      // EV / PV
	TCPI   *big.Rat      // (BAC − EV)/(BAC − AC): how well the rest must go to keep to the budget
	EAC1   *money.Amount // BAC / CPI: the rest goes as the work so far
	EAC2   *money.Amount // AC + BAC − EV: the rest goes as planned
	EAC3   *money.Amount // AC + (BAC − EV)/(CPI·SPI): lateness costs as well
	VAC1   *money.Amount // BAC − EAC1, and so on
	VAC2   *money.Amount
	VAC3   *money.Amount
}

// EarnedValue measures the work (ANSI/EIA-748). It refuses shares outside 0 to 1, a negative budget and an unknown
// basis; a figure beyond 64 bits is nil.
func EarnedValue(w Work) (EVM, error) {
	if w.BAC < 0 {
		return EVM{}, fault.Invalid("forecast.budget_negative")
	}
	for _, share := range []*big.Rat{w.Planned, w.Earned} {
		if share != nil && (share.Sign() < 0 || share.Cmp(big.NewRat(1, 1)) > 0) {
			return EVM{}, fault.Invalid("forecast.progress_range")
		}
	}
	ac, basis, err := w.Costs.On(w.Basis)
	if err != nil {
		return EVM{}, err
	}
	e := EVM{Method: MethodEVM, Basis: basis, BAC: w.BAC, AC: ac}
	e.PV, e.EV = shareOf(w.BAC, w.Planned), shareOf(w.BAC, w.Earned)
	if e.EV == nil {
		return e, nil
	}
	bac, actual, earned := exact(w.BAC), exact(ac), exact(*e.EV)
	rest := new(big.Rat).Sub(bac, earned)
	e.CV = amount(new(big.Rat).Sub(earned, actual))
	e.CPI = ratio(*e.EV, ac)
	e.EAC2 = amount(new(big.Rat).Add(actual, rest))
	e.TCPI = quotient(rest, new(big.Rat).Sub(bac, actual))
	if e.CPI != nil {
		e.EAC1 = amountOf(quotient(bac, e.CPI))
	}
	if e.PV != nil {
		e.SV = amount(new(big.Rat).Sub(earned, exact(*e.PV)))
		e.SPI = ratio(*e.EV, *e.PV)
	}
	if e.CPI != nil && e.SPI != nil {
		if togo := quotient(rest, new(big.Rat).Mul(e.CPI, e.SPI)); togo != nil {
			e.EAC3 = amount(togo.Add(togo, actual))
		}
	}
	e.VAC1, e.VAC2, e.VAC3 = variance(w.BAC, e.EAC1), variance(w.BAC, e.EAC2), variance(w.BAC, e.EAC3)
	return e, nil
}

// shareOf is a share of an amount, nil where the share is not known.
func shareOf(a money.Amount, share *big.Rat) *money.Amount {
	if share == nil {
		return nil
	}
	return amount(new(big.Rat).Mul(exact(a), share))
}

// amount rounds once; nil beyond 64 bits.
func amount(r *big.Rat) *money.Amount {
	a, ok := rounded(r)
	if !ok {
		return nil
	}
	return &a
}

// amountOf is amount of what may be undefined.
func amountOf(r *big.Rat) *money.Amount {
	if r == nil {
		return nil
	}
	return amount(r)
}

// quotient is num/den, nil unless den is above 0.
func quotient(num, den *big.Rat) *big.Rat {
	if den.Sign() <= 0 {
		return nil
	}
	return new(big.Rat).Quo(num, den)
}

func variance(bac money.Amount, eac *money.Amount) *money.Amount {
	if eac == nil {
		return nil
	}
	return amount(new(big.Rat).Sub(exact(bac), exact(*eac)))
}
