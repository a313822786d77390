package governance

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// Service holds the use cases of committees, decisions and packs.
type Service struct {
	db       *database.DB
	now      func() time.Time
	renderer Renderer
}

// New makes the service. The renderer and the clock are handed in.
func New(db *database.DB, now func() time.Time, renderer Renderer) *Service {
	return &Service{db: db, now: now, renderer: renderer}
}

// Validate reports every rule the committee breaks.
func (c Committee) Validate() error {
	f := c.Cadence.Validate()
	f.Check(c.Code != "" && strings.TrimSpace(c.Code) == c.Code && utf8.RuneCountInString(c.Code) <= 64 && plain(c.Code), "code", "input.code_form")
	f.Check(strings.TrimSpace(c.Name) != "", "name", "input.required")
	f.Check(utf8.RuneCountInString(c.Name) <= 300, "name", "input.too_long", 300)
	f.Check(plain(c.Name), "name", "input.control_character")
	for _, m := range c.Members {
		f.Check(m.Name != "", "members", "input.required")
		f.Check(plain(m.Name) && plain(m.Role) && plain(m.Email), "members", "input.control_character")
	}
	switch c.Level {
	case Operational, Tactical, Strategic:
	default:
		f.Add("level", "input.unknown_value", string(c.Level))
	}
	_, err := time.LoadLocation(c.TimeZone)
	f.Check(err == nil && c.TimeZone != "" && c.TimeZone != "Local", "time_zone", "input.time_zone", c.TimeZone)
	f.Check(c.Locale == "fr" || c.Locale == "en", "locale", "input.unknown_value", c.Locale)
	f.Check(c.LeadDays >= 0 && c.LeadDays <= 90, "lead_days", "committee.lead_days")
	f.Check(!c.From.IsZero(), "from", "input.required")
	f.Check(c.Until.IsZero() || !c.Until.Before(c.From), "until", "input.end_before_start", c.From, c.Until)
	return f.Err()
}

// plain tells whether the text can stand on one line of any page.
func plain(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) }

// Location is the time zone of the committee.
func (c Committee) Location() *time.Location {
	loc, err := time.LoadLocation(c.TimeZone)
	if err != nil { // Validate refused it: only a damaged row gets here
		return time.UTC
	}
	return loc
}

// CreateCommittee books a new committee with its members.
func (s *Service) CreateCommittee(ctx context.Context, actor identity.Actor, c Committee) (Committee, error) {
	if err := identity.Can(actor, identity.PermEditCommittee, identity.Within(c.OrganisationID)); err != nil {
		return c, err
	}
	if err := c.Validate(); err != nil {
		return c, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		r, err := portfolio.FindRoadmap(ctx, tx, c.RoadmapID)
		if err != nil {
			return err
		}
		if r.OrganisationID != c.OrganisationID {
			return fault.NotFound("roadmap", int64(c.RoadmapID))
		}
		if err := insertCommittee(ctx, tx, &c, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, c.OrganisationID, actor.Name, "committee.create", "committee", int64(c.ID), c, s.now())
	})
	return c, err
}

// CommitteeCard is a committee with what a page says of it.
type CommitteeCard struct {
	Committee
	Roadmap      portfolio.Head
	NextSittings []SittingLine
	NextFreeze   civil.Date // of the next sitting's pack
	Packs        []PackCard // newest first
}

// Committees lists the committees of a roadmap, or of all with roadmap 0.
func (s *Service) Committees(ctx context.Context, actor identity.Actor, roadmap portfolio.RoadmapID, now time.Time) ([]CommitteeCard, error) {
	return s.cards(ctx, actor, committeeFilter{roadmap: roadmap}, now)
}

// Committee gives one committee by its code.
func (s *Service) Committee(ctx context.Context, actor identity.Actor, code string, now time.Time) (CommitteeCard, error) {
	cards, err := s.cards(ctx, actor, committeeFilter{code: code}, now)
	switch {
	case err != nil:
		return CommitteeCard{}, err
	case len(cards) == 0:
		return CommitteeCard{}, fault.NotFound("committee", code)
	case len(cards) > 1:
		return CommitteeCard{}, fault.Invalid("committee.ambiguous", code)
	}
	return cards[0], nil
}

func (s *Service) cards(ctx context.Context, actor identity.Actor, f committeeFilter, now time.Time) ([]CommitteeCard, error) {
	if err := identity.Can(actor, identity.PermReadGovernance, identity.Within(f.organisation)); err != nil {
		return nil, err
	}
	all, err := findCommittees(ctx, s.db.Read(), f)
	if err != nil {
		return nil, err
	}
	packs, err := findPackCards(ctx, s.db.Read(), all)
	if err != nil {
		return nil, err
	}
	roadmaps := map[portfolio.RoadmapID]portfolio.Head{}
	out := make([]CommitteeCard, len(all))
	for i, c := range all {
		head, ok := roadmaps[c.RoadmapID]
		if !ok {
			r, err := portfolio.FindRoadmap(ctx, s.db.Read(), c.RoadmapID)
			if err != nil {
				return nil, err
			}
			head = portfolio.Head{Code: r.Code, Name: r.Name}
			roadmaps[c.RoadmapID] = head
		}
		today := civil.DateOf(now, c.Location())
		card := CommitteeCard{Committee: c, Roadmap: head, Packs: packs[c.ID], NextSittings: c.Sittings(today, 3)}
		if len(card.NextSittings) > 0 {
			if p, err := cadence.Parse(card.NextSittings[0].Period); err == nil {
				card.NextFreeze = c.Cadence.FreezeDate(p, c.LeadDays)
			}
		}
		out[i] = card
	}
	return out, nil
}

// Sittings lists the next n sittings from a day on, within the committee's life.
func (c Committee) Sittings(from civil.Date, n int) []SittingLine {
	if from.Before(c.From) {
		from = c.From
	}
	out := []SittingLine{}
	for _, o := range c.Cadence.NextSittings(from, n) {
		if c.Until.IsZero() || !o.On.After(c.Until) {
			out = append(out, SittingLine{Period: o.Period.String(), On: o.On})
		}
	}
	return out
}

// Decisions lists the decisions of a roadmap, or of all with roadmap 0, newest first.
func (s *Service) Decisions(ctx context.Context, actor identity.Actor, roadmap portfolio.RoadmapID) ([]DecisionLine, error) {
	if err := identity.Can(actor, identity.PermReadGovernance, identity.Within(0)); err != nil {
		return nil, err
	}
	return findDecisionLines(ctx, s.db.Read(), decisionFilter{roadmap: roadmap})
}

// Decide books what a committee decided and applies it, in one transaction: either both stand in
// the books or neither.
func (s *Service) Decide(ctx context.Context, actor identity.Actor, in DecideInput) (Decision, error) {
	if err := identity.Can(actor, identity.PermDecide, identity.Within(in.OrganisationID)); err != nil {
		return Decision{}, err
	}
	d := Decision{OrganisationID: in.OrganisationID, Title: in.Title, Question: in.Question, Options: in.Options, Outcome: in.Outcome, Reason: in.Reason, On: in.On, Year: in.On.Year(), Author: in.Author}
	if d.Author == "" {
		d.Author = actor.Name
	}
	if err := d.Validate(); err != nil {
		return d, err
	}
	if in.Rebaseline != nil && (in.ProjectCode == "" || in.Reason == "") {
		return d, fault.Invalid("decision.rebaseline_incomplete")
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return s.decide(ctx, tx, actor, in, &d) })
	return d, err
}

func (s *Service) decide(ctx context.Context, tx database.Conn, actor identity.Actor, in DecideInput, d *Decision) error {
	c, err := oneCommittee(ctx, tx, committeeFilter{organisation: in.OrganisationID, code: in.CommitteeCode})
	if err != nil {
		return err
	}
	d.CommitteeID, d.RoadmapID = c.ID, c.RoadmapID
	var project portfolio.Project
	if in.ProjectCode != "" {
		r, err := portfolio.FindRoadmap(ctx, tx, c.RoadmapID)
		if err != nil {
			return err
		}
		if project, err = portfolio.FindProjectByCode(ctx, tx, r, in.ProjectCode); err != nil {
			return err
		}
		d.ProjectID = project.ID
	}
	if err := insertDecision(ctx, tx, d, in.Rebaseline, s.now()); err != nil {
		return err
	}
	if b := in.Rebaseline; b != nil {
		err := portfolio.ApplyRebaseline(ctx, tx, portfolio.Rebaseline{Project: project, On: in.On, HasCost: b.HasCost, Cost: b.Cost, Start: b.Start, End: b.End,
			Decision: portfolio.DecisionRef(d.ID), Label: d.Reference(), Reason: in.Reason}, s.now())
		if err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, d.OrganisationID, actor.Name, "decision.take", "decision", int64(d.ID), in, s.now())
}
