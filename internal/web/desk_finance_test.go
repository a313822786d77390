package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// booksPlace is what an organisation has in its books, for tests that open a page of each.
type booksPlace struct {
	year        int64 // fiscal year 2026, of which January is closed
	far         int64 // fiscal year 2030, in which nothing is booked
	envelope    finance.EnvelopeID
	reserve     finance.EnvelopeID // another one, of both sections
	movement    finance.MovementID
	commitment  int64
	share       int64
	booked      finance.FileID    // a file in the books
	staged      finance.FileID    // one that waits, and nobody said how it is written
	settled     finance.PostingID // of January, on a project
	matched     finance.PostingID // later, on the same project
	waits       finance.PostingID // in the queue, with a suggestion
	alone       finance.PostingID // in the queue, with none
	certificate int64
	rule        int64
	batch       int64
	assertion   int64
	move        finance.MoveID
	funding     finance.FundingID
	event       finance.FundingEventID
}

// Periods of the fiscal year of a place.
const (
	closedPeriod = 1
	openPeriod   = 2
)

// noun gives the key that stands in an address for a noun of the books; path tells of what kind it must be. Projects are not the books'.
func (b booksPlace) noun(name, path string) int64 {
	switch name {
	case ":file":
		for _, waiting := range []string{"/mapping", "/book", "/drop"} {
			if strings.HasSuffix(path, waiting) {
				return int64(b.staged)
			}
		}
		return int64(b.booked)
	case ":posting":
		if strings.Contains(path, "/queue/") {
			return int64(b.waits)
		}
		return int64(b.matched)
	case ":year":
		if strings.Contains(path, "/years/") {
			return b.far
		}
		return b.year
	case ":envelope":
		if strings.HasSuffix(path, "/remove") {
			return int64(b.reserve)
		}
		return int64(b.envelope)
	case ":period":
		if strings.HasSuffix(path, "/reopen") {
			return closedPeriod
		}
		return openPeriod
	}
	return map[string]int64{":movement": int64(b.movement), ":commitment": b.commitment, ":share": b.share, ":line": 2, ":certificate": b.certificate,
		":rule": b.rule, ":batch": b.batch, ":assertion": b.assertion, ":move": int64(b.move), ":funding": int64(b.funding), ":event": int64(b.event)}[name]
}

// noBooks are keys that lead nowhere.
var noBooks = booksPlace{year: 998, far: 998, envelope: 998, reserve: 998, movement: 998, commitment: 998, share: 998, booked: 998, staged: 998, matched: 998, waits: 998, alone: 998, certificate: 998, rule: 998, batch: 998,
	assertion: 998, move: 998, funding: 998, event: 998}

// exported is a file of a finance system, in memory.
type exported struct {
	name string
	data []byte
}

func (e exported) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(e.data)), nil }
func (e exported) Size() int64                  { return int64(len(e.data)) }
func (e exported) Name() string                 { return e.name }

const ledgerHead = "exercice;budget;n°engagement;n°mandat;date;nature M57;axe analytique;n°marché;tiers;SIRET;n°facture;libellé;montant HT;TVA;montant TTC\r\n"

// mandats writes an export of payment orders. The first is of January and has the finance code of a project, as has the second, which is on
// a commitment; the others wait in the queue, but for the last one, whose amount cannot be read.
func mandats(code, project string) []byte {
	return []byte(ledgerHead +
		"2026;00;;101;15/01/2026;2051;" + project + ";M-" + code + ";Atelier numérique de " + code + ";44306184100047;F-101;Licences;10 000,00;2 000,00;12 000,00\r\n" +
		"2026;00;E-" + code + ";102;02/03/2026;6156;" + project + ";;Atelier numérique de " + code + ";44306184100047;F-102;Maintenance du guichet;5 000,00;1 000,00;6 000,00\r\n" +
		"2026;00;;103;10/03/2026;6156;;;Atelier numérique de " + code + ";44306184100047;F-103;Maintenance du guichet de " + code + ";1 500,00;300,00;1 800,00\r\n" +
		"2026;00;;104;11/05/2026;6228;;;Conseil de " + code + ";55208131766522;F-104;Étude préalable;700,00;140,00;840,00\r\n" +
		"2026;00;;105;12/05/2026;6228;;;Conseil de " + code + ";55208131766522;F-105;Seconde étude;800,00;160,00;960,00\r\n" +
		"2026;00;;106;13/05/2026;6228;;;Conseil de " + code + ";55208131766522;F-106;Illisible;;;12,34,56\r\n")
}

// furnishFinance books something of everything that the pages of the books show.
func (d *desk) furnishFinance(p *place, code string) {
	d.Helper()
	d.furnishVotes(p)
	d.furnishLedger(p, code)
	d.furnishReconciliation(p, code)
	d.furnishOutlook(p)
	var err error
	p.books.staged, err = d.finance.StageFile(d.ctx(), operator, p.organisation.ID, finance.StageInput{Name: "mandats-novembre.csv", Purpose: ledgerfile.PurposeLedger,
		Body: strings.NewReader(ledgerHead + "2026;00;;201;03/11/2026;6156;;;Atelier numérique de " + code + ";44306184100047;F-201;Maintenance;1 000,00;200,00;1 200,00\r\n")})
	d.check(err)
}

func (d *desk) ctx() context.Context { return context.Background() }

func (d *desk) check(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// furnishVotes votes the credits of a fiscal year, moves some of them, and gives a project a budget of them.
func (d *desk) furnishVotes(p *place) {
	d.Helper()
	o := p.organisation.ID
	_, err := d.finance.AddFiscalYear(d.ctx(), operator, o, finance.FiscalYear{Code: "2026", Year: 2026, Start: civil.D(2026, 1, 1), End: civil.D(2026, 12, 31)})
	d.check(err)
	calendar := must[finance.Calendar](d)(d.finance.FiscalYears(d.ctx(), operator, o))
	p.books.year = calendar.Years[0].ID
	p.books.far = must[finance.FiscalYear](d)(d.finance.AddFiscalYear(d.ctx(), operator, o, finance.FiscalYear{Code: "2030", Year: 2030, Start: civil.D(2030, 1, 1), End: civil.D(2030, 12, 31)})).ID
	made := func(e finance.Envelope) finance.EnvelopeID {
		e.OrganisationID = o
		return must[finance.Envelope](d)(d.finance.CreateEnvelope(d.ctx(), operator, e)).ID
	}
	p.books.envelope = made(finance.Envelope{RoadmapID: p.roadmap.ID, Code: "FDR", Name: "Enveloppe de la feuille de route", Kind: finance.EnvelopeRoadmap})
	p.books.reserve = made(finance.Envelope{RoadmapID: p.roadmap.ID, Code: "RES", Name: "Réserve", Kind: finance.EnvelopeAnnual})
	other := made(finance.Envelope{RoadmapID: p.roadmap.ID, Code: "AP-1", Name: "Autorisation du guichet", Kind: finance.EnvelopeAP, Section: "I"})
	cell := finance.Cell{Envelope: p.books.envelope, YearID: p.books.year, Section: "F", Authorisation: finance.AuthorisationCP}
	voted := must[finance.ActResult](d)(d.finance.BookAct(d.ctx(), operator, finance.ActInput{Act: finance.ActBP, Reference: "DEL-2026-12", On: civil.D(2026, 3, 30), Lines: []finance.ActLine{{Cell: cell, Amount: 50_000_00}}}))
	p.books.movement = voted.Movements[0].ID
	_, err = d.finance.BookAct(d.ctx(), operator, finance.ActInput{Act: finance.ActCreate, Reference: "DEL-2026-13", On: civil.D(2026, 3, 30),
		Lines: []finance.ActLine{{Cell: finance.Cell{Envelope: other, Section: "I", Authorisation: finance.AuthorisationAP}, Amount: 90_000_00}}})
	d.check(err)
	_, err = d.finance.BookBudget(d.ctx(), operator, p.projects[0].ID, finance.BudgetInput{DecidedOn: civil.D(2026, 4, 10), DecisionReference: "COTEC-4", Reason: "Premier budget",
		Lines: []finance.BudgetLine{{Envelope: p.books.envelope, YearID: p.books.year, Section: "F", Category: finance.CategoryRun, Amount: 20_000_00}}})
	d.check(err)
}

// furnishLedger takes a list of commitments and an export of payment orders, and closes January.
func (d *desk) furnishLedger(p *place, code string) {
	d.Helper()
	o := p.organisation.ID
	codes := must[[]finance.CodeLine](d)(d.finance.AssignFinanceCodes(d.ctx(), operator, o))
	imports := func(profile, name string, data []byte) finance.ImportInput {
		known, ok := ledgerfile.BuiltIn(profile)
		if !ok {
			d.Fatalf("no profile %s", profile)
		}
		return finance.ImportInput{Organisation: p.organisation, Source: exported{name, data}, Profile: known}
	}
	engaged := "exercice;budget;n°engagement;date engagement;montant engagé initial;montant engagé actuel;nature;tiers;SIRET;objet\r\n" +
		"2026;00;E-" + code + ";15/01/2026;20 000,00;18 000,00;6156;Atelier numérique de " + code + ";44306184100047;Maintenance du guichet\r\n" +
		"2026;00;E-" + code + "-2;20/01/2026;;4 000,00;6228;Conseil de " + code + ";55208131766522;Études\r\n"
	_, err := d.finance.ImportCommitments(d.ctx(), operator, imports("generic-fr-commitments", "engagements.csv", []byte(engaged)))
	d.check(err)
	commitments := must[finance.CommitmentPage](d)(d.finance.Commitments(d.ctx(), operator, o, finance.CommitmentFilter{Text: "Maintenance"}))
	c := commitments.Lines[0]
	p.books.commitment = c.ID
	d.check(d.finance.ShareCommitment(d.ctx(), operator, finance.ShareInput{Organisation: o, Commitment: c.ID, Version: c.Version, Parts: []finance.SharePart{{Project: p.projects[0].ID, ShareBP: 10_000}}}))
	p.books.share = must[finance.CommitmentDetail](d)(d.finance.Commitment(d.ctx(), operator, o, c.ID)).Shares[0].ID

	_, err = d.finance.ImportLedger(d.ctx(), operator, imports("generic-fr", "mandats.csv", mandats(code, codes[0].FinanceCode)))
	d.check(err)
	p.books.booked = must[finance.FilePage](d)(d.finance.Files(d.ctx(), operator, o, finance.FileFilter{Purpose: ledgerfile.PurposeLedger})).Files[0].ID
	for _, l := range must[finance.PostingPage](d)(d.finance.ProjectPostings(d.ctx(), operator, p.projects[0].ID, finance.PostingFilter{})).Lines {
		if l.Posting.DocNo == "101" {
			p.books.settled = l.Posting.ID
		} else {
			p.books.matched = l.Posting.ID
		}
	}
	seen := must[finance.CertificatePreview](d)(d.finance.PreviewCertificate(d.ctx(), operator, o, p.books.year, closedPeriod)).Seen
	p.books.certificate = must[finance.Certificate](d)(d.finance.SignPeriod(d.ctx(), operator, finance.SignInput{Organisation: o, Year: p.books.year, Period: closedPeriod, Seen: seen})).ID
}

// furnishReconciliation writes a rule that suggests, gives a line to a project in bulk, and holds the books against another figure.
func (d *desk) furnishReconciliation(p *place, code string) {
	d.Helper()
	o := p.organisation.ID
	var err error
	p.books.rule, err = d.finance.SaveRule(d.ctx(), operator, finance.RuleInput{Organisation: o, Name: "Maintenance de " + code, Rank: reconcile.RankLabel,
		When: []reconcile.Condition{{Field: reconcile.FieldLabel, Op: reconcile.OpContains, Value: "maintenance"}}, Then: reconcile.Action{Parts: []reconcile.Part{{Project: int64(p.projects[0].ID), ShareBP: reconcile.Whole}}}})
	d.check(err)
	d.check(d.finance.ActivateRule(d.ctx(), operator, o, p.books.rule, 1))
	wait := map[string]finance.PostingID{}
	for _, l := range must[finance.QueuePage](d)(d.finance.Queue(d.ctx(), operator, o, finance.QueueFilter{})).Lines {
		wait[l.Posting.DocNo] = l.Posting.ID
	}
	p.books.waits, p.books.alone = wait["103"], wait["104"]
	if p.books.waits == 0 || p.books.alone == 0 || wait["105"] == 0 {
		d.Fatalf("in the queue are %v", wait)
	}
	in := finance.BulkInput{Organisation: o, Postings: []finance.PostingID{wait["105"]}, Project: p.projects[1].ID, Reason: "Même étude"}
	token := must[finance.BulkPreview](d)(d.finance.BulkPreview(d.ctx(), operator, in)).Token
	p.books.batch = must[int64](d)(d.finance.BulkApply(d.ctx(), operator, in, token))
	p.books.assertion = must[finance.Assertion](d)(d.finance.Assert(d.ctx(), operator, finance.AssertInput{Organisation: o, Year: p.books.year, Until: 6, Flow: ledgerfile.FlowExpenditure,
		Dimension: finance.DimensionNature, Value: "6228", Expected: 2_000_00, Source: "Balance de la suite"})).ID
}

// furnishOutlook says of a project what is to come, why its cost moved and who else pays.
func (d *desk) furnishOutlook(p *place) {
	d.Helper()
	project := p.projects[0].ID
	physical := money.BasisPoints(4_000)
	_, err := d.finance.BookForecast(d.ctx(), operator, project, finance.ForecastInput{AsOf: civil.D(2026, 11, 2), Comment: "Recette en décembre", Physical: &physical,
		Lines: []finance.ForecastLine{{YearID: p.books.year, Section: "F", Category: finance.CategoryRun, Kind: finance.ForecastToGo, Amount: 14_000_00, Probability: 10_000}}})
	d.check(err)
	p.books.move = must[finance.Move](d)(d.finance.BookMove(d.ctx(), operator, project, finance.MoveInput{On: civil.D(2026, 10, 5), Cause: forecast.CauseScope, Amount: 2_500_00, Decision: "COTEC-9", Reason: "Paiement en ligne ajouté"})).ID
	p.books.funding = must[finance.Funding](d)(d.finance.AddFunding(d.ctx(), operator, project, finance.Funding{Funder: "Union européenne", Convention: fmt.Sprint("FEDER-", p.organisation.ID), Rate: 4_000, Ceiling: 6_000_00,
		Base: forecast.BaseHT, From: civil.D(2026, 1, 1), To: civil.D(2026, 12, 31), Notified: 6_000_00})).ID
	p.books.event = must[finance.FundingEvent](d)(d.finance.BookFundingEvent(d.ctx(), operator, p.books.funding, finance.FundingEventInput{Kind: finance.FundingClaim, Amount: 1_000_00, On: civil.D(2026, 9, 1), Reference: "Appel 1"})).ID
	d.check(d.finance.SetEligibility(d.ctx(), operator, p.books.funding, finance.EligibilityInput{Postings: []finance.PostingID{p.books.matched}, Eligible: true, Reason: "Lot 1"}))
}

// TestBooksFurnished holds that what the pages are tried on are sound books.
func TestBooksFurnished(t *testing.T) {
	d := newDesk(t)
	checks, err := d.finance.Verify(t.Context(), operator)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		if !c.Holds() {
			t.Errorf("%s does not hold: %+v", c.Code, c)
		}
	}
}

// TestBooksStayApart asks for everything in the books of another organisation under the addresses of one's own: it must read like what does not exist.
func TestBooksStayApart(t *testing.T) {
	d := newDesk(t)
	grant := identity.Grant{OrganisationID: d.home.organisation.ID, Scope: identity.ScopeOrganisation}
	manager, officer := grant, grant
	manager.Role, officer.Role = identity.RoleRoadmapManager, identity.RoleFinance
	v := d.visitor(d.home.organisation, manager, officer)
	for _, r := range routes {
		theirs, nobodys := d.home, d.home
		theirs.books, nobodys.books = d.other.books, noBooks
		if strings.Contains(r.path, ":target") {
			theirs.projects, nobodys.projects = d.other.projects, []portfolio.Project{{ID: 998}}
		}
		path, missing := theirs.address(t, r.path), nobodys.address(t, r.path)
		if path == missing {
			continue
		}
		for _, method := range methodsOf(r) {
			res, body := v.ask(method, path)
			wanted, other := v.ask(method, missing)
			if res.StatusCode != http.StatusNotFound || wanted.StatusCode != http.StatusNotFound || plainBody(body, path) != plainBody(other, missing) {
				t.Errorf("%s %s answers %d for what is another organisation's, and %d for what does not exist: %s", method, r.path, res.StatusCode, wanted.StatusCode, firstDifference(plainBody(body, path), plainBody(other, missing)))
			}
		}
	}
}
