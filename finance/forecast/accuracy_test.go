package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"jalon/internal/money"
)

func TestMisses(t *testing.T) {
	y := YearKept{Name: "2025", Close: on(2025, 12, 31), Open: eur("500 000"), Actual: eur("412 000"), Kept: []Kept{
		{AsOf: on(2025, 9, 30), Seq: 1, Landing: eur("390 000")},
		{AsOf: on(2025, 9, 30), Seq: 2, Landing: eur("400 000")},
		{AsOf: on(2025, 9, 2), Seq: 9, Landing: eur("1")},
		{AsOf: on(2025, 6, 15), Landing: eur("450 000")},
		{AsOf: on(2025, 12, 31), Landing: eur("412 000")},
		{AsOf: on(2026, 1, 1), Landing: eur("1")},
		{Landing: eur("1")},
	}}
	got := must[[]Miss](t)(Misses(y))
	want := []struct {
		months  int
		landing string
		off     string
		rate    money.BasisPoints
	}{{6, "450 000", "38 000", 760}, {3, "400 000", "-12 000", 240}, {0, "412 000", "0", 0}}
	if len(got) != len(want) {
		t.Fatalf("%d horizons, want %d: %+v", len(got), len(want), got)
	}
	for i, w := range want {
		if got[i].Months != w.months || got[i].Landing != eur(w.landing) || got[i].Off != eur(w.off) {
			t.Errorf("horizon %d: %+v, want %+v", i, got[i], w)
		}
		wantRatio(t, "missed by", got[i].Rate, w.rate)
	}
}

func TestAccuracy(t *testing.T) {
	year := func(y int, open, actual, september string) YearKept {
		return YearKept{Close: on(y, 12, 31), Open: eur(open), Actual: eur(actual), Kept: []Kept{{AsOf: on(y, 9, 15), Landing: eur(september)}}}
	}
	got := must[[]Horizon](t)(Accuracy([]YearKept{year(2024, "100", "90", "80"), year(2025, "300", "200", "230"), year(2026, "0", "1", "2")}))
	if len(got) != 1 || got[0].Months != 3 || got[0].N != 2 || got[0].Off != eur("20") || got[0].Missed != eur("40") || got[0].Open != eur("400") {
		t.Fatalf("%+v, want two forecasts of three months, 20 too much in all, 40 off, of 400", got)
	}
	wantRatio(t, "missed", got[0].Rate, 1000)
	_, err := Accuracy([]YearKept{{Close: on(2025, 12, 31), Open: 1, Actual: math.MinInt64, Kept: []Kept{{AsOf: on(2025, 12, 1), Landing: 1}}}})
	wantFault(t, "beyond 64 bits", err, "forecast.overflow")
}

func TestAccuracyOrder(t *testing.T) {
	each(t, 300, func(t *testing.T, r *rand.Rand) {
		years := many(r, func(r *rand.Rand) YearKept {
			return YearKept{Close: drawDay(r), Open: draw(r), Actual: draw(r),
				Kept: many(r, func(r *rand.Rand) Kept { return Kept{drawDay(r), r.Int64N(3), draw(r)} })}
		})
		got := must[[]Horizon](t)(Accuracy(years))
		other := shuffled(r, years)
		for i := range other {
			other[i].Kept = shuffled(r, other[i].Kept)
		}
		same(t, "accuracy", got, must[[]Horizon](t)(Accuracy(other)))
		for _, h := range got {
			if h.Off.Abs() > h.Missed || h.Rate == nil {
				t.Errorf("%+v: what is off with signs exceeds what is off without", h)
			}
		}
	})
}
