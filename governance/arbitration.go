package governance

import (
	"encoding/json"
	"strconv"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// ArbitrationInput is the effect of a decision on a scenario that was submitted to the committee.
type ArbitrationInput struct {
	Scenario portfolio.ScenarioID
	Version  int64 // that was weighed
	// Outcomes are those of candidates that are not selected; one that is left out is deferred, for the reason that the selection gives.
	Outcomes []portfolio.CandidateOutcome
}

// DecisionMark names a decision in another one.
type DecisionMark struct {
	ID        DecisionID
	Reference string
	On        civil.Date
}

// oneEffect refuses a decision that would do two things at once, or one without what it needs: whoever reads it later must be able to tell what did what.
func (in DecideInput) oneEffect() error {
	effects := 0
	for _, has := range []bool{in.Rebaseline != nil, in.Arbitration != nil, in.Reverses != 0} {
		if has {
			effects++
		}
	}
	if effects > 1 {
		return fault.Invalid("decision.two_effects")
	}
	if in.Rebaseline != nil && (in.ProjectCode == "" || in.Reason == "") {
		return fault.Invalid("decision.rebaseline_incomplete")
	}
	if in.Reverses != 0 && fault.Blank(in.Reason) {
		var f fault.Fields
		f.Add("reason", "input.required")
		return f.Err()
	}
	if in.Arbitration != nil {
		for _, o := range in.Arbitration.Outcomes {
			if err := o.Validate(); err != nil {
				return err
			}
		}
	}
	return nil
}

// storedEffect is how the effect of a decision is kept: that of a new reference as it always was, others by their name.
type storedEffect struct {
	Arbitration *portfolio.ArbitrationEffect `json:"arbitration,omitempty"`
}

// readEffect reads what a decision did.
func (d *DecisionCard) readEffect(text string) error {
	if text == "" {
		return nil
	}
	var e storedEffect
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return err
	}
	if d.Arbitration = e.Arbitration; d.Arbitration != nil {
		return nil
	}
	return json.Unmarshal([]byte(text), &d.Rebaseline)
}

// why says in the committee's language why a subject is not selected.
func (s *Service) why(locale string, label string) func(portfolio.ReasonOut) string {
	if s.texts == nil {
		return nil
	}
	return func(r portfolio.ReasonOut) string {
		key := "arbitration.out." + r.Kind
		switch r.Kind {
		case portfolio.OutForced:
			reason := s.texts(locale, "scenarios.reason."+string(r.Code))
			if !fault.Blank(r.Words) {
				reason = strings.TrimRight(reason, ".") + " (" + r.Words + ")"
			}
			return s.texts(locale, key, label, reason)
		case portfolio.OutGate, portfolio.OutMissing:
			return s.texts(locale, key, label, strings.Join(r.Names, ", "))
		case portfolio.OutNoRoom:
			names := make([]string, len(r.Keys))
			for i, k := range r.Keys {
				names[i] = s.limitName(locale, k, r.Skills)
			}
			return s.texts(locale, key, label, strings.Join(names, s.texts(locale, "list.semicolon")))
		}
		return s.texts(locale, key, label)
	}
}

// limitName says what a key of a selection stands for: "2027, Investissement" or "Développement, 1er trimestre 2027".
func (s *Service) limitName(locale, key string, skills map[string]string) string {
	at := strings.LastIndexByte(key, '/')
	if at < 0 {
		return key
	}
	head, tail := key[:at], key[at+1:]
	q, err := civil.ParseQuarter(tail)
	if err != nil {
		return s.texts(locale, "scenarios.key.credit", head, s.texts(locale, "finance.section."+tail))
	}
	if name := skills[head]; name != "" {
		head = name
	}
	return s.texts(locale, "scenarios.key.skill", head, s.texts(locale, "period.quarter."+strconv.Itoa(q.Number), strconv.Itoa(q.Year)))
}
