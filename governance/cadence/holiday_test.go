package cadence

import (
	"testing"
	"time"
	_ "time/tzdata"

	"jalon/internal/civil"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/fr"
)

func on(year int, month time.Month, day int) civil.Date { return civil.D(year, month, day) }

func mustLoad(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("time zone %s: %v", name, err)
	}
	return loc
}

func TestHolidaysOf2026(t *testing.T) {
	want := map[civil.Date]string{
		on(2026, 1, 1): "jour de l’an", on(2026, 4, 6): "lundi de Pâques", on(2026, 5, 1): "fête du travail",
		on(2026, 5, 8): "victoire de 1945", on(2026, 5, 14): "Ascension", on(2026, 5, 25): "lundi de Pentecôte",
		on(2026, 7, 14): "fête nationale", on(2026, 8, 15): "Assomption", on(2026, 11, 1): "Toussaint",
		on(2026, 11, 11): "armistice de 1918", on(2026, 12, 25): "Noël",
	}
	for d := on(2026, 1, 1); d.Year() == 2026; d = d.AddDays(1) {
		if name, holiday := want[d]; Holiday(d) != holiday {
			t.Errorf("%s (%s): holiday %v, want %v", d, name, Holiday(d), holiday)
		}
	}
}

// easter is Gauss's rule in Lichtenberg's form, another way than the library's.
func easter(year int) civil.Date {
	k := year / 100
	m := 15 + (3*k+3)/4 - (8*k+13)/25
	s := 2 - (3*k+3)/4
	a := year % 19
	d := (19*a + m) % 30
	r := (d + a/11) / 29
	og := 21 + d - r
	sz := 7 - (year+year/4+s)%7
	oe := 7 - (og-sz)%7
	return civil.D(year, time.March, 1).AddDays(og + oe - 1)
}

func checkHolidays(t *testing.T, from, to int) {
	t.Helper()
	for year := from; year <= to; year++ {
		want := map[civil.Date]bool{}
		for _, fixed := range [][2]int{{1, 1}, {5, 1}, {5, 8}, {7, 14}, {8, 15}, {11, 1}, {11, 11}, {12, 25}} {
			want[on(year, time.Month(fixed[0]), fixed[1])] = true
		}
		for _, days := range []int{1, 39, 50} {
			want[easter(year).AddDays(days)] = true
		}
		for d := on(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
			if Holiday(d) != want[d] {
				t.Fatalf("%s: holiday %v, want %v (Easter %s)", d, Holiday(d), want[d], easter(year))
			}
		}
	}
}

func TestHolidaysOfThreeCenturies(t *testing.T) {
	for year, want := range map[int]civil.Date{1900: on(1900, 4, 15), 1954: on(1954, 4, 18), 2008: on(2008, 3, 23), 2026: on(2026, 4, 5),
		2038: on(2038, 4, 25), 2076: on(2076, 4, 19), 2200: on(2200, 4, 6)} {
		if got := easter(year); got != want {
			t.Fatalf("the rule of this test is wrong: Easter %d on %s, want %s", year, got, want)
		}
	}
	checkHolidays(t, 1900, 2200)
	longest, run := 0, 0
	for d := on(1900, 1, 1); d.Year() <= 2200; d = d.AddDays(1) {
		run++
		if WorkingDay(d) {
			run = 0
		}
		longest = max(longest, run)
	}
	if longest != 4 || longest >= slack {
		t.Errorf("the longest run of days off is %d days, want 4", longest)
	}
}

// TestHolidaysOnAnyMachine sets the library's clock to zones whose changes of clocks skip midnights.
// Not in parallel: the library keeps it in a variable.
func TestHolidaysOnAnyMachine(t *testing.T) {
	kept := cal.DefaultLoc
	defer func() { cal.DefaultLoc = kept }()
	for _, zone := range []string{"Europe/Paris", "Pacific/Auckland", "Pacific/Apia", "Pacific/Kiritimati", "America/Havana", "America/Sao_Paulo",
		"Asia/Beirut", "Africa/Cairo", "America/Asuncion"} {
		cal.DefaultLoc = mustLoad(t, zone)
		checkHolidays(t, 1970, 2040)
	}
	if len(fr.Holidays) != 11 {
		t.Errorf("the library knows %d national holidays, want 11", len(fr.Holidays))
	}
}

func TestWorkingDay(t *testing.T) {
	for d, want := range map[civil.Date]bool{
		on(2026, 5, 13): true, on(2026, 5, 14): false, on(2026, 5, 15): true, on(2026, 5, 16): false, on(2026, 5, 17): false, on(2026, 5, 25): false,
		on(2026, 11, 11): false, on(2026, 12, 24): true, on(2024, 2, 29): true,
	} {
		if WorkingDay(d) != want {
			t.Errorf("%s (%s): working day %v, want %v", d, d.Weekday(), !want, want)
		}
	}
}
