package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/demo"
)

// addresses of the demonstration's pages that accounts are held against.
type addresses struct{ roadmap, list, project, otherProject, committee, otherCommittee, network string }

// lookUp finds the pages of the running roadmap in a told demonstration.
func lookUp(t *testing.T, url string) (a addresses) {
	t.Helper()
	change(t, url, func(db *database.DB) {
		id := func(query string, args ...any) (n int64) {
			if err := db.Read().NewRaw(query, args...).Scan(t.Context(), &n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		roadmap := id("SELECT id FROM roadmap WHERE status = 'running'")
		a.roadmap = fmt.Sprintf("/roadmaps/%d", roadmap)
		a.list = a.roadmap + "/projects.csv"
		a.project = fmt.Sprintf("/projects/%d", id("SELECT id FROM project WHERE roadmap_id = ? AND code = 'DEM-01'", roadmap))
		a.otherProject = fmt.Sprintf("/projects/%d", id("SELECT id FROM project WHERE roadmap_id = ? AND code = 'DEM-02'", roadmap))
		a.committee, a.otherCommittee = "/committees/cotac", "/committees/comop"
		a.network = fmt.Sprintf("/networks/%d", id("SELECT id FROM organisation WHERE kind = ?", identity.KindNetwork))
	})
	return a
}

// costs finds what pages and files say of costs in words of their own. Amounts that people wrote into their texts are theirs.
var costs = regexp.MustCompile(`Coût|Budget voté|Écart budgétaire`)

// TestDemoAccounts signs every account of the demonstration in, through the program as it is served, and holds
// what it may open against what its role is for.
func TestDemoAccounts(t *testing.T) {
	db, dir := toldDemo(t, nil)
	s := startServing(t, db, "demo", "--date", "2026-11-01", "--data-dir", dir, "--locale", "fr")
	if _, _, body := newReader(t, s).get("/sign-in"); !strings.Contains(body, demo.Password) || !strings.Contains(body, demo.Accounts()[0].Email) {
		t.Errorf("the demonstration does not say how to sign in:\n%s", body)
	}
	at := lookUp(t, db)
	everything := map[string]bool{at.roadmap: true, at.list: true, at.project: true, at.otherProject: true, at.committee: true, at.otherCommittee: true}
	tests := map[string]struct {
		open  map[string]bool // and nothing else
		costs bool
	}{
		"maud.lescure":       {everything, true},
		"laurent.pradeilles": {everything, true},
		"lea.chambon":        {map[string]bool{at.project: true}, true},
		"nathalie.quemener":  {map[string]bool{at.committee: true}, false},
		"agent":              {everything, false},
		"animation":          {map[string]bool{at.network: true}, true},
	}
	for _, a := range demo.AllAccounts() {
		name, _, _ := strings.Cut(a.Email, "@")
		want, known := tests[name]
		if !known {
			t.Errorf("%s is new: say here what it sees", a.Email)
			continue
		}
		who := newReader(t, s)
		who.signIn(a.Email, demo.Password)
		for _, path := range []string{at.roadmap, at.list, at.project, at.otherProject, at.committee, at.otherCommittee, at.network} {
			status, _, body := who.get(path)
			switch {
			case want.open[path] && status != http.StatusOK:
				t.Errorf("%s, %s: %d, want the page", name, path, status)
			case !want.open[path] && status != http.StatusNotFound && status != http.StatusForbidden:
				t.Errorf("%s, %s: %d, want a refusal", name, path, status)
			case want.open[path] && !strings.HasPrefix(path, "/committees/") && costs.MatchString(body) != want.costs:
				t.Errorf("%s, %s: costs %v, want %v: %q", name, path, !want.costs, want.costs, costs.FindString(body))
			}
		}
	}
	r := s.stop()
	for _, a := range demo.AllAccounts() {
		if !strings.Contains(r.stderr, a.Email) {
			t.Errorf("the sign-in of %s is not printed", a.Email)
		}
	}
	if r.code != exitOK || !strings.Contains(r.stderr, demo.Password) {
		t.Errorf("demo: exit %d, %q", r.code, r.stderr)
	}
	if _, _, body := newReader(t, startServing(t, db, "serve", "--data-dir", dir)).get("/sign-in"); strings.Contains(body, demo.Password) {
		t.Error("a site that is served in earnest tells the passwords of the demonstration")
	}
	// The network above the authority does not make commands ask which of the two is meant.
	var d driftJSON
	if ok(t, &d, db, "drift", "--roadmap", demo.Unroll(civil.D(2026, time.November, 1)).Roadmaps[1].Code, "--json"); d.Projects < 30 {
		t.Errorf("drift of the running roadmap: %+v", d)
	}
}
