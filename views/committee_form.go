package views

import (
	"fmt"
	"strconv"
	"time"

	"jalon/governance"
	"jalon/governance/cadence"
	"jalon/internal/civil"
)

// CommitteeFormPage creates or changes a committee, and shows when it would sit.
type CommitteeFormPage struct {
	FormPage
	Coming    []ComingSitting // of the rule in the form; none when it is no rule
	Previewed bool            // the reader asked for them
}

func (CommitteeFormPage) template() string { return "committee_form" }

// previewed is how many sittings a preview lists.
const previewed = 3

// Preview lists the next sittings of a committee as it stands in the form.
func (p *CommitteeFormPage) Preview(c governance.Committee, today civil.Date) {
	p.Coming = p.comingSittings(c, c.Sittings(today, previewed))
}

// The two ways of naming a day of the month, as values of the field "sits".
const (
	SitsOnWeekday = "weekday"
	SitsOnDay     = "day"
)

// CommitteeFields are the fields of a committee, in the order of the page.
func (p Printer) CommitteeFields(c governance.Committee) []Field {
	fields := []Field{
		{Name: "code", Label: p.T("committee_form.code"), Help: p.T("committee_form.code.help"), Value: c.Code, Required: true, MaxSize: 64},
		{Name: "name", Label: p.T("committee_form.name"), Value: c.Name, Required: true, MaxSize: 300},
		{Name: "level", Label: p.T("web.committee.level"), Type: "select", Value: string(c.Level), Options: p.levels(), Required: true},
		{Name: "group_cadence", Type: "heading", Label: p.T("web.committee.cadence")},
	}
	fields = append(fields, p.cadenceFields(c.Cadence)...)
	return append(fields,
		Field{Name: "group_packs", Type: "heading", Label: p.T("web.committee.packs")},
		Field{Name: "lead_days", Label: p.T("committee_form.lead_days"), Help: p.T("committee_form.lead_days.help"), Type: "number", Value: strconv.Itoa(c.LeadDays), InputMode: "numeric", Unit: p.T("committee_form.days"), Required: true},
		Field{Name: "locale", Label: p.T("committee_form.locale"), Type: "select", Value: c.Locale, Options: p.languages(), Required: true},
		Field{Name: "time_zone", Label: p.T("web.committee.zone"), Help: p.T("committee_form.time_zone.help"), Value: c.TimeZone, Suggestions: zones, Required: true, MaxSize: 64},
		Field{Name: "group_life", Type: "heading", Label: p.T("committee_form.life")},
		Field{Name: "from", Label: p.T("committee_form.from"), Type: "date", Value: DateValue(c.From), Required: true},
		Field{Name: "until", Label: p.T("committee_form.until"), Help: p.T("committee_form.until.help"), Type: "date", Value: DateValue(c.Until)})
}

// zones are suggested; every other zone of the IANA database is taken as well.
var zones = []string{"Europe/Paris", "America/Cayenne", "America/Guadeloupe", "America/Martinique", "America/Miquelon", "Indian/Mayotte", "Indian/Reunion",
	"Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis", "Africa/Kigali", "Europe/Brussels", "UTC"}

func (p Printer) levels() []Choice {
	var out []Choice
	for _, l := range []governance.Level{governance.Operational, governance.Tactical, governance.Strategic} {
		out = append(out, Choice{Value: string(l), Text: p.T("level." + string(l))})
	}
	return out
}

func (p Printer) languages() []Choice {
	out := make([]Choice, len(Languages))
	for i, l := range Languages {
		out[i] = Choice{Value: l, Text: languageNames[l]}
	}
	return out
}

func (p Printer) cadenceFields(r cadence.Rule) []Field {
	sits, day, nth := SitsOnWeekday, 1, r.Nth
	if r.Day != 0 {
		sits, day, nth = SitsOnDay, r.Day, 1
	}
	weekday := r.Weekday
	if sits == SitsOnDay {
		weekday = time.Monday
	}
	return []Field{
		{Name: "frequency", Label: p.T("committee_form.frequency"), Type: "select", Value: string(r.Frequency), Options: p.frequencies(), Required: true},
		{Name: "month", Label: p.T("committee_form.month"), Help: p.T("committee_form.month.help"), Type: "select", Value: strconv.Itoa(r.Month), Options: p.months()},
		{Name: "sits", Label: p.T("committee_form.sits"), Type: "radio", Value: sits, Options: []Choice{{Value: SitsOnWeekday, Text: p.T("committee_form.sits.weekday")}, {Value: SitsOnDay, Text: p.T("committee_form.sits.day")}}},
		{Name: "nth", Label: p.T("committee_form.nth"), Type: "select", Value: strconv.Itoa(nth), Options: p.ordinals()},
		{Name: "weekday", Label: p.T("committee_form.weekday"), Type: "select", Value: strconv.Itoa(int(weekday)), Options: p.weekdays()},
		{Name: "day", Label: p.T("committee_form.day"), Help: p.T("committee_form.day.help"), Type: "select", Value: strconv.Itoa(day), Options: p.days()},
		{Name: "time", Label: p.T("committee_form.time"), Type: "time", Value: fmt.Sprintf("%02d:%02d", r.Hour, r.Minute), Required: true},
		{Name: "move", Label: p.T("committee_form.move"), Type: "select", Value: string(r.Move), Options: p.moves()},
	}
}

func (p Printer) frequencies() []Choice {
	var out []Choice
	for _, f := range []cadence.Frequency{cadence.Monthly, cadence.Quarterly, cadence.HalfYearly, cadence.Yearly} {
		out = append(out, Choice{Value: string(f), Text: p.T("web.cadence." + string(f))})
	}
	return out
}

func (p Printer) months() []Choice {
	out := make([]Choice, 12)
	for i := range out {
		out[i] = Choice{Value: strconv.Itoa(i + 1), Text: p.T("committee_form.month.nth", p.T("web.ordinal."+strconv.Itoa(i+1)))}
	}
	return out
}

func (p Printer) ordinals() []Choice {
	var out []Choice
	for n := 1; n <= 4; n++ {
		out = append(out, Choice{Value: strconv.Itoa(n), Text: p.T("web.ordinal." + strconv.Itoa(n))})
	}
	return append(out, Choice{Value: strconv.Itoa(cadence.Last), Text: p.T("committee_form.nth.last")})
}

// weekdays begin on Monday, as weeks do where committees sit.
func (p Printer) weekdays() []Choice {
	var out []Choice
	for n := 1; n <= 7; n++ {
		out = append(out, Choice{Value: strconv.Itoa(n % 7), Text: p.T("weekday." + strconv.Itoa(n%7))})
	}
	return out
}

func (p Printer) days() []Choice {
	out := make([]Choice, 0, 32)
	for n := 1; n <= 31; n++ {
		out = append(out, Choice{Value: strconv.Itoa(n), Text: strconv.Itoa(n)})
	}
	return append(out, Choice{Value: strconv.Itoa(cadence.Last), Text: p.T("committee_form.day.last")})
}

func (p Printer) moves() []Choice {
	texts := map[cadence.Move]string{cadence.MoveNone: "committee_form.move.none", cadence.MoveFollowing: "committee_form.move.following", cadence.MovePreceding: "committee_form.move.preceding"}
	var out []Choice
	for _, m := range []cadence.Move{cadence.MoveNone, cadence.MoveFollowing, cadence.MovePreceding} {
		out = append(out, Choice{Value: string(m), Text: p.T(texts[m])})
	}
	return out
}

// MembersPage lists the members of a committee for those who look after it, with a form that adds one.
type MembersPage struct {
	Base
	Committee    governance.CommitteeCard
	Organisation string // in the address; "" in the usual case
	Form         Form
}

func (MembersPage) template() string { return "members" }

// MemberRow is a member in the list.
type MemberRow struct {
	URL, Name, Role, Email, Account string
	Edit                            string // what a screen reader calls the link
	Remove                          Form
}

// Rows writes out the members in the order of the committee.
func (p MembersPage) Rows() []MemberRow {
	rows := make([]MemberRow, len(p.Committee.Members))
	for i, m := range p.Committee.Members {
		url := MemberURL(m.ID)
		rows[i] = MemberRow{URL: url, Name: m.Name, Role: m.Role, Email: m.Email, Account: p.T("form.no"), Edit: p.T("member.edit.of", m.Name),
			Remove: p.Act(url+"/remove", p.T("member.remove"), p.T("member.remove.of", m.Name), m.Version, Field{Name: "organisation", Value: p.Organisation})}
		if m.UserID != 0 {
			rows[i].Account = p.T("form.yes")
		}
	}
	return rows
}

// MemberURL is the page on which a member of a committee is changed.
func MemberURL(id int64) string { return "/members/" + strconv.FormatInt(id, 10) }

// MemberFields are the fields of a member; account is the e-mail address of the account that is theirs.
func (p Printer) MemberFields(m governance.Member, account string) []Field {
	return []Field{
		{Name: "name", Label: p.T("member.name"), Value: m.Name, Required: true, MaxSize: 254, Autocomplete: "off"},
		{Name: "role", Label: p.T("member.role"), Help: p.T("member.role.help"), Value: m.Role, MaxSize: 254},
		{Name: "email", Label: p.T("field.email"), Type: "email", Value: m.Email, MaxSize: 254, Autocomplete: "off"},
		{Name: "account", Label: p.T("member.account"), Help: p.T("member.account.help"), Type: "email", Value: account, MaxSize: 254, Autocomplete: "off"},
	}
}

// PeriodChoices writes periods as choices, in the order given.
func (p Printer) PeriodChoices(periods []string) []Choice {
	out := make([]Choice, len(periods))
	for i, code := range periods {
		out[i] = Choice{Value: code, Text: p.Period(code)}
	}
	return out
}
