package governance

import "jalon/portfolio"

// MethodArbitration is the version of what a pack shows of a choice among scenarios.
const MethodArbitration = "jalon-arbitration/1"

// PackArbitration is a choice that is put before the committee: the question and its options with their consequences, as the scenarios were frozen.
type PackArbitration struct {
	Method   string                     `json:"method"`
	Question string                     `json:"question"` // of the recommended scenario, or of the first
	Options  []portfolio.ScenarioOption `json:"options"`  // the recommended one first
}

// Recommended gives the option that is recommended; nil when none is.
func (a *PackArbitration) Recommended() *portfolio.ScenarioOption {
	if len(a.Options) > 0 && a.Options[0].Recommended {
		return &a.Options[0]
	}
	return nil
}

// packArbitration makes the choice of scenarios that were submitted to the committee.
func packArbitration(options []portfolio.ScenarioOption) *PackArbitration {
	return &PackArbitration{Method: MethodArbitration, Question: options[0].Question, Options: options}
}
