package scoring

import (
	"cmp"
	"math/big"
	"slices"
)

// Marks are what scorers gave a candidate under a criterion.
type Marks struct {
	Candidate, Criterion int // their places
	Levels               []int64
}

// Gap is how far scorers are apart.
type Gap struct {
	Candidate, Criterion int
	Low, High            int64
	Levels               int64 // High − Low
	Points               int64 // what it moves the value of the candidate by, rounded half up; 0 of capability
	AcrossGate           bool  // one level passes the gate, the other does not
}

// Gaps lists where scorers differ: the greatest part of the scale first, then the most points, then by candidate and criterion. What fewer than two
// scored, or two scored alike, is left out.
func Gaps(g Grid, marks []Marks) []Gap {
	var out []Gap
	for _, m := range marks {
		if len(m.Levels) < 2 {
			continue
		}
		c := g.Criteria[m.Criterion]
		gap := Gap{Candidate: m.Candidate, Criterion: m.Criterion, Low: slices.Min(m.Levels), High: slices.Max(m.Levels)}
		gap.Levels = gap.High - gap.Low
		if gap.Levels == 0 {
			continue
		}
		gap.Points = rounded(big.NewRat(int64(c.Weight)*gap.Levels*MostPoints, int64(Whole)*c.Top))
		gap.AcrossGate = c.Kind == KindCapability && c.Gate > 0 && gap.Low < c.Gate && gap.High >= c.Gate
		out = append(out, gap)
	}
	slices.SortStableFunc(out, func(a, b Gap) int {
		x, y := g.Criteria[a.Criterion], g.Criteria[b.Criterion]
		return cmp.Or(cmp.Compare(b.Levels*x.Top, a.Levels*y.Top), cmp.Compare(int64(y.Weight)*b.Levels*x.Top, int64(x.Weight)*a.Levels*y.Top),
			cmp.Compare(a.Candidate, b.Candidate), cmp.Compare(a.Criterion, b.Criterion))
	})
	return out
}
