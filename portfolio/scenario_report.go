package portfolio

import (
	"time"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// The values of this file are what pages, packs and exports show of scenarios. Amounts are minor units of the organisation's currency, skills tenths of
// a working day, ratios basis points. A nil pointer is something that is not known or not limited, and is drawn neutral, never green.

// ScenarioCard is a scenario in a list.
type ScenarioCard struct {
	ID          ScenarioID
	Code        string // "S-03"
	Name        string
	State       ScenarioState
	Percentile  int // 50 or 80
	Recommended bool
	Committee   Head // to which it was submitted; zero: none
	CommitteeID int64
	Selected    int // projects and candidates; −1: not computed yet
	Value       int64
	Bound       int64
	GapBP       int64
	Proven      bool
	CreatedBy   string
	CreatedAt   time.Time
	Version     int64
}

// ScenarioHead is a scenario as its pages name it.
type ScenarioHead struct {
	ID             ScenarioID    `json:"-"`
	OrganisationID int64         `json:"-"`
	RoadmapID      RoadmapID     `json:"-"`
	Code           string        `json:"code"`
	Name           string        `json:"name"`
	Note           string        `json:"note"`
	State          ScenarioState `json:"state"`
	Percentile     int           `json:"percentile"`
	CommitteeID    int64         `json:"-"` // 0: not submitted
	Question       string        `json:"question"`
	Recommended    bool          `json:"recommended"`
	DecisionID     DecisionRef   `json:"-"`      // that decided on it; 0: none
	SHA256         string        `json:"sha256"` // of the frozen content; "" while it is a draft
	Version        int64         `json:"-"`
}

// WorkbenchReport is a scenario with the best selection that is known of it.
type WorkbenchReport struct {
	Scenario ScenarioHead
	Roadmap  Head
	Currency money.Currency
	AsOf     civil.Date // of the figures; of a frozen scenario the day on which it was frozen
	Basis    CostBasis
	Subjects []SubjectLine // running projects first, then candidates, by code
	Gauges   []Gauge       // credits by year and section, then skills by quarter
	Limits   []LimitLine   // the same keys, for the form
	Themes   []ThemeRule   // every theme of the roadmap
	Result   SelectionResult
	Conflict []ConflictLine // why there is no selection; empty when there is one
	Guard    GuardReport
	Quota    QuotaReport
	Events   []ScenarioEvent // newest first
	Changes  ScenarioChanges // since it was frozen
	Editable bool            // it is a draft and the actor may change it
	// CostHidden tells that the reader may not read costs: amounts, credit gauges and what follows from them are absent.
	CostHidden bool
}

// SelectionResult says how good the selection is.
type SelectionResult struct {
	Status   string `json:"status"` // optimal, feasible, infeasible, unknown
	Value    int64  `json:"value"`
	Bound    int64  `json:"bound"` // no selection is worth more
	GapBP    int64  `json:"gap_bp"`
	Selected int    `json:"selected"`
	// Pending tells that a better selection or bound is still looked for behind the scenes.
	Pending bool `json:"-"`
	// Ended tells that the search stopped without a proof: more comes only when somebody asks for it.
	Ended bool   `json:"-"`
	Hash  string `json:"hash"` // of the problem: an answer with the same hash is one of the same question
}

// Proven tells that no better selection exists.
func (r SelectionResult) Proven() bool { return r.Status == "optimal" }

// Found tells whether there is a selection to show.
func (r SelectionResult) Found() bool { return r.Status == "optimal" || r.Status == "feasible" }

// SubjectKind tells a running project from a candidate.
type SubjectKind string

// The kinds of subject.
const (
	KindProject SubjectKind = "project"
	KindRequest SubjectKind = "request"
)

// SubjectLine is a running project or a candidate with what the scenario makes of it.
type SubjectLine struct {
	Subject     Subject      `json:"-"`
	Kind        SubjectKind  `json:"kind"`
	Code        string       `json:"code"`
	Name        string       `json:"name"`
	Department  string       `json:"department"`
	Sponsor     string       `json:"sponsor"`
	Theme       Head         `json:"theme"`
	Start       civil.Date   `json:"start"`
	End         civil.Date   `json:"end"`
	Risk        Risk         `json:"risk"`
	Scored      bool         `json:"scored"`
	Points      int64        `json:"points"` // 0 to 1000
	Gates       []string     `json:"gates"`  // capability gates that are not passed, by name
	Force       Force        `json:"force"`
	ForceIsOwn  bool         `json:"force_is_own"` // somebody chose it; else it is what holds for such a subject
	ReasonCode  ForceReason  `json:"reason_code"`
	Reason      string       `json:"reason"`
	MayShift    bool         `json:"may_shift"` // it may start a year later
	Requires    []string     `json:"requires"`  // codes
	Excludes    []string     `json:"excludes"`
	Uses        []UseLine    `json:"uses"`
	CostP50     money.Amount `json:"cost_p50"` // what is still to be paid, of all years
	CostP80     money.Amount `json:"cost_p80"`
	Selected    bool         `json:"selected"`
	ShiftYears  int64        `json:"shift_years"` // how many years later than planned it starts, when it is selected
	LateEntry   bool         `json:"late_entry"`  // a candidate that enters after the start of the roadmap
	Missing     []string     `json:"missing"`     // what it requires and is no longer to be had, by code: it stays out
	CostUnknown bool         `json:"cost_unknown"`
}

// UseLine is what a subject uses of a key, as planned, at the scenario's percentile.
type UseLine struct {
	Key    string `json:"key"`
	Amount int64  `json:"amount"`
}

// GaugeKind tells credits from skills.
type GaugeKind string

// The kinds of gauge.
const (
	GaugeCredit GaugeKind = "credit"
	GaugeSkill  GaugeKind = "skill"
)

// GaugeState is how full a gauge is. Neutral: there is no limit, and nothing is said.
type GaugeState string

// The states of a gauge.
const (
	GaugeNeutral GaugeState = "neutral"
	GaugeWithin  GaugeState = "within"
	GaugeFull    GaugeState = "full" // at least 95 % used
	GaugeOver    GaugeState = "over"
)

// Gauge is what a selection uses of a key against its limit.
type Gauge struct {
	Key        string             `json:"key"` // "2027/I", or "<skill code>/2027-Q1"
	Kind       GaugeKind          `json:"kind"`
	Year       int                `json:"year"`    // civil year number of the fiscal year, or year of the quarter
	Section    Section            `json:"section"` // "" of a skill
	Skill      Head               `json:"skill"`
	Quarter    string             `json:"quarter"`
	Used       int64              `json:"used"`    // at the scenario's percentile
	Running    int64              `json:"running"` // part of Used that running projects use
	Spent      int64              `json:"spent"`   // part of Used that was paid already and that no choice brings back
	UsedP50    int64              `json:"used_p50"`
	UsedP80    int64              `json:"used_p80"`
	Limit      *int64             `json:"limit"`
	Overridden bool               `json:"overridden"` // the limit is the scenario's own
	Share      *money.BasisPoints `json:"share_bp"`   // used / limit; nil without a limit, or with one of 0
	State      GaugeState         `json:"state"`
	StateP80   GaugeState         `json:"state_p80"`
}

// LimitLine is a limit as the form shows it.
type LimitLine struct {
	Key     string
	Kind    GaugeKind
	Default *int64 // from votes and capacities; nil: none
	Own     bool   // the scenario has its own
	Amount  *int64 // its own; nil: explicitly none
}

// Effective is the limit that holds.
func (l LimitLine) Effective() *int64 { return holding(l.Own, l.Amount, l.Default) }

// ThemeRule is what a scenario asks of a theme.
type ThemeRule struct {
	ID          int64              `json:"-"`
	Code        string             `json:"code"`
	Name        string             `json:"name"`
	MinProjects int64              `json:"min_projects"`
	MinValueBP  money.BasisPoints  `json:"min_value_bp"`
	MaxShareBP  *money.BasisPoints `json:"max_share_bp"` // of the credits of every year and section; nil: no such rule
	Projects    int                `json:"projects"`     // of the selection
	Value       int64              `json:"value"`
	ValueBP     *money.BasisPoints `json:"value_bp"` // of the selection's value
	Cost        money.Amount       `json:"cost"`
}

// ConflictLine is one of the rules that cannot hold together.
type ConflictLine struct {
	Rule    string // limit, requires, excludes, forced, theme
	Subject string // key, code of the project or theme
	Name    string // of it; "" for a key
}

// CostBasis says how costs become those of a percentile.
type CostBasis struct {
	Percentile int            `json:"percentile"`
	P50        Uplift         `json:"p50"`
	P80        Uplift         `json:"p80"`
	Credits    bool           `json:"credits"` // votes are known; else no year is limited by them
	Years      []int          `json:"years"`   // civil year numbers of the fiscal years in view, ascending
	Delay      DelayQuantiles `json:"delay"`
}

// Uplift is what is added to estimates of cost, and where that comes from.
type Uplift struct {
	BP      money.BasisPoints `json:"bp"`
	N       int               `json:"n"`       // finished projects behind it
	Least   int               `json:"least"`   // smallest sample for which a quantile is given
	Assumed bool              `json:"assumed"` // the sample is too small: BP is the scenario's own assumption
}

// GuardReport holds a selection against the voted budget and the end of the roadmap.
type GuardReport struct {
	Years  []GuardYear // by year and section, those with a vote, a limit or a use
	Ends   []GuardEnd  // selected subjects that may end after the roadmap, the likeliest first
	End    civil.Date  // of the roadmap; zero: none
	Total  *GuardTotal // nil where nothing is voted
	Notes  []GuardNote // sentences, in order
	Delay  DelayQuantiles
	Margin money.Amount // smallest room that is left of a voted year at P80; negative: it is over
	voted  bool         // credits are voted of at least one year
}

// GuardYear is one year and section.
type GuardYear struct {
	Year    int           `json:"year"`
	Section Section       `json:"section"`
	Limit   *money.Amount `json:"limit"` // what was voted; nil: nothing was
	// Own is the limit of the scenario's own, where it has one; Unlimited tells that it lifted the vote's.
	Own       *money.Amount `json:"own,omitempty"`
	Unlimited bool          `json:"unlimited,omitempty"`
	P50       money.Amount  `json:"p50"`
	P80       money.Amount  `json:"p80"`
	State50   GaugeState    `json:"state_p50"`
	State80   GaugeState    `json:"state_p80"`
}

// GuardTotal is the selection's remaining cost in the years of which credits are voted, against these.
type GuardTotal struct {
	Limit money.Amount
	P50   money.Amount
	P80   money.Amount
}

// GuardEnd is a subject that may end after the roadmap.
type GuardEnd struct {
	Subject  Subject    `json:"-"`
	Code     string     `json:"code"`
	Name     string     `json:"name"`
	Planned  civil.Date `json:"planned"` // its end as planned, with the shift
	P80      civil.Date `json:"p80"`
	InTen    int        `json:"in_ten"`    // in how many cases of ten it ends after the roadmap, 0 to 10
	DaysLate int        `json:"days_late"` // at P80, after the end of the roadmap; 0: in time
}

// GuardNote is a sentence: a key of a text with its arguments.
type GuardNote struct {
	Key  string // guard.…
	Args []any
	Bad  bool // it speaks of something that does not hold
}

// QuotaReport says how much of the voted budget late entries take.
type QuotaReport struct {
	Set      bool              // the roadmap has a quota
	ShareBP  money.BasisPoints // of the voted budget
	Voted    *money.Amount
	Allowed  *money.Amount
	Entered  money.Amount  // by projects that entered after the start of the roadmap
	Selected money.Amount  // by candidates of this selection
	Over     *money.Amount // beyond the quota; nil: within it, or not known
	Late     bool          // the roadmap has begun: whatever enters now is late
	Leaving  []Head        // running projects that this selection stops
}

// ScenarioEvent is something that happened to a scenario.
type ScenarioEvent struct {
	Number int
	What   string // created, forced, limited, themed, settings, frozen, thawed, submitted, withdrawn, decided, not_retained, reversed
	Detail string // code of the subject, key of a limit, name of a committee or decision; "" for none
	Actor  string
	At     time.Time
}
