package portfolio

import (
	"context"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// act is what a use case does: its name in the trail, the permission it needs, and the noun that the
// actor named, in whose words it is refused and under which the trail keeps it.
type act struct {
	name       string
	permission identity.Permission
	noun       string // "": the roadmap or project itself
	id         int64
	weighs     bool // it may make a first cost known, and so a weight
}

// trace is what the trail keeps of an act. The subject is the noun of the act unless it is told.
type trace struct {
	subject string
	id      int64
	details any
}

// edit is what stood before and what stands after.
type edit struct {
	Before any `json:"before"`
	After  any `json:"after"`
}

// roadmapFor loads a roadmap for an act on the whole of it and holds it: nobody else books there until
// the transaction ends, and what was read of it still holds.
func roadmapFor(ctx context.Context, tx database.Conn, actor identity.Actor, id RoadmapID, a act) (Roadmap, error) {
	r, err := findRoadmap(ctx, tx, id)
	if err != nil {
		return r, err
	}
	if err := identity.See(actor, a.permission, identity.PermReadPortfolio, r.Place(), a.noun, a.id); err != nil {
		return r, err
	}
	return hold(ctx, tx, r)
}

// hold locks a roadmap and reads it again.
func hold(ctx context.Context, tx database.Conn, r Roadmap) (Roadmap, error) {
	if err := lockRoadmap(ctx, tx, r); err != nil {
		return r, err
	}
	return findRoadmap(ctx, tx, r.ID)
}

// change is a use case on one roadmap that its reports hang on: permission, lock, the work, the facts
// counter and the audit entry, in this order and one transaction.
func (s *Service) change(ctx context.Context, actor identity.Actor, id RoadmapID, a act, work func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error)) error {
	return s.onRoadmap(ctx, actor, id, a, work, s.conclude)
}

// conclusion is how a use case on a roadmap ends.
type conclusion func(ctx context.Context, tx database.Conn, actor identity.Actor, r Roadmap, a act, t trace) error

// onRoadmap is a use case on one roadmap: permission, lock, the work and its conclusion, in this order and one transaction.
func (s *Service) onRoadmap(ctx context.Context, actor identity.Actor, id RoadmapID, a act, work func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error), end conclusion) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	if a.noun == "" {
		a.noun, a.id = "roadmap", int64(id)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		r, err := roadmapFor(ctx, tx, actor, id, a)
		if err != nil {
			return err
		}
		t, err := work(ctx, tx, r)
		if err != nil {
			return err
		}
		return end(ctx, tx, actor, r, a, t)
	})
}

// changeProject is change on one project: a grant on the project alone is enough.
func (s *Service) changeProject(ctx context.Context, actor identity.Actor, id ProjectID, a act, work func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error)) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	if a.noun == "" {
		a.noun, a.id = "project", int64(id)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		p, err := findProject(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := identity.See(actor, a.permission, identity.PermReadPortfolio, p.Place(), a.noun, a.id); err != nil {
			return err
		}
		r, err := hold(ctx, tx, Roadmap{ID: p.RoadmapID, OrganisationID: p.OrganisationID})
		if err != nil {
			return err
		}
		if p, err = findProject(ctx, tx, id); err != nil { // as it stands under the lock
			return err
		}
		t, err := work(ctx, tx, r, p)
		if err != nil {
			return err
		}
		return s.conclude(ctx, tx, actor, r, a, t)
	})
}

// conclude does what every booking in a roadmap ends with.
func (s *Service) conclude(ctx context.Context, tx database.Conn, actor identity.Actor, r Roadmap, a act, t trace) error {
	if a.weighs {
		if err := fixWeights(ctx, tx, r); err != nil {
			return err
		}
	}
	if err := bumpFacts(ctx, tx, r); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, r, a, t)
}

// record writes the audit entry of an act.
func (s *Service) record(ctx context.Context, tx database.Conn, actor identity.Actor, r Roadmap, a act, t trace) error {
	if t.subject == "" {
		t.subject, t.id = a.noun, a.id
	}
	return audit.Record(ctx, tx, r.OrganisationID, actor.Name, a.name, t.subject, t.id, t.details, s.now())
}

// ProjectInput is a project as a form gives it; ThemeCode names a theme of its roadmap, or none.
type ProjectInput struct {
	Project   Project
	ThemeCode string
}

// AddProject books a new project and gives it with its id.
func (s *Service) AddProject(ctx context.Context, actor identity.Actor, id RoadmapID, in ProjectInput) (Project, error) {
	all, err := s.addProjects(ctx, actor, id, []ProjectInput{in}, func(added []*Project) trace {
		return trace{"project", int64(added[0].ID), added[0]}
	})
	if err != nil {
		return in.Project, err
	}
	return all[0], nil
}

// AddProjects books new projects, all or none, and gives them with their ids.
func (s *Service) AddProjects(ctx context.Context, actor identity.Actor, id RoadmapID, in []ProjectInput) ([]Project, error) {
	return s.addProjects(ctx, actor, id, in, func(added []*Project) trace {
		codes := make([]string, len(added))
		for i, p := range added {
			codes[i] = p.Code
		}
		return trace{details: codes}
	})
}

func (s *Service) addProjects(ctx context.Context, actor identity.Actor, id RoadmapID, in []ProjectInput, tell func(added []*Project) trace) ([]Project, error) {
	out := make([]*Project, len(in))
	for i := range in {
		p := in[i].Project
		if err := p.Validate(); err != nil {
			return nil, err
		}
		out[i] = &p
	}
	a := act{name: "project.create", permission: identity.PermEditPortfolio}
	err := s.change(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		themes, err := themesByCode(ctx, tx, r)
		if err != nil {
			return trace{}, err
		}
		for i, p := range out {
			if p.ThemeID, err = themes.of(in[i].ThemeCode); err != nil {
				return trace{}, err
			}
		}
		if err := insertProjects(ctx, tx, r, out, s.now()); err != nil {
			return trace{}, err
		}
		return tell(out), nil
	})
	if err != nil {
		return nil, err
	}
	projects := make([]Project, len(out))
	for i, p := range out {
		projects[i] = *p
	}
	return projects, nil
}

// themeIDs finds themes by code.
type themeIDs map[string]int64

func themesByCode(ctx context.Context, db database.Conn, r Roadmap) (themeIDs, error) {
	themes, err := findStrands(ctx, db, themeTable, r)
	if err != nil {
		return nil, err
	}
	out := make(themeIDs, len(themes))
	for _, t := range themes {
		out[t.Code] = t.ID
	}
	return out, nil
}

// of gives the id of a theme; 0 for no code.
func (t themeIDs) of(code string) (int64, error) {
	if code == "" || t[code] != 0 {
		return t[code], nil
	}
	return 0, fault.NotFound("theme", code)
}

// UpdateProject saves a project's own fields. Who may edit the project but not the portfolio changes
// need, sponsor, manager and department; whatever else the input says of it is left aside. A name that is given up stays
// an alias, so that lists still find the project; a weight that is fixed stays.
func (s *Service) UpdateProject(ctx context.Context, actor identity.Actor, id ProjectID, version int64, in ProjectInput) (Project, error) {
	var out Project
	a := act{name: "project.update", permission: identity.PermEditProject}
	err := s.changeProject(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap, was Project) (trace, error) {
		if was.Version != version {
			return trace{}, fault.Stale("project", was.Code)
		}
		p := was
		p.Need, p.Sponsor, p.Manager, p.Department = in.Project.Need, in.Project.Sponsor, in.Project.Manager, in.Project.Department
		if actor.May(identity.PermEditPortfolio, was.Place()) {
			if actor.May(identity.PermReadPortfolio, r.Place()) { // who sees the project alone knows of no theme to choose
				themes, err := themesByCode(ctx, tx, r)
				if err != nil {
					return trace{}, err
				}
				if p.ThemeID, err = themes.of(in.ThemeCode); err != nil {
					return trace{}, err
				}
			}
			p.Code, p.Name, p.Interministerial = in.Project.Code, in.Project.Name, in.Project.Interministerial
			if was.Weight == 0 {
				p.Weight = in.Project.Weight
			}
		}
		if err := p.Validate(); err != nil {
			return trace{}, err
		}
		if err := saveProject(ctx, tx, r, was, p); err != nil {
			return trace{}, err
		}
		out = p
		out.Version++
		return trace{details: edit{was, out}}, nil
	})
	return out, err
}

// saveProject updates a project and keeps the name that it gives up.
func saveProject(ctx context.Context, tx database.Conn, r Roadmap, was, is Project) error {
	if err := updateProject(ctx, tx, is); err != nil {
		return err
	}
	if was.Name == is.Name {
		return nil
	}
	return keepAlias(ctx, tx, r, is.ID, was.Name)
}

// RecordExit books that a project left the portfolio on a day, and why. Its figures stay.
func (s *Service) RecordExit(ctx context.Context, actor identity.Actor, id ProjectID, on civil.Date, reason string) error {
	var f fault.Fields
	f.Check(!on.IsZero(), "left_on", "input.required")
	f.Check(!fault.Blank(reason), "reason", "input.required")
	checkText(&f, "reason", reason)
	if err := f.Err(); err != nil {
		return err
	}
	a := act{name: "project.exit", permission: identity.PermEditPortfolio}
	return s.changeProject(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		exits, err := findExits(ctx, tx, scope{r, id})
		if err != nil {
			return trace{}, err
		}
		for _, e := range exits {
			if e.Returned.IsZero() || e.Returned.After(on) {
				return trace{}, fault.Conflict("project.already_left", p.Code, e.Left)
			}
		}
		row := exitRow{OrganisationID: r.OrganisationID, ProjectID: id, Left: on, Source: SourcePerson, Reason: reason, RecordedAt: database.Instant(s.now())}
		return trace{details: row}, database.Bulk(ctx, tx, []exitRow{row})
	})
}

// RecordReturn ends, on a day, an exit that somebody recorded. One that follows from lists ends with the
// list that holds the project again.
func (s *Service) RecordReturn(ctx context.Context, actor identity.Actor, id ProjectID, on civil.Date) error {
	var f fault.Fields
	f.Check(!on.IsZero(), "returned_on", "input.required")
	if err := f.Err(); err != nil {
		return err
	}
	a := act{name: "project.return", permission: identity.PermEditPortfolio}
	return s.changeProject(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		exits, err := findExits(ctx, tx, scope{r, id})
		if err != nil {
			return trace{}, err
		}
		exit, err := openExit(exits, p.Code)
		if err != nil {
			return trace{}, err
		}
		f.Check(on.After(exit.Left), "returned_on", "project.return_before_exit", exit.Left)
		if err := f.Err(); err != nil {
			return trace{}, err
		}
		after := exit
		after.Returned = on
		if err := endExit(ctx, tx, after); err != nil {
			return trace{}, err
		}
		return trace{details: edit{exit, after}}, deriveExits(ctx, tx, r, s.now()) // a list of a later day may lack the project
	})
}

// openExit finds the exit that a person recorded and nobody ended. With one of a list or of a decision
// beside it, ending it would not bring the project back: a decision is taken back by another one.
func openExit(exits []exitRow, code string) (exitRow, error) {
	var open exitRow
	for _, e := range exits {
		switch {
		case !e.Returned.IsZero():
		case e.Source == SourceList:
			return open, fault.Conflict("project.left_by_list", code, e.Left)
		case e.Decision != 0:
			return open, fault.Conflict("project.left_by_decision", code, e.Left)
		default:
			open = e
		}
	}
	if open.ID == 0 {
		return open, fault.Conflict("project.not_left", code)
	}
	return open, nil
}

// Today is the day in the organisation's time zone by the service's clock.
func (s *Service) Today(o identity.Organisation) civil.Date {
	return civil.DateOf(s.now(), o.Location())
}

// Clock gives the service's present instant.
func (s *Service) Clock() time.Time { return s.now() }
