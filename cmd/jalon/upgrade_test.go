package main

import (
	"path/filepath"
	"strings"
	"testing"

	"jalon/internal/database"
	"jalon/internal/demo"
)

// TestMigrateKeepsACopy changes the schema of a file that is in use. The change fails, which is what the copy is for.
func TestMigrateKeepsACopy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "jalon.db")
	db := "sqlite:" + file
	if r := ok(t, nil, db, "migrate"); strings.Contains(r.stderr, "before-") {
		t.Errorf("an empty database was copied: %q", r.stderr)
	}
	change(t, db, func(db *database.DB) {
		if _, err := db.Write().ExecContext(t.Context(), "DELETE FROM bun_migrations WHERE name = '20261121000003'"); err != nil {
			t.Fatal(err)
		}
	})
	if r := call(t, db, "migrate"); r.code != exitFailure || !strings.Contains(r.stderr, "jalon.db.before-20261121000003") {
		t.Errorf("exit %d, %q", r.code, r.stderr)
	}
	if copies, err := filepath.Glob(file + ".before-*"); err != nil || len(copies) != 1 {
		t.Errorf("copies: %v, %v", copies, err)
	}
}

// TestKnownPasswordsStayOnTheMachine: a database in which the demonstration was loaded is not opened to others as long as
// anybody can sign in with the password that everybody knows.
func TestKnownPasswordsStayOnTheMachine(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "jalon.db")
	account := demo.Accounts()[0].Email
	if r := feed(t, db, demo.Password, "user", "add", account, "--name", "Maud", "--password-stdin"); r.code != exitOK {
		t.Fatal(r.stderr)
	}
	for _, args := range [][]string{
		{"--listen", "0.0.0.0:0", "--base-url", "https://jalon.exemple.fr"}, {"--listen", ":0"}, {"--listen", "127.0.0.1:0", "--base-url", "https://jalon.exemple.fr"},
	} {
		if r := call(t, db, append([]string{"serve"}, args...)...); r.code != exitFailure || !strings.Contains(r.stderr, account) {
			t.Errorf("%v: exit %d, %q", args, r.code, r.stderr)
		}
	}
	startServing(t, db, "serve").stop()
	ok(t, nil, db, "user", "disable", account)
	startServing(t, db, "serve", "--base-url", "https://jalon.exemple.fr").stop()
}

// TestDemonstrationOfAnEarlierVersion has the story and nobody who could sign in.
func TestDemonstrationOfAnEarlierVersion(t *testing.T) {
	db, dir := toldDemo(t, nil)
	told := []string{"demo", "--date", "2026-11-01", "--data-dir", dir}
	change(t, db, func(db *database.DB) {
		if _, err := db.Write().ExecContext(t.Context(), "UPDATE user_account SET email_folded = 'x' || id"); err != nil {
			t.Fatal(err)
		}
	})
	ok(t, nil, db, append(told, "--once")...)
	if r := call(t, db, append(told, "--listen", "127.0.0.1:0")...); r.code != exitFailure || strings.Contains(r.stderr, demo.Password) {
		t.Errorf("exit %d, %q", r.code, r.stderr)
	}
}

// TestMailTroubleIsShown tells administrators of messages that were given up: otherwise nobody learns that nobody was invited.
func TestMailTroubleIsShown(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "jalon.db")
	const email, password = "anne@exemple.fr", "quatre chevaux traversent"
	if r := feed(t, db, password, "user", "add", email, "--name", "Anne", "--password-stdin"); r.code != exitOK {
		t.Fatal(r.stderr)
	}
	change(t, db, func(db *database.DB) {
		_, err := db.Write().ExecContext(t.Context(), `INSERT INTO mail_outbox (organisation_id, message_key, recipient, subject, body, state, queued_at, next_try_at)
			SELECT id, 'k', 'x@exemple.fr', 's', '', 'failed', created_at, created_at FROM organisation`)
		if err != nil {
			t.Fatal(err)
		}
	})
	r := newReader(t, startServing(t, db, "serve", "--locale", "fr"))
	r.signIn(email, password)
	if _, _, body := r.get("/organisations/1/users"); !strings.Contains(body, `class="alert"`) {
		t.Errorf("nothing is said of the message that was given up:\n%s", body)
	}
}
