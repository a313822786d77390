// Package gridtest packs archives and workbooks for tests, part by part, so that they may hold what no spreadsheet program would write.
package gridtest

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"
)

// Part is a file of an archive: its name and its text.
type Part [2]string

// Zip packs parts in their order; a name may stand in it twice.
func Zip(t testing.TB, parts ...Part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p[0])
		if err == nil {
			_, err = io.WriteString(w, p[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The parts of a workbook with one sheet, "S". Its shared texts are "Projet" and "A b"; HeaderRow is a first row with the first of them.
const (
	Workbook  = `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`
	Relations = `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`
	Texts     = `<sst><si><t>Projet</t></si><si><r><t>A</t></r><r><t xml:space="preserve"> b</t></r><rPh><t>no</t></rPh></si></sst>`
	HeaderRow = `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`
)

// Parts are those of the workbook, and more.
func Parts(more ...Part) []Part { return append(workbook(Workbook, Relations, Texts), more...) }

func workbook(book, relations, texts string) []Part {
	return []Part{{"xl/workbook.xml", book}, {"xl/_rels/workbook.xml.rels", relations}, {"xl/sharedStrings.xml", texts}}
}

// Sheet is the one sheet of the workbook with its rows.
func Sheet(rows string) Part {
	return Part{"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"}
}

// FuzzSheet feeds workbooks to check by their parts, so that the fuzzer need not learn to pack.
func FuzzSheet(f *testing.F, check func(t *testing.T, data []byte)) {
	f.Add(Workbook, Relations, Texts, Sheet(HeaderRow + `<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>1e9</v></c></row>`)[1])
	f.Add(`<workbook><workbookPr date1904="1"/><sheets><sheet name="S" id="rId1" state="hidden"/></sheets></workbook>`, Relations, "<sst/>", Sheet(`<row><c t="b"><v>1</v></c></row>`)[1])
	f.Fuzz(func(t *testing.T, book, relations, texts, rows string) {
		check(t, Zip(t, append(workbook(book, relations, texts), Part{"xl/worksheets/sheet1.xml", rows})...))
	})
}
