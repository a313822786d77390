package portfolio

import (
	"context"
	"slices"
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
	db       *database.DB
	now      func() time.Time
	reports  *cache[reportKey, *heldReport]
	networks *cache[networkKey, *NetworkReport]
	indexes  *cache[indexKey, searchIndex]
	credits  CreditSource // nil: nothing is known of credits
	delays   *cache[delayKey, finishedDelays]
	answers  *cache[answerKey, keptAnswer]
	explains *explanations
}

// New makes the service. The clock is handed in so that the demonstration and the tests can hang
// on a day of their own.
func New(db *database.DB, now func() time.Time) *Service {
	return &Service{db: db, now: now,
		reports:  newCache[reportKey](reportCacheSize, func(*heldReport) int { return 1 }),
		networks: newCache[networkKey](networkCacheSize, func(*NetworkReport) int { return 1 }),
		indexes:  newCache[indexKey](indexCacheBytes, searchIndex.bytes),
		delays:   newCache[delayKey](delayCacheSize, func(finishedDelays) int { return 1 }),
		answers:  newCache[answerKey](answerCacheSize, func(keptAnswer) int { return 1 }),
		explains: newExplanations()}
}

// RoadmapCard is a roadmap in a list.
type RoadmapCard struct {
	ID             RoadmapID
	OrganisationID int64
	Organisation   Head
	Code           string
	Name           string
	Purpose        string
	Start          civil.Date
	End            civil.Date
	Status         RoadmapStatus
	Projects       int           // those that have not left
	Voted          *money.Amount // nil as well when the actor may not read costs there
	Currency       money.Currency
	Released       bool // its averages are shown to the network above
}

// ProjectCard is a project that an actor was granted by itself.
type ProjectCard struct {
	ID             ProjectID
	OrganisationID int64
	Organisation   Head
	Roadmap        Head
	Code           string
	Name           string
}

// Roadmaps lists the roadmaps that the actor may read: by organisation, running ones first. Projects
// that have left are not counted.
func (s *Service) Roadmaps(ctx context.Context, actor identity.Actor) ([]RoadmapCard, error) {
	if err := refuseNobody(actor); err != nil {
		return nil, err
	}
	cards, err := findRoadmapCards(ctx, s.db.Read(), actor.Reach(identity.PermReadPortfolio), civil.DateOf(s.now(), time.UTC))
	for i, c := range cards {
		if !actor.May(identity.PermReadCost, Roadmap{ID: c.ID, OrganisationID: c.OrganisationID}.Place()) {
			cards[i].Voted = nil
		}
	}
	return cards, err
}

// GrantedProjects lists the projects that the actor was granted one by one, by organisation, roadmap
// and code. They are the way in for somebody who may not read their roadmaps.
func (s *Service) GrantedProjects(ctx context.Context, actor identity.Actor) ([]ProjectCard, error) {
	if err := refuseNobody(actor); err != nil {
		return nil, err
	}
	granted := actor.Reach(identity.PermReadPortfolio).Projects
	if len(granted) == 0 {
		return []ProjectCard{}, nil
	}
	return findProjectCards(ctx, s.db.Read(), identity.Reach{Projects: granted})
}

// Roadmap gives the roadmap's own fields, for forms. The voted budget is left out for who may not
// read costs.
func (s *Service) Roadmap(ctx context.Context, actor identity.Actor, id RoadmapID) (Roadmap, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return Roadmap{}, err
	}
	return r.shownTo(actor), nil
}

// RoadmapByCode finds a roadmap of an organisation.
func (s *Service) RoadmapByCode(ctx context.Context, actor identity.Actor, organisation int64, code string) (Roadmap, error) {
	if err := refuseNobody(actor); err != nil {
		return Roadmap{}, err
	}
	r, err := findRoadmapByCode(ctx, s.db.Read(), organisation, code)
	if err != nil {
		return Roadmap{}, err
	}
	if err := identity.See(actor, identity.PermReadPortfolio, identity.PermReadPortfolio, r.Place(), "roadmap", code); err != nil {
		return Roadmap{}, err
	}
	return r.shownTo(actor), nil
}

// Project gives the fields of a project and of its roadmap, for forms. Who was granted the project
// alone learns of the roadmap only what it is called.
func (s *Service) Project(ctx context.Context, actor identity.Actor, id ProjectID) (Project, Roadmap, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return Project{}, Roadmap{}, err
	}
	r, err := findRoadmap(ctx, s.db.Read(), p.RoadmapID)
	if err != nil {
		return Project{}, Roadmap{}, err
	}
	if !actor.May(identity.PermReadCost, p.Place()) {
		p.Weight = 0 // the weight is the project's share of the money
	}
	return p, r.shownTo(actor), nil
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

// Report gives the report of a roadmap on a day, its lines without sheets, and without anything that
// speaks of costs when the actor may not read them. The value is shared between readers: it must not
// be changed.
func (s *Service) Report(ctx context.Context, actor identity.Actor, id RoadmapID, day civil.Date) (*Report, error) {
	if err := refuseNobody(actor); err != nil {
		return nil, err
	}
	r, version, err := findReportSource(ctx, s.db.Read(), id)
	if err != nil {
		return nil, err
	}
	if err := identity.See(actor, identity.PermReadPortfolio, identity.PermReadPortfolio, r.Place(), "roadmap", int64(id)); err != nil {
		return nil, err
	}
	held, err := s.report(ctx, r, version, day)
	if err != nil {
		return nil, err
	}
	return held.shownTo(actor, r), nil
}

// report gives the report of a roadmap as it was read, held or built anew. organisation is the version
// of the organisation, whose name stands on the report.
func (s *Service) report(ctx context.Context, r Roadmap, organisation int64, day civil.Date) (*heldReport, error) {
	return s.reports.get(reportKey{r.ID, r.FactsVersion, r.Version, organisation, day}, func() (*heldReport, error) {
		held := &heldReport{}
		err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
			f, err := loadFacts(ctx, tx, r, day, false)
			if err == nil {
				held.full = f.report(reportOptions{})
			}
			return err
		})
		return held, err
	})
}

// Needs gives the need of every project of a roadmap, which the lines of a report leave out.
func (s *Service) Needs(ctx context.Context, actor identity.Actor, id RoadmapID) (map[ProjectID]string, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
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

// ProjectReport gives one project with its sheet, and the report of its roadmap. Who was granted the
// project alone gets a report that holds nothing but its line. The line may show costs where the report
// does not: both tell by CostHidden.
func (s *Service) ProjectReport(ctx context.Context, actor identity.Actor, id ProjectID, day civil.Date) (*Report, *ProjectLine, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return nil, nil, err
	}
	r, version, err := findReportSource(ctx, s.db.Read(), p.RoadmapID)
	if err != nil {
		return nil, nil, err
	}
	held, err := s.report(ctx, r, version, day)
	if err != nil {
		return nil, nil, err
	}
	var line *ProjectLine
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		line, err = loadSheet(ctx, tx, r, p, held.full, day)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	line.Sheet.keepDependencies(func(other ProjectID) bool {
		return actor.May(identity.PermReadPortfolio, Project{ID: other, OrganisationID: r.OrganisationID, RoadmapID: r.ID}.Place())
	})
	if !actor.May(identity.PermReadCost, p.Place()) {
		line.Blind()
	}
	if actor.May(identity.PermReadPortfolio, r.Place()) {
		return held.shownTo(actor, r), line, nil
	}
	return held.full.alone(*line), line, nil
}
