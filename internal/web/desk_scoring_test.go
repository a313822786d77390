package web

import (
	"strings"

	"jalon/identity"
	"jalon/portfolio"
)

// scoringPlace is what an organisation has of scoring: a grid in use, by which its first project was scored by two who do not agree, and a draft.
type scoringPlace struct {
	draft   portfolio.GridID
	active  portfolio.GridID
	drafted portfolio.CriterionID // of the draft
	scored  portfolio.CriterionID // of the grid in use
	subject portfolio.Subject
}

// noScoring are keys that lead nowhere.
var noScoring = scoringPlace{draft: 998, active: 998, drafted: 998, scored: 998, subject: portfolio.Subject{Project: 998}}

// noun gives what stands in an address for a noun of scoring; "" for any other one.
func (s scoringPlace) noun(name, path string) string {
	switch {
	case name == ":subject":
		return s.subject.Key()
	case name == ":criterion" && strings.HasPrefix(path, "/grids/"):
		return itoa(int64(s.drafted))
	case name == ":criterion":
		return itoa(int64(s.scored))
	}
	return ""
}

// furnishScoring puts a grid into use, has two people score the first project, and begins the next version of the grid.
func (d *desk) furnishScoring(p *place, code string) {
	d.Helper()
	g := must[portfolio.Grid](d)(d.portfolio.DraftGrid(d.ctx(), operator, p.roadmap.ID, portfolio.GridInput{Template: portfolio.TemplatePublicValue, Name: "Grille de " + code}))
	d.check(d.portfolio.ActivateGrid(d.ctx(), operator, g.ID, g.Version))
	second, _, err := d.identity.AddUser(d.ctx(), operator, identity.UserInput{OrganisationID: p.organisation.ID, Email: "notes@" + code + ".example", Name: "Notatrice de " + code, Password: password})
	d.check(err)
	p.scores = scoringPlace{active: g.ID, scored: g.Criteria[0].ID, subject: portfolio.Subject{Project: p.projects[0].ID}}
	for i, u := range []identity.User{p.user, second} {
		scorer := identity.SignedIn(u.ID, u.Name, identity.Grant{OrganisationID: p.organisation.ID, Role: identity.RoleFinance, Scope: identity.ScopeOrganisation})
		in := portfolio.ScoreInput{Subject: p.scores.subject, Grid: g.ID, Version: 1, Submit: true}
		for _, c := range g.Criteria {
			in.Marks = append(in.Marks, portfolio.Mark{Criterion: c.ID, HasLevel: true, Level: int64(3 - i), Evidence: "Constat de " + code})
		}
		d.check(d.portfolio.SaveScores(d.ctx(), scorer, p.roadmap.ID, in))
	}
	next := must[portfolio.Grid](d)(d.portfolio.CopyGrid(d.ctx(), operator, g.ID))
	p.scores.draft, p.scores.drafted = next.ID, next.Criteria[0].ID
}
