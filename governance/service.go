package governance

import (
	"context"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Service holds the use cases of committees, decisions and packs.
type Service struct {
	db       *database.DB
	now      func() time.Time
	renderer Renderer
	texts    Texts // nil: reasons name the decision alone
}

// Texts gives the text of a key in a language, as people read it.
type Texts func(locale, key string, args ...any) string

// UseTexts hands in the texts in which decisions give reasons, before anything is asked of the service.
func (s *Service) UseTexts(texts Texts) { s.texts = texts }

// New makes the service. The renderer and the clock are handed in.
func New(db *database.DB, now func() time.Time, renderer Renderer) *Service {
	return &Service{db: db, now: now, renderer: renderer}
}

// visible is where the actor may read committees and decisions. Nobody is refused; who was granted
// nothing sees nothing.
func visible(actor identity.Actor) (identity.Reach, error) {
	if actor.Nobody() {
		return identity.Reach{}, fault.New(fault.KindUnauthenticated, "permission.nobody")
	}
	return actor.Reach(identity.PermReadGovernance), nil
}

// committeeFor loads the one committee that the filter names among those that the actor sees, and
// refuses what they may not do there. What cannot be seen is NotFound, in the words of what does not
// exist.
func (s *Service) committeeFor(ctx context.Context, actor identity.Actor, p identity.Permission, f committeeFilter) (CommitteeCard, error) {
	reach, err := visible(actor)
	if err != nil {
		return CommitteeCard{}, err
	}
	f.reach = reach
	c, err := oneCard(ctx, s.db.Read(), f)
	if err != nil {
		return CommitteeCard{}, err
	}
	return c, identity.See(actor, p, identity.PermReadGovernance, c.Place(), "committee", int64(c.ID))
}
