package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio/drift"
)

// facts are everything that was known of a roadmap on a day, as loaded; reports are assembled from
// them without another query.
type facts struct {
	organisation identity.Organisation
	roadmap      Roadmap
	only         ProjectID // the one project that was loaded; 0: all
	day          civil.Date
	themes       []Theme
	objectives   []Objective
	thresholds   drift.Thresholds
	projects     []Project
	estimates    map[ProjectID][]Estimate // up to the day, oldest first
	baselines    map[ProjectID][]Baseline
	exits        map[ProjectID][]exitRow
	statuses     map[ProjectID]StatusReport
	// Only loaded for sheets:
	milestones   map[ProjectID][]MilestoneState
	dependencies []Dependency
	lines        map[int64][]CostLine // of current estimates
}

// loadFacts reads the facts of a roadmap in a fixed number of queries, whatever its size.
func loadFacts(ctx context.Context, db database.Conn, r Roadmap, day civil.Date, sheets bool) (*facts, error) {
	f := &facts{roadmap: r, day: day}
	var err error
	if f.organisation, err = identity.FindOrganisation(ctx, db, r.OrganisationID); err != nil {
		return nil, err
	}
	if f.themes, err = findStrands(ctx, db, themeTable, r); err != nil {
		return nil, err
	}
	if f.objectives, err = findStrands(ctx, db, objectiveTable, r); err != nil {
		return nil, err
	}
	if f.thresholds, err = findThreshold(ctx, db, r, day); err != nil {
		return nil, err
	}
	if err := f.loadProjects(ctx, db); err != nil {
		return nil, err
	}
	if f.statuses, err = findLastStatuses(ctx, db, f.scope(), day); err != nil {
		return nil, err
	}
	if sheets {
		return f, f.loadSheets(ctx, db)
	}
	return f, nil
}

func (f *facts) loadProjects(ctx context.Context, db database.Conn) (err error) {
	if f.only == 0 { // else the caller put the one project in
		if f.projects, err = findProjects(ctx, db, f.roadmap); err != nil {
			return err
		}
	}
	estimates, err := findEstimates(ctx, db, f.scope(), f.day)
	if err != nil {
		return err
	}
	baselines, err := findBaselines(ctx, db, f.scope())
	if err != nil {
		return err
	}
	exits, err := findExits(ctx, db, f.scope())
	if err != nil {
		return err
	}
	f.estimates = groupBy(estimates, func(e Estimate) ProjectID { return e.ProjectID })
	f.baselines = groupBy(baselines, func(b Baseline) ProjectID { return b.ProjectID })
	f.exits = groupBy(exits, func(e exitRow) ProjectID { return e.ProjectID })
	return nil
}

func (f *facts) loadSheets(ctx context.Context, db database.Conn) (err error) {
	if f.milestones, err = findMilestones(ctx, db, f.scope(), f.day); err != nil {
		return err
	}
	if f.dependencies, err = findDependencies(ctx, db, f.scope()); err != nil {
		return err
	}
	return f.loadLines(ctx, db)
}

// loadLines reads the cost lines of current estimates.
func (f *facts) loadLines(ctx context.Context, db database.Conn) (err error) {
	var current []int64
	for _, p := range f.projects {
		if e := lastCost(f.estimates[p.ID]); e != nil {
			current = append(current, e.ID)
		}
	}
	f.lines, err = findLines(ctx, db, f.roadmap.OrganisationID, current)
	return err
}

func (f *facts) scope() scope { return scope{f.roadmap, f.only} }

// loadSheet gives one project of a report with its sheet. What the report knows already is taken from
// it: the themes, the thresholds, and the other ends of dependencies.
func loadSheet(ctx context.Context, db database.Conn, r Roadmap, p Project, rep *Report, day civil.Date) (*ProjectLine, error) {
	f := &facts{roadmap: r, only: p.ID, projects: []Project{p}, day: day,
		thresholds: drift.Thresholds{Version: rep.Thresholds.Version, Amber: rep.Thresholds.Amber, Red: rep.Thresholds.Red}}
	for _, t := range rep.Themes {
		if t.ID != 0 { // the last line may stand for projects without one
			f.themes = append(f.themes, Theme{ID: t.ID, Code: t.Code, Name: t.Name, Description: t.Description})
		}
	}
	err := f.loadProjects(ctx, db)
	if err != nil {
		return nil, err
	}
	if f.statuses, err = findLastStatuses(ctx, db, f.scope(), day); err != nil {
		return nil, err
	}
	if err := f.loadSheets(ctx, db); err != nil {
		return nil, err
	}
	alone := f.report(reportOptions{sheets: true})
	if len(alone.Projects) == 0 {
		return nil, fault.NotFound("project.on_day", p.Code)
	}
	line := alone.Projects[0]
	f.addDependencies(rep.Projects, &line)
	return &line, nil
}

// groupBy splits rows, already in order, by a key and keeps their order within each.
func groupBy[K comparable, V any](rows []V, key func(V) K) map[K][]V {
	out := make(map[K][]V)
	for len(rows) > 0 {
		k, n := key(rows[0]), 1
		for n < len(rows) && key(rows[n]) == k {
			n++
		}
		if held, again := out[k]; again {
			out[k] = append(held, rows[:n]...)
		} else {
			out[k] = rows[:n:n] // a part of the rows, not a copy
		}
		rows = rows[n:]
	}
	return out
}

// lastCost is the last estimate that carries a cost, or nil.
func lastCost(estimates []Estimate) *Estimate {
	for i := len(estimates) - 1; i >= 0; i-- {
		if estimates[i].HasCost {
			return &estimates[i]
		}
	}
	return nil
}

// driftProjects hands the facts to the engine.
func (f *facts) driftProjects() []drift.Project {
	out := make([]drift.Project, len(f.projects))
	for i, p := range f.projects {
		d := drift.Project{ID: int64(p.ID), Weight: p.Weight, Interministerial: p.Interministerial}
		if es := f.estimates[p.ID]; len(es) > 0 {
			d.Estimates = make([]drift.Estimate, len(es))
			for j, e := range es {
				d.Estimates[j] = drift.Estimate{On: e.AsOf, Seq: e.ID, HasCost: e.HasCost, Cost: e.Cost, Start: e.Start, End: e.End}
			}
		}
		for _, b := range f.baselines[p.ID] {
			d.Baselines = append(d.Baselines, drift.Baseline{Number: b.Number, On: b.On, HasCost: b.HasCost, Cost: b.Cost, Start: b.Start, End: b.End})
		}
		for _, e := range f.exits[p.ID] {
			d.Exits = append(d.Exits, drift.Exit{Left: e.Left, Returned: e.Returned})
		}
		out[i] = d
	}
	return out
}
