package portfolio

import (
	"slices"

	"jalon/internal/money"
	"jalon/portfolio/selection"
)

// weighed is a scenario with the answer that is known of it.
type weighed struct {
	content scenarioContent
	problem selection.Problem
	hash    string
	answer  selection.Answer
	uses    map[int][]map[string]int64 // by percentile and place among the subjects; of what is chosen with its shift
	chosen  map[Subject]int64          // by how many years each is shifted
}

// weigh puts an answer beside its question. Without a selection what is forced in stands for one, so that gauges show what is settled anyway.
func weigh(c scenarioContent, p selection.Problem, hash string, a selection.Answer) (*weighed, error) {
	w := &weighed{content: c, problem: p, hash: hash, answer: a, chosen: map[Subject]int64{}, uses: map[int][]map[string]int64{}}
	if w.result().Found() {
		for _, id := range a.Selected {
			if s, ok := ParseSubject(id); ok {
				w.chosen[s] = a.Starts[id]
			}
		}
	} else {
		for _, s := range c.Subjects {
			if s.Force == ForceIn {
				w.chosen[s.Subject] = 0
			}
		}
	}
	for _, percentile := range []int{P50, P80} {
		all := make([]map[string]int64, len(c.Subjects))
		for i, s := range c.Subjects {
			u, err := c.uses(s, percentile, int(w.chosen[s.Subject]))
			if err != nil {
				return nil, err
			}
			all[i] = u
		}
		w.uses[percentile] = all
	}
	return w, nil
}

// result says how good the answer is.
func (w *weighed) result() SelectionResult {
	a := w.answer
	return SelectionResult{Status: string(a.Status), Value: a.Value, Bound: a.Bound, GapBP: a.GapBP, Selected: len(a.Selected), Hash: w.hash}
}

// selected tells whether a subject is chosen.
func (w *weighed) selected(s Subject) bool {
	_, in := w.chosen[s]
	return in
}

// used sums what is chosen and passes a filter uses of a key at a percentile.
func (w *weighed) used(key string, percentile int, of func(contentSubject) bool) (sum int64) {
	for i, s := range w.content.Subjects {
		if w.selected(s.Subject) && of(s) {
			sum += w.uses[percentile][i][key] // the engine refuses problems whose sums leave 64 bits
		}
	}
	return sum
}

func everyone(contentSubject) bool { return true }

func isRunning(s contentSubject) bool { return s.kind() == KindProject }

// gauges gives what the selection uses of every key.
func (w *weighed) gauges() []Gauge {
	out := make([]Gauge, 0, len(w.content.Limits))
	for _, l := range w.content.Limits {
		g := Gauge{Key: l.Key, Kind: l.Kind, Skill: l.Skill, Limit: l.limit(), Overridden: l.Own, Spent: l.Spent}
		if k, ok := parseCredit(l.Key); ok && l.Kind == GaugeCredit {
			g.Year, g.Section = k.Year, k.Section
		} else if _, q, ok := parseSkill(l.Key); ok {
			g.Year, g.Quarter = q.Year, q.String()
		}
		g.UsedP50, g.UsedP80 = l.Spent+w.used(l.Key, P50, everyone), l.Spent+w.used(l.Key, P80, everyone)
		g.Used, g.Running = g.UsedP50, w.used(l.Key, w.content.Percentile, isRunning)
		if w.content.Percentile == P80 {
			g.Used = g.UsedP80
		}
		g.State, g.StateP80 = gaugeState(g.Used, g.Limit), gaugeState(g.UsedP80, g.Limit)
		if g.Limit != nil && *g.Limit > 0 {
			if share, ok := money.Ratio(g.Used, *g.Limit); ok {
				g.Share = &share
			}
		}
		out = append(out, g)
	}
	return out
}

// gaugeState says how full a gauge is: full from 95 % on.
func gaugeState(used int64, limit *int64) GaugeState {
	switch {
	case limit == nil:
		return GaugeNeutral
	case used > *limit:
		return GaugeOver
	case used > 0 && used >= *limit-*limit/20:
		return GaugeFull
	}
	return GaugeWithin
}

// lines gives every subject with what became of it.
func (w *weighed) lines() []SubjectLine {
	out := make([]SubjectLine, len(w.content.Subjects))
	for i, s := range w.content.Subjects {
		t := w.content.theme(s.Theme)
		l := SubjectLine{Subject: s.Subject, Kind: s.kind(), Code: s.Code, Name: s.Name, Department: s.Department, Sponsor: s.Sponsor, Theme: Head{t.Code, t.Name},
			Start: s.Start, End: s.End, Risk: s.Risk, Scored: s.Scored, Points: s.Points, Gates: s.Gates, Force: s.Force, ForceIsOwn: s.Own, ReasonCode: s.ReasonCode, Reason: s.Reason,
			MayShift: s.MayShift, Requires: w.content.codes(s.Requires), Excludes: w.content.codes(s.Excludes), Missing: s.Missing, CostUnknown: s.Unknown,
			Selected: w.answerFound() && w.selected(s.Subject), ShiftYears: w.chosen[s.Subject]}
		l.CostP50, l.CostP80 = w.cost(i, P50), w.cost(i, P80)
		for _, x := range w.content.Limits {
			if n := w.uses[w.content.Percentile][i][x.Key]; n != 0 {
				l.Uses = append(l.Uses, UseLine{x.Key, n})
			}
		}
		l.LateEntry = s.kind() == KindRequest && w.content.late()
		out[i] = l
	}
	return out
}

func (w *weighed) answerFound() bool { return w.result().Found() }

// cost is what a subject still costs in all years at a percentile.
func (w *weighed) cost(i, percentile int) (sum money.Amount) {
	for key, n := range w.uses[percentile][i] {
		if _, ok := parseCredit(key); ok {
			sum += money.Amount(n)
		}
	}
	return sum
}

// EntryWeight is the weight that a candidate of a cost would bear if it entered the roadmap now; 0 without a cost.
func (r *Report) EntryWeight(cost money.Amount) int64 {
	if v := r.Roadmap.Voted; v != nil && *v > 0 {
		return DefaultWeight(cost, *v)
	}
	base, ok := r.Totals.SumFirstCost.Add(cost)
	if !ok {
		return 0
	}
	return DefaultWeight(cost, base)
}

// codes names subjects; those that are not among the content's are left out.
func (c *scenarioContent) codes(all []Subject) []string {
	out := []string{}
	for _, s := range all {
		if x := c.find(s); x != nil {
			out = append(out, x.Code)
		}
	}
	return out
}

// heads names subjects by the ids of the engine.
func (c *scenarioContent) heads(ids []string) []Head {
	out := []Head{}
	for _, id := range ids {
		if s, ok := ParseSubject(id); ok {
			if x := c.find(s); x != nil {
				out = append(out, Head{x.Code, x.Name})
			}
		}
	}
	return out
}

// themes gives what is asked of every theme and what it gets.
func (w *weighed) themes() []ThemeRule {
	out := make([]ThemeRule, len(w.content.Themes))
	for i, t := range w.content.Themes {
		out[i] = ThemeRule{ID: t.ID, Code: t.Code, Name: t.Name, MinProjects: t.MinProjects, MinValueBP: t.MinValue, MaxShareBP: t.MaxShare}
	}
	if !w.answerFound() {
		return out
	}
	for i, s := range w.content.Subjects {
		n := slices.IndexFunc(out, func(t ThemeRule) bool { return t.ID == s.Theme })
		if n < 0 || !w.selected(s.Subject) {
			continue
		}
		out[n].Projects++
		out[n].Value += s.Points
		out[n].Cost += w.cost(i, w.content.Percentile)
	}
	for i := range out {
		if share, ok := money.Ratio(out[i].Value, w.answer.Value); ok && w.answer.Value > 0 {
			out[i].ValueBP = &share
		}
	}
	return out
}

// conflict names the rules that cannot hold together.
func (w *weighed) conflict() []ConflictLine {
	out := []ConflictLine{}
	for _, r := range w.answer.Conflict {
		out = append(out, w.content.rule(r))
	}
	return out
}

// rule names a rule of the engine in the words of the content.
func (c *scenarioContent) rule(r selection.Rule) ConflictLine {
	line := ConflictLine{Rule: r.Rule, Subject: r.Subject}
	if s, ok := ParseSubject(r.Subject); ok && r.Rule != selection.RuleLimit && r.Rule != selection.RuleTheme {
		if x := c.find(s); x != nil {
			line.Subject, line.Name = x.Code, x.Name
		}
	}
	if i := slices.IndexFunc(c.Themes, func(t contentTheme) bool { return t.Code == r.Subject }); i >= 0 && r.Rule == selection.RuleTheme {
		line.Name = c.Themes[i].Name
	}
	return line
}

// report is everything that the workbench shows.
func (w *weighed) report(s Scenario) WorkbenchReport {
	c := &w.content
	r := WorkbenchReport{Scenario: s.head(), Roadmap: c.Roadmap, Currency: c.Currency, AsOf: c.AsOf, Subjects: w.lines(), Gauges: w.gauges(), Themes: w.themes(), Result: w.result(),
		Conflict: w.conflict(), Guard: w.guard(), Quota: w.quota(),
		Basis: CostBasis{Percentile: c.Percentile, P50: c.P50, P80: c.P80, Credits: c.Credits, Years: c.Years, Delay: c.Delay}}
	for _, l := range c.Limits {
		r.Limits = append(r.Limits, LimitLine{Key: l.Key, Kind: l.Kind, Default: l.Default, Own: l.Own, Amount: l.Amount})
	}
	return r
}

// Blind is the report for a reader who may not read costs: what speaks of them is absent.
func (r WorkbenchReport) Blind() WorkbenchReport {
	r.CostHidden = true
	r.Basis.P50, r.Basis.P80, r.Basis.Credits = Uplift{}, Uplift{}, false
	r.Subjects = slices.Clone(r.Subjects)
	for i := range r.Subjects {
		l := &r.Subjects[i]
		l.CostP50, l.CostP80, l.CostUnknown = 0, 0, false
		l.Uses = slices.DeleteFunc(slices.Clone(l.Uses), func(u UseLine) bool { _, credit := parseCredit(u.Key); return credit })
	}
	r.Gauges = slices.DeleteFunc(slices.Clone(r.Gauges), func(g Gauge) bool { return g.Kind == GaugeCredit })
	r.Limits = slices.DeleteFunc(slices.Clone(r.Limits), func(l LimitLine) bool { return l.Kind == GaugeCredit })
	r.Conflict = slices.DeleteFunc(slices.Clone(r.Conflict), func(l ConflictLine) bool {
		_, credit := parseCredit(l.Subject)
		return credit && l.Rule == selection.RuleLimit
	})
	r.Themes = slices.Clone(r.Themes)
	for i := range r.Themes {
		r.Themes[i].Cost, r.Themes[i].MaxShareBP = 0, nil
	}
	r.Guard, r.Changes = r.Guard.blind(), r.Changes.Blind()
	r.Quota = QuotaReport{Set: r.Quota.Set, Late: r.Quota.Late, Leaving: r.Quota.Leaving}
	return r
}
