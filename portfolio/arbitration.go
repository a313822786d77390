package portfolio

import (
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Arbitration is a committee's decision on a submitted scenario, as it is to be applied.
type Arbitration struct {
	Scenario  ScenarioID
	Version   int64
	Roadmap   RoadmapID // of the committee
	Committee int64     // that decides; the scenario must have been submitted to it
	Decision  DecisionRef
	Label     string // the decision as people name it
	On        civil.Date
	// Outcomes are those of candidates that are not selected; one that is left out is deferred.
	Outcomes []CandidateOutcome
	// Why gives the reason of a candidate that is not selected, or of a project that is stopped, in the committee's language.
	Why func(ReasonOut) string
}

// CandidateOutcome is what becomes of a candidate that is not selected.
type CandidateOutcome struct {
	Request      RequestID   `json:"request"`
	Step         RequestStep `json:"step"` // StepDefer or StepRefuse
	Reason       string      `json:"reason"`
	ReconsiderOn civil.Date  `json:"reconsider_on"`
}

// Validate reports every rule the outcome breaks.
func (o CandidateOutcome) Validate() error {
	var f fault.Fields
	f.Check(o.Request > 0, "outcomes", "input.required")
	f.Check(o.Step == StepDefer || o.Step == StepRefuse, "outcomes", "input.unknown_value", string(o.Step))
	checkText(&f, "outcomes", o.Reason)
	return f.Err()
}

// ReasonOut is why a subject is not selected, for a sentence. The text is that of the key "arbitration.out." + Kind.
type ReasonOut struct {
	Kind    string            // forced, gate, missing, unscored, no_room, less
	Code    ForceReason       // of a force
	Words   string            // of a force
	Names   []string          // gates, or what it requires
	Keys    []string          // that have no room for it
	Skills  map[string]string // names of the skills that keys speak of, by code
	Subject Head
}

// Kinds of reasons.
const (
	OutForced   = "forced"
	OutGate     = "gate"
	OutMissing  = "missing"
	OutUnscored = "unscored" // it is worth nothing as long as nobody, or one alone, has said what it is worth
	OutNoRoom   = "no_room"
	OutLess     = "less"
)

// ArbitrationEffect is what applying a decision did: what reversing it takes back.
type ArbitrationEffect struct {
	Scenario    ScenarioID       `json:"scenario"`
	Code        string           `json:"code"`
	Name        string           `json:"name"`
	SHA256      string           `json:"sha256"` // of the frozen scenario
	Created     []CreatedProject `json:"created"`
	Left        []LeftCandidate  `json:"left"`
	Stopped     []StoppedProject `json:"stopped"`
	NotRetained []ScenarioID     `json:"not_retained"`
}

// CreatedProject is a project that a selected request became. Proposed are the credits that the selection held for it.
type CreatedProject struct {
	Request  RequestID    `json:"request"`
	Project  ProjectID    `json:"project"`
	Code     string       `json:"code"`
	Name     string       `json:"name"`
	Shift    int64        `json:"shift"`
	Proposed []YearAmount `json:"proposed"`
}

// LeftCandidate is a candidate that was deferred or refused.
type LeftCandidate struct {
	Request RequestID    `json:"request"`
	Code    string       `json:"code"`
	Name    string       `json:"name"`
	State   RequestState `json:"state"`
	Reason  string       `json:"reason"`
}

// StoppedProject is a running project that leaves.
type StoppedProject struct {
	Project ProjectID `json:"project"`
	Code    string    `json:"code"`
	Name    string    `json:"name"`
	Exit    int64     `json:"exit"`
	Reason  string    `json:"reason"`
}

// HideCost leaves out what was proposed.
func (e ArbitrationEffect) HideCost() ArbitrationEffect {
	e.Created = slices.Clone(e.Created)
	for i := range e.Created {
		e.Created[i].Proposed = nil
	}
	return e
}

// reasonOut says why a subject that is not selected is out: as the question has it, or because a limit has no room for it beside what is selected.
func (w *weighed) reasonOut(i int) ReasonOut {
	s := w.content.Subjects[i]
	r := ReasonOut{Kind: OutLess, Subject: Head{s.Code, s.Name}}
	switch {
	case s.Own && s.Force == ForceOut:
		r.Kind, r.Code, r.Words = OutForced, s.ReasonCode, s.Reason
	case s.Force == ForceOut:
		r.Kind, r.Names = OutGate, s.Gates
	case len(s.Missing) > 0:
		r.Kind, r.Names = OutMissing, s.Missing
	case !s.Scored:
		r.Kind = OutUnscored
	default:
		if r.Keys = w.noRoom(i); len(r.Keys) > 0 {
			r.Kind, r.Skills = OutNoRoom, w.content.skillNames()
		}
	}
	return r
}

// skillNames gives the names of the skills that are limited, by code.
func (c *scenarioContent) skillNames() map[string]string {
	out := map[string]string{}
	for _, l := range c.Limits {
		if l.Kind == GaugeSkill {
			out[l.Skill.Code] = l.Skill.Name
		}
	}
	return out
}

// noRoom gives the keys whose limit has less left than the subject uses when it starts as planned.
func (w *weighed) noRoom(i int) []string {
	uses := w.uses[w.content.Percentile][i]
	var out []string
	for _, l := range w.content.Limits {
		limit := l.limit()
		if limit == nil || uses[l.Key] == 0 {
			continue
		}
		if used := l.Spent + w.used(l.Key, w.content.Percentile, everyone); uses[l.Key] > *limit-used {
			out = append(out, l.Key)
		}
	}
	return out
}

// proposed are the credits that the selection holds for a subject.
func (w *weighed) proposed(i int) []YearAmount {
	out := []YearAmount{}
	for _, l := range w.content.Limits {
		if k, ok := parseCredit(l.Key); ok {
			if n := w.uses[w.content.Percentile][i][l.Key]; n > 0 {
				out = append(out, YearAmount{Year: k.Year, Section: k.Section, Amount: money.Amount(n)})
			}
		}
	}
	return out
}
