package ledgerfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jalon/internal/money"
)

// workbook writes rows with a spreadsheet library, as a foreign program would.
func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = f.SetSheetRow("Sheet1", cell, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadWorkbook(t *testing.T) {
	data := workbook(t,
		[]any{"Mandats de 2026"}, nil,
		[]any{"Exercice", "Mandat", "Date", "SIRET", "Objet", "HT", "TVA", "TTC"},
		[]any{2026, 832, 46042, "21310001900024", "Licences", 100.1, 20.02, 120.12},
		[]any{2026, "0833", "20/01/2026", 21310001900024, "Été", "1 234,50", nil, 39.54},
		[]any{2026, 834, 46042.5, 2.13100019e+21, "long", nil, nil, 1},
		[]any{2026, 835, 46042, "2,13E+13", "mangled", nil, nil, 2},
		[]any{2026, 836, 46042, nil, "fine", nil, nil, 12.345},
		[]any{2026, 837, 60, nil, "no such day", nil, nil, 3},
		[]any{nil, "Total", nil, nil, nil, nil, nil, 165.66},
	)
	lines, s, err := readText(t, string(data), small(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = "4+832 2026-01-20 12012\n5+0833 2026-01-20 3954\n6!834 2026-01-20 100 code.mangled[\"2131000190000000000000\"]\n" +
		"7!835 2026-01-20 200 code.mangled[\"2,13E+13\"]\n8!836 2026-01-20 0 amount.decimals[\"12.345\" \"EUR\"]\n9+837  300 date.unreadable[\"60\"]\n"
	if got := show(lines); got != want {
		t.Errorf("lines\n%swant\n%s", got, want)
	}
	if s.Encoding != "xlsx" || s.Header != 3 || len(s.Declared) != 1 || s.Declared[0].Computed != 165_66 || s.ByKind[KindOther] != 3 {
		t.Errorf("summary %+v", s)
	}
	if l := lines[3]; l.Offset != -1 || l.SupplierID != "21310001900024" || l.HT != 123450 || string(l.Raw) != "2026\t0833\t20/01/2026\t21310001900024\tÉté\t1 234,50\t\t39.54" {
		t.Errorf("line %+v, raw %q", l, l.Raw)
	}
}

// A row whose texts come to more than any line may hold is rejected by itself.
func TestReadLongRowOfWorkbook(t *testing.T) {
	row := []any{1, 46042, 5}
	for range 40 {
		row = append(row, strings.Repeat("x", 32_000))
	}
	lines, s, err := readText(t, string(workbook(t, []any{"Mandat", "Date", "TTC"}, row, []any{2, 46042, 7})), small(), Options{})
	if err != nil || s.SumRejected != 500 || s.SumExpenditure != 700 || lines[1].Findings[0].Code != LineLong || len(lines[1].Raw) > keptRawBytes {
		t.Errorf("%s, %v", show(lines), err)
	}
}

// A workbook and a text that say the same are the same file.
func TestWorkbookHasTheContentsOfText(t *testing.T) {
	book, _, err := readText(t, string(workbook(t, []any{"Mandat", "Date", "TTC", "Nature"}, []any{832, 46042, 1234.5, "2051"})), small(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := readText(t, "Mandat;Date;TTC;Nature\n832;20/01/2026;1 234,50;2051\n", small(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if book[1].Key != text[1].Key || book[1].Content != text[1].Content {
		t.Errorf("%+v and %+v", book[1], text[1])
	}
}

// onDisk is a file that can be read at any place, as files on a disk are, and counts who has it open.
type onDisk struct {
	heldFile
	open *int
}

type diskReader struct {
	*bytes.Reader
	open *int
}

func (r diskReader) Close() error { *r.open--; return nil }

func (f onDisk) Open() (io.ReadCloser, error) {
	*f.open++
	return diskReader{bytes.NewReader(f.data), f.open}, nil
}

// Every file is closed, whatever became of it.
func TestReadClosesFiles(t *testing.T) {
	for name, data := range map[string][]byte{
		"workbook": workbook(t, []any{"Mandat", "Date", "TTC"}, []any{1, 46042, 5}), "text": []byte("Mandat;Date;TTC\n1;02/01/2026;5\n"),
		"no header": []byte("a;b\n1;2\n"), "torn": []byte("PK\x03\x04"), "ambiguous": []byte("Mandat;Date;TTC\n1;01/02/26;5\n"), "empty": nil,
		"ASCII, long": []byte("Mandat;Date;TTC\n" + strings.Repeat("1;02/01/2026;0\n", 30_000) + "2;02/01/2026;5\n"),
	} {
		open := 0
		src := onDisk{heldFile{name, data}, &open}
		s, err := Read(src, small(), Options{Currency: money.EUR}, func(*Line) error { return nil })
		if good := name == "workbook" || name == "text" || name == "ASCII, long"; good != (err == nil) || good && s.Sum != 500 || open != 0 {
			t.Errorf("%s: Σ %d, %d left open, %v", name, s.Sum, open, err)
		}
		if _, err := Sniff(src, nil); open != 0 {
			t.Errorf("%s: sniffing left %d open, %v", name, open, err)
		}
	}
}

// Money on a second sheet that is read past is money lost: one sheet is read, where only one can be meant.
func TestReadSheetsAlike(t *testing.T) {
	book := func(sheets ...[][]any) string {
		f := excelize.NewFile()
		for i, rows := range sheets {
			name := fmt.Sprintf("Mois %d", i+1)
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			for k, r := range rows {
				if err := f.SetSheetRow(name, fmt.Sprintf("A%d", k+1), &r); err != nil {
					t.Fatal(err)
				}
			}
		}
		var b bytes.Buffer
		if err := errors.Join(f.DeleteSheet("Sheet1"), f.Write(&b)); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	head, wide := []any{"Mandat", "Date", "TTC"}, []any{"Mandat", "Date", "TTC", "Objet"}
	for name, tc := range map[string]struct {
		sheets [][][]any
		sheet  string
		sum    money.Amount // 0: refused
	}{
		"two months":                {[][][]any{{head, {1, 46042, 5}}, {head, {2, 46042, 7}}}, "", 0},
		"two months, one is wider":  {[][][]any{{head, {1, 46042, 5}}, {wide, {2, 46042, 7, "x"}}}, "", 0},
		"one is named":              {[][][]any{{head, {1, 46042, 5}}, {head, {2, 46042, 7}}}, "Mois 2", 700},
		"the next month is empty":   {[][][]any{{head, {1, 46042, 5}}, {head}}, "", 500},
		"the month before is empty": {[][][]any{{head, nil, {"", " "}}, {head, {2, 46042, 7}}}, "", 700},
		"a sheet of notes":          {[][][]any{{{"Lisez-moi"}, {"Mandat", 5}}, {head, {2, 46042, 7}}}, "", 700},
	} {
		_, s, err := readText(t, book(tc.sheets...), small(func(p *Profile) { p.Sheet = tc.sheet }), Options{})
		if tc.sum == 0 {
			wantFault(t, err, "ledger.sheets_alike")
		} else if err != nil || s.Sum != tc.sum {
			t.Errorf("%s: Σ %d, %v", name, s.Sum, err)
		}
	}
}

func TestReadRefusesWorkbooks(t *testing.T) {
	_, _, err := readText(t, string(workbook(t, []any{"Mandat", "Date", "TTC"}, []any{1, 46042, "1.234"})), small(), Options{})
	wantFault(t, err, "ledger.number_notation", 2, "TTC", "1.234")
	_, _, err = readText(t, string(workbook(t, []any{"Mandat", "Date", "TTC"})), small(func(p *Profile) { p.Sheet = "absente" }), Options{})
	wantFault(t, err, "grid.no_sheet")
	_, _, err = readText(t, "PK\x03\x04torn", small(), Options{})
	wantFault(t, err, "grid.xlsx_damaged")
}
