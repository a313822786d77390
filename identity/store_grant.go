package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/fault"
)

type grantRow struct {
	bun.BaseModel  `bun:"table:access_grant,alias:g"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	UserID         int64     `bun:"user_id"`
	Role           Role      `bun:"role"`
	Scope          ScopeKind `bun:"scope"`
	RoadmapID      *int64    `bun:"roadmap_id"`
	ProjectID      *int64    `bun:"project_id"`
	CommitteeID    *int64    `bun:"committee_id"`
	GrantedBy      string    `bun:"granted_by"`
	CreatedAt      time.Time `bun:"created_at"`

	Organisation string `bun:"organisation,scanonly"`
	UserName     string `bun:"user_name,scanonly"`
	UserEmail    string `bun:"user_email,scanonly"`
	SubjectCode  string `bun:"subject_code,scanonly"`
	SubjectName  string `bun:"subject_name,scanonly"`
}

func (r grantRow) grant() Grant {
	g := Grant{ID: r.ID, OrganisationID: r.OrganisationID, UserID: r.UserID, Role: r.Role, Scope: r.Scope, GrantedBy: r.GrantedBy, CreatedAt: instant(r.CreatedAt)}
	for _, subject := range []*int64{r.RoadmapID, r.ProjectID, r.CommitteeID} {
		if subject != nil {
			g.SubjectID = *subject
		}
	}
	return g
}

func (r grantRow) line() GrantLine {
	return GrantLine{Grant: r.grant(), Organisation: r.Organisation, Subject: strings.TrimSpace(r.SubjectCode + " " + r.SubjectName), UserName: r.UserName, UserEmail: r.UserEmail}
}

// insertGrant books a grant. What it is on must belong to the organisation: the keys of the table hold that.
func insertGrant(ctx context.Context, tx database.Conn, g *Grant, now time.Time) error {
	row := grantRow{OrganisationID: g.OrganisationID, UserID: g.UserID, Role: g.Role, Scope: g.Scope, GrantedBy: g.GrantedBy, CreatedAt: database.Instant(now)}
	switch g.Scope {
	case ScopeOrganisation:
	case ScopeRoadmap:
		row.RoadmapID = &g.SubjectID
	case ScopeProject:
		row.ProjectID = &g.SubjectID
	case ScopeCommittee:
		row.CommitteeID = &g.SubjectID
	}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		switch database.Classify(err) {
		case database.Unique:
			return fault.Conflict("grant.taken")
		case database.ForeignKey:
			return unknownSubject(g)
		}
		return fmt.Errorf("save grant: %w", err)
	}
	g.ID, g.CreatedAt = row.ID, row.CreatedAt
	return nil
}

// unknownSubject says what a grant names that is not there.
func unknownSubject(g *Grant) error {
	switch g.Scope {
	case ScopeRoadmap:
		return fault.NotFound("roadmap", g.SubjectID)
	case ScopeProject:
		return fault.NotFound("project", g.SubjectID)
	case ScopeCommittee:
		return fault.NotFound("committee", g.SubjectID)
	}
	return fault.NotFound("organisation", g.OrganisationID)
}

func findGrant(ctx context.Context, db database.Conn, id int64) (Grant, error) {
	var row grantRow
	err := db.NewSelect().Model(&row).Where("g.id = ?", id).Scan(ctx)
	return row.grant(), database.One(err, "grant", id)
}

func deleteGrant(ctx context.Context, tx database.Conn, g Grant) (bool, error) {
	res, err := tx.ExecContext(ctx, "DELETE FROM access_grant WHERE organisation_id = ? AND id = ?", g.OrganisationID, g.ID)
	return met(res, err, "revoke grant")
}

func deleteGrants(ctx context.Context, tx database.Conn, user int64) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM access_grant WHERE user_id = ?", user); err != nil {
		return fmt.Errorf("revoke grants: %w", err)
	}
	return nil
}

// hasGrant tells whether a user holds any grant in an organisation.
func hasGrant(ctx context.Context, db database.Conn, organisation, user int64) (bool, error) {
	var n int
	if err := db.NewRaw("SELECT count(*) FROM access_grant WHERE organisation_id = ? AND user_id = ?", organisation, user).Scan(ctx, &n); err != nil {
		return false, fmt.Errorf("look for grants: %w", err)
	}
	return n > 0, nil
}

// findGrants lists the grants of an organisation, those of a user, or both; 0 does not narrow. The names of what is granted are
// read from the tables of the domains that hold them, which know nothing of it.
func findGrants(ctx context.Context, db database.Conn, organisation, user int64) ([]GrantLine, error) {
	var rows []grantRow
	q := db.NewSelect().Model(&rows).ColumnExpr("g.*, o.name AS organisation, u.name AS user_name, u.email AS user_email").
		ColumnExpr("COALESCE(r.code, p.code, c.code, '') AS subject_code, COALESCE(r.name, p.name, c.name, '') AS subject_name").
		Join("JOIN organisation AS o ON o.id = g.organisation_id").Join("JOIN user_account AS u ON u.id = g.user_id").
		Join("LEFT JOIN roadmap AS r ON r.organisation_id = g.organisation_id AND r.id = g.roadmap_id").
		Join("LEFT JOIN project AS p ON p.organisation_id = g.organisation_id AND p.id = g.project_id").
		Join("LEFT JOIN committee AS c ON c.organisation_id = g.organisation_id AND c.id = g.committee_id")
	if organisation != 0 {
		q = q.Where("g.organisation_id = ?", organisation)
	}
	if user != 0 {
		q = q.Where("g.user_id = ?", user)
	}
	if err := q.OrderExpr("o.name, o.id, u.name, u.id, g.id").Limit(maxListed).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list grants: %w", err)
	}
	return database.Convert(rows, grantRow.line), nil
}

// findAdministered lists the organisations of which a user is an administrator.
func findAdministered(ctx context.Context, db database.Conn, user int64) ([]int64, error) {
	var out []int64
	err := db.NewRaw("SELECT DISTINCT organisation_id FROM access_grant WHERE user_id = ? AND role = ? AND scope = ? ORDER BY organisation_id",
		user, RoleAdministrator, ScopeOrganisation).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("list administered organisations: %w", err)
	}
	return out, nil
}

// lockOrganisation makes others who lock the organisation wait for the end of the transaction.
func lockOrganisation(ctx context.Context, tx database.Conn, id int64) error {
	if _, err := tx.ExecContext(ctx, "UPDATE organisation SET version = version WHERE id = ?", id); err != nil {
		return fmt.Errorf("lock organisation: %w", err)
	}
	return nil
}

// countAdministrators counts who can look after an organisation now.
func countAdministrators(ctx context.Context, tx database.Conn, organisation int64) (n int, err error) {
	err = tx.NewRaw(`SELECT count(DISTINCT g.user_id) FROM access_grant g JOIN user_account u ON u.id = g.user_id
		WHERE g.organisation_id = ? AND g.role = ? AND g.scope = ? AND u.status = ?`, organisation, RoleAdministrator, ScopeOrganisation, StatusActive).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count administrators: %w", err)
	}
	return n, nil
}
