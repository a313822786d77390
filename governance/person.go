package governance

import (
	"context"
	"slices"
	"strings"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
)

// The functions of this file are steps of identity's use cases on personal data: they work inside its
// transaction, and it has checked the permission and writes the audit entry.

// ErasePerson puts the pseudonym in the place of a person: as author of decisions and as member of
// committees. Packs are frozen archives and keep the names that they showed.
func ErasePerson(ctx context.Context, tx database.Conn, u identity.User, pseudonym string) error {
	if err := eraseAuthor(ctx, tx, u.ID, pseudonym); err != nil {
		return err
	}
	f, err := memberships(ctx, tx, u)
	if err != nil {
		return err
	}
	return eraseMembers(ctx, tx, f, pseudonym)
}

// personalData is what governance holds about a person.
type personalData struct {
	Memberships []membership `json:"memberships"`
	Decisions   []authorship `json:"decisions"`
}

// membership is a committee that the person belongs to.
type membership struct {
	Organisation string `json:"organisation" bun:"organisation"`
	Committee    string `json:"committee" bun:"committee"`
	Name         string `json:"name" bun:"name"`
	Role         string `json:"role" bun:"role"`
	Email        string `json:"email" bun:"email"`

	OrganisationID int64 `json:"-" bun:"organisation_id"`
}

// authorship is a decision that the person wrote down. What was decided belongs to the organisation, and
// is not for whoever looks after the person's account elsewhere.
type authorship struct {
	Organisation string     `json:"organisation"`
	Reference    string     `json:"reference"`
	On           civil.Date `json:"on"`
	Author       string     `json:"author"`

	organisationID int64
}

// PersonalData gives what is held about a person and the actor may be told: their seats in committees and the
// decisions that they wrote down.
func PersonalData(ctx context.Context, db database.Conn, actor identity.Actor, u identity.User) (any, error) {
	f, err := memberships(ctx, db, u)
	if err != nil {
		return nil, err
	}
	var out personalData
	if out.Memberships, err = findMemberships(ctx, db, f); err != nil {
		return nil, err
	}
	out.Memberships = slices.DeleteFunc(out.Memberships, func(m membership) bool { return !actor.MayLearnOf(u, m.OrganisationID) })
	out.Decisions, err = findAuthorships(ctx, db, u.ID)
	out.Decisions = slices.DeleteFunc(out.Decisions, func(d authorship) bool { return !actor.MayLearnOf(u, d.organisationID) })
	return out, err
}

// memberFilter finds the seats of a person: those that name their account, and in the organisations
// that know the account those that name its e-mail. An organisation that does not know it is not
// reached by an address that anybody may type into an account of their own.
type memberFilter struct {
	user          int64
	organisations []int64
	email         string // folded
}

func memberships(ctx context.Context, db database.Conn, u identity.User) (memberFilter, error) {
	granted, err := findGrantedOrganisations(ctx, db, u.ID)
	f := memberFilter{user: u.ID, organisations: append(granted, u.OrganisationID), email: strings.ToLower(u.Email)}
	for _, g := range u.Grants { // those that the transaction may have ended already
		f.organisations = append(f.organisations, g.OrganisationID)
	}
	slices.Sort(f.organisations)
	f.organisations = slices.Compact(f.organisations)
	return f, err
}
