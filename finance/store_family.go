package finance

import (
	"context"
	"fmt"

	"jalon/internal/database"
)

// findCorrections lists the live entries that correct others, by number.
func findCorrections(ctx context.Context, db database.Conn, organisation int64, origins []PostingID) ([]Posting, error) {
	var rows []postingRow
	err := db.NewSelect().Model(&rows).Where("p.organisation_id = ? AND p.origin_id IN (?) AND p.live", organisation, database.In(origins)).OrderExpr("p.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list corrections: %w", err)
	}
	out := make([]Posting, len(rows))
	for i, r := range rows {
		out[i] = r.Posting
	}
	return out, nil
}
