package finance

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// shareTrace is what the trail keeps of the shares of a commitment.
type shareTrace struct {
	Number string      `json:"number"`
	Before []heldShare `json:"before"`
	After  []heldShare `json:"after"`
}

type heldShare struct {
	Project int64 `json:"project"`
	ShareBP int64 `json:"share_bp"`
}

func shareTraceOf(c Commitment, before, after []CommitmentShare) shareTrace {
	list := func(shares []CommitmentShare) []heldShare {
		out := make([]heldShare, len(shares))
		for i, s := range shares {
			out[i] = heldShare{int64(s.ProjectID), s.ShareBP}
		}
		return out
	}
	return shareTrace{c.name(), list(before), list(after)}
}

// ShareCommitment says by hand to which projects a commitment belongs. What was said before ends; rules leave the commitment alone from now on. Entries that are allocated
// already stay where they are; those in the queue are suggested anew.
func (s *Service) ShareCommitment(ctx context.Context, actor identity.Actor, in ShareInput) error {
	if err := seeOrganisation(actor, identity.PermReconcile, in.Organisation); err != nil {
		return err
	}
	if err := in.Validate(); err != nil {
		return err
	}
	a := act{name: "commitment.share", permission: identity.PermReconcile, noun: "commitment", id: in.Commitment}
	return s.change(ctx, actor, in.Organisation, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		c, held, err := heldCommitment(ctx, tx, in.Organisation, in.Commitment, in.Version)
		if err != nil {
			return trace{}, err
		}
		projects, err := projectsByID(ctx, tx, in.Organisation)
		if err != nil {
			return trace{}, err
		}
		shares := make([]CommitmentShare, len(in.Parts))
		for i, p := range in.Parts {
			if projects[p.Project].ID == 0 {
				return trace{}, fault.NotFound("project", int64(p.Project))
			}
			shares[i] = CommitmentShare{OrganisationID: in.Organisation, CommitmentID: c.ID, ProjectID: p.Project, ShareBP: p.ShareBP, Method: MethodManual,
				RecordedBy: actor.Name, RecordedAt: database.Instant(s.now())}
		}
		if err := endShares(ctx, tx, in.Organisation, shareIDs(held), actor.Name, s.now()); err != nil {
			return trace{}, err
		}
		return trace{details: shareTraceOf(c, held, shares)}, insertShares(ctx, tx, shares)
	})
}

// EndShare ends one share of a commitment; the others stay.
func (s *Service) EndShare(ctx context.Context, actor identity.Actor, organisation, commitment, version, share int64) error {
	a := act{name: "commitment.unshare", permission: identity.PermReconcile, noun: "commitment", id: commitment}
	return s.change(ctx, actor, organisation, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		c, held, err := heldCommitment(ctx, tx, organisation, commitment, version)
		if err != nil {
			return trace{}, err
		}
		var left []CommitmentShare
		for _, h := range held {
			if h.ID != share {
				left = append(left, h)
			}
		}
		if len(left) == len(held) {
			return trace{}, fault.NotFound("commitment.share", share)
		}
		return trace{details: shareTraceOf(c, held, left)}, endShares(ctx, tx, organisation, []int64{share}, actor.Name, s.now())
	})
}

// heldCommitment loads a commitment with the shares that hold, and raises its version from the one that the person saw.
func heldCommitment(ctx context.Context, tx database.Conn, organisation, id, version int64) (Commitment, []CommitmentShare, error) {
	c, err := findCommitment(ctx, tx, organisation, id)
	if err != nil {
		return c, nil, err
	}
	if err := raiseCommitment(ctx, tx, organisation, id, version); err != nil {
		return c, nil, err
	}
	held, err := findHeldShares(ctx, tx, organisation, []int64{id})
	return c, held[id], err
}

func shareIDs(shares []CommitmentShare) []int64 {
	ids := make([]int64, len(shares))
	for i, s := range shares {
		ids[i] = s.ID
	}
	return ids
}

// ShareByRules shares the open commitments that were never shared as the active rules and the finance codes say, as every import of commitments does. It
// gives how many it shared.
func (s *Service) ShareByRules(ctx context.Context, actor identity.Actor, organisation int64) (int, error) {
	shared := 0
	a := act{name: "commitment.share_by_rules", permission: identity.PermReconcile}
	err := s.change(ctx, actor, organisation, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		if _, err := b.codedProjects(ctx, tx, s.now()); err != nil {
			return trace{}, err
		}
		var err error
		if shared, err = shareByRules(ctx, tx, b, nil, actor.Name, s.now()); err != nil || shared == 0 {
			return trace{}, err
		}
		return trace{details: map[string]int{"commitments": shared}}, nil
	})
	return shared, err
}
