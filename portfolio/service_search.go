package portfolio

import (
	"context"
	"unicode/utf8"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// The kinds of what a search finds in the register.
const (
	HitRoadmap = "roadmap"
	HitProject = "project"
	HitTheme   = "theme"
	HitRequest = "request"
)

// Hit is one thing that a search found.
type Hit struct {
	Kind    string
	ID      int64
	Code    string
	Name    string
	Context string // where it stands: the names of its roadmap and its organisation
	// RoadmapID is the roadmap that it is or belongs to; 0 for what stands outside of roadmaps.
	RoadmapID RoadmapID
}

// SearchResult is what a search found, the best first.
type SearchResult struct {
	Text string // as it was asked for
	Hits []Hit
	More bool // there are more hits than were asked for
}

// Limits of a search. Nobody reads more hits, and nobody types a longer question.
const (
	usualHits       = 20
	mostHits        = 100
	maxSearchText   = 200
	indexesAtOnce   = 50       // roadmaps whose texts are read by one query
	indexCacheBytes = 64 << 20 // what all indexes that are kept may take together
)

// indexKey names a version of a roadmap's texts.
type indexKey struct {
	roadmap              RoadmapID
	factsVersion, fields int64
}

func (k indexKey) outdates(o indexKey) bool { return k.roadmap == o.roadmap }

func (r Roadmap) indexKey() indexKey { return indexKey{r.ID, r.FactsVersion, r.Version} }

// Search finds the roadmaps, projects, themes and requests of which every word asked for occurs in the code, the
// name, the need or the people, accents and case apart. Only what the actor may read is found or
// counted. A limit of 0 is the usual one.
func (s *Service) Search(ctx context.Context, actor identity.Actor, text string, limit int) (SearchResult, error) {
	result := SearchResult{Text: text, Hits: []Hit{}}
	if err := refuseNobody(actor); err != nil {
		return result, err
	}
	if utf8.RuneCountInString(text) > maxSearchText {
		return result, fault.Invalid("search.too_long", maxSearchText)
	}
	q := newSearchQuery(text)
	if len(q.words) == 0 {
		return result, nil
	}
	if limit <= 0 {
		limit = usualHits
	}
	limit = min(limit, mostHits)
	var found []searched
	places := map[RoadmapID]string{}
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		roadmaps, err := findSearchable(ctx, tx, actor.Reach(identity.PermReadPortfolio))
		if err != nil {
			return err
		}
		for _, r := range roadmaps {
			places[r.ID] = r.Name + " · " + r.organisation.Name
		}
		err = s.eachIndex(ctx, tx, roadmaps, func(r Roadmap, index searchIndex) {
			found = q.find(found, index, limit+1, visibleTo(actor, r))
		})
		if err != nil {
			return err
		}
		found, err = searchRequests(ctx, tx, actor, q, found, roadmaps, limit+1)
		return err
	})
	if err != nil {
		return result, err
	}
	found = best(found, limit+1)
	result.More = len(found) > limit
	for _, f := range found[:min(limit, len(found))] {
		f.hit.Context = places[f.hit.RoadmapID]
		result.Hits = append(result.Hits, f.hit)
	}
	return result, nil
}

// searchRequests adds the requests that may be seen. They are read each time, as drafts come and go without a new version of their roadmap: there are hundreds of them, not tens of thousands.
func searchRequests(ctx context.Context, db database.Conn, actor identity.Actor, q searchQuery, found []searched, roadmaps []searchable, keep int) ([]searched, error) {
	var whole []Roadmap // who reads a project alone sees no requests
	for _, r := range roadmaps {
		if actor.May(identity.PermReadPortfolio, r.Place()) {
			whole = append(whole, r.Roadmap)
		}
	}
	if len(whole) == 0 {
		return found, nil
	}
	requests, err := findSearchRequests(ctx, db, whole)
	if err != nil {
		return nil, err
	}
	for _, r := range whole {
		owner := requestOwnerOf(actor, r)
		var index searchIndex
		for _, x := range requests[r.ID] {
			if owner.sees(x.Submissions, x.RequesterID) {
				index = append(index, newRequestEntry(x, r))
			}
		}
		found = q.find(found, index, keep, func(Hit) bool { return true })
	}
	return found, nil
}

// visibleTo tells which hits of a roadmap the actor may see: all, or the projects that they were granted.
func visibleTo(actor identity.Actor, r Roadmap) func(Hit) bool {
	if actor.May(identity.PermReadPortfolio, r.Place()) {
		return func(Hit) bool { return true }
	}
	return func(h Hit) bool {
		return h.Kind == HitProject &&
			actor.May(identity.PermReadPortfolio, Project{ID: ProjectID(h.ID), OrganisationID: r.OrganisationID, RoadmapID: r.ID}.Place())
	}
}

// eachIndex hands over the index of each roadmap in their order. Those that are not held are made, many
// by few queries.
func (s *Service) eachIndex(ctx context.Context, db database.Conn, roadmaps []searchable, use func(Roadmap, searchIndex)) error {
	for len(roadmaps) > 0 {
		part := roadmaps[:min(indexesAtOnce, len(roadmaps))]
		roadmaps = roadmaps[len(part):]
		indexes := make(map[RoadmapID]searchIndex, len(part))
		var missing []Roadmap
		for _, r := range part {
			if index, ok := s.indexes.find(r.indexKey()); ok {
				indexes[r.ID] = index
			} else {
				missing = append(missing, r.Roadmap)
			}
		}
		if len(missing) > 0 {
			themes, projects, err := findSearchTexts(ctx, db, missing)
			if err != nil {
				return err
			}
			for _, r := range missing {
				indexes[r.ID] = s.indexes.put(r.indexKey(), newSearchIndex(r, themes[r.ID], projects[r.ID]))
			}
		}
		for _, r := range part {
			use(r.Roadmap, indexes[r.ID])
		}
	}
	return nil
}
