package sheet

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/xuri/excelize/v2"
)

// mostRows is how many rows a sheet of the format holds, the header among them.
const mostRows = 1_048_576

// Write writes the document as a workbook. An error of a row's source comes back as it is; what was written by then is no
// workbook, so a caller who cannot take bytes back writes to a file first.
func Write(w io.Writer, doc Document) error { return write(w, doc, mostRows) }

func write(w io.Writer, doc Document, rows int) error {
	b := &book{file: excelize.NewFile(), rows: rows}
	defer b.file.Close() // removes the temporary files
	if err := b.begin(doc.Title); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	for _, s := range doc.Sheets {
		if err := b.sheet(s); err != nil {
			return err
		}
	}
	return b.save(w)
}

// A book is a workbook that is being written.
type book struct {
	file   *excelize.File
	rows   int // a sheet holds at most
	tabs   tabs
	sheets int
	styles map[styleKey]int
	header int
}

// styleKey names the look of a cell.
type styleKey struct {
	kind     kind
	decimals int // of an amount
}

// begin makes what all sheets share.
func (b *book) begin(title string) error {
	// The time of writing would make two files of the same figures differ.
	const always = "2000-01-01T00:00:00Z"
	err := b.file.SetDocProps(&excelize.DocProperties{Title: storable(title), Creator: "Jalon", LastModifiedBy: "Jalon", Created: always, Modified: always})
	if err != nil {
		return err
	}
	b.header, err = b.file.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7EDEE"}},
		Border:    []excelize.Border{{Type: "bottom", Style: 1, Color: "5A6B70"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
		NumFmt:    textFormat,
	})
	b.styles = map[styleKey]int{}
	return err
}

// textFormat is the built-in format "@": what somebody types into the cell later stays a text as well.
const textFormat = 49

// style gives the style of a cell.
func (b *book) style(c Cell, k kind) (int, error) {
	key := styleKey{kind: k}
	if k == amount {
		key.decimals = c.currency.Exponent()
	}
	if id, known := b.styles[key]; known {
		return id, nil
	}
	var s excelize.Style
	custom := ""
	switch k {
	case text:
		s.NumFmt = textFormat
	case integer:
		s.NumFmt = 1 // 0
	case share:
		s.NumFmt = 10 // 0.00%
	case day:
		custom = "dd/mm/yyyy" // as pages write it, in every language
	case amount:
		custom = amountFormats[min(key.decimals, len(amountFormats)-1)]
	}
	if custom != "" {
		s.CustomNumFmt = &custom
	}
	id, err := b.file.NewStyle(&s)
	if err != nil {
		return 0, err
	}
	b.styles[key] = id
	return id, nil
}

// amountFormats show amounts by the decimals of their currency.
var amountFormats = [...]string{"#,##0", "#,##0.0", "#,##0.00", "#,##0.000"}

// sheet writes one table, over as many sheets of the workbook as it takes.
func (b *book) sheet(s Sheet) error {
	tab, err := b.open(s)
	if err != nil {
		return err
	}
	if s.Rows != nil {
		for row, err := range s.Rows {
			if err != nil {
				return err
			}
			if tab.next > b.rows {
				if err := tab.close(); err != nil {
					return err
				}
				if tab, err = b.open(s); err != nil {
					return err
				}
			}
			if err := tab.write(row, len(s.Columns)); err != nil {
				return err
			}
		}
	}
	return tab.close()
}

// open begins a sheet of the workbook with its header.
func (b *book) open(s Sheet) (*tab, error) {
	name := b.tabs.name(s.Name)
	b.sheets++
	var err error
	if b.sheets == 1 { // a new workbook has one
		err = b.file.SetSheetName(b.file.GetSheetName(0), name)
	} else {
		_, err = b.file.NewSheet(name)
	}
	if err != nil {
		return nil, fmt.Errorf("sheet %q: %w", name, err)
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("sheet %q: %w", name, err)
	}
	t := &tab{book: b, stream: stream, name: name, next: 1}
	for i, c := range slices.Backward(s.Columns) { // each goes before the last: spreadsheets want them in order
		if err := stream.SetColWidth(i+1, i+1, c.width()); err != nil {
			return nil, t.wrap(err)
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, t.wrap(err)
	}
	head := make([]any, len(s.Columns))
	for i, c := range s.Columns {
		head[i] = excelize.Cell{StyleID: b.header, Value: storable(c.Title)}
	}
	return t, t.row(head)
}

// A tab is a sheet of the workbook that is being written.
type tab struct {
	book   *book
	stream *excelize.StreamWriter
	name   string
	next   int   // row
	values []any // of a row, kept for the next
}

func (t *tab) wrap(err error) error { return fmt.Errorf("sheet %q: %w", t.name, err) }

// write adds a row of cells.
func (t *tab) write(cells []Cell, columns int) error {
	if len(cells) > columns {
		return t.wrap(fmt.Errorf("row %d has %d cells under %d columns", t.next, len(cells), columns))
	}
	t.values = t.values[:0]
	for _, c := range cells {
		value, k := c.value()
		if value == nil {
			t.values = append(t.values, nil)
			continue
		}
		style, err := t.book.style(c, k)
		if err != nil {
			return t.wrap(err)
		}
		t.values = append(t.values, excelize.Cell{StyleID: style, Value: value})
	}
	return t.row(t.values)
}

func (t *tab) row(values []any) error {
	at, err := excelize.CoordinatesToCellName(1, t.next)
	if err != nil {
		return t.wrap(err)
	}
	t.next++
	if err := t.stream.SetRow(at, values); err != nil {
		return t.wrap(err)
	}
	return nil
}

func (t *tab) close() error {
	if err := t.stream.Flush(); err != nil {
		return t.wrap(err)
	}
	return nil
}

// save writes the parts of the workbook in a fixed order. excelize packs them in an order drawn by lot, and into memory: its
// archive goes to a temporary file instead, and the packed parts are copied from there.
func (b *book) save(w io.Writer) error {
	packed, err := os.CreateTemp("", "jalon-sheet-*")
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	defer packed.Close()
	_ = os.Remove(packed.Name()) // it lives as long as it is open, also when the program is killed
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(packed) })
	if err := b.file.Write(io.Discard); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	size, err := packed.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	parts, err := zip.NewReader(packed, size)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return reorder(w, parts.File)
}

// reorder writes packed parts sorted by name.
func reorder(w io.Writer, parts []*zip.File) error {
	parts = slices.Clone(parts)
	slices.SortFunc(parts, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, p := range parts {
		if err := out.Copy(p); err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
	}
	return out.Close()
}
