package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/internal/money"
)

// TestLimitsAreSet changes the limits of early warnings: the books warn by them, in a new version, and what makes no sense is refused at its field.
func TestLimitsAreSet(t *testing.T) {
	v, books := queueDesk(t)
	settings := books + "/settings"
	v.done(settings, settings, map[string]string{"exposure_red": "120,5", "idle_months": "6", "withdrawal_share": "2,5"})
	held, err := v.finance.Settings(t.Context(), operator, v.home.organisation.ID)
	if err != nil {
		t.Fatal(err)
	}
	limits, err := held.Limits(money.EUR)
	if err != nil || limits.Version != 1 || limits.ExposureRed != 12_050 || limits.ExposureAmber != 9_000 || limits.IdleMonths != 6 || limits.StateAuditFrom == 0 || held.WithdrawalShare != 250 {
		t.Errorf("limits %+v, %v, withdrawals %d", limits, err, held.WithdrawalShare)
	}
	if got := v.page(settings).One("input[name=exposure_red]").Attr("value"); got != "120,5" {
		t.Errorf("shown as %q", got)
	}
	for field, typed := range map[string]string{"landing_red": "90", "index_from": "150", "idle_months": "999", "unmatched_days": "-1", "overrun_amber": "dix"} {
		res, body := v.submit(settings, settings, map[string]string{field: typed})
		page := htmltest.Parse(t, body)
		blamed := field
		if field == "landing_red" { // it lies beyond the amber one, which is blamed
			blamed = "landing_amber"
		}
		if res.StatusCode != http.StatusUnprocessableEntity || page.One("input[name="+blamed+"]").Attr("aria-invalid") != "true" || page.One("input[name="+field+"]").Attr("value") != typed {
			t.Errorf("%s %q: %d", field, typed, res.StatusCode)
		}
	}
}

// TestNothingIsAskedFor sends forms that say nothing: the answer says so, instead of pretending that a page is missing.
func TestNothingIsAskedFor(t *testing.T) {
	v, books := queueDesk(t)
	for action, want := range map[string]string{"/rules/rerun/apply": "choisissez un exercice", "/commitments/rekeys/undo": "quel numéro remplacé"} {
		empty := url.Values{"_csrf": {v.page(books + "/rules/new").Form(books + "/rules/new").Get("_csrf")}}
		res, body := v.send(books+action, empty)
		if text := htmltest.Parse(t, body).One("main").Text(); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, want) {
			t.Errorf("%s: %d\n%s", action, res.StatusCode, text)
		}
	}
}

// TestMappingIsRefusedInItsOwnWords: who maps columns does not know what profiles call them.
func TestMappingIsRefusedInItsOwnWords(t *testing.T) {
	v, books := queueDesk(t)
	mapping := books + "/files/" + itoa(int64(v.home.books.staged)) + "/mapping"
	change := map[string]string{"profile": "", "name": "la-suite"}
	for name := range v.page(mapping).Form(mapping) {
		if strings.HasPrefix(name, "column_") {
			change[name] = ""
		}
	}
	change["column_1"] = "label"
	res, body := v.submit(mapping, mapping, change)
	text := htmltest.Parse(t, body).One("main").Text()
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, "Colonnes du fichier : Il faut une colonne de montants") {
		t.Errorf("%d\n%s", res.StatusCode, text)
	}
	for _, internal := range []string{"columns :", "required", "obligatoire", "« amount »", "« date »", "« label »"} {
		if strings.Contains(text, internal) {
			t.Errorf("the page speaks of %q:\n%s", internal, text)
		}
	}
}

// TestClosingNamesTheFiles: what stands in the way of closing is named, and leads to where it is mended.
func TestClosingNamesTheFiles(t *testing.T) {
	v, books := queueDesk(t)
	v.as(identity.RoleFinance)
	period := books + "/periods/" + itoa(v.home.books.year) + "/2"
	page := v.page(period)
	file := books + "/files/" + itoa(int64(v.home.books.staged))
	if links := page.All("table a[href=" + file + "]"); len(links) != 1 {
		t.Errorf("%d links to the file that waits:\n%s", len(links), page.One("main").Text())
	}
	if text := page.One("main").Text(); !strings.Contains(text, "Abandonné de lui-même le") || !strings.Contains(text, "Enregistrez-les ou abandonnez-les") {
		t.Errorf("the page does not say how to mend it:\n%s", text)
	}
}
