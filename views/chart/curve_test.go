package chart

import (
	"math"
	"slices"
	"strings"
	"testing"

	"jalon/internal/civil"
)

// monthsFrom gives months with figures in thousands of euros; −1 stands for none.
func monthsFrom(first civil.Month, planned, mandated, forecast []int64) []CurveMonth {
	var out []CurveMonth
	for i := range planned {
		m := CurveMonth{Month: first.Add(i)}
		if planned[i] != -1 {
			m.Planned = amountOf(planned[i] * 100_000)
		}
		if mandated[i] != -1 {
			m.Mandated = amountOf(mandated[i] * 100_000)
		}
		if forecast[i] != -1 {
			m.Forecast = amountOf(forecast[i] * 100_000)
		}
		out = append(out, m)
	}
	return out
}

// strokes is a canvas that keeps the lines through several points.
type strokes struct {
	witness
	lines [][]Point
	looks []Style
	areas [][]Point
}

func (s *strokes) Polyline(points []Point, st Style) {
	s.lines, s.looks = append(s.lines, slices.Clone(points)), append(s.looks, st)
}
func (s *strokes) Polygon(points []Point, _ Style) { s.areas = append(s.areas, slices.Clone(points)) }

func strokesOf(c moneyChart, width, em float64) *strokes {
	s := &strokes{witness: witness{width: width, height: c.Height(width, em), em: em}}
	c.Draw(s)
	return s
}

func TestCurveGoesOnWithTheForecast(t *testing.T) {
	in := Curve{Currency: "EUR", Months: monthsFrom(civil.Month{Year: 2026, Month: 1}, []int64{100, 200, 300, 400, 500}, []int64{80, 150, -1, -1, -1}, []int64{-1, -1, -1, 420, 520})}
	s := strokesOf(NewSCurve(in, english{}), 800, 10)
	if len(s.lines) != 3 || len(s.lines[0]) != 5 || len(s.lines[1]) != 2 || len(s.lines[2]) != 3 {
		t.Fatalf("lines %v, want 5 planned points, 2 mandated, 3 forecast with the one they go on from", s.lines)
	}
	if s.lines[2][0] != s.lines[1][1] {
		t.Errorf("the forecast begins at %v, what was mandated ends at %v", s.lines[2][0], s.lines[1][1])
	}
	if s.looks[2].Dash != Dashed || s.looks[0].Dash != Solid || s.looks[1].Dash != Solid {
		t.Errorf("looks %v: the forecast alone is dashed", s.looks)
	}
	if len(s.areas) != 1 || len(s.areas[0]) != 4 {
		t.Errorf("areas %v, want one below what was mandated", s.areas)
	}
	if len(s.tips) != 5+2+2 {
		t.Errorf("%d points have a tip, want each of the 9", len(s.tips))
	}
}

func TestCurveBreaksWhereNothingIsKnown(t *testing.T) {
	none := []int64{-1, -1, -1, -1, -1}
	in := Curve{Currency: "EUR", Months: monthsFrom(civil.Month{Year: 2026, Month: 1}, []int64{100, 200, -1, 400, 500}, none, none)}
	if s := strokesOf(NewSCurve(in, english{}), 800, 10); len(s.lines) != 2 || len(s.lines[0]) != 2 || len(s.lines[1]) != 2 {
		t.Errorf("lines %v, want two parts", s.lines)
	}
}

func TestCurveOfAForecastThatOverlaps(t *testing.T) {
	in := Curve{Currency: "EUR", Months: monthsFrom(civil.Month{Year: 2026, Month: 1}, []int64{-1, -1, -1}, []int64{10, 20, 30}, []int64{-1, 25, 60})}
	s := strokesOf(NewSCurve(in, english{}), 800, 10)
	if len(s.lines) != 2 || len(s.lines[1]) != 2 {
		t.Errorf("lines %v: a forecast of a month that has an actual begins where it is", s.lines)
	}
}

func TestCurveOfOneMonthStandsInTheMiddle(t *testing.T) {
	in := Curve{Currency: "EUR", Months: monthsFrom(civil.Month{Year: 2026, Month: 10}, []int64{100}, []int64{80}, []int64{-1})}
	s := strokesOf(NewSCurve(in, english{}), 800, 10)
	var centre float64
	for _, w := range s.texts {
		if w.text == "m10" {
			centre = (w.box.x1 + w.box.x2) / 2
		}
	}
	if math.Abs(centre-400) > 60 || len(s.lines) != 0 || len(s.tips) != 2 {
		t.Errorf("the month is written at %v of 800, %d lines, %d points", centre, len(s.lines), len(s.tips))
	}
}

// TestCurveBelowZero keeps credit notes on the canvas, below a firm line of zero.
func TestCurveBelowZero(t *testing.T) {
	in := Curve{Currency: "EUR", Months: monthsFrom(civil.Month{Year: 2026, Month: 1}, []int64{-1, -1}, []int64{-40, -100}, []int64{-1, -1})}
	chart := NewSCurve(in, english{})
	s := strokesOf(chart, 800, 10)
	expectTidy(t, "below zero", &s.witness)
	zero := s.areas[0][0].Y
	for _, p := range s.lines[0] {
		if p.Y <= zero {
			t.Errorf("%v lies above zero at %v", p, zero)
		}
	}
}

// TestCurveMonthsAreEvenlySpaced labels months so many apart, counted from January, and writes each year once.
func TestCurveMonthsAreEvenlySpaced(t *testing.T) {
	var figures, none []int64
	for i := range 60 {
		figures, none = append(figures, int64(i)), append(none, -1)
	}
	in := Curve{Currency: "EUR", Months: monthsFrom(civil.Month{Year: 2024, Month: 7}, figures, none, none)}
	for width := 300.0; width <= 1600; width += 50 {
		w := seen(NewSCurve(in, english{}), width, 7)
		years := map[string]int{}
		for _, s := range w.texts {
			if len(s.text) == 4 && strings.HasPrefix(s.text, "202") {
				years[s.text]++
			}
		}
		for _, year := range []string{"2025", "2026", "2027", "2028", "2029"} {
			if years[year] != 1 {
				t.Errorf("width %v: %s is written %d times", width, year, years[year])
			}
		}
		for _, s := range w.texts {
			if s.text == "m8" && width < 400 {
				t.Errorf("width %v: every month is written", width)
			}
		}
	}
}

func TestCurveTellsItsFigures(t *testing.T) {
	in := Curve{Name: "Portail", Currency: "EUR", Months: monthsFrom(civil.Month{Year: 2026, Month: 1}, []int64{100, 200}, []int64{80, -1}, []int64{-1, -1})}
	s := NewSCurve(in, long{})
	for _, want := range []string{"200000.00", "80000.00", "2026-02", "2026-01"} {
		if !strings.Contains(s.Desc, want) {
			t.Errorf("description %q lacks %s", s.Desc, want)
		}
	}
	if len(s.keys()) != 2 {
		t.Errorf("%d keys, want the two lines that have a value", len(s.keys()))
	}
}
