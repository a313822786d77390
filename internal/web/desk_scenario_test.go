package web

import (
	"path"

	"jalon/governance"
	"jalon/portfolio"
)

// scenarioPlace is what was weighed for the roadmap of a place: one scenario for every step that a page takes, so that no test takes another's away.
type scenarioPlace struct {
	steps map[string]portfolio.ScenarioID // by the last part of the address
	draft portfolio.ScenarioID
}

// noun gives the scenario that a page is about.
func (s scenarioPlace) noun(address string) int64 {
	if id, ok := s.steps[path.Base(address)]; ok {
		return int64(id)
	}
	return int64(s.draft)
}

// noScenarios are keys that lead nowhere.
var noScenarios = scenarioPlace{draft: 998}

// furnishScenarios weighs something in every state that a page begins from.
func (d *desk) furnishScenarios(p *place, code string) {
	d.Helper()
	begin := func(name string) portfolio.Scenario {
		in := portfolio.DefaultScenario()
		in.Name, in.Note = name+" de "+code, "Pour le comité de "+code
		return must[portfolio.Scenario](d)(d.portfolio.CreateScenario(d.ctx(), operator, p.roadmap.ID, in))
	}
	freeze := func(name string) portfolio.Scenario {
		x := begin(name)
		return must[portfolio.Scenario](d)(d.portfolio.FreezeScenario(d.ctx(), operator, x.ID, x.Version))
	}
	draft := begin("Brouillon")
	subject := portfolio.Subject{Request: p.asked.steps["defer"]}
	must[portfolio.Scenario](d)(d.portfolio.ChooseSubject(d.ctx(), operator, draft.ID, draft.Version, portfolio.ScenarioChoice{Subject: subject, Force: portfolio.ForceIn, ReasonCode: portfolio.ReasonMandate, Reason: "Promis à " + code}))
	submitted := freeze("Soumis")
	must[portfolio.Scenario](d)(d.governance.SubmitScenario(d.ctx(), operator, governance.SubmitInput{Scenario: submitted.ID, Version: submitted.Version, CommitteeID: p.committee.ID, Question: "Quels projets pour " + code + " ?", Recommended: true}))
	p.weighed = scenarioPlace{draft: draft.ID, steps: map[string]portfolio.ScenarioID{"freeze": begin("À geler").ID, "thaw": freeze("À rouvrir").ID, "submit": freeze("À soumettre").ID, "withdraw": submitted.ID}}
}
