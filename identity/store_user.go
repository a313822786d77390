package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// maxListed bounds lists of people and of grants: an organisation has fewer.
const maxListed = 10_000

type userRow struct {
	bun.BaseModel   `bun:"table:user_account,alias:u"`
	ID              int64      `bun:"id,pk,autoincrement"`
	OrganisationID  int64      `bun:"organisation_id"`
	Email           string     `bun:"email"`
	EmailFolded     *string    `bun:"email_folded"`
	Name            string     `bun:"name"`
	Status          UserStatus `bun:"status"`
	PasswordHash    string     `bun:"password_hash"`
	PasswordSetAt   time.Time  `bun:"password_set_at,nullzero"`
	TOTPSecret      string     `bun:"totp_secret"`
	TOTPConfirmedAt time.Time  `bun:"totp_confirmed_at,nullzero"`
	TOTPLastStep    int64      `bun:"totp_last_step"`
	Locale          string     `bun:"locale"`
	Shortcuts       bool       `bun:"shortcuts"`
	Version         int64      `bun:"version"`
	CreatedAt       time.Time  `bun:"created_at"`
	LastSeenAt      time.Time  `bun:"last_seen_at,nullzero"`
	DisabledAt      time.Time  `bun:"disabled_at,nullzero"`
	ErasedAt        time.Time  `bun:"erased_at,nullzero"`

	Organisation       string `bun:"organisation,scanonly"`
	OrganisationLocale string `bun:"organisation_locale,scanonly"`
}

func (r userRow) account() account {
	return account{
		User: User{ID: r.ID, OrganisationID: r.OrganisationID, Organisation: r.Organisation, Email: r.Email, Name: r.Name, Status: r.Status, Locale: r.Locale,
			Shortcuts: r.Shortcuts, HasPassword: r.PasswordHash != "", TwoFactor: !r.TOTPConfirmedAt.IsZero(), Version: r.Version,
			CreatedAt: instant(r.CreatedAt), LastSeenAt: instant(r.LastSeenAt)},
		hash: r.PasswordHash, secret: r.TOTPSecret, lastStep: r.TOTPLastStep, organisationLocale: r.OrganisationLocale,
	}
}

// instant puts what a driver gave into UTC and leaves the zero time what it is.
func instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// accounts begins a query of accounts with the organisations that look after them.
func accounts(db database.Conn, model any) *bun.SelectQuery {
	return db.NewSelect().Model(model).ColumnExpr("u.*, o.name AS organisation, o.locale AS organisation_locale").
		Join("JOIN organisation AS o ON o.id = u.organisation_id")
}

// findAccount loads an account, also one that was erased.
func findAccount(ctx context.Context, db database.Conn, id int64) (account, error) {
	var row userRow
	err := accounts(db, &row).Where("u.id = ?", id).Scan(ctx)
	return row.account(), database.One(err, "user", id)
}

func findAccountByEmail(ctx context.Context, db database.Conn, folded string) (account, error) {
	var row userRow
	err := accounts(db, &row).Where("u.email_folded = ?", folded).Scan(ctx)
	return row.account(), database.One(err, "user", folded)
}

// findUsers lists the accounts of an organisation and those that hold a grant in it, without the erased ones.
func findUsers(ctx context.Context, db database.Conn, organisation int64) ([]User, error) {
	var rows []userRow
	err := accounts(db, &rows).Where("u.status <> ?", StatusErased).
		Where("(u.organisation_id = ? OR u.id IN (SELECT user_id FROM access_grant WHERE organisation_id = ?))", organisation, organisation).
		OrderExpr("u.name, u.id").Limit(maxListed).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	out := make([]User, len(rows))
	for i, r := range rows {
		out[i] = r.account().User
	}
	return out, nil
}

// findNames gives the names of users, by their ids.
func findNames(ctx context.Context, db database.Conn, ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []userRow
	if err := db.NewSelect().Model(&rows).Column("id", "name").Where("id IN (?)", database.In(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("names of users: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}

// hasNamesake tells whether another account that is not erased bears a user's name.
func hasNamesake(ctx context.Context, db database.Conn, u User) (bool, error) {
	var n int
	err := db.NewRaw("SELECT count(*) FROM user_account WHERE name = ? AND id <> ? AND status <> ?", u.Name, u.ID, StatusErased).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look for namesakes: %w", err)
	}
	return n > 0, nil
}

func insertUser(ctx context.Context, tx database.Conn, u *User, folded, hash string, now time.Time) error {
	row := userRow{OrganisationID: u.OrganisationID, Email: u.Email, EmailFolded: &folded, Name: u.Name, Status: u.Status, PasswordHash: hash, Locale: u.Locale,
		Shortcuts: true, Version: 1, CreatedAt: database.Instant(now)}
	if hash != "" {
		row.PasswordSetAt = database.Instant(now)
	}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		return userFault(err, u.Email, u.OrganisationID)
	}
	u.ID = row.ID
	return nil
}

// userFault says what a person can mend of an error that came of saving an account.
func userFault(err error, email string, organisation int64) error {
	switch database.Classify(err) {
	case database.Unique:
		return fault.Conflict("user.email_taken", email)
	case database.ForeignKey:
		return fault.NotFound("organisation", organisation)
	}
	return fmt.Errorf("save user: %w", err)
}

func updateUser(ctx context.Context, tx database.Conn, u User, version int64, folded string) error {
	res, err := tx.ExecContext(ctx, `UPDATE user_account SET email = ?, email_folded = ?, name = ?, locale = ?, version = version + 1
		WHERE id = ? AND version = ? AND status <> ?`, u.Email, folded, u.Name, u.Locale, u.ID, version, StatusErased)
	if err != nil {
		return userFault(err, u.Email, u.OrganisationID)
	}
	return database.Updated(res, nil, "user", u.ID)
}

func updateOwn(ctx context.Context, tx database.Conn, id, version int64, in OwnInput) error {
	res, err := tx.ExecContext(ctx, `UPDATE user_account SET name = ?, locale = ?, shortcuts = ?, version = version + 1
		WHERE id = ? AND version = ? AND status = ?`, in.Name, in.Locale, in.Shortcuts, id, version, StatusActive)
	return database.Updated(res, err, "user", id)
}

// setStatus disables an account or takes that back.
func setStatus(ctx context.Context, tx database.Conn, id, version int64, status UserStatus, now time.Time) error {
	var since *time.Time
	if at := database.Instant(now); status == StatusDisabled {
		since = &at
	}
	res, err := tx.ExecContext(ctx, `UPDATE user_account SET status = ?, disabled_at = ?, version = version + 1
		WHERE id = ? AND version = ? AND status <> ?`, status, since, id, version, StatusErased)
	return database.Updated(res, err, "user", id)
}

// setPassword gives an account a new password, in place of the one with the hash held; an invited account becomes an active one by it. It
// gives false when the account may not have one, or somebody changed the password in between.
func setPassword(ctx context.Context, tx database.Conn, id int64, held, hash string, now time.Time) (bool, error) {
	res, err := tx.ExecContext(ctx, `UPDATE user_account SET password_hash = ?, password_set_at = ?, version = version + CASE WHEN status = ? THEN 1 ELSE 0 END, status = ?
		WHERE id = ? AND password_hash = ? AND status IN (?, ?)`, hash, database.Instant(now), StatusInvited, StatusActive, id, held, StatusInvited, StatusActive)
	return met(res, err, "save password")
}

// eraseUser leaves of an account its id.
func eraseUser(ctx context.Context, tx database.Conn, id, version int64, pseudonym string, now time.Time) error {
	res, err := tx.ExecContext(ctx, `UPDATE user_account SET status = ?, name = ?, email = '', email_folded = NULL, password_hash = '', password_set_at = NULL, totp_secret = '',
		totp_confirmed_at = NULL, totp_last_step = 0, locale = '', last_seen_at = NULL, erased_at = ?, version = version + 1 WHERE id = ? AND version = ? AND status <> ?`,
		StatusErased, pseudonym, database.Instant(now), id, version, StatusErased)
	return database.Updated(res, err, "user", id)
}

// disabledAccount is an account that is kept for a while only.
type disabledAccount struct {
	ID         int64     `bun:"id"`
	Version    int64     `bun:"version"`
	DisabledAt time.Time `bun:"disabled_at"`
	Months     int       `bun:"retention_months"`
}

func findDisabled(ctx context.Context, db database.Conn) ([]disabledAccount, error) {
	var out []disabledAccount
	err := db.NewRaw(`SELECT u.id, u.version, u.disabled_at, o.retention_months FROM user_account u JOIN organisation o ON o.id = u.organisation_id
		WHERE u.status = ? AND u.disabled_at IS NOT NULL ORDER BY u.id`, StatusDisabled).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("list disabled users: %w", err)
	}
	return out, nil
}
