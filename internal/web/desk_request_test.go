package web

import (
	"path"

	"jalon/internal/civil"
	"jalon/portfolio"
)

// requestPlace is what was asked of the roadmap of a place: one request for every step that a page takes, so that no test takes another's away.
type requestPlace struct {
	steps  map[string]portfolio.RequestID // by the last part of the address
	listed portfolio.RequestID            // submitted twice
	skill  portfolio.SkillID
}

// noun gives the request that a page is about.
func (r requestPlace) noun(address string) int64 {
	if id, ok := r.steps[path.Base(address)]; ok {
		return int64(id)
	}
	return int64(r.listed)
}

// noRequests are keys that lead nowhere.
var noRequests = requestPlace{listed: 998, skill: 998}

// furnishRequests asks for something in every state that a page begins from. The program's operator asks, so that whoever examines requests looks after
// the drafts as well.
func (d *desk) furnishRequests(p *place, code string) {
	d.Helper()
	p.asked = requestPlace{steps: map[string]portfolio.RequestID{}}
	p.asked.skill = must[portfolio.Skill](d)(d.portfolio.SaveSkill(d.ctx(), operator, portfolio.Skill{OrganisationID: p.organisation.ID, Code: "DEV", Name: "Développement de " + code})).ID
	quarter := civil.Quarter{Year: 2026, Number: 4}
	capacities := must[portfolio.Plan](d)(d.portfolio.Capacities(d.ctx(), operator, p.roadmap.ID))
	d.check(d.portfolio.SaveCapacities(d.ctx(), operator, p.roadmap.ID, capacities.Mark, []portfolio.SkillNeed{{Skill: p.asked.skill, Quarter: quarter, Tenths: 400}}))
	needs := must[portfolio.Plan](d)(d.portfolio.ProjectNeeds(d.ctx(), operator, p.projects[0].ID, civil.D(2026, 11, 2)))
	d.check(d.portfolio.SaveProjectNeeds(d.ctx(), operator, p.projects[0].ID, needs.Mark, []portfolio.SkillNeed{{Skill: p.asked.skill, Quarter: quarter, Tenths: 125}}))
	ask := func(title string, steps ...portfolio.RequestStep) portfolio.Request {
		q := must[portfolio.Request](d)(d.portfolio.CreateRequest(d.ctx(), operator, p.roadmap.ID, portfolio.RequestInput{ThemeCode: "T1", Requires: []string{p.projects[0].Code},
			RequestContent: portfolio.RequestContent{Title: title + " de " + code, Need: "Trop de papier.", Beneficiaries: "Les habitants", Sponsor: "Alix", Department: "Direction des usages", RequestedBy: "Camille",
				Start: civil.D(2027, 1, 1), End: civil.D(2027, 12, 31), Costs: []portfolio.YearAmount{{Year: 2027, Section: portfolio.SectionInvestment, Amount: 40_000_00}}}}))
		q = must[portfolio.Request](d)(d.portfolio.PlanRequestSkills(d.ctx(), operator, q.ID, q.Version, []portfolio.SkillNeed{{Skill: p.asked.skill, Quarter: quarter.Add(1), Tenths: 55}}))
		for _, step := range steps {
			q = must[portfolio.Request](d)(d.portfolio.StepRequest(d.ctx(), operator, q.ID, q.Version, portfolio.StepInput{Step: step, Reason: "À revoir"}))
		}
		return q
	}
	const submit, examine = portfolio.StepSubmit, portfolio.StepExamine
	p.asked.listed = ask("Archives en ligne", submit, portfolio.StepSendBack, submit).ID
	for _, x := range []struct {
		page  string
		steps []portfolio.RequestStep
	}{{"submit", nil}, {"withdraw", []portfolio.RequestStep{submit}}, {"resume", []portfolio.RequestStep{submit, portfolio.StepWithdraw}}, {"send_back", []portfolio.RequestStep{submit}},
		{"examine", []portfolio.RequestStep{submit}}, {"nominate", []portfolio.RequestStep{submit, examine}}, {"reconsider", []portfolio.RequestStep{submit, portfolio.StepDefer}},
		{"defer", []portfolio.RequestStep{submit, examine, portfolio.StepNominate}}, {"refuse", []portfolio.RequestStep{submit}}} {
		p.asked.steps[x.page] = ask("Demande "+x.page, x.steps...).ID
	}
}
