package grid

import (
	"encoding/xml"
	"iter"
	"strconv"
	"strings"
)

// Row is one row of a sheet. Rows that the file leaves out, and cells behind the last one that says
// something, are not there.
type Row struct {
	Number int // 1-based
	Cells  []Cell
}

// Cell is the text of a cell. Number: a spreadsheet holds it as a number, and Text is its machine
// notation (decimal point, perhaps an exponent).
type Cell struct {
	Text   string
	Number bool
}

// Blank tells that no cell of the row says anything.
func (r Row) Blank() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c.Text) != "" {
			return false
		}
	}
	return true
}

// Rows gives the rows of the sheet in order, the blank ones that the file holds among them. Formulas
// count by the value that the spreadsheet stored with them. An error ends it.
func (s Sheet) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		// Each pass over a sheet may unpack it anew, but never more than the limit in all: the
		// budget of the passes is that of the largest one.
		left := s.book.left
		defer func() { s.book.left = left }()
		stream, err := s.book.part(s.part)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer stream.close()
		p := sheetParser{book: s.book, stream: stream}
		for {
			row, more, err := p.next()
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !more || !yield(row, nil) {
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
func (p *sheetParser) next() (Row, bool, error) {
	for {
		t, err := p.stream.next()
		if t == nil || err != nil {
			return Row{}, false, err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "row" {
			if err := p.startRow(e); err != nil {
				return Row{}, false, err
			}
			row, err := p.cells()
			return row, true, err
		}
	}
}

func (p *sheetParser) startRow(e xml.StartElement) error {
	p.row++
	p.column = 0
	if r := attr(e, "r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < p.row || n > SheetRows {
			return badXLSX("row " + Clip(r))
		}
		p.row = n
	}
	if p.row > SheetRows {
		return badXLSX("row " + strconv.Itoa(p.row))
	}
	return nil
}

// cells reads up to the end of the row.
func (p *sheetParser) cells() (Row, error) {
	row := Row{Number: p.row}
	for {
		t, err := p.stream.next()
		if err != nil {
			return row, err
		}
		switch t := t.(type) {
		case nil:
			return row, badXLSX("row " + strconv.Itoa(p.row))
		case xml.StartElement:
			err = p.start(t)
		case xml.CharData:
			if p.taking {
				p.value.Write(t)
			}
		case xml.EndElement:
			p.taking = false
			if t.Name.Local == "row" {
				return row, nil
			}
			if t.Name.Local == "c" {
				err = p.endCell(&row)
			}
		}
		if err != nil {
			return row, err
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
				return badXLSX("cell " + Clip(r))
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
func (p *sheetParser) endCell(row *Row) error {
	text := p.value.String()
	if text == "" {
		return nil
	}
	if p.column > p.book.limits.Columns {
		return tooLarge("columns", int64(p.book.limits.Columns))
	}
	if len(text) > p.book.limits.Cell {
		return tooLarge("cell", int64(p.book.limits.Cell)>>10)
	}
	c := Cell{Text: text}
	switch p.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || i < 0 || i >= len(p.book.strings) {
			return badXLSX("string " + Clip(text))
		}
		c.Text = p.book.strings[i]
	case "b":
		c.Text = map[string]string{"1": "TRUE", "0": "FALSE"}[strings.TrimSpace(text)]
	case "", "n":
		c = Cell{Text: strings.TrimSpace(text), Number: true}
		if _, ok := MachineNumber(c.Text); !ok {
			return badXLSX("number " + Clip(text))
		}
	}
	for len(row.Cells) < p.column-1 {
		row.Cells = append(row.Cells, Cell{})
	}
	row.Cells = append(row.Cells, c)
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
