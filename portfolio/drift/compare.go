package drift

import (
	"jalon/internal/civil"
	"jalon/internal/money"
)

// Compare explains how the averages moved from d0 to d1: what left, what came in, and what really
// changed in the projects that were there on both days. Without this an average improves when the
// worst project leaves.
func Compare(projects []Project, d0, d1 civil.Date) Since {
	s := Since{Day: d0}
	var cost, schedule panel
	for _, p := range projects {
		before, after := Assess(p, d0), Assess(p, d1)
		switch {
		case after.Present && !before.Present:
			s.Entries++
		case before.Present && !after.Present:
			s.Exits++
		}
		cost.add(before.Present, before.Cost.Deviation, after.Present, after.Cost.Deviation)
		schedule.add(before.Present, before.Dates.Deviation, after.Present, after.Dates.Deviation)
	}
	s.Cost, s.Schedule = cost.moves(), schedule.moves()
	return s
}

// panel is one deviation on two days: over everybody, and over the stayers, who have a defined
// rate on both.
type panel struct {
	all, stayers [2][]observation
}

func (p *panel) add(present0 bool, r0 Rate, present1 bool, r1 Rate) {
	in0, in1 := present0 && r0.Defined, present1 && r1.Defined
	if in0 {
		p.all[0] = append(p.all[0], observation{rate: r0})
	}
	if in1 {
		p.all[1] = append(p.all[1], observation{rate: r1})
	}
	if in0 && in1 {
		p.stayers[0] = append(p.stayers[0], observation{rate: r0})
		p.stayers[1] = append(p.stayers[1], observation{rate: r1})
	}
}

func (p *panel) moves() Moves {
	m := Moves{Stayers: Stayers{N: len(p.stayers[1])}}
	m.Mean, m.Stayers.Mean = p.change(mean)
	m.Aggregate, m.Stayers.Aggregate = p.change(aggregate)
	return m
}

// change splits the move of one average, and gives the average of the stayers on the second day.
func (p *panel) change(average func([]observation) fraction) (Change, Share) {
	all0, all1 := average(p.all[0]), average(p.all[1])
	stay0, stay1 := all0, all1
	// Where everybody stayed the averages are the same ones, and costly enough not to take twice.
	if len(p.stayers[0]) != len(p.all[0]) {
		stay0 = average(p.stayers[0])
	}
	if len(p.stayers[1]) != len(p.all[1]) {
		stay1 = average(p.stayers[1])
	}
	change := all1.minus(all0).share()
	exits := stay0.minus(all0).share()
	entries := all1.minus(stay1).share()
	stayers := stay1.share()
	if !change.Defined || !exits.Defined || !entries.Defined {
		return Change{}, stayers
	}
	// The remainder keeps the three equal to the change; each part rounded by itself might miss it
	// by a basis point.
	rest, ok := money.Sum(money.Amount(change.BP), -money.Amount(exits.BP), -money.Amount(entries.BP))
	if !ok {
		return Change{}, stayers
	}
	return Change{Defined: true, Change: change.BP, Exits: exits.BP, Real: money.BasisPoints(rest), Entries: entries.BP}, stayers
}
