package portfolio

import (
	"fmt"
	"slices"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// ScenarioID is the key of a scenario.
type ScenarioID int64

// ScenarioState is how far a scenario got.
type ScenarioState string

// A scenario is drafted, frozen and submitted to a committee, which decides on it or retains another one. What was decided can be reversed by another decision.
const (
	ScenarioDraft       ScenarioState = "draft"
	ScenarioFrozen      ScenarioState = "frozen"
	ScenarioSubmitted   ScenarioState = "submitted"
	ScenarioDecided     ScenarioState = "decided"
	ScenarioNotRetained ScenarioState = "not_retained"
	ScenarioReversed    ScenarioState = "reversed"
)

// ScenarioStates lists every state in display order.
var ScenarioStates = []ScenarioState{ScenarioDraft, ScenarioFrozen, ScenarioSubmitted, ScenarioDecided, ScenarioNotRetained, ScenarioReversed}

// scenarioSteps is the one place that says which state follows which.
var scenarioSteps = map[ScenarioState][]ScenarioState{
	ScenarioDraft:     {ScenarioFrozen},
	ScenarioFrozen:    {ScenarioDraft, ScenarioSubmitted, ScenarioNotRetained},
	ScenarioSubmitted: {ScenarioFrozen, ScenarioDecided, ScenarioNotRetained},
	ScenarioDecided:   {ScenarioReversed},
	// What was passed over may be put forward again when the decision is reversed.
	ScenarioNotRetained: {ScenarioSubmitted, ScenarioFrozen},
}

// leadsTo tells whether a state may follow.
func (s ScenarioState) leadsTo(next ScenarioState) bool {
	return slices.Contains(scenarioSteps[s], next)
}

// shown tells whether who may read the roadmap may read the scenario: what was put before a committee. Until then it is the work of who may edit it.
func (s ScenarioState) shown() bool { return s != ScenarioDraft && s != ScenarioFrozen }

// Scenario is a selection to be weighed: what is settled beforehand, and by which limits.
type Scenario struct {
	ID             ScenarioID
	OrganisationID int64
	RoadmapID      RoadmapID
	Number         int // within the roadmap
	Name           string
	Note           string
	State          ScenarioState
	Percentile     int               // costs at P50 or P80
	Uplift         money.BasisPoints // assumed at P80 where too few finished projects tell
	Delay          money.BasisPoints // the same of durations
	CopiedFrom     ScenarioID        // 0: of the present state
	Committee      int64             // to which it was submitted; 0: none
	Question       string
	Recommended    bool
	Decision       DecisionRef // that decided on it, or passed over it; 0: none
	FrozenOn       civil.Date
	SHA256         string // of the frozen text
	CreatedBy      string
	CreatedAt      time.Time
	Version        int64
}

// Percentiles of costs that a scenario may be weighed at.
const (
	P50 = 50
	P80 = 80
)

// mostAssumed bounds an assumption: eleven times the estimate.
const mostAssumed = 100_000

// Code is the scenario as people name it within its roadmap: "S-03".
func (s Scenario) Code() string { return fmt.Sprintf("S-%02d", s.Number) }

// Place is where the scenario stands among the scopes of rights: in its roadmap.
func (s Scenario) Place() identity.Scope {
	return identity.Scope{Organisation: s.OrganisationID, Roadmap: int64(s.RoadmapID)}
}

// Validate reports every rule that the scenario's own fields break.
func (s Scenario) Validate() error {
	var f fault.Fields
	checkName(&f, "name", s.Name)
	checkText(&f, "note", s.Note)
	f.Check(s.Percentile == P50 || s.Percentile == P80, "percentile", "scenario.percentile")
	f.Check(s.Uplift >= 0 && s.Uplift <= mostAssumed, "uplift", "scenario.assumption")
	f.Check(s.Delay >= 0 && s.Delay <= mostAssumed, "delay", "scenario.assumption")
	return f.Err()
}

// to refuses a step that the life of a scenario does not have.
func (s Scenario) to(next ScenarioState) error {
	if !s.State.leadsTo(next) {
		return fault.Conflict("scenario.step", s.Code(), string(s.State), string(next))
	}
	return nil
}

// head is the scenario as reports name it.
func (s Scenario) head() ScenarioHead {
	return ScenarioHead{ID: s.ID, OrganisationID: s.OrganisationID, RoadmapID: s.RoadmapID, Code: s.Code(), Name: s.Name, Note: s.Note, State: s.State, Percentile: s.Percentile,
		CommitteeID: s.Committee, Question: s.Question, Recommended: s.Recommended, DecisionID: s.Decision, SHA256: s.SHA256, Version: s.Version}
}
