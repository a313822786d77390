package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jalon/views"
)

// TestRecoveryStandsBesideTheCost leads from the figures of a roadmap to the estimate of its VAT compensation: by project, with the cost whole beside it.
func TestRecoveryStandsBesideTheCost(t *testing.T) {
	d := newDesk(t)
	v := d.accountant()
	path := v.follow(fmt.Sprintf("/roadmaps/%d/finance", d.home.roadmap.ID), "/recovery")
	shown := breakable(v.page(path).One("#recovery").Text())
	for _, want := range []string{"lille-1", "18 960,00 €", "12 000,00 €", "1 968,48 €", "16 991,52 €", "16,404 %", "5,6 %"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the page does not say %q: %s", want, shown)
		}
	}
	if funding := v.follow(path, "/funding"); funding != d.moneyURL("funding") {
		t.Errorf("the project leads to %s", funding)
	}
	res, body := v.get(path + ".csv")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "1968,48") {
		t.Errorf("the file: %d %s", res.StatusCode, body)
	}
	if res, _ := v.get(path + ".csv?as_of=2030-01-01"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a day to come: %d", res.StatusCode)
	}
	if shown := breakable(v.page(path + "?as_of=2026-01-01").One("#recovery").Text()); !strings.Contains(shown, "Rien à estimer") {
		t.Errorf("before any cost: %s", shown)
	}
}

// TestRecoveryWithoutTax tells why there is nothing to estimate.
func TestRecoveryWithoutTax(t *testing.T) {
	d := newDesk(t)
	report, err := d.finance.RecoveryEstimate(d.ctx(), operator, d.home.roadmap.ID, d.home.roadmap.Start)
	d.check(err)
	report.Recovery, report.Currency = nil, "RWF"
	page := views.RecoveryPage{Base: views.Base{Printer: views.For("fr")}, Report: report}.Page()
	if got := page.Sections[0].Text[0]; !strings.Contains(got, "TTC") {
		t.Errorf("francs: %q", got)
	}
}
