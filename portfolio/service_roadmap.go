package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio/drift"
)

// Thresholds gives the colour thresholds of a roadmap as they hold today.
func (s *Service) Thresholds(ctx context.Context, actor identity.Actor, id RoadmapID) (drift.Thresholds, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return drift.Thresholds{}, err
	}
	o, err := identity.FindOrganisation(ctx, s.db.Read(), r.OrganisationID)
	if err != nil {
		return drift.Thresholds{}, err
	}
	return findThreshold(ctx, s.db.Read(), r, s.Today(o))
}

// UpdateRoadmap saves a roadmap's own fields; its organisation and currency stay. Thresholds that are
// given hold from a day on, beside the older ones, which go on colouring the days before.
func (s *Service) UpdateRoadmap(ctx context.Context, actor identity.Actor, version int64, r Roadmap, thresholds *drift.Thresholds, validFrom civil.Date) (Roadmap, error) {
	if err := refuseNobody(actor); err != nil {
		return r, err
	}
	a := act{permission: identity.PermEditPortfolio, noun: "roadmap", id: int64(r.ID)}
	out := r
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		was, err := roadmapFor(ctx, tx, actor, r.ID, a)
		if err != nil {
			return err
		}
		if was.Version != version {
			return fault.Stale("roadmap", int64(r.ID))
		}
		out = was.with(r, actor.May(identity.PermReadCost, was.Place()))
		if err := checkRoadmap(was, out, thresholds, validFrom); err != nil {
			return err
		}
		if err := updateRoadmap(ctx, tx, out); err != nil {
			return err
		}
		out.Version++
		details := roadmapEdit{edit: edit{was, out}}
		if thresholds != nil {
			if details.Thresholds, err = addThreshold(ctx, tx, out, *thresholds, validFrom); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, was.OrganisationID, actor.Name, "roadmap.update", "roadmap", int64(was.ID), details, s.now())
	})
	if err != nil {
		return r, err
	}
	return out, nil
}

// roadmapEdit is what the trail keeps of an edited roadmap.
type roadmapEdit struct {
	edit
	Thresholds *thresholdRow `json:"thresholds,omitempty"`
}

// with takes over what a form may change of a roadmap. The voted budget stays for who cannot see it.
func (r Roadmap) with(in Roadmap, voted bool) Roadmap {
	r.Code, r.Name, r.Purpose, r.Start, r.End = in.Code, in.Name, in.Purpose, in.Start, in.End
	r.Manager, r.Sponsor, r.Status = in.Manager, in.Sponsor, in.Status
	if voted {
		r.HasVoted, r.Voted = in.HasVoted, in.Voted
	}
	return r
}

// checkRoadmap reports every rule that the new state of a roadmap breaks.
func checkRoadmap(was, is Roadmap, t *drift.Thresholds, from civil.Date) error {
	var f fault.Fields
	if broken := fault.As(is.Validate()); broken != nil {
		f = broken.Fields
	}
	f.Check(is.Status.Follows(was.Status), "status", "roadmap.status_order")
	if t != nil {
		f.Check(t.Amber >= 0, "amber", "threshold.negative")
		f.Check(t.Red >= t.Amber, "red", "threshold.order")
		f.Check(!from.IsZero(), "valid_from", "input.required")
	}
	return f.Err()
}

// addThreshold books a version of thresholds after those that there are, which it cannot precede.
func addThreshold(ctx context.Context, tx database.Conn, r Roadmap, t drift.Thresholds, from civil.Date) (*thresholdRow, error) {
	last, err := lastThreshold(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	if from.Before(last.ValidFrom) {
		var f fault.Fields
		f.Add("valid_from", "threshold.too_early", last.ValidFrom)
		return nil, f.Err()
	}
	t.Version = last.Number + 1
	row := thresholdRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Number: t.Version, ValidFrom: from, Amber: t.Amber, Red: t.Red}
	return &row, insertThreshold(ctx, tx, r, from, t)
}
