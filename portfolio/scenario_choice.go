package portfolio

import (
	"slices"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// Force says who chooses a subject: somebody beforehand, or the engine.
type Force string

// The forces. Without one a running project stays in, a candidate that passes its gates is free, and one that does not stays out.
const (
	ForceUsual Force = ""
	ForceIn    Force = "in"
	ForceOut   Force = "out"
	ForceFree  Force = "free"
)

// Forces lists the forces in display order.
var Forces = []Force{ForceUsual, ForceIn, ForceFree, ForceOut}

// ForceReason is why somebody chose beforehand.
type ForceReason string

// The reasons that a force is given for; ReasonOther needs words.
const (
	ReasonRegulatory ForceReason = "regulatory" // the law asks for it
	ReasonEngaged    ForceReason = "engaged"    // contracts are signed
	ReasonMandate    ForceReason = "mandate"    // promised in the deliberation
	ReasonSecurity   ForceReason = "security"   // a risk that may not stay
	ReasonNotReady   ForceReason = "not_ready"  // it cannot start yet
	ReasonOtherWay   ForceReason = "other_way"  // the need is met otherwise
	ReasonNoSponsor  ForceReason = "no_sponsor" // nobody answers for it
	ReasonDrift      ForceReason = "drift"      // it drifted too far to go on
	ReasonObsolete   ForceReason = "obsolete"   // the need is gone
	ReasonOther      ForceReason = "other"
	reasonRunning    ForceReason = "running" // usual: it runs
	reasonGate       ForceReason = "gate"    // usual: a capability gate is not passed
)

// ReasonsIn and ReasonsOut list what a force may be given for, in display order.
var (
	ReasonsIn  = []ForceReason{ReasonRegulatory, ReasonMandate, ReasonEngaged, ReasonSecurity, ReasonOther}
	ReasonsOut = []ForceReason{ReasonNotReady, ReasonOtherWay, ReasonNoSponsor, ReasonDrift, ReasonObsolete, ReasonOther}
)

// ScenarioChoice is what somebody chose for a subject of a scenario.
type ScenarioChoice struct {
	Subject    Subject
	Force      Force
	ReasonCode ForceReason
	Reason     string
	MayShift   bool // a candidate may start a year later than planned
}

// usual tells whether nothing was chosen: then there is no row.
func (c ScenarioChoice) usual() bool { return c.Force == ForceUsual && !c.MayShift }

// Validate reports every rule the choice breaks. Forcing needs a reason of the list, and words when it is another one.
func (c ScenarioChoice) Validate() error {
	var f fault.Fields
	f.Check(c.Subject.Valid(), "subject", "input.required")
	f.Check(slices.Contains(Forces, c.Force), "force", "input.unknown_value", string(c.Force))
	checkText(&f, "reason", c.Reason)
	f.Check(!c.MayShift || c.Subject.Request != 0, "may_shift", "scenario.shift_running")
	switch c.Force {
	case ForceIn:
		f.Check(slices.Contains(ReasonsIn, c.ReasonCode), "reason_code", "scenario.reason_required")
	case ForceOut:
		f.Check(slices.Contains(ReasonsOut, c.ReasonCode), "reason_code", "scenario.reason_required")
	default:
		f.Check(c.ReasonCode == "", "reason_code", "input.unknown_value", string(c.ReasonCode))
	}
	f.Check(c.ReasonCode != ReasonOther || !fault.Blank(c.Reason), "reason", "input.required")
	return f.Err()
}

// validChoices reports every rule that choices break, each under the key of its subject. None, or two of one subject, are no choice.
func validChoices(choices []ScenarioChoice) error {
	if len(choices) == 0 {
		return fault.Invalid("scenario.no_choice")
	}
	var all fault.Fields
	seen := map[Subject]bool{}
	for _, c := range choices {
		all.Check(!seen[c.Subject], c.Subject.Key()+".subject", "scenario.chosen_twice")
		seen[c.Subject] = true
		if f := fault.As(c.Validate()); f != nil {
			for _, x := range f.Fields {
				all.Add(c.Subject.Key()+"."+x.Name, x.Key, x.Args...)
			}
		}
	}
	return all.Err()
}

// ScenarioLimit is the scenario's own limit of a key; nil: it is not limited.
type ScenarioLimit struct {
	Key    string
	Amount *int64
}

// mostLimit keeps limits where every reader of JSON holds them exactly, as the engine asks.
const mostLimit = 1<<53 - 1

// Validate reports every rule the limit breaks.
func (l ScenarioLimit) Validate() error {
	var f fault.Fields
	f.Check(validKey(l.Key), "key", "input.unknown_value", l.Key)
	f.Check(l.Amount == nil || *l.Amount >= 0, "amount", "input.negative")
	f.Check(l.Amount == nil || *l.Amount <= mostLimit, "amount", "input.too_large")
	return f.Err()
}

// ScenarioTheme is what a scenario asks of a theme.
type ScenarioTheme struct {
	ThemeID     int64
	MinProjects int64
	MinValue    money.BasisPoints  // of the selection's value
	MaxShare    *money.BasisPoints // of the credits of every year and section; nil: no such rule
}

// mostMinProjects is more than any theme has.
const mostMinProjects = 2000

// Validate reports every rule the theme's part breaks.
func (t ScenarioTheme) Validate() error {
	var f fault.Fields
	f.Check(t.ThemeID > 0, "theme", "input.required")
	f.Check(t.MinProjects >= 0 && t.MinProjects <= mostMinProjects, "min_projects", "scenario.min_projects", mostMinProjects)
	f.Check(t.MinValue >= 0 && t.MinValue <= 10_000, "min_value", "scenario.share")
	f.Check(t.MaxShare == nil || (*t.MaxShare >= 0 && *t.MaxShare <= 10_000), "max_share", "scenario.share")
	return f.Err()
}

// empty tells whether nothing is asked: then there is no row.
func (t ScenarioTheme) empty() bool {
	return t.MinProjects == 0 && t.MinValue == 0 && t.MaxShare == nil
}
