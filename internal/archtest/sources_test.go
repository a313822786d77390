package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the repository as seen from this package.
const root = "../.."

// Longest lengths, in lines, of a file and of a function that is part of the program.
const (
	longestFile     = 450
	longestFunction = 70
)

// A source is one Go file of the program; tests are not held by these rules.
type source struct {
	path  string // below the root, with slashes
	fset  *token.FileSet
	file  *ast.File
	lines int
}

func parse(t *testing.T, name string, text []byte) source {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return source{path: name, fset: fset, file: file, lines: fset.File(file.FileStart).LineCount()}
}

// sources parses every Go file of the program, whatever its build tags.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			base := d.Name()
			if name != root && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" || base == "var") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		out = append(out, parse(t, filepath.ToSlash(rel), text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 5 {
		t.Fatalf("only %d Go files below %s", len(out), root)
	}
	return out
}

// at says where a node stands.
func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, s.fset.Position(n.Pos()).Line)
}

// dir is the package of the file, below the module.
func (s source) dir() string { return path.Dir(s.path) }

// queriesOutsideStores reports domain files that import bun and are not called store.go or store_<noun>.go.
func queriesOutsideStores(s source) []string {
	if !covers("DOMAINS", s.dir()) || storeFile.MatchString(path.Base(s.path)) {
		return nil
	}
	var out []string
	for _, spec := range s.file.Imports {
		if imported, err := strconv.Unquote(spec.Path.Value); err == nil && within(imported, "github.com/uptrace/bun") {
			out = append(out, s.at(spec)+": imports bun: queries live in store.go and store_<noun>.go")
		}
	}
	return out
}

var storeFile = regexp.MustCompile(`^store(_[a-z0-9_]+)?\.go$`)

// namedDialects reports identifiers, import paths and texts that name a database. Code that differs between the two
// lives in internal/database; the schema, the test databases and the program's default address may name them as well.
// Comments are free: they explain.
func namedDialects(s source) []string {
	if covers("internal/database internal/dbtest migrations", s.dir()) || configFile.MatchString(s.path) {
		return nil
	}
	var out []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		var text string
		switch n := n.(type) {
		case *ast.Ident:
			text = n.Name
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				text = n.Value
			}
		}
		if dialect.MatchString(text) {
			out = append(out, fmt.Sprintf("%s: %s names a database: what differs between them lives in internal/database", s.at(n), text))
		}
		return true
	})
	return out
}

var (
	dialect    = regexp.MustCompile(`(?i)sqlite|postgres|pgdialect|pgdriver`)
	configFile = regexp.MustCompile(`^cmd/jalon/config[a-z_]*\.go$`)
)

// clockReadings reports where a file reads the machine's clock, also through time.Since and time.Until. The program
// and the site read it once a command or request and hand it down; jobs does so in one place, its main loop.
func clockReadings(s source) []string {
	if strings.HasPrefix(s.path, "cmd/") || covers("internal/web HELPERS", s.dir()) {
		return nil
	}
	local := ""
	for _, spec := range s.file.Imports {
		if spec.Path.Value == `"time"` {
			local = "time"
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	if local == "" {
		return nil
	}
	var out []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
			out = append(out, fmt.Sprintf("%s: time.%s: the time is an argument", s.at(sel), sel.Sel.Name))
		}
		return true
	})
	return out
}

// tooManyClocks applies clockReadings to all files; the main loop of jobs may have one reading.
func tooManyClocks(all []source) []string {
	var out, jobs []string
	for _, s := range all {
		if s.dir() == "internal/jobs" {
			jobs = append(jobs, clockReadings(s)...)
			continue
		}
		out = append(out, clockReadings(s)...)
	}
	if len(jobs) > 1 {
		out = append(out, jobs...)
	}
	return out
}

// tooLong reports a file or function that has outgrown what one reads at a sitting.
func tooLong(s source) []string {
	var out []string
	if s.lines > longestFile {
		out = append(out, fmt.Sprintf("%s: %d lines, at most %d: split it by noun", s.path, s.lines, longestFile))
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		name := "function literal"
		switch n := n.(type) {
		case *ast.FuncDecl:
			name = n.Name.Name
		case *ast.FuncLit:
		default:
			return true
		}
		if lines := s.fset.Position(n.End()).Line - s.fset.Position(n.Pos()).Line + 1; lines > longestFunction {
			out = append(out, fmt.Sprintf("%s: %s has %d lines, at most %d", s.at(n), name, lines, longestFunction))
			return false
		}
		return true
	})
	return out
}

func TestSources(t *testing.T) {
	all := sources(t)
	for _, s := range all {
		for _, line := range slices.Concat(queriesOutsideStores(s), namedDialects(s), tooLong(s)) {
			t.Error(line)
		}
	}
	for _, line := range tooManyClocks(all) {
		t.Error(line)
	}
}

// TestSourcesAreRefused shows the rules made-up files, each with one offence, and some without.
func TestSourcesAreRefused(t *testing.T) {
	each := func(rule func(source) []string) func([]source) []string {
		return func(all []source) []string {
			var out []string
			for _, s := range all {
				out = append(out, rule(s)...)
			}
			return out
		}
	}
	bun := "package p\nimport _ \"github.com/uptrace/bun\"\n"
	now := "package p\nimport \"time\"\nvar T = time.Now()\n"
	tests := []struct {
		name, file, text string
		rule             func([]source) []string
		want             string
	}{
		{"a service queries", "portfolio/service.go", bun, each(queriesOutsideStores), "portfolio/service.go:2: imports bun"},
		{"a store queries", "portfolio/store_project.go", bun, each(queriesOutsideStores), ""},
		{"a storey is no store", "portfolio/storey.go", bun, each(queriesOutsideStores), "imports bun"},
		{"the trail queries", "internal/audit/record.go", bun, each(queriesOutsideStores), ""},
		{"a text names a database", "governance/x.go", "package p\nvar s = \"for SQLite only\"\n", each(namedDialects), "names a database"},
		{"a name names a database", "views/x.go", "package p\nvar isPostgres bool\n", each(namedDialects), "names a database"},
		{"an import names a database", "finance/x.go", "package p\nimport _ \"github.com/uptrace/bun/dialect/pgdialect\"\n", each(namedDialects), "names a database"},
		{"a comment names a database", "finance/x.go", "package p\n// PostgreSQL sorts NULLs last.\nvar x int\n", each(namedDialects), ""},
		{"the default address", "cmd/jalon/config.go", "package p\nvar d = \"sqlite:var/jalon.db\"\n", each(namedDialects), ""},
		{"a command names a database", "cmd/jalon/serve.go", "package p\nvar d = \"sqlite:\"\n", each(namedDialects), "names a database"},
		{"a rule reads the clock", "portfolio/project.go", now, tooManyClocks, "portfolio/project.go:3: time.Now"},
		{"under another name", "portfolio/project.go", "package p\nimport c \"time\"\nvar T = c.Since(c.Time{})\n", tooManyClocks, "time.Since"},
		{"a method of the same name", "portfolio/project.go", "package p\nimport \"time\"\nvar _ time.Time\nfunc f(x interface{ Now() int }) int { return x.Now() }\n", tooManyClocks, ""},
		{"the main loop reads it", "internal/jobs/loop.go", now, tooManyClocks, ""},
		{"the program reads it", "cmd/jalon/serve.go", now, tooManyClocks, ""},
		{"a long file", "portfolio/x.go", "package p\n" + strings.Repeat("\n", longestFile), each(tooLong), "451 lines, at most 450"},
		{"a file just right", "portfolio/x.go", "package p\n" + strings.Repeat("\n", longestFile-1), each(tooLong), ""},
		{"a long function", "portfolio/x.go", "package p\nfunc long() {" + strings.Repeat("\n", longestFunction) + "}\n", each(tooLong), "long has 71 lines"},
		{"a function just right", "portfolio/x.go", "package p\nfunc right() {" + strings.Repeat("\n", longestFunction-1) + "}\n", each(tooLong), ""},
		{"a long literal", "portfolio/x.go", "package p\nvar f = func() {" + strings.Repeat("\n", longestFunction) + "}\n", each(tooLong), "function literal has 71 lines"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			expectLine(t, tc.rule([]source{parse(t, tc.file, []byte(tc.text))}), tc.want)
		})
	}
	two := tooManyClocks([]source{parse(t, "internal/jobs/a.go", []byte(now)), parse(t, "internal/jobs/b.go", []byte(now))})
	if len(two) != 2 {
		t.Errorf("two clocks in jobs: reported %q, want both", two)
	}
}
