package demo

import (
	"context"
	"fmt"

	"jalon/identity"
	"jalon/portfolio"
)

// Password is that of every account of the demonstration. It is known to all, which is why the demonstration
// serves the machine it runs on and nobody else.
const Password = "haute-sevrane-2026"

// Account is a person of the demonstration with one role.
type Account struct {
	Email string
	Name  string
	Roles []identity.Role
	Scope identity.ScopeKind
	// Project is the code of the project that a narrower role is about; Committee that of a committee.
	Project   string
	Committee string
}

// network is above the authority, which has released its running roadmap to it.
var network = identity.Organisation{Code: "reseau-massif", Name: "Réseau numérique des départements du Massif", Kind: identity.KindNetwork, Currency: "EUR", Locale: "fr", TimeZone: "Europe/Paris"}

// Accounts lists the people who can sign in to the demonstration, one for every sort of reader.
func Accounts() []Account {
	whole := identity.ScopeOrganisation
	return []Account{
		{Email: "maud.lescure@haute-sevrane.example", Name: "Maud Lescure", Roles: []identity.Role{identity.RoleRoadmapManager, identity.RoleAdministrator}, Scope: whole},
		{Email: "laurent.pradeilles@haute-sevrane.example", Name: "Laurent Pradeilles", Roles: []identity.Role{identity.RoleFinance}, Scope: whole},
		{Email: "lea.chambon@haute-sevrane.example", Name: "Léa Chambon", Roles: []identity.Role{identity.RoleProjectManager}, Scope: identity.ScopeProject, Project: "DEM-01"},
		{Email: "nathalie.quemener@haute-sevrane.example", Name: "Nathalie Quéméner", Roles: []identity.Role{identity.RoleCommitteeMember}, Scope: identity.ScopeCommittee, Committee: "cotac"},
		{Email: "agent@haute-sevrane.example", Name: "Agathe Lecteur", Roles: []identity.Role{identity.RoleReader}, Scope: whole},
	}
}

// networkAccount sees what authorities released to their network.
var networkAccount = Account{Email: "animation@reseau-massif.example", Name: "Bruno Vidal", Roles: []identity.Role{identity.RoleAdministrator, identity.RoleReader}, Scope: identity.ScopeOrganisation}

// AllAccounts lists everybody who can sign in, the people of the network last.
func AllAccounts() []Account { return append(Accounts(), networkAccount) }

// people makes the accounts, of those who keep the books before there are any.
func (l *loader) people(ctx context.Context) error {
	for _, a := range Accounts() {
		if err := l.account(ctx, l.org, a); err != nil {
			return fmt.Errorf("demonstration, account %s: %w", a.Email, err)
		}
	}
	if err := l.account(ctx, l.network, networkAccount); err != nil {
		return fmt.Errorf("demonstration, account %s: %w", networkAccount.Email, err)
	}
	return nil
}

// release shows the running roadmap to the network.
func (l *loader) release(ctx context.Context) error {
	for _, r := range l.story.Roadmaps {
		if r.Status != string(portfolio.RoadmapRunning) {
			continue
		}
		held, err := l.Portfolio.Roadmap(ctx, l.actor, l.roadmaps[r.Code])
		if err != nil {
			return err
		}
		if err := l.Portfolio.Release(ctx, l.actor, held.ID, held.Version, true); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) account(ctx context.Context, o identity.Organisation, a Account) error {
	user, _, err := l.Identity.AddUser(ctx, l.actor, identity.UserInput{OrganisationID: o.ID, Email: a.Email, Name: a.Name, Password: Password})
	if err != nil {
		return err
	}
	g := identity.Grant{OrganisationID: o.ID, UserID: user.ID, Scope: a.Scope}
	switch {
	case a.Project != "":
		for _, projects := range l.projects {
			if id, ok := projects[a.Project]; ok {
				g.SubjectID = int64(id)
			}
		}
	case a.Committee != "":
		c, err := l.Governance.Committee(ctx, l.actor, a.Committee, l.clock.Now())
		if err != nil {
			return err
		}
		g.SubjectID = int64(c.ID)
	}
	var grants []identity.Grant
	for _, role := range a.Roles {
		g.Role = role
		granted, err := l.Identity.AddGrant(ctx, l.actor, g)
		if err != nil {
			return err
		}
		grants = append(grants, granted)
	}
	if o.ID == l.org.ID {
		l.accounts[a.Roles[0]] = identity.SignedIn(user.ID, a.Name, grants...)
	}
	return nil
}
