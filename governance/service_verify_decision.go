package governance

import (
	"context"
	"encoding/json"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/portfolio"
)

// VerifyDecisions holds what decisions on scenarios did against what stands: the frozen scenario, the projects that requests became, the credits that were proposed; and against the
// trail, which is sealed, what took one back. Like Verify it is the operator's.
func (s *Service) VerifyDecisions(ctx context.Context, actor identity.Actor) ([]portfolio.BrokenRule, error) {
	if err := identity.Can(actor, identity.PermReadPack, identity.Within(0)); err != nil {
		return nil, err
	}
	var h holding
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) (err error) {
		h, err = findHolding(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	lost, err := s.lostReversals(ctx, h)
	if err != nil {
		return nil, err
	}
	var out []portfolio.BrokenRule
	for _, r := range []portfolio.BrokenRule{{Rule: "decision_scenario", Count: h.scenarios()}, {Rule: "decision_projects", Count: h.projects()}, {Rule: "decision_credits", Count: h.credits()},
		{Rule: "decision_reversals", Count: lost}} {
		if r.Count > 0 {
			out = append(out, r)
		}
	}
	return out, nil
}

// holding is what decisions did and what stands of it.
type holding struct {
	effects   []effectRow
	reversed  map[DecisionID]DecisionID // by the decision that was taken back; keys are of the whole instance
	decided   []decidedRow
	selected  map[portfolio.RequestID]selectedRow
	proposals []proposedRow
}

type effectRow struct {
	Decision DecisionID `bun:"id"`
	Text     string     `bun:"effect"`
	effect   *portfolio.ArbitrationEffect
}

type decidedRow struct {
	ID       portfolio.ScenarioID `bun:"id"`
	Decision DecisionID           `bun:"decision_id"`
	SHA256   string               `bun:"frozen_sha256"`
}

type selectedRow struct {
	ID       portfolio.RequestID `bun:"id"`
	Decision DecisionID          `bun:"decision_id"`
	Project  portfolio.ProjectID `bun:"project_id"`
}

type proposedRow struct {
	Decision DecisionID          `bun:"decision_id"`
	Project  portfolio.ProjectID `bun:"project_id"`
	portfolio.YearAmount
}

// stands tells whether a decision was not taken back.
func (h holding) stands(d DecisionID) bool { return h.reversed[d] == 0 }

// scenarios counts decisions whose scenario is not decided by them as it was frozen, and scenarios that are decided by a decision which did not.
func (h holding) scenarios() (broken int) {
	by := map[decidedRow]bool{}
	for _, e := range h.effects {
		if h.stands(e.Decision) {
			by[decidedRow{e.effect.Scenario, e.Decision, e.effect.SHA256}] = true
		}
	}
	for _, d := range h.decided {
		if !by[d] {
			broken++
		}
		delete(by, d)
	}
	return broken + len(by)
}

// projects counts requests that did not become the project which a decision made of them.
func (h holding) projects() (broken int) {
	for _, e := range h.effects {
		for _, c := range e.effect.Created {
			if h.stands(e.Decision) && h.selected[c.Request] != (selectedRow{c.Request, e.Decision, c.Project}) {
				broken++
			}
		}
	}
	return broken
}

// credits counts decisions whose proposals are not what their selection held for the projects.
func (h holding) credits() (broken int) {
	type key struct {
		project portfolio.ProjectID
		portfolio.YearAmount
	}
	by := map[DecisionID]map[key]int{}
	count := func(d DecisionID, k key, n int) {
		if by[d] == nil {
			by[d] = map[key]int{}
		}
		if by[d][k] += n; by[d][k] == 0 {
			delete(by[d], k)
		}
	}
	for _, e := range h.effects {
		for _, c := range e.effect.Created {
			for _, a := range c.Proposed {
				count(e.Decision, key{c.Project, a}, 1)
			}
		}
	}
	for _, p := range h.proposals {
		count(p.Decision, key{p.Project, p.YearAmount}, -1)
	}
	for _, left := range by {
		if len(left) > 0 {
			broken++
		}
	}
	return broken
}

// lostReversals counts decisions that took another one back by what the trail says, and do not any more.
func (s *Service) lostReversals(ctx context.Context, h holding) (lost int, err error) {
	err = s.trail(ctx, "decision.take", "decision", func(subject int64, details string) {
		var told struct{ Reverses DecisionID }
		if json.Unmarshal([]byte(details), &told) == nil && told.Reverses != 0 && h.reversed[told.Reverses] != DecisionID(subject) {
			lost++
		}
	})
	return lost, err
}
