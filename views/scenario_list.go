package views

import (
	"strconv"

	"jalon/identity"
	"jalon/portfolio"
)

// ScenariosPage lists the scenarios of a roadmap; those that are ticked are compared.
type ScenariosPage struct {
	Base
	Roadmap   portfolio.RoadmapID
	Scope     identity.Scope
	Scenarios []portfolio.ScenarioCard
	Message   string // why what was ticked cannot be compared
}

func (ScenariosPage) template() string { return "scenarios" }

// Tools lists the ways on from here.
func (p ScenariosPage) Tools() []Tool {
	t := toolbar{base: p.Base, scope: p.Scope}
	t.add(identity.PermEditScenario, "scenarios.new", ScenariosURL(p.Roadmap)+"/new", "n", true)
	if p.May(identity.PermReadCost, p.Scope) {
		t.add(identity.PermEditScenario, "scenarios.quota.title", ScenariosURL(p.Roadmap)+"/quota", "", false)
	}
	return t.tools
}

// CompareURL is where scenarios stand side by side.
func (p ScenariosPage) CompareURL() string { return ScenariosURL(p.Roadmap) + "/compare" }

// Comparable tells that there are two to compare.
func (p ScenariosPage) Comparable() bool { return len(p.Scenarios) > 1 }

// ScenarioRow is a scenario in the list.
type ScenarioRow struct {
	ID, URL, Code, Name, Pick        string
	State, StateCode, Percentile     string
	Selected, Value, Proof, Told, By string
}

// Rows writes the scenarios out.
func (p ScenariosPage) Rows() []ScenarioRow {
	rows := make([]ScenarioRow, len(p.Scenarios))
	for i, s := range p.Scenarios {
		title := ScenarioTitle(s.Code, s.Name)
		r := ScenarioRow{ID: strconv.FormatInt(int64(s.ID), 10), URL: ScenarioURL(s.ID), Code: s.Code, Name: s.Name, Pick: p.T("scenarios.pick", title),
			State: p.ScenarioStateName(s.State), StateCode: string(s.State), Percentile: p.T("scenarios.percentile.short", s.Percentile),
			Selected: Dash, Value: Dash, Proof: p.T("scenarios.not_computed"), By: p.Who(s.CreatedBy)}
		if s.Selected >= 0 {
			r.Selected, r.Value = p.Int(int64(s.Selected)), p.Int(s.Value)
			r.Proof = p.T("scenarios.proof.short.open", p.gapText(s.GapBP))
			if s.Proven {
				r.Proof = p.T("scenarios.proof.short.proven")
			}
		}
		if s.Committee.Code != "" {
			r.Told = p.T("scenarios.submitted_to", s.Committee.Name)
			if s.Recommended {
				r.Told = p.T("scenarios.recommended_to", s.Committee.Name)
			}
		}
		rows[i] = r
	}
	return rows
}

// ScenarioFields are a scenario's own fields. copies are those that a new one may begin as; nil for one that there is.
func (p Printer) ScenarioFields(s portfolio.Scenario, copies []portfolio.ScenarioCard) []Field {
	fields := []Field{{Name: "name", Label: p.T("scenarios.name"), Help: p.T("scenarios.name.help"), Value: s.Name, Required: true, MaxSize: 300}}
	if copies != nil {
		from := Field{Name: "from", Type: "select", Label: p.T("scenarios.from"), Help: p.T("scenarios.from.help"), Value: IntValue(int64(s.CopiedFrom)), Options: []Choice{{Value: "", Text: p.T("scenarios.from.present")}}}
		for _, c := range copies {
			from.Options = append(from.Options, Choice{Value: strconv.FormatInt(int64(c.ID), 10), Text: ScenarioTitle(c.Code, c.Name)})
		}
		fields = append(fields, from)
	}
	return append(fields,
		Field{Name: "note", Type: "textarea", Label: p.T("scenarios.note"), Help: p.T("scenarios.note.help"), Value: s.Note, MaxSize: 20000},
		Field{Name: "percentile", Type: "radio", Label: p.T("scenarios.percentile.title"), Help: p.T("scenarios.percentile.help"), Value: strconv.Itoa(s.Percentile), Required: true,
			Options: []Choice{{Value: "50", Text: p.T("scenarios.percentile.50")}, {Value: "80", Text: p.T("scenarios.percentile.80")}}},
		Field{Name: "uplift", Label: p.T("scenarios.uplift"), Help: p.T("scenarios.uplift.help"), Value: p.PercentValue(s.Uplift), InputMode: "decimal", Unit: "%", Required: true, MaxSize: 10},
		Field{Name: "delay", Label: p.T("scenarios.delay"), Help: p.T("scenarios.delay.help"), Value: p.PercentValue(s.Delay), InputMode: "decimal", Unit: "%", Required: true, MaxSize: 10})
}
