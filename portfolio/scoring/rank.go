package scoring

import (
	"cmp"
	"math/big"
	"slices"
)

// MostPoints is the value of a candidate that reaches the best level of every criterion.
const MostPoints = 1000

// Candidate is what is ranked. Its levels stand in the order of the criteria of the grid.
type Candidate struct {
	Code    string
	Entered int64 // when it was asked for, in any unit: the earlier goes first among equals
	Levels  []Level
}

// Tie says which rule sets a candidate behind the one before it.
type Tie string

// The rules, in the order in which they are asked.
const (
	TieNone      Tie = ""          // the first one, or one that is not ranked
	TieValue     Tie = "value"     // it has less value
	TieCriterion Tie = "criterion" // the same value, but less of a criterion, asked from the heaviest on
	TieEarlier   Tie = "earlier"   // it was asked for later
	TieCode      Tie = "code"      // its code comes later
)

// Place is where a candidate stands.
type Place struct {
	Candidate int   // its place in what was handed in
	Rank      int   // from 1; 0 while criteria of value are not scored
	Points    int64 // 0 to MostPoints, rounded half up; of what is not ranked, what is known so far
	Complete  bool  // every criterion of value is known
	By        Tie
	Criterion int // the criterion of TieCriterion, else −1
	value     *big.Rat
}

// Value is the weighted sum of the levels, between 0 and 1, and whether every criterion of value is known. What is not known counts as nothing;
// where there is no criterion of value, nothing is known.
func (g Grid) Value(levels []Level) (*big.Rat, bool) {
	value, complete, weighed := new(big.Rat), true, 0
	for i, c := range g.Criteria {
		if c.Kind != KindValue {
			continue
		}
		weighed++
		l := levelAt(levels, i)
		complete = complete && l.Known()
		value.Add(value, new(big.Rat).Mul(big.NewRat(int64(c.Weight), int64(Whole)), l.share(c.Top)))
	}
	return value, complete && weighed > 0
}

// Points is Value in points.
func (g Grid) Points(levels []Level) (points int64, complete bool) {
	value, complete := g.Value(levels)
	return rounded(value.Mul(value, big.NewRat(MostPoints, 1))), complete
}

// Rank orders candidates by their value. Of two with the same value, the one goes first that has more of the heaviest criterion, then of the
// next (of criteria of the same weight, that which stands first in the grid); then the one that was asked for earlier; then the one whose code
// comes first. Candidates of which a criterion of value is not known follow without a rank, by their code. The order in which candidates are handed
// in does not matter unless they share their code.
func Rank(g Grid, candidates []Candidate) []Place {
	places := make([]Place, len(candidates))
	for i, c := range candidates {
		places[i] = Place{Candidate: i, Criterion: -1}
		places[i].value, places[i].Complete = g.Value(c.Levels)
		places[i].Points, _ = g.Points(c.Levels)
	}
	order := g.byWeight()
	slices.SortStableFunc(places, func(a, b Place) int {
		if a.Complete != b.Complete {
			if a.Complete {
				return -1
			}
			return 1
		}
		if !a.Complete {
			return cmp.Compare(candidates[a.Candidate].Code, candidates[b.Candidate].Code)
		}
		n, _, _ := g.compare(order, candidates, a, b)
		return n
	})
	for i := range places {
		p := &places[i]
		if !p.Complete {
			break
		}
		p.Rank = i + 1
		if i > 0 {
			_, p.By, p.Criterion = g.compare(order, candidates, places[i-1], *p)
		}
	}
	return places
}

// compare sets two ranked candidates against each other, and says by which rule.
func (g Grid) compare(order []int, candidates []Candidate, a, b Place) (n int, by Tie, criterion int) {
	if n := b.value.Cmp(a.value); n != 0 {
		return n, TieValue, -1
	}
	x, y := candidates[a.Candidate], candidates[b.Candidate]
	for _, i := range order {
		top := g.Criteria[i].Top
		if n := levelAt(y.Levels, i).share(top).Cmp(levelAt(x.Levels, i).share(top)); n != 0 {
			return n, TieCriterion, i
		}
	}
	if n := cmp.Compare(x.Entered, y.Entered); n != 0 {
		return n, TieEarlier, -1
	}
	return cmp.Compare(x.Code, y.Code), TieCode, -1
}

// byWeight lists the criteria of value, the heaviest first.
func (g Grid) byWeight() []int {
	var out []int
	for i, c := range g.Criteria {
		if c.Kind == KindValue {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(g.Criteria[b].Weight, g.Criteria[a].Weight) })
	return out
}
