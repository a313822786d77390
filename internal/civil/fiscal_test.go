package civil

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestFiscalYearOf(t *testing.T) {
	july, april := FiscalCalendar{Month: time.July, Day: 1}, FiscalCalendar{Month: time.April, Day: 6}
	cases := []struct {
		name     string
		calendar FiscalCalendar
		day      Date
		want     FiscalYear
	}{
		{"the civil year by default", FiscalCalendar{}, D(2026, 12, 31), FiscalYear{"2026", D(2026, 1, 1), D(2026, 12, 31)}},
		{"the civil year in full", FiscalCalendar{Month: 1, Day: 1}, D(2026, 1, 1), FiscalYear{"2026", D(2026, 1, 1), D(2026, 12, 31)}},
		{"Rwanda, last day", july, D(2025, 6, 30), FiscalYear{"2024-2025", D(2024, 7, 1), D(2025, 6, 30)}},
		{"Rwanda, first day", july, D(2025, 7, 1), FiscalYear{"2025-2026", D(2025, 7, 1), D(2026, 6, 30)}},
		{"the United Kingdom, last day", april, D(2026, 4, 5), FiscalYear{"2025-2026", D(2025, 4, 6), D(2026, 4, 5)}},
		{"the United Kingdom, first day", april, D(2026, 4, 6), FiscalYear{"2026-2027", D(2026, 4, 6), D(2027, 4, 5)}},
		{"a year with a leap day", FiscalCalendar{Month: time.March}, D(2024, 2, 29), FiscalYear{"2023-2024", D(2023, 3, 1), D(2024, 2, 29)}},
		{"the middle of January", FiscalCalendar{Month: 1, Day: 15}, D(2026, 1, 14), FiscalYear{"2025-2026", D(2025, 1, 15), D(2026, 1, 14)}},
		{"the last year of the calendar", july, D(9999, 12, 31), FiscalYear{"9999", D(9999, 7, 1), D(9999, 12, 31)}},
	}
	for _, tc := range cases {
		if got := tc.calendar.YearOf(tc.day); got != tc.want {
			t.Errorf("%s: %s is in %+v, want %+v", tc.name, tc.day, got, tc.want)
		}
	}
}

func TestFiscalYearsTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := FiscalCalendar{Month: time.Month(rapid.IntRange(0, 12).Draw(t, "month")), Day: rapid.IntRange(0, 28).Draw(t, "day")}
		d := D(1900, 1, 1).AddDays(rapid.IntRange(0, 150_000).Draw(t, "days"))
		y := c.YearOf(d)
		if !c.Valid() || !y.Contains(d) || y.Contains(y.Start.AddDays(-1)) || y.Contains(y.End.AddDays(1)) {
			t.Fatalf("%s is in %+v by %+v", d, y, c)
		}
		if n := Duration(y.Start, y.End); n != 365 && n != 366 {
			t.Fatalf("%+v lasts %d days", y, n)
		}
		if c.YearOf(y.Start) != y || c.YearOf(y.End) != y {
			t.Fatalf("the ends of %+v are in other years", y)
		}
		if next := c.YearOf(y.End.AddDays(1)); next.Start != y.End.AddDays(1) || next.Label == y.Label {
			t.Fatalf("%+v is followed by %+v", y, next)
		}
	})
	for _, c := range []FiscalCalendar{{Month: 13}, {Month: -1}, {Day: 29}, {Day: -1}} {
		if c.Valid() {
			t.Errorf("%+v is no calendar", c)
		}
	}
}

func TestMonth(t *testing.T) {
	for _, s := range []string{"", "2026", "2026-1", "2026-13", "2026-00", "2026-01-01", "0000-01", "2026-٠١"} {
		if m, err := ParseMonth(s); err == nil {
			t.Errorf("ParseMonth(%q) = %s, want a refusal", s, m)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		m := genDate().Draw(t, "date").MonthOf()
		if back, err := ParseMonth(m.String()); err != nil || back != m {
			t.Fatalf("%s came back as %s, %v", m, back, err)
		}
		if m.First().Day() != 1 || m.First().MonthOf() != m || m.Last().MonthOf() != m || Duration(m.First(), m.Last()) != DaysIn(m.Year, m.Month) {
			t.Fatalf("%s goes from %s to %s", m, m.First(), m.Last())
		}
		n := rapid.IntRange(-1000, 1000).Draw(t, "n")
		if o := m.Add(n); o.Add(-n) != m || m.Until(o) != n || o.Month < 1 || o.Month > 12 {
			t.Fatalf("%s and %d months is %s", m, n, o)
		}
	})
}
