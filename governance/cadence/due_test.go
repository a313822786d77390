package cadence

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"jalon/internal/civil"

	"pgregory.net/rapid"
)

var zones = sync.OnceValue(func() []*time.Location {
	var all []*time.Location
	for _, name := range []string{"Europe/Paris", "Indian/Reunion", "Pacific/Noumea", "America/Martinique", "America/Miquelon", "Pacific/Auckland", "UTC"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		all = append(all, loc)
	}
	return all
})

func genZone(t *rapid.T) *time.Location { return rapid.SampledFrom(zones()).Draw(t, "zone") }

func periods(all []Period) string { return fmt.Sprint(all) }

func TestDue(t *testing.T) {
	paris := mustLoad(t, "Europe/Paris")
	r := mustRule(t, "monthly 2nd tuesday 09:30 following") // 2026-10-13, frozen on 2026-10-06 at 06:00
	at := func(y int, m time.Month, d, h, min int) time.Time { return time.Date(y, m, d, h, min, 0, 0, paris) }
	cases := []struct {
		name         string
		after, until time.Time
		from         civil.Date
		want         string
	}{
		{"a minute before the freeze", at(2026, 10, 6, 5, 58), at(2026, 10, 6, 5, 59), on(2026, 1, 1), "[]"},
		{"the minute of the freeze", at(2026, 10, 6, 5, 59), at(2026, 10, 6, 6, 0), on(2026, 1, 1), "[2026-10]"},
		{"the minute after", at(2026, 10, 6, 6, 0), at(2026, 10, 6, 6, 1), on(2026, 1, 1), "[]"},
		{"a machine that was off all summer", at(2026, 6, 30, 0, 0), at(2026, 10, 6, 12, 0), on(2026, 1, 1), "[2026-07 2026-08 2026-09 2026-10]"},
		{"a committee that first sits in September", at(2026, 6, 30, 0, 0), at(2026, 10, 6, 12, 0), on(2026, 9, 1), "[2026-09 2026-10]"},
		{"a sitting of that very day", at(2026, 6, 30, 0, 0), at(2026, 9, 30, 12, 0), on(2026, 9, 8), "[2026-09]"},
		{"never run before", time.Time{}, at(2026, 3, 31, 12, 0), on(2026, 1, 1), "[2026-01 2026-02 2026-03]"},
		{"an empty window", at(2026, 10, 6, 6, 0), at(2026, 10, 6, 6, 0), on(2026, 1, 1), "[]"},
		{"a window turned round", at(2026, 12, 6, 6, 0), at(2026, 10, 6, 6, 0), on(2026, 1, 1), "[]"},
		{"over the year's end", at(2026, 12, 15, 0, 0), at(2027, 1, 31, 0, 0), on(2026, 1, 1), "[2027-01]"},
	}
	for _, tc := range cases {
		if got := periods(r.Due(tc.after, tc.until, 7, paris, tc.from)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
	if got := r.Due(time.Time{}, at(2026, 12, 31, 0, 0), 7, paris, civil.Date{}); len(got) < maxWalk || len(got) > maxWalk+24+slack || got[len(got)-1].String() != "2026-12" {
		t.Errorf("from the beginning of time: %d periods from %s to %s, want a century up to 2026-12", len(got), got[0], got[len(got)-1])
	}
	if got := (Rule{}).Due(time.Time{}, at(2026, 12, 31, 0, 0), 7, paris, civil.Date{}); len(got) != 0 {
		t.Errorf("an invalid rule is due for %v", got)
	}
	if got := r.Due(at(2026, 1, 1, 0, 0), time.Date(20000, 1, 1, 0, 0, 0, 0, paris), 7, paris, civil.Date{}); len(got) != 0 {
		t.Errorf("a window beyond the calendar is due for %d periods", len(got))
	}
}

// TestDuePartitionsTime cuts two years, with their four changes of clocks, anywhere: together the
// windows give each period once, in order.
func TestDuePartitionsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, loc := genRule().Draw(t, "rule"), genZone(t)
		lead := rapid.OneOf(rapid.IntRange(0, 30), rapid.IntRange(0, MaxLeadDays)).Draw(t, "lead")
		from := on(2025, 12, 1).AddDays(rapid.IntRange(0, 400).Draw(t, "from"))
		begin := time.Date(2026, 1, 1, 0, 0, 0, 0, loc)
		end := begin.AddDate(2, 0, 0)
		whole := r.Due(begin, end, lead, loc, from)

		var expected []Period
		for p := PeriodOf(r.Frequency, on(2025, 1, 1)); p.First().Year() < 2030; p = p.Next() {
			at := r.FreezeAt(p, lead, loc)
			if at.After(begin) && !at.After(end) && !r.Sitting(p).Before(from) {
				expected = append(expected, p)
			}
		}
		if !slices.Equal(whole, expected) {
			t.Fatalf("%q, lead %d, from %s in %s: due %v, want %v", r, lead, from, loc, whole, expected)
		}

		// Cuts fall anywhere, and, to be unkind, on the freezes themselves.
		cuts := []time.Time{begin, end}
		for range rapid.IntRange(0, 12).Draw(t, "cuts") {
			cuts = append(cuts, begin.Add(time.Duration(rapid.Int64Range(0, int64(end.Sub(begin)/time.Second)).Draw(t, "second"))*time.Second))
		}
		for _, p := range whole {
			if rapid.Bool().Draw(t, "on the freeze") {
				cuts = append(cuts, r.FreezeAt(p, lead, loc).Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "near"))*time.Second))
			}
		}
		slices.SortFunc(cuts, time.Time.Compare)
		var parts []Period
		for i := 1; i < len(cuts); i++ {
			if cuts[i].After(end) || cuts[i-1].Before(begin) {
				continue
			}
			parts = append(parts, r.Due(cuts[i-1], cuts[i], lead, loc, from)...)
		}
		if !slices.Equal(parts, whole) {
			t.Fatalf("%q, lead %d in %s: in parts %v, in one %v", r, lead, loc, parts, whole)
		}
	})
}

// TestDueEveryMinute ticks through the nights of both changes of clocks.
func TestDueEveryMinute(t *testing.T) {
	for _, loc := range zones() {
		r := mustRule(t, "monthly last sunday 02:30")
		count := map[string]int{}
		for _, month := range []time.Month{time.March, time.October} {
			tick := time.Date(2026, month, 20, 0, 0, 0, 0, time.UTC)
			for range 10 * 24 * 60 {
				for _, p := range r.Due(tick, tick.Add(time.Minute), 0, loc, on(2026, 1, 1)) {
					count[p.String()]++
				}
				tick = tick.Add(time.Minute)
			}
		}
		if count["2026-03"] != 1 || count["2026-10"] != 1 || len(count) != 2 {
			t.Errorf("%s: %v, want March and October once each", loc, count)
		}
	}
}

func TestNextSittings(t *testing.T) {
	r := mustRule(t, "quarterly month 3 last day 10:00 preceding")
	want := []Occurrence{
		{mustPeriod(t, "2026-Q4"), on(2026, 12, 31)},
		{mustPeriod(t, "2027-Q1"), on(2027, 3, 31)},
		{mustPeriod(t, "2027-Q2"), on(2027, 6, 30)},
	}
	if got := r.NextSittings(on(2026, 10, 1), 3); !slices.Equal(got, want) {
		t.Errorf("the next sittings are %v, want %v", got, want)
	}
	if got := r.NextSittings(on(2026, 12, 31), 1); !slices.Equal(got, want[:1]) {
		t.Errorf("on the day itself: %v, want %v", got, want[:1])
	}
	// A sitting that moved into the month after is not forgotten once its own month is over.
	moved := mustRule(t, "monthly last day 10:00 following")
	if got := moved.NextSittings(on(2026, 11, 2), 1); len(got) != 1 || got[0] != (Occurrence{mustPeriod(t, "2026-10"), on(2026, 11, 2)}) {
		t.Errorf("moved over All Saints: %v, want October's on 2 November", got)
	}
	if got := r.NextSittings(on(2026, 1, 1), -1); len(got) != 0 {
		t.Errorf("minus one sitting: %v", got)
	}
	if got := r.NextSittings(on(9999, 1, 1), 10); len(got) != 4 {
		t.Errorf("the last year has %d sittings left, want 4", len(got))
	}
	if got := moved.NextSittings(on(2026, 1, 1), 1<<40); len(got) != maxWalk {
		t.Errorf("%d sittings, want the bound of %d", len(got), maxWalk)
	}
	if got := (Rule{}).NextSittings(on(2026, 1, 1), 3); len(got) != 0 {
		t.Errorf("an invalid rule sits on %v", got)
	}
}
