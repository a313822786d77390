package civil

import "testing"

func TestQuarter(t *testing.T) {
	for text, want := range map[string]Quarter{"2027-Q1": {2027, 1}, "1999-Q4": {1999, 4}} {
		q, err := ParseQuarter(text)
		if err != nil || q != want || q.String() != text {
			t.Errorf("ParseQuarter(%s) = %v, %v", text, q, err)
		}
	}
	for _, text := range []string{"", "2027", "2027-Q0", "2027-Q5", "2027-T1", "27-Q1", "2027-Q1 ", "2027Q1", "abcd-Q1"} {
		if q, err := ParseQuarter(text); err == nil {
			t.Errorf("ParseQuarter(%q) = %v", text, q)
		}
	}
	for on, want := range map[Date]Quarter{D(2027, 1, 1): {2027, 1}, D(2027, 3, 31): {2027, 1}, D(2027, 4, 1): {2027, 2}, D(2027, 12, 31): {2027, 4}} {
		if q := on.QuarterOf(); q != want || on.Before(q.First()) || on.After(q.Last()) {
			t.Errorf("%s lies in %v, want %v", on, q, want)
		}
	}
	q := Quarter{2027, 1}
	for n := -9; n <= 9; n++ {
		if got := q.Until(q.Add(n)); got != n || q.Before(q.Add(n)) != (n > 0) {
			t.Errorf("from %v to %v are %d quarters, want %d", q, q.Add(n), got, n)
		}
	}
	if a, b := q.Add(-1), (Quarter{2026, 4}); a != b || a.Last().AddDays(1) != q.First() {
		t.Errorf("before %v comes %v, want %v", q, a, b)
	}
}

func TestQuarterStored(t *testing.T) {
	q := Quarter{2027, 3}
	v, err := q.Value()
	if err != nil || v != "2027-Q3" {
		t.Fatalf("stored as %v, %v", v, err)
	}
	for _, src := range []any{"2027-Q3", []byte("2027-Q3")} {
		var got Quarter
		if err := got.Scan(src); err != nil || got != q {
			t.Errorf("Scan(%v) = %v, %v", src, got, err)
		}
	}
	for _, src := range []any{"2027", 3, nil} {
		if err := new(Quarter).Scan(src); err == nil {
			t.Errorf("Scan(%v) is taken", src)
		}
	}
}
