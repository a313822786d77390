package governance

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// expectTick lets the replica "a" do what is due and compares.
func (c *chamber) expectTick(at string, want ...string) {
	c.Helper()
	if got := c.tick(c.service, "a", paris(at)); !slices.Equal(got, want) {
		c.Errorf("tick of %s: %q, want %q", at, got, want)
	}
}

// expectPacks compares the packs of a committee.
func (c *chamber) expectPacks(code string, want ...string) {
	c.Helper()
	if got := c.packs(code); !slices.Equal(got, want) {
		c.Errorf("packs of %s: %q, want %q", code, got, want)
	}
}

// newMonthly founds a chamber with a project and a committee OPS that sits on Tuesdays: 10 March,
// 14 April, 12 May, 9 June 2026 …; its packs are frozen on Thursday 5 March, 9 April, 7 May, 4 June.
func newMonthly(t *testing.T, db *database.DB) *chamber {
	c := newChamber(t, db, "a", paris("2026-03-01 09:00"))
	c.newProject("P1", estimate("2026-03-01", 100_000, "2026-03-01", "2027-02-28", "build"))
	c.newCommittee("OPS", monthly, nil)
	return c
}

func TestFreezeDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.expectTick("2026-03-05 05:59")
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		c.expectTick("2026-03-05 06:00")
		c.expectTick("2026-04-09 06:01", "OPS 2026-04 frozen")
		c.expectPacks("OPS", "2026-03/1 of 2026-03-05", "2026-04/1 of 2026-04-09")
		if s := c.snapshot(c.card("OPS").Packs[0]); s.LateDays != 0 || s.FrozenAt != "2026-04-09T06:01:00+02:00" || s.FrozenBy != "" || s.Since == nil || s.Since.Period != "2026-03" {
			t.Errorf("snapshot: late %d, frozen at %s by %s, since %+v", s.LateDays, s.FrozenAt, s.FrozenBy, s.Since)
		}
	})
}

func (c *chamber) card(code string) CommitteeCard {
	c.Helper()
	card, err := c.service.CommitteeOf(context.Background(), operator, c.org.Code, code, c.clock.now())
	if err != nil {
		c.Fatal(err)
	}
	return card
}

func TestFreezeDueAfterMachineWasOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.newCommittee("TAC", quarterly, nil)
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		c.expectTick("2026-05-14 08:30", "OPS 2026-04 skipped", "OPS 2026-05 frozen late 7", "TAC 2026-Q2 frozen late 48")
		c.expectTick("2026-05-14 08:31")
		c.expectPacks("OPS", "2026-03/1 of 2026-03-05", "2026-05/1 of 2026-05-07")
		if s := c.snapshot(c.card("OPS").Packs[0]); s.LateDays != 7 || s.Since.Period != "2026-03" {
			t.Errorf("late %d days, since %s, want 7 and 2026-03", s.LateDays, s.Since.Period)
		}
		c.expectTick("2026-06-04 06:00", "OPS 2026-06 frozen")
	})
}

func TestFreezeDueExists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.clock.set(paris("2026-03-04 12:00"))
		byHand, _ := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03"})
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 exists")
		c.expectTick("2026-03-05 06:01")
		c.expectPacks("OPS", "2026-03/1 of 2026-03-04")
		if byHand.FiguresOn != day("2026-03-04") {
			t.Errorf("figures of the pack made by hand: %s", byHand.FiguresOn)
		}
	})
}

func TestFreezeDueEmptyPortfolio(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newChamber(t, db, "a", paris("2026-03-01 09:00"))
		c.newCommittee("OPS", monthly, nil)
		p := c.newProject("P1")
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 empty")
		c.expectTick("2026-03-05 06:01")
		c.book(p, estimate("2026-03-06", 100, "", "", ""))
		c.expectTick("2026-04-09 06:00", "OPS 2026-04 frozen")
		c.expectPacks("OPS", "2026-04/1 of 2026-04-09")
	})
}

func TestFreezeDueWithinTheCommitteesLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newChamber(t, db, "a", paris("2026-03-01 09:00"))
		c.newProject("P1", estimate("2026-03-01", 100, "", "", ""))
		c.newCommittee("OPS", monthly, func(m *Committee) { m.From, m.Until = day("2026-04-01"), day("2026-05-12") })
		c.expectTick("2026-03-05 06:00")
		c.expectTick("2026-08-01 06:00", "OPS 2026-04 skipped", "OPS 2026-05 frozen late 86")
		c.expectTick("2027-08-01 06:00")
		c.expectPacks("OPS", "2026-05/1 of 2026-05-07")
	})
}

// TestFreezeDueRetries lets the printer jam.
func TestFreezeDueRetries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.newCommittee("ALT", monthly, func(m *Committee) { m.Level = Tactical })
		jams := 1
		c.press.meanwhile = func() error {
			if jams--; jams >= 0 {
				return errJam
			}
			return nil
		}
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 failed", "ALT 2026-03 frozen")
		c.expectTick("2026-03-05 06:14")
		c.expectTick("2026-03-05 06:15", "OPS 2026-03 frozen takeover")
		c.expectPacks("OPS", "2026-03/1 of 2026-03-05")
	})
}

// TestFreezeDueResumesADeadReplica kills a replica while it prints: it can neither finish nor
// release its claim.
func TestFreezeDueResumesADeadReplica(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		dying := New(db, c.clock.now, &press{meanwhile: func() error { panic("killed") }})
		func() {
			defer func() { _ = recover() }()
			c.tick(dying, "dying", paris("2026-03-05 06:00"))
		}()
		c.expectTick("2026-03-05 06:09")
		c.expectTick("2026-03-05 06:10", "OPS 2026-03 frozen takeover")
		c.expectTick("2026-03-05 06:11")
		c.expectPacks("OPS", "2026-03/1 of 2026-03-05")
	})
}

// TestFreezeDueRefusesALateReplica lets a replica stand still while it prints, beyond its lease: its
// heir makes the pack, and what it writes when it wakes is refused.
func TestFreezeDueRefusesALateReplica(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		heir := New(db, c.clock.now, &press{})
		c.press.meanwhile = func() error {
			if got := c.tick(heir, "heir", paris("2026-03-05 06:10")); !slices.Equal(got, []string{"OPS 2026-03 frozen takeover"}) {
				t.Errorf("the heir's tick: %q", got)
			}
			return nil
		}
		c.clock.set(paris("2026-03-05 06:00"))
		results, err := c.service.FreezeDue(context.Background(), operator, "late", c.clock.now())
		if err != nil || len(results) != 1 || results[0].Outcome != "failed" || fault.KindOf(results[0].Err) != fault.KindStale {
			t.Errorf("the late replica: %+v, %v, want failed and stale", results, err)
		}
		c.press.meanwhile = nil
		c.expectTick("2026-03-05 06:30")
		c.expectPacks("OPS", "2026-03/1 of 2026-03-05")
		if n := c.count("SELECT count(*) FROM audit_entry WHERE action = 'pack.freeze'"); n != 1 {
			t.Errorf("%d audit entries of packs, want 1", n)
		}
	})
}

func (c *chamber) count(query string) (n int) {
	c.Helper()
	if err := c.db.Read().NewRaw(query).Scan(context.Background(), &n); err != nil {
		c.Fatal(err)
	}
	return n
}

// TestFreezeDueByTwoSchedulers lets two replicas tick at once, every day of four months.
func TestFreezeDueByTwoSchedulers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.newCommittee("TAC", quarterly, nil)
		replicas := []*Service{c.service, New(db, c.clock.now, &press{})}
		var mu sync.Mutex
		frozen := map[string]int{}
		for at := paris("2026-03-01 06:00"); at.Before(paris("2026-07-01 00:00")); at = at.Add(24 * time.Hour) {
			c.clock.set(at)
			var wg sync.WaitGroup
			for i, s := range replicas {
				wg.Go(func() {
					results, err := s.FreezeDue(context.Background(), operator, fmt.Sprint(i), at)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					for _, r := range results {
						if frozen[r.Committee+" "+r.Period]++; r.Outcome != "frozen" {
							t.Errorf("%s: %+v", at, r)
						}
					}
				})
			}
			wg.Wait()
		}
		c.expectPacks("TAC", "2026-Q2/1 of 2026-03-27", "2026-Q3/1 of 2026-06-26")
		if got := len(c.packs("OPS")); got != 4 || len(frozen) != 6 {
			t.Errorf("%d monthly packs, slots %v", got, frozen)
		}
		for slot, n := range frozen {
			if n != 1 {
				t.Errorf("%s was settled %d times", slot, n)
			}
		}
	})
}

// TestFreezeDueClockJumps sets the clock a year forward and back again: the jump makes one pack, and
// the year that was jumped over gets its packs in its time, none twice.
func TestFreezeDueClockJumps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		jumped := c.tick(c.service, "a", paris("2027-03-12 06:00"))
		if len(jumped) != 12 || jumped[11] != "OPS 2027-03 frozen late 8" || strings.Count(strings.Join(jumped, ","), "skipped") != 11 {
			t.Errorf("after the jump: %q, want one pack and eleven skipped", jumped)
		}
		var made []string
		for at := paris("2026-03-06 06:00"); at.Before(paris("2027-04-07 00:00")); at = at.Add(7 * 24 * time.Hour) {
			made = append(made, c.tick(c.service, "a", at)...)
		}
		if len(made) != 11 || strings.Contains(strings.Join(made, ","), "skipped") || !strings.HasPrefix(made[0], "OPS 2026-04 frozen") || !strings.HasPrefix(made[10], "OPS 2027-02 frozen") {
			t.Errorf("after the clock was put right: %q, want the eleven packs of 2026-04 to 2027-02", made)
		}
		c.expectTick("2027-04-08 06:00", "OPS 2027-04 frozen")
	})
}

// TestFreezeDueClockGoesBack repeats hours that were: nothing comes twice.
func TestFreezeDueClockGoesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		for range 3 {
			c.expectTick("2026-03-05 05:00")
			c.expectTick("2026-03-05 06:30")
		}
		c.expectPacks("OPS", "2026-03/1 of 2026-03-05")
	})
}

func TestFreezeDueKeepsOrganisationsApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		a := newMonthly(t, db)
		b := newChamber(t, db, "b", paris("2026-03-01 09:00"))
		b.newProject("P1", estimate("2026-03-01", 1, "", "", ""))
		b.newCommittee("OPS", monthly, nil)
		a.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen", "OPS 2026-03 frozen")
		_, err := a.service.Committee(context.Background(), operator, "OPS", a.clock.now())
		expectFault(t, "a code that two organisations use", err, fault.KindInvalid, "committee.ambiguous")
		card, _ := b.freeze(FreezeInput{OrganisationID: b.org.ID, Committee: "OPS", Period: "2026-03"})
		if got := b.snapshot(card).Report.Organisation.Code; got != "b" {
			t.Errorf("b's pack is about %s", got)
		}
	})
}

func TestFreezeDueNeedsPermission(t *testing.T) {
	c := newMonthly(t, dbtest.SQLite(t))
	// Whoever may freeze every pack of an organisation may not freeze those of all.
	_, err := c.service.FreezeDue(context.Background(), as(identity.RoleRoadmapManager, identity.Within(c.org.ID)), "a", paris("2026-03-05 06:00"))
	expectFault(t, "a manager", err, fault.KindForbidden, "permission.denied")
}

// TestTwoYears runs the clock through two years, a day at a time and, around the clock changes of
// Paris, an hour at a time; with JALON_TORTURE=1 every hour of the two years.
func TestTwoYears(t *testing.T) {
	start, end := paris("2026-01-01 00:30"), paris("2028-01-01 00:00")
	torture := os.Getenv("JALON_TORTURE") == "1"
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newChamber(t, db, "a", start)
		c.newProject("P1", estimate("2026-01-01", 100_000, "2026-01-01", "2028-12-31", "build"))
		committees := []Committee{
			c.newCommittee("OPS", monthly, nil), c.newCommittee("TAC", quarterly, nil), c.newCommittee("STRAT", yearly, nil),
			c.newCommittee("HALF", "half-yearly month 3 last friday 09:00 preceding", func(m *Committee) { m.LeadDays = 0 }),
			c.newCommittee("NYC", "monthly last day 18:00 preceding", func(m *Committee) { m.TimeZone = "America/New_York" }),
			c.newCommittee("AKL", "monthly day 1 03:00", func(m *Committee) { m.TimeZone, m.LeadDays = "Pacific/Auckland", 0 }), // before six: frozen as it sits
		}
		got := map[string][]string{}
		for at, step := start, time.Duration(0); !at.After(end); at = at.Add(step) {
			if step = 24 * time.Hour; torture || nearClockChange(at) {
				step = time.Hour
			}
			if rest := end.Sub(at); rest > 0 && rest < step { // the last tick is at the end
				step = rest
			}
			for _, line := range c.tick(c.service, "a", at) {
				code, rest, _ := strings.Cut(line, " ")
				period, outcome, _ := strings.Cut(rest, " ")
				if outcome != "frozen" && !strings.HasPrefix(outcome, "frozen late 1") {
					t.Errorf("%s: %s", at, line)
				}
				got[code] = append(got[code], period)
			}
		}
		for _, m := range committees {
			if want := periods(m, start, end); !slices.Equal(got[m.Code], want) || len(c.packs(m.Code)) != len(want) {
				t.Errorf("%s: packs of %v, want %v", m.Code, got[m.Code], want)
			}
		}
		if checked, faults, err := c.service.Verify(context.Background(), operator); err != nil || len(faults) != 0 || checked < 80 {
			t.Errorf("Verify: %d packs, %v, %v", checked, faults, err)
		}
	})
}

// nearClockChange tells whether clocks in Paris change within a day.
func nearClockChange(at time.Time) bool {
	paris := at.Location()
	_, before := at.Add(-24 * time.Hour).In(paris).Zone()
	_, after := at.Add(24 * time.Hour).In(paris).Zone()
	return before != after
}
