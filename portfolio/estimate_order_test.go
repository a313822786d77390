package portfolio

import (
	"context"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// TestEstimateOfOneDate: a date that comes alone is held against the other one as it was known on its day, so that
// no project ends before it starts.
func TestEstimateOfOneDate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1", estimate("2026-01-01", 100, "2026-02-01", "2026-12-31"), estimate("2026-06-01", 0, "", "2027-06-30"))
		for _, tc := range []struct {
			name     string
			estimate Estimate
			field    string
		}{
			{"a start past the end", estimate("2026-07-01", 0, "2027-07-01", ""), "start"},
			{"an end before the start", estimate("2026-07-01", 0, "", "2026-01-31"), "end"},
			{"a start past the end of its own day", estimate("2026-05-01", 0, "2027-01-01", ""), "start"},
			{"a start on the last day", estimate("2026-07-01", 0, "2027-06-30", ""), ""},
			{"an end on the day of the new start", estimate("2026-08-01", 0, "", "2027-06-30"), ""},
			{"both at once, elsewhere", estimate("2026-09-01", 0, "2030-01-01", "2031-01-01"), ""},
			{"before anything was known", estimate("2025-01-01", 0, "2040-01-01", ""), ""},
		} {
			err := d.service.BookEstimate(context.Background(), operator, p, tc.estimate)
			f := fault.As(err)
			switch {
			case tc.field == "" && err != nil:
				t.Errorf("%s: %v", tc.name, err)
			case tc.field != "" && (f == nil || len(f.Fields) != 1 || f.Fields[0].Name != tc.field || f.Fields[0].Key != "input.end_before_start"):
				t.Errorf("%s: %v, want it refused beside %s", tc.name, err, tc.field)
			}
		}
	})
}
