package ledgerfile

import (
	"strconv"
	"strings"

	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// totals compares what a file declares of itself with what its lines come to.
type totals struct {
	words    []string // folded beginnings of the first cell of a total
	first    [256]bool
	labels   map[string]Field // folded labels of declared figures
	declared []declaration
	lines    int
	all      [slots]sum // of every line that is no total, as written
	since    [slots]sum // since the last total
}

// declaration is a figure found beside a label. Which field it is of is checked at the end.
type declaration struct {
	field  Field
	label  string
	line   int
	amount money.Amount
}

// the beginnings of total rows that French and English suites write
var totalWords = []string{"total", "sous-total", "totaux", "somme", "grand total", "cumul", "sum", "subtotal"}

func newTotals(t *table) *totals {
	p := t.profile.Totals
	s := &totals{labels: map[string]Field{}}
	words := p.Words
	if len(words) == 0 {
		words = totalWords
	}
	if p.None {
		words = nil
	}
	for _, w := range words {
		folded := grid.Fold(w)
		s.words = append(s.words, folded)
		s.first[folded[0]] = true
		s.first[strings.ToUpper(folded)[0]] = true
	}
	for _, d := range p.Declared {
		s.labels[grid.Fold(d.Label)] = d.Field
	}
	return s
}

// add adds the amounts of a line, as they are written.
func (s *totals) add(t *table, got *readings) {
	for _, c := range t.columns {
		if c.kind == columnAmount {
			a := got.amount[c.slot]
			s.all[c.slot].add(a)
			s.since[c.slot].add(a)
		}
	}
}

// row tells whether a row that lacks what lines have is a total, or declares a figure. The comparison
// of a total is made at once, while the sums are those of the lines above it. A row with the word for a
// total, or no word at all, and something else beside the amounts is one only where the amounts tie.
func (s *totals) row(t *table, r *row) (bool, error) {
	if s.label(t, r) {
		return true, nil
	}
	at, word := firstFilled(r)
	named := s.first[word[0]] && s.begins(word)
	bare := named || len(t.required) > 0 // a profile of amounts alone has nothing beside them
	var got readings
	for i := range t.columns {
		c := &t.columns[i]
		text := t.cleanCell(r.cell(c.index))
		switch {
		case text == "" || named && c.index == at:
		case c.kind != columnAmount:
			bare = false
		default:
			if err := t.amountCell(c, text, r.number(c.index), &got); err != nil {
				return true, err
			}
		}
	}
	sums, ties := s.tie(&got)
	if !named && !bare || !ties && (!named || !bare) {
		t.line.Findings = t.line.Findings[:0]
		t.bare = bare && got != (readings{})
		return false, nil
	}
	s.compare(t, &got, sums, word)
	return true, nil
}

func firstFilled(r *row) (int, string) {
	for i := range r.cells {
		if text := r.cell(i); text != "" {
			return i, text
		}
	}
	return -1, ""
}

func (s *totals) begins(word string) bool {
	if len(word) > maxWord {
		return false
	}
	folded := grid.Fold(word)
	for _, w := range s.words {
		if strings.HasPrefix(folded, w) {
			return true
		}
	}
	return false
}

// tie finds the sums that a row declares: those of all lines, or of those since the total before it.
func (s *totals) tie(got *readings) (sums *[slots]sum, ties bool) {
	for _, sums := range []*[slots]sum{&s.all, &s.since} {
		read, equal := 0, 0
		for i := range got.has {
			if got.has[i] {
				read++
				if a, fits := sums[i].amount(); fits && a == got.amount[i] {
					equal++
				}
			}
		}
		if read > 0 && equal == read {
			return sums, true
		}
	}
	return &s.all, false
}

// compare holds the figures of a total row against the lines.
func (s *totals) compare(t *table, got *readings, sums *[slots]sum, subject string) {
	for i := range got.has {
		if got.has[i] {
			computed, _ := sums[i].amount()
			t.control(Control{Code: string(fieldOrder[i]), Subject: grid.Clip(subject), Line: t.line.No, Declared: int64(got.amount[i]), Computed: int64(computed)})
		}
	}
	s.since = [slots]sum{}
}

// label finds figures that stand beside a label.
func (s *totals) label(t *table, r *row) bool {
	if len(s.labels) == 0 {
		return false
	}
	found := false
	for i := range r.cells {
		text := r.cell(i)
		if len(text) > maxWord {
			continue
		}
		field, known := s.labels[grid.Fold(text)]
		if !known {
			continue
		}
		for j := i + 1; j < len(r.cells); j++ {
			if text := r.cell(j); text != "" {
				found = s.declare(t, field, r.cell(i), text, r.number(j)) || found
				break
			}
		}
	}
	return found
}

func (s *totals) declare(t *table, f Field, label, text string, number bool) bool {
	d := declaration{field: f, label: grid.Clip(label), line: t.line.No}
	if f == "" {
		n, err := strconv.ParseInt(strings.ReplaceAll(text, " ", ""), 10, 64)
		d.amount = money.Amount(n)
		s.declared = append(s.declared, d)
		return err == nil
	}
	p := fine
	if number {
		d.amount, p = t.notation.machine(text)
	} else {
		d.amount, p = t.notation.amount(text)
	}
	if p == fine {
		s.declared = append(s.declared, d)
	}
	return p == fine
}

// check compares the declared figures of the whole file.
func (s *totals) check(t *table) {
	for _, d := range s.declared {
		c := Control{Code: "lines", Subject: d.label, Line: d.line, Declared: int64(d.amount), Computed: int64(s.lines), Count: true}
		if d.field != "" {
			computed, _ := s.all[slotOf(d.field)].amount()
			c.Code, c.Computed, c.Count = string(d.field), int64(computed), false
		}
		t.control(c)
	}
}

// control notes a declared figure; the first one that does not tie refuses the file.
func (t *table) control(c Control) {
	t.Declared = append(t.Declared, c)
	if c.Ties() || t.refused != nil {
		return
	}
	if c.Count {
		t.refused = fault.Invalid("ledger.count", c.Subject, c.Line, c.Declared, c.Computed)
		return
	}
	t.refused = fault.Invalid("ledger.total", c.Subject, c.Line,
		money.Amount(c.Declared).Decimal(t.Currency), money.Amount(c.Computed).Decimal(t.Currency))
}
