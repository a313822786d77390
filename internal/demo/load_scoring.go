package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// Scoring is how two people score the candidates of the running roadmap. Levels are written by their labels, criterion by criterion in the order of
// the grid; blanks between them mean nothing.
type Scoring struct {
	Drafted, First, Second, Settled civil.Date
	Evidence                        map[string][2]string // by criterion: what the first scorer saw, and the second
	Requests                        map[string][2]string // by key; "" where a scorer gave nothing yet
	Running                         map[string]string    // by code, of projects that run: both see the same
	Settlements                     []SettledScore
}

// SettledScore is a disagreement that the roadmap manager settled.
type SettledScore struct {
	Request   string `json:"request"` // key
	Criterion string `json:"criterion"`
	Level     string `json:"level"`
	Reason    string `json:"reason"`
}

// scoringSource is the story of the scores as its file holds it.
type scoringSource struct {
	Drafted     offset               `json:"drafted"`
	First       offset               `json:"first"`
	Second      offset               `json:"second"`
	Settled     offset               `json:"settled"`
	Evidence    map[string][2]string `json:"evidence"`
	Requests    map[string][2]string `json:"requests"`
	Running     map[string]string    `json:"running"`
	Settlements []SettledScore       `json:"settlements"`
}

// scoring tells how the candidates are scored.
func (t teller) scoring(src scoringSource) Scoring {
	return Scoring{Drafted: t.event(src.Drafted), First: t.event(src.First), Second: t.event(src.Second), Settled: t.event(src.Settled), Evidence: src.Evidence, Requests: src.Requests,
		Running: src.Running, Settlements: src.Settlements}
}

// jury books the scores: the grid, two scorers one after the other, and what is settled.
type jury struct {
	*intake
	told  Scoring
	steps []step
}

// jury gives who books the scores of the story, after what is asked.
func (c *intake) jury() *jury {
	j := &jury{intake: c, told: c.story.Scoring}
	j.steps = []step{{j.told.Drafted, j.grid}, {j.told.First, func(ctx context.Context) error { return j.score(ctx, identity.RoleRoadmapManager, 0) }},
		{j.told.Second, func(ctx context.Context) error { return j.score(ctx, identity.RoleFinance, 1) }}, {j.told.Settled, j.settle}}
	return j
}

// until books what happened by a day.
func (j *jury) until(ctx context.Context, day civil.Date) error {
	for len(j.steps) > 0 && !j.steps[0].on.After(day) {
		if err := j.steps[0].do(ctx); err != nil {
			return fmt.Errorf("scores: %w", err)
		}
		j.steps = j.steps[1:]
	}
	return nil
}

// grid puts the public-value grid into use.
func (j *jury) grid(ctx context.Context) error {
	manager := j.accounts[identity.RoleRoadmapManager]
	g, err := j.Portfolio.DraftGrid(ctx, manager, j.roadmap(), portfolio.GridInput{Template: portfolio.TemplatePublicValue})
	if err != nil {
		return err
	}
	return j.Portfolio.ActivateGrid(ctx, manager, g.ID, g.Version)
}

// score has one of the two scorers score what they have an opinion of.
func (j *jury) score(ctx context.Context, role identity.Role, which int) error {
	scorer := j.accounts[role]
	desk, err := j.Portfolio.ScoreDesk(ctx, scorer, j.roadmap())
	if err != nil {
		return err
	}
	for _, line := range desk.Lines {
		levels := j.levels(line.Candidate, which)
		if levels == "" {
			continue
		}
		sheet, err := j.Portfolio.ScoreSheet(ctx, scorer, j.roadmap(), line.Subject)
		if err != nil {
			return err
		}
		in := portfolio.ScoreInput{Subject: line.Subject, Grid: sheet.Grid.ID, Version: sheet.Version, Submit: true}
		for i, c := range sheet.Grid.Criteria {
			in.Marks = append(in.Marks, portfolio.Mark{Criterion: c.ID, HasLevel: true, Level: levelOf(c, levels[i:i+1]), Evidence: j.told.Evidence[c.Code][which]})
		}
		if err := j.Portfolio.SaveScores(ctx, scorer, j.roadmap(), in); err != nil {
			return fmt.Errorf("%s: %w", line.Code, err)
		}
	}
	return nil
}

// levels gives what a scorer gives a candidate, without blanks; "" for nothing.
func (j *jury) levels(c portfolio.Candidate, which int) string {
	for key, both := range j.told.Requests {
		if j.asked[key].ID != 0 && j.asked[key].ID == c.Request {
			return strings.ReplaceAll(both[which], " ", "")
		}
	}
	if c.Project != 0 {
		return strings.ReplaceAll(j.told.Running[c.Code], " ", "")
	}
	return ""
}

// levelOf finds a level by its label.
func levelOf(c portfolio.Criterion, label string) int64 {
	return int64(slices.IndexFunc(c.Levels, func(l portfolio.GridLevel) bool { return l.Label == label }))
}

// settle lets the roadmap manager settle what the two see differently.
func (j *jury) settle(ctx context.Context) error {
	manager := j.accounts[identity.RoleRoadmapManager]
	gaps, err := j.Portfolio.Disagreements(ctx, manager, j.roadmap(), true)
	if err != nil {
		return err
	}
	for _, s := range j.told.Settlements {
		i := slices.IndexFunc(gaps, func(d portfolio.Disagreement) bool {
			return d.Criterion.Code == s.Criterion && d.Candidate.Request != 0 && d.Candidate.Request == j.asked[s.Request].ID
		})
		if i < 0 {
			return fmt.Errorf("%s: nobody disagrees on %s", s.Request, s.Criterion)
		}
		in := portfolio.SettleInput{Subject: gaps[i].Candidate.Subject, Criterion: gaps[i].Criterion.ID, Level: levelOf(gaps[i].Criterion, s.Level), Reason: s.Reason, Version: gaps[i].Version}
		if err := j.Portfolio.Settle(ctx, manager, j.roadmap(), in); err != nil {
			return fmt.Errorf("%s: %w", s.Request, err)
		}
	}
	return nil
}
