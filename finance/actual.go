package finance

import (
	"time"

	"jalon/internal/money"
	"jalon/portfolio"
)

// Actual is what a project spent in a year and a section, by what had been booked at some moment.
type Actual struct {
	ProjectID portfolio.ProjectID `bun:"project_id"`
	YearID    int64               `bun:"fiscal_year_id"`
	Section   string              `bun:"section"`
	Mandated  money.Amount        `bun:"mandated"`
	Engaged   money.Amount        `bun:"engaged"` // in lines that are not mandated yet
	Lines     int64               `bun:"lines"`   // allocations, reversals included
}

// ActualsAt are the actual costs of an organisation as they stood in the books at a moment. Whatever is booked later, they stay the same.
type ActualsAt struct {
	At    time.Time
	Lines []Actual // by project, year and section; those that came to nothing are left out
}
