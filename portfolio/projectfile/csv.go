package projectfile

import (
	"bytes"
	"iter"
	"strings"

	"jalon/internal/fault"
	"jalon/internal/grid"
)

// record is one row of a table before it is understood.
type record struct {
	line   int
	cells  []grid.Cell
	issues []string // codes of findings on the row as a whole
	width  int      // cells that the file has for the row, empty ones at its end included
}

func (r record) blank() bool { return grid.Row{Cells: r.cells}.Blank() }

// table is a run of rows that can be read again from the start. An error ends it.
type table interface {
	records() iter.Seq2[record, error]
	// positional tells that a cell in excess shifts those after it, as in text with separators.
	positional() bool
	// date1904 tells which day the numbers of date cells count from.
	date1904() bool
}

// csvTable is text with separators (RFC 4180), read with tolerance: any line end, ragged rows,
// lone quotes. encoding/csv cannot serve: it takes a CR-only file for one line and gives up at
// the first bad quote.
type csvTable struct {
	text []byte
	sep  byte
}

func (t csvTable) positional() bool { return true }
func (t csvTable) date1904() bool   { return false }

func (t csvTable) records() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		p := csvParser{text: t.text, sep: t.sep, line: 1}
		rows, blank := 0, 0
		for p.pos < len(p.text) {
			if b := p.text[p.pos]; b == '\n' || b == '\r' {
				p.lineEnd()
				continue
			}
			rec, err := p.next()
			if err != nil {
				yield(record{}, err)
				return
			}
			if rec.blank() {
				if blank++; blank > grid.SheetRows { // a whole sheet of nothing, saved as text
					yield(record{}, tooLarge("rows", MaxRows))
					return
				}
				continue
			}
			if rows++; rows > MaxRows {
				yield(record{}, tooLarge("rows", MaxRows))
				return
			}
			if !yield(rec, nil) {
				return
			}
		}
	}
}

type csvParser struct {
	text     []byte
	sep      byte
	pos      int
	line     int // of text[pos]
	unclosed int
}

// next reads one record. A quoted cell that never ends is taken back: the line is read again with
// its quotes as ordinary characters, so that one forgotten quote does not swallow the file.
func (p *csvParser) next() (record, error) {
	pos, line := p.pos, p.line
	rec, closed, err := p.parse(false)
	if closed || err != nil {
		return rec, err
	}
	if p.unclosed++; p.unclosed > maxUnclosed {
		return record{}, fault.Invalid("projectfile.broken_quotes", maxUnclosed)
	}
	p.pos, p.line = pos, line
	rec, _, err = p.parse(true)
	rec.issues = append(rec.issues, QuoteUnclosed)
	return rec, err
}

// parse reads cells up to the end of the record. closed is false when a quoted cell ran into the
// end of the text.
func (p *csvParser) parse(literal bool) (rec record, closed bool, err error) {
	rec.line = p.line
	for {
		var text string
		stray := false
		if !literal && p.pos < len(p.text) && p.text[p.pos] == '"' {
			if text, stray, closed, err = p.quoted(); err != nil || !closed {
				return rec, closed, err
			}
		} else if text, err = p.plain(); err != nil {
			return rec, true, err
		}
		if stray {
			rec.issues = append(rec.issues, QuoteStray)
		}
		if rec.width++; rec.width > MaxColumns {
			return rec, true, tooLarge("columns", MaxColumns)
		}
		rec.cells = append(rec.cells, grid.Cell{Text: text})
		if p.pos >= len(p.text) {
			return rec, true, nil
		}
		if p.text[p.pos] == p.sep {
			p.pos++
			continue
		}
		p.lineEnd()
		return rec, true, nil
	}
}

// lineEnd steps over LF, CR or CR LF.
func (p *csvParser) lineEnd() {
	if p.text[p.pos] == '\r' && p.pos+1 < len(p.text) && p.text[p.pos+1] == '\n' {
		p.pos++
	}
	p.pos++
	p.line++
}

func (p *csvParser) plain() (string, error) {
	rest := p.text[p.pos:]
	end := 0
	for end < len(rest) && rest[end] != p.sep && rest[end] != '\n' && rest[end] != '\r' {
		end++
	}
	if end > MaxCellBytes {
		return "", tooLarge("cell", MaxCellBytes>>20)
	}
	p.pos += end
	return string(rest[:end]), nil
}

// quoted reads a cell from its opening quote to behind its closing one. A quote that is followed
// by neither a quote, a separator nor a line end is kept as text and called stray.
func (p *csvParser) quoted() (text string, stray, closed bool, err error) {
	var b strings.Builder
	size := 0
	keep := func(part []byte) {
		if size += len(part); size <= MaxCellBytes {
			b.Write(part)
		}
	}
	p.pos++
	for {
		rest := p.text[p.pos:]
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			p.pos = len(p.text)
			return "", stray, false, nil
		}
		p.line += lineEnds(rest[:i])
		p.pos += i + 1
		keep(rest[:i])
		switch next := p.peek(); {
		case next == '"' && p.pos < len(p.text):
			keep(rest[i : i+1])
			p.pos++
		case p.pos >= len(p.text) || next == p.sep || next == '\n' || next == '\r':
			if size > MaxCellBytes {
				return "", stray, true, tooLarge("cell", MaxCellBytes>>20)
			}
			return b.String(), stray, true, nil
		default:
			keep(rest[i : i+1])
			stray = true
		}
	}
}

func (p *csvParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// lineEnds counts LF, CR and CR LF, each once.
func lineEnds(b []byte) int {
	return bytes.Count(b, []byte{'\n'}) + bytes.Count(b, []byte{'\r'}) - bytes.Count(b, []byte{'\r', '\n'})
}

// csvTables gives the text as a table for each separator that may be meant. A first line "sep=;",
// which spreadsheets write and obey, settles it.
func csvTables(text []byte, separators []string) []table {
	first, _, _ := bytes.Cut(text, []byte{'\n'})
	first = bytes.TrimRight(first, "\r")
	if len(first) == 5 && bytes.EqualFold(first[:4], []byte("sep=")) {
		return []table{csvTable{text, first[4]}}
	}
	if len(separators) == 0 {
		separators = []string{";", ",", "\t", "|"}
	}
	tables := make([]table, 0, len(separators))
	for _, s := range separators {
		tables = append(tables, csvTable{text, s[0]})
	}
	return tables
}
