package demo

import (
	"testing"

	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// engineProjects gives the projects of a roadmap as the drift engine takes them.
func engineProjects(s Story, r Roadmap) []drift.Project {
	var all []drift.Project
	for i, p := range r.Projects {
		d := drift.Project{ID: int64(i + 1), Weight: 1, Interministerial: p.InterAdministration}
		for n, e := range p.Estimates {
			d.Estimates = append(d.Estimates, drift.Estimate{On: e.On, Seq: int64(n), HasCost: e.HasCost, Cost: e.Cost, Start: e.Start, End: e.End})
		}
		for _, b := range s.Rebaselines {
			if b.Project == p.Code {
				first := p.Estimates[0]
				d.Baselines = []drift.Baseline{
					{Number: 1, On: first.On, HasCost: true, Cost: first.Cost, Start: first.Start, End: first.End},
					{Number: 2, On: b.On, HasCost: true, Cost: b.Cost, Start: b.Start, End: b.End},
				}
			}
		}
		if p.Exit != nil {
			d.Exits = []drift.Exit{{Left: p.Exit.On}}
		}
		all = append(all, d)
	}
	return all
}

func TestDriftIsWorthDiscussing(t *testing.T) {
	everyMonth(t, func(t *testing.T, s Story) {
		r := s.Running()
		m := drift.Measure(engineProjects(s, r), s.Day, s.Organisation.Currency.Unit())
		if bp := m.Cost.Mean.BP; bp < 1200 || bp > 1800 {
			t.Errorf("mean overrun %d bp, want 1200 to 1800", bp)
		}
		if bp := m.Schedule.Mean.BP; bp < 1500 || bp > 2200 {
			t.Errorf("mean delay %d bp, want 1500 to 2200", bp)
		}
		if m.Projects < 34 || m.Projects > 38 || m.Interministerial < 6 || m.Projects-m.WithCost != 2 {
			t.Errorf("%d projects, %d between administrations, %d with a cost", m.Projects, m.Interministerial, m.WithCost)
		}
		colours := map[string]map[drift.Colour]int{"cost": {}, "schedule": {}}
		for _, p := range m.Positions {
			colours["cost"][drift.DefaultThresholds().Colour(p.Cost.Deviation)]++
			colours["schedule"][drift.DefaultThresholds().Colour(p.Dates.Deviation)]++
		}
		for axis, n := range colours {
			if n[drift.Green] < 8 || n[drift.Amber] < 6 || n[drift.Red] < 4 || n[drift.Grey] != 2 {
				t.Errorf("%s: colours %v", axis, n)
			}
		}
		t.Logf("cost %d bp, schedule %d bp, sum %s, colours %v", m.Cost.Mean.BP, m.Schedule.Mean.BP, m.SumCost.Decimal(money.EUR), colours)
	})
}

func TestVotedTotalIsNearFirstCosts(t *testing.T) {
	s := Unroll(tellingDays[0])
	for _, r := range s.Roadmaps {
		var sum money.Amount
		for _, p := range r.Projects {
			for _, e := range p.Estimates {
				if e.HasCost {
					sum += e.Cost
					if r.Status == "running" && (e.Cost < 40_000_00 || e.Cost > 2_300_000_00) {
						t.Errorf("%s costs %s", p.Code, e.Cost.Decimal(money.EUR))
					}
					break
				}
			}
		}
		if r.HasVoted && (sum < r.Voted.Percent(9000) || sum > r.Voted.Percent(10500)) {
			t.Errorf("roadmap %s: first costs %s, voted %s", r.Code, sum.Decimal(money.EUR), r.Voted.Decimal(money.EUR))
		}
		t.Logf("%s: %d projects, first costs %s", r.Code, len(r.Projects), sum.Decimal(money.EUR))
	}
}
