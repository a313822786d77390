package ledgerfile

import "testing"

func TestDate(t *testing.T) {
	french := []string{"DD/MM/YYYY"}
	for _, tc := range []struct {
		layouts []string
		in      string
		want    string
		problem problem
	}{
		{french, "31/12/2026", "2026-12-31", fine},
		{french, "1/2/2026", "2026-02-01", fine},
		{french, "2026-02-01", "2026-02-01", fine}, // ISO has one reading
		{french, "01/02/2026 13:45:00", "2026-02-01", fine},
		{french, "2026-02-01T13:45:00Z", "2026-02-01", fine},
		{french, "29/02/2024", "2024-02-29", fine},
		{french, "29/02/2025", "", unreadable},
		{french, "31/02/2026", "", unreadable},
		{french, "01/02/26", "", ambiguous}, // the profile promised four digits
		{french, "01.02.2026", "", ambiguous},
		{french, "00:00:00", "", unreadable},
		{french, "xxx", "", unreadable},
		{french, "01/01/0001", "", unreadable},
		{french, "31/12/9999", "", unreadable},
		{french, "20260201", "", unreadable},
		{french, "1/2/2026/3", "", unreadable},
		{[]string{"DD/MM/YY"}, "01/02/26", "2026-02-01", fine},
		{[]string{"DD/MM/YY"}, "01/02/85", "1985-02-01", fine},
		{[]string{"DD.MM.YYYY"}, "10.01.2023", "2023-01-10", fine},
		{[]string{"MM/DD/YYYY"}, "01/02/2026", "2026-01-02", fine},
		{[]string{"YYYYMMDD"}, "20260201", "2026-02-01", fine},
		{[]string{"YYYYMMDD"}, "2026021", "", unreadable},
		{[]string{"YYYYMMDD"}, "20261301", "", unreadable},
		{[]string{"DD/MM/YYYY", "DD.MM.YYYY"}, "10.01.2023", "2023-01-10", fine},
		// nothing declared: only what has a single reading
		{nil, "2026-02-01", "2026-02-01", fine},
		{nil, "2026/02/01", "2026-02-01", fine},
		{nil, "20260201", "2026-02-01", fine},
		{nil, "13/02/2026", "2026-02-13", fine},
		{nil, "02/13/2026", "2026-02-13", fine},
		{nil, "02/02/2026", "2026-02-02", fine},
		{nil, "01/02/2026", "", ambiguous},
		{nil, "01/02/26", "", ambiguous},
		{nil, "13/13/2026", "", unreadable},
		{nil, "1 févr. 2026", "", unreadable},
	} {
		got, p := newCalendar(Profile{Dates: tc.layouts}, false).date(tc.in, 1)
		if got.String() != tc.want || p != tc.problem {
			t.Errorf("%q under %q: %q, problem %d, want %q, %d", tc.in, tc.layouts, got, p, tc.want, tc.problem)
		}
	}
}

func TestDateLayout(t *testing.T) {
	for in, want := range map[string]bool{
		"DD/MM/YYYY": true, "YYYY-MM-DD": true, "YYYYMMDD": true, "MM/DD/YY": true, "DD MM YYYY": true,
		"DD/MM-YYYY": false, "DD/DD/YYYY": false, "dd/mm/yyyy": false, "DD/MM": false, "": false, "YYYY/YY/DD": false,
	} {
		if _, ok := dateLayout(in); ok != want {
			t.Errorf("dateLayout(%q) = %v", in, ok)
		}
	}
}

func TestCoverageOfFileName(t *testing.T) {
	for _, tc := range []struct{ pattern, name, want string }{
		{oxford().Pattern, "expenditure-over-500-apr-jun-2014.csv", "2014-04-01 2014-06-30"},
		{oxford().Pattern, "expenditure-over-500-jan-mar-2016.csv", "2016-01-01 2016-03-31"},
		{oxford().Pattern, "expenditure-over-500.csv", ""},
		{oxford().Pattern, "expenditure-jun-apr-2014.csv", ""},
		{`(?P<year>\d{4})-T(?P<quarter>\d)`, "mandats 2025-T4.xlsx", "2025-10-01 2025-12-31"},
		{`(?P<year>\d{4})-T(?P<quarter>\d)`, "mandats 2025-T5.xlsx", ""},
		{`(?P<year>\d{4})S(?P<half>[12])`, "2025S2", "2025-07-01 2025-12-31"},
		{`_(?P<month>[^_]+)_(?P<year>\d{4})`, "export_février_2024", "2024-02-01 2024-02-29"},
		{`_(?P<month>[^_]+)_(?P<year>\d{4})`, "export_jui_2024", ""}, // juin or juillet?
		{`_(?P<month>[^_]+)_(?P<year>\d{4})`, "export_07_2024", "2024-07-01 2024-07-31"},
		{`(?P<year>\d{4})`, "mandats-2025.csv", "2025-01-01 2025-12-31"},
		{`(?P<from>\d{8})-(?P<to>\d{8})`, "x-20250101-20250228.csv", "2025-01-01 2025-02-28"},
		{`(?P<from>\d{8})-(?P<to>\d{8})`, "x-20250101-20250230.csv", ""},
		{`(?P<from>[\d-]{10})_(?P<to>[\d-]{10})`, "2025-01-01_2024-01-01", ""},
	} {
		re, err := filePattern(tc.pattern)
		if err != nil {
			t.Errorf("%s: %v", tc.pattern, err)
			continue
		}
		from, to, ok := datesIn(re, tc.name)
		if got := from.String() + " " + to.String(); ok && got != tc.want || !ok && tc.want != "" {
			t.Errorf("%s of %s: %q, %v, want %q", tc.pattern, tc.name, got, ok, tc.want)
		}
	}
	for _, bad := range []string{"(", `(?P<day>\d)`, `(\d{4})`, `(?P<from>\d{8})`} {
		if _, err := filePattern(bad); err == nil {
			t.Errorf("the pattern %q was taken", bad)
		}
	}
}
