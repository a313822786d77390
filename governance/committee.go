package governance

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// CommitteeID is the key of a committee.
type CommitteeID int64

// Level is the level of a committee.
type Level string

// Operations monthly, tactics quarterly, strategy half-yearly or yearly.
const (
	Operational Level = "operational"
	Tactical    Level = "tactical"
	Strategic   Level = "strategic"
)

// Committee is a governance body of one roadmap.
type Committee struct {
	ID             CommitteeID
	OrganisationID int64
	RoadmapID      portfolio.RoadmapID
	Code           string
	Name           string
	Level          Level
	Cadence        cadence.Rule
	TimeZone       string     // IANA name
	Locale         string     // language of its packs: fr or en
	LeadDays       int        // its pack is frozen that many days before the sitting
	From           civil.Date // first day on which it may sit
	Until          civil.Date // last one; zero: no end
	Version        int64
	CreatedAt      time.Time // its slots count from here on
	Members        []Member
}

// Place is where the committee stands among the scopes of rights.
func (c Committee) Place() identity.Scope {
	return identity.Scope{Organisation: c.OrganisationID, Roadmap: int64(c.RoadmapID), Committee: int64(c.ID)}
}

// Validate reports every rule the committee breaks.
func (c Committee) Validate() error {
	f := c.Cadence.Validate()
	// It stands in addresses, where dots alone mean another place.
	f.Check(strings.Trim(c.Code, ".") != "" && strings.TrimSpace(c.Code) == c.Code && utf8.RuneCountInString(c.Code) <= 64 && plain(c.Code), "code", "input.code_form")
	f.Check(!fault.Blank(c.Name), "name", "input.required")
	f.Check(utf8.RuneCountInString(c.Name) <= 300, "name", "input.too_long", 300)
	f.Check(plain(c.Name), "name", "input.control_character")
	for _, m := range c.Members {
		for _, broken := range m.broken() {
			f.Add("members", broken.Key, broken.Args...)
		}
	}
	switch c.Level {
	case Operational, Tactical, Strategic:
	default:
		f.Add("level", "input.unknown_value", string(c.Level))
	}
	_, err := time.LoadLocation(c.TimeZone)
	f.Check(err == nil && c.TimeZone != "" && c.TimeZone != "Local", "time_zone", "input.time_zone", c.TimeZone)
	f.Check(c.Locale == "fr" || c.Locale == "en", "locale", "input.unknown_value", c.Locale)
	f.Check(c.LeadDays >= 0 && c.LeadDays <= 90, "lead_days", "committee.lead_days")
	f.Check(!c.From.IsZero(), "from", "input.required")
	f.Check(c.Until.IsZero() || !c.Until.Before(c.From), "until", "input.end_before_start", c.From, c.Until)
	return f.Err()
}

// plain tells whether the text can stand on one line of any page.
func plain(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) }

// Location is the time zone of the committee.
func (c Committee) Location() *time.Location {
	loc, err := time.LoadLocation(c.TimeZone)
	if err != nil { // Validate refused it: only a damaged row gets here
		return time.UTC
	}
	return loc
}

// Sittings lists the next n sittings from a day on, within the committee's life.
func (c Committee) Sittings(from civil.Date, n int) []SittingLine {
	if from.Before(c.From) {
		from = c.From
	}
	out := []SittingLine{}
	for _, o := range c.Cadence.NextSittings(from, n) {
		if c.Until.IsZero() || !o.On.After(c.Until) {
			out = append(out, SittingLine{Period: o.Period.String(), On: o.On})
		}
	}
	return out
}

// FreezablePeriods lists the periods whose pack can be made by hand: the one of today and those before it, newest first, within
// the committee's life. A committee that has not sat yet prepares its first sitting.
func (c Committee) FreezablePeriods(today civil.Date, n int) []string {
	out := []string{}
	for p := cadence.PeriodOf(c.Cadence.Frequency, today); len(out) < n; p = p.Previous() {
		on := c.Cadence.Sitting(p)
		if on.IsZero() || on.Before(c.From) {
			break
		}
		if c.Until.IsZero() || !on.After(c.Until) {
			out = append(out, p.String())
		}
	}
	if len(out) == 0 {
		for _, first := range c.Sittings(today, 1) {
			out = append(out, first.Period)
		}
	}
	return out
}

// Member is a person of a committee.
type Member struct {
	ID      int64
	UserID  int64 // their account; 0: none is known
	Name    string
	Role    string
	Email   string // "" for readers who do not look after the committee
	Version int64
}

// Validate reports every rule the member breaks.
func (m Member) Validate() error { return m.broken().Err() }

func (m Member) broken() (f fault.Fields) {
	f.Check(!fault.Blank(m.Name), "name", "input.required")
	f.Check(m.Email == "" || mailbox(m.Email), "email", "member.email")
	for _, text := range []struct{ field, value string }{{"name", m.Name}, {"role", m.Role}, {"email", m.Email}} {
		f.Check(plain(text.value), text.field, "input.control_character")
		f.Check(utf8.RuneCountInString(text.value) <= memberText, text.field, "input.too_long", memberText)
	}
	return f
}

// memberText is the length of a member's name, role or e-mail.
const memberText = 254

// mailbox tells whether the text is an e-mail address and nothing else: no name, no comment, no list.
func mailbox(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

// NewCommittee starts a committee from a cadence rule and members as people type them: "Name" or
// "Name, role".
func NewCommittee(rule string, members []string) (Committee, error) {
	r, err := cadence.ParseRule(rule)
	if err != nil {
		return Committee{}, err
	}
	c := Committee{Cadence: r}
	for _, m := range members {
		name, role, _ := strings.Cut(m, ",")
		c.Members = append(c.Members, Member{Name: strings.TrimSpace(name), Role: strings.TrimSpace(role)})
	}
	return c, nil
}
