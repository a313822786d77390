package portfolio

import (
	"context"
	"slices"
	"sync"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// Service holds the use cases of the register.
type Service struct {
	db    *database.DB
	now   func() time.Time
	cache reportCache
}

// New makes the service. The clock is handed in so that the demonstration and the tests can hang
// on a day of their own.
func New(db *database.DB, now func() time.Time) *Service { return &Service{db: db, now: now} }

// RoadmapCard is a roadmap in a list.
type RoadmapCard struct {
	ID           RoadmapID
	Organisation Head
	Code         string
	Name         string
	Purpose      string
	Start        civil.Date
	End          civil.Date
	Status       RoadmapStatus
	Projects     int // those that have not left
	Voted        *money.Amount
	Currency     money.Currency
}

// Roadmaps lists the roadmaps that the actor may read: by organisation, running ones first. Projects
// that have left are not counted.
func (s *Service) Roadmaps(ctx context.Context, actor identity.Actor) ([]RoadmapCard, error) {
	if err := identity.Can(actor, identity.PermReadPortfolio, identity.Within(0)); err != nil {
		return nil, err
	}
	return findRoadmapCards(ctx, s.db.Read(), civil.DateOf(s.now(), time.UTC))
}

// RoadmapByCode finds a roadmap of an organisation.
func (s *Service) RoadmapByCode(ctx context.Context, actor identity.Actor, organisation int64, code string) (Roadmap, error) {
	if err := identity.Can(actor, identity.PermReadPortfolio, identity.Within(organisation)); err != nil {
		return Roadmap{}, err
	}
	return findRoadmapByCode(ctx, s.db.Read(), organisation, code)
}

// RoadmapInput is a new roadmap with its strands. Thresholds may be zero: the usual ones hold.
type RoadmapInput struct {
	Roadmap    Roadmap
	Themes     []Theme
	Objectives []Objective
	Thresholds drift.Thresholds
}

// CreateRoadmap books a new roadmap.
func (s *Service) CreateRoadmap(ctx context.Context, actor identity.Actor, in RoadmapInput) (Roadmap, error) {
	r := in.Roadmap
	if err := identity.Can(actor, identity.PermEditPortfolio, identity.Within(r.OrganisationID)); err != nil {
		return r, err
	}
	if err := r.Validate(); err != nil {
		return r, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return s.createRoadmap(ctx, tx, actor, in, &r) })
	return r, err
}

func (s *Service) createRoadmap(ctx context.Context, tx database.Conn, actor identity.Actor, in RoadmapInput, r *Roadmap) error {
	if err := insertRoadmap(ctx, tx, r, s.now()); err != nil {
		return err
	}
	if err := insertStrands(ctx, tx, themeTable, *r, slices.Clone(in.Themes)); err != nil {
		return err
	}
	if err := insertStrands(ctx, tx, objectiveTable, *r, slices.Clone(in.Objectives)); err != nil {
		return err
	}
	t := in.Thresholds
	if t == (drift.Thresholds{}) {
		t = drift.DefaultThresholds()
	}
	t.Version = 1
	if t.Amber < 0 || t.Red < t.Amber {
		return fault.Invalid("threshold.order")
	}
	if err := insertThreshold(ctx, tx, *r, r.Start, t); err != nil {
		return err
	}
	return audit.Record(ctx, tx, r.OrganisationID, actor.Name, "roadmap.create", "roadmap", int64(r.ID), r, s.now())
}

// Report gives the report of a roadmap on a day, its lines without sheets. The value is shared
// between readers: it must not be changed.
func (s *Service) Report(ctx context.Context, actor identity.Actor, id RoadmapID, day civil.Date) (*Report, error) {
	r, err := findRoadmap(ctx, s.db.Read(), id)
	if err != nil {
		return nil, err
	}
	if err := identity.Can(actor, identity.PermReadPortfolio, identity.Within(r.OrganisationID)); err != nil {
		return nil, err
	}
	return s.report(ctx, r, day)
}

// report gives the report of a roadmap as it was read, held or built anew.
func (s *Service) report(ctx context.Context, r Roadmap, day civil.Date) (*Report, error) {
	return s.cache.get(reportKey{r.ID, r.FactsVersion, r.Version, day}, func() (rep *Report, err error) {
		err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
			f, err := loadFacts(ctx, tx, r, day, false)
			if err == nil {
				rep = f.report(reportOptions{})
			}
			return err
		})
		return rep, err
	})
}

// Needs gives the need of every project of a roadmap, which the lines of a report leave out.
func (s *Service) Needs(ctx context.Context, actor identity.Actor, id RoadmapID) (map[ProjectID]string, error) {
	r, err := findRoadmap(ctx, s.db.Read(), id)
	if err != nil {
		return nil, err
	}
	if err := identity.Can(actor, identity.PermReadPortfolio, identity.Within(r.OrganisationID)); err != nil {
		return nil, err
	}
	projects, err := findProjects(ctx, s.db.Read(), r)
	if err != nil {
		return nil, err
	}
	out := make(map[ProjectID]string, len(projects))
	for _, p := range projects {
		out[p.ID] = p.Need
	}
	return out, nil
}

// ProjectReport gives one project with its sheet, and the report of its roadmap.
func (s *Service) ProjectReport(ctx context.Context, actor identity.Actor, id ProjectID, day civil.Date) (*Report, *ProjectLine, error) {
	p, err := findProject(ctx, s.db.Read(), id)
	if err != nil {
		return nil, nil, err
	}
	if err := identity.Can(actor, identity.PermReadPortfolio, identity.Within(p.OrganisationID)); err != nil {
		return nil, nil, err
	}
	r, err := findRoadmap(ctx, s.db.Read(), p.RoadmapID)
	if err != nil {
		return nil, nil, err
	}
	rep, err := s.report(ctx, r, day)
	if err != nil {
		return nil, nil, err
	}
	var line *ProjectLine
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		line, err = loadSheet(ctx, tx, r, p, rep, day)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return rep, line, nil
}

// reportKey names a version of a report. Everything that a report shows is behind one of the two
// counters, except the organisation's name, which changes with a restart at the latest.
type reportKey struct {
	roadmap              RoadmapID
	factsVersion, fields int64
	day                  civil.Date
}

// reportCacheSize is how many reports are kept: the current day of a few roadmaps and some looks
// back.
const reportCacheSize = 16

// reportCache keeps the last reports. A report of an older version of the facts is never asked for
// again and ages out.
type reportCache struct {
	mu    sync.Mutex
	order []reportKey // oldest use first
	held  map[reportKey]*Report
}

func (c *reportCache) get(k reportKey, build func() (*Report, error)) (*Report, error) {
	c.mu.Lock()
	if r, ok := c.held[k]; ok {
		c.touch(k)
		c.mu.Unlock()
		return r, nil
	}
	c.mu.Unlock()
	r, err := build()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if held, ok := c.held[k]; ok { // another reader was faster: share its value
		return held, nil
	}
	if c.held == nil {
		c.held = map[reportKey]*Report{}
	}
	c.held[k] = r
	c.order = append(c.order, k)
	for i := 0; i < len(c.order); i++ { // an older version of the same roadmap and day is of no use
		o := c.order[i]
		if o.roadmap == k.roadmap && o.day == k.day && o != k {
			delete(c.held, o)
			c.order = slices.Delete(c.order, i, i+1)
			i--
		}
	}
	if len(c.order) > reportCacheSize {
		delete(c.held, c.order[0])
		c.order = slices.Delete(c.order, 0, 1)
	}
	return r, nil
}

func (c *reportCache) touch(k reportKey) {
	if i := slices.Index(c.order, k); i >= 0 {
		c.order = append(slices.Delete(c.order, i, i+1), k)
	}
}
