package mail_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/mail"
)

var now = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// newOrganisation books the authority that mails and gives its id.
func newOrganisation(t *testing.T, db *database.DB, code string) (id int64) {
	t.Helper()
	err := db.Write().NewRaw(`INSERT INTO organisation (kind, code, name, currency, locale, time_zone, created_at)
		VALUES ('administration', ?, 'Ville de Lille', 'EUR', 'fr', 'Europe/Paris', ?) RETURNING id`, code, now).Scan(context.Background(), &id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// queue puts a message into the outbox; key and addressee are filled in where they are empty.
func queue(t *testing.T, db *database.DB, m mail.Message) {
	t.Helper()
	if m.Key == "" {
		m.Key = "invitation:1"
	}
	if m.To == "" {
		m.To = "anne@lille.fr"
	}
	err := db.Tx(context.Background(), func(ctx context.Context, tx database.Conn) error { return mail.Queue(ctx, tx, m, now) })
	if err != nil {
		t.Fatal(err)
	}
}

// stored is what a row of the outbox says.
type stored struct {
	State, Recipient, Subject, Body, LastError string
	Tries                                      int
	NextTryAt                                  time.Time
}

// outbox reads all rows in order.
func outbox(t *testing.T, db *database.DB) (out []stored) {
	t.Helper()
	err := db.Read().NewRaw("SELECT state, recipient, subject, body, last_error, tries, next_try_at FROM mail_outbox ORDER BY id").Scan(context.Background(), &out)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestQueue(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		lille, roubaix := newOrganisation(t, db, "lille"), newOrganisation(t, db, "roubaix")
		queue(t, db, mail.Message{OrganisationID: lille, Subject: "first", Body: "a"})
		queue(t, db, mail.Message{OrganisationID: lille, Subject: "again", Body: "b"})
		queue(t, db, mail.Message{OrganisationID: roubaix, Subject: "of another authority", Body: "c"})
		undone := errors.New("undone")
		err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
			return errors.Join(mail.Queue(ctx, tx, mail.Message{OrganisationID: lille, Key: "other", To: "bo@lille.fr"}, now), undone)
		})
		if !errors.Is(err, undone) {
			t.Error(err)
		}
		if got := outbox(t, db); len(got) != 2 || got[0].Subject != "first" || got[1].Subject != "of another authority" {
			t.Errorf("outbox = %+v", got)
		}
		for org, want := range map[int64]int{lille: 1, roubaix: 1, roubaix + 1: 0} {
			if n, err := mail.Waiting(ctx, db.Read(), org); n != want || err != nil {
				t.Errorf("waiting in %d = %d, %v, want %d", org, n, err, want)
			}
		}
		if err := mail.Queue(ctx, db.Write(), mail.Message{OrganisationID: lille, To: "bo@lille.fr"}, now); err == nil {
			t.Error("a message without a key was queued")
		}
	})
}

func TestQueueRefusesAddresses(t *testing.T) {
	addresses := []string{
		"", "anne", "anne@", "@lille.fr", "Anne <anne@lille.fr>", "<anne@lille.fr>", "anne@lille.fr, bo@lille.fr", "anne@lille.fr\r\nBcc: bo@lille.fr",
		"anne@lille.fr\n", "an\x00ne@lille.fr", " anne@lille.fr", `"a b"@lille.fr`, "\"a\r\nb\"@lille.fr", strings.Repeat("a", 250) + "@lille.fr", "anne@lille.fr\x7f", "an\xffne@lille.fr",
	}
	db := dbtest.SQLite(t)
	org := newOrganisation(t, db, "lille")
	for _, address := range addresses {
		err := mail.Queue(context.Background(), db.Write(), mail.Message{OrganisationID: org, Key: "k", To: address}, now)
		if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid || f.Key != "mail.address" {
			t.Errorf("%q: %v, want mail.address", address, err)
		}
	}
	if got := outbox(t, db); len(got) != 0 {
		t.Errorf("outbox = %+v", got)
	}
}

// TestQueueCleansTexts: what people typed must neither end a header nor fail a transaction.
func TestQueueCleansTexts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		queue(t, db, mail.Message{OrganisationID: org, Subject: "Été\r\nBcc: bo@lille.fr\x00\x7f\ttab \xff😀", Body: "a\r\nb\rc\nd\x00\xff"})
		got := outbox(t, db)[0]
		if want := "Été Bcc: bo@lille.fr tab \uFFFD😀"; got.Subject != want {
			t.Errorf("subject = %q, want %q", got.Subject, want)
		}
		if want := "a\nb\nc\nd\uFFFD"; got.Body != want {
			t.Errorf("body = %q, want %q", got.Body, want)
		}
	})
}

func TestCancel(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		for key, user := range map[string]int64{"a": 1, "b": 1, "c": 2, "d": 0} {
			queue(t, db, mail.Message{OrganisationID: org, Key: key, UserID: user, Subject: "of " + key, Body: "https://jalon.lille.fr/secret"})
		}
		if err := mail.Cancel(ctx, db.Write(), 1, now); err != nil {
			t.Fatal(err)
		}
		for _, m := range outbox(t, db) {
			off := m.Subject == "of a" || m.Subject == "of b"
			if off != (m.State == "cancelled") || off != (m.Body == "") {
				t.Errorf("%+v, want cancelled: %v", m, off)
			}
		}
		s := &sender{}
		if report := deliver(t, db, s, now); report != (mail.Report{Sent: 2}) || len(s.got) != 2 {
			t.Errorf("report %+v of %d messages, want the two others", report, len(s.got))
		}
		if err := mail.Cancel(ctx, db.Write(), 2, now); err != nil {
			t.Fatal(err)
		}
		for _, m := range outbox(t, db) {
			if m.Subject == "of c" && m.State != "sent" {
				t.Errorf("%+v: what was sent cannot be cancelled", m)
			}
		}
	})
}
