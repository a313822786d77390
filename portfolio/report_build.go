package portfolio

import (
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// trendMonths is how many past month ends the trend shows.
const trendMonths = 12

// trendLimit is the number of projects above which the trend is left out of reports made for
// pages: every point measures the whole portfolio anew.
const trendLimit = 2000

// oldEstimateDays is the age from which the last figure of a project counts as old.
const oldEstimateDays = 365

// reportOptions say how a report is assembled.
type reportOptions struct {
	sheets bool
	// freshDays is how long a status report holds; 0: one and a half times its own period.
	freshDays int
}

// report assembles the report of the facts' day; it is pure.
func (f *facts) report(o reportOptions) *Report {
	projects := f.driftProjects()
	m := drift.Measure(projects, f.day, f.roadmap.Currency.Unit())
	r := &Report{
		Method: drift.Method, AsOf: f.day, Organisation: Head{f.organisation.Code, f.organisation.Name}, OrganisationID: f.roadmap.OrganisationID, Currency: f.roadmap.Currency,
		Roadmap:           f.head(),
		Thresholds:        ThresholdLine{Version: f.thresholds.Version, Amber: f.thresholds.Amber, Red: f.thresholds.Red},
		ReferenceSchedule: drift.ReferenceSchedule, ReferenceCost: drift.ReferenceCost,
		Themes: []ThemeLine{}, Projects: make([]ProjectLine, 0, len(m.Positions)), Trend: []TrendPoint{},
	}
	at := make(map[int64]int, len(m.Positions))
	for i, p := range m.Positions {
		at[p.ID] = i
	}
	themeName := make(map[int64]string, len(f.themes))
	for _, t := range f.themes {
		themeName[t.ID] = t.Name
	}
	for _, t := range append(f.themes[:len(f.themes):len(f.themes)], Theme{}) {
		for _, p := range f.projects {
			if i, ok := at[int64(p.ID)]; ok && p.ThemeID == t.ID {
				r.Projects = append(r.Projects, f.line(p, m.Positions[i], themeName[p.ThemeID], o))
			}
		}
	}
	r.Totals = f.totals(m, r.Projects)
	r.Themes = f.themeLines(r.Projects)
	if f.only == 0 && len(projects) <= trendLimit { // the trend is the roadmap's, not one project's
		r.Trend = trend(projects, f.roadmap, f.day)
	}
	if o.sheets {
		f.addSheets(r, o)
	}
	return r
}

func (f *facts) head() RoadmapHead {
	r := f.roadmap
	h := RoadmapHead{ID: r.ID, Code: r.Code, Name: r.Name, Purpose: r.Purpose, Start: r.Start, End: r.End, Manager: r.Manager, Sponsor: r.Sponsor, Status: r.Status, Objectives: []Head{}}
	if r.HasVoted {
		voted := r.Voted
		h.Voted = &voted
	}
	if !r.End.IsZero() {
		left := f.day.DaysUntil(r.End)
		h.DaysLeft = &left
	}
	for _, o := range f.objectives {
		h.Objectives = append(h.Objectives, Head{o.Code, o.Name})
	}
	return h
}

// line is one project on the day.
func (f *facts) line(p Project, pos drift.Position, theme string, o reportOptions) ProjectLine {
	l := ProjectLine{ID: p.ID, Code: p.Code, Name: p.Name, ThemeID: p.ThemeID, Theme: theme, Weight: p.Weight, Sponsor: p.Sponsor, Manager: p.Manager,
		Department: p.Department, Interministerial: p.Interministerial, Baselines: pos.Baselines}
	now := lastKnown(f.estimates[p.ID], f.day)
	l.Phase, l.Start, l.End = now.Phase, now.Start, now.End
	c := pos.Cost
	if c.Known {
		first, current := c.First, c.Current
		l.FirstCost, l.Cost = &first, &current
	}
	l.CostDeviation = f.deviation(c.Deviation, c.SinceLast, c.CurrentOn, c.ReEstimated)
	d := pos.Dates
	if d.Known {
		l.FirstStart, l.FirstEnd, l.Start, l.End, l.SlipDays = d.FirstStart, d.FirstEnd, d.CurrentStart, d.CurrentEnd, d.SlipDays
	}
	l.Schedule = f.deviation(d.Deviation, d.SinceLast, d.CurrentOn, d.ReEstimated)
	l.Declared = f.declared(p.ID, o)
	if l.over() {
		l.Declared.Question = "" // what is over asks nothing any more
	}
	return l
}

func (f *facts) deviation(now, sinceLast drift.Rate, on civil.Date, reEstimated bool) Deviation {
	d := Deviation{BP: rateBP(now), SinceLastBP: rateBP(sinceLast), Colour: string(f.thresholds.Colour(now)), AsOf: on, ReEstimated: reEstimated}
	if !on.IsZero() {
		d.AgeDays = on.DaysUntil(f.day)
	}
	return d
}

// declared turns the last status report into colours, grey when it is too old.
func (f *facts) declared(id ProjectID, o reportOptions) Declared {
	grey := string(drift.Grey)
	s, ok := f.statuses[id]
	if !ok {
		return Declared{Schedule: grey, Cost: grey, Scope: grey, People: grey}
	}
	d := Declared{On: s.On, Period: s.Period, Stale: f.stale(s, o)}
	if d.Stale {
		d.Schedule, d.Cost, d.Scope, d.People = grey, grey, grey, grey
		return d
	}
	d.Schedule, d.Cost, d.Scope, d.People = s.Schedule.Weather.colour(), s.Cost.Weather.colour(), s.Scope.Weather.colour(), s.People.Weather.colour()
	d.Question = s.NeedsDecision
	return d
}

func (f *facts) stale(s StatusReport, o reportOptions) bool {
	fresh := o.freshDays
	if fresh == 0 {
		fresh = StatusFreshDays(periodMonths(s.Period))
	}
	return s.On.DaysUntil(f.day) > fresh
}

// periodMonths is the length of a period by its code: 2026-10, 2026-Q4, 2026-H2, 2026.
func periodMonths(code string) int {
	switch {
	case len(code) == 4:
		return 12
	case len(code) > 5 && code[5] == 'Q':
		return 3
	case len(code) > 5 && code[5] == 'H':
		return 6
	}
	return 1
}

func (w Weather) colour() string {
	switch w {
	case WeatherSun:
		return string(drift.Green)
	case WeatherCloud:
		return string(drift.Amber)
	case WeatherStorm:
		return string(drift.Red)
	}
	return string(drift.Grey)
}

func (f *facts) totals(m drift.Portfolio, lines []ProjectLine) Totals {
	t := Totals{Projects: m.Projects, Interministerial: m.Interministerial, WithCost: m.WithCost, WithDates: m.WithDates, SumCost: m.SumCost,
		Cost: averages(m.Cost), Schedule: averages(m.Schedule), BySize: sizeBands(m.BySize), Phases: []PhaseCount{}}
	if m.WithDates > 0 {
		days := m.MeanDurationDays
		t.MeanDurationDays = &days
	}
	phases := map[Phase]int{}
	for i := range lines {
		f.count(&t, &lines[i], phases)
	}
	for _, p := range append(Phases[:len(Phases):len(Phases)], "") {
		if phases[p] > 0 {
			t.Phases = append(t.Phases, PhaseCount{p, phases[p]})
		}
	}
	return t
}

func sizeBands(bands []drift.Band) []SizeBand {
	out := make([]SizeBand, len(bands))
	for i, b := range bands {
		out[i] = SizeBand{From: b.From, N: b.N, Mean: shareBP(b.Mean), Aggregate: shareBP(b.Aggregate), ScheduleN: b.ScheduleN, ScheduleMean: shareBP(b.ScheduleMean), ScheduleAggregate: shareBP(b.ScheduleAggreg)}
		if b.To != 0 {
			to := b.To
			out[i].To = &to
		}
	}
	return out
}

func (f *facts) count(t *Totals, l *ProjectLine, phases map[Phase]int) {
	phases[l.Phase]++
	t.Weight += l.Weight
	if l.CostDeviation.BP != nil {
		if sum, ok := t.SumFirstCost.Add(*l.FirstCost); ok {
			t.SumFirstCost = sum
		}
	}
	t.ComputedSchedule.add(l.Schedule.Colour)
	t.ComputedCost.add(l.CostDeviation.Colour)
	t.DeclaredSchedule.add(l.Declared.Schedule)
	t.DeclaredCost.add(l.Declared.Cost)
	t.DeclaredScope.add(l.Declared.Scope)
	t.DeclaredPeople.add(l.Declared.People)
	if l.Declared.Question != "" {
		t.NeedDecision++
	}
	q := &t.Quality
	if l.Cost == nil {
		q.NoCost++
	}
	if l.Schedule.AsOf.IsZero() {
		q.NoDates++
	}
	if l.ThemeID == 0 {
		q.NoTheme++
	}
	switch {
	case l.over(): // nobody reports on what is over
	case l.Declared.On.IsZero():
		q.NoStatus++
	case l.Declared.Stale:
		q.StaleStatus++
	}
	if l.hasOldEstimate() {
		q.OldEstimate++
	}
}

// over tells whether nothing is expected of the project any more.
func (l *ProjectLine) over() bool { return l.Phase == PhaseClosed || l.Phase == PhaseAbandoned }

// hasOldEstimate tells whether a figure of a project that is not over is too old to be trusted.
func (l *ProjectLine) hasOldEstimate() bool {
	return !l.over() && (l.CostDeviation.AgeDays > oldEstimateDays || l.Schedule.AgeDays > oldEstimateDays)
}

func (c *ColourCount) add(colour string) {
	switch drift.Colour(colour) {
	case drift.Green:
		c.Green++
	case drift.Amber:
		c.Amber++
	case drift.Red:
		c.Red++
	default:
		c.Grey++
	}
}

// themeLines sums up the themes; projects without a theme make a last line with id 0. Aggregates
// are over the projects with a defined rate, as everywhere.
func (f *facts) themeLines(lines []ProjectLine) []ThemeLine {
	type sums struct{ costFirst, costNow, daysFirst, daysNow money.Amount }
	all := append(f.themes[:len(f.themes):len(f.themes)], Theme{})
	index := make(map[int64]int, len(all))
	out := make([]ThemeLine, len(all))
	total := make([]sums, len(all))
	for i, t := range all {
		index[t.ID] = i
		out[i] = ThemeLine{ID: t.ID, Code: t.Code, Name: t.Name, Description: t.Description}
	}
	for i := range lines {
		l := &lines[i]
		k := index[l.ThemeID]
		out[k].Projects++
		out[k].Weight += l.Weight
		if l.Cost != nil {
			if sum, ok := out[k].SumCost.Add(*l.Cost); ok {
				out[k].SumCost = sum
			}
		}
		if l.CostDeviation.BP != nil {
			total[k].costFirst += *l.FirstCost
			total[k].costNow += *l.Cost
		}
		if l.Schedule.BP != nil {
			total[k].daysFirst += money.Amount(civil.Duration(l.FirstStart, l.FirstEnd))
			total[k].daysNow += money.Amount(civil.Duration(l.Start, l.End))
		}
	}
	for k := range out {
		out[k].CostBP = rateBP(drift.Rate{Defined: total[k].costFirst > 0, Num: int64(total[k].costNow - total[k].costFirst), Den: int64(total[k].costFirst)})
		out[k].ScheduleBP = rateBP(drift.Rate{Defined: total[k].daysFirst > 0, Num: int64(total[k].daysNow - total[k].daysFirst), Den: int64(total[k].daysFirst)})
	}
	if out[len(out)-1].Projects == 0 {
		out = out[:len(out)-1]
	}
	return out
}

// trend measures the portfolio at the past month ends and on the day itself.
func trend(projects []drift.Project, r Roadmap, day civil.Date) []TrendPoint {
	out := []TrendPoint{}
	for i := trendMonths; i >= 0; i-- {
		on := day
		if i > 0 {
			on = day.MonthOf().Add(-i).Last()
		}
		m := drift.Measure(projects, on, r.Currency.Unit())
		if m.Projects == 0 {
			continue
		}
		out = append(out, TrendPoint{On: on, Projects: m.Projects, SumCost: m.SumCost, Cost: shareBP(m.Cost.Aggregate), CostMean: shareBP(m.Cost.Mean),
			Schedule: shareBP(m.Schedule.Aggregate), ScheduleMean: shareBP(m.Schedule.Mean)})
	}
	return out
}

func averages(f drift.Figures) Averages {
	return Averages{N: f.N, ReEstimated: f.ReEstimated, Undefined: f.Undefined, Mean: shareBP(f.Mean), Aggregate: shareBP(f.Aggregate), Median: shareBP(f.Median), Weighted: shareBP(f.Weighted)}
}

func shareBP(s drift.Share) *money.BasisPoints {
	if !s.Defined {
		return nil
	}
	bp := s.BP
	return &bp
}

func rateBP(r drift.Rate) *money.BasisPoints {
	bp, ok := r.BP()
	if !ok {
		return nil
	}
	return &bp
}
