package portfolio

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// RequestFilter narrows a list of requests. The zero value asks for all.
type RequestFilter struct {
	States []RequestState
	Own    bool       // those that the actor wrote
	From   civil.Date // whose last step was on this day or later; zero: whenever
	Until  civil.Date
	Zone   *time.Location // of those days; nil: UTC
}

// admits tells whether the last step of a request lies within the days.
func (f RequestFilter) admits(at time.Time) bool {
	zone := f.Zone
	if zone == nil {
		zone = time.UTC
	}
	day := civil.DateOf(at, zone)
	return (f.From.IsZero() || !day.Before(f.From)) && (f.Until.IsZero() || !day.After(f.Until))
}

// Requests lists the requests of a roadmap that the actor may see: what was submitted, and their own drafts.
func (s *Service) Requests(ctx context.Context, actor identity.Actor, id RoadmapID, f RequestFilter, today civil.Date) (RequestList, error) {
	return s.listRequests(ctx, actor, id, f, today, func(Request) bool { return true })
}

// Renunciations is the register of what was submitted and then deferred, refused or withdrawn.
func (s *Service) Renunciations(ctx context.Context, actor identity.Actor, id RoadmapID, f RequestFilter, today civil.Date) (RequestList, error) {
	if len(f.States) == 0 {
		f.States = []RequestState{RequestDeferred, RequestRefused, RequestWithdrawn}
	}
	return s.listRequests(ctx, actor, id, f, today, Request.Renounced)
}

func (s *Service) listRequests(ctx context.Context, actor identity.Actor, id RoadmapID, f RequestFilter, today civil.Date, keep func(Request) bool) (RequestList, error) {
	list := RequestList{Lines: []RequestLine{}}
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return list, err
	}
	list.Roadmap, list.Currency = Head{r.Code, r.Name}, r.Currency
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		names, err := loadRequestNames(ctx, tx, r)
		if err != nil {
			return err
		}
		all, err := findRequests(ctx, tx, r, requestFilter{owner: requestOwnerOf(actor, r)})
		if err != nil {
			return err
		}
		for _, q := range all {
			if q.DueOn(today) {
				list.Due++
			}
			if keep(q) && (len(f.States) == 0 || slices.Contains(f.States, q.State)) && (!f.Own || q.ownedBy(actor)) && f.admits(q.ChangedAt) {
				list.Lines = append(list.Lines, names.line(q, actor))
			}
		}
		return nil
	})
	return list, err
}

// DueRequests counts what is to be looked at again on a day, for who examines the requests of a roadmap; for anybody else there is nothing to do.
func (s *Service) DueRequests(ctx context.Context, actor identity.Actor, id RoadmapID, today civil.Date) (int, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil || !actor.May(identity.PermExamineRequest, r.Place()) {
		return 0, err
	}
	return countDueRequests(ctx, s.db.Read(), r, today)
}

// Request gives a request with all that its page shows.
func (s *Service) Request(ctx context.Context, actor identity.Actor, id RequestID) (RequestReport, error) {
	var rep RequestReport
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		q, r, err := seeRequest(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		rep, err = requestReport(ctx, tx, actor, q, r)
		return err
	})
	return rep, err
}

func requestReport(ctx context.Context, tx database.Conn, actor identity.Actor, q Request, r Roadmap) (RequestReport, error) {
	rep := RequestReport{Request: q, Roadmap: Head{r.Code, r.Name}, Currency: r.Currency, Costs: q.Costs}
	var err error
	if rep.Organisation, err = findOrganisationHead(ctx, tx, r.OrganisationID); err != nil {
		return rep, err
	}
	names, err := loadRequestNames(ctx, tx, r)
	if err != nil {
		return rep, err
	}
	owner := requestOwnerOf(actor, r)
	rep.Line, rep.ThemeCode, rep.Skills = names.line(q, actor), names.themes[q.ThemeID].Code, names.order
	rep.Quarters = quartersOf(r, q.Skills, q.span())
	rep.Requires, rep.Excludes = names.linked(q.Links, LinkRequires, owner), names.linked(q.Links, LinkExcludes, owner)
	if rep.RequiredBy, err = names.requiredBy(ctx, tx, r, q, owner); err != nil {
		return rep, err
	}
	if q.ProjectID != 0 {
		rep.Project = names.subjects[Subject{Project: q.ProjectID}].Head
	}
	if rep.Line.CostHidden {
		rep.CostHidden, rep.Costs, rep.Request.Costs = true, nil, nil
	}
	if rep.Events, err = findRequestEvents(ctx, tx, q); err != nil {
		return rep, err
	}
	hands := requestHands(actor, q)
	rep.Editable, rep.Examines, rep.Writes = q.editable(hands), slices.Contains(hands, HandExaminer), slices.Contains(hands, HandRequester)
	for _, t := range Transitions {
		if t.Open(q.State, hands...) {
			rep.Steps = append(rep.Steps, t)
		}
	}
	return rep, nil
}

// requiredBy lists the requests that require one.
func (n requestNames) requiredBy(ctx context.Context, db database.Conn, r Roadmap, q Request, owner requestOwner) ([]LinkedSubject, error) {
	requires, err := findRequires(ctx, db, r)
	if err != nil {
		return nil, err
	}
	out := []LinkedSubject{}
	for from, to := range requires {
		if name := n.subjects[Subject{Request: from}]; slices.Contains(to, q.ID) && name.seenBy(owner) {
			out = append(out, LinkedSubject{name.Subject, name.Head, name.state})
		}
	}
	slices.SortFunc(out, func(a, b LinkedSubject) int { return int(a.Request - b.Request) })
	return out, nil
}

// CompareSubmissions holds two submissions of a request side by side, by the numbers of their events. With 0 for both, the last two.
func (s *Service) CompareSubmissions(ctx context.Context, actor identity.Actor, id RequestID, before, after int) (RequestComparison, error) {
	var c RequestComparison
	q, r, err := seeRequest(ctx, s.db.Read(), actor, id)
	if err != nil {
		return c, err
	}
	c.Code, c.Title, c.Currency, c.CostHidden = q.Code(), q.Title, r.Currency, !q.showsCost(actor)
	events, err := findRequestEvents(ctx, s.db.Read(), q)
	if err != nil {
		return c, err
	}
	for _, e := range events {
		if e.Submitted {
			c.Numbers = append(c.Numbers, e.Number)
		}
	}
	if len(c.Numbers) == 0 {
		return c, fault.NotFound("submission", int64(after))
	}
	if before == 0 && after == 0 {
		after = c.Numbers[len(c.Numbers)-1]
		before = c.Numbers[max(0, len(c.Numbers)-2)]
	}
	if c.Before, c.Was, err = s.submission(ctx, q, before, c.CostHidden); err != nil {
		return c, err
	}
	c.After, c.Is, err = s.submission(ctx, q, after, c.CostHidden)
	return c, err
}

func (s *Service) submission(ctx context.Context, q Request, number int, blind bool) (RequestEvent, SubmittedRequest, error) {
	var content SubmittedRequest
	e, err := findSubmission(ctx, s.db.Read(), q, number)
	if err != nil {
		return e, content, err
	}
	if err := json.Unmarshal([]byte(e.Content), &content); err != nil {
		return e, content, fmt.Errorf("read submission %d of request %d: %w", number, q.ID, err)
	}
	e.Content = ""
	if blind {
		content.Costs = nil
	}
	return e, content, nil
}
