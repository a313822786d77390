package forecast

import (
	"math"
	"math/big"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// refused tells whether a call was refused, which must be by a fault that a person can read.
func refused(t *testing.T, err error) bool {
	t.Helper()
	if err != nil && fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("refused by %v, want an invalid input", err)
	}
	return err != nil
}

func FuzzLanding(f *testing.F) {
	f.Add(true, int64(50000000), int64(21000000), int64(4000000), int64(12000000), int64(6000000), int64(6000000), int64(5000), int64(0))
	f.Add(false, int64(math.MaxInt64), int64(math.MinInt64), int64(1), int64(0), int64(math.MaxInt64), int64(-1), int64(10001), int64(math.MaxInt64))
	f.Add(false, int64(math.MaxInt64), int64(math.MinInt64), int64(0), int64(0), int64(math.MaxInt64), int64(math.MaxInt64), int64(10000), int64(0))
	f.Fuzz(func(t *testing.T, carry bool, open, mandated, done, due, later, probable, bp, needed int64) {
		y := YearEnd{Regime: Programmes, Open: money.Amount(open), Mandated: money.Amount(mandated), ServiceDone: money.Amount(done), Due: money.Amount(due),
			Later: money.Amount(later), LaterNeeded: money.Amount(needed), Probable: []Probable{{money.Amount(probable), money.BasisPoints(bp)}, {1, 5000}}}
		if carry {
			y.Regime = CarryOver
		}
		l, err := LandingOf(y)
		if !refused(t, err) {
			landingFits(t, y, l)
		}
	})
}

func FuzzPhase(f *testing.F) {
	f.Add(int64(12000000), uint8(12), uint8(31), uint8(4), int64(340000), uint8(0))
	f.Add(int64(math.MinInt64), uint8(3), uint8(0), uint8(1), int64(1), uint8(1))
	f.Add(int64(math.MaxInt64), uint8(200), uint8(1), uint8(250), int64(math.MaxInt64), uint8(4))
	f.Fuzz(func(t *testing.T, total int64, periods, days, done uint8, each int64, spread uint8) {
		all := []Spread{SpreadEven, SpreadCalendarDays, SpreadWorkingDays, SpreadLast, SpreadManual}
		p := Phasing{Total: money.Amount(total), Spread: all[int(spread)%len(all)]}
		next := on(2025, 1, 1)
		for i := range int(periods) {
			end := next.AddDays(int(days) * (i % 3))
			p.Periods, p.Weights = append(p.Periods, Period{next, end}), append(p.Weights, int64(i%4)*math.MaxInt32)
			next = end.AddDays(1)
		}
		for range int(done) {
			p.Done = append(p.Done, money.Amount(each))
		}
		got, err := p.Phase()
		if !refused(t, err) {
			phasedFits(t, p, got)
		}
	})
}

func FuzzExplain(f *testing.F) {
	f.Add(int64(100000000), int64(124000000), "scope", int64(15000000), "CS 1", "price", int64(4200000), "")
	f.Add(int64(math.MinInt64), int64(math.MaxInt64), "estimate", int64(math.MaxInt64), "", "estimate", int64(math.MaxInt64), "x")
	f.Fuzz(func(t *testing.T, first, current int64, cause1 string, amount1 int64, decision1, cause2 string, amount2 int64, decision2 string) {
		day := on(2026, 1, 1)
		w, err := Explain(money.Amount(first), money.Amount(current), []Move{
			{On: day, Cause: Cause(cause1), Amount: money.Amount(amount1), Decision: decision1},
			{On: day, Cause: Cause(cause2), Amount: money.Amount(amount2), Decision: decision2}}, day)
		if !refused(t, err) {
			waterfallFits(t, w)
		}
	})
}

func FuzzEarnedValue(f *testing.F) {
	f.Add(int64(80000000), int64(1), int64(2), int64(2), int64(5), int64(38000000), "mandated")
	f.Add(int64(math.MaxInt64), int64(1), int64(math.MaxInt64), int64(1), int64(math.MaxInt64), int64(math.MinInt64), "service_done")
	f.Add(int64(0), int64(0), int64(1), int64(1), int64(1), int64(-1), "paid")
	f.Fuzz(func(t *testing.T, bac, p, pd, e, ed, ac int64, basis string) {
		if pd == 0 || ed == 0 {
			return
		}
		w := Work{BAC: money.Amount(bac), Planned: big.NewRat(p, pd), Earned: big.NewRat(e, ed), Costs: Costs{Mandated: money.Amount(ac)}, Basis: CostBasis(basis)}
		got, err := EarnedValue(w)
		if refused(t, err) {
			return
		}
		if (got.CPI != nil && ac <= 0) || (got.SPI != nil && *got.PV <= 0) || (got.TCPI != nil && bac <= ac) {
			t.Errorf("%+v: an index where there is nothing to divide by", got)
		}
		if got.Basis != Mandated {
			t.Errorf("measured on %q, which is not known", got.Basis)
		}
	})
}

func FuzzWarn(f *testing.F) {
	f.Add(int64(90000), int64(100000), int64(1010), int64(1000), 2025, 10, 31, int64(12))
	f.Add(int64(math.MaxInt64), int64(math.MinInt64), int64(math.MinInt64), int64(-1), 1, 1, 1, int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, exposure, ceiling, net, mandated int64, year, month, day int, months int64) {
		last, _ := civil.Parse(on(2025, 1, 1).AddDays(year*31 + month*7 + day).String())
		limits := limits
		limits.IdleMonths = months
		c := Commitment{Net: money.Amount(net), Mandated: money.Amount(mandated), Last: last}
		w := Watch{Position: &Position{Exposure: money.Amount(exposure), Ceiling: ptr(money.Amount(ceiling))}, Commitments: []Commitment{c},
			ForecastExpected: true, ForecastOn: last, UnmatchedSince: last, Scope: money.Amount(ceiling), Unmatched: money.Amount(exposure)}
		for _, x := range Warn(w, limits, on(2026, 1, 1)) {
			if x.Level != Amber && x.Level != Red {
				t.Errorf("%+v has no level", x)
			}
		}
	})
}
