package portfolio

import (
	"jalon/internal/civil"
	"jalon/internal/money"
)

// Report is everything that a page or a pack says of one roadmap on one day. It is built once;
// HTML, PDF, CSV and JSON merely render it. Amounts are in minor units of Currency, ratios in basis
// points; a nil pointer means that there is nothing to show, and is drawn grey.
type Report struct {
	Method       string         `json:"method"` // version of the drift method
	AsOf         civil.Date     `json:"as_of"`
	Organisation Head           `json:"organisation"`
	Currency     money.Currency `json:"currency"`
	Roadmap      RoadmapHead    `json:"roadmap"`
	Thresholds   ThresholdLine  `json:"thresholds"`
	// ReferenceSchedule and ReferenceCost are the averages of the state's large projects.
	ReferenceSchedule money.BasisPoints `json:"reference_schedule_bp"`
	ReferenceCost     money.BasisPoints `json:"reference_cost_bp"`
	Totals            Totals            `json:"totals"`
	Trend             []TrendPoint      `json:"trend"`
	Themes            []ThemeLine       `json:"themes"` // in the roadmap's order; the last may have id 0: projects without a theme
	Projects          []ProjectLine     `json:"projects"`
	// CostHidden tells that the reader may not read costs: everything that speaks of them is absent.
	CostHidden bool `json:"-"`
	// OrganisationID says whose roadmap it is, for who asks what the reader may do there.
	OrganisationID int64 `json:"-"`
}

// Head names something.
type Head struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// RoadmapHead is the roadmap as a cover shows it.
type RoadmapHead struct {
	ID         RoadmapID     `json:"id"`
	Code       string        `json:"code"`
	Name       string        `json:"name"`
	Purpose    string        `json:"purpose"`
	Start      civil.Date    `json:"start"`
	End        civil.Date    `json:"end"`
	DaysLeft   *int          `json:"days_left"` // to the end, from the day of the report; negative once it is past; nil without an end
	Manager    string        `json:"manager"`
	Sponsor    string        `json:"sponsor"`
	Voted      *money.Amount `json:"voted"`
	Status     RoadmapStatus `json:"status"`
	Objectives []Head        `json:"objectives"`
}

// ThresholdLine holds the colour thresholds that applied on the day.
type ThresholdLine struct {
	Version int               `json:"version"`
	Amber   money.BasisPoints `json:"amber_bp"` // up to here green
	Red     money.BasisPoints `json:"red_bp"`   // up to here amber, above red
}

// Averages are the figures of one deviation over the population of the day.
type Averages struct {
	N           int                `json:"n"`
	ReEstimated int                `json:"re_estimated"`
	Undefined   int                `json:"undefined"`
	Mean        *money.BasisPoints `json:"mean_bp"`
	Aggregate   *money.BasisPoints `json:"aggregate_bp"`
	Median      *money.BasisPoints `json:"median_bp"`
	Weighted    *money.BasisPoints `json:"weighted_bp"`
}

// SizeBand is the average over the projects of one size of current cost.
type SizeBand struct {
	From              money.Amount       `json:"from"`
	To                *money.Amount      `json:"to"` // nil: no upper end
	N                 int                `json:"n"`
	Mean              *money.BasisPoints `json:"mean_bp"`
	Aggregate         *money.BasisPoints `json:"aggregate_bp"`
	ScheduleN         int                `json:"schedule_n"`
	ScheduleMean      *money.BasisPoints `json:"schedule_mean_bp"`
	ScheduleAggregate *money.BasisPoints `json:"schedule_aggregate_bp"`
}

// ColourCount counts projects by colour; they sum to the projects of the day.
type ColourCount struct {
	Green int `json:"green"`
	Amber int `json:"amber"`
	Red   int `json:"red"`
	Grey  int `json:"grey"`
}

// PhaseCount counts projects by phase; phase "" is not told.
type PhaseCount struct {
	Phase Phase `json:"phase"`
	N     int   `json:"n"`
}

// Totals are the essentials of the roadmap.
type Totals struct {
	Projects         int           `json:"projects"`
	Interministerial int           `json:"interministerial"`
	Weight           int64         `json:"weight"` // Σ weights
	WithCost         int           `json:"with_cost"`
	WithDates        int           `json:"with_dates"`
	SumFirstCost     money.Amount  `json:"sum_first_cost"` // over the projects with a defined cost deviation
	SumCost          money.Amount  `json:"sum_cost"`
	MeanDurationDays *int          `json:"mean_duration_days"`
	Cost             Averages      `json:"cost"`
	Schedule         Averages      `json:"schedule"`
	BySize           []SizeBand    `json:"by_size"`
	Phases           []PhaseCount  `json:"phases"`
	ComputedSchedule ColourCount   `json:"computed_schedule"`
	ComputedCost     ColourCount   `json:"computed_cost"`
	DeclaredSchedule ColourCount   `json:"declared_schedule"`
	DeclaredCost     ColourCount   `json:"declared_cost"`
	DeclaredScope    ColourCount   `json:"declared_scope"`
	DeclaredPeople   ColourCount   `json:"declared_people"`
	NeedDecision     int           `json:"need_decision"`
	Quality          QualityCounts `json:"quality"`
}

// QualityCounts say how far the figures can be trusted.
type QualityCounts struct {
	NoCost      int `json:"no_cost"`
	NoDates     int `json:"no_dates"`
	NoStatus    int `json:"no_status"`
	StaleStatus int `json:"stale_status"`
	NoTheme     int `json:"no_theme"`
	OldEstimate int `json:"old_estimate"` // the last figure is more than 12 months old and the project is not over
}

// TrendPoint is one past month end (or the day itself) of the portfolio's drift.
type TrendPoint struct {
	On           civil.Date         `json:"on"`
	Projects     int                `json:"projects"`
	SumCost      money.Amount       `json:"sum_cost"`
	Cost         *money.BasisPoints `json:"cost_aggregate_bp"`
	CostMean     *money.BasisPoints `json:"cost_mean_bp"`
	Schedule     *money.BasisPoints `json:"schedule_aggregate_bp"`
	ScheduleMean *money.BasisPoints `json:"schedule_mean_bp"`
}

// ThemeLine sums up one theme.
type ThemeLine struct {
	ID          int64              `json:"id"`
	Code        string             `json:"code"`
	Name        string             `json:"name"`
	Description string             `json:"description"`
	Projects    int                `json:"projects"`
	Weight      int64              `json:"weight"`
	SumCost     money.Amount       `json:"sum_cost"`
	CostBP      *money.BasisPoints `json:"cost_aggregate_bp"`
	ScheduleBP  *money.BasisPoints `json:"schedule_aggregate_bp"`
}

// Deviation is one deviation of one project, with what it is made from.
type Deviation struct {
	BP          *money.BasisPoints `json:"bp"`
	SinceLastBP *money.BasisPoints `json:"since_last_bp"` // against the last baseline
	Colour      string             `json:"colour"`        // green, amber, red or grey: the computed weather
	AsOf        civil.Date         `json:"as_of"`         // day of the estimate behind it
	AgeDays     int                `json:"age_days"`
	ReEstimated bool               `json:"re_estimated"`
}

// ProjectLine is one project on the day. Sheet is nil in lists, filled on project pages and packs.
type ProjectLine struct {
	ID               ProjectID     `json:"id"`
	Code             string        `json:"code"`
	Name             string        `json:"name"`
	ThemeID          int64         `json:"theme_id"`
	Theme            string        `json:"theme"`
	Phase            Phase         `json:"phase"`
	Weight           int64         `json:"weight"`
	Sponsor          string        `json:"sponsor"`
	Manager          string        `json:"manager"`
	Department       string        `json:"department"`
	Interministerial bool          `json:"interministerial"`
	FirstCost        *money.Amount `json:"first_cost"`
	Cost             *money.Amount `json:"cost"`
	CostDeviation    Deviation     `json:"cost_deviation"`
	FirstStart       civil.Date    `json:"first_start"`
	FirstEnd         civil.Date    `json:"first_end"`
	Start            civil.Date    `json:"start"` // of the day; may be known without an end
	End              civil.Date    `json:"end"`
	Schedule         Deviation     `json:"schedule_deviation"`
	SlipDays         int           `json:"slip_days"` // how far the end moved since the first dates
	Baselines        int           `json:"baselines"`
	Declared         Declared      `json:"declared"`
	Sheet            *ProjectSheet `json:"sheet,omitempty"`
	// CostHidden tells that costs are absent from this line. A project's own page may show the cost of
	// the project to a reader whose report of the roadmap is without.
	CostHidden bool `json:"-"`
}

// Declared is the weather of the latest status report, as colours; grey when it is too old or was
// not given.
type Declared struct {
	On       civil.Date `json:"on"` // zero: no report
	Period   string     `json:"period"`
	Stale    bool       `json:"stale"`
	Schedule string     `json:"schedule"`
	Cost     string     `json:"cost"`
	Scope    string     `json:"scope"`
	People   string     `json:"people"`
	Question string     `json:"question"` // what the committee is asked; "" when nothing or stale
}

// ProjectSheet is what a project's own page adds to its line.
type ProjectSheet struct {
	Need       string           `json:"need"`
	Status     *StatusLine      `json:"status"`
	Milestones []MilestoneLine  `json:"milestones"`
	DependsOn  []DependencyLine `json:"depends_on"`
	NeededBy   []DependencyLine `json:"needed_by"`
	Years      []YearCost       `json:"years"` // of the current cost; empty when it was given as one sum
	Baselines  []BaselineLine   `json:"baselines"`
	Estimates  []EstimateLine   `json:"estimates"` // oldest first
}

// StatusLine is the latest status report in words.
type StatusLine struct {
	Period        string     `json:"period"`
	On            civil.Date `json:"on"`
	Author        string     `json:"author"`
	Stale         bool       `json:"stale"`
	Schedule      Side       `json:"schedule"`
	Cost          Side       `json:"cost"`
	Scope         Side       `json:"scope"`
	People        Side       `json:"people"`
	Summary       string     `json:"summary"`
	NextSteps     string     `json:"next_steps"`
	NeedsDecision string     `json:"needs_decision"`
}

// MilestoneLine is a milestone on the day.
type MilestoneLine struct {
	Name       string     `json:"name"`
	BaselineOn civil.Date `json:"baseline_on"`
	DueOn      civil.Date `json:"due_on"`
	ReachedOn  civil.Date `json:"reached_on"`
	SlipDays   int        `json:"slip_days"`
	State      string     `json:"state"` // reached, late (due before the day and not reached), due
}

// DependencyLine names the other end of a dependency.
type DependencyLine struct {
	ID   ProjectID `json:"id"`
	Code string    `json:"code"`
	Name string    `json:"name"`
	Note string    `json:"note"`
	// Late tells that the other project ends after this one starts to need it: its current end is
	// later than this project's current end.
	Late bool `json:"late"`
}

// YearCost is the full cost of one fiscal year.
type YearCost struct {
	FiscalYear string       `json:"fiscal_year"`
	Investment money.Amount `json:"investment"`
	Operations money.Amount `json:"operations"`
}

// BaselineLine is one baseline; number 0 stands for the reference taken from the first estimates.
type BaselineLine struct {
	Number   int           `json:"number"`
	On       civil.Date    `json:"on"`
	Cost     *money.Amount `json:"cost"`
	Start    civil.Date    `json:"start"`
	End      civil.Date    `json:"end"`
	Decision string        `json:"decision"` // reference of the decision, "" for the first
	Reason   string        `json:"reason"`
}

// EstimateLine is one dated estimate.
type EstimateLine struct {
	AsOf  civil.Date    `json:"as_of"`
	Cost  *money.Amount `json:"cost"`
	Start civil.Date    `json:"start"`
	End   civil.Date    `json:"end"`
	Phase Phase         `json:"phase"`
	Note  string        `json:"note"`
}
