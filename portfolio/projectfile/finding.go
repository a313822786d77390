package projectfile

import (
	"cmp"
	"slices"

	"jalon/internal/grid"
)

// Finding says what is wrong at a place of the file; what was done about it is part of the
// meaning of its code. The texts of the codes live in catalogues; Args are strings and whole
// numbers, in the order in which a text mentions them.
type Finding struct {
	Line   int    // line of the CSV text or row of the sheet; 0: the file as a whole
	Column string // header as the file writes it; "": the row or the file as a whole
	Code   string
	Args   []any
}

// The codes of findings. Unless the comment says otherwise the figure or text of the cell is not
// taken and the rest of the row is.
const (
	EncodingAssumed  = "encoding.assumed"       // [encoding] not UTF-8: read as this encoding
	EncodingInvalid  = "encoding.invalid_bytes" // [count] bytes that are no text were replaced by U+FFFD
	QuoteUnclosed    = "quote.unclosed"         // a quoted cell never ends: the quotes of this line were read as ordinary characters
	QuoteStray       = "quote.stray"            // a lone quote inside a quoted cell was kept as it is
	TextControl      = "text.control"           // control characters were removed; the text is taken
	TextCut          = "text.cut"               // [limit] the text was cut to this many characters
	HeaderDuplicate  = "header.duplicate"       // [header, column number] the first column of this name is read
	RowLong          = "row.long"               // [cells, columns] row rejected: it cannot be said which cell is which
	RowShort         = "row.short"              // [cells, columns] missing cells read as empty
	RowUnnamed       = "row.unnamed"            // row rejected: neither a code nor a name
	RowDuplicate     = "row.duplicate"          // [line] row rejected: the same project stands at that line
	RowUndated       = "row.undated"            // row of a series rejected: no readable date
	RowSuperseded    = "row.superseded"         // [line] row of a series rejected: a later line has the same project and date
	CodeMangled      = "code.mangled"           // [text] row rejected: a spreadsheet turned the code into 1.23E+13
	CodeLong         = "code.long"              // [limit] row rejected: the code is too long to be one
	CellError        = "cell.error"             // [text] an error value of a spreadsheet (#REF!) read as empty
	FigureNone       = "figure.none"            // [text] words that say that there is no figure
	NumberUnreadable = "number.unreadable"      // [text]
	NumberAmbiguous  = "number.ambiguous"       // [text] thousands or decimals?
	CostNegative     = "cost.negative"          // [text]
	CostOverflow     = "cost.overflow"          // [text]
	CostRounded      = "cost.rounded"           // [text] rounded to the smallest unit of the currency, and taken
	CostUnitUnclear  = "cost.unit_unclear"      // [text] a bare currency sign in a column of thousands or millions
	CurrencyOther    = "currency.other"         // [found, expected]
	DateUnreadable   = "date.unreadable"        // [text]
	DateAmbiguous    = "date.ambiguous"         // [text] which is the month?
	DateImpossible   = "date.impossible"        // [text] no such day
	DateImplausible  = "date.implausible"       // [text] before 1900 or after 2199
	DurationInvalid  = "duration.invalid"       // [text] not above 0, or above 200 years
	DurationNoStart  = "duration.no_start"      // [text] a duration without a start gives no end
	EndBeforeStart   = "end.before_start"       // [start, end] neither date is taken
	PhaseUnknown     = "phase.unknown"          // [text]
	FlagUnknown      = "flag.unknown"           // [text] neither yes nor no
	WeightInvalid    = "weight.invalid"         // [text] not a whole number from 1 to 100
	BeforeNegative   = "before.negative"        // [forecast, change] the cost before the change would be negative
	BeforeDates      = "before.dates"           // [end, days] the end before the change would be before the start, or no date
	SeriesCostTotal  = "series.cost_total"      // [last − first, total of the file] nothing is changed
	SeriesDaysTotal  = "series.days_total"      // [last − first, total of the file] nothing is changed
	FindingsMore     = "findings.more"          // [count] further findings were left out
)

// Codes lists every code of a finding, for catalogues and documentation to be checked against.
func Codes() []string {
	return []string{
		EncodingAssumed, EncodingInvalid, QuoteUnclosed, QuoteStray, TextControl, TextCut, HeaderDuplicate,
		RowLong, RowShort, RowUnnamed, RowDuplicate, RowUndated, RowSuperseded, CodeMangled, CodeLong, CellError,
		FigureNone, NumberUnreadable, NumberAmbiguous, CostNegative, CostOverflow, CostRounded, CostUnitUnclear,
		CurrencyOther, DateUnreadable, DateAmbiguous, DateImpossible, DateImplausible, DurationInvalid,
		DurationNoStart, EndBeforeStart, PhaseUnknown, FlagUnknown, WeightInvalid, BeforeNegative, BeforeDates,
		SeriesCostTotal, SeriesDaysTotal, FindingsMore,
	}
}

// findings collects up to MaxFindings and counts the rest.
type findings struct {
	list []Finding
	more int
}

func (f *findings) add(line int, column, code string, args ...any) {
	if len(f.list) >= MaxFindings {
		f.more++
		return
	}
	f.list = append(f.list, Finding{Line: line, Column: grid.Clip(column), Code: code, Args: args})
}

// all gives the findings in the order of their lines.
func (f *findings) all() []Finding {
	slices.SortStableFunc(f.list, func(a, b Finding) int { return cmp.Compare(a.Line, b.Line) })
	if f.more > 0 {
		return append(f.list, Finding{Code: FindingsMore, Args: []any{f.more}})
	}
	return f.list
}
