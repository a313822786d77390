package identity

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"jalon/internal/database"
)

// removed gives how many rows a statement removed.
func removed(res sql.Result, err error, what string) (int, error) {
	if err != nil {
		return 0, fmt.Errorf("clear away %s: %w", what, err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}

func deleteSessionsBefore(ctx context.Context, tx database.Conn, idle, now time.Time) (int, error) {
	res, err := tx.ExecContext(ctx, "DELETE FROM user_session WHERE expires_at <= ? OR last_seen_at <= ?", database.Instant(now), database.Instant(idle))
	return removed(res, err, "sessions")
}

func deleteResetsBefore(ctx context.Context, tx database.Conn, now time.Time) (int, error) {
	res, err := tx.ExecContext(ctx, "DELETE FROM password_reset WHERE expires_at <= ? OR used_at IS NOT NULL", database.Instant(now))
	return removed(res, err, "resets")
}

func deleteWindowsBefore(ctx context.Context, tx database.Conn, before time.Time) (int, error) {
	res, err := tx.ExecContext(ctx, "DELETE FROM rate_limit WHERE window_start < ?", database.Instant(before))
	return removed(res, err, "rate windows")
}

func deleteReceiptsBefore(ctx context.Context, tx database.Conn, before time.Time) (int, error) {
	res, err := tx.ExecContext(ctx, "DELETE FROM request_receipt WHERE recorded_at < ?", database.Instant(before))
	return removed(res, err, "receipts")
}

// emptyListsBefore drops the bytes of lists that nobody confirmed, and keeps that they were there.
func emptyListsBefore(ctx context.Context, tx database.Conn, before time.Time) (int, error) {
	res, err := tx.ExecContext(ctx, "UPDATE staged_list SET data = ? WHERE staged_at < ? AND length(data) > 0", []byte{}, database.Instant(before))
	return removed(res, err, "staged lists")
}

// Where no mail server is set, what waits is never sent: what it says is over when it expires.
func deleteMailsBefore(ctx context.Context, tx database.Conn, before, now time.Time) (int, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM mail_outbox WHERE (state <> 'waiting' AND settled_at < ?) OR (state = 'waiting' AND (expires_at <= ? OR queued_at < ?))`,
		database.Instant(before), database.Instant(now), database.Instant(before))
	return removed(res, err, "mails")
}

// deleteMails drops every message to a user, the sent ones too: they name the address.
func deleteMails(ctx context.Context, tx database.Conn, user int64) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM mail_outbox WHERE user_id = ?", user); err != nil {
		return fmt.Errorf("delete mails: %w", err)
	}
	return nil
}

// findSessionLines lists every session row of a user, for what is told them about themselves.
func findSessionLines(ctx context.Context, db database.Conn, user int64) ([]PersonalSession, error) {
	var rows []sessionRow
	if err := db.NewSelect().Model(&rows).Where("s.user_id = ?", user).OrderExpr("s.id").Limit(maxListed).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	out := make([]PersonalSession, len(rows))
	for i, r := range rows {
		out[i] = PersonalSession{Agent: r.Agent, CreatedAt: instant(r.CreatedAt), LastSeenAt: instant(r.LastSeenAt), ExpiresAt: instant(r.ExpiresAt)}
	}
	return out, nil
}
