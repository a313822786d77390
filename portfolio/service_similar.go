package portfolio

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Similar finds what may be about the same as a request: other requests and projects of the roadmaps of the organisation, as far as the actor may read them.
func (s *Service) Similar(ctx context.Context, actor identity.Actor, id RoadmapID, query SimilarQuery) ([]SimilarHit, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return nil, err
	}
	like, ok := newLikeness(query)
	if !ok {
		return []SimilarHit{}, nil
	}
	found := []SimilarHit{}
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		roadmaps, err := findSearchable(ctx, tx, actor.Reach(identity.PermReadPortfolio))
		if err != nil {
			return err
		}
		roadmaps = slices.DeleteFunc(roadmaps, func(x searchable) bool { return x.OrganisationID != r.OrganisationID })
		if found, err = s.similarProjects(ctx, tx, actor, roadmaps, like); err != nil {
			return err
		}
		requests, err := similarRequests(ctx, tx, actor, roadmaps, query.Except, like)
		found = append(found, requests...)
		return err
	})
	return bestSimilar(found), err
}

func (s *Service) similarProjects(ctx context.Context, tx database.Conn, actor identity.Actor, roadmaps []searchable, like likeness) ([]SimilarHit, error) {
	found := []SimilarHit{}
	err := s.eachIndex(ctx, tx, roadmaps, func(r Roadmap, index searchIndex) {
		visible := visibleTo(actor, r)
		for _, e := range index {
			if e.hit.Kind != HitProject {
				continue
			}
			if score := like.score(e.hit.Name, e.name, e.text); score >= leastLikeness && visible(e.hit) {
				found = append(found, SimilarHit{Subject: Subject{Project: ProjectID(e.hit.ID)}, Head: Head{e.hit.Code, e.hit.Name}, Roadmap: Head{r.Code, r.Name}, Score: score})
			}
		}
	})
	return found, err
}

func similarRequests(ctx context.Context, tx database.Conn, actor identity.Actor, roadmaps []searchable, except RequestID, like likeness) ([]SimilarHit, error) {
	found := []SimilarHit{}
	for _, r := range roadmaps {
		if !actor.May(identity.PermReadPortfolio, r.Place()) { // one project of it is all that they see
			continue
		}
		texts, err := findRequestTexts(ctx, tx, r.Roadmap, requestOwnerOf(actor, r.Roadmap))
		if err != nil {
			return nil, err
		}
		for _, q := range texts {
			if q.ID == except || q.ProjectID != 0 { // what became a project is found as one
				continue
			}
			name := foldText(q.Title)
			if score := like.score(q.Title, name, name+"\n"+foldText(q.Need)); score >= leastLikeness {
				found = append(found, SimilarHit{Subject: Subject{Request: q.ID}, Head: Head{q.Code(), q.Title}, Roadmap: Head{r.Code, r.Name}, State: q.State, Score: score})
			}
		}
	}
	return found, nil
}

// SimilarTo finds what may be about the same as a request that is saved, for who writes or weighs it.
func (s *Service) SimilarTo(ctx context.Context, actor identity.Actor, id RequestID) ([]SimilarHit, error) {
	q, _, err := seeRequest(ctx, s.db.Read(), actor, id)
	if err != nil {
		return nil, err
	}
	if len(requestHands(actor, q)) == 0 {
		return nil, fault.Forbidden("permission.denied", string(identity.PermExamineRequest))
	}
	return s.Similar(ctx, actor, q.RoadmapID, SimilarQuery{Title: q.Title, Need: q.Need, Except: id})
}
