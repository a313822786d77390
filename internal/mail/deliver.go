package mail

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"jalon/internal/database"
)

// Sender takes a message to where it can be read. An error that wraps ErrRefused says that trying again is of no use.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrRefused marks the error of a message that will never be taken: its address does not exist, say.
var ErrRefused = errors.New("refused for good")

// Report counts what a delivery did.
type Report struct{ Sent, Retried, Failed, Cancelled int }

const (
	batch    = 50 // messages a call
	maxTries = 6
	// The time for sending is over well before the lease is: nobody sends what somebody else may have taken over.
	budget = 4 * time.Minute
	lease  = 10 * time.Minute
	// marking is how long noting an outcome may take when the program is told to stop: a mail that left must be known to have left.
	marking = 10 * time.Second
)

// backoff is the pause after a try: 1, 4, 16, 64, 256 minutes.
func backoff(tries int) time.Duration { return time.Minute << (2 * (tries - 1)) }

// Deliver sends what is due, at most 50 messages. What cannot be sent now is tried again later, six times in all. now is the moment of
// the call. The error is of the database alone: a mail server that is away is told by the report.
func Deliver(ctx context.Context, db *database.DB, sender Sender, now time.Time) (Report, error) {
	now = database.Instant(now)
	var report Report
	var due []row
	err := dueRows(db.Read().NewSelect().Model(&due).Column("organisation_id", "id").OrderExpr("next_try_at, id").Limit(batch), now).Scan(ctx)
	if err != nil {
		return report, fmt.Errorf("deliver mails: %w", err)
	}
	sending, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	for _, d := range due {
		if sending.Err() != nil {
			break
		}
		r, mine, err := claim(ctx, db, d, now)
		if err == nil && mine {
			err = deliverOne(sending, db, sender, r, now, &report)
		}
		if err != nil {
			return report, fmt.Errorf("deliver mail %d: %w", d.ID, err)
		}
	}
	return report, nil
}

// narrowed is a query that takes conditions: the search for what is due and its claim must agree.
type narrowed[Q any] interface {
	Where(condition string, args ...any) Q
}

func dueRows[Q narrowed[Q]](q Q, now time.Time) Q {
	return q.Where("state = ?", waiting).Where("next_try_at <= ?", now).Where("(lease_until IS NULL OR lease_until <= ?)", now)
}

// claim takes a message for the time of the lease and gives it as it is now; false when somebody else was faster.
func claim(ctx context.Context, db *database.DB, d row, now time.Time) (row, bool, error) {
	var r row
	q := dueRows(db.Write().NewUpdate().Model(&r).Set("tries = tries + 1").Set("lease_until = ?", now.Add(lease)), now)
	err := q.Where("organisation_id = ?", d.OrganisationID).Where("id = ?", d.ID).Returning("*").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

// deliverOne sends a claimed message and notes what came of it.
func deliverOne(ctx context.Context, db *database.DB, sender Sender, r row, now time.Time, report *Report) error {
	outcome, reason := cancelled, ""
	switch {
	case !r.ExpiresAt.IsZero() && !r.ExpiresAt.After(now):
	case r.Tries > maxTries: // the last try was begun and never ended
		outcome, reason = failed, r.LastError
	default:
		outcome, reason = try(ctx, sender, r)
	}
	mark, cancel := context.WithTimeout(context.WithoutCancel(ctx), marking)
	defer cancel()
	switch outcome {
	case waiting:
		report.Retried++
		return retry(mark, db, r, reason, now)
	case sent:
		report.Sent++
	case failed:
		report.Failed++
	case cancelled:
		report.Cancelled++
	}
	return settle(mark, db, r, outcome, reason, now)
}

// try sends a message and tells what state it is in then, and why.
func try(ctx context.Context, sender Sender, r row) (state, string) {
	err := sender.Send(ctx, r.message())
	switch {
	case err == nil:
		return sent, ""
	case errors.Is(err, ErrRefused), r.Tries >= maxTries:
		return failed, oneLine(err)
	}
	return waiting, oneLine(err)
}

// oneLine is an error as it is kept: servers answer with several lines, of any length.
func oneLine(err error) string {
	const longest = 300
	gap := func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }
	text := []rune(strings.Join(strings.FieldsFunc(strings.ToValidUTF8(err.Error(), "\uFFFD"), gap), " "))
	return string(text[:min(len(text), longest)])
}

// retry gives the message back for a later try, unless it was settled meanwhile.
func retry(ctx context.Context, db *database.DB, r row, reason string, now time.Time) error {
	_, err := db.Write().ExecContext(ctx, `UPDATE mail_outbox SET next_try_at = ?, lease_until = NULL, last_error = ?
		WHERE organisation_id = ? AND id = ? AND state = ? AND tries = ?`, now.Add(backoff(r.Tries)), reason, r.OrganisationID, r.ID, waiting, r.Tries)
	return err
}

// settle ends a message. That it was sent is true whatever was noted meanwhile; everything else only holds of one's own claim.
func settle(ctx context.Context, db *database.DB, r row, outcome state, reason string, now time.Time) error {
	q := db.Write().NewUpdate().Model((*row)(nil)).Where("organisation_id = ?", r.OrganisationID).Where("id = ?", r.ID).
		Set("state = ?", outcome).Set("body = ''").Set("last_error = ?", reason).Set("lease_until = NULL").Set("settled_at = ?", now)
	if outcome == sent {
		q = q.Where("state <> ?", sent)
	} else {
		q = q.Where("state = ?", waiting).Where("tries = ?", r.Tries)
	}
	_, err := q.Exec(ctx)
	return err
}
