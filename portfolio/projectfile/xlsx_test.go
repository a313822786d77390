package projectfile

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jalon/internal/gridtest"
	"jalon/internal/money"
)

// book writes a workbook with a spreadsheet library, as a foreign program would.
func book(t *testing.T, build func(*excelize.File) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := build(f); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rows(f *excelize.File, sheet string, rows ...[]any) error {
	for i, r := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &r); err != nil {
			return err
		}
	}
	return nil
}

func TestReadWorkbook(t *testing.T) {
	data := book(t, func(f *excelize.File) error {
		for _, s := range []string{"Lisez-moi", "Liste", "Cachée"} {
			if _, err := f.NewSheet(s); err != nil {
				return err
			}
		}
		if err := rows(f, "Lisez-moi", []any{"Projet"}, []any{"pas celui-ci"}); err != nil {
			return err
		}
		if err := rows(f, "Cachée", []any{"Projet", "Coût", "Début", "Code", "Poids"}, []any{"non"}); err != nil {
			return err
		}
		if err := f.SetSheetVisible("Cachée", false); err != nil {
			return err
		}
		return rows(f, "Liste",
			[]any{"Projets de 2026"}, nil,
			[]any{"Code", "Projet", "Coût", "Début", "Durée (années)", "Inter"},
			[]any{3, "A", 1234.567, 43159, 2, true}, nil,
			[]any{12e12, "B", "1 234,56", "31/12/2025", "2", false, nil, "remarque"},
			[]any{nil, "C", "1.234", 43159.75, 0.1 + 0.2},
			[]any{"=1", "#N/A", nil, 60})
	})
	l, err := Read(data, "list.xlsx", small(), money.EUR)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, r := range l.Rows {
		inter := "-"
		if r.InterAdministration != nil {
			inter = fmt.Sprint(*r.InterAdministration)
		}
		fmt.Fprintf(&got, "%d %s %s %v %d %s..%s %s\n", r.Line, r.Code, r.Name, r.HasCost, r.Cost, r.Start, r.End, inter)
	}
	const want = "4 3 A true 123457 2018-02-28..2020-02-28 true\n6 12000000000000 B true 123456 2025-12-31..2027-12-31 false\n" +
		"7  C false 0 2018-02-28..2018-06-17 -\n8 =1  false 0 .. -\n"
	if got.String() != want {
		t.Errorf("rows\n%swant\n%s", got.String(), want)
	}
	if got, want := show(l), "7 Coût number.ambiguous [1.234]\n8 Projet cell.error [#N/A]\n8 Début date.impossible [60]\n"; got != want {
		t.Errorf("findings\n%swant\n%s", got, want)
	}
}

func TestReadWorkbook1904(t *testing.T) {
	data := book(t, func(f *excelize.File) error {
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			return err
		}
		return rows(f, "Sheet1", []any{"Projet", "Début"}, []any{"A", 41697})
	})
	l, err := Read(data, "list.xlsx", small(), money.EUR)
	if err != nil || len(l.Rows) != 1 || l.Rows[0].Start.String() != "2018-02-28" {
		t.Errorf("%+v, %v; want a start on 2018-02-28", l.Rows, err)
	}
}

func TestReadNamedSheet(t *testing.T) {
	data := book(t, func(f *excelize.File) error {
		if _, err := f.NewSheet("Données"); err != nil {
			return err
		}
		if err := rows(f, "Données", []any{"Projet"}, []any{"B"}); err != nil {
			return err
		}
		return rows(f, "Sheet1", []any{"Projet", "Coût"}, []any{"A", 1})
	})
	l, err := Read(data, "", small(func(p *Profile) { p.Sheet = "donnees" }), money.EUR)
	if err != nil || len(l.Rows) != 1 || l.Rows[0].Name != "B" {
		t.Errorf("%+v, %v; want the row of the named sheet", l.Rows, err)
	}
	_, err = Read(data, "", small(func(p *Profile) { p.Sheet = "absente" }), money.EUR)
	wantKey(t, err, "grid.no_sheet")
}

func TestReadHandMadeWorkbook(t *testing.T) {
	data := gridtest.Zip(t, gridtest.Parts(gridtest.Sheet(gridtest.HeaderRow+`<row><c t="s"><v>1</v></c></row><row r="9"><c r="A9" t="inlineStr"><is><t>C</t></is></c></row>`+
		`<row r="10"><c r="A10" t="str"><f>1+1</f><v>D</v></c><c r="XFD10" s="1"/></row>`))...)
	l, err := Read(data, "", small(), money.EUR)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range l.Rows {
		got = append(got, fmt.Sprint(r.Line, r.Name))
	}
	if s := strings.Join(got, "|"); s != "2A b|9C|10D" {
		t.Errorf("rows %q", s)
	}
}

// What refuses a workbook is the matter of package grid; this is what refuses a list in one.
func TestReadRefusesWorkbooks(t *testing.T) {
	row := func(s string) []gridtest.Part { return gridtest.Parts(gridtest.Sheet(gridtest.HeaderRow + s)) }
	for _, tc := range []struct {
		name, key string
		parts     []gridtest.Part
	}{
		{"no workbook", "grid.kind_unsupported", []gridtest.Part{{"a.txt", "x"}}},
		{"too large in all", "grid.too_large_unpacked", gridtest.Parts(gridtest.Part{"x", strings.Repeat("0123456789abcdef", MaxUnpackedBytes/16)})},
		{"cell in column 1,001", "grid.too_large_columns", row(`<row r="2"><c r="ALM2"><v>1</v></c></row>`)},
		{"empty sheet", "projectfile.empty", gridtest.Parts(gridtest.Sheet(""))},
		{"header alone", "projectfile.no_rows", gridtest.Parts(gridtest.Sheet(gridtest.HeaderRow))},
		{"no header", "projectfile.no_header", gridtest.Parts(gridtest.Sheet(`<row><c t="s"><v>1</v></c></row>`))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Read(gridtest.Zip(t, tc.parts...), "list.xlsx", small(), money.EUR)
			wantKey(t, err, tc.key)
		})
	}
}
