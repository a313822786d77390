package portfolio

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"jalon/internal/money"

	"pgregory.net/rapid"
)

func TestDefaultWeight(t *testing.T) {
	tests := []struct {
		name            string
		firstCost, base money.Amount
		want            int64
	}{
		{"no cost", 0, 100, 0},
		{"no base", 100, 0, 0},
		{"a negative cost", -1, 100, 0},
		{"a negative base", 100, -1, 0},
		{"a quarter", 25, 100, 25},
		{"rounded down", 2_49, 10_000, 2},
		{"half rounded up", 2_50, 10_000, 3},
		{"never below 1", 1, 1_000_000, 1},
		{"all of it", 100, 100, 100},
		{"more than all", 101, 100, 100},
		{"far more than all", math.MaxInt64, 1, 100},
		{"the largest amounts", math.MaxInt64, math.MaxInt64, 100},
		{"half of the largest", math.MaxInt64 / 2, math.MaxInt64, 50},
		{"a third of the largest", math.MaxInt64 / 3, math.MaxInt64, 33},
		{"nothing of the largest", 1, math.MaxInt64, 1},
	}
	for _, tc := range tests {
		if got := DefaultWeight(tc.firstCost, tc.base); got != tc.want {
			t.Errorf("%s: DefaultWeight(%d, %d) = %d, want %d", tc.name, tc.firstCost, tc.base, got, tc.want)
		}
	}
}

// TestDefaultWeightIsExact holds the whole range against exact fractions.
func TestDefaultWeightIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.Int64Range(1, math.MaxInt64).Draw(t, "base")
		cost := rapid.Int64Range(1, math.MaxInt64).Draw(t, "cost")
		if rapid.Bool().Draw(t, "smaller") {
			cost = cost%base + 1
		}
		exact := money.Round(new(big.Rat).Mul(big.NewRat(cost, base), big.NewRat(100, 1)))
		want := int64(100)
		if exact.Cmp(big.NewInt(100)) < 0 {
			want = max(exact.Int64(), 1)
		}
		if got := DefaultWeight(money.Amount(cost), money.Amount(base)); got != want {
			t.Fatalf("DefaultWeight(%d, %d) = %d, want %d", cost, base, got, want)
		}
	})
}

func TestValidateRoadmap(t *testing.T) {
	valid := Roadmap{Code: "FDR", Name: "Feuille de route", Start: day("2025-01-01"), End: day("2027-12-31"), Currency: money.EUR, Status: RoadmapRunning}
	tests := []struct {
		name   string
		change func(*Roadmap)
		want   string
	}{
		{"valid", func(r *Roadmap) {}, ""},
		{"one day long", func(r *Roadmap) { r.End = r.Start }, ""},
		{"a draft without an end", func(r *Roadmap) { r.Status, r.End = RoadmapDraft, day("") }, ""},
		{"a running one without an end", func(r *Roadmap) { r.End = day("") }, "end"},
		{"a closed one without an end", func(r *Roadmap) { r.Status, r.End = RoadmapClosed, day("") }, "end"},
		{"end before start", func(r *Roadmap) { r.End = day("2024-12-31") }, "end"},
		{"a negative vote", func(r *Roadmap) { r.HasVoted, r.Voted = true, -1 }, "voted"},
		{"a vote of nothing", func(r *Roadmap) { r.HasVoted = true }, ""},
		{"a negative vote that does not count", func(r *Roadmap) { r.Voted = -1 }, ""},
		{"an unknown status", func(r *Roadmap) { r.Status = "asleep" }, "status"},
		{"a code with a line break", func(r *Roadmap) { r.Code = "F\nDR" }, "code"},
		{"a code of 64 letters", func(r *Roadmap) { r.Code = strings.Repeat("é", 64) }, ""},
		{"a code of 65 letters", func(r *Roadmap) { r.Code = strings.Repeat("é", 65) }, "code"},
		{"a name of broken bytes", func(r *Roadmap) { r.Name = "a\xff" }, "name"},
		{"a purpose with a zero character", func(r *Roadmap) { r.Purpose = "a\x00" }, "purpose"},
		{"nothing at all", func(r *Roadmap) { *r = Roadmap{} }, "code name start currency end status"},
	}
	for _, tc := range tests {
		r := valid
		tc.change(&r)
		if got := fields(r.Validate()); got != tc.want {
			t.Errorf("%s: fields %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestValidateProject(t *testing.T) {
	tests := []struct {
		name string
		p    Project
		want string
	}{
		{"valid", Project{Code: "P1", Name: "Portail"}, ""},
		{"the heaviest", Project{Code: "P1", Name: "Portail", Weight: 100}, ""},
		{"too heavy", Project{Code: "P1", Name: "Portail", Weight: 101}, "weight"},
		{"too light", Project{Code: "P1", Name: "Portail", Weight: -1}, "weight"},
		{"blanks around the code", Project{Code: "P1 ", Name: "Portail"}, "code"},
		{"a blank name", Project{Code: "P1", Name: "  "}, "name"},
		{"a name of 301 letters", Project{Code: "P1", Name: strings.Repeat("é", 301)}, "name"},
		{"texts too long", Project{Code: "P1", Name: "Portail", Need: strings.Repeat("x", maxText+1), Sponsor: "\x00", Manager: "\xff", Department: strings.Repeat("x", maxText+1)}, "need sponsor manager department"},
		{"nothing", Project{}, "code name"},
	}
	for _, tc := range tests {
		if got := fields(tc.p.Validate()); got != tc.want {
			t.Errorf("%s: fields %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestValidateEstimate(t *testing.T) {
	lines := func(amounts ...money.Amount) (out []CostLine) {
		years := []string{"2026", "2027", "2028"}
		for i, a := range amounts {
			out = append(out, CostLine{FiscalYear: years[i], Nature: Investment, Part: PartBuild, Amount: a})
		}
		return out
	}
	tests := []struct {
		name string
		e    Estimate
		want string
	}{
		{"a cost", Estimate{AsOf: day("2026-01-01"), HasCost: true, Cost: 1}, ""},
		{"a cost of nothing", Estimate{AsOf: day("2026-01-01"), HasCost: true}, ""},
		{"a phase alone", Estimate{AsOf: day("2026-01-01"), Phase: PhaseRun}, ""},
		{"an end alone", Estimate{AsOf: day("2026-01-01"), End: day("2026-12-31")}, ""},
		{"one day", Estimate{AsOf: day("2026-01-01"), Start: day("2026-12-31"), End: day("2026-12-31")}, ""},
		{"says nothing", Estimate{AsOf: day("2026-01-01")}, "cost"},
		{"no day", Estimate{HasCost: true, Cost: 1}, "as_of"},
		{"a negative cost", Estimate{AsOf: day("2026-01-01"), HasCost: true, Cost: -1}, "cost"},
		{"end before start", Estimate{AsOf: day("2026-01-01"), Start: day("2026-12-31"), End: day("2026-12-30")}, "end"},
		{"an unknown phase", Estimate{AsOf: day("2026-01-01"), Phase: "dreaming"}, "phase"},
		{"lines that sum", Estimate{AsOf: day("2026-01-01"), HasCost: true, Cost: 3, Lines: lines(1, 2)}, ""},
		{"lines that do not sum", Estimate{AsOf: day("2026-01-01"), HasCost: true, Cost: 4, Lines: lines(1, 2)}, "lines"},
		{"lines without a cost", Estimate{AsOf: day("2026-01-01"), Phase: PhaseRun, Lines: lines(0)}, "lines"},
		{"lines that overflow", Estimate{AsOf: day("2026-01-01"), HasCost: true, Cost: math.MaxInt64, Lines: lines(math.MaxInt64, 1)}, "lines"},
		{"lines that overflow on the way", Estimate{AsOf: day("2026-01-01"), HasCost: true, Cost: math.MaxInt64, Lines: lines(math.MaxInt64, 1, -1)}, ""},
		{"lines of another nature", Estimate{AsOf: day("2026-01-01"), HasCost: true, Lines: []CostLine{{FiscalYear: "2026", Nature: "gift", Part: "roof"}}}, "lines lines"},
		{"a line without a year", Estimate{AsOf: day("2026-01-01"), HasCost: true, Lines: []CostLine{{Nature: Investment, Part: PartBuild}}}, "lines"},
		{"a line that comes twice", Estimate{AsOf: day("2026-01-01"), HasCost: true, Cost: 2, Lines: append(lines(1), lines(1)...)}, "lines"},
	}
	for _, tc := range tests {
		if got := fields(tc.e.Validate()); got != tc.want {
			t.Errorf("%s: fields %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestValidateStatusReport(t *testing.T) {
	valid := StatusReport{Period: "2026-10", On: day("2026-10-30"), Schedule: Side{Weather: WeatherSun}}
	tests := []struct {
		name   string
		change func(*StatusReport)
		want   string
	}{
		{"valid", func(s *StatusReport) {}, ""},
		{"unmeasured", func(s *StatusReport) { s.Schedule = Side{} }, ""},
		{"no period, no day", func(s *StatusReport) { s.Period, s.On = "", day("") }, "period on"},
		{"snow", func(s *StatusReport) { s.People.Weather = "snow" }, "people"},
		{"a comment too long", func(s *StatusReport) { s.Scope.Comment = strings.Repeat("x", maxText+1) }, "scope"},
		{"a zero character", func(s *StatusReport) { s.NeedsDecision = "\x00" }, "needs_decision"},
	}
	for _, tc := range tests {
		s := valid
		tc.change(&s)
		if got := fields(s.Validate()); got != tc.want {
			t.Errorf("%s: fields %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestCircular(t *testing.T) {
	dep := func(pairs ...ProjectID) (out []Dependency) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, Dependency{ProjectID: pairs[i], DependsOnID: pairs[i+1]})
		}
		return out
	}
	tests := []struct {
		name string
		deps []Dependency
		want bool
	}{
		{"none", nil, false},
		{"a chain", dep(1, 2, 2, 3, 3, 4), false},
		{"a diamond", dep(1, 2, 1, 3, 2, 4, 3, 4), false},
		{"itself", dep(1, 1), true},
		{"each other", dep(1, 2, 2, 1), true},
		{"through three", dep(1, 2, 2, 3, 3, 1), true},
		{"a circle off the path", dep(1, 2, 3, 4, 4, 3), true},
		{"twice the same", dep(1, 2, 1, 2), false},
	}
	for _, tc := range tests {
		if got := circular(tc.deps); got != tc.want {
			t.Errorf("%s: circular = %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestListExits(t *testing.T) {
	on := func(date string, there bool) presence {
		return presence{on: day(date), members: map[ProjectID]bool{7: there}}
	}
	unsure := func(date string, there bool) presence {
		return presence{on: day(date), members: map[ProjectID]bool{7: there}, uncertain: true}
	}
	exit := func(left, returned string) exitRow {
		return exitRow{ProjectID: 7, Left: day(left), Returned: day(returned), Source: SourceList}
	}
	away := func(left, returned string) exitRow {
		return exitRow{ProjectID: 7, Left: day(left), Returned: day(returned), Source: SourcePerson}
	}
	tests := []struct {
		name  string
		known string
		lists []presence
		want  []exitRow
		said  []exitRow
	}{
		{"no list", "2026-01-01", nil, nil, nil},
		{"on all lists", "2026-01-01", []presence{on("2026-01-01", true), on("2026-02-01", true)}, nil, nil},
		{"left", "2026-01-01", []presence{on("2026-01-01", true), on("2026-02-01", false), on("2026-03-01", false)}, []exitRow{exit("2026-02-01", "")}, nil},
		{"left and came back", "2026-01-01", []presence{on("2026-01-01", true), on("2026-02-01", false), on("2026-03-01", true)}, []exitRow{exit("2026-02-01", "2026-03-01")}, nil},
		{"left twice", "2026-01-01", []presence{on("2026-02-01", false), on("2026-03-01", true), on("2026-04-01", false)}, []exitRow{exit("2026-02-01", "2026-03-01"), exit("2026-04-01", "")}, nil},
		{"lists from before it was known", "2026-03-01", []presence{on("2026-01-01", false), on("2026-02-01", false), on("2026-03-01", true)}, nil, nil},
		{"known on the day of the list that lacks it", "2026-02-01", []presence{on("2026-02-01", false)}, []exitRow{exit("2026-02-01", "")}, nil},
		{"missing from an uncertain list", "2026-01-01", []presence{unsure("2026-02-01", false), on("2026-03-01", true)}, nil, nil},
		{"missing from an uncertain list and from the next", "2026-01-01", []presence{unsure("2026-02-01", false), on("2026-03-01", false)}, []exitRow{exit("2026-03-01", "")}, nil},
		{"back on an uncertain list", "2026-01-01", []presence{on("2026-02-01", false), unsure("2026-03-01", true)}, []exitRow{exit("2026-02-01", "2026-03-01")}, nil},
		{"never known", "", []presence{on("2026-02-01", false)}, nil, nil},
		{"missing while a person says it is away", "2026-01-01", []presence{on("2026-02-01", false), on("2026-03-01", true)}, nil, []exitRow{away("2026-01-15", "2026-02-15")}},
		{"missing after a person said it is back", "2026-01-01", []presence{on("2026-02-01", false), on("2026-03-01", false)}, []exitRow{exit("2026-03-01", "")}, []exitRow{away("2026-01-15", "2026-02-15")}},
		{"missing on the day on which a person says it is back", "2026-01-01", []presence{on("2026-02-15", false)}, []exitRow{exit("2026-02-15", "")}, []exitRow{away("2026-01-15", "2026-02-15")}},
		{"missing while a list says it is away", "2026-01-01", []presence{on("2026-02-01", false)}, []exitRow{exit("2026-02-01", "")}, []exitRow{exit("2026-01-15", "2026-02-15")}},
	}
	for _, tc := range tests {
		got := listExits(day(tc.known), 7, tc.lists, tc.said)
		if len(got) != len(tc.want) {
			t.Errorf("%s: %+v, want %+v", tc.name, got, tc.want)
			continue
		}
		for i := range got {
			if got[i] != tc.want[i] {
				t.Errorf("%s: %+v, want %+v", tc.name, got[i], tc.want[i])
			}
		}
	}
}

func TestCodeFrom(t *testing.T) {
	tests := []struct{ name, want string }{
		{"Portail usagers", "PORTAILUSAGERS"},
		{"Médiathèque — œuvres n° 2", "MEDIATHEQUEOEUVRESN2"},
		{"Un nom beaucoup trop long pour un code", "UNNOMBEAUCOUPTROPLONGPOU"},
		{"***", "P"},
		{"", "P"},
		{"医院", "医院"},
	}
	for _, tc := range tests {
		if got := codeFrom(tc.name); got != tc.want {
			t.Errorf("codeFrom(%q) = %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestStatusFreshDays(t *testing.T) {
	for _, tc := range []struct{ months, want int }{{1, 45}, {3, 136}, {6, 273}, {12, 547}} {
		if got := StatusFreshDays(tc.months); got != tc.want {
			t.Errorf("StatusFreshDays(%d) = %d, want %d", tc.months, got, tc.want)
		}
	}
	for code, want := range map[string]int{"2026-10": 1, "2026-Q4": 3, "2026-H2": 6, "2026": 12, "": 1, "autumn": 1} {
		if got := periodMonths(code); got != want {
			t.Errorf("periodMonths(%q) = %d, want %d", code, got, want)
		}
	}
}
