package database

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// bulkRows is how many rows one INSERT carries: enough to amortise the round trip, few enough for
// SQLite's limit of 32,766 variables should the driver ever bind them.
const bulkRows = 500

// Bulk inserts many models in as few statements as is sensible. It returns no generated ids.
func Bulk[M any](ctx context.Context, db Conn, rows []M) error {
	for len(rows) > 0 {
		n := min(bulkRows, len(rows))
		part := rows[:n]
		if _, err := db.NewInsert().Model(&part).Returning("NULL").Exec(ctx); err != nil {
			return fmt.Errorf("insert %d rows: %w", n, fromDriver(err))
		}
		rows = rows[n:]
	}
	return nil
}

// BulkIDs is Bulk that fills in the ids which the database gave to the rows.
func BulkIDs[M any](ctx context.Context, db Conn, rows []*M) error {
	for len(rows) > 0 {
		n := min(bulkRows, len(rows))
		part := rows[:n]
		if _, err := db.NewInsert().Model(&part).Returning("id").Exec(ctx); err != nil {
			return fmt.Errorf("insert %d rows: %w", n, fromDriver(err))
		}
		rows = rows[n:]
	}
	return nil
}

// In is a list of values for "IN (?)"; an empty list matches nothing.
func In[T any](values []T) any { return bun.List(values) }

// Convert gives what each row says, in the order of the rows: rows are named for a table, values for the domain. Never nil.
func Convert[R, V any](rows []R, value func(R) V) []V {
	out := make([]V, len(rows))
	for i, r := range rows {
		out[i] = value(r)
	}
	return out
}
