package mail_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"net"
	"net/http/httptest"
	stdmail "net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"jalon/internal/mail"
)

const password = "s3cr3t/pass"

// server is a mail server in this process. Where an answer is set, it is given at its stage: "mail", "rcpt", "data", or "reset" after a mail
// was taken; errHangUp ends the connection without an answer.
type server struct {
	address string
	pool    *x509.CertPool
	answers map[string]error
	demand  bool // a password

	mu       sync.Mutex
	mails    []envelope
	signedIn int
	secured  int // mails that came encrypted
}

type envelope struct{ from, to, data string }

var errHangUp = errors.New("hang up")

// serve starts a server that is set up before it listens; implicit for TLS from the first byte.
func serve(t *testing.T, implicit bool, setUp func(s *server, s2 *smtp.Server)) *server {
	t.Helper()
	certificates := httptest.NewUnstartedServer(nil)
	certificates.StartTLS()
	t.Cleanup(certificates.Close)
	s := &server{pool: x509.NewCertPool(), answers: map[string]error{}}
	s.pool.AddCert(certificates.Certificate())
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	srv.Domain, srv.AllowInsecureAuth, srv.EnableSMTPUTF8 = "localhost", true, true
	srv.ErrorLog = quiet{}
	if setUp != nil {
		setUp(s, srv)
	}
	withTLS := &tls.Config{Certificates: certificates.TLS.Certificates}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	if implicit {
		listener = tls.NewListener(listener, withTLS)
	} else if srv.TLSConfig == nil {
		srv.TLSConfig = withTLS
	} else {
		srv.TLSConfig = nil // set up to have none
	}
	go func() { _ = srv.Serve(listener) }()
	t.Cleanup(func() { _ = srv.Close() })
	return s
}

// withoutTLS sets a server up not to offer STARTTLS.
func withoutTLS(_ *server, srv *smtp.Server) { srv.TLSConfig = &tls.Config{} }

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// session is one connection.
type session struct {
	server   *server
	conn     *smtp.Conn
	in       envelope
	signedIn bool
}

func (s *session) answer(stage string) error {
	s.server.mu.Lock()
	err := s.server.answers[stage]
	s.server.mu.Unlock()
	if errors.Is(err, errHangUp) {
		_ = s.conn.Conn().Close()
	}
	return err
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, given string) error {
		if user != "jalon" || given != password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong password"}
		}
		s.signedIn = true
		s.server.mu.Lock()
		s.server.signedIn++
		s.server.mu.Unlock()
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.demand && !s.signedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "who are you"}
	}
	s.in.from = from
	return s.answer("mail")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.in.to += to
	return s.answer("rcpt")
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.in.data = string(data)
	s.server.mu.Lock()
	s.server.mails = append(s.server.mails, s.in)
	if _, secure := s.conn.TLSConnectionState(); secure {
		s.server.secured++
	}
	s.server.mu.Unlock()
	return s.answer("data")
}

func (s *session) Reset() {
	if s.in.data != "" {
		_ = s.answer("reset")
	}
	s.in = envelope{}
}

func (s *session) Logout() error { return nil }

// got gives the mails that came in.
func (s *server) got() []envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]envelope(nil), s.mails...)
}

func (s *server) set(stage string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[stage] = err
}

// client is a sender to the server; options as they stand in the address, user with its password or "".
func (s *server) client(t *testing.T, scheme, user, options string) *mail.SMTP {
	t.Helper()
	c, err := mail.NewSMTP(scheme + "://" + user + s.address + "?from=Jalon+<jalon@lille.fr>" + options)
	if err != nil {
		t.Fatal(err)
	}
	c.Trust(s.pool)
	return c
}

// parse reads a mail as a mailbox does.
func (e envelope) parse(t *testing.T) (header stdmail.Header, subject, body string) {
	t.Helper()
	m, err := stdmail.ReadMessage(strings.NewReader(e.data))
	if err != nil {
		t.Fatalf("%v in %q", err, e.data)
	}
	subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header, subject, decoded(t, m)
}
