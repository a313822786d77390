package views

import (
	"strings"
	"testing"

	"jalon/internal/htmltest"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// Whole amounts lose their empty decimals, others keep theirs.
func TestMoney(t *testing.T) {
	for _, tc := range []struct {
		lang   string
		amount money.Amount
		want   string
	}{
		{"fr", 78_000_000, "780\u202f000\u00a0€"}, {"fr", 78_000_050, "780\u202f000,50\u00a0€"}, {"fr", 0, "0\u00a0€"},
		{"en", 78_000_000, "€780,000"}, {"en", 78_000_050, "€780,000.50"}, {"en", -100_00, "-€100"},
	} {
		if got := For(tc.lang).Money(tc.amount, money.EUR); got != tc.want {
			t.Errorf("%s: Money(%d) = %q, want %q", tc.lang, tc.amount, got, tc.want)
		}
	}
}

func TestInstant(t *testing.T) {
	for _, tc := range []struct{ lang, at, want string }{
		{"fr", "2026-11-01T06:00:00+01:00", "1er novembre 2026 à 06:00"}, {"fr", "2026-09-09T07:00:00+02:00", "9 septembre 2026 à 07:00"},
		{"en", "2026-11-01T06:00:00+01:00", "1 November 2026, 06:00"}, {"en", "yesterday", "yesterday"},
	} {
		if got := plain(For(tc.lang).Instant(tc.at)); got != tc.want {
			t.Errorf("%s: Instant(%q) = %q, want %q", tc.lang, tc.at, got, tc.want)
		}
	}
}

// The share of the vote is rounded, not cut, on the page and in the PDF, and does not overflow.
func TestOfVoted(t *testing.T) {
	amount := func(n money.Amount) *money.Amount { return &n }
	for _, tc := range []struct {
		name      string
		withCost  int
		sum       money.Amount
		voted     *money.Amount
		wantShare string
	}{
		{"rounded up", 1, 11406, amount(10000), "114.1%"}, {"rounded down", 1, 11404, amount(10000), "114.0%"},
		{"nothing voted", 1, 5, nil, ""}, {"a vote of zero", 1, 5, amount(0), ""}, {"no cost known", 0, 0, amount(10000), ""},
		{"beyond all bounds", 1, 9_000_000_000_000_000_000, amount(1), ""},
	} {
		r := &portfolio.Report{}
		r.Totals.WithCost, r.Totals.SumCost, r.Roadmap.Voted = tc.withCost, tc.sum, tc.voted
		want := ""
		if tc.wantShare != "" {
			want = For("en").T("pdf.of_voted", tc.wantShare)
		}
		if got := For("en").OfVoted(r); got != want {
			t.Errorf("%s: %q, want %q", tc.name, got, want)
		}
	}
}

// A theme without a known cost costs a dash, not nothing.
func TestThemeCost(t *testing.T) {
	zero := money.Amount(0)
	r := &portfolio.Report{Projects: []portfolio.ProjectLine{{ThemeID: 1}, {ThemeID: 2, Cost: &zero}}}
	for _, tc := range []struct {
		theme portfolio.ThemeLine
		known bool
	}{{portfolio.ThemeLine{ID: 1}, false}, {portfolio.ThemeLine{ID: 2}, true}, {portfolio.ThemeLine{ID: 3}, false}, {portfolio.ThemeLine{ID: 4, SumCost: 7}, true}} {
		if got := ThemeCost(r, tc.theme); (got != nil) != tc.known || got != nil && *got != tc.theme.SumCost {
			t.Errorf("theme %d: %v, want it known: %v", tc.theme.ID, got, tc.known)
		}
	}
}

// The sections stand in the order of the table of contents, under its numbers.
func TestPackSectionsAreNumberedInOrder(t *testing.T) {
	p := htmltest.Parse(t, packBody(t, sample.Pack(sample.Report(8), "fr")))
	var got []string
	for _, n := range p.All("section h2") {
		got = append(got, n.Text())
	}
	x := For("fr")
	want := []string{"1. " + x.T("pdf.essentials"), "2. " + x.T("pdf.since"), "3. " + x.T("pdf.timeline"), "4. " + x.T("pdf.decisions"),
		"5. " + x.T("pdf.drift"), "6. " + x.T("pdf.milestones"), "7. " + x.T("pdf.sheets"), "8. " + plain(x.T("pdf.annex"))}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("sections %q, want %q", got, want)
	}
}
