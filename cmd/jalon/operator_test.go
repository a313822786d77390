package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// listFile writes a small list that the profile jalon reads.
func listFile(t *testing.T, rows ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "liste.csv")
	if err := os.WriteFile(file, []byte("Code;Nom;Coût complet\n"+strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestSeveralOrganisations gives two organisations a committee of one code: each command works for the
// one that is named, and an unnamed one is wrong usage.
func TestSeveralOrganisations(t *testing.T) {
	list := listFile(t, "P1;Portail;100")
	eachDatabase(t, func(t *testing.T, db string) {
		ok(t, nil, db, "import", "projects", list, "--roadmap", "A", "--profile", "jalon", "--as-of", "2026-01-31")
		ok(t, nil, db, "organisation", "add", "autre", "--name", "Autre")
		for _, o := range []string{"default", "autre"} {
			ok(t, nil, db, "import", "projects", list, "--roadmap", "A", "--profile", "jalon", "--as-of", "2026-01-31", "--organisation", o)
			ok(t, nil, db, "committee", "add", "OPS", "--roadmap", "A", "--name", "Comité "+o, "--level", "operational", "--cadence", "monthly day 10 09:00", "--organisation", o)
			if r := ok(t, nil, db, "committee", "list", "--organisation", o); strings.Count(r.stdout, "\n") != 1 || !strings.Contains(r.stdout, "Comité "+o) {
				t.Errorf("committees of %s: %q", o, r.stdout)
			}
		}
		if r := ok(t, nil, db, "committee", "list"); strings.Count(r.stdout, "\n") != 2 {
			t.Errorf("all committees: %q", r.stdout)
		}
		for _, args := range [][]string{
			{"drift", "--roadmap", "A"},
			{"import", "projects", list, "--roadmap", "A", "--profile", "jalon"},
			{"pack", "--committee", "OPS", "--period", "2026-02"},
			{"pack", "--committee", "OPS", "--period", "2026-02", "--again"},
		} {
			if r := call(t, db, args...); r.code != exitUsage || !strings.Contains(r.stderr, "--organisation") {
				t.Errorf("jalon %s: exit %d, %q; want wrong usage", strings.Join(args, " "), r.code, r.stderr)
			}
		}
	})
}

// TestPackIntoAFolderThatCannotBe asks for corrected editions that cannot be written down: none is booked.
func TestPackIntoAFolderThatCannotBe(t *testing.T) {
	list := listFile(t, "P1;Portail;100")
	eachDatabase(t, func(t *testing.T, db string) {
		dir := t.TempDir()
		ok(t, nil, db, "import", "projects", list, "--roadmap", "A", "--profile", "jalon", "--as-of", "2026-01-31")
		ok(t, nil, db, "committee", "add", "OPS", "--roadmap", "A", "--name", "Comité", "--level", "operational", "--cadence", "monthly day 10 09:00")
		for edition := 1; edition <= 2; edition++ {
			args := []string{"pack", "--committee", "OPS", "--period", "2026-02"}
			if edition > 1 {
				args = append(args, "--erratum", "Coquille")
			}
			for _, out := range []string{dir, "/proc/nowhere/p.pdf"} {
				if r := call(t, db, append(args, "--out", out)...); r.code != exitFailure || !strings.Contains(r.stderr, out) {
					t.Errorf("--out %s: exit %d, %q", out, r.code, r.stderr)
				}
			}
			var p packJSON
			if ok(t, &p, db, append(args, "--out", filepath.Join(dir, "p.pdf"), "--json")...); p.Edition != edition {
				t.Errorf("edition %d, want %d: a pack was booked that was not written", p.Edition, edition)
			}
		}
		if left, err := filepath.Glob(filepath.Join(dir, ".jalon-*")); err != nil || len(left) != 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

// TestControlCharactersStayOffTheTerminal reads cells that would recolour a terminal, or break a line.
func TestControlCharactersStayOffTheTerminal(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	list := listFile(t, "P1;Portail;\"1\x1b[31m\nx\"")
	r := ok(t, nil, db, "import", "projects", list, "--roadmap", "A", "--profile", "jalon", "--dry-run")
	if strings.Contains(r.stdout, "\x1b") || !strings.Contains(r.stdout, "1 [31m x") {
		t.Errorf("stdout %q", r.stdout)
	}
	r = call(t, db, "import", "projects", "/nowhere/\x1b[31m\n.csv", "--roadmap", "A", "--profile", "jalon")
	if strings.Contains(r.stderr, "\x1b") || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("stderr %q", r.stderr)
	}
	ok(t, nil, db, "import", "projects", listFile(t, "P1;Portail;100"), "--roadmap", "A", "--profile", "jalon", "--as-of", "2026-01-31")
	ok(t, nil, db, "committee", "add", "OPS", "--roadmap", "A", "--name", "Comité", "--level", "operational", "--cadence", "monthly day 10 09:00")
	if r = call(t, db, "pack", "--committee", "OPS", "--period", "nul"); r.code != exitFailure || !strings.Contains(r.stderr, "«\u00a0nul\u00a0»") {
		t.Errorf("stderr %q: the spaces of French were lost", r.stderr)
	}
}

// TestDriftBackwards compares with a later day.
func TestDriftBackwards(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	ok(t, nil, db, "import", "projects", listFile(t, "P1;Portail;100"), "--roadmap", "A", "--profile", "jalon", "--as-of", "2026-01-31")
	for since, want := range map[string]int{"2026-01-30": exitOK, "2026-01-31": exitOK, "2026-02-01": exitUsage} {
		if r := call(t, db, "drift", "--roadmap", "A", "--as-of", "2026-01-31", "--since", since); r.code != want {
			t.Errorf("since %s: exit %d, %q; want %d", since, r.code, r.stderr, want)
		}
	}
}

// TestImportTodayIsTheOrganisations dates a list without --as-of by the clocks of the organisation, not
// by those that the command is told to use.
func TestImportTodayIsTheOrganisations(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	list := listFile(t, "P1;Portail;100")
	for _, zone := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"} { // 25 hours apart
		var rep listJSON
		var d driftJSON
		ok(t, &rep, db, "import", "projects", list, "--roadmap", "A", "--profile", "jalon", "--timezone", zone, "--json")
		ok(t, &d, db, "drift", "--roadmap", "A", "--timezone", zone, "--json")
		if rep.AsOf != d.AsOf || d.Projects != 1 {
			t.Errorf("%s: list of %s, drift of %s with %d projects", zone, rep.AsOf, d.AsOf, d.Projects)
		}
	}
}

// TestConfig shows every setting that the environment gives, secrets hidden.
func TestConfig(t *testing.T) {
	t.Setenv("JALON_BASE_URL", "https://jalon.exemple.fr")
	t.Setenv("JALON_TRUSTED_PROXIES", "10.0.0.0/8")
	var got map[string]string
	ok(t, &got, "postgres://u:geheim@h/x", "config", "--json")
	if got["JALON_LISTEN"] != "127.0.0.1:8080" || got["JALON_BASE_URL"] != "https://jalon.exemple.fr" || got["JALON_TRUSTED_PROXIES"] != "10.0.0.0/8" || strings.Contains(fmt.Sprint(got), "geheim") {
		t.Errorf("config = %v", got)
	}
}
