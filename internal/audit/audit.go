// Package audit writes the append-only trail of who did what, inside the transaction that did it, and keeps it honest.
//
// An entry says who (Actor), what (Action on Subject) and with which values (Details). Entries are sealed in blocks: a seal
// holds the Merkle root of its entries and the hash of the seal before it, so that whoever wrote down a Head can tell
// that nothing up to it was changed, left out or slipped in. A seal holds values by a salted hash only: what is said about
// a person can be erased without breaking it. An actor is therefore named by number ("user:12"), never by name.
//
// What nobody wrote down cannot be missed: newest seals that vanish together with their entries show only against a Head
// that was kept elsewhere, and entries that are not sealed yet are guarded by nothing.
package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

// entry is a row of the trail. Seal and Position are zero until its block is sealed.
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
	Salt           string    `bun:"salt"`
	DetailsHash    string    `bun:"details_hash"`
	ErasedAt       time.Time `bun:"erased_at,nullzero"`
	Seal           int64     `bun:"seal,nullzero"`
	Position       int64     `bun:"position,nullzero"`
}

// salted gives the entry a fresh salt and the hash that its seal will hold.
func (e *entry) salted() {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	e.Salt = hex.EncodeToString(salt)
	e.DetailsHash = hashDetails(e.Salt, e.Details)
}

// hashDetails holds values without telling them: short or guessable ones cannot be found by trying once the salt is gone.
func hashDetails(salt, details string) string {
	sum := sha256.Sum256([]byte(salt + details))
	return hex.EncodeToString(sum[:])
}

// Record adds one entry. Details is any value that JSON can carry: what was before and after, or
// what an import counted. The first entry of a transaction books the request that the context carries, if it carries one.
func Record(ctx context.Context, tx database.Conn, organisation int64, actor, action, subject string, subjectID int64, details any, now time.Time) error {
	text, err := json.Marshal(details)
	if err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	e := entry{OrganisationID: organisation, At: database.Instant(now), Actor: actor, Action: action, Subject: subject, SubjectID: subjectID, Details: string(text)}
	e.salted()
	if _, err := tx.NewInsert().Model(&e).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	return book(ctx, tx, e)
}
