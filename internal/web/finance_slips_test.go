package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/internal/money"
	"jalon/views"
)

// TestZeroIsNotAll types a zero where an empty field means all there is: nothing is moved.
func TestZeroIsNotAll(t *testing.T) {
	v, books := queueDesk(t)
	b := v.home.books
	line := books + "/queue/" + itoa(int64(b.waits))
	allocated := books + "/postings/" + itoa(int64(b.matched)) + "/allocations"
	project, code := v.home.projects[0], "lille-1"
	move := allocated + "/" + itoa(int64(project.ID))
	commitment := books + "/commitments/" + itoa(b.commitment) + "/shares"
	waits, matched := v.held(b.waits).Residual, v.held(b.matched).Shares
	for _, tc := range []struct {
		page, action string
		change       map[string]string
	}{
		{line, line + "/split", map[string]string{"project_1": code, "amount_1": "0"}},
		{line, line + "/split", map[string]string{"project_1": code, "amount_1": "-0,00"}},
		{line, line + "/split", map[string]string{"project_1": code, "share_1": "0"}},
		{line, line + "/exclude", map[string]string{"amount": "0", "reason": "Hors périmètre"}},
		{move, move, map[string]string{"amount": "0", "to": views.TargetQueue, "reason": "Erreur"}},
		{commitment, commitment, map[string]string{"project_1": code, "share_1": "0 %"}},
	} {
		res, body := v.submit(tc.page, tc.action, tc.change)
		if res.StatusCode != http.StatusUnprocessableEntity || htmltest.Parse(t, body).One(".error").Text() == "" {
			t.Errorf("%v at %s: %d", tc.change, tc.action, res.StatusCode)
		}
	}
	if left, held := v.held(b.waits).Residual, v.held(b.matched).Shares; left != waits || len(held) != len(matched) || held[0].Amount != matched[0].Amount {
		t.Errorf("%d is left of the line, %+v is held of the other", left, held)
	}
}

// TestFileIsBookedAsSeen books a file from a page that somebody else overtook: how it is read changed since.
func TestFileIsBookedAsSeen(t *testing.T) {
	v, books := queueDesk(t)
	file := books + "/files/" + itoa(int64(v.home.books.staged))
	v.done(file+"/mapping", file+"/mapping", map[string]string{"profile": "generic-fr"})
	seen := v.filled(file, file+"/book", nil)
	v.as(identity.RoleFinance).done(file+"/mapping", file+"/mapping", map[string]string{"profile": "generic-fr", "from": "2026-11-01", "to": "2026-11-30"})
	res, body := v.send(file+"/book", seen)
	page := htmltest.Parse(t, body)
	if res.StatusCode != http.StatusConflict || !strings.Contains(page.One("#message .alert").Text(), "rien n’est enregistré") {
		t.Fatalf("booked from an old page: %d\n%s", res.StatusCode, page.One("main").Text())
	}
	if f := must[finance.File](t)(v.finance.File(t.Context(), operator, v.home.books.staged)); f.State != finance.FileStaged {
		t.Fatalf("the file is %s", f.State)
	}
	form := page.Form(file + "/book") // of what it would do now
	for range 2 {
		if res, _ := v.send(file+"/book", form); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != file {
			t.Errorf("booked: %d, %s", res.StatusCode, res.Header.Get("Location"))
		}
	}
	if f := must[finance.File](t)(v.finance.File(t.Context(), operator, v.home.books.staged)); f.State != finance.FileBooked || f.Coverage == nil {
		t.Errorf("the file is %s for %+v", f.State, f.Coverage)
	}
}

// TestFileIsReadInOneWay chooses a profile and names another one besides, and names one on a page that is old: no profile is kept.
func TestFileIsReadInOneWay(t *testing.T) {
	v, books := queueDesk(t)
	mapping := books + "/files/" + itoa(int64(v.home.books.staged)) + "/mapping"
	for want, change := range map[int]map[string]string{
		http.StatusUnprocessableEntity: {"profile": "generic-fr", "name": "la-suite"},
		http.StatusConflict:            {"profile": "", "name": "la-suite", views.FieldVersion: "1"},
	} {
		res, body := v.submit(mapping, mapping, change)
		if got := htmltest.Parse(t, body).One("input[name=name]").Attr("value"); res.StatusCode != want || got != "la-suite" {
			t.Errorf("%v: %d with %q, want %d", change, res.StatusCode, got, want)
		}
	}
	if text := v.page(books + "/profiles").One("main").Text(); strings.Contains(text, "la-suite") {
		t.Error("a profile was kept that nobody reads by")
	}
}

// TestAmountNotations reads amounts as people type them, or copy them from a page.
func TestAmountNotations(t *testing.T) {
	for _, tc := range []struct {
		lang, text string
		currency   money.Currency
		want       money.Amount
		ok         bool
	}{
		{"fr", "1 200,50", "EUR", 1200_50, true},
		{"fr", "−1 200,50 €", "EUR", -1200_50, true},
		{"en", "-€12.50", "EUR", -12_50, true},
		{"fr", "1,234", "EUR", 0, false},
		{"fr", "1.234,56", "EUR", 0, false},
		{"fr", "0,005", "EUR", 0, false},
		{"fr", "12,345", "TND", 12_345, true},
		{"en", "12.345", "TND", 12_345, true},
		{"fr", "12.345", "TND", 0, false},
		{"en", "12,345", "TND", 0, false},
		{"fr", "1 234", "RWF", 1_234, true},
		{"fr", "1.234", "RWF", 0, false},
		{"fr", "1e9", "EUR", 0, false},
		{"fr", "−−5", "EUR", 0, false},
		{"fr", "5−", "EUR", 0, false},
	} {
		in := &input{values: url.Values{"amount": {tc.text}}, lang: tc.lang}
		if got, ok := in.amount("amount", tc.currency); got != tc.want || ok != tc.ok || (in.err() == nil) != tc.ok {
			t.Errorf("%s %q of %s: %d, %v, %v", tc.lang, tc.text, tc.currency, got, ok, in.err())
		}
		if a := tc.want; tc.ok {
			shown := &input{values: url.Values{"amount": {views.For(tc.lang).AmountValue(&a, tc.currency)}}, lang: tc.lang}
			if got, ok := shown.amount("amount", tc.currency); got != a || !ok {
				t.Errorf("what a form shows of %d %s reads %d, %v", a, tc.currency, got, ok)
			}
		}
	}
}

// TestInvisibleTextIsNone types what nobody can see where a text is required.
func TestInvisibleTextIsNone(t *testing.T) {
	d := newDesk(t)
	v, o, b := d.accountant(), d.home.organisation, d.home.books
	envelope, line := views.EnvelopeURL(o.ID, b.envelope), views.BooksPartURL(o.ID, views.PartQueue, itoa(int64(b.alone)))
	for _, tc := range []struct{ page, action, field string }{{envelope + "/edit", envelope + "/edit", "name"}, {line, line + "/accept", "reason"}} {
		for _, typed := range []string{"\u200b", "\ufeff\u00ad\u2060", " \u200d "} {
			res, body := v.submit(tc.page, tc.action, map[string]string{tc.field: typed})
			if res.StatusCode != http.StatusUnprocessableEntity || len(htmltest.Parse(t, body).All(".error")) == 0 {
				t.Errorf("%s with %q: %d", tc.action, typed, res.StatusCode)
			}
		}
	}
}

// TestExclusionNamesNoProject writes a rule that excludes, and names a project: neither is dropped without a word.
func TestExclusionNamesNoProject(t *testing.T) {
	d := newDesk(t)
	v, rule := d.accountant(), views.BooksPartURL(d.home.organisation.ID, views.PartRules, "new")
	typed := map[string]string{"name": "Frais", "field_1": "label", "op_1": "contains", "value_1": "frais", "then": views.TargetExcluded, "reason": "Hors périmètre", "project_1": d.home.projects[0].Code}
	res, body := v.submit(rule, rule, typed)
	if page := htmltest.Parse(t, body); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page.One("main").Text(), "pas les deux") || page.Form(rule).Get("project_1") != typed["project_1"] {
		t.Errorf("a rule that excludes and names a project: %d", res.StatusCode)
	}
	typed["project_1"] = ""
	v.done(rule, rule, typed)
}
