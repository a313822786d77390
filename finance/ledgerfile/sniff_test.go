package ledgerfile

import (
	"slices"
	"strings"
	"testing"

	"jalon/internal/money"
)

func sniffText(t *testing.T, text string, hint *Profile) Sniffed {
	t.Helper()
	s, err := Sniff(heldFile{"x.csv", []byte(text)}, hint)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// meanings lists what the headers were taken for; "?" stands before what they may mean.
func meanings(s Sniffed) string {
	var out []string
	for _, c := range s.Columns {
		text := string(c.Field)
		for _, f := range c.Candidates {
			text += "?" + string(f)
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestSniff(t *testing.T) {
	s := sniffText(t, "Export du 12/11/2026;;;;;\r\n;;;;;\r\nExercice;Mandat;Date;Tiers;Montant TTC;Remarque\r\n"+
		"2026;832;13/01/2026;Soci\xe9t\xe9 A;1 234,56;a\r\n2026;833;14/01/2026;B;12,50;a\r\n", nil)
	if s.Encoding != "windows-1252" || !s.EncodingAssumed || s.Separator != ";" || s.Header != 3 || s.Rows != 2 || s.Decimal != DecimalComma || s.Dates != "DD/MM/YYYY" {
		t.Errorf("%+v", s)
	}
	if got := meanings(s); got != "exercice doc_no date supplier_name ttc " {
		t.Errorf("columns %q", got)
	}
	if c := s.Columns[3]; c.Header != "Tiers" || !slices.Equal(c.Samples, []string{"Société A", "B"}) {
		t.Errorf("column %+v", c)
	}

	s = sniffText(t, "Fiscal year,Payment order,Payment date,Supplier,Net amount,VAT,Gross amount\n2026,1,2026-01-13,A,10.00,2.00,12.00\n", nil)
	if got := meanings(s); got != "exercice doc_no pay_date supplier_name ht vat ttc" || s.Separator != "," || s.Decimal != DecimalPoint || s.Dates != "YYYY-MM-DD" {
		t.Errorf("columns %q, %+v", got, s)
	}
}

// What can be meant in two ways is left to a person.
func TestSniffLeavesOpen(t *testing.T) {
	s := sniffText(t, "Mandat;Date;Montant TTC;TTC;Tiers;Tiers\n1;01/02/2026;1,234;2;A;B\n2;03/04/2026;5;6;C;D\n", nil)
	if got := meanings(s); got != "doc_no date ?ttc ?ttc ?supplier_name ?supplier_name" {
		t.Errorf("columns %q", got)
	}
	if s.Columns[4].Header != "Tiers#1" || s.Columns[5].Header != "Tiers#2" {
		t.Errorf("columns %+v", s.Columns[4:])
	}
	if s.Decimal != Ambiguous || s.Dates != Ambiguous || !slices.Equal(s.DateChoices, []string{"DD/MM/YYYY", "MM/DD/YYYY"}) {
		t.Errorf("decimal %q, dates %q of %q", s.Decimal, s.Dates, s.DateChoices)
	}
	for text, want := range map[string]string{
		"Mandat;Date;TTC\n1;31/12/85;1,5\n":           "DD/MM/YY comma",
		"Mandat;Date;TTC\n1;01/02/03;1.5\n":           "ambiguous point",
		"Mandat;Date;TTC\n1;20260213;1.234,50\n":      "YYYYMMDD comma.",
		"Mandat;Date;TTC\n1;13.02.2026;1,234.5\n":     "DD.MM.YYYY point,",
		"Mandat;Date;TTC\n1;xxx;1,5\n2;xxx;1.5\n":     " ",
		"Mandat;Date;TTC\n1;2026-02-13 10:00:00;12\n": "YYYY-MM-DD ",
	} {
		s := sniffText(t, text, nil)
		if got := s.Dates + " " + s.Decimal + strings.Join(s.Groups, ""); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSniffUnknownHeaders(t *testing.T) {
	s := sniffText(t, "Liste\nAlpha|Beta|Gamma\n1|2|3\n4|5|6\n", nil)
	if s.Separator != "|" || s.Header != 2 || len(s.Columns) != 3 || meanings(s) != "  " {
		t.Errorf("%+v", s)
	}
	hint := small(func(p *Profile) {
		p.Columns[FieldTTC], p.Columns[FieldLabel] = []string{"Gamma"}, []string{"Montant TTC"}
	})
	s = sniffText(t, "Alpha|Mandat|Gamma|Montant TTC\n1|2|3|4\n", &hint)
	if got := meanings(s); got != " doc_no ttc label" {
		t.Errorf("with a hint %q", got)
	}
	if _, err := Sniff(heldFile{"x", []byte("rien\n1\n")}, nil); err == nil {
		t.Error("a list of one column is no table")
	}
}

func TestSniffWorkbook(t *testing.T) {
	s, err := Sniff(heldFile{"x.xlsx", workbook(t, []any{"Mandats"}, []any{"N° mandat", "Date", "Montant TTC"}, []any{832, 46042, 12.5})}, nil)
	if err != nil || s.Encoding != "xlsx" || s.Sheet != "Sheet1" || s.Header != 2 || meanings(s) != "doc_no date ttc" || s.Dates != "" || s.Decimal != "" {
		t.Errorf("%+v, %v", s, err)
	}
}

// What was sniffed and decided is a profile that reads the file.
func TestSniffedProfile(t *testing.T) {
	const text = "Exercice;Mandat;Nature;Date;Montant TTC;TTC;Tiers;Tiers\n2026;1;6156;01/02/2026;1,23;2;A;B\n"
	s := sniffText(t, text, nil)
	p := s.Profile("own", PurposeLedger, map[int]Field{5: FieldTTC, 6: "", 8: FieldSupplierName})
	p.Dates = []string{"DD/MM/YYYY"}
	lines, _, err := readText(t, text, p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if l := lines[1]; l.Amount != 123 || l.SupplierName != "B" || l.KeyText != "2026·1" || !l.Unique || l.Date.String() != "2026-02-01" {
		t.Errorf("%+v", l)
	}
	s = sniffText(t, "N° engagement;Date engagement;Montant engagé actuel;Montant engagé initial;Objet\nE1;13/02/2026;120,00;100,00;Licences\n", nil)
	p = s.Profile("own", PurposeCommitments, nil)
	lines, _, err = readText(t, "N° engagement;Date engagement;Montant engagé actuel;Montant engagé initial;Objet\nE1;13/02/2026;120,00;100,00;Licences\n", p, Options{Currency: money.EUR})
	if err != nil || lines[1].Kind != KindCommitment || lines[1].Event != EventState || lines[1].Amount != 12000 || lines[1].Initial != 10000 || lines[1].Commitment != "E1" {
		t.Errorf("%+v, %v", lines, err)
	}
}
