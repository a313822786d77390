package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

type sessionRow struct {
	bun.BaseModel `bun:"table:user_session,alias:s"`
	ID            int64     `bun:"id,pk,autoincrement"`
	UserID        int64     `bun:"user_id"`
	TokenHash     string    `bun:"token_hash"`
	CSRF          string    `bun:"csrf"`
	SecondFactor  bool      `bun:"second_factor"`
	Agent         string    `bun:"agent"`
	CreatedAt     time.Time `bun:"created_at"`
	LastSeenAt    time.Time `bun:"last_seen_at"`
	ExpiresAt     time.Time `bun:"expires_at"`
}

// signInRow is a session with its user and one of their grants; a user with several grants has several rows.
type signInRow struct {
	SessionID      int64     `bun:"session_id"`
	CSRF           string    `bun:"csrf"`
	SessionCreated time.Time `bun:"session_created"`
	SessionSeen    time.Time `bun:"session_seen"`
	SessionExpires time.Time `bun:"session_expires"`

	ID             int64      `bun:"id"`
	OrganisationID int64      `bun:"organisation_id"`
	Organisation   string     `bun:"organisation"`
	OrgLocale      string     `bun:"organisation_locale"`
	Email          string     `bun:"email"`
	Name           string     `bun:"name"`
	Status         UserStatus `bun:"status"`
	PasswordHash   string     `bun:"password_hash"`
	ConfirmedAt    time.Time  `bun:"totp_confirmed_at,nullzero"`
	Locale         string     `bun:"locale"`
	Shortcuts      bool       `bun:"shortcuts"`
	Version        int64      `bun:"version"`
	CreatedAt      time.Time  `bun:"created_at"`
	LastSeenAt     time.Time  `bun:"last_seen_at,nullzero"`

	GrantID           *int64     `bun:"grant_id"`
	GrantOrganisation *int64     `bun:"grant_organisation"`
	GrantRole         *Role      `bun:"grant_role"`
	GrantScope        *ScopeKind `bun:"grant_scope"`
	GrantSubject      *int64     `bun:"grant_subject"`
}

func (r signInRow) grant() (Grant, bool) {
	if r.GrantID == nil {
		return Grant{}, false
	}
	g := Grant{ID: *r.GrantID, OrganisationID: *r.GrantOrganisation, UserID: r.ID, Role: *r.GrantRole, Scope: *r.GrantScope}
	if r.GrantSubject != nil {
		g.SubjectID = *r.GrantSubject
	}
	return g, true
}

// findSession loads a session with its user and what they were granted, all in one query: every page asks for it.
func findSession(ctx context.Context, db database.Conn, hash string) (Session, time.Time, error) {
	var rows []signInRow
	err := db.NewRaw(`SELECT s.id AS session_id, s.csrf, s.created_at AS session_created, s.last_seen_at AS session_seen, s.expires_at AS session_expires,
			u.id, u.organisation_id, o.name AS organisation, o.locale AS organisation_locale, u.email, u.name, u.status, u.password_hash, u.totp_confirmed_at, u.locale,
			u.shortcuts, u.version, u.created_at, u.last_seen_at, g.id AS grant_id, g.organisation_id AS grant_organisation, g.role AS grant_role, g.scope AS grant_scope,
			COALESCE(g.roadmap_id, g.project_id, g.committee_id) AS grant_subject
		FROM user_session s JOIN user_account u ON u.id = s.user_id JOIN organisation o ON o.id = u.organisation_id LEFT JOIN access_grant g ON g.user_id = u.id
		WHERE s.token_hash = ? ORDER BY g.id`, hash).Scan(ctx, &rows)
	if err != nil {
		return Session{}, time.Time{}, fmt.Errorf("load session: %w", err)
	}
	if len(rows) == 0 {
		return Session{}, time.Time{}, errNoSession
	}
	var grants []Grant
	for _, r := range rows {
		if g, ok := r.grant(); ok {
			grants = append(grants, g)
		}
	}
	r := rows[0]
	u := User{ID: r.ID, OrganisationID: r.OrganisationID, Organisation: r.Organisation, Email: r.Email, Name: r.Name, Status: r.Status, Locale: r.Locale, Shortcuts: r.Shortcuts,
		HasPassword: r.PasswordHash != "", TwoFactor: !r.ConfirmedAt.IsZero(), Version: r.Version, CreatedAt: instant(r.CreatedAt), LastSeenAt: instant(r.LastSeenAt)}
	if u.Locale == "" {
		u.Locale = r.OrgLocale
	}
	return Session{ID: r.SessionID, Actor: SignedIn(u.ID, u.Name, grants...), User: u, CSRF: r.CSRF, CreatedAt: instant(r.SessionCreated),
		ExpiresAt: instant(r.SessionExpires)}, instant(r.SessionSeen), nil
}

// claimAccount holds an account while somebody signs in: it is still active, with the password that was checked. A fresh hash
// of the same password takes the place of an old one. It gives false when the account changed in between.
func claimAccount(ctx context.Context, tx database.Conn, user int64, hash, fresh string, now time.Time) (bool, error) {
	if fresh == "" {
		fresh = hash
	}
	res, err := tx.ExecContext(ctx, "UPDATE user_account SET last_seen_at = ?, password_hash = ? WHERE id = ? AND status = ? AND password_hash = ?",
		database.Instant(now), fresh, user, StatusActive, hash)
	return met(res, err, "claim account")
}

// insertSession begins a session and ends the oldest ones of a user who has too many.
func insertSession(ctx context.Context, tx database.Conn, row *sessionRow) error {
	if _, err := tx.NewInsert().Model(row).Returning("id").Exec(ctx); err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM user_session WHERE user_id = ? AND id NOT IN
		(SELECT id FROM user_session WHERE user_id = ? ORDER BY id DESC LIMIT ?)`, row.UserID, row.UserID, maxSessions)
	if err != nil {
		return fmt.Errorf("end the oldest sessions: %w", err)
	}
	return nil
}

// touchSession writes down that a session and its user were seen, unless somebody else just did.
func touchSession(ctx context.Context, tx database.Conn, id, user int64, now, before time.Time) error {
	res, err := tx.ExecContext(ctx, "UPDATE user_session SET last_seen_at = ? WHERE id = ? AND last_seen_at <= ?", database.Instant(now), id, database.Instant(before))
	if touched, err := met(res, err, "touch session"); err != nil || !touched {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE user_account SET last_seen_at = ? WHERE id = ?", database.Instant(now), user); err != nil {
		return fmt.Errorf("touch user: %w", err)
	}
	return nil
}

// findSessions lists the sessions of a user that were used after idle and end after now, newest first.
func findSessions(ctx context.Context, db database.Conn, user int64, idle, now time.Time) ([]SessionLine, error) {
	var rows []sessionRow
	err := db.NewSelect().Model(&rows).Where("s.user_id = ? AND s.last_seen_at > ? AND s.expires_at > ?", user, database.Instant(idle), database.Instant(now)).
		OrderExpr("s.last_seen_at DESC, s.id DESC").Limit(maxSessions).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	out := make([]SessionLine, len(rows))
	for i, r := range rows {
		out[i] = SessionLine{ID: r.ID, Agent: r.Agent, CreatedAt: instant(r.CreatedAt), LastSeenAt: instant(r.LastSeenAt)}
	}
	return out, nil
}

// findSessionRow loads one session of a user.
func findSessionRow(ctx context.Context, db database.Conn, user, id int64) (sessionRow, error) {
	var row sessionRow
	err := db.NewSelect().Model(&row).Where("s.user_id = ? AND s.id = ?", user, id).Scan(ctx)
	return row, database.One(err, "session", id)
}

// deleteSession ends one session of a user; it gives false when there is none.
func deleteSession(ctx context.Context, tx database.Conn, user, id int64) (bool, error) {
	res, err := tx.ExecContext(ctx, "DELETE FROM user_session WHERE user_id = ? AND id = ?", user, id)
	return met(res, err, "end session")
}

// deleteSessions ends the sessions of a user, but one.
func deleteSessions(ctx context.Context, tx database.Conn, user, but int64) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM user_session WHERE user_id = ? AND id <> ?", user, but); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}
