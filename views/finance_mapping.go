package views

import (
	"slices"
	"strconv"
	"strings"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/fault"
)

// MappingPage says how a file is written: by a profile that is known, or column by column.
type MappingPage struct {
	Base
	Organisation identity.Organisation
	File         finance.File
	Profiles     []finance.ProfileLine
	Sniffed      ledgerfile.Sniffed
	Trouble      string // why nothing can be said of its columns
	Form         Form
}

func (MappingPage) template() string { return "mapping" }

// Facts tell how the file seems to be written.
func (p MappingPage) Facts() []Fact {
	s := p.Sniffed
	separators := map[string]string{";": p.T("mapping.separator.semicolon"), ",": p.T("mapping.separator.comma"), "\t": p.T("mapping.separator.tab"), "|": p.T("mapping.separator.bar")}
	separator := separators[s.Separator]
	if s.Sheet != "" {
		separator = p.T("mapping.sheet", s.Sheet)
	}
	encoding := s.Encoding
	if s.EncodingAssumed {
		encoding = p.T("mapping.encoding.assumed", encoding)
	}
	return []Fact{{p.T("file.encoding"), OrDash(encoding)}, {p.T("mapping.separator"), OrDash(separator)}, {p.T("mapping.header"), p.Int(int64(s.Header))}, {p.T("mapping.rows"), p.Int(int64(s.Rows))}}
}

// Samples show the first rows as they were read: broken accents are seen here.
func (p MappingPage) Samples() Table {
	rows := make([][]Cell, len(p.Sniffed.Columns))
	for i, c := range p.Sniffed.Columns {
		means := Dash
		if c.Field != "" {
			means = p.FieldName(c.Field)
		}
		rows[i] = cells(strconv.Itoa(c.Number), c.Header, means, OrDash(strings.Join(c.Samples, " · ")))
	}
	t := newTable(p.T("mapping.columns"), []Heading{{p.T("mapping.number"), numeric}, {p.T("mapping.column"), ""}, {p.T("mapping.guess"), ""}, {p.T("mapping.samples"), written}}, rows)
	t.Class = "words"
	return t
}

// FieldName names what a column may mean.
func (p Printer) FieldName(f ledgerfile.Field) string { return p.T("mapping.field." + string(f)) }

// Fields are those of the form: a profile, or a name for a new one with what each column means.
func (p MappingPage) Fields() []Field {
	profiles := []Choice{{Value: "", Text: p.T("mapping.new")}}
	for _, l := range p.Profiles {
		profiles = append(profiles, Choice{Value: l.Profile.Name, Text: l.Profile.Name, Selected: l.Profile.Name == p.suited()})
	}
	fields := []Field{{Name: "profile", Type: "select", Label: p.T("mapping.profile"), Help: p.T("mapping.profile.help"), Options: profiles},
		{Name: "coverage", Type: "heading", Label: p.T("mapping.coverage"), Help: p.T("mapping.coverage.help")},
		{Name: "from", Type: "date", Label: p.T("mapping.from")}, {Name: "to", Type: "date", Label: p.T("mapping.to")}}
	if p.Trouble != "" || len(p.Sniffed.Columns) == 0 {
		return fields
	}
	fields = append(fields, Field{Name: "own", Type: "heading", Label: p.T("mapping.own"), Help: p.T("mapping.own.help")}, Field{Name: "name", Label: p.T("mapping.name"), Help: p.T("mapping.name.help"), MaxSize: 60})
	if p.Sniffed.Decimal == ledgerfile.Ambiguous {
		fields = append(fields, Field{Name: "decimal", Type: "radio", Label: p.T("mapping.decimal"), Help: p.T("mapping.decimal.help"), Options: p.choices("mapping.decimal.", "", ledgerfile.DecimalComma, ledgerfile.DecimalPoint)})
	}
	if p.Sniffed.Dates == ledgerfile.Ambiguous {
		var options []Choice
		for _, d := range p.Sniffed.DateChoices {
			options = append(options, Choice{Value: d, Text: d})
		}
		fields = append(fields, Field{Name: "dates", Type: "radio", Label: p.T("mapping.dates"), Help: p.T("mapping.dates.help"), Options: options})
	}
	for _, c := range p.Sniffed.Columns {
		fields = append(fields, Field{Name: "column_" + strconv.Itoa(c.Number), Type: "select", Label: p.T("mapping.column_of", c.Number, c.Header), Help: p.sample(c), Options: p.meanings(c)})
	}
	return fields
}

func (p MappingPage) sample(c ledgerfile.SniffedColumn) string {
	if len(c.Samples) == 0 {
		return ""
	}
	return p.T("mapping.sample", c.Samples[0])
}

// meanings lists what a column may mean, what is likely first.
func (p MappingPage) meanings(c ledgerfile.SniffedColumn) []Choice {
	out := []Choice{{Value: "", Text: p.T("mapping.unused")}}
	all := append(slices.Clone(c.Candidates), ledgerfile.Fields()...)
	seen := map[ledgerfile.Field]bool{}
	for _, f := range all {
		if !seen[f] {
			seen[f] = true
			out = append(out, Choice{Value: string(f), Text: p.FieldName(f), Selected: f == c.Field})
		}
	}
	return out
}

// Named gives a refusal in the words of the form, which does not know what profiles call their fields and parts.
func (p MappingPage) Named(err error) error {
	f := fault.As(err)
	if f == nil || len(f.Fields) == 0 {
		return err
	}
	named := *f
	named.Fields = nil
	for _, w := range f.Fields {
		if w.Name == "required" && len(f.Fields) > 1 { // it follows from the columns: what these lack is said
			continue
		}
		w.Args = slices.Clone(w.Args)
		for k, a := range w.Args {
			if s, ok := a.(string); ok && slices.Contains(ledgerfile.Fields(), ledgerfile.Field(s)) {
				w.Args[k] = p.FieldName(ledgerfile.Field(s))
			}
		}
		if p.Form.Field(w.Name) == nil {
			w.Name = p.T("mapping.columns")
		}
		named.Fields = append(named.Fields, w)
	}
	return &named
}

// suited is the profile that reads all it requires from the columns, the organisation's own before the built-in ones; "" where none does.
func (p MappingPage) suited() string {
	if p.File.Profile.Name != "" {
		return p.File.Profile.Name
	}
	headers := map[string]bool{}
	for _, c := range p.Sniffed.Columns {
		headers[c.Header] = true
	}
	for _, l := range p.Profiles {
		if !l.BuiltIn && len(l.Profile.Required) > 0 && !slices.ContainsFunc(l.Profile.Required, func(f ledgerfile.Field) bool {
			return !slices.ContainsFunc(l.Profile.Columns[f], func(h string) bool { return headers[h] })
		}) {
			return l.Profile.Name
		}
	}
	switch {
	case p.File.Purpose == ledgerfile.PurposeBudget:
		return "totem"
	case p.Trouble != "":
		return "pes"
	}
	return ""
}
