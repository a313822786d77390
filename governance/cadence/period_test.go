package cadence

import (
	"encoding/json"
	"errors"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/fault"

	"pgregory.net/rapid"
)

var frequencies = []Frequency{Monthly, Quarterly, HalfYearly, Yearly}

func genPeriod(f Frequency) *rapid.Generator[Period] {
	return rapid.Custom(func(t *rapid.T) Period {
		return PeriodOf(f, on(1900, 1, 1).AddDays(rapid.IntRange(0, 109_000).Draw(t, "day")))
	})
}

func mustPeriod(t testing.TB, s string) Period {
	t.Helper()
	p, err := Parse(s)
	if err != nil {
		t.Fatalf("period %q: %v", s, err)
	}
	return p
}

func TestPeriod(t *testing.T) {
	cases := []struct {
		text           string
		frequency      Frequency
		first, last    civil.Date
		previous, next string
	}{
		{"2026-10", Monthly, on(2026, 10, 1), on(2026, 10, 31), "2026-09", "2026-11"},
		{"2026-12", Monthly, on(2026, 12, 1), on(2026, 12, 31), "2026-11", "2027-01"},
		{"2024-02", Monthly, on(2024, 2, 1), on(2024, 2, 29), "2024-01", "2024-03"},
		{"2026-Q4", Quarterly, on(2026, 10, 1), on(2026, 12, 31), "2026-Q3", "2027-Q1"},
		{"2026-Q1", Quarterly, on(2026, 1, 1), on(2026, 3, 31), "2025-Q4", "2026-Q2"},
		{"2026-H2", HalfYearly, on(2026, 7, 1), on(2026, 12, 31), "2026-H1", "2027-H1"},
		{"2026", Yearly, on(2026, 1, 1), on(2026, 12, 31), "2025", "2027"},
		{"9999", Yearly, on(9999, 1, 1), on(9999, 12, 31), "9998", ""},
		{"0001-01", Monthly, on(1, 1, 1), on(1, 1, 31), "", "0001-02"},
	}
	for _, tc := range cases {
		p := mustPeriod(t, tc.text)
		if p.String() != tc.text || p.Frequency() != tc.frequency || p.First() != tc.first || p.Last() != tc.last ||
			p.Previous().String() != tc.previous || p.Next().String() != tc.next {
			t.Errorf("%s: %s %s from %s to %s, after %q, before %q", tc.text, p, p.Frequency(), p.First(), p.Last(), p.Previous(), p.Next())
		}
	}
}

func TestParsePeriodRefuses(t *testing.T) {
	for _, s := range []string{"", "26", "20261", "2026-", "2026-1", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-H3", "2026-H0", "2026-q1",
		"2026-Q", "2026Q1", "2026/10", "0000", "0000-01", " 2026", "2026 ", "2026-10-01", "2026-W1", "٢٠٢٦", "2026-+1", "-026", "2026-QQ"} {
		p, err := Parse(s)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != "cadence.period.invalid" || f.Kind != fault.KindInvalid || !p.IsZero() {
			t.Errorf("Parse(%q) = %q, %v, want a fault", s, p, err)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"2026-10", "2026-Q4", "2026-H2", "2026", "9999-12", "0000", "2026-Q٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil {
			return
		}
		if p.String() != s {
			t.Errorf("%q was read as %s", s, p)
		}
		if PeriodOf(p.Frequency(), p.First()) != p || PeriodOf(p.Frequency(), p.Last()) != p {
			t.Errorf("%s goes from %s to %s, which are not in it", p, p.First(), p.Last())
		}
	})
}

func TestPeriodProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(frequencies).Draw(t, "frequency")
		p := genPeriod(f).Draw(t, "period")
		if p.Next().Previous() != p || p.Previous().Next() != p {
			t.Fatalf("%s, its next %s and its previous %s are no neighbours", p, p.Next(), p.Previous())
		}
		if p.Last().AddDays(1) != p.Next().First() || p.Compare(p.Next()) >= 0 || p.Compare(p) != 0 {
			t.Fatalf("%s ends on %s, %s begins on %s", p, p.Last(), p.Next(), p.Next().First())
		}
		if back, err := Parse(p.String()); err != nil || back != p {
			t.Fatalf("%s came back as %s, %v", p, back, err)
		}
		day := p.First().AddDays(rapid.IntRange(0, p.First().DaysUntil(p.Last())).Draw(t, "day"))
		if PeriodOf(f, day) != p {
			t.Fatalf("%s is in %s, want %s", day, PeriodOf(f, day), p)
		}
	})
}

func TestNoPeriod(t *testing.T) {
	var p Period
	if p.String() != "" || p.Frequency() != "" || !p.Next().IsZero() || !p.Previous().IsZero() || !p.First().IsZero() || !p.Last().IsZero() {
		t.Errorf("no period: %q %q from %s to %s", p, p.Frequency(), p.First(), p.Last())
	}
	if !PeriodOf("weekly", on(2026, 1, 1)).IsZero() || !PeriodOf(Monthly, civil.Date{}).IsZero() {
		t.Error("an unknown frequency and no day have no period")
	}
}

func TestPeriodJSON(t *testing.T) {
	in := []Period{mustPeriod(t, "2026-Q4"), {}}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `["2026-Q4",""]` {
		t.Fatalf("%s, %v", text, err)
	}
	var out []Period
	if err := json.Unmarshal(text, &out); err != nil || len(out) != 2 || out[0] != in[0] || out[1] != in[1] {
		t.Errorf("came back as %v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`["2026-Q5"]`), &out); err == nil {
		t.Error("a fifth quarter was read")
	}
}
