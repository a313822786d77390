// Package jobs wakes what is due. cron only calls Tick every minute; which slots are due comes from
// the committees' cadence and the run ledger, so a tick with any clock does the right thing and a
// missed minute loses nothing. Further work is done once per interval, whatever happens to the packs.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"jalon/governance"
	"jalon/identity"
)

// Scheduler runs the due work of one replica.
type Scheduler struct {
	governance *governance.Service
	owner      string
	log        *slog.Logger
	cron       *cron.Cron
	also       []*work
}

// New makes a scheduler. Owner names the replica in the run ledger.
func New(g *governance.Service, owner string, log *slog.Logger) *Scheduler {
	return &Scheduler{governance: g, owner: owner, log: log}
}

// Tick does everything that is due at now: the packs, then the further work in the order in which it
// was added. It gives what became of the packs; failures are logged, and tried again later. What
// fails or panics stops nothing else.
func (s *Scheduler) Tick(ctx context.Context, now time.Time) ([]governance.FreezeResult, error) {
	var results []governance.FreezeResult
	err := guarded(func() (err error) {
		results, err = s.freeze(ctx, now)
		return err
	})
	for _, w := range s.also {
		if ctx.Err() != nil { // the program ends
			break
		}
		if failed := s.run(ctx, w, now); failed != nil {
			s.log.Log(ctx, level(ctx), "work", "name", w.name, "error", failed)
		}
	}
	return results, err
}

// level is how loud a failure of work is said: work that the end of the program cut short is done
// again after the next start, and nobody has to be called for it.
func level(ctx context.Context) slog.Level {
	if ctx.Err() != nil {
		return slog.LevelInfo
	}
	return slog.LevelError
}

// freeze makes the packs that are due.
func (s *Scheduler) freeze(ctx context.Context, now time.Time) ([]governance.FreezeResult, error) {
	results, err := s.governance.FreezeDue(ctx, identity.Operator("job:pack"), s.owner, now)
	if err != nil {
		return nil, fmt.Errorf("freeze due packs: %w", err)
	}
	for _, r := range results {
		log := s.log.With("committee", r.Committee, "period", r.Period, "outcome", r.Outcome, "takeover", r.Takeover, "late_days", r.LateDays)
		if r.Err != nil {
			log.Log(ctx, level(ctx), "pack", "error", r.Err)
		} else {
			log.Info("pack")
		}
	}
	return results, nil
}

// Start wakes Tick every minute until Stop; what was missed is found by the first one. A tick that takes long is not started twice, and
// a panic ends one tick, not the program.
func (s *Scheduler) Start(ctx context.Context, clock func() time.Time) error {
	logger := cron.PrintfLogger(slog.NewLogLogger(s.log.Handler(), slog.LevelWarn))
	// In this order: Recover inside Skip. The other way round a panic would skip the job for ever.
	s.cron = cron.New(cron.WithLocation(time.UTC), cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)))
	tick := func() {
		if _, err := s.Tick(ctx, clock()); err != nil {
			s.log.Log(ctx, level(ctx), "tick", "error", err)
		}
	}
	if _, err := s.cron.AddFunc("* * * * *", tick); err != nil {
		return err
	}
	s.cron.Start()
	return nil
}

// Stop lets no new tick start and waits for a running one, or for ctx.
func (s *Scheduler) Stop(ctx context.Context) {
	if s.cron == nil {
		return
	}
	select {
	case <-s.cron.Stop().Done():
	case <-ctx.Done():
	}
}
