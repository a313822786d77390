package portfolio

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// fill gives every field of a value something that is not nothing, so that a field which is added
// tomorrow takes part in the tests of today.
func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case civil.Date:
		v.Set(reflect.ValueOf(day("2026-03-01")))
		return
	case bool:
		return // a flag: CostHidden is what is tested
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int64:
		v.SetInt(7_654_321)
	default:
		panic(fmt.Sprintf("fill does not know %s", v.Type()))
	}
}

// speaksOfCost are the parts of names that belong to the cost side.
var speaksOfCost = []string{"cost", "voted", "weight", "amount", "budget", "by_size", "years", "investment", "operations", "sum_"}

// costLeft lists what is left of the cost side in a value: amounts wherever they stand, and everything
// under a name that speaks of costs, grey colours apart.
func costLeft(v reflect.Value, path string, cost bool) (left []string) {
	if amount, ok := v.Interface().(money.Amount); ok {
		cost = cost || amount != 0
	}
	switch v.Kind() {
	case reflect.Struct:
		if d, ok := v.Interface().(civil.Date); ok {
			if cost && !d.IsZero() {
				left = append(left, path)
			}
			return left
		}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if name == "-" {
				continue
			}
			speaks := cost
			for _, word := range speaksOfCost {
				speaks = speaks || strings.Contains(name, word)
			}
			left = append(left, costLeft(v.Field(i), path+"."+name, speaks)...)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			left = costLeft(v.Elem(), path, cost)
		}
	case reflect.Slice:
		for i := range v.Len() {
			left = append(left, costLeft(v.Index(i), fmt.Sprintf("%s[%d]", path, i), cost)...)
		}
	default:
		if cost && !v.IsZero() && v.Interface() != string(drift.Grey) {
			left = append(left, path)
		}
	}
	return left
}

func TestBlindLeavesNothingOfCosts(t *testing.T) {
	var r Report
	fill(reflect.ValueOf(&r).Elem())
	before := text(t, &r)
	if left := costLeft(reflect.ValueOf(r), "", false); len(left) < 40 {
		t.Fatalf("a full report holds %d values of the cost side, too few to test anything: %v", len(left), left)
	}
	b := r.Blind()
	if !b.CostHidden || !b.Projects[0].CostHidden {
		t.Error("the blind report does not say that it is one")
	}
	for _, path := range costLeft(reflect.ValueOf(*b), "", false) {
		t.Errorf("%s is left", path)
	}
	if b.Totals.Schedule.Weighted != nil {
		t.Error("the schedule weighted by shares of the money is left")
	}
	if text(t, &r) != before || r.CostHidden || r.Projects[0].CostHidden {
		t.Error("the report itself was changed")
	}
	if b.Projects[1].Declared.Cost != "grey" || b.Projects[1].CostDeviation.Colour != "grey" {
		t.Errorf("weather of costs = %q, %q, want grey", b.Projects[1].Declared.Cost, b.Projects[1].CostDeviation.Colour)
	}
	if b.Projects[1].Declared.Schedule != "x" || b.Totals.DeclaredSchedule.Red != 7_654_321 || b.Trend[0].Schedule == nil || b.Projects[0].Sheet.Milestones[0].Name != "x" {
		t.Error("more than the costs is gone")
	}
	lists := text(t, b)
	if strings.Contains(lists, `"by_size":null`) || strings.Contains(lists, `"years":null`) {
		t.Error("an absent list is null where others are empty")
	}
}

func TestBlindNetworkLeavesNothingOfCosts(t *testing.T) {
	var r NetworkReport
	fill(reflect.ValueOf(&r).Elem())
	before, _ := json.Marshal(r)
	b := r.blind()
	for _, path := range costLeft(reflect.ValueOf(b), "", false) {
		t.Errorf("%s is left", path)
	}
	if after, _ := json.Marshal(r); string(after) != string(before) {
		t.Error("the report itself was changed")
	}
	if !b.CostHidden || b.All.Schedule.Mean == nil || b.Roadmaps[0].Figures.ScheduleMove == nil || b.All.Schedule.Weighted != nil {
		t.Errorf("blind = %+v", b.All)
	}
}

// TestBlindSheetTellsNoCostByItsLines: what said nothing but a cost must not stay as an empty line.
func TestBlindSheetTellsNoCostByItsLines(t *testing.T) {
	cost := euros(500)
	sheet := func(estimates []EstimateLine, baselines ...BaselineLine) *ProjectSheet {
		return &ProjectSheet{Estimates: estimates, Baselines: baselines}
	}
	onlyCost := EstimateLine{AsOf: day("2026-01-01"), Cost: &cost}
	dates := EstimateLine{AsOf: day("2026-02-01"), Start: day("2026-01-01"), End: day("2026-12-31")}
	both := EstimateLine{AsOf: day("2026-03-01"), Cost: &cost, Start: day("2026-01-01"), End: day("2026-12-31")}
	phase := EstimateLine{AsOf: day("2026-04-01"), Cost: &cost, Phase: PhaseBuild}
	tests := []struct {
		name      string
		in        *ProjectSheet
		estimates string
		baselines string
	}{
		{"nothing", sheet(nil), "", ""},
		{"a cost alone", sheet([]EstimateLine{onlyCost}, BaselineLine{On: onlyCost.AsOf, Cost: &cost}), "", ""},
		{"first dates after a first cost", sheet([]EstimateLine{onlyCost, dates}, BaselineLine{On: onlyCost.AsOf, Cost: &cost, Start: dates.Start, End: dates.End}), "2026-02-01", "0 2026-02-01"},
		{"cost and dates", sheet([]EstimateLine{both, phase}, BaselineLine{On: both.AsOf, Cost: &cost, Start: both.Start, End: both.End}), "2026-03-01 2026-04-01", "0 2026-03-01"},
		{"a decision stays", sheet(nil, BaselineLine{Number: 1, On: day("2026-05-01"), Cost: &cost, Reason: "Motif"}), "", "1 2026-05-01"},
	}
	for _, tc := range tests {
		l := ProjectLine{Sheet: tc.in}
		l.Blind()
		var estimates, baselines []string
		for _, e := range l.Sheet.Estimates {
			estimates = append(estimates, e.AsOf.String())
		}
		for _, b := range l.Sheet.Baselines {
			baselines = append(baselines, fmt.Sprint(b.Number, " ", b.On))
		}
		if got := strings.Join(estimates, " "); got != tc.estimates {
			t.Errorf("%s: estimates %q, want %q", tc.name, got, tc.estimates)
		}
		if got := strings.Join(baselines, ", "); got != tc.baselines {
			t.Errorf("%s: baselines %q, want %q", tc.name, got, tc.baselines)
		}
	}
}
