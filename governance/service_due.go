package governance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

const (
	packJob = "pack"
	// packLease is how long a replica may take for one pack before another may take over.
	packLease = 10 * time.Minute
	// packRetry is how long a failed pack rests before it is tried again.
	packRetry = 15 * time.Minute
)

// packJobOf names the packs of a committee in the run ledger.
func packJobOf(c CommitteeID) string { return fmt.Sprintf("%s:%d", packJob, c) }

// FreezeResult is what one due slot came to.
type FreezeResult struct {
	Committee string
	Period    string
	Outcome   string // frozen, exists, skipped, empty, failed
	LateDays  int
	Takeover  bool // another replica had started it
	Err       error
}

// FreezeDue makes the packs whose freeze has come. Of several missed slots of a committee only the
// newest is made, late, and says so; the older ones are reported as skipped, for a clock that jumps
// must not set off a storm. Nothing is written of a skipped slot: when the clock was wrong and goes
// back, its pack is made in its time. Owner names this replica.
func (s *Service) FreezeDue(ctx context.Context, actor identity.Actor, owner string, now time.Time) ([]FreezeResult, error) {
	if err := identity.Can(actor, identity.PermFreezePack, identity.Within(0)); err != nil {
		return nil, err
	}
	committees, err := findDueCommittees(ctx, s.db.Read(), now)
	if err != nil {
		return nil, err
	}
	var out []FreezeResult
	for _, d := range committees {
		due := d.Cadence.Due(d.handledUntil(now), now, d.LeadDays, d.Location(), d.From)
		due = slices.DeleteFunc(due, func(p cadence.Period) bool { return !d.Until.IsZero() && d.Cadence.Sitting(p).After(d.Until) })
		if len(due) == 0 {
			continue
		}
		r, mine := s.freezeSlot(ctx, actor, owner, now, d.Committee, due[len(due)-1])
		if !mine {
			continue
		}
		if r.Err == nil {
			for _, p := range due[:len(due)-1] {
				out = append(out, FreezeResult{Committee: d.Code, Period: p.String(), Outcome: "skipped"})
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// dueCommittee is a committee with what the scheduler knows of it.
type dueCommittee struct {
	Committee
	done []string // periods of the finished slots of the last years
}

// handledUntil is the instant up to which the committee's slots are settled. A slot whose freeze is
// still to come was made by a clock that ran ahead, and settles nothing before it.
func (d dueCommittee) handledUntil(now time.Time) time.Time {
	until := d.CreatedAt
	for _, code := range d.done {
		p, err := cadence.Parse(code)
		if err != nil {
			continue
		}
		at := d.Cadence.FreezeAt(p, d.LeadDays, d.Location())
		if p.Frequency() != d.Cadence.Frequency { // the cadence was changed since: go on after that period
			at = p.Last().At(0, 0, d.Location())
		}
		if at.After(until) && !at.After(now) {
			until = at
		}
	}
	return until
}

// freezeSlot settles one slot, and tells whether it was this replica that did.
func (s *Service) freezeSlot(ctx context.Context, actor identity.Actor, owner string, now time.Time, c Committee, p cadence.Period) (FreezeResult, bool) {
	r := FreezeResult{Committee: c.Code, Period: p.String()}
	slot := database.Slot{OrganisationID: c.OrganisationID, Job: packJobOf(c.ID), Slot: p.String()}
	claim, ok, err := database.TryClaim(ctx, s.db.Write(), slot, owner, now, packLease)
	if err != nil || !ok {
		r.Outcome, r.Err = "failed", err
		return r, err != nil
	}
	r.Takeover = claim.Takeover
	editions, err := findEditions(ctx, s.db.Read(), c.OrganisationID, c.ID, p.String())
	switch {
	case err != nil:
	case len(editions) > 0:
		r.Outcome, err = "exists", claim.Finish(ctx, s.db.Write(), now, "exists")
	default:
		r.Outcome = "frozen"
		day := c.Cadence.FreezeDate(p, c.LeadDays)
		var empty bool
		if empty, err = portfolio.Empty(ctx, s.db.Read(), c.RoadmapID, day); err != nil {
			break
		}
		if empty { // a pack about no project helps nobody
			r.Outcome, err = "empty", claim.Finish(ctx, s.db.Write(), now, "empty")
			break
		}
		r.LateDays = max(0, day.DaysUntil(civil.DateOf(now, c.Location())))
		_, err = s.freeze(ctx, actor, freezeJob{committee: c, period: p, day: day, edition: 1, claim: &claim})
	}
	if err != nil {
		r.Outcome, r.Err = "failed", err
		if fault.KindOf(err) != fault.KindStale { // a lost lease is not ours to release
			r.Err = errors.Join(err, claim.Release(context.WithoutCancel(ctx), s.db.Write(), now.Add(packRetry), "failed"))
		}
	}
	return r, true
}
