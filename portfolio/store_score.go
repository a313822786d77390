package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
)

type scoreRow struct {
	bun.BaseModel  `bun:"table:score"`
	ID             int64       `bun:"id,pk,autoincrement"`
	OrganisationID int64       `bun:"organisation_id"`
	GridID         GridID      `bun:"grid_id"`
	CriterionID    CriterionID `bun:"criterion_id"`
	RequestID      RequestID   `bun:"request_id,nullzero"`
	ProjectID      ProjectID   `bun:"project_id,nullzero"`
	ScorerID       int64       `bun:"scorer_id"`
	Scorer         string      `bun:"scorer"`
	Level          *int64      `bun:"level"`
	Evidence       string      `bun:"evidence"`
	SubmittedAt    time.Time   `bun:"submitted_at,nullzero"`
	ReplacedAt     time.Time   `bun:"replaced_at,nullzero"`
	Carried        bool        `bun:"carried"`
	Version        int64       `bun:"version"`
}

func (r scoreRow) score() Score {
	s := Score{ID: r.ID, Criterion: r.CriterionID, Subject: Subject{r.RequestID, r.ProjectID}, ScorerID: r.ScorerID, Scorer: r.Scorer, Evidence: r.Evidence,
		SubmittedAt: r.SubmittedAt, ReplacedAt: r.ReplacedAt, Carried: r.Carried, Version: r.Version}
	if r.Level != nil {
		s.HasLevel, s.Level = true, *r.Level
	}
	return s
}

func rowOfScore(g Grid, s Score) scoreRow {
	r := scoreRow{ID: s.ID, OrganisationID: g.OrganisationID, GridID: g.ID, CriterionID: s.Criterion, RequestID: s.Subject.Request, ProjectID: s.Subject.Project, ScorerID: s.ScorerID,
		Scorer: s.Scorer, Evidence: s.Evidence, SubmittedAt: s.SubmittedAt, ReplacedAt: s.ReplacedAt, Carried: s.Carried, Version: s.Version}
	if s.HasLevel {
		r.Level = &s.Level
	}
	return r
}

type settlementRow struct {
	bun.BaseModel  `bun:"table:score_settlement"`
	ID             int64       `bun:"id,pk,autoincrement"`
	OrganisationID int64       `bun:"organisation_id"`
	GridID         GridID      `bun:"grid_id"`
	CriterionID    CriterionID `bun:"criterion_id"`
	RequestID      RequestID   `bun:"request_id,nullzero"`
	ProjectID      ProjectID   `bun:"project_id,nullzero"`
	Level          int64       `bun:"level"`
	Reason         string      `bun:"reason"`
	ByID           int64       `bun:"settled_by_id,nullzero"`
	By             string      `bun:"settled_by"`
	At             time.Time   `bun:"at"`
}

func (r settlementRow) settlement() Settlement {
	return Settlement{ID: r.ID, Criterion: r.CriterionID, Subject: Subject{r.RequestID, r.ProjectID}, Level: r.Level, Reason: r.Reason, ByID: r.ByID, By: r.By, At: r.At}
}

// loadScorebook reads everything that was scored under the grid of a roadmap, in a fixed number of queries.
func loadScorebook(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) (scorebook, error) {
	b := scorebook{scores: map[slot][]Score{}, settled: map[slot]Settlement{}}
	var err error
	if b.candidates, err = findCandidates(ctx, db, r, day); err != nil {
		return b, err
	}
	if b.grid, err = findActiveGrid(ctx, db, r); err != nil || b.grid.ID == 0 {
		return b, err
	}
	return b, b.load(ctx, db)
}

func (b scorebook) load(ctx context.Context, db database.Conn) error {
	var rows []scoreRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND grid_id = ?", b.grid.OrganisationID, b.grid.ID).OrderExpr("id").Scan(ctx); err != nil {
		return fmt.Errorf("list scores: %w", err)
	}
	for _, row := range rows {
		s := row.score()
		at := slot{s.Subject, s.Criterion}
		b.scores[at] = append(b.scores[at], s)
	}
	var settlements []settlementRow
	if err := db.NewSelect().Model(&settlements).Where("organisation_id = ? AND grid_id = ?", b.grid.OrganisationID, b.grid.ID).OrderExpr("id").Scan(ctx); err != nil {
		return fmt.Errorf("list settlements: %w", err)
	}
	for _, row := range settlements { // the last one holds
		s := row.settlement()
		b.settled[slot{s.Subject, s.Criterion}] = s
	}
	return nil
}

func insertScore(ctx context.Context, tx database.Conn, g Grid, s Score) error {
	row := rowOfScore(g, s)
	row.ID, row.Version = 0, 1
	if _, err := tx.NewInsert().Model(&row).ExcludeColumn("id").Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("save score: %w", err)
	}
	return nil
}

// updateDraft saves a draft, which may be submitted with it.
func updateDraft(ctx context.Context, tx database.Conn, g Grid, s Score) error {
	row := rowOfScore(g, s)
	row.Version++
	res, err := tx.NewUpdate().Model(&row).Column("level", "evidence", "submitted_at", "scorer", "version").
		Where("organisation_id = ? AND id = ? AND version = ? AND submitted_at IS NULL", g.OrganisationID, s.ID, s.Version).Exec(ctx)
	return database.Updated(res, err, "score", s.ID)
}

// replaceScore marks a score that was submitted as replaced.
func replaceScore(ctx context.Context, tx database.Conn, g Grid, s Score, at time.Time) error {
	res, err := tx.ExecContext(ctx, "UPDATE score SET replaced_at = ?, version = version + 1 WHERE organisation_id = ? AND id = ? AND version = ? AND replaced_at IS NULL",
		at, g.OrganisationID, s.ID, s.Version)
	return database.Updated(res, err, "score", s.ID)
}

func insertSettlement(ctx context.Context, tx database.Conn, g Grid, s Settlement) error {
	row := settlementRow{OrganisationID: g.OrganisationID, GridID: g.ID, CriterionID: s.Criterion, RequestID: s.Subject.Request, ProjectID: s.Subject.Project, Level: s.Level,
		Reason: s.Reason, ByID: s.ByID, By: s.By, At: s.At}
	if _, err := tx.NewInsert().Model(&row).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("save settlement: %w", err)
	}
	return nil
}

// carryScores copies what holds under criteria of a grid to those of another one that ask the same, and counts the scores. Settlements come
// with them.
func carryScores(ctx context.Context, tx database.Conn, from, to Grid) (int64, error) {
	var carried int64
	for _, c := range to.Criteria {
		for _, o := range from.Criteria {
			if !c.scoredAlike(o) {
				continue
			}
			res, err := tx.ExecContext(ctx, `INSERT INTO score (organisation_id, grid_id, criterion_id, request_id, project_id, scorer_id, scorer, level, evidence, submitted_at, carried)
				SELECT organisation_id, ?, ?, request_id, project_id, scorer_id, scorer, level, evidence, submitted_at, TRUE FROM score
				WHERE organisation_id = ? AND criterion_id = ? AND submitted_at IS NOT NULL AND replaced_at IS NULL ORDER BY id`, to.ID, c.ID, to.OrganisationID, o.ID)
			if err != nil {
				return 0, fmt.Errorf("carry scores over: %w", err)
			}
			n, err := res.RowsAffected()
			if err != nil {
				return 0, fmt.Errorf("carry scores over: %w", err)
			}
			carried += n
			_, err = tx.ExecContext(ctx, `INSERT INTO score_settlement (organisation_id, grid_id, criterion_id, request_id, project_id, level, reason, settled_by_id, settled_by, at)
				SELECT organisation_id, ?, ?, request_id, project_id, level, reason, settled_by_id, settled_by, at FROM score_settlement
				WHERE organisation_id = ? AND criterion_id = ? ORDER BY id`, to.ID, c.ID, to.OrganisationID, o.ID)
			if err != nil {
				return 0, fmt.Errorf("carry settlements over: %w", err)
			}
		}
	}
	return carried, nil
}

// renameScorer puts a pseudonym in the place of a person under what they scored and settled.
func renameScorer(ctx context.Context, tx database.Conn, user int64, pseudonym string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE score SET scorer = ?, version = version + 1 WHERE scorer_id = ?", pseudonym, user); err != nil {
		return fmt.Errorf("rename scorer %d: %w", user, err)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE score_settlement SET settled_by = ? WHERE settled_by_id = ?", pseudonym, user); err != nil {
		return fmt.Errorf("rename who settled %d: %w", user, err)
	}
	return nil
}
