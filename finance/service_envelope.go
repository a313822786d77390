package finance

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// seeRoadmap loads a roadmap for an actor who needs a permission there. What they may not read is not found.
func seeRoadmap(ctx context.Context, db database.Conn, actor identity.Actor, p identity.Permission, id portfolio.RoadmapID) (portfolio.Roadmap, error) {
	if err := refuseNobody(actor); err != nil {
		return portfolio.Roadmap{}, err
	}
	r, err := portfolio.FindRoadmap(ctx, db, id)
	if err == nil {
		err = identity.See(actor, p, identity.PermReadPortfolio, r.Place(), "roadmap", int64(id))
	}
	if err != nil {
		return portfolio.Roadmap{}, err
	}
	return r, nil
}

// seeEnvelope loads an envelope for an actor who needs a permission where it belongs.
func seeEnvelope(ctx context.Context, db database.Conn, actor identity.Actor, p identity.Permission, id EnvelopeID) (Envelope, error) {
	if err := refuseNobody(actor); err != nil {
		return Envelope{}, err
	}
	e, err := findEnvelope(ctx, db, id)
	if err == nil {
		err = identity.See(actor, p, identity.PermReadCost, e.Place(), "envelope", int64(id))
	}
	if err != nil {
		return Envelope{}, err
	}
	return e, nil
}

// changeRoadmap is change on what belongs to one roadmap: a grant on the roadmap is enough.
func (s *Service) changeRoadmap(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, a act, work func(ctx context.Context, tx database.Conn, b *books, r portfolio.Roadmap) (trace, error)) error {
	if a.noun == "" {
		a.noun, a.id = "roadmap", int64(id)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		r, err := seeRoadmap(ctx, tx, actor, a.permission, id)
		if err != nil {
			return err
		}
		return s.inBooks(ctx, tx, actor, r.OrganisationID, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
			return work(ctx, tx, b, r)
		})
	})
}

// changeEnvelopes is change on envelopes of one organisation, each of which the actor must hold the permission for. work gets all
// envelopes of the organisation.
func (s *Service) changeEnvelopes(ctx context.Context, actor identity.Actor, ids []EnvelopeID, a act, work func(ctx context.Context, tx database.Conn, b *books, tree envelopeTree) (trace, error)) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		var organisation int64
		for _, id := range ids {
			e, err := seeEnvelope(ctx, tx, actor, a.permission, id)
			if err != nil {
				return err
			}
			if organisation == 0 {
				organisation = e.OrganisationID
			}
			if e.OrganisationID != organisation { // no act is of two organisations
				return fault.NotFound("envelope", int64(id))
			}
		}
		return s.inBooks(ctx, tx, actor, organisation, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
			tree, err := findEnvelopes(ctx, tx, organisation)
			if err != nil {
				return trace{}, err
			}
			return work(ctx, tx, b, tree)
		})
	})
}

// Envelope gives one envelope, for forms.
func (s *Service) Envelope(ctx context.Context, actor identity.Actor, id EnvelopeID) (Envelope, error) {
	return seeEnvelope(ctx, s.db.Read(), actor, identity.PermReadCost, id)
}

// CreateEnvelope books a new envelope: of its roadmap or, without one, of its organisation.
func (s *Service) CreateEnvelope(ctx context.Context, actor identity.Actor, e Envelope) (Envelope, error) {
	if err := refuseNobody(actor); err != nil {
		return e, err
	}
	if err := e.Validate(); err != nil {
		return e, err
	}
	create := func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		tree, err := findEnvelopes(ctx, tx, e.OrganisationID)
		if err != nil {
			return trace{}, err
		}
		if err := tree.place(e); err != nil {
			return trace{}, err
		}
		if err := insertEnvelope(ctx, tx, &e, s.now()); err != nil {
			return trace{}, err
		}
		return trace{"envelope", int64(e.ID), e}, nil
	}
	doing := act{name: "envelope.create", permission: identity.PermEditBudget}
	if e.RoadmapID == 0 {
		return e, s.change(ctx, actor, e.OrganisationID, doing, create)
	}
	err := s.changeRoadmap(ctx, actor, e.RoadmapID, doing, func(ctx context.Context, tx database.Conn, b *books, r portfolio.Roadmap) (trace, error) {
		e.OrganisationID = r.OrganisationID
		return create(ctx, tx, b)
	})
	return e, err
}

// place refuses an envelope that does not fit where it stands in the tree: below its parent, and above what stands below it.
func (t envelopeTree) place(e Envelope) error {
	if e.ParentID != 0 {
		parent, ok := t[e.ParentID]
		if !ok {
			return fault.NotFound("envelope", int64(e.ParentID))
		}
		if err := e.under(parent); err != nil {
			return err
		}
	}
	if e.ID == 0 {
		return nil
	}
	for _, child := range t {
		if child.ParentID != e.ID {
			continue
		}
		if err := child.under(e); err != nil {
			return fault.Conflict("envelope.children", e.Code)
		}
	}
	return nil
}

// UpdateEnvelope changes what an envelope is, but not where it belongs. Once something was voted of it or allotted from it, its kind, its
// section and its place in the tree stand.
func (s *Service) UpdateEnvelope(ctx context.Context, actor identity.Actor, e Envelope) (Envelope, error) {
	doing := act{name: "envelope.update", permission: identity.PermEditBudget, noun: "envelope", id: int64(e.ID)}
	err := s.changeEnvelopes(ctx, actor, []EnvelopeID{e.ID}, doing, func(ctx context.Context, tx database.Conn, b *books, tree envelopeTree) (trace, error) {
		was := tree[e.ID]
		e.OrganisationID, e.RoadmapID, e.CreatedAt = was.OrganisationID, was.RoadmapID, was.CreatedAt
		if err := e.Validate(); err != nil {
			return trace{}, err
		}
		if err := tree.place(e); err != nil {
			return trace{}, err
		}
		if e.Kind != was.Kind || e.Section != was.Section || e.ParentID != was.ParentID {
			used, err := envelopeInUse(ctx, tx, was)
			if err != nil {
				return trace{}, err
			}
			if used {
				return trace{}, fault.Conflict("envelope.in_use", was.Code)
			}
		}
		if err := updateEnvelope(ctx, tx, &e); err != nil {
			return trace{}, err
		}
		return trace{details: edit{was, e}}, nil
	})
	return e, err
}

// RemoveEnvelope removes an envelope of which nothing was voted or allotted, and that stands above no other.
func (s *Service) RemoveEnvelope(ctx context.Context, actor identity.Actor, id EnvelopeID, version int64) error {
	doing := act{name: "envelope.remove", permission: identity.PermEditBudget, noun: "envelope", id: int64(id)}
	return s.changeEnvelopes(ctx, actor, []EnvelopeID{id}, doing, func(ctx context.Context, tx database.Conn, b *books, tree envelopeTree) (trace, error) {
		was := tree[id]
		used, err := envelopeInUse(ctx, tx, was)
		if err != nil {
			return trace{}, err
		}
		if used || slices.ContainsFunc(tree.list(), func(e Envelope) bool { return e.ParentID == id }) {
			return trace{}, fault.Conflict("envelope.not_empty", was.Code)
		}
		gone := was
		gone.Version = version
		return trace{details: edit{Before: was}}, deleteEnvelope(ctx, tx, gone)
	})
}
