package portfolio

import (
	"context"

	"jalon/internal/civil"
	"jalon/internal/database"
)

type toldPhaseRow struct {
	ProjectID ProjectID  `bun:"project_id"`
	Phase     Phase      `bun:"phase"`
	On        civil.Date `bun:"as_of"`
}

// findToldPhases gives for each project the phase of its latest estimate that tells one.
func findToldPhases(ctx context.Context, db database.Conn, organisation int64, day civil.Date) ([]toldPhaseRow, error) {
	var rows []toldPhaseRow
	err := db.NewRaw(`SELECT project_id, phase, as_of FROM
		(SELECT project_id, phase, as_of, ROW_NUMBER() OVER (PARTITION BY project_id ORDER BY as_of DESC, id DESC) AS place
			FROM estimate WHERE organisation_id = ? AND as_of <= ? AND phase IS NOT NULL) AS t
		WHERE place = 1`, organisation, day).Scan(ctx, &rows)
	return rows, err
}
