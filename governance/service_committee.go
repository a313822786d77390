package governance

import (
	"context"
	"time"

	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// CommitteeCard is a committee with what a page says of it.
type CommitteeCard struct {
	Committee
	Organisation portfolio.Head
	Roadmap      portfolio.Head
	NextSittings []SittingLine
	NextFreeze   civil.Date // of the next sitting's pack
	Packs        []PackCard // newest first; none for readers who may not read packs
}

// Committees lists the committees of a roadmap that the actor may read, or of all with roadmap 0.
func (s *Service) Committees(ctx context.Context, actor identity.Actor, roadmap portfolio.RoadmapID, now time.Time) ([]CommitteeCard, error) {
	reach, err := visible(actor)
	if err != nil {
		return nil, err
	}
	cards, err := findCards(ctx, s.db.Read(), committeeFilter{reach: reach, roadmap: roadmap})
	if err != nil {
		return nil, err
	}
	return cards, s.complete(ctx, actor, cards, now)
}

// Committee gives one committee by its code. A code that the actor sees in several organisations is
// Invalid "committee.ambiguous".
func (s *Service) Committee(ctx context.Context, actor identity.Actor, code string, now time.Time) (CommitteeCard, error) {
	return s.card(ctx, actor, committeeFilter{code: code}, now)
}

// CommitteeOf gives one committee by its code within the organisation of a code, or as Committee does
// when that is empty.
func (s *Service) CommitteeOf(ctx context.Context, actor identity.Actor, organisation, code string, now time.Time) (CommitteeCard, error) {
	return s.card(ctx, actor, committeeFilter{organisationCode: organisation, code: code}, now)
}

// CommitteeByID gives one committee.
func (s *Service) CommitteeByID(ctx context.Context, actor identity.Actor, id CommitteeID, now time.Time) (CommitteeCard, error) {
	return s.card(ctx, actor, committeeFilter{id: id}, now)
}

func (s *Service) card(ctx context.Context, actor identity.Actor, f committeeFilter, now time.Time) (CommitteeCard, error) {
	c, err := s.committeeFor(ctx, actor, identity.PermReadGovernance, f)
	if err != nil {
		return CommitteeCard{}, err
	}
	cards := []CommitteeCard{c}
	err = s.complete(ctx, actor, cards, now)
	return cards[0], err
}

// complete adds sittings and packs, and takes away what the actor may not see of each committee.
func (s *Service) complete(ctx context.Context, actor identity.Actor, cards []CommitteeCard, now time.Time) error {
	var open []CommitteeCard
	for i := range cards {
		c := &cards[i]
		c.NextSittings = c.Sittings(civil.DateOf(now, c.Location()), 3)
		if len(c.NextSittings) > 0 {
			if p, err := cadence.Parse(c.NextSittings[0].Period); err == nil {
				c.NextFreeze = c.Cadence.FreezeDate(p, c.LeadDays)
			}
		}
		if actor.May(identity.PermReadPack, c.Place()) {
			open = append(open, *c)
		}
		if !actor.May(identity.PermEditCommittee, c.Place()) {
			for m := range c.Members {
				c.Members[m].Email = ""
			}
		}
	}
	packs, err := findPackCards(ctx, s.db.Read(), open)
	for i := range cards {
		cards[i].Packs = packs[cards[i].ID]
	}
	return err
}

// CreateCommittee books a new committee with its members.
func (s *Service) CreateCommittee(ctx context.Context, actor identity.Actor, c Committee) (Committee, error) {
	r, err := portfolio.FindRoadmap(ctx, s.db.Read(), c.RoadmapID)
	if err != nil {
		return c, err
	}
	if err := identity.See(actor, identity.PermEditCommittee, identity.PermReadPortfolio, r.Place(), "roadmap", int64(c.RoadmapID)); err != nil {
		return c, err
	}
	if r.OrganisationID != c.OrganisationID {
		return c, fault.NotFound("roadmap", int64(c.RoadmapID))
	}
	if err := c.Validate(); err != nil {
		return c, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := insertCommittee(ctx, tx, &c, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, c.OrganisationID, actor.Name, "committee.create", "committee", int64(c.ID), c, s.now())
	})
	return c, err
}

// UpdateCommittee changes what a committee is: everything but its roadmap and its members. A new
// cadence holds for packs to come; frozen ones stay as they are.
func (s *Service) UpdateCommittee(ctx context.Context, actor identity.Actor, version int64, c Committee) (Committee, error) {
	card, err := s.committeeFor(ctx, actor, identity.PermEditCommittee, committeeFilter{id: c.ID})
	if err != nil {
		return c, err
	}
	before := card.Committee
	members := before.Members
	before.Members = nil // they have entries of their own in the trail
	c.OrganisationID, c.RoadmapID, c.CreatedAt, c.Version, c.Members = before.OrganisationID, before.RoadmapID, before.CreatedAt, version, nil
	if err := c.Validate(); err != nil {
		return c, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := updateCommittee(ctx, tx, &c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, c.OrganisationID, actor.Name, "committee.update", "committee", int64(c.ID), map[string]any{"before": before, "after": c}, s.now())
	})
	c.Members = members
	return c, err
}

// formPeriods is how many past periods a form offers beside the current one.
const formPeriods = 12

// Periods lists the periods whose pack can be made by hand, newest first: the current one and the
// last twelve.
func (s *Service) Periods(ctx context.Context, actor identity.Actor, id CommitteeID, now time.Time) ([]string, error) {
	c, err := s.committeeFor(ctx, actor, identity.PermFreezePack, committeeFilter{id: id})
	if err != nil {
		return nil, err
	}
	return c.FreezablePeriods(civil.DateOf(now, c.Location()), formPeriods+1), nil
}
