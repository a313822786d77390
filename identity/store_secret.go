package identity

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

// met tells whether a conditional change found its row.
func met(res sql.Result, err error, doing string) (bool, error) {
	if err != nil {
		return false, fmt.Errorf("%s: %w", doing, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("%s: %w", doing, err)
	}
	return n > 0, nil
}

// setTwoFactor keeps a secret that is not confirmed yet; it gives false when a confirmed one is there.
func setTwoFactor(ctx context.Context, tx database.Conn, user int64, secret string) (bool, error) {
	res, err := tx.ExecContext(ctx, "UPDATE user_account SET totp_secret = ?, totp_last_step = 0 WHERE id = ? AND status = ? AND totp_confirmed_at IS NULL", secret, user, StatusActive)
	return met(res, err, "save second factor")
}

// confirmTwoFactor makes the secret count and its first code used; it gives false when the secret changed in between.
func confirmTwoFactor(ctx context.Context, tx database.Conn, user int64, secret string, step int64, now time.Time) (bool, error) {
	res, err := tx.ExecContext(ctx, `UPDATE user_account SET totp_confirmed_at = ?, totp_last_step = ?
		WHERE id = ? AND totp_secret = ? AND totp_confirmed_at IS NULL`, database.Instant(now), step, user, secret)
	return met(res, err, "confirm second factor")
}

func clearTwoFactor(ctx context.Context, tx database.Conn, user int64) (bool, error) {
	if err := saveRecoveryCodes(ctx, tx, user, nil); err != nil {
		return false, err
	}
	res, err := tx.ExecContext(ctx, "UPDATE user_account SET totp_secret = '', totp_confirmed_at = NULL, totp_last_step = 0 WHERE id = ? AND totp_confirmed_at IS NOT NULL", user)
	return met(res, err, "clear second factor")
}

// useStep uses a code up; it gives false when it, or a later one, was used already.
func useStep(ctx context.Context, tx database.Conn, user, step int64) (bool, error) {
	res, err := tx.ExecContext(ctx, "UPDATE user_account SET totp_last_step = ? WHERE id = ? AND totp_last_step < ? AND totp_confirmed_at IS NOT NULL", step, user, step)
	return met(res, err, "use code")
}

type recoveryRow struct {
	bun.BaseModel `bun:"table:recovery_code"`
	UserID        int64     `bun:"user_id,pk"`
	CodeHash      string    `bun:"code_hash,pk"`
	UsedAt        time.Time `bun:"used_at,nullzero"`
}

// saveRecoveryCodes puts new codes in the place of all former ones.
func saveRecoveryCodes(ctx context.Context, tx database.Conn, user int64, hashes []string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM recovery_code WHERE user_id = ?", user); err != nil {
		return fmt.Errorf("clear recovery codes: %w", err)
	}
	rows := make([]recoveryRow, len(hashes))
	for i, h := range hashes {
		rows[i] = recoveryRow{UserID: user, CodeHash: h}
	}
	return database.Bulk(ctx, tx, rows)
}

// useRecoveryCode uses a code up; it gives false when it is unknown or was used already.
func useRecoveryCode(ctx context.Context, tx database.Conn, user int64, hash string, now time.Time) (bool, error) {
	res, err := tx.ExecContext(ctx, "UPDATE recovery_code SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL", database.Instant(now), user, hash)
	return met(res, err, "use recovery code")
}

type resetRow struct {
	bun.BaseModel `bun:"table:password_reset"`
	TokenHash     string    `bun:"token_hash,pk"`
	UserID        int64     `bun:"user_id"`
	CreatedAt     time.Time `bun:"created_at"`
	ExpiresAt     time.Time `bun:"expires_at"`
	UsedAt        time.Time `bun:"used_at,nullzero"`
}

func insertReset(ctx context.Context, tx database.Conn, user int64, hash string, now, expires time.Time) error {
	row := resetRow{TokenHash: hash, UserID: user, CreatedAt: database.Instant(now), ExpiresAt: database.Instant(expires)}
	if _, err := tx.NewInsert().Model(&row).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("save reset: %w", err)
	}
	return nil
}

// findReset gives whose link this is, while it can be used.
func findReset(ctx context.Context, db database.Conn, hash string, now time.Time) (user int64, err error) {
	err = db.NewRaw("SELECT user_id FROM password_reset WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?", hash, database.Instant(now)).Scan(ctx, &user)
	return user, database.One(err, "reset", "")
}

// useReset uses a link up; it gives false when somebody else did, or it has expired.
func useReset(ctx context.Context, tx database.Conn, hash string, now time.Time) (bool, error) {
	at := database.Instant(now)
	res, err := tx.ExecContext(ctx, "UPDATE password_reset SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?", at, hash, at)
	return met(res, err, "use reset")
}

// deleteResets ends the links of a user that were not used.
func deleteResets(ctx context.Context, tx database.Conn, user int64) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM password_reset WHERE user_id = ? AND used_at IS NULL", user); err != nil {
		return fmt.Errorf("delete resets: %w", err)
	}
	return nil
}

// countAttempt counts one more in the window of a bucket and gives the number.
func countAttempt(ctx context.Context, tx database.Conn, bucket string, window time.Time) (n int64, err error) {
	err = tx.NewRaw(`INSERT INTO rate_limit (bucket, window_start, count) VALUES (?, ?, 1)
		ON CONFLICT (bucket, window_start) DO UPDATE SET count = rate_limit.count + 1 RETURNING count`, bucket, database.Instant(window)).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count attempt: %w", err)
	}
	return n, nil
}

// uncountAttempt takes back what countAttempt counted.
func uncountAttempt(ctx context.Context, tx database.Conn, bucket string, window time.Time) error {
	if _, err := tx.ExecContext(ctx, "UPDATE rate_limit SET count = count - 1 WHERE bucket = ? AND window_start = ? AND count > 0", bucket, database.Instant(window)); err != nil {
		return fmt.Errorf("uncount attempt: %w", err)
	}
	return nil
}

func deleteRecoveryCodes(ctx context.Context, tx database.Conn, user int64) error {
	return saveRecoveryCodes(ctx, tx, user, nil)
}
