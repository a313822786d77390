package portfolio

import (
	"context"
	"fmt"
	"strings"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Release shows the averages of a roadmap to the network above its organisation, or withdraws them:
// then they are gone at once. What is so already stays so and leaves no trace.
func (s *Service) Release(ctx context.Context, actor identity.Actor, id RoadmapID, version int64, released bool) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		r, err := seeRoadmap(ctx, tx, actor, identity.PermReleaseRoadmap, id)
		if err != nil {
			return err
		}
		if r.Version != version {
			return fault.Stale("roadmap", int64(id))
		}
		before := !r.ReleasedAt.IsZero()
		if before == released {
			return nil
		}
		action, at := "roadmap.withdraw", time.Time{}
		if released {
			action, at = "roadmap.release", database.Instant(s.now())
			if err := hasNetwork(ctx, tx, r); err != nil {
				return err
			}
		}
		if err := updateReleased(ctx, tx, r, version, at); err != nil {
			return err
		}
		details := map[string]any{"before": map[string]bool{"released": before}, "after": map[string]bool{"released": released}}
		return audit.Record(ctx, tx, r.OrganisationID, actor.Name, action, "roadmap", int64(r.ID), details, s.now())
	})
}

// hasNetwork refuses to release what nobody would see.
func hasNetwork(ctx context.Context, tx database.Conn, r Roadmap) error {
	own, err := identity.FindOrganisation(ctx, tx, r.OrganisationID)
	if err != nil {
		return err
	}
	if own.ParentID != 0 {
		above, err := identity.FindOrganisation(ctx, tx, own.ParentID)
		if err != nil {
			return err
		}
		if above.Kind == identity.KindNetwork {
			return nil
		}
	}
	return fault.Conflict("roadmap.no_network", own.Name)
}

// networkKey names a version of a network report: the released roadmaps, with the versions of what
// they show.
type networkKey struct {
	network    int64
	day, since civil.Date
	versions   string
}

func (k networkKey) outdates(o networkKey) bool {
	return k.network == o.network && k.day == o.day && k.since == o.since
}

// networkCacheSize is how many network reports are kept. They are small: averages, no projects.
const networkCacheSize = 32

func versionsOf(network identity.Organisation, roadmaps []searchable) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q", network.Code, network.Name)
	for _, r := range roadmaps {
		fmt.Fprintf(&b, " %d.%d.%d.%q.%q", r.ID, r.FactsVersion, r.Version, r.organisation.Code, r.organisation.Name)
	}
	return b.String()
}

// Network gives what the organisations directly below a network have released to it: the averages of
// a day and, with an earlier day given, how they moved since. A zero since compares with nothing. The
// value is shared between readers: it must not be changed.
func (s *Service) Network(ctx context.Context, actor identity.Actor, network int64, day, since civil.Date) (NetworkReport, error) {
	if err := refuseNobody(actor); err != nil {
		return NetworkReport{}, err
	}
	place := identity.Within(network)
	if !actor.May(identity.PermReadNetwork, place) {
		return NetworkReport{}, fault.NotFound("network", network)
	}
	if !since.IsZero() && !since.Before(day) {
		return NetworkReport{}, fault.Invalid("network.since_after", since, day)
	}
	var rep *NetworkReport
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		o, err := identity.FindOrganisation(ctx, tx, network)
		if fault.KindOf(err) == fault.KindNotFound || (err == nil && o.Kind != identity.KindNetwork) {
			return fault.NotFound("network", network)
		}
		if err != nil {
			return err
		}
		roadmaps, err := findReleased(ctx, tx, network)
		if err != nil {
			return err
		}
		rep, err = s.networks.get(networkKey{network, day, since, versionsOf(o, roadmaps)}, func() (*NetworkReport, error) {
			f, err := loadAverages(ctx, tx, roadmaps, day)
			if err != nil {
				return nil, err
			}
			return f.network(o, roadmaps, since), nil
		})
		return err
	})
	if err != nil {
		return NetworkReport{}, err
	}
	if !actor.May(identity.PermReadCost, place) {
		return rep.blind(), nil
	}
	return *rep, nil
}
