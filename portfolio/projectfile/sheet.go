package projectfile

import (
	"bytes"
	"iter"

	"jalon/internal/grid"
)

// sheetTable is a sheet of a workbook.
type sheetTable struct{ grid.Sheet }

func (t sheetTable) positional() bool { return false }
func (t sheetTable) date1904() bool   { return t.Date1904() }

// openSheets gives the visible sheets of an XLSX file, or the one of the given name.
func openSheets(data []byte, name string) ([]table, error) {
	sheets, err := grid.OpenXLSX(bytes.NewReader(data), int64(len(data)), name,
		grid.Limits{Unpacked: MaxUnpackedBytes, Parts: MaxParts, Columns: MaxColumns, Cell: MaxCellBytes, Strings: maxStrings})
	tables := make([]table, len(sheets))
	for i, s := range sheets {
		tables[i] = sheetTable{s}
	}
	return tables, err
}

// records gives the rows of the sheet that are not blank.
func (t sheetTable) records() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		rows := 0
		for row, err := range t.Rows() {
			if err == nil && row.Blank() {
				continue
			}
			if rows++; err == nil && rows > MaxRows {
				err = tooLarge("rows", MaxRows)
			}
			if !yield(record{line: row.Number, cells: row.Cells, width: len(row.Cells)}, err) || err != nil {
				return
			}
		}
	}
}
