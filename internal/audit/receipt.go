package audit

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// A Receipt tells what a request did: the first entry of the trail that its transaction wrote.
type Receipt struct {
	OrganisationID int64
	Action         string
	Subject        string
	SubjectID      int64
}

type receiptRow struct {
	bun.BaseModel  `bun:"table:request_receipt"`
	OrganisationID int64     `bun:"organisation_id,pk"`
	Request        string    `bun:"request,pk"`
	Action         string    `bun:"action"`
	Subject        string    `bun:"subject"`
	SubjectID      int64     `bun:"subject_id"`
	RecordedAt     time.Time `bun:"recorded_at"`
}

// same tells whether two rows are one; the databases hand instants back in different zones.
func (r receiptRow) same(o receiptRow) bool {
	at := r.RecordedAt.Equal(o.RecordedAt)
	r.RecordedAt, o.RecordedAt = time.Time{}, time.Time{}
	return at && r == o
}

// request travels in the context of one request. It remembers what was booked in which transaction, because a use case may
// write several entries. One request does one thing at a time, so nothing guards it.
type request struct {
	key    string
	booked receiptRow
	tx     *sql.Tx
}

type requestKey struct{}

// WithRequest gives the context the key of a request that must do its work once: a form that is sent twice. Every such
// context is one request, to be made anew for each. An empty key takes the request away again, as for the entry
// that says that a request was refused: it must not count as done.
func WithRequest(ctx context.Context, key string) context.Context {
	if key == "" {
		return context.WithValue(ctx, requestKey{}, (*request)(nil))
	}
	return context.WithValue(ctx, requestKey{}, &request{key: stored(key)})
}

// stored is how a key is kept. Keys come from outside: as a hash they are short, plain text, and of no use to who reads the table.
func stored(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// book writes the receipt of the context's request, once a transaction. A request whose key is booked already was done
// before: the caller rolls back.
func book(ctx context.Context, tx database.Conn, e entry) error {
	r, _ := ctx.Value(requestKey{}).(*request)
	if r == nil {
		return nil
	}
	var current *sql.Tx
	if t, ok := tx.(bun.Tx); ok {
		current = t.Tx
	}
	before := r.booked
	if before.Request != "" && r.tx == current {
		return nil
	}
	row := receiptRow{OrganisationID: e.OrganisationID, Request: r.key, Action: e.Action, Subject: e.Subject, SubjectID: e.SubjectID, RecordedAt: e.At}
	// Not by trying: a failed statement would end the transaction before the caller could say why.
	res, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("book request: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		r.booked, r.tx = row, current
		return err
	}
	// A second transaction of the same request meets its own receipt.
	there := receiptRow{OrganisationID: row.OrganisationID, Request: row.Request}
	if err := tx.NewSelect().Model(&there).WherePK().Scan(ctx); err != nil {
		return fmt.Errorf("book request: %w", err)
	}
	if before.Request == "" || !there.same(before) {
		return fault.Conflict("request.repeated")
	}
	r.tx = current
	return nil
}

// FindReceipt tells what the request with this key did, and whether it did anything. Whether the reader may know is for the caller to say.
func FindReceipt(ctx context.Context, db database.Conn, key string) (Receipt, bool, error) {
	var row receiptRow
	err := db.NewSelect().Model(&row).Where("request = ?", stored(key)).OrderExpr("recorded_at DESC, organisation_id").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Receipt{}, false, nil
	}
	if err != nil {
		return Receipt{}, false, fmt.Errorf("find receipt: %w", err)
	}
	return Receipt{OrganisationID: row.OrganisationID, Action: row.Action, Subject: row.Subject, SubjectID: row.SubjectID}, true, nil
}
