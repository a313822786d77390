package views

import (
	"net/url"
	"strconv"
	"strings"

	"jalon/identity"
)

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// Addresses of the pages of one organisation.

func organisationPath(id int64) string { return OrganisationsURL + "/" + idText(id) }

// OrganisationEditURL is where an organisation says what it is.
func OrganisationEditURL(id int64) string { return organisationPath(id) + "/edit" }

// OrganisationUsersURL lists the accounts of an organisation.
func OrganisationUsersURL(id int64) string { return organisationPath(id) + "/users" }

// NewUserURL is where somebody is invited.
func NewUserURL(id int64) string { return OrganisationUsersURL(id) + "/new" }

// OrganisationGrantsURL lists who was granted what in an organisation.
func OrganisationGrantsURL(id int64) string { return organisationPath(id) + "/grants" }

// NewOrganisationGrantURL is where a role is given by e-mail address.
func NewOrganisationGrantURL(id int64) string { return OrganisationGrantsURL(id) + "/new" }

// PersonalDataURL is the register of what an organisation holds about people.
func PersonalDataURL(id int64) string { return organisationPath(id) + "/personal-data" }

// TrailURL is the audit trail of an organisation.
func TrailURL(id int64, q url.Values) string { return withQuery(organisationPath(id)+"/audit", q) }

// TrailFileURL is the same search as a file.
func TrailFileURL(id int64, q url.Values) string {
	return withQuery(organisationPath(id)+"/audit.csv", q)
}

// UserURL is an account, as who looks after it sees it; act names what is done to it, "" for the page itself.
func UserURL(id int64, act string) string {
	path := "/users/" + idText(id)
	if act != "" {
		path += "/" + act
	}
	return path
}

// organisationPages lists the pages about an organisation that the viewer may open.
func (b Base) organisationPages(o identity.Organisation) []Tab {
	here := identity.Within(o.ID)
	var out []Tab
	add := func(allowed bool, key, address string) {
		if allowed {
			out = append(out, Tab{Text: b.T(key), URL: address, Current: b.Path == address})
		}
	}
	add(o.Kind == identity.KindNetwork && b.May(identity.PermReadNetwork, here), "network.title", NetworkURL(o.ID))
	add(b.May(identity.PermEditUsers, here), "users.title", OrganisationUsersURL(o.ID))
	add(b.May(identity.PermEditUsers, here), "grants.title", OrganisationGrantsURL(o.ID))
	add(b.May(identity.PermReadAudit, here), "trail.title", TrailURL(o.ID, nil))
	add(b.May(identity.PermEditUsers, here), "register.title", PersonalDataURL(o.ID))
	add(b.May(identity.PermEditOrganisation, here), "organisation.edit", OrganisationEditURL(o.ID))
	return out
}

// OrganisationsPage lists the organisations in which the reader holds a role.
type OrganisationsPage struct {
	Base
	Organisations []identity.Organisation
}

func (OrganisationsPage) template() string { return "organisations" }

// OrganisationCard is an organisation with what the reader may do there.
type OrganisationCard struct {
	Code, Name, Kind string
	Network          bool
	Pages            []Tab
}

// Cards writes out the organisations.
func (p OrganisationsPage) Cards() []OrganisationCard {
	out := make([]OrganisationCard, len(p.Organisations))
	for i, o := range p.Organisations {
		out[i] = OrganisationCard{Code: o.Code, Name: o.Name, Kind: p.T("organisation.kind." + o.Kind), Network: o.Kind == identity.KindNetwork, Pages: p.organisationPages(o)}
	}
	return out
}

// OrganisationFields are what an organisation says of itself.
func (p Printer) OrganisationFields(o identity.Organisation) []Field {
	months := make([]Choice, 12)
	for i := range months {
		months[i] = Choice{Value: strconv.Itoa(i + 1), Text: p.Month(i + 1)}
	}
	return []Field{
		{Name: "name", Label: p.T("label.organisation_name"), Value: o.Name, Required: true, MaxSize: 200},
		{Name: "code", Label: p.T("label.organisation_code"), Help: p.T("organisation.code.help"), Value: o.Code, Required: true, MaxSize: 64},
		{Name: "locale", Label: p.T("label.locale"), Help: p.T("organisation.locale.help"), Type: "select", Value: o.Locale, Options: p.LocaleChoices(false)},
		{Name: "time_zone", Label: p.T("label.zone"), Help: p.T("organisation.zone.help"), Value: o.TimeZone, Suggestions: zones, Required: true, MaxSize: 64},
		{Name: "currency", Label: p.T("label.currency_code"), Help: p.T("organisation.currency.help"), Value: string(o.Currency), Required: true, MaxSize: 3},
		{Name: "fiscal_year", Label: p.T("label.fiscal_year"), Help: p.T("organisation.fiscal.help"), Type: "select", Value: strconv.Itoa(max(int(o.Fiscal.Month), 1)), Options: months},
		{Name: "fiscal_day", Label: p.T("label.fiscal_day"), Type: "number", Value: strconv.Itoa(max(o.Fiscal.Day, 1)), InputMode: "numeric", Required: true},
		{Name: "retention_months", Label: p.T("label.retention_months"), Help: p.T("organisation.retention.help"), Type: "number", Value: strconv.Itoa(o.RetentionMonths), Unit: p.T("admin.months"), InputMode: "numeric", Required: true},
	}
}

// UsersPage lists the people of an organisation.
type UsersPage struct {
	Base
	Organisation identity.Organisation
	Text         string // what the list was narrowed to
	Users        []identity.User
	Total        int // that match, of which Users are the first
	MailFailed   int // messages that were given up
}

func (UsersPage) template() string { return "users" }

// Pages lists the pages about the organisation.
func (p UsersPage) Pages() []Tab { return p.organisationPages(p.Organisation) }

// NewURL is where somebody is invited.
func (p UsersPage) NewURL() string { return NewUserURL(p.Organisation.ID) }

// UserRow is an account in the list.
type UserRow struct {
	URL, Name, Email, Home string
	Status, StatusCode     string
	Factor                 string
	Roles                  []string
	Seen                   string
}

// Rows writes out the accounts. One that another organisation looks after has no link.
func (p UsersPage) Rows() []UserRow {
	out := make([]UserRow, len(p.Users))
	for i, u := range p.Users {
		r := UserRow{Name: u.Name, Email: u.Email, Status: p.UserStatus(u.Status), StatusCode: string(u.Status), Factor: p.yesNo(u.TwoFactor), Seen: p.onClock(u.LastSeenAt, p.Organisation.Location())}
		if u.OrganisationID == p.Organisation.ID {
			r.URL = UserURL(u.ID, "")
		} else {
			r.Home = u.Organisation
		}
		for _, g := range u.Grants {
			role := p.RoleName(g.Role)
			if g.Scope != identity.ScopeOrganisation {
				role += " (" + p.Place(g) + ")"
			}
			r.Roles = append(r.Roles, role)
		}
		out[i] = r
	}
	return out
}

// UserStatus names where an account stands.
func (p Printer) UserStatus(s identity.UserStatus) string { return p.T("user.status." + string(s)) }

func (p Printer) yesNo(yes bool) string {
	if yes {
		return p.T("form.yes")
	}
	return p.T("form.no")
}

// UserFields are what an administrator says of an account.
func (p Printer) UserFields(u identity.User) []Field {
	return []Field{
		{Name: "name", Label: p.T("label.person_name"), Value: u.Name, Required: true, MaxSize: 200},
		{Name: "email", Label: p.T("field.email"), Help: p.T("user.email.help"), Type: "email", Value: u.Email, Required: true, MaxSize: 254},
		{Name: "locale", Label: p.T("label.locale"), Type: "select", Value: u.Locale, Options: p.LocaleChoices(true)},
	}
}

// RoleField is the name of the checkbox of a role.
func RoleField(r identity.Role) string { return "role_" + string(r) }

// RoleFields are the roles of a new account, to tick.
func (p Printer) RoleFields() []Field {
	out := []Field{{Name: "roles", Type: "heading", Label: p.T("user.roles"), Help: p.T("user.roles.help")}}
	for _, r := range identity.Roles {
		out = append(out, Field{Name: RoleField(r), Label: p.RoleName(r), Help: p.T("role." + string(r) + ".text"), Type: "checkbox"})
	}
	return out
}

// RoleChoices lists the roles.
func (p Printer) RoleChoices() []Choice {
	out := make([]Choice, len(identity.Roles))
	for i, r := range identity.Roles {
		out[i] = Choice{Value: string(r), Text: p.RoleName(r) + p.T("list.colon") + p.T("role."+string(r)+".text")}
	}
	return out
}

// UserPage is an account, as who looks after it sees it.
type UserPage struct {
	Base
	Organisation identity.Organisation
	User         identity.User // with the grants that the reader may see
	Message      string        // why something was not done
}

func (UserPage) template() string { return "user" }

// Status, Since and Seen are facts of the account.
func (p UserPage) Status() string { return p.UserStatus(p.User.Status) }

// Since is when the account was made.
func (p UserPage) Since() string { return p.onClock(p.User.CreatedAt, p.Organisation.Location()) }

// Seen is when it was last used.
func (p UserPage) Seen() string { return p.onClock(p.User.LastSeenAt, p.Organisation.Location()) }

// Language is the one that the person is written to in.
func (p UserPage) Language() string {
	if name, ok := languageNames[p.User.Locale]; ok {
		return name
	}
	return p.T("locale.inherited")
}

// URL is the address of a page about the account.
func (p UserPage) URL(act string) string { return UserURL(p.User.ID, act) }

// Acts are the buttons of the account.
func (p UserPage) Acts() []Form {
	u := p.User
	act := func(name, key, label string) Form {
		return p.Act(UserURL(u.ID, name), p.T(key), p.T(label, u.Name), u.Version)
	}
	var out []Form
	if p.Viewer == nil || p.Viewer.Actor.UserID == u.ID { // on oneself the page of one's own account works, which asks for the password
		return out
	}
	if u.Status == identity.StatusDisabled {
		out = append(out, act("enable", "user.enable", "user.enable.label"))
	} else {
		out = append(out, act("reset", "user.reset", "user.reset.label"), act("disable", "user.disable", "user.disable.label"))
	}
	if u.TwoFactor {
		out = append(out, act("end-two-factor", "user.end_factor", "user.end_factor.label"))
	}
	return out
}

// Erasable tells that the account can be erased by the reader: nobody erases themself.
func (p UserPage) Erasable() bool { return p.Viewer != nil && p.Viewer.Actor.UserID != p.User.ID }

// GrantRow is a grant with its button.
type GrantRow struct {
	Name, Email, URL         string // of the user
	Role, Place, By, Granted string
	Revoke                   Form
}

// Grants lists the grants of the account.
func (p UserPage) Grants() []GrantRow {
	out := make([]GrantRow, len(p.User.Grants))
	for i, g := range p.User.Grants {
		out[i] = p.grantRow(p.Organisation, g, UserURL(p.User.ID, "grants/"+idText(g.ID)+"/revoke"))
		if g.Scope != identity.ScopeOrganisation && g.OrganisationID != p.Organisation.ID {
			out[i].Place += " · " + g.Organisation
		}
	}
	return out
}

func (b Base) grantRow(o identity.Organisation, g identity.GrantLine, revoke string) GrantRow {
	r := GrantRow{Name: g.UserName, Email: g.UserEmail, Role: b.RoleName(g.Role), Place: b.Place(g), By: g.GrantedBy, Granted: b.onClock(g.CreatedAt, o.Location())}
	r.Revoke = b.Act(revoke, b.T("grant.revoke"), b.T("grant.revoke.label", r.Role, g.UserName, r.Place), 0)
	return r
}

// GrantsPage lists who was granted what in an organisation.
type GrantsPage struct {
	Base
	Organisation identity.Organisation
	Text         string
	Lines        []identity.GrantLine
	Total        int // that match, of which Lines are the first
	Message      string
}

func (GrantsPage) template() string { return "grants" }

// Pages lists the pages about the organisation.
func (p GrantsPage) Pages() []Tab { return p.organisationPages(p.Organisation) }

// NewURL is where a role is given.
func (p GrantsPage) NewURL() string { return NewOrganisationGrantURL(p.Organisation.ID) }

// Rows writes out the grants.
func (p GrantsPage) Rows() []GrantRow {
	out := make([]GrantRow, len(p.Lines))
	for i, g := range p.Lines {
		out[i] = p.grantRow(p.Organisation, g, OrganisationGrantsURL(p.Organisation.ID)+"/"+idText(g.ID)+"/revoke")
	}
	return out
}

// GrantChoices are what a grant can be on.
type GrantChoices struct {
	Roadmaps, Committees []Choice
	Projects             []string // codes, to suggest; none when there are too many
}

// GrantFields ask for a role and where it holds.
func (p Printer) GrantFields(c GrantChoices) []Field {
	scopes := make([]Choice, len(identity.ScopeKinds))
	for i, k := range identity.ScopeKinds {
		scopes[i] = Choice{Value: string(k), Text: capital(p.T("grant.place." + string(k)))}
	}
	none := []Choice{{Text: p.T("grant.choose")}}
	return []Field{
		{Name: "role", Label: p.T("label.role"), Type: "select", Options: append(none, p.RoleChoices()...), Required: true},
		{Name: "scope", Label: p.T("label.scope"), Help: p.T("grant.scope.help"), Type: "radio", Value: string(identity.ScopeOrganisation), Options: scopes, Required: true},
		{Name: "roadmap", Label: p.T("label.grant_roadmap"), Help: p.T("grant.roadmap.help"), Type: "select", Options: append(none, c.Roadmaps...)},
		{Name: "project", Label: p.T("label.grant_project"), Help: p.T("grant.project.help"), Suggestions: c.Projects, MaxSize: 64},
		{Name: "committee", Label: p.T("label.grant_committee"), Help: p.T("grant.committee.help"), Type: "select", Options: append(none, c.Committees...)},
	}
}

// capital writes the first letter of a text as a capital.
func capital(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}
