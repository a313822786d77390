package jobs

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// workLease is how long a replica may take for claimed work before another may take over.
const workLease = 15 * time.Minute

// work is something that is done once per interval, beside the packs.
type work struct {
	name   string
	every  time.Duration
	do     func(ctx context.Context, now time.Time) error
	ledger *database.DB // nil: every replica does it
	done   string       // the interval in which this replica saw it done
}

// Option says how further work is done.
type Option func(*work)

// Claimed lets only one of all replicas do the work of an interval: it is claimed in the run ledger
// of the whole instance, and taken over when its replica dies. An interval leaves a row in the
// ledger, so this is for work of some hours; what comes more often should hold leases of its own, or
// do no harm when two do it. As a lease may run out under a slow replica, the work must bear being
// done twice.
func Claimed(ledger *database.DB) Option { return func(w *work) { w.ledger = ledger } }

// Also adds work that is done at most once per interval, from the first tick on. Intervals begin at
// multiples of every, in UTC: one of a day begins at midnight. Intervals that were missed are not
// made up for. Failures are logged, and tried again by the next tick. It must be called before Start.
func (s *Scheduler) Also(name string, every time.Duration, do func(ctx context.Context, now time.Time) error, options ...Option) {
	w := &work{name: name, every: every, do: do}
	for _, o := range options {
		o(w)
	}
	s.also = append(s.also, w)
}

// run does the work unless its interval is done already.
func (s *Scheduler) run(ctx context.Context, w *work, now time.Time) error {
	slot := now.UTC().Truncate(w.every).Format(time.RFC3339)
	if w.done == slot {
		return nil
	}
	var err error
	if w.ledger == nil {
		err = guarded(func() error { return w.do(ctx, now) })
	} else {
		var settled bool
		if settled, err = s.runClaimed(ctx, w, slot, now); err == nil && !settled {
			return nil
		}
	}
	if err == nil {
		w.done = slot
	}
	return err
}

// runClaimed does the work when no other replica does or did, and tells whether the interval is
// settled: one that another replica holds is not, as that replica may still fail.
func (s *Scheduler) runClaimed(ctx context.Context, w *work, interval string, now time.Time) (settled bool, err error) {
	slot := database.Slot{Job: w.name, Slot: interval} // of no organisation: the whole instance's
	claim, mine, err := database.TryClaim(ctx, w.ledger.Write(), slot, s.owner, now, workLease)
	if err != nil {
		return false, err
	}
	if !mine {
		return database.Finished(ctx, w.ledger.Read(), slot)
	}
	if err := guarded(func() error { return w.do(ctx, now) }); err != nil {
		if lost := claim.Release(context.WithoutCancel(ctx), w.ledger.Write(), now, "failed"); lost != nil {
			err = fmt.Errorf("%w; and its slot stays claimed: %w", err, lost)
		}
		return false, err
	}
	// Who lost the lease did the work all the same: whoever took over settles the slot.
	if err := claim.Finish(ctx, w.ledger.Write(), now, "done"); err != nil && fault.KindOf(err) != fault.KindStale {
		return false, err
	}
	return true, nil
}

// guarded turns a panic into an error that says where it came from: one work must not end the others.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}
