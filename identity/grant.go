package identity

import (
	"time"

	"jalon/internal/fault"
)

// ScopeKind says how far a grant reaches.
type ScopeKind string

// A grant reaches over an organisation with everything in it, a roadmap with its projects and
// committees, or a single project or committee.
const (
	ScopeOrganisation ScopeKind = "organisation"
	ScopeRoadmap      ScopeKind = "roadmap"
	ScopeProject      ScopeKind = "project"
	ScopeCommittee    ScopeKind = "committee"
)

// ScopeKinds lists the kinds of scope, the widest first.
var ScopeKinds = []ScopeKind{ScopeOrganisation, ScopeRoadmap, ScopeProject, ScopeCommittee}

// Scope is where something happens: the organisation, and the roadmap, project or committee as far
// as the act is about one. A project or committee names its roadmap as well.
type Scope struct {
	Organisation int64
	Roadmap      int64
	Project      int64
	Committee    int64
}

// Within is the scope of a whole organisation.
func Within(organisation int64) Scope { return Scope{Organisation: organisation} }

// Grant gives a user a role in a place. SubjectID is the roadmap, project or committee; 0 for the
// whole organisation.
type Grant struct {
	ID             int64
	OrganisationID int64
	UserID         int64
	Role           Role
	Scope          ScopeKind
	SubjectID      int64
	GrantedBy      string // the actor, as the audit trail names them
	CreatedAt      time.Time
}

// Covers tells whether the place lies within the grant.
func (g Grant) Covers(s Scope) bool {
	if g.OrganisationID == 0 || g.OrganisationID != s.Organisation {
		return false
	}
	switch g.Scope {
	case ScopeOrganisation:
		return true
	case ScopeRoadmap:
		return g.SubjectID != 0 && g.SubjectID == s.Roadmap
	case ScopeProject:
		return g.SubjectID != 0 && g.SubjectID == s.Project
	case ScopeCommittee:
		return g.SubjectID != 0 && g.SubjectID == s.Committee
	}
	return false
}

// Gives tells whether the grant holds the permission. What concerns a whole organisation is never
// given by a narrower grant.
func (g Grant) Gives(p Permission) bool {
	if g.Scope != ScopeOrganisation {
		switch p {
		case PermEditOrganisation, PermEditUsers, PermReadAudit, PermReadNetwork, PermImportLedger, PermReconcile, PermClosePeriod:
			return false
		}
	}
	return g.Role.Allows(p)
}

// Validate reports every rule the grant breaks.
func (g Grant) Validate() error {
	var f fault.Fields
	f.Check(g.Role.Valid(), "role", "input.unknown_value", string(g.Role))
	switch g.Scope {
	case ScopeOrganisation:
		f.Check(g.SubjectID == 0, "subject", "grant.subject")
	case ScopeRoadmap, ScopeProject, ScopeCommittee:
		f.Check(g.SubjectID > 0, "subject", "input.required")
		f.Check(g.Role != RoleAdministrator, "scope", "grant.administrator_scope")
	default:
		f.Add("scope", "input.unknown_value", string(g.Scope))
	}
	return f.Err()
}
