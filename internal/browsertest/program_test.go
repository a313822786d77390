package browsertest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"jalon/internal/dbtest"
)

// built is the program as it is delivered, made once for all tests.
var built binary

type binary struct {
	once sync.Once
	dir  string
	out  []byte
	err  error
}

func (b *binary) path(t testing.TB) string {
	t.Helper()
	b.once.Do(func() {
		if b.dir, b.err = os.MkdirTemp("", "jalon-program-"); b.err == nil {
			b.out, b.err = exec.Command("go", "build", "-o", filepath.Join(b.dir, "jalon"), "jalon/cmd/jalon").CombinedOutput()
		}
	})
	if b.err != nil {
		t.Fatalf("build: %v\n%s", b.err, b.out)
	}
	return filepath.Join(b.dir, "jalon")
}

// remove is for the end of all tests.
func (b *binary) remove() {
	if b.dir != "" {
		_ = os.RemoveAll(b.dir) // a folder for temporary files loses them anyway
	}
}

// A program is the real one in a folder of its own, with a database of its own.
type program struct {
	t        testing.TB
	dir      string
	database string
}

func newProgram(t testing.TB) program {
	t.Helper()
	return program{t, t.TempDir(), "sqlite:var/jalon.db"}
}

// eachDatabase runs f with the program on every database, as subtests named after them.
func eachDatabase(t *testing.T, f func(t *testing.T, p program)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		f(t, newProgram(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		f(t, program{t, t.TempDir(), dbtest.PostgresMigrated(t)})
	})
}

// told is the demonstration of demoDay in an SQLite database, told once for all tests.
var told struct {
	sync.Once
	dir string
	err error
}

// demo serves the demonstration and gives its address. On SQLite it is a copy of one that was told before.
func (p program) demo() string {
	p.t.Helper()
	if strings.HasPrefix(p.database, "sqlite:") {
		told.Do(func() { told.dir, told.err = tell(built.path(p.t)) })
		if told.err != nil {
			p.t.Fatal(told.err)
		}
		if err := os.CopyFS(p.dir, os.DirFS(told.dir)); err != nil {
			p.t.Fatal(err)
		}
	}
	return p.serve("demo", "--date", demoDay)
}

// tell has the program tell the demonstration and end, and gives the folder in which it left it, beside itself.
func tell(jalon string) (string, error) {
	p := program{dir: filepath.Join(filepath.Dir(jalon), "told"), database: "sqlite:var/jalon.db"}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return "", err
	}
	if out, err := p.calls(jalon, "demo", "--once", "--date", demoDay).CombinedOutput(); err != nil {
		return "", fmt.Errorf("tell the demonstration: %w\n%s", err, out)
	}
	return p.dir, nil
}

func (p program) command(args ...string) *exec.Cmd {
	p.t.Helper()
	return p.calls(built.path(p.t), args...)
}

// calls is a call of the program that is at a path.
func (p program) calls(jalon string, args ...string) *exec.Cmd {
	cmd := exec.Command(jalon, args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "JALON_DATABASE_URL="+p.database, "JALON_DATA_DIR=var", "JALON_LOCALE=fr", "JALON_TIMEZONE=Europe/Paris")
	return cmd
}

// run has the program do one thing.
func (p program) run(stdin string, args ...string) {
	p.t.Helper()
	cmd := p.command(args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("jalon %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// write puts a file into the program's folder and gives its path.
func (p program) write(name, content string) string {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// serve starts the program as a site and gives its address. It is stopped with the test, which fails when the
// program logged an error of its own.
func (p program) serve(args ...string) string {
	p.t.Helper()
	cmd := p.command(append(args, "--listen", "127.0.0.1:0")...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	address, ended := make(chan string, 1), make(chan string, 1)
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20) // a line of the log may hold a stack
	go follow(lines, address, ended)
	p.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		failures := <-ended
		_ = cmd.Wait()
		if failures != "" {
			p.t.Errorf("the program logged:\n%s", failures)
		}
	})
	select {
	case base := <-address:
		return base
	case said := <-ended:
		ended <- said
		p.t.Fatalf("jalon %s did not come up:\n%s", strings.Join(args, " "), said)
		return ""
	}
}

// follow reads what a site says until it ends: first its address, then its errors. One that never gave an
// address is told whole.
func follow(lines *bufio.Scanner, address chan<- string, ended chan<- string) {
	var said, failures strings.Builder
	up := false
	for lines.Scan() {
		line := lines.Text()
		if !up {
			said.WriteString(line + "\n")
			for word := range strings.FieldsSeq(line) {
				if strings.HasPrefix(word, "http://127.0.0.1:") {
					up = true
					address <- word
					break
				}
			}
		}
		if strings.Contains(line, "level=ERROR") {
			failures.WriteString(line + "\n")
		}
	}
	if !up {
		ended <- said.String()
		return
	}
	ended <- failures.String()
}
