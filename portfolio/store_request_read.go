package portfolio

import (
	"context"
	"fmt"

	"jalon/internal/civil"
	"jalon/internal/database"
)

// requestFilter narrows the requests of a roadmap.
type requestFilter struct {
	states []RequestState // empty: all
	// owner is who sees requests that were never submitted: their own. The zero value sees none of them.
	owner requestOwner
}

// requestOwner says whose requests that were never submitted are seen: those of an account, those that no account holds any more, or all.
type requestOwner struct {
	user   int64
	orphan bool
	all    bool
}

// sees tells whether a request that was submitted so often and that an account wrote may be seen.
func (o requestOwner) sees(submissions int, requester int64) bool {
	return o.all || submissions > 0 || (requester != 0 && requester == o.user) || (requester == 0 && o.orphan)
}

// findRequest loads a request with its content.
func findRequest(ctx context.Context, db database.Conn, id RequestID) (Request, error) {
	var row requestRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	if err := database.One(err, "request", int64(id)); err != nil {
		return Request{}, err
	}
	all := []Request{row.request()}
	err = loadRequestParts(ctx, db, row.OrganisationID, all)
	return all[0], err
}

// findRequests lists requests of a roadmap with their contents, by number.
func findRequests(ctx context.Context, db database.Conn, r Roadmap, f requestFilter) ([]Request, error) {
	q := db.NewSelect().Model((*requestRow)(nil)).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("year, number")
	if len(f.states) > 0 {
		q = q.Where("state IN (?)", database.In(f.states))
	}
	if !f.owner.all {
		q = q.Where("(submissions > 0 OR requester_id = ? OR (requester_id IS NULL AND ?))", f.owner.user, f.owner.orphan)
	}
	var rows []requestRow
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	out := database.Convert(rows, requestRow.request)
	return out, loadRequestParts(ctx, db, r.OrganisationID, out)
}

// loadRequestParts fills in costs, skills and links of requests of one organisation.
func loadRequestParts(ctx context.Context, db database.Conn, organisation int64, all []Request) error {
	if len(all) == 0 {
		return nil
	}
	at, ids := make(map[RequestID]*Request, len(all)), make([]RequestID, len(all))
	for i := range all {
		at[all[i].ID], ids[i] = &all[i], all[i].ID
	}
	var costs []requestCostRow
	if err := db.NewSelect().Model(&costs).Where("organisation_id = ? AND request_id IN (?)", organisation, database.In(ids)).OrderExpr("request_id, year, section DESC").Scan(ctx); err != nil {
		return fmt.Errorf("list costs of requests: %w", err)
	}
	for _, c := range costs {
		r := at[c.RequestID]
		r.Costs = append(r.Costs, YearAmount{c.Year, c.Section, c.Amount})
	}
	var skills []requestSkillRow
	if err := db.NewSelect().Model(&skills).Where("organisation_id = ? AND request_id IN (?)", organisation, database.In(ids)).OrderExpr("request_id, quarter, skill_id").Scan(ctx); err != nil {
		return fmt.Errorf("list skills of requests: %w", err)
	}
	for _, n := range skills {
		r := at[n.RequestID]
		r.Skills = append(r.Skills, SkillNeed{n.SkillID, n.Quarter, n.Tenths})
	}
	var links []requestLinkRow
	if err := db.NewSelect().Model(&links).Where("organisation_id = ? AND request_id IN (?)", organisation, database.In(ids)).OrderExpr("request_id, kind DESC, id").Scan(ctx); err != nil {
		return fmt.Errorf("list links of requests: %w", err)
	}
	for _, l := range links {
		r := at[l.RequestID]
		r.Links = append(r.Links, RequestLink{l.Kind, Subject{Request: l.OtherRequest, Project: l.OtherProject}})
	}
	return nil
}

// linkName is what a subject of links is called.
type linkName struct {
	Subject
	Head
	state       RequestState // "" of a project
	submissions int
	requester   int64
}

// seenBy tells whether an owner of drafts sees the subject among others' links.
func (n linkName) seenBy(o requestOwner) bool {
	return n.Project != 0 || o.sees(n.submissions, n.requester)
}

// findLinkNames names all that requests of a roadmap may point to: its requests and its projects.
func findLinkNames(ctx context.Context, db database.Conn, r Roadmap) ([]linkName, error) {
	var requests []requestRow
	err := db.NewSelect().Model(&requests).Column("id", "year", "number", "title", "state", "submissions", "requester_id").
		Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("year, number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("name requests: %w", err)
	}
	var projects []projectRow
	err = db.NewSelect().Model(&projects).Column("id", "code", "name").Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("code, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("name projects: %w", err)
	}
	out := make([]linkName, 0, len(requests)+len(projects))
	for _, q := range requests {
		out = append(out, linkName{Subject: Subject{Request: q.ID}, Head: Head{requestCode(q.Year, q.Number), q.Title}, state: q.State, submissions: q.Submissions,
			requester: q.RequesterID})
	}
	for _, p := range projects {
		out = append(out, linkName{Subject: Subject{Project: p.ID}, Head: Head{p.Code, p.Name}})
	}
	return out, nil
}

// findRequires gives what each request of a roadmap requires of other requests.
func findRequires(ctx context.Context, db database.Conn, r Roadmap) (map[RequestID][]RequestID, error) {
	var rows []requestLinkRow
	err := db.NewRaw(`SELECT l.request_id, l.other_request_id FROM request_link AS l JOIN request AS q ON q.organisation_id = l.organisation_id AND q.id = l.request_id
		WHERE l.organisation_id = ? AND q.roadmap_id = ? AND l.kind = ? AND l.other_request_id IS NOT NULL`, r.OrganisationID, r.ID, LinkRequires).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list what requests require: %w", err)
	}
	out := map[RequestID][]RequestID{}
	for _, l := range rows {
		out[l.RequestID] = append(out[l.RequestID], l.OtherRequest)
	}
	return out, nil
}

// countDueRequests counts what was submitted, deferred or refused, and is to be looked at again by a day.
func countDueRequests(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) (n int, err error) {
	err = db.NewRaw(`SELECT count(*) FROM request WHERE organisation_id = ? AND roadmap_id = ? AND state IN ('deferred', 'refused') AND reconsider_on <= ?`,
		r.OrganisationID, r.ID, day).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count requests that are due: %w", err)
	}
	return n, nil
}

// findRequestTexts gives what can be compared of the requests of a roadmap, without their parts.
func findRequestTexts(ctx context.Context, db database.Conn, r Roadmap, owner requestOwner) ([]Request, error) {
	var rows []requestRow
	err := db.NewSelect().Model(&rows).Column("id", "year", "number", "title", "need", "state", "submissions", "requester_id", "project_id").
		Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("year, number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the texts of requests: %w", err)
	}
	out := []Request{}
	for _, row := range rows {
		if owner.sees(row.Submissions, row.RequesterID) {
			out = append(out, row.request())
		}
	}
	return out, nil
}

func findOrganisationHead(ctx context.Context, db database.Conn, id int64) (Head, error) {
	var h Head
	if err := db.NewRaw("SELECT code, name FROM organisation WHERE id = ?", id).Scan(ctx, &h.Code, &h.Name); err != nil {
		return h, fmt.Errorf("name organisation %d: %w", id, err)
	}
	return h, nil
}
