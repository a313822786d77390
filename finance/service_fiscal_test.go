package finance

import (
	"context"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// TestTransitionOfHalfAYear takes Rwanda from civil years to years from July on, by a half-year of 2009.
func TestTransitionOfHalfAYear(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := foundDesk(t, db, identity.Organisation{Code: "rw", Name: "MININFRA", Kind: identity.KindAdministration, Currency: "RWF", Locale: "en", TimeZone: "Africa/Kigali", Fiscal: fiscalFromJuly})
		add := func(code, start, end string) FiscalYear {
			y, err := d.service.AddFiscalYear(ctx, operator, d.org.ID, FiscalYear{Code: code, Start: day(start), End: day(end)})
			if err != nil {
				t.Fatal(err)
			}
			return y
		}
		add("2008", "2008-01-01", "2008-12-31")
		half := add("2009 H1", "2009-01-01", "2009-06-30")
		full := add("2009/10", "2009-07-01", "2010-06-30")
		if n := len(half.Periods); n != 7 || half.Periods[n-1].Number != ExtraPeriod {
			t.Errorf("the half-year has periods %+v, want six months and the extra one", half.Periods)
		}
		if n := len(full.Periods); n != 13 || full.Periods[12].Start != day("2010-07-01") {
			t.Errorf("the year has periods %+v", full.Periods)
		}
		c, err := d.service.FiscalYears(ctx, d.as(identity.RoleFinance, "Odile"), d.org.ID)
		if err != nil || len(c.Years) != 3 {
			t.Fatalf("%d years, %v", len(c.Years), err)
		}
		for on, want := range map[string]string{"2009-06-30": "2009 H1", "2009-07-01": "2009/10", "2008-12-31": "2008"} {
			if y, _ := c.Of(day(on)); y.Code != want {
				t.Errorf("%s falls in %q, want %q", on, y.Code, want)
			}
		}
		if y, _ := c.Labelled(2009); y.Code != "2009/10" {
			t.Errorf("2009 is %q, want the longer one", y.Code)
		}
		for _, tc := range []struct{ name, code, start, end, key string }{
			{"a day of another year", "x", "2010-06-30", "2010-12-31", "fiscal.overlaps"},
			{"around another year", "x", "2008-12-01", "2009-07-31", "fiscal.overlaps"},
			{"far too long", "x", "2011-01-01", "2013-12-31", "input.invalid"},
			{"the same code", "2008", "2011-01-01", "2011-12-31", "fiscal.code_taken"},
			{"turned round", "x", "2012-01-01", "2011-12-31", "input.invalid"},
			{"no end", "x", "2012-01-01", "", "input.invalid"},
			{"no code", "", "2012-01-01", "2012-12-31", "input.invalid"},
		} {
			_, err := d.service.AddFiscalYear(ctx, operator, d.org.ID, FiscalYear{Code: tc.code, Start: day(tc.start), End: day(tc.end)})
			if f := fault.As(err); f == nil || f.Key != tc.key {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.key)
			}
		}
		_, err = d.service.AddFiscalYear(ctx, d.as(identity.RoleProjectManager, "Paul"), d.org.ID, FiscalYear{Code: "x", Start: day("2012-01-01"), End: day("2012-12-31")})
		d.expectFault(err, fault.KindForbidden, "permission.denied")
	})
}

func TestFiscalYearsChangeUntilBooked(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", "P1")
		officer := d.as(identity.RoleFinance, "Odile")
		y, err := d.service.AddFiscalYear(ctx, officer, d.org.ID, FiscalYear{Code: "2026", Start: day("2026-01-01"), End: day("2026-11-30")})
		if err != nil {
			t.Fatal(err)
		}
		stale := y
		y.End = day("2026-12-31")
		if y, err = d.service.UpdateFiscalYear(ctx, officer, d.org.ID, y); err != nil {
			t.Fatal(err)
		}
		if len(y.Periods) != 13 || y.ID != stale.ID {
			t.Errorf("after the change: %d periods of year %d", len(y.Periods), y.ID)
		}
		_, err = d.service.UpdateFiscalYear(ctx, officer, d.org.ID, stale)
		d.expectFault(err, fault.KindStale, "fiscal_year.stale")
		next, err := d.service.AddFiscalYear(ctx, officer, d.org.ID, FiscalYear{Code: "2027", Start: day("2027-01-01"), End: day("2027-12-31")})
		if err != nil {
			t.Fatal(err)
		}
		early := next
		early.Start = day("2026-12-31")
		_, err = d.service.UpdateFiscalYear(ctx, officer, d.org.ID, early)
		d.expectFault(err, fault.KindConflict, "fiscal.overlaps")
		next.Year = 2030
		if _, err = d.service.UpdateFiscalYear(ctx, officer, d.org.ID, next); blamed(err) != "year" {
			t.Errorf("a number outside of the year: %v", err)
		}
		if err := d.service.RemoveFiscalYear(ctx, officer, d.org.ID, next.ID, next.Version); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.service.RemoveFiscalYear(ctx, officer, d.org.ID, next.ID, next.Version), fault.KindNotFound, "fiscal_year.not_found")

		d.newPosting(func(p *Posting) { p.DocOn = day("2026-03-02") })
		y.Code = "2026 bis"
		_, err = d.service.UpdateFiscalYear(ctx, officer, d.org.ID, y)
		d.expectFault(err, fault.KindConflict, "fiscal.in_use")
		d.expectFault(d.service.RemoveFiscalYear(ctx, officer, d.org.ID, y.ID, y.Version), fault.KindConflict, "fiscal.in_use")
	})
}

// TestPeriodsOfYears cuts years of any length: periods follow each other without a gap, and the extra one comes last.
func TestPeriodsOfYears(t *testing.T) {
	for _, tc := range []struct {
		start, end string
		months     int
	}{
		{"2026-01-01", "2026-12-31", 12}, {"2025-07-01", "2026-06-30", 12}, {"2009-01-01", "2009-06-30", 6}, {"2024-02-29", "2025-02-27", 12},
		{"2026-01-01", "2026-01-01", 1}, {"2026-01-01", "2027-06-30", 12}, {"2025-04-01", "2026-03-31", 12},
	} {
		y := FiscalYear{Start: day(tc.start), End: day(tc.end)}
		y.Periods = periodsOf(y)
		next := y.Start
		for i, p := range y.Periods {
			if p.Start != next || p.End.Before(p.Start) {
				t.Errorf("%s: period %d begins on %s, want %s", tc.start, p.Number, p.Start, next)
			}
			next = p.End.AddDays(1)
			if last := i == len(y.Periods)-1; last != (p.Number == ExtraPeriod) {
				t.Errorf("%s: period %d stands at place %d", tc.start, p.Number, i)
			}
		}
		if got := len(y.Periods) - 1; got != tc.months || y.Periods[got].Start != y.End.AddDays(1) {
			t.Errorf("%s to %s has %d months, want %d", tc.start, tc.end, got, tc.months)
		}
		for d := y.Start; !d.After(y.End); d = d.AddDays(1) {
			p, ok := y.Period(y.PeriodOf(d))
			if !ok || d.Before(p.Start) || d.After(p.End) {
				t.Fatalf("%s is in period %d of %s", d, p.Number, tc.start)
			}
		}
		if y.PeriodOf(y.End.AddDays(1)) != ExtraPeriod || y.PeriodOf(y.Start.AddDays(-1)) != 1 {
			t.Errorf("%s: days outside of the year", tc.start)
		}
	}
	var none civil.Date
	if err := (FiscalYear{Code: "x", Start: none, End: none}).Validate(); blamed(err) != "start end" {
		t.Errorf("a year without days: %v", err)
	}
}

func TestTwelfths(t *testing.T) {
	for _, tc := range []struct {
		before       money.Amount
		months, year int
		want         money.Amount
	}{
		{euros(1_200_000), 3, 12, euros(300_000)},
		{10_00, 1, 12, 84}, // the first parts take the cents that are left
		{10_00, 12, 12, 10_00},
		{10_00, 11, 12, 9_17},
		{euros(600), 3, 6, euros(300)}, // of a half-year
		{euros(600), 12, 6, euros(1200)},
		{0, 5, 12, 0},
		{7, 0, 12, 0},
	} {
		if got := Twelfths(tc.before, tc.months, tc.year); got != tc.want {
			t.Errorf("Twelfths(%d, %d, %d) = %d, want %d", tc.before, tc.months, tc.year, got, tc.want)
		}
	}
}
