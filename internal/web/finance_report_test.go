package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/identity"
)

// accountant is a roadmap manager who is a finance officer as well.
func (d *desk) accountant() *visitor {
	grant := identity.Grant{OrganisationID: d.home.organisation.ID, Scope: identity.ScopeOrganisation}
	manager, officer := grant, grant
	manager.Role, officer.Role = identity.RoleRoadmapManager, identity.RoleFinance
	return d.visitor(d.home.organisation, manager, officer)
}

// moneyURL is the address of a page about the money of the first project.
func (d *desk) moneyURL(format string, args ...any) string {
	return fmt.Sprintf("/projects/%d/", d.home.projects[0].ID) + fmt.Sprintf(format, args...)
}

// follow asks for the first link of a page whose address holds a text.
func (v *visitor) follow(path, part string) string {
	v.Helper()
	for _, a := range v.page(path).All("main a") {
		if u := a.Attr("href"); strings.Contains(u, part) {
			return u
		}
	}
	v.Fatalf("%s leads nowhere like %s", path, part)
	return ""
}

// TestFiguresLeadToTheRawLine goes from the figures of a roadmap down to the line that the finance system wrote.
func TestFiguresLeadToTheRawLine(t *testing.T) {
	d := newDesk(t)
	v := d.accountant()
	roadmap := fmt.Sprintf("/roadmaps/%d/finance", d.home.roadmap.ID)
	theme := v.follow(roadmap, "theme=")
	theme, _, _ = strings.Cut(theme, "#")
	project := v.follow(theme, "/finance")
	for _, a := range v.page(theme).All("#projects a") {
		if u := a.Attr("href"); strings.HasPrefix(u, "/projects/") {
			project = u
			break
		}
	}
	entries := v.follow(project, "/postings?")
	posting := v.follow(entries, "/finance/postings/")
	if body := v.page(posting).One("main").Text(); !strings.Contains(body, "Atelier num") {
		t.Errorf("the raw line is not on %s", posting)
	}
}

func TestRoadmapFinanceShowsItsFigures(t *testing.T) {
	d := newDesk(t)
	v := d.accountant()
	path := fmt.Sprintf("/roadmaps/%d/finance", d.home.roadmap.ID)
	text := v.page(path).One("main").Text()
	for _, want := range []string{"TTC", "50 000,00 €", "18 960,00 €", "lille-1", "2026"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := len(v.page(path).All("main figure svg")); n < 3 {
		t.Errorf("%d pictures, want the years, the themes and the curve", n)
	}
	res, _ := v.get(path + "?as_of=2030-01-01")
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a day to come: %d", res.StatusCode)
	}
	for _, odd := range []string{"?year=998", "?section=X&order=none&page=-4&theme=x", "?page=99999999999"} {
		if res, _ := v.get(path + odd); res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", odd, res.StatusCode)
		}
	}
	for _, format := range []string{".csv", ".xlsx"} {
		res, body := v.get(path + format + "?order=exposure")
		if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Disposition"), format) || len(body) == 0 {
			t.Errorf("%s: %d %s", format, res.StatusCode, res.Header.Get("Content-Disposition"))
		}
	}
	_, body := v.get(path + ".csv")
	if !strings.Contains(body, "\"lille-1\";") || !strings.Contains(body, "\"18000,00\"") {
		t.Errorf("the file holds %s", body)
	}
}

// TestCostsWithoutTheLedger holds that who may read costs alone sees totals, and neither suppliers nor entries.
func TestCostsWithoutTheLedger(t *testing.T) {
	d := newDesk(t)
	member := d.as(identity.RoleCommitteeMember)
	page := member.page(d.moneyURL("finance"))
	if text := page.One("body").Text(); strings.Contains(text, "Atelier num") || !strings.Contains(text, "18 000,00") {
		t.Error("the page shows suppliers, or no totals")
	}
	for _, a := range page.All("main a, nav a") {
		if u := a.Attr("href"); strings.Contains(u, "/postings") || strings.Contains(u, "/forecast") {
			t.Errorf("led to %s", u)
		}
	}
	reader := d.as(identity.RoleReader)
	for _, path := range []string{d.moneyURL("finance"), d.moneyURL("moves"), d.moneyURL("funding"), fmt.Sprintf("/roadmaps/%d/finance", d.home.roadmap.ID)} {
		if res, body := reader.get(path); res.StatusCode != http.StatusForbidden || strings.Contains(body, "000,00") {
			t.Errorf("%s for a reader: %d", path, res.StatusCode)
		}
	}
	if _, body := reader.get(fmt.Sprintf("/roadmaps/%d", d.home.roadmap.ID)); strings.Contains(body, "/finance\"") {
		t.Error("a reader is led to the costs")
	}
}

func TestForecastIsBooked(t *testing.T) {
	d := newDesk(t)
	v := d.visitor(d.home.organisation, identity.Grant{OrganisationID: d.home.organisation.ID, Role: identity.RoleProjectManager, Scope: identity.ScopeProject, SubjectID: int64(d.home.projects[0].ID)})
	path := d.moneyURL("forecast")
	fields := v.page(path).Form(path)
	if fields.Get("amount_1") != "14000,00" || fields.Get("kind_1") != "to_go" || fields.Get("section_1") != "F" || fields.Get("category_1") != "run" {
		t.Fatalf("the last forecast is not taken up: %v", fields)
	}
	year := fields.Get("year_1")
	for name, wrong := range map[string]map[string]string{
		"a year is missing":                  {"amount_3": "10", "year_3": ""},
		"a probability of what is sure":      {"probability_1": "50"},
		"no probability of what is probable": {"kind_1": "probable"},
		"a day to come":                      {"as_of": "2030-01-01"},
		"an amount that may be two":          {"amount_1": "1.000"},
		"the same line twice":                {"amount_4": "10", "kind_4": "to_go", "year_4": year, "section_4": "F", "category_4": "run"},
		"a share of more than all":           {"physical": "101"},
	} {
		if res, body := v.submit(path, path, wrong); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d\n%s", name, res.StatusCode, body)
		}
	}
	if res, body := v.submit(path, path, map[string]string{"amount_4": "10", "kind_4": "to_go", "year_4": year, "section_4": "F", "category_4": "run"}); res.StatusCode == http.StatusUnprocessableEntity && !strings.Contains(body, `href="#f-amount_4"`) {
		t.Error("a line that is refused is not found in its row")
	}
	if res, _ := v.submit(path, path, map[string]string{"_version": "998"}); res.StatusCode != http.StatusConflict {
		t.Errorf("over a forecast that nobody saw: %d", res.StatusCode)
	}
	to := v.done(path, path, map[string]string{"amount_1": "100,00", "comment": "-", "physical": "55,5", "amount_2": "40", "kind_2": "probable", "probability_2": "25", "year_2": year, "section_2": "I"})
	text := v.page(to).One("#forecast").Text()
	for _, want := range []string{"100,00 €", "25,0 %", "55,5 %", "12 000,00 €"} { // what commitments still call for is more than what is to go
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q: %s", want, text)
		}
	}
	if len(v.page(to).All("#forecast .alert")) != 1 {
		t.Error("less is to go than is committed, and nothing says so")
	}
}

func TestMovesExplainTheCost(t *testing.T) {
	d := newDesk(t)
	v := d.accountant()
	list, path := d.moneyURL("moves"), d.moneyURL("moves/new")
	move := map[string]string{"cause": "price", "amount": "-1 200,50", "reason": "Révision des prix", "on": "2026-11-03"}
	if res, _ := v.submit(path, path, map[string]string{"cause": "scope", "amount": "5", "reason": "Plus", "on": "2026-11-03"}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a decision of scope without the decision: %d", res.StatusCode)
	}
	fields := v.filled(path, path, move)
	for range 2 { // sent twice, it is booked once
		if res, body := v.send(path, fields); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d\n%s", res.StatusCode, body)
		}
	}
	moves, err := d.finance.Moves(t.Context(), operator, d.home.projects[0].ID)
	if err != nil || len(moves) != 2 || moves[1].Amount != -1_200_50 {
		t.Fatalf("booked %+v, %v", moves, err)
	}
	reverse := d.moneyURL("moves/%d/reverse", moves[1].ID)
	v.done(reverse, reverse, map[string]string{"reason": "Saisie deux fois"})
	if res, _ := v.submit(reverse, reverse, map[string]string{"reason": "Encore"}); res.StatusCode != http.StatusConflict {
		t.Errorf("reversed again: %d", res.StatusCode)
	}
	if text := v.page(list).One("main").Text(); strings.Count(text, "1 200,50") != 2 {
		t.Errorf("the list shows %s", text)
	}
}

func TestFundingIsSettled(t *testing.T) {
	d := newDesk(t)
	v := d.accountant()
	made := v.done(d.moneyURL("funding/new"), d.moneyURL("funding/new"), map[string]string{"funder": "Région", "convention": "R-1", "rate": "50", "base": "TTC", "ceiling": "20000", "from": "2026-01-01", "to": "2026-12-31"})
	if res, _ := v.submit(d.moneyURL("funding/new"), d.moneyURL("funding/new"), map[string]string{"funder": "Région", "convention": "R-1", "rate": "50", "base": "TTC", "ceiling": "20000", "from": "2026-01-01", "to": "2026-12-31"}); res.StatusCode != http.StatusConflict && res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the same convention twice: %d", res.StatusCode)
	}
	path := made + "/eligibility"
	fields := v.page(path).Form(path)
	fields.Set("eligible", "yes")
	fields.Set("reason", "Lot 2")
	if res, _ := v.send(path, fields); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no entry picked: %d", res.StatusCode)
	}
	fields["posting"] = []string{itoa(int64(d.home.books.matched))}
	if res, body := v.send(path, fields); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d\n%s", res.StatusCode, body)
	}
	if text := v.page(made).One("#position").Text(); !strings.Contains(text, "3 000,00") { // half of 6 000
		t.Errorf("due is %s", text)
	}
	events := made + "/events"
	if res, body := v.submit(events, events, map[string]string{"kind": "advance", "on": "2026-11-01", "amount": "100", "posting": "99999"}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an entry that there is not: %d\n%s", res.StatusCode, body)
	}
	v.done(events, events, map[string]string{"kind": "advance", "on": "2026-11-01", "amount": "1 000,00", "reference": "Titre 4"})
	reverse := v.follow(made, "/reverse")
	v.done(reverse, reverse, map[string]string{"reason": "Erreur de convention"})
	_, body := v.get(made + "/postings.csv")
	if !strings.Contains(body, "Lot 2") || !strings.Contains(body, "Atelier") {
		t.Errorf("the auditor's list holds %s", body)
	}
	if res, _ := v.get(strings.Replace(made, d.moneyURL(""), fmt.Sprintf("/projects/%d/", d.home.projects[1].ID), 1)); res.StatusCode != http.StatusNotFound {
		t.Errorf("the convention under another project: %d", res.StatusCode)
	}
	edit := made + "/edit"
	v.done(edit, edit, map[string]string{"ceiling": "2000"})
	if res, _ := v.submit(edit, edit, map[string]string{"_version": "1", "ceiling": "4000"}); res.StatusCode != http.StatusConflict {
		t.Errorf("over another's change: %d", res.StatusCode)
	}
}

func TestEntriesAreNarrowed(t *testing.T) {
	d := newDesk(t)
	v := d.accountant()
	count := func(query url.Values) int {
		return len(v.page(d.moneyURL("postings?") + query.Encode()).All("#entries tbody tr"))
	}
	for want, q := range map[int]url.Values{2: {}, 1: {"section": {"I"}}, 0: {"q": {"introuvable"}}} {
		if got := count(q); got != want {
			t.Errorf("%v: %d entries, want %d", q, got, want)
		}
	}
	if got := count(url.Values{"year": {"-1"}, "period": {"77"}, "section": {"x"}, "category": {"x"}, "stage": {"x"}, "after": {"x"}}); got != 2 {
		t.Errorf("what means nothing narrows the list: %d", got)
	}
	_, body := v.get(d.moneyURL("postings.csv"))
	if strings.Count(strings.TrimSpace(body), "\n") != 2 {
		t.Errorf("the file holds %s", body)
	}
	if _, err := d.finance.ProjectPostings(t.Context(), d.actorOf(identity.RoleCommitteeMember), d.home.projects[0].ID, finance.PostingFilter{}); err == nil {
		t.Error("entries are shown to who may read costs alone")
	}
}

// actorOf is somebody with a role in the home organisation, without a session.
func (d *desk) actorOf(role identity.Role) identity.Actor {
	return identity.SignedIn(1, "x", identity.Grant{OrganisationID: d.home.organisation.ID, Role: role, Scope: identity.ScopeOrganisation})
}
