package finance

import (
	"context"

	"jalon/identity"
)

// Movement gives a movement to somebody who may take it back.
func (s *Service) Movement(ctx context.Context, actor identity.Actor, id MovementID) (Movement, error) {
	return s.seeMovement(ctx, actor, id)
}
