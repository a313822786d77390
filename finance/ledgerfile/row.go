package ledgerfile

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"jalon/internal/grid"
)

// row is one row of a table as text, before it is understood. It and its slices are used again for the
// next one; the strings are not.
type row struct {
	line    int
	offset  int64 // -1 where the file cannot be cut by bytes
	size    int   // as stored; 0 with offset -1
	length  int   // bytes that were read
	cells   []string
	numbers []bool // XLSX: the spreadsheet holds the cell as a number; nil for text
	raw     []byte
	issue   string // code of a finding on the row as a whole
	invalid bool   // bytes of it are no text in the encoding of the file
}

// cell gives a cell without the blanks around it; "" where the row has none.
func (r *row) cell(i int) string {
	if i >= len(r.cells) {
		return ""
	}
	s := r.cells[i]
	if n := len(s); n == 0 || printable(s[0]) && printable(s[n-1]) {
		return s // nothing to take away, as nearly always
	}
	return strings.TrimSpace(s)
}

func printable(c byte) bool { return c > ' ' && c < utf8.RuneSelf }

// number tells that a spreadsheet holds the cell as a number.
func (r *row) number(i int) bool { return i < len(r.numbers) && r.numbers[i] }

func (r *row) blank() bool {
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// rowReader gives the rows of a table, one after the other; io.EOF behind the last one.
type rowReader interface {
	next() (*row, error)
	// positional tells that a cell too many or too few shifts the others, as in text with separators.
	positional() bool
	date1904() bool // which day the numbers of date cells count from
}

// textRows decodes the records of a CSV file.
type textRows struct {
	*splitter
	enc     string
	byByte  bool  // one byte a character
	shift   int64 // bytes of a byte order mark; -1: offsets are not those of the file
	row     row
	scratch []byte
	ends    []int
}

func newTextRows(s *splitter, enc string, mark int) *textRows {
	t := &textRows{splitter: s, enc: enc, shift: int64(mark)}
	switch enc {
	case grid.UTF16LE, grid.UTF16BE:
		t.shift = -1
	case grid.CP1252, grid.Latin1, grid.Latin9:
		t.byByte = true
	}
	return t
}

func (t *textRows) positional() bool { return true }
func (t *textRows) date1904() bool   { return false }

func (t *textRows) next() (*row, error) {
	rec, err := t.splitter.next()
	if err != nil {
		return nil, err
	}
	t.row = row{line: rec.line, offset: -1, cells: t.row.cells[:0], raw: rec.raw, issue: rec.issue, length: rec.size}
	if t.shift >= 0 {
		t.row.offset, t.row.size = rec.offset+t.shift, rec.size
	}
	if rec.quoted {
		t.decodeQuoted(rec)
	} else {
		t.decodePlain(rec)
	}
	return &t.row, nil
}

// decodePlain makes one string of a record without quotes and cuts the cells from it. The separators
// are ASCII, so they can be looked for in the decoded text.
func (t *textRows) decodePlain(rec *record) {
	var text string
	if isASCII(rec.raw) {
		text = string(rec.raw)
	} else {
		t.scratch = t.scratch[:0]
		t.append(rec.raw)
		text = string(t.scratch)
	}
	for {
		i := strings.IndexByte(text, t.sep)
		if i < 0 {
			t.row.cells = append(t.row.cells, text)
			return
		}
		t.row.cells = append(t.row.cells, text[:i])
		text = text[i+1:]
	}
}

// decodeQuoted puts the text of the cells one behind the other, quotes undone, and cuts the cells from
// one string.
func (t *textRows) decodeQuoted(rec *record) {
	t.scratch, t.ends = t.scratch[:0], t.ends[:0]
	for _, c := range rec.cells {
		part := rec.raw[c.from:c.to]
		for c.escaped {
			i := bytes.Index(part, doubled)
			if i < 0 {
				break
			}
			t.append(part[:i+1])
			part = part[i+2:]
		}
		t.append(part)
		t.ends = append(t.ends, len(t.scratch))
	}
	text, from := string(t.scratch), 0
	for _, end := range t.ends {
		t.row.cells = append(t.row.cells, text[from:end])
		from = end
	}
}

// doubled is how a quote is written inside a quoted cell.
var doubled = []byte(`""`)

// append adds decoded text.
func (t *textRows) append(part []byte) {
	switch {
	case t.byByte:
		var invalid int
		t.scratch, invalid = grid.AppendByByte(t.scratch, part, t.enc)
		t.row.invalid = t.row.invalid || invalid > 0
	case !utf8.Valid(part):
		t.scratch = append(t.scratch, bytes.ToValidUTF8(part, []byte("\uFFFD"))...)
		t.row.invalid = true
	default:
		t.scratch = append(t.scratch, part...)
		// The decoder of UTF-16 has put U+FFFD for what was no text.
		t.row.invalid = t.row.invalid || t.shift < 0 && bytes.ContainsRune(part, utf8.RuneError)
	}
}

func isASCII(b []byte) bool { return grid.ASCII(b) == len(b) }
