package finance

import (
	"context"
	"fmt"

	"jalon/identity"
	"jalon/internal/database"
)

// The functions of this file are steps of identity's use cases on personal data: they work inside its
// transaction, and it has checked the permission and writes the audit entry.

// ErasePerson puts the pseudonym in the place of a person on the certificates that they signed or ended. No seal holds a name, so none breaks. All else names
// people by their number.
func ErasePerson(ctx context.Context, tx database.Conn, u identity.User, pseudonym string) error {
	who := fmt.Sprintf("user:%d", u.ID)
	for _, column := range []string{"signed", "reopened"} {
		if _, err := tx.ExecContext(ctx, "UPDATE certificate SET "+column+"_label = ? WHERE "+column+"_by = ?", pseudonym, who); err != nil {
			return fmt.Errorf("erase a person from certificates: %w", err)
		}
	}
	return nil
}

// signatureLine is a certificate that the person signed or ended.
type signatureLine struct {
	Organisation string `json:"organisation" bun:"organisation"`
	Year         string `json:"year" bun:"year"`
	Period       int    `json:"period" bun:"period"`
	Signed       string `json:"signed_as" bun:"signed_label"`
	Reopened     string `json:"reopened_as" bun:"reopened_label"`

	OrganisationID int64 `json:"-" bun:"organisation_id"`
}

// PersonalData gives what is held about a person and the actor may be told: the certificates that they signed or ended.
func PersonalData(ctx context.Context, db database.Conn, actor identity.Actor, u identity.User) (any, error) {
	who := fmt.Sprintf("user:%d", u.ID)
	var all []signatureLine
	err := db.NewRaw(`SELECT c.organisation_id, o.code AS organisation, y.code AS year, c.period, CASE WHEN c.signed_by = ?0 THEN c.signed_label ELSE '' END AS signed_label,
			CASE WHEN c.reopened_by = ?0 THEN c.reopened_label ELSE '' END AS reopened_label
		FROM certificate AS c JOIN organisation AS o ON o.id = c.organisation_id JOIN fiscal_year AS y ON y.organisation_id = c.organisation_id AND y.id = c.fiscal_year_id
		WHERE c.signed_by = ?0 OR c.reopened_by = ?0 ORDER BY c.id`, who).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("list the certificates of a person: %w", err)
	}
	told := make([]signatureLine, 0, len(all))
	for _, l := range all {
		if actor.UserID == u.ID || actor.May(identity.PermEditUsers, identity.Within(l.OrganisationID)) {
			told = append(told, l)
		}
	}
	return told, nil
}
