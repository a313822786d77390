package portfolio

import (
	"context"
	"fmt"

	"jalon/internal/database"
)

// inheritScores gives a new project what its request was given under the grid in use: the scores that were submitted and hold, and the settlements. Without them a project would be
// worth nothing from the day on which it was chosen for its value, and the next selection would drop it first. The request keeps its own, for the day on which it may be a candidate
// again; drafts stay with it, they are their scorers' alone.
func inheritScores(ctx context.Context, tx database.Conn, r Roadmap, from RequestID, to ProjectID) error {
	g, err := findActiveGrid(ctx, tx, r)
	if err != nil || g.ID == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO score (organisation_id, grid_id, criterion_id, project_id, scorer_id, scorer, level, evidence, submitted_at, carried)
		SELECT organisation_id, grid_id, criterion_id, ?, scorer_id, scorer, level, evidence, submitted_at, TRUE FROM score
		WHERE organisation_id = ? AND grid_id = ? AND request_id = ? AND submitted_at IS NOT NULL AND replaced_at IS NULL ORDER BY id`, to, r.OrganisationID, g.ID, from)
	if err != nil {
		return fmt.Errorf("give project %d the scores of request %d: %w", to, from, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO score_settlement (organisation_id, grid_id, criterion_id, project_id, level, reason, settled_by_id, settled_by, at)
		SELECT organisation_id, grid_id, criterion_id, ?, level, reason, settled_by_id, settled_by, at FROM score_settlement
		WHERE organisation_id = ? AND grid_id = ? AND request_id = ? ORDER BY id`, to, r.OrganisationID, g.ID, from)
	if err != nil {
		return fmt.Errorf("give project %d the settlements of request %d: %w", to, from, err)
	}
	return nil
}
