package projectfile

import (
	"fmt"
	"slices"
	"sort"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// Field is something that a column can say of a project.
type Field string

// The fields. Those from FieldAsOf on belong to a series.
const (
	FieldCode                Field = "code"
	FieldName                Field = "name"
	FieldNeed                Field = "need"
	FieldSponsor             Field = "sponsor"
	FieldManager             Field = "manager"
	FieldDepartment          Field = "department"
	FieldTheme               Field = "theme"
	FieldPhase               Field = "phase"
	FieldInterAdministration Field = "inter_administration"
	FieldWeight              Field = "weight"
	FieldCost                Field = "cost"
	FieldCurrency            Field = "currency"
	FieldStart               Field = "start"
	FieldEnd                 Field = "end"
	FieldDurationYears       Field = "duration_years"
	FieldAsOf                Field = "as_of"
	FieldCostChange          Field = "cost_change"
	FieldDaysChange          Field = "days_change"
	FieldTotalCostChange     Field = "total_cost_change"
	FieldTotalDaysChange     Field = "total_days_change"
)

var listFields = []Field{FieldCode, FieldName, FieldNeed, FieldSponsor, FieldManager, FieldDepartment, FieldTheme, FieldPhase,
	FieldInterAdministration, FieldWeight, FieldCost, FieldCurrency, FieldStart, FieldEnd, FieldDurationYears}

var seriesFields = []Field{FieldAsOf, FieldCostChange, FieldDaysChange, FieldTotalCostChange, FieldTotalDaysChange}

// How a profile writes its choices.
const (
	KindCSV  = "csv"
	KindXLSX = "xlsx"

	DecimalPoint  = "point"  // 1234.56
	DecimalComma  = "comma"  // 1234,56
	DecimalEither = "either" // a single mark is the decimal one, whichever it is

	DayFirst   = "day-first"   // 31/12/2026
	MonthFirst = "month-first" // 12/31/2026
)

// Profile says how one kind of project list is written. Everything that could be read in two
// ways is declared here. The zero value of a setting is its default.
type Profile struct {
	Name    string `json:"name"`            // a to z, 0 to 9 and hyphens, at most 40
	Version int    `json:"version"`         // from 1; raised when the meaning of the profile changes
	Title   string `json:"title,omitempty"` // for people

	Files      []string `json:"files,omitempty"`      // "csv", "xlsx"; default: both
	Encoding   string   `json:"encoding,omitempty"`   // of CSV: "auto" (default), "utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1", "iso-8859-15"
	Separators []string `json:"separators,omitempty"` // of CSV; default: ";" "," tab "|", the one under which the header is found
	Sheet      string   `json:"sheet,omitempty"`      // of XLSX; default: the visible sheet with the best header

	Currency        money.Currency `json:"currency,omitempty"`          // default: the reader's own
	FiscalYearStart string         `json:"fiscal_year_start,omitempty"` // "07-01"; default: 1 January
	CostUnit        int64          `json:"cost_unit,omitempty"`         // what 1 in a cost column is worth: 1 (default), 1000, 1000000 …
	Decimal         string         `json:"decimal,omitempty"`           // "point" (default), "comma" or "either"
	DateOrder       string         `json:"date_order,omitempty"`        // "day-first" or "month-first"; default: none, and 01/02/2026 is ambiguous
	Serials         string         `json:"serials,omitempty"`           // "1900" or "1904": whole numbers in the date columns of a CSV are days of a spreadsheet

	// Fields gives the headers of each field, compared folded; of several columns with headers of
	// one field, the header that stands first here is read.
	Fields   map[Field][]string `json:"fields"`
	Required []Field            `json:"required"` // columns without which the file is not of this profile

	Yes      []string          `json:"yes,omitempty"`       // of inter_administration, compared folded
	No       []string          `json:"no,omitempty"`        //
	Phases   map[string]string `json:"phases,omitempty"`    // phrase, compared folded → phase code, or "" for a phrase that names no phase
	NoFigure []string          `json:"no_figure,omitempty"` // words for "no figure", beside NA, ND, "-" and the like

	HTML      bool    `json:"html,omitempty"`       // text cells hold HTML: only their text is kept
	ExactText bool    `json:"exact_text,omitempty"` // text is kept to the letter and the marks of Write against formulas are undone
	OwnExport bool    `json:"own_export,omitempty"` // a file that repeats, row by row, what is known is an export that came back and books nothing
	Series    *Series `json:"series,omitempty"`     // every row carries its own date
}

// Series sets how far the file's own totals may lie from last − first estimate before a finding
// says so: 0 means that they must be equal.
type Series struct {
	CostTolerance int64 `json:"cost_tolerance"` // major units of the currency
	DaysTolerance int   `json:"days_tolerance"`
}

// ParseProfile reads a user's own profile: one JSON object, unknown fields refused. The name of a
// built-in profile cannot be taken.
func ParseProfile(data []byte) (Profile, error) {
	var p Profile
	if err := grid.DecodeProfile(data, &p); err != nil {
		return Profile{}, err
	}
	fields := p.Validate()
	if _, taken := BuiltIn(p.Name); taken {
		fields.Add("name", "grid.profile_name_taken", p.Name)
	}
	if err := fields.Err(); err != nil {
		return Profile{}, err
	}
	return p, nil
}

// Validate reports every rule that the profile breaks.
func (p Profile) Validate() fault.Fields {
	var f fault.Fields
	f.Check(grid.ProfileName(p.Name), "name", "grid.profile_name")
	f.Check(p.Version >= 1, "version", "projectfile.profile_version")
	for _, k := range p.Files {
		checkOneOf(&f, "files", k, KindCSV, KindXLSX)
	}
	checkOneOf(&f, "encoding", p.Encoding, append([]string{"", "auto"}, grid.Encodings()...)...)
	for _, s := range p.Separators {
		checkOneOf(&f, "separators", s, ";", ",", "\t", "|")
	}
	f.Check(p.Currency == "" || p.Currency.Valid(), "currency", "projectfile.profile_currency", string(p.Currency))
	_, ok := civil.ParseFiscalCalendar(p.FiscalYearStart)
	f.Check(ok || p.FiscalYearStart == "", "fiscal_year_start", "projectfile.profile_fiscal", p.FiscalYearStart)
	f.Check(p.CostUnit >= 0 && p.CostUnit <= 1_000_000_000, "cost_unit", "projectfile.profile_unit")
	checkOneOf(&f, "decimal", p.Decimal, "", DecimalPoint, DecimalComma, DecimalEither)
	checkOneOf(&f, "date_order", p.DateOrder, "", DayFirst, MonthFirst)
	checkOneOf(&f, "serials", p.Serials, "", "1900", "1904")
	p.checkFields(&f)
	p.checkWords(&f)
	if p.Series != nil {
		f.Check(p.Series.CostTolerance >= 0 && p.Series.CostTolerance <= 1_000_000_000 && p.Series.DaysTolerance >= 0,
			"series", "projectfile.profile_tolerance")
	}
	return f
}

func checkOneOf(f *fault.Fields, field, value string, choices ...string) {
	if !slices.Contains(choices, value) {
		f.Add(field, "projectfile.profile_choice", value, fmt.Sprintf("%q", choices))
	}
}

// checkFields holds the headers: known fields, no header of two fields, what every list needs.
func (p Profile) checkFields(f *fault.Fields) {
	owner := map[string]Field{}
	for _, field := range p.fieldNames() {
		known := slices.Contains(listFields, field) || p.Series != nil && slices.Contains(seriesFields, field)
		f.Check(known, "fields", "projectfile.profile_field", string(field))
		f.Check(len(p.Fields[field]) > 0, "fields", "projectfile.profile_no_header", string(field))
		for _, h := range p.Fields[field] {
			key := grid.Fold(h)
			f.Check(key != "", "fields", "projectfile.profile_no_header", string(field))
			if o, twice := owner[key]; twice && o != field {
				f.Add("fields", "projectfile.profile_header_twice", h, string(o), string(field))
			}
			owner[key] = field
		}
	}
	f.Check(len(p.Fields[FieldCode])+len(p.Fields[FieldName]) > 0, "fields", "projectfile.profile_no_key")
	f.Check(len(p.Required) > 0, "required", "projectfile.profile_required")
	for _, r := range p.Required {
		f.Check(len(p.Fields[r]) > 0, "required", "projectfile.profile_no_header", string(r))
	}
	if p.Series != nil {
		f.Check(slices.Contains(p.Required, FieldAsOf), "required", "projectfile.profile_series_date")
	}
}

// checkWords holds the phases and the words for yes and no.
func (p Profile) checkWords(f *fault.Fields) {
	seen := map[string]string{}
	phrases := make([]string, 0, len(p.Phases))
	for phrase := range p.Phases {
		phrases = append(phrases, phrase)
	}
	sort.Strings(phrases)
	for _, phrase := range phrases {
		code := p.Phases[phrase]
		f.Check(code == "" || knownPhase(code), "phases", "projectfile.profile_phase", code)
		f.Check(grid.WordKey(phrase) != "", "phases", "projectfile.profile_phrase_twice", phrase)
		if o, twice := seen[grid.WordKey(phrase)]; twice && o != code {
			f.Add("phases", "projectfile.profile_phrase_twice", phrase)
		}
		seen[grid.WordKey(phrase)] = code
	}
	for _, y := range p.Yes {
		for _, n := range p.No {
			f.Check(grid.WordKey(y) != grid.WordKey(n), "no", "projectfile.profile_phrase_twice", n)
		}
	}
}

func (p Profile) fieldNames() []Field {
	names := make([]Field, 0, len(p.Fields))
	for n := range p.Fields {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func (p Profile) accepts(kind string) bool {
	return len(p.Files) == 0 || slices.Contains(p.Files, kind)
}

// FiscalCalendar says on which day the fiscal years of the profile's authority start.
func (p Profile) FiscalCalendar() civil.FiscalCalendar {
	c, _ := civil.ParseFiscalCalendar(p.FiscalYearStart) // Validate refused what cannot be read; none is the civil year
	return c
}
