package finance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"jalon/finance/ledgerfile"
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

// findOrphans lists the live entries of a feed that correct what the books do not hold, by the key of that.
func findOrphans(ctx context.Context, db database.Conn, organisation, feed int64) (map[ledgerfile.Hash][]PostingID, error) {
	var rows []struct {
		ID  PostingID `bun:"id"`
		Key []byte    `bun:"origin_key"`
	}
	err := db.NewRaw("SELECT id, origin_key FROM posting WHERE organisation_id = ? AND feed_id = ? AND origin_key IS NOT NULL AND origin_id IS NULL AND live ORDER BY id", organisation, feed).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list corrections without an origin: %w", err)
	}
	out := make(map[ledgerfile.Hash][]PostingID, len(rows))
	for _, r := range rows {
		var key ledgerfile.Hash
		copy(key[:], r.Key)
		out[key] = append(out[key], r.ID)
	}
	return out, nil
}

// setOrigins says of entries which ones they correct now; 0: none that the books hold. The key of what an entry corrects never changes, but which live entry has
// that key does.
func setOrigins(ctx context.Context, tx database.Conn, organisation int64, origins map[PostingID]PostingID) error {
	for part := range slices.Chunk(slices.Sorted(maps.Keys(origins)), 1000) {
		var values strings.Builder
		for i, id := range part {
			if i > 0 {
				values.WriteByte(',')
			}
			fmt.Fprintf(&values, "(%d,%d)", id, origins[id])
		}
		_, err := tx.ExecContext(ctx, "WITH known (id, origin) AS (VALUES "+values.String()+") UPDATE posting SET origin_id = NULLIF(known.origin, 0) FROM known WHERE posting.organisation_id = ? AND posting.id = known.id", organisation)
		if err != nil {
			return fmt.Errorf("say what entries correct: %w", err)
		}
	}
	return nil
}
