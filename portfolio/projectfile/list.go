package projectfile

import (
	"jalon/internal/civil"
	"jalon/internal/money"
)

// List is what a file says.
type List struct {
	Profile        string
	ProfileVersion int
	// Series tells that every row carries its own date: the file is then no full list, and a
	// project that it lacks has not left.
	Series bool
	// OwnExport tells that the file is in the format of our own export: when every row repeats what is
	// known on its day, it came back as it went and is no new estimate.
	OwnExport bool
	Currency  money.Currency
	Fiscal    civil.FiscalCalendar
	// Rows holds the matched rows: in file order, or, in a series, by code, name and date.
	Rows []Row
	// Read counts the data rows, blank ones left out: Matched + Rejected.
	Read, Matched, Rejected int
	// Unattributed tells that a row was rejected which may stand for any project, so that a
	// project that Rows lacks cannot be said to have left.
	Unattributed bool
	Findings     []Finding
	// Columns says which header was read as which field; Unused names the other headers.
	Columns []Column
	Unused  []string
}

// Column is a header of the file and the field that it was read as. Number counts from 1.
type Column struct {
	Number int
	Header string
	Field  Field
}

// Row is one project, on one date in a series. Zero values mean that the file says nothing.
type Row struct {
	Line                                                         int
	Code, Name, Need, Sponsor, Manager, Department, Theme, Phase string
	InterAdministration                                          *bool // nil: not said
	Weight                                                       int64 // 1 to 100; 0: not said
	HasCost                                                      bool
	Cost                                                         money.Amount // minor units of List.Currency; valid when HasCost
	Start, End                                                   civil.Date   // both included; zero: not said
	AsOf                                                         civil.Date   // date of the figures in a series; zero otherwise
	// Before is an estimate to book before this one: the first figure of a project in a series
	// already carries a change. nil: there is none.
	Before *Figures
	// TotalCostChange and TotalDaysChange are the file's own totals since the first estimate.
	TotalCostChange *money.Amount
	TotalDaysChange *int
}

// Figures is an estimate without a project: what was known on a day.
type Figures struct {
	AsOf       civil.Date
	HasCost    bool
	Cost       money.Amount
	Start, End civil.Date
}

// The phases of a project as codes.
const (
	PhaseFraming   = "framing"
	PhaseBuild     = "build"
	PhasePilot     = "pilot"
	PhaseRollout   = "rollout"
	PhaseRun       = "run"
	PhaseClosed    = "closed"
	PhaseAbandoned = "abandoned"
	PhaseSuspended = "suspended"
)

func knownPhase(code string) bool {
	switch code {
	case PhaseFraming, PhaseBuild, PhasePilot, PhaseRollout, PhaseRun, PhaseClosed, PhaseAbandoned, PhaseSuspended:
		return true
	}
	return false
}
