package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"jalon/internal/dbtest"
)

// built is the program as its users have it, without the race detector. TestMain removes it.
var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(os.Getenv("JALON_DATA_DIR"), "program", "jalon")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		err = errors.New("go build: " + err.Error() + "\n" + string(out))
	}
	return path, err
})

// builtProgram gives the path of the program.
func builtProgram(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// runProgram runs the built program to its end, as call does within the test.
func runProgram(t testing.TB, database string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), builtProgram(t), append(args, "--database", database)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// okProgram runs the built program and expects success.
func okProgram(t testing.TB, database string, args ...string) result {
	t.Helper()
	r := runProgram(t, database, args...)
	if r.code != exitOK {
		t.Fatalf("jalon %q: exit %d\n%s%s", args, r.code, r.stdout, r.stderr)
	}
	return r
}

// A telling is the demonstration of 1 November 2026 as the program told it once: tests begin with copies of it.
type telling struct {
	once     sync.Once
	database string
	dir      string // holds the packs, and as answer.json what the program said
	took     time.Duration
	err      error
}

var toldOnSQLite, toldOnPostgres telling

// tell has the built program tell the demonstration, the first time that it is asked for.
func (d *telling) tell(t testing.TB, name string, database func(dir string) string) *telling {
	t.Helper()
	d.once.Do(func() { d.err = d.first(name, database) })
	if d.err != nil {
		t.Fatal(d.err)
	}
	return d
}

func (d *telling) first(name string, database func(dir string) string) error {
	program, err := built()
	if err != nil {
		return err
	}
	d.dir = filepath.Join(os.Getenv("JALON_DATA_DIR"), name)
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	d.database = database(d.dir)
	cmd := exec.Command(program, "demo", "--once", "--json", "--date", "2026-11-01", "--data-dir", d.dir, "--database", d.database)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	began := time.Now()
	out, err := cmd.Output()
	d.took = time.Since(began)
	if err != nil {
		return errors.New("demo: " + err.Error() + "\n" + errs.String())
	}
	return os.WriteFile(filepath.Join(d.dir, "answer.json"), out, 0o600)
}

// onSQLite and onPostgres give the telling on each database. It is not to be changed.
func onSQLite(t testing.TB) *telling {
	t.Helper()
	return toldOnSQLite.tell(t, "told", func(dir string) string { return "sqlite:" + filepath.Join(dir, "jalon.db") })
}

func onPostgres(t testing.TB) *telling {
	t.Helper()
	dbtest.NeedPostgres(t) // here, and not where it would spoil the telling of the next test
	return toldOnPostgres.tell(t, "told-on-postgres", func(string) string { return dbtest.PostgresKept(t) })
}

// copied gives a copy of a telling: its database, its folder, and the program's answer into what is given unless that is nil.
func (d *telling) copied(t testing.TB, into any) (database, dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(d.dir)); err != nil {
		t.Fatal(err)
	}
	if into != nil {
		answer, err := os.ReadFile(filepath.Join(dir, "answer.json"))
		if err != nil {
			t.Fatal(err)
		}
		decode(t, string(answer), into)
	}
	if strings.HasPrefix(d.database, "sqlite:") {
		return "sqlite:" + filepath.Join(dir, "jalon.db"), dir
	}
	return dbtest.PostgresCopy(t, d.database), dir
}

// toldDemo gives a demonstration of one's own on SQLite, told before, as copied does.
func toldDemo(t testing.TB, into any) (database, dir string) {
	t.Helper()
	return onSQLite(t).copied(t, into)
}
