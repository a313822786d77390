package portfolio

import (
	"slices"
	"sync"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio/drift"
)

// Who may not read costs gets values from which everything that speaks of them is absent, and not
// merely hidden by the page: so no order, filter, count or export can tell. Of colours grey remains,
// as where nothing was measured. What people wrote in words stays as they wrote it.

// heldReport is a report with the copy for those who may not read costs, which is made once.
type heldReport struct {
	full  *Report
	once  sync.Once
	blind *Report
}

// shownTo is the report as the actor may see it.
func (h *heldReport) shownTo(actor identity.Actor, r Roadmap) *Report {
	if actor.May(identity.PermReadCost, r.Place()) {
		return h.full
	}
	h.once.Do(func() { h.blind = h.full.Blind() })
	return h.blind
}

// Blind is the report for a reader who may not read costs: a copy from which everything that speaks
// of them is absent. The report itself stays as it is.
func (r *Report) Blind() *Report {
	b := *r
	b.CostHidden = true
	b.ReferenceCost = 0
	b.Roadmap.Voted = nil
	b.Trend = slices.Clone(r.Trend)
	for i := range b.Trend {
		p := &b.Trend[i]
		p.SumCost, p.Cost, p.CostMean = 0, nil, nil
	}
	b.Themes = slices.Clone(r.Themes)
	for i := range b.Themes {
		t := &b.Themes[i]
		t.Weight, t.SumCost, t.CostBP = 0, 0, nil
	}
	b.Projects = slices.Clone(r.Projects)
	for i := range b.Projects {
		b.Projects[i].Blind()
	}
	b.Totals.blind()
	b.Totals.Quality.OldEstimate = 0
	for i := range b.Projects {
		if b.Projects[i].hasOldEstimate() {
			b.Totals.Quality.OldEstimate++ // of the dates alone
		}
	}
	return &b
}

// blind takes the cost side out of totals that are a copy of their own. The schedule weighted by the
// projects' weights goes too: weights are shares of the money.
func (t *Totals) blind() {
	t.Weight, t.WithCost, t.SumFirstCost, t.SumCost = 0, 0, 0, 0
	t.Cost, t.Schedule.Weighted, t.BySize = Averages{}, nil, []SizeBand{}
	t.ComputedCost, t.DeclaredCost = ColourCount{}, ColourCount{}
	t.Quality.NoCost = 0
}

// Blind takes everything that speaks of costs out of the line and its sheet. What the line points to is
// replaced, never changed: it may be shared.
func (l *ProjectLine) Blind() {
	l.CostHidden = true
	l.Weight, l.FirstCost, l.Cost = 0, nil, nil
	l.CostDeviation = Deviation{Colour: string(drift.Grey)}
	l.Declared.Cost = string(drift.Grey)
	if l.Sheet != nil {
		l.Sheet = l.Sheet.blind()
	}
}

// blind is the sheet without the cost side. An estimate that told nothing but a cost is left out
// altogether, and so are first figures that are nothing but one: an empty line would still say that there is one.
func (s *ProjectSheet) blind() *ProjectSheet {
	b := *s
	if s.Status != nil {
		status := *s.Status
		status.Cost = Side{}
		b.Status = &status
	}
	b.Years, b.Estimates, b.Baselines = []YearCost{}, []EstimateLine{}, []BaselineLine{}
	var datedOn civil.Date
	for _, e := range s.Estimates {
		e.Cost = nil
		if e.Start.IsZero() && e.End.IsZero() && e.Phase == "" && e.Note == "" {
			continue
		}
		if datedOn.IsZero() && !e.Start.IsZero() && !e.End.IsZero() {
			datedOn = e.AsOf
		}
		b.Estimates = append(b.Estimates, e)
	}
	for _, line := range s.Baselines {
		line.Cost = nil
		if line.Number == 0 {
			if line.End.IsZero() {
				continue
			}
			line.On = datedOn // the day of the first dates; that of a first cost may be earlier
		}
		b.Baselines = append(b.Baselines, line)
	}
	return &b
}

// alone is the report for who was granted one project and not its roadmap: the line, what its colours
// mean, and what the roadmap is called.
func (r *Report) alone(l ProjectLine) *Report {
	l.Sheet = nil
	b := &Report{Method: r.Method, AsOf: r.AsOf, Organisation: r.Organisation, OrganisationID: r.OrganisationID, Currency: r.Currency,
		Roadmap:    RoadmapHead{ID: r.Roadmap.ID, Code: r.Roadmap.Code, Name: r.Roadmap.Name, Objectives: []Head{}},
		Thresholds: r.Thresholds, ReferenceSchedule: r.ReferenceSchedule, ReferenceCost: r.ReferenceCost,
		Totals: Totals{BySize: []SizeBand{}, Phases: []PhaseCount{}}, Trend: []TrendPoint{}, Themes: []ThemeLine{}, Projects: []ProjectLine{l}}
	if l.CostHidden {
		b.CostHidden, b.ReferenceCost = true, 0
	}
	return b
}

// keepDependencies leaves those of a project's dependencies whose other end may be seen.
func (s *ProjectSheet) keepDependencies(visible func(ProjectID) bool) {
	hidden := func(d DependencyLine) bool { return !visible(d.ID) }
	s.DependsOn = slices.DeleteFunc(s.DependsOn, hidden)
	s.NeededBy = slices.DeleteFunc(s.NeededBy, hidden)
}
