package finance

import (
	"context"
	"time"

	"jalon/identity"
)

// ActualsAsOf gives the actual costs of an organisation as the books held them at a moment: the figures of a report that was made then.
func (s *Service) ActualsAsOf(ctx context.Context, actor identity.Actor, organisation int64, at time.Time) (ActualsAt, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return ActualsAt{}, err
	}
	lines, err := actualsAsOf(ctx, s.db.Read(), organisation, at)
	return ActualsAt{At: at, Lines: lines}, err
}
