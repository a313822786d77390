package portfolio

import (
	"jalon/internal/civil"
)

// StaffingReport holds what a roadmap needs of people's time against what is there, skill by skill and quarter by quarter. Tenths of a working day.
type StaffingReport struct {
	Roadmap  Head
	Quarters []civil.Quarter
	Skills   []Skill
	Lines    []StaffingLine // one a skill, in their order
	Past     bool           // quarters that are over are left out
}

// StaffingLine is one skill over the quarters of the report.
type StaffingLine struct {
	Skill SkillID
	Cells []StaffingCell // one a quarter
}

// StaffingCell is one skill in one quarter.
type StaffingCell struct {
	Capacity   *int64 // nil: nobody said what is there, so nothing is limited
	Running    int64  // what running projects need
	Candidates int64  // what all candidates would need besides
}

// StaffingState says how need and capacity stand to each other.
type StaffingState string

// Without a capacity there is nothing to hold a need against: that is no good news.
const (
	StaffingOpen      StaffingState = "open"
	StaffingOver      StaffingState = "over"      // running projects alone need more than is there
	StaffingContested StaffingState = "contested" // not all candidates can have what they need
	StaffingWithin    StaffingState = "within"
)

// State judges the cell.
func (c StaffingCell) State() StaffingState {
	switch {
	case c.Capacity == nil:
		return StaffingOpen
	case c.Running > *c.Capacity:
		return StaffingOver
	case c.Running+c.Candidates > *c.Capacity:
		return StaffingContested
	}
	return StaffingWithin
}

// mostQuarters bounds the columns of a plan: ten years.
const mostQuarters = 40

// quartersOf lists the quarters of a plan: those of the roadmap, and those beyond them of which something is told.
func quartersOf(r Roadmap, told ...[]SkillNeed) []civil.Quarter {
	first, last := r.Start.QuarterOf(), r.Start.AddMonths(33).QuarterOf() // a draft without an end: three years
	if !r.End.IsZero() {
		last = r.End.QuarterOf()
	}
	if first.Until(last) >= mostQuarters {
		last = first.Add(mostQuarters - 1)
	}
	for _, needs := range told {
		for _, n := range needs {
			if n.Quarter.Before(first) && n.Quarter.Until(last) < mostQuarters {
				first = n.Quarter
			}
			if last.Before(n.Quarter) && first.Until(n.Quarter) < mostQuarters {
				last = n.Quarter
			}
		}
	}
	var out []civil.Quarter
	for q := first; !last.Before(q); q = q.Add(1) {
		out = append(out, q)
	}
	return out
}

// ahead leaves out the quarters that are over by a day, unless all of them are.
func (r StaffingReport) ahead(day civil.Date) StaffingReport {
	n := 0
	for n < len(r.Quarters) && r.Quarters[n].Last().Before(day) {
		n++
	}
	if n == 0 || n == len(r.Quarters) {
		return r
	}
	r.Quarters, r.Past = r.Quarters[n:], true
	for i := range r.Lines {
		r.Lines[i].Cells = r.Lines[i].Cells[n:]
	}
	return r
}

// newStaffing assembles the report.
func newStaffing(r Roadmap, skills []Skill, capacities []SkillNeed, running, candidates []SkillNeed) StaffingReport {
	rep := StaffingReport{Roadmap: Head{r.Code, r.Name}, Skills: skills, Quarters: quartersOf(r, capacities, running, candidates)}
	column, row := map[civil.Quarter]int{}, map[SkillID]int{}
	for i, q := range rep.Quarters {
		column[q] = i
	}
	for i, s := range skills {
		rep.Lines = append(rep.Lines, StaffingLine{Skill: s.ID, Cells: make([]StaffingCell, len(rep.Quarters))})
		row[s.ID] = i
	}
	each := func(needs []SkillNeed, put func(c *StaffingCell, tenths int64)) {
		for _, n := range needs {
			if i, ok := column[n.Quarter]; ok {
				put(&rep.Lines[row[n.Skill]].Cells[i], n.Tenths)
			}
		}
	}
	each(capacities, func(c *StaffingCell, tenths int64) { c.Capacity = &tenths })
	each(running, func(c *StaffingCell, tenths int64) { c.Running += tenths })
	each(candidates, func(c *StaffingCell, tenths int64) { c.Candidates += tenths })
	return rep
}
