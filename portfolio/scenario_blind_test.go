package portfolio

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"jalon/internal/money"
	"jalon/portfolio/selection"
)

// amountsLeft lists the amounts and the credit keys that are left in a value.
func amountsLeft(v reflect.Value, path string) (left []string) {
	if !v.IsValid() {
		return nil
	}
	switch x := v.Interface().(type) {
	case money.Amount:
		if x != 0 {
			return []string{path}
		}
		return nil
	case money.Money:
		return []string{path}
	case string:
		if isCredit(x) {
			return []string{path}
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				left = append(left, amountsLeft(v.Field(i), path+"."+v.Type().Field(i).Name)...)
			}
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			left = amountsLeft(v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			left = append(left, amountsLeft(v.Index(i), fmt.Sprintf("%s[%d]", path, i))...)
		}
	}
	return left
}

// TestBlindScenarios: of what a scenario says nothing is left that speaks of money, and the days of skills stay.
func TestBlindScenarios(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	told := 0
	for i := range 40 {
		c := draw(r, 8+r.IntN(8))
		voted := money.Amount(1_000_000)
		c.Voted, c.Quota = &voted, &contentQuota{Share: 1000, LateFrom: c.Start, Entered: 500}
		w := solve(t, c)
		o := explanation(c)
		o.WorkLimit = 200_000
		more, err := selection.Explain(w.problem, w.answer, o, nil)
		if err != nil {
			t.Fatal(err)
		}
		bench, side := w.report(Scenario{}), compare([]compared{{Scenario{}, w}, {Scenario{}, w}})
		option, insight := w.option(Scenario{}, more), c.insight(more)
		if len(amountsLeft(reflect.ValueOf(bench), "")) < 10 {
			t.Fatalf("draw %d: a full report holds too few amounts to test anything", i)
		}
		for name, v := range map[string]any{"workbench": bench.Blind(), "comparison": side.Blind(), "option": option.Blind(), "insight": insight.Blind()} {
			for _, path := range amountsLeft(reflect.ValueOf(v), name) {
				t.Errorf("draw %d: %s is left", i, path)
			}
		}
		if w.answerFound() && len(bench.Blind().Gauges) == 8 && bench.Blind().Result.Value == w.answer.Value {
			told++
		}
		if len(amountsLeft(reflect.ValueOf(bench), "")) < 10 {
			t.Errorf("draw %d: the report itself was changed", i)
		}
	}
	if told < 10 {
		t.Errorf("only %d reports still tell of days and values", told)
	}
}
