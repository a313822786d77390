package jobs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
	"jalon/portfolio"
)

// The committee of these tests sits on Tuesday 10 March 2026; its pack is frozen on 5 March at 06:00
// in Paris.
var (
	founded = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	due     = time.Date(2026, 3, 5, 5, 0, 0, 0, time.UTC)
)

// clock is set by the test and read by the scheduler's goroutine.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		panic("the clock has stopped")
	}
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// press prints what printing gives.
type press struct{ print func() error }

func (p *press) Render(*governance.Snapshot, string) ([]byte, error) {
	if p.print != nil {
		return []byte("PDF"), p.print()
	}
	return []byte("PDF"), nil
}

// replica is a scheduler with what it works with.
type replica struct {
	*testing.T
	*Scheduler
	code  string // of the authority
	clock *clock
	press *press
	log   *journal
}

// journal collects log lines from several goroutines.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// newReplica founds an authority with a project and a monthly committee.
func newReplica(t *testing.T, db *database.DB) *replica { return newReplicaOf(t, db, "a") }

func newReplicaOf(t *testing.T, db *database.DB, code string) *replica {
	t.Helper()
	ctx, actor := context.Background(), identity.Operator("test")
	r := &replica{T: t, code: code, clock: &clock{at: founded}, press: &press{}, log: &journal{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	org, err := identity.New(db, r.clock.now).Create(ctx, actor, identity.Organisation{Code: code, Name: "Ville", Kind: identity.KindAdministration, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"})
	must(err)
	p := portfolio.New(db, r.clock.now)
	roadmap, err := p.CreateRoadmap(ctx, actor, portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: org.ID, Code: "FDR", Name: "Feuille de route",
		Start: civil.D(2026, 1, 1), End: civil.D(2027, 12, 31), Currency: money.EUR, Status: portfolio.RoadmapRunning}})
	must(err)
	projects, err := p.AddProjects(ctx, actor, roadmap.ID, []portfolio.ProjectInput{{Project: portfolio.Project{Code: "P1", Name: "Portail"}}})
	must(err)
	must(p.BookEstimates(ctx, actor, roadmap.ID, []portfolio.Estimate{{ProjectID: projects[0].ID, AsOf: civil.D(2026, 3, 1), HasCost: true, Cost: 100}}))
	g := governance.New(db, r.clock.now, r.press)
	m, err := governance.NewCommittee("monthly 2nd tuesday 14:00 following", nil)
	must(err)
	m.OrganisationID, m.RoadmapID, m.Code, m.Name, m.Level = org.ID, roadmap.ID, "OPS", "Comité", governance.Operational
	m.TimeZone, m.Locale, m.LeadDays, m.From = "Europe/Paris", "fr", 5, civil.D(2026, 3, 1)
	_, err = g.CreateCommittee(ctx, actor, m)
	must(err)
	r.Scheduler = New(g, "test:1", slog.New(slog.NewTextHandler(r.log, nil)))
	return r
}

// tick gives the outcomes of one tick.
func (r *replica) tick(at time.Time) string {
	r.Helper()
	r.clock.set(at)
	results, err := r.Tick(context.Background(), at)
	if err != nil {
		r.Fatal(err)
	}
	var out []string
	for _, f := range results {
		out = append(out, f.Period+" "+f.Outcome)
	}
	return strings.Join(out, ", ")
}

func TestTick(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newReplica(t, db)
		for _, tc := range []struct {
			at   time.Time
			want string
		}{{due.Add(-time.Minute), ""}, {due, "2026-03 frozen"}, {due, ""}, {due.Add(time.Minute), ""}, {due.AddDate(0, 3, 0), "2026-04 skipped, 2026-05 skipped, 2026-06 frozen"}} {
			if got := r.tick(tc.at); got != tc.want {
				t.Errorf("tick of %s: %q, want %q", tc.at, got, tc.want)
			}
		}
		if log := r.log.String(); strings.Count(log, "level=INFO") != 4 || strings.Contains(log, "level=ERROR") || !strings.Contains(log, "committee=OPS period=2026-03 outcome=frozen") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestTickLogsFailures(t *testing.T) {
	r := newReplica(t, dbtest.SQLite(t))
	r.press.print = func() error { return errors.New("paper jam") }
	if got := r.tick(due); got != "2026-03 failed" {
		t.Errorf("tick: %q, want failed", got)
	}
	if log := r.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "paper jam") {
		t.Errorf("log:\n%s", log)
	}
	r.press.print = nil
	if got := r.tick(due.Add(15 * time.Minute)); got != "2026-03 frozen" {
		t.Errorf("next try: %q, want frozen", got)
	}
}

func TestTickWithoutDatabase(t *testing.T) {
	db := dbtest.SQLite(t)
	r := newReplica(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Tick(context.Background(), due); err == nil {
		t.Error("a tick without a database succeeded")
	}
}

// started starts the scheduler and gives what cron wakes every minute.
func (r *replica) started() (wake func()) {
	r.Helper()
	if err := r.Start(context.Background(), r.clock.now); err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { r.Stop(context.Background()) })
	entries := r.cron.Entries()
	if len(entries) != 1 {
		r.Fatalf("%d entries, want 1", len(entries))
	}
	at := time.Date(2026, 3, 29, 0, 59, 30, 0, time.UTC)
	if next := entries[0].Schedule.Next(at); !next.Equal(at.Add(30 * time.Second)) {
		r.Errorf("wakes at %s after %s, want every minute", next, at)
	}
	return entries[0].WrappedJob.Run
}

func TestStartUsesTheGivenClock(t *testing.T) {
	r := newReplica(t, dbtest.SQLite(t))
	wake := r.started()
	wake()
	if log := r.log.String(); log != "" {
		t.Errorf("nothing was due, log:\n%s", log)
	}
	r.clock.set(due)
	wake()
	if log := r.log.String(); !strings.Contains(log, "outcome=frozen") {
		t.Errorf("log:\n%s", log)
	}
}

// TestStartSurvivesAPanic: one that ended the job for good would go unnoticed until a pack is missed.
func TestStartSurvivesAPanic(t *testing.T) {
	r := newReplica(t, dbtest.SQLite(t))
	wake := r.started()
	r.clock.set(time.Time{})
	wake()
	if log := r.log.String(); !strings.Contains(log, "the clock has stopped") {
		t.Errorf("the panic is not in the log:\n%s", log)
	}
	r.clock.set(due)
	wake()
	if log := r.log.String(); !strings.Contains(log, "outcome=frozen") {
		t.Errorf("after the panic:\n%s", log)
	}
}

func TestStartSkipsWhileStillRunning(t *testing.T) {
	r := newReplica(t, dbtest.SQLite(t))
	printing, done := make(chan struct{}), make(chan struct{})
	r.press.print = func() error { close(printing); <-done; return nil }
	wake := r.started()
	r.clock.set(due)
	var wg sync.WaitGroup
	wg.Go(wake)
	<-printing
	wake() // returns at once: the first tick is still printing
	if log := r.log.String(); strings.Contains(log, "outcome=") {
		t.Errorf("a second tick ran:\n%s", log)
	}
	close(done)
	wg.Wait()
	if log := r.log.String(); strings.Count(log, "outcome=frozen") != 1 {
		t.Errorf("log:\n%s", log)
	}
}

func TestStop(t *testing.T) {
	r := newReplica(t, dbtest.SQLite(t))
	r.Stop(context.Background()) // before it was started
	r.started()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r.Stop(ctx)
	r.Stop(context.Background())
}

// Method names the way of this press.
func (p *press) Method() string { return "press/1" }
