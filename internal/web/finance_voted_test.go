package web

import (
	"os"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/views"
)

// TestVotedBudgetBesideTheEnvelopes imports the voted budget of the finance system: the controls hold the envelopes of its year against it, and lead to its file.
func TestVotedBudgetBesideTheEnvelopes(t *testing.T) {
	d := newDesk(t)
	v, o := d.accountant(), d.home.organisation
	controls, envelopes := views.BooksPartURL(o.ID, views.PartControls), views.BooksPartURL(o.ID, views.PartEnvelopes)
	if found := v.page(controls).All("#votes"); len(found) != 0 {
		t.Error("there is a comparison without any voted budget")
	}
	upload := v.follow(envelopes, "purpose=budget")
	if chosen := v.page(upload).Form(upload[:strings.IndexByte(upload, '?')]).Get("purpose"); chosen != ledgerfile.PurposeBudget {
		t.Errorf("the upload is of %q", chosen)
	}
	if reader := d.as(identity.RoleRoadmapManager); strings.Contains(reader.page(envelopes).One("main").Text(), "Importer un budget voté") {
		t.Error("who may not import is led to the upload")
	}
	e := must[finance.Envelope](d)(d.finance.CreateEnvelope(d.ctx(), operator, finance.Envelope{OrganisationID: o.ID, Code: "LOG", Name: "Logiciels", Kind: finance.EnvelopeAnnual, Section: "I", Operation: "2041"}))
	_, err := d.finance.BookAct(d.ctx(), operator, finance.ActInput{Act: finance.ActBP, Reference: "2026-01", On: civil.D(2026, 2, 9), Lines: []finance.ActLine{{Cell: finance.Cell{Envelope: e.ID, YearID: d.home.books.year, Section: "I", Authorisation: finance.AuthorisationCP}, Amount: 140_000_00}}})
	d.check(err)
	data, err := os.ReadFile("../../finance/ledgerfile/testdata/totem/primary.xml")
	d.check(err)
	totem, _ := ledgerfile.BuiltIn("totem")
	_, err = d.finance.ImportBudget(d.ctx(), operator, finance.ImportInput{Organisation: o, Source: exported{"bp-2026.xml", data}, Profile: totem})
	d.check(err)
	compare := v.follow(envelopes, "#votes")
	section := v.page(compare[:strings.IndexByte(compare, '#')]).One("#votes")
	for _, want := range []string{"exercice 2026", "1 opération où", "2041", "LOG", "162 000,00 €", "140 000,00 €", "−22 000,00 €", "−12 000,00 €", "bp-2026.xml", "Budget primitif"} {
		if !strings.Contains(breakable(section.Text()), want) {
			t.Errorf("the comparison does not say %q: %s", want, section.Text())
		}
	}
	if file := v.follow(controls, "/finance/files/"); !strings.HasPrefix(file, views.BooksPartURL(o.ID, views.PartFiles)) {
		t.Errorf("the document leads to %s", file)
	}
	if found := v.page(controls + "?year=998").All("#votes"); len(found) != 0 {
		t.Error("a year without a voted budget is compared")
	}
}

// breakable writes the spaces that do not break as spaces.
func breakable(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }
