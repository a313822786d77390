package governance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

var operator = identity.Operator("test")

// as is somebody with one role in one place.
func as(role identity.Role, at identity.Scope) identity.Actor {
	g := identity.Grant{OrganisationID: at.Organisation, Role: role, Scope: identity.ScopeOrganisation}
	switch {
	case at.Committee != 0:
		g.Scope, g.SubjectID = identity.ScopeCommittee, at.Committee
	case at.Project != 0:
		g.Scope, g.SubjectID = identity.ScopeProject, at.Project
	case at.Roadmap != 0:
		g.Scope, g.SubjectID = identity.ScopeRoadmap, at.Roadmap
	}
	return identity.SignedIn(12, "Zoé Martin", g)
}

// member sits in the committees of the organisation: they read everything and change nothing.
func (c *chamber) member() identity.Actor {
	return as(identity.RoleCommitteeMember, identity.Within(c.org.ID))
}

// day reads an ISO date; "" is no date.
func day(s string) (d civil.Date) {
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return d
}

// paris reads "2026-03-01 09:00" off a wall in Paris.
func paris(s string) time.Time {
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		panic(err)
	}
	return t
}

func euros(n int64) money.Amount { return money.Amount(n * 100) }

// clock is set by the test and read by services, from several goroutines.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// press is a renderer that prints the fingerprint; meanwhile, when set, happens during the printing.
type press struct{ meanwhile func() error }

func (p *press) Render(s *Snapshot, fingerprint string) ([]byte, error) {
	if p.meanwhile != nil {
		if err := p.meanwhile(); err != nil {
			return nil, err
		}
	}
	return fmt.Appendf(nil, "%%PDF %s %s %d %s %v", s.Committee.Code, s.Period.Code, s.Edition, fingerprint, s.Errata), nil
}

var errJam = errors.New("paper jam")

// chamber is an organisation with one roadmap and the services that its committees work with.
type chamber struct {
	*testing.T
	db        *database.DB
	clock     *clock
	press     *press
	service   *Service
	portfolio *portfolio.Service
	org       identity.Organisation
	roadmap   portfolio.Roadmap
}

// newChamber founds everything at the instant given.
func newChamber(t *testing.T, db *database.DB, code string, at time.Time) *chamber {
	t.Helper()
	ctx := context.Background()
	c := &chamber{T: t, db: db, clock: &clock{at: at}, press: &press{}}
	var err error
	if c.org, err = identity.New(db, c.clock.now).Create(ctx, operator, identity.Organisation{Code: code, Name: "Département de " + code, Kind: identity.KindAdministration,
		Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}); err != nil {
		t.Fatal(err)
	}
	c.portfolio, c.service = portfolio.New(db, c.clock.now), New(db, c.clock.now, c.press)
	c.roadmap, err = c.portfolio.CreateRoadmap(ctx, operator, portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: c.org.ID, Code: "FDR", Name: "Feuille de route",
		Start: day("2025-01-01"), End: day("2029-12-31"), HasVoted: true, Voted: euros(1_000_000), Currency: money.EUR, Status: portfolio.RoadmapRunning},
		Themes: []portfolio.Theme{{Code: "T1", Name: "Proximité", Position: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newCommittee books a committee that sits by the rule from the day of the clock on, its pack frozen
// five days before; change makes of it what the test is about.
func (c *chamber) newCommittee(code, rule string, change func(*Committee)) Committee {
	c.Helper()
	m, err := NewCommittee(rule, []string{"Anne Dupont, présidente"})
	if err != nil {
		c.Fatal(err)
	}
	m.OrganisationID, m.RoadmapID, m.Code, m.Name, m.Level = c.org.ID, c.roadmap.ID, code, "Comité "+code, Operational
	m.TimeZone, m.Locale, m.LeadDays, m.From = "Europe/Paris", "fr", 5, civil.DateOf(c.clock.now(), time.UTC)
	if change != nil {
		change(&m)
	}
	if m, err = c.service.CreateCommittee(context.Background(), operator, m); err != nil {
		c.Fatal(err)
	}
	return m
}

// Rules as people type them.
const (
	monthly   = "monthly 2nd tuesday 14:00 following"
	quarterly = "quarterly month 1 1st thursday 10:00 following"
	yearly    = "yearly month 12 1st monday 10:00 preceding"
)

// newProject books a project with its first estimates; one without is in no portfolio.
func (c *chamber) newProject(code string, estimates ...portfolio.Estimate) portfolio.ProjectID {
	c.Helper()
	got, err := c.portfolio.AddProjects(context.Background(), operator, c.roadmap.ID, []portfolio.ProjectInput{{Project: portfolio.Project{Code: code, Name: "Projet " + code}, ThemeCode: "T1"}})
	if err != nil {
		c.Fatal(err)
	}
	c.book(got[0].ID, estimates...)
	return got[0].ID
}

func (c *chamber) book(id portfolio.ProjectID, estimates ...portfolio.Estimate) {
	c.Helper()
	if len(estimates) == 0 {
		return
	}
	for i := range estimates {
		estimates[i].ProjectID = id
	}
	if err := c.portfolio.BookEstimates(context.Background(), operator, c.roadmap.ID, estimates); err != nil {
		c.Fatal(err)
	}
}

// estimate is one of a cost in euros and dates.
func estimate(on string, cost int64, start, end string, phase portfolio.Phase) portfolio.Estimate {
	return portfolio.Estimate{AsOf: day(on), HasCost: cost != 0, Cost: euros(cost), Start: day(start), End: day(end), Phase: phase}
}

// freeze makes or fetches the pack of a period.
func (c *chamber) freeze(in FreezeInput) (PackCard, []byte) {
	c.Helper()
	card, pdf, err := c.service.Freeze(context.Background(), operator, in)
	if err != nil {
		c.Fatal(err)
	}
	return card, pdf
}

// snapshot loads what a pack shows.
func (c *chamber) snapshot(card PackCard) *Snapshot {
	c.Helper()
	_, snap, err := c.service.PackSnapshot(context.Background(), operator, int64(card.ID))
	if err != nil {
		c.Fatal(err)
	}
	return snap
}

// tick lets one replica do what is due at an instant.
func (c *chamber) tick(s *Service, owner string, at time.Time) []string {
	c.Helper()
	c.clock.set(at)
	results, err := s.FreezeDue(context.Background(), operator, owner, at)
	if err != nil {
		c.Fatal(err)
	}
	var out []string
	for _, r := range results {
		line := fmt.Sprintf("%s %s %s", r.Committee, r.Period, r.Outcome)
		if r.LateDays > 0 {
			line += fmt.Sprintf(" late %d", r.LateDays)
		}
		if r.Takeover {
			line += " takeover"
		}
		if (r.Outcome == "failed") != (r.Err != nil) {
			c.Errorf("%s with error %v", line, r.Err)
		}
		out = append(out, line)
	}
	return out
}

// packs lists the packs of a committee, oldest first.
func (c *chamber) packs(code string) []string {
	c.Helper()
	card, err := c.service.CommitteeOf(context.Background(), operator, c.org.Code, code, c.clock.now())
	if err != nil {
		c.Fatal(err)
	}
	out := []string{}
	for i := len(card.Packs) - 1; i >= 0; i-- {
		p := card.Packs[i]
		out = append(out, fmt.Sprintf("%s/%d of %s", p.Period, p.Edition, p.FiguresOn))
	}
	return out
}

// periods lists the periods whose freeze falls after one instant and not after another.
func periods(m Committee, after, until time.Time) (out []string) {
	for p := cadence.PeriodOf(m.Cadence.Frequency, m.From); !m.Cadence.FreezeAt(p, m.LeadDays, m.Location()).After(until); p = p.Next() {
		if m.Cadence.FreezeAt(p, m.LeadDays, m.Location()).After(after) && !m.Cadence.Sitting(p).Before(m.From) {
			out = append(out, p.String())
		}
	}
	return out
}

// expectFault fails unless the error is a fault of the kind and key.
func expectFault(t testing.TB, name string, err error, kind fault.Kind, key string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Key != key {
		t.Errorf("%s: %v (%s), want %s %q", name, err, fault.KindOf(err), kind, key)
	}
}

// Method names the way of this press.
func (p *press) Method() string { return "press/1" }
