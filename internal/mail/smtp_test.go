package mail_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	stdmail "net/mail"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/mail"
)

// decoded gives the text of a mail.
func decoded(t *testing.T, m *stdmail.Message) string {
	t.Helper()
	if got := m.Header.Get("Content-Transfer-Encoding"); got != "quoted-printable" {
		t.Fatalf("encoding = %q", got)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimRight(string(text), "\r\n")
}

var letter = mail.Message{OrganisationID: 3, Key: "reset:1", To: "anne@lille.fr", Subject: "Réinitialiser votre mot de passe – « Jalon »", Body: "Bonjour Léa,\n\nhttps://jalon.lille.fr/r?t=a_b-c=\n.\nfin"}

func TestSend(t *testing.T) {
	s := serve(t, false, nil)
	if err := s.client(t, "smtp", "", "").Send(context.Background(), letter); err != nil {
		t.Fatal(err)
	}
	got := s.got()
	if len(got) != 1 || got[0].from != "jalon@lille.fr" || got[0].to != "anne@lille.fr" || s.secured != 1 {
		t.Fatalf("got %+v, %d of them encrypted", got, s.secured)
	}
	header, subject, body := got[0].parse(t)
	if subject != letter.Subject {
		t.Errorf("subject = %q", subject)
	}
	if want := strings.ReplaceAll(letter.Body, "\n", "\r\n"); body != want {
		t.Errorf("body = %q, want %q", body, want)
	}
	for name, want := range map[string]string{
		"From": `"Jalon" <jalon@lille.fr>`, "To": "<anne@lille.fr>", "Auto-Submitted": "auto-generated", "Content-Type": "text/plain; charset=UTF-8", "User-Agent": "", "X-Mailer": "",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if _, err := header.Date(); err != nil {
		t.Error(err)
	}
}

// TestMessageID: a message that is sent twice is the same one, and every other another.
func TestMessageID(t *testing.T) {
	s := serve(t, false, nil)
	other, foreign := letter, letter
	other.Key, foreign.OrganisationID = "reset:2", 4
	var ids []string
	for _, m := range []mail.Message{letter, letter, other, foreign} {
		if err := s.client(t, "smtp", "", "").Send(context.Background(), m); err != nil {
			t.Fatal(err)
		}
		header, _, _ := s.got()[len(ids)].parse(t)
		ids = append(ids, header.Get("Message-Id"))
	}
	if ids[0] != ids[1] || ids[0] == ids[2] || ids[0] == ids[3] || ids[2] == ids[3] || !strings.HasSuffix(ids[0], "@lille.fr>") || strings.Contains(ids[0], "reset") {
		t.Errorf("ids = %q", ids)
	}
}

// TestSendOver tries the ways of encrypting and signing in.
func TestSendOver(t *testing.T) {
	user := "jalon:" + url.QueryEscape(password) + "@"
	tests := []struct {
		name, scheme, user, options string
		implicit                    bool
		setUp                       func(*server, *smtp.Server)
		secured, signedIn           int
		fails                       bool
	}{
		{"STARTTLS as a rule", "smtp", "", "", false, nil, 1, 0, false},
		{"STARTTLS demanded, not offered", "smtp", "", "&tls=starttls", false, withoutTLS, 0, 0, true},
		{"STARTTLS demanded by default, not offered", "smtp", user, "", false, withoutTLS, 0, 0, true},
		{"STARTTLS where there is one", "smtp", "", "&tls=opportunistic", false, nil, 1, 0, false},
		{"STARTTLS where there is none", "smtp", "", "&tls=opportunistic", false, withoutTLS, 0, 0, false},
		{"plain", "smtp", "", "&tls=none", false, nil, 0, 0, false},
		{"TLS from the start", "smtps", "", "", true, nil, 1, 0, false},
		{"TLS from the start, with a password", "smtps", user, "", true, nil, 1, 1, false},
		{"a password over STARTTLS", "smtp", user, "", false, func(s *server, _ *smtp.Server) { s.demand = true }, 1, 1, false},
		{"a password on this machine", "smtp", user, "&tls=none", false, func(s *server, _ *smtp.Server) { s.demand = true }, 0, 1, false},
		{"a wrong password", "smtp", "jalon:wrong-" + "word@", "", false, nil, 0, 0, true},
		{"no password, but one is wanted", "smtp", "", "", false, func(s *server, _ *smtp.Server) { s.demand = true }, 0, 0, true},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := serve(t, tc.implicit, tc.setUp)
			err := s.client(t, tc.scheme, tc.user, tc.options).Send(context.Background(), letter)
			if (err != nil) != tc.fails || errors.Is(err, mail.ErrRefused) {
				t.Errorf("error = %v, want one: %v; whatever is wrong here will be mended", err, tc.fails)
			}
			if err != nil && (strings.Contains(err.Error(), "wrong-word") || strings.Contains(err.Error(), password)) {
				t.Errorf("the error tells the password: %v", err)
			}
			if s.secured != tc.secured || s.signedIn != tc.signedIn || (len(s.got()) == 1) == tc.fails {
				t.Errorf("%d mails, %d encrypted, %d signed in, want %d and %d", len(s.got()), s.secured, s.signedIn, tc.secured, tc.signedIn)
			}
		})
	}
}

// TestSendTrustsNobody: a server that cannot prove its name gets neither password nor mail.
func TestSendTrustsNobody(t *testing.T) {
	for _, scheme := range []string{"smtp", "smtps"} {
		s := serve(t, scheme == "smtps", nil)
		c, err := mail.NewSMTP(scheme + "://jalon:x@" + s.address + "?from=jalon@lille.fr")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Send(context.Background(), letter); err == nil || len(s.got()) != 0 || s.signedIn != 0 {
			t.Errorf("%s: %v, %d mails, %d signed in", scheme, err, len(s.got()), s.signedIn)
		}
	}
}

func TestSendAnswers(t *testing.T) {
	answer := func(code int) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: "because"}
	}
	tests := []struct {
		name, stage string
		answer      error
		want        string // "" sent, else "later" or "never"
	}{
		{"later, to the sender", "mail", answer(451), "later"},
		{"never, to the sender", "mail", answer(553), "never"},
		{"greylisted", "rcpt", answer(450), "later"},
		{"no such address", "rcpt", answer(550), "never"},
		{"mailbox full", "data", answer(452), "later"},
		{"spam", "data", answer(554), "never"},
		{"gone at the address", "rcpt", errHangUp, "later"},
		{"gone after the text", "data", errHangUp, "later"},
		{"gone after it took the mail", "reset", errHangUp, ""},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := serve(t, false, nil)
			s.set(tc.stage, tc.answer)
			err := s.client(t, "smtp", "", "").Send(context.Background(), letter)
			got := ""
			if err != nil {
				got = "later"
			}
			if errors.Is(err, mail.ErrRefused) {
				got = "never"
			}
			if got != tc.want {
				t.Errorf("%q (%v), want %q", got, err, tc.want)
			}
		})
	}
}

// TestSendWhatCannotBe: a row that somebody else wrote into the table is refused, not sent.
func TestSendWhatCannotBe(t *testing.T) {
	s := serve(t, false, nil)
	m := letter
	m.To = "anne@lille.fr>\r\nRCPT TO:<bo@lille.fr"
	if err := s.client(t, "smtp", "", "").Send(context.Background(), m); !errors.Is(err, mail.ErrRefused) || len(s.got()) != 0 {
		t.Errorf("%v, %d mails", err, len(s.got()))
	}
}

// TestSendEndsWithItsContext: a server that says nothing does not hold a sender.
func TestSendEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		fmt.Fprint(conn, "220 wait\r\n")
		_, _ = conn.Read(make([]byte, 100)) // the greeting, which gets no answer
		cancel()
	}()
	c, err := mail.NewSMTP("smtp://" + listener.Addr().String() + "?from=jalon@lille.fr")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Send(ctx, letter); err == nil || errors.Is(err, mail.ErrRefused) {
		t.Errorf("error = %v", err)
	}
}

// TestNothingIsInjected sends what an attacker may have typed as a name through every text of a mail.
func TestNothingIsInjected(t *testing.T) {
	canaries := []string{
		"\"><svg onload=…>{{7*7}}${7*7}<%=7*7%>\r\nX: 1", "a\r\n\r\n<b>b", "a\nBcc: bo@lille.fr", "a\rBcc: bo@lille.fr", "\r\n.\r\nMAIL FROM:<bo@lille.fr>\r\n",
		"a\u2028Bcc: bo@lille.fr", "a\u0085Bcc: bo@lille.fr", "=?utf-8?q?a=0D=0ABcc:_bo?=", strings.Repeat("é", 2000), "\x00\x01\x1b[31m", "\xff\xfe\r\nX: 1",
	}
	s := serve(t, false, nil)
	db := dbtest.SQLite(t)
	org := newOrganisation(t, db, "lille")
	for i, canary := range canaries {
		queue(t, db, mail.Message{OrganisationID: org, Key: fmt.Sprint(i), Subject: "Bienvenue " + canary, Body: "Bonjour " + canary + "\n.\nfin"})
	}
	if report := deliver(t, db, s.client(t, "smtp", "", ""), now); report.Sent != len(canaries) {
		t.Fatalf("report = %+v: %+v", report, outbox(t, db))
	}
	known := []string{"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To", "X-Auto-Response-Suppress"}
	for i, e := range s.got() {
		header, subject, body := e.parse(t)
		var names []string
		for name, values := range header {
			names = append(names, name)
			if len(values) != 1 {
				t.Errorf("%q: %s: %q", canaries[i], name, values)
			}
		}
		slices.Sort(names)
		if !slices.Equal(names, known) || e.to != "anne@lille.fr" || e.from != "jalon@lille.fr" {
			t.Errorf("%q: from %s to %s with %q, want %q", canaries[i], e.from, e.to, names, known)
		}
		if !strings.HasPrefix(subject, "Bienvenue") || !strings.HasPrefix(body, "Bonjour ") || !strings.HasSuffix(body, "\r\n.\r\nfin") {
			t.Errorf("%q: subject %q, body %q", canaries[i], subject, body)
		}
	}
}

// TestDeliverOverSMTP: greylisted first, then taken.
func TestDeliverOverSMTP(t *testing.T) {
	s := serve(t, false, nil)
	db := dbtest.SQLite(t)
	queue(t, db, mail.Message{OrganisationID: newOrganisation(t, db, "lille")})
	s.set("rcpt", &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come back"})
	if report := deliver(t, db, s.client(t, "smtp", "", ""), now); report != (mail.Report{Retried: 1}) {
		t.Errorf("first: %+v", report)
	}
	if got := outbox(t, db)[0].LastError; !strings.Contains(got, "450") || !strings.Contains(got, "come back") {
		t.Errorf("error kept = %q", got)
	}
	s.set("rcpt", nil)
	if report := deliver(t, db, s.client(t, "smtp", "", ""), outbox(t, db)[0].NextTryAt); report != (mail.Report{Sent: 1}) || len(s.got()) != 1 {
		t.Errorf("second: %+v, %d mails", report, len(s.got()))
	}
}

func TestNewSMTP(t *testing.T) {
	const from = "?from=jalon@lille.fr"
	tests := []struct{ url, want, key string }{
		{"smtp://mail.lille.fr" + from, "smtp://mail.lille.fr:587", ""},
		{"smtps://mail.lille.fr" + from, "smtps://mail.lille.fr:465", ""},
		{"smtp://jalon:s3cr3t@mail.lille.fr:25?from=Jalon%20%3Cjalon@lille.fr%3E&tls=starttls", "smtp://mail.lille.fr:25", ""},
		{"smtp://jalon:s3cr3t@[::1]:25" + from + "&tls=none", "smtp://[::1]:25", ""},
		{"smtp://mail.lille.fr/" + from + "&tls=opportunistic", "smtp://mail.lille.fr:587", ""},
		{"", "", "mail.url"},
		{"mail.lille.fr:587", "", "mail.url"},
		{"http://s3cr3t@mail.lille.fr" + from, "", "mail.url"},
		{"smtp:s3cr3t", "", "mail.url"},
		{"smtp://" + from, "", "mail.url"},
		{"smtp://jalon:s3cr3t@mail.lille.fr:0" + from, "", "mail.url"},
		{"smtp://jalon:s3cr3t@mail.lille.fr:70000" + from, "", "mail.url"},
		{"smtp://jalon:s3cr3t/x@mail.lille.fr" + from, "", "mail.url"}, // a slash of the password that was not escaped
		{"smtp://jalon:s3cr3t%@mail.lille.fr" + from, "", "mail.url"},
		{"smtp://mail.lille.fr/inbox" + from, "", "mail.url"},
		{"smtp://mail.lille.fr?from=jalon@lille.fr;tls=none", "", "mail.url"},
		{"smtp://mail.lille.fr?tls=none", "", "mail.url.from"},
		{"smtp://mail.lille.fr?from=s3cr3t", "", "mail.url.from"},
		{"smtp://mail.lille.fr" + from + "&tls=s3cr3t", "", "mail.url.tls"},
		{"smtps://mail.lille.fr" + from + "&tls=none", "", "mail.url.tls"},
		{"smtp://mail.lille.fr" + from + "&tsl=none", "", "mail.url.option"},
		{"smtp://jalon@mail.lille.fr" + from, "", "mail.url.password"},
		{"smtp://:s3cr3t@mail.lille.fr" + from, "", "mail.url.password"},
		{"smtp://jalon:s3cr3t@mail.lille.fr" + from + "&tls=none", "", "mail.url.plain"},
		{"smtp://jalon:s3cr3t@mail.lille.fr" + from + "&tls=opportunistic", "", "mail.url.plain"},
	}
	for _, tc := range tests {
		s, err := mail.NewSMTP(tc.url)
		if tc.key == "" {
			if err != nil || s.String() != tc.want {
				t.Errorf("%s: %v, %v, want %s", tc.url, s, err, tc.want)
			}
			if printed := fmt.Sprintf("%v %+v %#v %s", s, s, s, s); strings.Contains(printed, "s3cr3t") {
				t.Errorf("%s: printed with its password: %s", tc.url, printed)
			}
			continue
		}
		if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid || f.Key != tc.key || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: %v, want %s without the password", tc.url, err, tc.key)
		}
	}
}
