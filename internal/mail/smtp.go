package mail

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"jalon/internal/fault"
)

// patience is how long the server may take for one answer.
const patience = 20 * time.Second

// SMTP sends through a mail server. It holds its password and prints as its address without it.
type SMTP struct {
	address  string // without the password
	host     string
	port     int
	user     string
	password string
	from     *mail.Address
	implicit bool // TLS from the first byte
	policy   gomail.TLSPolicy
	tls      *tls.Config
}

// String gives the address without the password.
func (s *SMTP) String() string { return s.address }

// GoString gives no more than String, so that no way of printing shows the password.
func (s *SMTP) GoString() string { return s.address }

var policies = map[string]gomail.TLSPolicy{
	"": gomail.TLSMandatory, "starttls": gomail.TLSMandatory, "opportunistic": gomail.TLSOpportunistic, "none": gomail.NoTLS,
}

// NewSMTP reads the address of a mail server:
//
//	smtp://user:password@host:587?from=jalon@example.org&tls=starttls|opportunistic|none
//	smtps://user:password@host:465?from=Jalon <jalon@example.org>
//
// Without tls, STARTTLS is demanded. Errors never repeat the address: it may hold a password wherever it is misspelt.
func NewSMTP(rawURL string) (*SMTP, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Opaque != "" || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return nil, fault.Invalid("mail.url")
	}
	options, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fault.Invalid("mail.url")
	}
	for name := range options {
		if name != "from" && name != "tls" {
			return nil, fault.Invalid("mail.url.option")
		}
	}
	s := &SMTP{host: u.Hostname(), port: 587, implicit: u.Scheme == "smtps"}
	if s.from, err = mail.ParseAddress(options.Get("from")); err != nil {
		return nil, fault.Invalid("mail.url.from")
	}
	known := false
	if s.policy, known = policies[options.Get("tls")]; !known || (s.implicit && options.Has("tls")) {
		return nil, fault.Invalid("mail.url.tls")
	}
	if s.implicit {
		s.port = 465
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return nil, fault.Invalid("mail.url")
		}
	}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	switch {
	case (s.user == "") != (s.password == ""):
		return nil, fault.Invalid("mail.url.password")
	case s.user != "" && !s.implicit && s.policy != gomail.TLSMandatory && !local(s.host):
		return nil, fault.Invalid("mail.url.plain")
	}
	s.tls = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	s.address = u.Scheme + "://" + net.JoinHostPort(s.host, strconv.Itoa(s.port))
	return s, nil
}

// local tells whether a host is this machine, to which a password may go unencrypted.
func local(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// Send sends one message over a connection of its own.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	client, err := gomail.NewClient(s.host, s.options(ctx)...)
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // what goes wrong after the server took it, as in the good-bye, is no reason to send it again
		return nil
	}
	if refused(err) {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return err
}

// options set up a connection that ends with the context: go-mail itself heeds it until it is connected only.
func (s *SMTP) options(ctx context.Context) []gomail.Option {
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		plain, err := (&net.Dialer{}).DialContext(dialing, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = plain.Close() })
		if !s.implicit {
			return plain, nil
		}
		encrypted := tls.Client(plain, s.tls)
		if err := encrypted.HandshakeContext(dialing); err != nil {
			return nil, errors.Join(err, plain.Close())
		}
		return encrypted, nil
	}
	out := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(patience), gomail.WithTLSConfig(s.tls), gomail.WithDialContextFunc(dial)}
	if s.implicit {
		out = append(out, gomail.WithSSL())
	} else {
		out = append(out, gomail.WithTLSPolicy(s.policy))
	}
	if s.user != "" {
		// PLAIN and LOGIN refuse to run unencrypted, except to this machine.
		out = append(out, gomail.WithUsername(s.user), gomail.WithPassword(s.password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5))
	}
	return out
}

// compose writes the mail. Every text is cleaned again: whoever wrote it into the table.
func (s *SMTP) compose(m Message) (*gomail.Msg, error) {
	m, err := m.clean()
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(s.messageID(m))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // nobody's holiday reply comes back
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	return msg, nil
}

// messageID is the same however often a message is sent, and tells nothing of its key.
func (s *SMTP) messageID(m Message) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s", m.OrganisationID, m.Key))
	domain := s.from.Address[strings.LastIndexByte(s.from.Address, '@'):]
	return hex.EncodeToString(sum[:16]) + domain
}

// refused tells whether the server will never take the message. Whatever is wrong with the connection or with our own account is
// for the administrator to mend: the message waits.
func refused(err error) bool {
	var answer *gomail.SendError
	if !errors.As(err, &answer) || answer.ErrorCode() < 500 {
		return false
	}
	switch answer.ErrorCode() {
	case 530, 534, 535, 538: // we are not who we should be
		return false
	}
	return true
}
