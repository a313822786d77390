package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
)

// Place is where the roadmap stands among the scopes of rights.
func (r Roadmap) Place() identity.Scope {
	return identity.Scope{Organisation: r.OrganisationID, Roadmap: int64(r.ID)}
}

// Place is where the project stands among the scopes of rights.
func (p Project) Place() identity.Scope {
	return identity.Scope{Organisation: p.OrganisationID, Roadmap: int64(p.RoadmapID), Project: int64(p.ID)}
}

// refuseNobody is the fault for who did not sign in. It comes before anything is looked for: whether a
// thing exists is none of their business.
func refuseNobody(actor identity.Actor) error {
	return identity.Can(actor, identity.PermOwnAccount, identity.Scope{})
}

// seeRoadmap loads a roadmap for an actor who needs a permission there. What they may not read is not
// found.
func seeRoadmap(ctx context.Context, db database.Conn, actor identity.Actor, p identity.Permission, id RoadmapID) (Roadmap, error) {
	if err := refuseNobody(actor); err != nil {
		return Roadmap{}, err
	}
	r, err := findRoadmap(ctx, db, id)
	if err == nil {
		err = identity.See(actor, p, identity.PermReadPortfolio, r.Place(), "roadmap", int64(id))
	}
	if err != nil {
		return Roadmap{}, err
	}
	return r, nil
}

// seeProject loads a project for an actor who needs a permission there.
func seeProject(ctx context.Context, db database.Conn, actor identity.Actor, p identity.Permission, id ProjectID) (Project, error) {
	if err := refuseNobody(actor); err != nil {
		return Project{}, err
	}
	project, err := findProject(ctx, db, id)
	if err == nil {
		err = identity.See(actor, p, identity.PermReadPortfolio, project.Place(), "project", int64(id))
	}
	if err != nil {
		return Project{}, err
	}
	return project, nil
}

// shownTo is what the actor may know of the roadmap's own fields: its code and its name for who was
// granted one of its projects, all but the voted budget for who may not read costs.
func (r Roadmap) shownTo(actor identity.Actor) Roadmap {
	if !actor.May(identity.PermReadPortfolio, r.Place()) {
		return Roadmap{ID: r.ID, OrganisationID: r.OrganisationID, Code: r.Code, Name: r.Name, Currency: r.Currency}
	}
	if !actor.May(identity.PermReadCost, r.Place()) {
		r.HasVoted, r.Voted = false, 0
	}
	return r
}
