package portfolio

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
)

// scenarioFacts is everything that was known of a roadmap on a day as far as selections depend on it. All drafts of the roadmap are built from the same.
type scenarioFacts struct {
	*facts
	candidates []Candidate
	requests   map[RequestID]Request
	became     map[RequestID]ProjectID // requests that are projects by now
	names      map[Subject]string      // codes of all requests and projects of the roadmap
	needs      map[ProjectID][]SkillNeed
	skills     map[SkillID]Skill
	capacities []SkillNeed
	values     map[Subject]ValueOf
	credits    Credits
	quota      EntryQuota
	finished   finishedDelays
}

// loadScenarioFacts reads the facts in a fixed number of queries, whatever the number of projects and requests.
func (s *Service) loadScenarioFacts(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) (*scenarioFacts, error) {
	f := &scenarioFacts{facts: &facts{roadmap: r, day: day}, requests: map[RequestID]Request{}, became: map[RequestID]ProjectID{}, names: map[Subject]string{}}
	for _, load := range []func(context.Context, database.Conn) error{f.loadRegister, f.loadRequests, f.loadSkills, f.loadLines} {
		if err := load(ctx, db); err != nil {
			return nil, err
		}
	}
	var err error
	if f.values, err = s.values(ctx, db, r); err != nil {
		return nil, err
	}
	if s.credits != nil {
		if f.credits, err = s.credits.Credits(ctx, db, r, day); err != nil {
			return nil, err
		}
	}
	if f.quota, err = findQuota(ctx, db, r); err != nil {
		return nil, err
	}
	f.finished, err = s.finishedDelays(ctx, db, r.OrganisationID, day)
	return f, err
}

func (f *scenarioFacts) loadRegister(ctx context.Context, db database.Conn) (err error) {
	if f.organisation, err = identity.FindOrganisation(ctx, db, f.roadmap.OrganisationID); err != nil {
		return err
	}
	if f.themes, err = findStrands(ctx, db, themeTable, f.roadmap); err != nil {
		return err
	}
	if err := f.loadProjects(ctx, db); err != nil {
		return err
	}
	if f.dependencies, err = findDependencies(ctx, db, f.scope()); err != nil {
		return err
	}
	f.candidates, err = findCandidates(ctx, db, f.roadmap, f.day)
	return err
}

func (f *scenarioFacts) loadRequests(ctx context.Context, db database.Conn) error {
	all, err := findRequests(ctx, db, f.roadmap, requestFilter{owner: requestOwner{all: true}})
	if err != nil {
		return err
	}
	for _, q := range all {
		f.names[Subject{Request: q.ID}] = q.Code()
		if q.Candidate() {
			f.requests[q.ID] = q
		}
		if q.ProjectID != 0 {
			f.became[q.ID] = q.ProjectID
		}
	}
	for _, p := range f.projects {
		f.names[Subject{Project: p.ID}] = p.Code
	}
	return nil
}

func (f *scenarioFacts) loadSkills(ctx context.Context, db database.Conn) error {
	skills, err := findSkills(ctx, db, f.roadmap.OrganisationID)
	if err != nil {
		return err
	}
	f.skills = make(map[SkillID]Skill, len(skills))
	for _, s := range skills {
		f.skills[s.ID] = s
	}
	if f.capacities, err = findCapacities(ctx, db, f.roadmap); err != nil {
		return err
	}
	f.needs, err = findProjectSkills(ctx, db, f.scope())
	return err
}

// draft is a scenario as it is built from facts: every draft of the roadmap follows them.
func (f *scenarioFacts) draft(s Scenario, rules scenarioRules) scenarioContent {
	c := scenarioContent{Format: contentFormat, Roadmap: Head{f.roadmap.Code, f.roadmap.Name}, Start: f.roadmap.Start, End: f.roadmap.End, Currency: f.roadmap.Currency, AsOf: f.day,
		Percentile: s.Percentile, Credits: f.credits.Voted != nil, Subjects: []contentSubject{}, Limits: []contentLimit{}, Themes: f.asked(rules.themes), Delay: f.finished.quantiles(f.roadmap.ID, s.Delay)}
	c.P50, c.P80 = f.credits.Overrun.uplifts(s.Uplift)
	if f.roadmap.HasVoted {
		voted := f.roadmap.Voted
		c.Voted = &voted
	}
	if f.quota.Version != 0 {
		c.Quota = &contentQuota{Share: f.quota.Share, LateFrom: f.quota.LateFrom, Entered: f.entered()}
	}
	for _, x := range f.candidates {
		c.Subjects = append(c.Subjects, f.subject(x, rules.choices))
	}
	c.link(f)
	c.Limits, c.Years = f.limits(&c, rules.limits)
	return c
}

// uplifts are what is added to costs: what finished projects tell and, where too few do, nothing in the middle and the assumption at P80, which is
// never below the middle.
func (o Overrun) uplifts(assumed money.BasisPoints) (p50, p80 Uplift) {
	p50 = Uplift{N: o.N, Least: o.LeastP50, Assumed: o.P50 == nil}
	if o.P50 != nil {
		p50.BP = *o.P50
	}
	p80 = Uplift{BP: assumed, N: o.N, Least: o.LeastP80, Assumed: o.P80 == nil}
	if o.P80 != nil {
		p80.BP = *o.P80
	}
	p80.BP = max(p80.BP, p50.BP)
	return p50, p80
}

// asked gives every theme with what the scenario asks of it.
func (f *scenarioFacts) asked(rules []ScenarioTheme) []contentTheme {
	out := make([]contentTheme, len(f.themes))
	for i, t := range f.themes {
		out[i] = contentTheme{ID: t.ID, Code: t.Code, Name: t.Name}
		if j := slices.IndexFunc(rules, func(r ScenarioTheme) bool { return r.ThemeID == t.ID }); j >= 0 {
			out[i].MinProjects, out[i].MinValue, out[i].MaxShare = rules[j].MinProjects, rules[j].MinValue, rules[j].MaxShare
		}
	}
	return out
}
