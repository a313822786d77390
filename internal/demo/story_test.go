package demo

import (
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"jalon/governance/cadence"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// tellingDays are a leap February, the two sides of a new year, a first of May (a holiday), and a
// day that is no first of month.
var tellingDays = []civil.Date{
	civil.D(2024, time.February, 1), civil.D(2025, time.May, 1), civil.D(2026, time.November, 1),
	civil.D(2026, time.December, 17), civil.D(2027, time.January, 1), civil.D(2028, time.March, 31),
}

func eachDay(t *testing.T, check func(t *testing.T, s Story)) {
	for _, day := range tellingDays {
		t.Run(day.String(), func(t *testing.T) { check(t, Unroll(day)) })
	}
}

// everyMonth unrolls the story on each first of month of four years, a leap year among them.
func everyMonth(t *testing.T, check func(t *testing.T, s Story)) {
	for _, s := range fourYears() {
		t.Run(s.Day.String(), func(t *testing.T) { check(t, s) })
	}
}

// fourYears unrolls once for all tests; none of them changes a story.
var fourYears = sync.OnceValue(func() []Story {
	var all []Story
	for n := range 48 {
		all = append(all, Unroll(civil.D(2024, time.January, 1).AddMonths(n)))
	}
	return all
})

func TestSameDaySameStory(t *testing.T) {
	eachDay(t, func(t *testing.T, s Story) {
		if again := Unroll(s.Day); !reflect.DeepEqual(s, again) {
			t.Errorf("two stories of %s differ", s.Day)
		}
		if s.Day.Day() != 1 {
			t.Errorf("told on %s, want a first of month", s.Day)
		}
	})
}

func TestReferences(t *testing.T) {
	eachDay(t, func(t *testing.T, s Story) {
		projects, committees, references := map[string]bool{}, map[string]bool{}, map[string]bool{}
		add := func(set map[string]bool, code string) {
			if code == "" || set[code] {
				t.Errorf("code %q is empty or used twice", code)
			}
			set[code] = true
		}
		roadmaps := map[string]bool{}
		for _, r := range s.Roadmaps {
			add(roadmaps, r.Code)
			themes := map[string]bool{}
			for _, strand := range r.Themes {
				add(themes, strand.Code)
			}
			used := map[string]bool{}
			for _, p := range r.Projects {
				add(projects, p.Code)
				used[p.Theme] = true
				if !themes[p.Theme] {
					t.Errorf("%s: no theme %q in roadmap %s", p.Code, p.Theme, r.Code)
				}
			}
			if len(used) != len(themes) {
				t.Errorf("roadmap %s: %d of %d themes have projects", r.Code, len(used), len(themes))
			}
		}
		for _, c := range s.Committees {
			add(committees, c.Code)
			if c.Roadmap != s.Running().Code || len(c.Members) < 5 || len(c.Members) > 9 {
				t.Errorf("committee %s: roadmap %q, %d members", c.Code, c.Roadmap, len(c.Members))
			}
		}
		decisions := s.Decisions
		for _, b := range s.Rebaselines {
			decisions = append(decisions[:len(decisions):len(decisions)], b.Decision)
			if !projects[b.Project] {
				t.Errorf("%s: no project %q", b.Reference, b.Project)
			}
		}
		for _, d := range decisions {
			add(references, d.Reference)
			if !committees[d.Committee] || (d.Project != "" && !projects[d.Project]) {
				t.Errorf("%s: committee %q, project %q", d.Reference, d.Committee, d.Project)
			}
			if !slices.Contains(d.Options, d.Outcome) || len(d.Options) < 2 {
				t.Errorf("%s: outcome %q is not one of %q", d.Reference, d.Outcome, d.Options)
			}
		}
	})
}

func TestDependenciesHaveNoCycle(t *testing.T) {
	s := Unroll(tellingDays[0])
	needs, count := map[string][]Dependency{}, 0
	for _, p := range s.Running().Projects {
		needs[p.Code] = p.Dependencies
		count += len(p.Dependencies)
	}
	var walk func(path []string)
	walk = func(path []string) {
		code := path[len(path)-1]
		list, known := needs[code]
		if !known {
			t.Errorf("dependency on unknown project: %v", path)
		}
		if slices.Contains(path[:len(path)-1], code) {
			t.Fatalf("cycle: %v", path)
		}
		for _, d := range list {
			walk(append(path[:len(path):len(path)], d.On))
		}
	}
	for code := range needs {
		walk([]string{code})
	}
	if count < 12 || count > 20 {
		t.Errorf("%d dependencies, want about 15", count)
	}
}

func TestEstimates(t *testing.T) {
	everyMonth(t, func(t *testing.T, s Story) {
		for _, r := range s.Roadmaps {
			for _, p := range r.Projects {
				checkEstimates(t, s, r, p)
			}
		}
	})
}

func checkEstimates(t *testing.T, s Story, r Roadmap, p Project) {
	t.Helper()
	before, figures := civil.Date{}, 0
	for _, e := range p.Estimates {
		if !e.On.After(before) {
			t.Errorf("%s: estimate of %s after that of %s", p.Code, e.On, before)
		}
		before = e.On
		if e.On.After(s.Day) {
			t.Errorf("%s: estimate of %s lies after %s", p.Code, e.On, s.Day)
		}
		if r.Status == "running" && (e.On.Before(s.Day.AddMonths(-18)) || e.On.Before(r.Start)) {
			t.Errorf("%s: estimate of %s is older than 18 months", p.Code, e.On)
		}
		if e.Start.IsZero() != e.End.IsZero() || e.End.Before(e.Start) {
			t.Errorf("%s: from %s to %s", p.Code, e.Start, e.End)
		}
		if e.HasCost {
			figures++
			checkLines(t, p.Code, e)
		} else if len(e.Lines) > 0 || e.Phase == "" {
			t.Errorf("%s on %s: lines without a cost, or an estimate that says nothing", p.Code, e.On)
		}
	}
	if len(p.Estimates) == 0 || figures > 7 {
		t.Errorf("%s: %d estimates, %d with figures", p.Code, len(p.Estimates), figures)
	}
	if p.Estimates[0].Phase == "" {
		t.Errorf("%s: the first estimate tells no phase", p.Code)
	}
	if r.Status == "draft" && p.Estimates[0].Start.Before(r.Start) {
		t.Errorf("%s starts on %s, before its roadmap", p.Code, p.Estimates[0].Start)
	}
}

func checkLines(t *testing.T, code string, e Estimate) {
	t.Helper()
	var amounts []money.Amount
	keys := map[string]bool{}
	for _, l := range e.Lines {
		amounts = append(amounts, l.Amount)
		key := l.FiscalYear + "/" + l.Nature + "/" + l.Part
		if keys[key] || l.Amount <= 0 {
			t.Errorf("%s on %s: line %s twice or of %d", code, e.On, key, l.Amount)
		}
		keys[key] = true
	}
	if sum, ok := money.Sum(amounts...); !ok || sum != e.Cost {
		t.Errorf("%s on %s: lines sum to %d, cost is %d", code, e.On, sum, e.Cost)
	}
}

func TestMilestones(t *testing.T) {
	everyMonth(t, func(t *testing.T, s Story) {
		reached, open := 0, 0
		for _, r := range s.Roadmaps {
			for _, p := range r.Projects {
				due := civil.Date{}
				for _, m := range p.Milestones {
					asOf := civil.Date{}
					for _, f := range m.Forecasts {
						if f.AsOf.After(s.Day) || f.ReachedOn.After(s.Day) || f.AsOf.Before(asOf) || f.DueOn.IsZero() {
							t.Errorf("%s %s: %+v", p.Code, m.Name, f)
						}
						asOf = f.AsOf
					}
					last := m.Forecasts[len(m.Forecasts)-1]
					if last.DueOn.Before(due) {
						t.Errorf("%s: %q is due on %s, before the one above it", p.Code, m.Name, last.DueOn)
					}
					due = last.DueOn
					if last.ReachedOn.IsZero() {
						open++
					} else {
						reached++
					}
				}
			}
		}
		if reached < 60 || open < 30 {
			t.Errorf("%d milestones reached, %d open", reached, open)
		}
	})
}

func TestStatuses(t *testing.T) {
	everyMonth(t, func(t *testing.T, s Story) {
		stale, questions := 0, 0
		for _, r := range s.Roadmaps {
			for _, p := range r.Projects {
				checkStatuses(t, s, p)
				if r.Status != "running" || p.Exit != nil {
					continue
				}
				switch phaseOn(p, s.Day) {
				case "closed", "abandoned", "suspended":
					continue
				}
				last := p.Statuses[len(p.Statuses)-1]
				if last.On.DaysUntil(s.Day) > 45 {
					stale++
				}
				if last.Question != "" {
					questions++
				}
			}
		}
		if stale != 3 || questions < 4 || questions > 6 {
			t.Errorf("%d stale statuses, %d questions", stale, questions)
		}
	})
}

func checkStatuses(t *testing.T, s Story, p Project) {
	t.Helper()
	periods := map[string]bool{}
	before := p.Estimates[0].On
	for _, r := range p.Statuses {
		if r.On.Before(before) || !r.On.Before(s.Day) || periods[r.Period] || r.On.MonthOf().String() != r.Period {
			t.Errorf("%s: status of %s for %s after %s", p.Code, r.On, r.Period, before)
		}
		before, periods[r.Period] = r.On, true
		if r.Summary == "" || r.NextSteps == "" || r.Author == "" {
			t.Errorf("%s: status of %s lacks a text", p.Code, r.On)
		}
		for _, side := range []Side{r.Schedule, r.Cost, r.Scope, r.People} {
			switch side.Weather {
			case "", "sun":
			case "cloud", "storm":
				if side.Comment == "" {
					t.Errorf("%s: %s on %s without a comment", p.Code, side.Weather, r.On)
				}
			default:
				t.Errorf("%s: weather %q", p.Code, side.Weather)
			}
		}
		if p.Exit != nil && r.On.After(p.Exit.On) {
			t.Errorf("%s: reports on %s after it left", p.Code, r.On)
		}
	}
}

func TestCommitteesSitWhenTheyDecide(t *testing.T) {
	everyMonth(t, func(t *testing.T, s Story) {
		rules := map[string]cadence.Rule{}
		for _, c := range s.Committees {
			rule, err := cadence.ParseRule(c.Cadence)
			if err != nil || len(rule.Validate()) > 0 {
				t.Fatalf("committee %s: %q: %v", c.Code, c.Cadence, err)
			}
			rules[c.Code] = rule
			first := rule.NextSittings(c.From, 1)
			if len(first) != 1 || !first[0].On.Before(s.Day) {
				t.Errorf("committee %s has not sat by %s", c.Code, s.Day)
			}
		}
		decisions := slices.Clone(s.Decisions)
		for _, b := range s.Rebaselines {
			decisions = append(decisions, b.Decision)
			if b.End.Before(b.Start) || b.Cost <= 0 {
				t.Errorf("%s: %d from %s to %s", b.Reference, b.Cost, b.Start, b.End)
			}
		}
		for _, d := range decisions {
			rule := rules[d.Committee]
			next := rule.NextSittings(d.On, 1)
			if len(next) != 1 || next[0].On != d.On || !d.On.Before(s.Day) || d.On.Before(s.Running().Start) {
				t.Errorf("%s: %s is no sitting of %s", d.Reference, d.On, d.Committee)
			}
		}
	})
}

// TestDecisionsMeetEstimates holds the two ways in which the story tells one fact together: what a
// committee decides on a day is what the project's estimates say around that day.
func TestDecisionsMeetEstimates(t *testing.T) {
	everyMonth(t, func(t *testing.T, s Story) {
		projects := map[string]Project{}
		for _, p := range s.Running().Projects {
			projects[p.Code] = p
		}
		for _, b := range s.Rebaselines {
			p := projects[b.Project]
			ok := slices.ContainsFunc(p.Estimates, func(e Estimate) bool {
				return e.HasCost && e.Cost == b.Cost && e.End == b.End && e.Start == b.Start &&
					max(e.On.DaysUntil(b.On), b.On.DaysUntil(e.On)) <= 45
			})
			if !ok {
				t.Errorf("%s: no estimate of %s near %s carries the new baseline", b.Reference, p.Code, b.On)
			}
		}
		for reference, check := range map[string]func(d Decision, p Project) bool{
			"cotac-2":   func(d Decision, p Project) bool { return p.Estimates[0].On.After(d.On) },
			"cotac-6":   func(d Decision, p Project) bool { return p.Estimates[0].On.After(d.On) },
			"cotac-3":   func(d Decision, p Project) bool { return stopOf(p, s.Day).After(d.On) },
			"cotac-5":   func(d Decision, p Project) bool { return p.Exit != nil && p.Exit.On.After(d.On) },
			"costrat-2": func(d Decision, p Project) bool { return stopOf(p, s.Day).After(d.On) },
		} {
			i := slices.IndexFunc(s.Decisions, func(d Decision) bool { return d.Reference == reference })
			if d := s.Decisions[i]; !check(d, projects[d.Project]) {
				t.Errorf("%s of %s comes after what it decides for %s", reference, d.On, d.Project)
			}
		}
	})
}

func TestEventsAreInOrder(t *testing.T) {
	eachDay(t, func(t *testing.T, s Story) {
		counts := map[EventKind]int{}
		var before Event
		for _, e := range s.Events() {
			counts[e.Kind]++
			if e.On.Before(before.On) || e.On.After(s.Day) {
				t.Errorf("%s of %s on %s after %s", e.Kind, e.Project, e.On, before.On)
			}
			before = e
		}
		want := map[EventKind]int{EventDecision: len(s.Decisions), EventRebaseline: len(s.Rebaselines), EventExit: 1}
		for kind, n := range want {
			if counts[kind] != n {
				t.Errorf("%d events %s, want %d", counts[kind], kind, n)
			}
		}
		for _, kind := range []EventKind{EventEstimate, EventPhase, EventMilestone, EventStatus} {
			if counts[kind] < 30 {
				t.Errorf("only %d events %s", counts[kind], kind)
			}
		}
	})
}

func TestPhasesAndRoadmaps(t *testing.T) {
	eachDay(t, func(t *testing.T, s Story) {
		phases := map[string]int{}
		for _, p := range s.Running().Projects {
			if p.Exit == nil {
				phases[phaseOn(p, s.Day)]++
			}
		}
		for _, phase := range []string{"framing", "build", "pilot", "rollout", "run", "closed", "abandoned", "suspended"} {
			if phases[phase] == 0 {
				t.Errorf("no project in phase %s: %v", phase, phases)
			}
		}
		if phases["abandoned"] != 1 || phases["suspended"] != 1 || phases["closed"] != 2 {
			t.Errorf("phases %v", phases)
		}
		closed, running, draft := s.Roadmaps[0], s.Roadmaps[1], s.Roadmaps[2]
		if closed.End.AddDays(1) != running.Start || running.End.AddDays(1) != draft.Start {
			t.Errorf("roadmaps do not follow each other: %s, %s, %s, %s", closed.End, running.Start, running.End, draft.Start)
		}
		if running.Start.AddMonths(36).AddDays(-1) != running.End || running.Start != s.Day.AddMonths(-20) {
			t.Errorf("running from %s to %s", running.Start, running.End)
		}
		if len(draft.Projects) != 12 || len(closed.Projects) != 12 {
			t.Errorf("%d candidates, %d closed projects", len(draft.Projects), len(closed.Projects))
		}
	})
}
