package identity

import (
	"context"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
)

// TrailLine is an entry of the audit trail with the name by which people know the actor.
type TrailLine struct {
	audit.Entry
	ActorName string
}

// PersonalData is everything that is held about a person, as they may take it away.
type PersonalData struct {
	User     PersonalUser      `json:"account"`
	Grants   []PersonalGrant   `json:"grants"`
	Sessions []PersonalSession `json:"sessions"`
	Trail    []PersonalEntry   `json:"trail"`
	// More holds what the other domains know, by their names.
	More map[string]any `json:"more"`
}

// PersonalUser is the account itself. Secrets are not data about a person and stay out.
type PersonalUser struct {
	ID           int64      `json:"id"`
	Organisation string     `json:"organisation"`
	Email        string     `json:"email"`
	Name         string     `json:"name"`
	Status       UserStatus `json:"status"`
	Locale       string     `json:"locale"`
	Shortcuts    bool       `json:"shortcuts"`
	TwoFactor    bool       `json:"two_factor"`
	CreatedAt    time.Time  `json:"created_at"`
	LastSeenAt   *time.Time `json:"last_seen_at"`
}

func personalUser(u User) PersonalUser {
	out := PersonalUser{ID: u.ID, Organisation: u.Organisation, Email: u.Email, Name: u.Name, Status: u.Status, Locale: u.Locale, Shortcuts: u.Shortcuts,
		TwoFactor: u.TwoFactor, CreatedAt: u.CreatedAt}
	if !u.LastSeenAt.IsZero() {
		out.LastSeenAt = &u.LastSeenAt
	}
	return out
}

// PersonalGrant is a grant as its holder reads it.
type PersonalGrant struct {
	Organisation string    `json:"organisation"`
	Role         Role      `json:"role"`
	Scope        ScopeKind `json:"scope"`
	Subject      string    `json:"subject"`
	GrantedBy    string    `json:"granted_by"`
	CreatedAt    time.Time `json:"created_at"`
}

// PersonalSession is a session that was not cleared away yet.
type PersonalSession struct {
	Agent      string    `json:"agent"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"`
}

// PersonalEntry is an entry of the audit trail that the person caused, or that is about their account.
type PersonalEntry struct {
	Organisation int64     `json:"organisation_id"`
	At           time.Time `json:"at"`
	Actor        string    `json:"actor"`
	Action       string    `json:"action"`
	Subject      string    `json:"subject"`
	SubjectID    int64     `json:"subject_id"`
	Details      string    `json:"details"`
}

// Retained counts what a run of the retention job cleared away.
type Retained struct {
	Sessions    int
	Resets      int
	RateWindows int
	Receipts    int
	StagedLists int
	Mails       int
	Erased      int
}

// hooks are what other domains do with what they hold about a person. They are registered when the program is wired,
// before anybody is served.
type hooks struct {
	erase  []func(ctx context.Context, tx database.Conn, u User, pseudonym string) error
	export []exporter
}

type exporter struct {
	name string
	read func(ctx context.Context, db database.Conn, actor Actor, u User) (any, error)
}

// MayLearnOf tells whether the actor may be given what an organisation holds about a person: the person themselves, and who looks
// after people there. Who looks after the account elsewhere learns nothing of it.
func (a Actor) MayLearnOf(u User, organisation int64) bool {
	return (a.UserID != 0 && a.UserID == u.ID) || a.May(PermEditUsers, Within(organisation))
}
