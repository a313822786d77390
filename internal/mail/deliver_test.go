package mail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/mail"
)

// sender takes every message and answers as it is told to.
type sender struct {
	mu     sync.Mutex
	got    []mail.Message
	answer func(ctx context.Context, n int) error // n from 1
}

func (s *sender) Send(ctx context.Context, m mail.Message) error {
	s.mu.Lock()
	s.got = append(s.got, m)
	n := len(s.got)
	s.mu.Unlock()
	if s.answer == nil {
		return nil
	}
	return s.answer(ctx, n)
}

func deliver(t *testing.T, db *database.DB, s mail.Sender, at time.Time) mail.Report {
	t.Helper()
	report, err := mail.Deliver(context.Background(), db, s, at)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestDeliver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		want := mail.Message{OrganisationID: org, Key: "reset:1", UserID: 7, To: "anne@lille.fr", Subject: "Été", Body: "https://jalon.lille.fr/secret", ExpiresAt: now.Add(time.Hour)}
		queue(t, db, want)
		s := &sender{}
		if report := deliver(t, db, s, now.Add(-time.Microsecond)); report != (mail.Report{}) || len(s.got) != 0 {
			t.Errorf("before its time: %+v", report)
		}
		if report := deliver(t, db, s, now); report != (mail.Report{Sent: 1}) {
			t.Errorf("report = %+v, want one sent", report)
		}
		s.got[0].ExpiresAt = s.got[0].ExpiresAt.UTC()
		if len(s.got) != 1 || s.got[0] != want {
			t.Errorf("sent %+v, want %+v", s.got, want)
		}
		if got := outbox(t, db)[0]; got.State != "sent" || got.Body != "" {
			t.Errorf("row = %+v, want sent, without its text", got)
		}
		if report := deliver(t, db, s, now.Add(time.Hour)); report != (mail.Report{}) || len(s.got) != 1 {
			t.Errorf("again: %+v, %d messages", report, len(s.got))
		}
	})
}

// TestDeliverTriesAgain: 1, 4, 16, 64, 256 minutes after each other, and then no more.
func TestDeliverTriesAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		queue(t, db, mail.Message{OrganisationID: org, Body: "text"})
		s := &sender{answer: func(context.Context, int) error {
			return errors.New("451 later\r\nplease\x00 " + strings.Repeat("é", 500))
		}}
		at := now
		for try, pause := range []time.Duration{1, 4, 16, 64, 256} {
			if report := deliver(t, db, s, at); report != (mail.Report{Retried: 1}) {
				t.Fatalf("try %d: %+v", try+1, report)
			}
			got := outbox(t, db)[0]
			next := at.Add(pause * time.Minute)
			if got.State != "waiting" || got.Body != "text" || !got.NextTryAt.Equal(next) || got.Tries != try+1 {
				t.Errorf("try %d: row = %+v, want the next try at %v", try+1, got, next)
			}
			if !strings.HasPrefix(got.LastError, "451 later please éé") || len([]rune(got.LastError)) != 300 {
				t.Errorf("try %d: error kept = %q", try+1, got.LastError)
			}
			if report := deliver(t, db, s, next.Add(-time.Second)); report != (mail.Report{}) {
				t.Errorf("try %d: sent before its time: %+v", try+1, report)
			}
			at = next
		}
		if report := deliver(t, db, s, at); report != (mail.Report{Failed: 1}) {
			t.Errorf("last try: %+v", report)
		}
		if got := outbox(t, db)[0]; got.State != "failed" || got.Body != "" || got.LastError == "" {
			t.Errorf("row = %+v, want failed, without its text", got)
		}
		if n, err := mail.Failed(context.Background(), db.Read(), org); n != 1 || err != nil {
			t.Errorf("failed = %d, %v, want 1", n, err)
		}
	})
}

func TestDeliverOutcomes(t *testing.T) {
	refused := fmt.Errorf("%w: 550 no such user", mail.ErrRefused)
	soon := now.Add(time.Minute)
	tests := []struct {
		name    string
		message mail.Message
		answers []error
		at      []time.Duration // of each call
		want    string          // state, tries
		sent    int
	}{
		{"later, then taken", mail.Message{}, []error{errors.New("421 away"), nil}, []time.Duration{0, time.Minute}, "sent 2", 2},
		{"refused for good", mail.Message{}, []error{refused}, []time.Duration{0, 24 * time.Hour}, "failed 1", 1},
		{"too late from the start", mail.Message{ExpiresAt: now}, nil, []time.Duration{0}, "cancelled 1", 0},
		{"just in time", mail.Message{ExpiresAt: now.Add(time.Microsecond)}, []error{nil}, []time.Duration{0}, "sent 1", 1},
		{"too late at the second try", mail.Message{ExpiresAt: soon}, []error{errors.New("421 away")}, []time.Duration{0, time.Minute}, "cancelled 2", 1},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				tc.message.OrganisationID, tc.message.Body = newOrganisation(t, db, "lille"), "text"
				queue(t, db, tc.message)
				s := &sender{answer: func(_ context.Context, n int) error { return tc.answers[n-1] }}
				for _, after := range tc.at {
					deliver(t, db, s, now.Add(after))
				}
				got := outbox(t, db)[0]
				if state := fmt.Sprintf("%s %d", got.State, got.Tries); state != tc.want || got.Body != "" || len(s.got) != tc.sent {
					t.Errorf("row %+v after %d sendings, want %s after %d, without its text", got, len(s.got), tc.want, tc.sent)
				}
			})
		})
	}
}

// TestDeliverersAtOnce are replicas that wake in the same minute.
func TestDeliverersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		const messages, deliverers = 60, 4
		org := newOrganisation(t, db, "lille")
		for i := range messages {
			queue(t, db, mail.Message{OrganisationID: org, Key: fmt.Sprint(i)})
		}
		s := &sender{}
		var wg sync.WaitGroup
		for range deliverers {
			wg.Go(func() {
				for range 2 { // a call is bounded
					if _, err := mail.Deliver(context.Background(), db, s, now); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		keys := map[string]int{}
		for _, m := range s.got {
			keys[m.Key]++
		}
		if len(s.got) != messages || len(keys) != messages {
			t.Errorf("%d sendings of %d messages, want each of %d once", len(s.got), len(keys), messages)
		}
	})
}

// TestDeliverIsBounded: one call does not send all night.
func TestDeliverIsBounded(t *testing.T) {
	db := dbtest.SQLite(t)
	org := newOrganisation(t, db, "lille")
	for i := range 70 {
		queue(t, db, mail.Message{OrganisationID: org, Key: fmt.Sprint(i)})
	}
	s := &sender{}
	if first, second := deliver(t, db, s, now), deliver(t, db, s, now); first.Sent != 50 || second.Sent != 20 || s.got[0].Key != "0" || s.got[69].Key != "69" {
		t.Errorf("sent %d and %d, want the 50 oldest and then 20", first.Sent, second.Sent)
	}
}

// TestDelivererDies: whoever dies while sending keeps others off until the lease is over; then the message goes out again. One that
// kills its sender each time is given up.
func TestDelivererDies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		queue(t, db, mail.Message{OrganisationID: org, Body: "text"})
		dying := &sender{answer: func(context.Context, int) error { panic("power cut") }}
		s := &sender{}
		at := now
		for try := 1; try <= 6; try++ {
			func() {
				defer func() { _ = recover() }()
				_, _ = mail.Deliver(context.Background(), db, dying, at)
			}()
			if report := deliver(t, db, s, at.Add(10*time.Minute-time.Microsecond)); report != (mail.Report{}) {
				t.Fatalf("death %d: %+v while the lease runs", try, report)
			}
			at = at.Add(10 * time.Minute)
		}
		if report := deliver(t, db, s, at); report != (mail.Report{Failed: 1}) || len(dying.got) != 6 || len(s.got) != 0 {
			t.Errorf("report %+v after %d deaths and %d sendings, want it given up", report, len(dying.got), len(s.got))
		}
	})
}

// TestCancelledWhileOnItsWay: what became of a message is told as it was.
func TestCancelledWhileOnItsWay(t *testing.T) {
	tests := []struct {
		name   string
		answer error
		want   string
	}{
		{"it left", nil, "sent"},
		{"it did not leave", errors.New("421 away"), "cancelled"},
		{"it was refused", mail.ErrRefused, "cancelled"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				queue(t, db, mail.Message{OrganisationID: newOrganisation(t, db, "lille"), UserID: 7, Body: "text"})
				s := &sender{answer: func(ctx context.Context, _ int) error {
					return errors.Join(mail.Cancel(ctx, db.Write(), 7, now), tc.answer)
				}}
				deliver(t, db, s, now)
				if got := outbox(t, db)[0]; got.State != tc.want || got.Body != "" {
					t.Errorf("row = %+v, want %s, without its text", got, tc.want)
				}
				if report := deliver(t, db, s, now.Add(24*time.Hour)); report != (mail.Report{}) {
					t.Errorf("sent again: %+v", report)
				}
			})
		})
	}
}

// TestDeliverStops: told to stop, a delivery notes what left and leaves the rest.
func TestDeliverStops(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		for _, key := range []string{"a", "b", "c"} {
			queue(t, db, mail.Message{OrganisationID: org, Key: key, Body: "text"})
		}
		ctx, stop := context.WithCancel(context.Background())
		s := &sender{answer: func(ctx context.Context, n int) error {
			if n == 2 {
				stop()
				return ctx.Err()
			}
			return nil
		}}
		if report, err := mail.Deliver(ctx, db, s, now); report != (mail.Report{Sent: 1, Retried: 1}) || err != nil {
			t.Errorf("Deliver = %+v, %v", report, err)
		}
		got := outbox(t, db)
		if got[0].State != "sent" || got[1].State != "waiting" || got[1].Tries != 1 || got[2].Tries != 0 {
			t.Errorf("outbox = %+v", got)
		}
		if report := deliver(t, db, &sender{}, now.Add(time.Minute)); report != (mail.Report{Sent: 2}) {
			t.Errorf("afterwards: %+v, want the two others", report)
		}
	})
}
