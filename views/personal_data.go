package views

import "jalon/identity"

// RegisterPage is the register of what this software holds about people, as article 30 of the General Data
// Protection Regulation asks the controller to keep one.
type RegisterPage struct {
	Base
	Organisation identity.Organisation
	Accounts     []AccountCount
}

func (RegisterPage) template() string { return "register" }

// AccountCount is how many accounts have a status.
type AccountCount struct {
	Status identity.UserStatus
	N      int
}

// Pages lists the pages about the organisation.
func (p RegisterPage) Pages() []Tab { return p.organisationPages(p.Organisation) }

// UsersURL lists the accounts.
func (p RegisterPage) UsersURL() string { return OrganisationUsersURL(p.Organisation.ID) }

// EditURL is where the retention is set.
func (p RegisterPage) EditURL() string { return OrganisationEditURL(p.Organisation.ID) }

// MayEdit tells whether the reader may set the retention.
func (p RegisterPage) MayEdit() bool {
	return p.May(identity.PermEditOrganisation, identity.Within(p.Organisation.ID))
}

// processings are the entries of the register; their texts stand in the catalogues.
var processings = []string{"accounts", "steering", "trail", "mail", "protection"}

// Processing is one entry of the register.
type Processing struct{ Name, Purpose, People, Data, Recipients, Retention string }

// Register writes out the entries.
func (p RegisterPage) Register() []Processing {
	out := make([]Processing, len(processings))
	for i, name := range processings {
		say := func(part string, args ...any) string {
			key := "register." + name + "." + part
			return p.T(key, args...)
		}
		out[i] = Processing{Name: say("name"), Purpose: say("purpose"), People: say("people"), Data: say("data"), Recipients: say("recipients"),
			Retention: say("retention", p.Organisation.RetentionMonths)}
	}
	return out
}

// StatusCount is how many accounts have a status, in words.
type StatusCount struct{ Status, N string }

// Counts writes out how many accounts there are.
func (p RegisterPage) Counts() []StatusCount {
	out := make([]StatusCount, len(p.Accounts))
	for i, a := range p.Accounts {
		out[i] = StatusCount{p.UserStatus(a.Status), p.Int(int64(a.N))}
	}
	return out
}
