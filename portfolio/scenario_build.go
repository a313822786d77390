package portfolio

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// subject puts together what is known of a running project or a candidate.
func (f *scenarioFacts) subject(x Candidate, choices []ScenarioChoice) contentSubject {
	v := f.values[x.Subject]
	s := contentSubject{Subject: x.Subject, Code: x.Code, Name: x.Name, Theme: x.ThemeID, Scored: v.Scored, Points: v.Points, Gates: slices.Clone(v.Gates),
		Requires: []Subject{}, Excludes: []Subject{}, Missing: []string{}, Costs: []contentCost{}, Skills: []contentNeed{}}
	if s.Gates == nil {
		s.Gates = []string{}
	}
	if x.Project != 0 {
		f.project(&s)
	} else {
		f.request(&s)
	}
	s.settle(choices)
	return s
}

// settle says who chooses the subject: what is usual, unless somebody chose.
func (s *contentSubject) settle(choices []ScenarioChoice) {
	switch {
	case s.kind() == KindProject:
		s.Force, s.ReasonCode = ForceIn, reasonRunning
	case len(s.Gates) > 0:
		s.Force, s.ReasonCode = ForceOut, reasonGate
	default:
		s.Force = ForceFree
	}
	i := slices.IndexFunc(choices, func(c ScenarioChoice) bool { return c.Subject == s.Subject })
	if i < 0 {
		return
	}
	c := choices[i]
	s.MayShift = c.MayShift
	if c.Force != ForceUsual {
		s.Force, s.ReasonCode, s.Reason, s.Own = c.Force, c.ReasonCode, c.Reason, true
	}
}

// project tells what a running project still needs.
func (f *scenarioFacts) project(s *contentSubject) {
	i := slices.IndexFunc(f.projects, func(p Project) bool { return p.ID == s.Subject.Project })
	if i < 0 {
		return
	}
	p := f.projects[i]
	s.Department, s.Sponsor = p.Department, p.Sponsor
	now := lastKnown(f.estimates[p.ID], f.day)
	if bs := f.baselines[p.ID]; len(bs) > 0 && now.Start.IsZero() && now.End.IsZero() {
		now.Start, now.End = bs[len(bs)-1].Start, bs[len(bs)-1].End
	}
	s.Start, s.End = now.Start, now.End
	s.Costs, s.Unknown = f.remaining(p.ID, now)
	first := f.day.QuarterOf()
	for _, n := range f.needs[p.ID] {
		if !n.Quarter.Before(first) {
			s.need(f.skills[n.Skill].Code, n.Quarter, n.Tenths)
		}
	}
}

// request tells what a candidate asks for. What it asked for a time that has passed it needs as soon as it begins.
func (f *scenarioFacts) request(s *contentSubject) {
	q := f.requests[s.Subject.Request]
	s.Department, s.Sponsor, s.Start, s.End, s.Risk = q.Department, q.Sponsor, q.Start, q.End, q.Risk
	s.Unknown = len(q.Costs) == 0
	for _, a := range q.Costs {
		s.spend(max(a.Year, f.firstYear()), a.Section, a.Amount)
	}
	first := f.day.QuarterOf()
	for _, n := range q.Skills {
		if n.Quarter.Before(first) {
			n.Quarter = first
		}
		s.need(f.skills[n.Skill].Code, n.Quarter, n.Tenths)
	}
}

// spend adds an amount to a year and section.
func (s *contentSubject) spend(year int, section Section, amount money.Amount) {
	if amount <= 0 {
		return
	}
	i := slices.IndexFunc(s.Costs, func(c contentCost) bool { return c.Year == year && c.Section == section })
	if i >= 0 {
		s.Costs[i].Amount += amount
		return
	}
	s.Costs = append(s.Costs, contentCost{year, section, amount})
	slices.SortFunc(s.Costs, func(a, b contentCost) int {
		return CreditKey{a.Year, a.Section}.Compare(CreditKey{b.Year, b.Section})
	})
}

// need adds work of a skill to a quarter.
func (s *contentSubject) need(skill string, q civil.Quarter, tenths int64) {
	if tenths <= 0 || skill == "" {
		return
	}
	i := slices.IndexFunc(s.Skills, func(n contentNeed) bool { return n.Skill == skill && n.Quarter == q })
	if i >= 0 {
		s.Skills[i].Tenths += tenths
		return
	}
	s.Skills = append(s.Skills, contentNeed{skill, q, tenths})
}

// firstYear is the fiscal year of the day: what lies before it is over.
func (f *scenarioFacts) firstYear() int { return f.yearOf(f.day) }

func (f *scenarioFacts) yearOf(d civil.Date) int { return f.organisation.Fiscal.YearOf(d).Start.Year() }

// remaining is what a running project will still spend: its budget in force without what was spent, or else its estimate. unknown: neither is there.
func (f *scenarioFacts) remaining(id ProjectID, now Estimate) (costs []contentCost, unknown bool) {
	s := contentSubject{Costs: []contentCost{}}
	spent := f.credits.Spent[id]
	if budget, ok := f.credits.Budgets[id]; ok {
		for _, k := range slices.SortedFunc(maps.Keys(budget), CreditKey.Compare) {
			if k.Year >= f.firstYear() {
				s.spend(k.Year, k.Section, budget[k]-spent[k])
			}
		}
		return s.Costs, false
	}
	current := lastCost(f.estimates[id])
	if current == nil {
		return s.Costs, true
	}
	if lines := f.lines[current.ID]; len(lines) > 0 {
		planned := map[CreditKey]money.Amount{}
		for _, l := range lines {
			planned[CreditKey{labelYear(l.FiscalYear), sectionOf(l.Nature)}] += l.Amount
		}
		for _, k := range slices.SortedFunc(maps.Keys(planned), CreditKey.Compare) {
			if k.Year >= f.firstYear() {
				s.spend(k.Year, k.Section, planned[k]-spent[k])
			}
		}
		return s.Costs, false
	}
	rest := current.Cost
	for _, a := range spent {
		rest -= a
	}
	f.spread(&s, max(rest, 0), now)
	return s.Costs, false
}

// spread divides what is left of a cost that was given as one sum over the fiscal years until the project ends, by days, as investment: nothing is known of its section.
func (f *scenarioFacts) spread(s *contentSubject, rest money.Amount, now Estimate) {
	from := laterOf(now.Start, f.day)
	end := laterOf(now.End, from)
	var years []int
	var days []int64
	for d := from; !d.After(end) && len(years) < mostCostYears; {
		y := f.organisation.Fiscal.YearOf(d)
		last := y.End
		if end.Before(last) {
			last = end
		}
		years, days = append(years, y.Start.Year()), append(days, int64(civil.Duration(d, last)))
		d = y.End.AddDays(1)
	}
	for i, part := range rest.Split(days) {
		s.spend(years[i], SectionInvestment, part)
	}
}

// labelYear is the civil year by which the fiscal year of a label is known: "2026" and "2026-2027" are 2026.
func labelYear(label string) int {
	first, _, _ := strings.Cut(label, "-")
	year, err := strconv.Atoi(first)
	if err != nil {
		return 0
	}
	return year
}

func sectionOf(n Nature) Section {
	if n == Operations {
		return SectionOperations
	}
	return SectionInvestment
}

// link fills in what subjects require and exclude. What is required and is a project by now counts as that; what has ended well or goes on elsewhere is there; what was
// renounced is missing.
func (c *scenarioContent) link(f *scenarioFacts) {
	here := make(map[Subject]bool, len(c.Subjects))
	for _, s := range c.Subjects {
		here[s.Subject] = true
	}
	for i := range c.Subjects {
		s := &c.Subjects[i]
		for _, l := range f.linksOf(s.Subject) {
			other := l.Other
			if p, ok := f.became[other.Request]; ok && other.Request != 0 {
				other = Subject{Project: p}
			}
			switch {
			case other == s.Subject:
			case l.Kind == LinkExcludes:
				if here[other] {
					s.Excludes = append(s.Excludes, other)
				}
			case here[other]:
				s.Requires = append(s.Requires, other)
			case !f.there(other):
				s.Missing = append(s.Missing, f.names[other])
			}
		}
	}
}

// linksOf gives what a candidate was said to require and exclude, and what a running project depends on.
func (f *scenarioFacts) linksOf(s Subject) []RequestLink {
	if s.Request != 0 {
		return f.requests[s.Request].Links
	}
	var out []RequestLink
	for _, d := range f.dependencies {
		if d.ProjectID == s.Project {
			out = append(out, RequestLink{LinkRequires, Subject{Project: d.DependsOnID}})
		}
	}
	return out
}

// there tells whether a project that takes no part in the selection can be relied on: it has not left the portfolio.
func (f *scenarioFacts) there(s Subject) bool {
	if s.Project == 0 {
		return false
	}
	return !slices.ContainsFunc(f.exits[s.Project], func(e exitRow) bool {
		return !e.Left.After(f.day) && (e.Returned.IsZero() || e.Returned.After(f.day))
	})
}

// entered sums the first costs of the projects that entered late and are still there.
func (f *scenarioFacts) entered() (sum money.Amount) {
	for i, d := range f.driftProjects() {
		at := drift.Assess(d, f.day)
		first := firstKnown(f.estimates[f.projects[i].ID], f.baselines[f.projects[i].ID])
		if at.Present && at.Cost.Known && !first.IsZero() && !first.Before(f.quota.LateFrom) {
			sum += at.Cost.First
		}
	}
	return sum
}

// firstKnown is the day from which a project belongs to the portfolio.
func firstKnown(estimates []Estimate, baselines []Baseline) civil.Date {
	var first civil.Date
	for _, e := range estimates {
		if first.IsZero() || e.AsOf.Before(first) {
			first = e.AsOf
		}
	}
	for _, b := range baselines {
		if first.IsZero() || b.On.Before(first) {
			first = b.On
		}
	}
	return first
}

// limits gives every key that is limited or used, credits first, and the years in view: from that of the day to the last one that is limited, used or within the roadmap.
func (f *scenarioFacts) limits(c *scenarioContent, own []ScenarioLimit) ([]contentLimit, []int) {
	all := map[string]*contentLimit{}
	at := func(key string) *contentLimit {
		if all[key] == nil {
			all[key] = &contentLimit{Key: key, Kind: GaugeSkill}
		}
		return all[key]
	}
	last := f.firstYear()
	credit := func(k CreditKey) *contentLimit {
		last = max(last, k.Year)
		l := at(k.String())
		l.Kind = GaugeCredit
		return l
	}
	for k, amount := range f.credits.Voted {
		if k.Year >= f.firstYear() {
			n := int64(amount)
			credit(k).Default = &n
		}
	}
	for _, s := range c.Subjects {
		for shift := 0; shift <= 1 && (shift == 0 || s.MayShift); shift++ {
			for _, x := range s.Costs {
				credit(CreditKey{x.Year + shift, x.Section})
			}
			for _, n := range s.Skills {
				at(skillKey(n.Skill, n.Quarter.Add(4*shift)))
			}
		}
	}
	f.capacityLimits(at)
	for _, l := range own {
		if k, ok := parseCredit(l.Key); ok {
			if k.Year < f.firstYear() {
				continue
			}
			credit(k)
		}
		x := at(l.Key)
		x.Own, x.Amount = true, l.Amount
	}
	f.spentLimits(all)
	if !f.roadmap.End.IsZero() {
		last = max(last, f.yearOf(f.roadmap.End))
	}
	return f.ordered(all), yearsUntil(f.firstYear(), last)
}

// yearsUntil counts years; a slip of the key does not make a table of centuries.
func yearsUntil(first, last int) []int {
	var out []int
	for y := first; y <= min(last, first+mostCostYears-1); y++ {
		out = append(out, y)
	}
	return out
}

func (f *scenarioFacts) capacityLimits(at func(string) *contentLimit) {
	first := f.day.QuarterOf()
	for _, n := range f.capacities {
		if !n.Quarter.Before(first) {
			tenths := n.Tenths
			at(skillKey(f.skills[n.Skill].Code, n.Quarter)).Default = &tenths
		}
	}
}

// spentLimits notes what was spent of each year already, also by projects that have left.
func (f *scenarioFacts) spentLimits(all map[string]*contentLimit) {
	for _, p := range f.projects {
		for k, amount := range f.credits.Spent[p.ID] {
			if l := all[k.String()]; l != nil && amount > 0 {
				l.Spent += int64(amount)
			}
		}
	}
}

// ordered puts credits by year and section, then skills in the organisation's order by quarter.
func (f *scenarioFacts) ordered(all map[string]*contentLimit) []contentLimit {
	position, named := map[string]int{}, map[string]Head{}
	for _, s := range f.skills {
		position[s.Code], named[s.Code] = s.Position, Head{s.Code, s.Name}
	}
	out := make([]contentLimit, 0, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		l := *all[key]
		if l.Kind == GaugeSkill {
			code, _, _ := parseSkill(l.Key)
			if l.Skill = named[code]; l.Skill.Code == "" {
				continue // of a skill that is not there any more
			}
		}
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b contentLimit) int {
		if a.Kind != b.Kind {
			return cmp.Compare(a.Kind, b.Kind) // "credit" before "skill"
		}
		if a.Kind == GaugeCredit {
			x, _ := parseCredit(a.Key)
			y, _ := parseCredit(b.Key)
			return x.Compare(y)
		}
		return cmp.Or(cmp.Compare(position[a.Skill.Code], position[b.Skill.Code]), cmp.Compare(a.Skill.Code, b.Skill.Code), cmp.Compare(a.Key, b.Key))
	})
	return out
}
