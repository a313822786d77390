package views

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"jalon/identity"
	"jalon/internal/money"
	"jalon/portfolio"
)

// ScenarioPage is the workbench: what is settled beforehand, the best selection that is known, and why it is what it is.
type ScenarioPage struct {
	Base
	Scope   identity.Scope
	Report  *portfolio.WorkbenchReport
	Insight *portfolio.ScenarioInsight // nil: nothing is known yet
	Form    Form                       // of the choices, without fields of its own
	// Asked are the choices that were typed and could not be taken, by the key of their subject.
	Asked map[string]ChoiceTyped
	Zone  *time.Location // of the instants
}

// ChoiceTyped is a choice as it was typed.
type ChoiceTyped struct {
	Choice portfolio.ScenarioChoice
	Error  string // beside the reason
}

func (ScenarioPage) template() string { return "scenario" }

// URL is the address of the workbench.
func (p ScenarioPage) URL() string { return ScenarioURL(p.Report.Scenario.ID) }

func (p ScenarioPage) at(page string) string { return UnderScenario(p.Report.Scenario.ID, page) }

func (p ScenarioPage) keys() keys { return keyNames(p.Printer, p.Report.Currency, p.Report.Gauges) }

// Head says of the scenario what stands beside its name.
func (p ScenarioPage) Head() string {
	s := p.Report.Scenario
	parts := []string{s.Code, p.Report.Roadmap.Name, p.T("scenarios.percentile.short", s.Percentile), p.T("scenarios.as_of", p.Report.AsOf)}
	return strings.Join(parts, " · ")
}

// State is how far the scenario got.
func (p ScenarioPage) State() string { return p.ScenarioStateName(p.Report.Scenario.State) }

// Note is what its author said of it.
func (p ScenarioPage) Note() string { return p.Report.Scenario.Note }

// Question is what the committee is asked; "" before it is.
func (p ScenarioPage) Question() string { return p.Report.Scenario.Question }

// Tools lists the ways on from here.
func (p ScenarioPage) Tools() []Tool {
	t := toolbar{base: p.Base, scope: p.Scope}
	switch p.Report.Scenario.State {
	case portfolio.ScenarioDraft:
		if !p.Report.CostHidden {
			t.add(identity.PermEditScenario, "scenarios.limits", p.at("limits"), "l", true)
		}
		t.add(identity.PermEditScenario, "scenarios.themes", p.at("themes"), "t", false)
		t.add(identity.PermEditScenario, "scenarios.edit", p.at("edit"), "e", false)
		t.add(identity.PermEditScenario, "scenarios.freeze", p.at("freeze"), "", false)
	case portfolio.ScenarioFrozen:
		t.add(identity.PermEditScenario, "scenarios.submit", p.at("submit"), "", true)
		t.add(identity.PermEditScenario, "scenarios.thaw", p.at("thaw"), "", false)
	case portfolio.ScenarioNotRetained:
		t.add(identity.PermEditScenario, "scenarios.submit", p.at("submit"), "", false)
	case portfolio.ScenarioSubmitted:
		t.add(identity.PermEditScenario, "scenarios.withdraw", p.at("withdraw"), "", false)
	}
	t.add(identity.PermReadPortfolio, "scenarios.map", p.at("map"), "", false)
	if !p.Report.CostHidden {
		t.add(identity.PermReadCost, "scenarios.frontier", p.at("frontier"), "f", false)
	}
	t.add(identity.PermReadPortfolio, "control.csv", ScenarioURL(p.Report.Scenario.ID)+".csv", "", false)
	t.add(identity.PermReadPortfolio, "control.xlsx", ScenarioURL(p.Report.Scenario.ID)+".xlsx", "", false)
	return t.tools
}

// Pending tells that something better, or a reason, is still looked for.
func (p ScenarioPage) Pending() bool {
	return p.Report.Result.Pending || (p.Insight != nil && !p.Insight.Done)
}

// PollURL is what tells how far the search is.
func (p ScenarioPage) PollURL() string { return p.at("progress") }

// Progress is how far the search is, as PollURL tells it.
func (p ScenarioPage) Progress() ScenarioProgress {
	r := p.Report.Result
	out := ScenarioProgress{Text: p.ProofText(r), Pending: p.Pending(), Key: strings.Join([]string{r.Hash, r.Status, strconv.FormatInt(r.Value, 10), strconv.FormatInt(r.Bound, 10), strconv.FormatBool(p.Pending())}, ":")}
	if p.Insight != nil {
		out.Key += ":" + p.told()
	}
	switch {
	case out.Pending:
		out.Working = p.T("scenarios.searching")
	case r.Ended:
		out.Working = p.T("scenarios.ended")
	}
	return out
}

// SearchOn is the form that has the search go on where it ended without a proof; nil where it did not, or for who may not ask for it.
func (p ScenarioPage) SearchOn() *Form {
	if !p.Report.Result.Ended || p.Pending() || !p.May(identity.PermEditScenario, p.Scope) {
		return nil
	}
	f := p.Act(p.at("search"), p.T("scenarios.search_on"), "", 0)
	return &f
}

// told counts what is known beside the selection, and what of it is proven.
func (p ScenarioPage) told() string {
	i, proven := p.Insight, 0
	for _, x := range i.Frontier {
		if x.Proven {
			proven++
		}
	}
	for _, x := range i.Forced {
		if x.Proven {
			proven++
		}
	}
	counts := []int{len(i.Frontier), len(i.Forced), len(i.Refused), len(i.Alternatives), proven}
	if i.Next != nil {
		counts = append(counts, len(i.Next.Enter))
	}
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(counts)), "."), "[]")
}

// ScenarioProgress is the small part of the workbench that is asked for again and again while a search goes on.
type ScenarioProgress struct {
	Key     string // changes when there is something new to show
	Text    string
	Pending bool
	Working string // said while it goes on, and where it ended without a proof
}

// HTML writes the part alone.
func (s ScenarioProgress) HTML() string {
	return string(fragment("scenario", "scenario-progress", s))
}

// Conflicts lists the rules that cannot hold together; none where there is a selection.
func (p ScenarioPage) Conflicts() []string {
	k := p.keys()
	out := make([]string, len(p.Report.Conflict))
	for i, l := range p.Report.Conflict {
		out[i] = k.conflict(l)
	}
	return out
}

// Figures lists the key figures.
func (p ScenarioPage) Figures() []KeyFigure {
	r := p.Report
	chosen, running, stopped := 0, 0, 0
	var p50, p80 money.Amount
	for _, s := range r.Subjects {
		switch {
		case s.Selected && s.Kind == portfolio.KindProject:
			running++
		case s.Selected:
			chosen++
		case s.Kind == portfolio.KindProject:
			stopped++
		}
		if s.Selected {
			p50, p80 = p50+s.CostP50, p80+s.CostP80
		}
	}
	figures := []KeyFigure{
		{Name: p.T("scenarios.figure.value"), Value: p.Int(r.Result.Value), Notes: []string{p.T("scenarios.figure.bound", p.Int(r.Result.Bound))}},
		{Name: p.T("scenarios.figure.selected"), Value: p.N("scenarios.figure.candidates", chosen), Notes: []string{p.N("scenarios.figure.running", running)}},
	}
	if stopped > 0 {
		figures[1].Notes = append(figures[1].Notes, p.N("scenarios.figure.stopped", stopped))
		figures[1].Accent = true
	}
	if r.CostHidden {
		return figures
	}
	cost := KeyFigure{Name: p.T("scenarios.figure.cost"), Value: p.MoneyShort(p50, r.Currency), Notes: []string{p.T("scenarios.figure.p80", p.MoneyShort(p80, r.Currency)), p.upliftText(r.Basis.P80, 80)}}
	margin := KeyFigure{Name: p.T("scenarios.figure.margin"), Value: Dash, Notes: []string{p.T("scenarios.figure.margin.none")}}
	if r.Guard.Total != nil {
		margin.Value, margin.Notes = p.MoneyShort(r.Guard.Margin, r.Currency), []string{p.T("scenarios.figure.margin.note")}
		margin.Accent = r.Guard.Margin < 0
	}
	return append(figures, cost, margin)
}

// upliftText says where the costs of a percentile come from.
func (p Printer) upliftText(u portfolio.Uplift, percentile int) string {
	if u.Assumed {
		return p.T("scenarios.uplift.assumed", percentile, u.BP, u.N, u.Least)
	}
	return p.T("scenarios.uplift.measured", percentile, u.BP, u.N)
}
