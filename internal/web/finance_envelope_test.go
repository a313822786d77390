package web

import (
	"net/http"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/internal/civil"
	"jalon/views"
)

// TestProvisionalCreditsAreProposed has the form of an act filled with the twelfths of the year before, and books it as it came.
func TestProvisionalCreditsAreProposed(t *testing.T) {
	d := newDesk(t)
	v, o := d.accountant(), d.home.organisation
	_, err := d.finance.AddFiscalYear(d.ctx(), operator, o.ID, finance.FiscalYear{Code: "2025", Year: 2025, Start: civil.D(2025, 1, 1), End: civil.D(2025, 12, 31)})
	d.check(err)
	before := must[finance.Calendar](d)(d.finance.FiscalYears(d.ctx(), operator, o.ID)).Years[0].ID
	cell := finance.Cell{Envelope: d.home.books.reserve, YearID: before, Section: "F", Authorisation: finance.AuthorisationCP}
	_, err = d.finance.BookAct(d.ctx(), operator, finance.ActInput{Act: finance.ActBP, Reference: "DEL-2025-4", On: civil.D(2025, 3, 20), Lines: []finance.ActLine{{Cell: cell, Amount: 12_000_00}}})
	d.check(err)
	here := views.EnvelopeURL(o.ID, d.home.books.reserve)
	path := here + "/act?provisional=" + itoa(d.home.books.year) + "&months=3"
	form := v.page(path).Form(here + "/act")
	for name, want := range map[string]string{"act": string(finance.ActProvisional), "year_1": itoa(d.home.books.year), "section_1": "F", "amount_1": "3000,00", "amount_2": ""} {
		if form.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, form.Get(name), want)
		}
	}
	v.done(path, here+"/act", map[string]string{"reference": "L1612-1", "act_on": "2026-01-02"})
	if shown := breakable(v.page(here).One("#movements").Text()); !strings.Contains(shown, "Crédits provisoires") || !strings.Contains(shown, "3 000,00 €") {
		t.Errorf("the envelope shows %s", shown)
	}
	if shown := breakable(v.page(path).One("main").Text()); !strings.Contains(shown, "Rien à proposer : ") {
		t.Errorf("what is open already is proposed again: %s", shown)
	}
	for query, want := range map[string]int{"&months=13": http.StatusUnprocessableEntity, "&months=x": http.StatusUnprocessableEntity, "": http.StatusUnprocessableEntity} {
		if res, _ := v.get(here + "/act?provisional=" + itoa(d.home.books.year) + query); res.StatusCode != want {
			t.Errorf("%q: %d, want %d", query, res.StatusCode, want)
		}
	}
	if res, body := v.get(here + "/act?provisional=" + itoa(before) + "&months=3"); res.StatusCode != http.StatusConflict || !strings.Contains(body, "Aucun exercice ne précède 2025") {
		t.Errorf("the first year: %d", res.StatusCode)
	}
	if res, _ := v.get(here + "/act?provisional=998&months=3"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a year that is none: %d", res.StatusCode)
	}
}
