package portfolio

import (
	"context"
	"fmt"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// The functions of this file are steps of other domains' use cases: they work inside the caller's
// transaction, and the caller has checked the permission and writes the audit entry.

// FindRoadmap loads a roadmap.
func FindRoadmap(ctx context.Context, db database.Conn, id RoadmapID) (Roadmap, error) {
	return findRoadmap(ctx, db, id)
}

// FindProjectByCode loads a project of a roadmap.
func FindProjectByCode(ctx context.Context, db database.Conn, r Roadmap, code string) (Project, error) {
	return findProjectByCode(ctx, db, r, code)
}

// FullReport assembles the report of a day with all sheets. freshDays is how long a status report
// holds for its readers.
func FullReport(ctx context.Context, db database.Conn, id RoadmapID, day civil.Date, freshDays int) (*Report, error) {
	r, err := findRoadmap(ctx, db, id)
	if err != nil {
		return nil, err
	}
	f, err := loadFacts(ctx, db, r, day, true)
	if err != nil {
		return nil, err
	}
	return f.report(reportOptions{sheets: true, freshDays: freshDays}), nil
}

// Empty tells whether no project belongs to the roadmap's portfolio on a day.
func Empty(ctx context.Context, db database.Conn, id RoadmapID, day civil.Date) (bool, error) {
	r, err := findRoadmap(ctx, db, id)
	if err != nil {
		return false, err
	}
	f := &facts{roadmap: r, day: day}
	if err := f.loadProjects(ctx, db); err != nil {
		return false, err
	}
	for _, p := range f.driftProjects() {
		if drift.Assess(p, day).Present {
			return false, nil
		}
	}
	return true, nil
}

// DriftBetween compares the drift of a roadmap on two days.
func DriftBetween(ctx context.Context, db database.Conn, id RoadmapID, from, to civil.Date) (before, after drift.Portfolio, since drift.Since, err error) {
	r, err := findRoadmap(ctx, db, id)
	if err != nil {
		return before, after, since, err
	}
	f := &facts{roadmap: r, day: laterOf(from, to)}
	if err := f.loadProjects(ctx, db); err != nil {
		return before, after, since, err
	}
	projects := f.driftProjects()
	unit := r.Currency.Unit()
	return drift.Measure(projects, from, unit), drift.Measure(projects, to, unit), drift.Compare(projects, from, to), nil
}

// ExitReason gives why a project left, when somebody said so.
func ExitReasons(ctx context.Context, db database.Conn, id RoadmapID) (map[ProjectID]string, error) {
	r, err := findRoadmap(ctx, db, id)
	if err != nil {
		return nil, err
	}
	exits, err := findExits(ctx, db, scope{Roadmap: r})
	if err != nil {
		return nil, err
	}
	out := map[ProjectID]string{}
	for _, e := range exits {
		if e.Reason != "" {
			out[e.ProjectID] = e.Reason
		}
	}
	return out, nil
}

// Rebaseline is a new reference for a project, decided by a committee.
type Rebaseline struct {
	Project  Project
	On       civil.Date
	HasCost  bool
	Cost     money.Amount
	Start    civil.Date
	End      civil.Date
	Decision DecisionRef
	Label    string // the decision as people name it
	Reason   string
	Version  int64 // of the project that it was weighed on; 0: not checked
}

// ApplyRebaseline books the new baseline. A project that had none so far first gets number 1 from
// its first estimates, so that the old reference stays in the books.
func ApplyRebaseline(ctx context.Context, tx database.Conn, in Rebaseline, now time.Time) error {
	if in.Decision == 0 || in.Reason == "" {
		return fault.Invalid("baseline.needs_decision")
	}
	if !in.HasCost && (in.Start.IsZero() || in.End.IsZero()) {
		return fault.Invalid("baseline.empty")
	}
	if in.Start.IsZero() != in.End.IsZero() {
		return fault.Invalid("baseline.half_dates")
	}
	if in.End.Before(in.Start) {
		return fault.Invalid("input.end_before_start", in.Start, in.End)
	}
	if in.HasCost && in.Cost < 0 {
		return fault.Invalid("input.negative")
	}
	r, err := findRoadmap(ctx, tx, in.Project.RoadmapID)
	if err != nil {
		return err
	}
	if err := lockRoadmap(ctx, tx, r); err != nil {
		return err
	}
	if err := passVersion(ctx, tx, in); err != nil {
		return err
	}
	all, err := findBaselines(ctx, tx, scope{r, in.Project.ID})
	if err != nil {
		return err
	}
	number := 0
	for _, b := range all {
		number = max(number, b.Number)
	}
	if number == 0 {
		if err := adoptFirst(ctx, tx, r, in.Project, now); err != nil {
			return err
		}
		number = 1
	}
	b := Baseline{ProjectID: in.Project.ID, Number: number + 1, On: in.On, HasCost: in.HasCost, Cost: in.Cost, Start: in.Start, End: in.End, Decision: in.Decision, DecisionLabel: in.Label, Reason: in.Reason}
	if err := insertBaseline(ctx, tx, r.OrganisationID, b, now); err != nil {
		return err
	}
	if err := fixWeights(ctx, tx, r); err != nil {
		return err
	}
	return bumpFacts(ctx, tx, r)
}

// passVersion gives the project its next version: of two who weigh a new reference on the same one, the
// slower is told so.
func passVersion(ctx context.Context, tx database.Conn, in Rebaseline) error {
	p, err := findProject(ctx, tx, in.Project.ID)
	if err != nil {
		return err
	}
	if in.Version != 0 && in.Version != p.Version {
		return fault.Stale("project", p.Code)
	}
	return updateProject(ctx, tx, p)
}

// adoptFirst writes the first estimates of a project down as its baseline number 1.
func adoptFirst(ctx context.Context, tx database.Conn, r Roadmap, p Project, now time.Time) error {
	estimates, err := findEstimates(ctx, tx, scope{r, p.ID}, civil.Date{})
	if err != nil {
		return err
	}
	d := drift.Project{ID: int64(p.ID)}
	var last civil.Date
	for _, e := range estimates {
		d.Estimates = append(d.Estimates, drift.Estimate{On: e.AsOf, Seq: e.ID, HasCost: e.HasCost, Cost: e.Cost, Start: e.Start, End: e.End})
		last = laterOf(last, e.AsOf)
	}
	if last.IsZero() {
		return fault.Invalid("baseline.no_estimate", p.Code)
	}
	pos := drift.Assess(d, last)
	b := Baseline{ProjectID: p.ID, Number: 1, HasCost: pos.Cost.Known, Cost: pos.Cost.First, Start: pos.Dates.FirstStart, End: pos.Dates.FirstEnd}
	b.On = pos.Cost.FirstOn
	if pos.Dates.Known {
		b.On = laterOf(b.On, pos.Dates.FirstOn)
	}
	if b.On.IsZero() {
		return fault.Invalid("baseline.no_estimate", p.Code)
	}
	if err := insertBaseline(ctx, tx, r.OrganisationID, b, now); err != nil {
		return fmt.Errorf("adopt first estimates of %s: %w", p.Code, err)
	}
	return nil
}

func laterOf(a, b civil.Date) civil.Date {
	if a.After(b) {
		return a
	}
	return b
}

// Member is a project as other domains know it.
type Member struct {
	ID             ProjectID
	OrganisationID int64
	RoadmapID      RoadmapID
	Roadmap        Head
	ThemeID        int64
	Theme          string
	Code           string
	Name           string
	Left           bool // it left the portfolio
}

// Place is where the project stands among the scopes of rights.
func (m Member) Place() identity.Scope {
	return Project{ID: m.ID, OrganisationID: m.OrganisationID, RoadmapID: m.RoadmapID}.Place()
}

// FindProject loads a project.
func FindProject(ctx context.Context, db database.Conn, id ProjectID) (Project, error) {
	return findProject(ctx, db, id)
}

// Members lists the projects of an organisation, by roadmap and code.
func Members(ctx context.Context, db database.Conn, organisation int64) ([]Member, error) {
	return findMembers(ctx, db, organisation)
}
