package portfolio

import (
	"maps"
	"slices"

	"jalon/internal/money"
	"jalon/portfolio/selection"
)

// insight says in the words of the content what the engine told beside an answer. What it did not tell stays nil.
func (c *scenarioContent) insight(a selection.Answer) ScenarioInsight {
	out := ScenarioInsight{Result: SelectionResult{Status: string(a.Status), Value: a.Value, Bound: a.Bound, GapBP: a.GapBP, Selected: len(a.Selected)},
		Frontier: told[FrontierPoint](a.Frontier != nil), Forced: told[ForcedPrice](a.Forced != nil), Refused: told[RefusedLine](a.Refused != nil), Alternatives: told[AlternativeLine](a.Alternatives != nil)}
	axis, spent := c.axis()
	for _, p := range a.Frontier {
		if !axis {
			break // without a limited year there is nothing to draw it along
		}
		out.Frontier = append(out.Frontier, FrontierPoint{Total: money.Amount(p.Total + spent), Value: p.Value, Bound: p.Bound, Proven: p.Proven, Selected: c.heads(p.Selected)})
	}
	for _, p := range a.Forced {
		if s := c.named(p.ID); s != nil {
			out.Forced = append(out.Forced, ForcedPrice{Subject: s.Subject, Head: Head{s.Code, s.Name}, ReasonCode: s.ReasonCode, Reason: s.Reason, Value: p.ValueGivenUp, ValueLow: p.AtLeast,
				ValueHigh: p.AtMost, Proven: p.Proven, PushedOut: c.heads(p.PushedOut), BroughtIn: c.heads(without(p.BroughtIn, p.ID))})
		}
	}
	for _, r := range a.Refused {
		if s := c.named(r.ID); s != nil {
			out.Refused = append(out.Refused, c.refused(s, r))
		}
	}
	if n := a.Next; n != nil {
		out.Next = &NextCredit{Amount: money.Amount(n.Amount), Value: n.Gained, ValueLow: n.AtLeast, ValueHigh: n.AtMost, Proven: n.Proven, Enter: c.heads(n.Enters), Leave: c.heads(n.Leaves),
			Added: extras(n.Added)}
	}
	for _, o := range a.Alternatives {
		out.Alternatives = append(out.Alternatives, AlternativeLine{Value: o.Value, Less: o.Lost, Enter: c.heads(o.Enters), Leave: c.heads(o.Leaves)})
	}
	return out
}

// told is a list that is to be filled, or nil where nothing is known of it.
func told[T any](something bool) []T {
	if !something {
		return nil
	}
	return []T{}
}

func (c *scenarioContent) refused(s *contentSubject, r selection.Refusal) RefusedLine {
	line := RefusedLine{Subject: s.Subject, Head: Head{s.Code, s.Name}, Force: s.Force, Points: s.Points, Scored: s.Scored, Binding: r.Binding, Rules: []ConflictLine{}, With: c.heads(r.With),
		SwapValue: r.SwapValue, SwapProven: r.SwapProven}
	if r.Swap != nil { // none need leave where it is empty
		line.Swap = c.heads(r.Swap)
	}
	if r.Extra != nil {
		line.Extra = extras(r.Extra)
	}
	if line.Binding == nil {
		line.Binding = []string{}
	}
	line.Fits = s.Force != ForceOut && len(s.Missing) == 0 && len(r.Binding) == 0 && len(r.Rules) == 0
	for _, rule := range r.Rules {
		line.Rules = append(line.Rules, c.rule(rule))
	}
	if w := r.WithExtra; w != nil {
		line.ExtraChosen, line.ExtraProven = w.Chosen, w.Proven
	}
	return line
}

// named gives the subject that the engine names.
func (c *scenarioContent) named(id string) *contentSubject {
	s, ok := ParseSubject(id)
	if !ok {
		return nil
	}
	return c.find(s)
}

func without(ids []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(o string) bool { return o == id })
}

func extras(by map[string]int64) []ExtraCredit {
	out := []ExtraCredit{}
	for _, key := range slices.Sorted(maps.Keys(by)) {
		out = append(out, ExtraCredit{key, by[key]})
	}
	return out
}

// axis tells whether a credit is limited, and what was spent of those that are: the engine chooses beyond it, and totals of credits are with it, as those of gauges are.
func (c *scenarioContent) axis() (limited bool, spent int64) {
	for _, l := range c.Limits {
		if l.Kind == GaugeCredit && l.limit() != nil {
			limited, spent = true, spent+l.Spent
		}
	}
	return limited, spent
}

// Blind is the insight for a reader who may not read costs: the frontier and the next credit speak of nothing else.
func (i ScenarioInsight) Blind() ScenarioInsight {
	i.CostHidden, i.Frontier, i.Next = true, []FrontierPoint{}, nil
	i.Refused = slices.Clone(i.Refused)
	for n := range i.Refused {
		r := &i.Refused[n]
		r.Binding = slices.DeleteFunc(slices.Clone(r.Binding), isCredit)
		if slices.ContainsFunc(r.Extra, func(e ExtraCredit) bool { return isCredit(e.Key) }) {
			r.Extra = nil // days alone would not do
		}
	}
	return i
}

func isCredit(key string) bool {
	_, ok := parseCredit(key)
	return ok
}
