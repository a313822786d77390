package views

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"jalon/governance"
	"jalon/internal/htmltest"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// packBody renders the page of a snapshot.
func packBody(t testing.TB, s *governance.Snapshot) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, NewPackPage(Base{Printer: For(s.Locale)}, sample.Committees()[0].Packs[0], s)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// plain writes a text as htmltest reads it, with plain spaces.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// tableOf gives the cells of the first table of the page that has the caption. The letter and the
// word of a badge stand before its figure.
func tableOf(t *testing.T, p *htmltest.Page, caption string) [][]string {
	t.Helper()
	for _, table := range p.All("table") {
		if !slices.ContainsFunc(slices.Collect(elements(table, "caption")), func(n htmltest.Node) bool { return n.Text() == plain(caption) }) {
			continue
		}
		var rows [][]string
		for body := range elements(table, "tbody") {
			for tr := range elements(body, "tr") {
				var row []string
				for cell := range elements(tr, "") {
					row = append(row, cell.Text())
				}
				rows = append(rows, row)
			}
		}
		return rows
	}
	t.Fatalf("no table %q", caption)
	return nil
}

// elements walks the children of a node that have the name, all of them for "".
func elements(n htmltest.Node, name string) func(yield func(htmltest.Node) bool) {
	return func(yield func(htmltest.Node) bool) {
		for c := range n.ChildNodes() {
			if c.Data == name || name == "" {
				if !yield(htmltest.Node{Node: c}) {
					return
				}
			}
		}
	}
}

// TestPackEssentialsAreTheSnapshots holds every figure of the essentials against the snapshot.
func TestPackEssentialsAreTheSnapshots(t *testing.T) {
	for _, lang := range Languages {
		s := sample.Pack(sample.Report(36), lang)
		x, totals := For(lang), s.Report.Totals
		p := htmltest.Parse(t, packBody(t, s))
		same := func(what string, got, want []string) {
			t.Helper()
			for i := range want {
				want[i] = plain(want[i])
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s = %q, want %q", lang, what, got, want)
			}
		}
		badge := func(b Badge) string { return b.Letter + b.Word + " " }
		drift := tableOf(t, p, x.T("web.dashboard.drift"))
		for i, a := range []struct {
			name string
			portfolio.Averages
			reference money.BasisPoints
		}{{"web.drift.schedule", totals.Schedule, s.Report.ReferenceSchedule}, {"web.drift.cost", totals.Cost, s.Report.ReferenceCost}} {
			same(a.name, drift[i], []string{x.T(a.name), badge(x.judge(s.Report.Thresholds, a.Mean)) + x.Percent(a.Mean), x.Percent(a.Aggregate), x.Percent(a.Median), x.Percent(a.Weighted),
				strconv.Itoa(a.N), strconv.Itoa(a.ReEstimated), strconv.Itoa(a.Undefined), x.Percent(a.reference)})
		}
		for i, c := range []portfolio.ColourCount{totals.ComputedSchedule, totals.DeclaredSchedule, totals.ComputedCost, totals.DeclaredCost, totals.DeclaredScope, totals.DeclaredPeople} {
			row := tableOf(t, p, x.T("web.dashboard.weather"))[i]
			same("weather "+row[0], row[2:], []string{strconv.Itoa(c.Green), strconv.Itoa(c.Amber), strconv.Itoa(c.Red), strconv.Itoa(c.Grey)})
		}
		for i, b := range totals.BySize {
			row := tableOf(t, p, x.T("web.dashboard.sizes"))[i]
			same("size "+row[0], row[1:], []string{strconv.Itoa(b.ScheduleN), x.Percent(b.ScheduleMean), x.Percent(b.ScheduleAggregate), strconv.Itoa(b.N), x.Percent(b.Mean), x.Percent(b.Aggregate)})
		}
		var values []string
		for _, n := range p.All("ul.figures p.value") {
			values = append(values, n.Text())
		}
		same("key figures", values, []string{badge(x.judge(s.Report.Thresholds, totals.Schedule.Mean)) + x.Percent(totals.Schedule.Mean), badge(x.judge(s.Report.Thresholds, totals.Cost.Mean)) + x.Percent(totals.Cost.Mean),
			x.Date(s.Report.Roadmap.End), x.MoneyShort(totals.SumCost, money.EUR), x.Int(int64(totals.Projects)), x.Int(int64(totals.NeedDecision))})
	}
}

// TestPackDecompositionAddsUp reads the parts off the page, as a reader would.
func TestPackDecompositionAddsUp(t *testing.T) {
	number := strings.NewReplacer(",", "", ".", "", "−", "-", "+", "")
	for _, lang := range Languages {
		p := htmltest.Parse(t, packBody(t, sample.Pack(sample.Report(36), lang)))
		rows := tableOf(t, p, For(lang).T("pdf.decomposition"))
		if len(rows) != 4 || rows[1][1] != Dash {
			t.Fatalf("%s: %q, want four rows, the second undefined", lang, rows)
		}
		for _, i := range []int{0, 2, 3} {
			var n [7]int
			for k := 1; k < 7; k++ {
				var err error
				if n[k], err = strconv.Atoi(number.Replace(rows[i][k])); err != nil {
					t.Fatal(err)
				}
			}
			if n[2]+n[3]+n[4] != n[5] || n[1]+n[5] != n[6] {
				t.Errorf("%s: %q does not add up", lang, rows[i])
			}
		}
	}
}

// TestPackShowsEveryProject holds the sheets, the tables and the links between them.
func TestPackShowsEveryProject(t *testing.T) {
	s := sample.Pack(sample.Report(36), "fr")
	p := htmltest.Parse(t, packBody(t, s))
	if got := len(p.All("section.sheet")); got != 36 {
		t.Errorf("%d sheets, want 36", got)
	}
	for _, caption := range []string{"pdf.schedule_table", "pdf.cost_table"} {
		if got := len(tableOf(t, p, For("fr").T(caption))); got != 36 {
			t.Errorf("%s has %d rows, want 36", caption, got)
		}
	}
	for _, l := range s.Report.Projects {
		if id := fmt.Sprintf("project-%d", l.ID); len(p.All("nav.contents a[href=#"+id+"]")) != 1 {
			t.Errorf("the contents do not lead to %s", id)
		}
	}
	for _, n := range p.All("main a") { // a pack leads to itself, its PDF and its committee
		if href := n.Attr("href"); !regexp.MustCompile(`^(#|/packs/3\.pdf$|/committees/OPS$)`).MatchString(href) {
			t.Errorf("link to %s, which shows today", href)
		}
	}
	body := packBody(t, s)
	for _, text := range []string{"2 jours après la date prévue", "la TVA était comptée deux fois", "Réuni avec P-04", "2c26b46b68ffc68f"} {
		if !strings.Contains(body, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

func TestWorstFirst(t *testing.T) {
	bp := func(n money.BasisPoints) *money.BasisPoints { return &n }
	var lines []portfolio.ProjectLine
	for i, d := range []*money.BasisPoints{nil, bp(5), bp(-3), nil, bp(5), bp(9)} {
		lines = append(lines, portfolio.ProjectLine{ID: portfolio.ProjectID(i), Schedule: portfolio.Deviation{BP: d}})
	}
	var got []portfolio.ProjectID
	for _, l := range WorstFirst(lines, func(l *portfolio.ProjectLine) *money.BasisPoints { return l.Schedule.BP }) {
		got = append(got, l.ID)
	}
	if want := []portfolio.ProjectID{5, 1, 4, 2, 0, 3}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

func TestHundredths(t *testing.T) {
	for _, tc := range []struct {
		lang string
		bp   money.BasisPoints
		want string
	}{{"fr", 132, "+1,32"}, {"fr", -5, "−0,05"}, {"en", -1005, "-10.05"}, {"en", 0, "0.00"}, {"fr", 1234567, "+12\u202f345,67"}} {
		if got := For(tc.lang).Hundredths(tc.bp); got != tc.want {
			t.Errorf("%s %d = %q, want %q", tc.lang, tc.bp, got, tc.want)
		}
	}
}

func BenchmarkPackPage(b *testing.B) {
	s := sample.Pack(sample.Report(40), "fr")
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		size = len(packBody(b, s))
	}
	b.ReportMetric(float64(size), "bytes")
}
