package deploytest

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// A stand-in for PostgreSQL's programs: it notes its process and its folder, says that it is ready and waits.
const (
	fakeInitdb = `#!/bin/sh
for arg; do case $arg in --pgdata=*) mkdir -p "${arg#--pgdata=}";; esac; done
`
	fakePostgres = `#!/bin/sh
if [ "$1" = --version ]; then echo 'postgres (PostgreSQL) 17.4'; exit; fi
if [ -e "$RECORD/busy" ]; then rm "$RECORD/busy"; echo 'could not bind IPv4 address: Address already in use'; exit 1; fi
echo $$ >"$RECORD/pid"; echo "$2" >"$RECORD/data"; echo "$4" >"$RECORD/port"
printf '%s\n\n\n\n\n\n\nready   \n' $$ >"$2/postmaster.pid"
exec sleep 600
`
)

// cluster runs .ci/postgres over the stand-in.
type cluster struct {
	record string // folder into which the stand-in writes
	cmd    *exec.Cmd
}

func newCluster(t *testing.T, args ...string) cluster {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash: .ci/postgres cannot run here")
	}
	dir := t.TempDir()
	record, bin := filepath.Join(dir, "record"), filepath.Join(dir, "bin")
	// Started by root, the server runs as another user, who must get here.
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{record, bin} {
		if err := errors.Join(os.Mkdir(d, 0o755), os.Chmod(d, 0o777)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"initdb": fakeInitdb, "postgres": fakePostgres} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("bash", append([]string{filepath.Join(root, ".ci", "postgres")}, args...)...)
	cmd.Env = append(os.Environ(), "JALON_TEST_POSTGRES=", "JALON_TEST_PG_BIN="+bin, "RECORD="+record)
	return cluster{record: record, cmd: cmd}
}

func (c cluster) recorded(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.record, name))
	if err != nil {
		t.Fatalf("the server was not started: %v", err)
	}
	return strings.TrimSpace(string(text))
}

// expectGone fails when the server still runs or its folder is still there.
func (c cluster) expectGone(t *testing.T) {
	t.Helper()
	pid, err := strconv.Atoi(c.recorded(t, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the server, process %d, still runs", pid)
	}
	if folder := filepath.Dir(c.recorded(t, "data")); !missing(folder) {
		t.Errorf("%s is still there", folder)
	}
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func TestPostgresScript(t *testing.T) {
	for _, code := range []int{0, 7} {
		t.Run(fmt.Sprintf("a command that ends with %d", code), func(t *testing.T) {
			c := newCluster(t, "bash", "-c", fmt.Sprintf(`echo "$JALON_TEST_POSTGRES"; exit %d`, code))
			out, _ := c.cmd.Output()
			if got := c.cmd.ProcessState.ExitCode(); got != code {
				t.Errorf("exit code %d, want the command's, %d", got, code)
			}
			want := "postgres://postgres@127.0.0.1:" + c.recorded(t, "port") + "/postgres?sslmode=disable\n"
			if string(out) != want {
				t.Errorf("JALON_TEST_POSTGRES = %q, want %q", out, want)
			}
			c.expectGone(t)
		})
	}
}

func TestPostgresScriptTakesAnotherPort(t *testing.T) {
	c := newCluster(t, "true")
	if err := os.WriteFile(filepath.Join(c.record, "busy"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := c.cmd.CombinedOutput(); err != nil {
		t.Fatalf("with a port in use: %v\n%s", err, out)
	}
	if !missing(filepath.Join(c.record, "busy")) {
		t.Error("the first port was not tried")
	}
	c.expectGone(t)
}

func TestPostgresScriptInterrupted(t *testing.T) {
	for _, tc := range []struct {
		signal syscall.Signal
		code   int
	}{{syscall.SIGINT, 130}, {syscall.SIGTERM, 143}, {syscall.SIGHUP, 129}} {
		t.Run(tc.signal.String(), func(t *testing.T) {
			c := newCluster(t, "bash", "-c", `echo $$; exec sleep 600`)
			out, err := c.cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatalf("the command did not start: %v", err)
			}
			command, err := strconv.Atoi(strings.TrimSpace(line))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.cmd.Process.Signal(tc.signal); err != nil {
				t.Fatal(err)
			}
			_ = c.cmd.Wait() // its code is looked at below
			if got := c.cmd.ProcessState.ExitCode(); got != tc.code {
				t.Errorf("exit code %d, want %d", got, tc.code)
			}
			if err := syscall.Kill(command, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("the command, process %d, still runs", command)
			}
			c.expectGone(t)
		})
	}
}

func TestPostgresScriptUsesWhatIsThere(t *testing.T) {
	c := newCluster(t, "bash", "-c", `echo "$JALON_TEST_POSTGRES"`)
	c.cmd.Env = append(c.cmd.Env, "JALON_TEST_POSTGRES=postgres://elsewhere/")
	out, err := c.cmd.Output()
	if err != nil || string(out) != "postgres://elsewhere/\n" {
		t.Errorf("JALON_TEST_POSTGRES = %q (%v), want it as it was", out, err)
	}
	if !missing(filepath.Join(c.record, "pid")) {
		t.Error("a server was started although one was named")
	}
}

// TestScriptsAreWellFormed has bash read every script of .ci without running it.
func TestScriptsAreWellFormed(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join(root, ".ci", "*"))
	if err != nil || len(scripts) < 3 {
		t.Fatalf(".ci holds %q (%v)", scripts, err)
	}
	strict := regexp.MustCompile(`(?m)^set -euo pipefail$`)
	for _, script := range scripts {
		if out, err := exec.Command("bash", "-n", script).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", script, err, out)
		}
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		if !strict.Match(text) {
			t.Errorf("%s does not stop at the first error: set -euo pipefail", script)
		}
		if info, err := os.Stat(script); err != nil || info.Mode()&0o111 == 0 {
			t.Errorf("%s is not executable", script)
		}
	}
}
