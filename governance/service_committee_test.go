package governance

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// TestCommitteeOf: a code is ambiguous only among the committees that the reader sees.
func TestCommitteeOf(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		a, b := newMonthly(t, db), newChamber(t, db, "b", paris("2026-03-01 09:00"))
		b.newCommittee("OPS", monthly, nil)
		tests := []struct {
			name               string
			actor              identity.Actor
			organisation, code string
			want               string // organisation of the committee, or key of the fault
		}{
			{"operator, any", operator, "", "OPS", "committee.ambiguous"},
			{"operator, the first", operator, "a", "OPS", "a"},
			{"operator, the second", operator, "b", "OPS", "b"},
			{"operator, unknown organisation", operator, "c", "OPS", "committee.not_found"},
			{"operator, no code", operator, "a", "", "committee.not_found"},
			{"reader of one", b.member(), "", "OPS", "b"},
			{"reader of one, of the other", b.member(), "a", "OPS", "committee.not_found"},
			{"reader of both", identity.SignedIn(1, "", append(a.member().Grants(), b.member().Grants()...)...), "", "OPS", "committee.ambiguous"},
		}
		for _, tc := range tests {
			card, err := a.service.CommitteeOf(ctx, tc.actor, tc.organisation, tc.code, a.clock.now())
			got := card.Organisation.Code
			if err != nil {
				got = fault.As(err).Key
			}
			if got != tc.want {
				t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
			}
		}
		card, err := b.service.Committee(ctx, b.member(), "OPS", b.clock.now())
		if err != nil || card.Organisation != (portfolio.Head{Code: "b", Name: "Département de b"}) || card.OrganisationID != b.org.ID || card.Roadmap.Name != "Feuille de route" {
			t.Errorf("card of b = %+v, %v", card, err)
		}
	})
}

func TestUpdateCommittee(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.clock.set(paris("2026-03-20 09:00"))
		pack, pdf := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03"})
		shown := c.snapshot(pack)

		in := c.card("OPS").Committee
		in.Code, in.Name, in.Level, in.Locale, in.LeadDays, in.TimeZone = "TACT", "Comité tactique", Tactical, "en", 8, "Europe/Lisbon"
		in.From, in.Until, in.RoadmapID, in.Members = day("2026-02-01"), day("2028-12-31"), 999, []Member{{Name: "Intrus"}}
		in.Cadence, _ = cadence.ParseRule(quarterly)
		got, err := c.service.UpdateCommittee(ctx, operator, 1, in)
		if err != nil || got.Version != 2 || got.RoadmapID != c.roadmap.ID {
			t.Fatalf("updated = %+v, %v", got, err)
		}
		card := c.card("TACT")
		if card.Name != in.Name || card.Level != Tactical || card.Locale != "en" || card.LeadDays != 8 || card.TimeZone != "Europe/Lisbon" || card.From != in.From || card.Until != in.Until ||
			card.Cadence != in.Cadence || card.RoadmapID != c.roadmap.ID || card.Version != 2 || len(card.Members) != 1 || card.Members[0].Name != "Anne Dupont" {
			t.Errorf("card = %+v", card)
		}
		if n := c.count("SELECT count(*) FROM audit_entry WHERE action = 'committee.update' AND details LIKE '%\"before\":{%\"Code\":\"OPS\"%' AND details LIKE '%\"after\":{%\"Code\":\"TACT\"%'"); n != 1 {
			t.Errorf("%d entries of the trail tell before and after, want 1", n)
		}

		// The pack that the old cadence gave stays, to the byte.
		_, kept, err := c.service.PackPDF(ctx, operator, int64(pack.ID))
		if err != nil || !bytes.Equal(kept, pdf) || c.snapshot(pack).Committee != shown.Committee || len(card.Packs) != 1 {
			t.Errorf("the frozen pack changed: %v", err)
		}
		c.expectTick("2026-03-25 09:00", "TACT 2026-Q2 frozen") // and the new one goes on behind it
		c.expectTick("2026-06-29 12:00", "TACT 2026-Q3 frozen late 5")
	})
}

func TestUpdateCommitteeRefuses(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.newCommittee("TAKEN", monthly, nil)
		tests := []struct {
			name    string
			version int64
			change  func(*Committee)
			kind    fault.Kind
			key     string
		}{
			{"a version of yesterday", 0, func(*Committee) {}, fault.KindStale, "committee.stale"},
			{"a version to come", 2, func(*Committee) {}, fault.KindStale, "committee.stale"},
			{"a code that is taken", 1, func(m *Committee) { m.Code = "TAKEN" }, fault.KindConflict, "committee.code.taken"},
			{"no name", 1, func(m *Committee) { m.Name = "" }, fault.KindInvalid, "input.invalid"},
			{"until before from", 1, func(m *Committee) { m.Until = m.From.AddDays(-1) }, fault.KindInvalid, "input.invalid"},
			{"an unknown one", 1, func(m *Committee) { m.ID = 999 }, fault.KindNotFound, "committee.not_found"},
			{"none", 1, func(m *Committee) { m.ID = 0 }, fault.KindNotFound, "committee.not_found"},
		}
		before := c.card("OPS")
		for _, tc := range tests {
			m := before.Committee
			tc.change(&m)
			_, err := c.service.UpdateCommittee(ctx, operator, tc.version, m)
			expectFault(t, tc.name, err, tc.kind, tc.key)
		}
		if after := c.card("OPS"); after.Version != 1 || after.Name != before.Name {
			t.Errorf("after = %+v", after.Committee)
		}
		if n := c.count("SELECT count(*) FROM audit_entry WHERE action = 'committee.update'"); n != 0 {
			t.Errorf("%d entries of nothing", n)
		}
	})
}

// TestUpdateCommitteeTwoAtOnce: of several who saw the same version one wins, the others are told.
func TestUpdateCommitteeTwoAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		m := c.card("OPS").Committee
		won, stale := atOnce(t, 6, func() error {
			_, err := c.service.UpdateCommittee(context.Background(), operator, m.Version, m)
			return err
		})
		if won != 1 || stale != 5 || c.card("OPS").Version != 2 {
			t.Errorf("%d won, %d were told, version %d", won, stale, c.card("OPS").Version)
		}
	})
}

// atOnce lets n try the same thing, and counts who won and who came too late.
func atOnce(t *testing.T, n int, try func() error) (won, stale int) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			err := try()
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case fault.KindOf(err) == fault.KindStale:
				stale++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	return won, stale
}

func TestPeriods(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newChamber(t, db, "a", paris("2025-01-01 09:00"))
		c.newCommittee("M", monthly, nil)
		c.newCommittee("Q", quarterly, func(m *Committee) { m.From = day("2025-07-01") })
		c.newCommittee("Y", yearly, func(m *Committee) { m.Until = day("2026-06-30") })
		tests := []struct {
			code string
			at   time.Time
			want string
		}{
			{"M", paris("2026-03-20 09:00"), "2026-03 2026-02 2026-01 2025-12 2025-11 2025-10 2025-09 2025-08 2025-07 2025-06 2025-05 2025-04 2025-03"},
			{"M", paris("2026-04-01 00:10"), "2026-04 2026-03 2026-02 2026-01 2025-12 2025-11 2025-10 2025-09 2025-08 2025-07 2025-06 2025-05 2025-04"},
			{"M", paris("2025-02-02 09:00"), "2025-02 2025-01"},
			{"M", paris("2024-06-01 09:00"), "2025-01"}, // it has not sat yet: its first sitting
			{"M", paris("2024-12-31 09:00"), "2025-01"},
			{"Q", paris("2026-03-20 09:00"), "2026-Q1 2025-Q4 2025-Q3"},
			{"Y", paris("2027-03-20 09:00"), "2025"},
		}
		for _, tc := range tests {
			got, err := c.service.Periods(ctx, operator, c.card(tc.code).ID, tc.at)
			if err != nil || strings.Join(got, " ") != tc.want {
				t.Errorf("%s on %s: %v, %v, want %s", tc.code, tc.at, got, err, tc.want)
			}
		}
	})
}

// TestPeriodsCanBeFrozen: what the form offers is not refused for its period.
func TestPeriodsCanBeFrozen(t *testing.T) {
	ctx := context.Background()
	c := newMonthly(t, dbtest.SQLite(t))
	c.clock.set(paris("2026-06-20 09:00"))
	m := c.card("OPS")
	offered, err := c.service.Periods(ctx, operator, m.ID, c.clock.now())
	if want := []string{"2026-06", "2026-05", "2026-04", "2026-03"}; err != nil || !slices.Equal(offered, want) {
		t.Fatalf("offered %v, %v, want %v", offered, err, want)
	}
	for _, p := range offered {
		if _, _, err := c.service.Freeze(ctx, operator, FreezeInput{CommitteeID: m.ID, Period: p}); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
}
