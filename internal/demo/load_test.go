package demo

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"jalon/finance"
	"jalon/governance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/portfolio"
	"jalon/views/pdf"
)

// stamp prints a pack in no time: its fingerprint.
type stamp struct{}

func (stamp) Render(_ *governance.Snapshot, fingerprint string) ([]byte, error) {
	return []byte(fingerprint), nil
}

// told loads the story of a day and gives the services that it was told through.
func told(t *testing.T, db *database.DB, day civil.Date, printer governance.Renderer) (Services, Story) {
	t.Helper()
	clock := &Clock{}
	// A hash costs next to nothing here: nobody guesses at passwords of a test.
	people := identity.New(db, clock.Now).With(identity.Options{Key: make([]byte, identity.KeyBytes), Hashing: identity.Params{Memory: 64, Time: 1, Parallel: 1}})
	s := Services{Identity: people, Portfolio: portfolio.New(db, clock.Now), Governance: governance.New(db, clock.Now, printer), Finance: finance.New(db, clock.Now)}
	story := Unroll(day)
	last := civil.Date{}
	if err := Load(context.Background(), s, clock, story, func(day civil.Date) { last = day }); err != nil {
		t.Fatal(err)
	}
	if last != story.Day {
		t.Errorf("told until %s, want %s", last, story.Day)
	}
	return s, story
}

// reader sees everything, as the command line does.
var reader = identity.Operator("test")

// prints lists the packs with the fingerprints of what they show and of their pages.
func prints(t *testing.T, s Services, now time.Time) (out []string) {
	t.Helper()
	cards, err := s.Governance.Committees(context.Background(), reader, 0, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cards {
		for _, p := range c.Packs {
			if p.LateDays != 0 || p.Edition != 1 || p.Locale != c.Locale {
				t.Errorf("pack %+v: late, corrected or in another language", p)
			}
			out = append(out, fmt.Sprintf("%s %s %s %s", p.Committee, p.Period, p.SnapshotSHA256, p.PDFSHA256))
		}
	}
	return out
}

// TestLoad tells the story on both databases: the same packs to the last byte. With JALON_TORTURE=1
// they are printed for real and told once more, which takes most of the time.
func TestLoad(t *testing.T) {
	ctx := context.Background()
	day := civil.D(2026, time.November, 1)
	now := day.At(9, 0, time.UTC)
	var first []string
	var printer governance.Renderer = stamp{}
	torture := os.Getenv("JALON_TORTURE") == "1"
	if torture {
		printer = pdf.Renderer{}
	}
	check := func(t *testing.T, db *database.DB) {
		s, story := told(t, db, day, printer)
		got := prints(t, s, now)
		if len(got) < 20 {
			t.Errorf("only %d packs", len(got))
		}
		if first == nil {
			first = got
		} else if !slices.Equal(got, first) {
			t.Errorf("packs:\n%q\nthe first time:\n%q", got, first)
		}
		checked, faults, err := s.Governance.Verify(ctx, reader)
		if err != nil || checked != len(got) || len(faults) != 0 {
			t.Errorf("packs: %d of %d checked, %v, %v", checked, len(got), faults, err)
		}
		if broken, err := s.Portfolio.Verify(ctx, reader); err != nil || len(broken) != 0 {
			t.Errorf("register: %v, %v", broken, err)
		}
		checkRoadmaps(t, s, story)
		checkOrganisations(t, s, story)
		checkPeople(t, s, story)
		checkBooks(t, s, story)
		checkDates(t, db, story)
	}
	dbtest.Each(t, check)
	if torture {
		t.Run("again", func(t *testing.T) { check(t, dbtest.SQLite(t)) })
	}
}

// checkRoadmaps holds the portfolios of the day against the story.
func checkRoadmaps(t *testing.T, s Services, story Story) {
	t.Helper()
	ctx := context.Background()
	cards, err := s.Portfolio.Roadmaps(ctx, reader)
	if err != nil || len(cards) != len(story.Roadmaps) {
		t.Fatalf("%d roadmaps, %v, want %d", len(cards), err, len(story.Roadmaps))
	}
	for _, r := range story.Roadmaps {
		i := slices.IndexFunc(cards, func(c portfolio.RoadmapCard) bool { return c.Code == r.Code })
		if i < 0 {
			t.Errorf("roadmap %s is missing", r.Code)
			continue
		}
		rep, err := s.Portfolio.Report(ctx, reader, cards[i].ID, story.Day)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, p := range r.Projects {
			if len(p.Estimates) > 0 && (p.Exit == nil || p.Exit.On.After(story.Day)) {
				want++
			}
		}
		if rep.Totals.Projects != want {
			t.Errorf("roadmap %s: %d projects on %s, the story has %d", r.Code, rep.Totals.Projects, story.Day, want)
		}
		if cards[i].Projects != want {
			t.Errorf("roadmap %s: its card counts %d projects, its report %d", r.Code, cards[i].Projects, want)
		}
	}
}

// checkDates: everything was booked in the days of the story, nothing at the time of the test.
func checkDates(t *testing.T, db *database.DB, story Story) {
	t.Helper()
	var late int
	if err := db.Read().NewRaw("SELECT count(*) FROM audit_entry WHERE at >= ?", story.Day.AddDays(1).At(0, 0, time.UTC)).Scan(context.Background(), &late); err != nil || late != 0 {
		t.Errorf("%d acts after the story, %v", late, err)
	}
}

// Method names the way of this stamp.
func (stamp) Method() string { return "stamp/1" }
