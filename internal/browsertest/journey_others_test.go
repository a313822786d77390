package browsertest

import (
	"slices"
	"strings"
	"testing"
)

// commonPages are for everybody who signed in; what stands on them is the reader's own.
var commonPages = []string{"/", "/sign-in", "/account", "/search", "/committees", "/decisions", "/organisations", "/methods", "/shortcuts", "/accessibility", "/roadmaps/new"}

// secrets are words that stand in the books of Anne's town and nowhere else.
var secrets = []string{"Lormel", "lormel", "Cap numérique 2028", "Numérisation", "NUM-0", "Archivage", "COPIL", "Comité de pilotage", "Denis Faure", "Prolonger", anne.name, anne.email, "Léa Chambon"}

// TestSecondOrganisation signs in to another organisation of the same site. Nothing that the first one made is there.
func TestSecondOrganisation(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.add(anne)
	base := p.serve("serve")
	v := visit(t, base, 1280, 900)
	v.unchecked = true
	v.signIn(anne)
	describeTown(v)
	makeRoadmap(v)
	importList(v, p)
	makeCommittee(v)
	freezePack(v)
	decide(v)
	address := v.project("NUM-02")
	for _, page := range []string{"", "/edit", "/status", "/estimates/new", "/milestones", "/dependencies", "/baseline", "/exit"} {
		v.open(address + page)
	}
	for _, page := range []string{"/edit", "/themes", "/projects/new", "/bulk?project=1", "/release", "/import", "/committees/new", "/views/new"} {
		v.open("/roadmaps/1" + page)
	}
	for _, page := range []string{"/edit", "/members", "/decisions/new", "/packs/new"} {
		v.open("/committees/COPIL" + page)
	}
	for _, page := range []string{"/users", "/users/new", "/grants", "/audit", "/personal-data"} {
		v.open("/organisations/1" + page)
	}
	v.open("/users/1")

	p.run("", "organisation", "add", "autreville", "--name", "Autreville")
	p.add(bruno, "--organisation", "autreville")
	other := visit(t, base, 1280, 900)
	other.signIn(bruno)
	seesNothing(other, v.visited())
}

// seesNothing holds that addresses of another organisation are not there for the visitor, and that the pages which
// are for everybody tell nothing of it.
func seesNothing(v *visitor, addresses []string) {
	v.t.Helper()
	asked := 0
	for _, address := range append(addresses, "/packs/1.pdf", "/roadmaps/1/projects.csv", "/imports/1/findings.csv", "/organisations/1/audit.csv", "/users/1/data.json") {
		path, _, _ := strings.Cut(address, "?")
		if slices.Contains(commonPages, path) {
			continue
		}
		asked++
		if status := v.status(address); status != 404 {
			v.t.Errorf("%s answers another organisation with %d: %s", address, status, begun(v.text("main")))
		}
		tellsNothing(v)
	}
	if asked < 35 {
		v.t.Errorf("only %d addresses were asked: %q", asked, addresses)
	}
	queries := []string{"/search?q=numerisation", "/search?q=NUM-01", "/search?q=COPIL", "/search?q=Prolonger", "/search?q=Cap", "/decisions?q=ecoles", "/decisions?roadmap=1"}
	for _, address := range append(queries, commonPages...) {
		v.open(address)
		tellsNothing(v)
	}
	v.open("/organisations")
	v.shows("main", "Autreville")
}

// tellsNothing looks for words of the other town in all that the page holds, but for what was asked for.
func tellsNothing(v *visitor) {
	v.t.Helper()
	source := evaluate[string](v, `document.documentElement.outerHTML`)
	asked := evaluate[string](v, `decodeURIComponent(location.pathname + location.search)`)
	for _, secret := range secrets {
		if strings.Contains(source, secret) && !strings.Contains(asked, secret) {
			v.t.Errorf("%s tells %q to another organisation: %s", v.where(), secret, begun(v.text("html")))
		}
	}
}
