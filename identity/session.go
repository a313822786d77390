package identity

import "time"

// How long a session lasts: without a request, and altogether.
const (
	SessionIdle     = 8 * time.Hour
	SessionAbsolute = 7 * 24 * time.Hour
)

// maxSessions is how many sessions a user may have at once; the oldest ends for a new one.
const maxSessions = 20

// seenEvery is how often a session writes down that it is still used: not at every request.
const seenEvery = time.Minute

// Session is a signed-in browser.
type Session struct {
	ID        int64
	Actor     Actor
	User      User // without grants: they are the actor's
	CSRF      string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// SessionLine is a session as its owner sees it in a list.
type SessionLine struct {
	ID         int64
	Agent      string
	CreatedAt  time.Time
	LastSeenAt time.Time
	Current    bool
}

// SignInInput is what a sign-in form sends, and where it came from.
type SignInInput struct {
	Email    string
	Password string
	Agent    string // what the browser calls itself
	Address  string // of the client, as far as it is known
}

// SignInResult is either a session's token, or what is pending until a code of the second factor arrives.
type SignInResult struct {
	Token   string
	Pending string
}

// TwoFactorSetup is what an authenticator app needs, as text, as an address and as a picture.
type TwoFactorSetup struct {
	Secret string
	URL    string
	PNG    []byte
}
