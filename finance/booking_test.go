package finance

import (
	"context"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

type scopeSums struct {
	Total, Allocated, Excluded, Open money.Amount
}

func (d *desk) scope() (s scopeSums) {
	d.Helper()
	err := d.db.Read().NewRaw(`SELECT coalesce(sum(total), 0) AS total, coalesce(sum(allocated), 0) AS allocated, coalesce(sum(excluded), 0) AS excluded,
		(SELECT coalesce(sum(residual), 0) FROM open_posting WHERE organisation_id = ?0) AS open FROM scope_total WHERE organisation_id = ?0`, d.org.ID).Scan(context.Background(), &s)
	if err != nil {
		d.Fatal(err)
	}
	return s
}

func (d *desk) held(p PostingID) []Allocation {
	d.Helper()
	all, err := findAllocations(context.Background(), d.db.Read(), d.org.ID, []PostingID{p})
	if err != nil {
		d.Fatal(err)
	}
	return all[p]
}

func TestBookingKeepsQueueAndBalances(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		a := d.newPosting(nil, Allocation{ProjectID: d.projects["P1"], Amount: euros(7_000), Method: MethodRule})
		d.newPosting(func(p *Posting) { p.Amount = euros(100) }, Allocation{Amount: euros(100), Method: MethodRule, Reason: "order"})
		if got, want := d.scope(), (scopeSums{euros(12_100), euros(7_000), euros(100), euros(5_000)}); got != want {
			t.Fatalf("after two entries %+v, want %+v", got, want)
		}
		book := func(work func(k *booking) error) error {
			return d.service.book(ctx, operator, d.org.ID, act{name: "test", permission: identity.PermReconcile}, batchRow{Kind: BatchManual}, func(ctx context.Context, k *booking) (trace, error) {
				return trace{details: "x"}, work(k)
			})
		}
		if err := book(func(k *booking) error {
			return k.reallot(ctx, &a, d.held(a.ID), []Allocation{{ProjectID: d.projects["P2"], Amount: euros(5_000), Method: MethodManual}})
		}); err != nil {
			t.Fatal(err)
		}
		if got, want := d.scope(), (scopeSums{euros(12_100), euros(12_000), euros(100), 0}); got != want {
			t.Fatalf("after the rest was allocated %+v, want %+v", got, want)
		}
		id, err := d.service.reserve(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := book(func(k *booking) error {
			if err := unlive(ctx, k.tx, d.org.ID, []PostingID{a.ID}); err != nil {
				return err
			}
			shares, err := k.takeBack(ctx, &a, d.held(a.ID), a.Reversal(id, CauseWithdraw, 0, 0, a.At()))
			if err == nil && sumOf(shares) != a.Amount {
				t.Errorf("the entry held %v", shares)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got, want := d.scope(), (scopeSums{euros(100), 0, euros(100), 0}); got != want {
			t.Fatalf("after the reversal %+v, want %+v", got, want)
		}
		var mandated money.Amount
		if err := d.db.Read().NewRaw("SELECT sum(mandated) FROM actual_year WHERE organisation_id = ?", d.org.ID).Scan(ctx, &mandated); err != nil || mandated != 0 {
			t.Errorf("projects still hold %d, %v", mandated, err)
		}
		other := newDesk(t, db, "marne", "X")
		err = book(func(k *booking) error {
			return k.reallot(ctx, &a, nil, []Allocation{{ProjectID: other.projects["X"], Amount: 1, Method: MethodManual}})
		})
		if err == nil {
			t.Error("a project of another organisation was taken")
		}
	})
}

func TestFiscalPeriods(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		rwanda := foundDesk(t, db, identity.Organisation{Code: "kigali", Name: "Ministry", Kind: identity.KindAdministration, Currency: "RWF", Locale: "en", TimeZone: "Africa/Kigali",
			Fiscal: fiscalFromJuly}, "P1")
		err := rwanda.service.change(ctx, operator, rwanda.org.ID, act{name: "test", permission: identity.PermEditBudget}, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
			if _, err := b.addYear(ctx, tx, FiscalYear{Code: "2009-T", Year: 2009, Start: day("2009-01-01"), End: day("2009-06-30")}); err != nil {
				return trace{}, err
			}
			for _, c := range []struct {
				on, code string
				period   int
			}{{"2025-06-30", "2024-2025", 12}, {"2025-07-01", "2025-2026", 1}, {"2026-01-15", "2025-2026", 7}, {"2009-06-30", "2009-T", 6}, {"2009-07-01", "2009-2010", 1}, {"2008-12-31", "2008-2009", 6}} {
				y, err := b.yearAt(ctx, tx, day(c.on))
				if err != nil {
					return trace{}, err
				}
				if y.Code != c.code || y.PeriodOf(day(c.on)) != c.period {
					t.Errorf("%s falls in %s period %d, want %s period %d", c.on, y.Code, y.PeriodOf(day(c.on)), c.code, c.period)
				}
			}
			_, err := b.addYear(ctx, tx, FiscalYear{Code: "again", Year: 2009, Start: day("2009-03-01"), End: day("2010-02-28")})
			rwanda.expectFault(err, fault.KindConflict, "fiscal.overlaps")
			return trace{details: "x"}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestBookedInTheFirstOpenPeriod(t *testing.T) {
	c := Calendar{Years: []FiscalYear{
		{ID: 1, Code: "2025", Periods: []Period{{Number: 11, State: StateClosed}, {Number: 12, State: StateClosed}, {Number: 13, State: StateClosed}}},
		{ID: 2, Code: "2026", Periods: []Period{{Number: 1, State: StateClosed}, {Number: 2, State: StateOpen}}}}}
	if at, err := c.Booked(Slot{1, 11}); err != nil || at != (Slot{2, 2}) {
		t.Errorf("booked in %+v, %v", at, err)
	}
	c.Years[0].Periods[2].State = StateOpen
	if at, err := c.Booked(Slot{1, 11}); err != nil || at != (Slot{1, 13}) {
		t.Errorf("booked in %+v, %v", at, err)
	}
	c.Years[0].Periods[2].State, c.Years[1].Periods[1].State = StateClosed, StateClosed
	if _, err := c.Booked(Slot{1, 11}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("with all closed %v", err)
	}
}
