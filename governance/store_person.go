package governance

import (
	"context"
	"fmt"

	"jalon/internal/civil"
	"jalon/internal/database"
)

// findGrantedOrganisations lists the organisations in which an account was granted something.
func findGrantedOrganisations(ctx context.Context, db database.Conn, user int64) (out []int64, err error) {
	if err := db.NewRaw("SELECT DISTINCT organisation_id FROM access_grant WHERE user_id = ? ORDER BY organisation_id", user).Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list organisations of account %d: %w", user, err)
	}
	return out, nil
}

// eraseAuthor renames the author of the decisions that an account wrote down. It is the one thing of
// a decision that changes.
func eraseAuthor(ctx context.Context, tx database.Conn, user int64, pseudonym string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE decision SET author = ? WHERE author_id = ?", pseudonym, user); err != nil {
		return fmt.Errorf("erase author: %w", err)
	}
	return nil
}

// where is the filter as a condition on the table of members.
func (f memberFilter) where() (string, []any) {
	if f.email == "" { // erased already: other members without an address are others
		return "m.user_id = ?", []any{f.user}
	}
	return "(m.user_id = ? OR (m.organisation_id IN (?) AND lower(m.email) = ?))", []any{f.user, database.In(f.organisations), f.email}
}

// eraseMembers puts a pseudonym in the place of the members.
func eraseMembers(ctx context.Context, tx database.Conn, f memberFilter, pseudonym string) error {
	where, args := f.where()
	if _, err := tx.NewRaw("UPDATE committee_member AS m SET name = ?, email = '', version = version + 1 WHERE "+where, append([]any{pseudonym}, args...)...).Exec(ctx); err != nil {
		return fmt.Errorf("erase members: %w", err)
	}
	return nil
}

// findMemberships lists the seats of a person.
func findMemberships(ctx context.Context, db database.Conn, f memberFilter) ([]membership, error) {
	where, args := f.where()
	out := []membership{}
	err := db.NewRaw(`SELECT o.name AS organisation, o.id AS organisation_id, c.name AS committee, m.name, m.role, m.email FROM committee_member AS m
		JOIN committee AS c ON c.organisation_id = m.organisation_id AND c.id = m.committee_id
		JOIN organisation AS o ON o.id = m.organisation_id WHERE `+where+" ORDER BY m.organisation_id, m.id", args...).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("list memberships: %w", err)
	}
	return out, nil
}

// findAuthorships lists all decisions that an account wrote down: who asks for their data is given all of it.
func findAuthorships(ctx context.Context, db database.Conn, user int64) ([]authorship, error) {
	var rows []struct {
		Organisation   string     `bun:"organisation"`
		OrganisationID int64      `bun:"organisation_id"`
		Year           int        `bun:"year"`
		Number         int        `bun:"number"`
		On             civil.Date `bun:"decided_on"`
		Author         string     `bun:"author"`
	}
	err := db.NewRaw(`SELECT o.name AS organisation, o.id AS organisation_id, d.year, d.number, d.decided_on, d.author FROM decision AS d
		JOIN organisation AS o ON o.id = d.organisation_id WHERE d.author_id = ? ORDER BY d.organisation_id, d.id`, user).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list decisions of account %d: %w", user, err)
	}
	out := make([]authorship, len(rows))
	for i, r := range rows {
		out[i] = authorship{Organisation: r.Organisation, Reference: Decision{Year: r.Year, Number: r.Number}.Reference(), On: r.On, Author: r.Author, organisationID: r.OrganisationID}
	}
	return out, nil
}
