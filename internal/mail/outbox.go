package mail

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

// state is where a message stands.
type state string

const (
	waiting   state = "waiting"
	sent      state = "sent"
	failed    state = "failed"    // given up
	cancelled state = "cancelled" // not wanted any more, or too late
)

// row is a message in the outbox. Tries grows with every claim and tells a claim from a later one.
type row struct {
	bun.BaseModel  `bun:"table:mail_outbox"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	Key            string    `bun:"message_key"`
	UserID         int64     `bun:"user_id,nullzero"`
	To             string    `bun:"recipient"`
	Subject        string    `bun:"subject"`
	Body           string    `bun:"body"`
	State          state     `bun:"state"`
	Tries          int       `bun:"tries"`
	LastError      string    `bun:"last_error"`
	QueuedAt       time.Time `bun:"queued_at"`
	NextTryAt      time.Time `bun:"next_try_at"`
	ExpiresAt      time.Time `bun:"expires_at,nullzero"`
	LeaseUntil     time.Time `bun:"lease_until,nullzero"`
	SettledAt      time.Time `bun:"settled_at,nullzero"`
}

func (r row) message() Message {
	return Message{OrganisationID: r.OrganisationID, Key: r.Key, UserID: r.UserID, To: r.To, Subject: r.Subject, Body: r.Body, ExpiresAt: r.ExpiresAt}
}

// Queue puts a message into the outbox, unless one with its key is there already or was.
func Queue(ctx context.Context, tx database.Conn, m Message, now time.Time) error {
	m, err := m.clean()
	if err != nil {
		return err
	}
	if m.Key == "" {
		return fmt.Errorf("queue mail %q: no key", m.Subject)
	}
	now = database.Instant(now)
	r := row{OrganisationID: m.OrganisationID, Key: m.Key, UserID: m.UserID, To: m.To, Subject: m.Subject, Body: m.Body,
		State: waiting, QueuedAt: now, NextTryAt: now}
	if !m.ExpiresAt.IsZero() {
		r.ExpiresAt = database.Instant(m.ExpiresAt)
	}
	if _, err := tx.NewInsert().Model(&r).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("queue mail: %w", err)
	}
	return nil
}

// Cancel ends everything that waits for a user. What is on its way at this moment may still arrive.
func Cancel(ctx context.Context, tx database.Conn, userID int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE mail_outbox SET state = ?, body = '', settled_at = ?, lease_until = NULL WHERE user_id = ? AND state = ?",
		cancelled, database.Instant(now), userID, waiting)
	if err != nil {
		return fmt.Errorf("cancel mails: %w", err)
	}
	return nil
}

// Waiting counts the messages of an organisation that are still to be sent.
func Waiting(ctx context.Context, db database.Conn, organisation int64) (int, error) {
	return count(ctx, db, organisation, waiting)
}

// Failed counts the messages of an organisation that were given up.
func Failed(ctx context.Context, db database.Conn, organisation int64) (int, error) {
	return count(ctx, db, organisation, failed)
}

func count(ctx context.Context, db database.Conn, organisation int64, s state) (n int, err error) {
	if err := db.NewRaw("SELECT count(*) FROM mail_outbox WHERE organisation_id = ? AND state = ?", organisation, s).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("count mails: %w", err)
	}
	return n, nil
}
