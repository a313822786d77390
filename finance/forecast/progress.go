package forecast

import (
	"math/big"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Milestone earns its weight when it is reached, nothing before (0/100 rule).
type Milestone struct {
	Weight  int64      // when all are 0 every milestone counts the same
	Due     civil.Date // by the plan; zero: none
	Reached civil.Date // zero: not reached
}

// Progress gives the share of the work planned and the share done by a day, weighted by milestones; both nil when there
// are none. A milestone without a due date is never planned to be done. It refuses a negative weight.
func Progress(milestones []Milestone, day civil.Date) (planned, earned *big.Rat, err error) {
	if len(milestones) == 0 {
		return nil, nil, nil
	}
	weighted := false
	for _, m := range milestones {
		if m.Weight < 0 {
			return nil, nil, fault.Invalid("forecast.weight_negative")
		}
		weighted = weighted || m.Weight > 0
	}
	due, done, total := new(big.Int), new(big.Int), new(big.Int)
	for _, m := range milestones {
		w := big.NewInt(1)
		if weighted {
			w.SetInt64(m.Weight)
		}
		total.Add(total, w)
		if reachedBy(m.Due, day) {
			due.Add(due, w)
		}
		if reachedBy(m.Reached, day) {
			done.Add(done, w)
		}
	}
	return new(big.Rat).SetFrac(due, total), new(big.Rat).SetFrac(done, total), nil
}

func reachedBy(on, day civil.Date) bool { return !on.IsZero() && !on.After(day) }

// Physical turns a physical percentage of completion into a share; it refuses what is not between 0 and 100 %.
func Physical(percent money.BasisPoints) (*big.Rat, error) {
	if percent < 0 || percent > whole {
		return nil, fault.Invalid("forecast.progress_range")
	}
	return points(percent), nil
}
