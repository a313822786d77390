package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// SavedViews lists the actor's own views of a roadmap and those that are shared, by name.
func (s *Service) SavedViews(ctx context.Context, actor identity.Actor, id RoadmapID) ([]SavedView, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return nil, err
	}
	return findViews(ctx, s.db.Read(), r, actor.UserID)
}

// SaveView keeps a view under its name: a new one when its id is 0, else one of the actor's own.
// Sharing it with all readers of the roadmap needs the right to edit the roadmap.
func (s *Service) SaveView(ctx context.Context, actor identity.Actor, id RoadmapID, v SavedView) error {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return err
	}
	if actor.UserID == 0 {
		return fault.Forbidden("view.needs_account")
	}
	if err := v.Validate(); err != nil {
		return err
	}
	if v.Shared {
		if err := identity.Can(actor, identity.PermEditPortfolio, r.Place()); err != nil {
			return err
		}
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		row := viewRow{ID: v.ID, OrganisationID: r.OrganisationID, RoadmapID: id, UserID: actor.UserID, Name: v.Name, Query: v.Query, Shared: v.Shared, CreatedAt: database.Instant(s.now())}
		if err := saveView(ctx, tx, &row); err != nil {
			return err
		}
		v.ID = row.ID
		return audit.Record(ctx, tx, r.OrganisationID, actor.Name, "view.save", "view", row.ID, v, s.now())
	})
}

// RemoveView removes a view: the actor's own, or a shared one of a roadmap that the actor may edit.
func (s *Service) RemoveView(ctx context.Context, actor identity.Actor, id int64) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		row, err := findView(ctx, tx, id)
		if err != nil {
			return err
		}
		own := actor.UserID != 0 && row.UserID == actor.UserID
		if !own && !row.Shared {
			return fault.NotFound("view", id)
		}
		if !own {
			place := Roadmap{ID: row.RoadmapID, OrganisationID: row.OrganisationID}.Place()
			if err := identity.See(actor, identity.PermEditPortfolio, identity.PermReadPortfolio, place, "view", id); err != nil {
				return err
			}
		}
		if err := deleteView(ctx, tx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, row.OrganisationID, actor.Name, "view.remove", "view", id, row.view(actor.UserID), s.now())
	})
}
