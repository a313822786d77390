package portfolio

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// RequestInput is a request as a form gives it. Skills are planned on a page of their own; what a request requires and excludes is
// named by codes of requests and projects of its roadmap.
type RequestInput struct {
	RequestContent // without ThemeID, Skills and Links
	ThemeCode      string
	Requires       []string
	Excludes       []string
}

// owner says which requests the actor sees that were never submitted: their own; those that nobody holds any more, for who examines
// requests; all, for who is not subject to roles.
func requestOwnerOf(actor identity.Actor, r Roadmap) requestOwner {
	return requestOwner{user: actor.UserID, orphan: actor.May(identity.PermExamineRequest, r.Place()), all: actor.UserID == 0}
}

// hands gives what the actor may do to a request: write it, when it is theirs, and weigh it.
func requestHands(actor identity.Actor, q Request) []RequestHand {
	var hands []RequestHand
	examines := actor.May(identity.PermExamineRequest, q.Place())
	mine := actor.UserID == 0 || actor.UserID == q.RequesterID || (q.RequesterID == 0 && examines)
	if mine && actor.May(identity.PermRequest, q.Place()) {
		hands = append(hands, HandRequester)
	}
	if examines {
		hands = append(hands, HandExaminer)
	}
	return hands
}

// editable tells whether the hands may change what a request says: the requester's until it is submitted, the examiner's while it is weighed.
func (q Request) editable(hands []RequestHand) bool {
	switch q.State {
	case RequestDraft:
		return slices.Contains(hands, HandRequester)
	case RequestSubmitted, RequestExamined, RequestCandidate:
		return slices.Contains(hands, HandExaminer)
	}
	return false
}

// seeRequest loads a request that the actor may read. A draft of somebody else's does not exist for them.
func seeRequest(ctx context.Context, db database.Conn, actor identity.Actor, id RequestID) (Request, Roadmap, error) {
	if err := refuseNobody(actor); err != nil {
		return Request{}, Roadmap{}, err
	}
	q, err := findRequest(ctx, db, id)
	if err != nil {
		return Request{}, Roadmap{}, err
	}
	if err := identity.See(actor, identity.PermReadPortfolio, identity.PermReadPortfolio, q.Place(), "request", int64(id)); err != nil {
		return Request{}, Roadmap{}, err
	}
	r, err := findRoadmap(ctx, db, q.RoadmapID)
	if err != nil {
		return Request{}, Roadmap{}, err
	}
	if !requestOwnerOf(actor, r).sees(q.Submissions, q.RequesterID) {
		return Request{}, Roadmap{}, fault.NotFound("request", int64(id))
	}
	return q, r, nil
}

// changeRequest is a use case on one request: it is loaded under the lock of its roadmap, held against the version that the actor saw, changed, saved
// and noted. work changes the request and gives the content of a submission, if it is one.
func (s *Service) changeRequest(ctx context.Context, actor identity.Actor, id RequestID, version int64, name string, work func(ctx context.Context, tx database.Conn, r Roadmap, q *Request) (requestMark, error)) (Request, error) {
	var out Request
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		_, r, err := seeRequest(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if r, err = hold(ctx, tx, r); err != nil {
			return err
		}
		was, err := findRequest(ctx, tx, id) // as it stands under the lock
		if err != nil {
			return err
		}
		is := was
		mark, err := work(ctx, tx, r, &is)
		if err != nil {
			return err
		}
		if was.Version != version {
			return fault.Stale("request", was.Code())
		}
		if err := s.saveRequest(ctx, tx, actor, &is, mark); err != nil {
			return err
		}
		out = is
		return audit.Record(ctx, tx, is.OrganisationID, actor.Name, name, "request", int64(id), edit{was, is}, s.now())
	})
	return out, err
}

// requestMark says what of a request was changed besides its own row.
type requestMark struct {
	parts   bool   // costs, skills or links
	event   bool   // it took a step
	content string // what was submitted
}

func (s *Service) saveRequest(ctx context.Context, tx database.Conn, actor identity.Actor, q *Request, mark requestMark) error {
	q.ChangedAt = database.Instant(s.now())
	if err := updateRequest(ctx, tx, q); err != nil {
		return err
	}
	if mark.parts {
		if err := replaceRequestParts(ctx, tx, *q); err != nil {
			return err
		}
	}
	if !mark.event {
		return nil
	}
	return insertRequestEvent(ctx, tx, *q, actor.Name, mark.content)
}

// CreateRequest begins a request: a draft that nobody but its requester sees.
func (s *Service) CreateRequest(ctx context.Context, actor identity.Actor, id RoadmapID, in RequestInput) (Request, error) {
	var out Request
	if err := refuseNobody(actor); err != nil {
		return out, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		r, err := roadmapFor(ctx, tx, actor, id, act{permission: identity.PermRequest, noun: "roadmap", id: int64(id)})
		if err != nil {
			return err
		}
		if err := r.refuseClosed("request.roadmap_closed"); err != nil {
			return err
		}
		now := database.Instant(s.now())
		zone, err := findZone(ctx, tx, r.OrganisationID)
		if err != nil {
			return err
		}
		q := Request{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Year: civil.DateOf(now, zone).Year(), RequesterID: actor.UserID, State: RequestDraft, ChangedAt: now, CreatedAt: now}
		if err := fillRequest(ctx, tx, actor, r, &q, in); err != nil {
			return err
		}
		if q.Number, err = nextRequestNumber(ctx, tx, r.OrganisationID, q.Year); err != nil {
			return err
		}
		if err := insertRequest(ctx, tx, &q); err != nil {
			return err
		}
		if err := insertRequestEvent(ctx, tx, q, actor.Name, ""); err != nil {
			return err
		}
		out = q
		return audit.Record(ctx, tx, r.OrganisationID, actor.Name, "request.create", "request", int64(q.ID), q, s.now())
	})
	return out, err
}

// UpdateRequest changes what a request asks for. Its requester does while it is a draft, whoever examines it from then on until it is decided.
func (s *Service) UpdateRequest(ctx context.Context, actor identity.Actor, id RequestID, version int64, in RequestInput) (Request, error) {
	return s.changeRequest(ctx, actor, id, version, "request.update", func(ctx context.Context, tx database.Conn, r Roadmap, q *Request) (requestMark, error) {
		if err := mayEditRequest(actor, *q); err != nil {
			return requestMark{}, err
		}
		in.Skills = q.Skills
		return requestMark{parts: true}, fillRequest(ctx, tx, actor, r, q, in)
	})
}

// PlanRequestSkills says what days of which skills a request needs, quarter by quarter. Needs of nothing are left out.
func (s *Service) PlanRequestSkills(ctx context.Context, actor identity.Actor, id RequestID, version int64, needs []SkillNeed) (Request, error) {
	return s.changeRequest(ctx, actor, id, version, "request.skills", func(ctx context.Context, tx database.Conn, r Roadmap, q *Request) (requestMark, error) {
		if err := mayEditRequest(actor, *q); err != nil {
			return requestMark{}, err
		}
		if err := knownSkills(ctx, tx, r.OrganisationID, needs); err != nil {
			return requestMark{}, err
		}
		q.Skills = someNeeds(needs)
		return requestMark{parts: true}, q.RequestContent.Validate()
	})
}

// mayEditRequest refuses who may not change the request, or not any more.
func mayEditRequest(actor identity.Actor, q Request) error {
	hands := requestHands(actor, q)
	if q.editable(hands) {
		return nil
	}
	if len(hands) == 0 || (q.State == RequestDraft && !slices.Contains(hands, HandRequester)) {
		return fault.Forbidden("permission.denied", string(identity.PermExamineRequest))
	}
	return fault.Conflict("request.closed_to_changes", q.Code())
}

// fillRequest puts what a form gave into a request and holds it against the rules.
func fillRequest(ctx context.Context, tx database.Conn, actor identity.Actor, r Roadmap, q *Request, in RequestInput) error {
	themes, err := themesByCode(ctx, tx, r)
	if err != nil {
		return err
	}
	c := in.RequestContent
	if c.ThemeID, err = themes.of(in.ThemeCode); err != nil {
		return err
	}
	if c.Links, err = resolveLinks(ctx, tx, actor, r, *q, in); err != nil {
		return err
	}
	orderYears(c.Costs)
	q.RequestContent = c
	if err := c.Validate(); err != nil {
		return err
	}
	requires, err := findRequires(ctx, tx, r)
	if err != nil {
		return err
	}
	return refuseCircle(requires, *q)
}

// resolveLinks finds what the codes of a form name among what the actor may see of the roadmap.
func resolveLinks(ctx context.Context, tx database.Conn, actor identity.Actor, r Roadmap, q Request, in RequestInput) ([]RequestLink, error) {
	if len(in.Requires)+len(in.Excludes) == 0 {
		return nil, nil
	}
	names, err := findLinkNames(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	owner, known := requestOwnerOf(actor, r), map[string]Subject{}
	for _, n := range slices.Backward(names) { // a request's code wins over a project that bears the same
		if n.seenBy(owner) && (q.ID == 0 || n.Request != q.ID) {
			known[strings.ToUpper(n.Code)] = n.Subject
		}
	}
	var f fault.Fields
	var links []RequestLink
	add := func(field string, kind LinkKind, codes []string) {
		for _, code := range codes {
			other, ok := known[strings.ToUpper(code)]
			f.Check(ok, field, "request.link_unknown", code)
			links = append(links, RequestLink{kind, other})
		}
	}
	add("requires", LinkRequires, in.Requires)
	add("excludes", LinkExcludes, in.Excludes)
	return links, f.Err()
}

// refuseCircle refuses a request that would need itself through others.
func refuseCircle(requires map[RequestID][]RequestID, q Request) error {
	next := map[RequestID][]RequestID{}
	for from, to := range requires {
		if from != q.ID {
			next[from] = to
		}
	}
	seen := map[RequestID]bool{}
	var reaches func(from RequestID) bool
	reaches = func(from RequestID) bool {
		if from == q.ID {
			return true
		}
		if seen[from] {
			return false
		}
		seen[from] = true
		return slices.ContainsFunc(next[from], reaches)
	}
	for _, l := range q.Links {
		if q.ID != 0 && l.Kind == LinkRequires && l.Other.Request != 0 && reaches(l.Other.Request) {
			var f fault.Fields
			f.Add("requires", "request.circular")
			return f.Err()
		}
	}
	return nil
}

// submitted writes what a request asks for in words.
func submitted(ctx context.Context, tx database.Conn, r Roadmap, q Request) (string, error) {
	names, err := loadRequestNames(ctx, tx, r)
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(names.submitted(q))
	if err != nil {
		return "", fmt.Errorf("write the content of request %d: %w", q.ID, err)
	}
	return string(data), nil
}
