package demo

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"jalon/governance/cadence"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// Unroll tells the story as it stands on the first day of the month of day.
func Unroll(day civil.Date) Story {
	src := loadSource()
	first := day.MonthOf().First()
	t := teller{calendar: calendar{first}, interim: src.interim, currency: money.Currency(src.organisation.Currency)}
	o := src.organisation
	s := Story{Day: first, Organisation: Organisation{Code: o.Code, Name: o.Name, Kind: o.Kind, Locale: o.Locale,
		TimeZone: o.TimeZone, Currency: t.currency, Fiscal: t.fiscal}}
	for _, r := range src.roadmaps {
		s.Roadmaps = append(s.Roadmaps, t.roadmap(r))
	}
	running := s.Running()
	rules := map[string]cadence.Rule{}
	for _, c := range src.committees {
		rules[c.Code] = t.rule(c)
		s.Committees = append(s.Committees, Committee{Code: c.Code, Name: c.Name, Roadmap: running.Code, Level: c.Level,
			Cadence: rules[c.Code].String(), Locale: o.Locale, TimeZone: o.TimeZone, LeadDays: c.LeadDays,
			From: running.Start, Until: running.End, Members: c.Members})
	}
	for _, d := range src.decisions {
		s.Decisions = append(s.Decisions, t.decision(d, rules))
	}
	for _, d := range src.rebaselines {
		s.Rebaselines = append(s.Rebaselines, Rebaseline{Decision: t.decision(d.decisionSource, rules),
			Cost: t.amount(d.Cost), Start: t.plan(d.Start), End: t.plan(d.End)})
	}
	slices.SortStableFunc(s.Decisions, func(a, b Decision) int { return a.On.Compare(b.On) })
	slices.SortStableFunc(s.Rebaselines, func(a, b Rebaseline) int { return a.On.Compare(b.On) })
	s.Finance = t.finance(s)
	s.Requests = t.requests(src.requests, running)
	s.Scoring = t.scoring(src.scoring)
	s.Scenarios = t.scenarios(src.scenarios, running)
	return s
}

// Running gives the running roadmap.
func (s Story) Running() Roadmap {
	for _, r := range s.Roadmaps {
		if r.Status == "running" {
			return r
		}
	}
	return Roadmap{}
}

// teller holds what every part of the story is told with.
type teller struct {
	calendar
	interim  map[string][]string
	currency money.Currency
	fiscal   civil.FiscalCalendar // the civil year
}

func (t teller) amount(major int64) money.Amount { return money.Amount(major) * t.currency.Unit() }

func (t teller) roadmap(r roadmapSource) Roadmap {
	out := Roadmap{Code: r.Code, Name: t.text(r.Name), Purpose: t.text(r.Purpose), Status: r.Status,
		Start: t.plan(r.Start), End: t.plan(r.End), Manager: r.Manager, Sponsor: r.Sponsor,
		HasVoted: r.Voted > 0, Voted: t.amount(r.Voted), Themes: r.Themes, Objectives: r.Objectives}
	for _, p := range r.projects {
		out.Projects = append(out.Projects, t.project(p))
	}
	for i, c := range r.candidates {
		out.Projects = append(out.Projects, t.candidate(c, i))
	}
	return out
}

func (t teller) project(p projectSource) Project {
	out := Project{Code: p.Code, Name: p.Name, Theme: p.Theme, Need: t.text(p.Need), Sponsor: p.Sponsor, Manager: p.Manager,
		Department: p.Department, InterAdministration: p.Inter, Dependencies: p.Dependencies}
	for _, e := range p.Estimates {
		out.Estimates = append(out.Estimates, t.estimate(e, p))
	}
	if p.Exit != nil {
		out.Exit = &Exit{On: t.event(p.Exit.On), Reason: p.Exit.Reason}
	}
	out.Milestones = t.milestones(p, out)
	out.Statuses = t.statuses(p, out)
	return out
}

func (t teller) estimate(e estimateSource, p projectSource) Estimate {
	out := Estimate{On: t.event(e.On), Phase: e.Phase, Note: t.text(e.Note)}
	if e.Start != nil && e.End != nil {
		out.Start, out.End = t.plan(*e.Start), t.plan(*e.End)
	}
	if e.Cost != nil {
		out.HasCost, out.Cost = true, t.amount(*e.Cost)
		out.Lines = t.lines(out, p.Investment, p.Run)
	}
	return out
}

// candidate is a request turned into a project in framing. Requests came in over the last two
// months, one every few days, and have no manager yet.
func (t teller) candidate(c candidateSource, i int) Project {
	p := projectSource{Code: c.Code, Name: c.Name, Theme: c.Theme, Need: c.Need, Sponsor: c.Sponsor, Department: c.Department,
		Investment: 65, Run: 28,
		Estimates: []estimateSource{{On: offset{-2 + i/6, 4 + i%6*4}, Cost: &c.Cost, Start: &c.Start, End: &c.End, Phase: "framing",
			Note: "Première estimation du service demandeur"}}}
	return t.project(p)
}

// rule is the committee's cadence, with the months that make its last sitting fall where the story
// needs it. It runs on even where that is August: the story is told on any day of the year.
func (t teller) rule(c committeeSource) cadence.Rule {
	r := cadence.Rule{Frequency: frequencies[c.Every], Nth: c.Nth, Move: cadence.MoveFollowing,
		Month: (int(t.month(c.Last).Month)-1)%c.Every + 1}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if weekdayNames[d] == c.Weekday {
			r.Weekday = d
		}
	}
	if _, err := fmt.Sscanf(c.At, "%d:%d", &r.Hour, &r.Minute); err != nil {
		panic(fmt.Errorf("demo: committee %s sits at %q: %w", c.Code, c.At, err))
	}
	return r
}

var frequencies = map[int]cadence.Frequency{1: cadence.Monthly, 3: cadence.Quarterly, 12: cadence.Yearly}

var weekdayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// decision dates a decision on the sitting that the committee holds in its month.
func (t teller) decision(d decisionSource, rules map[string]cadence.Rule) Decision {
	rule := rules[d.Committee]
	on := rule.Sitting(cadence.PeriodOf(rule.Frequency, t.month(d.Month).First()))
	return Decision{Reference: d.Reference, Committee: d.Committee, On: on, Title: d.Title, Question: t.text(d.Question),
		Options: d.Options, Outcome: d.Outcome, Reason: t.text(d.Reason), Project: d.Project}
}

// lines split a full cost by fiscal year and nature: what is built over the days from start to
// end, what runs over the 24 months after it. Parts are whole hundreds of the currency, as budgets
// write them, when the cost is.
func (t teller) lines(e Estimate, investment, run int64) []CostLine {
	grain := 100 * t.currency.Unit()
	if e.Cost%grain != 0 {
		grain = 1
	}
	parts := (e.Cost / grain).Split([]int64{(100 - run) * investment, (100 - run) * (100 - investment), 100 * run})
	after := e.End.AddDays(1)
	var lines []CostLine
	add := func(amount money.Amount, nature, part string, from, to civil.Date) {
		years, days := t.years(from, to)
		for i, a := range amount.Split(days) {
			if a != 0 {
				lines = append(lines, CostLine{FiscalYear: years[i], Nature: nature, Part: part, Amount: a * grain})
			}
		}
	}
	add(parts[0], "investment", "build", e.Start, e.End)
	add(parts[1], "operations", "build", e.Start, e.End)
	add(parts[2], "operations", "run", after, after.AddMonths(24).AddDays(-1))
	slices.SortStableFunc(lines, func(a, b CostLine) int { return cmp.Compare(a.FiscalYear, b.FiscalYear) })
	return lines
}

// years lists the fiscal years that a span touches, with its days in each.
func (t teller) years(from, to civil.Date) (labels []string, days []int64) {
	for !from.After(to) {
		y := t.fiscal.YearOf(from)
		last := to
		if y.End.Before(to) {
			last = y.End
		}
		labels = append(labels, y.Label)
		days = append(days, int64(civil.Duration(from, last)))
		from = y.End.AddDays(1)
	}
	return labels, days
}
