package portfolio

import (
	"context"
	"math/big"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// DelayQuantiles is how much longer than planned finished projects took.
type DelayQuantiles struct {
	N       int                 `json:"n"`
	Least   int                 `json:"least"`
	Assumed bool                `json:"assumed"`
	Roadmap bool                `json:"roadmap,omitempty"` // of the projects of this roadmap alone; else of the whole organisation
	P80     money.BasisPoints   `json:"p80_bp"`
	Mids    []money.BasisPoints `json:"mids_bp"` // quantiles 5 %, 15 % … 95 % of the deviation of the duration: ten cases of equal weight
}

// LeastFinished is how many finished projects it takes to say how much longer than planned projects take.
const LeastFinished = 10

// finishedDelays are the deviations of the durations of the finished projects of an organisation, by roadmap.
type finishedDelays map[RoadmapID][]*big.Rat

// quantiles are those of the roadmap itself as soon as enough of its projects are finished: they are the nearest of kin. Until then they are those of all projects of the organisation.
func (f finishedDelays) quantiles(r RoadmapID, assumed money.BasisPoints) DelayQuantiles {
	if own := f[r]; len(own) >= LeastFinished {
		d := delays(own, assumed)
		d.Roadmap = true
		return d
	}
	var all []*big.Rat
	for _, of := range f {
		all = append(all, of...)
	}
	return delays(all, assumed)
}

// delays gives the quantiles of how much longer than planned finished projects took. With too few of them the assumption holds: as planned in the middle,
// and as much later at P80 as was assumed, in a straight line between and beyond.
func delays(finished []*big.Rat, assumed money.BasisPoints) DelayQuantiles {
	d := DelayQuantiles{N: len(finished), Least: LeastFinished, Mids: make([]money.BasisPoints, 10)}
	if len(finished) < LeastFinished {
		d.Assumed, d.P80 = true, assumed
		for i := range d.Mids {
			d.Mids[i] = max(0, assumed*money.BasisPoints(10*i+5-50)/30)
		}
		return d
	}
	sorted := slices.SortedFunc(slices.Values(finished), (*big.Rat).Cmp)
	d.P80 = quantile(sorted, 80)
	for i := range d.Mids {
		d.Mids[i] = quantile(sorted, 10*i+5)
	}
	return d
}

// quantile is that of a sorted sample at so many percent, between the two nearest values in proportion (type 7 of Hyndman and Fan, 1996), in basis points.
func quantile(sorted []*big.Rat, percent int) money.BasisPoints {
	h := (len(sorted) - 1) * percent
	low := sorted[h/100]
	v := new(big.Rat).Set(low)
	if rest := h % 100; rest > 0 {
		step := new(big.Rat).Sub(sorted[h/100+1], low)
		v.Add(v, step.Mul(step, big.NewRat(int64(rest), 100)))
	}
	bp, ok := money.RoundBasisPoints(v)
	if !ok {
		return mostAssumed
	}
	return min(max(bp, -10_000), mostAssumed)
}

// delayKey names a state of the register of an organisation: whatever is booked in one of its roadmaps raises the sum.
type delayKey struct {
	organisation, facts int64
	day                 civil.Date
}

func (k delayKey) outdates(o delayKey) bool {
	return k.organisation == o.organisation && k.day == o.day
}

// delayCacheSize is how many organisations' delays are kept.
const delayCacheSize = 32

// finishedDelays gives how much longer than first planned the finished projects of an organisation took.
func (s *Service) finishedDelays(ctx context.Context, db database.Conn, organisation int64, day civil.Date) (finishedDelays, error) {
	roadmaps, version, err := findRoadmapsOf(ctx, db, organisation)
	if err != nil {
		return nil, err
	}
	return s.delays.get(delayKey{organisation, version, day}, func() (finishedDelays, error) {
		return measureDelays(ctx, db, organisation, roadmaps, day)
	})
}

func measureDelays(ctx context.Context, db database.Conn, organisation int64, roadmaps []Roadmap, day civil.Date) (finishedDelays, error) {
	phases, err := LastPhases(ctx, db, organisation, day)
	if err != nil {
		return nil, err
	}
	out := finishedDelays{}
	for _, r := range roadmaps {
		f := &facts{roadmap: r, day: day}
		if err := f.loadProjects(ctx, db); err != nil {
			return nil, err
		}
		for i, p := range f.driftProjects() {
			if last := phases[f.projects[i].ID].Phase; last != PhaseRun && last != PhaseClosed {
				continue
			}
			if d := drift.Assess(p, day).Dates.Deviation; d.Defined {
				out[r.ID] = append(out[r.ID], big.NewRat(d.Num, d.Den))
			}
		}
	}
	return out, nil
}
