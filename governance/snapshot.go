package governance

import (
	"jalon/finance"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// SnapshotFormat is the version of the snapshot's own shape.
const SnapshotFormat = 1

// Snapshot is all that a pack shows, frozen. The PDF is rendered from it alone, so the same
// snapshot gives the same bytes. It is stored as canonical JSON (fields in this order, no
// insignificant space) and fingerprinted with SHA-256.
type Snapshot struct {
	Format    int              `json:"format"`
	Locale    string           `json:"locale"` // fr or en
	Committee CommitteeHead    `json:"committee"`
	Period    PeriodHead       `json:"period"`
	Edition   int              `json:"edition"`
	Errata    []string         `json:"errata"`    // what this edition corrects; empty for the first
	FrozenAt  string           `json:"frozen_at"` // RFC 3339, whole seconds, on the committee's own clock
	FrozenBy  string           `json:"frozen_by"` // "" when the scheduler did it
	LateDays  int              `json:"late_days"` // days between the planned and the real freeze; 0 when in time
	Methods   []MethodLine     `json:"methods"`
	Members   []MemberLine     `json:"members"`
	Sittings  []SittingLine    `json:"next_sittings"`
	Report    portfolio.Report `json:"report"`
	// Finance is the budget of the roadmap; nil while nothing was voted, budgeted or spent. It is left out then, so that a pack
	// without a budget is the same as one from before there were any.
	Finance *finance.PackFinance `json:"finance,omitempty"`
	// Arbitration is the choice that is put before the committee; it is left out where there is none, so that other packs stay as they are.
	Arbitration *PackArbitration `json:"arbitration,omitempty"`
	Questions   []QuestionLine   `json:"questions"` // what needs a decision
	Since       *SincePack       `json:"since"`     // nil in the first pack of a committee
	Decisions   []DecisionLine   `json:"decisions"` // taken since the last pack, or all so far in the first
}

// CommitteeHead is the committee as a cover shows it.
type CommitteeHead struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Level Level  `json:"level"`
}

// PeriodHead is the period that a pack is for.
type PeriodHead struct {
	Code      string     `json:"code"` // 2026-10, 2026-Q4, 2026-H2, 2026
	First     civil.Date `json:"first"`
	Last      civil.Date `json:"last"`
	SittingOn civil.Date `json:"sitting_on"`
	SittingAt string     `json:"sitting_at"` // local time, "14:00"
	FiguresOn civil.Date `json:"figures_on"` // the day that every figure of the pack is of
}

// MethodLine names a method and its version.
type MethodLine struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// MemberLine is a member of the committee.
type MemberLine struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// SittingLine is a coming sitting of the committee.
type SittingLine struct {
	Period string     `json:"period"`
	On     civil.Date `json:"on"`
}

// QuestionLine is a question that a project puts to the committee.
type QuestionLine struct {
	Project portfolio.Head `json:"project"`
	Text    string         `json:"text"`
	On      civil.Date     `json:"on"`
}

// SincePack is what changed since the committee's last pack.
type SincePack struct {
	Period     string          `json:"period"` // of the last pack
	Edition    int             `json:"edition"`
	From       civil.Date      `json:"from"` // its day of figures
	To         civil.Date      `json:"to"`
	Cost       DriftMoves      `json:"cost"`
	Schedule   DriftMoves      `json:"schedule"`
	Entered    []EntryLine     `json:"entered"`
	Left       []EntryLine     `json:"left"`
	Moved      []PhaseMove     `json:"moved"`
	Recoloured []ColourMove    `json:"recoloured"`
	Slipped    []SlipMove      `json:"slipped"`  // end date later (positive days) or earlier
	Costlier   []CostMove      `json:"costlier"` // cost higher or lower
	Reached    []MilestoneMove `json:"reached"`
	Budget     []BudgetMove    `json:"budget,omitempty"` // left out where one of the packs shows no budget
}

// DriftMoves explain how the mean and the aggregate of one deviation moved. Each sums:
// exits + real + entries = change. A nil line is undefined.
type DriftMoves struct {
	Mean      *DriftMove `json:"mean"`
	Aggregate *DriftMove `json:"aggregate"`
}

// DriftMove is one decomposition, in basis points.
type DriftMove struct {
	Before  money.BasisPoints `json:"before_bp"`
	After   money.BasisPoints `json:"after_bp"`
	Change  money.BasisPoints `json:"change_bp"`
	Exits   money.BasisPoints `json:"exits_bp"`
	Real    money.BasisPoints `json:"real_bp"`
	Entries money.BasisPoints `json:"entries_bp"`
}

// EntryLine is a project that entered or left, with the reason when one is known.
type EntryLine struct {
	Project portfolio.Head `json:"project"`
	Cost    *money.Amount  `json:"cost"`
	Reason  string         `json:"reason"`
}

// PhaseMove is a project whose phase changed.
type PhaseMove struct {
	Project portfolio.Head  `json:"project"`
	From    portfolio.Phase `json:"from"`
	To      portfolio.Phase `json:"to"`
}

// ColourMove is a computed weather that changed. Axis is schedule or cost.
type ColourMove struct {
	Project portfolio.Head `json:"project"`
	Axis    string         `json:"axis"`
	From    string         `json:"from"`
	To      string         `json:"to"`
}

// SlipMove is an end date that moved.
type SlipMove struct {
	Project portfolio.Head `json:"project"`
	From    civil.Date     `json:"from"`
	To      civil.Date     `json:"to"`
	Days    int            `json:"days"`
}

// CostMove is a cost that moved.
type CostMove struct {
	Project portfolio.Head     `json:"project"`
	From    money.Amount       `json:"from"`
	To      money.Amount       `json:"to"`
	BP      *money.BasisPoints `json:"bp"` // of From; nil when From is 0
}

// MilestoneMove is a milestone that was reached.
type MilestoneMove struct {
	Project  portfolio.Head `json:"project"`
	Name     string         `json:"name"`
	On       civil.Date     `json:"on"`
	SlipDays int            `json:"slip_days"`
}

// DecisionLine is a decision as a pack lists it.
type DecisionLine struct {
	Reference string     `json:"reference"`
	On        civil.Date `json:"on"`
	Committee string     `json:"committee"`
	Title     string     `json:"title"`
	Question  string     `json:"question"`
	Outcome   string     `json:"outcome"`
	Reason    string     `json:"reason"`
	Project   string     `json:"project"` // code, "" when it concerns none

	ID          DecisionID  `json:"-"` // of the books; a pack names its decisions by their reference
	CommitteeID CommitteeID `json:"-"`
}
