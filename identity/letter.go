package identity

import (
	"context"
	"time"

	"jalon/internal/database"
	"jalon/internal/mail"
)

// ResetPath is where the site takes somebody with a link to choose a password; the token follows.
const ResetPath = "/password/reset?token="

// How long a link to choose a password can be used.
const (
	resetFor  = time.Hour
	inviteFor = 7 * 24 * time.Hour
	// noticeFor is how long a mail that only informs may wait for a mail server.
	noticeFor = 3 * 24 * time.Hour
)

// letter is a mail about an account: the keys of its subject and text. Both are told the name, the organisation and the link.
type letter struct{ subject, body string }

var (
	letterInvite   = letter{"account.mail.invite.subject", "account.mail.invite.body"}
	letterReset    = letter{"account.mail.reset.subject", "account.mail.reset.body"}
	letterPassword = letter{"account.mail.password.subject", "account.mail.password.body"}
	letterEmail    = letter{"account.mail.email.subject", "account.mail.email.body"}
	letterFactor   = letter{"account.mail.two_factor.subject", "account.mail.two_factor.body"}
)

// send queues a letter. ref tells apart letters of one sort to one person.
func (s *Service) send(ctx context.Context, tx database.Conn, who account, l letter, ref, link string, lasts time.Duration) error {
	now := s.now()
	say := func(key string) string { return s.options.Texts(who.language(), key, who.Name, who.Organisation, link) }
	return mail.Queue(ctx, tx, mail.Message{OrganisationID: who.OrganisationID, Key: who.actor().Name + ":" + l.subject + ":" + ref, UserID: who.ID, To: who.Email,
		Subject: say(l.subject), Body: say(l.body), ExpiresAt: now.Add(lasts)}, now)
}

// notify tells somebody that the way into their account changed, so that they notice when it was not them.
func (s *Service) notify(ctx context.Context, tx database.Conn, who account, l letter) error {
	return s.send(ctx, tx, who, l, s.now().UTC().Format(time.RFC3339Nano), "", noticeFor)
}

// sendLink makes a one-time link to choose a password, queues the letter with it and gives the link.
func (s *Service) sendLink(ctx context.Context, tx database.Conn, who account) (link string, err error) {
	l, lasts := letterReset, resetFor
	if who.Status == StatusInvited {
		l, lasts = letterInvite, inviteFor
	}
	token, now := newToken(), s.now()
	if err := insertReset(ctx, tx, who.ID, hashToken(token), now, now.Add(lasts)); err != nil {
		return "", err
	}
	link = s.options.Link(ResetPath + token)
	return link, s.send(ctx, tx, who, l, hashToken(token)[:16], link, lasts)
}

// endLinks ends every link that was sent to somebody, also in letters that were not sent yet.
func endLinks(ctx context.Context, tx database.Conn, user int64, now time.Time) error {
	if err := deleteResets(ctx, tx, user); err != nil {
		return err
	}
	return mail.Cancel(ctx, tx, user, now)
}
