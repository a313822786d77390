package portfolio

import (
	"errors"
	"testing"

	"jalon/internal/civil"
)

func TestReportCacheForgets(t *testing.T) {
	c := newCache[reportKey](reportCacheSize, func(*Report) int { return 1 })
	built := 0
	ask := func(roadmap RoadmapID, version int64, on civil.Date) {
		t.Helper()
		if _, err := c.get(reportKey{roadmap: roadmap, factsVersion: version, day: on}, func() (*Report, error) { built++; return &Report{}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 * reportCacheSize {
		ask(1, 1, day("2026-01-01").AddDays(i))
	}
	for v := range int64(50) {
		ask(2, v, day("2026-01-01"))
	}
	if len(c.held) > reportCacheSize || len(c.held) != len(c.order) || c.weight != len(c.held) {
		t.Errorf("%d reports held, %d in order, weight %d, want at most %d", len(c.held), len(c.order), c.weight, reportCacheSize)
	}
	before := built
	ask(2, 49, day("2026-01-01"))
	ask(1, 1, day("2026-01-01").AddDays(3*reportCacheSize-1))
	if built != before {
		t.Error("the youngest reports were forgotten")
	}
}

func TestCacheWeighs(t *testing.T) {
	c := newCache[indexKey](100, func(n int) int { return n })
	ask := func(roadmap RoadmapID, weight int) (built bool) {
		t.Helper()
		v, err := c.get(indexKey{roadmap: roadmap}, func() (int, error) { built = true; return weight, nil })
		if err != nil || v != weight {
			t.Errorf("get(%d) = %d, %v, want %d", roadmap, v, err, weight)
		}
		return built
	}
	steps := []struct {
		name    string
		roadmap RoadmapID
		weight  int
		built   bool
		total   int
	}{
		{"the first", 1, 60, true, 60},
		{"it is held", 1, 60, false, 60},
		{"both fit", 2, 40, true, 100},
		{"too heavy to be held, and pushes out nothing", 3, 101, true, 100},
		{"still not held", 3, 101, true, 100},
		{"used again", 1, 60, false, 100},
		{"the one used longest ago makes room", 4, 10, true, 70},
		{"the other is still there", 1, 60, false, 70},
		{"that one has gone", 2, 40, true, 100}, // and comes back in the place of the light one
	}
	for _, tc := range steps {
		if built := ask(tc.roadmap, tc.weight); built != tc.built || c.weight != tc.total {
			t.Errorf("%s: built %v, weight %d, want %v, %d", tc.name, built, c.weight, tc.built, tc.total)
		}
	}
}

func TestCacheKeepsNoFailure(t *testing.T) {
	c := newCache[indexKey](10, func(int) int { return 1 })
	if _, err := c.get(indexKey{roadmap: 1}, func() (int, error) { return 0, errors.New("cut off") }); err == nil {
		t.Error("the failure was not told")
	}
	if v, err := c.get(indexKey{roadmap: 1}, func() (int, error) { return 7, nil }); v != 7 || err != nil {
		t.Errorf("after a failure: %d, %v, want 7", v, err)
	}
}
