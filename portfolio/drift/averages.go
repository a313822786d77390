package drift

import (
	"cmp"
	"math/big"
	"slices"
)

// observation is one project's defined deviation, as the averages take it.
type observation struct {
	rate   Rate
	weight int64
	again  bool // a second figure exists
}

// averages holds everything said about one set of observations.
func averages(all []observation, population int) Figures {
	f := Figures{
		N:         len(all),
		Undefined: population - len(all),
		Mean:      mean(all).share(),
		Aggregate: aggregate(all).share(),
		Median:    median(all).share(),
		Weighted:  weighted(all).share(),
	}
	for _, o := range all {
		if o.again {
			f.ReEstimated++
		}
	}
	return f
}

// mean is Σ rate / n, the average that the French state publishes (« moyenne des taux d'écart »):
// a small project counts as much as a large one.
func mean(all []observation) fraction {
	terms := make([]term, len(all))
	for i, o := range all {
		terms[i] = term{num: o.rate.Num, den: o.rate.Den, times: 1}
	}
	return sum(terms).over(big.NewInt(int64(len(all))))
}

// weighted is Σ weight·rate / Σ weight over the projects that have a weight.
func weighted(all []observation) fraction {
	terms := make([]term, 0, len(all))
	total := new(big.Int)
	for _, o := range all {
		if o.weight > 0 {
			terms = append(terms, term{num: o.rate.Num, den: o.rate.Den, times: o.weight})
			total.Add(total, big.NewInt(o.weight))
		}
	}
	return sum(terms).over(total)
}

// aggregate is (Σ current − Σ first)/Σ first: a rate is already (current − first)/first, so its
// numerators and denominators add up as they stand.
func aggregate(all []observation) fraction {
	if len(all) == 0 {
		return fraction{}
	}
	num, den, n := new(big.Int), new(big.Int), new(big.Int)
	for _, o := range all {
		num.Add(num, n.SetInt64(o.rate.Num))
		den.Add(den, n.SetInt64(o.rate.Den))
	}
	return fraction{num, den}
}

// median is the middle rate, or the mean of the two in the middle.
func median(all []observation) fraction {
	if len(all) == 0 {
		return fraction{}
	}
	rates := make([]Rate, len(all))
	for i, o := range all {
		rates[i] = o.rate
	}
	slices.SortFunc(rates, Rate.Compare)
	low, high := exact(rates[(len(rates)-1)/2]), exact(rates[len(rates)/2])
	return low.plus(high).over(big.NewInt(2))
}

func exact(r Rate) fraction { return fraction{big.NewInt(r.Num), big.NewInt(r.Den)} }

// term is times·num/den.
type term struct{ num, den, times int64 }

// sum adds the terms exactly, undefined for none. Terms of one denominator are added first, then
// pairs of sums, pairs of pairs and so on: the factors of each product are of one length, where
// fast multiplication pays, and 10 000 different denominators take milliseconds.
func sum(terms []term) fraction {
	slices.SortFunc(terms, func(a, b term) int { return cmp.Compare(a.den, b.den) })
	var level []fraction
	n, product := new(big.Int), new(big.Int)
	for i, t := range terms {
		if i == 0 || t.den != terms[i-1].den {
			level = append(level, fraction{new(big.Int), big.NewInt(t.den)})
		}
		last := level[len(level)-1].num
		last.Add(last, product.Mul(n.SetInt64(t.num), big.NewInt(t.times)))
	}
	if len(level) == 0 {
		return fraction{}
	}
	for len(level) > 1 {
		half := level[:0]
		for i := 0; i < len(level); i += 2 {
			if i+1 == len(level) {
				half = append(half, level[i])
			} else {
				half = append(half, level[i].plus(level[i+1]))
			}
		}
		level = half
	}
	return level[0]
}
