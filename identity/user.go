package identity

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"jalon/internal/fault"
)

// UserStatus is where an account stands.
type UserStatus string

// An invited user has not chosen a password yet; an erased one is a number that what they did still names.
const (
	StatusInvited  UserStatus = "invited"
	StatusActive   UserStatus = "active"
	StatusDisabled UserStatus = "disabled"
	StatusErased   UserStatus = "erased"
)

// User is an account of a person. It belongs to one organisation, which looks after it; grants say
// what the person may do, there and elsewhere.
type User struct {
	ID             int64
	OrganisationID int64
	Organisation   string // name of the organisation
	Email          string
	Name           string
	Status         UserStatus
	Locale         string // "": that of the organisation
	Shortcuts      bool   // single keys act as shortcuts
	HasPassword    bool
	TwoFactor      bool
	Version        int64
	CreatedAt      time.Time
	LastSeenAt     time.Time
	Grants         []GrantLine
}

// account is a user with what only sign-ins need.
type account struct {
	User
	hash               string // of the password; "": none
	secret             string // of the second factor, sealed
	lastStep           int64  // of the second factor, the last one used
	organisationLocale string
}

// language is the one in which the person is written to.
func (a account) language() string {
	if a.Locale != "" {
		return a.Locale
	}
	return a.organisationLocale
}

// actor names the person in the trail of what they did to their own account.
func (a account) actor() Actor { return SignedIn(a.ID, a.Name) }

// GrantLine is a grant with the names that people know its ends by.
type GrantLine struct {
	Grant
	Organisation string
	Subject      string // code and name of the roadmap, project or committee; "" for the organisation
	UserName     string
	UserEmail    string
}

// UserInput is what an administrator says of an account. Roles are granted in the whole organisation.
// Without a password the person chooses one by a link.
type UserInput struct {
	OrganisationID int64
	Email          string
	Name           string
	Locale         string
	Password       string
	Roles          []Role
}

// OwnInput is what people say of their own account.
type OwnInput struct {
	Name      string
	Locale    string
	Shortcuts bool
}

// Limits of what an account holds, in characters.
const (
	maxEmail = 254 // RFC 5321: a path of 256 with its brackets
	maxName  = 200
)

// cleanEmail trims an address and gives it with its folded form, by which it is unique; the check tells
// whether it is a plain address.
func cleanEmail(text string) (email, folded string, ok bool) {
	email = norm.NFC.String(strings.TrimSpace(text))
	a, err := mail.ParseAddress(email)
	ok = err == nil && a.Name == "" && a.Address == email && utf8.RuneCountInString(email) <= maxEmail && len(email) <= maxEmail && !strings.ContainsFunc(email, unicode.IsControl)
	return email, strings.ToLower(email), ok
}

// cleanName trims a name and puts it into one form of Unicode.
func cleanName(text string) string { return norm.NFC.String(strings.TrimSpace(text)) }

// checkName reports every rule that a person's name breaks.
func checkName(f *fault.Fields, name string) {
	f.Check(!fault.Blank(name), "name", "input.required")
	f.Check(utf8.RuneCountInString(name) <= maxName, "name", "input.too_long", maxName)
	f.Check(utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl), "name", "input.control_character")
}

// checkLocale reports a language that Jalon does not speak; "" stands for that of the organisation.
func checkLocale(f *fault.Fields, locale string) {
	f.Check(slices.Contains([]string{"", "fr", "en"}, locale), "locale", "input.unknown_value", locale)
}
