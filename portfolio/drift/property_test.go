package drift

import (
	"math/big"
	"math/rand"
	"reflect"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"

	"pgregory.net/rapid"
)

// window is the stretch of days that generated projects live in: short, so that days coincide.
const window = 40

func genDay() *rapid.Generator[civil.Date] {
	return rapid.Custom(func(t *rapid.T) civil.Date {
		return civil.D(2026, 1, 1).AddDays(rapid.IntRange(0, window).Draw(t, "day"))
	})
}

func genDayOrNone() *rapid.Generator[civil.Date] {
	return rapid.Custom(func(t *rapid.T) civil.Date {
		if rapid.Bool().Draw(t, "none") {
			return civil.Date{}
		}
		return genDay().Draw(t, "some")
	})
}

// genCost draws small costs, where rates coincide and round to halves, and huge ones.
func genCost() *rapid.Generator[money.Amount] {
	return rapid.OneOf(rapid.Map(rapid.Int64Range(0, 300), toAmount), rapid.Map(rapid.Int64Range(-5, 1<<62), toAmount))
}

func toAmount(n int64) money.Amount { return money.Amount(n) }

func genEstimate(seq int64) *rapid.Generator[Estimate] {
	return rapid.Custom(func(t *rapid.T) Estimate {
		e := Estimate{On: genDay().Draw(t, "on"), Seq: seq, HasCost: rapid.Bool().Draw(t, "has cost")}
		if e.HasCost {
			e.Cost = genCost().Draw(t, "cost")
		}
		e.Start, e.End = genDayOrNone().Draw(t, "start"), genDayOrNone().Draw(t, "end")
		return e
	})
}

func genProject(id int64) *rapid.Generator[Project] {
	return rapid.Custom(func(t *rapid.T) Project {
		p := Project{ID: id, Weight: rapid.Int64Range(0, 100).Draw(t, "weight"), Interministerial: rapid.Bool().Draw(t, "inter")}
		for i := range rapid.IntRange(0, 5).Draw(t, "estimates") {
			p.Estimates = append(p.Estimates, genEstimate(int64(i+1)).Draw(t, "estimate"))
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "baselines") {
			e := genEstimate(0).Draw(t, "baseline")
			p.Baselines = append(p.Baselines, Baseline{Number: i + 1, On: e.On, HasCost: e.HasCost, Cost: e.Cost, Start: e.Start, End: e.End})
		}
		for range rapid.IntRange(0, 2).Draw(t, "exits") {
			x := Exit{Left: genDay().Draw(t, "left")}
			if rapid.Bool().Draw(t, "returned") {
				x.Returned = x.Left.AddDays(rapid.IntRange(1, 9).Draw(t, "away"))
			}
			p.Exits = append(p.Exits, x)
		}
		return p
	})
}

func genProjects() *rapid.Generator[[]Project] {
	return rapid.Custom(func(t *rapid.T) []Project {
		var all []Project
		for i := range rapid.IntRange(0, 8).Draw(t, "projects") {
			all = append(all, genProject(int64(i+1)).Draw(t, "project"))
		}
		return all
	})
}

// shuffled gives the same projects with every slice in another order.
func shuffled(t *rapid.T, projects []Project) []Project {
	r := rand.New(rand.NewSource(rapid.Int64().Draw(t, "shuffle")))
	out := append([]Project(nil), projects...)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	for i := range out {
		p := &out[i]
		p.Estimates = append([]Estimate(nil), p.Estimates...)
		p.Baselines = append([]Baseline(nil), p.Baselines...)
		p.Exits = append([]Exit(nil), p.Exits...)
		r.Shuffle(len(p.Estimates), func(i, j int) { p.Estimates[i], p.Estimates[j] = p.Estimates[j], p.Estimates[i] })
		r.Shuffle(len(p.Baselines), func(i, j int) { p.Baselines[i], p.Baselines[j] = p.Baselines[j], p.Baselines[i] })
		r.Shuffle(len(p.Exits), func(i, j int) { p.Exits[i], p.Exits[j] = p.Exits[j], p.Exits[i] })
	}
	return out
}

func TestOrderOfInputNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		projects, d0, d1 := genProjects().Draw(t, "projects"), genDay().Draw(t, "d0"), genDay().Draw(t, "d1")
		other := shuffled(t, projects)
		if a, b := Measure(projects, d1, euro), Measure(other, d1, euro); !reflect.DeepEqual(a, b) {
			t.Fatalf("measured\n%+v\nin one order,\n%+v\nin another", a, b)
		}
		if a, b := Compare(projects, d0, d1), Compare(other, d0, d1); a != b {
			t.Fatalf("compared\n%+v\nin one order,\n%+v\nin another", a, b)
		}
	})
}

func TestInputIsLeftAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		projects := genProjects().Draw(t, "projects")
		kept := make([]Project, len(projects))
		for i, p := range projects {
			kept[i] = p
			kept[i].Estimates = append([]Estimate(nil), p.Estimates...)
			kept[i].Baselines = append([]Baseline(nil), p.Baselines...)
		}
		day := genDay().Draw(t, "day")
		first := Measure(projects, day, euro)
		if second := Measure(projects, day, euro); !reflect.DeepEqual(first, second) {
			t.Fatalf("the same input gave\n%+v\nand then\n%+v", first, second)
		}
		for i := range kept {
			if len(kept[i].Estimates) > 0 && !reflect.DeepEqual(kept[i].Estimates, projects[i].Estimates) ||
				len(kept[i].Baselines) > 0 && !reflect.DeepEqual(kept[i].Baselines, projects[i].Baselines) {
				t.Fatalf("project %d was changed by measuring it", kept[i].ID)
			}
		}
	})
}

func TestPlanEqualsActualIsNoDrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var projects []Project
		for i := range rapid.IntRange(1, 6).Draw(t, "projects") {
			cost := money.Amount(rapid.Int64Range(1, 1<<62).Draw(t, "cost"))
			start := genDay().Draw(t, "start")
			end := start.AddDays(rapid.IntRange(0, 2000).Draw(t, "days"))
			p := Project{ID: int64(i), Weight: 1}
			for range rapid.IntRange(1, 4).Draw(t, "estimates") {
				p.Estimates = append(p.Estimates, Estimate{On: genDay().Draw(t, "on"), HasCost: true, Cost: cost, Start: start, End: end})
			}
			if rapid.Bool().Draw(t, "baseline") {
				p.Baselines = []Baseline{{Number: 1, On: genDay().Draw(t, "baseline on"), HasCost: true, Cost: cost, Start: start, End: end}}
			}
			projects = append(projects, p)
		}
		m := Measure(projects, civil.D(2026, 1, 1).AddDays(window), euro)
		for name, f := range map[string]Figures{"cost": m.Cost, "schedule": m.Schedule} {
			if f.N != len(projects) || f.Mean != bp(0) || f.Aggregate != bp(0) || f.Median != bp(0) || f.Weighted != bp(0) {
				t.Fatalf("%s: %+v, want %d projects without any drift", name, f, len(projects))
			}
		}
		for _, p := range m.Positions {
			if p.Dates.SlipDays != 0 {
				t.Fatalf("project %d slipped by %d days", p.ID, p.Dates.SlipDays)
			}
		}
	})
}

func TestChangeIsTheSumOfItsParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		projects, d0, d1 := genProjects().Draw(t, "projects"), genDay().Draw(t, "d0"), genDay().Draw(t, "d1")
		before, after := Measure(projects, d0, euro), Measure(projects, d1, euro)
		s := Compare(projects, d0, d1)
		if before.Projects+s.Entries-s.Exits != after.Projects {
			t.Fatalf("%d projects, %d entries, %d exits, %d projects", before.Projects, s.Entries, s.Exits, after.Projects)
		}
		for name, c := range map[string]Change{"cost mean": s.Cost.Mean, "cost aggregate": s.Cost.Aggregate,
			"schedule mean": s.Schedule.Mean, "schedule aggregate": s.Schedule.Aggregate} {
			if c.Exits+c.Real+c.Entries != c.Change {
				t.Fatalf("%s: %d + %d + %d is not %d", name, c.Exits, c.Real, c.Entries, c.Change)
			}
		}
		if c := s.Cost.Mean; c.Defined {
			if d := c.Change - (after.Cost.Mean.BP - before.Cost.Mean.BP); d < -1 || d > 1 {
				t.Fatalf("cost: the mean went from %d to %d, the change says %d", before.Cost.Mean.BP, after.Cost.Mean.BP, c.Change)
			}
		}
		if same := Compare(projects, d1, d1); same.Entries != 0 || same.Exits != 0 || same.Cost.Mean.Change != 0 || same.Schedule.Aggregate.Real != 0 {
			t.Fatalf("between a day and itself: %+v", same)
		}
	})
}

func TestPopulationAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		projects, day := genProjects().Draw(t, "projects"), genDay().Draw(t, "day")
		m := Measure(projects, day, euro)
		present, inBands, drifting := 0, 0, 0
		for _, p := range projects {
			if Assess(p, day).Present {
				present++
			}
		}
		for _, b := range m.BySize {
			inBands += b.N
			drifting += b.ScheduleN
		}
		if m.Projects != present || len(m.Positions) != present {
			t.Fatalf("%d projects and %d positions, %d are present", m.Projects, len(m.Positions), present)
		}
		for name, f := range map[string]Figures{"cost": m.Cost, "schedule": m.Schedule} {
			if f.N+f.Undefined != m.Projects || f.ReEstimated > f.N {
				t.Fatalf("%s: %+v does not add up to %d projects", name, f, m.Projects)
			}
		}
		if inBands != m.Cost.N || drifting > m.Schedule.N {
			t.Fatalf("bands hold %d costs and %d schedules of %d and %d", inBands, drifting, m.Cost.N, m.Schedule.N)
		}
	})
}

func TestTheFutureChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, day := genProject(1).Draw(t, "project"), genDay().Draw(t, "day")
		before := Assess(p, day)
		late := genEstimate(99).Draw(t, "late")
		late.On = day.AddDays(rapid.IntRange(1, 9).Draw(t, "later"))
		p.Estimates = append(p.Estimates, late)
		p.Baselines = append(p.Baselines, Baseline{Number: 3, On: late.On, HasCost: late.HasCost, Cost: late.Cost, Start: late.Start, End: late.End})
		p.Exits = append(p.Exits, Exit{Left: late.On})
		if after := Assess(p, day); after != before {
			t.Fatalf("known later, on %s: %+v\nturned %+v\ninto   %+v", late.On, late, before, after)
		}
	})
}

func TestProjectWithoutFirstFigureIsNotCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		projects, day := genProjects().Draw(t, "projects"), genDay().Draw(t, "day")
		before := Measure(projects, day, euro)
		bare := Project{ID: 1000, Weight: 5, Estimates: []Estimate{{On: civil.D(2026, 1, 1), HasCost: rapid.Bool().Draw(t, "zero cost")}}}
		after := Measure(append(projects[:len(projects):len(projects)], bare), day, euro)
		before.Cost.Undefined++
		before.Schedule.Undefined++
		if after.Cost != before.Cost || after.Schedule != before.Schedule || after.Projects != before.Projects+1 {
			t.Fatalf("cost %+v then %+v", before.Cost, after.Cost)
		}
	})
}

// TestAveragesAgainstPlainFractions holds the fast sums against big.Rat, which is slow and right,
// and every average between the least and the greatest rate.
func TestAveragesAgainstPlainFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []observation
		plain, weights, weightedSum := new(big.Rat), new(big.Rat), new(big.Rat)
		for range rapid.IntRange(1, 40).Draw(t, "n") {
			o := observation{weight: rapid.Int64Range(0, 100).Draw(t, "weight")}
			o.rate = rate(rapid.OneOf(rapid.Int64Range(-9, 9), rapid.Int64()).Draw(t, "num"), rapid.OneOf(rapid.Int64Range(1, 9), rapid.Int64Range(1, 1<<62)).Draw(t, "den"))
			all = append(all, o)
			plain.Add(plain, o.rate.Rat())
			w := new(big.Rat).SetInt64(o.weight)
			weights.Add(weights, w)
			weightedSum.Add(weightedSum, w.Mul(w, o.rate.Rat()))
		}
		check := func(name string, got fraction, want *big.Rat) {
			if r := new(big.Rat).SetFrac(got.num, got.den); r.Cmp(want) != 0 {
				t.Fatalf("%s: %s, want %s", name, r, want)
			}
			bp, ok := money.RoundBasisPoints(want)
			if s := got.share(); s.Defined != ok || s.BP != bp {
				t.Fatalf("%s: %+v in basis points, want %d %v", name, s, bp, ok)
			}
		}
		check("mean", mean(all), plain.Quo(plain, big.NewRat(int64(len(all)), 1)))
		if w := weighted(all); weights.Sign() == 0 {
			if w.defined() {
				t.Fatalf("a weighted mean without a weight: %v", w)
			}
		} else {
			check("weighted", w, weightedSum.Quo(weightedSum, weights))
		}
		least, greatest := all[0].rate, all[0].rate
		for _, o := range all {
			if o.rate.Compare(least) < 0 {
				least = o.rate
			}
			if o.rate.Compare(greatest) > 0 {
				greatest = o.rate
			}
			if o.rate.Compare(all[0].rate) != o.rate.Rat().Cmp(all[0].rate.Rat()) {
				t.Fatalf("%+v and %+v compare wrongly", o.rate, all[0].rate)
			}
		}
		for name, f := range map[string]fraction{"mean": mean(all), "aggregate": aggregate(all), "median": median(all)} {
			r := new(big.Rat).SetFrac(f.num, f.den)
			if r.Cmp(least.Rat()) < 0 || r.Cmp(greatest.Rat()) > 0 {
				t.Fatalf("%s: %s is not between %+v and %+v", name, r, least, greatest)
			}
		}
	})
}

// TestRateRoundsAsTheFractionDoes holds the quick way of rounding against the exact fraction.
func TestRateRoundsAsTheFractionDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num := rapid.OneOf(rapid.Int64Range(-300, 300), rapid.Int64())
		r := Rate{Defined: true, Num: num.Draw(t, "num"), Den: rapid.OneOf(rapid.Int64Range(1, 300), rapid.Int64Range(1, 1<<63-1)).Draw(t, "den")}
		got, ok := r.BP()
		want, fits := money.RoundBasisPoints(r.Rat())
		if got != want || ok != fits {
			t.Fatalf("%d/%d = %d, %t; want %d, %t", r.Num, r.Den, got, ok, want, fits)
		}
	})
}
