package scoring

import (
	"math/big"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// Normalise turns parts of any size into weights that sum to Whole, by the largest remainder: 1, 1 and 1 become 3334, 3333 and 3333. Parts must
// not be negative; when all are 0 the weights are equal.
func Normalise(parts []int64) []money.BasisPoints {
	out := make([]money.BasisPoints, len(parts))
	for i, p := range money.Amount(Whole).Split(parts) {
		out[i] = money.BasisPoints(p)
	}
	return out
}

// Judgment compares two criteria by their places: 0 says that they weigh the same, 8 that the first weighs nine times as much, −8 that the
// second does; n stands for n+1 times.
type Judgment struct {
	First, Second int
	Scale         int
}

// MaxScale is the strongest judgment.
const MaxScale = 8

// The numbers of criteria that are compared two by two: the random consistency of more is not tabled here, and 36 comparisons are as many as
// people answer with care.
const (
	MinCompared = 2
	MaxCompared = 9
)

// AcceptedRatio is the consistency ratio up to which judgments are held to be consistent (Saaty).
const AcceptedRatio money.BasisPoints = 1_000

// randomIndex is the mean consistency index of random judgments, in hundredths, by the number of criteria from 3 on (Saaty).
var randomIndex = [...]int64{58, 90, 112, 124, 132, 141, 145}

// Priorities are the weights that follow from judgments, with how far these agree among themselves.
type Priorities struct {
	Weights []money.BasisPoints // sum to Whole
	Ratio   money.BasisPoints   // consistency ratio; 0 for two criteria, which cannot contradict themselves
	// Worst is the judgment that fits the others least; nil when none could be mended.
	Worst *Inconsistency
}

// Consistent tells whether the judgments may be built upon.
func (p Priorities) Consistent() bool { return p.Ratio <= AcceptedRatio }

// Inconsistency is a judgment with the one that the others suggest in its place.
type Inconsistency struct {
	Judgment
	Suggested int
}

// precision is in how many bits below one the geometric means are reckoned: far more than weights in basis points can show.
const precision = 40

// Compare finds the weights of n criteria: the geometric mean of each row of the matrix of comparisons. Pairs without a judgment weigh the same. The
// ratio is CI ÷ RI with CI = (λmax − n) ÷ (n − 1). All of it is reckoned in whole numbers and fractions.
func Compare(n int, judgments []Judgment) (Priorities, error) {
	if n < MinCompared || n > MaxCompared {
		return Priorities{}, fault.Invalid("grid.compared", MinCompared, MaxCompared)
	}
	m, err := newMatrix(n, judgments)
	if err != nil {
		return Priorities{}, err
	}
	means := m.means()
	p := Priorities{Weights: Normalise(means), Worst: m.worst(means)}
	if n >= 3 {
		p.Ratio = m.ratio(means)
	}
	return p, nil
}

// matrix holds how many times as much the criterion of a row weighs as that of a column.
type matrix [][]*big.Rat

func newMatrix(n int, judgments []Judgment) (matrix, error) {
	m := make(matrix, n)
	for i := range m {
		m[i] = make([]*big.Rat, n)
		for j := range m[i] {
			m[i][j] = big.NewRat(1, 1)
		}
	}
	met := map[[2]int]bool{}
	for _, j := range judgments {
		pair := [2]int{min(j.First, j.Second), max(j.First, j.Second)}
		if pair[0] < 0 || pair[1] >= n || pair[0] == pair[1] || met[pair] || j.Scale < -MaxScale || j.Scale > MaxScale {
			return nil, fault.Invalid("grid.judgment")
		}
		met[pair] = true
		m[j.First][j.Second] = times(j.Scale)
		m[j.Second][j.First] = times(-j.Scale)
	}
	return m, nil
}

// times is what a judgment stands for: 1/9 to 9.
func times(scale int) *big.Rat {
	if scale < 0 {
		return big.NewRat(1, int64(1-scale))
	}
	return big.NewRat(int64(scale+1), 1)
}

// means are the geometric means of the rows, each times 2^precision and rounded down.
func (m matrix) means() []int64 {
	out := make([]int64, len(m))
	for i, row := range m {
		product := big.NewRat(1, 1)
		for _, a := range row {
			product.Mul(product, a)
		}
		scaled := new(big.Int).Lsh(product.Num(), uint(precision*len(m)))
		out[i] = root(scaled.Quo(scaled, product.Denom()), len(m))
	}
	return out
}

// root is the n-th root of x, rounded down. The largest that is asked for is 9 · 2^precision.
func root(x *big.Int, n int) int64 {
	power := big.NewInt(int64(n))
	low, high := int64(0), int64(1)<<(precision+4)
	for low+1 < high {
		middle := low + (high-low)/2
		if new(big.Int).Exp(big.NewInt(middle), power, nil).Cmp(x) <= 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// ratio is the consistency ratio, with λmax as the mean of (A·w)ᵢ ÷ wᵢ.
func (m matrix) ratio(means []int64) money.BasisPoints {
	n := int64(len(m))
	lambda := new(big.Rat)
	for i, row := range m {
		for j, a := range row {
			lambda.Add(lambda, new(big.Rat).Mul(a, big.NewRat(means[j], means[i])))
		}
	}
	lambda.Quo(lambda, big.NewRat(n, 1))
	index := lambda.Sub(lambda, big.NewRat(n, 1))
	index.Quo(index, big.NewRat(n-1, 1))
	index.Quo(index, big.NewRat(randomIndex[n-3], 100))
	index.Mul(index, big.NewRat(int64(Whole), 1))
	if index.Sign() <= 0 { // the roots are rounded
		return 0
	}
	return money.BasisPoints(rounded(index))
}

// worst finds the judgment that is furthest from the weights, among those in whose place the weights suggest another one. Of several it is the
// first by the places of its criteria.
func (m matrix) worst(means []int64) *Inconsistency {
	var out *Inconsistency
	furthest := new(big.Rat)
	for i := range m {
		for j := i + 1; j < len(m); j++ {
			scale, suggested := nearest(m[i][j]), nearest(big.NewRat(means[i], means[j]))
			off := distance(m[i][j], big.NewRat(means[i], means[j]))
			if scale == suggested || off.Cmp(furthest) <= 0 {
				continue
			}
			furthest, out = off, &Inconsistency{Judgment{i, j, scale}, suggested}
		}
	}
	return out
}

// nearest is the judgment that comes closest to how many times as much one criterion weighs as the other; of two as close, the milder.
func nearest(ratio *big.Rat) int {
	best, off := 0, distance(times(0), ratio)
	for n := 1; n <= MaxScale; n++ {
		for _, scale := range [2]int{n, -n} {
			if d := distance(times(scale), ratio); d.Cmp(off) < 0 {
				best, off = scale, d
			}
		}
	}
	return best
}

// distance is how many times the greater of two is the smaller one.
func distance(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		a, b = b, a
	}
	return new(big.Rat).Quo(a, b)
}
