package web

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/portfolio"
)

var updateMatrix = flag.Bool("update-matrix", false, "write the matrix of routes and roles anew, to be read before it is committed")

const matrixFile = "testdata/matrix.txt"

// subjects of the matrix, in the order of its columns: who asks for what is their own organisation's, then the two
// narrow roles, then who asks for what is another organisation's.
var matrixSubjects = []string{"guest", "disabled", "administrator", "roadmap_manager", "project_manager", "finance", "committee_member", "reader",
	"one_project", "one_committee", "other:administrator", "other:roadmap_manager", "other:reader"}

// matrixVisitor signs in as a subject.
func matrixVisitor(d *desk, subject string) *visitor {
	grant := func(role identity.Role, scope identity.ScopeKind, id int64) *visitor {
		return d.visitor(d.home.organisation, identity.Grant{OrganisationID: d.home.organisation.ID, Role: role, Scope: scope, SubjectID: id})
	}
	switch subject {
	case "guest":
		return d.guest()
	case "disabled":
		v := d.as(identity.RoleAdministrator)
		if err := d.identity.SetDisabled(d.Context(), operator, v.user.ID, v.user.Version, true); err != nil {
			d.Fatal(err)
		}
		return v
	case "one_project":
		return grant(identity.RoleProjectManager, identity.ScopeProject, int64(d.home.projects[0].ID))
	case "one_committee":
		return grant(identity.RoleCommitteeMember, identity.ScopeCommittee, int64(d.home.committee.ID))
	}
	_, role, _ := strings.Cut(":"+strings.TrimPrefix(subject, "other:"), ":")
	return d.as(identity.Role(role))
}

// address fills the open parts of a route with what belongs to the place.
func (p place) address(t testing.TB, path string) string {
	subjects := map[string]int64{"roadmaps": int64(p.roadmap.ID), "projects": int64(p.projects[0].ID), "packs": int64(p.pack.ID), "decisions": int64(p.decision.ID), "organisations": p.organisation.ID,
		"networks": p.organisation.ID, "milestones": p.milestone, "members": p.member, "imports": p.staged, "bulk": p.bulk, "users": p.user.ID, "views": p.view, "sessions": 998, "requests": p.asked.noun(path), "scenarios": p.weighed.noun(path), "grids": int64(p.scores.draft)}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		name, ext, _ := strings.Cut(s, ".")
		switch {
		case !strings.HasPrefix(s, ":"):
			continue
		case name == ":code":
			name = url.PathEscape(p.committee.Code)
		case name == ":strand" && segments[i-1] == "objectives":
			name = itoa(p.objective)
		case name == ":strand":
			name = itoa(p.theme)
		case name == ":grant":
			name = itoa(p.grant)
		case name == ":name":
			name = "none"
		case name == ":profile":
			name = "pes"
		case name == ":id" && subjects[segments[i-1]] != 0:
			name = itoa(subjects[segments[i-1]])
		case name == ":skill":
			name = itoa(int64(p.asked.skill))
		case name == ":target":
			name = itoa(int64(p.projects[0].ID))
		case p.scores.noun(name, path) != "":
			name = p.scores.noun(name, path)
		case p.books.noun(name, path) != 0:
			name = itoa(p.books.noun(name, path))
		default:
			t.Fatalf("%s: the matrix does not know what to ask for", path)
		}
		if segments[i] = name; ext != "" {
			segments[i] += "." + ext
		}
	}
	return strings.Join(segments, "/")
}

// TestMatrix asks every route as everybody and compares the answers with a committed table: a route without a
// row fails, and so does an answer that changed. What is another organisation's must read like what does not exist.
func TestMatrix(t *testing.T) {
	table := readMatrix(t)
	got := map[string][]string{}
	var rows []string
	for _, r := range routes {
		for _, method := range methodsOf(r) {
			rows = append(rows, method+" "+r.path)
		}
	}
	slices.Sort(rows)
	for _, subject := range matrixSubjects {
		d := newDesk(t)
		v := matrixVisitor(d, subject)
		for _, row := range rows {
			method, path, _ := strings.Cut(row, " ")
			target := d.home
			if strings.HasPrefix(subject, "other:") {
				target = d.other
			}
			res, body := v.ask(method, target.address(t, path))
			got[row] = append(got[row], fmt.Sprint(res.StatusCode))
			if strings.HasPrefix(subject, "other:") && res.StatusCode == 404 && strings.Contains(path, ":") {
				missing := place{}.unknown(t, path)
				wanted, other := v.ask(method, missing)
				if res.StatusCode != wanted.StatusCode || plainBody(body, target.address(t, path)) != plainBody(other, missing) {
					t.Errorf("%s as %s: what is another organisation's does not read like what does not exist (%d, %d): %s", row, subject, res.StatusCode, wanted.StatusCode, firstDifference(plainBody(body, target.address(t, path)), plainBody(other, missing)))
				}
			}
			if res.StatusCode >= 500 {
				t.Errorf("%s as %s: %d\n%s", row, subject, res.StatusCode, d.log.String())
			}
			if method == http.MethodPost && res.StatusCode == http.StatusSeeOther && subject != "guest" && subject != "disabled" { // it did something: start from the same desk again
				d = newDesk(t)
				v = matrixVisitor(d, subject)
			}
		}
	}
	if *updateMatrix {
		writeMatrix(t, rows, got)
		return
	}
	for _, row := range rows {
		want, ok := table[row]
		if !ok {
			t.Errorf("%s has no row in %s; run go test ./internal/web -run TestMatrix -update-matrix, and read what it wrote", row, matrixFile)
			continue
		}
		for i, subject := range matrixSubjects {
			if got[row][i] != want[i] {
				t.Errorf("%s as %s: %s, want %s", row, subject, got[row][i], want[i])
			}
		}
		delete(table, row)
	}
	for row := range table {
		t.Errorf("%s: a row without a route", row)
	}
}

func methodsOf(r route) []string {
	switch r.method {
	case methodForm:
		return []string{http.MethodGet, http.MethodPost}
	}
	return []string{r.method}
}

// ask opens a page, or sends a form that is genuine but empty, with a version that is none.
func (v *visitor) ask(method, path string) (*http.Response, string) {
	v.Helper()
	if method == http.MethodGet {
		return v.get(path)
	}
	values := url.Values{"_version": {"998"}}
	if v.cookie != "" {
		if held, err := v.identity.Session(v.Context(), strings.TrimPrefix(v.cookie, "jalon_session=")); err == nil {
			values.Set("_csrf", held.CSRF)
		}
	}
	return v.send(path, values)
}

// unknown is an address of the same form that leads nowhere.
func (p place) unknown(t testing.TB, path string) string {
	p.committee.Code = "NONE"
	p.roadmap.ID, p.pack.ID, p.decision.ID = 998, 998, 998
	p.organisation.ID, p.milestone, p.member, p.staged, p.bulk, p.user.ID, p.grant, p.view, p.theme, p.objective = 998, 998, 998, 998, 998, 998, 998, 998, 998, 998
	p.projects = make([]portfolio.Project, 1)
	p.projects[0].ID = 998
	p.books, p.asked, p.scores, p.weighed = noBooks, noRequests, noScoring, noScenarios
	return p.address(t, path)
}

var (
	changing = regexp.MustCompile(`value="[0-9a-f]{32}"`)
	numbers  = regexp.MustCompile(`\b[rp]?[0-9]+\b`) // of candidates as well
)

// plainBody takes out of a page what differs from one answer to the next, and what was asked for.
func plainBody(body, path string) string {
	body = changing.ReplaceAllString(body, "")
	for s := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if plain, err := url.PathUnescape(s); err == nil && strings.ContainsAny(plain, "NOPS") {
			body = strings.ReplaceAll(strings.ReplaceAll(body, s, "#"), plain, "#")
		}
	}
	return numbers.ReplaceAllString(body, "#")
}

func firstDifference(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[max(0, i-60):min(len(a), i+60)] + " / " + b[max(0, i-60):min(len(b), i+60)]
		}
	}
	return "one is longer"
}

func readMatrix(t testing.TB) map[string][]string {
	data, err := os.ReadFile(filepath.FromSlash(matrixFile))
	if err != nil {
		if *updateMatrix {
			return nil
		}
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if len(fields) != 2+len(matrixSubjects) {
			t.Fatalf("%s: %d columns in %q", matrixFile, len(fields), line)
		}
		out[fields[0]+" "+fields[1]] = fields[2:]
	}
	return out
}

func writeMatrix(t testing.TB, rows []string, got map[string][]string) {
	var b strings.Builder
	fmt.Fprintf(&b, "# What every route answers to whom. GET: 200 shown, 303 to the sign-in page, 403 may be seen but not done, 404 may not be seen.\n# POST sends a genuine but empty form: 422, 409 and 303 mean that it was looked at, 401 that a sign-in is asked for.\n")
	fmt.Fprintf(&b, "# %s\n", strings.Join(matrixSubjects, " "))
	for _, row := range rows {
		fmt.Fprintf(&b, "%-52s %s\n", row, strings.Join(got[row], " "))
	}
	if err := os.MkdirAll(filepath.Dir(matrixFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.FromSlash(matrixFile), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
