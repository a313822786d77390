package dbtest

import (
	"context"
	"sync"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

// Queries notes every query that goes through a database.
type Queries struct {
	mu   sync.Mutex
	list []string
}

// WatchQueries notes the queries of both pools of a database from now on.
func WatchQueries(db *database.DB) *Queries {
	q := &Queries{}
	pools := []database.Conn{db.Read()}
	if db.Write() != db.Read() {
		pools = append(pools, db.Write())
	}
	for _, pool := range pools {
		pool.(*bun.DB).AddQueryHook(q) //lint:ignore SA1019 WithQueryHook gives a copy, which the service under test does not use
	}
	return q
}

// BeforeQuery does nothing: what failed is noted as well.
func (q *Queries) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

// AfterQuery notes a query.
func (q *Queries) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, e.Query)
}

// Taken gives the queries since it was called last.
func (q *Queries) Taken() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := q.list
	q.list = nil
	return out
}
