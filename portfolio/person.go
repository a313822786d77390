package portfolio

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
)

// PersonRecord is what the register holds about a person who has an account.
type PersonRecord struct {
	StatusReports    []PersonStatus   `json:"status_reports"`
	Responsibilities []Responsibility `json:"responsibilities"`
	Views            []PersonView     `json:"saved_views"`
	Requests         []PersonRequest  `json:"requests"`
	Scores           []PersonScore    `json:"scores"`
}

// PersonStatus is a status report that the person signed.
type PersonStatus struct {
	Project       Head       `json:"project"`
	Period        string     `json:"period"`
	On            civil.Date `json:"on"`
	Schedule      Side       `json:"schedule"`
	Cost          Side       `json:"cost"`
	Scope         Side       `json:"scope"`
	People        Side       `json:"people"`
	Summary       string     `json:"summary"`
	NextSteps     string     `json:"next_steps"`
	NeedsDecision string     `json:"needs_decision"`
}

// Responsibility is a roadmap or a project that names the person.
type Responsibility struct {
	Noun string `json:"noun"` // roadmap or project
	Code string `json:"code"`
	Name string `json:"name"`
	Role string `json:"role"` // manager or sponsor
}

// PersonView is a view that the person saved.
type PersonView struct {
	Roadmap Head   `json:"roadmap"`
	Name    string `json:"name"`
	Query   string `json:"query"`
	Shared  bool   `json:"shared"`
}

// PersonalData gathers what the register holds about a person and the actor may be told, for identity's export. Who bears a name
// is told by nothing but the name, which people choose themselves: what names the person is told to who may read it anyway.
func PersonalData(ctx context.Context, db database.Conn, actor identity.Actor, u identity.User) (any, error) {
	out := PersonRecord{}
	orgs, err := personOrganisations(ctx, db, u)
	if err != nil {
		return nil, err
	}
	if out.StatusReports, err = findPersonStatuses(ctx, db, actor, u); err != nil {
		return nil, err
	}
	if u.Name == "" {
		out.Responsibilities = []Responsibility{}
	} else if out.Responsibilities, err = findResponsibilities(ctx, db, actor, orgs, u.Name); err != nil {
		return nil, err
	}
	if out.Views, err = findPersonViews(ctx, db, actor, u); err != nil {
		return nil, err
	}
	if out.Requests, err = findPersonRequests(ctx, db, actor, orgs, u); err != nil {
		return nil, err
	}
	out.Scores, err = findPersonScores(ctx, db, actor, u)
	return out, err
}

// ErasePerson puts a pseudonym in the place of a person, inside the transaction in which identity
// erases the account: under status reports, and as manager or sponsor where the name stands to the letter
// in an organisation of theirs. What they saved for themselves goes. Reports are built anew, and forms
// that still show the name are refused.
func ErasePerson(ctx context.Context, tx database.Conn, u identity.User, pseudonym string) error {
	orgs, err := personOrganisations(ctx, tx, u)
	if err != nil {
		return err
	}
	// The roadmaps come first, as in every booking: they hold back whoever books in them.
	if err := bumpAuthored(ctx, tx, u.ID); err != nil {
		return err
	}
	if u.Name != "" { // an empty field names nobody
		if err := eraseName(ctx, tx, orgs, u.Name, pseudonym); err != nil {
			return err
		}
	}
	if err := renameAuthor(ctx, tx, u.ID, pseudonym); err != nil {
		return err
	}
	if err := eraseFromRequests(ctx, tx, orgs, u, pseudonym); err != nil {
		return err
	}
	if err := renameScorer(ctx, tx, u.ID, pseudonym); err != nil {
		return err
	}
	return deleteViews(ctx, tx, u.ID)
}

func eraseName(ctx context.Context, tx database.Conn, orgs []int64, name, pseudonym string) error {
	if err := bumpNaming(ctx, tx, orgs, name); err != nil {
		return err
	}
	if err := renamePerson(ctx, tx, orgs, name, pseudonym); err != nil {
		return err
	}
	return renameInBulks(ctx, tx, orgs, name, pseudonym)
}

// personOrganisations lists where a person belongs: at home and wherever they hold a grant.
func personOrganisations(ctx context.Context, db database.Conn, u identity.User) ([]int64, error) {
	orgs, err := findGrantOrganisations(ctx, db, u.ID)
	if err != nil {
		return nil, err
	}
	orgs = append(orgs, u.OrganisationID)
	for _, g := range u.Grants {
		orgs = append(orgs, g.OrganisationID)
	}
	slices.Sort(orgs)
	return slices.Compact(orgs), nil
}

// rename puts the pseudonym where a field names the person.
func (f *bulkFields) rename(name, pseudonym string) {
	for _, field := range []*string{f.Manager, f.Sponsor} {
		if field != nil && *field == name {
			*field = pseudonym
		}
	}
}
