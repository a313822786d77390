package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
	"jalon/portfolio/projectfile"
)

// TestKilled kills the program at moments drawn by lot and looks at what it left behind. A sample with
// a fixed seed, hundreds of kills with JALON_TORTURE=1.
func TestKilled(t *testing.T) {
	k := killer{imports: 5, demos: 3, ledgers: 10}
	seed := uint64(2026)
	if os.Getenv("JALON_TORTURE") == "1" {
		seed = uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		k.imports, k.demos, k.ledgers = 200, 200, 200
	}
	k.binary = builtProgram(t)
	// Each goes on by itself, with a lot of its own: the moments do not depend on which comes first.
	each := func(name string, stream uint64, kill func(t *testing.T, k killer)) {
		one := k
		one.lot = rand.New(rand.NewPCG(seed, stream))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kill(t, one)
		})
	}
	each("while importing/SQLite", 11, func(t *testing.T, k killer) { k.importing(t, emptyFile(t)) })
	each("while importing/PostgreSQL", 12, func(t *testing.T, k killer) { k.importing(t, dbtest.PostgresMigrated(t)) })
	each("while importing a ledger/SQLite", 13, func(t *testing.T, k killer) {
		k.ledgers = max(1, k.ledgers/10)
		k.ledger(t, emptyFile(t))
	})
	each("while importing a ledger/PostgreSQL", 14, func(t *testing.T, k killer) { k.ledger(t, dbtest.PostgresMigrated(t)) })
	each("while telling the demonstration/SQLite", 15, func(t *testing.T, k killer) { k.telling(t, onSQLite(t).took, emptyFile) })
	each("while telling the demonstration/PostgreSQL", 16, func(t *testing.T, k killer) {
		k.telling(t, onPostgres(t).took, func(t *testing.T) string { return dbtest.PostgresMigrated(t) })
	})
}

// emptyFile is the URL of an SQLite database that is not there yet.
func emptyFile(t *testing.T) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "jalon.db")
}

// killer starts the built program as a process of its own and ends it without warning.
type killer struct {
	binary                  string
	imports, demos, ledgers int // how often each is killed
	lot                     *rand.Rand
}

// start runs the program, kills it after a while unless that is 0, and gives how long it ran and
// whether it came to its end.
func (k killer) start(t *testing.T, after time.Duration, args ...string) (ran time.Duration, finished bool) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(k.binary, args...)
	cmd.Stderr = &stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	err := cmd.Wait()
	if err != nil && cmd.ProcessState.ExitCode() >= 0 { // it was not the signal
		t.Fatalf("jalon %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return time.Since(began), err == nil
}

// listOf writes a list of projects whose costs all are n euros.
func listOf(t *testing.T, projects int, n int64) string {
	t.Helper()
	rows := make([]projectfile.Row, projects)
	for i := range rows {
		rows[i] = projectfile.Row{Code: fmt.Sprintf("P%05d", i), Name: fmt.Sprintf("Projet %d", i), HasCost: true, Cost: money.Amount(n * 100)}
	}
	var b bytes.Buffer
	if err := projectfile.Write(&b, rows, money.EUR, "fr"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), fmt.Sprintf("liste-%d.csv", n))
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// importing kills imports, twenty into each roadmap: each is booked whole or not at all.
func (k killer) importing(t *testing.T, url string) {
	const projects = 2000
	command := func(n int64) []string {
		return []string{"import", "projects", listOf(t, projects, n), "--roadmap", fmt.Sprint("FDR-", n/20), "--profile", "jalon", "--as-of", fmt.Sprintf("%04d-01-01", 2000+n), "--database", url}
	}
	whole, _ := k.start(t, 0, command(1)...)
	killed := 0
	for n := int64(2); n < int64(2+k.imports); n++ {
		args := command(n)
		if _, finished := k.start(t, 1+time.Duration(k.lot.Int64N(int64(whole))), args...); !finished {
			killed++
		}
		estimates, members := booked(t, url, n)
		if (estimates != 0 && estimates != projects) || estimates != members {
			t.Fatalf("list %d: %d estimates and %d members of %d were booked", n, estimates, members, projects)
		}
		okProgram(t, url, "verify")
		k.start(t, 0, args...)
		if estimates, members = booked(t, url, n); estimates != projects || members != projects {
			t.Fatalf("list %d again: %d estimates and %d members, want %d", n, estimates, members, projects)
		}
	}
	t.Logf("%d of %d imports were killed before their end of about %s", killed, k.imports, whole.Round(time.Millisecond))
}

// look reads a database on one view of the data.
func look(t *testing.T, url string, read func(ctx context.Context, tx database.Conn) error) {
	t.Helper()
	ctx := context.Background()
	db, err := database.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.ReadTx(ctx, read); err != nil {
		t.Fatal(err)
	}
}

// booked counts what is in the books of the nth list, on one view of the data.
func booked(t *testing.T, url string, n int64) (estimates, members int) {
	t.Helper()
	look(t, url, func(ctx context.Context, tx database.Conn) error {
		if err := tx.NewRaw("SELECT count(*) FROM estimate WHERE cost = ?", n*100).Scan(ctx, &estimates); err != nil {
			return err
		}
		return tx.NewRaw("SELECT count(*) FROM project_list_member AS m JOIN project_list AS l ON l.id = m.list_id WHERE l.file = ?", fmt.Sprintf("liste-%d.csv", n)).Scan(ctx, &members)
	})
	return estimates, members
}

// ledger kills imports of a hundred thousand lines, each into an organisation of its own, and of a corrected file into one that has them: each is booked whole or
// not at all, and the next one finds nothing in its way.
func (k killer) ledger(t *testing.T, url string) {
	const lines = 100_000
	first, corrected := mandatsOf(t, lines, 0), mandatsOf(t, lines, 1)
	command := func(file, organisation string) []string {
		return []string{"import", "ledger", file, "--profile", "generic-fr", "--coverage", "2025-01-01..2025-12-31", "--confirm-withdrawals", "--organisation", organisation, "--database", url}
	}
	okProgram(t, url, "organisation", "add", "whole", "--name", "Whole")
	whole, _ := k.start(t, 0, command(first, "whole")...)
	killed := 0
	for n := range k.ledgers {
		code, file := fmt.Sprint("org", n), first
		if n%5 == 4 { // the sum of a file of which every line has other cents is another one
			code, file = "whole", corrected
		} else {
			okProgram(t, url, "organisation", "add", code, "--name", code)
		}
		before := k.stands(t, url, code)
		_, finished := k.start(t, 1+time.Duration(k.lot.Int64N(int64(whole))), command(file, code)...)
		after := k.stands(t, url, code)
		switch {
		case !finished:
			killed++
			if after != before && after.live != lines { // it was killed after the commit, before its end
				t.Fatalf("import %d was killed: %+v before, %+v after", n, before, after)
			}
		case after.live != lines:
			t.Fatalf("import %d came to its end: %+v", n, after)
		}
		if after.live != 0 && after.live != lines || after.queue+after.allocated != after.live || after.files*lines > after.outcomes {
			t.Fatalf("import %d left %+v", n, after)
		}
		if n == k.ledgers-1 {
			k.start(t, 0, command(file, code)...)
			if again := k.stands(t, url, code); again.live != lines {
				t.Fatalf("import %d again: %+v", n, again)
			}
		}
	}
	okProgram(t, url, "verify")
	t.Logf("%d of %d imports were killed before their end of about %s", killed, k.ledgers, whole.Round(time.Millisecond))
}

// ledgerStanding is what is in the books of an organisation.
type ledgerStanding struct {
	live, queue, allocated, files, outcomes int
	total                                   int64
}

// stands counts what is in the books of an organisation, on one view of the data.
func (k killer) stands(t *testing.T, url, organisation string) (s ledgerStanding) {
	t.Helper()
	look(t, url, func(ctx context.Context, tx database.Conn) error {
		var id int64
		if err := tx.NewRaw("SELECT id FROM organisation WHERE code = ?", organisation).Scan(ctx, &id); err != nil {
			return err
		}
		for _, count := range []struct {
			to    any
			query string
		}{
			{&s.live, "SELECT count(*) FROM posting WHERE organisation_id = ? AND live"},
			{&s.queue, "SELECT count(*) FROM open_posting WHERE organisation_id = ?"},
			{&s.allocated, "SELECT count(DISTINCT a.posting_id) FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id WHERE a.organisation_id = ? AND p.live"},
			{&s.files, "SELECT count(*) FROM import_file WHERE organisation_id = ? AND state = 'booked'"},
			{&s.outcomes, "SELECT coalesce(sum(length(outcomes)), 0) FROM import_outcome WHERE organisation_id = ?"},
			{&s.total, "SELECT CAST(coalesce(sum(total), 0) AS BIGINT) FROM scope_total WHERE organisation_id = ?"},
		} {
			if err := tx.NewRaw(count.query, id).Scan(ctx, count.to); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

// telling kills the demonstration, which takes so long whole, each time in a new database: what stands there is sound, no pack is
// written by half, and the next start tells it to its end or says in one line why it does not.
func (k killer) telling(t *testing.T, whole time.Duration, fresh func(t *testing.T) string) {
	command := func(url, dir string) []string {
		return []string{"demo", "--once", "--date", "2026-11-01", "--database", url, "--data-dir", dir}
	}
	for range k.demos {
		url, dir := fresh(t), t.TempDir()
		_, finished := k.start(t, 1+time.Duration(k.lot.Int64N(int64(whole))), command(url, dir)...)
		okProgram(t, url, "migrate")
		okProgram(t, url, "verify")
		wholePacks(t, dir)
		r := runProgram(t, url, "demo", "--once", "--date", "2026-11-01", "--data-dir", dir)
		switch {
		case r.code == exitOK:
		case finished || r.code != exitFailure || strings.Count(r.stderr, "\n") != 1:
			t.Errorf("next start after finished %v: exit %d\n%s", finished, r.code, r.stderr)
		}
		okProgram(t, url, "verify")
		wholePacks(t, dir)
	}
}

// wholePacks reads every pack that was written.
func wholePacks(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "packs", "*.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(data, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(data), []byte("%%EOF")) {
			t.Errorf("%s is no whole PDF", file)
		}
	}
}
