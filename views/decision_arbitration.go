package views

import (
	"strconv"
	"strings"

	"jalon/governance"
	"jalon/identity"
	"jalon/portfolio"
)

// Fields of a decision that say what it does with scenarios.
const (
	FieldScenario = "scenario"
	FieldReverses = "reverses"
)

// OutcomeField names a field of what becomes of a candidate that is not selected: "step", "why", "again".
func OutcomeField(what string, s portfolio.Subject) string { return what + "_" + s.Key() }

// ArbitrationFields let a decision be one on a scenario that was submitted; none where there is none. chosen is the one whose effects are shown.
func (p Printer) ArbitrationFields(open []portfolio.ScenarioOption, chosen *portfolio.ScenarioOption) []Field {
	if len(open) == 0 {
		return nil
	}
	choice := Field{Name: FieldScenario, Type: "select", Label: p.T("scenarios.decide.scenario"), Help: p.T("scenarios.decide.help"), Options: []Choice{{Value: "", Text: p.T("scenarios.decide.none")}}}
	for _, o := range open {
		text := ScenarioTitle(o.Code, o.Name)
		if o.Recommended {
			text += " (" + p.T("scenarios.recommended") + ")"
		}
		value := strconv.FormatInt(int64(o.ID), 10) + "." + strconv.FormatInt(o.Version, 10)
		choice.Options = append(choice.Options, Choice{Value: value, Text: text, Selected: chosen != nil && chosen.ID == o.ID})
	}
	fields := []Field{{Name: "group_scenario", Type: "heading", Label: p.T("scenarios.decide"), Help: p.T("scenarios.decide.text")}, choice}
	if chosen == nil {
		return fields
	}
	fields = append(fields, Field{Name: "group_effect", Type: "heading", Label: p.T("scenarios.decide.effect", ScenarioTitle(chosen.Code, chosen.Name)), Help: p.optionEffect(chosen)})
	for _, l := range chosen.Out {
		if l.Subject.Request == 0 {
			continue
		}
		fields = append(fields,
			Field{Name: OutcomeField("step", l.Subject), Type: "radio", Label: p.T("scenarios.decide.left", ProjectTitle(l.Code, l.Name)), Value: string(portfolio.StepDefer),
				Options: []Choice{{Value: string(portfolio.StepDefer), Text: p.T("scenarios.decide.defer")}, {Value: string(portfolio.StepRefuse), Text: p.T("scenarios.decide.refuse")}}},
			Field{Name: OutcomeField("why", l.Subject), Label: p.T("scenarios.decide.why"), Help: p.T("scenarios.decide.why.help", p.optionWhy(chosen, l)), MaxSize: 2000},
			Field{Name: OutcomeField("again", l.Subject), Type: "date", Label: p.T("scenarios.decide.again")})
	}
	return fields
}

// optionEffect says what deciding on a scenario does.
func (p Printer) optionEffect(o *portfolio.ScenarioOption) string {
	text := p.N("scenarios.decide.creates", len(o.Enter), p.optionNames(o.Enter))
	if len(o.Stop) > 0 {
		text += " " + p.N("scenarios.decide.stops", len(o.Stop), p.optionNames(o.Stop))
	}
	return text + " " + p.N("scenarios.decide.leaves", len(o.Out))
}

func (p Printer) optionNames(all []portfolio.OptionLine) string {
	heads := make([]portfolio.Head, len(all))
	for i, l := range all {
		heads[i] = portfolio.Head{Code: l.Code, Name: l.Name}
	}
	return p.heads(heads)
}

// optionWhy says in short why a candidate of an option is not selected.
func (p Printer) optionWhy(o *portfolio.ScenarioOption, l portfolio.OptionLine) string {
	k := keyNames(p, "", o.Skills)
	switch l.Why {
	case portfolio.OutForced:
		return k.T("scenarios.out.forced", OrDash(k.forceReason(l.ReasonCode, l.Words)))
	case portfolio.OutGate:
		return k.T("scenarios.flag.gates", strings.Join(l.WhyNames, ", "))
	case portfolio.OutMissing:
		return k.T("scenarios.flag.missing", strings.Join(l.WhyNames, ", "))
	case portfolio.OutNoRoom:
		return k.T("scenarios.why.binding", k.list(l.WhyNames))
	case portfolio.OutUnscored:
		return k.T("scenarios.why.unscored")
	}
	return k.T("scenarios.why.value")
}

// mayReverse tells whether the reader may decide in the committee.
func (p DecisionPage) mayReverse() bool {
	d := p.Decision
	return p.May(identity.PermDecide, identity.Scope{Organisation: d.OrganisationID, Roadmap: int64(d.RoadmapID), Committee: int64(d.CommitteeID)})
}

// ReversalFields let a decision take back another one.
func (p Printer) ReversalFields(d governance.DecisionCard) []Field {
	return []Field{{Name: FieldReverses, Type: "hidden", Value: strconv.FormatInt(int64(d.ID), 10), ReadOnly: true},
		{Name: "group_reversal", Type: "heading", Label: p.T("scenarios.reverse", d.Reference), Help: p.T("scenarios.reverse.text")}}
}

// ReverseURL is where a decision on a scenario is taken back; "" where there is nothing to take back.
func (p DecisionPage) ReverseURL() string {
	d := p.Decision
	if d.Arbitration == nil || d.ReversedBy != nil {
		return ""
	}
	return CommitteePath(d.CommitteeCode, "", "decisions/new") + "?" + FieldReverses + "=" + strconv.FormatInt(int64(d.ID), 10)
}

// Effects are what a decision on a scenario did, and whether it still holds.
func (p DecisionPage) Effects() []Section {
	d := p.Decision
	var out []Section
	if m := d.Reverses; m != nil {
		out = append(out, Section{ID: "reverses", Title: p.T("scenarios.reversal"), Links: []Tool{{Text: p.T("scenarios.reverses", m.Reference, m.On), URL: DecisionURL(m.ID)}}})
	}
	e := d.Arbitration
	if e == nil {
		return out
	}
	s := Section{ID: "effect", Title: p.T("scenarios.effect"), Text: []string{p.T("scenarios.effect.of", ScenarioTitle(e.Code, e.Name), e.SHA256)}, Links: []Tool{{Text: p.T("scenarios.effect.see"), URL: ScenarioURL(e.Scenario)}}}
	if m := d.ReversedBy; m != nil {
		s.Alert = p.T("scenarios.reversed_by", m.Reference, m.On)
		s.Links = append(s.Links, Tool{Text: m.Reference, URL: DecisionURL(m.ID)})
	} else if p.mayReverse() {
		s.Links = append(s.Links, Tool{Text: p.T("scenarios.reverse", d.Reference), URL: p.ReverseURL()})
	}
	s.Tables = []Table{p.created(e), p.left(e), p.stopped(e)}
	return append(out, s)
}

func (p DecisionPage) created(e *portfolio.ArbitrationEffect) Table {
	rows := make([][]Cell, len(e.Created))
	for i, c := range e.Created {
		rows[i] = []Cell{{Text: ProjectTitle(c.Code, c.Name), URL: ProjectURL(c.Project, Day{})}}
		if c.Shift > 0 {
			rows[i][0].Note = p.N("scenarios.outcome.shift", int(c.Shift))
		}
		if !p.Decision.CostHidden {
			rows[i] = append(rows[i], Cell{Text: p.Money(portfolio.SumYears(c.Proposed), p.Decision.Currency)})
		}
	}
	columns := []Heading{{p.T("web.project.project"), ""}}
	if !p.Decision.CostHidden {
		columns = append(columns, Heading{p.T("scenarios.effect.proposed"), numeric})
	}
	t := newTable(p.T("scenarios.effect.created"), columns, rows)
	t.Shown, t.None = true, p.T("scenarios.effect.created.none")
	return t
}

func (p DecisionPage) left(e *portfolio.ArbitrationEffect) Table {
	rows := make([][]Cell, len(e.Left))
	for i, c := range e.Left {
		rows[i] = []Cell{{Text: ProjectTitle(c.Code, c.Name), URL: SubjectPageURL(portfolio.Subject{Request: c.Request})}, {Text: p.RequestStateName(c.State, false)}, {Text: c.Reason}}
	}
	t := newTable(p.T("scenarios.effect.left"), []Heading{{p.T("scenarios.candidate"), ""}, {p.T("scenarios.state"), ""}, {p.T("scenarios.reason"), written}}, rows)
	t.Shown, t.None = true, p.T("scenarios.refused.none")
	return t
}

func (p DecisionPage) stopped(e *portfolio.ArbitrationEffect) Table {
	rows := make([][]Cell, len(e.Stopped))
	for i, c := range e.Stopped {
		rows[i] = []Cell{{Text: ProjectTitle(c.Code, c.Name), URL: ProjectURL(c.Project, Day{})}, {Text: c.Reason}}
	}
	t := newTable(p.T("scenarios.effect.stopped"), []Heading{{p.T("web.project.project"), ""}, {p.T("scenarios.reason"), written}}, rows)
	t.Shown, t.None = true, p.T("scenarios.effect.stopped.none")
	return t
}
