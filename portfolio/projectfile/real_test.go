package projectfile

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"jalon/internal/grid"
	"jalon/internal/money"
)

// realFile reads a public file that lies beside the repository; it is no part of it.
func realFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "portfolios", name))
	if err != nil {
		t.Skipf("real project lists are not beside the repository: %v", err)
	}
	return data
}

func readReal(t *testing.T, name, profile string) List {
	t.Helper()
	p, ok := BuiltIn(profile)
	if !ok {
		t.Fatalf("no profile %q", profile)
	}
	l, err := Read(realFile(t, name), name, p, money.EUR)
	if err != nil {
		t.Fatalf("Read(%s): %v", name, err)
	}
	if l.Read != l.Matched+l.Rejected || l.Matched != len(l.Rows) {
		t.Errorf("%s: read %d ≠ matched %d + rejected %d, or %d rows", name, l.Read, l.Matched, l.Rejected, len(l.Rows))
	}
	codes := map[string]int{}
	for _, f := range l.Findings {
		codes[f.Code]++
	}
	t.Logf("%s: %d rows, findings %v", name, l.Read, codes)
	return l
}

func TestRealPanorama(t *testing.T) {
	for _, tc := range []struct {
		file                         string
		rows, inter, cost, durations int
		sum                          money.Amount
		years, within                float64
	}{
		{"panorama/2017-06_61projets.csv", 61, 20, 53, 53, 2_561_100_000_00, 5.96, 0.005},
		{"panorama/panorama_20170630.csv", 61, 20, 53, 53, 2_561_100_000_00, 5.96, 0.005},
		{"panorama/export_2018-03-26.xlsx", 61, 21, 60, 60, 0, 0, 0},
		{"panorama/2018-11_54projets.csv", 54, 17, 50, 51, 0, 6.3, 0.05},
		{"panorama/2019-03_48projets.csv", 48, 13, 44, 44, 0, 0, 0},
		{"panorama/2021-07_49projets.csv", 49, 3, 43, 45, 0, 6.48, 0.005},
	} {
		t.Run(tc.file, func(t *testing.T) {
			l := readReal(t, tc.file, "panorama")
			inter, cost, durations, days := 0, 0, 0, 0
			var sum money.Amount
			for _, r := range l.Rows {
				if r.InterAdministration != nil && *r.InterAdministration {
					inter++
				}
				if r.HasCost {
					cost++
					sum += r.Cost
				}
				if !r.Start.IsZero() && !r.End.IsZero() {
					durations++
					days += r.Start.DaysUntil(r.End) + 1
				}
			}
			if len(l.Rows) != tc.rows || inter != tc.inter || cost != tc.cost || durations != tc.durations {
				t.Errorf("rows %d, interministerial %d, with cost %d, with dates %d; want %d, %d, %d, %d",
					len(l.Rows), inter, cost, durations, tc.rows, tc.inter, tc.cost, tc.durations)
			}
			if tc.sum != 0 && sum != tc.sum {
				t.Errorf("Σ cost %s, want %s", sum.Decimal(l.Currency), tc.sum.Decimal(l.Currency))
			}
			if years := float64(days) / float64(durations) / 365.25; tc.years != 0 && math.Abs(years-tc.years) > tc.within {
				t.Errorf("mean duration %.3f years, want %.2f", years, tc.years)
			}
		})
	}
}

func TestRealPanoramaCommonNames(t *testing.T) {
	names := map[string]bool{}
	for _, r := range readReal(t, "panorama/2019-03_48projets.csv", "panorama").Rows {
		names[grid.Fold(r.Name)] = true
	}
	common := 0
	for _, r := range readReal(t, "panorama/2021-07_49projets.csv", "panorama").Rows {
		if names[grid.Fold(r.Name)] {
			common++
		}
	}
	if common != 22 {
		t.Errorf("%d folded names in common, want 22", common)
	}
}

// Recounts from the rows what the file says of itself. A project without a total has one row: its
// total change is 0.
func TestRealNYC(t *testing.T) {
	l := readReal(t, "nyc_capital/NYC_capital_projects_20190901.csv", "nyc-capital")
	projects := map[string][]Row{}
	figures := 0
	for _, r := range l.Rows {
		projects[r.Code] = append(projects[r.Code], r)
		if r.HasCost || !r.End.IsZero() {
			figures++
		}
	}
	if !l.Series || l.Currency != "USD" || len(projects) != 378 || len(l.Rows) != 2259 || figures != 2153 {
		t.Errorf("series %v, %s, %d projects, %d rows, %d with a figure; want a series in USD, 378, 2259, 2153",
			l.Series, l.Currency, len(projects), len(l.Rows), figures)
	}
	var costs, costsAgree, ends, endsAgree, noStart int
	for _, rows := range projects {
		last := rows[len(rows)-1]
		if moved, ok := CostMove(rows); ok {
			costs++
			total := money.Amount(0)
			if last.TotalCostChange != nil {
				total = *last.TotalCostChange
			}
			if (moved - total).Abs() <= 2_00 {
				costsAgree++
			}
		}
		if moved, ok := EndMove(rows); ok {
			ends++
			total := 0
			if last.TotalDaysChange != nil {
				total = *last.TotalDaysChange
			}
			if moved == total {
				endsAgree++
			}
		}
		started := false
		for _, r := range rows {
			started = started || !r.Start.IsZero()
		}
		if !started {
			noStart++
		}
	}
	if costs != 367 || costsAgree != 363 || ends != 362 || endsAgree != 358 || noStart != 22 {
		t.Errorf("cost %d of %d, completion %d of %d, without start %d; want 363 of 367, 358 of 362, 22",
			costsAgree, costs, endsAgree, ends, noStart)
	}
	totals := map[string]int{}
	for _, f := range l.Findings {
		totals[f.Code]++
	}
	if totals[SeriesCostTotal] != 4 || totals[SeriesDaysTotal] != 4 {
		t.Errorf("findings on totals: %d cost, %d days, want 4 and 4", totals[SeriesCostTotal], totals[SeriesDaysTotal])
	}
}
