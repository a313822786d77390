package forecast

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// each runs a property on many inputs drawn from one fixed seed.
func each(t *testing.T, n int, property func(t *testing.T, r *rand.Rand)) {
	t.Helper()
	r := rand.New(rand.NewPCG(2026, 11))
	for i := range n {
		property(t, r)
		if t.Failed() {
			t.Fatalf("at draw %d", i)
		}
	}
}

// draw gives an amount, small ones, where ties and halves are common, as often as large ones.
func draw(r *rand.Rand) money.Amount {
	if r.IntN(2) == 0 {
		return money.Amount(r.Int64N(41) - 20)
	}
	return money.Amount(r.Int64N(2e14) - 1e14)
}

func drawDay(r *rand.Rand) civil.Date { return on(2025, 1, 1).AddDays(r.IntN(730)) }

func many[T any](r *rand.Rand, one func(*rand.Rand) T) []T {
	out := make([]T, r.IntN(8))
	for i := range out {
		out[i] = one(r)
	}
	return out
}

func shuffled[T any](r *rand.Rand, all []T) []T {
	out := slices.Clone(all)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// same compares two results as they would be stored.
func same(t *testing.T, what string, a, b any) {
	t.Helper()
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if string(x) != string(y) {
		t.Errorf("%s in one order\n%s\nin another\n%s", what, x, y)
	}
}

func drawCommitment(r *rand.Rand) Commitment {
	c := Commitment{ID: r.Int64N(5), Ref: string(rune('A' + r.IntN(3))), Net: draw(r), Mandated: draw(r)}
	if r.IntN(4) > 0 {
		c.Last = drawDay(r)
	}
	return c
}

func drawBooks(r *rand.Rand) Books {
	b := Books{Votes: many(r, draw), Commitments: many(r, drawCommitment), Outside: many(r, draw)}
	if r.IntN(2) == 0 {
		b.Ceiling = ptr(draw(r))
	}
	return b
}

func TestPositionIdentities(t *testing.T) {
	each(t, 2000, func(t *testing.T, r *rand.Rand) {
		b := drawBooks(r)
		p := must[Position](t)(PositionOf(b))
		other := Books{Votes: shuffled(r, b.Votes), Commitments: shuffled(r, b.Commitments), Outside: shuffled(r, b.Outside), Ceiling: b.Ceiling}
		same(t, "position", p, must[Position](t)(PositionOf(other)))
		if p.Exposure != p.Mandated+p.DENM || p.Available+p.Exposure != p.Open || p.DENM < 0 {
			t.Errorf("%+v: exposure, available and DENM do not fit", p)
		}
		if p.Exposure < p.CommittedNet {
			t.Errorf("%+v: the exposure is never below what is committed", p)
		}
		if p.ToCommit != nil && *p.ToCommit+p.Exposure != *p.Ceiling {
			t.Errorf("%+v: to commit and exposure are not the ceiling", p)
		}
		// Taken on totals the DENM would be too low wherever one commitment is over-mandated.
		var net, mandated money.Amount
		for _, c := range b.Commitments {
			net, mandated = net+c.Net, mandated+c.Mandated
		}
		if p.DENM < net-mandated {
			t.Errorf("%+v: DENM below %d, that of the totals", p, net-mandated)
		}
	})
}

func TestSplitBooksAddUp(t *testing.T) {
	each(t, 1000, func(t *testing.T, r *rand.Rand) {
		b := drawBooks(r)
		i, j, k := r.IntN(len(b.Votes)+1), r.IntN(len(b.Commitments)+1), r.IntN(len(b.Outside)+1)
		all := must[Position](t)(PositionOf(b))
		one := must[Position](t)(PositionOf(Books{Votes: b.Votes[:i], Commitments: b.Commitments[:j], Outside: b.Outside[:k]}))
		two := must[Position](t)(PositionOf(Books{Votes: b.Votes[i:], Commitments: b.Commitments[j:], Outside: b.Outside[k:]}))
		for name, x := range map[string][3]money.Amount{"open": {one.Open, two.Open, all.Open}, "committed": {one.CommittedNet, two.CommittedNet, all.CommittedNet},
			"mandated": {one.Mandated, two.Mandated, all.Mandated}, "DENM": {one.DENM, two.DENM, all.DENM}, "exposure": {one.Exposure, two.Exposure, all.Exposure},
			"available": {one.Available, two.Available, all.Available}} {
			if x[0]+x[1] != x[2] {
				t.Errorf("%s: %d + %d is not %d", name, x[0], x[1], x[2])
			}
		}
	})
}

func drawYearEnd(r *rand.Rand) YearEnd {
	above0 := func(r *rand.Rand) money.Amount { return draw(r).Abs() }
	return YearEnd{Regime: []Regime{CarryOver, Programmes}[r.IntN(2)], Open: above0(r), Mandated: draw(r), ServiceDone: above0(r), Due: above0(r),
		Later: above0(r), LaterNeeded: above0(r),
		Probable: many(r, func(r *rand.Rand) Probable { return Probable{above0(r), money.BasisPoints(r.IntN(whole + 1))} })}
}

// landingFits holds the bounds of a landing and what becomes of its credits.
func landingFits(t *testing.T, y YearEnd, l Landing) {
	t.Helper()
	if l.Low > l.Central || l.Central > l.High {
		t.Errorf("%+v: low, central and high are not in order", l)
	}
	if min(l.CarriedOver, l.ToRephase, l.ToGiveBack, l.Shortfall) < 0 || (l.Shortfall > 0 && l.ToGiveBack > 0) {
		t.Errorf("%+v: a part is below 0, or there is too much and too little at once", l)
	}
	sum := new(big.Int)
	for _, a := range []money.Amount{l.Central, l.CarriedOver, l.ToRephase, l.ToGiveBack} {
		sum.Add(sum, big.NewInt(int64(a)))
	}
	if sum.Sub(sum, big.NewInt(int64(l.Shortfall))); sum.Cmp(big.NewInt(int64(y.Open))) != 0 {
		t.Errorf("%+v: the parts make %s of %d open", l, sum, y.Open)
	}
}

func TestLandingProperties(t *testing.T) {
	each(t, 2000, func(t *testing.T, r *rand.Rand) {
		y := drawYearEnd(r)
		l := must[Landing](t)(LandingOf(y))
		landingFits(t, y, l)
		other := y
		other.Probable = shuffled(r, y.Probable)
		same(t, "landing", l, must[Landing](t)(LandingOf(other)))
		for i := range other.Probable {
			other.Probable[i].Probability = 0
		}
		if low := must[Landing](t)(LandingOf(other)); low.Central != l.Low {
			t.Errorf("nothing is probable: central %d, want the low %d", low.Central, l.Low)
		}
		for i := range other.Probable {
			other.Probable[i].Probability = whole
		}
		if high := must[Landing](t)(LandingOf(other)); high.Central != l.High {
			t.Errorf("all is certain: central %d, want the high %d", high.Central, l.High)
		}
	})
}

func TestRadarOrder(t *testing.T) {
	each(t, 300, func(t *testing.T, r *rand.Rand) {
		lines := many(r, func(r *rand.Rand) CreditLine {
			return CreditLine{ID: r.Int64N(4), Landing: must[Landing](t)(LandingOf(drawYearEnd(r)))}
		})
		got := must[Radar](t)(RadarOf(lines, limits))
		same(t, "radar", got, must[Radar](t)(RadarOf(shuffled(r, lines), limits)))
		var atRisk money.Amount
		for _, l := range got.Lines {
			atRisk += l.AtRisk
			if l.AtRisk > l.Unspent || l.AtRisk < 0 {
				t.Errorf("%+v: more at risk than unspent", l)
			}
		}
		if atRisk != got.AtRisk {
			t.Errorf("the lines put %d at risk, the radar says %d", atRisk, got.AtRisk)
		}
	})
}

func drawPhasing(r *rand.Rand) Phasing {
	p := Phasing{Total: draw(r), Spread: []Spread{SpreadEven, SpreadCalendarDays, SpreadWorkingDays, SpreadLast, SpreadManual}[r.IntN(5)]}
	next := drawDay(r)
	for range r.IntN(14) {
		end := next.AddDays(r.IntN(40))
		p.Periods = append(p.Periods, Period{next, end})
		p.Weights = append(p.Weights, int64(r.IntN(4)))
		next = end.AddDays(1 + r.IntN(3))
	}
	for range r.IntN(len(p.Periods) + 1) {
		p.Done = append(p.Done, draw(r))
	}
	return p
}

// phasedFits holds the sum of what was laid over periods, and that what is done stays.
func phasedFits(t *testing.T, p Phasing, got Phased) {
	t.Helper()
	if sum, ok := money.Sum(append(slices.Clone(got.Amounts), got.Unplaced)...); !ok || sum != p.Total {
		t.Errorf("%+v: laid out as %+v, which sums to %d", p, got, sum)
	}
	if len(got.Amounts) != len(p.Periods) || !slices.Equal(got.Amounts[:len(p.Done)], p.Done) {
		t.Errorf("%+v: laid out as %+v: what is done must stay", p, got)
	}
	for _, a := range got.Amounts[len(p.Done):] {
		if (a < 0 && p.Total >= 0) || (a > 0 && p.Total < 0) {
			t.Errorf("%+v: laid out as %+v: an amount of the other sign", p, got)
		}
	}
}

func TestPhasingProperties(t *testing.T) {
	each(t, 2000, func(t *testing.T, r *rand.Rand) {
		p := drawPhasing(r)
		got := must[Phased](t)(p.Phase())
		phasedFits(t, p, got)
		if p.Done = got.Amounts; got.Unplaced != 0 {
			return
		}
		if again := must[Phased](t)(p.Phase()); again.Unplaced != 0 || !slices.Equal(again.Amounts, got.Amounts) {
			t.Errorf("done as planned, the phasing is %+v, was %+v", again, got)
		}
	})
}

func TestCurveEndsAtTheTotals(t *testing.T) {
	each(t, 500, func(t *testing.T, r *rand.Rand) {
		periods := monthsOf(drawDay(r), on(2027, 6, 30))
		amounts := func() []money.Amount {
			out := make([]money.Amount, len(periods))
			for i := range out {
				out[i] = draw(r)
			}
			return out
		}
		planned, course, cut := amounts(), amounts(), r.IntN(len(periods)+1)
		curve := must[[]Point](t)(Curve(periods, planned, course[:cut], course[cut:]))
		last := curve[len(curve)-1]
		plan, _ := money.Sum(planned...)
		total, _ := money.Sum(course...)
		if last.Planned != plan || last.Forecast == nil || *last.Forecast != total {
			t.Errorf("the curve ends at %+v, want %d planned and %d", last, plan, total)
		}
		if cut > 0 && *curve[cut-1].Actual != *curve[cut-1].Forecast {
			t.Errorf("the forecast starts at %d, what was spent ends at %d", *curve[cut-1].Forecast, *curve[cut-1].Actual)
		}
	})
}

func TestQuantileProperties(t *testing.T) {
	each(t, 500, func(t *testing.T, r *rand.Rand) {
		sample := make([]*big.Rat, 1+r.IntN(30))
		for i := range sample {
			sample[i] = big.NewRat(r.Int64N(500), 1+r.Int64N(300))
		}
		slices.SortFunc(sample, (*big.Rat).Cmp)
		kept := make([]*big.Rat, len(sample))
		for i := range sample {
			kept[i] = new(big.Rat).Set(sample[i])
		}
		last := sample[0]
		for p := money.BasisPoints(0); p <= whole; p += 250 {
			q := Quantile(sample, p)
			if q.Cmp(last) < 0 || q.Cmp(sample[len(sample)-1]) > 0 {
				t.Errorf("quantile %d is %s, after %s", p, q, last)
			}
			last = q
		}
		if last.Cmp(sample[len(sample)-1]) != 0 {
			t.Errorf("the last quantile is %s, want the greatest", last)
		}
		if !reflect.DeepEqual(sample, kept) {
			t.Error("taking quantiles changed the sample")
		}
	})
}

func TestClassOrder(t *testing.T) {
	each(t, 300, func(t *testing.T, r *rand.Rand) {
		cases := make([]Case, r.IntN(60))
		for i := range cases {
			cases[i] = Case{ID: r.Int64N(40), Outcome: []Outcome{Finished, Finished, Finished, Ongoing, Abandoned}[r.IntN(5)],
				First: money.Amount(r.Int64N(50) - 2), Cost: money.Amount(r.Int64N(90) - 2), FirstIndex: r.Int64N(3), CostIndex: r.Int64N(3)}
		}
		c := ClassOf(cases)
		same(t, "class", c, ClassOf(shuffled(r, cases)))
		if c.N+c.Censored+c.Incomparable != len(cases) || len(c.References) != len(cases) {
			t.Errorf("%d + %d + %d of %d cases", c.N, c.Censored, c.Incomparable, len(cases))
		}
		for i, q := range c.Quantiles {
			if i > 0 && q.Ratio.Cmp(c.Quantiles[i-1].Ratio) < 0 || q.Ratio.Cmp(c.Max) > 0 {
				t.Errorf("quantiles %+v are not in order", c.Quantiles)
			}
		}
	})
}

func drawMove(r *rand.Rand) Move {
	return Move{On: drawDay(r), Cause: Causes()[r.IntN(len(Causes()))], Amount: draw(r), Decision: []string{"", "CS 1"}[r.IntN(2)], Label: []string{"a", "b"}[r.IntN(2)]}
}

// waterfallFits holds that every step starts where the one before ended and that they lead to the current cost.
func waterfallFits(t *testing.T, w Waterfall) {
	t.Helper()
	level := w.First
	for _, s := range w.Steps {
		if s.From != level || s.From+s.Amount != s.To {
			t.Errorf("%+v: step %+v does not start at %d", w, s, level)
		}
		level = s.To
	}
	if level != w.Current {
		t.Errorf("%+v: the steps lead to %d", w, level)
	}
}

func TestWaterfallSums(t *testing.T) {
	each(t, 2000, func(t *testing.T, r *rand.Rand) {
		first, current, moves, day := draw(r), draw(r), many(r, drawMove), drawDay(r)
		w := must[Waterfall](t)(Explain(first, current, moves, day))
		waterfallFits(t, w)
		same(t, "waterfall", w, must[Waterfall](t)(Explain(first, current, shuffled(r, moves), day)))
		var counted int
		for _, s := range w.Steps {
			counted += len(s.Moves)
		}
		late := 0
		for _, m := range moves {
			if m.On.After(day) {
				late++
			}
		}
		if counted+late+len(w.Findings) != len(moves) {
			t.Errorf("%d moves in steps, %d later, %d findings, of %d", counted, late, len(w.Findings), len(moves))
		}
	})
}

func TestWarnOrder(t *testing.T) {
	each(t, 500, func(t *testing.T, r *rand.Rand) {
		p := must[Position](t)(PositionOf(drawBooks(r)))
		day := drawDay(r)
		w := Watch{Position: &p, Commitments: many(r, drawCommitment), Scope: draw(r).Abs(), Unmatched: draw(r).Abs(), UnmatchedSince: drawDay(r),
			TieOuts: many(r, func(r *rand.Rand) TieOut { return TieOut{string(rune('a' + r.IntN(3))), money.Amount(r.IntN(3) - 1)} })}
		got := Warn(w, limits, day)
		w.Commitments, w.TieOuts = shuffled(r, w.Commitments), shuffled(r, w.TieOuts)
		same(t, "warnings", got, Warn(w, limits, day))
		for i := 1; i < len(got); i++ {
			if got[i].Level == Red && got[i-1].Level == Amber {
				t.Errorf("amber before red: %+v", got)
			}
		}
	})
}

// TestEarnedValueProperties: work done as planned and at its cost deviates in nothing.
func TestEarnedValueProperties(t *testing.T) {
	each(t, 1000, func(t *testing.T, r *rand.Rand) {
		bac := 1 + draw(r).Abs()
		share := big.NewRat(r.Int64N(101), 100)
		spent, _ := of(bac, share)
		e := must[EVM](t)(EarnedValue(Work{BAC: bac, Planned: share, Earned: share, Costs: Costs{Mandated: spent}, Basis: Mandated}))
		if *e.CV != 0 || *e.SV != 0 || *e.EAC2 != bac || *e.VAC2 != 0 {
			t.Errorf("as planned, yet %+v", e)
		}
		if spent > 0 && (e.CPI.Cmp(big.NewRat(1, 1)) != 0 || e.SPI.Cmp(e.CPI) != 0 || *e.EAC1 != bac || *e.EAC3 != bac) {
			t.Errorf("as planned, yet %+v", e)
		}
	})
}
