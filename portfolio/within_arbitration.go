package portfolio

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// arbiter applies a decision inside governance's transaction.
type arbiter struct {
	Arbitration
	tx       database.Conn
	actor    string
	now      time.Time
	scenario Scenario
	roadmap  Roadmap
	fiscal   civil.FiscalCalendar
	themes   []Theme
	skills   map[string]SkillID
	*weighed
	projects map[Subject]ProjectID // of what runs, and what selected requests became
	effect   ArbitrationEffect
}

// ApplyArbitration does what a submitted scenario asks for, as it was frozen: selected requests become projects with a first estimate and a first baseline, others are deferred or
// refused with a reason, projects that are not selected leave, and the scenarios that competed are not retained. The caller has checked the permission and writes the audit entry. What
// has changed since so that the decision cannot stand is a Conflict; the version is checked.
func ApplyArbitration(ctx context.Context, tx database.Conn, actor identity.Actor, in Arbitration, now time.Time) (ArbitrationEffect, error) {
	a := &arbiter{Arbitration: in, tx: tx, actor: actor.Name, now: now, skills: map[string]SkillID{}, projects: map[Subject]ProjectID{}}
	for _, step := range []func(context.Context) error{a.load, a.unchanged, a.create, a.depend, a.leave, a.stop, a.settle} {
		if err := step(ctx); err != nil {
			return ArbitrationEffect{}, err
		}
	}
	return a.effect, nil
}

// load reads the scenario under the lock of its roadmap and holds it against its fingerprint.
func (a *arbiter) load(ctx context.Context) (err error) {
	if a.scenario, err = findScenario(ctx, a.tx, a.Scenario); err != nil {
		return err
	}
	if a.scenario.RoadmapID != a.Roadmap { // what another organisation has does not exist
		return fault.NotFound("scenario", int64(a.Scenario))
	}
	if a.roadmap, err = hold(ctx, a.tx, Roadmap{ID: a.scenario.RoadmapID, OrganisationID: a.scenario.OrganisationID}); err != nil {
		return err
	}
	if a.scenario, err = findScenario(ctx, a.tx, a.Scenario); err != nil {
		return err
	}
	if err := a.ripe(); err != nil {
		return err
	}
	text, err := frozenText(ctx, a.tx, a.scenario)
	if err != nil {
		return err
	}
	if fingerprint(text) != a.scenario.SHA256 {
		return fault.Conflict("scenario.damaged", a.scenario.Code())
	}
	kept, err := readFrozen(text)
	if err != nil {
		return err
	}
	if a.weighed, err = weigh(kept.Content, kept.Problem, "", kept.Answer); err != nil {
		return err
	}
	if err := a.withinQuota(ctx, a.tx, a.roadmap, a.On); err != nil {
		return err
	}
	a.effect = ArbitrationEffect{Scenario: a.scenario.ID, Code: a.scenario.Code(), Name: a.scenario.Name, SHA256: a.scenario.SHA256, Created: []CreatedProject{}, Left: []LeftCandidate{},
		Stopped: []StoppedProject{}, NotRetained: []ScenarioID{}}
	return a.loadNames(ctx)
}

// ripe refuses what cannot be decided on as things stand.
func (a *arbiter) ripe() error {
	switch {
	case a.scenario.Version != a.Version:
		return fault.Stale("scenario", a.scenario.Code())
	case a.scenario.State != ScenarioSubmitted || a.scenario.Committee != a.Committee:
		return fault.Conflict("scenario.not_submitted", a.scenario.Code())
	case a.On.Before(a.scenario.FrozenOn): // first figures would be booked of a day on which they were not known
		var f fault.Fields
		f.Add("decided_on", "decision.before_frozen", a.scenario.Code(), a.scenario.FrozenOn)
		return f.Err()
	}
	return a.roadmap.refuseClosed("scenario.roadmap_closed")
}

func (a *arbiter) loadNames(ctx context.Context) error {
	o, err := identity.FindOrganisation(ctx, a.tx, a.roadmap.OrganisationID)
	if err != nil {
		return err
	}
	a.fiscal = o.Fiscal
	if a.themes, err = findStrands(ctx, a.tx, themeTable, a.roadmap); err != nil {
		return err
	}
	skills, err := findSkills(ctx, a.tx, a.roadmap.OrganisationID)
	for _, s := range skills {
		a.skills[s.Code] = s.ID
	}
	return err
}

// unchanged refuses a decision on what is not there any more: a candidate that was withdrawn or decided on meanwhile, a project that has left.
func (a *arbiter) unchanged(ctx context.Context) error {
	present, err := findCandidates(ctx, a.tx, a.roadmap, a.On)
	if err != nil {
		return err
	}
	for _, s := range a.content.Subjects {
		i := slices.IndexFunc(present, func(c Candidate) bool { return c.Subject == s.Subject })
		switch {
		case i >= 0 && s.kind() == KindProject:
			a.projects[s.Subject] = s.Subject.Project
		case i >= 0:
		case s.kind() == KindRequest && !a.selected(s.Subject):
			// It was not to be selected, and somebody else settled it.
		case s.kind() == KindProject:
			left, err := a.left(ctx, s.Subject.Project)
			if err != nil {
				return err
			}
			if left && a.selected(s.Subject) {
				return fault.Conflict("scenario.changed", a.scenario.Code(), s.Code)
			}
		default:
			return fault.Conflict("scenario.changed", a.scenario.Code(), s.Code)
		}
	}
	return nil
}

// left tells whether a project has left the portfolio on the day of the decision; one that came into service has not.
func (a *arbiter) left(ctx context.Context, id ProjectID) (bool, error) {
	exits, err := findExits(ctx, a.tx, scope{a.roadmap, id})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(exits, func(e exitRow) bool {
		return !e.Left.After(a.On) && (e.Returned.IsZero() || e.Returned.After(a.On))
	}), nil
}

// create makes projects of the selected requests.
func (a *arbiter) create(ctx context.Context) error {
	taken, err := findProjects(ctx, a.tx, a.roadmap)
	if err != nil {
		return err
	}
	codes := map[string]bool{}
	for _, p := range taken {
		codes[p.Code] = true
	}
	for i, s := range a.content.Subjects {
		if s.kind() != KindRequest || !a.selected(s.Subject) {
			continue
		}
		q, err := findRequest(ctx, a.tx, s.Subject.Request)
		if err != nil {
			return err
		}
		p := &Project{ThemeID: a.themeOf(s), Code: freeCode(q.Code(), codes), Name: s.Name, Need: q.Need, Sponsor: s.Sponsor, Department: s.Department}
		if err := p.Validate(); err != nil {
			return err
		}
		if err := insertProjects(ctx, a.tx, a.roadmap, []*Project{p}, a.now); err != nil {
			return err
		}
		a.projects[s.Subject] = p.ID
		if err := a.begin(ctx, *p, s); err != nil {
			return fmt.Errorf("begin project %s: %w", p.Code, err)
		}
		if err := inheritScores(ctx, a.tx, a.roadmap, q.ID, p.ID); err != nil {
			return err
		}
		_, err = ApplyRequestOutcome(ctx, a.tx, a.actor, RequestOutcome{Request: q.ID, Step: StepSelect, Decision: a.Decision, Label: a.Label, Project: p.ID}, a.now)
		if err != nil {
			return err
		}
		a.effect.Created = append(a.effect.Created, CreatedProject{Request: q.ID, Project: p.ID, Code: p.Code, Name: p.Name, Shift: a.chosen[s.Subject], Proposed: a.proposed(i)})
	}
	return nil
}

// themeOf is the theme of a subject, as long as the roadmap has it.
func (a *arbiter) themeOf(s contentSubject) int64 {
	if slices.ContainsFunc(a.themes, func(t Theme) bool { return t.ID == s.Theme }) {
		return s.Theme
	}
	return 0
}

// freeCode is a code that no project of the roadmap bears, and takes it.
func freeCode(code string, taken map[string]bool) string {
	free := code
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", code, n)
	}
	taken[free] = true
	return free
}

// begin books the first estimate, the first baseline and the needs of a new project, as they were decided on.
func (a *arbiter) begin(ctx context.Context, p Project, s contentSubject) error {
	shift := int(a.chosen[s.Subject])
	e := Estimate{ProjectID: p.ID, AsOf: a.On, Phase: PhaseFraming, Source: SourcePerson, Note: a.Label}
	if !s.Start.IsZero() && !s.End.IsZero() {
		e.Start, e.End = s.Start.AddMonths(12*shift), s.End.AddMonths(12*shift)
	}
	var amounts []money.Amount
	for _, c := range s.Costs {
		e.Lines = append(e.Lines, CostLine{FiscalYear: a.label(c.Year + shift), Nature: natureOf(c.Section), Part: PartBuild, Amount: c.Amount})
		amounts = append(amounts, c.Amount)
	}
	if len(amounts) > 0 {
		sum, ok := money.Sum(amounts...)
		if !ok {
			return fault.Invalid("scenario.too_large", s.Code)
		}
		e.HasCost, e.Cost = true, sum
	}
	if err := e.Validate(); err != nil {
		return err
	}
	if err := insertEstimates(ctx, a.tx, a.roadmap.OrganisationID, []Estimate{e}, a.now); err != nil {
		return err
	}
	if e.HasCost || !e.End.IsZero() {
		b := Baseline{ProjectID: p.ID, Number: 1, On: a.On, HasCost: e.HasCost, Cost: e.Cost, Start: e.Start, End: e.End, Decision: a.Decision, DecisionLabel: a.Label, Reason: a.scenario.Name}
		if err := insertBaseline(ctx, a.tx, a.roadmap.OrganisationID, b, a.now); err != nil {
			return err
		}
	}
	var needs []SkillNeed
	for _, n := range s.Skills {
		if id, ok := a.skills[n.Skill]; ok {
			needs = append(needs, SkillNeed{Skill: id, Quarter: n.Quarter.Add(4 * shift), Tenths: n.Tenths})
		}
	}
	return replaceProjectSkills(ctx, a.tx, p, needs)
}

// label is how the fiscal year of a civil year is called.
func (a *arbiter) label(year int) string {
	month, day := max(a.fiscal.Month, 1), max(a.fiscal.Day, 1)
	start, ok := civil.NewDate(year, month, day)
	if !ok {
		return fmt.Sprintf("%04d", year)
	}
	return a.fiscal.YearOf(start).Label
}

func natureOf(s Section) Nature {
	if s == SectionOperations {
		return Operations
	}
	return Investment
}

// depend books what new projects require of others that run.
func (a *arbiter) depend(ctx context.Context) error {
	var deps []Dependency
	for _, s := range a.content.Subjects {
		if s.kind() != KindRequest || !a.selected(s.Subject) {
			continue
		}
		for _, o := range s.Requires {
			other, ok := a.projects[o]
			d := Dependency{ProjectID: a.projects[s.Subject], DependsOnID: other}
			if ok && !slices.Contains(deps, d) {
				deps = append(deps, d)
			}
		}
	}
	if len(deps) == 0 {
		return nil
	}
	return bookDependencies(ctx, a.tx, a.roadmap, deps)
}
