package portfolio

import (
	"context"
	"encoding/json"
	"fmt"

	"jalon/identity"
	"jalon/internal/database"
)

// PersonRequest is a request that the person wrote, or that names them.
type PersonRequest struct {
	Code  string       `json:"code"`
	Title string       `json:"title"`
	State RequestState `json:"state"`
	Role  string       `json:"role"` // requester (wrote it), requested_by or sponsor
}

// findPersonRequests lists the requests of a person that the actor may be told: those that they wrote, and those that name them.
func findPersonRequests(ctx context.Context, db database.Conn, actor identity.Actor, orgs []int64, u identity.User) ([]PersonRequest, error) {
	var rows []requestRow
	err := db.NewSelect().Model(&rows).Where("requester_id = ?", u.ID).
		WhereOr("(organisation_id IN (?) AND ? <> '' AND (requested_by = ? OR sponsor = ?))", database.In(orgs), u.Name, u.Name, u.Name).OrderExpr("organisation_id, year, number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list requests of user %d: %w", u.ID, err)
	}
	out := []PersonRequest{}
	for _, row := range rows {
		q := row.request()
		add := func(role string) { out = append(out, PersonRequest{q.Code(), q.Title, q.State, role}) }
		if q.RequesterID == u.ID && actor.MayLearnOf(u, q.OrganisationID) {
			add("requester")
		}
		if u.Name == "" || q.Submissions == 0 || !actor.May(identity.PermReadPortfolio, q.Place()) {
			continue
		}
		if q.RequestedBy == u.Name {
			add("requested_by")
		}
		if q.Sponsor == u.Name {
			add("sponsor")
		}
	}
	return out, nil
}

// eraseFromRequests takes a person out of requests: those that they wrote are nobody's any more and are looked after by who examines requests; where the
// name stands to the letter, also in what was submitted, the pseudonym takes its place.
func eraseFromRequests(ctx context.Context, tx database.Conn, orgs []int64, u identity.User, pseudonym string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE request SET requester_id = NULL WHERE requester_id = ?", u.ID); err != nil {
		return fmt.Errorf("take requests from user %d: %w", u.ID, err)
	}
	if u.Name == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE request SET sponsor = CASE WHEN sponsor = ? THEN ? ELSE sponsor END, requested_by = CASE WHEN requested_by = ? THEN ? ELSE requested_by END,
		version = version + 1 WHERE organisation_id IN (?) AND (sponsor = ? OR requested_by = ?)`, u.Name, pseudonym, u.Name, pseudonym, database.In(orgs), u.Name, u.Name)
	if err != nil {
		return fmt.Errorf("rename person in requests: %w", err)
	}
	return renameInSubmissions(ctx, tx, orgs, u.Name, pseudonym)
}

func renameInSubmissions(ctx context.Context, tx database.Conn, orgs []int64, name, pseudonym string) error {
	var rows []requestEventRow
	err := tx.NewSelect().Model(&rows).Column("id", "organisation_id", "content").Where("organisation_id IN (?) AND content <> ''", database.In(orgs)).OrderExpr("organisation_id, id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("list submissions: %w", err)
	}
	for _, row := range rows {
		var c SubmittedRequest
		if err := json.Unmarshal([]byte(row.Content), &c); err != nil {
			return fmt.Errorf("read submission %d: %w", row.ID, err)
		}
		if c.Sponsor != name && c.RequestedBy != name {
			continue
		}
		for _, field := range []*string{&c.Sponsor, &c.RequestedBy} {
			if *field == name {
				*field = pseudonym
			}
		}
		data, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("write submission %d: %w", row.ID, err)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE request_event SET content = ? WHERE organisation_id = ? AND id = ?", string(data), row.OrganisationID, row.ID); err != nil {
			return fmt.Errorf("rename person in submission %d: %w", row.ID, err)
		}
	}
	return nil
}
