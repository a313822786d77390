package portfolio

import (
	"context"
	"fmt"
	"math/big"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
)

// TestDelaysOfTheNearest: the roadmap's own projects tell how late projects get as soon as there are enough of them, else those of the organisation, else the assumption.
func TestDelaysOfTheNearest(t *testing.T) {
	took := func(n int, percent int64) (out []*big.Rat) {
		for range n {
			out = append(out, big.NewRat(percent, 100))
		}
		return out
	}
	for name, c := range map[string]struct {
		finished finishedDelays
		want     string
	}{
		"nothing is finished":           {nil, "2000 assumed of 0"},
		"too few in the organisation":   {finishedDelays{1: took(4, 50), 2: took(5, 10)}, "2000 assumed of 9"},
		"enough in the organisation":    {finishedDelays{1: took(9, 50), 2: took(91, 10)}, "1000 of the organisation's 100"},
		"enough in the roadmap":         {finishedDelays{1: took(10, 50), 2: took(91, 10)}, "5000 of the roadmap's 10"},
		"enough in another one":         {finishedDelays{2: took(10, 10)}, "1000 of the organisation's 10"},
		"the roadmap is alone with it":  {finishedDelays{1: took(12, 30)}, "3000 of the roadmap's 12"},
		"none in the roadmap, too few…": {finishedDelays{2: took(9, 30)}, "2000 assumed of 9"},
	} {
		d := c.finished.quantiles(1, 2000)
		got := fmt.Sprintf("%d of the organisation's %d", d.P80, d.N)
		switch {
		case d.Assumed:
			got = fmt.Sprintf("%d assumed of %d", d.P80, d.N)
		case d.Roadmap:
			got = fmt.Sprintf("%d of the roadmap's %d", d.P80, d.N)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		w := &weighed{content: scenarioContent{Delay: d, End: civil.D(2028, 12, 31), Currency: money.EUR}}
		var g GuardReport
		g.note(w)
		want := "guard.delay_organisation"
		if d.Assumed {
			want = "guard.assumed_delay"
		} else if d.Roadmap {
			want = "guard.delay_roadmap"
		}
		if last := g.Notes[len(g.Notes)-1]; last.Key != want {
			t.Errorf("%s: the guard says %s, want %s", name, last.Key, want)
		}
		if b := g.blind(); len(b.Notes) != 1 || b.Notes[0].Key != want {
			t.Errorf("%s: without costs the guard says %+v", name, b.Notes)
		}
	}
}

// TestFinishedDelays: what is in service or closed counts for its roadmap, with how much longer it took than was first planned.
func TestFinishedDelays(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		took := func(code, end string, phase Phase) {
			late := estimate("2026-06-01", 10, "2026-01-01", end)
			late.Phase = phase
			d.newProject(code, estimate("2026-01-01", 10, "2026-01-01", "2026-01-10"), late) // ten days
		}
		took("P1", "2026-01-15", PhaseRun)
		took("P2", "2026-01-20", PhaseClosed)
		took("P3", "2026-01-30", PhaseBuild)
		first := d.roadmap
		other, err := d.service.CreateRoadmap(ctx, operator, RoadmapInput{Roadmap: Roadmap{OrganisationID: d.org.ID, Code: "FDR2", Name: "Autre", Start: day("2025-01-01"), End: day("2027-12-31"), Currency: money.EUR, Status: RoadmapRunning},
			Themes: []Theme{{Code: "T1", Name: "Proximité", Position: 1}}})
		if err != nil {
			t.Fatal(err)
		}
		d.roadmap = other
		took("Q1", "2026-01-11", PhaseRun)
		got, err := d.service.finishedDelays(ctx, db.Read(), d.org.ID, day("2026-09-01"))
		if want := fmt.Sprint(map[RoadmapID]string{first.ID: "[1/2 1/1]", other.ID: "[1/10]"}); err != nil || fmt.Sprint(map[RoadmapID]string{first.ID: fmt.Sprint(got[first.ID]), other.ID: fmt.Sprint(got[other.ID])}) != want {
			t.Errorf("delays = %v, %v, want %s", got, err, want)
		}
	})
}
