package portfolio

import (
	"math/bits"
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// ProjectID is the key of a project.
type ProjectID int64

// Phase is where a project stands in its life.
type Phase string

// The phases in their order, then the two ways of stopping.
const (
	PhaseFraming   Phase = "framing"
	PhaseBuild     Phase = "build"
	PhasePilot     Phase = "pilot"
	PhaseRollOut   Phase = "rollout"
	PhaseRun       Phase = "run"
	PhaseClosed    Phase = "closed"
	PhaseAbandoned Phase = "abandoned"
	PhaseSuspended Phase = "suspended"
)

// Phases lists every phase in display order.
var Phases = []Phase{PhaseFraming, PhaseBuild, PhasePilot, PhaseRollOut, PhaseRun, PhaseClosed, PhaseAbandoned, PhaseSuspended}

// Valid tells whether the phase is one of Phases.
func (p Phase) Valid() bool {
	for _, q := range Phases {
		if p == q {
			return true
		}
	}
	return false
}

// Project is one project of a roadmap: what does not change from day to day. Its phase, cost and
// dates are dated estimates.
type Project struct {
	ID               ProjectID
	OrganisationID   int64
	RoadmapID        RoadmapID
	ThemeID          int64 // 0: no theme yet
	Code             string
	Name             string
	Need             string
	Sponsor          string
	Manager          string
	Department       string // requesting department
	Interministerial bool   // shared between administrations
	// Weight is 1 to 100, fixed when the project enters; 0 while no first cost is known.
	Weight    int64
	Version   int64
	CreatedAt time.Time
}

// Validate reports every rule the project breaks; it never touches the database.
func (p Project) Validate() error {
	var f fault.Fields
	checkCode(&f, p.Code)
	checkName(&f, "name", p.Name)
	checkText(&f, "need", p.Need)
	checkText(&f, "sponsor", p.Sponsor)
	checkText(&f, "manager", p.Manager)
	checkText(&f, "department", p.Department)
	f.Check(p.Weight >= 0 && p.Weight <= 100, "weight", "project.weight_range")
	return f.Err()
}

// DefaultWeight is the first full cost as a percentage of the base (the roadmap's voted total, or
// the sum of first costs), rounded half away from zero and kept between 1 and 100. Without a first
// cost or a base there is no weight: 0.
func DefaultWeight(firstCost, base money.Amount) int64 {
	if firstCost <= 0 || base <= 0 {
		return 0
	}
	if firstCost >= base {
		return 100
	}
	hi, lo := bits.Mul64(uint64(firstCost), 100) // in 128 bits: 100 times a large cost leaves 64
	w, rest := bits.Div64(hi, lo, uint64(base))
	if rest >= uint64(base)-rest {
		w++
	}
	return max(int64(w), 1)
}

// Milestone is a dated promise of a project.
type Milestone struct {
	ID         int64
	ProjectID  ProjectID
	Code       string
	Name       string
	BaselineOn civil.Date // first promised date; never changes
	Position   int
}

// MilestoneForecast is what was known of a milestone on a day.
type MilestoneForecast struct {
	MilestoneID int64
	AsOf        civil.Date
	DueOn       civil.Date
	ReachedOn   civil.Date // zero: not reached
}

// MilestoneState is a milestone with the last that was said of it.
type MilestoneState struct {
	Milestone
	Forecast  MilestoneForecast
	Version   int64
	Withdrawn civil.Date // the day from which it counts no more; zero: it counts
}

// Dependency says that a project needs another one of the same organisation.
type Dependency struct {
	ProjectID   ProjectID
	DependsOnID ProjectID
	Note        string
}
