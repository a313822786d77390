package finance

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// rekeyTrace is what the trail keeps of a replaced number, and of one that is taken back.
type rekeyTrace struct {
	Old         string `json:"old"`
	New         string `json:"new"`
	Reason      string `json:"reason"`
	Commitments int    `json:"commitments"` // that gained or lost entries
}

// Rekeys lists the numbers of commitments that were replaced, by the old number.
func (s *Service) Rekeys(ctx context.Context, actor identity.Actor, organisation int64) ([]CommitmentAlias, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return nil, err
	}
	return findRekeys(ctx, s.db.Read(), organisation)
}

// Rekey says that a number of a commitment was replaced, or mistyped: entries that name the old number, those in the books and those to come, belong to the
// commitment of the new one. What is allocated of them stays; what waits in the queue is suggested anew.
func (s *Service) Rekey(ctx context.Context, actor identity.Actor, in RekeyInput) error {
	in.Old, in.New = codeKey(in.Old), codeKey(in.New)
	if err := seeOrganisation(actor, identity.PermReconcile, in.Organisation); err != nil {
		return err
	}
	if err := in.Validate(); err != nil {
		return err
	}
	a := act{name: "commitment.rekey", permission: identity.PermReconcile}
	return s.change(ctx, actor, in.Organisation, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		known, err := findAliases(ctx, tx, in.Organisation)
		if err != nil {
			return trace{}, err
		}
		if now, taken := known[in.Old]; taken {
			return trace{}, fault.Conflict("commitment.replaced_already", in.Old, now)
		}
		if err := straight(known, in.Old, in.New); err != nil {
			return trace{}, err
		}
		alias := CommitmentAlias{OrganisationID: in.Organisation, Old: in.Old, New: in.New, Reason: in.Reason, RecordedBy: actor.Name, RecordedAt: database.Instant(s.now())}
		if err := insertAlias(ctx, tx, alias); err != nil {
			return trace{}, err
		}
		return s.relinked(ctx, tx, alias)
	})
}

// UndoRekey takes a replaced number back: entries belong to what they name again.
func (s *Service) UndoRekey(ctx context.Context, actor identity.Actor, organisation int64, old string) error {
	a := act{name: "commitment.rekey_undo", permission: identity.PermReconcile}
	return s.change(ctx, actor, organisation, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		alias, err := deleteAlias(ctx, tx, organisation, codeKey(old))
		if err != nil {
			return trace{}, err
		}
		return s.relinked(ctx, tx, alias)
	})
}

// relinked brings the entries in step with the numbers that hold now.
func (s *Service) relinked(ctx context.Context, tx database.Conn, a CommitmentAlias) (trace, error) {
	touched, err := relink(ctx, tx, a.OrganisationID)
	if err != nil {
		return trace{}, err
	}
	return trace{details: rekeyTrace{a.Old, a.New, a.Reason, len(touched)}}, restateCommitments(ctx, tx, a.OrganisationID, touched)
}

// straight refuses a replacement that leads back to where it began, or over too many numbers.
func straight(known map[string]string, old, now string) error {
	longest := 0 // replacements that lead to the old number
	for from := range known {
		hops, at := 0, from
		for ; at != old && hops <= maxReplacements; hops++ {
			next, ok := known[at]
			if !ok {
				break
			}
			at = next
		}
		if at == old {
			longest = max(longest, hops)
		}
	}
	hops := longest + 1
	for at := now; ; hops++ {
		if at == old || hops > maxReplacements {
			return fault.Conflict("commitment.circular", old)
		}
		next, ok := known[at]
		if !ok {
			return nil
		}
		at = next
	}
}
