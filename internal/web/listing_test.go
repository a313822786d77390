package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jalon/internal/sample"
	"jalon/portfolio"
	"jalon/views"
)

func codes(r *portfolio.Report, q views.ProjectQuery) []string {
	var out []string
	newListing(r).walk(r, q, func(l *portfolio.ProjectLine) { out = append(out, l.Code) })
	return out
}

func TestSearchFoldsAccentsAndCase(t *testing.T) {
	r := sample.Report(14)
	for search, want := range map[string][]string{
		"oeuvres":          {"P-03"},
		"ŒUVRES numérisée": {"P-03"},
		"departement":      {"P-04", "P-13"},
		"telephonie":       {"P-05"},
		"lenfance":         {"P-01"},
		"p-07":             {"P-07"},
		"bus cars":         {"P-09"},
		"« Bus":            {"P-09"},
		"arch subvention":  nil,
	} {
		if got := codes(r, views.ProjectQuery{Text: search}); !slices.Equal(got, want) {
			t.Errorf("search %q found %v, want %v", search, got, want)
		}
	}
	if got := codes(r, views.ProjectQuery{Text: "MULLER autonomie"}); len(got) != 14 {
		t.Errorf("the manager and the department are not searched: %v", got)
	}
	if got := codes(r, views.ProjectQuery{Text: "«»!"}); len(got) != 14 {
		t.Errorf("signs alone should leave nothing out, found %d", len(got))
	}
}

// TestListingAgainstPlainWay compares with filtering and sorting in the plainest way.
func TestListingAgainstPlainWay(t *testing.T) {
	r := sample.Report(300)
	l := newListing(r)
	rapid.Check(t, func(t *rapid.T) {
		pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
		q := views.ProjectQuery{
			Theme: pick("theme", "", "0", "1", "4"), Phase: pick("phase", "", "build", "run", "unknown"), Cost: pick("cost", "", "", "red", "grey"),
			Schedule: pick("schedule", "", "", "amber", "grey"), Gap: pick("gap", append([]string{"", ""}, views.Gaps...)...), Question: rapid.Bool().Draw(t, "question"),
			Sort: pick("sort", append([]string{""}, views.SortColumns...)...), Desc: rapid.Bool().Draw(t, "desc"), Page: rapid.IntRange(0, 9).Draw(t, "page"),
		}
		f := newFilter(q)
		var want []int64
		for i := range r.Projects {
			if f.matches(&r.Projects[i], l.text[i]) {
				want = append(want, int64(r.Projects[i].ID))
			}
		}
		var got []int64
		var lines []*portfolio.ProjectLine
		l.walk(r, q, func(p *portfolio.ProjectLine) { got, lines = append(got, int64(p.ID)), append(lines, p) })
		sorted := slices.Clone(got)
		slices.Sort(sorted)
		if !slices.Equal(sorted, want) {
			t.Fatalf("found %v, want %v", sorted, want)
		}
		checkOrder(t, r, q, lines)
		shown, total, page := l.page(r, q)
		first := (page - 1) * views.PageSize
		if total != len(got) || len(shown) != min(views.PageSize, max(total-first, 0)) || (total > 0 && shown[0] != lines[first]) {
			t.Fatalf("page %d shows %d of %d, first %v", page, len(shown), total, shown)
		}
	})
}

func checkOrder(t *rapid.T, r *portfolio.Report, q views.ProjectQuery, lines []*portfolio.ProjectLine) {
	value := map[string]func(*portfolio.ProjectLine) (int64, bool){
		views.SortWeight: func(l *portfolio.ProjectLine) (int64, bool) { return l.Weight, l.Weight > 0 },
		views.SortCost: func(l *portfolio.ProjectLine) (int64, bool) {
			if l.Cost == nil {
				return 0, false
			}
			return int64(*l.Cost), true
		},
		views.SortEnd: func(l *portfolio.ProjectLine) (int64, bool) { return int64(l.End.Number()), !l.End.IsZero() },
	}[q.Sort]
	if value == nil {
		return
	}
	for i := 1; i < len(lines); i++ {
		a, hasA := value(lines[i-1])
		b, hasB := value(lines[i])
		order := cmp.Compare(a, b)
		if q.Desc {
			order = -order
		}
		if (!hasA && hasB) || (hasA && hasB && order > 0) {
			t.Fatalf("%s desc=%v: %v stands before %v", q.Sort, q.Desc, lines[i-1].Code, lines[i].Code)
		}
	}
}

func FuzzParseProjectQuery(f *testing.F) {
	f.Add("q=x&page=2&sort=cost&dir=desc")
	f.Add("theme=-1&phase=%00&page=1e9")
	r := sample.Report(20)
	l := newListing(r)
	f.Fuzz(func(t *testing.T, raw string) {
		v, _ := url.ParseQuery(raw)
		q, wrong := parseProjectQuery(v, views.For("fr"), r)
		if len(wrong) == 0 {
			l.page(r, q)
		}
		if strings.ContainsAny(views.ProjectsURL(1, q, views.Day{}), "\r\n\"<> ") {
			t.Errorf("the address of %q breaks out", raw)
		}
	})
}

func BenchmarkListPage(b *testing.B) {
	r := sample.Report(10000)
	l := newListing(r)
	for name, q := range map[string]views.ProjectQuery{"all": {}, "search": {Text: "œuvres archives"}, "sorted": {Sort: views.SortCost, Desc: true, Page: 40}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.page(r, q)
			}
		})
	}
}

func BenchmarkListRequest(b *testing.B) {
	app := newSite(b, newFake(10000), Config{}, nil)
	b.ReportAllocs()
	for b.Loop() {
		get(b, app, "/roadmaps/1/projects?sort=cost&page=3")
	}
}
