package identity

import (
	"fmt"
	"slices"

	"jalon/internal/fault"
)

// kind is the sort of actor.
type kind string

const (
	kindOperator kind = "operator" // whoever may run the program on its machine
	kindUser     kind = "user"     // whoever signed in; what they may do stands in their grants
)

// Actor is who acts. Its name stands in the audit trail: "cli:anne", "job:pack", "user:12".
type Actor struct {
	Name   string
	UserID int64 // 0: not a user
	// Label is how people know the actor: the name of the account, or Name.
	Label  string
	kind   kind
	grants []Grant
}

// Operator is somebody who runs the program itself: the command line ("cli:anne"), a job
// ("job:pack"), the demonstration. It is not subject to roles.
func Operator(name string) Actor { return Actor{Name: name, Label: name, kind: kindOperator} }

// SignedIn is somebody who signed in, with the grants that held when the request began.
func SignedIn(id int64, label string, grants ...Grant) Actor {
	return Actor{Name: fmt.Sprintf("user:%d", id), UserID: id, Label: label, kind: kindUser, grants: grants}
}

// Nobody tells that there is no actor.
func (a Actor) Nobody() bool { return a.kind == "" }

// Grants lists what a user was granted.
func (a Actor) Grants() []Grant { return slices.Clone(a.grants) }

// operates tells whether the actor is not subject to roles.
func (a Actor) operates() bool { return a.kind == kindOperator }

// knows tells whether the actor holds any grant in an organisation.
func (a Actor) knows(organisation int64) bool {
	return a.operates() || slices.ContainsFunc(a.grants, func(g Grant) bool { return g.OrganisationID == organisation })
}

// May tells whether the actor holds the permission in the place.
func (a Actor) May(p Permission, s Scope) bool {
	switch a.kind {
	case kindOperator:
		return known(p)
	case kindUser:
		if p == PermOwnAccount {
			return true
		}
		return slices.ContainsFunc(a.grants, func(g Grant) bool { return g.Covers(s) && g.Gives(p) })
	}
	return false
}

// MayAnywhere tells whether the actor holds the permission in some place.
func (a Actor) MayAnywhere(p Permission) bool {
	if p == PermOwnAccount { // is had nowhere in particular
		return a.May(p, Scope{})
	}
	r := a.Reach(p)
	return r.All || len(r.Organisations)+len(r.Roadmaps)+len(r.Projects)+len(r.Committees) > 0
}

// Reach is where an actor holds a permission: everywhere, or in whole organisations and in single
// roadmaps, projects and committees beside them. Queries narrow their lists by it.
type Reach struct {
	All           bool
	Organisations []int64
	Roadmaps      []int64
	Projects      []int64
	Committees    []int64
}

// Reach lists the places in which the actor holds the permission, each once and in order.
func (a Actor) Reach(p Permission) Reach {
	var r Reach
	switch a.kind {
	case kindOperator:
		r.All = known(p)
	case kindUser:
		for _, g := range a.grants {
			if !g.Gives(p) {
				continue
			}
			switch g.Scope {
			case ScopeOrganisation:
				r.Organisations = append(r.Organisations, g.OrganisationID)
			case ScopeRoadmap:
				r.Roadmaps = append(r.Roadmaps, g.SubjectID)
			case ScopeProject:
				r.Projects = append(r.Projects, g.SubjectID)
			case ScopeCommittee:
				r.Committees = append(r.Committees, g.SubjectID)
			}
		}
		for _, list := range []*[]int64{&r.Organisations, &r.Roadmaps, &r.Projects, &r.Committees} {
			slices.Sort(*list)
			*list = slices.Compact(*list)
		}
	}
	return r
}

// Can refuses with a fault what the actor may not do in the place: Unauthenticated for nobody, else
// Forbidden. It is for acts that name no thing of their own; See is for those that do.
func Can(a Actor, p Permission, s Scope) error {
	switch {
	case a.Nobody():
		return fault.New(fault.KindUnauthenticated, "permission.nobody")
	case a.May(p, s):
		return nil
	}
	return fault.Forbidden("permission.denied", string(p))
}

// See refuses an act on a thing: with NotFound when the actor may not even read it, in the very words
// of a thing that does not exist, and with Forbidden when they may read it but not do this. read is
// the permission that shows such a thing.
func See(a Actor, p, read Permission, s Scope, noun string, id any) error {
	switch {
	case a.Nobody():
		return fault.New(fault.KindUnauthenticated, "permission.nobody")
	case a.May(p, s):
		return nil
	case p != read && a.May(read, s):
		return fault.Forbidden("permission.denied", string(p))
	}
	return fault.NotFound(noun, id)
}
