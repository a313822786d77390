package portfolio

import (
	"context"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio/selection"
)

// ScenarioOption is a submitted scenario as an option of a committee's choice, with its consequences.
type ScenarioOption struct {
	ScenarioHead
	FrozenOn civil.Date      `json:"frozen_on"`
	Result   SelectionResult `json:"result"`
	Cost     money.Amount    `json:"cost"` // remaining, at the scenario's percentile
	CostP80  money.Amount    `json:"cost_p80"`
	P50      Uplift          `json:"p50"`
	P80      Uplift          `json:"p80"`
	Credits  bool            `json:"credits"` // votes are known
	Years    []GuardYear     `json:"years"`
	Ends     []GuardEnd      `json:"ends"` // that may end after the roadmap
	Themes   []ThemeRule     `json:"themes"`
	Skills   []Gauge         `json:"skills"` // quarters that are limited
	Quota    *OptionQuota    `json:"quota"`  // nil: none is set
	Enter    []OptionLine    `json:"enter"`  // candidates that are selected
	Stay     []OptionLine    `json:"stay"`   // projects that go on
	Stop     []OptionLine    `json:"stop"`   // projects that leave
	Out      []OptionLine    `json:"out"`    // candidates that are not selected
	// What costs the engine time may not be known yet, and is nil then. Empty: it is known, and there is nothing to say.
	Forced   []ForcedPrice   `json:"forced"`
	Frontier []FrontierPoint `json:"frontier"`
	Next     *NextCredit     `json:"next"`
	// Better is the value of a selection that was found since and that prices, frontier and next credit start from; 0: they start from the one that was frozen.
	Better int64 `json:"better,omitempty"`
	// CostHidden tells that the reader may not read costs.
	CostHidden bool `json:"-"`
}

// OptionQuota is how much of the voted budget late entries take.
type OptionQuota struct {
	Share    money.BasisPoints `json:"share_bp"`
	Allowed  *money.Amount     `json:"allowed"`
	Entered  money.Amount      `json:"entered"`
	Selected money.Amount      `json:"selected"`
}

// OptionLine is a subject of an option.
type OptionLine struct {
	Subject    Subject      `json:"-"`
	Code       string       `json:"code"`
	Name       string       `json:"name"`
	Department string       `json:"department"`
	Theme      Head         `json:"theme"`
	Points     int64        `json:"points"`
	Cost       money.Amount `json:"cost"` // at the scenario's percentile
	Shift      int64        `json:"shift"`
	Force      Force        `json:"force"`
	ReasonCode ForceReason  `json:"reason_code"`
	Words      string       `json:"words"`     // of the force
	Why        string       `json:"why"`       // kind of the reason why it is out; "" when it is in
	WhyNames   []string     `json:"why_names"` // gates, what it requires, or keys without room
}

// SubmittedScenarios gives the scenarios that were submitted to a committee and that it has not decided on, the recommended one first, with what is known of each by now.
func SubmittedScenarios(ctx context.Context, db database.Conn, roadmap RoadmapID, committee int64) ([]ScenarioOption, error) {
	r, err := findRoadmap(ctx, db, roadmap)
	if err != nil {
		return nil, err
	}
	all, err := findSubmitted(ctx, db, r, committee)
	if err != nil {
		return nil, err
	}
	out := []ScenarioOption{}
	for _, x := range all {
		o, err := optionOf(ctx, db, r, x)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// findSubmitted lists the scenarios that a committee is to decide on, the recommended one first.
func findSubmitted(ctx context.Context, db database.Conn, r Roadmap, committee int64) ([]Scenario, error) {
	all, err := findScenarios(ctx, db, r.OrganisationID, r.ID, scenarioFilter{states: []ScenarioState{ScenarioSubmitted}, committee: committee})
	slices.SortStableFunc(all, func(a, b Scenario) int {
		switch {
		case a.Recommended == b.Recommended:
			return 0
		case a.Recommended:
			return -1
		}
		return 1
	})
	return all, err
}

func optionOf(ctx context.Context, db database.Conn, r Roadmap, x Scenario) (ScenarioOption, error) {
	q, err := frozenQuestion(ctx, db, x)
	if err != nil {
		return ScenarioOption{}, err
	}
	kept, found, err := findAnswer(ctx, db, r, q.hash)
	if err != nil {
		return ScenarioOption{}, err
	}
	w, err := weigh(q.content, q.problem, q.hash, q.standing(kept, found))
	if err != nil {
		return ScenarioOption{}, err
	}
	return w.option(x, kept.answer), nil
}

// option puts a frozen scenario as an option. told is what the engine said beside its answer, as far as it got.
func (w *weighed) option(x Scenario, told selection.Answer) ScenarioOption {
	c, g := &w.content, w.guard()
	beside := c.insight(told)
	o := ScenarioOption{ScenarioHead: x.head(), FrozenOn: x.FrozenOn, Result: w.result(), P50: c.P50, P80: c.P80, Credits: c.Credits, Years: g.Years, Ends: g.Ends,
		Themes: w.themes(), Skills: []Gauge{}, Enter: []OptionLine{}, Stay: []OptionLine{}, Stop: []OptionLine{}, Out: []OptionLine{}, Forced: beside.Forced, Frontier: beside.Frontier, Next: beside.Next}
	if beside.Result.Value > w.answer.Value {
		o.Better = beside.Result.Value
	}
	for _, gauge := range w.gauges() {
		if gauge.Kind == GaugeSkill && gauge.Limit != nil {
			o.Skills = append(o.Skills, gauge)
		}
	}
	if q := w.quota(); q.Set {
		o.Quota = &OptionQuota{q.ShareBP, q.Allowed, q.Entered, q.Selected}
	}
	for i, s := range c.Subjects {
		line := w.optionLine(i)
		switch in := w.selected(s.Subject); {
		case in && s.kind() == KindRequest:
			o.Enter = append(o.Enter, line)
		case in:
			o.Stay = append(o.Stay, line)
		case s.kind() == KindRequest:
			o.Out = append(o.Out, line)
		default:
			o.Stop = append(o.Stop, line)
		}
		if w.selected(s.Subject) {
			o.Cost += line.Cost
			o.CostP80 += w.cost(i, P80)
		}
	}
	return o
}

func (w *weighed) optionLine(i int) OptionLine {
	s := w.content.Subjects[i]
	t := w.content.theme(s.Theme)
	l := OptionLine{Subject: s.Subject, Code: s.Code, Name: s.Name, Department: s.Department, Theme: Head{t.Code, t.Name}, Points: s.Points, Cost: w.cost(i, w.content.Percentile),
		Shift: w.chosen[s.Subject], Force: s.Force, ReasonCode: s.ReasonCode, Words: s.Reason, WhyNames: []string{}}
	if w.selected(s.Subject) {
		return l
	}
	why := w.reasonOut(i)
	l.Why = why.Kind
	l.WhyNames = append(append(l.WhyNames, why.Names...), why.Keys...)
	return l
}

// Blind is the option for a reader who may not read costs.
func (o ScenarioOption) Blind() ScenarioOption {
	o.CostHidden, o.Cost, o.CostP80, o.Credits = true, 0, 0, false
	o.P50, o.P80, o.Years, o.Quota, o.Frontier, o.Next = Uplift{}, Uplift{}, []GuardYear{}, nil, []FrontierPoint{}, nil
	o.Themes = slices.Clone(o.Themes)
	for i := range o.Themes {
		o.Themes[i].Cost, o.Themes[i].MaxShareBP = 0, nil
	}
	for _, list := range []*[]OptionLine{&o.Enter, &o.Stay, &o.Stop, &o.Out} {
		*list = slices.Clone(*list)
		for i := range *list {
			l := &(*list)[i]
			l.Cost, l.WhyNames = 0, slices.DeleteFunc(slices.Clone(l.WhyNames), isCredit)
		}
	}
	return o
}
