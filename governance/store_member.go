package governance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

type memberRow struct {
	bun.BaseModel  `bun:"table:committee_member"`
	ID             int64       `bun:"id,pk,autoincrement"`
	OrganisationID int64       `bun:"organisation_id"`
	CommitteeID    CommitteeID `bun:"committee_id"`
	UserID         int64       `bun:"user_id,nullzero"`
	Name           string      `bun:"name"`
	Role           string      `bun:"role"`
	Email          string      `bun:"email"`
	Position       int         `bun:"position"`
	Version        int64       `bun:"version"`
}

func (r memberRow) member() Member {
	return Member{ID: r.ID, UserID: r.UserID, Name: r.Name, Role: r.Role, Email: r.Email, Version: r.Version}
}

// insertMembers adds members behind those that the committee has, and gives them their ids.
func insertMembers(ctx context.Context, tx database.Conn, c Committee, members []Member) error {
	if len(members) == 0 {
		return nil
	}
	var last int
	if err := tx.NewRaw("SELECT COALESCE(MAX(position), 0) FROM committee_member WHERE organisation_id = ? AND committee_id = ?", c.OrganisationID, c.ID).Scan(ctx, &last); err != nil {
		return fmt.Errorf("count members: %w", err)
	}
	rows := make([]*memberRow, len(members))
	for i, m := range members {
		rows[i] = &memberRow{OrganisationID: c.OrganisationID, CommitteeID: c.ID, UserID: m.UserID, Name: m.Name, Role: m.Role, Email: m.Email, Position: last + i + 1, Version: 1}
	}
	if err := database.BulkIDs(ctx, tx, rows); err != nil {
		return fmt.Errorf("save members: %w", err)
	}
	for i, r := range rows {
		members[i] = r.member()
	}
	return nil
}

// updateMember writes the member over the version that it was read in.
func updateMember(ctx context.Context, tx database.Conn, c Committee, m *Member) error {
	row := memberRow{UserID: m.UserID, Name: m.Name, Role: m.Role, Email: m.Email, Version: m.Version + 1}
	res, err := tx.NewUpdate().Model(&row).Column("user_id", "name", "role", "email", "version").
		Where("organisation_id = ? AND committee_id = ? AND id = ? AND version = ?", c.OrganisationID, c.ID, m.ID, m.Version).Exec(ctx)
	if err := database.Updated(res, err, "member", m.Name); err != nil {
		return err
	}
	m.Version = row.Version
	return nil
}

// deleteMember removes the member in the version that it was read in.
func deleteMember(ctx context.Context, tx database.Conn, c Committee, m Member) error {
	res, err := tx.NewDelete().Model((*memberRow)(nil)).Where("organisation_id = ? AND committee_id = ? AND id = ? AND version = ?", c.OrganisationID, c.ID, m.ID, m.Version).Exec(ctx)
	return database.Updated(res, err, "member", m.Name)
}

// findMember loads a member and the committee that they belong to.
func findMember(ctx context.Context, db database.Conn, id int64) (Member, CommitteeID, error) {
	var row memberRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row.member(), row.CommitteeID, database.One(err, "member", id)
}

// findMembers lists the members of committees.
func findMembers(ctx context.Context, db database.Conn, cards []CommitteeCard) (map[CommitteeID][]Member, error) {
	if len(cards) == 0 {
		return nil, nil
	}
	organisations, ids := keysOf(cards)
	var rows []memberRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id IN (?) AND committee_id IN (?)", organisations, ids).OrderExpr("committee_id, position, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	out := map[CommitteeID][]Member{}
	for _, r := range rows {
		out[r.CommitteeID] = append(out[r.CommitteeID], r.member())
	}
	return out, nil
}

// knowsAccount tells whether an account belongs to the organisation or was granted something there.
func knowsAccount(ctx context.Context, db database.Conn, organisation, user int64) (bool, error) {
	var n int
	err := db.NewRaw(`SELECT count(*) FROM user_account AS u WHERE u.id = ? AND u.status <> 'erased' AND (u.organisation_id = ?
		OR EXISTS (SELECT 1 FROM access_grant AS g WHERE g.user_id = u.id AND g.organisation_id = ?))`, user, organisation, organisation).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look for account %d: %w", user, err)
	}
	return n > 0, nil
}
