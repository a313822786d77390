package ledgerfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// small is a profile of few columns, changed as a test wants.
func small(changes ...func(*Profile)) Profile {
	p := Profile{
		Name: "own", Version: 1, Format: FormatCSV, Purpose: PurposeLedger,
		Columns: map[Field][]string{
			FieldExercice: {"Exercice"}, FieldDocNo: {"Mandat"}, FieldLineNo: {"Ligne"}, FieldDate: {"Date"}, FieldNature: {"Nature"},
			FieldSIRET: {"SIRET"}, FieldLabel: {"Objet"}, FieldHT: {"HT"}, FieldVAT: {"TVA"}, FieldTTC: {"TTC", "Montant"},
			FieldFlow: {"Sens"}, FieldSection: {"Section"}, FieldDocType: {"Type"}, FieldOrigin: {"Origine"}, FieldStatus: {"Statut"},
			FieldManager: {"Service"}, FieldBudget: {"Budget"}, FieldOrderOp: {"Ordre"},
		},
		Required: []Field{FieldDocNo, FieldDate, FieldTTC},
		Keys:     []Key{{Fields: []Field{FieldDocNo}, Optional: []Field{FieldExercice, FieldLineNo}, Unique: true}},
		Decimal:  DecimalComma, Dates: []string{"DD/MM/YYYY"}, NullTokens: []string{"#"},
	}
	for _, change := range changes {
		change(&p)
	}
	return p
}

// readText reads a text and keeps its lines.
func readText(t testing.TB, text string, p Profile, o Options) ([]Line, Summary, error) {
	t.Helper()
	if o.Currency == "" {
		o.Currency = money.EUR
	}
	var lines []Line
	s, err := Read(heldFile{"own.csv", []byte(text)}, p, o, func(l *Line) error {
		kept := *l
		kept.Raw, kept.Findings = bytes.Clone(l.Raw), slices.Clone(l.Findings)
		lines = append(lines, kept)
		return nil
	})
	if f := fault.As(err); f == nil || f.Key != "ledger.overflow" {
		holds(t, lines, s)
	}
	return lines, s, err
}

// holds checks what is true of every reading: kinds and sums of the lines are those of the summary.
func holds(t testing.TB, lines []Line, s Summary) {
	t.Helper()
	var kinds [KindCount]int
	var sum, rejected money.Amount
	for _, l := range lines {
		kinds[l.Kind]++
		switch l.Kind {
		case KindPosting, KindCommitment:
			sum += l.Amount
		case KindRejected:
			sum += l.Amount
			rejected += l.Amount
			if len(l.Findings) == 0 {
				t.Errorf("line %d is rejected without a finding", l.No)
			}
		}
	}
	if kinds != s.ByKind || len(lines) != s.Lines {
		t.Errorf("kinds %v of %d lines, the summary says %v of %d", kinds, len(lines), s.ByKind, s.Lines)
	}
	if sum != s.Sum || rejected != s.SumRejected || s.SumExpenditure+s.SumRevenue+s.SumRejected != s.Sum {
		t.Errorf("Σ %d, rejected %d; the summary says %d, %d, expenditure %d, revenue %d", sum, rejected, s.Sum, s.SumRejected, s.SumExpenditure, s.SumRevenue)
	}
}

// show writes lines in short, one a row.
func show(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		if l.Kind == KindOther {
			continue
		}
		kind := map[Kind]string{KindPosting: "+", KindCommitment: "c", KindRejected: "!", KindOutOfScope: "-"}[l.Kind]
		fmt.Fprintf(&b, "%d%s%s %s %d", l.No, kind, l.DocNo, l.Date, l.Amount)
		for _, f := range l.Findings {
			fmt.Fprintf(&b, " %s%q", f.Code, f.Args)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestRead(t *testing.T) {
	with := func(changes ...func(*Profile)) Profile { return small(changes...) }
	for _, tc := range []struct {
		name, text string
		profile    Profile
		want       string
	}{
		{"plain", "Mandat;Date;TTC\n1;02/01/2026;12,50\n2;03/01/2026;-3,00\n", small(), "2+1 2026-01-02 1250\n3+2 2026-01-03 -300\n"},
		{"commas", "Mandat,Date,TTC\n1,02/01/2026,\"12,50\"\n", small(), "2+1 2026-01-02 1250\n"},
		{"tabs", "Mandat\tDate\tTTC\n1\t02/01/2026\t12,50\n", small(), "2+1 2026-01-02 1250\n"},
		{"bars", "Mandat|Date|TTC\n1|02/01/2026|12,50\n", small(), "2+1 2026-01-02 1250\n"},
		{"sep=", "sep=,\nMandat,Date,TTC\n1,02/01/2026,12\n", small(), "3+1 2026-01-02 1200\n"},
		{"CR alone", "Mandat;Date;TTC\r1;02/01/2026;12,50\r2;03/01/2026;1\r", small(), "2+1 2026-01-02 1250\n3+2 2026-01-03 100\n"},
		{"CR LF, no end", "Mandat;Date;TTC\r\n1;02/01/2026;12,50", small(), "2+1 2026-01-02 1250\n"},
		{"blank lines", "\nMandat;Date;TTC\n\n;;\n  ; ;\n1;02/01/2026;1\n\n", small(), "6+1 2026-01-02 100\n"},
		{"preamble", "Export du 01/02/2026;;\n\"Budget\nprincipal\";Mandat;\n;;\nMandat;Date;TTC\n1;02/01/2026;1\n", small(), "6+1 2026-01-02 100\n"},
		{"a preamble with a lone quote", "Export \"brut;\nMandat;Date;TTC\n1;02/01/2026;1\n", small(), "3+1 2026-01-02 100\n"},
		{"headers folded, extra columns", "Rien; MANDAT ;dàte;T.T.C.;\nx;1;02/01/2026;1;\n", small(), "2+1 2026-01-02 100\n"},
		{"quoted cells", "Mandat;Date;TTC;Objet\n\"1\";\"02/01/2026\";\"1 234,50\";\"a;b\nc \"\"d\"\"\"\n2;02/01/2026;1;x\n", small(), "2+1 2026-01-02 123450\n4+2 2026-01-02 100\n"},
		{"nulls", "Mandat;Date;TTC;Nature\n1;02/01/2026;1;#\n2;02/01/2026;#;6156\n", small(), "2+1 2026-01-02 100\n3!2 2026-01-02 0 amount.missing[]\n"},
		{"an error value", "Mandat;Date;TTC;Nature\n1;02/01/2026;1;#REF!\n", small(), "2+1 2026-01-02 100 cell.error[\"#REF!\"]\n"},
		{"rows too long and too short", "Mandat;Date;TTC\n1;02/01/2026;1;;\n2;02/01/2026;1;9\n3;02/01/2026\n4;02/01/2026;4\n", small(),
			"2+1 2026-01-02 100\n3!  0 row.long['\\x04' '\\x03']\n4!  0 row.short['\\x02' '\\x03']\n5+4 2026-01-02 400\n"},
		{"a quote that never ends", "Mandat;Date;TTC;Objet\n1;02/01/2026;1;\"x\n2;02/01/2026;2;y\n3;02/01/2026;3;z\n", small(),
			"2!1 2026-01-02 100 quote.unclosed[]\n3+2 2026-01-02 200\n4+3 2026-01-02 300\n"},
		{"a forgotten quote meets another one", "Mandat;Date;TTC;Objet\n1;02/01/2026;1;\"x\n2;02/01/2026;2;y\n3;02/01/2026;3;\"z\"\n", small(),
			"2!1 2026-01-02 100 quote.unclosed[]\n3+2 2026-01-02 200\n4+3 2026-01-02 300\n"},
		{"a forgotten quote meets the end of another cell", "Mandat;Date;TTC;Objet\n1;02/01/2026;1;\"x\n2;02/01/2026;2;y\"\n3;02/01/2026;3;z\n", small(),
			"2!1 2026-01-02 100 quote.unclosed[]\n3+2 2026-01-02 200\n4+3 2026-01-02 300\n"},
		{"a stray quote", "Mandat;Date;TTC;Objet\n1;02/01/2026;1;\"un \"oui\" net\"\n", small(), "2+1 2026-01-02 100 quote.stray[]\n"},
		{"zero bytes", "Mandat;Date;TTC;Objet\n1;02/01/2026;1;a\x00b\n2;02/01/2026;2;c\n", small(), "2!1 2026-01-02 100 text.nul[]\n3+2 2026-01-02 200\n"},
		{"broken bytes", "Mandat;Date;TTC;Objet\n1;02/01/2026;1;été\n2;02/01/2026;2;\xff\n", small(), "2+1 2026-01-02 100\n3+2 2026-01-02 200 encoding.invalid_bytes[]\n"},
		{"amounts that cannot be read", "Mandat;Date;TTC\n1;02/01/2026;abc\n2;02/01/2026;12,345\n3;02/01/2026;1e9\n4;02/01/2026;99999999999999999999\n5;02/01/2026;(12)\n", small(),
			"2!1 2026-01-02 0 amount.unreadable[\"abc\"]\n3!2 2026-01-02 0 amount.decimals[\"12,345\" \"EUR\"]\n4!3 2026-01-02 0 amount.unreadable[\"1e9\"]\n" +
				"5!4 2026-01-02 0 amount.overflow[\"99999999999999999999\"]\n6!5 2026-01-02 0 amount.unreadable[\"(12)\"]\n"},
		{"dates that cannot be read", "Mandat;Date;TTC\n1;00:00:00;1\n2;31/02/2026;2\n3;;3\n4;28/02/2026;4\n", small(),
			"2+1  100 date.unreadable[\"00:00:00\"]\n3+2  200 date.unreadable[\"31/02/2026\"]\n4+3  300 date.missing[]\n5+4 2026-02-28 400\n"},
		{"HT + TVA", "Mandat;Date;HT;TVA;TTC\n1;02/01/2026;10;2;12\n2;02/01/2026;10;2;13\n3;02/01/2026;10;2;\n4;02/01/2026;x;2;12\n5;02/01/2026;-10;-2;-12\n", small(),
			"2+1 2026-01-02 1200\n3!2 2026-01-02 1300 amount.parts[\"10.00\" \"2.00\" \"13.00\"]\n4+3 2026-01-02 1200\n5+4 2026-01-02 1200 amount.sideline[\"x\"]\n6+5 2026-01-02 -1200\n"},
		{"numbers that a spreadsheet destroyed", "Mandat;Date;TTC;SIRET\n1;02/01/2026;1;2,13E+13\n2,1E+05;02/01/2026;1;\n3;02/01/2026;1;5550000300011\n4;02/01/2026;1;21310001900025\n5;02/01/2026;1;213 100 019 00024\n6;02/01/2026;1;BE0123\n", small(),
			"2!1 2026-01-02 100 code.mangled[\"2,13E+13\"]\n3!2,1E+05 2026-01-02 100 code.mangled[\"2,1E+05\"]\n4!3 2026-01-02 100 code.mangled[\"5550000300011\"]\n" +
				"5+4 2026-01-02 100 siret.invalid[\"21310001900025\"]\n6+5 2026-01-02 100\n7+6 2026-01-02 100 siret.invalid[\"BE0123\"]\n"},
		{"words", "Mandat;Date;TTC;Sens;Section;Statut;Ordre\n1;02/01/2026;1;Dépense;Fonctionnement;Payé;non\n2;02/01/2026;1;x;I;?;oui\n3;02/01/2026;1;R;z;;\n", small(),
			"2+1 2026-01-02 100\n3!2 2026-01-02 100 flow.unknown[\"x\"] status.unknown[\"?\"]\n4+3 2026-01-02 100 section.unknown[\"z\"]\n"},
		{"fiscal years", "Mandat;Date;TTC;Exercice\n1;02/01/2026;1;2025\n2;02/01/2026;1;2025-2026\n3;02/01/2026;1;25\n4;02/01/2026;1;\n", small(),
			"2+1 2026-01-02 100\n3+2 2026-01-02 100\n4!3 2026-01-02 100 exercice.unreadable[\"25\"]\n5+4 2026-01-02 100\n"},
		{"signs", "Mandat;Date;TTC;Type\n1;02/01/2026;5,00;Mandat\n2;02/01/2026;5,00;Annulation partielle\n3;02/01/2026;-5,00;annulation\n4;02/01/2026;7,00-;Mandat\n",
			with(func(p *Profile) {
				p.Sign = Sign{Trailing: true, Negative: []Condition{{Field: FieldDocType, Prefixes: []string{"Annulation"}}}}
			}),
			"2+1 2026-01-02 500\n3+2 2026-01-02 -500\n4+3 2026-01-02 -500\n5+4 2026-01-02 -700\n"},
		{"signs turned", "Mandat;Date;TTC\n1;02/01/2026;-5,00\n2;02/01/2026;3,00\n", with(func(p *Profile) { p.Sign.Reversed = true }), "2+1 2026-01-02 500\n3+2 2026-01-02 -300\n"},
		{"scope", "Mandat;Date;TTC;Service\n1;02/01/2026;1;DSI\n2;02/01/2026;2;dsi-sig\n3;02/01/2026;4;VOIRIE\n4;02/01/2026;x;VOIRIE\n",
			with(func(p *Profile) { p.Scope = []Condition{{Field: FieldManager, Prefixes: []string{"DSI"}}} }),
			"2+1 2026-01-02 100\n3+2 2026-01-02 200\n4-3 2026-01-02 400\n5!4 2026-01-02 0 amount.unreadable[\"x\"]\n"},
		{"scope by exclusion", "Mandat;Date;TTC;Service\n1;02/01/2026;1;DSI\n2;02/01/2026;2;RH\n",
			with(func(p *Profile) { p.Scope = []Condition{{Field: FieldManager, Values: []string{"rh"}, Not: true}} }), "2+1 2026-01-02 100\n3-2 2026-01-02 200\n"},
		{"a column by its number", "Mandat;Date;Montant;Montant\n1;02/01/2026;1;2\n", with(func(p *Profile) { p.Columns[FieldTTC] = []string{"Montant#2"} }), "2+1 2026-01-02 200\n"},
		{"the best of several headers", "Montant;Mandat;Date;TTC\n1;1;02/01/2026;2\n", small(), "2+1 2026-01-02 200\n"},
		{"constants", "Mandat;Date;TTC\n1;02/01/2026;1\n", with(func(p *Profile) { p.Constants = map[Field]string{FieldFlow: "REC", FieldBudget: "00"} }), "2+1 2026-01-02 100\n"},
		{"outside of the coverage", "Mandat;Date;TTC\n1;02/01/2026;1\n", small(), "2+1 2026-01-02 100\n"},
		{"a total row", "Mandat;Date;TTC;Objet\n1;02/01/2026;1;TOTAL ENERGIES\n2;02/01/2026;2;\nTotal général;;3,00;\n", small(), "2+1 2026-01-02 100\n3+2 2026-01-02 200\n"},
		{"totals of parts", "Objet;Mandat;Date;TTC\n;1;02/01/2026;1\nTotal A;;;1\n;2;02/01/2026;2\n;3;02/01/2026;3\nSous-total B;;;5\nTotal;;;6\n", small(),
			"2+1 2026-01-02 100\n4+2 2026-01-02 200\n5+3 2026-01-02 300\n"},
		{"totals without a word", "Objet;Mandat;Date;TTC\n;1;02/01/2026;1\n;2;02/01/2026;2\n;;;3\n;;;7\n", small(),
			"2+1 2026-01-02 100\n3+2 2026-01-02 200\n5!  700 row.bare[] date.missing[]\n"},
		{"a total with a remark", "Objet;Mandat;Date;TTC;Nature\n;1;02/01/2026;1;\n;2;02/01/2026;2;\nTotal;;;3;2 mandats\n", small(), "2+1 2026-01-02 100\n3+2 2026-01-02 200\n"},
		{"a supplier is no total", "Objet;Mandat;Date;TTC\nTotal Énergies;;02/01/2026;1\n", small(), "2+ 2026-01-02 100\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lines, s, err := readText(t, tc.text, tc.profile, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := show(lines); got != tc.want {
				t.Errorf("lines\n%swant\n%s", got, tc.want)
			}
			for _, c := range s.Declared {
				if !c.Ties() {
					t.Errorf("%+v does not tie", c)
				}
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	head := "Mandat;Date;TTC\n"
	for _, tc := range []struct {
		name, text string
		profile    Profile
		key        string
		args       []any
	}{
		{"no bytes", "", small(), "ledger.empty", nil},
		{"one byte", "\n", small(), "ledger.empty", nil},
		{"a mark alone", "\xef\xbb\xbf", small(), "ledger.empty", nil},
		{"a header alone", head, small(), "ledger.no_lines", nil},
		{"another table", "Code;Nom\n1;2\n", small(), "ledger.no_header", []any{"own", "« Mandat », « Date », « TTC »"}},
		{"a picture", "\x89PNG\r\n\x1a\n", small(), "grid.kind_unsupported", []any{"PNG"}},
		{"a page", "<!DOCTYPE html>", small(), "grid.kind_unsupported", []any{"HTML"}},
		{"old Excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", small(), "grid.ole", nil},
		{"no text", strings.Repeat("\x01\x02", 50), small(), "ledger.not_text", nil},
		{"a header twice", head + "1;02/01/2026;1\nMandat;Date;TTC\n2;02/01/2026;1\n", small(), "ledger.header_repeated", []any{3, 1}},
		{"a column twice", "Mandat;Date;TTC;TTC\n1;02/01/2026;1;2\n", small(), "ledger.header_doubled", []any{"TTC", 1}},
		{"too many columns", head[:len(head)-1] + strings.Repeat(";x", MaxColumns) + "\n", small(), "ledger.too_large_columns", []any{MaxColumns}},
		{"thousands or decimals", head + "1;02/01/2026;1,234\n", small(func(p *Profile) { p.Decimal = "" }), "ledger.number_ambiguous", []any{2, "TTC", "1,234"}},
		{"another decimal mark", head + "1;02/01/2026;1234.56\n", small(), "ledger.number_notation", []any{2, "TTC", "1234.56"}},
		{"a year of two digits", head + "1;01/02/26;1\n", small(), "ledger.date_ambiguous", []any{2, "Date", "01/02/26"}},
		{"day or month", head + "1;01/02/2026;1\n", small(func(p *Profile) { p.Dates = nil }), "ledger.date_ambiguous", []any{2, "Date", "01/02/2026"}},
		{"months before days", head + "1;01/02/2026;1\n2;12/31/2026;1\n", small(), "ledger.date_order", []any{3, "12/31/2026", "DD/MM/YYYY"}},
		{"a total that does not tie", head + "1;02/01/2026;1\n2;02/01/2026;2\nTotal;;4,00\n", small(), "ledger.total", []any{"Total", 4, "4.00", "3.00"}},
		{"a line that makes the total wrong", head + "1;02/01/2026;1\n2;02/01/2026;x\nTotal;;3,00\n", small(), "ledger.total", []any{"Total", 4, "3.00", "1.00"}},
		{"sums beyond any ledger", head + strings.Repeat("1;02/01/2026;90000000000000000\n", 2), small(), "ledger.overflow", nil},
		{"no amounts of the basis", "Mandat;Date;HT\n1;02/01/2026;1\n", small(func(p *Profile) { p.Required = []Field{FieldHT} }), "ledger.basis_missing", []any{"TTC"}},
		{"a scope that cannot be told", head + "1;02/01/2026;1\n", small(func(p *Profile) { p.Scope = []Condition{{Field: FieldManager, Values: []string{"x"}}} }),
			"ledger.scope_column", []any{"own", "Service"}},
		{"quotes without end", head + strings.Repeat("1;\"02/01/2026;1\n", 2*maxUnclosed+2), small(), "ledger.broken_quotes", []any{maxUnclosed}},
		{"a profile of another currency", head + "1;02/01/2026;1\n", small(func(p *Profile) { p.Currency = "GBP" }), "ledger.currency", []any{"own", "GBP", "EUR"}},
		{"a declared total", "Montant total;3,01;\n" + head + "1;02/01/2026;1\n2;02/01/2026;2\n",
			small(func(p *Profile) { p.Totals.Declared = []Declared{{"Montant total", FieldTTC}} }), "ledger.total", []any{"Montant total", 1, "3.01", "3.00"}},
		{"a declared count", head + "1;02/01/2026;1\nNombre de lignes;;2\n",
			small(func(p *Profile) { p.Totals.Declared = []Declared{{Label: "nombre de lignes"}} }), "ledger.count", []any{"Nombre de lignes", 3, int64(2), int64(1)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := readText(t, tc.text, tc.profile, Options{})
			wantFault(t, err, tc.key, tc.args...)
		})
	}
	for _, o := range []Options{{Currency: "XXX"}, {Basis: "net"}, {Coverage: &Coverage{Kind: "all"}}, {Coverage: &Coverage{Kind: CoverageDelta}}} {
		if _, _, err := readText(t, head+"1;02/01/2026;1\n", small(), o); err == nil {
			t.Errorf("options %+v were taken", o)
		}
	}
}

// A refused file still tells all that it holds, for the report.
func TestRefusedFileIsSummedUp(t *testing.T) {
	lines, s, err := readText(t, "Mandat;Date;TTC\n1;02/01/2026;1\nTotal;;2\n2;03/01/2026;2\n", small(), Options{})
	wantFault(t, err, "ledger.total")
	if len(lines) != 4 || s.Sum != 300 || s.Last != civil.D(2026, 1, 3) || len(s.Declared) != 1 || s.Declared[0].Computed != 100 {
		t.Errorf("summary %+v of %d lines", s, len(lines))
	}
}

func TestReadEncodings(t *testing.T) {
	const text = "Mandat;Date;TTC;Objet\n1;02/01/2026;1 234,50;Été à l’œuvre €\n"
	cp1252, _ := charmap.Windows1252.NewEncoder().String(text)
	latin9, _ := charmap.ISO8859_15.NewEncoder().String(strings.ReplaceAll(text, "’", "'"))
	le, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	be, _ := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	late := "Mandat;Date;TTC;Objet\n" + strings.Repeat("2;03/01/2026;0;ascii\n", 20_000)
	var content Hash
	for _, tc := range []struct {
		name, text, declared string
		encoding, label      string
		assumed              bool
	}{
		{"UTF-8", text, "", "utf-8", "Été à l’œuvre €", false},
		{"UTF-8 with a mark", "\xef\xbb\xbf" + text, "", "utf-8", "Été à l’œuvre €", false},
		{"Windows-1252", cp1252, "", "windows-1252", "Été à l’œuvre €", true},
		{"Windows-1252 declared", cp1252, "windows-1252", "windows-1252", "Été à l’œuvre €", false},
		{"Latin-9 declared", latin9, "iso-8859-15", "iso-8859-15", "Été à l'œuvre €", false},
		{"UTF-16 with a mark", le, "", "utf-16le", "Été à l’œuvre €", false},
		{"UTF-16 without", be, "", "utf-16be", "Été à l’œuvre €", false},
		{"the first accent far behind", late + "1;02/01/2026;1 234,50;Et\xe9\n", "", "windows-1252", "Eté", true},
		{"the first accent far behind, UTF-8", late + "1;02/01/2026;1 234,50;Eté\n", "", "utf-8", "Eté", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lines, s, err := readText(t, tc.text, small(func(p *Profile) { p.Encoding = tc.declared }), Options{})
			if err != nil {
				t.Fatal(err)
			}
			last := lines[len(lines)-1]
			if s.Encoding != tc.encoding || last.Label != tc.label || last.Amount != 123450 || (s.FindingCounts[EncodingAssumed] > 0) != tc.assumed {
				t.Errorf("%s, label %q, amount %d, findings %v", s.Encoding, last.Label, last.Amount, s.Findings)
			}
			if wide := strings.HasPrefix(tc.encoding, "utf-16"); wide != (last.Offset < 0) || !wide && tc.text[last.Offset:last.Offset+int64(last.Size)] != string(last.Raw) {
				t.Errorf("the line is not at %d, %d bytes", last.Offset, last.Size)
			}
			if tc.label == "Été à l’œuvre €" {
				if content == (Hash{}) {
					content = last.Content
				}
				if content != last.Content {
					t.Error("the encoding changes the content")
				}
			}
		})
	}
}

func TestLine(t *testing.T) {
	const text = "Exercice;Mandat;Ligne;Date;Nature;SIRET;Objet;HT;TVA;TTC;Sens;Section;Origine;Statut;Budget\n" +
		"2025;832;1;20/01/2026;2051;21310001900024;Licences;100,00;20,00;120,00;D;I;101;Payé;00 - Principal\n"
	p := small(func(p *Profile) {
		p.Codes = map[Field]Code{FieldBudget: {Before: " - "}, FieldNature: {Pad: 6}}
		p.Keys[0].Optional = append(p.Keys[0].Optional, FieldBudget)
	})
	lines, s, err := readText(t, text, p, Options{Basis: BasisWithoutTax, Coverage: &Coverage{CoverageSnapshot, civil.D(2025, 1, 1), civil.D(2025, 12, 31)}})
	if err != nil {
		t.Fatal(err)
	}
	l := lines[1]
	want := Line{
		No: 2, Offset: l.Offset, Size: l.Size, Kind: KindPosting, Key: l.Key, Unique: true, Content: l.Content, KeyText: "2025·00·832·1",
		Flow: FlowExpenditure, Stage: StageMandated, Exercice: 2025, Date: civil.D(2026, 1, 20), DocNo: "832", LineNo: "1", Budget: "00",
		Section: SectionInvestment, Nature: "002051", SupplierID: "21310001900024", Label: "Licences", Amount: 10000, HasAmount: true,
		HT: 10000, VAT: 2000, TTC: 12000, HasHT: true, HasVAT: true, HasTTC: true, Origin: l.Origin, OriginText: "2025·00·101", Status: StatusPaid,
	}
	if lineText(l) != lineText(func() Line { w := want; w.Findings = l.Findings; return w }()) {
		t.Errorf("line\n%s\nwant\n%s", lineText(l), lineText(want))
	}
	if !slices.Equal(codesFound(l.Findings), []string{DateOutside}) {
		t.Errorf("findings %v, want the date outside of the coverage", l.Findings)
	}
	if !slices.Equal(s.Exercices, []int{2025}) || s.Coverage.Kind != CoverageSnapshot || s.Header != 1 || s.Separator != ";" || len(s.Columns) != 15 {
		t.Errorf("summary %+v", s)
	}
	origin, _, err := readText(t, "Exercice;Mandat;Date;TTC;Budget\n2025;101;02/01/2025;1;00\n", p, Options{})
	if err != nil || origin[1].Key != l.Origin {
		t.Errorf("the origin %q is not the key %q, %v", l.OriginText, origin[1].KeyText, err)
	}
}

// The line is the one that each is shown, and its error ends the reading.
func TestReadStops(t *testing.T) {
	stop := errors.New("enough")
	seen := 0
	_, err := Read(heldFile{"own.csv", []byte("Mandat;Date;TTC\n1;02/01/2026;1\n2;02/01/2026;1\n")}, small(), Options{Currency: money.EUR}, func(*Line) error {
		if seen++; seen == 2 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || seen != 2 {
		t.Errorf("%v after %d lines", err, seen)
	}
}

func TestLimitsOfALine(t *testing.T) {
	long := strings.Repeat("x", MaxLineBytes)
	cell := strings.Repeat("y", MaxCellBytes+1)
	text := "Mandat;Date;TTC;Objet\n1;02/01/2026;1;" + long + "\n2;02/01/2026;2;" + cell + "\n3;02/01/2026;3;\"" + strings.Repeat(strings.Repeat("z", 1023)+"\n", MaxLineBytes>>10) + "\"\n4;02/01/2026;4;\n"
	lines, s, err := readText(t, text, small(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(codesFound(lines[1].Findings), []string{LineLong}) || len(lines[1].Raw) != keptRawBytes || lines[1].Size < MaxLineBytes {
		t.Errorf("line over the limit: %v, %d bytes kept of %d", lines[1].Findings, len(lines[1].Raw), lines[1].Size)
	}
	if !slices.Equal(codesFound(lines[2].Findings), []string{CellLong}) || lines[2].Amount != 200 || lines[2].Kind != KindRejected {
		t.Errorf("cell over the limit: %v, %d", lines[2].Findings, lines[2].Amount)
	}
	if !slices.Equal(codesFound(lines[3].Findings), []string{QuoteUnclosed}) || lines[3].Amount != 300 {
		t.Errorf("quoted cell over the limit: %v, %d", lines[3].Findings, lines[3].Amount)
	}
	if last := lines[len(lines)-1]; last.DocNo != "4" || last.Kind != KindPosting || string(last.Raw) != "4;02/01/2026;4;" || s.SumExpenditure != 400 {
		t.Errorf("the last line is %+v", last)
	}
}
