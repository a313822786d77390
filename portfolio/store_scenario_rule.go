package portfolio

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/money"
)

type scenarioChoiceRow struct {
	bun.BaseModel  `bun:"table:scenario_choice"`
	ID             int64       `bun:"id,pk,autoincrement"`
	OrganisationID int64       `bun:"organisation_id"`
	ScenarioID     ScenarioID  `bun:"scenario_id"`
	RequestID      RequestID   `bun:"request_id,nullzero"`
	ProjectID      ProjectID   `bun:"project_id,nullzero"`
	Force          Force       `bun:"force"`
	ReasonCode     ForceReason `bun:"reason_code"`
	Reason         string      `bun:"reason"`
	MayShift       bool        `bun:"may_shift"`
}

type scenarioLimitRow struct {
	bun.BaseModel  `bun:"table:scenario_limit"`
	OrganisationID int64      `bun:"organisation_id,pk"`
	ScenarioID     ScenarioID `bun:"scenario_id,pk"`
	Key            string     `bun:"key,pk"`
	Amount         *int64     `bun:"amount"`
}

type scenarioThemeRow struct {
	bun.BaseModel  `bun:"table:scenario_theme"`
	OrganisationID int64              `bun:"organisation_id,pk"`
	ScenarioID     ScenarioID         `bun:"scenario_id,pk"`
	ThemeID        int64              `bun:"theme_id,pk"`
	MinProjects    int64              `bun:"min_projects"`
	MinValue       money.BasisPoints  `bun:"min_value_bp"`
	MaxShare       *money.BasisPoints `bun:"max_share_bp"`
}

// scenarioRules are what a scenario settles beforehand.
type scenarioRules struct {
	choices []ScenarioChoice
	limits  []ScenarioLimit
	themes  []ScenarioTheme
}

// findScenarioRules gives the rules of scenarios of one organisation, in three queries.
func findScenarioRules(ctx context.Context, db database.Conn, organisation int64, ids []ScenarioID) (map[ScenarioID]scenarioRules, error) {
	out := make(map[ScenarioID]scenarioRules, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var choices []scenarioChoiceRow
	if err := db.NewSelect().Model(&choices).Where("organisation_id = ? AND scenario_id IN (?)", organisation, database.In(ids)).OrderExpr("scenario_id, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list choices of scenarios: %w", err)
	}
	for _, c := range choices {
		r := out[c.ScenarioID]
		r.choices = append(r.choices, ScenarioChoice{Subject{Request: c.RequestID, Project: c.ProjectID}, c.Force, c.ReasonCode, c.Reason, c.MayShift})
		out[c.ScenarioID] = r
	}
	var limits []scenarioLimitRow
	if err := db.NewSelect().Model(&limits).Where("organisation_id = ? AND scenario_id IN (?)", organisation, database.In(ids)).OrderExpr("scenario_id, key").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list limits of scenarios: %w", err)
	}
	for _, l := range limits {
		r := out[l.ScenarioID]
		r.limits = append(r.limits, ScenarioLimit{l.Key, l.Amount})
		out[l.ScenarioID] = r
	}
	var themes []scenarioThemeRow
	if err := db.NewSelect().Model(&themes).Where("organisation_id = ? AND scenario_id IN (?)", organisation, database.In(ids)).OrderExpr("scenario_id, theme_id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list themes of scenarios: %w", err)
	}
	for _, t := range themes {
		r := out[t.ScenarioID]
		r.themes = append(r.themes, ScenarioTheme{t.ThemeID, t.MinProjects, t.MinValue, t.MaxShare})
		out[t.ScenarioID] = r
	}
	return out, nil
}

// insertScenarioRules writes the rules of a new scenario.
func insertScenarioRules(ctx context.Context, tx database.Conn, s Scenario, r scenarioRules) error {
	var choices []scenarioChoiceRow
	for _, c := range r.choices {
		choices = append(choices, choiceRowOf(s, c))
	}
	var limits []scenarioLimitRow
	for _, l := range r.limits {
		limits = append(limits, scenarioLimitRow{OrganisationID: s.OrganisationID, ScenarioID: s.ID, Key: l.Key, Amount: l.Amount})
	}
	var themes []scenarioThemeRow
	for _, t := range r.themes {
		themes = append(themes, scenarioThemeRow{OrganisationID: s.OrganisationID, ScenarioID: s.ID, ThemeID: t.ThemeID, MinProjects: t.MinProjects, MinValue: t.MinValue, MaxShare: t.MaxShare})
	}
	if err := database.Bulk(ctx, tx, choices); err != nil {
		return fmt.Errorf("save choices of scenario %d: %w", s.ID, err)
	}
	if err := database.Bulk(ctx, tx, limits); err != nil {
		return fmt.Errorf("save limits of scenario %d: %w", s.ID, err)
	}
	if err := database.Bulk(ctx, tx, themes); err != nil {
		return fmt.Errorf("save themes of scenario %d: %w", s.ID, err)
	}
	return nil
}

func choiceRowOf(s Scenario, c ScenarioChoice) scenarioChoiceRow {
	return scenarioChoiceRow{OrganisationID: s.OrganisationID, ScenarioID: s.ID, RequestID: c.Subject.Request, ProjectID: c.Subject.Project, Force: c.Force, ReasonCode: c.ReasonCode,
		Reason: c.Reason, MayShift: c.MayShift}
}

// setChoice puts a choice in the place of the one that there was of the subject.
func setChoice(ctx context.Context, tx database.Conn, s Scenario, c ScenarioChoice) error {
	column, id := "request_id", int64(c.Subject.Request)
	if c.Subject.Project != 0 {
		column, id = "project_id", int64(c.Subject.Project)
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM scenario_choice WHERE organisation_id = ? AND scenario_id = ? AND ? = ?", s.OrganisationID, s.ID, bun.Ident(column), id)
	if err != nil {
		return fmt.Errorf("clear choice of scenario %d: %w", s.ID, err)
	}
	if c.usual() {
		return nil
	}
	return insertScenarioRules(ctx, tx, s, scenarioRules{choices: []ScenarioChoice{c}})
}

// setLimits puts limits in the place of all that there were.
func setLimits(ctx context.Context, tx database.Conn, s Scenario, all []ScenarioLimit) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM scenario_limit WHERE organisation_id = ? AND scenario_id = ?", s.OrganisationID, s.ID); err != nil {
		return fmt.Errorf("clear limits of scenario %d: %w", s.ID, err)
	}
	return insertScenarioRules(ctx, tx, s, scenarioRules{limits: all})
}

// setThemes puts what is asked of themes in the place of all that was asked.
func setThemes(ctx context.Context, tx database.Conn, s Scenario, all []ScenarioTheme) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM scenario_theme WHERE organisation_id = ? AND scenario_id = ?", s.OrganisationID, s.ID); err != nil {
		return fmt.Errorf("clear themes of scenario %d: %w", s.ID, err)
	}
	return insertScenarioRules(ctx, tx, s, scenarioRules{themes: all})
}
