package views

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
)

// The pages of the ways in which files are read.
const (
	partProfiles   = "profiles"
	partNewProfile = "new-profile"
)

// ProfilesURL lists the profiles of an organisation; ProfileURL is the page of one.
func ProfilesURL(organisation int64) string { return BooksPartURL(organisation, partProfiles) }

// ProfileURL is the page of a profile.
func ProfileURL(organisation int64, name string) string {
	return BooksPartURL(organisation, partProfiles, url.PathEscape(name))
}

// NewProfileURL is the page on which a profile is written, beginning with another one; "" for one of the usual columns.
func NewProfileURL(organisation int64, from string) string {
	u := BooksPartURL(organisation, partNewProfile)
	if from != "" {
		u += "?from=" + url.QueryEscape(from)
	}
	return u
}

// ProfilesPage lists the ways in which files are read.
type ProfilesPage struct {
	Base
	Organisation identity.Organisation
	Profiles     []finance.ProfileLine
}

// Page puts the page together.
func (p ProfilesPage) Page() SectionsPage {
	rows := make([][]Cell, len(p.Profiles))
	for i, l := range p.Profiles {
		x := l.Profile
		rows[i] = []Cell{{Text: x.Name, URL: ProfileURL(p.Organisation.ID, x.Name), Note: x.Title}, {Text: p.T("files.purpose." + x.Purpose)}, {Text: p.profileReads(x)}, {Text: strconv.Itoa(x.Version)}, {Text: p.profileAuthor(l, p.Organisation)}}
	}
	t := newTable(p.T("profiles.title"), []Heading{{p.T("profiles.name"), ""}, {p.T("files.purpose"), ""}, {p.T("profiles.reads"), written}, {p.T("profiles.version"), numeric}, {p.T("profiles.by"), ""}}, rows)
	s := Section{Tables: []Table{t}}
	if p.May(identity.PermImportLedger, identity.Within(p.Organisation.ID)) {
		s.Links = []Tool{{Text: p.T("profiles.new"), URL: NewProfileURL(p.Organisation.ID, ""), Main: true, Key: "n"}}
	}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("profiles.text")}, Sections: []Section{s}}
}

// profileReads says in a line what a profile reads.
func (p Printer) profileReads(x ledgerfile.Profile) string {
	if len(x.Columns) == 0 {
		return p.T("profiles.format." + x.Format)
	}
	return p.T("profiles.format."+x.Format) + " · " + p.N("profiles.columns.count", len(x.Columns))
}

func (p Printer) profileAuthor(l finance.ProfileLine, o identity.Organisation) string {
	if l.BuiltIn {
		return p.T("profiles.built_in")
	}
	return l.ByName + " · " + p.Date(dayOf(l.RecordedAt, o))
}

// ProfilePage shows how one kind of file is read, and since when.
type ProfilePage struct {
	Base
	Organisation identity.Organisation
	Versions     []finance.ProfileLine // the newest one first
}

// Page puts the page together.
func (p ProfilePage) Page() SectionsPage {
	x := p.Versions[0].Profile
	here := ProfileURL(p.Organisation.ID, x.Name)
	s := Section{ID: "profile", Facts: p.facts(x), Tables: []Table{p.columns(x)}, Note: p.T("profiles.note"), Links: []Tool{{Text: p.T("profiles.json"), URL: here + ".json"}}}
	if p.May(identity.PermImportLedger, identity.Within(p.Organisation.ID)) {
		text := "profiles.replace"
		if p.Versions[0].BuiltIn {
			text = "profiles.copy"
		}
		s.Links = append(s.Links, Tool{Text: p.T(text), URL: NewProfileURL(p.Organisation.ID, x.Name), Key: "e"})
	}
	rows := make([][]Cell, len(p.Versions))
	for i, l := range p.Versions {
		n := strconv.Itoa(l.Profile.Version)
		rows[i] = []Cell{{Text: p.T("profiles.version_of", l.Profile.Version), URL: here + ".json?version=" + n}, {Text: p.profileAuthor(l, p.Organisation)}}
	}
	versions := newTable(p.T("profiles.versions"), []Heading{{p.T("profiles.version"), ""}, {p.T("profiles.by"), ""}}, rows)
	var lead []string
	if x.Title != "" {
		lead = []string{x.Title}
	}
	return SectionsPage{Base: p.Base, Lead: lead, Sections: []Section{s, {ID: "versions", Title: p.T("profiles.versions"), Tables: []Table{versions}}}}
}

func (p ProfilePage) facts(x ledgerfile.Profile) []Fact {
	keys := make([]string, len(x.Keys))
	for i, k := range x.Keys {
		keys[i] = strings.Join(p.columnNames(slices.Concat(k.Fields, k.Optional)), " + ")
	}
	decimal := p.T("profiles.as_shown")
	if x.Decimal != "" {
		decimal = p.T("mapping.decimal." + x.Decimal)
	}
	return []Fact{{p.T("profiles.format"), p.T("profiles.format." + x.Format)}, {p.T("files.purpose"), p.T("files.purpose." + x.Purpose)}, {p.T("profiles.coverage"), p.T("profiles.coverage." + cmp.Or(x.Coverage, ledgerfile.CoverageDelta))},
		{p.T("profiles.currency"), cmp.Or(string(x.Currency), string(p.Organisation.Currency))}, {p.T("mapping.decimal"), decimal}, {p.T("mapping.dates"), cmp.Or(strings.Join(x.Dates, ", "), p.T("profiles.as_shown"))},
		{p.T("profiles.keys"), cmp.Or(strings.Join(keys, p.T("list.semicolon")), p.T("profiles.no_key"))}}
}

func (p Printer) columnNames(fields []ledgerfile.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = p.T("mapping.field." + string(f))
	}
	return out
}

// columns lists what is read from which header.
func (p ProfilePage) columns(x ledgerfile.Profile) Table {
	var rows [][]Cell
	for _, f := range slices.Sorted(maps.Keys(x.Columns)) {
		row := cells(p.T("mapping.field."+string(f)), strings.Join(x.Columns[f], ", "), Dash)
		if slices.Contains(x.Required, f) {
			row[2].Text = p.T("profiles.required")
		}
		rows = append(rows, row)
	}
	t := newTable(p.T("profiles.columns"), []Heading{{p.T("profiles.field"), ""}, {p.T("profiles.headers"), written}, {p.T("profiles.needed"), ""}}, rows)
	t.Shown, t.None = true, p.T("profiles.fixed")
	return t
}

// ProfileFields are the fields of a profile that is written as text.
func (p Printer) ProfileFields(text string) []Field {
	return []Field{{Name: "profile", Type: "textarea", Label: p.T("profiles.definition"), Help: p.T("profiles.definition.help"), Value: text, Rows: 24, Required: true, MaxSize: 100_000}}
}
