package drift

import (
	"cmp"
	"math/big"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// bandEdges are the lower ends of the size bands in millions of major units, the classes of the
// French state's panorama of large digital projects.
var bandEdges = [...]int64{0, 5, 9, 20, 100}

// Measure sums up the projects that belong to the population of the day. unit is one major unit of
// the currency in minor units (100 for EUR, currency.Unit()): the size bands are drawn in millions
// of it.
func Measure(projects []Project, day civil.Date, unit money.Amount) Portfolio {
	m := Portfolio{Method: Method, Day: day}
	var costs []money.Amount
	var cost, schedule []observation
	days := new(big.Int)
	for _, s := range standings(projects, day) {
		m.Positions = append(m.Positions, s.Position)
		m.Projects++
		if s.interministerial {
			m.Interministerial++
		}
		if s.Cost.Known {
			m.WithCost++
			costs = append(costs, s.Cost.Current)
		}
		if s.Dates.Known {
			m.WithDates++
			days.Add(days, big.NewInt(int64(civil.Duration(s.Dates.CurrentStart, s.Dates.CurrentEnd))))
		}
		cost = s.appendCost(cost)
		schedule = s.appendSchedule(schedule)
	}
	total, ok := money.Sum(costs...)
	m.SumCost, m.SumCostOverflow = total, !ok
	if m.WithDates > 0 {
		m.MeanDurationDays = int(money.Round(new(big.Rat).SetFrac(days, big.NewInt(int64(m.WithDates)))).Int64())
	}
	m.Cost = averages(cost, m.Projects)
	m.Schedule = averages(schedule, m.Projects)
	m.BySize = bySize(m.Positions, unit)
	return m
}

// standing is a present project's position with what the averages need beside it.
type standing struct {
	Position
	weight           int64
	interministerial bool
}

// standings assesses all projects and keeps those present on the day, by ID.
func standings(projects []Project, day civil.Date) []standing {
	var present []standing
	for _, p := range projects {
		if s := Assess(p, day); s.Present {
			present = append(present, standing{s, p.Weight, p.Interministerial})
		}
	}
	slices.SortStableFunc(present, func(a, b standing) int { return cmp.Compare(a.ID, b.ID) })
	return present
}

// appendCost adds the project's cost deviation where there is one.
func (s standing) appendCost(all []observation) []observation {
	if !s.Cost.Deviation.Defined {
		return all
	}
	return append(all, observation{s.Cost.Deviation, s.weight, s.Cost.ReEstimated})
}

// appendSchedule adds the project's schedule deviation where there is one.
func (s standing) appendSchedule(all []observation) []observation {
	if !s.Dates.Deviation.Defined {
		return all
	}
	return append(all, observation{s.Dates.Deviation, s.weight, s.Dates.ReEstimated})
}

// bySize sorts the projects that have a cost into bands by their current one. A cost below zero,
// which no reader lets in, counts as the smallest.
func bySize(positions []Position, unit money.Amount) []Band {
	million := max(unit, 1) * 1_000_000
	bands := make([]Band, len(bandEdges))
	cost := make([][]observation, len(bands))
	schedule := make([][]observation, len(bands))
	for i, edge := range bandEdges {
		bands[i].From = money.Amount(edge) * million
		if i > 0 {
			bands[i-1].To = bands[i].From
		}
	}
	for _, p := range positions {
		if !p.Cost.Known {
			continue
		}
		i := len(bands) - 1
		for i > 0 && p.Cost.Current < bands[i].From {
			i--
		}
		s := standing{Position: p}
		cost[i] = s.appendCost(cost[i])
		schedule[i] = s.appendSchedule(schedule[i])
	}
	for i := range bands {
		bands[i].N = len(cost[i])
		bands[i].Mean = mean(cost[i]).share()
		bands[i].Aggregate = aggregate(cost[i]).share()
		bands[i].ScheduleN = len(schedule[i])
		bands[i].ScheduleMean = mean(schedule[i]).share()
		bands[i].ScheduleAggreg = aggregate(schedule[i]).share()
	}
	return bands
}
