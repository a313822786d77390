package finance

import (
	"context"
	"fmt"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/portfolio"
)

// findReferences sums the first budget of every project that had one by a day, and what the kept balances say was mandated.
func findReferences(ctx context.Context, db database.Conn, organisation int64, day civil.Date) (map[portfolio.ProjectID]referenceSum, error) {
	var rows []referenceSum
	err := db.NewRaw(`SELECT v.project_id, CAST(SUM(l.amount) AS BIGINT) AS first,
			CAST(COALESCE((SELECT SUM(t.mandated) FROM actual_year AS t WHERE t.organisation_id = v.organisation_id AND t.project_id = v.project_id), 0) AS BIGINT) AS mandated
		FROM budget_version AS v JOIN budget_line AS l ON l.organisation_id = v.organisation_id AND l.version_id = v.id
		WHERE v.organisation_id = ? AND v.number = 1 AND v.decided_on <= ? GROUP BY v.organisation_id, v.project_id`, organisation, day).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum first budgets: %w", err)
	}
	out := make(map[portfolio.ProjectID]referenceSum, len(rows))
	for _, r := range rows {
		out[r.ProjectID] = r
	}
	return out, nil
}
