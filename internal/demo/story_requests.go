package demo

import (
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// Requests is what departments ask of the running roadmap, and what it has of people's time.
type Requests struct {
	Skills     []Strand
	Capacities []SkillDays // of every quarter of the roadmap
	Needs      []ProjectDays
	Planned    civil.Date // the day on which skills, capacities and needs are written down
	Asked      []Request  // by the day on which they were begun
}

// SkillDays are working days of a skill in a quarter.
type SkillDays struct {
	Skill   string // code
	Quarter civil.Quarter
	Days    int64
}

// ProjectDays is what a project needs.
type ProjectDays struct {
	Project string // code
	Needs   []SkillDays
}

// Request is one request with its life.
type Request struct {
	Key           string // names it within the story
	On            civil.Date
	Agent         bool // an agent wrote it; else the roadmap manager did, for a department
	Title, Theme  string
	Need          string
	Beneficiaries string
	Sponsor       string
	Department    string
	RequestedBy   string
	Start, End    civil.Date
	Risk          string
	Costs         []RequestCost
	Skills        []SkillDays
	Requires      []string // keys of requests, or codes of projects
	Excludes      []string
	Steps         []RequestStep // by date
}

// RequestCost is what a request costs in a year.
type RequestCost struct {
	Year    int
	Section string // I or F
	Amount  money.Amount
}

// RequestStep is a step of a request.
type RequestStep struct {
	On     civil.Date
	Step   string
	Reason string
	Again  civil.Date // zero: no day to look at it again
}

// requestsSource is the story of the requests as its file holds it.
type requestsSource struct {
	Skills     []Strand            `json:"skills"`
	Capacities []skillSource       `json:"capacities"`
	Needs      map[string][]string `json:"needs"` // theme → skills that its projects need
	Requests   []requestSource     `json:"requests"`
}

type skillSource struct {
	Skill string `json:"skill"`
	Days  int64  `json:"days"`
}

type requestSource struct {
	Key           string   `json:"key"`
	Title         string   `json:"title"`
	Theme         string   `json:"theme"`
	Need          string   `json:"need"`
	Beneficiaries string   `json:"beneficiaries"`
	Sponsor       string   `json:"sponsor"`
	Department    string   `json:"department"`
	RequestedBy   string   `json:"requested_by"`
	Writer        string   `json:"writer"` // agent or manager
	On            offset   `json:"on"`
	Start         offset   `json:"start"`
	End           offset   `json:"end"`
	Risk          string   `json:"risk"`
	Investment    []int64  `json:"investment"` // thousands of major units, from the year of the start on
	Operations    []int64  `json:"operations"`
	Requires      []string `json:"requires"`
	Excludes      []string `json:"excludes"`
	Skills        []struct {
		Skill string  `json:"skill"`
		Days  []int64 `json:"days"` // from the quarter of the start on
	} `json:"skills"`
	Steps []struct {
		On     offset `json:"on"`
		Step   string `json:"step"`
		Reason string `json:"reason"`
		Again  offset `json:"again"`
	} `json:"steps"`
}

// requests tells what is asked of the running roadmap.
func (t teller) requests(src requestsSource, running Roadmap) Requests {
	out := Requests{Skills: src.Skills, Planned: t.event(offset{-2, 4})}
	for q := running.Start.QuarterOf(); !running.End.QuarterOf().Before(q); q = q.Add(1) {
		for _, c := range src.Capacities {
			days := c.Days
			if q.Number == 3 { // people are on leave
				days = days * 85 / 100
			}
			out.Capacities = append(out.Capacities, SkillDays{c.Skill, q, days})
		}
	}
	for _, p := range running.Projects {
		if needs := t.needs(src, p); len(needs) > 0 {
			out.Needs = append(out.Needs, ProjectDays{p.Code, needs})
		}
	}
	for _, r := range src.Requests {
		out.Asked = append(out.Asked, t.request(r))
	}
	slices.SortStableFunc(out.Asked, func(a, b Request) int { return a.On.Compare(b.On) })
	return out
}

// mostNeeded is how many quarters ahead a project plans.
const mostNeeded = 6

// needs is what a project that is not over still asks of people, from the quarter of the story on.
func (t teller) needs(src requestsSource, p Project) []SkillDays {
	var end civil.Date
	for _, e := range p.Estimates {
		if !e.End.IsZero() {
			end = e.End
		}
	}
	var out []SkillDays
	if p.Exit != nil {
		return out
	}
	for q, n := t.day.QuarterOf(), 0; n < mostNeeded && !end.QuarterOf().Before(q); q, n = q.Add(1), n+1 {
		for i, skill := range src.Needs[p.Theme] {
			least, spread := int64(4), 5
			if i == 0 { // of leading a project, each needs a little
				least, spread = 2, 3
			}
			out = append(out, SkillDays{skill, q, least + int64(vary(spread, p.Code, skill))})
		}
	}
	return out
}

func (t teller) request(r requestSource) Request {
	out := Request{Key: r.Key, On: t.event(r.On), Agent: r.Writer == "agent", Title: t.text(r.Title), Theme: r.Theme, Need: t.text(r.Need), Beneficiaries: r.Beneficiaries, Sponsor: r.Sponsor,
		Department: r.Department, RequestedBy: r.RequestedBy, Start: t.plan(r.Start), End: t.plan(r.End), Risk: r.Risk, Requires: r.Requires, Excludes: r.Excludes}
	cost := func(section string, thousands []int64) {
		for i, k := range thousands {
			out.Costs = append(out.Costs, RequestCost{out.Start.Year() + i, section, t.amount(k * 1000)})
		}
	}
	cost("I", r.Investment)
	cost("F", r.Operations)
	for _, s := range r.Skills {
		for i, days := range s.Days {
			out.Skills = append(out.Skills, SkillDays{s.Skill, out.Start.QuarterOf().Add(i), days})
		}
	}
	for _, s := range r.Steps {
		step := RequestStep{On: t.event(s.On), Step: s.Step, Reason: t.text(s.Reason)}
		if s.Again.day != 0 {
			step.Again = t.plan(s.Again)
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}
