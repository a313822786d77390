package governance

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

func TestFreeze(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.clock.set(paris("2026-03-20 09:00"))
		first, pdf := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03"})
		if first.Edition != 1 || first.FiguresOn != day("2026-03-05") || first.LateDays != 15 || first.PDFSHA256 != Fingerprint(pdf) || first.Size != len(pdf) || len(first.Errata) != 0 {
			t.Errorf("first = %+v", first)
		}
		if first.FileName() != "OPS-2026-03-1.pdf" {
			t.Errorf("file name %s", first.FileName())
		}

		// The books and the printer go on; the pack that exists is given as it is.
		c.newProject("P2", estimate("2026-03-01", 5, "", "", ""))
		c.clock.set(paris("2026-04-20 09:00"))
		c.press.meanwhile = func() error { return errJam }
		again, same := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03"})
		if again.ID != first.ID || !bytes.Equal(pdf, same) {
			t.Errorf("again = %+v with other bytes %v, want the first", again, !bytes.Equal(pdf, same))
		}
		c.press.meanwhile = nil

		second, _ := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03", Errata: []string{"P2 manquait"}})
		third, _ := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03", Errata: []string{"Coût de P1", "Nom de P2"}})
		if second.Edition != 2 || !slices.Equal(second.Errata, []string{"P2 manquait"}) || second.FiguresOn != first.FiguresOn {
			t.Errorf("second = %+v", second)
		}
		if third.Edition != 3 || !slices.Equal(third.Errata, []string{"P2 manquait", "Coût de P1", "Nom de P2"}) {
			t.Errorf("third = %+v", third)
		}
		if n := len(c.snapshot(second).Report.Projects); n != 2 {
			t.Errorf("the correction shows %d projects, want 2", n)
		}
		if last, _ := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03"}); last.ID != third.ID {
			t.Errorf("the pack of the period is edition %d, want the newest", last.Edition)
		}
		_, kept, err := c.service.PackPDF(ctx, c.member(), int64(first.ID))
		if err != nil || !bytes.Equal(kept, pdf) {
			t.Errorf("the first edition changed: %v", err)
		}
	})
}

func TestFreezeRefuses(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.newCommittee("TAC", quarterly, nil)
		c.clock.set(paris("2026-03-20 09:00"))
		tests := []struct {
			name string
			in   FreezeInput
			kind fault.Kind
			key  string
		}{
			{"an unknown committee", FreezeInput{Committee: "X", Period: "2026-03"}, fault.KindNotFound, "committee.not_found"},
			{"another organisation's", FreezeInput{OrganisationID: 999, Committee: "OPS", Period: "2026-03"}, fault.KindNotFound, "committee.not_found"},
			{"no period", FreezeInput{Committee: "OPS", Period: "2026-13"}, fault.KindInvalid, "cadence.period.invalid"},
			{"a quarter of a monthly one", FreezeInput{Committee: "OPS", Period: "2026-Q1"}, fault.KindInvalid, "pack.period_frequency"},
			{"a month of a quarterly one", FreezeInput{Committee: "TAC", Period: "2026-03"}, fault.KindInvalid, "pack.period_frequency"},
			{"a period to come", FreezeInput{Committee: "OPS", Period: "2026-04"}, fault.KindInvalid, "pack.period_in_future"},
			{"figures of tomorrow", FreezeInput{Committee: "OPS", Period: "2026-03", FiguresOn: day("2026-03-21")}, fault.KindInvalid, "pack.figures_in_future"},
			{"nothing was known", FreezeInput{Committee: "OPS", Period: "2026-02"}, fault.KindInvalid, "pack.empty"},
			{"nothing to correct", FreezeInput{Committee: "OPS", Period: "2026-03", Errata: []string{"Coquille"}}, fault.KindInvalid, "pack.nothing_to_correct"},
		}
		for _, tc := range tests {
			_, _, err := c.service.Freeze(ctx, operator, tc.in)
			expectFault(t, tc.name, err, tc.kind, tc.key)
		}
		c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03"})
		_, _, err := c.service.Freeze(ctx, operator, FreezeInput{Committee: "OPS", Period: "2026-03", FiguresOn: day("2026-03-19")})
		expectFault(t, "the pack that there is, with figures of another day", err, fault.KindConflict, "pack.other_day")
		for _, e := range []string{"", " \n", strings.Repeat("é", 2001), "\xff"} {
			_, _, err := c.service.Freeze(ctx, operator, FreezeInput{Committee: "OPS", Period: "2026-03", Errata: []string{e}})
			expectFault(t, fmt.Sprintf("the erratum %.20q", e), err, fault.KindInvalid, "pack.erratum")
		}
		_, _, err = c.service.Freeze(ctx, c.member(), FreezeInput{Committee: "OPS", Period: "2026-03"})
		expectFault(t, "a reader", err, fault.KindForbidden, "permission.denied")
		if n := c.count("SELECT count(*) FROM pack"); n != 1 {
			t.Errorf("%d packs, want 1", n)
		}
	})
}

// TestFreezeTwoAtOnce prints two first editions at once: one is booked, the other is refused.
func TestFreezeTwoAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.clock.set(paris("2026-03-20 09:00"))
		other := New(db, c.clock.now, &press{})
		c.press.meanwhile = func() error {
			_, _, err := other.Freeze(context.Background(), operator, FreezeInput{Committee: "OPS", Period: "2026-03"})
			return err
		}
		_, _, err := c.service.Freeze(context.Background(), operator, FreezeInput{Committee: "OPS", Period: "2026-03"})
		expectFault(t, "the slower one", err, fault.KindConflict, "pack.edition.taken")
		c.expectPacks("OPS", "2026-03/1 of 2026-03-05")
	})
}

func TestSince(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		p1 := c.newProject("A1", estimate("2026-03-01", 100_000, "2026-01-01", "2026-12-31", "build"))
		p2 := c.newProject("A2", estimate("2026-03-01", 200_000, "2026-01-01", "2026-12-31", "build"), estimate("2026-03-02", 300_000, "2026-01-01", "2026-12-31", ""))
		c.newProject("A3", estimate("2026-03-01", 50_000, "2026-01-01", "2026-12-31", "run"))
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(c.portfolio.AddMilestones(ctx, operator, p1, day("2026-03-01"), []portfolio.Milestone{{Code: "M1", Name: "Recette", BaselineOn: day("2026-03-31"), Position: 1}, {Code: "M2", Name: "Bilan", BaselineOn: day("2026-12-31"), Position: 2}}))
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		if s := c.snapshot(c.card("OPS").Packs[0]); s.Since != nil || len(s.Questions) != 0 {
			t.Errorf("the first pack: since %+v, questions %v, want none", s.Since, s.Questions)
		}
		c.book(p1, estimate("2026-03-20", 130_000, "2026-01-01", "2027-06-30", "pilot"))
		must(c.portfolio.ForecastMilestones(ctx, operator, p1, []portfolio.ForecastInput{{Code: "M1", AsOf: day("2026-04-08"), DueOn: day("2026-03-31"), ReachedOn: day("2026-04-07")}}))
		must(c.portfolio.RecordExit(ctx, operator, p2, day("2026-04-01"), "Repris par la région"))
		c.newProject("A4", estimate("2026-04-02", 10_000, "", "", "framing"))
		must(c.portfolio.ReportStatuses(ctx, operator, c.roadmap.ID, []portfolio.StatusReport{{ProjectID: p1, Period: "2026-03", On: day("2026-03-31"), Author: "Anne", Schedule: portfolio.Side{Weather: portfolio.WeatherStorm}, NeedsDecision: "Prolonger ?"}}))
		c.clock.set(paris("2026-04-09 05:30"))
		for _, on := range []string{"2026-03-05", "2026-03-10", "2026-04-09"} {
			if _, err := c.service.Decide(ctx, operator, DecideInput{OrganisationID: c.org.ID, CommitteeCode: "OPS", Title: "Du " + on, Question: "Quoi ?", Outcome: "Oui", On: day(on)}); err != nil {
				t.Fatal(err)
			}
		}
		c.expectTick("2026-04-09 06:00", "OPS 2026-04 frozen")
		s := c.snapshot(c.card("OPS").Packs[0])
		got := s.Since.words()
		for _, q := range s.Questions {
			got = append(got, fmt.Sprintf("asked %s %s", q.Project.Code, q.Text))
		}
		for _, d := range s.Decisions {
			got = append(got, "decided "+d.Title)
		}
		want := []string{"since 2026-03/1 2026-03-05 to 2026-04-09", "entered A4 10000.00", "left A2 300000.00 Repris par la région", "moved A1 build to pilot",
			"recoloured A1 schedule green to red", "recoloured A1 cost green to red", "slipped A1 181", "costlier A1 100000.00 to 130000.00 3000", "reached A1 Recette 7",
			"asked A1 Prolonger ?", "decided Du 2026-04-09", "decided Du 2026-03-10"}
		if !slices.Equal(got, want) {
			t.Errorf("since:\n got %q\nwant %q", got, want)
		}
		for name, m := range map[string]*DriftMove{"cost mean": s.Since.Cost.Mean, "cost aggregate": s.Since.Cost.Aggregate, "schedule mean": s.Since.Schedule.Mean, "schedule aggregate": s.Since.Schedule.Aggregate} {
			if m == nil || m.Exits+m.Real+m.Entries != m.Change || m.Change == 0 {
				t.Errorf("%s: %+v, want parts that sum to a change", name, m)
			}
		}
		if m := s.Since.Cost.Mean; m.Exits >= 0 || m.Real <= 0 || m.After != *s.Report.Totals.Cost.Mean {
			t.Errorf("cost mean = %+v: the worst left, one became dearer, and it ends at the report's %d", m, *s.Report.Totals.Cost.Mean)
		}
	})
}

// words writes down what changed.
func (s *SincePack) words() (out []string) {
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	add("since %s/%d %s to %s", s.Period, s.Edition, s.From, s.To)
	for _, e := range s.Entered {
		add("entered %s %s", e.Project.Code, e.Cost.Decimal(money.EUR))
	}
	for _, e := range s.Left {
		add("left %s %s %s", e.Project.Code, e.Cost.Decimal(money.EUR), e.Reason)
	}
	for _, m := range s.Moved {
		add("moved %s %s to %s", m.Project.Code, m.From, m.To)
	}
	for _, m := range s.Recoloured {
		add("recoloured %s %s %s to %s", m.Project.Code, m.Axis, m.From, m.To)
	}
	for _, m := range s.Slipped {
		add("slipped %s %d", m.Project.Code, m.Days)
	}
	for _, m := range s.Costlier {
		add("costlier %s %s to %s %d", m.Project.Code, m.From.Decimal(money.EUR), m.To.Decimal(money.EUR), *m.BP)
	}
	for _, m := range s.Reached {
		add("reached %s %s %d", m.Project.Code, m.Name, m.SlipDays)
	}
	return out
}

// TestSinceACorrection: a new edition is held against the same earlier pack as the one it corrects.
func TestSinceACorrection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		c.expectTick("2026-04-09 06:00", "OPS 2026-04 frozen")
		corrected, _ := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-04", Errata: []string{"Coquille"}})
		if s := c.snapshot(corrected); s.Since == nil || s.Since.Period != "2026-03" {
			t.Errorf("since %+v, want 2026-03", s.Since)
		}
		c.expectTick("2026-05-07 06:00", "OPS 2026-05 frozen")
		if s := c.snapshot(c.card("OPS").Packs[0]); s.Since.Period != "2026-04" || s.Since.Edition != 2 {
			t.Errorf("since %s edition %d, want the correction", s.Since.Period, s.Since.Edition)
		}
	})
}

func TestAgain(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		in := FreezeInput{Committee: "OPS", Period: "2026-03"}
		_, pdf := c.freeze(in)
		c.newProject("P2", estimate("2026-03-01", 5, "", "", ""))
		_, again, same, err := c.service.Again(ctx, c.member(), in)
		if err != nil || !same || !bytes.Equal(again, pdf) {
			t.Errorf("again: same %v, %v", same, err)
		}
		other := New(db, c.clock.now, pressOf("2"))
		if _, _, same, err := other.Again(ctx, c.member(), in); err != nil || same {
			t.Errorf("by another printer: same %v, %v, want a difference", same, err)
		}
		_, _, _, err = New(db, c.clock.now, newPress{"2"}).Again(ctx, c.member(), in)
		expectFault(t, "typeset in another way since", err, fault.KindConflict, "pack.typeset_otherwise")
		_, _, _, err = c.service.Again(ctx, c.member(), FreezeInput{Committee: "OPS", Period: "2026-04"})
		expectFault(t, "a pack that was never made", err, fault.KindNotFound, "pack.not_found")
	})
}

// pressOf is a printer of another make.
type pressOf string

func (p pressOf) Render(*Snapshot, string) ([]byte, error) { return []byte(p), nil }
func (p pressOf) Method() string                           { return (&press{}).Method() }

// newPress typesets in another way than press did.
type newPress struct{ pressOf }

func (newPress) Method() string { return "press/2" }

func TestVerify(t *testing.T) {
	ctx := context.Background()
	tests := []struct {
		name, change string
		want         string
	}{
		{"untouched", "UPDATE pack SET late_days = late_days", "[]"},
		{"a snapshot with a blank more", "UPDATE pack SET snapshot = snapshot || ' ' WHERE period = '2026-04'", "[2026-04 snapshot]"},
		{"another figure", `UPDATE pack SET snapshot = replace(snapshot, '"cost":10000000', '"cost":9000000')`, "[2026-03 snapshot 2026-04 snapshot]"},
		{"a page exchanged", "UPDATE pack SET pdf = (SELECT k.pdf FROM pack AS k WHERE k.period = '2026-04') WHERE period = '2026-03'", "[2026-03 pdf]"},
		{"a page and its fingerprint", "UPDATE pack SET (pdf, pdf_sha256) = (SELECT k.pdf, k.pdf_sha256 FROM pack AS k WHERE k.period = '2026-04') WHERE period = '2026-03'", "[2026-03 trail]"},
		{"another edition", "UPDATE pack SET edition = 2 WHERE period = '2026-03'", "[2026-03 trail]"},
		{"a committee of another code", "UPDATE committee SET code = 'X'", "[]"},
		{"a fingerprint", "UPDATE pack SET pdf_sha256 = snapshot_sha256, snapshot_sha256 = pdf_sha256 WHERE period = '2026-03'", "[2026-03 snapshot 2026-03 pdf]"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				c := newMonthly(t, db)
				c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
				c.expectTick("2026-04-09 06:00", "OPS 2026-04 frozen")
				if _, err := db.Write().ExecContext(ctx, tc.change); err != nil {
					t.Fatal(err)
				}
				checked, faults, err := c.service.Verify(ctx, operator)
				var got []string
				for _, f := range faults {
					got = append(got, f.Pack.Period+" "+f.What)
				}
				if err != nil || checked != 2 || fmt.Sprint(got) != tc.want {
					t.Errorf("Verify = %d packs, %v, %v, want 2, %s", checked, got, err, tc.want)
				}
			})
		})
	}
}

// TestVerifyMissesAPack takes a pack away altogether.
func TestVerifyMissesAPack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newMonthly(t, db)
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		c.expectTick("2026-04-09 06:00", "OPS 2026-04 frozen")
		if _, err := db.Write().ExecContext(ctx, "DELETE FROM pack WHERE period = '2026-03'"); err != nil {
			t.Fatal(err)
		}
		checked, faults, err := c.service.Verify(ctx, operator)
		if err != nil || checked != 1 || len(faults) != 1 || faults[0].What != "missing" || faults[0].Pack.Period != "2026-03" || faults[0].Pack.Committee != "OPS" {
			t.Errorf("Verify = %d, %+v, %v", checked, faults, err)
		}
	})
}

func TestPackUnknown(t *testing.T) {
	c := newMonthly(t, dbtest.SQLite(t))
	_, _, err := c.service.PackPDF(context.Background(), c.member(), 999)
	expectFault(t, "PackPDF", err, fault.KindNotFound, "pack.not_found")
	_, _, err = c.service.PackSnapshot(context.Background(), c.member(), 999)
	expectFault(t, "PackSnapshot", err, fault.KindNotFound, "pack.not_found")
}

// TestSnapshotIsTheSameOnBothDatabases tells one short story on each.
func TestSnapshotIsTheSameOnBothDatabases(t *testing.T) {
	var prints []string
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.newProject("A1", estimate("2026-03-01", 7, "2026-01-01", "2026-12-31", "build"), estimate("2026-03-02", 8, "2026-01-01", "2027-12-31", ""))
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		c.expectTick("2026-04-09 06:00", "OPS 2026-04 frozen")
		for _, p := range c.card("OPS").Packs {
			prints = append(prints, p.SnapshotSHA256)
		}
	})
	if len(prints) == 4 && !slices.Equal(prints[:2], prints[2:]) {
		t.Errorf("fingerprints %v differ", prints)
	}
}

func TestCommitteeCards(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.newCommittee("STRAT", yearly, func(m *Committee) { m.Level, m.Until = Strategic, day("2026-12-31") })
		cards, err := c.service.Committees(ctx, c.member(), c.roadmap.ID, paris("2026-03-11 09:00"))
		if err != nil || len(cards) != 2 {
			t.Fatalf("%d cards, %v", len(cards), err)
		}
		ops, strat := cards[0], cards[1]
		if ops.Code != "OPS" || ops.Roadmap.Code != "FDR" || ops.NextFreeze != day("2026-04-09") || len(ops.NextSittings) != 3 || ops.NextSittings[0].On != day("2026-04-14") || len(ops.Members) != 1 || ops.Members[0].Role != "présidente" {
			t.Errorf("OPS = %+v", ops)
		}
		if len(strat.NextSittings) != 1 || strat.NextSittings[0].On != day("2026-12-07") {
			t.Errorf("STRAT sits %v, want once", strat.NextSittings)
		}
		other, err := c.service.Committees(ctx, c.member(), 999, paris("2026-03-11 09:00"))
		if err != nil || len(other) != 0 {
			t.Errorf("committees of another roadmap: %v, %v", other, err)
		}
		_, err = c.service.Committee(ctx, c.member(), "X", paris("2026-03-11 09:00"))
		expectFault(t, "unknown", err, fault.KindNotFound, "committee.not_found")
	})
}

func TestCreateCommitteeRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		foreign := newChamber(t, db, "b", c.clock.now())
		tests := []struct {
			name   string
			change func(*Committee)
			kind   fault.Kind
			key    string
			fields int
		}{
			{"a code that is taken", func(m *Committee) { m.Code = "OPS" }, fault.KindConflict, "committee.code.taken", 0},
			{"a roadmap of others", func(m *Committee) { m.RoadmapID = foreign.roadmap.ID }, fault.KindNotFound, "roadmap.not_found", 0},
			{"no roadmap", func(m *Committee) { m.RoadmapID = 999 }, fault.KindNotFound, "roadmap.not_found", 0},
			{"everything wrong", func(m *Committee) {
				*m = Committee{OrganisationID: c.org.ID, RoadmapID: c.roadmap.ID, Cadence: m.Cadence, LeadDays: 91, TimeZone: "Local", Locale: "de", Level: "high", Until: day("2020-01-01")}
			}, fault.KindInvalid, "input.invalid", 7},
			{"until before from", func(m *Committee) { m.Until = m.From.AddDays(-1) }, fault.KindInvalid, "input.invalid", 1},
			{"control characters", func(m *Committee) {
				m.Code, m.Name, m.Members = "N\x1b", "Comité\n", []Member{{Name: "Zoé\x00"}, {Role: "DG"}}
			}, fault.KindInvalid, "input.invalid", 4},
			{"a name that is too long", func(m *Committee) { m.Name = strings.Repeat("é", 301) }, fault.KindInvalid, "input.invalid", 1},
			{"a rule that is none", func(m *Committee) { m.Cadence.Month = 13 }, fault.KindInvalid, "input.invalid", 1},
		}
		for _, tc := range tests {
			m := c.card("OPS").Committee
			m.Code = "NEW"
			tc.change(&m)
			_, err := c.service.CreateCommittee(context.Background(), operator, m)
			expectFault(t, tc.name, err, tc.kind, tc.key)
			if f := fault.As(err); f != nil && len(f.Fields) != tc.fields {
				t.Errorf("%s: fields %v, want %d", tc.name, f.Fields, tc.fields)
			}
		}
		if n := c.count("SELECT count(*) FROM committee"); n != 1 {
			t.Errorf("%d committees, want 1", n)
		}
	})
}
