package chart

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"jalon/internal/civil"

	"pgregory.net/rapid"
)

func TestPercentTicks(t *testing.T) {
	for _, tc := range []struct {
		name      string
		low, high int64
		limit     int
		want      []int64
	}{
		{"zero to 26 %", 0, 2600, 8, []int64{0, 500, 1000, 1500, 2000, 2500, 3000}},
		{"both sides of zero", -2000, 9000, 8, []int64{-2000, 0, 2000, 4000, 6000, 8000, 10000}},
		{"nothing measured", 0, 0, 8, []int64{0, 20, 40, 60, 80, 100}},
		{"wrong way round", 1000, 0, 2, []int64{0, 500, 1000}},
		{"very far", 0, 123_456_789, 5, []int64{0, 50_000_000, 100_000_000, 150_000_000}},
	} {
		got := percentTicks(tc.low, tc.high, tc.limit)
		if tc.name == "nothing measured" {
			if got[0] != 0 || got[len(got)-1] < 100 {
				t.Errorf("%s: %v does not cover 0 to 1 %%", tc.name, got)
			}
			continue
		}
		if len(got) != len(tc.want) {
			t.Errorf("%s: percentTicks(%d, %d, %d) = %v, want %v", tc.name, tc.low, tc.high, tc.limit, got, tc.want)
			continue
		}
		for i := range got {
			if got[i] != tc.want[i] {
				t.Errorf("%s: percentTicks(%d, %d, %d) = %v, want %v", tc.name, tc.low, tc.high, tc.limit, got, tc.want)
				break
			}
		}
	}
}

func TestPercentTicksCoverTheirRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Int64Range(-1e12, 1e12).Draw(t, "low")
		high := rapid.Int64Range(-1e12, 1e12).Draw(t, "high")
		limit := rapid.IntRange(3, 12).Draw(t, "limit")
		ticks := percentTicks(low, high, limit)
		if low > high {
			low, high = high, low
		}
		if ticks[0] > low || ticks[len(ticks)-1] < high || len(ticks) > limit+1 {
			t.Fatalf("percentTicks(%d, %d, %d) = %v", low, high, limit, ticks)
		}
	})
}

func TestScale(t *testing.T) {
	s := scale{0, 100, 10, 210}
	if got := s.at(50); got != 110 {
		t.Errorf("the middle maps to %v, want 110", got)
	}
	for _, tc := range []struct {
		v    float64
		at   float64
		side int
	}{{-1, 10, -1}, {0, 10, 0}, {100, 210, 0}, {101, 210, 1}} {
		if at, side := s.clamped(tc.v); at != tc.at || side != tc.side {
			t.Errorf("clamped(%v) = %v, %d, want %v, %d", tc.v, at, side, tc.at, tc.side)
		}
	}
	if got := (scale{5, 5, 1, 2}).at(5); got != 1 {
		t.Errorf("an empty range maps to %v, want its first coordinate", got)
	}
}

func TestTimeRange(t *testing.T) {
	for _, tc := range []struct{ name, from, to, wantFrom, wantTo string }{
		{"months", "2026-03-15", "2026-10-02", "2026-03-01", "2026-10-31"},
		{"quarters", "2025-02-10", "2027-05-20", "2025-01-01", "2027-06-30"},
		{"half-years", "2024-05-01", "2029-08-01", "2024-01-01", "2029-12-31"},
		{"years", "2019-05-01", "2030-02-01", "2019-01-01", "2030-12-31"},
		{"one day", "2026-11-21", "2026-11-21", "2026-11-01", "2026-11-30"},
		{"ends of the calendar", "0001-01-01", "9999-12-31", "0001-01-01", "9999-12-31"},
	} {
		from, to := timeRange(mustDate(t, tc.from), mustDate(t, tc.to))
		if from.String() != tc.wantFrom || to.String() != tc.wantTo {
			t.Errorf("%s: timeRange(%s, %s) = %s, %s, want %s, %s", tc.name, tc.from, tc.to, from, to, tc.wantFrom, tc.wantTo)
		}
	}
}

func TestTimeTicksEnd(t *testing.T) {
	from, to := timeRange(civil.D(1, 1, 1), civil.D(9999, 12, 31))
	if n := len(timeTicks(from, to, english{})); n == 0 || n > 200 {
		t.Errorf("%d ticks over all years, want a few", n)
	}
	from, to = timeRange(civil.D(2025, 1, 1), civil.D(2027, 12, 31))
	if n := len(timeTicks(from, to, english{})); n != 12 {
		t.Errorf("%d ticks over three years, want 12 quarters", n)
	}
}

func mustDate(t *testing.T, s string) civil.Date {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestHatchStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.Float64Range(-50, 50).Draw(t, "x"), rapid.Float64Range(-50, 50).Draw(t, "y")
		w, h := rapid.Float64Range(0, 300).Draw(t, "w"), rapid.Float64Range(0, 30).Draw(t, "h")
		for _, l := range hatch(x, y, w, h, 3) {
			for _, p := range l {
				if p.X < x-1e-9 || p.X > x+w+1e-9 || p.Y < y-1e-9 || p.Y > y+h+1e-9 {
					t.Fatalf("hatch of (%v, %v, %v, %v) leaves it at %v", x, y, w, h, p)
				}
			}
			if dx, dy := l[0].X-l[1].X, l[1].Y-l[0].Y; math.Abs(dx-dy) > 1e-9 {
				t.Fatalf("segment %v is not at 45°", l)
			}
		}
	})
}

func TestCut(t *testing.T) {
	measure := func(s string) float64 { return float64(utf8.RuneCountInString(s)) }
	for _, tc := range []struct {
		name, in string
		width    float64
		want     string
	}{
		{"fits", "Archives", 8, "Archives"},
		{"cut", "Archives départementales", 12, "Archives dé…"},
		{"no dangling space", "Archives départementales", 10, "Archives…"},
		{"nothing fits", "Archives", 1, ""},
		{"empty", "", 5, ""},
		{"an accent stays with its letter", "re\u0301\u0301sume", 3, "r…"},
	} {
		if got := Cut(tc.in, tc.width, measure); got != tc.want {
			t.Errorf("%s: Cut(%q, %v) = %q, want %q", tc.name, tc.in, tc.width, got, tc.want)
		}
	}
}

func TestCutNeverExceedsItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringN(0, 60, -1).Draw(t, "text")
		width := rapid.Float64Range(0, 300).Draw(t, "width")
		measure := func(s string) float64 { return textWidth(s, 10, false) }
		if got := Cut(s, width, measure); measure(got) > width && got != "" {
			t.Fatalf("Cut(%q, %v) = %q is %v wide", s, width, got, measure(got))
		}
	})
}

func TestPlacedLabelsMeetNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frame := box{0, 0, 400, 300}
		n := rapid.IntRange(0, 25).Draw(t, "n")
		var labels []label
		var discs []box
		for range n {
			l := label{at: Point{rapid.Float64Range(0, 400).Draw(t, "x"), rapid.Float64Range(0, 300).Draw(t, "y")},
				radius: rapid.Float64Range(2, 20).Draw(t, "r"), width: rapid.Float64Range(5, 120).Draw(t, "w"), height: 10}
			labels, discs = append(labels, l), append(discs, discBox(l.at, l.radius))
		}
		out := placeLabels(labels, discs, nil, frame)
		for i, a := range out {
			if !a.ok {
				continue
			}
			if !a.box.within(frame) || anyMeets(a.box, discs) {
				t.Fatalf("label %d at %v leaves the frame or covers a disc", i, a.box)
			}
			for j, b := range out[:i] {
				if b.ok && a.box.meets(b.box) {
					t.Fatalf("labels %d and %d overlap", i, j)
				}
			}
		}
	})
}

func TestBubbleAreaIsProportionalToWeight(t *testing.T) {
	whole, quarter := bubbleRadius(100, 100, 10), bubbleRadius(25, 100, 10)
	if math.Abs(whole-2*quarter) > 1e-9 {
		t.Errorf("radius of 100 is %v, of 25 %v: four times the weight should be twice the radius", whole, quarter)
	}
	if bubbleRadius(0, 100, 10) <= 0 || bubbleRadius(0, 0, 10) <= 0 {
		t.Error("a project without a weight must still be seen")
	}
}

func TestAxisRangeLeavesOutliersOut(t *testing.T) {
	values := []int64{-300, 0, 0, 400, 900, 1500, 2200, 3100, 950_000}
	low, high := axisRange(values)
	if low != -300 || high != 3100 {
		t.Errorf("axisRange = %d to %d, want −300 to 3100", low, high)
	}
	if low, high := axisRange([]int64{70_000}); low != 70_000 || high != 70_000 {
		t.Errorf("one value alone is no outlier: %d to %d", low, high)
	}
}

func TestTimelinePages(t *testing.T) {
	tl := Timeline{}
	for g, n := range []int{3, 12, 1, 0, 7} {
		group := TimelineGroup{Label: strings.Repeat("g", g+1)}
		for range n {
			group.Rows = append(group.Rows, TimelineRow{Label: "p"})
		}
		tl.Groups = append(tl.Groups, group)
	}
	const em = 10.0
	for _, height := range []float64{10, 120, 200, 333, 5000} {
		rows := 0
		for i, p := range tl.Pages(height, em) {
			rows += p.Rows()
			if h := p.Height(em); h > height+1e-9 && p.Rows() > 1 {
				t.Errorf("page %d of height %v needs %v", i, height, h)
			}
			for _, g := range p.Groups {
				if len(g.Rows) == 0 {
					t.Errorf("page %d of height %v: theme %q stands without a project", i, height, g.Label)
				}
			}
		}
		if rows != 23 {
			t.Errorf("pages of height %v hold %d projects, want 23", height, rows)
		}
	}
}

// The greyscale promise of RGB: the weather colours lie apart in CIE lightness.
func TestColoursDifferInLightness(t *testing.T) {
	order := []Ink{Grey, Green, Amber, Red}
	for i := 1; i < len(order); i++ {
		a, b := lightness(order[i-1]), lightness(order[i])
		if a-b < 12 {
			t.Errorf("%s has lightness %.0f, %s %.0f: too close for a greyscale print", order[i-1], a, order[i], b)
		}
	}
}

func lightness(i Ink) float64 {
	r, g, b := RGB(i)
	linear := func(v int) float64 {
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 116*math.Cbrt(0.2126*linear(r)+0.7152*linear(g)+0.0722*linear(b)) - 16
}
