package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jalon/internal/dbtest"
)

// TestMain keeps what commands write by themselves, such as the secret, out of the source, and the settings of whoever runs
// the tests out of them.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "jalon-test-")
	if err != nil {
		panic(err)
	}
	for _, setting := range os.Environ() {
		if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "JALON_") && !strings.HasPrefix(name, "JALON_TEST_") && name != "JALON_TORTURE" {
			_ = os.Unsetenv(name) // fails for names that no system has
		}
	}
	_ = os.Setenv("JALON_DATA_DIR", dir)
	code := m.Run()
	if err := dbtest.DropKept(); err != nil {
		fmt.Fprintln(os.Stderr, "drop what tests shared:", err)
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// result is what one call of the program left behind.
type result struct {
	code           int
	stdout, stderr string
}

// call runs the program as it is, with a database of its own.
func call(t testing.TB, database string, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	full := append([]string{}, args...)
	if database != "" {
		full = append(full, "--database", database)
	}
	code := run(t.Context(), full, strings.NewReader(""), &out, &err)
	return result{code, out.String(), err.String()}
}

// ok runs the program and expects success; it decodes the answer when into is not nil.
func ok(t testing.TB, into any, database string, args ...string) result {
	t.Helper()
	r := call(t, database, args...)
	if r.code != exitOK {
		t.Fatalf("jalon %s: exit %d\n%s%s", strings.Join(args, " "), r.code, r.stdout, r.stderr)
	}
	if into != nil {
		decode(t, r.stdout, into)
	}
	return r
}

// decode reads the answer of a command, which is one JSON object and nothing else.
func decode(t testing.TB, answer string, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(answer))
	if err := d.Decode(into); err != nil {
		t.Fatalf("%v in %q", err, answer)
	}
	if d.More() {
		t.Fatalf("more than one JSON object: %q", answer)
	}
}

// eachDatabase runs f with the URL of an empty, unmigrated SQLite file and of a migrated PostgreSQL
// database: on a server the schema is not the program's to make.
func eachDatabase(t *testing.T, f func(t *testing.T, url string)) {
	t.Run("SQLite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(t.TempDir(), "jalon.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { f(t, dbtest.PostgresMigrated(t)) })
}

// realData names a file of the public data that lies beside the project, or skips the test.
func realData(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join("..", "..", "..", "shared", "data", "portfolios", name)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the public data is not beside the project: %s", file)
	}
	return file
}

func TestUsage(t *testing.T) {
	db, short := "sqlite:"+filepath.Join(t.TempDir(), "a.db"), filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(short, []byte("much too short"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		code int
		want string // on stderr
	}{
		{"no command", nil, exitUsage, "expected"},
		{"unknown command", []string{"fly"}, exitUsage, "fly"},
		{"unknown flag", []string{"drift", "--roadmap", "A", "--fast"}, exitUsage, "--fast"},
		{"missing flag", []string{"drift"}, exitUsage, "--roadmap"},
		{"a date that is none", []string{"drift", "--roadmap", "A", "--as-of", "31/02/2026"}, exitUsage, "31/02/2026"},
		{"a language that is none", []string{"version", "--locale", "tlh"}, exitUsage, "tlh"},
		{"a zone that is none", []string{"version", "--timezone", "Mars/Olympus"}, exitUsage, "Mars/Olympus"},
		{"a demonstration for others", []string{"demo", "--listen", "0.0.0.0:0"}, exitUsage, "0.0.0.0:0"},
		{"a demonstration on a name of the network", []string{"demo", "--listen", "jalon.exemple.fr:80"}, exitUsage, "jalon.exemple.fr:80"},
		{"a proxy that is none", []string{"serve", "--listen", "127.0.0.1:0", "--trusted-proxies", "10.0.0.0/8, nginx"}, exitUsage, "nginx"},
		{"a network of proxies that is none", []string{"serve", "--listen", "127.0.0.1:0", "--trusted-proxies", "10.0.0.0/33"}, exitUsage, "10.0.0.0/33"},
		{"a site address that is none", []string{"serve", "--listen", "127.0.0.1:0", "--base-url", "jalon.exemple.fr"}, exitUsage, "jalon.exemple.fr"},
		{"a site below a path", []string{"serve", "--listen", "127.0.0.1:0", "--base-url", "https://exemple.fr/jalon"}, exitUsage, "/jalon"},
		{"a mail server that is none", []string{"serve", "--listen", "127.0.0.1:0", "--smtp-url", "mail.exemple.fr:25"}, exitUsage, "smtp://"},
		{"a password sent in clear", []string{"serve", "--listen", "127.0.0.1:0", "--smtp-url", "smtp://u:geheim@mail.exemple.fr?from=a@exemple.fr&tls=none"}, exitUsage, "smtps://"},
		{"a secret that is not there", []string{"serve", "--listen", "127.0.0.1:0", "--secret-file", "/nowhere/secret"}, exitFailure, "/nowhere/secret"},
		{"a secret that is too short", []string{"serve", "--listen", "127.0.0.1:0", "--secret-file", short}, exitFailure, "32"},
		{"an address that is none", []string{"serve", "--listen", "here"}, exitUsage, "here"},
		{"an unknown profile", []string{"import", "projects", "x.csv", "--roadmap", "A", "--profile", "nope"}, exitFailure, "panorama"},
		{"a file that is not there", []string{"import", "projects", "/nowhere.csv", "--roadmap", "A", "--profile", "jalon"}, exitFailure, "/nowhere.csv"},
		{"an unknown committee", []string{"pack", "--committee", "X", "--period", "2026-10"}, exitFailure, "X"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			r := call(t, db, tc.args...)
			if r.code != tc.code || !strings.Contains(r.stderr, tc.want) {
				t.Errorf("exit %d, stderr %q; want exit %d and %q", r.code, r.stderr, tc.code, tc.want)
			}
			if lines := strings.Count(strings.TrimSpace(r.stderr), "\n"); lines > 0 {
				t.Errorf("more than one line: %q", r.stderr)
			}
			if r.stdout != "" {
				t.Errorf("stdout %q, want nothing", r.stdout)
			}
			if strings.Contains(r.stderr, "[") {
				t.Errorf("an untranslated key: %q", r.stderr)
			}
			if strings.Contains(r.stderr, "geheim") {
				t.Errorf("a password was printed: %q", r.stderr)
			}
		})
	}
}

func TestHelpInBothLanguages(t *testing.T) {
	for lang, want := range map[string]string{"fr": "Importe une liste de projets", "en": "Import a project list"} {
		r := call(t, "", "--locale", lang, "--help")
		if r.code != exitOK || !strings.Contains(r.stdout, want) {
			t.Errorf("%s: exit %d, %q", lang, r.code, r.stdout)
		}
	}
	for _, command := range []string{"demo", "serve", "migrate", "import projects", "drift", "pack", "committee add", "committee list", "user add", "user list", "user disable", "user passwd", "organisation add",
		"organisation list", "verify", "config", "healthcheck", "version"} {
		r := call(t, "", append(strings.Fields(command), "--help")...)
		if r.code != exitOK || !strings.Contains(r.stdout, "Usage: jalon "+command) || strings.Contains(r.stdout, "${") {
			t.Errorf("%s --help: exit %d, %q", command, r.code, r.stdout)
		}
	}
}

func TestDatabasesThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database\n", 400)), 0o600); err != nil {
		t.Fatal(err)
	}
	free := freePort(t)
	tests := []struct{ name, url, want string }{
		{"an unknown scheme", "mysql://x", "sqlite:var/jalon.db"},
		{"a file that is no database", "sqlite:" + text, "text.db"},
		{"a folder that cannot be", "sqlite:/proc/nowhere/jalon.db", "/proc/nowhere"},
		{"no sslmode", "postgres://u:secret@127.0.0.1/x", "sslmode"},
		{"no server", "postgres://u:secret@127.0.0.1:" + free + "/x?sslmode=disable", "base de données"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			r := call(t, tc.url, "drift", "--roadmap", "A")
			if r.code != exitFailure || !strings.Contains(r.stderr, tc.want) || strings.Contains(r.stderr, "secret") {
				t.Errorf("exit %d, %q; want %q and no password", r.code, r.stderr, tc.want)
			}
		})
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// TestPanorama holds the figures of the French state's published lists.
func TestPanorama(t *testing.T) {
	first, second, early := realData(t, "panorama/2019-03_48projets.csv"), realData(t, "panorama/2021-07_49projets.csv"), realData(t, "panorama/2017-06_61projets.csv")
	eachDatabase(t, func(t *testing.T, db string) {
		var rep listJSON
		ok(t, &rep, db, "import", "projects", early, "--roadmap", "EARLY", "--profile", "panorama", "--as-of", "2017-06-30", "--json", "--dry-run")
		if r := call(t, db, "drift", "--roadmap", "EARLY"); r.code != exitFailure || !strings.Contains(r.stderr, "aucune organisation") {
			t.Errorf("a preview left something behind: exit %d, %q", r.code, r.stderr)
		}
		ok(t, &rep, db, "import", "projects", early, "--roadmap", "EARLY", "--profile", "panorama", "--as-of", "2017-06-30", "--json")
		if rep.Rows != 61 || rep.Created != 61 || rep.Organisation != "default" {
			t.Errorf("2017-06: %+v", rep)
		}
		var d driftJSON
		ok(t, &d, db, "drift", "--roadmap", "EARLY", "--as-of", "2017-06-30", "--json")
		if d.Projects != 61 || d.Interministerial != 20 || d.WithCost != 53 || *d.SumCost != 256110000000 {
			t.Errorf("2017-06: %+v, sum %v", d, *d.SumCost)
		}
		if years := float64(*d.MeanDurationDays) / 365.25; years < 5.955 || years > 5.965 {
			t.Errorf("2017-06: mean duration %.3f years, want 5.96", years)
		}
		ok(t, &rep, db, "import", "projects", first, "--roadmap", "P", "--profile", "panorama", "--as-of", "2019-03-31", "--json")
		ok(t, &rep, db, "import", "projects", second, "--roadmap", "P", "--profile", "panorama", "--as-of", "2021-07-31", "--json")
		if rep.Created != 27 || rep.Updated != 22 || rep.Exits != 26 || rep.Matched+rep.Rejected != rep.Rows {
			t.Errorf("2021-07: %+v", rep)
		}
		ok(t, &rep, db, "import", "projects", second, "--roadmap", "P", "--profile", "panorama", "--as-of", "2021-07-31", "--json")
		if rep.Created+rep.Updated+rep.Exits+rep.Estimates != 0 || rep.Unchanged != 49 {
			t.Errorf("the same file again: %+v", rep)
		}
		ok(t, &d, db, "drift", "--roadmap", "P", "--as-of", "2021-07-31", "--since", "2019-03-31", "--json")
		c, s := d.Since.Cost.Stayers, d.Since.Schedule.Stayers
		got := fmt.Sprint(d.Projects, d.Cost.N, *d.Cost.Mean, *d.Cost.Aggregate, *d.Cost.Median, d.Schedule.N, *d.Schedule.Mean, *d.Schedule.Aggregate,
			c.N, *c.Mean, *c.Aggregate, s.N, *s.Mean, *s.Aggregate, d.Since.Entries, d.Since.Exits)
		if want := "49 43 893 629 0 45 703 772 19 2021 1548 19 1666 1527 27 26"; got != want {
			t.Errorf("drift 2021-07 since 2019-03: %s, want %s", got, want)
		}
		for _, m := range []moveJSON{d.Since.Cost.Mean, d.Since.Cost.Aggregate, d.Since.Schedule.Mean, d.Since.Schedule.Aggregate} {
			if *m.Exits+*m.Real+*m.Entries != *m.Change {
				t.Errorf("%d + %d + %d is not %d", *m.Exits, *m.Real, *m.Entries, *m.Change)
			}
		}
		ok(t, nil, db, "verify")
	})
}

func TestCapitalProjects(t *testing.T) {
	file := realData(t, "nyc_capital/NYC_capital_projects_20190901.csv")
	eachDatabase(t, func(t *testing.T, db string) {
		var rep listJSON
		ok(t, &rep, db, "import", "projects", file, "--roadmap", "NYC", "--profile", "nyc-capital", "--json")
		if rep.Rows != 2259 || rep.Projects != 378 || rep.Created != 378 || rep.Currency != "USD" || rep.Exits != 0 {
			t.Errorf("%+v", rep)
		}
		ok(t, &rep, db, "import", "projects", file, "--roadmap", "NYC", "--profile", "nyc-capital", "--json")
		if rep.Unchanged != 378 || rep.Estimates != 0 {
			t.Errorf("the same file again: %+v", rep)
		}
	})
}

// TestDemo holds the story that is told on each database: same day, same bytes, on both databases.
func TestDemo(t *testing.T) {
	type answer struct {
		Packs    []packJSON `json:"packs"`
		Database string     `json:"database"`
	}
	var seen []string
	held := func(t *testing.T, told *telling) {
		var a answer
		db, dir := told.copied(t, &a)
		if len(a.Packs) < 20 {
			t.Fatalf("%d packs, want all of the past ones", len(a.Packs))
		}
		var sums []string
		for _, k := range a.Packs {
			info, err := os.Stat(k.File)
			if err != nil || info.Size() < 10_000 {
				t.Errorf("%s: %v, %v", k.File, info, err)
			}
			sums = append(sums, k.Committee+" "+k.Period+" "+k.SHA256+" "+k.SnapshotSHA256)
		}
		seen = append(seen, strings.Join(sums, "\n"))
		if seen[0] != seen[len(seen)-1] {
			t.Errorf("two databases, two stories:\n%s\n%s", seen[0], seen[len(seen)-1])
		}
		var again answer
		ok(t, &again, db, "demo", "--once", "--json", "--data-dir", dir)
		if len(again.Packs) != len(a.Packs) || again.Packs[0].SHA256 != a.Packs[0].SHA256 {
			t.Errorf("a second call told another story")
		}
		if r := call(t, db, "demo", "--once", "--date", "2026-10-01", "--data-dir", dir); r.code != exitFailure || !strings.Contains(r.stderr, "01/11/2026") {
			t.Errorf("another day: exit %d, %q", r.code, r.stderr)
		}
		var k packJSON
		ok(t, &k, db, "pack", "--committee", "comop", "--period", "2026-10", "--again", "--json")
		if k.Same == nil || !*k.Same {
			t.Errorf("rendered anew, the bytes differ: %+v", k)
		}
		ok(t, &k, db, "pack", "--committee", "comop", "--period", "2026-10", "--erratum", "Le coût de DEM-01 était celui de septembre.", "--json", "--out", filepath.Join(dir, "e2.pdf"))
		if k.Edition != 2 {
			t.Errorf("a correction is edition %d, want 2", k.Edition)
		}
		ok(t, nil, db, "verify", "--json")
	}
	t.Run("SQLite", func(t *testing.T) { held(t, onSQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { held(t, onPostgres(t)) })
}

func TestPostgresSchemaIsNotTheProgramsToMake(t *testing.T) {
	url := dbtest.PostgresURL(t)
	r := call(t, url, "drift", "--roadmap", "A")
	if r.code != exitFailure || !strings.Contains(r.stderr, "jalon migrate") {
		t.Errorf("exit %d, %q", r.code, r.stderr)
	}
	ok(t, nil, url, "migrate")
	if r := ok(t, nil, url, "migrate", "--status"); strings.Contains(r.stdout, "attente") {
		t.Errorf("after migrating: %q", r.stdout)
	}
}
