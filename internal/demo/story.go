// Package demo tells the story of the demonstration authority, a fictional French département
// with one closed, one running and one future roadmap, and books it through the use cases that
// people's actions go through.
//
// The story is embedded data in which every date hangs on one day, the day of the demonstration:
// the same day gives the same story to the last letter. Nothing in it is drawn by lot.
package demo

import (
	"jalon/internal/civil"
	"jalon/internal/money"
)

// Story is everything that is told of the demonstration authority, in absolute dates. Nothing but
// plans (ends, due dates, roadmaps to come) lies after Day.
type Story struct {
	Day          civil.Date // the first of the month that the story is told on
	Organisation Organisation
	Roadmaps     []Roadmap // the closed one, the running one, then the draft of the next
	Committees   []Committee
	Decisions    []Decision   // by date; those that set a new baseline are in Rebaselines
	Rebaselines  []Rebaseline // by date
	Finance      Finance      // the books of the running roadmap
	Requests     Requests     // what is asked of the running roadmap
	Scoring      Scoring      // how the candidates of the running roadmap are scored
	Scenarios    Scenarios    // which of them should become projects
}

// Organisation is the authority.
type Organisation struct {
	Code, Name, Kind string // Kind is "administration"
	Locale, TimeZone string
	Currency         money.Currency
	Fiscal           civil.FiscalCalendar
}

// Roadmap is one roadmap with its projects.
type Roadmap struct {
	Code, Name, Purpose string
	Status              string // draft, running or closed
	Start, End          civil.Date
	Manager, Sponsor    string
	HasVoted            bool
	Voted               money.Amount // in the currency of the organisation; valid when HasVoted
	Themes              []Strand     // in display order
	Objectives          []Strand     // in display order
	Projects            []Project
}

// Strand is a theme or a strategic objective.
type Strand struct {
	Code        string `json:"code"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Project is one project from its first estimate to the day of the story.
type Project struct {
	Code, Name          string
	Theme               string // code of a theme of the roadmap
	Need                string
	Sponsor, Manager    string
	Department          string
	InterAdministration bool
	Estimates           []Estimate // by date
	Milestones          []Milestone
	Statuses            []Status // by date
	Dependencies        []Dependency
	Exit                *Exit // nil: it has not left
}

// Estimate is what was known of a project on a day; one that tells only a phase has neither cost
// nor dates.
type Estimate struct {
	On         civil.Date
	HasCost    bool
	Cost       money.Amount // full cost: build and 24 months of run
	Start, End civil.Date   // zero: not estimated
	Phase      string       // "": not told
	Note       string
	Lines      []CostLine // sum to Cost; empty without a cost
}

// CostLine is the part of a cost that falls on one fiscal year, in one nature.
type CostLine struct {
	FiscalYear string // label of the organisation's fiscal year
	Nature     string // investment or operations
	Part       string // build or run
	Amount     money.Amount
}

// Milestone is a promise of a project with all that was said of it, by date.
type Milestone struct {
	Code, Name string
	BaselineOn civil.Date
	Forecasts  []Forecast
}

// Forecast is what was known of a milestone on a day.
type Forecast struct {
	AsOf, DueOn civil.Date
	ReachedOn   civil.Date // zero: not reached
}

// Status is what a project manager declared for a month.
type Status struct {
	On                            civil.Date
	Period                        string // "2026-10"
	Author                        string
	Schedule, Cost, Scope, People Side
	Summary, NextSteps            string
	Question                      string // put to the committee; "": none
}

// Side is one declared weather: sun, cloud, storm, or "" for not measured.
type Side struct {
	Weather string `json:"weather"`
	Comment string `json:"comment"`
}

// Dependency says that the project needs another one of the same roadmap.
type Dependency struct {
	On   string `json:"on_project"` // code
	Note string `json:"note"`
}

// Exit says when and why a project left its roadmap.
type Exit struct {
	On     civil.Date
	Reason string
}

// Committee is a governance body of the running roadmap.
type Committee struct {
	Code, Name string
	Roadmap    string // code
	Level      string // operational, tactical or strategic
	Cadence    string // a rule as governance/cadence reads it
	Locale     string
	TimeZone   string
	LeadDays   int
	From       civil.Date // first day on which it may sit
	Until      civil.Date // last one
	Members    []Member
}

// Member is a person of a committee.
type Member struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// Decision is what a committee decided in a sitting.
type Decision struct {
	Reference string // unique in the story
	Committee string // code
	On        civil.Date
	Title     string
	Question  string
	Options   []string
	Outcome   string // one of Options
	Reason    string
	Project   string // code, "" when it concerns none
}

// Rebaseline is a decision that sets a new reference for its project.
type Rebaseline struct {
	Decision
	Cost       money.Amount
	Start, End civil.Date
}
