package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/scoring"
)

type gridRow struct {
	bun.BaseModel  `bun:"table:scoring_grid"`
	ID             GridID    `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	RoadmapID      RoadmapID `bun:"roadmap_id"`
	Number         int       `bun:"number"`
	Name           string    `bun:"name"`
	State          GridState `bun:"state"`
	Weighting      Weighting `bun:"weighting"`
	CopiedFrom     GridID    `bun:"copied_from,nullzero"`
	Version        int64     `bun:"version"`
	CreatedAt      time.Time `bun:"created_at"`
	ActivatedAt    time.Time `bun:"activated_at,nullzero"`
	RetiredAt      time.Time `bun:"retired_at,nullzero"`
}

func (r gridRow) grid() Grid {
	return Grid{ID: r.ID, OrganisationID: r.OrganisationID, RoadmapID: r.RoadmapID, Number: r.Number, Name: r.Name, State: r.State, Weighting: r.Weighting,
		CopiedFrom: r.CopiedFrom, Version: r.Version, CreatedAt: r.CreatedAt, ActivatedAt: r.ActivatedAt, RetiredAt: r.RetiredAt}
}

type criterionRow struct {
	bun.BaseModel  `bun:"table:grid_criterion"`
	ID             CriterionID       `bun:"id,pk,autoincrement"`
	OrganisationID int64             `bun:"organisation_id"`
	GridID         GridID            `bun:"grid_id"`
	Code           string            `bun:"code"`
	Name           string            `bun:"name"`
	Description    string            `bun:"description"`
	Kind           scoring.Kind      `bun:"kind"`
	Weight         money.BasisPoints `bun:"weight_bp"`
	Gate           int64             `bun:"gate_level,nullzero"`
	Position       int               `bun:"position"`
}

type levelRow struct {
	bun.BaseModel  `bun:"table:grid_level"`
	OrganisationID int64       `bun:"organisation_id"`
	CriterionID    CriterionID `bun:"criterion_id"`
	Level          int         `bun:"level"`
	Label          string      `bun:"label"`
	Statement      string      `bun:"statement"`
}

type judgmentRow struct {
	bun.BaseModel  `bun:"table:grid_judgment"`
	OrganisationID int64       `bun:"organisation_id"`
	GridID         GridID      `bun:"grid_id"`
	First          CriterionID `bun:"first_id"`
	Second         CriterionID `bun:"second_id"`
	Judgment       int         `bun:"judgment"`
}

func insertGrid(ctx context.Context, tx database.Conn, g *Grid, now time.Time) error {
	err := tx.NewRaw("SELECT COALESCE(max(number), 0) + 1 FROM scoring_grid WHERE organisation_id = ? AND roadmap_id = ?", g.OrganisationID, g.RoadmapID).Scan(ctx, &g.Number)
	if err != nil {
		return fmt.Errorf("count grids: %w", err)
	}
	row := gridRow{OrganisationID: g.OrganisationID, RoadmapID: g.RoadmapID, Number: g.Number, Name: g.Name, State: GridDraft, Weighting: g.Weighting, CopiedFrom: g.CopiedFrom,
		Version: 1, CreatedAt: database.Instant(now)}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		return fmt.Errorf("save grid: %w", err)
	}
	g.ID, g.State, g.Version, g.CreatedAt = row.ID, GridDraft, 1, row.CreatedAt
	for i := range g.Criteria {
		if err := insertCriterion(ctx, tx, *g, &g.Criteria[i]); err != nil {
			return err
		}
	}
	return nil
}

func insertCriterion(ctx context.Context, tx database.Conn, g Grid, c *Criterion) error {
	row := criterionRow{OrganisationID: g.OrganisationID, GridID: g.ID, Code: c.Code, Name: c.Name, Description: c.Description, Kind: c.Kind, Weight: c.Weight, Gate: c.Gate, Position: c.Position}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		return criterionFault(err, c.Code)
	}
	c.ID = row.ID
	return insertLevels(ctx, tx, g, *c)
}

func criterionFault(err error, code string) error {
	if database.Classify(err) == database.Unique {
		return fault.Conflict("criterion.code.taken", code)
	}
	return fmt.Errorf("save criterion: %w", err)
}

func insertLevels(ctx context.Context, tx database.Conn, g Grid, c Criterion) error {
	rows := make([]levelRow, len(c.Levels))
	for i, l := range c.Levels {
		rows[i] = levelRow{OrganisationID: g.OrganisationID, CriterionID: c.ID, Level: i, Label: l.Label, Statement: l.Statement}
	}
	return database.Bulk(ctx, tx, rows)
}

// updateCriterion saves a criterion of a draft with its levels.
func updateCriterion(ctx context.Context, tx database.Conn, g Grid, c Criterion) error {
	var gate *int64
	if c.Gate > 0 {
		gate = &c.Gate
	}
	_, err := tx.ExecContext(ctx, `UPDATE grid_criterion SET code = ?, name = ?, description = ?, kind = ?, gate_level = ?, position = ?, weight_bp = ? WHERE organisation_id = ? AND id = ?`,
		c.Code, c.Name, c.Description, c.Kind, gate, c.Position, c.Weight, g.OrganisationID, c.ID)
	if err != nil {
		return criterionFault(err, c.Code)
	}
	if err := deleteLevels(ctx, tx, g, c.ID); err != nil {
		return err
	}
	return insertLevels(ctx, tx, g, c)
}

func deleteLevels(ctx context.Context, tx database.Conn, g Grid, id CriterionID) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM grid_level WHERE organisation_id = ? AND criterion_id = ?", g.OrganisationID, id); err != nil {
		return fmt.Errorf("remove levels: %w", err)
	}
	return nil
}

// deleteCriterion takes a criterion out of a draft, of which nothing was scored.
func deleteCriterion(ctx context.Context, tx database.Conn, g Grid, id CriterionID) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM grid_judgment WHERE organisation_id = ? AND grid_id = ? AND (first_id = ? OR second_id = ?)", g.OrganisationID, g.ID, id, id); err != nil {
		return fmt.Errorf("remove judgments: %w", err)
	}
	if err := deleteLevels(ctx, tx, g, id); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM grid_criterion WHERE organisation_id = ? AND id = ?", g.OrganisationID, id); err != nil {
		return fmt.Errorf("remove criterion: %w", err)
	}
	return nil
}

// deleteGrid removes a draft with all in it.
func deleteGrid(ctx context.Context, tx database.Conn, g Grid) error {
	for _, c := range g.Criteria {
		if err := deleteCriterion(ctx, tx, g, c.ID); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM scoring_grid WHERE organisation_id = ? AND id = ?", g.OrganisationID, g.ID); err != nil {
		return fmt.Errorf("remove grid: %w", err)
	}
	return nil
}

// saveWeights saves the weights of all criteria of a draft.
func saveWeights(ctx context.Context, tx database.Conn, g Grid) error {
	for _, c := range g.Criteria {
		if _, err := tx.ExecContext(ctx, "UPDATE grid_criterion SET weight_bp = ? WHERE organisation_id = ? AND id = ?", c.Weight, g.OrganisationID, c.ID); err != nil {
			return fmt.Errorf("save weights: %w", err)
		}
	}
	return nil
}

// replaceJudgments saves the judgments of a draft in the place of those that there were.
func replaceJudgments(ctx context.Context, tx database.Conn, g Grid) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM grid_judgment WHERE organisation_id = ? AND grid_id = ?", g.OrganisationID, g.ID); err != nil {
		return fmt.Errorf("remove judgments: %w", err)
	}
	rows := make([]judgmentRow, len(g.Judgments))
	for i, j := range g.Judgments {
		rows[i] = judgmentRow{OrganisationID: g.OrganisationID, GridID: g.ID, First: j.First, Second: j.Second, Judgment: j.Scale}
	}
	return database.Bulk(ctx, tx, rows)
}

// updateGrid saves what a grid itself holds, under the optimistic lock.
func updateGrid(ctx context.Context, tx database.Conn, g Grid) error {
	row := gridRow{Name: g.Name, State: g.State, Weighting: g.Weighting, Version: g.Version + 1, ActivatedAt: g.ActivatedAt, RetiredAt: g.RetiredAt}
	res, err := tx.NewUpdate().Model(&row).Column("name", "state", "weighting", "version", "activated_at", "retired_at").
		Where("organisation_id = ? AND id = ? AND version = ?", g.OrganisationID, g.ID, g.Version).Exec(ctx)
	return database.Updated(res, err, "grid", int64(g.ID))
}

// findGrid loads a grid with all in it.
func findGrid(ctx context.Context, db database.Conn, id GridID) (Grid, error) {
	var row gridRow
	if err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx); err != nil {
		return Grid{}, database.One(err, "grid", int64(id))
	}
	g := row.grid()
	return g, loadCriteria(ctx, db, &g)
}

// findActiveGrid loads the grid by which a roadmap is scored; the zero Grid when there is none.
func findActiveGrid(ctx context.Context, db database.Conn, r Roadmap) (Grid, error) {
	var rows []gridRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ? AND state = ?", r.OrganisationID, r.ID, GridActive).Scan(ctx)
	if err != nil {
		return Grid{}, fmt.Errorf("load grid: %w", err)
	}
	if len(rows) == 0 {
		return Grid{}, nil
	}
	g := rows[0].grid()
	return g, loadCriteria(ctx, db, &g)
}

// findGrids lists the grids of a roadmap without their criteria, the newest first.
func findGrids(ctx context.Context, db database.Conn, r Roadmap) ([]Grid, error) {
	var rows []gridRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("number DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list grids: %w", err)
	}
	return database.Convert(rows, gridRow.grid), nil
}

func loadCriteria(ctx context.Context, db database.Conn, g *Grid) error {
	var rows []criterionRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND grid_id = ?", g.OrganisationID, g.ID).OrderExpr("position, id").Scan(ctx); err != nil {
		return fmt.Errorf("list criteria: %w", err)
	}
	var levels []levelRow
	err := db.NewSelect().Model(&levels).Where("organisation_id = ? AND criterion_id IN (SELECT id FROM grid_criterion WHERE organisation_id = ? AND grid_id = ?)", g.OrganisationID, g.OrganisationID, g.ID).
		OrderExpr("criterion_id, level").Scan(ctx)
	if err != nil {
		return fmt.Errorf("list levels: %w", err)
	}
	var judgments []judgmentRow
	if err := db.NewSelect().Model(&judgments).Where("organisation_id = ? AND grid_id = ?", g.OrganisationID, g.ID).OrderExpr("first_id, second_id").Scan(ctx); err != nil {
		return fmt.Errorf("list judgments: %w", err)
	}
	of := groupBy(levels, func(l levelRow) CriterionID { return l.CriterionID })
	for _, c := range rows {
		one := Criterion{ID: c.ID, Code: c.Code, Name: c.Name, Description: c.Description, Kind: c.Kind, Weight: c.Weight, Gate: c.Gate, Position: c.Position}
		for _, l := range of[c.ID] {
			one.Levels = append(one.Levels, GridLevel{l.Label, l.Statement})
		}
		g.Criteria = append(g.Criteria, one)
	}
	for _, j := range judgments {
		g.Judgments = append(g.Judgments, GridJudgment{j.First, j.Second, j.Judgment})
	}
	return nil
}
