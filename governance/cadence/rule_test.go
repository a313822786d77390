package cadence

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"

	"pgregory.net/rapid"
)

func mustRule(t testing.TB, s string) Rule {
	t.Helper()
	r, err := ParseRule(s)
	if err != nil {
		t.Fatalf("rule %q: %v", s, err)
	}
	return r
}

func genRule() *rapid.Generator[Rule] {
	return rapid.Custom(func(t *rapid.T) Rule {
		r := Rule{
			Frequency: rapid.SampledFrom(frequencies).Draw(t, "frequency"),
			Hour:      rapid.IntRange(0, 23).Draw(t, "hour"),
			Minute:    rapid.IntRange(0, 59).Draw(t, "minute"),
			Move:      rapid.SampledFrom([]Move{MoveNone, MoveFollowing, MovePreceding}).Draw(t, "move"),
		}
		r.Month = rapid.IntRange(1, r.Frequency.Months()).Draw(t, "month")
		if rapid.Bool().Draw(t, "by weekday") {
			r.Nth = rapid.SampledFrom([]int{1, 2, 3, 4, Last}).Draw(t, "nth")
			r.Weekday = time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))
		} else {
			r.Day = rapid.OneOf(rapid.Just(Last), rapid.IntRange(1, 31)).Draw(t, "day")
		}
		return r
	})
}

func TestParseRule(t *testing.T) {
	cases := []struct {
		in, canonical string
		want          Rule
	}{
		{"monthly 2nd tuesday 09:30", "", Rule{Monthly, 1, 2, time.Tuesday, 0, 9, 30, MoveNone}},
		{"quarterly month 2 day 15 14:00 following", "", Rule{Quarterly, 2, 0, 0, 15, 14, 0, MoveFollowing}},
		{"yearly month 11 last thursday 10:00", "", Rule{Yearly, 11, Last, time.Thursday, 0, 10, 0, MoveNone}},
		{"half-yearly month 6 last day 00:00 preceding", "", Rule{HalfYearly, 6, 0, 0, Last, 0, 0, MovePreceding}},
		{"monthly 1st sunday 23:59", "", Rule{Monthly, 1, 1, time.Sunday, 0, 23, 59, MoveNone}},
		{"  MONTHLY\tmonth 1  3rd  Monday 08:00 NONE ", "monthly 3rd monday 08:00", Rule{Monthly, 1, 3, time.Monday, 0, 8, 0, MoveNone}},
		{"quarterly 4th friday 08:00", "quarterly month 1 4th friday 08:00", Rule{Quarterly, 1, 4, time.Friday, 0, 8, 0, MoveNone}},
	}
	for _, tc := range cases {
		got, err := ParseRule(tc.in)
		if err != nil || got != tc.want {
			t.Errorf("%q: %+v, %v, want %+v", tc.in, got, err, tc.want)
		}
		if tc.canonical == "" {
			tc.canonical = tc.in
		}
		if got.String() != tc.canonical {
			t.Errorf("%q is written %q, want %q", tc.in, got, tc.canonical)
		}
	}
}

func TestParseRuleRefuses(t *testing.T) {
	cases := []struct{ in, wrong string }{
		{"", ""},
		{"weekly tuesday 09:30", "weekly"},
		{"monthly", ""},
		{"monthly tuesday 09:30", "tuesday"},
		{"monthly 5th tuesday 09:30", "5th"},
		{"monthly 2nd mardi 09:30", "mardi"},
		{"monthly 2nd tuesday", ""},
		{"monthly 2nd tuesday 9:30", "9:30"},
		{"monthly 2nd tuesday 24:00", "24:00"},
		{"monthly 2nd tuesday 09:60", "09:60"},
		{"monthly 2nd tuesday 09:30 later", "later"},
		{"monthly 2nd tuesday 09:30 following following", "following"},
		{"monthly day 0 09:30", "0"},
		{"monthly day 05 09:30", "05"},
		{"monthly day 32 09:30", "32"},
		{"monthly day +5 09:30", "+5"},
		{"monthly day ٣ 09:30", "٣"},
		{"monthly day 99999999999999999999 09:30", "99999999999999999999"},
		{"yearly month 13 day 1 09:30", "13"},
		{"yearly month day 1 09:30", "day"},
	}
	for _, tc := range cases {
		r, err := ParseRule(tc.in)
		f := fault.As(err)
		if f == nil || f.Kind != fault.KindInvalid || f.Key != "cadence.rule.invalid" || r != (Rule{}) {
			t.Errorf("%q: %+v, %v, want a fault", tc.in, r, err)
			continue
		}
		if f.Args[1] != tc.wrong {
			t.Errorf("%q: the word %q is blamed, want %q", tc.in, f.Args[1], tc.wrong)
		}
	}
	_, err := ParseRule("quarterly month 4 day 1 09:30")
	if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "cadence.month.range" {
		t.Errorf("the fourth month of a quarter: %v", err)
	}
	if _, err := ParseRule(strings.Repeat("monthly ", 1000)); err == nil || len(err.Error()) > 300 {
		t.Errorf("a rule of 8 000 bytes: %v", err)
	}
}

func TestValidate(t *testing.T) {
	good := Rule{Quarterly, 2, 0, 0, 15, 14, 0, MoveFollowing}
	if f := good.Validate(); len(f) != 0 {
		t.Fatalf("%s: %v", good, f)
	}
	cases := []struct {
		name  string
		spoil func(*Rule)
		keys  []string
	}{
		{"frequency", func(r *Rule) { r.Frequency = "weekly" }, []string{"cadence.frequency.unknown"}},
		{"month 0", func(r *Rule) { r.Month = 0 }, []string{"cadence.month.range"}},
		{"month 4 of a quarter", func(r *Rule) { r.Month = 4 }, []string{"cadence.month.range"}},
		{"no day", func(r *Rule) { r.Day = 0 }, []string{"cadence.day.one_of"}},
		{"two days", func(r *Rule) { r.Nth = 1 }, []string{"cadence.day.one_of"}},
		{"a fifth weekday", func(r *Rule) { r.Nth, r.Day = 5, 0 }, []string{"cadence.nth.range"}},
		{"day 32", func(r *Rule) { r.Day = 32 }, []string{"cadence.day.range"}},
		{"day -2", func(r *Rule) { r.Day = -2 }, []string{"cadence.day.range"}},
		{"a weekday beside a day", func(r *Rule) { r.Weekday = time.Monday }, []string{"cadence.weekday.range"}},
		{"an eighth weekday", func(r *Rule) { r.Nth, r.Day, r.Weekday = 1, 0, 7 }, []string{"cadence.weekday.range"}},
		{"24:60", func(r *Rule) { r.Hour, r.Minute = 24, 60 }, []string{"cadence.time.range", "cadence.time.range"}},
		{"no move", func(r *Rule) { r.Move = "" }, []string{"cadence.move.unknown"}},
	}
	for _, tc := range cases {
		r := good
		tc.spoil(&r)
		var keys []string
		for _, f := range r.Validate() {
			keys = append(keys, f.Key)
		}
		if !slices.Equal(keys, tc.keys) {
			t.Errorf("%s: %v, want %v", tc.name, keys, tc.keys)
		}
		if d := r.Sitting(PeriodOf(r.Frequency, on(2026, 1, 1))); !d.IsZero() {
			t.Errorf("%s: sits on %s, want never", tc.name, d)
		}
		_ = r.String()
	}
	var e *fault.Error
	if err := (Rule{}).Validate().Err(); !errors.As(err, &e) || len(e.Fields) < 3 {
		t.Errorf("the empty rule: %v, want every broken rule at once", err)
	}
}

func TestSitting(t *testing.T) {
	cases := []struct{ name, rule, period, want string }{
		{"an ordinary Tuesday", "monthly 2nd tuesday 09:30", "2026-10", "2026-10-13"},
		{"a national holiday, left there", "monthly 2nd tuesday 09:30", "2026-07", "2026-07-14"},
		{"a national holiday, moved on", "monthly 2nd tuesday 09:30 following", "2026-07", "2026-07-15"},
		{"a national holiday, moved back", "monthly 2nd tuesday 09:30 preceding", "2026-07", "2026-07-13"},
		{"Easter Monday, moved on", "monthly 1st monday 09:30 following", "2026-04", "2026-04-07"},
		{"Easter Monday, moved back over the weekend and not over Good Friday", "monthly 1st monday 09:30 preceding", "2026-04", "2026-04-03"},
		{"Ascension", "quarterly month 2 2nd thursday 10:00 following", "2026-Q2", "2026-05-15"},
		{"Whit Monday is also the last", "monthly last monday 10:00 preceding", "2026-05", "2026-05-22"},
		{"1 November is a Sunday", "monthly day 1 10:00 following", "2026-11", "2026-11-02"},
		{"and back into October", "monthly day 1 10:00 preceding", "2026-11", "2026-10-30"},
		{"Armistice", "yearly month 11 2nd wednesday 10:00 following", "2026", "2026-11-12"},
		{"a Saturday at the end of the year goes into the next", "monthly last day 10:00 following", "2022-12", "2023-01-02"},
		{"New Year goes back into the old year", "yearly month 1 day 1 10:00 preceding", "2027", "2026-12-31"},
		{"Christmas, Friday to Monday", "monthly day 25 10:00 following", "2026-12", "2026-12-28"},
		{"the 31st of February", "monthly day 31 10:00", "2026-02", "2026-02-28"},
		{"the 31st of a leap February", "monthly day 31 10:00", "2024-02", "2024-02-29"},
		{"29 February in a year without", "yearly month 2 day 29 10:00", "2026", "2026-02-28"},
		{"the last day", "quarterly month 1 last day 10:00", "2026-Q4", "2026-10-31"},
		{"the last Friday where there are four", "monthly last friday 10:00", "2026-02", "2026-02-27"},
		{"the last Friday where there are five", "monthly last friday 10:00", "2026-07", "2026-07-31"},
		{"the fourth Friday where there are five", "monthly 4th friday 10:00", "2026-07", "2026-07-24"},
		{"the month begins on that weekday", "monthly 1st thursday 10:00", "2026-10", "2026-10-01"},
		{"the month ends on that weekday", "monthly last saturday 10:00", "2026-10", "2026-10-31"},
		{"the second half-year", "half-yearly month 5 3rd wednesday 10:00", "2026-H2", "2026-11-18"},
		{"the ends of the calendar stay", "monthly last day 10:00 following", "9999-12", "9999-12-31"},
		{"a period of another length", "monthly last day 10:00", "2026-Q4", ""},
	}
	for _, tc := range cases {
		if got := mustRule(t, tc.rule).Sitting(mustPeriod(t, tc.period)); got.String() != tc.want {
			t.Errorf("%s: %q in %s on %q, want %q", tc.name, tc.rule, tc.period, got, tc.want)
		}
	}
}

func TestInstants(t *testing.T) {
	cases := []struct {
		name, rule, period, zone string
		lead                     int
		sitting, freeze          string
	}{
		{"winter in Paris", "monthly 2nd tuesday 09:30", "2026-01", "Europe/Paris", 7, "2026-01-13T09:30:00+01:00", "2026-01-06T06:00:00+01:00"},
		{"summer in Paris", "monthly 2nd tuesday 09:30", "2026-06", "Europe/Paris", 7, "2026-06-09T09:30:00+02:00", "2026-06-02T06:00:00+02:00"},
		{"a lead across the spring change is counted in days", "monthly 1st wednesday 09:30", "2026-04", "Europe/Paris", 5, "2026-04-01T09:30:00+02:00", "2026-03-27T06:00:00+01:00"},
		{"a sitting in the skipped hour", "monthly last sunday 02:30", "2026-03", "Europe/Paris", 0, "2026-03-29T03:00:00+02:00", "2026-03-27T06:00:00+01:00"},
		{"a sitting in the repeated hour is the first", "monthly last sunday 02:30", "2026-10", "Europe/Paris", 0, "2026-10-25T02:30:00+02:00", "2026-10-23T06:00:00+02:00"},
		{"Réunion", "monthly 2nd tuesday 09:30", "2026-01", "Indian/Reunion", 7, "2026-01-13T09:30:00+04:00", "2026-01-06T06:00:00+04:00"},
		{"Nouméa, a day ahead of UTC", "monthly day 2 08:00 following", "2026-10", "Pacific/Noumea", 1, "2026-10-02T08:00:00+11:00", "2026-10-01T06:00:00+11:00"},
		{"Martinique", "monthly last day 18:00", "2026-12", "America/Martinique", 6, "2026-12-31T18:00:00-04:00", "2026-12-24T06:00:00-04:00"},
		{"a freeze on Christmas moves back", "monthly day 31 09:30", "2026-12", "Europe/Paris", 6, "2026-12-31T09:30:00+01:00", "2026-12-24T06:00:00+01:00"},
		{"a freeze on 2 January moves back over the year", "monthly day 9 09:30", "2027-01", "Europe/Paris", 8, "2027-01-09T09:30:00+01:00", "2026-12-31T06:00:00+01:00"},
		{"without a lead, the same morning", "monthly day 13 09:30", "2026-10", "Europe/Paris", 0, "2026-10-13T09:30:00+02:00", "2026-10-13T06:00:00+02:00"},
		{"never after the sitting began", "monthly day 13 05:00", "2026-10", "Europe/Paris", 0, "2026-10-13T05:00:00+02:00", "2026-10-13T05:00:00+02:00"},
		{"a negative lead is none", "monthly day 13 09:30", "2026-10", "Europe/Paris", -4, "2026-10-13T09:30:00+02:00", "2026-10-13T06:00:00+02:00"},
		{"a lead of ages is a year", "monthly day 13 09:30", "2026-10", "Europe/Paris", 1 << 40, "2026-10-13T09:30:00+02:00", "2025-10-10T06:00:00+02:00"},
	}
	for _, tc := range cases {
		r, p, loc := mustRule(t, tc.rule), mustPeriod(t, tc.period), mustLoad(t, tc.zone)
		if got := r.SittingAt(p, loc).Format(time.RFC3339); got != tc.sitting {
			t.Errorf("%s: sits at %s, want %s", tc.name, got, tc.sitting)
		}
		if got := r.FreezeAt(p, tc.lead, loc).Format(time.RFC3339); got != tc.freeze {
			t.Errorf("%s: frozen at %s, want %s", tc.name, got, tc.freeze)
		}
	}
	r, loc := mustRule(t, "monthly last day 10:00"), mustLoad(t, "Europe/Paris")
	if other := mustPeriod(t, "2026-Q4"); !r.SittingAt(other, loc).IsZero() || !r.FreezeAt(other, 3, loc).IsZero() || !r.FreezeDate(other, 3).IsZero() {
		t.Error("a period of another length has neither sitting nor freeze")
	}
	if d := r.FreezeDate(mustPeriod(t, "0001-01"), 99); d != civil.D(1, 1, 1) {
		t.Errorf("a freeze before the calendar begins: %q, want its first day", d)
	}
}

func TestRuleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := genRule().Draw(t, "rule")
		if back, err := ParseRule(r.String()); err != nil || back != r {
			t.Fatalf("%+v is written %q and read as %+v, %v", r, r, back, err)
		}
		p := genPeriod(r.Frequency).Draw(t, "period")
		on, next := r.Sitting(p), r.Sitting(p.Next())
		if !on.Before(next) {
			t.Fatalf("%q sits on %s for %s and on %s for %s", r, on, p, next, p.Next())
		}
		m := p.month(r.Month)
		if on.Before(m.First().AddDays(-slack)) || on.After(m.Last().AddDays(slack)) {
			t.Fatalf("%q sits on %s for %s", r, on, p)
		}
		if r.Move == MoveNone {
			if on.MonthOf() != m || (r.Nth != 0 && on.Weekday() != r.Weekday) {
				t.Fatalf("%q sits on %s, a %s, for %s", r, on, on.Weekday(), p)
			}
		} else if !WorkingDay(on) {
			t.Fatalf("%q sits on %s, no working day", r, on)
		}
		lead := rapid.IntRange(0, 60).Draw(t, "lead")
		freeze := r.FreezeDate(p, lead)
		if d := freeze.DaysUntil(on); !WorkingDay(freeze) || d < lead || d > lead+4 {
			t.Fatalf("%q with a lead of %d: sits on %s, frozen on %s", r, lead, on, freeze)
		}
		loc := genZone(t)
		if at, sits := r.FreezeAt(p, lead, loc), r.SittingAt(p, loc); at.After(sits) || !at.Before(r.FreezeAt(p.Next(), lead, loc)) {
			t.Fatalf("%q: frozen at %s, sits at %s", r, at, sits)
		}
	})
}

func FuzzParseRule(f *testing.F) {
	for _, s := range []string{"monthly 2nd tuesday 09:30", "quarterly month 2 day 15 14:00 following", "yearly month 11 last thursday 10:00",
		"half-yearly last day 00:00 preceding", "monthly day 31", "", "month month month"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRule(s)
		if err != nil {
			if fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%q: %v is no fault of the input", s, err)
			}
			return
		}
		if len(r.Validate()) > 0 {
			t.Errorf("%q was read as %+v, which is not valid", s, r)
		}
		if back, err := ParseRule(r.String()); err != nil || back != r {
			t.Errorf("%q was read as %+v, written %q, read again as %+v, %v", s, r, r, back, err)
		}
	})
}
