package grid

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jalon/internal/fault"
	"jalon/internal/gridtest"
)

// small limits, so that a test need not write a large file to meet them.
var small = Limits{Unpacked: 32 << 20, Parts: 50, Columns: 1000, Cell: 100 << 10, Strings: 1000}

// readAll opens a workbook and writes out the rows of its first sheet.
func readAll(data []byte, name string) (string, error) {
	sheets, err := OpenXLSX(bytes.NewReader(data), int64(len(data)), name, small)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for row, err := range sheets[0].Rows() {
		if err != nil {
			return b.String(), err
		}
		if row.Blank() {
			continue
		}
		fmt.Fprint(&b, row.Number)
		for _, c := range row.Cells {
			mark := " "
			if c.Number {
				mark = " #"
			}
			b.WriteString(mark + c.Text)
		}
		b.WriteString("|")
	}
	return b.String(), nil
}

func TestRows(t *testing.T) {
	got, err := readAll(gridtest.Zip(t, gridtest.Parts(gridtest.Sheet(gridtest.HeaderRow+`<row><c t="s"><v>1</v></c><c><v>1.5</v></c></row><row r="7"/><row r="9"><c r="B9" t="inlineStr"><is><t>C</t></is></c></row>`+
		`<row r="10"><c r="A10" t="str"><f>1+1</f><v>D</v></c><c r="B10" t="b"><v>1</v></c><c r="XFD10" s="1"/></row>`))...), "")
	if want := "1 Projet|2 A b #1.5|9  C|10 D TRUE|"; got != want || err != nil {
		t.Errorf("rows %q, %v, want %q", got, err, want)
	}
}

func TestRefusedWorkbooks(t *testing.T) {
	many := make([]gridtest.Part, small.Parts+1)
	for i := range many {
		many[i] = gridtest.Part{fmt.Sprint("p", i), ""}
	}
	row := func(s string) []gridtest.Part { return gridtest.Parts(gridtest.Sheet(gridtest.HeaderRow + s)) }
	texts := func(s string) []gridtest.Part {
		return []gridtest.Part{{"xl/workbook.xml", gridtest.Workbook}, {"xl/_rels/workbook.xml.rels", gridtest.Relations}, {"xl/sharedStrings.xml", "<sst>" + s + "</sst>"}, gridtest.Sheet("")}
	}
	for _, tc := range []struct {
		name, key string
		parts     []gridtest.Part
	}{
		{"no workbook", "grid.kind_unsupported", []gridtest.Part{{"a.txt", "x"}}},
		{"ODS", "grid.kind_unsupported", []gridtest.Part{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", "x"}}},
		{"macros", "grid.macros", gridtest.Parts(gridtest.Sheet(gridtest.HeaderRow), gridtest.Part{"xl/vbaProject.bin", "x"})},
		{"too many parts", "grid.too_large_parts", many},
		{"a part twice", "grid.xlsx_damaged", gridtest.Parts(gridtest.Sheet(""), gridtest.Sheet(""))},
		{"a part of nothing but zeros", "grid.too_large_unpacked", gridtest.Parts(gridtest.Part{"x", strings.Repeat("\x00", ratioFloor+1)})},
		{"too large in all", "grid.too_large_unpacked", gridtest.Parts(gridtest.Part{"x", strings.Repeat("0123456789abcdef", int(small.Unpacked/16))})},
		{"sheet missing", "grid.xlsx_damaged", gridtest.Parts()},
		{"relations missing", "grid.xlsx_damaged", []gridtest.Part{{"xl/workbook.xml", gridtest.Workbook}}},
		{"no sheets", "grid.no_sheet", []gridtest.Part{{"xl/workbook.xml", "<workbook/>"}, {"xl/_rels/workbook.xml.rels", gridtest.Relations}, {"xl/sharedStrings.xml", gridtest.Texts}}},
		{"no XML", "grid.xlsx_damaged", gridtest.Parts(gridtest.Part{"xl/worksheets/sheet1.xml", "<worksheet><row"})},
		{"a row that never ends", "grid.xlsx_damaged", gridtest.Parts(gridtest.Part{"xl/worksheets/sheet1.xml", "<worksheet><row>"})},
		{"row 9999999999", "grid.xlsx_damaged", row(`<row r="9999999999"><c t="s"><v>1</v></c></row>`)},
		{"rows going back", "grid.xlsx_damaged", row(`<row r="1"><c t="s"><v>1</v></c></row>`)},
		{"cells going back", "grid.xlsx_damaged", row(`<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>`)},
		{"cell without a column", "grid.xlsx_damaged", row(`<row r="2"><c r="2"><v>1</v></c></row>`)},
		{"cell beyond XFD", "grid.xlsx_damaged", row(`<row r="2"><c r="XFE2"><v>1</v></c></row>`)},
		{"cell in column 1,001", "grid.too_large_columns", row(`<row r="2"><c r="ALM2"><v>1</v></c></row>`)},
		{"cell over the limit", "grid.too_large_cell", row(`<row r="2"><c r="A2" t="str"><v>` + strings.Repeat("ab", small.Cell) + `</v></c></row>`)},
		{"text over the limit", "grid.too_large_cell", texts("<si><t>" + strings.Repeat("ab", small.Cell) + "</t></si>")},
		{"too many texts", "grid.too_large_strings", texts(strings.Repeat("<si><t>a</t></si>", small.Strings+1))},
		{"string that is not there", "grid.xlsx_damaged", row(`<row r="2"><c r="A2" t="s"><v>99</v></c></row>`)},
		{"number that is none", "grid.xlsx_damaged", row(`<row r="2"><c r="A2"><v>0x10</v></c></row>`)},
		{"document type", "grid.xlsx_damaged", gridtest.Parts(gridtest.Part{"xl/worksheets/sheet1.xml", `<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>`})},
		{"entity", "grid.xlsx_damaged", row(`<row r="2"><c t="str"><v>&b;</v></c></row>`)},
		{"deep", "grid.xlsx_damaged", row(strings.Repeat("<x>", 100))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := readAll(gridtest.Zip(t, tc.parts...), "")
			wantKey(t, err, tc.key)
		})
	}
	_, err := readAll([]byte("PK\x03\x04 and no more"), "")
	wantKey(t, err, "grid.xlsx_damaged")
	_, err = readAll(gridtest.Zip(t, gridtest.Parts(gridtest.Sheet(gridtest.HeaderRow))...), "absente")
	wantKey(t, err, "grid.no_sheet")
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	if f := fault.As(err); f == nil || f.Key != key || f.Kind != fault.KindInvalid {
		t.Errorf("error %v, want %s", err, key)
	}
}

// A directory that lies about the size of a part does not get past the limit while unpacking.
func TestUnpacksNoMoreThanDeclared(t *testing.T) {
	data := gridtest.Zip(t, gridtest.Parts(gridtest.Sheet(gridtest.HeaderRow+strings.Repeat(`<row><c t="s"><v>1</v></c></row>`, 1000)))...)
	i := bytes.LastIndex(data, []byte("PK\x01\x02"))
	copy(data[i+24:], []byte{100, 0, 0, 0}) // uncompressed size of the last entry of the directory
	_, err := readAll(data, "")
	wantKey(t, err, "grid.xlsx_damaged")
}

func TestEncryptedPart(t *testing.T) {
	data := gridtest.Zip(t, gridtest.Parts(gridtest.Sheet(gridtest.HeaderRow))...)
	i := bytes.LastIndex(data, []byte("PK\x01\x02"))
	data[i+8] |= 1 // general purpose flag, bit 0
	_, err := readAll(data, "")
	wantKey(t, err, "grid.encrypted")
}

// The reader and an independent library see the same cells in every row.
func TestAgreesWithLibrary(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "portfolios", "panorama", "export_2018-03-26.xlsx"))
	if err != nil {
		t.Skipf("real project lists are not beside the repository: %v", err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: small.Unpacked, UnzipXMLSizeLimit: small.Unpacked, RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want, err := f.GetRows(f.GetSheetList()[0])
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := OpenXLSX(bytes.NewReader(data), int64(len(data)), "", small)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for row, err := range sheets[0].Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if row.Blank() {
			continue
		}
		seen++
		for i, c := range row.Cells {
			if theirs := want[row.Number-1]; i < len(theirs) && theirs[i] != c.Text || i >= len(theirs) && c.Text != "" {
				t.Errorf("row %d cell %d: %q differs from the library's", row.Number, i+1, c.Text)
			}
		}
	}
	if seen != 62 {
		t.Errorf("%d rows, want 62", seen)
	}
}

func FuzzSheet(f *testing.F) {
	gridtest.FuzzSheet(f, func(t *testing.T, data []byte) {
		sheets, err := OpenXLSX(bytes.NewReader(data), int64(len(data)), "", small)
		last := 0
		for _, s := range sheets {
			last = 0
			for row, failed := range s.Rows() {
				if err = failed; err != nil {
					break
				}
				if row.Number <= last || row.Number > SheetRows || len(row.Cells) > small.Columns {
					t.Fatalf("row %d after %d, with %d cells", row.Number, last, len(row.Cells))
				}
				last = row.Number
			}
		}
		if err != nil && fault.KindOf(err) != fault.KindInvalid {
			t.Fatalf("%v is no fault of the file", err)
		}
	})
}
