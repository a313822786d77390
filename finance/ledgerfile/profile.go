package ledgerfile

import (
	"jalon/internal/civil"
	"jalon/internal/money"
)

// The formats of files. FormatCSV also reads XLSX, which is told from its first bytes.
const (
	FormatCSV   = "csv"
	FormatPES   = "pes"
	FormatTOTEM = "totem"
)

// The decimal marks that a profile may declare.
const (
	DecimalComma = "comma" // 1234,56
	DecimalPoint = "point" // 1234.56
)

// Profile says how one kind of finance file is written. What could be read in two ways is declared
// here; where it is not and a cell can be read in two ways, the file is refused. The zero value of a
// setting is its default. Authorities keep their own profiles as JSON.
type Profile struct {
	Name    string `json:"name"`            // a to z, 0 to 9 and hyphens, at most 40
	Version int    `json:"version"`         // from 1; raised when the meaning of the profile changes
	Title   string `json:"title,omitempty"` // for people
	Format  string `json:"format"`          // FormatCSV, FormatPES or FormatTOTEM
	Purpose string `json:"purpose"`         // PurposeLedger, PurposeCommitments or PurposeBudget

	Currency        money.Currency `json:"currency,omitempty"`          // default: the organisation's
	FiscalYearStart string         `json:"fiscal_year_start,omitempty"` // "04-01"; default: the organisation's

	Encoding   string   `json:"encoding,omitempty"`   // "auto" (default), "utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1", "iso-8859-15"
	Separators []string `json:"separators,omitempty"` // default: ";" "," tab "|", the one under which the header is found
	Sheet      string   `json:"sheet,omitempty"`      // of XLSX; default: the only visible sheet with the header and lines below

	// Columns gives the headers of each field, compared folded, best first. "Fournisseur#2" is the
	// second column of that name; a name that stands twice without a number refuses the file.
	Columns   map[Field][]string `json:"columns,omitempty"`
	Required  []Field            `json:"required,omitempty"`  // the header is the first row that has them all
	Foreign   []string           `json:"foreign,omitempty"`   // headers that only files of another kind have: a file with one of them is refused
	Constants map[Field]string   `json:"constants,omitempty"` // cells of columns that the file lacks
	Preamble  map[Field]string   `json:"preamble,omitempty"`  // the same, told above the header: in the next filled cell behind one with this label

	Keys     []Key       `json:"keys,omitempty"`         // the first one whose fields are all filled is the key; none: the contents are
	Coverage string      `json:"coverage,omitempty"`     // CoverageDelta (default) or CoverageSnapshot
	Pattern  string      `json:"file_pattern,omitempty"` // how the name of a file tells its dates: a regular expression with named groups, see filePattern
	Scope    []Condition `json:"scope,omitempty"`        // lines that do not hold all of them are counted, summed and left out

	Dates      []string `json:"dates,omitempty"`       // "DD/MM/YYYY", "YYYY-MM-DD", "DD.MM.YYYY", "YYYYMMDD", "DD/MM/YY", "MM/DD/YYYY" …
	Decimal    string   `json:"decimal,omitempty"`     // DecimalComma, DecimalPoint; default: as each number shows, 1,234 refuses the file
	Groups     []string `json:"groups,omitempty"`      // marks between thousands, beside blanks of every kind: "." "," "'"
	NullTokens []string `json:"null_tokens,omitempty"` // cells that say nothing, compared without regard to case: "#", "Non affecté"

	Codes    map[Field]Code              `json:"codes,omitempty"`
	Values   map[Field]map[string]string `json:"values,omitempty"` // of coded fields: word, compared folded → code, beside the usual words
	Totals   Totals                      `json:"totals,omitzero"`
	Sign     Sign                        `json:"sign,omitzero"`
	Stage    Stage                       `json:"stage,omitempty"`    // default: mandated where there is a number of a mandat, else committed
	Status   string                      `json:"status,omitempty"`   // of lines that tell none
	Accruals []Condition                 `json:"accruals,omitempty"` // lines that hold one of them are rattachements
	Orders   []Condition                 `json:"orders,omitempty"`   // lines that hold one of them are opérations d'ordre
	// SectionByNature tells the section of a line that names none from its account, as SectionOf does.
	SectionByNature bool `json:"section_by_nature,omitempty"`
}

// Key is a natural key: the fields that name a line. A key of which a field in Fields is empty is no
// key of that line; Optional ones take part where they are filled.
type Key struct {
	Fields   []Field `json:"fields"`
	Optional []Field `json:"optional,omitempty"`
	Unique   bool    `json:"unique,omitempty"` // one line a key, so that a line of the same key is its new version
}

// Condition is held by a line whose field has one of the values or begins with one of the prefixes,
// compared without regard to case and to blanks around; with Not, by all others.
type Condition struct {
	Field    Field    `json:"field"`
	Values   []string `json:"values,omitempty"`
	Prefixes []string `json:"prefixes,omitempty"`
	Not      bool     `json:"not,omitempty"`
}

// Code brings the spellings of a code together before it is compared or hashed: the prefixes in Strip
// go ("BG00/"), what stands behind Before goes ("00 - Budget principal"), zeros are put in front up
// to Pad digits ("354" → "0354").
type Code struct {
	Strip  []string `json:"strip,omitempty"`
	Before string   `json:"before,omitempty"`
	Pad    int      `json:"pad,omitempty"`
}

// Totals finds the rows that sum up others. A row is a total when its first filled cell begins with
// one of Words (folded; default: total, sous-total and the like, unless None) and it holds nothing
// but amounts beside. What it declares must be the sum of the lines above it, or since the last total.
// Declared names figures that stand beside a label, above the header or below the lines.
type Totals struct {
	None     bool       `json:"none,omitempty"`
	Words    []string   `json:"words,omitempty"`
	Declared []Declared `json:"declared,omitempty"`
}

// Declared is a figure of the whole file: the next filled cell behind one with the Label. It is the
// sum of Field, or the number of lines where Field is "".
type Declared struct {
	Label string `json:"label"`
	Field Field  `json:"field,omitempty"`
}

// Sign says how negative amounts are written. A leading minus always is one.
type Sign struct {
	Trailing    bool        `json:"trailing,omitempty"`    // 12,50-
	Parentheses bool        `json:"parentheses,omitempty"` // (12,50)
	Negative    []Condition `json:"negative,omitempty"`    // lines that hold one of them are negative, however they are written
	Reversed    bool        `json:"reversed,omitempty"`    // expenditures are written with a minus: all signs are turned
}

// FiscalCalendar says on which day the fiscal years of the profile's authority start; false where
// the profile leaves it to the organisation.
func (p Profile) FiscalCalendar() (civil.FiscalCalendar, bool) {
	if p.FiscalYearStart == "" {
		return civil.FiscalCalendar{}, false
	}
	return civil.ParseFiscalCalendar(p.FiscalYearStart)
}

// firstName is what messages call a column: its first header, else the name of the field.
func (p Profile) firstName(f Field) string {
	if h := p.Columns[f]; len(h) > 0 {
		return h[0]
	}
	return string(f)
}
