package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
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

// toldOnce is the demonstration of 1 November 2026 in a folder: its database, its packs, and what the program said.
var toldOnce = sync.OnceValues(func() (string, error) {
	program, err := built()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(os.Getenv("JALON_DATA_DIR"), "told")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	cmd := exec.Command(program, "demo", "--once", "--json", "--date", "2026-11-01", "--data-dir", dir, "--database", "sqlite:"+filepath.Join(dir, "jalon.db"))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", errors.New("demo: " + err.Error() + "\n" + errs.String())
	}
	return dir, os.WriteFile(filepath.Join(dir, "answer.json"), out, 0o600)
})

// toldDemo gives a demonstration of one's own, told before: the database, its folder, and the program's answer into what is given unless that is nil.
func toldDemo(t testing.TB, into any) (database, dir string) {
	t.Helper()
	told, err := toldOnce()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(told)); err != nil {
		t.Fatal(err)
	}
	if into != nil {
		answer, err := os.ReadFile(filepath.Join(dir, "answer.json"))
		if err != nil {
			t.Fatal(err)
		}
		decode(t, string(answer), into)
	}
	return "sqlite:" + filepath.Join(dir, "jalon.db"), dir
}
