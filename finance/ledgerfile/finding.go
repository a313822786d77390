package ledgerfile

// Finding says what is wrong at a line, and by its code what was done about it. The texts of the
// codes stand in the catalogues under "ledger.finding."; Args are strings and whole numbers, in the
// order in which a text mentions them. No finding repeats bank data.
type Finding struct {
	Line int // 0: the file as a whole
	Code string
	Args []any
}

// FindingList holds the findings on a file.
type FindingList struct {
	Findings      []Finding      // at most MaxFindings
	FindingCounts map[string]int // of every code, the ones beyond MaxFindings included
}

func (l *FindingList) note(f Finding) {
	l.FindingCounts[f.Code]++
	if len(l.Findings) < MaxFindings {
		l.Findings = append(l.Findings, f)
	}
}

// The codes of findings. "Rejected": the line is not booked. All others leave the money where it is.
const (
	EncodingAssumed = "encoding.assumed"       // [encoding] not UTF-8: read as this encoding
	EncodingInvalid = "encoding.invalid_bytes" // [] bytes of the line that are no text were replaced by U+FFFD
	QuoteUnclosed   = "quote.unclosed"         // rejected: a quoted cell never ends; its line was read with the quotes as ordinary characters
	QuoteStray      = "quote.stray"            // a lone quote inside a quoted cell was kept
	TextNul         = "text.nul"               // rejected: zero bytes, a torn file
	RowLong         = "row.long"               // [cells, columns] rejected: it cannot be said which cell is which
	RowShort        = "row.short"              // [cells, columns] rejected: the same
	RowBare         = "row.bare"               // rejected: an amount, and nothing that says of what; a total that does not tie, perhaps
	LineLong        = "line.long"              // [bytes, limit] rejected
	CellLong        = "cell.long"              // [bytes, limit] rejected
	AmountMissing   = "amount.missing"         // rejected: no amount
	AmountUnread    = "amount.unreadable"      // [text] rejected: no amount that can be read
	AmountFine      = "amount.decimals"        // [text, currency] rejected: more decimals than the currency has
	AmountOverflow  = "amount.overflow"        // [text] rejected: larger than any amount can be
	AmountParts     = "amount.parts"           // [HT, TVA, TTC] rejected: HT + TVA ≠ TTC
	AmountSideline  = "amount.sideline"        // [text] an amount beside the booked one cannot be read, and is left out
	DateUnreadable  = "date.unreadable"        // [text] booked on the last day of the coverage
	DateMissing     = "date.missing"           // no date: booked on the last day of the coverage
	DateOutside     = "date.outside"           // [date, from, to] outside of the coverage
	CodeMangled     = "code.mangled"           // [text] rejected: a spreadsheet turned a number into 1.23E+13 or dropped its zeros
	SiretInvalid    = "siret.invalid"          // [text] no valid SIRET; taken as it is
	FlowUnknown     = "flow.unknown"           // [text] rejected: neither expenditure nor revenue
	SectionUnknown  = "section.unknown"        // [text] left out
	StatusUnknown   = "status.unknown"         // [text] left out
	EventUnknown    = "event.unknown"          // [text] rejected: what happened to the commitment cannot be told
	ExerciceUnread  = "exercice.unreadable"    // [text] rejected: the fiscal year decides where the money goes
	FlagUnknown     = "flag.unknown"           // [text] neither yes nor no: taken as no
	CellError       = "cell.error"             // [text] an error value of a spreadsheet: read as empty
)

// Codes lists every code of a finding, for catalogues to be checked against.
func Codes() []string {
	return []string{
		EncodingAssumed, EncodingInvalid, QuoteUnclosed, QuoteStray, TextNul, RowLong, RowShort, RowBare, LineLong, CellLong,
		AmountMissing, AmountUnread, AmountFine, AmountOverflow, AmountParts, AmountSideline,
		DateUnreadable, DateMissing, DateOutside, CodeMangled, SiretInvalid, FlowUnknown, SectionUnknown, StatusUnknown,
		EventUnknown, ExerciceUnread, FlagUnknown, CellError,
		PESBordereauMissing, PESMissingAmount, PESPaymentOrder, PESOriginMissing, PESOriginPartly, PESTriplet, PESRegularisation, PESStateUnknown,
		TOTEMUnbalanced, TOTEMNoSection, TOTEMNoFigure, TOTEMTotalPassed,
	}
}

// find notes a finding on a line.
func (l *Line) find(code string, args ...any) {
	l.Findings = append(l.Findings, Finding{Line: l.No, Code: code, Args: args})
}

// reject notes why a line cannot be booked.
func (l *Line) reject(code string, args ...any) {
	l.Kind = KindRejected
	l.find(code, args...)
}
