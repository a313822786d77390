package portfolio

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

var addDependency = act{name: "dependency.add", permission: identity.PermEditPortfolio}

// Dependencies lists what a project needs and what needs it, as far as the actor may see both ends.
func (s *Service) Dependencies(ctx context.Context, actor identity.Actor, id ProjectID) ([]Dependency, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return nil, err
	}
	all, err := findDependencies(ctx, s.db.Read(), scope{Roadmap{ID: p.RoadmapID, OrganisationID: p.OrganisationID}, id})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(d Dependency) bool {
		return !seesProject(actor, p, d.ProjectID) || !seesProject(actor, p, d.DependsOnID)
	}), nil
}

// seesProject tells whether the actor may read another project of the roadmap of p.
func seesProject(actor identity.Actor, p Project, other ProjectID) bool {
	p.ID = other
	return actor.May(identity.PermReadPortfolio, p.Place())
}

// AddDependency books that a project needs another one of its roadmap, which the actor must be able to
// see; a circle is refused.
func (s *Service) AddDependency(ctx context.Context, actor identity.Actor, id ProjectID, dependsOnCode, note string) error {
	var f fault.Fields
	f.Check(dependsOnCode != "", "depends_on", "input.required")
	checkText(&f, "note", note)
	if err := f.Err(); err != nil {
		return err
	}
	return s.changeProject(ctx, actor, id, addDependency, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		other, err := findProjectByCode(ctx, tx, r, dependsOnCode)
		if err != nil {
			return trace{}, err
		}
		if !seesProject(actor, p, other.ID) {
			return trace{}, fault.NotFound("project", dependsOnCode)
		}
		d := Dependency{ProjectID: id, DependsOnID: other.ID, Note: note}
		return trace{details: d}, bookDependencies(ctx, tx, r, []Dependency{d})
	})
}

// RemoveDependency takes a dependency of a project back.
func (s *Service) RemoveDependency(ctx context.Context, actor identity.Actor, id, dependsOn ProjectID) error {
	a := act{name: "dependency.remove", permission: identity.PermEditPortfolio}
	return s.changeProject(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		if !seesProject(actor, p, dependsOn) {
			return trace{}, fault.NotFound("dependency", int64(dependsOn))
		}
		d := Dependency{ProjectID: id, DependsOnID: dependsOn}
		return trace{details: d}, deleteDependency(ctx, tx, r.OrganisationID, d)
	})
}

// AddDependencies books what projects of a roadmap need from each other; a circle is refused.
func (s *Service) AddDependencies(ctx context.Context, actor identity.Actor, id RoadmapID, deps []Dependency) error {
	return s.change(ctx, actor, id, addDependency, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		if err := belong(ctx, tx, r, deps, func(d Dependency) ProjectID { return d.ProjectID }); err != nil {
			return trace{}, err
		}
		if err := belong(ctx, tx, r, deps, func(d Dependency) ProjectID { return d.DependsOnID }); err != nil {
			return trace{}, err
		}
		return trace{details: deps}, bookDependencies(ctx, tx, r, deps)
	})
}

// bookDependencies books dependencies unless they make a circle with those that are there.
func bookDependencies(ctx context.Context, tx database.Conn, r Roadmap, deps []Dependency) error {
	all, err := findDependencies(ctx, tx, scope{Roadmap: r})
	if err != nil {
		return err
	}
	if circular(append(all, deps...)) {
		return fault.Invalid("dependency.circular")
	}
	return insertDependencies(ctx, tx, r.OrganisationID, deps)
}

// circular tells whether some project needs itself through others.
func circular(deps []Dependency) bool {
	next := map[ProjectID][]ProjectID{}
	for _, d := range deps {
		next[d.ProjectID] = append(next[d.ProjectID], d.DependsOnID)
	}
	const open, done = 1, 2
	state := map[ProjectID]int{}
	var visit func(p ProjectID) bool
	visit = func(p ProjectID) bool {
		switch state[p] {
		case open:
			return true
		case done:
			return false
		}
		state[p] = open
		for _, q := range next[p] {
			if visit(q) {
				return true
			}
		}
		state[p] = done
		return false
	}
	for p := range next {
		if visit(p) {
			return true
		}
	}
	return false
}
