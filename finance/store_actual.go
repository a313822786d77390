package finance

import (
	"context"
	"fmt"
	"time"

	"jalon/internal/database"
)

// actualsAsOf sums what was allocated to projects by bookings up to a moment, that one included. Nothing that was booked ever changes, so
// what the books said once can be said again.
func actualsAsOf(ctx context.Context, db database.Conn, organisation int64, at time.Time) ([]Actual, error) {
	var rows []Actual
	err := db.NewRaw(`SELECT a.project_id, p.fiscal_year_id, p.section, CAST(sum(CASE WHEN p.stage = 'mandated' THEN a.amount * p.cost_sign ELSE 0 END) AS BIGINT) AS mandated,
			CAST(sum(CASE WHEN p.stage = 'mandated' THEN 0 ELSE a.amount * p.cost_sign END) AS BIGINT) AS engaged, count(*) AS lines
		FROM allocation AS a JOIN allocation_batch AS t ON t.organisation_id = a.organisation_id AND t.id = a.batch_id AND t.recorded_at <= ?
			JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
		WHERE a.organisation_id = ? AND a.project_id IS NOT NULL
		GROUP BY a.project_id, p.fiscal_year_id, p.section HAVING sum(CASE WHEN p.stage = 'mandated' THEN a.amount * p.cost_sign ELSE 0 END) <> 0
			OR sum(CASE WHEN p.stage = 'mandated' THEN 0 ELSE a.amount * p.cost_sign END) <> 0
		ORDER BY a.project_id, p.fiscal_year_id, p.section`, database.Instant(at), organisation).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum the books as they stood: %w", err)
	}
	return rows, nil
}
