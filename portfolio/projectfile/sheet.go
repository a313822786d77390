package projectfile

import (
	"encoding/xml"
	"iter"
	"strconv"
	"strings"
)

const (
	sheetRows    = 1_048_576 // rows and columns that a sheet can have (ECMA-376)
	sheetColumns = 16_384
)

// records gives the rows of the sheet that are not blank. Formulas count by the value that the
// spreadsheet stored with them.
func (t sheetTable) records() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		// Each pass over a sheet may unpack it anew, but never more than the limit in all: the
		// budget of the passes is that of the largest one.
		left := t.book.left
		defer func() { t.book.left = left }()
		s, err := t.book.part(t.part)
		if err != nil {
			yield(record{}, err)
			return
		}
		defer s.close()
		p := sheetParser{book: t.book, stream: s}
		for rows := 0; ; {
			rec, more, err := p.next()
			if err != nil {
				yield(record{}, err)
				return
			}
			if !more {
				return
			}
			if rec.blank() {
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

type sheetParser struct {
	book   *workbook
	stream *xmlStream
	row    int // number of the last row
	column int // number of the last cell of the row
	kind   string
	value  strings.Builder
	taking bool // inside an element whose text is the value
}

// next reads one <row>.
func (p *sheetParser) next() (record, bool, error) {
	for {
		t, err := p.stream.next()
		if t == nil || err != nil {
			return record{}, false, err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "row" {
			if err := p.startRow(e); err != nil {
				return record{}, false, err
			}
			rec, err := p.cells()
			return rec, true, err
		}
	}
}

func (p *sheetParser) startRow(e xml.StartElement) error {
	p.row++
	p.column = 0
	if r := attr(e, "r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < p.row || n > sheetRows {
			return badXLSX("row " + clip(r))
		}
		p.row = n
	}
	if p.row > sheetRows {
		return badXLSX("row " + strconv.Itoa(p.row))
	}
	return nil
}

// cells reads up to the end of the row.
func (p *sheetParser) cells() (record, error) {
	rec := record{line: p.row}
	for {
		t, err := p.stream.next()
		if err != nil {
			return rec, err
		}
		switch t := t.(type) {
		case nil:
			return rec, badXLSX("row " + strconv.Itoa(p.row))
		case xml.StartElement:
			err = p.start(t)
		case xml.CharData:
			if p.taking {
				p.value.Write(t)
			}
		case xml.EndElement:
			p.taking = false
			if t.Name.Local == "row" {
				rec.width = len(rec.cells)
				return rec, nil
			}
			if t.Name.Local == "c" {
				err = p.endCell(&rec)
			}
		}
		if err != nil {
			return rec, err
		}
	}
}

func (p *sheetParser) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "c":
		p.kind = attr(e, "t")
		p.value.Reset()
		p.column++
		if r := attr(e, "r"); r != "" {
			n, ok := columnOf(r)
			if !ok || n < p.column {
				return badXLSX("cell " + clip(r))
			}
			p.column = n
		}
	case "v":
		p.taking = true
	case "t":
		p.taking = p.kind == "inlineStr"
	default:
		p.taking = false
	}
	return nil
}

// endCell files the value under its column. Cells that only carry a format are no cells here.
func (p *sheetParser) endCell(rec *record) error {
	text := p.value.String()
	if text == "" {
		return nil
	}
	if p.column > MaxColumns {
		return tooLarge("columns", MaxColumns)
	}
	if len(text) > MaxCellBytes {
		return tooLarge("cell", MaxCellBytes>>20)
	}
	c := cell{text: text}
	switch p.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || i < 0 || i >= len(p.book.strings) {
			return badXLSX("string " + clip(text))
		}
		c.text = p.book.strings[i]
	case "b":
		c.text = map[string]string{"1": "TRUE", "0": "FALSE"}[strings.TrimSpace(text)]
	case "", "n":
		c = cell{text: strings.TrimSpace(text), number: true}
		if _, ok := machineNumber(c.text); !ok {
			return badXLSX("number " + clip(text))
		}
	}
	for len(rec.cells) < p.column-1 {
		rec.cells = append(rec.cells, cell{})
	}
	rec.cells = append(rec.cells, c)
	return nil
}

// columnOf reads the column of a reference: "AB12" is 28.
func columnOf(ref string) (int, bool) {
	n, i := 0, 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		if n = n*26 + int(ref[i]-'A') + 1; n > sheetColumns {
			return 0, false
		}
	}
	return n, i > 0
}
