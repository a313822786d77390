package portfolio

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// newNetwork books a network, to stand above desks.
func newNetwork(t *testing.T, db *database.DB) identity.Organisation {
	t.Helper()
	o, err := identity.New(db, fixedClock).Create(context.Background(), operator, identity.Organisation{Code: "reseau", Name: "Réseau", Kind: identity.KindNetwork,
		Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// below puts the desk's organisation below another one.
func (d *desk) below(o identity.Organisation) *desk {
	d.Helper()
	if _, err := d.db.Write().ExecContext(context.Background(), "UPDATE organisation SET parent_id = ? WHERE id = ?", o.ID, d.org.ID); err != nil {
		d.Fatal(err)
	}
	return d
}

// release releases the desk's roadmap, or withdraws it, as it stands now.
func (d *desk) release(released bool) {
	d.Helper()
	r, err := d.service.Roadmap(context.Background(), operator, d.roadmap.ID)
	if err == nil {
		err = d.service.Release(context.Background(), operator, d.roadmap.ID, r.Version, released)
	}
	if err != nil {
		d.Fatal(err)
	}
}

// networkReader is somebody with a role in the network itself.
func networkReader(o identity.Organisation, role identity.Role) identity.Actor {
	return identity.SignedIn(5, "Inès", identity.Grant{OrganisationID: o.ID, Role: role, Scope: identity.ScopeOrganisation})
}

func TestRelease(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		network := newNetwork(t, db)
		d, lone := newDesk(t, db, "a", nil).below(network), newDesk(t, db, "b", nil)
		s, id := d.service, d.roadmap.ID
		manager := d.granted(identity.RoleRoadmapManager, identity.ScopeRoadmap, int64(id))
		reader := d.granted(identity.RoleReader, identity.ScopeOrganisation, 0)
		refused := []struct {
			name    string
			do      func() error
			kind    fault.Kind
			message string
		}{
			{"a reader", func() error { return s.Release(ctx, reader, id, 1, true) }, fault.KindForbidden, "permission.denied"},
			{"somebody else", func() error { return s.Release(ctx, identity.SignedIn(3, "x"), id, 1, true) }, fault.KindNotFound, "roadmap.not_found"},
			{"the network itself", func() error { return s.Release(ctx, networkReader(network, identity.RoleRoadmapManager), id, 1, true) }, fault.KindNotFound, "roadmap.not_found"},
			{"nobody", func() error { return s.Release(ctx, identity.Actor{}, id, 1, true) }, fault.KindUnauthenticated, "permission.nobody"},
			{"an unknown roadmap", func() error { return s.Release(ctx, operator, 999, 1, true) }, fault.KindNotFound, "roadmap.not_found"},
			{"another version", func() error { return s.Release(ctx, manager, id, 2, true) }, fault.KindStale, "roadmap.stale"},
			{"without a network", func() error { return s.Release(ctx, operator, lone.roadmap.ID, 1, true) }, fault.KindConflict, "roadmap.no_network"},
			{"below an administration", func() error {
				return s.Release(ctx, operator, newDesk(t, db, "c", nil).below(lone.org).roadmap.ID, 1, true)
			}, fault.KindConflict, "roadmap.no_network"},
		}
		for _, tc := range refused {
			t.Log(tc.name)
			expectFault(t, tc.do(), tc.kind, tc.message)
		}
		for _, step := range []struct {
			version  int64
			released bool
			want     int64
		}{{1, false, 1}, {1, true, 2}, {2, true, 2}, {2, false, 3}} {
			if err := s.Release(ctx, manager, id, step.version, step.released); err != nil {
				t.Fatal(err)
			}
			r, err := s.Roadmap(ctx, operator, id)
			if err != nil || r.Version != step.want || !r.ReleasedAt.IsZero() != step.released || (step.released && !r.ReleasedAt.Equal(at)) {
				t.Errorf("after Release(%d, %v): version %d, released %v, %v", step.version, step.released, r.Version, r.ReleasedAt, err)
			}
		}
		var trail []string
		if err := db.Read().NewRaw("SELECT action FROM audit_entry WHERE subject = 'roadmap' AND subject_id = ? AND actor = ? ORDER BY id", id, manager.Name).Scan(ctx, &trail); err != nil {
			t.Fatal(err)
		}
		if want := []string{"roadmap.release", "roadmap.withdraw"}; !slices.Equal(trail, want) {
			t.Errorf("trail = %q, want %q", trail, want)
		}
	})
}

// grown books projects that cost and last by the percentage more than was first thought. Their weights
// are alike.
func (d *desk) grown(code, on string, percent ...int64) {
	d.Helper()
	for i, p := range percent {
		first := estimate(on, 1000, "2025-01-01", "2025-04-10") // 100 days
		later := estimate(day(on).AddDays(1).String(), 1000+10*p, "2025-01-01", day("2025-04-10").AddDays(int(p)).String())
		d.newProject(fmt.Sprintf("%s%d", code, i), first, later)
	}
}

// exitWithdrawn records that a project left and that this turned out not to be so.
func (d *desk) exitWithdrawn(code, on string) {
	d.Helper()
	id := d.line(on, code).ID
	if err := d.service.RecordExit(context.Background(), operator, id, day(on), "Erreur"); err != nil {
		d.Fatal(err)
	}
	if _, err := d.db.Write().ExecContext(context.Background(), "UPDATE project_exit SET withdrawn_at = ? WHERE project_id = ?", at, id); err != nil {
		d.Fatal(err)
	}
}

// releasing is a network with two organisations that released their roadmap and one that did not.
type releasing struct {
	*testing.T
	network identity.Organisation
	a, b, c *desk
}

func newReleasing(t *testing.T, db *database.DB) *releasing {
	t.Helper()
	n := newNetwork(t, db)
	r := &releasing{t, n, newDesk(t, db, "a", nil).below(n), newDesk(t, db, "b", nil).below(n), newDesk(t, db, "c", nil).below(n)}
	r.a.grown("A", "2025-01-01", 10, 20, 30, 40)
	r.a.exitWithdrawn("A0", "2026-04-01")
	r.b.grown("B", "2025-01-01", 0, 0, 60)
	r.b.grown("NEW", "2026-03-01", 100)
	if err := r.b.service.RecordExit(context.Background(), operator, r.b.line("2026-01-01", "B0").ID, day("2026-04-01"), "Fini"); err != nil {
		t.Fatal(err)
	}
	r.c.grown("HIDDEN", "2025-01-01", 900)
	r.a.release(true)
	r.b.release(true)
	return r
}

// report is what the network sees.
func (r *releasing) report(on, since string) NetworkReport {
	r.Helper()
	rep, err := r.a.service.Network(context.Background(), networkReader(r.network, identity.RoleFinance), r.network.ID, day(on), day(since))
	if err != nil {
		r.Fatal(err)
	}
	return rep
}

// show says what figures hold in one line.
func show(f NetworkFigures) string {
	bp := func(v *money.BasisPoints) string {
		if v == nil {
			return "-"
		}
		return fmt.Sprint(*v)
	}
	out := fmt.Sprintf("%d, cost %s %s of %d, schedule %s, +%d -%d", f.Projects, bp(f.Cost.Mean), bp(f.Cost.Aggregate), f.Cost.N, bp(f.Schedule.Mean), f.Entries, f.Exits)
	if m := f.CostMove; m != nil {
		out += fmt.Sprintf(", %d = %d + %d + %d", m.Change, m.Exits, m.Real, m.Entries)
	}
	return out
}

func TestNetwork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newReleasing(t, db)
		rep := r.report("2026-06-30", "2026-01-01")
		if all := jsonOf(t, rep); strings.Contains(all, "HIDDEN") || strings.Contains(all, "Projet") || len(rep.Roadmaps) != 2 {
			t.Fatalf("the report holds projects or what was not released: %s", all)
		}
		// Of b the first left and a new one came: 160/7 became 260/7, over six that were there on both days.
		for name, tc := range map[string]struct{ got, want string }{
			"a":   {show(rep.Roadmaps[0].Figures), "4, cost 2500 2500 of 4, schedule 2500, +0 -0, 0 = 0 + 0 + 0"},
			"b":   {show(rep.Roadmaps[1].Figures), "3, cost 5333 5333 of 3, schedule 5333, +1 -1"},
			"all": {show(rep.All), "7, cost 3714 3714 of 7, schedule 3714, +1 -1, 1429 = 381 + 0 + 1048"},
		} {
			if tc.got != tc.want {
				t.Errorf("%s: %s, want %s", name, tc.got, tc.want)
			}
		}
		if s := rep.Currencies; len(s) != 1 || s[0].Projects != 7 || *s[0].SumCost != 7*euros(1000)+euros(2600) || s[0].BySize[0].N != 7 || *s[0].BySize[0].Mean != 3714 {
			t.Errorf("sums = %+v", s)
		}
		if h := rep.Roadmaps[0]; h.Organisation.Code != "a" || h.OrganisationID != r.a.org.ID || h.Code != "FDR" || h.Start != r.a.roadmap.Start || rep.Network.Code != "reseau" {
			t.Errorf("roadmap = %+v", h)
		}
		got, own := rep.Roadmaps[0], r.a.report("2026-06-30").Totals
		seen := jsonOf(t, []any{got.Figures.Cost, got.Figures.Schedule, got.Sums.SumCost, got.Sums.BySize})
		if want := jsonOf(t, []any{own.Cost, own.Schedule, own.SumCost, own.BySize}); seen != want {
			t.Errorf("the network sees %s, the roadmap's own report %s", seen, want)
		}
	})
}

// TestNetworkIsFresh: what is withdrawn is gone at once, what is booked is seen at once.
func TestNetworkIsFresh(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newReleasing(t, db)
		steps := []struct {
			name     string
			do       func()
			roadmaps int
			want     string
		}{
			{"at first", func() {}, 2, "7, cost 3714 3714 of 7, schedule 3714, +0 -0"},
			{"again", func() {}, 2, "7, cost 3714 3714 of 7, schedule 3714, +0 -0"},
			{"b withdraws", func() { r.b.release(false) }, 1, "4, cost 2500 2500 of 4, schedule 2500, +0 -0"},
			{"a books", func() { r.a.grown("MORE", "2026-01-01", 50) }, 1, "5, cost 3000 3000 of 5, schedule 3000, +0 -0"},
			{"a withdraws", func() { r.a.release(false) }, 0, "0, cost - - of 0, schedule -, +0 -0"},
		}
		for _, step := range steps {
			step.do()
			if rep := r.report("2026-06-30", ""); len(rep.Roadmaps) != step.roadmaps || show(rep.All) != step.want {
				t.Errorf("%s: %d roadmaps, %s, want %d, %s", step.name, len(rep.Roadmaps), show(rep.All), step.roadmaps, step.want)
			}
		}
		_, err := r.a.service.Network(context.Background(), operator, r.network.ID, day("2026-06-30"), day("2026-06-30"))
		expectFault(t, err, fault.KindInvalid, "network.since_after")
	})
}

func TestNetworkRights(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		network := newNetwork(t, db)
		d := newDesk(t, db, "a", nil).below(network)
		d.grown("A", "2025-01-01", 10, 20, 30)
		d.release(true)
		member := d.granted(identity.RoleAdministrator, identity.ScopeOrganisation, 0)
		tests := []struct {
			name    string
			actor   identity.Actor
			network int64
			message string // "": it is shown
			blind   bool
		}{
			{"operator", operator, network.ID, "", false},
			{"finance of the network", networkReader(network, identity.RoleFinance), network.ID, "", false},
			{"reader of the network", networkReader(network, identity.RoleReader), network.ID, "", true},
			{"administrator of a member", member, network.ID, "network.not_found", false},
			{"a member is no network", member, d.org.ID, "network.not_found", false},
			{"nor for the operator", operator, d.org.ID, "network.not_found", false},
			{"unknown", operator, 999, "network.not_found", false},
			{"nobody", identity.Actor{}, network.ID, "permission.nobody", false},
		}
		for _, tc := range tests {
			rep, err := d.service.Network(ctx, tc.actor, tc.network, day("2026-06-30"), day("2026-01-01"))
			if f := fault.As(err); (f != nil && f.Key != tc.message) || (f == nil && (tc.message != "" || err != nil)) {
				t.Errorf("%s: %v, want %q", tc.name, err, tc.message)
			}
			if tc.message != "" {
				continue
			}
			if rep.CostHidden != tc.blind || (rep.All.Cost.Mean == nil) != tc.blind || (rep.Currencies[0].SumCost == nil) != tc.blind || rep.All.Schedule.Mean == nil {
				t.Errorf("%s: %s", tc.name, jsonOf(t, rep))
			}
		}
	})
}

// TestNetworkShowsNoSingleProject: over one or two projects a mean is no more than their own figures.
func TestNetworkShowsNoSingleProject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		network := newNetwork(t, db)
		a, b := newDesk(t, db, "a", nil).below(network), newDesk(t, db, "b", func(in *RoadmapInput) { in.Roadmap.Currency = "RWF" }).below(network)
		a.grown("A", "2025-01-01", 10, 20)
		b.grown("B", "2025-01-01", 60, 0)
		a.release(true)
		b.release(true)
		rep, err := a.service.Network(context.Background(), operator, network.ID, day("2026-06-30"), day("2026-01-01"))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rep.Roadmaps {
			f, band := r.Figures, r.Sums.BySize[0]
			if f.Projects != 2 || f.Cost.N != 2 || band.N != 2 {
				t.Errorf("%s: the numbers are %+v, want 2", r.Organisation.Code, f)
			}
			if f.Cost.Mean != nil || f.Cost.Median != nil || f.Cost.Aggregate != nil || f.Cost.Weighted != nil || f.Schedule.Mean != nil || f.CostMove != nil || r.Sums.SumCost != nil || band.Mean != nil || band.ScheduleAggregate != nil {
				t.Errorf("%s: two projects are shown: %s", r.Organisation.Code, jsonOf(t, r))
			}
		}
		// Together they are enough, but amounts of two currencies have neither a sum nor an aggregate.
		if all := rep.All; all.Cost.N != 4 || *all.Cost.Mean != 2250 || all.Cost.Aggregate != nil || *all.Schedule.Aggregate != 2250 {
			t.Errorf("all = %s", jsonOf(t, rep.All))
		}
		if c := rep.Currencies; len(c) != 2 || c[0].Currency != "EUR" || c[1].Currency != "RWF" || c[0].WithCost != 2 || c[0].SumCost != nil {
			t.Errorf("currencies = %s", jsonOf(t, c))
		}
	})
}

// TestNetworkShowsNoRemainder: what is not shown must not be what is left of a sum.
func TestNetworkShowsNoRemainder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		network := newNetwork(t, db)
		a, b := newDesk(t, db, "a", nil).below(network), newDesk(t, db, "b", nil).below(network)
		a.grown("A", "2025-01-01", 10, 20, 30)
		b.grown("B", "2025-01-01", 60)
		a.release(true)
		b.release(true)
		read := func() NetworkReport {
			rep, err := a.service.Network(context.Background(), operator, network.ID, day("2026-06-30"), day("2026-01-01"))
			if err != nil {
				t.Fatal(err)
			}
			return rep
		}
		if rep := read(); rep.Roadmaps[0].Figures.Cost.Mean == nil || rep.All.Cost.N != 4 || rep.All.Cost.Mean != nil || rep.All.Cost.Aggregate != nil || rep.All.Schedule.Mean != nil || rep.All.CostMove != nil || rep.All.ScheduleMove != nil {
			t.Errorf("the mean over all gives b's only project away: %s", jsonOf(t, rep))
		}
		b.newProject("BIG", estimate("2025-01-01", 900_000_000, "2025-01-01", "2025-04-10"))
		b.grown("C", "2025-01-01", 40)
		rep := read()
		if rep.All.Cost.N != 6 || rep.All.Cost.Mean == nil || rep.All.Schedule.Mean == nil {
			t.Fatalf("all = %s", jsonOf(t, rep.All))
		}
		for _, band := range rep.Currencies[0].BySize {
			if band.Mean != nil || band.Aggregate != nil || band.ScheduleMean != nil || band.ScheduleAggregate != nil {
				t.Errorf("five of six are shown, which leaves one: %s", jsonOf(t, rep.Currencies[0]))
			}
		}
	})
}

func TestNetworkRunsAFixedNumberOfQueries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		network := newNetwork(t, db)
		count := dbtest.WatchQueries(db)
		var counts []int
		for i := range 10 {
			d := newDesk(t, db, fmt.Sprint("o", i), nil).below(network)
			d.grown("P", "2025-01-01", 10)
			d.release(true)
			for range 2 { // built, and held
				count.Taken()
				if rep, err := New(db, fixedClock).Network(t.Context(), operator, network.ID, day("2026-06-30"), day("2026-01-01")); err != nil || len(rep.Roadmaps) != i+1 {
					t.Fatalf("%d roadmaps, %v", len(rep.Roadmaps), err)
				}
				counts = append(counts, len(count.Taken()))
			}
		}
		if counts[0] != counts[18] {
			t.Errorf("queries with one roadmap: %d, with ten: %d", counts[0], counts[18])
		}
	})
}

// TestReleaseTwiceAtOnce: of two people with the same page before them one is told that it has changed.
func TestReleaseTwiceAtOnce(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil).below(newNetwork(t, db))
		results := make(chan error, 2)
		for range 2 {
			go func() { results <- d.service.Release(ctx, operator, d.roadmap.ID, 1, true) }()
		}
		first, second := <-results, <-results
		if first != nil {
			first, second = second, first
		}
		if first != nil {
			t.Fatal(first, second)
		}
		expectFault(t, second, fault.KindStale, "roadmap.stale")
	})
}
