package scoring

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// Keep chooses among candidates by their values, in millionths, which stand in the order in which the candidates were handed in. It must give one
// answer a candidate, and the same one for the same values.
type Keep func(values []int64) []bool

// Millionths is the value of a candidate that reaches the best level of every criterion, as Keep sees it.
const Millionths = 1_000_000

// Variation says how weights are varied.
type Variation struct {
	Draws  int
	Spread money.BasisPoints // each weight is multiplied by a factor between 1 − Spread and 1 + Spread, all as likely
	Seed   uint64
	Stop   func() bool // asked before each draw; nil never stops
}

// Usual is the variation that rankings are tested by: a thousand draws of ±25 %. The seed is fixed, so that who asks twice is told the same.
func Usual() Variation { return Variation{Draws: 1000, Spread: 2500, Seed: 2027} }

// Robustness is how often each candidate is kept when the weights vary.
type Robustness struct {
	Draws int    // that were made
	Base  []bool // kept with the weights as they are
	Kept  []money.BasisPoints
}

// Stability sorts candidates by what their share of the draws means.
type Stability string

// Who is kept, or left out, in nine draws of ten or more is safe; who lies between is worth a discussion.
const (
	StabilityKept    Stability = "kept"
	StabilityOut     Stability = "out"
	StabilityFragile Stability = "fragile"
)

// safe is the share of draws from which a candidate is safe.
const safe money.BasisPoints = 9_000

// StabilityOf judges a share of the draws.
func StabilityOf(kept money.BasisPoints) Stability {
	switch {
	case kept >= safe:
		return StabilityKept
	case kept <= Whole-safe:
		return StabilityOut
	}
	return StabilityFragile
}

// Vary draws weights around those of the grid, brings them back to the same sum, and counts who is kept. All of it is reckoned in whole
// numbers: factors are drawn in basis points, values rounded to millionths.
func Vary(g Grid, candidates []Candidate, keep Keep, v Variation) (Robustness, error) {
	if v.Draws < 0 || v.Spread < 0 || v.Spread >= Whole {
		return Robustness{}, fault.Invalid("grid.variation")
	}
	shares := g.shares(candidates)
	weights := make([]int64, len(g.Criteria))
	for i, c := range g.Criteria {
		weights[i] = int64(c.Weight)
	}
	out := Robustness{Base: keep(weigh(shares, weights)), Kept: make([]money.BasisPoints, len(candidates))}
	counts := make([]int64, len(candidates))
	random := rand.New(rand.NewPCG(v.Seed, uint64(Whole)))
	drawn := make([]int64, len(weights))
	for ; out.Draws < v.Draws && (v.Stop == nil || !v.Stop()); out.Draws++ {
		for i, w := range weights {
			drawn[i] = w * (int64(Whole-v.Spread) + random.Int64N(2*int64(v.Spread)+1))
		}
		for i, kept := range keep(weigh(shares, drawn)) {
			if kept {
				counts[i]++
			}
		}
	}
	for i, n := range counts {
		out.Kept[i] = share(n, int64(out.Draws))
	}
	return out, nil
}

// billion is what a level that is the best one counts before it is weighed: fine enough for millionths after it.
const billion = 1_000_000_000

// shares are the levels of candidates as billionths of the best ones, 0 where they are not known or are not of value.
func (g Grid) shares(candidates []Candidate) [][]int64 {
	out := make([][]int64, len(candidates))
	for n, c := range candidates {
		out[n] = make([]int64, len(g.Criteria))
		for i, criterion := range g.Criteria {
			if l := levelAt(c.Levels, i); criterion.Kind == KindValue && l.Known() {
				out[n][i] = (2*l.Sum*billion + l.N*criterion.Top) / (2 * l.N * criterion.Top)
			}
		}
	}
	return out
}

// weigh gives the values in millionths. Weights are below 2^27, so that no product leaves 64 bits.
func weigh(shares [][]int64, weights []int64) []int64 {
	var sum int64
	for _, w := range weights {
		sum += w
	}
	out := make([]int64, len(shares))
	if sum == 0 {
		return out
	}
	const finer = billion / Millionths
	for n, row := range shares {
		var value int64
		for i, w := range weights {
			value += w * row[i]
		}
		out[n] = (value/finer + sum/2) / sum
	}
	return out
}

func share(n, of int64) money.BasisPoints {
	if of == 0 {
		return 0
	}
	return money.BasisPoints((2*n*int64(Whole) + of) / (2 * of))
}

// TopN keeps the n candidates of the greatest value; of equal ones those that were handed in first.
func TopN(n int) Keep {
	return func(values []int64) []bool {
		kept := make([]bool, len(values))
		for _, i := range descending(values)[:min(max(n, 0), len(values))] {
			kept[i] = true
		}
		return kept
	}
}

// Within keeps candidates from the greatest value down, each that has room under every limit beside those that are kept already: who has not is passed over, and a smaller one may
// follow. uses holds what each candidate uses of each limit, which must not be negative; room what there is, where less than nothing leaves room for those only that use nothing of it.
func Within(uses [][]int64, room []int64) Keep {
	return func(values []int64) []bool {
		kept, left := make([]bool, len(values)), slices.Clone(room)
		for _, i := range descending(values) {
			if kept[i] = fits(uses[i], left); !kept[i] {
				continue
			}
			for k, n := range uses[i] {
				left[k] -= n
			}
		}
		return kept
	}
}

func fits(uses, left []int64) bool {
	for k, n := range uses {
		if n > 0 && n > left[k] {
			return false
		}
	}
	return true
}

func descending(values []int64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	return order
}
