package civil

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func mustLoad(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("time zone %s: %v", name, err)
	}
	return loc
}

func genDate() *rapid.Generator[Date] {
	last := D(9999, 12, 31).Number()
	return rapid.Map(rapid.IntRange(D(1, 1, 1).Number(), last), FromNumber)
}

// TestEveryDay walks through all days of years 1 to 9999 beside the time package.
func TestEveryDay(t *testing.T) {
	day := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	first := int(day.Unix() / 86400)
	last := int(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	before := Date{}
	for n := first; n <= last; n++ {
		d := FromNumber(n)
		y, m, dd := day.Date()
		if d.Year() != y || d.Month() != m || d.Day() != dd || d.Number() != n || d.Weekday() != day.Weekday() || !before.Before(d) {
			t.Fatalf("day %d: %s %s, number %d, after %s; want %s", n, d, d.Weekday(), d.Number(), before, day.Format("2006-01-02 Monday"))
		}
		before, day = d, day.AddDate(0, 0, 1)
	}
	for _, n := range []int{first - 1, last + 1, -1 << 62, 1<<63 - 1, -1 << 63} {
		if d := FromNumber(n); !d.IsZero() {
			t.Errorf("day %d is outside the calendar and gave %s", n, d)
		}
	}
}

func TestNewDate(t *testing.T) {
	cases := []struct {
		y, m, d int
		ok      bool
	}{
		{2024, 2, 29, true}, {2023, 2, 29, false}, {1900, 2, 29, false}, {2000, 2, 29, true}, {2026, 2, 31, false},
		{2026, 4, 31, false}, {2026, 0, 1, false}, {2026, 13, 1, false}, {2026, 1, 0, false}, {0, 1, 1, false}, {1, 1, 1, true},
		{9999, 12, 31, true}, {10000, 1, 1, false}, {65536 + 2026, 1, 1, false}, {-1, 1, 1, false},
	}
	for _, tc := range cases {
		if d, ok := NewDate(tc.y, time.Month(tc.m), tc.d); ok != tc.ok || ok == d.IsZero() {
			t.Errorf("NewDate(%d, %d, %d) = %s, %v, want %v", tc.y, tc.m, tc.d, d, ok, tc.ok)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("D must panic on 31 February")
		}
	}()
	D(2026, 2, 31)
}

func TestParse(t *testing.T) {
	for _, s := range []string{"", "2026-2-28", "2026-02-30", "2026/02/28", "26-02-2028", "2026-02-28T", " 2026-02-28", "2026-02-28 ",
		"+026-02-28", "2026-+2-28", "0000-01-01", "٢٠٢٦-٠٢-٢٨", "٢26-02-28", "2026-13-01", "20260228xx"} {
		if d, err := Parse(s); err == nil || !d.IsZero() {
			t.Errorf("Parse(%q) = %s, %v, want a refusal", s, d, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := genDate().Draw(t, "date")
		if back, err := Parse(d.String()); err != nil || back != d {
			t.Fatalf("%s came back as %s, %v", d, back, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-02-28", "2024-02-29", "0001-01-01", "2026-02-30", "", "----------"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		if d.String() != s {
			t.Errorf("%q was read as %s", s, d)
		}
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			t.Errorf("%q is no date to the time package: %v", s, err)
		}
	})
}

func TestAddMonths(t *testing.T) {
	cases := []struct {
		from Date
		n    int
		want Date
	}{
		{D(2026, 1, 31), 1, D(2026, 2, 28)},
		{D(2024, 1, 31), 1, D(2024, 2, 29)},
		{D(2024, 2, 29), 12, D(2025, 2, 28)},
		{D(2024, 2, 29), 48, D(2028, 2, 29)},
		{D(2026, 3, 31), -1, D(2026, 2, 28)},
		{D(2026, 1, 15), -1, D(2025, 12, 15)},
		{D(2026, 12, 31), 2, D(2027, 2, 28)},
		{D(2026, 5, 31), 0, D(2026, 5, 31)},
		{D(9999, 12, 1), 1, Date{}},
		{D(1, 1, 31), -1, Date{}},
		{Date{}, 5, Date{}},
	}
	for _, tc := range cases {
		if got := tc.from.AddMonths(tc.n); got != tc.want {
			t.Errorf("%s and %d months is %q, want %q", tc.from, tc.n, got, tc.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d, n := genDate().Draw(t, "date"), rapid.IntRange(-400, 400).Draw(t, "months")
		got := d.AddMonths(n)
		if !got.IsZero() && (d.MonthOf().Until(got.MonthOf()) != n || got.Day() > d.Day()) {
			t.Fatalf("%s and %d months is %s", d, n, got)
		}
	})
}

func TestDuration(t *testing.T) {
	cases := []struct {
		start, end Date
		want       int
	}{
		{D(2026, 1, 1), D(2026, 1, 1), 1},
		{D(2022, 1, 1), D(2024, 12, 31), 1096},
		{D(2022, 1, 1), D(2025, 9, 30), 1369},
		{D(2026, 3, 28), D(2026, 3, 30), 3}, // a clock change is no shorter day
		{D(2026, 1, 2), D(2026, 1, 1), 0},
		{D(2026, 1, 9), D(2026, 1, 1), -7},
	}
	for _, tc := range cases {
		if got := Duration(tc.start, tc.end); got != tc.want {
			t.Errorf("from %s to %s: %d days, want %d", tc.start, tc.end, got, tc.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := genDate().Draw(t, "a"), genDate().Draw(t, "b")
		if a.AddDays(a.DaysUntil(b)) != b || (a.DaysUntil(b) > 0) != a.Before(b) || (a.Compare(b) == 0) != (a == b) || a.After(b) != b.Before(a) {
			t.Fatalf("%s and %s: %d days, compare %d", a, b, a.DaysUntil(b), a.Compare(b))
		}
	})
}

func TestDateOf(t *testing.T) {
	paris, noumea := mustLoad(t, "Europe/Paris"), mustLoad(t, "Pacific/Noumea")
	instant := time.Date(2025, 12, 31, 23, 30, 0, 0, time.UTC)
	for _, tc := range []struct {
		at   time.Time
		loc  *time.Location
		want Date
	}{
		{instant, time.UTC, D(2025, 12, 31)},
		{instant, paris, D(2026, 1, 1)},
		{instant.Add(-13 * time.Hour), noumea, D(2025, 12, 31)},
		{time.Time{}, time.UTC, D(1, 1, 1)},
		{time.Time{}, time.FixedZone("west", -3600), Date{}},
		{time.Date(65536+2026, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC, Date{}},
	} {
		if got := DateOf(tc.at, tc.loc); got != tc.want {
			t.Errorf("%s in %s is %q, want %q", tc.at, tc.loc, got, tc.want)
		}
	}
}

func TestAt(t *testing.T) {
	cases := []struct {
		name, zone   string
		day          Date
		hour, minute int
		want         string // RFC 3339
	}{
		{"an ordinary morning", "Europe/Paris", D(2026, 6, 1), 9, 30, "2026-06-01T09:30:00+02:00"},
		{"before the spring change", "Europe/Paris", D(2026, 3, 29), 1, 59, "2026-03-29T01:59:00+01:00"},
		{"skipped in Paris", "Europe/Paris", D(2026, 3, 29), 2, 30, "2026-03-29T03:00:00+02:00"},
		{"after the spring change", "Europe/Paris", D(2026, 3, 29), 3, 0, "2026-03-29T03:00:00+02:00"},
		{"shown twice in Paris", "Europe/Paris", D(2026, 10, 25), 2, 30, "2026-10-25T02:30:00+02:00"},
		{"after the autumn change", "Europe/Paris", D(2026, 10, 25), 3, 0, "2026-10-25T03:00:00+01:00"},
		{"before the autumn change", "Europe/Paris", D(2026, 10, 25), 1, 30, "2026-10-25T01:30:00+02:00"},
		{"skipped west of Greenwich", "America/New_York", D(2026, 3, 8), 2, 30, "2026-03-08T03:00:00-04:00"},
		{"shown twice west of Greenwich", "America/New_York", D(2026, 11, 1), 1, 30, "2026-11-01T01:30:00-04:00"},
		{"a change of half an hour, skipped", "Australia/Lord_Howe", D(2026, 10, 4), 2, 15, "2026-10-04T02:30:00+11:00"},
		{"a change of half an hour, shown twice", "Australia/Lord_Howe", D(2026, 4, 5), 1, 45, "2026-04-05T01:45:00+11:00"},
		{"a midnight that is skipped", "America/Havana", D(2026, 3, 8), 0, 30, "2026-03-08T01:00:00-04:00"},
		{"a whole day that was skipped", "Pacific/Apia", D(2011, 12, 30), 12, 0, "2011-12-31T00:00:00+14:00"},
		{"no change at all", "Indian/Reunion", D(2026, 3, 29), 2, 30, "2026-03-29T02:30:00+04:00"},
	}
	for _, tc := range cases {
		loc := mustLoad(t, tc.zone)
		got := tc.day.At(tc.hour, tc.minute, loc)
		if got.Format(time.RFC3339) != tc.want {
			t.Errorf("%s: %s %02d:%02d in %s is %s, want %s", tc.name, tc.day, tc.hour, tc.minute, tc.zone, got.Format(time.RFC3339), tc.want)
		}
	}
}

// TestAtIsTheFirstInstantOfItsReading looks for an earlier instant with the same reading, minute
// by minute, around all changes of a year.
func TestAtIsTheFirstInstantOfItsReading(t *testing.T) {
	var zones []*time.Location
	for _, name := range []string{"Europe/Paris", "America/Martinique", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Auckland", "America/Havana"} {
		zones = append(zones, mustLoad(t, name))
	}
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		d := D(2026, 1, 1).AddDays(rapid.IntRange(0, 364).Draw(t, "day"))
		hour, minute := rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
		at := d.At(hour, minute, loc)
		shows := func(i time.Time) bool {
			i = i.In(loc)
			return DateOf(i, loc) == d && i.Hour() == hour && i.Minute() == minute
		}
		if !shows(at) {
			if start, _ := at.ZoneBounds(); !start.Equal(at) {
				t.Fatalf("%s %02d:%02d in %s gave %s, which is no change of clocks", d, hour, minute, loc, at)
			}
		}
		for m := 1; m <= 180; m++ {
			if earlier := at.Add(-time.Duration(m) * time.Minute); shows(earlier) {
				t.Fatalf("%s %02d:%02d in %s gave %s, but %s shows it first", d, hour, minute, loc, at, earlier)
			}
		}
	})
}

func TestScanAndValue(t *testing.T) {
	want := D(2026, 2, 28)
	for _, src := range []any{"2026-02-28", []byte("2026-02-28"), "2026-02-28T00:00:00Z", "2026-02-28 00:00:00+00:00",
		time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)} {
		var d Date
		if err := d.Scan(src); err != nil || d != want {
			t.Errorf("Scan(%T %v) = %s, %v, want %s", src, src, d, err, want)
		}
	}
	d := want
	if err := d.Scan(nil); err != nil || !d.IsZero() {
		t.Errorf("Scan(nil) = %s, %v, want no date", d, err)
	}
	for _, src := range []any{"", "2026-02-30", "28/02/2026", 20260228, 2026.5} {
		if err := d.Scan(src); err == nil {
			t.Errorf("Scan(%T %v) = %s, want an error", src, src, d)
		}
	}
	if v, err := want.Value(); err != nil || v != "2026-02-28" {
		t.Errorf("Value() = %v, %v", v, err)
	}
	if v, err := (Date{}).Value(); err != nil || v != nil {
		t.Errorf("no date is stored as %v, %v, want NULL", v, err)
	}
}

func TestJSON(t *testing.T) {
	type box struct {
		D Date
		M map[Date]int
	}
	in := box{D: D(2026, 2, 28), M: map[Date]int{D(2024, 2, 29): 1, {}: 2}}
	text, err := json.Marshal(in)
	if want := `{"D":"2026-02-28","M":{"":2,"2024-02-29":1}}`; err != nil || string(text) != want {
		t.Fatalf("%s, %v, want %s", text, err, want)
	}
	var out box
	if err := json.Unmarshal(text, &out); err != nil || out.D != in.D || len(out.M) != 2 || out.M[Date{}] != 2 {
		t.Errorf("came back as %+v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"D":"31/02/2026"}`), &out); err == nil {
		t.Errorf("31/02/2026 was read as %s", out.D)
	}
}
