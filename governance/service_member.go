package governance

import (
	"context"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Member gives a member for those who look after the committee, with the committee.
func (s *Service) Member(ctx context.Context, actor identity.Actor, member int64) (Member, CommitteeCard, error) {
	m, c, err := s.memberFor(ctx, actor, member)
	if err != nil {
		return Member{}, CommitteeCard{}, err
	}
	cards := []CommitteeCard{c}
	err = s.complete(ctx, actor, cards, s.now())
	return m, cards[0], err
}

// memberFor loads a member of a committee that the actor may change.
func (s *Service) memberFor(ctx context.Context, actor identity.Actor, member int64) (Member, CommitteeCard, error) {
	if _, err := visible(actor); err != nil {
		return Member{}, CommitteeCard{}, err
	}
	m, id, err := findMember(ctx, s.db.Read(), member)
	if err != nil {
		return Member{}, CommitteeCard{}, err
	}
	c, err := oneCard(ctx, s.db.Read(), committeeFilter{reach: everywhere, id: id})
	if err != nil {
		return Member{}, CommitteeCard{}, err
	}
	if err := identity.See(actor, identity.PermEditCommittee, identity.PermReadGovernance, c.Place(), "member", member); err != nil {
		return Member{}, CommitteeCard{}, err
	}
	return m, c, nil
}

// SaveMember adds a member to a committee, or changes the one with the id in its version.
func (s *Service) SaveMember(ctx context.Context, actor identity.Actor, id CommitteeID, m Member) (Member, error) {
	c, err := s.committeeFor(ctx, actor, identity.PermEditCommittee, committeeFilter{id: id})
	if err != nil {
		return m, err
	}
	action, details := "member.add", map[string]any{"committee": int64(id)}
	if m.ID != 0 {
		before, of, err := findMember(ctx, s.db.Read(), m.ID)
		if err == nil && of != id {
			err = fault.NotFound("member", m.ID)
		}
		if err != nil {
			return m, err
		}
		action, details["before"] = "member.update", before
	}
	if err := s.checkMember(ctx, c.Committee, m); err != nil {
		return m, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := saveMember(ctx, tx, c.Committee, &m); err != nil {
			return err
		}
		details["after"] = m
		return audit.Record(ctx, tx, c.OrganisationID, actor.Name, action, "member", m.ID, details, s.now())
	})
	return m, err
}

// checkMember refuses what a member cannot be: their account must be one that the organisation knows.
func (s *Service) checkMember(ctx context.Context, c Committee, m Member) error {
	f := m.broken()
	if m.UserID != 0 {
		known, err := knowsAccount(ctx, s.db.Read(), c.OrganisationID, m.UserID)
		if err != nil {
			return err
		}
		f.Check(known, "user", "input.unknown_value", m.UserID)
	}
	return f.Err()
}

func saveMember(ctx context.Context, tx database.Conn, c Committee, m *Member) error {
	if m.ID != 0 {
		return updateMember(ctx, tx, c, m)
	}
	added := []Member{*m}
	err := insertMembers(ctx, tx, c, added)
	*m = added[0]
	return err
}

// RemoveMember takes a member off their committee. Packs that are frozen still name them.
func (s *Service) RemoveMember(ctx context.Context, actor identity.Actor, member, version int64) error {
	m, c, err := s.memberFor(ctx, actor, member)
	if err != nil {
		return err
	}
	before := m
	m.Version = version
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := deleteMember(ctx, tx, c.Committee, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, c.OrganisationID, actor.Name, "member.remove", "member", member, map[string]any{"committee": int64(c.ID), "before": before}, s.now())
	})
}
