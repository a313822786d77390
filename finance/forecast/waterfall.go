package forecast

import (
	"cmp"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// MethodWaterfall names the way a change of cost is explained.
const MethodWaterfall = "jalon-waterfall/1"

// Cause says why a cost moved.
type Cause string

// The causes, in the order of the steps. Unexplained is never given, only computed.
const (
	CauseScope       Cause = "scope"       // a decision to do more or less
	CausePrice       Cause = "price"       // indexation, new prices of a contract
	CauseDelay       Cause = "delay"       // what lateness costs
	CauseEstimate    Cause = "estimate"    // the first figure was wrong
	CauseTransfer    Cause = "transfer"    // a credit moved from or to another project
	CauseUnexplained Cause = "unexplained" // the rest; shown in grey
)

// Causes lists the causes that a move may have.
func Causes() []Cause {
	return []Cause{CauseScope, CausePrice, CauseDelay, CauseEstimate, CauseTransfer}
}

// MoveUndecided is the finding that a change of scope, or a transfer, names no decision; it is left unexplained.
// [label, amount]
const MoveUndecided = "move_undecided"

// Move is one dated explanation of a change of cost.
type Move struct {
	On       civil.Date
	Cause    Cause
	Amount   money.Amount
	Decision string // reference of the decision or the act; a scope decision and a transfer are nothing without one
	Label    string
}

// Step is the part of the change that one cause explains.
type Step struct {
	Cause  Cause
	Amount money.Amount
	From   money.Amount // level before the step
	To     money.Amount // From + Amount
	Moves  []Move       // by date; none for what is unexplained
}

// Waterfall leads from the first cost to the current one. The steps always sum to the difference.
type Waterfall struct {
	Method      string
	Day         civil.Date
	First       money.Amount
	Current     money.Amount
	Steps       []Step // causes with a move, in the order of Causes, and what is unexplained unless it is 0
	Unexplained money.Amount
	Findings    []Finding
}

// Explain sorts the change of a cost by cause, from the moves known by the day. It refuses an unknown cause, a move without a date, and sums
// beyond 64 bits. The order of the moves does not matter.
func Explain(first, current money.Amount, moves []Move, day civil.Date) (Waterfall, error) {
	w := Waterfall{Method: MethodWaterfall, Day: day, First: first, Current: current}
	moves = slices.Clone(moves)
	slices.SortFunc(moves, func(a, b Move) int {
		return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Amount, b.Amount), cmp.Compare(a.Decision, b.Decision), cmp.Compare(a.Label, b.Label))
	})
	by := map[Cause][]Move{}
	for _, m := range moves {
		switch {
		case !slices.Contains(Causes(), m.Cause):
			return Waterfall{}, fault.Invalid("forecast.cause", string(m.Cause))
		case m.On.IsZero():
			return Waterfall{}, fault.Invalid("forecast.move_undated", m.Label)
		case m.On.After(day):
		case m.Decision == "" && (m.Cause == CauseScope || m.Cause == CauseTransfer):
			w.Findings = append(w.Findings, Finding{Code: MoveUndecided, Args: []any{m.Label, m.Amount}})
		default:
			by[m.Cause] = append(by[m.Cause], m)
		}
	}
	level := first
	for _, cause := range Causes() {
		if len(by[cause]) == 0 {
			continue
		}
		s, err := step(cause, level, by[cause])
		if err != nil {
			return Waterfall{}, err
		}
		w.Steps, level = append(w.Steps, s), s.To
	}
	var err error
	if w.Unexplained, err = minus(current, level); err != nil {
		return Waterfall{}, err
	}
	if w.Unexplained != 0 {
		w.Steps = append(w.Steps, Step{Cause: CauseUnexplained, Amount: w.Unexplained, From: level, To: current})
	}
	return w, nil
}

func step(cause Cause, from money.Amount, moves []Move) (Step, error) {
	amounts := make([]money.Amount, len(moves))
	for i, m := range moves {
		amounts[i] = m.Amount
	}
	total, err := sum(amounts...)
	if err != nil {
		return Step{}, err
	}
	to, err := sum(from, total)
	return Step{Cause: cause, Amount: total, From: from, To: to, Moves: moves}, err
}
