package web

import (
	"net/http"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/htmltest"
	"jalon/views"
)

// TestFiscalYearsChange changes and removes a fiscal year in which nothing is booked; one that has bookings says why it stays.
func TestFiscalYearsChange(t *testing.T) {
	d := newDesk(t)
	v, o, b := d.accountant(), d.home.organisation, d.home.books
	periods, far := views.BooksPartURL(o.ID, views.PartPeriods), views.FiscalYearURL(o.ID, b.far)
	for _, act := range []string{"/edit", "/remove"} {
		if led, other := len(v.page(periods).All("a[href="+far+act+"]")), len(d.as(identity.RoleRoadmapManager).page(periods).All("a[href="+far+act+"]")); led != 1 || other != 1 {
			t.Errorf("%s: %d links for the accountant, %d for the roadmap manager, want 1", act, led, other)
		}
	}
	stale := v.filled(far+"/edit", far+"/edit", map[string]string{"code": "2031"})
	v.done(far+"/edit", far+"/edit", map[string]string{"code": "2030 S1", "end": "2030-06-30"})
	years := must[finance.Calendar](d)(d.finance.FiscalYears(d.ctx(), operator, o.ID))
	if y, _ := years.Year(b.far); y.Code != "2030 S1" || y.End != civil.D(2030, 6, 30) || len(y.Periods) != 7 {
		t.Errorf("the year is %+v", y)
	}
	if res, _ := v.send(far+"/edit", stale); res.StatusCode != http.StatusConflict {
		t.Errorf("an old form: %d", res.StatusCode)
	}
	if res, _ := v.submit(far+"/edit", far+"/edit", map[string]string{"end": "2029-12-31"}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a year turned round: %d", res.StatusCode)
	}
	v.done(far+"/remove", far+"/remove", nil)
	if res, _ := v.get(far + "/edit"); res.StatusCode != http.StatusNotFound {
		t.Errorf("the year that was removed: %d", res.StatusCode)
	}
	used := views.FiscalYearURL(o.ID, b.year)
	for _, act := range []string{"/edit", "/remove"} {
		res, body := v.submit(used+act, used+act, nil)
		if res.StatusCode != http.StatusConflict || !strings.Contains(htmltest.Parse(t, body).One("main").Text(), "L’exercice 2026 porte déjà des écritures") {
			t.Errorf("%s of a year with bookings: %d", act, res.StatusCode)
		}
	}
}

// TestEnvelopesAreRemoved removes an envelope that holds nothing; one that was voted says why it stays.
func TestEnvelopesAreRemoved(t *testing.T) {
	d := newDesk(t)
	v, o, b := d.accountant(), d.home.organisation, d.home.books
	empty, voted := views.EnvelopeURL(o.ID, b.reserve), views.EnvelopeURL(o.ID, b.envelope)
	if v.page(empty).One("a[href="+empty+"/remove]").Text() == "" || len(v.page(voted).All("a[href="+voted+"/remove]")) != 0 {
		t.Errorf("the link to remove an envelope does not stand where it can be")
	}
	res, body := v.submit(voted+"/remove", voted+"/remove", nil)
	if res.StatusCode != http.StatusConflict || !strings.Contains(htmltest.Parse(t, body).One("main").Text(), "L’enveloppe FDR porte des votes") {
		t.Errorf("an envelope that was voted: %d", res.StatusCode)
	}
	v.done(empty+"/remove", empty+"/remove", nil)
	if res, _ := v.get(empty); res.StatusCode != http.StatusNotFound {
		t.Errorf("the envelope that was removed: %d", res.StatusCode)
	}
}
