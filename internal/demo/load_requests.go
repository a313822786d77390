package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// intake books the story of the requests: an agent and the roadmap manager write them, the manager weighs them.
type intake struct {
	*loader
	steps  []step
	skills map[string]portfolio.SkillID
	asked  map[string]portfolio.Request // by key, as they stand
}

// intake gives who books the requests of the story.
func (l *loader) intake() *intake {
	c := &intake{loader: l, skills: map[string]portfolio.SkillID{}, asked: map[string]portfolio.Request{}}
	told := l.story.Requests
	first := told.Planned
	for _, r := range told.Asked {
		if r.On.Before(first) {
			first = r.On
		}
	}
	c.steps = append(c.steps, step{first, c.name}, step{told.Planned, c.plan})
	for _, r := range told.Asked {
		c.steps = append(c.steps, step{r.On, func(ctx context.Context) error { return c.ask(ctx, r) }})
		for _, s := range r.Steps {
			c.steps = append(c.steps, step{s.On, func(ctx context.Context) error { return c.take(ctx, r, s) }})
		}
	}
	slices.SortStableFunc(c.steps, func(a, b step) int { return cmp.Compare(a.on.Number(), b.on.Number()) })
	return c
}

// until books what happened by a day.
func (c *intake) until(ctx context.Context, day civil.Date) error {
	for len(c.steps) > 0 && !c.steps[0].on.After(day) {
		if err := c.steps[0].do(ctx); err != nil {
			return fmt.Errorf("requests: %w", err)
		}
		c.steps = c.steps[1:]
	}
	return nil
}

func (c *intake) roadmap() portfolio.RoadmapID { return c.roadmaps[c.story.Running().Code] }

// name writes down the skills.
func (c *intake) name(ctx context.Context) error {
	for i, s := range c.story.Requests.Skills {
		made, err := c.Portfolio.SaveSkill(ctx, c.accounts[identity.RoleRoadmapManager], portfolio.Skill{OrganisationID: c.org.ID, Code: s.Code, Name: s.Name, Description: s.Description, Position: i + 1})
		if err != nil {
			return err
		}
		c.skills[s.Code] = made.ID
	}
	return nil
}

func (c *intake) needs(all []SkillDays) []portfolio.SkillNeed {
	var out []portfolio.SkillNeed
	for _, n := range all {
		if n.Days > 0 {
			out = append(out, portfolio.SkillNeed{Skill: c.skills[n.Skill], Quarter: n.Quarter, Tenths: 10 * n.Days})
		}
	}
	return out
}

// plan writes down what there is of people's time, and what the running projects need of it.
func (c *intake) plan(ctx context.Context) error {
	manager := c.accounts[identity.RoleRoadmapManager]
	held, err := c.Portfolio.Capacities(ctx, manager, c.roadmap())
	if err != nil {
		return err
	}
	capacities := make([]portfolio.SkillNeed, 0, len(c.story.Requests.Capacities))
	for _, n := range c.story.Requests.Capacities {
		capacities = append(capacities, portfolio.SkillNeed{Skill: c.skills[n.Skill], Quarter: n.Quarter, Tenths: 10 * n.Days})
	}
	if err := c.Portfolio.SaveCapacities(ctx, manager, c.roadmap(), held.Mark, capacities); err != nil {
		return err
	}
	for _, p := range c.story.Requests.Needs {
		id := c.projects[c.story.Running().Code][p.Project]
		held, err := c.Portfolio.ProjectNeeds(ctx, manager, id, c.story.Requests.Planned)
		if err != nil {
			return err
		}
		if err := c.Portfolio.SaveProjectNeeds(ctx, manager, id, held.Mark, c.needs(p.Needs)); err != nil {
			return fmt.Errorf("project %s: %w", p.Project, err)
		}
	}
	return nil
}

// writer is who wrote a request.
func (c *intake) writer(r Request) identity.Actor {
	if r.Agent {
		return c.accounts[identity.RoleReader]
	}
	return c.accounts[identity.RoleRoadmapManager]
}

// codes gives the codes of what the story names by its keys; what is no key is a project's code.
func (c *intake) codes(keys []string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = key
		if q, ok := c.asked[key]; ok {
			out[i] = q.Code()
		}
	}
	return out
}

func (c *intake) ask(ctx context.Context, r Request) error {
	in := portfolio.RequestInput{ThemeCode: r.Theme, Requires: c.codes(r.Requires), Excludes: c.codes(r.Excludes), RequestContent: portfolio.RequestContent{Title: r.Title, Need: r.Need,
		Beneficiaries: r.Beneficiaries, Sponsor: r.Sponsor, Department: r.Department, RequestedBy: r.RequestedBy, Start: r.Start, End: r.End, Risk: portfolio.Risk(r.Risk)}}
	for _, k := range r.Costs {
		in.Costs = append(in.Costs, portfolio.YearAmount{Year: k.Year, Section: portfolio.Section(k.Section), Amount: k.Amount})
	}
	q, err := c.Portfolio.CreateRequest(ctx, c.writer(r), c.roadmap(), in)
	if err == nil && len(r.Skills) > 0 {
		q, err = c.Portfolio.PlanRequestSkills(ctx, c.writer(r), q.ID, q.Version, c.needs(r.Skills))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.Key, err)
	}
	c.asked[r.Key] = q
	return nil
}

func (c *intake) take(ctx context.Context, r Request, s RequestStep) error {
	who := c.accounts[identity.RoleRoadmapManager]
	switch portfolio.RequestStep(s.Step) {
	case portfolio.StepSubmit, portfolio.StepWithdraw, portfolio.StepResume:
		who = c.writer(r)
	}
	held := c.asked[r.Key]
	q, err := c.Portfolio.StepRequest(ctx, who, held.ID, held.Version, portfolio.StepInput{Step: portfolio.RequestStep(s.Step), Reason: s.Reason, ReconsiderOn: s.Again, Today: s.On})
	if err != nil {
		return fmt.Errorf("%s, %s: %w", r.Key, s.Step, err)
	}
	c.asked[r.Key] = q
	return nil
}
