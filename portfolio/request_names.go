package portfolio

import (
	"context"
	"slices"

	"jalon/internal/database"
)

// requestNames names what requests of a roadmap point to.
type requestNames struct {
	themes   map[int64]Head
	skills   map[SkillID]Skill
	order    []Skill // the skills in their order
	subjects map[Subject]linkName
}

// loadRequestNames names the themes, the skills, the requests and the projects that a request of a roadmap may point to.
func loadRequestNames(ctx context.Context, db database.Conn, r Roadmap) (requestNames, error) {
	n := requestNames{themes: map[int64]Head{}, skills: map[SkillID]Skill{}, subjects: map[Subject]linkName{}}
	themes, err := findStrands(ctx, db, themeTable, r)
	if err != nil {
		return n, err
	}
	for _, t := range themes {
		n.themes[t.ID] = Head{t.Code, t.Name}
	}
	if n.order, err = findSkills(ctx, db, r.OrganisationID); err != nil {
		return n, err
	}
	for _, s := range n.order {
		n.skills[s.ID] = s
	}
	subjects, err := findLinkNames(ctx, db, r)
	for _, s := range subjects {
		n.subjects[s.Subject] = s
	}
	return n, err
}

// submitted tells what a request asks for in words, in an order of its own, so that equal contents are written alike.
func (n requestNames) submitted(q Request) SubmittedRequest {
	c := q.RequestContent
	out := SubmittedRequest{Title: c.Title, Theme: n.themes[c.ThemeID].Name, Need: c.Need, Beneficiaries: c.Beneficiaries, Sponsor: c.Sponsor, Department: c.Department,
		RequestedBy: c.RequestedBy, Start: c.Start, End: c.End, Risk: c.Risk, Costs: []SubmittedCost{}, Skills: []SubmittedSkill{}, Requires: []string{}, Excludes: []string{}}
	costs, needs := slices.Clone(c.Costs), slices.Clone(c.Skills)
	orderYears(costs)
	orderNeeds(needs)
	for _, a := range costs {
		out.Costs = append(out.Costs, SubmittedCost(a))
	}
	for _, s := range needs {
		out.Skills = append(out.Skills, SubmittedSkill{n.skills[s.Skill].Name, s.Quarter, s.Tenths})
	}
	for _, l := range c.Links {
		code := n.subjects[l.Other].Code
		if l.Kind == LinkRequires {
			out.Requires = append(out.Requires, code)
		} else {
			out.Excludes = append(out.Excludes, code)
		}
	}
	slices.Sort(out.Requires)
	slices.Sort(out.Excludes)
	return out
}
