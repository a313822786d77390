// Package drift measures delay and overrun of projects and of portfolios on a given day, from
// first baselines and dated estimates. It is pure: no clock, no database, no rounding before the
// end. Every ratio is an exact fraction until it is written as basis points.
//
// Vocabulary: a *figure* is a cost or a pair of dates; the *first* figure is the reference that a
// deviation is measured against, the *current* one is the last known on the day. Durations count
// days with both ends included.
package drift

import (
	"jalon/internal/civil"
	"jalon/internal/money"
)

// Method names this way of measuring; it stands beside every figure that is shown or stored.
const Method = "jalon-drift/1"

// Reference averages of the French state's large digital projects: 26 % late, 24 % over budget
// (Cour des comptes, « La conduite des grands projets numériques de l'État », 2020).
const (
	ReferenceSchedule money.BasisPoints = 2600
	ReferenceCost     money.BasisPoints = 2400
)

// Project is all that the engine needs to know of one project. The order of the slices does not
// matter.
type Project struct {
	ID               int64
	Weight           int64 // 1 to 100; 0 means not known yet and leaves the project out of weighted means
	Interministerial bool
	Estimates        []Estimate
	Baselines        []Baseline
	Exits            []Exit
}

// Estimate is what was known of a project on a day. A figure that is absent was not estimated that
// day: the one before it stays. Of two estimates of one day the one with the higher Seq holds.
type Estimate struct {
	On      civil.Date
	Seq     int64
	HasCost bool
	Cost    money.Amount
	Start   civil.Date // zero: not known
	End     civil.Date // zero: not known
}

// Baseline is a reference set by hand. Number 1 is the first and never changes.
type Baseline struct {
	Number  int
	On      civil.Date
	HasCost bool
	Cost    money.Amount
	Start   civil.Date
	End     civil.Date
}

// Exit says that a project left the portfolio on a day, and when it came back (zero: it did not).
type Exit struct {
	Left     civil.Date
	Returned civil.Date
}

// Position is where one project stands on a day.
type Position struct {
	ID      int64
	Present bool // belongs to the population of the day
	Cost    CostPosition
	Dates   DatesPosition
	// Baselines counts the baselines set by hand up to the day.
	Baselines int
}

// CostPosition compares the cost of the day with the first and with the last baseline.
type CostPosition struct {
	Known       bool         // some estimate or baseline carries a cost
	First       money.Amount // valid when Known
	FirstOn     civil.Date
	Current     money.Amount // valid when Known
	CurrentOn   civil.Date   // day of the estimate that Current comes from: its age is shown
	ReEstimated bool         // a second figure exists
	// Deviation is (Current − First)/First; undefined without a first figure or when it is 0 or less.
	Deviation Rate
	// SinceLast is the deviation against the last baseline; equal to Deviation when none was reset.
	SinceLast Rate
}

// DatesPosition compares the dates of the day with the first and with the last baseline.
type DatesPosition struct {
	Known        bool // a start and an end are known
	FirstStart   civil.Date
	FirstEnd     civil.Date
	FirstOn      civil.Date
	CurrentStart civil.Date
	CurrentEnd   civil.Date
	CurrentOn    civil.Date
	ReEstimated  bool
	// Deviation is (current duration − first duration)/first duration, in days, inclusive.
	Deviation Rate
	SinceLast Rate
	// SlipDays is how many days the end moved since the first dates: a start that was moved later
	// hides a delay from Deviation, not from this.
	SlipDays int
}

// Rate is an exact fraction, or undefined (Defined false). Den is positive when defined.
type Rate struct {
	Defined  bool
	Num, Den int64
}

// Figures are the averages of one deviation over a population.
type Figures struct {
	N           int // projects with a defined rate
	ReEstimated int // of these, how many have a second figure
	Undefined   int // projects of the population without a rate
	Mean        Share
	Aggregate   Share
	Median      Share
	Weighted    Share
}

// Share is a ratio rounded to basis points, or undefined.
type Share struct {
	Defined bool
	BP      money.BasisPoints
}

// Band is the average over the projects of one size. From is included, To is not (0: no upper
// end); both are in minor units of the current cost.
type Band struct {
	From, To       money.Amount
	N              int // projects of the band with a defined cost deviation
	Mean           Share
	Aggregate      Share
	ScheduleN      int
	ScheduleMean   Share
	ScheduleAggreg Share
}

// Portfolio is the measure of a population on a day.
type Portfolio struct {
	Method           string
	Day              civil.Date
	Projects         int
	Interministerial int
	WithCost         int
	WithDates        int
	SumCost          money.Amount
	SumCostOverflow  bool // the sum does not fit 64 bits; SumCost is then 0
	// MeanDurationDays is the mean of the current durations, in days rounded half away from zero;
	// meaningless when WithDates is 0.
	MeanDurationDays int
	Cost             Figures
	Schedule         Figures
	BySize           []Band
	Positions        []Position // of the present projects, ordered by ID
}

// Change explains how an average moved between two days. Over S, the projects with a defined rate
// on both days: Exits = f(S,D0) − f(all,D0), Real = f(S,D1) − f(S,D0), Entries = f(all,D1) − f(S,D1).
// Each is rounded by itself except Real, which takes the remainder: the three sum to Change.
type Change struct {
	Defined bool
	Change  money.BasisPoints
	Exits   money.BasisPoints
	Real    money.BasisPoints
	Entries money.BasisPoints
}

// Stayers are the averages on the second day over the projects with a defined rate on both days.
type Stayers struct {
	N         int
	Mean      Share
	Aggregate Share
}

// Moves holds both decompositions of one deviation.
type Moves struct {
	Stayers   Stayers
	Mean      Change
	Aggregate Change
}

// Since compares two days.
type Since struct {
	Day      civil.Date // the earlier one
	Entries  int
	Exits    int
	Cost     Moves
	Schedule Moves
}
