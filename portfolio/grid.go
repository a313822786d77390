package portfolio

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/scoring"
)

// GridID is the key of a scoring grid.
type GridID int64

// GridState is the life of a grid.
type GridState string

// A grid is drafted, is the one of its roadmap by which candidates are scored, and retires when another one takes its place.
const (
	GridDraft   GridState = "draft"
	GridActive  GridState = "active"
	GridRetired GridState = "retired"
)

// Weighting says where the weights of a grid come from.
type Weighting string

// Weights are given directly, or follow from comparisons of criteria two by two.
const (
	WeightingDirect   Weighting = "direct"
	WeightingPairwise Weighting = "pairwise"
)

// Grid is one version of how candidates of a roadmap are scored. Only a draft can be changed.
type Grid struct {
	ID             GridID
	OrganisationID int64
	RoadmapID      RoadmapID
	Number         int // the versions of a roadmap are counted from 1
	Name           string
	State          GridState
	Weighting      Weighting
	CopiedFrom     GridID // the version that it began as a copy of; 0: none
	Version        int64  // optimistic lock of the draft and all in it
	CreatedAt      time.Time
	ActivatedAt    time.Time // zero: never
	RetiredAt      time.Time // zero: not yet
	Criteria       []Criterion
	Judgments      []GridJudgment // of pairs of criteria of value
}

// CriterionID is the key of a criterion of one version of a grid.
type CriterionID int64

// Criterion is one line of a grid.
type Criterion struct {
	ID          CriterionID
	Code        string // the same in every version
	Name        string
	Description string
	Kind        scoring.Kind
	Weight      money.BasisPoints // 0 of capability
	Gate        int64             // the least level that passes; 0: no gate
	Position    int
	Levels      []GridLevel // from 0 up
}

// GridLevel is one level of a criterion, with what must be seen to give it.
type GridLevel struct {
	Label     string `json:"label"` // what people call it, such as "A"
	Statement string `json:"statement"`
}

// GridJudgment compares two criteria of value; see scoring.Judgment.
type GridJudgment struct {
	First, Second CriterionID
	Scale         int
}

// Limits of grids: more criteria than these nobody scores with care.
const (
	maxCriteria = 30
	minLevels   = 2
	maxLabel    = 30
	maxEvidence = 4000
)

// Top is the best level of the criterion.
func (c Criterion) Top() int64 { return int64(len(c.Levels)) - 1 }

// Label names a level; "" for one that does not exist.
func (c Criterion) Label(level int64) string {
	if level < 0 || level > c.Top() {
		return ""
	}
	return c.Levels[level].Label
}

// Validate reports every rule the criterion breaks; it never touches the database.
func (c Criterion) Validate() error {
	var f fault.Fields
	checkCode(&f, c.Code)
	checkName(&f, "name", c.Name)
	checkText(&f, "description", c.Description)
	f.Check(c.Kind.Valid(), "kind", "input.unknown_value", string(c.Kind))
	f.Check(len(c.Levels) >= minLevels && c.Top() <= scoring.MaxTop, "levels", "grid.levels", scoring.MaxTop+1)
	labels := map[string]bool{}
	for i, l := range c.Levels {
		name := levelField("label", i)
		f.Check(!fault.Blank(l.Label), name, "input.required")
		f.Check(utf8.RuneCountInString(l.Label) <= maxLabel, name, "input.too_long", maxLabel)
		f.Check(utf8.ValidString(l.Label) && !strings.ContainsFunc(l.Label, isControl), name, "input.control_character")
		f.Check(!labels[l.Label] || fault.Blank(l.Label), name, "grid.label_twice")
		labels[l.Label] = true
		f.Check(!fault.Blank(l.Statement), levelField("statement", i), "grid.statement_required")
		checkText(&f, levelField("statement", i), l.Statement)
	}
	f.Check(c.Gate == 0 || c.Kind == scoring.KindCapability, "gate", "grid.value_gate")
	f.Check(c.Gate >= 0 && c.Gate <= max(c.Top(), 0), "gate", "grid.gate_range")
	return f.Err()
}

// levelField names the field of a level in a form.
func levelField(name string, level int) string { return name + "_" + string(rune('0'+level)) }

// Engine is the grid as the engine reckons with it.
func (g Grid) Engine() scoring.Grid {
	var out scoring.Grid
	for _, c := range g.Criteria {
		out.Criteria = append(out.Criteria, scoring.Criterion{Kind: c.Kind, Weight: c.Weight, Top: c.Top(), Gate: c.Gate})
	}
	return out
}

// Of lists the criteria of a kind in their order.
func (g Grid) Of(kind scoring.Kind) []Criterion {
	return slices.DeleteFunc(slices.Clone(g.Criteria), func(c Criterion) bool { return c.Kind != kind })
}

// Criterion finds a criterion of the grid.
func (g Grid) Criterion(id CriterionID) (Criterion, error) {
	if i := g.place(id); i >= 0 {
		return g.Criteria[i], nil
	}
	return Criterion{}, fault.NotFound("criterion", int64(id))
}

// place is where a criterion stands; −1: nowhere.
func (g Grid) place(id CriterionID) int {
	return slices.IndexFunc(g.Criteria, func(c Criterion) bool { return c.ID == id })
}

// Priorities are the weights that follow from the judgments. What nobody compared weighs the same.
func (g Grid) Priorities() (scoring.Priorities, error) {
	compared := g.Of(scoring.KindValue)
	at := map[CriterionID]int{}
	for i, c := range compared {
		at[c.ID] = i
	}
	var judgments []scoring.Judgment
	for _, j := range g.Judgments {
		first, known := at[j.First]
		second, too := at[j.Second]
		if !known || !too {
			return scoring.Priorities{}, fault.Invalid("grid.judgment")
		}
		judgments = append(judgments, scoring.Judgment{First: first, Second: second, Scale: j.Scale})
	}
	return scoring.Compare(len(compared), judgments)
}

// reweigh gives the weights that hold after criteria came or went. Compared criteria are reckoned anew; of the others a new one takes the mean of
// those that there are, and all are brought back to the whole. More criteria than can be compared are weighed directly from then on.
func (g *Grid) reweigh() {
	values := g.Of(scoring.KindValue)
	if g.Weighting == WeightingPairwise {
		if p, err := g.Priorities(); err == nil {
			g.setWeights(p.Weights)
			return
		}
		g.Weighting, g.Judgments = WeightingDirect, nil
	}
	var sum, weighed int64
	for _, c := range values {
		if c.Weight > 0 {
			sum, weighed = sum+int64(c.Weight), weighed+1
		}
	}
	parts := make([]int64, len(values))
	for i, c := range values {
		parts[i] = int64(c.Weight) * max(weighed, 1)
		if c.Weight == 0 {
			parts[i] = sum
		}
	}
	g.setWeights(scoring.Normalise(parts))
}

// setWeights puts weights on the criteria of value, in their order.
func (g *Grid) setWeights(weights []money.BasisPoints) {
	n := 0
	for i := range g.Criteria {
		g.Criteria[i].Weight = 0
		if g.Criteria[i].Kind == scoring.KindValue {
			g.Criteria[i].Weight = weights[n]
			n++
		}
	}
}

// arrange puts the criteria in the order of their positions; of two on the same the newer comes later.
func (g *Grid) arrange() {
	slices.SortStableFunc(g.Criteria, func(a, b Criterion) int { return a.Position - b.Position })
}

// scoredAlike tells whether what was given under one criterion may stand under the other, of a later version: they ask the same.
func (c Criterion) scoredAlike(o Criterion) bool {
	return c.Code == o.Code && c.Kind == o.Kind && slices.Equal(c.Levels, o.Levels)
}
