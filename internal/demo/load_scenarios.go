package demo

import (
	"context"
	"fmt"
	"slices"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Scenarios is how the roadmap manager weighs which requests should become projects.
type Scenarios struct {
	On        civil.Date // the day on which they are weighed and submitted
	Committee string     // code, to which they are submitted
	Question  string
	Quota     money.BasisPoints // of the voted budget, for late entries
	LateFrom  civil.Date
	Room      []ScenarioRoom
	All       []Scenario
}

// ScenarioRoom is what the budget to come is expected to leave beside what runs.
type ScenarioRoom struct {
	Year    int    `json:"year"` // after that of the story
	Section string `json:"section"`
	Amount  int64  `json:"amount"` // thousands of the currency
}

// Scenario is one of them.
type Scenario struct {
	Name        string          `json:"name"`
	Note        string          `json:"note"`
	CopyOf      string          `json:"copy_of"` // name; "": none
	Percentile  int             `json:"percentile"`
	Forces      []ScenarioForce `json:"forces"`
	Themes      []ScenarioShare `json:"themes"`
	Draft       bool            `json:"draft"` // it is not submitted
	Recommended bool            `json:"recommended"`
}

// ScenarioForce settles a request beforehand.
type ScenarioForce struct {
	Request string `json:"request"` // key
	Force   string `json:"force"`   // in or out; "": it may begin a year later, nothing else
	Why     string `json:"why"`     // reason of the list
	Words   string `json:"words"`
	Shift   bool   `json:"shift"`
}

// ScenarioShare is what is asked of a theme.
type ScenarioShare struct {
	Theme       string `json:"theme"` // code
	MinProjects int64  `json:"min_projects"`
}

// scenariosSource is the story of the scenarios as its file holds it.
type scenariosSource struct {
	On         offset            `json:"on"`
	Committee  string            `json:"committee"`
	Question   string            `json:"question"`
	Quota      money.BasisPoints `json:"quota_bp"`
	LateMonths int               `json:"late_months"` // after the start of the roadmap
	Room       []ScenarioRoom    `json:"room"`
	Scenarios  []Scenario        `json:"scenarios"`
}

// scenarios tells how the candidates of the running roadmap are weighed.
func (t teller) scenarios(src scenariosSource, running Roadmap) Scenarios {
	return Scenarios{On: t.event(src.On), Committee: src.Committee, Question: src.Question, Quota: src.Quota, LateFrom: running.Start.AddMonths(src.LateMonths), Room: src.Room, All: src.Scenarios}
}

// council books the scenarios.
type council struct {
	*intake
	told Scenarios
	made map[string]portfolio.Scenario // by name, as they stand
	done bool
}

// weigh gives who books the scenarios of the story, after what is asked.
func (c *intake) weigh() *council {
	return &council{intake: c, told: c.story.Scenarios, made: map[string]portfolio.Scenario{}}
}

// until books what happened by a day.
func (c *council) until(ctx context.Context, day civil.Date) error {
	if c.done || c.told.On.After(day) {
		return nil
	}
	c.done = true
	if err := c.all(ctx); err != nil {
		return fmt.Errorf("scenarios: %w", err)
	}
	return nil
}

func (c *council) all(ctx context.Context) error {
	manager := c.accounts[identity.RoleRoadmapManager]
	_, err := c.Portfolio.SetQuota(ctx, manager, portfolio.EntryQuota{RoadmapID: c.roadmap(), Share: c.told.Quota, LateFrom: c.told.LateFrom})
	if err != nil {
		return err
	}
	for _, s := range c.told.All {
		if err := c.draft(ctx, manager, s); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	for _, s := range c.told.All {
		if s.Draft {
			continue
		}
		if err := c.submit(ctx, manager, s); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	_, err = c.Portfolio.ProveScenarios(ctx, c.actor, c.clock.Now(), portfolio.Effort{Work: demoWork})
	return err
}

// demoWork is what each scenario's explanations may take. It is work and not time, so that every machine tells the same.
const demoWork = 3_000_000

// draft begins a scenario with its choices.
func (c *council) draft(ctx context.Context, manager identity.Actor, s Scenario) error {
	in := portfolio.DefaultScenario()
	in.Name, in.Note, in.Percentile, in.CopyOf = s.Name, s.Note, s.Percentile, c.made[s.CopyOf].ID
	is, err := c.Portfolio.CreateScenario(ctx, manager, c.roadmap(), in)
	if err != nil {
		return err
	}
	if s.CopyOf == "" {
		if is, err = c.rules(ctx, manager, is, s.Themes); err != nil {
			return err
		}
	}
	for _, f := range s.Forces {
		choice := portfolio.ScenarioChoice{Subject: portfolio.Subject{Request: c.asked[f.Request].ID}, Force: portfolio.Force(f.Force), ReasonCode: portfolio.ForceReason(f.Why), Reason: f.Words, MayShift: f.Shift}
		if is, err = c.Portfolio.ChooseSubject(ctx, manager, is.ID, is.Version, choice); err != nil {
			return fmt.Errorf("%s: %w", f.Request, err)
		}
	}
	c.made[s.Name] = is
	return nil
}

// rules gives a scenario the credits that are expected of the budgets to come, and what it asks of themes.
func (c *council) rules(ctx context.Context, manager identity.Actor, is portfolio.Scenario, shares []ScenarioShare) (portfolio.Scenario, error) {
	bench, err := c.Portfolio.Workbench(ctx, manager, is.ID)
	if err != nil {
		return is, err
	}
	var limits []portfolio.ScenarioLimit
	for _, g := range bench.Gauges {
		i := slices.IndexFunc(c.told.Room, func(r ScenarioRoom) bool {
			return g.Year == c.story.Day.Year()+r.Year && string(g.Section) == r.Section
		})
		if i < 0 || g.Kind != portfolio.GaugeCredit {
			continue
		}
		tenThousand := 10_000 * int64(c.org.Currency.Unit())
		amount := (g.Used/tenThousand+1)*tenThousand + 1000*c.told.Room[i].Amount*int64(c.org.Currency.Unit())
		limits = append(limits, portfolio.ScenarioLimit{Key: g.Key, Amount: &amount})
	}
	if is, err = c.Portfolio.LimitScenario(ctx, manager, is.ID, is.Version, limits); err != nil {
		return is, err
	}
	var asked []portfolio.ScenarioTheme
	for _, t := range bench.Themes {
		if i := slices.IndexFunc(shares, func(s ScenarioShare) bool { return s.Theme == t.Code }); i >= 0 {
			asked = append(asked, portfolio.ScenarioTheme{ThemeID: t.ID, MinProjects: shares[i].MinProjects})
		}
	}
	return c.Portfolio.AskThemes(ctx, manager, is.ID, is.Version, asked)
}

// submit freezes a scenario and puts it before the committee.
func (c *council) submit(ctx context.Context, manager identity.Actor, s Scenario) error {
	is := c.made[s.Name]
	is, err := c.Portfolio.FreezeScenario(ctx, manager, is.ID, is.Version)
	if err != nil {
		return err
	}
	committee, err := c.Governance.CommitteeOf(ctx, c.actor, c.org.Code, c.told.Committee, c.clock.Now())
	if err != nil {
		return err
	}
	c.made[s.Name], err = c.Governance.SubmitScenario(ctx, manager, governance.SubmitInput{Scenario: is.ID, Version: is.Version, CommitteeID: committee.ID, Question: c.told.Question, Recommended: s.Recommended})
	return err
}
