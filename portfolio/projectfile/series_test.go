package projectfile

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

const nycHeader = "Date Reported As Of,PID,Project Name,Current Phase,Design Start,Budget Forecast,Latest Budget Changes,Total Budget Changes,Forecast Completion,Latest Schedule Changes,Total Schedule Changes\n"

func nyc(t *testing.T, text string) List {
	t.Helper()
	p, _ := BuiltIn("nyc-capital")
	return mustRead(t, nycHeader+text, p)
}

// showRows writes rows as "code@date cost start..end (before)".
func showRows(rows []Row) string {
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%s@%s %v %s %s..%s", r.Code, r.AsOf, r.HasCost, r.Cost.Decimal("USD"), r.Start, r.End)
		if f := r.Before; f != nil {
			fmt.Fprintf(&b, " (%s %v %s %s..%s)", f.AsOf, f.HasCost, f.Cost.Decimal("USD"), f.Start, f.End)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestSeries(t *testing.T) {
	for _, tc := range []struct{ name, text, rows, findings string }{
		{"first row carries a change",
			"01/01/2015 12:00:00 AM,7,A,Design,01/01/2014,900,-100,-150,02/01/2020,31,31\n06/01/2015 12:00:00 AM,7,A,Design,01/01/2014,850,-50,-150,02/01/2020,0,31\n",
			"7@2015-01-01 true 900.00 2014-01-01..2020-02-01 (2014-12-31 true 1000.00 2014-01-01..2020-01-01)\n7@2015-06-01 true 850.00 2014-01-01..2020-02-01\n", ""},
		{"a change of 0 or none books nothing before", "01/01/2015,7,A,,,900,0,,,,\n01/01/2015,8,B,,,900,,,,,\n",
			"7@2015-01-01 true 900.00 ..\n8@2015-01-01 true 900.00 ..\n", ""},
		{"cost and end start on different rows", "01/01/2015,7,A,,,900,100,,,,\n02/01/2015,7,A,,,900,0,,03/01/2016,10,\n",
			"7@2015-01-01 true 900.00 .. (2014-12-31 true 800.00 ..)\n7@2015-02-01 true 900.00 ..2016-03-01 (2015-01-31 false 0.00 ..2016-02-20)\n", ""},
		{"no estimate before below zero or before the start", "01/01/2015,7,A,,01/01/2016,900,1000,,02/01/2016,40,\n",
			"7@2015-01-01 true 900.00 2016-01-01..2016-02-01\n", "2 Latest Budget Changes before.negative [900.00 1000.00]\n2 Latest Schedule Changes before.dates [2016-02-01 40]\n"},
		{"totals of the file", "01/01/2015,7,A,,,900,,13,02/01/2016,0,1\n02/01/2015,7,A,,,910,10,13,02/03/2016,2,1\n",
			"7@2015-01-01 true 900.00 ..2016-02-01\n7@2015-02-01 true 910.00 ..2016-02-03\n",
			"3 Total Budget Changes series.cost_total [10.00 13.00]\n3 Total Schedule Changes series.days_total [2 1]\n"},
		{"within 2 $", "01/01/2015,7,A,,,900,,12,,,\n02/01/2015,7,A,,,910,10,12,,,\n", "7@2015-01-01 true 900.00 ..\n7@2015-02-01 true 910.00 ..\n", ""},
		{"one date twice", "01/01/2015,7,A,,,900,,,,,\n01/01/2015,7,A,,,800,,,,,\n", "7@2015-01-01 true 800.00 ..\n", "2  row.superseded [3]\n"},
		{"no date", ",7,A,,,900,,,,,\n13/01/2015,7,A,,,900,,,,,\n01/01/2015,7,A,,,800,,,,,\n", "7@2015-01-01 true 800.00 ..\n",
			"2 Date Reported As Of row.undated []\n3 Date Reported As Of date.impossible [13/01/2015]\n3 Date Reported As Of row.undated []\n"},
		{"an empty cell books no figure", "01/01/2015,7,A,,,,,,,,\n", "7@2015-01-01 false 0.00 ..\n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := nyc(t, tc.text)
			if got := showRows(l.Rows); got != tc.rows {
				t.Errorf("rows\n%swant\n%s", got, tc.rows)
			}
			if got := show(l); got != tc.findings {
				t.Errorf("findings\n%swant\n%s", got, tc.findings)
			}
			if !l.Series || l.Currency != "USD" || l.Fiscal.Month != 7 || l.Read != l.Matched+l.Rejected {
				t.Errorf("list %+v", l)
			}
		})
	}
}

func TestSeriesOrderDoesNotMatter(t *testing.T) {
	lines := strings.SplitAfter(strings.TrimSpace(`01/01/2015,7,A,Design,01/01/2014,900,-100,-150,02/01/2020,31,31
06/01/2015,7,A,Design,01/01/2014,850,-50,-150,02/01/2020,0,31
06/01/2015,8,B,Design,,1,5,,,,
01/01/2016,8,B,Design,,7,6,6,02/01/2020,5,
01/01/2015,10,C,Design,,7,6,6,,,`)+"\n", "\n")
	want := showRows(nyc(t, strings.Join(lines, "")).Rows)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if got := showRows(nyc(t, strings.Join(lines, "")).Rows); got != want {
			t.Fatalf("order %q gives\n%swant\n%s", lines, got, want)
		}
	}
}
