package views

import (
	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// votePages builds the pages about votes and authorisations, and about the VAT that comes back.
func votePages(variant string, base func(title, section, path string) Base) []Page {
	n := map[string]int{"full": 6, "empty": 0, "huge": 60, "hostile": 3}[variant]
	b := seenBy(base("Enveloppes", SectionFinance, "/organisations/1/finance"), identity.Operator("test"), "Camille")
	o := identity.Organisation{ID: 1, Code: "lille", Currency: money.EUR, TimeZone: "Europe/Paris"}
	years := sampleYears()
	report := finance.EnvelopeReport{OrganisationID: 1, Currency: money.EUR, Basis: finance.BasisTTC, AsOf: sample.Day, Years: years}
	votes := finance.VoteTieOut{Year: finance.FiscalYear{ID: 1, Code: "2026"}, Currency: "EUR"}
	recovery := finance.RecoveryReport{ReportHead: finance.ReportHead{AsOf: sample.Day, OrganisationID: 1, Currency: money.EUR, AmountBasis: finance.BasisTTC, CostBasis: forecast.Mandated}, Roadmap: finance.RoadmapName{ID: 1}, Projects: map[portfolio.ProjectID]portfolio.Head{}}
	for i := range n {
		left := money.Amount(2-i) * 1_000_00
		e := finance.EnvelopeLine{Envelope: finance.Envelope{ID: finance.EnvelopeID(i + 1), OrganisationID: 1, Code: "AP-1", Name: "Guichet", Kind: finance.EnvelopeAP, Section: "I"}, Depth: i % 3, Authorised: 3_000_00,
			Position: &forecast.Position{CommittedNet: 2_000_00, Mandated: 500_00, DENM: 1_500_00, ToCommit: &left}}
		report.Envelopes = append(report.Envelopes, e)
		l := finance.VoteTieOutLine{Section: finance.Sections[i%2], Operation: "2041", Envelopes: []string{"AP-1"}, Books: 100_00, Budget: money.Amount(i) * 100_00, Acts: []finance.VoteTieOutAct{{Act: finance.ActBP, Documented: true, Books: 100_00}, {Act: finance.ActTransfer, Books: 5_00}}}
		votes.Lines = append(votes.Lines, l)
		votes.Sections = append(votes.Sections, finance.VoteTieOutSection{Section: finance.Sections[i%2], Named: 1, Unnamed: 2, Budget: 3})
		votes.Documents = append(votes.Documents, finance.VotedDocument{File: 4, FileName: "bp-2026.xml", Entity: "20000000000019", Number: "1", Lines: 40, Voted: 100_00, Carried: 12_00})
		if recovery.Recovery == nil {
			recovery.Recovery = &forecast.Recovery{Spent: 100_00, Eligible: 50_00, Total: 8_20, Net: 91_80}
		}
		recovery.Projects[portfolio.ProjectID(i+1)] = portfolio.Head{Code: "P-01", Name: "Portail"}
		recovery.Recovery.Projects = append(recovery.Recovery.Projects, forecast.ProjectRecovery{Project: int64(i + 1), Spent: 100_00, Eligible: 50_00, Recovery: 8_20, Net: 91_80})
	}
	if variant == "hostile" {
		for _, v := range []any{&report.Envelopes, &votes.Lines, &votes.Documents, &recovery.Projects} {
			sample.Poison(v)
		}
	}
	for i := range votes.Documents {
		votes.Documents[i].Document = []ledgerfile.Document{ledgerfile.DocumentPrimary, ledgerfile.DocumentAccounts}[i%2]
	}
	day := Day{On: sample.Day, Today: sample.Day, Typed: sample.Day.String()}
	calendar := finance.Calendar{Years: append(years, years...)}
	form := FormPage{Base: b, Filter: b.ProvisionalFilter("/organisations/1/finance/envelopes/1/act", finance.Envelope{Kind: finance.EnvelopeAnnual}, calendar, 1, 3)}
	form.Form = form.NewForm("/organisations/1/finance/envelopes/1/act", "Enregistrer", "/", 0, form.ActFields(finance.Envelope{}, calendar, money.EUR, finance.ActInput{Act: finance.ActProvisional, Lines: []finance.ActLine{{Cell: finance.Cell{YearID: 1, Section: "F"}, Amount: 5_00}}})...)
	pages := []Page{EnvelopesPage{Base: b, Organisation: o, Report: report, Voted: 1}.Page(), EnvelopesPage{Base: b, Organisation: o, Roadmap: 1, Report: report}.Page(), RecoveryPage{b, recovery, day}.Page(), form,
		ControlsPage{Base: b, Organisation: o, Calendar: calendar, Controls: finance.Controls{Currency: money.EUR, Basis: finance.BasisTTC}, Votes: &votes}.Page()}
	for _, e := range report.Envelopes {
		pages = append(pages, EnvelopePage{Base: b, Organisation: o, Envelope: e.Envelope, Report: report}.Page())
	}
	return pages
}

// profilePages are the pages of the built-in profiles, each field of which must have a name.
func profilePages(base func(title, section, path string) Base) []Page {
	b := seenBy(base("Profils", SectionFinance, "/organisations/1/finance/profiles"), identity.Operator("test"), "Camille")
	o := identity.Organisation{ID: 1, Code: "lille", Currency: money.EUR, TimeZone: "Europe/Paris"}
	list := ProfilesPage{Base: b, Organisation: o}
	var pages []Page
	for _, name := range ledgerfile.BuiltInNames() {
		p, _ := ledgerfile.BuiltIn(name)
		line := finance.ProfileLine{Profile: p, BuiltIn: true}
		list.Profiles = append(list.Profiles, line)
		pages = append(pages, ProfilePage{Base: b, Organisation: o, Versions: []finance.ProfileLine{line, {Profile: p, ByName: "Claire"}}}.Page())
	}
	return append(pages, list.Page())
}
