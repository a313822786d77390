package views

import (
	"html/template"
	"strings"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
)

// Addresses of the pages of one's own account.
const (
	AccountPasswordURL  = "/account/password"
	AccountFactorURL    = "/account/two-factor"
	AccountFactorBegin  = "/account/two-factor/begin"
	AccountFactorCodes  = "/account/two-factor/codes"
	AccountFactorEnd    = "/account/two-factor/end"
	AccountSessionsEnd  = "/account/sessions/end"
	AccountDataURL      = "/account/data.json"
	accountSessionsPath = "/account/sessions/"
)

// AccountPage is what people see of their own account.
type AccountPage struct {
	Base
	User     identity.User // with all grants
	Sessions []identity.SessionLine
	Location *time.Location
	Form     Form
}

func (AccountPage) template() string { return "account" }

// OwnFields are what people say of themselves.
func (p Printer) OwnFields(u identity.User) []Field {
	return []Field{
		{Name: "name", Label: p.T("label.person_name"), Value: u.Name, Required: true, MaxSize: 200, Autocomplete: "name"},
		{Name: "locale", Label: p.T("label.locale"), Help: p.T("account.locale.help"), Type: "select", Value: u.Locale, Options: p.LocaleChoices(true)},
		{Name: "shortcuts", Label: p.T("account.shortcuts"), Help: p.T("account.shortcuts.help"), Type: "checkbox", Checked: u.Shortcuts},
	}
}

// LocaleChoices lists the languages, each in its own; inherited adds that of the organisation.
func (p Printer) LocaleChoices(inherited bool) []Choice {
	var out []Choice
	if inherited {
		out = append(out, Choice{Text: p.T("locale.inherited")})
	}
	for _, lang := range Languages {
		out = append(out, Choice{Value: lang, Text: languageNames[lang]})
	}
	return out
}

// onClock writes an instant on the clock of a place, to the minute; none is a dash.
func (p Printer) onClock(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return Dash
	}
	local := t.In(loc)
	return p.T("web.packs.at", civil.DateOf(t, loc), p.clock(local.Hour(), local.Minute()))
}

// RoleName names a role, with a capital where a line begins with it.
func (p Printer) RoleName(r identity.Role) string { return p.T("role." + string(r)) }

// Place says where a grant holds, in words.
func (p Printer) Place(g identity.GrantLine) string {
	if g.Scope == identity.ScopeOrganisation {
		return p.T("grant.place.whole", g.Organisation)
	}
	return p.T("grant.place."+string(g.Scope)) + " " + g.Subject
}

// OwnRole is a role of the reader in words.
type OwnRole struct{ Role, What, Place, Organisation string }

// Roles writes out what the reader may do, and where.
func (p AccountPage) Roles() []OwnRole {
	out := make([]OwnRole, len(p.User.Grants))
	for i, g := range p.User.Grants {
		out[i] = OwnRole{Role: p.RoleName(g.Role), What: p.T("role." + string(g.Role) + ".text"), Place: p.Place(g), Organisation: g.Organisation}
		if g.Scope == identity.ScopeOrganisation {
			out[i].Organisation = ""
		}
	}
	return out
}

// SessionRow is a browser in which the reader is signed in.
type SessionRow struct {
	Agent, Began, Seen string
	Current            bool
	End                Form
}

// Browsers lists where the reader is signed in.
func (p AccountPage) Browsers() []SessionRow {
	out := make([]SessionRow, len(p.Sessions))
	for i, s := range p.Sessions {
		row := SessionRow{Agent: s.Agent, Began: p.onClock(s.CreatedAt, p.Location), Seen: p.onClock(s.LastSeenAt, p.Location), Current: s.Current}
		if row.Agent == "" {
			row.Agent = p.T("account.session.unknown")
		}
		row.End = p.Act(accountSessionsPath+idText(s.ID)+"/end", p.T("account.session.end"), p.T("account.session.end.label", row.Agent, row.Began), 0)
		out[i] = row
	}
	return out
}

// Others tells that the reader is signed in elsewhere too.
func (p AccountPage) Others() bool { return len(p.Sessions) > 1 }

// EndOthers is the button that ends all other sessions.
func (p AccountPage) EndOthers() Form {
	return p.Act(AccountSessionsEnd, p.T("account.session.end_others"), "", 0)
}

// TwoFactorPage says how the second factor stands, and offers to begin with one.
type TwoFactorPage struct {
	Base
	On    bool
	Begin Form
}

func (TwoFactorPage) template() string { return "two_factor" }

// FactorSetupPage shows the secret that an authenticator app needs, and asks for its first code.
type FactorSetupPage struct {
	Base
	Picture template.URL // of the secret, as a QR code; "" when it is not shown again
	Secret  string
	Form    Form
}

func (FactorSetupPage) template() string { return "factor_setup" }

// Groups writes the secret in groups of four, as people type it.
func (p FactorSetupPage) Groups() string {
	var b strings.Builder
	for i, r := range p.Secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// SecretPage shows what is shown only once: recovery codes, or a link to hand over.
type SecretPage struct {
	Base
	Text  []string
	Label string   // of the secrets
	Lines []string // one a line
	After []string
	Next  Link
}

func (SecretPage) template() string { return "secret" }

// All is the secrets as one text, to copy.
func (p SecretPage) All() string { return strings.Join(p.Lines, "\n") }

// Rows is how many lines the field that shows them has.
func (p SecretPage) Rows() int { return max(len(p.Lines), 3) }
