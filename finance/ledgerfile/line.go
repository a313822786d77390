package ledgerfile

import (
	"bytes"
	"strconv"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// record reads a row that is a line: what it cannot be booked without, and all that it says beside.
func (t *table) record(r *row) error {
	l := &t.line
	l.Kind = KindPosting
	if t.profile.Purpose == PurposeCommitments {
		l.Kind = KindCommitment
	}
	t.totals.lines++
	t.damage(r)
	if t.misaligned(r) {
		for _, c := range t.columns {
			t.values[c.slot] = ""
		}
		return nil
	}
	var got readings
	for i := range t.columns {
		if err := t.cell(r, &t.columns[i], &got); err != nil {
			return err
		}
	}
	t.fill()
	t.coded()
	t.totals.add(t, &got)
	t.money(&got)
	t.dates()
	t.identify()
	if l.Kind != KindRejected && !holdsAll(t.scope, &t.values) {
		l.Kind = KindOutOfScope
	}
	return nil
}

// damage notes what is wrong with the row as a whole.
func (t *table) damage(r *row) {
	l := &t.line
	switch r.issue {
	case "":
	case LineLong:
		l.reject(LineLong, r.length, MaxLineBytes)
	case QuoteUnclosed:
		l.reject(QuoteUnclosed)
	default:
		l.find(r.issue)
	}
	if r.invalid {
		l.find(EncodingInvalid)
	}
	if bytes.IndexByte(r.raw, 0) >= 0 {
		l.reject(TextNul)
	}
	if t.bare {
		l.reject(RowBare)
	}
}

// misaligned rejects a row with cells too many or too few: it cannot be said which amount is which.
func (t *table) misaligned(r *row) bool {
	if !t.rows.positional() {
		return false
	}
	if r.issue == LineLong {
		return true
	}
	n, width := len(r.cells), t.header.width
	if n < width {
		t.line.reject(RowShort, n, width)
		return true
	}
	for i := width; i < n; i++ {
		if r.cell(i) != "" {
			t.line.reject(RowLong, n, width)
			return true
		}
	}
	return false
}

// readings are the amounts of a line as its cells write them.
type readings struct {
	amount [slots]money.Amount
	has    [slots]bool
	bad    [slots]problem
}

// cell reads one cell into the values, normalised.
func (t *table) cell(r *row, c *column, got *readings) error {
	text := t.cleanCell(r.cell(c.index))
	number := r.number(c.index)
	switch {
	case text == "":
	case c.kind == columnAmount:
		return t.amountCell(c, text, number, got)
	case c.kind == columnDate:
		return t.dateCell(c, text, number)
	default:
		text = t.codeCell(c, text, number)
	}
	t.values[c.slot] = text
	return nil
}

// cleanCell makes nothing of the words that mean nothing.
func (t *table) cleanCell(text string) string {
	if text == "" || text[0] == '#' && grid.ErrorValue(text) {
		if text != "" {
			t.line.find(CellError, text)
		}
		return ""
	}
	if t.firstNull[text[0]] && len(text) <= maxWord && t.nulls[strings.ToLower(text)] {
		return ""
	}
	if len(text) > MaxCellBytes {
		t.line.reject(CellLong, len(text), MaxCellBytes)
		return ""
	}
	return text
}

// codeCell brings the spellings of a code together, and rejects what a spreadsheet destroyed.
func (t *table) codeCell(c *column, text string, number bool) string {
	if number {
		// Behind fifteen digits a spreadsheet has put zeros, or an exponent.
		if strings.ContainsAny(text, "eE") || len(text) > 15 && digits(text) {
			t.line.reject(CodeMangled, grid.Clip(text))
			return text
		}
		if n, ok := grid.MachineNumber(text); ok && n.IsInt() {
			text = n.Num().String()
		}
	}
	if c.strict && mangled(text) {
		t.line.reject(CodeMangled, grid.Clip(text))
		return text
	}
	if c.code != nil {
		text = c.code.normal(text)
	}
	if c.slot == slotSIRET {
		return t.siret(text)
	}
	return text
}

// normal brings the spellings of a code together.
func (c *Code) normal(text string) string {
	for _, prefix := range c.Strip {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			text = rest
			break
		}
	}
	if c.Before != "" {
		text, _, _ = strings.Cut(text, c.Before)
	}
	text = strings.TrimSpace(text)
	if n := c.Pad - len(text); n > 0 && text != "" && strings.Trim(text, "0123456789") == "" {
		text = strings.Repeat("0", n) + text
	}
	return text
}

// amountCell reads an amount. One that can be read in two ways, or contradicts the profile, refuses
// the file: the others were then perhaps misread.
func (t *table) amountCell(c *column, text string, number bool, got *readings) error {
	var a money.Amount
	var p problem
	if number {
		a, p = t.notation.machine(text)
	} else {
		a, p = t.notation.amount(text)
	}
	switch p {
	case ambiguous:
		return fault.Invalid("ledger.number_ambiguous", t.line.No, t.header.name(c.slot), grid.Clip(text))
	case contradictory:
		return fault.Invalid("ledger.number_notation", t.line.No, t.header.name(c.slot), grid.Clip(text))
	}
	got.amount[c.slot], got.has[c.slot], got.bad[c.slot] = a, p == fine, p
	t.values[c.slot] = text
	return nil
}

func (t *table) dateCell(c *column, text string, number bool) error {
	var d civil.Date
	var p problem
	if number {
		d, p = t.calendar.serial(text)
	} else {
		d, p = t.calendar.date(text, t.line.No)
	}
	switch p {
	case ambiguous:
		return fault.Invalid("ledger.date_ambiguous", t.line.No, t.header.name(c.slot), grid.Clip(text))
	case fine:
	default:
		t.line.find(DateUnreadable, grid.Clip(text))
	}
	if c.slot == slotDate {
		t.line.Date = d
	} else {
		t.line.PayDate = d
	}
	t.values[c.slot] = text
	return nil
}

// fill hands the values to the line.
func (t *table) fill() {
	l, v := &t.line, &t.values
	l.Budget, l.Chapter, l.Nature, l.Function = v[slotBudget], v[slotChapter], v[slotNature], v[slotFunction]
	l.Operation, l.Envelope, l.Manager, l.Analytic = v[slotOperation], v[slotEnvelope], v[slotManager], v[slotAnalytic]
	l.Commitment, l.CommitmentItem, l.Contract = v[slotCommitment], v[slotCommitmentItem], v[slotContract]
	l.SupplierName, l.Inventory, l.Invoice, l.Liquidation = v[slotSupplierName], v[slotInventory], v[slotInvoice], v[slotLiquidation]
	l.Bordereau, l.DocType, l.DocNo, l.LineNo, l.Label = v[slotBordereau], v[slotDocType], v[slotDocNo], v[slotLineNo], v[slotLabel]
	if l.SupplierID = v[slotSIRET]; l.SupplierID == "" {
		l.SupplierID = v[slotSupplierID]
	}
	l.Stage = t.profile.Stage
	if l.Stage == "" {
		l.Stage = StageMandated
		if l.DocNo == "" {
			l.Stage = StageCommitted
		}
	}
	l.Exercice = t.exercice(v[slotExercice])
}

// exercice reads the label of a fiscal year: 2025, or 2025-2026, which goes by its first year.
func (t *table) exercice(text string) int {
	if text == "" {
		return 0
	}
	if text == t.lastNumber {
		return t.lastYear
	}
	first := text
	if i := strings.IndexAny(text, "-/"); i == 4 && (len(text) == 7 || len(text) == 9) {
		first = text[:4]
	}
	year, err := strconv.Atoi(first)
	if err != nil || len(first) != 4 || year < firstYear || year > lastYear {
		t.line.reject(ExerciceUnread, grid.Clip(text))
		return 0
	}
	t.lastNumber, t.lastYear = text, year
	return year
}

// coded reads the cells whose words stand for codes.
func (t *table) coded() {
	l := &t.line
	l.Flow = FlowExpenditure
	if code, ok := t.word(slotFlow, FlowUnknown, true); ok {
		l.Flow = Flow(code)
	}
	l.Section, _ = t.word(slotSection, SectionUnknown, false)
	if l.Section == "" && t.profile.SectionByNature {
		l.Section = SectionOf(l.Nature)
	}
	l.Status = t.profile.Status
	if code, ok := t.word(slotStatus, StatusUnknown, false); ok {
		l.Status = code
	}
	l.Event, _ = t.word(slotEvent, EventUnknown, true)
	accrual, _ := t.word(slotAccrual, FlagUnknown, false)
	order, _ := t.word(slotOrderOp, FlagUnknown, false)
	l.Accrual = accrual == flagYes || holdsAny(t.accruals, &t.values)
	l.OrderOp = order == flagYes || holdsAny(t.orders, &t.values)
}

// word looks a coded cell up; a constant is a code itself.
func (t *table) word(s slot, unknown string, vital bool) (string, bool) {
	text := t.values[s]
	switch {
	case text == "":
		return "", false
	case t.words[s] == nil:
		return text, true
	}
	code, ok := t.words[s].code(text)
	switch {
	case ok:
	case vital:
		t.line.reject(unknown, grid.Clip(text))
	default:
		t.line.find(unknown, grid.Clip(text))
	}
	return code, ok
}

// dates completes the findings on the date of the line.
func (t *table) dates() {
	l := &t.line
	switch from, to := t.coverage.From, t.coverage.To; {
	case t.header.at[slotDate] < 0:
	case t.values[slotDate] == "":
		l.find(DateMissing)
	case !l.Date.IsZero() && !from.IsZero() && (l.Date.Before(from) || l.Date.After(to)):
		l.find(DateOutside, l.Date.String(), from.String(), to.String())
	}
}
