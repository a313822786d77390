package views

import (
	"fmt"
	"time"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
	"jalon/portfolio/projectfile"
)

// seenBy puts a viewer who may do everything, or one who may only read, on a page.
func seenBy(b Base, actor identity.Actor, name string) Base {
	n := 0
	b.Viewer = &Viewer{Name: name, Actor: actor, CSRF: "token", Request: func() string { n++; return fmt.Sprintf("%032d", n) }, Shortcuts: true}
	return b
}

// governancePages builds the pages of committees, decisions and packs.
func governancePages(variant string, base func(title, section, path string) Base, committees []governance.CommitteeCard, decisions []governance.DecisionLine, roadmaps []portfolio.RoadmapCard) []Page {
	name := "Camille Test"
	if variant == "hostile" {
		name = sample.Canary
	}
	reader := identity.SignedIn(1, name, identity.Grant{OrganisationID: 1, Role: identity.RoleReader, Scope: identity.ScopeOrganisation})
	full := func(title, section, path string) Base {
		return seenBy(base(title, section, path), identity.Operator("test"), name)
	}
	if variant == "huge" {
		for i := range 400 {
			d := decisions[i%2]
			d.ID = governance.DecisionID(i + 1)
			decisions = append(decisions, d)
		}
	}
	for i := range decisions {
		decisions[i].ID = governance.DecisionID(i + 1)
	}
	query := DecisionQuery{Page: 1}
	if variant == "hostile" {
		query.Text = sample.Canary
	}
	pages := []Page{
		CommitteesPage{Base: full("Instances", SectionCommittees, "/committees"), Committees: committees, Roadmaps: roadmaps},
		CommitteesPage{Base: seenBy(base("Instances", SectionCommittees, "/committees"), reader, name), Committees: committees},
		CommitteesPage{Base: full("Instances", SectionCommittees, "/committees"), Committees: committees, Ambiguous: name},
		DecisionsPage{Base: full("Décisions", SectionDecisions, "/decisions"), Decisions: decisions, Total: len(decisions), Pages: 1, Query: query, Years: []int{2026, 2025}, Roadmaps: roadmaps, NewURL: "/committees/OPS/decisions/new"},
		DecisionsPage{Base: full("Décisions", SectionDecisions, "/decisions"), Decisions: decisions, Total: 500, Pages: 3, Query: DecisionQuery{Page: 2, Year: 2026, Roadmap: 1}},
		DecisionsPage{Base: full("Décisions", SectionDecisions, "/decisions"), Query: DecisionQuery{Page: 1, Text: name}, Errors: []FieldError{{"year", name}}},
	}
	for _, d := range decisions[:min(len(decisions), 2)] {
		card := governance.DecisionCard{DecisionLine: d, OrganisationID: 1, CommitteeCode: "CODIR/DG", RoadmapID: 1, Roadmap: portfolio.Head{Code: "FDR", Name: "Feuille de route"}, ProjectID: 4, ProjectName: "Dossier unique",
			Options: []string{"Étendre", "Attendre"}, Author: "Anne Le Goff", Currency: money.EUR, Rebaseline: &governance.RebaselineInput{HasCost: true, Cost: 180_000_00, Start: civil.D(2025, 1, 6), End: civil.D(2027, 6, 30)}}
		if variant == "hostile" {
			sample.Poison(&card)
		}
		pages = append(pages, DecisionPage{full("Décision", SectionDecisions, "/decisions/1"), card}, DecisionPage{seenBy(base("Décision", SectionDecisions, "/decisions/1"), reader, name), card})
	}
	for _, c := range committees {
		c.OrganisationID = 1
		pages = append(pages, committeePages(full, c)...)
		pages = append(pages, CommitteePage{Base: seenBy(base("Instance", SectionCommittees, "/committees/x"), reader, name), Committee: c})
	}
	return pages
}

func committeePages(full func(title, section, path string) Base, c governance.CommitteeCard) []Page {
	form := &CommitteeFormPage{FormPage: FormPage{Base: full("Modifier", SectionCommittees, "/committees/x/edit")}, Previewed: true}
	form.Form = form.NewForm("/committees/x/edit", "Enregistrer", "/committees/x", 3, form.CommitteeFields(c.Committee)...)
	form.Form.Preview = "Voir"
	form.Preview(c.Committee, sample.Day)
	members := MembersPage{Base: full("Membres", SectionCommittees, "/committees/x/members"), Committee: c, Organisation: "CC12"}
	for i := range members.Committee.Members {
		members.Committee.Members[i].ID, members.Committee.Members[i].UserID = int64(i+1), int64(i)
	}
	members.Form = members.NewForm("/committees/x/members", "Ajouter", "/committees/x", 0, members.MemberFields(governance.Member{}, "")...)
	none := members
	none.Committee.Members = nil
	return []Page{CommitteePage{Base: full("Instance", SectionCommittees, "/committees/x"), Committee: c}, CommitteePage{Base: full("Instance", SectionCommittees, "/committees/x"), Committee: c, Organisation: "CC12"}, form, members, none}
}

// importPages builds the page of an upload and previews of lists.
func importPages(variant string, base func(title, section, path string) Base) []Page {
	b := func() Base {
		return seenBy(base("Import", SectionRoadmaps, "/imports/3"), identity.Operator("test"), "Camille Test")
	}
	upload := FormPage{Base: b()}
	upload.Form = upload.NewForm("/roadmaps/1/import", "Envoyer", "/roadmaps/1", 0, upload.ImportFields(sample.Day)...)
	upload.Form.Upload = true
	staged := portfolio.Staged{ID: 3, Roadmap: portfolio.Roadmap{ID: 1, Name: "Feuille de route"}, FileName: "liste.csv", Profile: "jalon", AsOf: sample.Day}
	if variant != "empty" {
		n := map[string]int{"full": 20, "huge": 3000, "hostile": 5}[variant]
		staged.Joins = map[string]string{"Dossier unique (2e tranche)": "P-01"}
		staged.Report = portfolio.ImportReport{Rows: 40, Matched: 38, Rejected: 2, Created: 5, Updated: 3, Unchanged: 30, Exits: 1, Estimates: 9}
		for i := range n {
			staged.Report.Findings = append(staged.Report.Findings, projectfile.Finding{Line: i, Column: "Coût", Code: projectfile.NumberUnreadable, Args: []any{"douze"}})
			staged.Suggestions = append(staged.Suggestions, portfolio.Suggestion{Name: fmt.Sprintf("Portail %d", i), Codes: []portfolio.Head{{Code: "P-02", Name: "Portail des subventions"}}})
		}
		staged.Report.Findings = append(staged.Report.Findings, projectfile.Finding{Line: 4, Code: "project.renamed", Args: []any{"A", "B", "P-02", 80}})
	}
	if variant == "hostile" {
		staged.Joins = map[string]string{sample.Canary: sample.Canary}
		staged.Report.Findings = append(staged.Report.Findings, projectfile.Finding{Line: 5, Column: sample.Canary, Code: projectfile.NumberUnreadable, Args: []any{sample.Canary}})
		sample.Poison(&staged.Suggestions)
		staged.FileName, staged.Profile, staged.Roadmap.Name = sample.Canary, sample.Canary, sample.Canary
	}
	booked := staged
	booked.BookedAt, booked.Report, booked.Suggestions = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), portfolio.ImportReport{}, nil
	return []Page{upload, ImportPage{Base: b(), Staged: staged}, ImportPage{Base: b(), Staged: booked}, ImportPage{Base: b(), Staged: staged, Refused: "Refus", Chosen: map[string]string{}}}
}
