package archtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "jalon"

// Groups of packages, as the tables below name them. Paths are relative to the module.
var groups = map[string]string{
	"VALUES":   "internal/money internal/civil internal/fault internal/keep internal/grid",
	"PLUMBING": "internal/database internal/audit internal/mail internal/calendar internal/sheet",
	"ENGINES": "portfolio/drift portfolio/projectfile portfolio/scoring portfolio/selection finance/ledgerfile finance/reconcile " +
		"finance/forecast talent/matching talent/gaps governance/cadence",
	"DOMAINS":      "identity portfolio finance talent governance",
	"PRESENTATION": "views views/chart views/pdf",
	"HELPERS":      "internal/dbtest internal/htmltest internal/archtest internal/browsertest internal/deploytest internal/sample internal/benchtest internal/benchtest/selection internal/gridtest",
}

// A floor is a row of the plan: its packages may import, of ours, what mayUse names and nothing else. Tests may
// besides import everything on their own floor or below, the test helpers and the migrations.
type floor struct {
	height   int
	packages string
	mayUse   string
}

var floors = []floor{
	{0, "internal/money internal/civil internal/fault internal/keep", ""},
	{5, "internal/grid", "internal/civil internal/fault"}, // tables: a value to all above
	{10, "ENGINES", "VALUES"},
	{20, "internal/database internal/calendar internal/sheet", "VALUES"},
	{21, "internal/audit internal/mail", "VALUES internal/database"},
	{30, "identity", "VALUES PLUMBING"},
	{31, "portfolio", "VALUES PLUMBING identity portfolio/*"},
	{32, "finance", "VALUES PLUMBING identity portfolio finance/*"},
	{32, "talent", "VALUES PLUMBING identity portfolio talent/*"},
	{33, "governance", "VALUES PLUMBING identity portfolio finance talent governance/*"},
	{40, "PRESENTATION", "VALUES ENGINES PLUMBING DOMAINS PRESENTATION"},
	{50, "internal/web internal/jobs internal/demo", "VALUES ENGINES PLUMBING DOMAINS PRESENTATION"},
	{60, "cmd/jalon", "VALUES ENGINES PLUMBING DOMAINS PRESENTATION internal/web internal/jobs internal/demo internal/archive migrations"},
	{25, "migrations", "internal/fault internal/database"}, // no type of the domain: history must not change when a struct does
	{26, "internal/dbtest internal/archive", "VALUES internal/database migrations"},
	{34, "internal/sample", "VALUES ENGINES DOMAINS"}, // report values made up for the tests of pages
	{0, "internal/htmltest internal/archtest internal/deploytest internal/benchtest internal/gridtest", ""},
	{35, "internal/benchtest/selection", "portfolio/selection internal/benchtest"}, // a command that measures
	{70, "internal/browsertest", ""},                                               // its tests run the whole program
}

// A library is a foreign module, or a part of one, and those who may import it: our packages, ANY for all of them,
// or TESTS for the tests of all of them. Where two rows fit, the longer path counts. A library without a row is refused.
type library struct{ path, users string }

var libraries = []library{
	{"github.com/alecthomas/kong", "cmd/jalon"},
	{"github.com/chromedp", "internal/browsertest"},
	{"github.com/gofiber/fiber", "internal/web"},
	{"github.com/valyala/fasthttp", "internal/web"},
	{"github.com/robfig/cron", "internal/jobs"},
	{"github.com/jung-kurt/gofpdf", "views/pdf"},
	{"github.com/go-fonts", "views/pdf"},
	{"github.com/xuri/excelize", "internal/sheet TESTS"},
	{"github.com/rickar/cal", "governance/cadence"},
	{"github.com/klauspost/compress", "finance"}, // files of the finance system are kept packed
	{"github.com/uptrace/bun", "internal/database internal/audit internal/mail internal/dbtest migrations DOMAINS"},
	{"github.com/uptrace/bun/dialect", "internal/database"},
	{"github.com/uptrace/bun/driver", "internal/database"},
	{"modernc.org/sqlite", "internal/database"},
	{"github.com/wneessen/go-mail", "internal/mail"},
	{"github.com/emersion/go-smtp", "TESTS"},
	{"github.com/emersion/go-sasl", "TESTS"},
	{"github.com/pquerna/otp", "identity TESTS"},
	{"golang.org/x/crypto", "identity"},
	{"golang.org/x/net/html", "internal/htmltest portfolio/projectfile TESTS"},
	{"golang.org/x/text", "ANY"},
	{"gopkg.in/yaml.v3", "TESTS"},
	{"pgregory.net/rapid", "TESTS"},
}

// Engines compute: what they must not import of the standard library, with everything below these paths.
var closedToEngines = []string{"context", "database", "log", "net", "os", "syscall", "time/tzdata"}

// A pkg is what `go list -json` says of one package of ours.
type pkg struct {
	ImportPath, Name                   string
	Imports, TestImports, XTestImports []string
}

// path is the import path below the module; the module's root is ".".
func (p pkg) path() string { return below(p.ImportPath) }

func below(importPath string) string {
	if importPath == module {
		return "."
	}
	return strings.TrimPrefix(importPath, module+"/")
}

func ours(importPath string) bool {
	return importPath == module || strings.HasPrefix(importPath, module+"/")
}

// foreign tells whether an import belongs neither to us nor to the standard library.
func foreign(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !ours(importPath) && strings.Contains(first, ".")
}

// expand resolves the groups in a list of packages.
func expand(list string) []string {
	var out []string
	for _, name := range strings.Fields(list) {
		if members, ok := groups[name]; ok {
			out = append(out, strings.Fields(members)...)
			continue
		}
		out = append(out, name)
	}
	return out
}

// covers tells whether a list of packages names one; `finance/*` stands for everything below finance.
func covers(list, path string) bool {
	return slices.ContainsFunc(expand(list), func(name string) bool {
		if parent, ok := strings.CutSuffix(name, "*"); ok {
			return strings.HasPrefix(path, parent)
		}
		return name == path
	})
}

// within tells whether an import path is the given path or lies below it.
func within(importPath, path string) bool {
	return importPath == path || strings.HasPrefix(importPath, path+"/")
}

func floorOf(path string) (floor, bool) {
	for _, f := range floors {
		if covers(f.packages, path) {
			return f, true
		}
	}
	return floor{}, false
}

// breaches reports every import that the plan does not allow, one line each.
func breaches(packages []pkg) []string {
	var out []string
	for _, p := range packages {
		home, known := floorOf(p.path())
		if !known {
			out = append(out, fmt.Sprintf("%s: on no floor: name the package in the table of internal/archtest/floors_test.go", p.path()))
			continue
		}
		for _, imported := range p.Imports {
			out = append(out, breach(p, home, imported)...)
		}
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			out = append(out, testBreach(p, home, imported)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func breach(p pkg, home floor, imported string) []string {
	switch {
	case ours(imported):
		if !covers(home.mayUse, below(imported)) {
			return []string{fmt.Sprintf("%s imports %s; of ours it may import: %s", p.path(), below(imported), orNothing(home.mayUse))}
		}
	case foreign(imported):
		return foreignBreach(p, imported, false)
	case covers("ENGINES", p.path()):
		for _, closed := range closedToEngines {
			if within(imported, closed) {
				return []string{fmt.Sprintf("%s imports %s; an engine computes from its arguments alone", p.path(), imported)}
			}
		}
	}
	return nil
}

func testBreach(p pkg, home floor, imported string) []string {
	switch {
	case ours(imported):
		path := below(imported)
		if path == p.path() || covers(home.mayUse, path) || covers("HELPERS migrations", path) {
			return nil
		}
		if there, known := floorOf(path); known && there.height > home.height {
			return []string{fmt.Sprintf("a test of %s imports %s, which is above it", p.path(), path)}
		}
	case foreign(imported):
		return foreignBreach(p, imported, true)
	}
	return nil
}

func foreignBreach(p pkg, imported string, inTest bool) []string {
	var row library
	for _, l := range libraries {
		if within(imported, l.path) && len(l.path) > len(row.path) {
			row = l
		}
	}
	switch {
	case row.path == "":
		return []string{fmt.Sprintf("%s imports %s: name the library and its users in the table of internal/archtest/floors_test.go", p.path(), imported)}
	case covers(row.users, "ANY"), covers(row.users, p.path()), inTest && covers(row.users, "TESTS"):
		return nil
	}
	return []string{fmt.Sprintf("%s imports %s; its users are: %s", p.path(), imported, row.users)}
}

func orNothing(list string) string {
	if list == "" {
		return "nothing"
	}
	return list
}

// listPackages asks the go command for every package of the module.
func listPackages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var packages []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
}

func TestFloors(t *testing.T) {
	packages := listPackages(t)
	edges := 0
	for _, p := range packages {
		edges += len(p.Imports)
	}
	if len(packages) < 5 || edges < len(packages) {
		t.Fatalf("go list knows only %d packages with %d imports: the rules would hold of nothing", len(packages), edges)
	}
	for _, line := range breaches(packages) {
		t.Error(line)
	}
}

func TestPackageNames(t *testing.T) {
	for _, line := range vagueNames(listPackages(t)) {
		t.Error(line)
	}
}

// vagueNames reports packages whose name says nothing about what is in them.
func vagueNames(packages []pkg) []string {
	var out []string
	for _, p := range packages {
		for _, vague := range []string{"util", "utils", "common", "models", "services", "helpers"} {
			if p.Name == vague || slices.Contains(strings.Split(p.path(), "/"), vague) {
				out = append(out, fmt.Sprintf("%s: %q says nothing: name a package after what it holds", p.path(), vague))
			}
		}
	}
	return out
}

// TestFloorsAreRefused shows the rules made-up packages, each with one offence, and some without.
func TestFloorsAreRefused(t *testing.T) {
	tests := []struct {
		name, from, imports, test string
		want                      string // part of the one line reported; empty for none
	}{
		{"a value imports ours", "internal/money", "jalon/internal/fault", "", "may import: nothing"},
		{"an engine uses a value", "portfolio/drift", "jalon/internal/civil", "", ""},
		{"an engine imports an engine", "portfolio/drift", "jalon/portfolio/scoring", "", "portfolio/drift imports portfolio/scoring"},
		{"an engine opens files", "finance/ledgerfile", "os", "", "an engine computes"},
		{"an engine takes a context", "governance/cadence", "context", "", "an engine computes"},
		{"an engine knows SQL values", "portfolio/selection", "database/sql/driver", "", "an engine computes"},
		{"an engine logs", "talent/gaps", "log/slog", "", "an engine computes"},
		{"a test of an engine opens files", "finance/ledgerfile", "", "os", ""},
		{"plumbing knows a domain", "internal/audit", "jalon/identity", "", "internal/audit imports identity"},
		{"a domain looks up", "portfolio", "jalon/governance", "", "portfolio imports governance"},
		{"a domain looks sideways", "finance", "jalon/talent", "", "finance imports talent"},
		{"a domain borrows an engine", "finance", "jalon/portfolio/drift", "", "finance imports portfolio/drift"},
		{"a domain uses its own engine", "finance", "jalon/finance/reconcile", "", ""},
		{"governance composes", "governance", "jalon/finance", "", ""},
		{"a domain draws", "governance", "jalon/views", "", "governance imports views"},
		{"a test looks up", "portfolio", "", "jalon/governance", "which is above it"},
		{"a test looks sideways", "finance", "", "jalon/talent", ""},
		{"a test uses a helper", "portfolio", "", "jalon/internal/dbtest", ""},
		{"production uses a helper", "portfolio", "jalon/internal/dbtest", "", "portfolio imports internal/dbtest"},
		{"a page serves", "views", "github.com/gofiber/fiber/v2", "", "its users are: internal/web"},
		{"a second router", "governance", "github.com/valyala/fasthttp", "", "its users are: internal/web"},
		{"the site prints", "internal/web", "github.com/jung-kurt/gofpdf", "", "its users are: views/pdf"},
		{"the site queries", "internal/web", "github.com/uptrace/bun", "", "its users are: internal/database"},
		{"a domain queries", "portfolio", "github.com/uptrace/bun", "", ""},
		{"a domain knows its driver", "portfolio", "github.com/uptrace/bun/driver/pgdriver", "", "its users are: internal/database"},
		{"another scheduler", "internal/web", "github.com/robfig/cron/v3", "", "its users are: internal/jobs"},
		{"a program checks properties", "portfolio", "pgregory.net/rapid", "", "its users are: TESTS"},
		{"a test checks properties", "portfolio", "", "pgregory.net/rapid", ""},
		{"a name that only begins alike", "portfolio", "github.com/uptrace/bunker", "", "name the library"},
		{"an unknown library", "internal/web", "example.org/left/pad", "", "name the library"},
		{"an unknown package", "internal/extra", "", "", "internal/extra: on no floor"},
		{"a package at the root", ".", "", "", ".: on no floor"},
		{"delivery imports delivery", "internal/jobs", "jalon/internal/web", "", "internal/jobs imports internal/web"},
		{"history knows a domain", "migrations", "jalon/portfolio", "", "migrations imports portfolio"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			p := pkg{ImportPath: module + "/" + tc.from}
			if tc.from == "." {
				p.ImportPath = module
			}
			p.Imports, p.XTestImports = strings.Fields(tc.imports), strings.Fields(tc.test)
			expectLine(t, breaches([]pkg{p}), tc.want)
		})
	}
	expectLine(t, vagueNames([]pkg{{ImportPath: "jalon/internal/utils", Name: "utils"}}), "says nothing")
	expectLine(t, vagueNames([]pkg{{ImportPath: "jalon/internal/common/names", Name: "names"}}), "says nothing")
}

// expectLine fails unless exactly one line was reported and contains want, or none when want is empty.
func expectLine(t *testing.T, lines []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(lines) > 0:
		t.Errorf("reported %q, want nothing", lines)
	case want != "" && (len(lines) != 1 || !strings.Contains(lines[0], want)):
		t.Errorf("reported %q, want one line with %q", lines, want)
	}
}
