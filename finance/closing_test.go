package finance

import (
	"context"
	"slices"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// TestCertificateFigures is E19: 1 234 567.89 = 1 100 000 allocated + 100 000 unallocated + 34 567.89 excluded.
func TestCertificateFigures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		got := d.bookFile("oct",
			line{on: "2026-10-05", amount: 110_000_000, project: "P1"},
			line{on: "2026-10-19", amount: 10_000_000},
			line{on: "2026-09-20", amount: 3_456_789, kind: "ordre"})
		p := d.previewed(operator, "2026-10-31")
		f := p.Figures
		if want := (Tie{123_456_789, 110_000_000, 10_000_000, 3_456_789, 3}); f.ToDate[0].Tie != want || f.Delta() != 0 {
			t.Errorf("to date %+v, want %+v", f.ToDate[0].Tie, want)
		}
		if want := (Tie{120_000_000, 110_000_000, 10_000_000, 0, 2}); f.OfPeriod[0].Tie != want {
			t.Errorf("of October %+v, want %+v", f.OfPeriod[0].Tie, want)
		}
		if f.Reconciled == nil || *f.Reconciled != 9_189 || f.Open.Lines != 1 || f.Open.Sum != 10_000_000 || f.Open.Oldest == nil || *f.Open.Oldest != day("2026-10-19") || f.Open.Days != 12 {
			t.Errorf("reconciled %v, open %+v", f.Reconciled, f.Open)
		}
		if got := keysOf(p.Hindrances); !slices.Equal(got, []string{"certificate.earlier_open", "certificate.open_lines"}) {
			t.Errorf("hindrances %q", got)
		}
		d.accept(got[1])
		c := d.close("2026-10-31")
		if c.Seal == "" || c.PreviousSeal == "" || c.Number != 1 || c.FourEyes || c.Figures.Entries != 2 || c.Figures.Shares != 1 {
			t.Errorf("certificate %+v", c)
		}
		if _, err := d.sign(operator, "2026-11-01"); fault.As(err) == nil || fault.As(err).Key != "certificate.not_over" {
			t.Errorf("a period that runs was closed: %v", err)
		}
	})
}

func keysOf(all []Hindrance) (keys []string) {
	for _, h := range all {
		keys = append(keys, h.Key)
	}
	return keys
}

// TestReconciledShareHidesNothing: an open line and an open credit note of the same amount do not pass for nothing, and no share is
// rounded up to the whole.
func TestReconciledShareHidesNothing(t *testing.T) {
	for _, c := range []struct {
		gross, open money.Amount
		want        money.BasisPoints
	}{{100, 0, 10_000}, {100_000_00, 1, 9_999}, {200, 200, 0}, {3, 1, 6_666}, {10_000_00, 256_01, 9_743}, {10_000_00, 256_00, 9_744}, {9_000_000_000_000_000_00, 1, 9_999}} {
		if got := reconciledShare(c.gross, c.open); got == nil || *got != c.want {
			t.Errorf("share of %d open of %d = %v, want %d", c.open, c.gross, got, c.want)
		}
	}
	if reconciledShare(0, 0) != nil {
		t.Error("nothing is not wholly reconciled")
	}
}

func TestHindrances(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne, boris := d.as(identity.RoleFinance, "anne"), d.as(identity.RoleFinance, "boris")
		got := d.bookFile("jan", line{on: "2026-01-05", amount: 500}, line{on: "2026-01-06", amount: 700, project: "P1"})
		expect := func(actor identity.Actor, want ...string) {
			t.Helper()
			if keys := keysOf(d.previewed(actor, "2026-01-31").Hindrances); !slices.Equal(keys, want) {
				t.Errorf("hindrances %q, want %q", keys, want)
			}
		}
		expect(boris, "certificate.open_lines")
		d.allocateBy(anne, got[0], "P1", 500)
		expect(boris)
		expect(anne, "certificate.own_work")
		_, err := d.sign(anne, "2026-01-31")
		d.expectFault(err, fault.KindForbidden, "certificate.own_work")

		pending := d.pendingFile("february.csv")
		expect(boris, "certificate.pending_files")
		d.exec("UPDATE import_file SET state = 'dropped' WHERE id = ?", pending)

		a, err := d.service.Assert(ctx, boris, AssertInput{Organisation: d.org.ID, Year: d.yearAt("2026-01-01").ID, Until: 1, Flow: "DEP", Dimension: DimensionTotal, Expected: 1_300, Source: "suite"})
		if err != nil || a.Holds() || a.Computed != 1_200 {
			t.Fatalf("asserted %+v, %v", a, err)
		}
		expect(boris, "certificate.assertions")
		if err := d.service.WithdrawAssertion(ctx, boris, a.ID); err != nil {
			t.Fatal(err)
		}
		d.exec("UPDATE scope_total SET total = total + 1 WHERE organisation_id = ?", d.org.ID)
		expect(boris, "certificate.balances")
		d.exec("UPDATE scope_total SET total = total - 1 WHERE organisation_id = ?", d.org.ID)

		// Somebody who steers the roadmap signs only where finance has one officer, and the certificate says so.
		manager := d.as(identity.RoleRoadmapManager, "mona")
		expect(manager, "certificate.not_finance")
		d.exec("UPDATE finance_setting SET lone_officer = TRUE WHERE organisation_id = ?", d.org.ID)
		expect(manager)
		if d.previewed(manager, "2026-01-31").FourEyes || !d.previewed(boris, "2026-01-31").FourEyes {
			t.Error("four eyes are told wrongly")
		}
		y := d.yearAt("2026-01-01")
		sign := SignInput{Organisation: d.org.ID, Year: y.ID, Period: 1, Seen: d.factsVersion()}
		_, err = d.service.SignPeriod(ctx, d.as(identity.RoleReader, "rita"), sign)
		d.expectFault(err, fault.KindNotFound, "organisation.not_found")
		_, err = d.service.SignPeriod(ctx, d.as(identity.RoleProjectManager, "pia"), sign)
		d.expectFault(err, fault.KindForbidden, "permission.denied")
		_, err = d.service.SignPeriod(ctx, boris, SignInput{Organisation: d.org.ID, Year: y.ID, Period: 1, Seen: 1})
		d.expectFault(err, fault.KindStale, "certificate.books_moved")
		c, err := d.sign(boris, "2026-01-31")
		if err != nil || !c.FourEyes || c.SignedLabel != "boris" {
			t.Fatalf("signed %+v, %v", c, err)
		}
		_, err = d.service.SignPeriod(ctx, boris, SignInput{Organisation: d.org.ID, Year: y.ID, Period: 1, Seen: d.factsVersion()})
		d.expectFault(err, fault.KindConflict, "certificate.closed")
		other := newDesk(t, db, "marne")
		if _, err := d.service.Certificate(ctx, other.as(identity.RoleFinance, "zoe"), c.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another organisation sees the certificate: %v", err)
		}
	})
}

// factsVersion is the version of the books.
func (d *desk) factsVersion() int64 {
	d.Helper()
	s, err := findSettings(context.Background(), d.db.Read(), d.org.ID)
	if err != nil {
		d.Fatal(err)
	}
	return s.FactsVersion
}

func TestRuleAuthorMayNotSign(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		anne := d.as(identity.RoleFinance, "anne")
		var rule int64
		if err := db.Write().NewRaw("INSERT INTO match_rule (organisation_id, state) VALUES (?, 'active') RETURNING id", d.org.ID).Scan(context.Background(), &rule); err != nil {
			t.Fatal(err)
		}
		d.exec(`INSERT INTO match_rule_version (organisation_id, rule_id, version, name, rank, priority, conditions, action, recorded_by, recorded_at)
			VALUES (?, ?, 1, 'r', 3, 1, '[]', '{}', ?, ?)`, d.org.ID, rule, anne.Name, d.clock.now())
		d.exec("UPDATE match_rule SET state = 'retired' WHERE id = ?", rule)
		d.bookFile("jan", line{on: "2026-01-06", amount: 700, project: "P1"})
		d.exec("UPDATE allocation SET rule_id = ?, rule_version = 1 WHERE organisation_id = ?", rule, d.org.ID)
		if got := keysOf(d.previewed(anne, "2026-01-31").Hindrances); !slices.Equal(got, []string{"certificate.own_work"}) {
			t.Errorf("hindrances of the author of the rule %q", got)
		}
		if got := keysOf(d.previewed(d.as(identity.RoleFinance, "boris"), "2026-01-31").Hindrances); len(got) != 0 {
			t.Errorf("hindrances of somebody else %q", got)
		}
	})
}

// TestSharerMayNotSign: who said by hand to which project a commitment belongs has allocated what is mandated on it.
func TestSharerMayNotSign(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		anne, boris := d.as(identity.RoleFinance, "anne"), d.as(identity.RoleFinance, "boris")
		d.bookFile("jan", line{on: "2026-01-06", amount: 700, project: "P1"})
		share := func(who identity.Actor, at time.Time) {
			d.exec("INSERT INTO commitment_share (organisation_id, commitment_id, project_id, share_bp, method, recorded_by, recorded_at) SELECT organisation_id, id, ?, 10000, 'manual', ?, ? FROM commitment",
				d.projects["P1"], who.Name, at)
		}
		d.exec("INSERT INTO commitment (organisation_id, number, section, state) VALUES (?, 'EJ1', 'F', 'open')", d.org.ID)
		d.exec("UPDATE posting SET commitment_id = (SELECT id FROM commitment)")
		d.exec("UPDATE commitment SET mandated = 700")
		share(anne, d.clock.now().Add(-time.Hour))
		share(boris, d.clock.now().Add(time.Hour)) // decided nothing of January
		if got := keysOf(d.previewed(anne, "2026-01-31").Hindrances); !slices.Equal(got, []string{"certificate.own_work"}) {
			t.Errorf("hindrances of who shared the commitment %q", got)
		}
		if _, err := d.sign(boris, "2026-01-31"); err != nil {
			t.Fatal(err)
		}
		clean(d)
		d.exec("UPDATE commitment_share SET recorded_by = ? WHERE recorded_by = ?", boris.Name, anne.Name)
		if got := d.broken(byHand()); !slices.Equal(got, []string{"i18"}) {
			t.Errorf("a certificate of who shared the commitment: broken %q", got)
		}
	})
}

// TestRekeyerMayNotSign: who replaced a number of a commitment said which commitment the lines of the old number belong to, even where others replaced it again.
func TestRekeyerMayNotSign(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne, boris, carla := d.as(identity.RoleFinance, "anne"), d.as(identity.RoleFinance, "boris"), d.as(identity.RoleFinance, "carla")
		got := d.bookFile("q1", line{on: "2026-01-06", amount: 700, project: "P1"}, line{on: "2026-02-06", amount: 300, project: "P1"})
		d.exec("UPDATE posting SET commitment_no = 'e-old' WHERE id = ?", got[0].ID)
		for who, in := range map[*identity.Actor]RekeyInput{&anne: {Old: "E-OLD", New: "E-MID", Reason: "engaged anew"}, &boris: {Old: "E-MID", New: "E-NEW", Reason: "engaged anew"}} {
			in.Organisation = d.org.ID
			if err := d.service.Rekey(ctx, *who, in); err != nil {
				t.Fatal(err)
			}
		}
		for _, who := range []identity.Actor{anne, boris} {
			p := d.previewed(who, "2026-01-31").Hindrances
			if !slices.Equal(keysOf(p), []string{"certificate.own_work"}) || p[0].Args[2] != int64(1) {
				t.Errorf("hindrances of %s %+v", who.Label, p)
			}
		}
		if _, err := d.sign(carla, "2026-01-31"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.sign(anne, "2026-02-28"); err != nil {
			t.Errorf("February holds no line of the number: %v", err)
		}
		clean(d)
		d.exec("UPDATE commitment_alias SET recorded_by = ?, recorded_at = ? WHERE new_number = 'E-NEW'", carla.Name, database.Instant(d.clock.now().Add(time.Hour)))
		clean(d) // replaced after the signature
		d.exec("UPDATE commitment_alias SET recorded_at = ? WHERE new_number = 'E-NEW'", database.Instant(d.clock.now().Add(-time.Hour)))
		if got := d.broken(byHand()); !slices.Equal(got, []string{"i18"}) {
			t.Errorf("a certificate of who replaced the number: broken %q", got)
		}
	})
}

// TestAccepterMayNotSign: who left a line open as known explained it, and somebody else signs.
func TestAccepterMayNotSign(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne, boris := d.as(identity.RoleFinance, "anne"), d.as(identity.RoleFinance, "boris")
		got := d.bookFile("jan", line{on: "2026-01-06", amount: 700}, line{on: "2026-01-07", amount: 300, project: "P1"})
		in := AcceptInput{Organisation: d.org.ID, Posting: got[0].ID, Residual: 700, Reason: "litige"}
		accept := func(who identity.Actor) {
			t.Helper()
			if err := d.service.Accept(ctx, who, in); err != nil {
				t.Fatal(err)
			}
		}
		accept(boris)
		if err := d.service.Reopen(ctx, boris, in); err != nil {
			t.Fatal(err)
		}
		accept(anne)
		if got := keysOf(d.previewed(anne, "2026-01-31").Hindrances); !slices.Equal(got, []string{"certificate.own_work"}) {
			t.Errorf("hindrances of who accepted the line %q", got)
		}
		if _, err := d.sign(boris, "2026-01-31"); err != nil {
			t.Fatalf("who accepted the line no longer: %v", err)
		}
		clean(d)
		d.exec("UPDATE open_posting SET accepted_by = ?", boris.Name)
		if got := d.broken(byHand()); !slices.Equal(got, []string{"i18"}) {
			t.Errorf("a certificate of who accepted the line: broken %q", got)
		}
	})
}

func TestReopen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		anne, boris := d.as(identity.RoleFinance, "anne"), d.as(identity.RoleFinance, "boris")
		d.bookFile("q1", line{on: "2026-01-06", amount: 700, project: "P1"}, line{on: "2026-02-06", amount: 300, project: "P1"})
		for _, on := range []string{"2026-01-01", "2026-02-01"} {
			if _, err := d.sign(boris, on); err != nil {
				t.Fatal(err)
			}
		}
		d.expectFault(d.reopen(boris, "2026-03-01"), fault.KindConflict, "certificate.not_closed")
		d.expectFault(d.reopen(anne, "2026-01-01"), fault.KindConflict, "certificate.later_closed")
		d.expectFault(d.reopen(boris, "2026-02-01"), fault.KindForbidden, "certificate.same_person")

		// A correction of the closed January stands in March, and January's certificate stays what it was.
		late := d.bookFile("late", line{on: "2026-01-20", amount: 50, project: "P1"})
		if late[0].Period != 1 || late[0].BookedPeriod != 3 {
			t.Errorf("the correction is about %d and stands in %d", late[0].Period, late[0].BookedPeriod)
		}
		if err := d.reopen(anne, "2026-02-01"); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.reopen(anne, "2026-02-01"), fault.KindConflict, "certificate.not_closed")
		c, err := d.sign(boris, "2026-02-01")
		if err != nil || c.Number != 2 || c.Figures.ToDate[0].Total != 1_050 || c.Figures.Entries != 1 {
			t.Errorf("closed again %+v, %v", c, err)
		}
		all, err := d.service.Certificates(ctx, anne, d.org.ID)
		if err != nil || len(all) != 3 || all[0].ID != c.ID || all[1].Holds() || all[1].ReopenReason == "" || all[1].ReopenedBy != anne.Name || !all[2].Holds() {
			t.Errorf("certificates %+v, %v", all, err)
		}
		for _, q := range []struct {
			on    string
			found bool
			of    int
		}{{"2026-01-30", false, 0}, {"2026-01-31", true, 1}, {"2026-06-01", true, 2}} {
			got, found, err := LatestCertificate(ctx, db.Read(), d.org.ID, day(q.on))
			if err != nil || found != q.found || got.Period != q.of {
				t.Errorf("latest on %s = period %d, %v, %v", q.on, got.Period, found, err)
			}
		}
		clean(d)
	})
}

// TestYearCloses: the extra period is closed last, and does not hold up the year after.
func TestYearCloses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.bookFile("all", line{on: "2025-06-06", amount: 700, project: "P1"}, line{on: "2026-02-06", amount: 300, project: "P1"})
		if got := keysOf(d.previewed(operator, "2026-01-31").Hindrances); !slices.Equal(got, []string{"certificate.earlier_open"}) {
			t.Errorf("hindrances with the year before open %q", got)
		}
		d.close("2025-12-31")
		if y := d.yearAt("2025-06-01"); y.State != StateClosing {
			t.Errorf("the year is %s", y.State)
		}
		if _, err := d.sign(operator, "2026-01-31"); err != nil {
			t.Fatal(err)
		}
		y := d.yearAt("2025-06-01")
		_, err := d.service.SignPeriod(context.Background(), operator, SignInput{Organisation: d.org.ID, Year: y.ID, Period: ExtraPeriod, Seen: d.factsVersion()})
		if err != nil || d.yearAt("2025-06-01").State != StateClosed {
			t.Errorf("the year is %s, %v", d.yearAt("2025-06-01").State, err)
		}
		d.expectFault(d.reopen(operator, "2025-12-31"), fault.KindConflict, "certificate.later_closed")
		if got, _, _ := LatestCertificate(context.Background(), db.Read(), d.org.ID, day("2026-02-15")); got.Year != "2026" {
			t.Errorf("of two that end on the same day the latest is of %s", got.Year)
		}
		clean(d)
	})
}
