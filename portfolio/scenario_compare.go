package portfolio

import (
	"cmp"
	"slices"

	"jalon/internal/money"
)

// MaxCompared is how many scenarios fit beside each other.
const MaxCompared = 4

// compared is a scenario of a comparison with its answer.
type compared struct {
	scenario Scenario
	*weighed
}

// compare puts scenarios of one roadmap side by side.
func compare(all []compared) ScenarioComparison {
	first := &all[0].content
	out := ScenarioComparison{Roadmap: first.Roadmap, RoadmapID: all[0].scenario.RoadmapID, Currency: first.Currency, Years: []int{}, Themes: []Head{}, Skills: []Head{}, Subjects: []ComparedSubject{}}
	for _, x := range all {
		for _, y := range x.content.Years {
			if !slices.Contains(out.Years, y) {
				out.Years = append(out.Years, y)
			}
		}
		for _, t := range x.content.Themes {
			out.Themes = withHead(out.Themes, Head{t.Code, t.Name})
		}
		for _, l := range x.content.Limits {
			if l.Kind == GaugeSkill {
				out.Skills = withHead(out.Skills, l.Skill)
			}
		}
	}
	slices.Sort(out.Years)
	slices.SortFunc(out.Skills, func(a, b Head) int { return cmp.Compare(a.Code, b.Code) })
	for _, x := range all {
		out.Scenarios = append(out.Scenarios, x.column(out))
	}
	out.Subjects = who(all)
	return out
}

func withHead(all []Head, h Head) []Head {
	if slices.ContainsFunc(all, func(o Head) bool { return o.Code == h.Code }) {
		return all
	}
	return append(all, h)
}

// column is one scenario, in the order of the comparison's years, themes and skills.
func (x compared) column(of ScenarioComparison) ComparedScenario {
	s := ComparedScenario{Head: x.scenario.head(), Result: x.result(), Gauges: x.gauges(), Delay: x.content.Delay, ByYear: make([]ComparedYear, len(of.Years)),
		ByTheme: make([]ComparedTheme, len(of.Themes)), BySkill: make([]ComparedSkill, len(of.Skills))}
	for i, subject := range x.content.Subjects {
		if x.selected(subject.Subject) {
			s.Cost += x.cost(i, x.content.Percentile)
			s.CostP80 += x.cost(i, P80)
		}
	}
	for _, g := range s.Gauges {
		if g.Kind == GaugeSkill {
			s.BySkill[slices.IndexFunc(of.Skills, func(h Head) bool { return h.Code == g.Skill.Code })].add(g)
			continue
		}
		if i := slices.Index(of.Years, g.Year); i >= 0 {
			s.ByYear[i].add(g)
		}
	}
	s.Excess, s.Over80, s.Unvoted = DriftOf(x.guard().Years)
	for _, t := range x.themes() {
		if i := slices.IndexFunc(of.Themes, func(h Head) bool { return h.Code == t.Code }); i >= 0 {
			s.ByTheme[i] = ComparedTheme{t.Projects, t.Value, t.Cost}
		}
	}
	for _, e := range x.ends() {
		if e.InTen >= 5 {
			s.EndLate++
		}
	}
	return s
}

// add counts the gauge of a section of the year.
func (y *ComparedYear) add(g Gauge) {
	var limit *money.Amount
	if g.Limit != nil {
		l := money.Amount(*g.Limit)
		limit = &l
	}
	if g.Section == SectionInvestment {
		y.Investment, y.LimitInvestment = money.Amount(g.Used), limit
		return
	}
	y.Operations, y.LimitOperations = money.Amount(g.Used), limit
}

// add counts the gauge of a quarter.
func (s *ComparedSkill) add(g Gauge) {
	s.Used += g.Used
	if g.Limit == nil {
		return
	}
	sum := *g.Limit
	if s.Limit != nil {
		sum += *s.Limit
	}
	s.Limit = &sum
	if g.Share != nil && (s.Peak == nil || *g.Share > *s.Peak) {
		s.Peak = g.Share
	}
	if g.State == GaugeOver {
		s.Over++
	}
}

// who tells for every subject in which scenarios it is selected: those on which they differ first.
func who(all []compared) []ComparedSubject {
	var out []ComparedSubject
	for n, x := range all {
		for _, s := range x.content.Subjects {
			i := slices.IndexFunc(out, func(o ComparedSubject) bool { return o.Subject == s.Subject })
			if i < 0 {
				t := x.content.theme(s.Theme)
				i = len(out)
				out = append(out, ComparedSubject{Subject: s.Subject, Kind: s.kind(), Head: Head{s.Code, s.Name}, Theme: Head{t.Code, t.Name}, Points: s.Points,
					In: make([]bool, len(all)), Shift: make([]int64, len(all))})
			}
			if x.answerFound() && x.selected(s.Subject) {
				out[i].In[n], out[i].Shift[n] = true, x.chosen[s.Subject]
				out[i].Count++
			}
		}
	}
	for i, s := range out {
		moved := slices.ContainsFunc(s.Shift, func(years int64) bool { return years != s.Shift[0] })
		out[i].Differs = s.Count > 0 && (s.Count < len(all) || moved)
	}
	slices.SortStableFunc(out, func(a, b ComparedSubject) int {
		if a.Differs != b.Differs {
			if a.Differs {
				return -1
			}
			return 1
		}
		return b.Count - a.Count
	})
	return out
}

// Blind is the comparison for a reader who may not read costs.
func (c ScenarioComparison) Blind() ScenarioComparison {
	c.CostHidden, c.Years = true, []int{}
	c.Scenarios = slices.Clone(c.Scenarios)
	for i := range c.Scenarios {
		s := &c.Scenarios[i]
		s.Cost, s.CostP80, s.Over80, s.Excess, s.Unvoted, s.ByYear = 0, 0, 0, 0, 0, nil
		s.Gauges = slices.DeleteFunc(slices.Clone(s.Gauges), func(g Gauge) bool { return g.Kind == GaugeCredit })
		s.ByTheme = slices.Clone(s.ByTheme)
		for j := range s.ByTheme {
			s.ByTheme[j].Cost = 0
		}
	}
	return c
}
