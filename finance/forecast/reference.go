package forecast

import (
	"cmp"
	"math/big"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// MethodReference names the way reference classes are measured.
const MethodReference = "jalon-reference/1"

// Smallest samples for which a quantile is given. Overruns of IT projects have tails so heavy that their mean may not
// exist (Flyvbjerg et al., Project Management Journal, 2025), so that a mean is never offered as an uplift.
const (
	SampleP50 = 10
	SampleP80 = 20
	SampleP90 = 50
)

// farAbove is the ratio beyond which a project counts as a failure of its estimate: half as much again.
var farAbove = big.NewRat(3, 2)

// Outcome says how a project of a reference class stands.
type Outcome string

// The outcomes. Only finished projects are measured; the others are known from below.
const (
	Finished  Outcome = "finished"
	Ongoing   Outcome = "ongoing"
	Abandoned Outcome = "abandoned"
)

// Case is one comparable project.
type Case struct {
	ID         int64
	Name       string
	Outcome    Outcome
	EndedOn    civil.Date
	First      money.Amount // first budget
	Cost       money.Amount // actual cost; so far, for what is not finished
	FirstIndex int64        // price index of the first budget; 0: no index, prices as they were
	CostIndex  int64        // price index of the cost; both or none
}

// Referent is a case as the class takes it.
type Referent struct {
	Case
	Ratio    *big.Rat // cost / first budget, at constant prices where both indices are given; nil: not comparable
	Constant bool     // at constant prices
	Censored bool     // not finished: the ratio is a lower bound and stays out of the quantiles
}

// ClassQuantile is a quantile of a class.
type ClassQuantile struct {
	P     money.BasisPoints // 5000 for P50
	Ratio *big.Rat
	// OngoingAbove counts the projects not finished that have passed the quantile already: with them it would be higher.
	OngoingAbove int
}

// Class is a reference class: what became of the estimates of comparable projects (Flyvbjerg, 2006).
type Class struct {
	Method       string
	N            int // finished and comparable
	Censored     int
	Incomparable int             // without a first budget, or finished without a cost
	Quantiles    []ClassQuantile // as many as the sample carries; none below SampleP50: show a published base rate then
	Mean         *big.Rat        // for information, never an uplift; nil for none
	Max          *big.Rat        // nil for none
	FarAbove     int             // finished at more than 1.5 times the first budget
	References   []Referent      // every case, comparable ones by ratio, so that a reader can check
}

// FarAboveShare is the share of finished projects beyond 1.5 times the first budget, nil when there are none.
func (c Class) FarAboveShare() *big.Rat {
	return ratio(money.Amount(c.FarAbove), money.Amount(c.N))
}

// ClassOf measures a reference class. The order of the cases does not matter.
func ClassOf(cases []Case) Class {
	c := Class{Method: MethodReference}
	var sample, floors []*big.Rat
	total := new(big.Rat)
	for _, x := range cases {
		r := referent(x)
		c.References = append(c.References, r)
		switch {
		case r.Ratio == nil:
			c.Incomparable++
		case r.Censored:
			c.Censored++
			floors = append(floors, r.Ratio)
		default:
			sample = append(sample, r.Ratio)
			total.Add(total, r.Ratio)
			if r.Ratio.Cmp(farAbove) > 0 {
				c.FarAbove++
			}
		}
	}
	slices.SortFunc(c.References, compareReferents)
	slices.SortFunc(sample, (*big.Rat).Cmp)
	if c.N = len(sample); c.N > 0 {
		c.Max = sample[c.N-1]
		c.Mean = total.Quo(total, new(big.Rat).SetInt64(int64(c.N)))
	}
	for _, q := range []struct {
		least int
		p     money.BasisPoints
	}{{SampleP50, 5000}, {SampleP80, 8000}, {SampleP90, 9000}} {
		if c.N < q.least {
			break
		}
		at := ClassQuantile{P: q.p, Ratio: Quantile(sample, q.p)}
		for _, f := range floors {
			if f.Cmp(at.Ratio) > 0 {
				at.OngoingAbove++
			}
		}
		c.Quantiles = append(c.Quantiles, at)
	}
	return c
}

// referent takes the ratio of a case.
func referent(x Case) Referent {
	r := Referent{Case: x, Censored: x.Outcome != Finished}
	if x.First <= 0 || x.Cost < 0 || (x.Cost == 0 && !r.Censored) {
		return r
	}
	r.Ratio = big.NewRat(int64(x.Cost), int64(x.First))
	if x.FirstIndex > 0 && x.CostIndex > 0 {
		r.Constant = true
		r.Ratio.Mul(r.Ratio, big.NewRat(x.FirstIndex, x.CostIndex))
	}
	return r
}

func compareReferents(a, b Referent) int {
	if (a.Ratio == nil) != (b.Ratio == nil) {
		if a.Ratio == nil {
			return 1
		}
		return -1
	}
	order := 0
	if a.Ratio != nil {
		order = a.Ratio.Cmp(b.Ratio)
	}
	return cmp.Or(order, cmp.Compare(a.ID, b.ID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Outcome, b.Outcome),
		a.EndedOn.Compare(b.EndedOn), cmp.Compare(a.First, b.First), cmp.Compare(a.Cost, b.Cost),
		cmp.Compare(a.FirstIndex, b.FirstIndex), cmp.Compare(a.CostIndex, b.CostIndex))
}
