package deploytest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the repository as seen from this package.
const root = "../.."

// An instruction is one of a Dockerfile's, continuation lines joined.
type instruction struct {
	line       int
	name, args string
}

// The instructions of the Dockerfile reference; MAINTAINER is left out, being deprecated.
var knownInstructions = strings.Fields("ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR")

// parseDockerfile splits a Dockerfile into instructions: comment lines are dropped, also between the lines of one
// instruction; a backslash at the end continues it. It reports lines that are none.
func parseDockerfile(text string) ([]instruction, []string) {
	var out []instruction
	var problems []string
	var open *instruction
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "#") {
			continue
		}
		body, more := strings.CutSuffix(trimmed, `\`)
		switch {
		case open != nil:
			if trimmed == "" {
				problems = append(problems, fmt.Sprintf("line %d: an empty line inside an instruction", n+1))
			}
			open.args = strings.TrimSpace(open.args + " " + strings.TrimSpace(body))
		case trimmed == "":
			continue
		default:
			name, args, _ := strings.Cut(body, " ")
			open = &instruction{line: n + 1, name: name, args: strings.TrimSpace(args)}
			if !slices.Contains(knownInstructions, name) {
				problems = append(problems, fmt.Sprintf("line %d: %q is no instruction", n+1, name))
			}
		}
		if !more {
			if open.args == "" {
				problems = append(problems, fmt.Sprintf("line %d: %s has no argument", open.line, open.name))
			}
			out = append(out, *open)
			open = nil
		}
	}
	if open != nil {
		problems = append(problems, fmt.Sprintf("line %d: %s continues past the end of the file", open.line, open.name))
	}
	return out, problems
}

// options splits `--name=value` words off the front of an instruction's arguments.
func (i instruction) options() (map[string]string, string) {
	opts, rest := map[string]string{}, i.args
	for strings.HasPrefix(rest, "--") {
		word, tail, _ := strings.Cut(rest, " ")
		name, value, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		opts[name], rest = value, strings.TrimSpace(tail)
	}
	return opts, rest
}

// execForm reads a JSON array of words; the shell form, which needs a shell, is refused.
func execForm(args string) ([]string, error) {
	var words []string
	if err := json.Unmarshal([]byte(args), &words); err != nil || len(words) == 0 {
		return nil, fmt.Errorf("%s is not in exec form", args)
	}
	return words, nil
}

// checkDockerfile reports every promise that a Dockerfile breaks. inContext tells whether a path would be sent to the build.
func checkDockerfile(text string, inContext func(string) bool) []string {
	instructions, problems := parseDockerfile(text)
	complain := func(i instruction, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("line %d: %s", i.line, fmt.Sprintf(format, args...)))
	}
	stages := []string{}
	last := map[string]instruction{} // of the final stage
	for n, i := range instructions {
		if n == 0 && i.name != "FROM" && i.name != "ARG" {
			complain(i, "%s before FROM", i.name)
		}
		switch i.name {
		case "FROM":
			last = map[string]instruction{}
			if m := fromForm.FindStringSubmatch(i.args); m == nil {
				complain(i, "FROM %s: want an image with its version, or scratch", i.args)
			} else {
				stages = append(stages, m[1])
			}
		case "COPY", "ADD":
			opts, rest := i.options()
			words := strings.Fields(rest)
			if len(words) < 2 {
				complain(i, "%s needs sources and a target", i.name)
				continue
			}
			if from, ok := opts["from"]; ok {
				if !slices.Contains(stages, from) {
					complain(i, "no stage %q before this line", from)
				}
				continue
			}
			for _, source := range words[:len(words)-1] {
				if !inContext(source) {
					complain(i, "%s: not in the repository, or kept out by .dockerignore", source)
				}
			}
		case "ENTRYPOINT", "CMD", "VOLUME":
			if _, err := execForm(i.args); err != nil {
				complain(i, "%v", err)
			}
		case "EXPOSE":
			if port, err := strconv.ParseUint(i.args, 10, 16); err != nil || port < 1024 {
				complain(i, "EXPOSE %s: want a port above 1023", i.args)
			}
		}
		last[i.name] = i
	}
	return append(problems, checkFinalStage(last)...)
}

var fromForm = regexp.MustCompile(`^(?:scratch|[a-z0-9./_-]+:[A-Za-z0-9._-]+)(?: AS ([a-z][a-z0-9_-]*))?$`)

// checkFinalStage looks at what the image is made of: the last instruction of each name counts.
func checkFinalStage(last map[string]instruction) []string {
	var problems []string
	if user := last["USER"]; !unprivileged.MatchString(user.args) {
		problems = append(problems, fmt.Sprintf("USER %q: want a numeric user and group other than 0", user.args))
	}
	if words, err := execForm(last["ENTRYPOINT"].args); err != nil || words[0] != "/jalon" {
		problems = append(problems, "ENTRYPOINT: want the binary /jalon in exec form")
	}
	_, health := last["HEALTHCHECK"].options()
	if words, err := execForm(strings.TrimPrefix(health, "CMD ")); err != nil || !slices.Equal(words, []string{"/jalon", "healthcheck"}) {
		problems = append(problems, `HEALTHCHECK: want CMD ["/jalon", "healthcheck"]: the image has no other program`)
	}
	if words, err := execForm(last["VOLUME"].args); err != nil || !slices.Contains(words, "/data") {
		problems = append(problems, "VOLUME: want /data")
	}
	if last["EXPOSE"].args != "8080" {
		problems = append(problems, "EXPOSE: want 8080")
	}
	return problems
}

var unprivileged = regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ignores tells whether a .dockerignore of plain names (`*`, `!name`, `folder/*`) keeps a root name out of the build.
func ignores(dockerignore, name string) bool {
	out := false
	for line := range strings.Lines(dockerignore) {
		pattern := strings.TrimSpace(line)
		if pattern == "" || strings.HasPrefix(pattern, "#") {
			continue
		}
		kept, negated := strings.CutPrefix(pattern, "!")
		if match, err := filepath.Match(kept, name); err == nil && match {
			out = !negated
		}
	}
	return out
}

func TestDockerfile(t *testing.T) {
	ignore := read(t, ".dockerignore")
	inContext := func(path string) bool {
		_, err := os.Stat(filepath.Join(root, path))
		return err == nil && (path == "." || !ignores(ignore, filepath.ToSlash(path)))
	}
	for _, line := range checkDockerfile(read(t, "Dockerfile"), inContext) {
		t.Errorf("Dockerfile: %s", line)
	}
}

// TestDockerignore holds that the build gets every folder with Go code, and neither data nor secrets.
func TestDockerignore(t *testing.T) {
	ignore := read(t, ".dockerignore")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") || slices.Contains([]string{"bin", "docs", "node_modules", "secrets", "var"}, e.Name()) {
			continue
		}
		if ignores(ignore, e.Name()) {
			t.Errorf(".dockerignore keeps %s/ out of the build", e.Name())
		}
	}
	for _, name := range []string{".git", ".env", "bin", "jalon", "node_modules", "secrets", "var"} {
		if !ignores(ignore, name) {
			t.Errorf(".dockerignore sends %s to the build", name)
		}
	}
}

// TestGoVersion holds that the image is built with the Go that go.mod asks for.
func TestGoVersion(t *testing.T) {
	m := regexp.MustCompile(`(?m)^go ([0-9]+\.[0-9]+)`).FindStringSubmatch(read(t, "go.mod"))
	if m == nil {
		t.Fatal("go.mod names no version of Go")
	}
	if want := "FROM golang:" + m[1]; !strings.Contains(read(t, "Dockerfile"), want) {
		t.Errorf("the Dockerfile has no %q, the version of go.mod", want)
	}
}

// TestDockerfileIsRefused spoils the real file, one slip at a time.
func TestDockerfileIsRefused(t *testing.T) {
	text := read(t, "Dockerfile")
	tests := []struct{ name, old, new, want string }{
		{"a misspelt instruction", "EXPOSE 8080", "EXPOES 8080", `"EXPOES" is no instruction`},
		{"root", "USER 65532:65532", "USER 0:0", `USER "0:0"`},
		{"a named user", "USER 65532:65532", "USER jalon", `USER "jalon"`},
		{"no user", "USER 65532:65532\n", "", `USER ""`},
		{"the shell form", `ENTRYPOINT ["/jalon"]`, "ENTRYPOINT /jalon", "exec form"},
		{"a health check that needs curl", `CMD ["/jalon", "healthcheck"]`, "CMD curl -f http://127.0.0.1:8080", "HEALTHCHECK"},
		{"an unknown stage", "--from=build /out/jalon", "--from=built /out/jalon", `no stage "built"`},
		{"a file that is not there", "COPY go.mod go.sum ./", "COPY go.mod go.work ./", "go.work"},
		{"a file kept out", "COPY go.mod go.sum ./", "COPY go.mod go.sum README.md ./", "README.md"},
		{"a floating image", "FROM golang:1.26-bookworm AS build", "FROM golang AS build", "want an image with its version"},
		{"an open end", `CMD ["serve"]`, `CMD ["serve"] \`, "continues past the end"},
		{"a gap in an instruction", "./cmd/jalon \\\n", "./cmd/jalon \\\n\n", "empty line"},
		{"a low port", "EXPOSE 8080", "EXPOSE 80", "above 1023"},
	}
	context := func(path string) bool { return slices.Contains([]string{".", "go.mod", "go.sum"}, path) }
	if found := checkDockerfile(text, context); len(found) > 0 {
		t.Fatalf("unspoilt: %q", found)
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			if !strings.Contains(text, tc.old) {
				t.Fatalf("the Dockerfile has no %q to spoil", tc.old)
			}
			found := strings.Join(checkDockerfile(strings.Replace(text, tc.old, tc.new, 1), context), "; ")
			if !strings.Contains(found, tc.want) {
				t.Errorf("reported %q, want %q", found, tc.want)
			}
		})
	}
}
