// Package audit writes the append-only trail of who did what, inside the transaction that did it.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

type entry struct {
	bun.BaseModel  `bun:"table:audit_entry"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	At             time.Time `bun:"at"`
	Actor          string    `bun:"actor"`
	Action         string    `bun:"action"`
	Subject        string    `bun:"subject"`
	SubjectID      int64     `bun:"subject_id"`
	Details        string    `bun:"details"`
}

// Record adds one entry. Details is any value that JSON can carry: what was before and after, or
// what an import counted.
func Record(ctx context.Context, tx database.Conn, organisation int64, actor, action, subject string, subjectID int64, details any, now time.Time) error {
	text, err := json.Marshal(details)
	if err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	e := entry{OrganisationID: organisation, At: database.Instant(now), Actor: actor, Action: action, Subject: subject, SubjectID: subjectID, Details: string(text)}
	if _, err := tx.NewInsert().Model(&e).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	return nil
}
