package portfolio

import (
	"cmp"
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
)

// ChangeKind is what differs from what was frozen.
type ChangeKind string

// The kinds of change. The text of each is that of the key "scenarios.change." + kind.
const (
	ChangeGone   ChangeKind = "gone"   // a subject is no longer there to be chosen
	ChangeNew    ChangeKind = "new"    // a candidate that the selection did not know
	ChangeCost   ChangeKind = "cost"   // From and To are what it still costs, as estimated
	ChangeYears  ChangeKind = "years"  // as much, in other years or sections
	ChangePlan   ChangeKind = "plan"   // dates, or work of skills
	ChangePoints ChangeKind = "points" // From and To are points; nil: not scored
	ChangeGates  ChangeKind = "gates"
	ChangeLimit  ChangeKind = "limit"  // of a vote or a capacity; nil: none
	ChangeUplift ChangeKind = "uplift" // From and To are what is added to costs at P80, in basis points
)

// ScenarioChange is one thing that is not as it was when the scenario was frozen. From and To are in the unit of its kind.
type ScenarioChange struct {
	Kind     ChangeKind
	Head     Head    // of the subject
	Key      string  // of the limit
	Skill    Head    // of the limit
	From, To *int64  // nil: none, or not of this kind
	Subject  Subject // zero of limits and uplifts
}

// speaksOfCost tells whether the change is for who may read costs.
func (c ScenarioChange) speaksOfCost() bool {
	return c.Kind == ChangeCost || c.Kind == ChangeYears || c.Kind == ChangeUplift || isCredit(c.Key)
}

// ScenarioChanges are what the decision on a scenario would leave out of account: it is applied as it was frozen.
type ScenarioChanges struct {
	Currency money.Currency
	Since    civil.Date // of the frozen content
	Lines    []ScenarioChange
}

// Blind leaves what does not speak of costs.
func (c ScenarioChanges) Blind() ScenarioChanges {
	c.Lines = slices.DeleteFunc(slices.Clone(c.Lines), ScenarioChange.speaksOfCost)
	return c
}

// ScenarioChanges tells what has changed since a scenario was frozen that is still to be decided on; of others, nothing.
func (s *Service) ScenarioChanges(ctx context.Context, actor identity.Actor, id ScenarioID) (ScenarioChanges, error) {
	x, q, r, err := s.question(ctx, actor, id)
	if err != nil {
		return ScenarioChanges{}, err
	}
	out, err := s.changesSince(ctx, s.db.Read(), r, x, q)
	if err == nil && !actor.May(identity.PermReadCost, x.Place()) {
		return out.Blind(), nil
	}
	return out, err
}

func (s *Service) changesSince(ctx context.Context, db database.Conn, r Roadmap, x Scenario, q question) (ScenarioChanges, error) {
	out := ScenarioChanges{Currency: q.content.Currency, Since: q.content.AsOf}
	if x.State != ScenarioFrozen && x.State != ScenarioSubmitted {
		return out, nil
	}
	rules, err := findScenarioRules(ctx, db, r.OrganisationID, []ScenarioID{x.ID})
	if err != nil {
		return out, err
	}
	day, err := s.dayOf(ctx, db, r)
	if err != nil {
		return out, err
	}
	f, err := s.loadScenarioFacts(ctx, db, r, day)
	if err != nil {
		return out, err
	}
	now := f.draft(x, rules[x.ID])
	out.Lines = q.content.changes(&now)
	return out, nil
}

// changes lists what differs from the content of today: subjects in their order, what is new, then limits.
func (c *scenarioContent) changes(now *scenarioContent) []ScenarioChange {
	var out []ScenarioChange
	for _, was := range c.Subjects {
		is := now.find(was.Subject)
		if is == nil {
			out = append(out, ScenarioChange{Kind: ChangeGone, Head: Head{was.Code, was.Name}, Subject: was.Subject})
			continue
		}
		out = append(out, was.changes(*is)...)
	}
	for _, is := range now.Subjects {
		if c.find(is.Subject) == nil {
			out = append(out, ScenarioChange{Kind: ChangeNew, Head: Head{is.Code, is.Name}, Subject: is.Subject})
		}
	}
	out = append(out, c.limitChanges(now)...)
	if c.P80.BP != now.P80.BP {
		from, to := int64(c.P80.BP), int64(now.P80.BP)
		out = append(out, ScenarioChange{Kind: ChangeUplift, From: &from, To: &to})
	}
	return out
}

// changes lists what differs of a subject. Of a running project less to pay and work that is done are its progress, no change of the question.
func (s contentSubject) changes(is contentSubject) []ScenarioChange {
	var out []ScenarioChange
	add := func(kind ChangeKind, from, to *int64) {
		out = append(out, ScenarioChange{Kind: kind, Head: Head{is.Code, is.Name}, Subject: is.Subject, From: from, To: to})
	}
	asked := s.kind() == KindRequest
	from, to := s.total(), is.total()
	switch {
	case from < to, asked && from != to:
		add(ChangeCost, &from, &to)
	case asked && !slices.Equal(s.Costs, is.Costs):
		add(ChangeYears, nil, nil)
	}
	if s.Start != is.Start || s.End != is.End || (asked && !slices.Equal(s.Skills, is.Skills)) {
		add(ChangePlan, nil, nil)
	}
	if s.Scored != is.Scored || s.Points != is.Points {
		add(ChangePoints, s.worth(), is.worth())
	}
	if !slices.Equal(s.Gates, is.Gates) {
		add(ChangeGates, nil, nil)
	}
	return out
}

// total is what the subject still costs, as estimated.
func (s contentSubject) total() (sum int64) {
	for _, c := range s.Costs {
		sum += int64(c.Amount)
	}
	return sum
}

func (s contentSubject) worth() *int64 {
	if !s.Scored {
		return nil
	}
	return &s.Points
}

// limitChanges lists votes and capacities that are not as they were. Years and quarters that are over limit nothing any more.
func (c *scenarioContent) limitChanges(now *scenarioContent) []ScenarioChange {
	var out []ScenarioChange
	add := func(l contentLimit, from, to *int64) {
		same := from == to || (from != nil && to != nil && *from == *to)
		if !same && !now.over(l) {
			out = append(out, ScenarioChange{Kind: ChangeLimit, Key: l.Key, Skill: l.Skill, From: from, To: to})
		}
	}
	for _, was := range c.Limits {
		if is := now.limitOf(was.Key); is != nil {
			add(was, was.Default, is.Default)
		} else {
			add(was, was.Default, nil)
		}
	}
	for _, is := range now.Limits {
		if c.limitOf(is.Key) == nil {
			add(is, nil, is.Default)
		}
	}
	return out
}

// over tells whether the year or quarter of a limit has passed.
func (c *scenarioContent) over(l contentLimit) bool {
	if k, ok := parseCredit(l.Key); ok {
		return len(c.Years) > 0 && k.Year < slices.Min(c.Years)
	}
	_, q, ok := parseSkill(l.Key)
	first := c.AsOf.QuarterOf()
	return ok && cmp.Or(q.Year-first.Year, q.Number-first.Number) < 0
}
