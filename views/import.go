package views

import (
	"maps"
	"slices"
	"strconv"

	"jalon/internal/civil"
	"jalon/portfolio"
	"jalon/portfolio/projectfile"
)

// ImportURL is the page on which a list of projects is sent.
func ImportURL(id portfolio.RoadmapID) string { return RoadmapURL(id, Day{}) + "/import" }

// StagedURL is the page of a list that was sent and waits for its confirmation.
func StagedURL(id int64) string { return "/imports/" + strconv.FormatInt(id, 10) }

// profileTexts name the profiles that read a list, in the order in which they are offered.
var profileTexts = []struct{ name, text string }{
	{"jalon", "imports.profile.jalon"}, {"panorama", "imports.profile.panorama"}, {"nyc-capital", "imports.profile.nyc"},
}

// Profiles are the choices of a profile.
func (p Printer) Profiles() []Choice {
	out := make([]Choice, len(profileTexts))
	for i, x := range profileTexts {
		out[i] = Choice{Value: x.name, Text: p.T(x.text)}
	}
	return out
}

// profile names a profile in words.
func (p Printer) profile(name string) string {
	for _, c := range p.Profiles() {
		if c.Value == name {
			return c.Text
		}
	}
	return name
}

// ImportFields are the fields of an upload. The file comes last: what stands before it is checked while it is still
// on its way.
func (p Printer) ImportFields(today civil.Date) []Field {
	return []Field{
		{Name: "profile", Label: p.T("imports.profile"), Help: p.T("imports.profile.help"), Type: "select", Value: "jalon", Options: p.Profiles(), Required: true},
		{Name: "as_of", Label: p.T("imports.as_of"), Help: p.T("imports.as_of.help"), Type: "date", Value: DateValue(today), Required: true},
		{Name: "file", Label: p.T("imports.file"), Help: p.T("imports.file.help"), Type: "file", Accept: ".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Required: true},
	}
}

// ImportPage shows what booking a list would do.
type ImportPage struct {
	Base
	Staged  portfolio.Staged
	Refused string            // why what was said of renamed projects was not kept
	Chosen  map[string]string // what was said then, by name; nil: what is kept
}

func (ImportPage) template() string { return "import" }

// Booked tells that the list is in the books already.
func (p ImportPage) Booked() bool { return !p.Staged.BookedAt.IsZero() }

// RoadmapURL is the page of the roadmap that the list belongs to.
func (p ImportPage) RoadmapURL() string { return RoadmapURL(p.Staged.Roadmap.ID, Day{}) }

// AgainURL is the page on which another file is sent.
func (p ImportPage) AgainURL() string { return ImportURL(p.Staged.Roadmap.ID) }

// FileURL is the file of the findings.
func (p ImportPage) FileURL() string { return StagedURL(p.Staged.ID) + "/findings.csv" }

// Source lists what was sent.
func (p ImportPage) Source() []Fact {
	s := p.Staged
	return []Fact{{Name: p.T("imports.file"), Text: s.FileName}, {Name: p.T("imports.profile"), Text: p.profile(s.Profile)}, {Name: p.T("imports.as_of"), Text: p.Date(s.AsOf)}}
}

// Counts list what booking would do, the rows first, then the projects.
func (p ImportPage) Counts() []Fact {
	r := p.Staged.Report
	var out []Fact
	for _, x := range []struct {
		key string
		n   int
	}{{"imports.rows", r.Rows}, {"imports.matched", r.Matched}, {"imports.rejected", r.Rejected}, {"imports.created", r.Created}, {"imports.updated", r.Updated},
		{"imports.unchanged", r.Unchanged}, {"imports.exits", r.Exits}, {"imports.estimates", r.Estimates}} {
		out = append(out, Fact{Name: p.T(x.key), Text: p.Int(int64(x.n))})
	}
	return out
}

// Idle tells that the list says nothing that is not known.
func (p ImportPage) Idle() bool {
	r := p.Staged.Report
	return r.Created+r.Updated+r.Exits+r.Estimates == 0
}

// Leaving says that projects are missing from the list, which takes them out of the portfolio; "" when none is. A count
// among others is soon overlooked, and a list of one department would empty the portfolio of all the rest.
func (p ImportPage) Leaving() string {
	if p.Staged.Report.Exits == 0 {
		return ""
	}
	return p.N("imports.exits.note", p.Staged.Report.Exits)
}

// maxFindings is how many findings the page lists; the file holds all.
const maxFindings = 200

// FindingRow is a finding as people read it.
type FindingRow struct{ Line, Column, Text string }

// FindingRow writes out a finding.
func (p Printer) FindingRow(f projectfile.Finding) FindingRow {
	row := FindingRow{Line: Dash, Column: f.Column, Text: p.T("finding."+f.Code, f.Args...)}
	if f.Code == "project.renamed" { // the page has a form for what the command line has an option for
		row.Text = p.T("imports.renamed", f.Args...)
	}
	if f.Line > 0 {
		row.Line = strconv.Itoa(f.Line) // as the file counts, without separators
	}
	return row
}

// Findings lists the first findings.
func (p ImportPage) Findings() []FindingRow {
	found := p.Staged.Report.Findings
	rows := make([]FindingRow, min(len(found), maxFindings))
	for i := range rows {
		rows[i] = p.FindingRow(found[i])
	}
	return rows
}

// More is how many findings the page leaves to the file.
func (p ImportPage) More() int { return max(len(p.Staged.Report.Findings)-maxFindings, 0) }

// Confirm is the form of the button that books the list.
func (p ImportPage) Confirm() Form {
	f := p.NewForm(StagedURL(p.Staged.ID)+"/book", p.T("imports.confirm"), p.AgainURL(), 0)
	f.Name = "book"
	return f
}

// maxAsked is how many names one form asks about, beside those that were said already.
const maxAsked = 100

// Names of the fields that say which project a name of the file means; each ends in the number of its row.
const (
	FieldJoinName = "name_"
	FieldJoinCode = "join_"
)

// Renamed tells that there are names to say something about.
func (p ImportPage) Renamed() bool { return len(p.Staged.Joins)+len(p.Staged.Suggestions) > 0 }

// Join is the form that says which projects were renamed: those that were said already, then those that may be.
func (p ImportPage) Join() Form {
	f := p.NewForm(StagedURL(p.Staged.ID), p.T("imports.join"), "", 0)
	f.Name, f.Message = "join", p.Refused
	ask := func(name, code string, options []Choice) {
		n := strconv.Itoa(len(f.Fields) / 2)
		if p.Chosen != nil {
			code = p.Chosen[name]
		}
		f.Fields = append(f.Fields, Field{Name: FieldJoinName + n, Type: "hidden", Value: name},
			Field{Name: FieldJoinCode + n, Label: p.T("imports.join.name", name), Type: "select", Value: code, Options: append([]Choice{{Text: p.T("imports.join.new")}}, options...)})
	}
	for _, name := range slices.Sorted(maps.Keys(p.Staged.Joins)) {
		code := p.Staged.Joins[name]
		ask(name, code, []Choice{{Value: code, Text: p.T("imports.join.code", code)}})
	}
	asked := 0
	for _, s := range p.Staged.Suggestions {
		if _, said := p.Staged.Joins[s.Name]; said || asked == maxAsked {
			continue
		}
		asked++
		var options []Choice
		for _, h := range s.Codes {
			options = append(options, Choice{Value: h.Code, Text: ProjectTitle(h.Code, h.Name)})
		}
		ask(s.Name, "", options)
	}
	return f
}

// BookedNote says when the list was booked.
func (p ImportPage) BookedNote() string {
	at := p.Staged.BookedAt // on the clock of the site
	return p.T("imports.booked", civil.DateOf(at, at.Location()))
}
