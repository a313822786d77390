package scoring

import (
	"math/big"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// Kind says what a criterion is for.
type Kind string

// A criterion of value ranks, one of capability stops.
const (
	KindValue      Kind = "value"
	KindCapability Kind = "capability"
)

// Valid tells whether the kind is one of the two.
func (k Kind) Valid() bool { return k == KindValue || k == KindCapability }

// Whole is the sum of the weights of a grid, in basis points.
const Whole money.BasisPoints = 10_000

// MaxTop is the best level that a criterion may have: nobody tells more than ten levels apart.
const MaxTop = 9

// Criterion is one line of a grid. Its levels run from 0 to Top.
type Criterion struct {
	Kind   Kind
	Weight money.BasisPoints // 0 unless it is of value
	Top    int64
	Gate   int64 // the least level that passes, of capability; 0: no gate
}

// Grid is what candidates are scored by.
type Grid struct{ Criteria []Criterion }

// Validate reports every rule that the grid breaks before it can be used: it needs a criterion of value, and weights that are positive and
// sum to Whole.
func (g Grid) Validate() error {
	var f fault.Fields
	var sum money.BasisPoints
	values := 0
	for _, c := range g.Criteria {
		f.Check(c.Kind.Valid(), "kind", "input.unknown_value", string(c.Kind))
		f.Check(c.Top >= 1 && c.Top <= MaxTop, "levels", "grid.levels", MaxTop+1)
		f.Check(c.Gate >= 0 && c.Gate <= c.Top, "gate", "grid.gate_range")
		if c.Kind != KindValue {
			f.Check(c.Weight == 0, "weight", "grid.capability_weight")
			continue
		}
		f.Check(c.Gate == 0, "gate", "grid.value_gate")
		f.Check(c.Weight > 0 && c.Weight <= Whole, "weight", "grid.weight_positive")
		values++
		sum += c.Weight
	}
	f.Check(values > 0, "criteria", "grid.no_value")
	f.Check(values == 0 || sum == Whole, "weight", "grid.weight_sum")
	return f.Err()
}

// Level is what is known of a criterion of a candidate: the level that was settled (Sum is it, N is 1), or the mean of N scorers. N is 0 where
// nothing is known.
type Level struct{ Sum, N int64 }

// Settled is a level that holds by itself.
func Settled(level int64) Level { return Level{level, 1} }

// Mean is the mean of what scorers gave; nothing of none.
func Mean(levels ...int64) Level {
	l := Level{N: int64(len(levels))}
	for _, n := range levels {
		l.Sum += n
	}
	return l
}

// Known tells whether there is a level.
func (l Level) Known() bool { return l.N > 0 }

// Reaches tells whether the level is known and at least what is asked for.
func (l Level) Reaches(level int64) bool { return l.Known() && l.Sum >= level*l.N }

// share is the level as a fraction of the best one; 0 where nothing is known.
func (l Level) share(top int64) *big.Rat {
	if !l.Known() || top < 1 {
		return new(big.Rat)
	}
	return big.NewRat(l.Sum, l.N*top)
}

// ShareBP is the level as a share of the best one, for drawings.
func (l Level) ShareBP(top int64) money.BasisPoints {
	s := l.share(top)
	return money.BasisPoints(rounded(s.Mul(s, big.NewRat(int64(Whole), 1))))
}

// rounded is a fraction that is not negative as the nearest whole number, half up.
func rounded(r *big.Rat) int64 {
	twice := new(big.Int).Lsh(r.Num(), 1)
	twice.Add(twice, r.Denom())
	return twice.Quo(twice, new(big.Int).Lsh(r.Denom(), 1)).Int64()
}

// GateState says how a candidate stands before a gate.
type GateState string

// What was not scored is neither passed nor failed.
const (
	GatePassed  GateState = "passed"
	GateBelow   GateState = "below"
	GateUnknown GateState = "unknown"
)

// Gate is the standing of a candidate before the gate of a criterion.
type Gate struct {
	Criterion int // its place in the grid
	State     GateState
}

// Gates tells for each criterion with a gate how a candidate with these levels stands. A candidate that is below one is not ready, whatever
// its value.
func (g Grid) Gates(levels []Level) []Gate {
	var out []Gate
	for i, c := range g.Criteria {
		if c.Kind != KindCapability || c.Gate == 0 {
			continue
		}
		state := GateUnknown
		switch l := levelAt(levels, i); {
		case l.Reaches(c.Gate):
			state = GatePassed
		case l.Known():
			state = GateBelow
		}
		out = append(out, Gate{i, state})
	}
	return out
}

func levelAt(levels []Level, i int) Level {
	if i < len(levels) {
		return levels[i]
	}
	return Level{}
}
