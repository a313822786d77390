package ledgerfile

import (
	"errors"
	"io"
	"slices"
	"strings"

	"jalon/internal/fault"
	"jalon/internal/grid"
)

// table is the reading of one CSV or XLSX file by a profile.
type table struct {
	*tally
	profile  Profile
	each     func(*Line) error
	header   header
	rows     rowReader
	coverage Coverage
	basis    slot // slotAmount, slotTTC or slotHT: where the booked amount stands
	parts    bool // the other two amounts give it where its own cell is empty

	columns    []column // of the fields, in the canonical order
	required   []int    // columns without which a row is no line: what is not an amount
	firstNull  [256]bool
	nulls      map[string]bool
	words      [slots]*vocabulary
	keys       []keyPlan
	originKey  int // the key that numbers documents, for what a correction corrects; -1: none
	scope      []matcher
	accruals   []matcher
	orders     []matcher
	negative   []matcher
	notation   notation
	calendar   *calendar
	totals     *totals
	values     [slots]string // of the line, normalised; constants stay
	hashed     []byte
	keyTexts   []string
	line       Line
	bare       bool   // the row holds nothing but amounts
	lastNumber string // of the fiscal year
	lastYear   int
	refused    error // the first control that failed: the rest is read for the summary
}

// column is one mapped column, made ready.
type column struct {
	slot   slot
	index  int
	field  Field
	kind   columnKind
	strict bool // digits that must not have become 1.23E+13
	code   *Code
}

type columnKind byte

const (
	columnText columnKind = iota
	columnAmount
	columnDate
)

// readTable reads a file with columns.
func readTable(src Source, p Profile, o Options, each func(*Line) error) (Summary, error) {
	currency, err := p.currency(o)
	if err != nil {
		return Summary{}, err
	}
	t := &table{tally: newTally(currency), profile: p, each: each, coverage: coverage(p, o, src.Name())}
	d, err := openDocument(src, p.Encoding, p.Sheet)
	if err != nil {
		return t.Summary, err
	}
	defer d.close()
	if t.header, err = findHeader(d, p); err != nil {
		return t.Summary, err
	}
	rows, stop := t.header.candidate.rows()
	defer stop()
	t.rows = rows
	t.describe(d)
	if err := t.prepare(o); err != nil {
		return t.Summary, err
	}
	err = t.read()
	summary, overflow := t.close(t.coverage)
	return summary, firstOf(err, t.refused, overflow)
}

func firstOf(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}

// describe notes how the file is written.
func (t *table) describe(d *document) {
	t.Header, t.Columns = t.header.line, t.header.columns()
	if d.sheets != nil {
		t.Encoding = "xlsx"
		return
	}
	t.Encoding, t.Separator = d.enc, string(t.header.candidate.sep)
	if e := t.profile.Encoding; d.enc == grid.CP1252 && (e == "" || e == "auto") {
		t.note(Finding{Code: EncodingAssumed, Args: []any{"Windows-1252"}})
	}
	if s, ok := t.rows.(*textRows); ok {
		s.width, s.full = t.header.width, len(t.header.cells)
	}
}

// prepare works out from the profile and the header what is done with every row.
func (t *table) prepare(o Options) error {
	p := t.profile
	for s, index := range t.header.at {
		f := fieldOrder[s]
		if index < 0 {
			t.values[s] = p.Constants[f]
			continue
		}
		c := column{slot: slot(s), index: index, field: f, strict: f.number()}
		switch {
		case f.amount():
			c.kind = columnAmount
		case f.date():
			c.kind = columnDate
		}
		if code, ok := p.Codes[f]; ok {
			c.code = &code
		}
		if f.coded() {
			t.words[s] = newVocabulary(p.dictionary(f))
		}
		t.columns = append(t.columns, c)
	}
	t.prepareNulls()
	for _, f := range p.Required {
		if !f.amount() {
			t.required = append(t.required, t.header.at[slotOf(f)])
		}
	}
	t.originKey = -1
	for i, k := range p.Keys {
		t.keys = append(t.keys, newKeyPlan(k))
		if t.originKey < 0 && slices.Contains(k.Fields, FieldDocNo) {
			t.originKey = i
		}
	}
	for _, c := range p.Scope {
		if !t.present(c.Field) {
			return fault.Invalid("ledger.scope_column", p.Name, p.firstName(c.Field))
		}
	}
	t.scope = newMatchers(p.Scope)
	t.accruals, t.orders, t.negative = t.matchers(p.Accruals), t.matchers(p.Orders), t.matchers(p.Sign.Negative)
	t.notation = newNotation(p, t.Currency)
	t.calendar = newCalendar(p, t.rows.date1904())
	t.totals = newTotals(t)
	return t.prepareBasis(o.Basis)
}

// prepareBasis finds the column of the booked amount: the one without a basis, else that of the basis
// asked for, else what the other two give.
func (t *table) prepareBasis(basis string) error {
	has := func(s slot) bool { return t.header.at[s] >= 0 }
	t.basis = slotTTC
	if basis == BasisWithoutTax {
		t.basis = slotHT
	}
	other := slotTTC + slotHT - t.basis
	t.parts = has(slotVAT) && has(other)
	switch {
	case has(slotAmount):
		t.basis, t.parts = slotAmount, false
	case !has(t.basis) && !t.parts:
		return fault.Invalid("ledger.basis_missing", map[slot]string{slotTTC: BasisWithTax, slotHT: BasisWithoutTax}[t.basis])
	}
	return nil
}

func (t *table) prepareNulls() {
	t.nulls = map[string]bool{}
	for _, n := range t.profile.NullTokens {
		key := strings.ToLower(strings.TrimSpace(n))
		t.nulls[key] = true
		if key != "" {
			t.firstNull[key[0]] = true
			t.firstNull[strings.ToUpper(key)[0]] = true
		}
	}
}

// present tells that lines have the field at all.
func (t *table) present(f Field) bool {
	s := slotOf(f)
	return t.header.at[s] >= 0 || t.values[s] != ""
}

// matchers makes conditions ready, without those that no line of the file can hold.
func (t *table) matchers(list []Condition) []matcher {
	return newMatchers(slices.DeleteFunc(slices.Clone(list), func(c Condition) bool { return !c.Not && !t.present(c.Field) }))
}

// read goes through the rows.
func (t *table) read() error {
	for {
		r, err := t.rows.next()
		if errors.Is(err, io.EOF) {
			return t.end()
		}
		if err != nil {
			return err
		}
		t.begin(r)
		if err := t.row(r); err != nil {
			return err
		}
		t.tally.line(&t.line)
		if err := t.each(&t.line); err != nil {
			return err
		}
	}
}

// begin clears the line for a row.
func (t *table) begin(r *row) {
	t.bare = false
	t.line = Line{No: r.line, Offset: r.offset, Size: r.size, Raw: r.raw, Findings: t.line.Findings[:0]}
}

// row tells what a row is and reads it.
func (t *table) row(r *row) error {
	switch {
	case r.line < t.header.line:
		t.totals.label(t, r)
		t.preamble(r)
		return nil
	case r.line == t.header.line:
		return nil
	case t.header.repeated(r):
		return fault.Invalid("ledger.header_repeated", r.line, t.header.line)
	}
	if t.incomplete(r) {
		if r.blank() {
			return nil
		}
		if other, err := t.totals.row(t, r); other || err != nil {
			return err
		}
	}
	return t.record(r)
}

// incomplete tells that a row lacks what every line has: it may be blank, or a total.
func (t *table) incomplete(r *row) bool {
	for _, i := range t.required {
		if r.cell(i) == "" {
			return true
		}
	}
	return len(t.required) == 0
}

// end checks what only the whole file can tell.
func (t *table) end() error {
	if c := t.calendar; c.against != "" && !c.told {
		return fault.Invalid("ledger.date_order", c.line, grid.Clip(c.against), strings.Join(t.profile.Dates, ", "))
	}
	if t.Lines == t.ByKind[KindOther] {
		return fault.Invalid("ledger.no_lines")
	}
	t.totals.check(t)
	return nil
}
