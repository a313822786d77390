package portfolio

import (
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// Weather is how a project manager sees one side of a project.
type Weather string

// Unmeasured is drawn grey, never green.
const (
	WeatherUnmeasured Weather = ""
	WeatherSun        Weather = "sun"
	WeatherCloud      Weather = "cloud"
	WeatherStorm      Weather = "storm"
)

// Valid tells whether the weather is known.
func (w Weather) Valid() bool {
	switch w {
	case WeatherUnmeasured, WeatherSun, WeatherCloud, WeatherStorm:
		return true
	}
	return false
}

// Side is one declared weather with its comment.
type Side struct {
	Weather Weather `json:"weather"`
	Comment string  `json:"comment"`
}

// StatusReport is what a project manager declares for a period. A later report of the same period
// takes the place of an earlier one, which stays.
type StatusReport struct {
	ID            int64
	ProjectID     ProjectID
	Period        string // a committee period such as "2026-10"
	On            civil.Date
	Author        string
	AuthorID      int64 // the account of the author; 0: none
	Schedule      Side
	Cost          Side
	Scope         Side
	People        Side
	Summary       string
	NextSteps     string
	NeedsDecision string // the question that a committee is asked; "": none
	RecordedAt    time.Time
}

// Validate reports every rule the status report breaks.
func (s StatusReport) Validate() error {
	var f fault.Fields
	f.Check(s.Period != "", "period", "input.required")
	f.Check(!s.On.IsZero(), "on", "input.required")
	for name, side := range map[string]Side{"schedule": s.Schedule, "cost": s.Cost, "scope": s.Scope, "people": s.People} {
		f.Check(side.Weather.Valid(), name, "input.unknown_value", string(side.Weather))
		checkText(&f, name, side.Comment)
	}
	checkText(&f, "summary", s.Summary)
	checkText(&f, "next_steps", s.NextSteps)
	checkText(&f, "needs_decision", s.NeedsDecision)
	return f.Err()
}

// StatusFreshDays is how long a status report holds: one and a half committee periods, in days.
// Older is grey.
func StatusFreshDays(periodMonths int) int { return periodMonths * 365 * 3 / (12 * 2) }
