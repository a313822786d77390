package selection

import "math"

// Options say how far to look, and what else to tell than the best selection.
type Options struct {
	// WorkLimit is the work that may be done at most, in thousands of multiplications: the same limit gives the same answer on every machine. 0: none.
	WorkLimit int64
	// Stop is asked now and then whether to end; nil: never.
	Stop func() bool
	// Known is a selection to begin with, by the project's place in the problem; the value is the index of the start, −1 for projects that
	// are left. nil, or one that breaks a rule, is as good as none. Answer.Choice makes one of an answer.
	Known []int
	// Report is told of every better selection on the way.
	Report func(value int64)
	// Frontier is the number of points of the efficient frontier to compute, at most MaxPoints; 0 for none.
	Frontier int
	// Explain asks for the price of what is forced in and the reasons of what is left out.
	Explain bool
	// NextCredit is an amount of which to tell what it would buy if it were added to the frontier keys; 0 for none.
	NextCredit int64
	// Alternatives is how many other selections to give at most, none worth less than the best by more than Within. 0 for none.
	Alternatives int
	// Within is in basis points of the best value; 0 stands for 100.
	Within int64
}

// MaxPoints is how many points a frontier may have.
const MaxPoints = 1000

// asks tells whether more than the best selection is wanted.
func (o Options) asks() bool {
	return o.Frontier > 0 || o.Explain || o.NextCredit > 0 || o.Alternatives > 0
}

// Status is how much is known of an answer.
type Status string

// What is proven of an answer. Unknown: the search ended before it found a selection or a proof that there is none.
const (
	Optimal    Status = "optimal"
	Feasible   Status = "feasible"
	Infeasible Status = "infeasible"
	Unknown    Status = "unknown"
)

// Answer is the best selection that was found, and a bound that no selection can be worth more than.
type Answer struct {
	Status   Status           `json:"status"`
	Method   string           `json:"method"`
	Value    int64            `json:"value"`
	Bound    int64            `json:"bound"`
	GapBP    int64            `json:"gap_bp"`
	Selected []string         `json:"selected"` // in the order of the problem
	Starts   map[string]int64 `json:"starts"`   // the shift of each selected project that does not start as planned
	Used     map[string]int64 `json:"used"`     // by key
	Work     int64            `json:"work"`
	// Conflict names rules of an infeasible problem that cannot hold together. Irreducible: without any one of them they could; it is false
	// only where the search was stopped while it left out what has no part in the conflict.
	Conflict    []Rule `json:"conflict,omitempty"`
	Irreducible bool   `json:"irreducible,omitempty"`
	// What was asked for beside; nil where it was not.
	Frontier     []Point       `json:"frontier,omitzero"` // by growing total
	Forced       []Price       `json:"forced,omitzero"`   // in the order of the problem
	Refused      []Refusal     `json:"refused,omitzero"`  // in the order of the problem
	Next         *Next         `json:"next,omitempty"`
	Alternatives []Alternative `json:"alternatives,omitzero"` // the best first
}

// method names how answers are found.
const method = "branch and bound, bounds proven in integers"

// Solve makes the best selection, and what else the options ask for. Its error is that of a problem which cannot be posed.
func Solve(p Problem, o Options) (Answer, error) {
	m, err := posed(p)
	if err != nil {
		return Answer{}, err
	}
	e := newExplainer(m, o, nil)
	if o.asks() {
		e.run()
	} else {
		e.decide(e.b)
	}
	return e.answer(), nil
}

// posed checks and compiles a problem.
func posed(p Problem) (*model, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return compile(p)
}

func all(int) bool { return true }

// budget is the work that the options allow. Once it was told to stop it stays so.
func (o Options) budget() *budget {
	work := o.WorkLimit
	if work <= 0 {
		work = math.MaxInt64
	}
	b := &budget{work: work}
	if o.Stop != nil {
		over := false
		b.stop = func() bool {
			over = over || o.Stop()
			return over
		}
	}
	return b
}

// Choice gives the selection of an answer by the project's place in the problem, as Options.Known wants it; nil when the answer holds none.
func (a Answer) Choice(p Problem) []int {
	if a.Status != Optimal && a.Status != Feasible {
		return nil
	}
	selected := make(map[string]bool, len(a.Selected))
	for _, id := range a.Selected {
		selected[id] = true
	}
	choice := make([]int, len(p.Projects))
	for i, c := range p.Projects {
		choice[i] = -1
		if !selected[c.ID] {
			continue
		}
		choice[i] = 0
		for k, s := range c.Starts {
			if s.Shift == a.Starts[c.ID] {
				choice[i] = k + 1
			}
		}
	}
	return choice
}

// fill writes the selection that columns make.
func (m *model) fill(a *Answer, x []int8) {
	a.Selected, a.Starts = m.names(x)
	a.Used = map[string]int64{}
	for k, n := range m.used(x) {
		a.Used[m.keys[k]] = n
	}
	a.Value = m.worth(x)
}

// names gives the selected projects in the order of the problem, and the shift of each that does not start as planned.
func (m *model) names(x []int8) (selected []string, starts map[string]int64) {
	selected, starts = []string{}, map[string]int64{}
	for j, v := range x {
		if v == 0 {
			continue
		}
		i := m.owner[j]
		c := m.problem.Projects[i]
		selected = append(selected, c.ID)
		if j > m.first[i] {
			starts[c.ID] = c.Starts[j-m.first[i]-1].Shift
		}
	}
	return selected, starts
}

// used sums what columns use, in the order of keys.
func (m *model) used(x []int8) []int64 {
	sums := make([]int64, len(m.keys))
	for j, v := range x {
		if v == 0 {
			continue
		}
		for k, u := range m.uses[j] {
			sums[k] += u
		}
	}
	return sums
}

// worth sums the value of columns.
func (m *model) worth(x []int8) (sum int64) {
	for j, v := range x {
		if v != 0 {
			sum += m.value[j]
		}
	}
	return sum
}

// columns turns a choice by project into one by column; nil for nil, and for one of another problem.
func (m *model) columns(choice []int) []int8 {
	if choice == nil || len(choice) != len(m.problem.Projects) {
		return nil
	}
	x := make([]int8, len(m.owner))
	for i, start := range choice {
		if start >= 0 && start < m.first[i+1]-m.first[i] {
			x[m.first[i]+start] = 1
		}
	}
	return x
}

// has tells whether columns choose a project.
func (m *model) has(x []int8, project int) bool {
	for j := m.first[project]; j < m.first[project+1]; j++ {
		if x[j] != 0 {
			return true
		}
	}
	return false
}
