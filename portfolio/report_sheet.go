package portfolio

import (
	"slices"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// addSheets fills in the sheet of every project of the report.
func (f *facts) addSheets(r *Report, o reportOptions) {
	need := make(map[ProjectID]string, len(f.projects))
	for _, p := range f.projects {
		need[p.ID] = p.Need
	}
	for i := range r.Projects {
		l := &r.Projects[i]
		l.Sheet = &ProjectSheet{Need: need[l.ID], Status: f.statusLine(l.ID, o), Milestones: f.milestoneLines(l.ID), DependsOn: []DependencyLine{}, NeededBy: []DependencyLine{},
			Years: f.years(l.ID), Baselines: f.baselineLines(l), Estimates: f.estimateLines(l.ID)}
	}
	if f.only == 0 {
		f.addDependencies(r.Projects, nil)
	}
}

// addDependencies names both ends of the dependencies from the lines of the day. With one given,
// only its sheet is filled in.
func (f *facts) addDependencies(lines []ProjectLine, one *ProjectLine) {
	ends := map[ProjectID]bool{}
	for _, d := range f.dependencies {
		ends[d.ProjectID], ends[d.DependsOnID] = true, true
	}
	byID := make(map[ProjectID]*ProjectLine, len(ends))
	for i := range lines {
		if ends[lines[i].ID] {
			byID[lines[i].ID] = &lines[i]
		}
	}
	if one != nil {
		byID[one.ID] = one
	}
	for _, d := range f.dependencies {
		from, to := byID[d.ProjectID], byID[d.DependsOnID]
		if from == nil || to == nil {
			continue // the other end is not in the portfolio on this day
		}
		late := !from.End.IsZero() && to.End.After(from.End)
		if one == nil || from == one {
			from.Sheet.DependsOn = append(from.Sheet.DependsOn, DependencyLine{ID: to.ID, Code: to.Code, Name: to.Name, Note: d.Note, Late: late})
		}
		if one == nil || to == one {
			to.Sheet.NeededBy = append(to.Sheet.NeededBy, DependencyLine{ID: from.ID, Code: from.Code, Name: from.Name, Note: d.Note, Late: late})
		}
	}
}

func (f *facts) statusLine(id ProjectID, o reportOptions) *StatusLine {
	s, ok := f.statuses[id]
	if !ok {
		return nil
	}
	return &StatusLine{Period: s.Period, On: s.On, Author: s.Author, Stale: f.stale(s, o), Schedule: s.Schedule, Cost: s.Cost, Scope: s.Scope, People: s.People,
		Summary: s.Summary, NextSteps: s.NextSteps, NeedsDecision: s.NeedsDecision}
}

func (f *facts) milestoneLines(id ProjectID) []MilestoneLine {
	out := []MilestoneLine{}
	for _, m := range f.milestones[id] {
		l := MilestoneLine{Name: m.Name, BaselineOn: m.BaselineOn, DueOn: m.Forecast.DueOn, ReachedOn: m.Forecast.ReachedOn, State: "due"}
		end := l.DueOn
		if !l.ReachedOn.IsZero() {
			end, l.State = l.ReachedOn, "reached"
		} else if l.DueOn.Before(f.day) {
			l.State = "late"
		}
		l.SlipDays = l.BaselineOn.DaysUntil(end)
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b MilestoneLine) int { return a.DueOn.Compare(b.DueOn) })
	return out
}

// years sums the lines of the current cost by fiscal year, oldest first.
func (f *facts) years(id ProjectID) []YearCost {
	out := []YearCost{}
	e := lastCost(f.estimates[id])
	if e == nil {
		return out
	}
	at := map[string]int{}
	for _, l := range f.lines[e.ID] {
		i, ok := at[l.FiscalYear]
		if !ok {
			i = len(out)
			at[l.FiscalYear] = i
			out = append(out, YearCost{FiscalYear: l.FiscalYear})
		}
		if l.Nature == Investment {
			out[i].Investment += l.Amount
		} else {
			out[i].Operations += l.Amount
		}
	}
	slices.SortFunc(out, func(a, b YearCost) int { return strings.Compare(a.FiscalYear, b.FiscalYear) })
	return out
}

// baselineLines lists the references of a project. Where none was set by hand, line 0 says which
// first estimates stand in for it.
func (f *facts) baselineLines(l *ProjectLine) []BaselineLine {
	out := []BaselineLine{}
	for _, b := range f.baselines[l.ID] {
		if b.On.After(f.day) {
			continue
		}
		line := BaselineLine{Number: b.Number, On: b.On, Start: b.Start, End: b.End, Decision: b.DecisionLabel, Reason: b.Reason}
		if b.HasCost {
			cost := b.Cost
			line.Cost = &cost
		}
		out = append(out, line)
	}
	if len(out) == 0 && (l.FirstCost != nil || !l.FirstEnd.IsZero()) {
		out = append(out, BaselineLine{On: f.firstOn(l.ID), Cost: l.FirstCost, Start: l.FirstStart, End: l.FirstEnd})
	}
	return out
}

func (f *facts) firstOn(id ProjectID) civil.Date {
	for _, e := range f.estimates[id] {
		if e.HasCost || (!e.Start.IsZero() && !e.End.IsZero()) {
			return e.AsOf
		}
	}
	return civil.Date{}
}

func (f *facts) estimateLines(id ProjectID) []EstimateLine {
	out := []EstimateLine{}
	for _, e := range f.estimates[id] {
		l := EstimateLine{AsOf: e.AsOf, Start: e.Start, End: e.End, Phase: e.Phase, Note: e.Note}
		if e.HasCost {
			cost := money.Amount(e.Cost)
			l.Cost = &cost
		}
		out = append(out, l)
	}
	return out
}
