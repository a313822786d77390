package forecast

import (
	"cmp"
	"math/big"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// MethodAccuracy names the way forecasts are held against what came.
const MethodAccuracy = "jalon-accuracy/1"

// Kept is a landing as it was forecast. Forecasts are kept, never overwritten.
type Kept struct {
	AsOf    civil.Date
	Seq     int64 // of several forecasts of one day the one with the highest holds
	Landing money.Amount
}

// YearKept is a year, or a line of it, that is closed, with the forecasts made of it.
type YearKept struct {
	Name   string
	Close  civil.Date   // last day of the year
	Open   money.Amount // credits at the close
	Actual money.Amount // what was spent of them
	Kept   []Kept
}

// Miss is how far one forecast was off.
type Miss struct {
	Name    string
	Months  int // whole months before the close: 3 for a forecast made in September for December
	AsOf    civil.Date
	Landing money.Amount
	Actual  money.Amount
	Open    money.Amount
	Off     money.Amount // Landing − Actual: above 0 when too much was forecast
	Rate    *big.Rat     // |Off| / Open, nil when nothing was open
}

// Horizon sums up the misses of one horizon.
type Horizon struct {
	Method string
	Months int
	N      int          // forecasts
	Off    money.Amount // sum with signs: a lasting bias shows, chance cancels
	Missed money.Amount // sum without signs
	Open   money.Amount
	Rate   *big.Rat // Missed / Open: the aggregate, in which a small line cannot outweigh a large one
}

// Misses holds every forecast of a closed year against what came, one a month: of several of a month the last counts.
// Forecasts made after the close are left out. They come with the longest horizon first.
func Misses(y YearKept) ([]Miss, error) {
	last := map[int]Kept{}
	for _, k := range y.Kept {
		if k.AsOf.IsZero() || k.AsOf.After(y.Close) {
			continue
		}
		months := k.AsOf.MonthOf().Until(y.Close.MonthOf())
		if l, ok := last[months]; !ok || cmp.Or(l.AsOf.Compare(k.AsOf), cmp.Compare(l.Seq, k.Seq), cmp.Compare(l.Landing, k.Landing)) < 0 {
			last[months] = k
		}
	}
	var all []Miss
	for months, k := range last {
		off, err := minus(k.Landing, y.Actual)
		if err != nil {
			return nil, err
		}
		all = append(all, Miss{Name: y.Name, Months: months, AsOf: k.AsOf, Landing: k.Landing, Actual: y.Actual, Open: y.Open, Off: off,
			Rate: ratio(off.Abs(), y.Open)})
	}
	slices.SortFunc(all, func(a, b Miss) int { return -cmp.Compare(a.Months, b.Months) })
	return all, nil
}

// Accuracy sums up the forecasts of closed years by horizon, the longest first. Years without credits are left out. The
// order of years and forecasts does not matter.
func Accuracy(years []YearKept) ([]Horizon, error) {
	type sums struct{ off, missed, open []money.Amount }
	by := map[int]*sums{}
	for _, y := range years {
		if y.Open <= 0 {
			continue
		}
		misses, err := Misses(y)
		if err != nil {
			return nil, err
		}
		for _, m := range misses {
			s := by[m.Months]
			if s == nil {
				s = &sums{}
				by[m.Months] = s
			}
			s.off, s.missed, s.open = append(s.off, m.Off), append(s.missed, m.Off.Abs()), append(s.open, m.Open)
		}
	}
	var all []Horizon
	for months, s := range by {
		h := Horizon{Method: MethodAccuracy, Months: months, N: len(s.open)}
		var err [3]error
		h.Off, err[0] = sum(s.off...)
		h.Missed, err[1] = sum(s.missed...)
		h.Open, err[2] = sum(s.open...)
		if e := cmp.Or(err[:]...); e != nil {
			return nil, e
		}
		h.Rate = ratio(h.Missed, h.Open)
		all = append(all, h)
	}
	slices.SortFunc(all, func(a, b Horizon) int { return -cmp.Compare(a.Months, b.Months) })
	return all, nil
}
