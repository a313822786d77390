package finance

import (
	"context"
	"slices"
	"testing"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

func TestControls(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		other := newDesk(t, db, "marne", "X")
		other.bookFile("other", line{on: "2026-10-01", amount: 999_00})
		d.bookFile("one", line{on: "2025-12-01", amount: 100_00, project: "P1"}, line{on: "2026-10-20", amount: 12_000_00, project: "P1", operates: "2041"},
			line{on: "2026-10-21", amount: 300_00, nature: "2051", operates: "2041"}, line{on: "2026-10-22", amount: 40_00, kind: "ordre"}, line{on: "2026-08-01", amount: -5_00, text: "-5,00"},
			line{on: "2026-10-23", amount: 7_00, flow: "R", nature: "7473"})
		d.takeBack("two", "2026-10-20")
		officer := d.as(identity.RoleFinance, "anne")
		c, err := d.service.Controls(ctx, officer, d.org.ID, ControlFilter{})
		if err != nil {
			t.Fatal(err)
		}
		if !c.Ties() || len(c.Totals) != 2 {
			t.Errorf("totals %+v", c.Totals)
		}
		if got, want := c.Totals[0].Tie, (Tie{435_00, 100_00, 295_00, 40_00, 7}); got != want || c.Totals[0].Kept != want {
			t.Errorf("expenditure %+v, kept %+v, want %+v", got, c.Totals[0].Kept, want)
		}
		var deltas money.Amount
		for _, r := range c.Rows {
			deltas += r.Delta().Abs()
		}
		if deltas != 0 || c.RowCount != len(c.Rows) || c.Rows[0].Year != "2025" {
			t.Errorf("rows %+v", c.Rows)
		}
		by, err := d.service.Controls(ctx, officer, d.org.ID, ControlFilter{Year: d.yearAt("2026-01-01").ID, Until: 10, By: []Dimension{DimensionOperation}})
		if err != nil {
			t.Fatal(err)
		}
		if i := slices.IndexFunc(by.Rows, func(r ControlRow) bool { return r.Operation == "2041" }); i < 0 || by.Rows[i].Total != 300_00 || by.Rows[i].Unallocated != 300_00 || by.Rows[i].Year != "" {
			t.Errorf("by operation %+v", by.Rows)
		}
		if q := c.Queue; q.Lines != 3 || q.Oldest != day("2026-08-01") || q.Days != 93 || q.Sum != 302_00 || q.Size != 312_00 || q.Bands[1].Lines != 2 || q.Bands[3].Lines != 1 {
			t.Errorf("queue %+v", q)
		}
		if len(c.Files) != 2 || c.Files[1].Name != "one.csv" || c.Files[1].Report.Lines != 7 || c.Files[1].Sums[0].Sum != 12_435_00 || c.Files[1].First != day("2025-12-01") || len(c.Files[1].Years) != 2 {
			t.Errorf("files %+v", c.Files)
		}
		one, err := d.service.Controls(ctx, officer, d.org.ID, ControlFilter{By: []Dimension{DimensionNature}, Limit: 1})
		if err != nil || len(one.Rows) != 1 || one.RowCount < 3 || one.Totals[0].Tie != c.Totals[0].Tie {
			t.Errorf("limited rows %+v of %d, %v", one.Rows, one.RowCount, err)
		}
		d.exec("UPDATE scope_total SET total = total + 1, excluded = excluded + 1 WHERE organisation_id = ?", d.org.ID)
		if c, err := d.service.Controls(ctx, officer, d.org.ID, ControlFilter{NoRows: true}); err != nil || c.Ties() || c.Rows != nil {
			t.Errorf("balances that differ tie: %+v, %v", c, err)
		}
		_, err = d.service.Controls(ctx, officer, d.org.ID, ControlFilter{By: []Dimension{DimensionTotal, "x"}})
		d.expectFault(err, fault.KindInvalid, "input.invalid")
		for _, a := range []identity.Actor{d.as(identity.RoleReader, "rita"), other.as(identity.RoleFinance, "zoe"), d.asOf(identity.RoleRoadmapManager, "mona", "")} {
			_, err := d.service.Controls(ctx, a, d.org.ID, ControlFilter{})
			d.expectFault(err, fault.KindNotFound, "organisation.not_found")
		}
	})
}

// takeBack books a file that tells all of one day: that nothing was spent.
func (d *desk) takeBack(name, on string) {
	d.Helper()
	c := *october
	c.From, c.To = day(on), day(on)
	if _, err := d.importFile(name, &c, line{on: on}); err != nil {
		d.Fatal(err)
	}
}

// TestAssertions is about operation 2041: mandated up to September, and again after every file.
func TestAssertions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		officer := d.as(identity.RoleFinance, "anne")
		d.bookFile("one", line{on: "2026-09-30", amount: 500, operates: "2041"}, line{on: "2026-10-01", amount: 70, operates: "2041"}, line{on: "2026-09-01", amount: 3, operates: "2042"},
			line{on: "2026-09-02", amount: 11, flow: "R", nature: "7473"})
		y := d.yearAt("2026-01-01").ID
		assert := func(until int, flow, dimension, value string, expected money.Amount) Assertion {
			t.Helper()
			a, err := d.service.Assert(ctx, officer, AssertInput{Organisation: d.org.ID, Year: y, Until: until, Flow: ledgerfile.Flow(flow), Dimension: Dimension(dimension), Value: value, Expected: expected, Source: "Balance"})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		for _, tc := range []struct {
			until                  int
			flow, dimension, value string
			want                   money.Amount
		}{{9, "DEP", "operation", "2041", 500}, {10, "DEP", "operation", "2041", 570}, {9, "DEP", "total", "", 503}, {12, "REC", "total", "", 11}, {12, "DEP", "nature", "6156", 573}, {12, "DEP", "section", "F", 573}, {8, "DEP", "total", "", 0}} {
			if a := assert(tc.until, tc.flow, tc.dimension, tc.value, tc.want); !a.Holds() || a.Computed != tc.want || a.Delta() != 0 {
				t.Errorf("%+v: computed %d, want %d", tc, a.Computed, tc.want)
			}
		}
		d.clock.set(d.clock.now().Add(time.Hour))
		rep, err := d.importFile("two", nil, line{on: "2026-09-15", amount: 20, operates: "2041"})
		if err != nil {
			t.Fatal(err)
		}
		controls, err := d.service.Controls(ctx, officer, d.org.ID, ControlFilter{})
		all := controls.Assertions
		if err != nil || len(all) != 7 {
			t.Fatalf("assertions %+v, %v", all, err)
		}
		broken := 0
		for i, a := range all {
			if !a.Holds() {
				broken++
				if i >= 5 || a.Delta() != 20 || !a.CheckedAt.Equal(d.clock.now()) {
					t.Errorf("broken at place %d: %+v", i, a)
				}
			}
		}
		if broken != 5 || len(rep.Findings) == 0 {
			t.Errorf("%d broken, findings of the import %+v", broken, rep.Findings)
		}
		if err := d.service.WithdrawAssertion(ctx, officer, all[0].ID); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.service.WithdrawAssertion(ctx, officer, all[0].ID), fault.KindStale, "assertion.stale")
		d.expectFault(d.service.WithdrawAssertion(ctx, d.as(identity.RoleReader, "rita"), all[1].ID), fault.KindNotFound, "assertion.not_found")
		d.expectFault(d.service.WithdrawAssertion(ctx, d.as(identity.RoleProjectManager, "pia"), all[1].ID), fault.KindForbidden, "permission.denied")
		_, err = d.service.Assert(ctx, officer, AssertInput{Organisation: d.org.ID, Year: y, Until: 14, Flow: "X", Dimension: DimensionYear, Expected: amountLimit + 1})
		if f := fault.As(err); f == nil || len(f.Fields) != 5 {
			t.Errorf("a balance of nothing: %v", err)
		}
		clean(d)
	})
}

// TestActualsAsOf: what the books said at a moment they say for ever.
func TestActualsAsOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		officer := d.as(identity.RoleFinance, "anne")
		type told struct {
			at    time.Time
			lines []Actual
		}
		var story []told
		tell := func() {
			t.Helper()
			got, err := d.service.ActualsAsOf(ctx, officer, d.org.ID, d.clock.now())
			if err != nil {
				t.Fatal(err)
			}
			story = append(story, told{d.clock.now(), got.Lines})
			d.clock.set(d.clock.now().Add(time.Minute))
		}
		tell()
		ps := d.bookFile("one", line{on: "2026-10-05", amount: 500, no: 1, project: "P1"}, line{on: "2026-10-06", amount: 70, no: 2})
		tell()
		d.allocateBy(officer, ps[1], "P2", 30)
		tell()
		if _, err := d.importFile("two", october, line{on: "2026-10-05", amount: 450, no: 1, project: "P1"}); err != nil {
			t.Fatal(err)
		}
		tell()
		y := d.yearAt("2026-01-01").ID
		want := [][]Actual{nil, {{d.projects["P1"], y, "F", 500, 0, 1}}, {{d.projects["P1"], y, "F", 500, 0, 1}, {d.projects["P2"], y, "F", 30, 0, 1}}, {{d.projects["P1"], y, "F", 450, 0, 3}}}
		for i, s := range story {
			got, err := d.service.ActualsAsOf(ctx, officer, d.org.ID, s.at)
			if err != nil || !slices.Equal(got.Lines, s.lines) || !slices.Equal(s.lines, want[i]) {
				t.Errorf("moment %d: told %+v, now %+v, want %+v, %v", i, s.lines, got.Lines, want[i], err)
			}
		}
		if _, err := d.service.ActualsAsOf(ctx, d.as(identity.RoleCommitteeMember, "carl"), d.org.ID, d.clock.now()); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a member of a committee read them: %v", err)
		}
	})
}

// TestCalendarOrder: what must be closed before what.
func TestCalendarOrder(t *testing.T) {
	year := func(id int64, start civil.Date) FiscalYear {
		y := FiscalYear{ID: id, Start: start, End: start.AddMonths(12).AddDays(-1)}
		y.Periods = periodsOf(y)
		return y
	}
	c := Calendar{Years: []FiscalYear{year(1, day("2025-01-01")), year(2, day("2026-01-01"))}}
	for _, tc := range []struct {
		a, b Slot
		want bool
	}{{Slot{1, 1}, Slot{1, 2}, true}, {Slot{1, 2}, Slot{1, 1}, false}, {Slot{1, 12}, Slot{2, 1}, true}, {Slot{1, 13}, Slot{2, 1}, false}, {Slot{1, 12}, Slot{1, 13}, true}, {Slot{2, 1}, Slot{1, 13}, false}} {
		if got := c.precedes(tc.a, tc.b); got != tc.want {
			t.Errorf("%v before %v: %v", tc.a, tc.b, got)
		}
	}
	if _, open := c.openBefore(Slot{2, 1}, nil); open {
		t.Error("a year without entries holds up the next one")
	}
	if s, open := c.openBefore(Slot{2, 1}, []int64{1}); !open || s != (Slot{1, 1}) {
		t.Errorf("open before: %v, %v", s, open)
	}
}
